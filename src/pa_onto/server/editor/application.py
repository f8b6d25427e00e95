"""Serve the page and what it loads, all of it from the package."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ...project import Project
from ..caching import Kept
from ..responses import OPEN, Headers, Receive, Response, Scope, Send, plain
from .contents import contents
from .examples import examples
from .page import describe, render

_ASSETS: Final = Path(__file__).parent / "assets"
_MEDIA: Final[Mapping[str, str]] = {
    "editor.css": "text/css; charset=utf-8",
    "editor.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "licenses.txt": "text/plain; charset=utf-8",
}
#: Nothing but what this server sends; no text may become markup (Trusted Types).
_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
_HEADERS: Final[Headers] = [
    (b"content-security-policy", _POLICY.encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-cache"),
    (b"vary", b"accept-encoding"),
]
_ALLOW: Final = (b"allow", b"GET, HEAD, OPTIONS")
_OPTIONS: Final = Response(204, [*OPEN, _ALLOW])
_METHOD: Final = plain(405, "Read this with GET.", [_ALLOW])
_NOTHING: Final = plain(404, "There is nothing here; the query page is /query.")
_ELSEWHERE: Final = Response(308, [*OPEN, (b"location", b"../query")])


class Editor:
    """An ASGI application: the query page, its assets and its examples.

    ``pages`` maps the beginnings of IRIs to the addresses on this server below which they have
    pages of their own; other IRIs lead to where they say.
    """

    def __init__(self, project: Project, pages: Mapping[str, str] | None = None) -> None:
        title = describe(project)
        found = examples(project)
        known = {
            "title": title,
            "prefixes": dict(found.prefixes),
            "pages": dict(pages or {}),
            "examples": [example._asdict() for example in found.examples],
        }
        page = render(title, found.examples, contents(project), found.prefixes)
        data = json.dumps(known, ensure_ascii=False, indent=1).encode()
        self._kept = {
            "": Kept("text/html; charset=utf-8", page.encode(), _HEADERS),
            "/examples.json": Kept("application/json", data, _HEADERS),
        }
        for name, media in _MEDIA.items():
            body = (_ASSETS / name).read_bytes()
            self._kept[f"/assets/{name}"] = Kept(media, body, _HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._respond(scope).send(send, head=scope["method"] == "HEAD")

    def _respond(self, scope: Scope) -> Response:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if path == "/":
            return _ELSEWHERE
        kept = self._kept.get(path)
        if kept is None:
            return _NOTHING
        if scope["method"] == "OPTIONS":
            return _OPTIONS
        return kept.response(scope) if scope["method"] in ("GET", "HEAD") else _METHOD
