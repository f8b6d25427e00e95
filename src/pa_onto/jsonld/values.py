"""What a shape says about a JSON value, in JSON Schema.

A translation never refuses what its shape allows: what JSON Schema cannot say, such as a rule
about a node further away, is left to the shape. It speaks of five kinds of values, because
keywords of JSON Schema pass every value of another type than theirs (JSON Schema Validation
2020-12, section 4.3): text, numbers, booleans, value objects and nodes (JSON-LD 1.1, section 9).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from math import isfinite
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from ..namespaces import RDF, SH, XSD, XSD_STRING, local_name
from ..shacl import ShapesGraph
from .combination import ANY, KINDS, Schema, Values, both, define, either, reference
from .keys import Key

#: Datatypes whose lexical forms a definition describes (XML Schema 1.1 Datatypes, section 3.3).
LEXICAL: Final = {XSD + "date": "date", XSD + "dateTime": "dateTime"}
_ALL_NUMBERS: Final = {XSD + "integer", XSD + "double"}
_LIMITS: Final = {
    "minInclusive": "minimum",
    "maxInclusive": "maximum",
    "minExclusive": "exclusiveMinimum",
    "maxExclusive": "exclusiveMaximum",
}


class Reader(NamedTuple):
    """Reads values off shapes.

    ``instances`` are the IRIs of the instances of every class; what several keys share becomes
    one of the ``definitions``.
    """

    shapes: ShapesGraph
    instances: Mapping[str, list[str]]
    definitions: dict[str, Schema]

    def values(self, key: Key, shapes: Iterable[object], *, open: bool) -> Values:
        """Return what the values of a key may be, by the property shapes of that key.

        ``open`` says that the record is read with all of schema.org's terms, in which nodes
        inside a record have types and keys of their own.
        """
        found = dict(ANY)
        if key.language or key.ordered:
            return found
        if open:
            key = key._replace(codes=None)
        translation = _Translation(self, key, open)
        for shape in shapes:
            found = both(found, translation.constraints(shape))
        return both(found, coercion(key)) if found.get("string") == {} else found


def coercion(key: Key) -> Values:
    """Return what the context makes of a key: other text than an IRI is dropped for a link."""
    if not key.link:
        return dict(ANY)
    return ANY | {"string": reference("codeOrIri" if key.codes else "iri")}


class _Translation(NamedTuple):
    """Translates the constraints on the values of one key."""

    reader: Reader
    key: Key
    open: bool

    def constraints(self, shape: object) -> Values:
        """Translate everything that a shape says about a value (SHACL section 4)."""
        shapes, found = self.reader.shapes, dict(ANY)
        if shapes.value(shape, SH + "deactivated") == "true":
            return found
        handlers: dict[str, Callable[[Any, object], Values]] = {
            "datatype": self._datatype,
            "nodeKind": self._node_kind,
            "class": self._class,
            "in": self._in,
            "node": lambda node, _: self.shape(node),
            "and": lambda node, _: self._every(node),
            "or": lambda node, _: self._some(node),
            "xone": lambda node, _: self._some(node),
            "not": lambda node, _: self._not(node),
            "property": lambda node, _: self.shape(node),
            "pattern": self._pattern,
            "minLength": lambda limit, _: self._text({"minLength": int(limit.value)}),
            "maxLength": lambda limit, _: self._text({"maxLength": int(limit.value)}),
        }
        handlers |= {name: partial(_limit, keyword) for name, keyword in _LIMITS.items()}
        for name, handler in handlers.items():
            for triple in shapes.objects(shape, SH + name):
                found = both(found, handler(triple.object, shape))
        return found

    def shape(self, shape: object) -> Values:
        """Translate a shape inside another: with a path it speaks of the value's own values."""
        shapes = self.reader.shapes
        if not shapes.objects(shape, SH + "path"):
            return self.constraints(shape)
        least = (shapes.value(shape, SH + name) for name in ("minCount", "qualifiedMinCount"))
        return self._linked() if any(count not in (None, "0") for count in least) else dict(ANY)

    def _linked(self) -> Values:
        """Return the forms of a node: an IRI where the context makes one of text, or an object."""
        text: Values = {"string": reference("iri")} if self.key.link else {}
        return text | {"node": {} if self.open else reference("node")}

    def _datatype(self, datatype: Any, _: object) -> Values:
        kind = datatype.value
        coerced = self._coerced(kind)
        found: Values = {"value": {}}
        if kind in LEXICAL:
            return found | ({"string": reference(LEXICAL[kind])} if coerced else {})
        if coerced:
            return found | {"string": {}, "number": {}, "boolean": {}}
        if kind == XSD_STRING:
            return found | {"string": {}}
        if kind == XSD + "boolean":
            return found | {"boolean": {}}
        if kind == XSD + "integer":
            return found | {"number": {"multipleOf": 1}}
        return found | ({"number": {}} if kind.startswith(XSD) else {})

    def _coerced(self, datatype: str) -> bool:
        """Whether the context gives text this datatype; schema.org's date type stands for two."""
        coerced = self.key.datatype
        return coerced == datatype or (self.open and coerced in LEXICAL and datatype in LEXICAL)

    def _node_kind(self, kind: Any, _: object) -> Values:
        if kind.value == SH + "Literal":
            return {name: {} for name in KINDS if name != "node"}
        return self._linked() if kind.value == SH + "IRI" else dict(ANY)

    def _class(self, cls: Any, _: object) -> Values:
        space = self.key.codes
        instances = self.reader.instances.get(cls.value, ())
        codes = [iri[len(space) :] for iri in instances if iri.startswith(space)] if space else []
        if not codes:
            return self._linked()
        name = local_name(cls.value) + "Code"
        schema = {
            "title": "a code or an IRI",
            "if": {"type": "string", "pattern": "^[^:]*$"},
            "then": {"enum": codes},
            "else": reference("iri"),
        }
        return self._linked() | {"string": define(self.reader.definitions, name, schema)}

    def _in(self, node: Any, shape: object) -> Values:
        terms = list(members(self.reader.shapes, node))
        if not all(isinstance(term, ox.Literal) and _is_text(term) for term in terms):
            return dict(ANY)
        text: Schema = {"if": {"type": "string"}, "then": {"enum": [term.value for term in terms]}}
        if isinstance(shape, ox.NamedNode) and not self.reader.shapes.objects(shape, SH + "path"):
            text = labels(self.reader.shapes, shape) | text
            text = define(self.reader.definitions, local_name(shape.value), text)
        return {"string": text, "value": {}}

    def _every(self, node: object) -> Values:
        found = dict(ANY)
        for member in members(self.reader.shapes, node):
            found = both(found, self.shape(member))
        return found

    def _some(self, node: object) -> Values:
        found: Values = {}
        for member in members(self.reader.shapes, node):
            found = either(found, self.shape(member))
        return found

    def _not(self, shape: object) -> Values:
        """Only of numbers is it known that a shape allows them all, so that its denial has none."""
        if set(self._datatypes(shape)) >= _ALL_NUMBERS:
            return {kind: {} for kind in KINDS if kind != "number"}
        return dict(ANY)

    def _datatypes(self, shape: object) -> Iterator[str]:
        """Yield the datatypes that are each enough, for a shape that asks nothing else."""
        shapes = self.reader.shapes
        alternatives = shapes.objects(shape, SH + "or")
        parameters = [t for t in shapes.triples if t.subject == shape and _constrains(t.predicate)]
        if len(parameters) == 1 and alternatives:
            for member in members(shapes, alternatives[0].object):
                yield from self._datatypes(member)
        elif len(parameters) == 1 and (kind := shapes.value(shape, SH + "datatype")):
            yield kind

    def _pattern(self, pattern: Any, shape: object) -> Values:
        text = _ecma(pattern.value)
        if text is None or self.reader.shapes.objects(shape, SH + "flags"):
            return dict(ANY)
        return self._text({"pattern": text})

    def _text(self, schema: Schema) -> Values:
        """Return a rule on the text of values; of a link it means the whole IRI, not the JSON."""
        return dict(ANY) if self.key.link else ANY | {"string": schema}


