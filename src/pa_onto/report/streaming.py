"""Write JSON in pieces, so that a million findings are never one string."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

_encode: Final = json.JSONEncoder(ensure_ascii=False).encode
# The control characters that JSON does not escape by itself, the marks that turn the direction
# of writing, and the line ends that some readers of lines take for one.
_STEERING: Final = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def encode(value: object) -> str:
    """Return a value as JSON on one line that steers no terminal."""
    return harmless(_encode(value))


def harmless(text: str) -> str:
    """Escape what could steer a terminal, as JSON and Turtle both escape in a string."""
    if text.isprintable():
        return text
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def pieces_of(members: Mapping[str, object]) -> Iterator[str]:
    """Yield a JSON object, a member a line; an iterator is an array, an item a line."""
    before = "{\n"
    for name, value in members.items():
        yield f"{before}  {encode(name)}: "
        before = ",\n"
        if isinstance(value, Iterator):
            yield from _array(value)
        else:
            yield encode(value)
    yield "\n}"


def _array(items: Iterator[object]) -> Iterator[str]:
    before = "[\n"
    for item in items:
        yield f"{before}    {encode(item)}"
        before = ",\n"
    yield "[]" if before == "[\n" else "\n  ]"
