"""The API over HTTP: which requests there are, and what they may hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from ..caching import Cache, Kept, key_of
from ..patience import while_connected
from ..responses import (
    OPEN,
    RETRY,
    Receive,
    RefusedError,
    Response,
    Room,
    Scope,
    Send,
    body_of,
    header,
)
from ..workers.limits import Answer
from ..workers.pool import Pool

_DESCRIPTION: Final = Path(__file__).parent / "openapi.json"
_PREFIX: Final = "/api"
_CACHED: Final = 16 << 20
#: So many bodies of the full size are held at a time, or more smaller ones.
_BODIES: Final = 8
#: What may be posted to be validated, and the format that its media type stands for.
_RECORDS: Final[Mapping[str, str]] = {
    "application/json": "json-ld",
    "application/ld+json": "json-ld",
    "application/jsonl": "json-lines",
    "application/x-ndjson": "json-lines",
    "application/x-ld+ndjson": "json-lines",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/turtle": "turtle",
    "application/n-triples": "n-triples",
    "application/n-quads": "n-quads",
    "application/trig": "trig",
    "application/rdf+xml": "rdf-xml",
    "text/html": "html",
}
_PROBLEM: Final = "application/problem+json"
_CONTROL: Final = [(b"cache-control", b"no-cache"), (b"vary", b"accept-encoding")]
_PREFLIGHT: Final = [
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (b"access-control-allow-headers", b"content-type"),
    (b"access-control-max-age", b"86400"),
]


class _Operation(NamedTuple):
    """What can be asked at a path: the methods, parameters that must and may be given."""

    name: str
    methods: tuple[str, ...]
    required: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


_OPERATIONS: Final[Mapping[str, _Operation]] = {
    "/titles": _Operation("titles", ("GET",), (), ("level", "department", "lang")),
    "/titles/{title}": _Operation("title", ("GET",), (), ("lang",)),
    "/resolve": _Operation("resolve", ("GET", "POST"), ("text",), ("department", "employer")),
    "/path": _Operation("path", ("GET",), ("from", "to"), ("most", "onlyStated", "lang")),
    "/validate": _Operation("validate", ("POST",), (), ("failOn",)),
}


_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "onlyStated": ("true", "false"),
    "failOn": ("violation", "warning", "info"),
}


class ApiApplication:
    """An ASGI application that answers the API's requests over a pool of workers."""

    def __init__(self, pool: Pool, patience: float, most: int) -> None:
        self._pool = pool
        self._patience = patience
        self._most = most
        self._room = Room(_BODIES * most)
        self._cache = Cache(_CACHED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what is wrong with it is said as problem details (RFC 9457)."""
        try:
            response = await self._respond(scope, receive)
        except RefusedError as refused:
            response = _problem(refused)
        await response.send(send, head=scope["method"] == "HEAD")

    async def _respond(self, scope: Scope, receive: Receive) -> Response:
        path = scope["path"].removeprefix(_PREFIX).rstrip("/")
        if path in ("", "/openapi.json"):
            return _description().response(scope)
        operation, title = _operation(path)
        allowed = ", ".join(_allowed(operation))
        if scope["method"] == "OPTIONS":
            return Response(204, [*OPEN, (b"allow", allowed.encode()), *_PREFLIGHT])
        if scope["method"] not in _allowed(operation):
            raise RefusedError(405, f"Ask with {allowed}.", (b"allow", allowed.encode()))
        key = key_of(scope)
        # What is posted is asked once.
        kept = self._cache.get(key) if scope["method"] != "POST" else None
        if kept is not None:
            return kept.response(scope)
        given = _parameters(scope, operation)
        with self._room.share() as claim:
            body = await self._body(scope, receive, operation, given, claim)
            if title:
                given["title"] = title
            asked = self._pool.ask([operation.name, given], body)
            answer = await while_connected(asked, receive)
        if answer.status != 200:
            return _failed(answer)
        kept = Kept(answer.media, answer.body, _CONTROL)
        if scope["method"] != "POST":
            self._cache.put(key, kept)
        return kept.response(scope)

    async def _body(
        self,
        scope: Scope,
        receive: Receive,
        operation: _Operation,
        given: dict[str, str],
        claim: Callable[[int], None],
    ) -> bytes:
        if scope["method"] != "POST":
            return b""
        media = header(scope, b"content-type").partition(";")[0].strip().lower()
        accepted = _RECORDS if operation.name == "validate" else {"application/json": ""}
        if media not in accepted:
            raise RefusedError(415, f"Send one of {', '.join(accepted)}.")
        given["format"] = accepted[media]
        body = await body_of(scope, receive, self._most, self._patience, claim)
        if not body:
            raise RefusedError(400, "The body is empty.")
        return body


def _operation(path: str) -> tuple[_Operation, str]:
    """Return what is asked at a path, and the title in it. Raises RefusedError for nothing."""
    found = _OPERATIONS.get(path)
    if found is not None:
        return found, ""
    folder, _, title = path[1:].partition("/")
    if folder == "titles" and title:
        return _OPERATIONS["/titles/{title}"], title
    raise RefusedError(404, "There is nothing here; /api/openapi.json says what there is.")


def _allowed(operation: _Operation) -> list[str]:
    return [
        *(["GET", "HEAD"] if "GET" in operation.methods else []),
        *(["POST"] if "POST" in operation.methods else []),
        "OPTIONS",
    ]


def _parameters(scope: Scope, operation: _Operation) -> dict[str, str]:
    """Return the parameters of a request. Raises RefusedError for unknown and missing ones."""
    try:
        text = scope["query_string"].decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError:
        raise RefusedError(400, "The parameters are not percent-encoded UTF-8.") from None
    given = dict(pairs)
    known = (*operation.required, *operation.allowed)
    for name in given:
        if name not in known:
            raise RefusedError(400, f"Unknown parameter {name!r}; there are {', '.join(known)}.")
        if given[name] not in _VALUES.get(name, (given[name],)):
            raise RefusedError(400, f"{name} must be one of {', '.join(_VALUES[name])}.")
    if len(given) != len(pairs):
        raise RefusedError(400, "A parameter is given twice.")
    for name in operation.required:
        if name not in given and scope["method"] != "POST":
            raise RefusedError(400, f"The parameter {name} is missing.")
    return given


def _failed(answer: Answer) -> Response:
    headers = [_media(answer.media), *OPEN, *([RETRY] if answer.status == 503 else [])]
    return Response(answer.status, headers, answer.body)


def _problem(refused: RefusedError) -> Response:
    response = refused.response
    detail = response.body.decode().strip()
    body = json.dumps({"status": response.status, "detail": detail}).encode()
    headers = [pair for pair in response.headers if pair[0] != b"content-type"]
    return Response(response.status, [_media(_PROBLEM), *headers], body)


def _media(media: str) -> tuple[bytes, bytes]:
    return (b"content-type", media.encode())


@lru_cache(maxsize=1)
def _description() -> Kept:
    return Kept("application/json", _DESCRIPTION.read_bytes(), _CONTROL)
