"""Which of the media types on offer a client prefers (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

#: One element of a list, commas and semicolons inside quotes left alone.
_ELEMENT: Final = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+")+')
_PARAMETER: Final = re.compile(r';\s*([^=;\s"]+)\s*=\s*("(?:[^"\\]|\\.)*+"|[^;\s"]*)')
_LONGEST: Final = 4_096


class _Range(NamedTuple):
    """A media range with its weight in thousandths."""

    type: str
    subtype: str
    weight: int

    def fit(self, media: str) -> int:
        """Return how precisely the range names a media type, 0 when it does not."""
        kind, _, rest = media.partition("/")
        if (self.type, self.subtype) == (kind, rest):
            return 3
        if self.subtype == "*" and self.type in (kind, "*"):
            return 2 if self.type == kind else 1
        return 0


def preferred(accept: str | None, offers: Sequence[str]) -> list[str]:
    """Return the offers that a client takes, best first; equal ones keep their order.

    ``accept`` is the field's value; None or nothing readable in it means that anything will
    do. Parameters of media types, such as ``profile``, are not told apart.

    >>> preferred("text/*;q=0.5, application/json", ["text/html", "application/json"])
    ['application/json', 'text/html']
    """
    return list(_preferred(accept or "", tuple(offers)))


@lru_cache(maxsize=1 << 10)
def _preferred(accept: str, offers: tuple[str, ...]) -> tuple[str, ...]:
    ranges = _ranges(accept)
    if not ranges:
        return offers
    weights = {offer: _weight(offer, ranges) for offer in offers}
    taken = [offer for offer in offers if weights[offer]]
    return tuple(sorted(taken, key=lambda offer: -weights[offer]))


def _weight(media: str, ranges: Sequence[_Range]) -> int:
    """Return the weight of the range that names a media type most precisely."""
    fits = [(found.fit(media), found.weight) for found in ranges]
    return max(fits, key=lambda fit: fit[0])[1] if any(fit for fit, _ in fits) else 0


def _ranges(accept: str) -> list[_Range]:
    found = []
    for element in _ELEMENT.findall(accept[:_LONGEST]):
        name, _, _ = element.partition(";")
        kind, slash, subtype = name.strip().lower().partition("/")
        if kind == "*" and not slash:
            subtype = slash = "*"
        if slash and kind and subtype:
            found.append(_Range(kind, subtype, _quality(element)))
    return found


def _quality(element: str) -> int:
    for name, value in _PARAMETER.findall(element):
        if name.lower() == "q":
            try:
                return round(min(max(float(value), 0.0), 1.0) * 1000)
            except ValueError:
                return 0
    return 1000
