"""Plain text: columns, terms as people read them, and nothing that could steer a terminal."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from ..namespaces import PREFIXES, shorten

if TYPE_CHECKING:
    from ..terms import Description

# Zero width joiner and non-joiner: emoji and several scripts are misread without them.
_JOINERS: Final = "\u200c\u200d"
# Control, format (the marks that turn the direction of writing among them) and surrogate.
_STEERING: Final = ("Cc", "Cf", "Cs")
_SURROGATE: Final = "[\ud800-\udfff]"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows as aligned columns under a header."""
    lines = [list(header), *(list(map(printable, row)) for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["─" * width for width in widths])
    return "\n".join(
        "  ".join(_padded(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def description(term: Description, width: int = 88) -> str:
    """Return the description of a term for people."""
    import textwrap

    lines = [f"{term.label}  {term.name}", term.iri]
    if term.definition:
        lines += ["", *textwrap.wrap(term.definition, width)]
    inbound = [(f"← {heading}", values) for heading, values in term.inbound]
    rows = [*term.properties, *inbound]
    indent = max((_width(heading) for heading, _ in rows), default=0) + 4
    if rows:
        lines.append("")
    for heading, values in rows:
        # Sentences get a line each, names share one.
        between = "\n" if any(value.endswith(".") for value in values) else "; "
        folded = [
            line
            for text in between.join(map(printable, values)).split("\n")
            for line in textwrap.wrap(text, max(width - indent, 30), break_long_words=False)
        ]
        lines.append(f"  {_padded(heading, indent - 2)}{folded[0]}")
        lines += [" " * indent + line for line in folded[1:]]
    return "\n".join(lines)


def readable(term: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Return a term in N-Triples syntax as people read it."""
    if term.startswith("<"):
        return shorten(term[1:-1], prefixes)
    if term.startswith('"'):
        text = term[: term.rindex('"') + 1]
        try:
            return str(json.loads(text, strict=False))
        except ValueError:
            return text.strip('"')
    return term


def readable_path(path: str) -> str:
    """Return a property path with CURIEs for its IRIs."""
    return re.sub(r"<([^<>]*)>", lambda match: shorten(match[1]), path)


def printable(text: str) -> str:
    """Replace what could steer a terminal, and keep every text on one line."""
    return text if text.isprintable() else "".join(map(_shown, text))


def well_formed(text: str) -> str:
    """Replace lone surrogates, which stand in names of files but in no legal text."""
    return text if text.isascii() else re.sub(_SURROGATE, "\ufffd", text)


def cut(text: str, length: int) -> str:
    """Return a text no longer than ``length``, with an ellipsis where it was cut."""
    return text if len(text) <= length else text[: length - 1] + "…"


def _shown(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    if character.isspace():
        return " "
    return "\ufffd" if unicodedata.category(character) in _STEERING else character


def _width(text: str) -> int:
    """Return the columns a text takes on a terminal."""
    return sum(
        2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
        if not unicodedata.combining(character) and character not in _JOINERS
    )


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
