"""Write a vocabulary as one JSON object for readers who know nothing of RDF.

The ontology is the object; everything else stands in its arrays (see ``ARRAYS``), each node
with ``id`` and ``type``, labels as language maps, repeatable values always as arrays, codes
where all values come from one scheme. Under the published context it is JSON-LD.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from ..canonical import canonical_quads
from ..canonical.turtle import PROPERTY_ORDER
from ..namespaces import OWL, RDF, RDF_TYPE, SKOS, XSD, XSD_STRING, shorten
from ..triples import Triple, quads_of, triples_of
from .context import ARRAYS, type_names
from .keys import Key, Keys

Node = dict[str, Any]

_ARRAY_OF = {
    SKOS + "ConceptScheme": "schemes",
    SKOS + "Concept": "concepts",
    SKOS + "Collection": "collections",
    SKOS + "OrderedCollection": "collections",
    OWL + "Class": "classes",
    RDF + "Property": "properties",
    **{OWL + f"{kind}Property": "properties" for kind in ("Object", "Datatype", "Annotation")},
}
_RANK = {iri: rank for rank, iri in enumerate(PROPERTY_ORDER)}


def vocabulary_document(triples: Iterable[Triple], keys: Keys, iri: str, context: str) -> Node:
    """Return the vocabulary with ontology ``iri`` as one object under the context at that URL."""
    return _Writer(triples, keys).document(iri, context)


class _Writer:
    """Writes the nodes of one graph."""

    def __init__(self, triples: Iterable[Triple], keys: Keys) -> None:
        ordered = list(triples_of(canonical_quads(quads_of(triples))))
        self._nodes: dict[str, list[Triple]] = defaultdict(list)
        for triple in ordered:
            self._nodes[str(triple.subject)].append(triple)
        uses = Counter(str(t.object) for t in ordered if isinstance(t.object, ox.BlankNode))
        self._inside = {node for node, count in uses.items() if count == 1}
        self._referred = set(uses) - self._inside
        self._keys = {key.property: key for key in keys.shared.values()}
        types = {t.object.value for t in ordered if t.predicate.value == RDF_TYPE}
        self._types = {kind: name for name, kind in type_names({*types, *keys.records}).items()}

    def document(self, iri: str, context: str) -> Node:
        """Return the ontology with every other node in its arrays."""
        arrays: dict[str, list[Node]] = {name: [] for name in ARRAYS}
        for subject in sorted(self._nodes):
            if subject != f"<{iri}>" and subject not in self._inside:
                arrays[self._array(subject)].append(self._node(subject))
        return {"@context": context, **self._node(f"<{iri}>"), **arrays}

    def _array(self, subject: str) -> str:
        for triple in self._nodes[subject]:
            if triple.predicate.value == RDF_TYPE and triple.object.value in _ARRAY_OF:
                return _ARRAY_OF[triple.object.value]
        return "others"

    def _node(self, subject: str) -> Node:
        properties: dict[str, list[Any]] = defaultdict(list)
        for triple in self._nodes[subject]:
            properties[triple.predicate.value].append(triple.object)
        node: Node = {} if self._is_nameless(subject) else {"id": subject.strip("<>")}
        if kinds := properties.pop(RDF_TYPE, []):
            node["type"] = sorted((self._type(kind.value) for kind in kinds), key=_own_first)
        for iri in sorted(properties, key=lambda iri: (_RANK.get(iri, len(_RANK)), iri)):
            key = self._keys.get(iri)
            name = key.name if key else shorten(iri)
            node[name] = self._values(properties[iri], key)
        return node

    def _type(self, iri: str) -> str:
        return self._types.get(iri) or shorten(iri)

    def _values(self, terms: list[Any], key: Key | None) -> Any:
        if key is None:
            return [self._expanded(term) for term in terms]
        if key.language and all(getattr(term, "language", None) for term in terms):
            return _language_map(terms, single=key.single)
        if key.ordered and len(terms) == 1:
            return [self._value(term, key) for term in self._list(terms[0])]
        values = sorted((self._value(term, key) for term in terms), key=str)
        return values[0] if key.single and len(values) == 1 else values

    def _value(self, term: Any, key: Key) -> Any:
        """Return a term in the short form its key allows, else expanded."""
        if isinstance(term, ox.BlankNode):
            return self._blank(term)
        if isinstance(term, ox.NamedNode):
            if key.codes and term.value.startswith(key.codes):
                return term.value[len(key.codes) :]
            return term.value if key.link else {"id": term.value}
        if key.link or term.language:
            return self._expanded(term)
        if key.datatype == term.datatype.value:
            return term.value
        return self._expanded(term) if key.datatype else _native(term)

    def _expanded(self, term: Any) -> Any:
        if isinstance(term, ox.BlankNode):
            return self._blank(term)
        if isinstance(term, ox.NamedNode):
            return {"id": term.value}
        if term.language:
            return {"@value": term.value, "@language": term.language}
        return _native(term)

    def _blank(self, node: ox.BlankNode) -> Node:
        """Return a blank node in full where it is used once, else a reference to it."""
        name = str(node)
        if name not in self._inside:
            return {"id": name}
        if any(t.predicate.value == RDF + "first" for t in self._nodes[name]):
            return {"@list": [self._expanded(member) for member in self._list(node)]}
        return self._node(name)

    def _is_nameless(self, subject: str) -> bool:
        return subject in self._inside or (
            subject.startswith("_:") and subject not in self._referred
        )

    def _list(self, node: Any) -> list[Any]:
        """Return the members of an RDF list."""
        members = []
        while isinstance(node, ox.BlankNode):
            cell = {triple.predicate.value: triple.object for triple in self._nodes[str(node)]}
            members.append(cell[RDF + "first"])
            node = cell[RDF + "rest"]
        return members


def _own_first(name: str) -> tuple[bool, str]:
    return (name in ("Concept", "Role"), name)


def _language_map(terms: list[Any], *, single: bool) -> Node:
    languages: dict[str, list[str]] = defaultdict(list)
    for term in sorted(terms, key=str):
        languages[term.language].append(term.value)
    if single and all(len(texts) == 1 for texts in languages.values()):
        return {language: texts[0] for language, texts in sorted(languages.items())}
    return dict(sorted(languages.items()))


def _native(term: ox.Literal) -> Any:
    """Return a literal as a JSON value where that loses nothing, else expanded."""
    kind, text = term.datatype.value, term.value
    if kind == XSD_STRING:
        return text
    if kind == XSD + "boolean" and text in ("true", "false"):
        return text == "true"
    if kind == XSD + "integer" and text == str(int(text)):
        return int(text)
    return {"@value": text, "@type": kind}
