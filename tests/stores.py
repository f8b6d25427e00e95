"""Stores and servers of others for the tests: real ones, and one that does what a script says."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

from tests.conftest import PATIENCE

OXIGRAPH = Path(sys.executable).parent / "oxigraph"
VIRTUOSO = shutil.which("virtuoso-t")
VIRTUOSO_PASSWORD = "asecretofthetests"

_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = 100000
"""


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def oxigraph(folder: Path) -> Iterator[str]:
    """Run the server of Oxigraph until the block ends, and give its URL."""
    port = free_port()
    command = [str(OXIGRAPH), "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    with _running(command, f"http://127.0.0.1:{port}/") as url:
        yield url.rstrip("/")


@contextmanager
def virtuoso(folder: Path) -> Iterator[str]:
    """Run Virtuoso on a database of its own until the block ends, and give its URL."""
    assert VIRTUOSO is not None
    http = free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(_INI.format(folder=folder, sql=free_port(), http=http))
    command = [VIRTUOSO, "+configfile", str(ini), "+foreground"]
    password = ["+pwdold", "dba", "+pwddba", VIRTUOSO_PASSWORD]
    # With these it makes the database, changes the password and ends.
    subprocess.run(
        [*command, *password], check=True, capture_output=True, timeout=PATIENCE, cwd=folder
    )
    with _running(command, f"http://127.0.0.1:{http}/sparql", folder) as url:
        yield url.removesuffix("/sparql")


@contextmanager
def _running(command: Sequence[str], url: str, folder: Path | None = None) -> Iterator[str]:
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _ in range(600):
            assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
            with suppress(OSError), urlopen(url, timeout=5):
                break
            time.sleep(0.1)
        else:
            raise AssertionError(f"{command[0]} does not answer")
        yield url
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
                break


class Asked(NamedTuple):
    """A request as it came in."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    time: float

    @property
    def form(self) -> dict[str, list[str]]:
        """The fields of a form."""
        return parse_qs(self.body.decode())

    @property
    def graph(self) -> str | None:
        """The graph that the URL names."""
        return parse_qs(urlsplit(self.target).query).get("graph", [None])[0]


Script = Callable[[Asked, socket.socket], bytes | None]


class Scripted:
    """A server that answers by a script, and remembers what it was asked."""

    def __init__(self, script: Script, context: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._context = context
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self.asked: list[Asked] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Scripted:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _secured(self, connection: socket.socket) -> socket.socket:
        if self._context is None:
            return connection
        return self._context.wrap_socket(connection, server_side=True)

    def _talk(self, connection: socket.socket) -> None:
        with suppress(OSError), self._secured(connection) as connection:
            asked = _read(connection)
            if asked is not None:
                self.asked.append(asked)
                if reply := self._script(asked, connection):
                    connection.sendall(reply)


def reply(
    status: int = 200, body: bytes | str = b"", media: str = "text/plain", **headers: str
) -> bytes:
    """Return an answer of HTTP/1.1."""
    content = body.encode() if isinstance(body, str) else body
    fields = {"Content-Type": media, "Content-Length": str(len(content)), "Connection": "close"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode() + content


def _read(connection: socket.socket) -> Asked | None:
    begun = time.monotonic()
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        piece = connection.recv(65536)
        if not piece:
            break
        body += piece
    return Asked(method, target, headers, body, begun)
