"""Read JSON lines: one record a line, never held whole."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator
from typing import IO, Final

from ..model import Finding
from .chunks import Chunk, Record
from .inputs import Input, decoded, numbered_lines
from .json_text import parse, parse_flat
from .placing import Unplaced, in_json
from .records import RecordReader, nodes, wholes
from .sources import Readers

#: About how many bytes of JSON make a chunk, and how many lines at the most: what is found of
#: short records takes far more than they do.
CHUNK_BYTES: Final = 1 << 20
CHUNK_LINES: Final = 1_000


class JsonLines:
    """A file of JSON lines; a record's ordinal is its line."""

    def __init__(self, source: Input, readers: Readers, label: str) -> None:
        self.input = source
        self.done = 0
        self._readers = readers
        self._label = label

    def chunks(self, *, whole: bool = False) -> Iterator[Chunk]:
        """Yield some thousand records at a time."""
        reader = self._reader()
        self.done = pending = count = 0
        for number, line in numbered_lines(self.input):
            self._add(reader, line, number)
            pending += len(line) + 1
            count += 1
            if pending > CHUNK_BYTES or count >= CHUNK_LINES:
                self.done += pending
                pending = count = 0
                yield reader.chunk()
        self.done += pending
        yield reader.chunk()

    def _reader(self) -> RecordReader:
        return self._readers.reader(self.input.file, self._label)

    def _add(self, reader: RecordReader, line: bytes, number: int) -> None:
        if not line or line.isspace():
            return
        record = parse_flat(line)
        if record is not None:
            reader.add(record, record.get("@context"), Record(number, line, number))
            return
        document = parse(decoded(line, self.input.file, number), self.input.file, number)
        # Read as RDF, a line keeps the names of its graphs.
        found = nodes(document) if self._readers.strict else wholes(document)
        for pointer, node, context in found:
            reader.add(node, context, Record(number, line, number, 1, pointer, pointer))

    def place(self, chunk: Chunk, items: list[Unplaced]) -> list[Finding]:
        """Return findings with line, column and JSON Pointer."""
        return in_json(items, self.input.file)

    def again(
        self, ordinals: Collection[int], *, whole: bool = False
    ) -> Iterator[tuple[int, Chunk]]:
        """Read the lines with those numbers once more."""
        reader = self._reader()
        for number, line in numbered_lines(self.input):
            if number in ordinals:
                self._add(reader, line, number)
                yield number, reader.places()

    def split(self, invalid: Container[int], good: IO[bytes] | None, bad: IO[bytes] | None) -> None:
        """Copy each line to where its records belong, with the line end it has."""
        for number, line in numbered_lines(self.input):
            target = bad if number in invalid else good
            if target is not None and line.strip():
                target.write(line + b"\n")
