"""Read inputs, change what refers to something withdrawn, and write the rest as it was."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Final, NamedTuple, cast

from ..errors import InputError
from ..reading.inputs import (
    MAX_LINE,
    MAX_WHOLE,
    Input,
    check_line,
    decoded,
    open_bytes,
    unreadable,
)
from .references import Finder
from .texts import JsonText, Placed, TableText

_BLOCK: Final = 1 << 20
_MARK: Final = b"\xef\xbb\xbf"

#: What a migration yields on its way: bytes to write, and what was found.
Piece = tuple[bytes, list[Placed]]
#: Called with the bytes read so far.
Progress = Callable[[int], None]


class Changer(NamedTuple):
    """What files are changed with: the finder, what mentions look like, and the keys of types."""

    finder: Finder
    mention: re.Pattern[bytes]
    types: dict[str, frozenset[str]]

    def pieces(self, source: Input, progress: Progress) -> Iterator[Piece]:
        """Yield an input piece by piece as it is to be written.

        Raises InputError for what cannot be read.
        """
        name = source.format.name
        if name == "json-lines":
            return self._lines(source, progress)
        if name in ("csv", "tsv"):
            return self._rows(source, progress)
        return self._document(source, progress)

    def _document(self, source: Input, progress: Progress) -> Iterator[Piece]:
        raw = b"".join(block for block in _blocks(source, progress))
        if len(raw) > MAX_WHOLE:
            cure = "Write it as JSON lines, which are read in parts."
            raise InputError("Is too long.", cure=cure, file=source.file)
        text, found = decoded(raw, source.file), list[Placed]()
        if self.mention.search(raw):
            text, found = JsonText(self.finder, source.file).changed(text)
        yield (
            (_MARK if raw.startswith(_MARK) else b"") + text.encode("utf-8", "surrogatepass"),
            found,
        )

    def _lines(self, source: Input, progress: Progress) -> Iterator[Piece]:
        changer = JsonText(self.finder, source.file)
        number = 0
        for lines in _line_blocks(source, progress):
            block = b"".join(lines)
            if not self.mention.search(block):
                number += len(lines)
                yield block, []
                continue
            written, found = [], []
            for line in lines:
                number += 1
                if self.mention.search(line):
                    line, items = self._line(changer, line, number, source)
                    found += items
                written.append(line)
            yield b"".join(written), found

    def _line(self, changer: JsonText, line: bytes, number: int, source: Input) -> Piece:
        mark = _MARK if number == 1 and line.startswith(_MARK) else b""
        text = decoded(line.removeprefix(mark), source.file, number)
        body = text.rstrip("\r\n")
        changed, found = changer.changed(body, number)
        return mark + (changed + text[len(body) :]).encode("utf-8", "surrogatepass"), found

    def _rows(self, source: Input, progress: Progress) -> Iterator[Piece]:
        table: TableText | None = None
        row = 0
        for raw, line in _row_bytes(source, progress):
            if not raw.removeprefix(_MARK).strip():
                yield raw, []
                continue
            row += 1
            if table is None:
                tabs = source.format.name == "tsv"
                table = TableText(self.finder, source.file, raw, tabs=tabs, types=self.types)
                yield raw, []
            elif self.mention.search(raw):
                yield table.changed(raw, row, line)
            else:
                yield raw, []


def _blocks(source: Input, progress: Progress) -> Iterator[bytes]:
    """Yield the bytes of an input, unpacked, a mebibyte at a time."""
    done = 0
    with open_bytes(source) as stream:
        while True:
            try:
                block = stream.read(_BLOCK)
            except OSError as error:
                raise unreadable(error, source.file) from error
            if not block:
                return
            done += len(block)
            progress(done)
            yield block


def _line_blocks(source: Input, progress: Progress) -> Iterator[list[bytes]]:
    """Yield the lines of an input with their ends, some thousand at a time."""
    carry = b""
    for block in _blocks(source, progress):
        *lines, carry = (carry + block).split(b"\n")
        check_line(carry, source)
        if lines:
            yield [line + b"\n" for line in lines]
    if carry:
        yield [carry]


def _row_bytes(source: Input, progress: Progress) -> Iterator[tuple[bytes, int]]:
    """Yield every row of a table with the number of its first line; cells may hold line ends."""
    held: list[bytes] = []
    open_quote, size, begin, number = False, 0, 1, 0
    for lines in _line_blocks(source, progress):
        for line in lines:
            number += 1
            open_quote ^= line.count(b'"') % 2 == 1
            held.append(line)
            size += len(line)
            if not open_quote:
                yield b"".join(held), begin
                held, size, begin = [], 0, number + 1
            elif size > MAX_LINE:
                raise _unclosed(source, begin)
    if held:
        raise _unclosed(source, begin)


def _unclosed(source: Input, line: int) -> InputError:
    cure = "Close the quotation mark, and double those inside a cell."
    return InputError("A quoted cell is not closed.", cure=cure, file=source.file, line=line)


@contextmanager
def packed(stream: IO[bytes], source: Input) -> Iterator[IO[bytes]]:
    """Give what to write to: the stream itself, or one that packs like the input."""
    if not source.packed:
        yield stream
        return
    # Neither the clock nor a name: the same content gives the same bytes.
    with gzip.GzipFile(filename="", mode="wb", fileobj=stream, mtime=0) as file:
        yield cast("IO[bytes]", file)
