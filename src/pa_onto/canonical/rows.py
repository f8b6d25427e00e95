"""Write rows of CSV so that every reader finds the same rows."""

from __future__ import annotations

from collections.abc import Iterable


def as_row(cells: Iterable[str], delimiter: str = ",", line_end: str = "\n") -> str:
    """Return cells as one row of a table (RFC 4180, section 2).

    A cell that holds a line break of any kind stands in quotes. Python's own writer looks only
    for its line ends, so that a lone carriage return would begin a new row.
    """
    cells = list(cells)
    row = delimiter.join(cells)
    plain = '"' not in row and "\r" not in row and "\n" not in row
    if plain and row.count(delimiter) == len(cells) - 1:
        return row + line_end
    special = {delimiter, '"', "\r", "\n"}
    return delimiter.join(_quoted(cell, special) for cell in cells) + line_end


def _quoted(cell: str, special: set[str]) -> str:
    return cell if special.isdisjoint(cell) else '"' + cell.replace('"', '""') + '"'
