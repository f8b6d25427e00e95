"""Read CSV and TSV (RFC 4180): the header has the keys of records, each row is one.

Rows are read a line at a time and never held whole. A cell becomes the value a JSON record
would have: nothing when it is empty, a number where the key stands for one, else text.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Container, Iterator, Mapping
from io import StringIO
from typing import IO, Any, Final

from ..errors import InputError
from ..model import Finding, Location
from .chunks import Chunk, Record
from .inputs import MAX_LINE, Input, decoded, numbered_lines
from .nearest import nearest
from .placing import Unplaced, cut, value_pointer
from .records import RecordReader
from .schema import Problem
from .sources import Readers

#: About how many bytes of a table make a chunk: rows are short, and become ten times as long.
CHUNK_BYTES: Final = 1 << 19
CHUNK_ROWS: Final = 1_000

# A number as JSON writes it (RFC 8259, section 6), no longer than a double holds for certain.
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?").fullmatch
_QUOTED = re.compile(r'"[^"]*"')
# A cell, for each delimiter (RFC 4180, section 2).
_CELL: Final = {mark: re.compile(rf'"(?:[^"]|"")*"|[^{mark}\n]*') for mark in (",", ";", "\t")}
_DIGITS: Final = 15
_FORMULA: Final = ("=", "@", "+", "-", "\t")


class Table:
    """A CSV or TSV file; a record's ordinal is its row, the header being row 1."""

    def __init__(self, source: Input, readers: Readers, label: str) -> None:
        self.input = source
        self.done = 0
        self._readers = readers
        self._label = label
        self._delimiter = "\t" if source.format.name == "tsv" else ","
        self._fields: list[str] = []
        self._header = b""

    def chunks(self, *, whole: bool = False) -> Iterator[Chunk]:
        """Yield some thousand rows at a time. Raises InputError for a table without a header."""
        reader = self._reader()
        self._numbers = self._readers.number_keys
        extra: list[tuple[str, Problem]] = []
        self.done = pending = count = 0
        for row, line, raw in self._rows():
            if row == 1:
                self._read_header(raw, reader)
                extra += [("", problem) for problem in self._unknown_fields()]
                continue
            extra += self._add(reader, row, line, raw)
            pending += len(raw)
            count += 1
            if pending > CHUNK_BYTES or count >= CHUNK_ROWS:
                self.done += pending
                chunk, pending, count = reader.chunk(), 0, 0
                yield chunk._replace(problems=(*chunk.problems, *extra))
                extra = []
        if not self._fields:
            raise InputError("Is empty.", cure="Give a header and rows.", file=self.input.file)
        self.done = self.input.size
        chunk = reader.chunk()
        yield chunk._replace(problems=(*chunk.problems, *extra))

    def _reader(self) -> RecordReader:
        return self._readers.reader(self.input.file, self._label)

    def place(self, chunk: Chunk, items: list[Unplaced]) -> list[Finding]:
        """Return findings with row, field, line and column."""
        return [self._place(item) for item in items]

    def again(
        self, ordinals: Collection[int], *, whole: bool = False
    ) -> Iterator[tuple[int, Chunk]]:
        """Read the rows with those numbers once more."""
        reader = self._reader()
        for row, line, raw in self._rows():
            if row in ordinals:
                self._add(reader, row, line, raw)
                yield row, reader.places()

    def split(self, invalid: Container[int], good: IO[bytes] | None, bad: IO[bytes] | None) -> None:
        """Copy each row to where it belongs, the header to both unless they have one."""
        for row, _, raw in self._rows():
            for target, wanted in ((good, row not in invalid), (bad, row in invalid)):
                if target is not None and (target.tell() == 0 if row == 1 else wanted):
                    target.write(raw)

    def header(self) -> bytes:
        """Return the row that names the columns, nothing when there is none."""
        return next((raw.strip() for _, _, raw in self._rows()), b"")

    def _rows(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield row, first line and bytes of every row; a quoted cell may hold line ends."""
        row, begin, size = 0, 1, 0
        held: list[bytes] = []
        open_quote = False
        for number, line in numbered_lines(self.input):
            open_quote ^= line.count(b'"') % 2 == 1
            held.append(line)
            size += len(line)
            if open_quote and size <= MAX_LINE:
                continue
            if open_quote:
                break
            raw = b"\n".join(held)
            if raw.strip():
                row += 1
                yield row, begin, raw + b"\n"
            held, size, begin = [], 0, number + 1
        if held:
            cure = "Close the quotation mark, and double those inside a cell."
            raise InputError(
                "A quoted cell is not closed.", cure=cure, file=self.input.file, line=begin
            )

    def _cells(self, raw: bytes, line: int) -> list[str]:
        text = decoded(raw, self.input.file, line).rstrip("\r\n")
        if '"' not in text:
            return text.split(self._delimiter)
        csv.field_size_limit(MAX_LINE)
        # Only an empty line end tells the reader to keep those inside of cells.
        try:
            (cells,) = csv.reader(
                StringIO(text, newline=""), delimiter=self._delimiter, strict=True
            )
        except (csv.Error, ValueError) as error:
            raise InputError(
                f"Not CSV: {error}.", cure="Quote the cell.", file=self.input.file, line=line
            ) from error
        return cells

    def _read_header(self, raw: bytes, reader: RecordReader) -> None:
        text = decoded(raw, self.input.file)
        if "\r" in text.rstrip("\r\n"):
            cure = "Save the file with line feeds."
            problem = "Its lines end with a carriage return alone."
            raise InputError(problem, cure=cure, file=self.input.file, line=1)
        if self.input.format.name == "csv":
            bare = _QUOTED.sub("", text)
            self._delimiter = max(",;\t", key=bare.count)
        self._header = text.encode()
        fields = [field.strip() for field in self._cells(text.encode(), 1)]
        twice = {field for field in fields if fields.count(field) > 1}
        if twice or "" in fields:
            what = (
                f"The column {sorted(twice)[0]!r} comes twice" if twice else "A column has no name"
            )
            raise InputError(
                f"{what}.", cure="Give every column one key.", file=self.input.file, line=1
            )
        types = reader.plain.types
        self._fields, self._kind = fields, None
        if "type" not in fields:
            self._kind = self._only_type(types, fields)
        self._keys = frozenset({"id", "type"}).union(
            *(keys for name, keys in types.items() if self._kind in (None, name))
        )

    def _only_type(self, types: Mapping[str, frozenset[str]], fields: list[str]) -> str:
        """Return the one type whose keys fit the columns best."""
        fits = sorted(
            ((len(keys & set(fields)), name) for name, keys in types.items()), reverse=True
        )
        if not fits or not fits[0][0] or (len(fits) > 1 and fits[0][0] == fits[1][0]):
            raise InputError(
                "The columns do not tell the type of the records.",
                cure=f"Add a column type with {', '.join(sorted(types))}, or name columns by keys.",
                file=self.input.file,
                line=1,
            )
        return fits[0][1]

    def _unknown_fields(self) -> Iterator[Problem]:
        for field in self._fields:
            if field not in self._keys:
                close = nearest(field, self._keys)
                hint = f"did you mean {close}?" if close else "leave it out."
                message = f"The column {field} is unknown and is not read; {hint}"
                yield Problem(f"/{field}", field, "UnknownKey", message, field, close, True)

    def _add(
        self, reader: RecordReader, row: int, line: int, raw: bytes
    ) -> list[tuple[str, Problem]]:
        cells = self._cells(raw, line)
        record: dict[str, Any] = {} if self._kind is None else {"type": self._kind}
        odd = []
        for field, cell in zip(self._fields, cells, strict=False):
            if cell and field in self._keys:
                number = field in self._numbers and len(cell) <= _DIGITS and _NUMBER(cell)
                if not number and cell[0] in _FORMULA:
                    odd.append(field)
                record[field] = (float(cell) if "." in cell else int(cell)) if number else cell
        reader.add(record, None, Record(row, raw, line))
        identifier = str(record.get("id", reader.last))
        found = [(identifier, _formula(field, record[field])) for field in odd]
        if len(cells) != len(self._fields):
            found.append((identifier, _ragged(len(cells), len(self._fields))))
        return found

    def _place(self, item: Unplaced) -> Finding:
        finding, record = item.finding, item.record
        row, line, raw = 1, 1, self._header
        if record and isinstance(record.text, bytes):
            row, line, raw = record.ordinal, record.line, record.text
        cells = self._cells(raw, line)
        values = dict(zip(self._fields, cells, strict=False))
        pointer = item.pointer if item.exact else value_pointer(values, finding)
        field = pointer[1:] if pointer[1:] in self._fields else finding.key
        place = Location(self.input.file, line, row=row, field=field)
        if field not in values:
            return finding._replace(location=place)
        below, column = self._cell_place(raw, self._fields.index(field))
        written = cut(values[field]) if values[field] else finding.written
        return finding._replace(
            location=place._replace(line=line + below, column=column), written=written
        )

    def _cell_place(self, raw: bytes, index: int) -> tuple[int, int]:
        """Return how many lines below its row a cell begins, and at which column."""
        text = decoded(raw, self.input.file, 2)
        start = 0
        for _ in range(index):
            cell = _CELL[self._delimiter].match(text, start)
            start = cell.end() + 1 if cell else start
        return text.count("\n", 0, start), start - text.rfind("\n", 0, start)


def _formula(field: str, cell: str) -> Problem:
    message = f"{field} begins like a formula, which a spreadsheet would run; begin with a letter."
    return Problem(f"/{field}", field, "SpreadsheetFormula", message, cell[:80])


def _ragged(found: int, wanted: int) -> Problem:
    message = f"The row has {found} cells, the header {wanted}; quote cells that hold delimiters."
    return Problem("", "", "CellCount", message, None, None, True)
