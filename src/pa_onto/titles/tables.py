"""Read titles from a file: lines of text, CSV, TSV, or JSON lines.

A row keeps its cells as they were written, so that a table can be written again with the
answers beside them.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from ..errors import InputError, UsageError
from ..reading.formats import format_named
from ..reading.inputs import MAX_LINE, Input, open_bytes, unreadable

#: The formats that titles are read from, by the ends of file names.
FORMATS: Final = {
    ".txt": "text",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "json-lines",
    ".ndjson": "json-lines",
}
_DELIMITERS: Final = ",;\t"


class Row(NamedTuple):
    """One title with what stands beside it; ``cells`` is the whole row, empty for a blank one."""

    text: str
    department: str = ""
    employer: str = ""
    cells: Sequence[str] = ()


class Table(NamedTuple):
    """The rows of an input, read as they are asked for.

    ``header`` names the columns, nothing in lines of text. ``done`` tells how many bytes were
    read, out of ``size``, 0 where that is not known.
    """

    header: list[str]
    rows: Iterator[Row]
    delimiter: str = ","
    line_end: str = "\n"
    size: int = 0
    done: Callable[[], int] = int


def read_table(
    file: str,
    *,
    column: str | None = None,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> Table:
    """Open a file, or standard input for ``-``, and find the column with the titles.

    ``columns`` says of header names in lower case whether they hold ``title``, ``department``
    or ``employer``. Raises InputError for what cannot be read and UsageError for a column
    that is not there.
    """
    format = format or _format(file)
    raw, size = _opened(file)
    name = "<stdin>" if file == "-" else file
    # What is no UTF-8 is refused with its place by the generator that guards the lines.
    stream = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="strict", newline="")
    lines = _lines(stream, name)
    known = columns or {}
    if format == "text":
        if column is not None:
            cure = "Name a CSV or JSON lines file, or give --input-format."
            raise UsageError("Lines of text have no columns.", cure=cure)
        table = Table([], (Row(line.rstrip("\r\n")) for line in lines))
    elif format == "json-lines":
        table = _json_lines(lines, column, known, name)
    else:
        table = _separated(lines, format, column, known, name)
    return table._replace(size=size, done=lambda: raw.tell() if size and not raw.closed else size)


def _format(file: str) -> str:
    path = Path(file.lower().removesuffix(".gz"))
    return FORMATS.get(path.suffix, "text")


def _opened(file: str) -> tuple[IO[bytes], int]:
    if file == "-":
        return sys.stdin.buffer, 0
    path = Path(file)
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == b"\x1f\x8b"
        size = 0 if packed else path.stat().st_size
    except (OSError, ValueError) as error:
        problem = error if isinstance(error, OSError) else OSError(str(error))
        raise unreadable(problem, file) from error
    return open_bytes(Input(file, path, format_named("csv"), packed)), size


def _lines(stream: IO[str], file: str) -> Iterator[str]:
    """Yield lines with their ends. Raises InputError for bytes that are no UTF-8."""
    number = 0
    try:
        for number, line in enumerate(stream, 1):
            if len(line) > MAX_LINE:
                raise InputError("A line is too long.", file=file, line=number)
            yield line
    except UnicodeDecodeError as error:
        cure = "Save the file as UTF-8."
        raise InputError("Not UTF-8.", cure=cure, file=file, line=number + 1) from error
    except OSError as error:
        raise unreadable(error, file) from error


def _separated(
    lines: Iterator[str], format: str, column: str | None, known: Mapping[str, str], file: str
) -> Table:
    import csv

    first = next(lines, "")
    if not first.strip():
        raise InputError("Has no header.", cure="Name the columns in the first row.", file=file)
    delimiter = "\t" if format == "tsv" else max(_DELIMITERS, key=first.count)
    csv.field_size_limit(MAX_LINE)
    reader = csv.reader(chain([first], lines), delimiter=delimiter)
    header = next(_checked(reader, file))
    places = _places(header, column, known, file)
    line_end = "\r\n" if first.endswith("\r\n") else "\n"
    return Table(header, _rows(reader, len(header), places, file), delimiter, line_end)


def _checked(reader: Any, file: str) -> Iterator[list[str]]:
    from csv import Error

    try:
        yield from reader
    except Error as error:
        raise InputError(
            f"Not a table: {error}.", cure="Quote the cell.", file=file, line=reader.line_num
        ) from error


def _rows(reader: Any, width: int, places: tuple[int, int, int], file: str) -> Iterator[Row]:
    at, department, employer = places
    for cells in _checked(reader, file):
        if len(cells) > width:
            raise InputError(
                f"The row has {len(cells)} cells, the header {width}.",
                cure="Quote cells that hold delimiters.",
                file=file,
                line=reader.line_num,
            )
        if not cells:
            yield Row("")
            continue
        cells += [""] * (width - len(cells))
        yield Row(
            cells[at],
            cells[department] if department >= 0 else "",
            cells[employer] if employer >= 0 else "",
            cells,
        )


def _places(
    header: list[str], column: str | None, known: Mapping[str, str], file: str
) -> tuple[int, int, int]:
    """Return where title, department and employer stand; -1 for what is not there."""
    says = [known.get(name.strip().casefold(), "") for name in header]
    if column is not None:
        if column not in header:
            raise UsageError(f"No column {column!r}.", cure=_listed(header), file=file)
        at = header.index(column)
    elif "title" in says:
        at = says.index("title")
    elif len(header) == 1:
        at = 0
    else:
        raise UsageError("No column looks like a title.", cure=_listed(header), file=file)
    department, employer = (
        next((n for n, said in enumerate(says) if said == kind and n != at), -1)
        for kind in ("department", "employer")
    )
    return at, department, employer


def _listed(header: list[str]) -> str:
    return f"Name one with --column: {', '.join(header)}."


def _json_lines(
    lines: Iterator[str], column: str | None, known: Mapping[str, str], file: str
) -> Table:
    """Return the records of JSON lines; their keys are the columns, in the order they come."""
    records = [_record(line, number, file) for number, line in enumerate(lines, 1) if line.strip()]
    header = list(dict.fromkeys(key for record in records for key in record))
    if not header:
        return Table([], iter(()))
    at, department, employer = _places(header, column, known, file)
    rows = ([_cell(record.get(name)) for name in header] for record in records)
    return Table(
        header,
        (
            Row(
                cells[at],
                cells[department] if department >= 0 else "",
                cells[employer] if employer >= 0 else "",
                cells,
            )
            for cells in rows
        ),
    )


def _record(line: str, number: int, file: str) -> dict[str, Any]:
    import json

    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"Not JSON: {error}.", cure="Write one value a line.", file=file, line=number
        ) from error
    if isinstance(value, str):
        return {"text": value}
    if isinstance(value, dict):
        return value
    cure = "Write an object, or a text in quotation marks."
    raise InputError("Neither an object nor a text.", cure=cure, file=file, line=number)


def _cell(value: Any) -> str:
    import json

    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
