"""Start the real server on a free port of this machine, ask it, and stop it for sure."""

from __future__ import annotations

import http.client
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from tests.conftest import COMMAND, PATIENCE, ROOT


class Reply(NamedTuple):
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def text(self) -> str:
        return self.body.decode()


class Server(NamedTuple):
    """A server that runs."""

    port: int
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        timeout: float = PATIENCE,
    ) -> Reply:
        """Send one request over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, dict(headers or {}))
            reply = connection.getresponse()
            found = {name.lower(): value for name, value in reply.getheaders()}
            return Reply(reply.status, found, reply.read())
        finally:
            connection.close()

    def get(self, path: str, accept: str | None = None, **headers: str) -> Reply:
        """Send a GET request."""
        wanted = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("GET", path, headers=wanted | ({"accept": accept} if accept else {}))

    def query(self, text: str, accept: str | None = None, *, timeout: float = PATIENCE) -> Reply:
        """Send a query by GET."""
        path = "/sparql?" + urlencode({"query": text})
        return self.ask("GET", path, headers={"accept": accept} if accept else {}, timeout=timeout)


@contextmanager
def serving(*arguments: str | Path, cwd: Path = ROOT) -> Iterator[Server]:
    """Run ``pa-onto serve`` with arguments until the block ends."""
    process = subprocess.Popen(
        [COMMAND, "serve", "--port", "0", *map(str, arguments)],
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Server(_port(process), process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if found := re.search(r"at http://[^/]*:(\d+)/", line):
            return int(found[1])
    raise AssertionError(f"The server did not start: {''.join(said)}")
