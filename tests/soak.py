"""Fifty clients at once, some of them hostile, for as long as is asked."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from tests.conftest import PATIENCE

CLIENTS = 50
#: One request in so many is hostile.
HOSTILE = 20

_SIMPLE = "SELECT ?t {{ ?t a <https://w3id.org/pa-onto/ns#JobTitle> }} OFFSET {0} LIMIT 3"
_CROSS = "SELECT (COUNT(?a) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?g) }} # {0}"
_HOARD = "SELECT DISTINCT ?a ?d ?g {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} # {0}"


class Soaked(NamedTuple):
    """What came of it: answers by status, seconds of simple ones, and what went unanswered."""

    statuses: dict[int, int]
    simple: list[float]
    hostile: int
    cut: int
    unanswered: list[str]

    def percentile(self, percent: float) -> float:
        """Return the seconds within which so many per cent of the simple answers came."""
        return sorted(self.simple)[int(len(self.simple) * percent / 100)]


async def soak(port: int, seconds: float, seed: int = 0) -> Soaked:
    """Ask a server on this machine from many clients until the time is up."""
    result = Soaked({}, [], 0, 0, [])
    until = time.monotonic() + seconds
    clients = [_Client(port, random.Random(seed * CLIENTS + n), until) for n in range(CLIENTS)]
    await asyncio.gather(*(client.run() for client in clients))
    for client in clients:
        for status, count in client.statuses.items():
            result.statuses[status] = result.statuses.get(status, 0) + count
        result.simple.extend(client.simple)
        result.unanswered.extend(client.unanswered)
    return result._replace(
        hostile=sum(client.hostile for client in clients), cut=sum(c.cut for c in clients)
    )


def memory_of(pid: int) -> int:
    """Return the resident bytes of a process that are its own."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) << 10
    raise ValueError(f"No memory is known of process {pid}.")


class _Client:
    """One client, which asks one thing after another."""

    def __init__(self, port: int, dice: random.Random, until: float) -> None:
        self.statuses: dict[int, int] = {}
        self.simple: list[float] = []
        self.unanswered: list[str] = []
        self.hostile = 0
        self.cut = 0
        self._port = port
        self._dice = dice
        self._until = until

    async def run(self) -> None:
        while time.monotonic() < self._until:
            if self._dice.randrange(HOSTILE):
                await self._ask_simply()
            else:
                await self._ask_badly()

    async def _ask_simply(self) -> None:
        # As many different ones that not all are known by heart.
        text = _SIMPLE.format(self._dice.randrange(10_000))
        begun = time.monotonic()
        status = await self._send(_get(text), "simple")
        if status == 200:
            self.simple.append(time.monotonic() - begun)
        elif status != 503:
            self.unanswered.append(f"simple: {status}")

    async def _ask_badly(self) -> None:
        self.hostile += 1
        number = self._dice.randrange(10**9)
        name, request = self._dice.choice(
            [
                ("cross product", _get(_CROSS.format(number))),
                ("hoard", _get(_HOARD.format(number))),
                ("nesting", _post("SELECT * " + "{" * self._dice.randrange(10, 50_000))),
                ("negations", _post(f"ASK {{ FILTER({'!' * 50_000}true) }} # {number}")),
                ("huge body", _post("#" * 2_000_000)),
                ("broken encoding", _post(b"\xff\xfe\x00" * 10)),
                ("broken request", b"GET /sparql HTTP/9.9\r\n: :\r\n\r\n"),
                ("long header", b"GET / HTTP/1.1\r\nx: " + b"a" * 400_000 + b"\r\n\r\n"),
                ("half a request", b"POST /sparql HTTP/1.1\r\nhost: localhost\r\ncont"),
                ("slow reader", _get(f"SELECT * {{ ?s ?p ?o }} LIMIT 5000 # {number}")),
                ("service", _get("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")),
            ]
        )
        if name == "slow reader":
            await self._read_slowly(request)
        elif await self._send(request, name) is None:
            self.cut += 1

    async def _send(self, request: bytes, name: str) -> int | None:
        """Send a request and return the status of the answer, None when there is none."""
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                try:
                    writer.write(request)
                    line = await reader.readline()
                    rest = await reader.read()
                finally:
                    writer.close()
        except ConnectionError:
            # Only who sends what is no request may be cut off without a word.
            if name in ("simple", "cross product", "hoard", "service"):
                self.unanswered.append(f"{name}: connection lost")
            return None
        except TimeoutError:
            self.unanswered.append(f"{name}: no answer")
            return None
        if not line:
            if name not in ("half a request", "long header"):
                self.unanswered.append(f"{name}: closed")
            return None
        status = int(line.split()[1])
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status == 200 and not rest.endswith((b"}", b"\n", b"true", b"false")):
            self.unanswered.append(f"{name}: a 200 that is not whole")
        return status

    async def _read_slowly(self, request: bytes) -> None:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1024)
            writer.write(request)
            for _ in range(20):
                if not await reader.read(10):
                    break
                await asyncio.sleep(0.05)
            writer.close()
        except ConnectionError:
            self.cut += 1


def _get(query: str) -> bytes:
    return (
        f"GET /sparql?query={quote(query)} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
    ).encode()


def _post(query: str | bytes) -> bytes:
    body = query.encode() if isinstance(query, str) else query
    return (
        b"POST /sparql HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"
        b"content-type: application/sparql-query\r\ncontent-length: %d\r\n\r\n" % len(body)
    ) + body
