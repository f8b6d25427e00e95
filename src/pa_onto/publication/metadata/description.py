"""A graph that is put together statement by statement, and written as Turtle and JSON-LD."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pyoxigraph as ox

from ...canonical.turtle import TurtleWriter
from ...jsonld import to_json
from ...namespaces import RDF, RDF_TYPE, STANDARD, XSD
from ...triples import Nodes, Term, Triple, grouped, key_of

#: Prefixes of the vocabularies that describe data.
PREFIXES: Final[Mapping[str, str]] = {
    **STANDARD,
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "formats": "http://www.w3.org/ns/formats/",
    "spdx": "http://spdx.org/rdf/terms#",
    "void": "http://rdfs.org/ns/void#",
    "void-ext": "http://ldf.fi/void-ext#",
}
_NATIVE: Final[Mapping[str, type]] = {XSD + "integer": int}
_NIL: Final = RDF + "nil"


class Description:
    """Statements by subject; blank nodes are labelled in the order in which they are made."""

    def __init__(self, prefixes: Mapping[str, str] = PREFIXES) -> None:
        self.prefixes = prefixes
        self.nodes: Nodes = defaultdict(lambda: defaultdict(list))
        self._blanks = 0

    @classmethod
    def of(cls, triples: Iterable[Triple], prefixes: Mapping[str, str]) -> Description:
        """Return what triples say; their blank nodes keep their labels."""
        found = cls(prefixes)
        found.nodes = grouped(triples)
        return found

    def term(self, name: str) -> ox.NamedNode:
        """Return the node with a CURIE or an IRI."""
        prefix, _, local = name.partition(":")
        return ox.NamedNode(self.prefixes[prefix] + local if prefix in self.prefixes else name)

    def say(self, subject: Term, **values: object) -> None:
        """State values of properties, each named like ``dcterms_title``.

        A value is a term, a text (the CURIE of a node), or several; None and "" say nothing.
        """
        for name, value in values.items():
            predicate = self.term(name.replace("__", "-").replace("_", ":", 1)).value
            known = self.nodes[key_of(subject)][predicate]
            for each in value if isinstance(value, (list, tuple)) else (value,):
                term = self.term(each) if isinstance(each, str) and each else each
                if isinstance(term, (ox.NamedNode, ox.BlankNode, ox.Literal)) and term not in known:
                    known.append(term)
            if not known:
                del self.nodes[key_of(subject)][predicate]

    def blank(self, **values: object) -> ox.BlankNode:
        """Return a new blank node of which something is stated."""
        self._blanks += 1
        node = ox.BlankNode(f"b{self._blanks:05}")
        self.say(node, **values)
        return node

    def to_turtle(self) -> bytes:
        """Write the graph as Turtle."""
        return TurtleWriter(self.prefixes).write(self.nodes)

    def to_jsonld(self) -> bytes:
        """Write the graph as JSON-LD with prefixes for a context and blank nodes in place."""
        return to_json(_Document(self).whole())


class _Document:
    """One graph on its way into JSON."""

    def __init__(self, description: Description) -> None:
        self._nodes = description.nodes
        self._names = TurtleWriter(description.prefixes)
        self._prefixes = description.prefixes
        self._used: set[str] = set()
        self._references: dict[str, int] = defaultdict(int)
        for values in self._nodes.values():
            for terms in values.values():
                for term in terms:
                    if isinstance(term, ox.BlankNode):
                        self._references[str(term)] += 1

    def whole(self) -> dict[str, Any]:
        roots = [node for node in sorted(self._nodes) if not self._is_inside(node)]
        graph = [self._node(node) for node in roots]
        context = {name: self._prefixes[name] for name in sorted(self._used)}
        return {"@context": context, "@graph": graph}

    def _is_inside(self, node: str) -> bool:
        return node.startswith("_:") and self._references[node] == 1

    def _node(self, node: str) -> dict[str, Any]:
        values = self._nodes.get(node, {})
        found: dict[str, Any] = {} if self._is_inside(node) else {"@id": self._name(node)}
        if RDF_TYPE in values:
            found["@type"] = sorted(self._name(key_of(kind)) for kind in values[RDF_TYPE])
        for predicate in sorted(values):
            if predicate != RDF_TYPE:
                terms = [self._value(term) for term in values[predicate]]
                found[self._name(predicate)] = terms[0] if len(terms) == 1 else terms
        return found

    def _value(self, term: Term) -> Any:
        if isinstance(term, ox.Literal):
            return self._literal(term)
        key = key_of(term)
        if (members := self._members(key)) is not None:
            return {"@list": [self._value(member) for member in members]}
        return self._node(key) if self._is_inside(key) else {"@id": self._name(key)}

    def _literal(self, term: ox.Literal) -> Any:
        if term.language:
            return {"@language": term.language, "@value": term.value}
        kind = term.datatype.value
        if kind == XSD + "string":
            return term.value
        if kind in _NATIVE and str(_NATIVE[kind](term.value)) == term.value:
            return _NATIVE[kind](term.value)
        return {"@type": self._name(kind), "@value": term.value}

    def _members(self, node: str) -> list[Term] | None:
        """Return the members of a list that nothing else refers to the cells of."""
        members: list[Term] = []
        while node != _NIL:
            values = self._nodes.get(node, {})
            if set(values) != {RDF + "first", RDF + "rest"} or not self._is_inside(node):
                return None
            members += values[RDF + "first"]
            node = key_of(values[RDF + "rest"][0])
        return members

    def _name(self, iri: str) -> str:
        """Return an IRI as a CURIE where a prefix fits, and note the prefix."""
        if iri.startswith("_:"):
            return iri
        name = self._names.name(iri)
        if name.startswith("<"):
            return iri
        # JSON-LD takes a prefix for one only where its IRI ends in a delimiter.
        prefix, _, local = name.partition(":")
        if self._prefixes[prefix][-1] not in ":/?#[]@" or not local:
            return iri
        self._used.add(prefix)
        return name


def plain(text: str) -> ox.Literal | None:
    """Return a text as a literal, None for an empty one."""
    return ox.Literal(text) if text else None


def typed(value: object, kind: str) -> ox.Literal:
    """Return a literal of a datatype of XML Schema."""
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + kind))
