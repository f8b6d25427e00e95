"""Read one input, whatever its format, chunk by chunk."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from ..model import Finding
from .chunks import Chunk
from .contexts import Contexts
from .inputs import Input, expand
from .placing import Unplaced

if TYPE_CHECKING:
    from .records import RecordReader
    from .schema import RecordSchema


class Source(Protocol):
    """One input that is read in chunks, looked up again, and split into its records."""

    input: Input
    #: Bytes read so far, out of ``input.size``.
    done: int

    def chunks(self, *, whole: bool = False) -> Iterator[Chunk]:
        """Yield the input part by part; ``whole`` says that they are put together again.

        Raises InputError for what cannot be read, ScatteredError for what has no parts.
        """

    def place(self, chunk: Chunk, items: list[Unplaced]) -> list[Finding]:
        """Return findings on a chunk with their places, each with the record it is about."""

    def again(
        self, ordinals: Collection[int], *, whole: bool = False
    ) -> Iterator[tuple[int, Chunk]]:
        """Yield where the records with those ordinals stand, to place findings made late.

        What has no ordinals comes in chunks with the ordinal 0; ``whole`` says that statements
        of one subject may stand in several.
        """

    def split(self, invalid: Container[int], good: IO[bytes] | None, bad: IO[bytes] | None) -> None:
        """Copy the input byte by byte, its invalid records to ``bad``, all others to ``good``."""


class Readers:
    """What sources share: contexts and schema of the project, read when first needed.

    ``base`` is what relative IRIs are resolved against. What is not ``strict`` reads RDF: it
    keeps statements whether or not they make a record, in the graphs that they stand in, and
    with ``union`` in the default graph as well.
    """

    def __init__(
        self,
        context: Path,
        schema: Path,
        *,
        base: str | None = None,
        strict: bool = True,
        union: bool = False,
    ) -> None:
        self._context = context
        self._schema = schema
        self.base = base
        self.strict = strict
        self.union = union
        self._contexts: Contexts | None = None
        self._record_schema: RecordSchema | None = None

    def contexts(self) -> Contexts:
        """Return the contexts that documents may name."""
        if self._contexts is None:
            self._contexts = Contexts.from_file(self._context)
        return self._contexts

    def schema(self) -> RecordSchema:
        """Return the JSON Schema of records."""
        if self._record_schema is None:
            from .schema import RecordSchema

            self._record_schema = RecordSchema.from_file(self._schema)
        return self._record_schema

    def reader(self, file: str, label: str) -> RecordReader:
        """Return a reader for the records of one file; ``label`` is that of its blank nodes."""
        from .records import RecordReader

        reader = RecordReader(file, label, self.contexts(), self.schema, base=self.base)
        reader.strict, reader.union = self.strict, self.union
        return reader

    @cached_property
    def number_keys(self) -> frozenset[str]:
        """The keys whose values are numbers."""
        return self.schema().number_keys()


def open_sources(
    paths: Iterable[str], readers: Readers, *, format: str | None = None, spool: Path | None = None
) -> list[Source]:
    """Return a source for every input that paths stand for.

    ``spool`` is where standard input is kept while it is read. Raises UsageError and
    InputError like :func:`~pa_onto.reading.inputs.expand`.
    """
    inputs = expand(paths, format, spool)
    alone = len(inputs) == 1
    return [_source(item, readers, f"f{number}r", alone) for number, item in enumerate(inputs)]


def read_ntriples(paths: Iterable[str], readers: Readers) -> str:
    """Return the statements of files as N-Triples, their blank nodes kept apart."""
    sources = open_sources(paths, readers)
    return "".join(chunk.ntriples for source in sources for chunk in source.chunks(whole=True))


def _source(item: Input, readers: Readers, label: str, alone: bool) -> Source:
    name = item.format.name
    if name == "json-lines":
        from .lines import JsonLines

        return JsonLines(item, readers, label)
    if name in ("csv", "tsv"):
        from .tables import Table

        return Table(item, readers, label)
    if name in ("json-ld", "html"):
        from .documents import Document

        return Document(item, readers, label)
    from .graphs import Graph

    return Graph(item, alone=alone, base=readers.base)
