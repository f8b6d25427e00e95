"""Which concepts stand below which, in every scheme."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ...catalogue import Catalogue, Kind
from ...namespaces import RDF, SKOS
from .names import Link, Names

#: A tree goes on so many levels down; what is deeper is one step away on a concept's own page.
_DEEPEST: Final = 24
#: What is broader is followed so far up for the path above a page.
_HIGHEST: Final = 12


class Branch(NamedTuple):
    """A step in the walk through a tree.

    ``kind`` is ``open`` (children follow until its ``close``), ``close``, ``leaf``, or
    ``folded`` for a concept whose ``below`` children are not shown here.
    """

    kind: str
    link: Link = Link("")
    below: int = 0


class Hierarchy:
    """The broader and narrower concepts, members of schemes and collections of a catalogue."""

    def __init__(self, catalogue: Catalogue, names: Names) -> None:
        self._catalogue, self._names = catalogue, names
        concepts = [entry.iri for entry in catalogue.of_kind(Kind.CONCEPT)]
        self.parents = {iri: self._joined(iri, "broader", "narrower") for iri in concepts}
        self.children = {iri: self._joined(iri, "narrower", "broader") for iri in concepts}
        self.schemes = {
            entry.iri: names.by_name(catalogue.subjects(SKOS + "inScheme", entry.iri))
            for entry in catalogue.of_kind(Kind.SCHEME)
        }
        self.tops = {scheme: self._tops(scheme) for scheme in self.schemes}
        self.members = {
            entry.iri: self._members(entry.iri) for entry in catalogue.of_kind(Kind.COLLECTION)
        }
        self.collections: dict[str, list[str]] = {}
        for collection, members in self.members.items():
            for member in members:
                self.collections.setdefault(member, []).append(collection)

    def _joined(self, iri: str, one: str, other: str) -> list[str]:
        """Return the concepts that either of two inverse properties relates to a concept."""
        out = self._catalogue.nodes(iri, SKOS + one)
        found = {*out, *self._catalogue.subjects(SKOS + other, iri)} - {iri}
        return self._names.by_name([node for node in found if node in self._catalogue.entries])

    def _tops(self, scheme: str) -> list[str]:
        """Return the concepts on top of a scheme, such that every concept is below one of them."""
        inside = set(self.schemes[scheme])
        stated = {
            *self._catalogue.nodes(scheme, SKOS + "hasTopConcept"),
            *self._catalogue.subjects(SKOS + "topConceptOf", scheme),
        }
        inside |= {iri for iri in stated if iri in self.children}
        self.schemes[scheme] = self._names.by_name(list(inside))
        tops = [iri for iri in self.schemes[scheme] if not inside.intersection(self._above(iri))]
        reached = self.below(tops)
        for iri in self.schemes[scheme]:
            if iri not in reached:  # Concepts in a circle have nothing on top of them.
                tops.append(iri)
                reached |= self.below([iri])
        return self._names.by_name(tops)

    def _above(self, iri: str) -> Sequence[str]:
        return self.parents.get(iri, ())

    def below(self, tops: Sequence[str]) -> set[str]:
        """Return some concepts and all that are narrower."""
        seen = set(tops)
        waiting = list(tops)
        while waiting:
            for child in self.children.get(waiting.pop(), ()):
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)
        return seen

    def _members(self, collection: str) -> list[str]:
        members = list(self._catalogue.nodes(collection, SKOS + "member"))
        for head in self._catalogue.nodes(collection, SKOS + "memberList"):
            members += self.listed(head)
        return list(dict.fromkeys(members))

    def listed(self, head: str) -> list[str]:
        """Return the nodes of an RDF list; one that runs in a circle ends where it began."""
        found: list[str] = []
        seen: set[str] = set()
        while head != RDF + "nil" and head not in seen:
            seen.add(head)
            found += self._catalogue.nodes(head, RDF + "first")
            head = next(iter(self._catalogue.nodes(head, RDF + "rest")), RDF + "nil")
        return found

    def path_to(self, iri: str) -> list[str]:
        """Return what is above a concept, the topmost first, along the first broader ones."""
        path: list[str] = []
        while len(path) < _HIGHEST and (parents := self._above(iri)):
            iri = parents[0]
            if iri in path:
                break
            path.append(iri)
        return path[::-1]

    def tree(self, tops: Sequence[str], most: int) -> Iterator[Branch]:
        """Walk through the concepts below some; once ``most`` are shown, the rest is folded.

        A concept with several broader ones shows its narrower ones where it comes first.
        """
        shown: set[str] = set()
        waiting: list[tuple[str, int]] = [(iri, 0) for iri in reversed(tops)]
        while waiting:
            iri, depth = waiting.pop()
            if not iri:
                yield Branch("close")
                continue
            link, children = self._names.link(iri), self.children.get(iri, [])
            if not children:
                yield Branch("leaf", link)
            elif iri in shown or depth >= _DEEPEST or len(shown) + len(children) > most:
                yield Branch("folded", link, len(children))
            else:
                yield Branch("open", link, len(children))
                waiting.append(("", depth))
                waiting += [(child, depth + 1) for child in reversed(children)]
                shown.update(children)
            shown.add(iri)
