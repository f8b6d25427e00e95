"""Write a vocabulary, or a part of it, as one JSON object for readers who know nothing of RDF.

The ontology is the object; everything else stands in its arrays (see ``ARRAYS``), each node
with ``id`` and ``type``, labels as language maps, repeatable values always as arrays, codes
where all values come from one scheme. Under the published context it is JSON-LD.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pyoxigraph as ox

from ..canonical.turtle import PROPERTY_RANK
from ..namespaces import OWL, RDF, RDF_TYPE, SKOS, XSD, XSD_STRING, shorten
from ..triples import Nodes, Term, key_of
from .context import ARRAYS, shortening, taken_names, type_names, usable_prefixes
from .keys import Key, Keys

Node = dict[str, Any]

_ARRAY_OF: Final = {
    SKOS + "ConceptScheme": "schemes",
    SKOS + "Concept": "concepts",
    SKOS + "Collection": "collections",
    SKOS + "OrderedCollection": "collections",
    OWL + "Class": "classes",
    RDF + "Property": "properties",
    **{OWL + f"{kind}Property": "properties" for kind in ("Object", "Datatype", "Annotation")},
}
# Deeper than people nest; what lies below stands in an array, referred to by its label.
_DEEPEST: Final = 40
_NIL: Final = RDF + "nil"
_CELL: Final = {RDF + "first", RDF + "rest"}
# Numbers that JSON readers hold exactly (RFC 8259, section 6), written as XML Schema does.
_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]{0,14}").fullmatch


class DocumentWriter:
    """Writes nodes as JSON under one context, by the keys and types of a vocabulary.

    ``types`` are the IRIs of all its classes: only what the context names has a short name.
    """

    def __init__(self, keys: Keys, types: set[str], prefixes: Mapping[str, str]) -> None:
        self.keys = {key.property: key for key in keys.shared.values()}
        names = type_names(keys, types)
        self._types = {kind: name for name, kind in names.items()}
        self._prefixes = shortening(usable_prefixes(prefixes, taken_names(keys, names)))
        self._names: dict[str, str] = {}

    def document(self, nodes: Nodes, iri: str | None, context: str, *, whole: bool = True) -> Node:
        """Return nodes as one object: ``iri`` at the top, every other node in its array.

        The context is the one at that URL. Without ``whole`` empty arrays are left out.
        """
        graph = _Graph(self, nodes)
        arrays: dict[str, list[Node]] = {name: [] for name in ARRAYS}
        for subject in sorted(nodes):
            if subject != iri and subject not in graph.inside:
                arrays[graph.array(subject)].append(graph.node(subject))
        top = graph.node(iri) if iri is not None else {}
        return {"@context": context, **top} | {
            name: found for name, found in arrays.items() if found or whole
        }

    def name(self, iri: str) -> str:
        """Return the name of a property: its key, or else its CURIE or IRI."""
        if iri not in self._names:
            key = self.keys.get(iri)
            self._names[iri] = key.name if key else self.curie(iri)
        return self._names[iri]

    def curie(self, iri: str) -> str:
        """Return the CURIE of a property, which has no form of its own, or its IRI."""
        return shorten(iri, self._prefixes)

    def type(self, iri: str) -> str:
        """Return the name of a class."""
        return self._types.get(iri) or self.curie(iri)


class _Graph:
    """The nodes of one document."""

    def __init__(self, names: DocumentWriter, nodes: Nodes) -> None:
        self._names = names
        self._nodes = nodes
        uses = Counter(
            str(term)
            for values in nodes.values()
            for terms in values.values()
            for term in terms
            if isinstance(term, ox.BlankNode)
        )
        self._once = {node for node, count in uses.items() if count == 1 and node in nodes}
        self._no_lists: set[str] = set()
        self.inside = self._reached()
        self._referred = set(uses) - self.inside

    def array(self, subject: str) -> str:
        """Return the name of the array in which a node stands."""
        for kind in self._nodes[subject].get(RDF_TYPE, ()):
            if (found := _ARRAY_OF.get(key_of(kind))) is not None:
                return found
        return "others"

    def node(self, subject: str) -> Node:
        """Return one node with the blank nodes inside it."""
        values = self._nodes.get(subject, {})
        nameless = subject.startswith("_:") and subject not in self._referred
        node: Node = {} if nameless else {"id": subject}
        if kinds := values.get(RDF_TYPE):
            self._add_types(node, kinds)
        for iri in sorted(values, key=_rank):
            if iri != RDF_TYPE:
                self._add(node, iri, values[iri])
        return node

    def _add_types(self, node: Node, kinds: list[Term]) -> None:
        named = [kind.value for kind in kinds if isinstance(kind, ox.NamedNode)]
        if named:
            node["type"] = sorted(map(self._names.type, named), key=_own_first)
        if others := [kind for kind in kinds if not isinstance(kind, ox.NamedNode)]:
            node[self._names.curie(RDF_TYPE)] = [self._expanded(kind) for kind in others]

    def _add(self, node: Node, iri: str, terms: list[Term]) -> None:
        """Write the values of a property under its key, or in full where the key has no form."""
        key = self._names.keys.get(iri)
        if key is None:
            node[self._names.name(iri)] = [self._expanded(term) for term in terms]
        elif key.language and all(map(_is_text, terms)):
            node[key.name] = _language_map(terms, single=key.single)
        elif key.ordered:
            members = self._members(terms[0]) if len(terms) == 1 else None
            if members is None:
                node[self._names.curie(iri)] = [self._expanded(term) for term in terms]
            else:
                node[key.name] = [self._value(member, key) for member in members]
        else:
            values = sorted((self._value(term, key) for term in terms), key=str)
            node[key.name] = values[0] if key.single and len(values) == 1 else values

    def _value(self, term: Term, key: Key) -> Any:
        """Return a term in the short form its key allows, else expanded."""
        if isinstance(term, ox.BlankNode):
            return self._blank(term)
        if isinstance(term, ox.NamedNode):
            if key.codes and term.value.startswith(key.codes):
                code = term.value[len(key.codes) :]
                return code if code and ":" not in code and code[0] != "@" else term.value
            return term.value if key.link else {"id": term.value}
        if key.link or term.language:
            return _in_full(term)
        if key.datatype == term.datatype.value:
            return term.value
        return _in_full(term) if key.datatype else native(term)

    def _expanded(self, term: Term) -> Any:
        if isinstance(term, ox.BlankNode):
            return self._blank(term)
        if isinstance(term, ox.NamedNode):
            return {"id": term.value}
        return _in_full(term) if term.language else native(term)

    def _blank(self, node: ox.BlankNode) -> Node:
        """Return a blank node in full where it is used once, else a reference to it."""
        name = str(node)
        if name not in self.inside:
            return {"id": name}
        members = self._members(node)
        if members is not None:
            return {"@list": [self._expanded(member) for member in members]}
        return self.node(name)

    def _members(self, term: Term) -> list[Term] | None:
        """Return the members of an RDF list, None for what is no list of its own."""
        if key_of(term) in self.inside or key_of(term) == _NIL:
            found = self._list(key_of(term))
            return found[0] if found else None
        return None

    def _list(self, node: str) -> tuple[list[Term], list[str]] | None:
        """Return the members and the cells of a list whose every cell is used once."""
        members: list[Term] = []
        cells: dict[str, None] = {}
        while node != _NIL:
            cell = self._nodes[node] if node in self._once else {}
            right = set(cell) == _CELL and all(len(cell[name]) == 1 for name in _CELL)
            if not right or node in cells or node in self._no_lists:
                self._no_lists.update(cells)
                return None
            cells[node] = None
            members += cell[RDF + "first"]
            node = key_of(cell[RDF + "rest"][0])
        return members, list(cells)

    def _reached(self) -> set[str]:
        """Return the blank nodes to write inside others: used once, and not too deep."""
        found: set[str] = set()
        cells: set[str] = set()
        level = [node for node in self._nodes if node not in self._once]
        for _ in range(_DEEPEST if self._once else 0):
            below = [key for node in level if node not in cells for key in self._below(node)]
            level = []
            for key in below:
                members, own = self._list(key) or ([], [key])
                cells.update(own if members else ())
                level += own
                level += [str(term) for term in members if str(term) in self._once]
            level = [key for key in level if key in self._once]
            found.update(level)
        return found

    def _below(self, node: str) -> Iterator[str]:
        for terms in self._nodes[node].values():
            yield from (str(term) for term in terms if isinstance(term, ox.BlankNode))


def _rank(iri: str) -> tuple[int, str]:
    return (PROPERTY_RANK.get(iri, len(PROPERTY_RANK)), iri)


def _own_first(name: str) -> tuple[bool, str]:
    return (name in ("Concept", "Role"), name)


def _is_text(term: Term) -> bool:
    """Return whether a term may stand in a language map."""
    return isinstance(term, ox.Literal) and (
        term.language is not None or term.datatype.value == XSD_STRING
    )


def _language_map(terms: list[Any], *, single: bool) -> Node:
    languages: dict[str, list[str]] = defaultdict(list)
    for term in sorted(terms, key=str) if len(terms) > 1 else terms:
        languages[term.language or "@none"].append(term.value)
    if single and all(len(texts) == 1 for texts in languages.values()):
        return {language: texts[0] for language, texts in sorted(languages.items())}
    return dict(sorted(languages.items()))


def native(term: ox.Literal) -> Any:
    """Return a literal as a JSON value where that loses nothing, else expanded."""
    kind, text = term.datatype.value, term.value
    if kind == XSD_STRING:
        return text
    if kind == XSD + "boolean" and text in ("true", "false"):
        return text == "true"
    if kind == XSD + "integer" and _INTEGER(text):
        return int(text)
    return _in_full(term)


def _in_full(term: ox.Literal) -> Node:
    """Return a literal that no type of a key changes (JSON-LD 1.1, section 4.2.1)."""
    if term.language:
        return {"@value": term.value, "@language": term.language}
    kind = term.datatype.value
    return {"@value": term.value} | ({"@type": kind} if kind != XSD_STRING else {})