def labels(shapes: ShapesGraph, shape: object) -> Schema:
    """Return title and description: the name and the description of a shape, in English."""
    found: Schema = {}
    for keyword, name in (("title", "name"), ("description", "description")):
        terms = [triple.object for triple in shapes.objects(shape, SH + name)]
        ranked = sorted(terms, key=lambda term: (getattr(term, "language", "") != "en", str(term)))
        if ranked:
            found[keyword] = ranked[0].value
    return found


def _limit(keyword: str, limit: Any, _: object) -> Values:
    kind = limit.datatype.value.removeprefix(XSD)
    if kind not in ("integer", "decimal", "double"):
        return dict(ANY)
    number = int(limit.value) if kind == "integer" else float(limit.value)
    return ANY | {"number": {keyword: number}} if isfinite(number) else dict(ANY)


def members(shapes: ShapesGraph, node: object) -> Iterator[Any]:
    """Yield the members of an RDF list."""
    while first := shapes.objects(node, RDF + "first"):
        yield first[0].object
        node = shapes.objects(node, RDF + "rest")[0].object


def _constrains(predicate: ox.NamedNode) -> bool:
    name = predicate.value.removeprefix(SH)
    return name != predicate.value and name not in ("name", "description", "message", "severity")


def _is_text(term: ox.Literal) -> bool:
    return not term.language and term.datatype.value == XSD_STRING


def _ecma(pattern: str) -> str | None:
    """Return a pattern of SPARQL as one of ECMA 262, None where the two might disagree.

    The classes of XML Schema regular expressions are wider or narrower than those of ECMA: only
    white space outside brackets is put in other words.
    """
    if re.search(r"\(\?[^:]|-\[", pattern):
        return None
    space = {r"\s": r"[ \t\n\r]", r"\S": r"[^ \t\n\r]"} if "[" not in pattern else {}
    found = ""
    for token in re.findall(r"\\.|.", pattern, re.DOTALL):
        if token[0] == "\\" and token[1] not in r".\-+*?()[]{}|^$/" and token not in space:
            return None
        found += space.get(token, token)
    return found
