"""Plain text: columns, terms as people read them, and nothing that could steer a terminal."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from ..namespaces import shorten

# Zero width joiner and non-joiner: emoji and several scripts are misread without them.
_JOINERS: Final = "\u200c\u200d"
# Control, format (the marks that turn the direction of writing among them) and surrogate.
_STEERING: Final = ("Cc", "Cf", "Cs")
_SURROGATE: Final = "[\ud800-\udfff]"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows as aligned columns under a header."""
    lines = [list(header), *(list(map(printable, row)) for row in rows)]
    widths = [max(map(width_of, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["─" * width for width in widths])
    return "\n".join(
        "  ".join(padded(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def readable(term: str) -> str:
    """Return a term in N-Triples syntax as people read it."""
    if term.startswith("<"):
        return shorten(term[1:-1])
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


def width_of(text: str) -> int:
    """Return the columns a text takes on a terminal."""
    return sum(
        2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
        if not unicodedata.combining(character) and character not in _JOINERS
    )


def padded(text: str, width: int) -> str:
    """Return a text with spaces after it, up to a width on a terminal."""
    return text + " " * (width - width_of(text))
