"""The endpoint: requests in, answers out, the same question answered once."""

from __future__ import annotations

from typing import Final

from ...negotiation import preferred
from ...reading.tokens import keywords, unescaped
from ..caching import Cache, Kept, Key, key_of
from ..patience import while_connected
from ..responses import (
    OPEN,
    RETRY,
    Receive,
    RefusedError,
    Response,
    Scope,
    Send,
    body_of,
    header,
)
from ..workers.limits import Answer
from ..workers.pool import Pool
from .description import MEDIA, describe
from .protocol import question_of, read_request

_CACHED: Final = 64 << 20
_HTML: Final = "text/html"
_VARY: Final = (b"vary", b"accept, accept-encoding")
_PREFLIGHT: Final = Response(
    204,
    [
        *OPEN,
        (b"allow", b"GET, HEAD, POST, OPTIONS"),
        (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
        (b"access-control-allow-headers", b"accept, content-type"),
        (b"access-control-max-age", b"86400"),
    ],
)
# For people: a page to write a query on.
_PAGE: Final = Response(
    303, [*OPEN, _VARY, (b"location", b"query"), (b"cache-control", b"no-cache")]
)
# What these give is another thing every time.
_CHANGING: Final = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})


class Endpoint:
    """An ASGI application that answers SPARQL queries over a pool of workers.

    Relative IRIs of a query that has no BASE are below the vocabulary's. A request without a
    query is answered with the service description (SPARQL 1.1 Service Description, section 2).
    """

    def __init__(self, pool: Pool, patience: float) -> None:
        self.pool = pool
        self._patience = patience
        self._cache = Cache(_CACHED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method = scope["method"]
        if method == "OPTIONS":
            await _PREFLIGHT.send(send)
            return
        body = b""
        try:
            if method == "POST":
                # An escaped character takes up to twelve bytes.
                most = 12 * self.pool.limits.query
                body = await body_of(scope, receive, most, self._patience)
            key = key_of(scope, body)
            kept = self._cache.get(key) if method in ("GET", "HEAD", "POST") else None
            if kept is not None:
                response = kept.response(scope)
            else:
                response = await self._respond(scope, receive, body, key)
        except RefusedError as refused:
            response = refused.response
        await response.send(send, head=method == "HEAD")

    async def _respond(self, scope: Scope, receive: Receive, body: bytes, key: Key) -> Response:
        asked = read_request(scope, body, self.pool.limits)
        accept = header(scope, b"accept")
        if asked is None:
            if accept and preferred(accept, (*MEDIA, _HTML))[:1] == (_HTML,):
                return _PAGE
            return self._described(scope).response(scope)
        loaded = self.pool.summary
        question = question_of(asked, accept, loaded["base"], loaded["graphs"])
        asking = self.pool.ask(question, check=question._replace(only_read=True))
        answer = await while_connected(asking, receive)
        if answer.status != 200:
            return _failed(answer)
        fixed = not keywords(unescaped(question.query)) & _CHANGING
        control = b"no-cache" if fixed else b"no-store"
        kept = Kept(answer.media, answer.body, [_VARY, (b"cache-control", control)], fixed=fixed)
        if fixed:
            self._cache.put(key, kept)
        return kept.response(scope)

    def _described(self, scope: Scope) -> Kept:
        media = preferred(header(scope, b"accept"), MEDIA)
        if not media:
            raise RefusedError(406, f"Offered are {', '.join(MEDIA)}.")
        # Under the name by which the client knows it.
        url = f"{scope['scheme']}://{header(scope, b'host') or 'localhost'}{scope['path']}"
        body = describe(url, self.pool.summary, media[0])
        return Kept(media[0], body, [_VARY, (b"cache-control", b"no-cache")])


def _failed(answer: Answer) -> Response:
    headers = [(b"content-type", answer.media.encode()), *OPEN, _VARY]
    if answer.status == 503:
        headers.append(RETRY)
    return Response(answer.status, headers, answer.body)
