"""Choose the format a client likes best (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from .formats import Format

# A media range with its parameters; what stands in quotes may hold commas and semicolons.
_RANGE: Final = re.compile(r"\s*([^\s,;]+)\s*((?:;(?:[^,;\"]|\"[^\"]*\")*)*)")
_QUOTED: Final = re.compile(r"\"[^\"]*\"")
_WEIGHT: Final = re.compile(r";\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?=;|$)", re.IGNORECASE)


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
    return list(_read(accept))


def weight(format: Format, wanted: Iterable[Preference]) -> int:
    """Return how much a format is liked, in thousandths; what names it closest decides.

    A format may be asked for by an alias, such as ``application/json`` for JSON-LD; then the
    higher of the two weights counts.
    """
    by_range: dict[str, int] = {}
    for name, value in wanted:
        # Of a range that is named twice, with other parameters, the first counts, unless it is
        # wanted without reserve.
        if value == 1000 or name not in by_range:
            by_range[name] = value
    main = format.media_type.partition("/")[0] + "/*"
    own = next((by_range[r] for r in (format.media_type, main, "*/*") if r in by_range), 0)
    return max([own, *(by_range.get(alias, 0) for alias in format.aliases)])


def choose(accept: str | None, formats: Sequence[Format]) -> Format | None:
    """Return the format that is liked best, the first of those alike; None: none will do."""
    wanted = preferences(accept)
    weights = [weight(format, wanted) for format in formats]
    best = max(weights, default=0)
    return formats[weights.index(best)] if best else None


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
