"""One request and its answer over a connection of its own, bounded in time and size."""

from __future__ import annotations

import http.client
import io
import mmap
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from types import TracebackType
from typing import IO, Final, NamedTuple, cast
from urllib.parse import urlsplit

from ..errors import RemoteError
from .urls import shown

#: Called with the bytes that are sent and those there are.
Progress = Callable[[int, int], None]

_CONNECT: Final = 10.0
_PIECE: Final = 1 << 16
_IN_MEMORY: Final = 1 << 22


class Body(NamedTuple):
    """What is sent: a file that is read from its start, its size and media type."""

    content: IO[bytes]
    size: int
    media: str


class Request(NamedTuple):
    """What is asked of a server; ``writes`` says that it may change something there."""

    method: str
    url: str
    accept: str = "*/*"
    body: Body | None = None
    writes: bool = False


class Reply(NamedTuple):
    """What a server answered; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    challenges: tuple[str, ...]
    body: IO[bytes]
    url: str

    @property
    def media(self) -> str:
        """The media type of the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Bounds(NamedTuple):
    """When an exchange must be over (by the monotonic clock), and how long an answer may be."""

    deadline: float
    size: int

    def left(self) -> float:
        """Return the seconds that are left, a moment at the least."""
        return max(self.deadline - time.monotonic(), 0.001)


def exchange(
    request: Request,
    authorization: str | None,
    bounds: Bounds,
    progress: Progress = lambda done, total: None,
) -> Reply:
    """Send a request and return the whole answer, kept in a file when it is long.

    Raises RemoteError when the server cannot be reached, stops half-way, takes too long or
    answers too much.
    """
    connection = _connection(request.url, min(_CONNECT, bounds.left()))
    with _Watch(bounds) as watch:
        try:
            connection.connect()
            watch.socket = connection.sock
            connection.sock.settimeout(bounds.left())
            _send(connection, request, authorization, progress)
            with connection.getresponse() as response:
                content = _received(response, request.url, bounds)
            if watch.ended:
                raise TimeoutError
        except (OSError, http.client.HTTPException, ValueError) as error:
            late = watch.ended or time.monotonic() >= bounds.deadline
            raise _failure(error, request.url, late=late) from None
        finally:
            connection.close()
    headers = {name.lower(): value for name, value in response.getheaders()}
    challenges = tuple(response.headers.get_all("WWW-Authenticate") or ())
    return Reply(response.status, headers, challenges, content, request.url)


def _connection(url: str, timeout: float) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=timeout)
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(host, port, timeout=timeout, context=context)


def _send(
    connection: http.client.HTTPConnection,
    request: Request,
    authorization: str | None,
    progress: Progress,
) -> None:
    headers = {
        "Accept": request.accept,
        "Accept-Encoding": "identity",
        "Connection": "close",
        "User-Agent": "pa-onto",
    }
    if authorization:
        headers["Authorization"] = authorization
    if request.body:
        headers["Content-Type"] = request.body.media
        headers["Content-Length"] = str(request.body.size)
    content = _pieces(request.body, progress) if request.body else None
    try:
        connection.request(request.method, target(request.url), content, headers)
    except (BrokenPipeError, ConnectionResetError):
        # A server may refuse before it has read everything; what it says is waiting there.
        if connection.sock is None:
            raise


def target(url: str) -> str:
    """Return what stands in the request line for a URL."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _pieces(body: Body, progress: Progress) -> Iterator[bytes]:
    body.content.seek(0)
    sent = 0
    while piece := body.content.read(_PIECE):
        yield piece
        sent += len(piece)
        progress(sent, body.size)


def _received(response: http.client.HTTPResponse, url: str, bounds: Bounds) -> IO[bytes]:
    """Return the body of an answer: in memory when it is short, else mapped from a file."""
    expected = response.length
    size = 0
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        while expected is None or size < expected:
            piece = response.read1(_PIECE if expected is None else min(_PIECE, expected - size))
            if not piece:
                break
            size += len(piece)
            if size > bounds.size:
                raise RemoteError(
                    f"The answer is longer than {bounds.size >> 20} MB.",
                    cure="Ask for less, or allow more.",
                    file=shown(url),
                )
            spool.write(piece)
        if expected is not None and size < expected:
            raise http.client.IncompleteRead(b"", expected - size)
        spool.seek(0)
        if size <= _IN_MEMORY:
            return io.BytesIO(spool.read())
        return cast("IO[bytes]", mmap.mmap(spool.fileno(), 0, access=mmap.ACCESS_READ))


class _Watch:
    """Ends a connection when the time is over: servers may send a byte now and then forever."""

    def __init__(self, bounds: Bounds) -> None:
        self.socket: socket.socket | None = None
        self.ended = False
        self._timer = threading.Timer(bounds.left(), self._end)
        self._timer.daemon = True

    def _end(self) -> None:
        self.ended = True
        if self.socket is not None:
            with suppress(OSError):
                # That of TLS would say goodbye first, and wait.
                socket.socket.shutdown(self.socket, socket.SHUT_RDWR)

    def __enter__(self) -> _Watch:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()


def _failure(error: Exception, url: str, *, late: bool) -> RemoteError:
    message, cure = _reason(error)
    if late:
        message, cure = "No answer in time.", "Give it more with --timeout."
    return RemoteError(message, cure=cure, file=shown(url))


def _reason(error: Exception) -> tuple[str, str]:
    """Return what went wrong, and the cure."""
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = f"The certificate does not hold: {error.verify_message}."
        return reason, "Set SSL_CERT_FILE to trust another authority."
    for kinds, message, cure in _REASONS:
        if isinstance(error, kinds):
            return message, cure
    return f"{getattr(error, 'strerror', None) or type(error).__name__}.", "Is the server running?"


_REASONS: Final[list[tuple[tuple[type[Exception], ...], str, str]]] = [
    ((socket.gaierror,), "There is no such host.", "Check the URL."),
    ((TimeoutError,), "Cannot be reached in time.", "Check the URL."),
    (
        (http.client.IncompleteRead, http.client.RemoteDisconnected, ConnectionResetError),
        "The connection ended before the answer did.",
        "Try again; see the log of the server.",
    ),
    ((http.client.HTTPException, ValueError), "What answers is no HTTP.", "Check the URL."),
]
