"""Read the rows of an export one by one, each with all its cells as they were written.

A file of rejected rows is an export as well: its two added columns are left out, and the
apostrophes that keep its formulas from running are taken off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final, NamedTuple, cast

from ..errors import InputError
from ..reading.formats import HEAD, check_content, format_named, format_of_content, known_format
from ..reading.hints import check_kind, check_url, to_type
from ..reading.inputs import (
    MAX_LINE,
    MAX_RATIO,
    MAX_UNPACKED,
    Input,
    open_bytes,
    standard_input,
    unreadable,
)
from ..reading.unpacking import Unpacked
from .escapes import ADDED, awake

_DELIMITERS: Final = ",;\t|"
_QUOTED: Final = re.compile(r'"[^"]*"')
_MAGIC: Final = b"\x1f\x8b"
_MARK: Final = "\ufeff"
_CELL: Final = 57


class Row(NamedTuple):
    """A row: its number as spreadsheets count, the header being 1, its first line, its cells."""

    number: int
    line: int
    cells: list[str]

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in any cell."""
        return not any(cell.strip() for cell in self.cells)


class Export(NamedTuple):
    """An open export; ``rows`` are read as they are asked for.

    ``header`` has the names of the columns without blanks around them. ``mark`` says that the
    file began with a byte order mark. ``done`` tells how many bytes were read, out of ``size``,
    0 where that is not known.
    """

    file: str
    header: list[str]
    rows: Iterator[Row]
    delimiter: str
    line_end: str
    encoding: str
    mark: bool
    size: int
    done: Callable[[], int]


def open_export(
    file: str, *, encoding: str = "utf-8", delimiter: str = "", header: int = 1
) -> Export:
    """Open a CSV or TSV file, also packed with gzip, or standard input for ``-``.

    Without a delimiter it is the comma, semicolon, tab or bar that the header has most of.
    ``header`` is the line of the header; above it there may be anything.
    Raises InputError for what cannot be read or is no table.
    """
    name = "<stdin>" if file == "-" else file
    raw, size, done = _opened(file, name)
    stream = io.TextIOWrapper(cast(IO[bytes], raw), encoding=encoding, newline="")
    lines = _lines(stream, name)
    first = next(lines, "")
    mark, first = first.startswith(_MARK), first.removeprefix(_MARK)
    # A file of rejected rows has nothing above its header.
    above = 0 if all(column in first for column in ADDED) else header - 1
    for _ in range(above):
        first = next(lines, "")
    if not first.strip():
        raise InputError("Has no header.", cure="Name the columns in the first row.", file=name)
    delimiter = delimiter or _delimiter(first, file)
    csv.field_size_limit(MAX_LINE)
    cells = _Cells(chain([first], lines), delimiter, name, above)
    columns = next(cells).cells
    again = set(ADDED) <= set(columns)
    kept = [place for place, column in enumerate(columns) if not again or column not in ADDED]
    rows = _again(cells, kept, len(columns)) if again else iter(cells)
    ends = "\r\n" if first.endswith("\r\n") else "\n"
    names = [columns[place].strip() for place in kept]
    if again:
        names = list(map(awake, names))
    return Export(name, names, rows, delimiter, ends, encoding, mark, size, done)


def batches(rows: Iterator[Row], count: int, size: int) -> Iterator[list[Row]]:
    """Yield rows in lists of so many at the most, fewer where they take more than ``size`` bytes.

    A cell takes some bytes however short it is.
    """
    batch: list[Row] = []
    held = 0
    for row in rows:
        batch.append(row)
        held += sum(map(len, row.cells)) + _CELL * len(row.cells)
        if len(batch) >= count or held > size:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _again(rows: Iterator[Row], kept: list[int], width: int) -> Iterator[Row]:
    """Yield the rows of a file of rejected rows as they were in the export."""
    for row in rows:
        cells = [row.cells[place] for place in kept if place < len(row.cells)]
        yield row._replace(cells=[awake(cell) for cell in (*cells, *row.cells[width:])])


