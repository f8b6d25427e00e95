"""Requests a second beside other servers, the time to the first answer, and a long soak.

All servers have the same data and answer the same small SELECT, one after the other, in
rounds; the figure is the median of the rounds. ``--soak SECONDS`` sets the length of the soak.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tests.conftest import ROOT
from tests.servers import Server, serving
from tests.soak import memory_of, soak

QUERY = (
    "SELECT ?next { <https://w3id.org/pa-onto/title/set-production-assistant> "
    "<https://w3id.org/pa-onto/ns#advancesTo> ?next }"
)
ROUNDS = 5
SECONDS = 3
CONNECTIONS = 16
JSON = "application/sparql-results+json"
BIN = Path(sys.executable).parent


def main() -> None:
    """Print the table of servers, then the soak."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--soak", type=float, default=300.0, metavar="SECONDS")
    options = parser.parse_args()
    _first_answer()
    _throughput()
    _soak(options.soak)


def _first_answer() -> None:
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        with serving("-q") as server:
            assert server.query(QUERY).status == 200
            times.append(time.perf_counter() - begun)
    print(f"start to first answer: {statistics.median(times):.2f} s (goal 1)")


def _throughput() -> None:
    asked = f"?query={quote(QUERY)}"
    with (
        serving("-q") as server,
        _oxigraph() as oxigraph,
        _rdflib_endpoint() as endpoint,
    ):
        tag = server.query(QUERY, JSON).headers["etag"]
        page = "/title/set-production-assistant.html"
        targets: dict[str, tuple[int, str, list[str]]] = {
            "pa-onto serve, SELECT": (server.port, "/sparql" + asked, [f"Accept: {JSON}"]),
            "pa-onto serve, concept page": (
                server.port,
                page,
                ["Accept: text/html", "Accept-Encoding: gzip"],
            ),
            "pa-onto serve, conditional GET": (
                server.port,
                "/sparql" + asked,
                [f"Accept: {JSON}", f"If-None-Match: {tag}"],
            ),
            "oxigraph serve-read-only": (oxigraph, "/query" + asked, [f"Accept: {JSON}"]),
            "rdflib-endpoint": (endpoint, "/" + asked, [f"Accept: {JSON}"]),
        }
        rates: dict[str, list[float]] = {name: [] for name in targets}
        for _ in range(ROUNDS):
            for name, (port, path, headers) in targets.items():
                rates[name].append(_rate(port, path, headers))
    _print({name: statistics.median(found) for name, found in rates.items()})


def _print(rates: dict[str, float]) -> None:
    ours = rates["pa-onto serve, SELECT"]
    print(f"\n{'the same small SELECT':34} requests/s   ours is")
    for name, rate in rates.items():
        print(f"{name:34} {rate:10,.0f}   {ours / rate:6.2f} x")
    print("goals: 0.7 x oxigraph, 5 x rdflib-endpoint; page and conditional GET at most 1 x")


def _rate(port: int, path: str, headers: list[str]) -> float:
    """Return requests a second over kept connections, by wrk or by a client of our own."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return asyncio.run(_own_rate(port, path, headers))
    options = [argument for header in headers for argument in ("-H", header)]
    url = f"http://127.0.0.1:{port}{path}"
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}", *options, url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx or 3xx" not in said, said
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found is not None, said
    return float(found[1])


async def _own_rate(port: int, path: str, headers: list[str]) -> float:
    lines = "".join(f"{header}\r\n" for header in headers)
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode()
    until = time.perf_counter() + SECONDS

    async def client() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answered = 0
        while time.perf_counter() < until:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            if length:
                await reader.readexactly(int(length[1]))
            answered += 1
        writer.close()
        return answered

    return sum(await asyncio.gather(*(client() for _ in range(CONNECTIONS)))) / SECONDS


@contextmanager
def _oxigraph() -> Iterator[int]:
    with tempfile.TemporaryDirectory() as folder:
        program, data = BIN / "oxigraph", ROOT / "dist" / "pa-onto.nt"
        load = [program, "load", "--location", folder, "--file", data]
        subprocess.run(load, check=True, capture_output=True)
        with _started(
            lambda port: [
                *(program, "serve-read-only", "--location", folder),
                *("--bind", f"127.0.0.1:{port}"),
            ]
        ) as port:
            yield port


@contextmanager
def _rdflib_endpoint() -> Iterator[int]:
    data = ROOT / "dist" / "pa-onto.nt"
    with _started(
        lambda port: [
            *(BIN / "rdflib-endpoint", "serve", data),
            *("--host", "127.0.0.1", "--port", str(port)),
        ]
    ) as port:
        yield port


@contextmanager
def _started(command: Callable[[int], list[str | Path]]) -> Iterator[int]:
    """Run a server on a free port until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/")
            connection.getresponse()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"{process.args!r} did not start")


def _soak(seconds: float) -> None:
    limits = ["--timeout", "1", "--memory-mb", "256", "--max-mb", "8", "--patience", "5", "-q"]
    with serving(*limits) as server:
        server.query("ASK {}")
        before = memory_of(server.process.pid)
        soaked = asyncio.run(soak(server.port, seconds))
        after = memory_of(server.process.pid)
        alive = server.process.poll() is None
        _report(server, soaked.statuses, alive)
    print(f"  {soaked.hostile} hostile requests, {soaked.cut} of them cut off")
    print(f"  simple queries: p50 {soaked.percentile(50) * 1000:.0f} ms,", end=" ")
    print(f"p99 {soaked.percentile(99) * 1000:.0f} ms, {len(soaked.simple)} answered")
    print(f"  memory of the main process: {before >> 20} MB, then {after >> 20} MB")
    print(f"  unanswered: {len(soaked.unanswered)} {soaked.unanswered[:5]}")


def _report(server: Server, statuses: dict[int, int], alive: bool) -> None:
    print(
        f"\nsoak, 50 clients, one request in twenty hostile: server {'lives' if alive else 'DIED'}"
    )
    print(f"  answers by status: {dict(sorted(statuses.items()))}")


if __name__ == "__main__":
    main()
