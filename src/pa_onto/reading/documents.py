"""Read JSON documents: an object, an array, ``@graph``, or those inside an HTML page."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator
from functools import cached_property
from typing import IO, Final, NamedTuple

from ..errors import InputError
from ..model import Finding
from .chunks import Chunk, Record
from .inputs import Input, not_split, read_text
from .json_text import parse, parse_quickly
from .placing import Unplaced, in_json
from .records import RecordReader, nodes
from .sources import Readers

#: How many records of a document make a chunk: what is found of them takes far more than they do.
CHUNK_RECORDS: Final = 1_000
# From here on a document is worth cutting up.
_SHORT: Final = 1 << 20


class _Part(NamedTuple):
    """A JSON text in a file: the file itself, or a script element of a page."""

    text: str
    line: int = 1
    column: int = 1


class Document:
    """A JSON or HTML file; a record's ordinal is its number in the file, from 1."""

    def __init__(self, source: Input, readers: Readers, label: str) -> None:
        self.input = source
        self.done = 0
        self._readers = readers
        self._label = label
        self._pointers: list[tuple[int, str]] = []

    def chunks(self, *, whole: bool = False) -> Iterator[Chunk]:
        """Yield some thousand records at a time; the text itself is held whole."""
        reader = self._reader()
        long = any(len(part.text) > _SHORT for part in self._parts)
        for record, node, context in self._records():
            reader.add(node, context, record)
            if long and record.ordinal % CHUNK_RECORDS == 0:
                yield reader.chunk()
        self.done = self.input.size
        yield reader.chunk()

    def _reader(self) -> RecordReader:
        readers = self._readers
        return readers.reader(self.input.file, self._label)

    def _records(self) -> Iterator[tuple[Record, object, object]]:
        """Yield every record with its node and its context; note their pointers before."""
        self._pointers = []
        for number, (part, document) in enumerate(self._documents()):
            found = list(nodes(document))
            begin = len(self._pointers) + 1
            self._pointers += [(number, pointer) for pointer, _, _ in found]
            for ordinal, (pointer, node, context) in enumerate(found, begin):
                yield Record(ordinal, "", part.line, 1, pointer), node, context

    def _documents(self) -> Iterator[tuple[_Part, object]]:
        for part in self._parts:
            document = parse_quickly(part.text.encode("utf-8", "surrogatepass"))
            if document is None:
                document = parse(part.text, self.input.file, part.line, part.column)
            yield part, document

    def documents(self) -> Iterator[tuple[int, object]]:
        """Yield the line at which each JSON text of the file begins, and its value."""
        for part, document in self._documents():
            yield part.line, document

    def place(self, chunk: Chunk, items: list[Unplaced]) -> list[Finding]:
        """Return findings with line, column and JSON Pointer."""
        return in_json(items, self.input.file, self._whole)

    def again(
        self, ordinals: Collection[int], *, whole: bool = False
    ) -> Iterator[tuple[int, Chunk]]:
        """Read the records with those numbers once more."""
        reader = self._reader()
        for record, node, context in self._records():
            if record.ordinal in ordinals:
                reader.add(node, context, record)
                yield record.ordinal, reader.places()

    def split(self, invalid: Container[int], good: IO[bytes] | None, bad: IO[bytes] | None) -> None:
        """Copy the document twice, each time without the records that do not belong there.

        What stands around the records stays: the brackets, the context, other keys.
        """
        if len(self._parts) > 1 or self.input.format.name == "html":
            raise not_split(self.input.file, "An HTML page")
        numbers = range(1, len(self._pointers) + 1)
        for target, wanted in ((good, False), (bad, True)):
            if target is not None:
                kept = [number for number in numbers if (number in invalid) is wanted]
                target.write(self._only(kept).encode("utf-8", "surrogatepass"))

    def _only(self, kept: list[int]) -> str:
        """Return the document with some of its records, what stands around them unchanged."""
        text, spans = self._parts[0].text, self._record_spans
        if len(kept) == len(spans):
            return text
        if self._pointers == [(0, "")]:
            return "[]\n"
        if len({pointer.rpartition("/")[0] for _, pointer in self._pointers}) > 1:
            raise InputError(
                "Records inside records or in several arrays cannot be split.",
                cure="Give one array or one @graph of records.",
                file=self.input.file,
            )
        between = text[spans[0][1] : spans[1][0]] if len(spans) > 1 else ""
        body = between.join([text[slice(*spans[number - 1])] for number in kept])
        return text[: spans[0][0]] + body + text[spans[-1][1] :]

    @cached_property
    def _parts(self) -> list[_Part]:
        text = read_text(self.input)
        if self.input.format.name != "html":
            return [_Part(text)]
        from .pages import scripts

        return [_Part(*script) for script in scripts(text, self.input.file)]

    @cached_property
    def _record_spans(self) -> list[tuple[int, int]]:
        """The offsets of every record: those of the array around them where there is one."""
        from .places.pointers import element_spans, spans

        text, pointers = self._parts[0].text, [pointer for _, pointer in self._pointers]
        outer = {pointer.rpartition("/")[0] for pointer in pointers}
        if len(outer) == 1 and pointers[0]:
            found = element_spans(text, outer.pop())
            if len(found) == len(pointers):
                return found
        each = spans(text, pointers)
        return [(each[pointer].start, each[pointer].end) for pointer in pointers]

    def _whole(self, record: Record) -> Record:
        """Return a record with its text and the place where that begins."""
        number, pointer = self._pointers[record.ordinal - 1]
        part = self._parts[number]
        if number or len(self._parts) > 1:
            return Record(record.ordinal, part.text, part.line, part.column, pointer, pointer)
        start, end = self._record_spans[record.ordinal - 1]
        line, column = self._place(part.text, start)
        return Record(record.ordinal, part.text[start:end], line, column, pointer)

    def _place(self, text: str, start: int) -> tuple[int, int]:
        """Return line and column of an offset; records are asked for in their order."""
        offset, line = self._counted if self._counted[0] <= start else (0, 1)
        line += text.count("\n", offset, start)
        self._counted = (start, line)
        return line, start - text.rfind("\n", 0, start)

    _counted: tuple[int, int] = (0, 1)
