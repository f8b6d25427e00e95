"""Read RDF documents; N-Triples are cut into chunks where one subject ends."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from ..errors import InputError
from ..model import Finding, Location
from .chunks import Chunk, ScatteredError
from .formats import format_named
from .inputs import Input, blocks, check_line, decoded, not_split, read_text
from .placing import Unplaced, term_written
from .rdf import can_stay, to_nquads, to_ntriples

if TYPE_CHECKING:
    from .places.lines import Place

#: About how many bytes of N-Triples make a chunk; shorter files are one.
CHUNK_BYTES: Final = 4 << 20


_Key = tuple[str, str | None, str | None]


class Graph:
    """An RDF file; it has no ordinals, its records are its subjects."""

    def __init__(self, source: Input, *, alone: bool, base: str | None = None) -> None:
        self.input = source
        self.done = 0
        self._alone = alone
        self._base = base
        self._named: Chunk | None = None

    def chunks(self, *, whole: bool = False) -> Iterator[Chunk]:
        """Yield the statements: all at once, or of large N-Triples some megabytes at a time.

        Raises ScatteredError when such a part has blank nodes: others may have them too.
        """
        self.done = 0
        long = self.input.packed or self.input.size > CHUNK_BYTES
        if self.input.format.name == "n-triples" and long and not whole:
            yield from self._parts()
            return
        text = read_text(self.input)
        if not text.endswith("\n"):
            text += "\n"  # the statements of another file may follow
        self.done = self.input.size
        plain = self.input.format.name == "n-triples" and can_stay(text)
        if plain and (self._alone or "_:" not in text):
            yield Chunk(text, text=text, checked=False)
            return
        ntriples = to_ntriples(text, self.input.format, self.input.file, base=self._base)
        chunk = Chunk(ntriples, text=text)
        # Another reading would give blank nodes other labels.
        self._named = chunk if "_:" in ntriples else None
        yield chunk

    def nquads(self, *, union: bool = False) -> str:
        """Return the statements as N-Quads like :func:`~pa_onto.reading.rdf.to_nquads`."""
        source, text = self.input, read_text(self.input)
        text = to_nquads(text, source.format, source.file, self._base, union=union)
        self.done = self.input.size
        return text

    def place(self, chunk: Chunk, items: list[Unplaced]) -> list[Finding]:
        """Return findings with line and column, as far as their statements can be found."""
        from .places.statements import statement_places

        wanted = {key for item in items for key in _keys(item.finding)}
        if self.input.format.name == "n-triples" and chunk.ntriples is chunk.text:
            places = _in_blocks(chunk.text, wanted)
            # What is written in another way than most is looked for more closely.
            subjects = {key[0] for key in places}
            left = {key for key in wanted if key[0] not in subjects}
            places |= statement_places(chunk.text, "n-triples", left)
        else:
            data = None if chunk.ntriples is chunk.text else chunk.ntriples
            places = statement_places(chunk.text, self.input.format.name, wanted, data)
        lines = chunk.text.split("\n") if places else []
        return [self._placed(item.finding, places, lines, chunk.first_line) for item in items]

    def again(
        self, ordinals: Collection[int], *, whole: bool = False
    ) -> Iterator[tuple[int, Chunk]]:
        """Read the file once more."""
        for chunk in [self._named] if self._named else self.chunks(whole=whole):
            yield 0, chunk

    def split(self, invalid: Container[int], good: IO[bytes] | None, bad: IO[bytes] | None) -> None:
        """Refuse: statements about one record may stand anywhere."""
        raise not_split(self.input.file, self.input.format.name)

    def _placed(
        self, finding: Finding, places: Mapping[_Key, Place], lines: list[str], first: int
    ) -> Finding:
        for key in _keys(finding):
            if key in places:
                line, column = places[key]
                finding = finding._replace(
                    location=Location(self.input.file, line + first - 1, column)
                )
                if key[2] is None or key[2].startswith("_:"):
                    return finding
                markup = self.input.format.name == "rdf-xml"
                written = term_written(lines[line - 1][column - 1 :], markup=markup)
                return finding._replace(written=written)
        return finding._replace(location=Location(self.input.file))

    def _parts(self) -> Iterator[Chunk]:
        line = 1
        for raw in self._blocks():
            yield self._part(raw, line)
            line += raw.count(b"\n")

    def _blocks(self) -> Iterator[bytes]:
        """Yield the bytes of the file in pieces that end where a subject does."""
        held = b""
        for block in blocks(self.input, CHUNK_BYTES):
            held += block
            if cut := _cut(held):
                yield held[:cut]
                held = held[cut:]
            else:
                check_line(held, self.input)
        if held or not self.done:
            yield held if held.endswith(b"\n") else held + b"\n"

    def _part(self, raw: bytes, line: int) -> Chunk:
        self.done += len(raw)
        text = decoded(raw, self.input.file, line)
        if "_:" in text:
            raise ScatteredError(f"{self.input.file} has blank nodes")
        if can_stay(text):
            return Chunk(text, text=text, first_line=line, checked=False)
        try:
            ntriples = to_ntriples(text, self.input.format, self.input.file)
        except InputError as error:
            error.line = (error.line or 1) + line - 1
            raise
        return Chunk(ntriples, text=text, first_line=line)


class Statements:
    """Statements that have been put together before; they stand in no one place."""

    def __init__(self, file: str, ntriples: str) -> None:
        self.input = Input(file, Path(file), format_named("n-triples"))
        self.done = 0
        self._ntriples = ntriples

    def chunks(self, *, whole: bool = False) -> Iterator[Chunk]:
        """Yield the statements."""
        yield Chunk(self._ntriples)

    def place(self, chunk: Chunk, items: list[Unplaced]) -> list[Finding]:
        """Return findings with the name that the statements go by."""
        return [item.finding._replace(location=Location(self.input.file)) for item in items]

    def again(
        self, ordinals: Collection[int], *, whole: bool = False
    ) -> Iterator[tuple[int, Chunk]]:
        """Return the statements once more."""
        yield 0, Chunk(self._ntriples)

    def split(self, invalid: Container[int], good: IO[bytes] | None, bad: IO[bytes] | None) -> None:
        """Refuse: there is no file."""
        raise not_split(self.input.file, "A graph")


def _cut(held: bytes) -> int:
    """Return where the last subject of some N-Triples begins; its statements may go on."""
    end = held.rfind(b"\n") + 1
    cut = held.rfind(b"\n", 0, max(end - 1, 0)) + 1
    subject = held[cut:end].partition(b" ")[0] + b" "
    while cut:
        before = held.rfind(b"\n", 0, cut - 1) + 1
        if not held.startswith(subject, before):
            break
        cut = before
    return cut


def _in_blocks(text: str, wanted: set[_Key]) -> dict[_Key, Place]:
    """Return where statements stand in N-Triples written subject by subject."""
    from .places.lines import Place
    from .places.ntriples import subject_blocks

    by_subject: dict[str, set[_Key]] = {}
    for key in wanted:
        by_subject.setdefault(key[0], set()).add(key)
    found: dict[_Key, Place] = {}
    line, before = 1, 0
    for subject, start, end in subject_blocks(text):
        if subject not in by_subject:
            continue
        line += text.count("\n", before, start)
        before = start
        for number, statement in enumerate(text[start:end].split("\n"), line):
            for key, column in _beginnings(statement, subject):
                if key in by_subject[subject] and key not in found:
                    found[key] = Place(number, column)
    return found


def _beginnings(statement: str, subject: str) -> Iterator[tuple[_Key, int]]:
    """Yield what a line of N-Triples says, less and less of it left out, and where that ends.

    The column, from 1, is that of the last term that is named.
    """
    predicate, _, rest = statement[len(subject) + 1 :].partition(" ")
    if statement.startswith(f"{subject} ") and rest:
        column = len(subject) + 2
        yield (subject, None, None), 1
        yield (subject, predicate, None), column
        yield (subject, predicate, rest.rpartition(" .")[0]), column + len(predicate) + 1


def _keys(finding: Finding) -> Iterator[_Key]:
    """Yield the statements to look for, the most telling first."""
    node = finding.focus_node
    subject = node if node.startswith("_:") else f"<{node}>"
    path = finding.path if finding.path and re.fullmatch(r"<[^<>]*>", finding.path) else None
    if path and finding.value:
        yield subject, path, finding.value
    if path:
        yield subject, path, None
    yield subject, None, None
