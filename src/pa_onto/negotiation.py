"""Which of the formats on offer a client prefers (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, Protocol, TypeVar

# A media range with its parameters; what stands in quotes may hold commas and semicolons.
_RANGE: Final = re.compile(r"\s*([^\s,;]+)\s*((?:;(?:[^,;\"]|\"[^\"]*\")*)*)")
_QUOTED: Final = re.compile(r"\"[^\"]*\"")
_WEIGHT: Final = re.compile(r";\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?=;|$)", re.IGNORECASE)

#: What is read of a header; no client that means well sends more.
_LONGEST: Final = 4_096


class Preference(NamedTuple):
    """A media range of an ``Accept`` header and its weight in thousandths.

    Parameters other than the weight are not kept: each format has one form only, and
    ``application/ld+json;profile=…`` is served by it as well.
    """

    range: str
    weight: int


def preferences(accept: str | None) -> list[Preference]:
    """Return what an ``Accept`` header asks for; without one, anything goes."""
    if accept is None or not accept.strip():
        return [Preference("*/*", 1000)]
    return list(_read(accept[:_LONGEST]))


class Offer(Protocol):
    """A format that can be had: its media type, and what else asks for it."""

    @property
    def media_type(self) -> str:
        """The media type under which it is sent."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Media types that ask for it as well."""


_Offer = TypeVar("_Offer", bound=Offer)


def weight(media: str, wanted: Iterable[Preference], aliases: Iterable[str] = ()) -> int:
    """Return how much a media type is liked, in thousandths; what names it closest decides.

    It may be asked for by an alias, such as ``application/json`` for JSON-LD; then the higher
    of the two weights counts.
    """
    by_range: dict[str, int] = {}
    for name, value in wanted:
        # Of a range that is named twice, with other parameters, the first counts, unless it is
        # wanted without reserve.
        if value == 1000 or name not in by_range:
            by_range[name] = value
    main = media.partition("/")[0] + "/*"
    own = next((by_range[r] for r in (media, main, "*/*") if r in by_range), 0)
    return max([own, *(by_range.get(alias, 0) for alias in aliases)])


def choose(accept: str | None, offers: Sequence[_Offer]) -> _Offer | None:
    """Return the offer that is liked best, the first of those alike; None: none will do."""
    wanted = preferences(accept)
    weights = [weight(offer.media_type, wanted, offer.aliases) for offer in offers]
    best = max(weights, default=0)
    return offers[weights.index(best)] if best else None


def preferred(accept: str | None, media: tuple[str, ...]) -> tuple[str, ...]:
    """Return the media types that a client takes, best first; equal ones keep their order.

    >>> preferred("text/*;q=0.5, application/json", ("text/html", "application/json"))
    ('application/json', 'text/html')
    """
    return _preferred((accept or "")[:_LONGEST], media)


@lru_cache(maxsize=1 << 10)
def _preferred(accept: str, media: tuple[str, ...]) -> tuple[str, ...]:
    wanted = preferences(accept)
    weights = {kind: weight(kind, wanted) for kind in media}
    return tuple(sorted(filter(weights.get, media), key=lambda kind: -weights[kind]))


def _read(accept: str) -> Iterator[Preference]:
    for part in _split(accept):
        found = _RANGE.match(part)
        if found is None:
            continue
        name, parameters = found[1].lower(), _QUOTED.sub("", found[2])
        weighed = _WEIGHT.search(parameters)
        if weighed:
            yield Preference(name, round(float(weighed[1]) * 1000))
        elif not re.search(r";\s*q\s*=", parameters, re.IGNORECASE):
            yield Preference(name, 1000)


def _split(accept: str) -> list[str]:
    """Split a header at the commas that do not stand in quotes."""
    return [part[0] for part in re.finditer(r"(?:[^,\"]|\"[^\"]*\"|\")+", accept)]
