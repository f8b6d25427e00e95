"""Requests that try again, follow redirects with care, and keep credentials where they belong."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from itertools import count
from random import random
from typing import Final, NamedTuple
from urllib.parse import urljoin

from ..errors import RemoteError, UsageError
from .credentials import Credentials, find_credentials
from .digest import Challenge, read_challenge
from .exchange import Bounds, Progress, Reply, Request, exchange, target
from .urls import check_url, is_loopback, origin, shown

_AGAIN: Final = (502, 503, 504)
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_FURTHER: Final = 5
_PAUSE: Final = 0.5
_SHOWN: Final = 300


class Settings(NamedTuple):
    """How patient a client is: seconds for a request with its retries, and bytes of an answer."""

    timeout: float = 60.0
    retries: int = 3
    size: int = 512 << 20
    allow_plain_http: bool = False


class RefusedError(RemoteError):
    """A server answered with a status that is no success."""

    status: int = 0


class Client:
    """Sends requests to the host of one URL, with its credentials when there are any.

    Raises UsageError for a URL that cannot be used, and for credentials that would go over
    the network in the clear.
    """

    def __init__(
        self,
        url: str,
        settings: Settings,
        *,
        digest: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        check_url(url)
        self.settings = settings
        self._origin = origin(url)
        self._digest = digest
        self._sleep = sleep
        self.credentials: Credentials | None = find_credentials(self._origin)
        open_to_all = self._origin.scheme == "http" and not is_loopback(self._origin.host)
        if self.credentials and open_to_all and not settings.allow_plain_http:
            raise UsageError(
                "Credentials would go over the network in the clear.",
                cure="Use https, or allow it with --allow-plain-http.",
                file=shown(url),
            )

    def send(
        self,
        request: Request,
        *,
        again: bool = True,
        progress: Progress = lambda done, total: None,
    ) -> Reply:
        """Send a request and return the answer, whatever its status.

        ``again`` says that the request may be sent again on 502, 503 and 504, after a pause
        that doubles or that the server asks for (RFC 9110, section 10.2.3). Raises RemoteError
        like :func:`~pa_onto.remote.exchange.exchange`.
        """
        bounds = Bounds(time.monotonic() + self.settings.timeout, self.settings.size)
        for attempt in count():
            reply = self._followed(request, bounds, progress)
            if reply.status not in _AGAIN or not again or attempt >= self.settings.retries:
                return reply
            pause = _retry_after(reply) or _PAUSE * 2**attempt * (1 + random() / 4)
            if pause >= bounds.left():
                return reply
            self._sleep(pause)
        raise AssertionError("count() does not end")

    def asked(self, request: Request, *, again: bool = True) -> Reply:
        """Send a request and return the answer when it is a success.

        Raises RemoteError with what the server says otherwise.
        """
        reply = self.send(request, again=again)
        if not 200 <= reply.status < 300:
            raise self.refusal(reply)
        return reply

    def refusal(self, reply: Reply) -> RefusedError:
        """Return the error for an answer that is no success."""
        said = self._said(reply)
        cure = _CURES.get(reply.status, "See what the server says.")
        if pause := _retry_after(reply):
            cure = f"It asks to wait {pause:.0f} seconds."
        message = f"HTTP {reply.status}{': ' + said if said else ''}."
        error = RefusedError(message, cure=cure, file=shown(reply.url))
        error.status = reply.status
        return error

    def _said(self, reply: Reply) -> str:
        """Return the first words of an answer, with nothing in it but text."""
        text = reply.body.read(20 * _SHOWN).decode("utf-8", "replace")
        if "html" in reply.media or text.lstrip()[:1] == "<":
            text = re.sub(r"(?s)<(style|script|head)\b.*?</\1>|<[^>]*>", " ", text)
        text = " ".join("".join(c if c.isprintable() else " " for c in text).split()).rstrip(".")
        if self.credentials:
            text = self.credentials.hide(text)
        return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"

    def _followed(self, request: Request, bounds: Bounds, progress: Progress) -> Reply:
        for _ in range(_FURTHER + 1):
            reply = self._authorized(request, bounds, progress)
            if reply.status not in _REDIRECTS or "location" not in reply.headers:
                return reply
            request = _redirected(request, reply)
        raise RemoteError(
            "One redirect follows another.", cure="Check the URL.", file=shown(request.url)
        )

    def _authorized(self, request: Request, bounds: Bounds, progress: Progress) -> Reply:
        known = self.credentials if self._origin.extends_to(origin(request.url)) else None
        header = known.header(digest=self._digest) if known else None
        if known and header is None and request.body:
            # A challenge to a request without a body spares sending that for nothing.
            bare = request._replace(method="GET", body=None, writes=False)
            header = self._response(known, request, exchange(bare, None, bounds))
        reply = exchange(request, header, bounds, progress)
        if reply.status != 401 or known is None or (header or "").startswith("Digest"):
            return reply
        answer = self._response(known, request, reply)
        return exchange(request, answer, bounds, progress) if answer else reply

    def _response(self, known: Credentials, request: Request, reply: Reply) -> str | None:
        challenge: Challenge | None = read_challenge(reply.challenges)
        if reply.status != 401 or challenge is None:
            return None
        return known.respond(challenge, request.method, target(request.url))


def _redirected(request: Request, reply: Reply) -> Request:
    """Return the request that goes where an answer points to.

    Raises RemoteError for what writes, and for a way from https to http.
    """
    place = shown(request.url)
    try:
        further = urljoin(request.url, reply.headers["location"]).partition("#")[0]
        check_url(further)
    except (UsageError, ValueError):
        cure = "Name the right URL."
        raise RemoteError("Redirected to what is no URL.", cure=cure, file=place) from None
    if request.writes:
        cure = "Nothing was written; name that URL."
        raise RemoteError(f"Redirected to {shown(further)}.", cure=cure, file=place)
    if origin(request.url).scheme == "https" and origin(further).scheme == "http":
        message = f"Redirected from https to {shown(further)}."
        raise RemoteError(message, cure="Name the right URL.", file=place)
    if reply.status == 303:
        return request._replace(method="GET", url=further, body=None)
    return request._replace(url=further)


def _retry_after(reply: Reply) -> float | None:
    """Return the seconds that a server asks to wait, given as such or as a date."""
    from email.utils import parsedate_to_datetime

    value = reply.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value) or None
    try:
        return max(parsedate_to_datetime(value).timestamp() - time.time(), 0) or None
    except (TypeError, ValueError, OverflowError):
        return None


_CURES: Final = {
    400: "Check the query.",
    401: "Set PA_ONTO_USER and PA_ONTO_PASSWORD, or PA_ONTO_TOKEN, or write to ~/.netrc.",
    403: "These credentials may not do that.",
    404: "Check the URL.",
    405: "Check the URL.",
    413: "The server takes no more at once.",
    429: "Wait and try again.",
    502: "Try again later.",
    503: "Try again later.",
    504: "Try again later.",
    507: "The store has no room left.",
}