class _Cells:
    """The rows of a table with their numbers; some lines may have been read ``above`` it."""

    def __init__(self, lines: Iterator[str], delimiter: str, file: str, above: int) -> None:
        self._file = file
        self._above = self._number = above
        self._reader: Any = csv.reader(lines, delimiter=delimiter, strict=True)

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        line = self._above + self._reader.line_num + 1
        try:
            cells = next(self._reader)
        except csv.Error as error:
            unclosed = "unexpected end" in str(error)
            problem = "A quoted cell is not closed." if unclosed else f"Not a table: {error}."
            cure = "Put quotation marks around the cell, and double those inside it."
            raise InputError(problem, cure=cure, file=self._file, line=line) from error
        self._number += 1
        return Row(self._number, line, cells)


def _lines(stream: io.TextIOWrapper, file: str) -> Iterator[str]:
    """Yield lines with their ends. Raises InputError for what is in another encoding."""
    number = 0
    try:
        while line := stream.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                raise InputError("A line is too long.", cure="Check it.", file=file, line=number)
            yield line
    except UnicodeError as error:
        cure = 'Name its encoding in the mapping, such as encoding = "windows-1252".'
        problem, place = f"Not {stream.encoding} from here on.", number + 1
        if isinstance(error, UnicodeDecodeError):
            # A block is decoded at once: the error may be lines below what was asked for.
            place += error.object.count(b"\n", 0, error.start)
        raise InputError(problem, cure=cure, file=file, line=place) from error
    except OSError as error:
        raise unreadable(error, file) from error
    finally:
        stream.close()


def _delimiter(first: str, file: str) -> str:
    if Path(file.lower().removesuffix(".gz")).suffix in (".tsv", ".tab"):
        return "\t"
    return max(_DELIMITERS, key=_QUOTED.sub("", first).count)


def _opened(file: str, name: str) -> tuple[io.BufferedReader, int, Callable[[], int]]:
    """Return the unpacked bytes of a file, its size on disk and what tells how many were read."""
    if file == "-":
        buffer, size = cast(io.BufferedReader, standard_input()), 0
    else:
        check_url(file)
        path = Path(file)
        buffer = cast(io.BufferedReader, open_bytes(Input(name, path, format_named("csv"))))
        size = path.stat().st_size if path.is_file() else 0
    try:
        head = buffer.peek(HEAD)
    except OSError as error:
        raise unreadable(error, name) from error
    packed = buffer
    if head.startswith(_MAGIC):
        unpacked: Any = Unpacked(buffer, name, MAX_UNPACKED, MAX_RATIO)
        buffer = io.BufferedReader(_Raw(unpacked))
        head = buffer.peek(HEAD)
    try:
        _check_table(head[:HEAD], name)
    except InputError:
        buffer.close()
        raise
    return buffer, size, lambda: packed.tell() if size and not packed.closed else size


def _check_table(head: bytes, file: str) -> None:
    """Raise InputError for what is no table."""
    check_kind(head, file, "csv")
    known, shown = known_format(file), format_of_content(head)
    for format in (shown, known):
        if format is not None and format.name not in ("csv", "tsv"):
            told = "" if format == known else f" --input-format {format.name}"
            line = f"{to_type('validate', file)}{told}"
            cure = f"Only CSV and TSV are mapped; `{line}` takes it as it is."
            what = "Begins like" if format is shown else "Is"
            raise InputError(f"{what} {format.name}, not a table.", cure=cure, file=file)
    check_content(head, format_named("csv"), file)


class _Raw(io.RawIOBase):
    """Bytes that are read as they come, for a buffer around them."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source

    def readable(self) -> bool:
        """Return True: this is for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read some bytes into a buffer and return how many; none at the end."""
        found = self._source.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)
