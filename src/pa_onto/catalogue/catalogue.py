"""An index of a graph by subject and by object, with the labels people read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from ..namespaces import DCTERMS, RDF_TYPE, RDFS, SKOS, shorten
from ..triples import Term, Triple
from .entries import Entry, Kind, entries

#: The values of a node by property IRI, in a stable order.
Values = dict[str, list[Term]]

_NAMES: Final = (SKOS + "prefLabel", DCTERMS + "title", RDFS + "label")
_NONE: Final[Values] = {}


class Catalogue:
    """The entries of one vocabulary and everything that is said of them.

    ``iri`` names the vocabulary, ``base`` is the folder of its IRIs (ends in ``/``),
    ``triples`` is the whole graph, stated and derived, sorted, its blank nodes labelled.
    """

    def __init__(self, iri: str, triples: Sequence[Triple]) -> None:
        self.iri = iri
        self.base = iri.rstrip("/#") + "/"
        self.triples = triples
        self._about: dict[str, Values] = defaultdict(lambda: defaultdict(list))
        self._inbound: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        types: dict[str, list[str]] = {}
        for triple in triples:
            node, predicate, value = _key(triple.subject), triple.predicate.value, triple.object
            self._about[node][predicate].append(value)
            if not isinstance(value, ox.Literal):
                self._inbound[_key(value)][predicate].append(node)
            if isinstance(triple.subject, ox.NamedNode):
                types.setdefault(node, [])
                if predicate == RDF_TYPE:
                    types[node].append(value.value)
        self.entries: dict[str, Entry] = {entry.iri: entry for entry in entries(types, iri)}

    def of_kind(self, *kinds: Kind) -> list[Entry]:
        """Return the entries of some kinds, in order."""
        return [entry for entry in self.entries.values() if entry.kind in kinds]

    def about(self, node: str) -> Values:
        """Return what is said of a node (an IRI, or ``_:label``) by property."""
        return self._about.get(node, _NONE)

    def values(self, node: str, predicate: str) -> list[Term]:
        """Return the values of one property of a node."""
        return self.about(node).get(predicate, [])

    def nodes(self, node: str, predicate: str) -> list[str]:
        """Return the values of one property that are nodes, as IRIs and ``_:label``."""
        return [_key(v) for v in self.values(node, predicate) if not isinstance(v, ox.Literal)]

    def inbound(self, node: str) -> dict[str, list[str]]:
        """Return the subjects that refer to a node, by property."""
        return self._inbound.get(node, {})

    def subjects(self, predicate: str, node: str) -> list[str]:
        """Return the subjects that refer to a node by one property."""
        return self.inbound(node).get(predicate, [])

    def texts(self, node: str, predicate: str) -> dict[str, list[str]]:
        """Return the literals of a property by language tag, ``""`` for those without."""
        found: dict[str, list[str]] = {}
        for value in self.values(node, predicate):
            if isinstance(value, ox.Literal):
                found.setdefault(value.language or "", []).append(value.value)
        return found

    def text(self, node: str, predicate: str, language: str | None = None) -> str:
        """Return one literal of a property, in the wanted language where there is one, or ""."""
        found = self.texts(node, predicate)
        for tag in (language or self.language, self.language, "", "en", *sorted(found)):
            if tag in found:
                return found[tag][0]
        return ""

    def label(self, node: str, language: str | None = None) -> str:
        """Return the label of a node; its CURIE or IRI when it has none."""
        for predicate in _NAMES:
            if text := self.text(node, predicate, language):
                return text
        return shorten(node)

    def description(self, node: str) -> Iterator[Triple]:
        """Yield the triples about a node and about the blank nodes below it."""
        waiting, seen = [node], {node}
        while waiting:
            current = waiting.pop()
            subject = _subject(current)
            for predicate, values in self.about(current).items():
                for value in values:
                    yield Triple(subject, ox.NamedNode(predicate), value)
                    if isinstance(value, ox.BlankNode) and (key := str(value)) not in seen:
                        seen.add(key)
                        waiting.append(key)

    @cached_property
    def languages(self) -> list[str]:
        """The languages of preferred labels, the most used first."""
        counts: dict[str, int] = {}
        for values in self._about.values():
            for label in values.get(_NAMES[0], ()):
                if isinstance(label, ox.Literal) and label.language:
                    counts[label.language] = counts.get(label.language, 0) + 1
        return sorted(counts, key=lambda tag: (-counts[tag], tag != "en", tag))

    @cached_property
    def language(self) -> str:
        """The language most used in preferred labels; English when there is none."""
        return self.languages[0] if self.languages else "en"


def _key(node: ox.NamedNode | ox.BlankNode | ox.Literal) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)


def _subject(node: str) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(node[2:]) if node.startswith("_:") else ox.NamedNode(node)
