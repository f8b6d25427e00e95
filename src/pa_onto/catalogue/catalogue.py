"""An index of a graph by subject and by object, with the labels people read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from ..namespaces import DCTERMS, PREFIXES, RDF_TYPE, RDFS, SKOS, shorten
from ..triples import Nodes, Term, Triple, Values, grouped, key_of
from .entries import Entry, Kind, entries

_NAMES: Final = (SKOS + "prefLabel", DCTERMS + "title", RDFS + "label")
_NONE: Final[Values] = {}


class Catalogue:
    """The entries of one vocabulary and everything that is said of them.

    ``iri`` names the vocabulary, ``base`` is the folder of its IRIs (ends in ``/``),
    ``triples`` is the whole graph, stated and derived, sorted, its blank nodes labelled;
    ``reserved`` are paths that the published folder has itself.
    """

    def __init__(
        self,
        iri: str,
        triples: Sequence[Triple],
        prefixes: Mapping[str, str] = PREFIXES,
        reserved: Iterable[str] = (),
    ) -> None:
        self.iri = iri
        self.base = iri.rstrip("/#") + "/"
        self.triples = triples
        self.nodes_by_key: Nodes = grouped(triples)
        self._prefixes = prefixes
        self._inbound: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        types: dict[str, list[str]] = {}
        for node, values in self.nodes_by_key.items():
            for predicate, terms in values.items():
                for term in terms:
                    if not isinstance(term, ox.Literal):
                        self._inbound[key_of(term)][predicate].append(node)
            if not node.startswith("_:"):
                types[node] = list(map(key_of, values.get(RDF_TYPE, ())))
        found = entries(types, iri, reserved)
        self.entries: dict[str, Entry] = {entry.iri: entry for entry in found}

    def of_kind(self, *kinds: Kind) -> list[Entry]:
        """Return the entries of some kinds, in order."""
        return [entry for entry in self.entries.values() if entry.kind in kinds]

    def about(self, node: str) -> Values:
        """Return what is said of a node (an IRI, or ``_:label``) by property."""
        return self.nodes_by_key.get(node, _NONE)

    def values(self, node: str, predicate: str) -> list[Term]:
        """Return the values of one property of a node."""
        return self.about(node).get(predicate, [])

    def nodes(self, node: str, predicate: str) -> list[str]:
        """Return the values of one property that are nodes, as IRIs and ``_:label``."""
        return [key_of(v) for v in self.values(node, predicate) if not isinstance(v, ox.Literal)]

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
        return shorten(node, self._prefixes)

    def description(self, node: str) -> Iterator[Triple]:
        """Yield the triples about a node and about the blank nodes below it."""
        for key, values in self.described(node).items():
            subject = ox.BlankNode(key[2:]) if key.startswith("_:") else ox.NamedNode(key)
            for predicate, terms in values.items():
                for term in terms:
                    yield Triple(subject, ox.NamedNode(predicate), term)

    def described(self, node: str) -> Nodes:
        """Return what is said of a node and of the blank nodes below it."""
        found: Nodes = {}
        waiting = [node]
        while waiting:
            current = waiting.pop()
            if current in found or not (values := self.about(current)):
                continue
            found[current] = values
            for terms in values.values():
                waiting += [str(term) for term in terms if isinstance(term, ox.BlankNode)]
        return found

    @cached_property
    def languages(self) -> list[str]:
        """The languages of preferred labels, the most used first."""
        counts: dict[str, int] = {}
        for values in self.nodes_by_key.values():
            for label in values.get(_NAMES[0], ()):
                if isinstance(label, ox.Literal) and label.language:
                    counts[label.language] = counts.get(label.language, 0) + 1
        return sorted(counts, key=lambda tag: (-counts[tag], tag != "en", tag))

    @cached_property
    def language(self) -> str:
        """The language most used in preferred labels; English when there is none."""
        return self.languages[0] if self.languages else "en"
