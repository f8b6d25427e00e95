"""Answers to messy titles as a table, JSON, JSON lines or CSV."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any, Final

from ..model import Match
from ..namespaces import shorten
from .text import cut, printable, streamed_table

#: What is added to every row of a table.
COLUMNS: Final = ("status", "title", "label", "level", "department", "candidates", "explanation")
# Some spreadsheets take the full-width forms for the same.
_FORMULA: Final = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?%?").fullmatch
_TEXT: Final = 40


def as_table(matches: Iterable[Match]) -> Iterator[str]:
    """Yield the lines of a table for people: what was asked, what it is, and why.

    The first answers set the widths of the columns; what is wider later stands out.
    """
    header = ("text", "status", "title", "level", "department", "why")
    yield from streamed_table(header, map(_row, matches))


def _row(match: Match) -> tuple[str, ...]:
    return (
        cut(printable(match.text), _TEXT),
        match.status,
        shorten(match.title) if match.title else "",
        match.level or "",
        match.department or "",
        _why(match),
    )


def as_object(match: Match) -> dict[str, Any]:
    """Return an answer as JSON has it."""
    return {
        "text": match.text,
        "status": match.status,
        "title": match.title,
        "label": match.label,
        "level": match.level,
        "department": match.department,
        "candidates": [candidate._asdict() for candidate in match.candidates],
        "explanation": match.explanation._asdict(),
    }


def as_lines(matches: Iterable[Match]) -> Iterator[str]:
    """Yield answers as JSON lines."""
    import json

    for match in matches:
        yield json.dumps(as_object(match), ensure_ascii=False) + "\n"


def as_json(matches: Iterable[Match]) -> Iterator[str]:
    """Yield the pieces of a JSON array of answers."""
    between = "[\n"
    for line in as_lines(matches):
        yield f"{between}  {line[:-1]}"
        between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def as_csv(
    rows: Iterable[tuple[Sequence[str], Match]],
    header: Sequence[str],
    *,
    delimiter: str = ",",
    line_end: str = "\n",
) -> Iterator[str]:
    """Yield rows as they were with the answers appended, blank ones left blank.

    A cell that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    from ..canonical.rows import as_row

    out = StringIO(newline="")
    out.write(as_row([*map(_inert, header), *_added(header)], delimiter, line_end))
    answers: dict[int, tuple[Match, list[str]]] = {}
    for cells, match in rows:
        if not cells:
            out.write(line_end)
            continue
        # Equal titles have one answer between them; it is kept, so its id stays its own.
        known = answers.get(id(match))
        if known is None:
            known = answers[id(match)] = (match, [_inert(cell) for cell in _cells(match)])
        out.write(as_row([*map(_inert, cells), *known[1]], delimiter, line_end))
        if out.tell() > 1 << 16:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
            if len(answers) > 1 << 16:
                answers.clear()
    yield out.getvalue()


def _added(header: Sequence[str]) -> list[str]:
    """Return names for the new columns that no column has."""
    prefix = "resolved_"
    while any(prefix + name in header for name in COLUMNS):
        prefix += "again_"
    return [prefix + name for name in COLUMNS]


def _cells(match: Match) -> list[str]:
    return [
        match.status,
        match.title or "",
        match.label or "",
        match.level or "",
        match.department or "",
        " ".join(candidate.title for candidate in match.candidates),
        match.explanation.reason,
    ]


def _inert(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    if not _FORMULA.isdisjoint(cell.lstrip(" ")[:1]) and not _NUMBER(cell):
        return "'" + cell
    return cell


def _why(match: Match) -> str:
    reason = match.explanation.reason
    if match.candidates:
        names = ", ".join(shorten(candidate.title) for candidate in match.candidates)
        decides = match.candidates[0].decides
        reason += f" {names} ({decides})"
    return reason
