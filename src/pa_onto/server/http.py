"""Speak HTTP/1.1 through uvicorn, with bounds that it has none for.

Headers are bounded in size and in time, and a client that stops reading is cut off.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Final, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ..errors import InputError
from ..project import Project
from .responses import App
from .settings import Settings
from .workers.isolation import limits_memory

#: The bytes of a request line with its headers.
MAX_HEADERS: Final = 1 << 18
_CONNECTIONS: Final = 1_000
_GRACE: Final = 5


class _Joined:
    """A transport that sends the head of a response together with what follows it.

    To the system, two writes are two packets; that is half of what a short answer costs.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send data, or keep it when it is a head."""
        if data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 100 "):
            self.flush()
            self._head = data
        else:
            self._transport.write(self._head + data)
            self._head = b""

    def flush(self) -> None:
        """Send a head that nothing follows."""
        if self._head:
            self._transport.write(self._head)
            self._head = b""

    def close(self) -> None:
        """Send what is kept, then close."""
        self.flush()
        self._transport.close()


class GuardedProtocol(HttpToolsProtocol):
    """One connection with its bounds; ``patience`` is in seconds."""

    patience = 15.0
    _size = 0
    _heads: asyncio.TimerHandle | None = None
    _reads: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock for the first request."""
        self._joined = _Joined(transport)
        super().connection_made(cast("asyncio.Transport", self._joined))
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all clocks."""
        for timer in (self._heads, self._reads):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Start the clock and the count for the headers of a request."""
        super().on_message_begin()
        self._size = 0
        if self._heads is None:
            self._await_headers()

    def on_url(self, url: bytes) -> None:
        """Count the request line."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Stop the clock: the headers are there."""
        if self._heads is not None:
            self._heads.cancel()
            self._heads = None
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Send the head of a response without a body."""
        self._joined.flush()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Start the clock for a client that reads too slowly."""
        super().pause_writing()
        self._reads = self.loop.call_later(self.patience, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop the clock: the client has caught up."""
        if self._reads is not None:
            self._reads.cancel()
        super().resume_writing()

    def _await_headers(self) -> None:
        self._heads = self.loop.call_later(self.patience, self.transport.abort)

    def _count(self, size: int) -> None:
        self._size += size
        if self._size > MAX_HEADERS:
            # The parser passes the error on, which is answered with 400 and a closed connection.
            raise ValueError("The headers are too large.")


def run(project: Project, settings: Settings, say: Callable[[str], None]) -> None:
    """Serve a project until the process is told to stop, and say where.

    Raises InputError when the graphs cannot be loaded or the address cannot be had.
    """
    from .composition import application

    # What goes wrong is said by us.
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
    app = application(project, settings)
    with _listening(settings.host, settings.port) as listener:
        server = uvicorn.Server(_config(app, settings.patience))
        host, port = listener.getsockname()[:2]
        name = f"[{host}]" if ":" in host else host
        app.ready = lambda: say(
            f"{app.pools[0].summary['statements']} statements at http://{name}:{port}/"
        )
        if not limits_memory():
            say("This system does not limit the memory of a query, but its time is limited.")
        # Once it has stopped in good order, uvicorn sends itself the signal again.
        signal.signal(signal.SIGTERM, lambda *_: None)
        try:
            server.run(sockets=[listener])
        except SystemExit:
            raise app.trouble or InputError("The server could not start.") from None


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2_048)
    except OSError as error:
        raise InputError(
            f"Cannot listen at {host}, port {port}: {os.strerror(error.errno or 0)}.",
            cure="Choose another with --port; 0 takes a free one.",
        ) from error


def _config(app: App, patience: float) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=type("Protocol", (GuardedProtocol,), {"patience": patience}),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=max(1, round(patience)),
        timeout_graceful_shutdown=_GRACE,
        loop="uvloop" if find_spec("uvloop") else "asyncio",
    )
