"""What goes over the wire: parameters in, JSON and JSONP out, errors that say how to cure them."""

from __future__ import annotations

import json
import re
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from ...errors import PaOntoError
from .batches import RequestError

#: The largest body that is read, in bytes.
MAX_BODY: Final = 1 << 20
_MOST_PARAMETERS: Final = 32
_FORM: Final = "application/x-www-form-urlencoded"
# A name that a script may call, and nothing that it could be made to run.
_CALLBACK: Final = re.compile(r"[A-Za-z_$][\w$]{0,63}(\.[A-Za-z_$][\w$]{0,63}){0,3}", re.ASCII)
_AUTHORITY: Final = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
_HEADERS: Final = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}

Parameters = dict[str, str]


def query_of(request: Request) -> Parameters:
    """Return the parameters of the URL. Raises RequestError for what is no UTF-8."""
    return _parameters(request.scope["query_string"], "The query of the URL")


async def form_of(request: Request) -> Parameters:
    """Return the parameters of a form that was posted.

    Raises RequestError for another content type, a body that is too large, and no UTF-8.
    """
    kind = request.headers.get("content-type", _FORM).partition(";")[0].strip().lower()
    if kind != _FORM:
        cure = f"Post a form as {_FORM}."
        raise RequestError("The body is no such form.", cure=cure, status=415)
    return _parameters(await _body(request), "The body")


async def _body(request: Request) -> bytes:
    length = request.headers.get("content-length", "0")
    too_large = RequestError(
        f"The body is larger than {MAX_BODY:,} bytes.", cure="Send less at a time.", status=413
    )
    if length.isdigit() and int(length[:20]) > MAX_BODY:
        raise too_large
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise too_large
    except ClientDisconnect as error:
        raise RequestError("The body is not complete.") from error
    return bytes(body)


def _parameters(raw: bytes, name: str) -> Parameters:
    try:
        pairs = parse_qsl(
            raw.decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except UnicodeDecodeError as error:
        raise RequestError(f"{name} is not UTF-8.", cure="Encode it as UTF-8.") from error
    except ValueError as error:
        raise RequestError(f"{name} has too many parameters.", cure="Send fewer.") from error
    return dict(pairs)


def base_url_of(request: Request, base_url: str | None) -> str:
    """Return the address of the service without a slash, as the client sees it."""
    if base_url is not None:
        return base_url.rstrip("/")
    host = request.headers.get("host", "")
    if not _AUTHORITY.fullmatch(host):
        raise RequestError("The Host header is no name of a host.", cure="Send the right one.")
    return f"{request.url.scheme}://{host}{request.scope.get('root_path', '').rstrip('/')}"


def answer(content: Any, callback: str | None = None, status: int = 200) -> Response:
    """Return a JSON response, or a script that hands it to a callback (JSONP, section 3.3).

    Raises RequestError for a callback that is no plain name.
    """
    # Everything beyond ASCII is escaped: nothing in it ends a line of a script.
    text = json.dumps(content, separators=(",", ":"))
    if callback is None:
        return Response(text, status, _HEADERS, "application/json")
    if not _CALLBACK.fullmatch(callback):
        cure = "Give the name of a function, with dots at the most."
        raise RequestError("The callback is no name.", cure=cure)
    # The comment keeps the name from being the first bytes of anything but a script.
    script = f"/**/{callback}({text.replace('<', chr(92) + 'u003c')});"
    return Response(script, status, _HEADERS, "application/javascript; charset=utf-8")


def page(html: str, policy: str, status: int = 200) -> Response:
    """Return an HTML response under a Content Security Policy."""
    headers = _HEADERS | {"Content-Security-Policy": policy}
    return Response(html, status, headers, "text/html; charset=utf-8")


def refusal(error: PaOntoError) -> Response:
    """Return what was wrong with a request and how to cure it."""
    return failure(error.message, error.cure, getattr(error, "status", 400))


def failure(
    message: str, cure: str, status: int, headers: dict[str, str] | None = None
) -> Response:
    """Return an error as JSON: ``status`` ``error``, ``message`` and ``cure``."""
    response = answer({"status": "error", "message": message, "cure": cure}, status=status)
    response.headers.update(headers or {})
    return response
