"""Keep answers, which never change while a snapshot is served, within so many bytes."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from functools import lru_cache
from typing import Final, NamedTuple

from .responses import OPEN, Headers, Response, Scope, header

_COMPRESSIBLE: Final = (b"text/", b"application/", b"image/svg")
_LONGEST: Final = 1_000
_SMALLEST: Final = 1_400  # below the size of a packet there is nothing to gain


class Kept:
    """A response that can be asked for again: with its tag, and packed when that is smaller."""

    def __init__(self, media: str, body: bytes, extra: Headers, *, fixed: bool = True) -> None:
        tag = hashlib.sha256(body).hexdigest()[:24]
        headers = [(b"content-type", media.encode()), *OPEN, *extra]
        self.size = len(body)
        self._tags = (f'"{tag}"'.encode(), f'"{tag}-gzip"'.encode())
        self._dates = frozenset(value for name, value in headers if name == b"last-modified")
        self._plain = self._packed = self._pair(headers, self._tags[0], body, fixed)
        if len(body) >= _SMALLEST and media.encode().startswith(_COMPRESSIBLE):
            packed = gzip.compress(body, 5, mtime=0)
            headers = [*headers, (b"content-encoding", b"gzip")]
            self._packed = self._pair(headers, self._tags[1], packed, fixed)
            self.size += len(packed)

    def response(self, scope: Scope) -> Response:
        """Return the response to one request (RFC 9110, sections 12.5.3 and 13)."""
        wanted = known = since = b""
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                wanted += value + b","
            elif name == b"if-none-match":
                known += value + b","
            elif name == b"if-modified-since":
                since = value
        whole, unchanged = (
            self._packed if wanted and _takes_gzip(wanted[:_LONGEST]) else self._plain
        )
        # A date counts only where no tag is asked for.
        if known:
            same = known.strip(b" ,") == b"*" or self._tags[0] in known or self._tags[1] in known
            return unchanged if same else whole
        return unchanged if since in self._dates else whole

    @staticmethod
    def _pair(headers: Headers, tag: bytes, body: bytes, fixed: bool) -> tuple[Response, Response]:
        """Return the response, and the one that says that nothing has changed."""
        tagged = [*headers, (b"etag", tag)] if fixed else headers
        short = [pair for pair in tagged if pair[0] not in _CONTENT]
        return Response(200, tagged, body), Response(304, short)


_CONTENT: Final = (b"content-type", b"content-encoding", b"content-length")


@lru_cache(maxsize=256)
def _takes_gzip(accepted: bytes) -> bool:
    for part in accepted.lower().split(b","):
        coding, _, weight = part.strip().partition(b";")
        if coding.strip() in (b"gzip", b"*"):
            return weight.replace(b" ", b"") not in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000")
    return False


class Fixed(NamedTuple):
    """A response that is the same whatever else is asked, such as a redirect."""

    answer: Response

    @property
    def size(self) -> int:
        """The bytes that it takes to keep, about."""
        return len(self.answer.body) + 1_000

    def response(self, scope: Scope) -> Response:
        """Return the response."""
        return self.answer


Key = tuple[str, bytes, bytes, bytes]


class Cache:
    """The responses that were asked for last, by request, up to ``room`` bytes in all."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._kept: OrderedDict[Key, Kept | Fixed] = OrderedDict()
        self._used = 0

    def get(self, key: Key) -> Kept | Fixed | None:
        """Return what is kept for a request."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: Key, kept: Kept | Fixed) -> None:
        """Keep a response; one that would take more than a tenth of the room is not kept."""
        size = _size(key, kept)
        if size > self._room // 10 or key in self._kept:
            return
        self._kept[key] = kept
        self._used += size
        while self._used > self._room:
            self._used -= _size(*self._kept.popitem(last=False))


def _size(key: Key, kept: Kept | Fixed) -> int:
    """Return the bytes that it takes to keep a response; requests can be long as well."""
    return kept.size + sum(map(len, key))


def key_of(scope: Scope, body: bytes = b"") -> Key:
    """Return what tells one request from another: path, parameters, wanted type, body."""
    accept = b",".join([value for name, value in scope["headers"] if name == b"accept"])
    posted = header(scope, b"content-type").encode("latin-1") + b"\n" + body if body else b""
    return (scope["path"], scope["query_string"], accept, posted)
