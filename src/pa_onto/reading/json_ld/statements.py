"""Write what an expanded document says as N-Quads (JSON-LD 1.1 API, section 8.1.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from ...namespaces import RDF, RDF_TYPE, XSD
from ..iris import is_iri
from ..plain import number_written, quoted
from ..problems import Problem
from .context import Active, Processor
from .expansion import Expander, Thing

_FIRST: Final = f" <{RDF}first> "
_REST: Final = f" <{RDF}rest> "
_NIL: Final = f"<{RDF}nil>"
_TYPE: Final = f" <{RDF_TYPE}> "
_PLAIN_LABEL: Final = re.compile(r"[A-Za-z0-9]+", re.ASCII).fullmatch


class Named(NamedTuple):
    """A node that says something: its IRI or blank node label, and its JSON Pointer."""

    name: str
    pointer: str


class Written(NamedTuple):
    """Statements, what became none, and the nodes that say something, in order."""

    lines: list[str]
    problems: list[Problem]
    nodes: list[Named]


class Labels(NamedTuple):
    """How blank nodes are labelled: ``file`` is the same for all of a file, ``record`` of a record.

    What has a label in the file keeps one through all of it; what has none is numbered from
    the record on, so that it has the same label when the record is read again.
    """

    file: str
    record: str


def write_statements(
    processor: Processor,
    active: Active,
    document: object,
    labels: Labels,
    *,
    pointer: str = "",
    graphs: bool = True,
    union: bool = False,
) -> Written:
    """Return the statements of a document as lines of N-Quads, without ``graphs`` N-Triples.

    With ``union`` those of named graphs are in the default graph as well.
    The first node without a name gets the label of the record itself. Raises JsonLdError for
    what breaks the rules, and what loading a context raises.
    """
    written = Written([], [], [])
    expanded = Expander(processor, written.problems.append).document(active, document, pointer)
    writer = _Writer(written, labels, graphs=graphs, union=union)
    for thing in expanded:
        writer.node(thing, "", top=True)
    return written


class _Writer:
    def __init__(self, written: Written, labels: Labels, *, graphs: bool, union: bool) -> None:
        self._lines = written.lines
        self._nodes = written.nodes
        self._labels = labels
        self._graphs = graphs
        self._union = union
        self._free = labels.record
        self._count = 0

    def node(self, thing: Thing, graph: str | None, *, top: bool = False) -> str | None:
        """Write a node into a graph; return how it is written, None for what is no name."""
        subject = self._term(thing["@id"]) if "@id" in thing else self._fresh(top=top)
        if len(thing) > 1 or "@id" not in thing:
            self._nodes.append(Named(_bare(subject or ""), thing.pointer))
        for key, values in thing.items():
            if key == "@type":
                for kind in values:
                    self._say(subject, _TYPE, self._term(kind), graph)
            elif key == "@reverse":
                self._reversed(subject, values, graph)
            elif key == "@graph":
                self._inside(values, f" {subject}" if subject is not None else None)
            elif key == "@included":
                self._inside(values, graph)
            elif key[0] != "@":
                for value in values:
                    self._say(subject, _predicate(key), self._object(value, graph), graph)
        return subject

    def _reversed(
        self, object: str | None, subjects: dict[str, list[Thing]], graph: str | None
    ) -> None:
        for iri, things in subjects.items():
            for thing in things:
                self._say(self.node(thing, graph), _predicate(iri), object, graph)

    def _inside(self, things: Iterable[Thing], graph: str | None) -> None:
        for thing in things:
            if "@list" in thing or "@value" in thing:
                # It belongs to no node, but nodes in it say something.
                self._inside(thing.get("@list", ()), graph)
            else:
                self.node(thing, graph)

    def _say(
        self, subject: str | None, predicate: str | None, object: str | None, graph: str | None
    ) -> None:
        """Write a statement, unless a part of it is nothing that can be written."""
        if None in (subject, predicate, object, graph):
            return
        line = f"{subject}{predicate}{object}"
        if not graph or self._union or not self._graphs:
            self._lines.append(f"{line} .\n")
        if graph and self._graphs:
            self._lines.append(f"{line}{graph} .\n")

    def _object(self, thing: Thing, graph: str | None) -> str | None:
        if "@value" in thing:
            return _literal(thing)
        if "@list" in thing:
            return self._list(thing["@list"], graph)
        return self.node(thing, graph)

    def _list(self, things: list[Thing], graph: str | None) -> str:
        rest = head = _NIL
        for thing in reversed(things):
            head = self._fresh()
            self._say(head, _FIRST, self._object(thing, graph), graph)
            self._say(head, _REST, rest, graph)
            rest = head
        return head

    def _fresh(self, *, top: bool = False) -> str:
        if top and self._free:
            label, self._free = self._free, ""
            return label
        self._count += 1
        return f"{self._labels.record}n{self._count - 1}"

    def _term(self, iri: str | None) -> str | None:
        """Return an IRI or a blank node as it is written, None where it is neither."""
        if iri is None:
            return None
        if iri.startswith("_:"):
            return labelled(self._labels.file, iri)
        return f"<{iri}>" if is_iri(iri) else None


def labelled(file: str, label: str) -> str:
    """Return the label that a blank node of a file has beside the nodes of other files.

    >>> labelled("_:f0r", "_:b1")
    '_:f0rub1'
    """
    name = label[2:]
    if _PLAIN_LABEL(name):
        return f"{file}u{name}"
    return f"{file}x{name.encode('utf-8', 'surrogatepass').hex()}"


@lru_cache(maxsize=4096)
def _predicate(iri: str) -> str | None:
    return f" <{iri}> " if not iri.startswith("_:") and is_iri(iri) else None


def _bare(term: str) -> str:
    return term[1:-1] if term.startswith("<") else term


def _literal(thing: Thing) -> str | None:
    value, kind = thing["@value"], thing.get("@type")
    if kind == "@json":
        return f"{quoted(canonical_json(value))}^^<{RDF}JSON>"
    if kind is not None and not is_iri(kind):
        return None
    if isinstance(value, bool):
        return f'"{str(value).lower()}"^^<{kind or XSD + "boolean"}>'
    if isinstance(value, int | float):
        text, usual = number_written(value, double=kind == XSD + "double")
        return f'"{text}"^^<{kind or usual}>'
    return _text(value, thing.get("@language"), kind)


def _text(value: str, language: str | None, kind: str | None) -> str | None:
    if language is None:
        return quoted(value) + (f"^^<{kind}>" if kind not in (None, XSD + "string") else "")
    try:
        return str(ox.Literal(value, language=language))
    except ValueError:
        return None


def canonical_json(value: Any) -> str:
    """Return a JSON value in its canonical form (RFC 8785).

    >>> canonical_json({"b": [1.0, 1e21], "a": None})
    '{"a":null,"b":[1,1e+21]}'
    """
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        inner = (f"{canonical_json(key)}:{canonical_json(item)}" for key, item in members)
        return "{" + ",".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical_json, value)) + "]"
    if isinstance(value, float):
        return _ecmascript(value)
    return json.dumps(value, ensure_ascii=False)


def _ecmascript(value: float) -> str:
    """Return a number as ECMAScript writes it (RFC 8785, section 3.2.2.3)."""
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    mantissa, _, power = repr(value).partition("e")
    if not power:
        return mantissa
    exponent = int(power)
    if exponent >= -6 and exponent < 0:
        digits = mantissa.lstrip("-").replace(".", "")
        return ("-" if value < 0 else "") + "0." + "0" * (-exponent - 1) + digits
    return f"{mantissa.removesuffix('.0')}e{'+' if exponent > 0 else ''}{exponent}"
