"""Turn offsets in a text into lines and columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

_BOM = "\ufeff"


class Place(NamedTuple):
    """A line and a column, both from 1; columns count characters, as editors do."""

    line: int
    column: int


def places(text: str, offsets: Iterable[int]) -> dict[int, Place]:
    """Return the place of every offset; a byte order mark takes no column.

    The text is walked once: what lies between two offsets is only searched for line ends.
    """
    found: dict[int, Place] = {}
    line, start, before = 1, int(text.startswith(_BOM)), 0
    for offset in sorted(set(offsets)):
        line += text.count("\n", before, offset)
        start = text.rfind("\n", before, offset) + 1 or start
        before = offset
        found[offset] = Place(line, max(offset - start, 0) + 1)
    return found
