"""Change values inside JSON text and table rows, and nothing beside them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from ..errors import InputError
from ..model import Location
from ..reading.inputs import decoded
from ..reading.json_text import parse, parse_quickly
from ..reading.places.pointers import spans
from ..reading.records import nodes
from ..reading.tables import only_type
from .references import CHANGED, Finder, Item

# A cell, for each delimiter (RFC 4180, section 2).
_CELL: Final = {mark: re.compile(rf'"(?:[^"]|"")*"|[^{mark}]*') for mark in (",", ";", "\t")}
_BOM: Final = "\ufeff"


class Placed(NamedTuple):
    """An item with the place where its value stands and the id of its record, where it has one."""

    item: Item
    location: Location
    record: str = ""


class JsonText:
    """Changes JSON: a document, or a line of JSON lines."""

    def __init__(self, finder: Finder, file: str) -> None:
        self._finder = finder
        self._file = file

    def changed(self, text: str, line: int = 1) -> tuple[str, list[Placed]]:
        """Return a JSON text with its references changed, and what was found in it.

        ``line`` is the number of its first line. Raises InputError for what is not JSON.
        """
        found: list[tuple[Item, str]] = []
        for pointer, node, context in nodes(self._value(text.removeprefix(_BOM), line)):
            items = self._finder.items(node, context, self._file, line)
            record = _identifier(node) if items else ""
            found += [(item._replace(pointer=pointer + item.pointer), record) for item in items]
        places = spans(text, [item.pointer for item, _ in found])
        edits = []
        placed = []
        for item, record in found:
            span = places[item.pointer]
            location = Location(self._file, span.line + line - 1, span.column, pointer=item.pointer)
            placed.append(Placed(item, location, record))
            if item.kind == CHANGED:
                edits.append((span.start, span.end, json.dumps(item.new, ensure_ascii=False)))
        return spliced(text, edits), placed

    def _value(self, text: str, line: int) -> Any:
        value = parse_quickly(text.encode("utf-8", "surrogatepass"))
        return parse(text, self._file, line) if value is None else value


class TableText:
    """Changes the rows of a table whose columns are named by keys."""

    def __init__(
        self,
        finder: Finder,
        file: str,
        header: bytes,
        *,
        tabs: bool,
        types: dict[str, frozenset[str]],
    ) -> None:
        self._finder = finder
        self._file = file
        text = decoded(header, file).rstrip("\r\n")
        bare = re.sub(r'"[^"]*"', "", text)
        self._delimiter = "\t" if tabs else max(",;\t", key=bare.count)
        self.fields = [cell.strip() for cell in self._cells(text, 1)]
        twice = {field for field, count in Counter(self.fields).items() if count > 1}
        if twice:
            raise InputError(
                f"The column {min(twice)!r} comes twice.",
                cure="Give every column one key.",
                file=file,
                line=1,
            )
        self._kind = None if "type" in self.fields else only_type(types, self.fields, file)
        self._at = {field: place for place, field in enumerate(self.fields)}

    def changed(self, raw: bytes, row: int, line: int) -> tuple[bytes, list[Placed]]:
        """Return a row with its references changed, and what was found in it.

        Raises InputError for what is no row.
        """
        text = decoded(raw, self._file, max(line, 2))
        body = text.rstrip("\r\n")
        places = list(self._places(body, line))
        cells = self._cells(body, line)
        record: dict[str, Any] = {} if self._kind is None else {"type": self._kind}
        record |= {field: cell for field, cell in zip(self.fields, cells, strict=False) if cell}
        edits, placed = [], []
        for item in self._finder.items(record, None, self._file, line):
            field = item.pointer[1:].replace("~1", "/").replace("~0", "~")
            start, end = places[self._at[field]]
            placed.append(
                Placed(
                    item, self._location(body, start, row, line, field), str(record.get("id", ""))
                )
            )
            if item.kind == CHANGED and item.new is not None:
                edits.append((start, end, self._quoted(item.new, body[start:end])))
        return (spliced(body, edits) + text[len(body) :]).encode(), placed

    def _location(self, body: str, start: int, row: int, line: int, field: str) -> Location:
        below = body.count("\n", 0, start)
        column = start - body.rfind("\n", 0, start)
        return Location(self._file, line + below, column, row=row, field=field)

    def _places(self, body: str, line: int) -> Iterator[tuple[int, int]]:
        """Yield where the cells of a row begin and end."""
        start = 0
        while True:
            cell = _CELL[self._delimiter].match(body, start)
            end = cell.end() if cell else start
            yield start, end
            if end == len(body):
                return
            if body[end] != self._delimiter:
                raise self._malformed("text follows a quoted cell", line)
            start = end + 1

    def _cells(self, body: str, line: int) -> list[str]:
        try:
            reader = csv.reader(
                io.StringIO(body, newline=""), delimiter=self._delimiter, strict=True
            )
            return next(reader, [""])
        except (csv.Error, ValueError) as error:
            raise self._malformed(str(error), line) from error

    def _malformed(self, problem: str, line: int) -> InputError:
        return InputError(
            f"Not CSV: {problem}.", cure="Quote the cell.", file=self._file, line=line
        )

    def _quoted(self, new: str, old: str) -> str:
        """Return a cell in quotation marks where it had them or needs them."""
        special = any(mark in new for mark in (self._delimiter, '"', "\r", "\n"))
        return '"' + new.replace('"', '""') + '"' if special or old.startswith('"') else new


def spliced(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """Return a text with parts of it replaced; each part is given once, none overlap."""
    parts, done = [], 0
    for start, end, new in sorted(edits):
        parts += [text[done:start], new]
        done = end
    return "".join([*parts, text[done:]])


def _identifier(node: object) -> str:
    found = (node.get("id"), node.get("@id")) if isinstance(node, dict) else ()
    return next((item for item in found if isinstance(item, str)), "")
