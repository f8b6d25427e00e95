"""Read CSV and TSV (RFC 4180): the header has the keys of records, each row is one.

Rows are read a line at a time and never held whole. A cell becomes the value a JSON record
would have: nothing when it is empty, a number where the key stands for one, else text.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection, Container, Iterator, Mapping
from io import StringIO
from typing import IO, Any, Final

from ..errors import InputError
from ..model import Finding, Location
from .chunks import Chunk, Record
from .hints import to_type
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
        self._laid: tuple[bytes, dict[str, str], list[int]] = (b"", {}, [])

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
        twice = {field for field, count in Counter(fields).items() if count > 1}
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
            self._kind = only_type(types, fields, self.input.file)
        self._keys = frozenset({"id", "type"}).union(
            *(keys for name, keys in types.items() if self._kind in (None, name))
        )
        self._at = {field: place for place, field in enumerate(fields)}
        #: The columns that are read: a table may have thousands of others.
        self._read = [
            (place, field, field in self._numbers)
            for place, field in enumerate(fields)
            if field in self._keys
        ]

    def _unknown_fields(self) -> Iterator[Problem]:
        guess = to_type("import --guess", self.input.file)
        for field in self._fields:
            if field not in self._keys:
                close = nearest(field, self._keys)
                hint = f"did you mean {close}?" if close else f"leave it out, or map it: {guess}"
                message = f"The column {field} is unknown and is not read; {hint}"
                yield Problem(f"/{field}", field, "UnknownKey", message, field, close, True)

    def _add(
        self, reader: RecordReader, row: int, line: int, raw: bytes
    ) -> list[tuple[str, Problem]]:
        cells = self._cells(raw, line)
        record: dict[str, Any] = {} if self._kind is None else {"type": self._kind}
        odd = []
        for place, field, numeric in self._read:
            cell = cells[place] if place < len(cells) else ""
            if cell:
                number = numeric and len(cell) <= _DIGITS and _NUMBER(cell)
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
        values, starts = self._laid_out(raw, line)
        pointer = item.pointer if item.exact else value_pointer(values, finding)
        field = pointer[1:] if pointer[1:] in self._at else finding.key
        place = Location(self.input.file, line, row=row, field=field)
        if field not in values:
            return finding._replace(location=place)
        text, start = decoded(raw, self.input.file, 2), starts[self._at[field]]
        below, column = text.count("\n", 0, start), start - text.rfind("\n", 0, start)
        written = cut(values[field]) if values[field] else finding.written
        return finding._replace(
            location=place._replace(line=line + below, column=column), written=written
        )

    def _laid_out(self, raw: bytes, line: int) -> tuple[dict[str, str], list[int]]:
        """Return the cells of a row by column, and where each begins; the last row is kept."""
        if self._laid[0] is not raw:
            text, starts, start = decoded(raw, self.input.file, 2), [], 0
            for _ in self._fields:
                starts.append(start)
                cell = _CELL[self._delimiter].match(text, start)
                start = cell.end() + 1 if cell else start
            values = dict(zip(self._fields, self._cells(raw, line), strict=False))
            self._laid = (raw, values, starts)
        return self._laid[1], self._laid[2]


def only_type(types: Mapping[str, frozenset[str]], fields: list[str], file: str) -> str:
    """Return the one type whose keys fit the columns of a table best.

    ``types`` has the keys of each type. Raises InputError where none does, or several do.
    """
    named = set(fields)
    fits = sorted(((len(keys & named), name) for name, keys in types.items()), reverse=True)
    if not fits or not fits[0][0] or (len(fits) > 1 and fits[0][0] == fits[1][0]):
        known = ", ".join(sorted(types))
        raise InputError(
            "The columns do not tell the type of the records.",
            cure="Columns with other names than keys are mapped: "
            f"`{to_type('import --guess', file)}` writes a first mapping. "
            f"Or add a column type with one of {known}.",
            file=file,
            line=1,
        )
    return fits[0][1]


def _formula(field: str, cell: str) -> Problem:
    message = f"{field} begins like a formula, which a spreadsheet would run; begin with a letter."
    return Problem(f"/{field}", field, "SpreadsheetFormula", message, cell[:80])


def _ragged(found: int, wanted: int) -> Problem:
    message = f"The row has {found} cells, the header {wanted}; quote cells that hold delimiters."
    return Problem("", "", "CellCount", message, None, None, True)
