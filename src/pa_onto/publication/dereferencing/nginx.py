"""The rules for nginx: maps for its ``http`` block, a location for its ``server`` block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import quote

from .families import Family, families
from .formats import FORMATS, MEDIA_TYPES, TEXTS
from .patterns import BEST, FILE, FULL, LESS, as_sent, below_as_sent, literally, row, weights
from .routes import Rules

_TEMPLATES: Final = Path(__file__).parent / "templates"


def maps(rules: Rules) -> bytes:
    """Return the maps that find out where a request leads."""
    every = families(rules)
    start = _variable(rules)
    lines = [*_weight_maps(start), *_route_maps(rules, every, start)]
    for family in every:
        lines += _family_maps(rules, family, start)
    lines += _joined(start, every)
    return _filled("nginx-maps.conf", rules, start=start, maps="\n".join(lines))


def locations(rules: Rules) -> bytes:
    """Return the location that answers with them."""
    texts = sorted(TEXTS - {"text/html"})
    return _filled(
        "nginx-locations.conf",
        rules,
        start=_variable(rules),
        prefix=rules.prefix,
        here=_here(rules),
        types="\n".join(_types()),
        texts=" ".join(texts),
    )


def _filled(template: str, rules: Rules, **parts: str) -> bytes:
    text = Template((_TEMPLATES / template).read_text(encoding="utf-8"))
    offer = ", ".join(format.media_type for format in FORMATS)
    return text.substitute(name=rules.name, base=rules.base, offer=offer, **parts).encode()


def _variable(rules: Rules) -> str:
    """Return what the variables of a vocabulary begin with, so that a server may have several."""
    return "$" + re.sub(r"\W", "_", rules.name, flags=re.ASCII).lower()


def _here(rules: Rules) -> str:
    """Return the pattern of all paths that the location answers."""
    bare = rules.prefix.rstrip("/")
    return f"^{literally(bare)}(?:/|$)" if bare else "^/"


def _types() -> Iterator[str]:
    for extension, kind in MEDIA_TYPES.items():
        if "." not in extension:
            yield f"        {kind} {extension};"


def _weight_maps(start: str) -> Iterator[str]:
    name = start.removeprefix("$")
    for weight in weights(FORMATS):
        otherwise = f"{start}_q_{weight.otherwise}" if weight.otherwise else "0"
        digits = f"{name}_digits_{weight.variable}"
        less = LESS.replace(r"(\d", rf"(?<{digits}>\d")
        yield f"map {start}_accept {start}_q_{weight.variable} {{"
        yield f"    default {otherwise};"
        yield f'    "~*{_quoted(weight.pattern + FULL)}" 1;'
        yield f'    "~*{_quoted(weight.pattern + less)}" "0${digits}";'
        yield "}"


def _route_maps(rules: Rules, every: list[Family], start: str) -> Iterator[str]:
    """Yield the maps that find the family and the page of a request, ``3:title/runner``.

    What is found by a pattern is taken as it was sent, still encoded, so that nothing that is
    decoded gets into a header.
    """
    name = start.removeprefix("$")
    yield f"map $request_uri {start}_folder {{"
    yield '    default "";'
    yield f'    "~^[^?]*{_quoted(FILE)}(?:\\?|$)" "";'
    for family in every:
        if family.folders:
            page = f"{name}_path_{family.number}"
            path = _quoted(below_as_sent(family.folders))
            found = f"~^{_quoted(as_sent(rules.prefix))}(?<{page}>{path})(?:\\?|$)"
            yield f'    "{found}" "{family.number}:${page}";'
    yield "}"
    # Patterns, because keys that are none are compared without regard to case.
    yield f"map $uri {start}_route {{"
    yield f"    default {start}_folder;"
    for family in every:
        for route in family.exact:
            bare = "?" if not route.source and rules.prefix != "/" else ""
            source = _quoted(literally(rules.prefix + route.source))
            yield f'    "~^{source}{bare}$" "{family.number}:{quote(route.page)}";'
    yield "}"


def _family_maps(rules: Rules, family: Family, start: str) -> Iterator[str]:
    """Yield the maps of a family: the format liked best, and then the file."""
    name, number = start.removeprefix("$"), family.number
    chosen = _quoted(BEST.replace("([a-z]+)", f"(?<{name}_chosen_{number}>[a-z]+)", 1))
    values = row(weights(family.formats), f"${{{{{name}_q_{{}}}}}}")
    yield f'map "{values}" {start}_best_{number} {{'
    yield '    default "";'
    yield f'    "~{chosen}" ${name}_chosen_{number};'
    yield "}"
    yield from _targets(rules, family, start)


def _targets(rules: Rules, family: Family, start: str) -> Iterator[str]:
    """Yield the map from page and format to the file; ``406`` where there is no such format."""
    name, number = start.removeprefix("$"), family.number
    yield f'map "{start}_route:{start}_best_{number}" {start}_target_{number} {{'
    yield '    default "";'
    yield f'    "~^{number}:.*:$" 406;'
    for place, (stem, extensions) in enumerate(family.stems.items()):
        page, best = f"{name}_page_{number}_{place}", f"{name}_best_{number}_{place}"
        file = rules.prefix + quote(stem, safe="/*").replace("*", f"${{{page}}}")
        found = f"{number}:(?<{page}>.+):(?<{best}>{'|'.join(extensions)})"
        yield f'    "~^{found}$" "{file}.${{{best}}}";'
    yield "}"


def _joined(start: str, every: list[Family]) -> Iterator[str]:
    """Yield the maps that take the one target there is, and say whether it is a refusal."""
    joined = "".join(f"{start}_target_{family.number}" for family in every)
    yield f'map "{joined}" {start}_target {{'
    yield '    "" "";'
    yield '    406 "";'
    yield f'    default "{joined}";'
    yield "}"
    yield f'map "{joined}" {start}_refused {{'
    yield '    default "";'
    yield "    406 1;"
    yield "}"
    yield f'map "{joined}" {start}_vary {{'
    yield '    "" "";'
    yield "    default Accept;"
    yield "}"


def _quoted(text: str) -> str:
    """Return text as it stands between quotation marks in a configuration."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
