"""What reading hands on: parts of an input, and where each of their records stands."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .schema import Problem


class Record(NamedTuple):
    """One record as it stands in its source.

    ``ordinal`` tells it from all others of the source: a line, a row, or its number in the
    document; ``text`` is what was read, ``line`` and ``column`` (from 1) where that begins,
    ``pointer`` its JSON Pointer in the document, ``inside`` that in ``text``.
    """

    ordinal: int
    text: bytes | str = b""
    line: int = 1
    column: int = 1
    pointer: str = ""
    inside: str = ""


class Node(NamedTuple):
    """A node inside a record: the record's id and place, and the JSON Pointer from there."""

    record: str
    place: Record
    pointer: str


class Chunk(NamedTuple):
    """A part of a source: its statements as N-Triples, and what reading found in it.

    ``records`` has a record for each id (an IRI or a blank node label), ``again`` those whose
    id came before in the same chunk, ``problems`` what the JSON Schema says of them, ``nested``
    where the named nodes inside records stand. The maps are empty for RDF, whose text from line
    ``first_line`` on is ``text``; ``checked`` says that a parser has seen it.
    """

    ntriples: str
    records: Mapping[str, Record] = MappingProxyType({})
    again: tuple[tuple[str, Record], ...] = ()
    problems: tuple[tuple[str, Problem], ...] = ()
    nested: Mapping[str, list[Node]] = MappingProxyType({})
    text: str = ""
    first_line: int = 1
    checked: bool = True


class ScatteredError(Exception):
    """What is said of a blank node may stand in several parts: the file must be read whole."""
