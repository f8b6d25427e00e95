"""What is said of an entry, and by whom, put in the sections of its page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import pyoxigraph as ox

from ...catalogue import Catalogue
from ...namespaces import OWL, RDF, RDF_TYPE, XSD
from .hierarchy import Hierarchy
from .names import Link, Name, Names, is_web
from .sections import APART, INVERSE, PASSIVE, RANK, SECTION, SECTIONS, SILENT

#: So many values of a property, or statements by others, are listed on a page.
MOST: Final = 500
#: Nodes without a name are shown inside each other so deep.
_DEEPEST: Final = 3


class Group(NamedTuple):
    """Values under one heading; ``more`` counts those not listed; ``by_others`` says whose."""

    heading: Link
    values: tuple[Link | Block, ...]
    more: int = 0
    by_others: bool = False


class Block(NamedTuple):
    """A value without a name of its own: what is said of it."""

    groups: tuple[Group, ...]


class Row(NamedTuple):
    """The labels of an entry in one language."""

    language: str
    preferred: tuple[str, ...]
    alternative: tuple[str, ...]
    hidden: tuple[str, ...]


class Facts:
    """Reads what a catalogue says of its entries as groups of values with headings."""

    def __init__(self, catalogue: Catalogue, names: Names, hierarchy: Hierarchy) -> None:
        self._catalogue, self._names, self._hierarchy = catalogue, names, hierarchy
        self._inverse = {**INVERSE, **dict(_inverses(catalogue))}

    def sections(self, iri: str) -> dict[str, list[Group]]:
        """Return what is said of an entry, by SECTIONS."""
        found: dict[str, list[Group]] = {section: [] for section in SECTIONS}
        about = self._catalogue.about(iri)
        for predicate in self._in_order(about):
            if predicate in APART:
                continue
            group = self._group(predicate, about[predicate], _DEEPEST)
            related = any(isinstance(value, Link) and value.href for value in group.values)
            section = SECTION.get(predicate, "relations" if related else "details")
            found[section].append(group)
        return found

    def inbound(self, iri: str) -> list[Group]:
        """Return what others say of an entry, unless its own page says the same."""
        found = self._catalogue.inbound(iri)
        groups = []
        for predicate in self._in_order(found):
            own = set(self._catalogue.nodes(iri, self._inverse.get(predicate, "")))
            nodes = [node for node in found[predicate] if node[:2] != "_:" and node not in own]
            if nodes and predicate not in SILENT:
                groups.append(self.listed(self._passive(predicate), nodes, by_others=True))
        return [group._replace(by_others=group.heading.about != "passive") for group in groups]

    def listed(self, heading: Link, nodes: Sequence[str], *, by_others: bool = False) -> Group:
        """Return nodes under a heading, in the order of their names."""
        links = [self._names.link(node) for node in self._names.by_name(list(nodes))[:MOST]]
        return Group(heading, tuple(links), max(0, len(nodes) - MOST), by_others)

    def value(self, term: ox.NamedNode | ox.BlankNode | ox.Literal, depth: int) -> Link | Block:
        """Return a value as it is shown; ``depth`` says how deep it may hold others."""
        if isinstance(term, ox.NamedNode):
            return self._names.link(term.value)
        if isinstance(term, ox.Literal):
            web = term.datatype.value == XSD + "anyURI" and is_web(term.value)
            return Link(term.value, term.language or "", term.value if web else "", web)
        return self._block(str(term), depth)

    def labels(self, iri: str, predicates: Sequence[str]) -> list[Row]:
        """Return the preferred, alternative and hidden labels of an entry by language."""
        texts = [self._names.texts(iri, predicate) for predicate in predicates]
        languages = dict.fromkeys(
            name.language for name in sorted(sum(texts, list[Name]()), key=self._names.order)
        )
        return [
            Row(tag, *(tuple(n.text for n in kind if n.language == tag) for kind in texts))
            for tag in languages
        ]

    def _group(
        self, predicate: str, terms: Iterable[ox.NamedNode | ox.BlankNode | ox.Literal], depth: int
    ) -> Group:
        values = [self.value(term, depth) for term in terms]
        if len(values) > 1:
            values.sort(key=self._place)
        more = max(0, len(values) - MOST)
        return Group(self._names.heading(predicate), tuple(values[:MOST]), more)

    def _place(self, value: Link | Block) -> tuple[int, str, str]:
        if isinstance(value, Block):
            return (999, "", "")
        rank = 0 if value.href else self._names.order(Name(value.text, value.language))[0]
        return (rank, value.text.casefold(), value.href)

    def _block(self, node: str, depth: int) -> Link | Block:
        if depth == 0:
            return Link("…")
        if self._catalogue.values(node, RDF + "first"):
            items = [self.value(term, depth - 1) for term in self._items(node)]
            return Block((Group(Link(""), tuple(items[:MOST]), max(0, len(items) - MOST)),))
        about = self._catalogue.about(node)
        return Block(tuple(self._group(p, about[p], depth - 1) for p in self._in_order(about) if p))

    def _items(self, head: str) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        found: list[ox.NamedNode | ox.BlankNode | ox.Literal] = []
        seen: set[str] = set()
        while head not in seen and (first := self._catalogue.values(head, RDF + "first")):
            seen.add(head)
            found += first
            head = next(iter(self._catalogue.nodes(head, RDF + "rest")), "")
        return found

    def _in_order(self, predicates: Mapping[str, object]) -> list[str]:
        last = len(RANK)
        return sorted(predicates, key=lambda p: (RANK.get(p, last), self._names.name(p).text, p))

    def _passive(self, predicate: str) -> Link:
        if words := PASSIVE.get(predicate):
            return Link(words, about="passive")
        return self._names.heading(predicate)


def _inverses(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield the symmetric properties and the pairs of inverse ones."""
    for iri in catalogue.subjects(RDF_TYPE, OWL + "SymmetricProperty"):
        yield iri, iri
    for iri, about in catalogue.nodes_by_key.items():
        for other in about.get(OWL + "inverseOf", ()):
            if isinstance(other, ox.NamedNode):
                yield iri, other.value
                yield other.value, iri
