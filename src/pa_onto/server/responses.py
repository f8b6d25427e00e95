"""Answer over ASGI: whole bodies with their length, read no further than a limit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

Headers = list[tuple[bytes, bytes]]

#: For every answer to everybody: nobody's credentials, no guessing of types.
OPEN: Final[Headers] = [
    (b"access-control-allow-origin", b"*"),
    (b"x-content-type-options", b"nosniff"),
]
#: With every 503: when to come back.
RETRY: Final = (b"retry-after", b"5")
_PLAIN: Final = b"text/plain; charset=utf-8"
_PIECE: Final = 1 << 18


class Response(NamedTuple):
    """A status, the headers and the body, its length not yet among the headers."""

    status: int
    headers: Headers
    body: bytes = b""

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Be an application that answers every request with this."""
        await self.send(send, head=scope["method"] == "HEAD")

    async def send(self, send: Send, *, head: bool = False) -> None:
        """Send the response; for HEAD without its body (RFC 9110, section 9.3.2)."""
        length = (b"content-length", b"%d" % len(self.body))
        headers = [*self.headers, length] if self.status != 304 else self.headers
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        body = b"" if head else self.body
        # In pieces: what a client does not read stays here, and not in the buffers of the loop.
        sent = 0
        while len(body) - sent > _PIECE:
            piece = body[sent : sent + _PIECE]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            sent += _PIECE
        await send({"type": "http.response.body", "body": body[sent:]})


def plain(status: int, text: str, extra: Iterable[tuple[bytes, bytes]] = ()) -> Response:
    """Return one line of text for people: what is wrong and how to cure it."""
    return Response(status, [(b"content-type", _PLAIN), *OPEN, *extra], text.encode() + b"\n")


class RefusedError(Exception):
    """A request that is answered with a status and one line."""

    def __init__(self, status: int, text: str, *extra: tuple[bytes, bytes]) -> None:
        super().__init__(text)
        self.response = plain(status, text, extra)


def header(scope: Scope, name: bytes) -> str:
    """Return the value of a header, several joined by commas, or nothing."""
    return b", ".join(value for key, value in scope["headers"] if key == name).decode("latin-1")


class Room:
    """The bytes that bodies may take together, all requests counted."""

    def __init__(self, size: int) -> None:
        self._free = size

    @contextmanager
    def share(self) -> Iterator[Callable[[int], None]]:
        """Yield what claims bytes, which are given back at the end.

        A claim raises RefusedError (503) where there is no room.
        """
        claimed = 0

        def claim(size: int) -> None:
            nonlocal claimed
            if size > self._free:
                text = "Too much is being sent at a time; come back in a moment."
                raise RefusedError(503, text, RETRY)
            self._free -= size
            claimed += size

        try:
            yield claim
        finally:
            self._free += claimed


async def body_of(
    scope: Scope,
    receive: Receive,
    most: int,
    seconds: float,
    claim: Callable[[int], None] = lambda size: None,
) -> bytes:
    """Return the body of a request, its bytes claimed as they come.

    Raises RefusedError when it is longer than ``most`` bytes (413) or slower than ``seconds``
    (408), and ConnectionError when the client is gone.
    """
    length = header(scope, b"content-length")
    if length.isdigit() and int(length) > most:
        raise RefusedError(413, f"The body is longer than {most} bytes.")
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ConnectionError("The client is gone.")
                piece = message.get("body", b"")
                if len(body) + len(piece) > most:
                    raise RefusedError(413, f"The body is longer than {most} bytes.")
                claim(len(piece))
                body += piece
                if not message.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        raise RefusedError(408, f"The body took longer than {seconds:g} seconds.") from None
