"""Answer for the IRIs of a vocabulary from its published folder, by its redirect rules.

The rules are those that are written down for other servers
(:mod:`pa_onto.publication.dereferencing`): what is said here is what Apache and nginx say.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from ...project import Project
from ..caching import Cache, Fixed, Kept, Key, key_of
from ..responses import OPEN, Headers, Receive, Response, Scope, Send, header, plain
from .rules import Published, load_published

_CACHED: Final = 64 << 20
# A file has one format; what leads to it says that there are others.
_VARY: Final = (b"vary", b"accept-encoding")
_FRESH: Final = (b"cache-control", b"no-cache")
_METHODS: Final = ("GET", "HEAD")
_ALLOW: Final = (b"allow", b"GET, HEAD, OPTIONS")
_PREFLIGHT: Final = Response(
    204,
    [
        *OPEN,
        _ALLOW,
        (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
        (b"access-control-allow-headers", b"accept"),
        (b"access-control-max-age", b"86400"),
    ],
)
#: Pages run their own scripts and load their own files, and nothing of others.
_POLICY: Final = (
    b"content-security-policy",
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    b"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
)
_UNPUBLISHED: Final = plain(404, "Nothing is published yet; run `pa-onto publish`.")


class Pages:
    """An ASGI application that answers for every IRI below the base of a vocabulary."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._published: Published | None = None
        self._loading = asyncio.Lock()
        self._cache = Cache(_CACHED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method = scope["method"]
        if method == "OPTIONS":
            response = _PREFLIGHT
        elif method not in _METHODS:
            response = plain(405, "Ask with GET or HEAD.", [_ALLOW])
        else:
            key = key_of(scope)
            kept = self._cache.get(key)
            response = kept.response(scope) if kept else await self._respond(scope, key)
        await response.send(send, head=method == "HEAD")

    async def _respond(self, scope: Scope, key: Key) -> Response:
        published = await self._load()
        if published is None:
            return _UNPUBLISHED
        answer = published.answer(scope["raw_path"].decode("ascii"), header(scope, b"accept"))
        if answer.status != 200 or answer.file is None:
            body = answer.file.read_bytes() if answer.file else answer.text.encode()
            fixed = Fixed(Response(answer.status, _headers(answer.headers), body))
            self._cache.put(key, fixed)
            return fixed.answer
        kept = self._kept(answer.file, answer.headers["Content-Type"], published)
        self._cache.put(key, kept)
        return kept.response(scope)

    def _kept(self, file: Path, media: str, published: Published) -> Kept:
        extra = [_VARY, _FRESH, (b"last-modified", published.modified)]
        if media.startswith("text/html"):
            extra.append(_POLICY)
        return Kept(media, file.read_bytes(), extra)

    async def _load(self) -> Published | None:
        """Return the published folder with its rules, which take a moment to work out."""
        async with self._loading:
            if self._published is None:
                self._published = await asyncio.to_thread(load_published, self._project)
            return self._published


def _headers(found: dict[str, str]) -> Headers:
    shared = [pair for pair in OPEN if pair[0] == b"x-content-type-options"]
    headers = [(name.lower().encode(), value.encode()) for name, value in found.items()]
    if found.get("Content-Type", "").startswith("text/html"):
        headers.append(_POLICY)
    return [*headers, *shared]
