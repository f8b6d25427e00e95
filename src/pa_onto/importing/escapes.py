"""Cells that a spreadsheet would run: made harmless where they are written, and taken back.

What looks like a formula gets an apostrophe in front, and so does what looks as if it had got
one: whoever reads the file again takes one off, and has the cells as they were.
"""

from __future__ import annotations

import re
from typing import Final

#: The columns before those of the export.
ADDED: Final = ("rejected_row", "rejected_because")

# Some spreadsheets take the full-width forms for the same.
_FORMULA: Final = re.compile("'* *[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?%?").fullmatch


def asleep(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return "'" + cell if _FORMULA.match(cell) and not _NUMBER(cell) else cell


def awake(cell: str) -> str:
    """Return a cell as it was before :func:`asleep`."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell
