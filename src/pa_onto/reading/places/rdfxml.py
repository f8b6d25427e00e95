"""Where the statements of RDF/XML stand (RDF 1.1 XML Syntax, sections 2 and 7).

The parser behind the reader is handed the text tag by tag: the tag it has seen last when a
statement comes out is the one that completes the statement. What the names of elements and
attributes stand for is told here, from their namespace declarations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import IO, Final, NamedTuple, cast

import pyoxigraph as ox

from ...namespaces import RDF, RDF_TYPE
from ...triples import Triple, triples_of
from .ntriples import Line, normalised
from .turtle import Statement

_MARKUP: Final = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
    r"|<(?P<end>/)?(?P<name>[^\s<>/!?]+)(?P<rest>(?:[^\"'>]|\"[^\"]*\"|'[^']*')*)>",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(r"([^\s=<>/\"']+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_REFERENCE: Final = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(\w+));")
_ENTITIES: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def statements(text: str, lines: Mapping[int, Line]) -> Iterator[tuple[int, Statement]]:
    """Yield the statements with these numbers, counted from 0 in the order of the parser.

    List nodes and reified statements have no written form of their own and are left out, and
    so is what is not the statement it should be.
    """
    last = max(lines, default=-1)
    tags = _Tags(text)
    quads = ox.parse(cast("IO[bytes]", tags), format=ox.RdfFormat.RDF_XML)
    for number, triple in enumerate(triples_of(quads)):
        if number > last:
            return
        line = lines.get(number)
        if line and tags.element and normalised(str(triple.predicate)) == line.predicate:
            statement = _written(triple, tags.element)
            if statement:
                yield number, statement


class _Attribute(NamedTuple):
    """An attribute: where its name and its value start, and the value as written."""

    name_start: int
    value_start: int
    value: str


class _Tags:
    """A binary file that hands out a text up to the end of its next tag, and what is open.

    ``element`` is the one whose tag was handed out last, an end tag too.
    """

    def __init__(self, text: str) -> None:
        self.element: _Element | None = None
        self._text = text
        self._position = int(text.startswith("\ufeff"))
        self._buffer = b""

    def read(self, size: int) -> bytes:
        """Return some bytes, none at the end."""
        if not self._buffer:
            start = self._position
            match = _MARKUP.search(self._text, start)
            self._position = match.end() if match else len(self._text)
            self._buffer = self._text[start : self._position].encode()
            if match and match["name"]:
                self._enter(match)
        handed, self._buffer = self._buffer[:size], self._buffer[size:]
        return handed

    def _enter(self, tag: re.Match[str]) -> None:
        """Leave the element that the tag before has ended, then enter or end one."""
        if self.element and self.element.ended:
            self.element = self.element.parent
        if not tag["end"]:
            self.element = _Element(tag, self.element)
        elif self.element:
            self.element.ended = True


class _Element:
    """An element: where its parts stand, and whether it stands for a property."""

    def __init__(self, tag: re.Match[str], parent: _Element | None) -> None:
        self.tag = tag
        self.parent = parent
        self.ended = tag["rest"].endswith("/")
        self.child: int | None = None
        self.is_property = False
        if parent:
            if parent.child is None:
                parent.child = tag.start()
            resource = parent.is_property and parent.is_resource()
            self.is_property = resource or not (parent.is_property or parent.is_root())

    @property
    def start(self) -> int:
        """The offset of the start tag."""
        return self.tag.start()

    def is_root(self) -> bool:
        """Return whether this is the element around all nodes (section 7.2.9)."""
        return self.parent is None and self.iri(self.tag["name"]) == RDF + "RDF"

    def is_resource(self) -> bool:
        """Return whether the content stands for the properties of a node (section 7.2.18)."""
        if "Resource" not in self.tag["rest"]:
            return False
        attribute = self.attribute(RDF + "parseType")
        return attribute is not None and attribute.value == "Resource"

    def attributes(self) -> Iterator[tuple[str, _Attribute]]:
        """Yield the name of every attribute, and the attribute."""
        offset = self.tag.start("rest")
        for match in _ATTRIBUTE.finditer(self.tag["rest"]):
            place = match.end() - len(match[2] or match[3] or "") - 1
            yield (
                match[1],
                _Attribute(offset + match.start(), offset + place, match[match.lastindex or 0]),
            )

    def attribute(self, iri: str) -> _Attribute | None:
        """Return the attribute whose name stands for an IRI."""
        for name, attribute in self.attributes():
            if ":" in name and self.iri(name) == iri:
                return attribute
        return None

    def iri(self, name: str) -> str | None:
        """Return what a qualified name stands for (section 6.1.2), if its prefix is declared."""
        prefix, colon, local = name.rpartition(":")
        declaration = "xmlns:" + prefix if colon else "xmlns"
        element: _Element | None = self
        while element:
            if declaration in element.tag["rest"]:
                for declared, attribute in element.attributes():
                    if declared == declaration:
                        return _resolved(attribute.value) + local
            element = element.parent
        return None


def _written(triple: Triple, element: _Element) -> Statement | None:
    """Return where a statement stands that the last tag of an element completes."""
    predicate = triple.predicate.value
    name = element.iri(element.tag["name"])
    literal = isinstance(triple.object, ox.Literal)
    if not element.is_property and predicate == RDF_TYPE and _value(triple) == name:
        start = element.tag.start("name")
        return Statement(element.start, start, start)
    if literal or not element.is_property:
        attribute = element.attribute(predicate)
        if attribute:
            return Statement(element.start, attribute.name_start, attribute.value_start)
    item = name == RDF + "li" and predicate.startswith(RDF + "_")
    if element.is_property and element.parent and (item or predicate == name):
        start = element.tag.start("name")
        return Statement(element.parent.start, start, _content(element))
    return None


def _value(triple: Triple) -> str | None:
    return triple.object.value if isinstance(triple.object, ox.NamedNode) else None


def _content(element: _Element) -> int:
    """Return where the value of a property element stands."""
    for name in ("resource", "nodeID"):
        attribute = element.attribute(RDF + name)
        if attribute:
            return attribute.value_start
    if element.tag["rest"].endswith("/") or element.tag.string.startswith("</", element.tag.end()):
        return element.start
    literal = element.attribute(RDF + "parseType") or element.attribute(RDF + "datatype")
    return element.tag.end() if element.child is None or literal else element.child


def _resolved(text: str) -> str:
    """Return a text with its references resolved (XML 1.0, section 4.1)."""

    def character(match: re.Match[str]) -> str:
        if match[3]:
            return _ENTITIES.get(match[3], match[0])
        return chr(int(match[1], 16) if match[1] else int(match[2]))

    return _REFERENCE.sub(character, text) if "&" in text else text
