"""What stands in the place of what has been withdrawn, through chains, splits and circles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..namespaces import DCTERMS, OWL
from ..triples import Triple

_DEPRECATED: Final = OWL + "deprecated"
_REPLACED: Final = DCTERMS + "isReplacedBy"
_TRUE: Final = ("true", "1")


class Succession(NamedTuple):
    """Where the successors of something withdrawn lead.

    ``live`` are the ends that are in use, ``circle`` says that some way leads back to itself,
    ``lost`` are ends that are nothing of the vocabulary or withdrawn without a successor.
    """

    iri: str
    live: tuple[str, ...]
    lost: tuple[str, ...] = ()
    circle: bool = False

    @property
    def one(self) -> str | None:
        """The one live successor, None when a person has to decide."""
        return self.live[0] if len(self.live) == 1 and not self.lost and not self.circle else None

    @property
    def why_not(self) -> str:
        """Why there is not one successor, "" when there is."""
        if self.circle:
            return "its successors lead in a circle"
        if len(self.live) > 1:
            return "it was split"
        if self.lost and self.lost != (self.iri,):
            return "a successor of it is not in use"
        return "" if self.live else "it has no successor"


class Successors:
    """The withdrawn things of a vocabulary, with their immediate successors in order."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.withdrawn: dict[str, tuple[str, ...]] = {}
        self._known: set[str] = set()
        replaced: dict[str, list[str]] = {}
        gone: set[str] = set()
        for triple in triples:
            if not isinstance(triple.subject, ox.NamedNode):
                continue
            iri, value = triple.subject.value, triple.object
            self._known.add(iri)
            if triple.predicate.value == _DEPRECATED and value.value in _TRUE:
                gone.add(iri)
            elif triple.predicate.value == _REPLACED and isinstance(value, ox.NamedNode):
                replaced.setdefault(iri, []).append(value.value)
        for iri in sorted(gone):
            self.withdrawn[iri] = tuple(sorted(replaced.get(iri, ())))

    def of(self, iri: str) -> Succession:
        """Return where the successors of something withdrawn lead."""
        live: set[str] = set()
        lost: set[str] = set()
        circle = False
        done: set[str] = set()
        # A step with the things on the way to it; an empty step ends the way.
        stack: list[tuple[str, bool]] = [(iri, False)]
        way: set[str] = set()
        while stack:
            node, leaving = stack.pop()
            if leaving:
                way.discard(node)
                done.add(node)
            elif node in way:
                circle = True
            elif node not in done:
                way.add(node)
                stack.append((node, True))
                following = self.withdrawn.get(node, ())
                stack += [(successor, False) for successor in following]
                if not following:
                    (live if self._is_live(node) else lost).add(node)
        return Succession(iri, tuple(sorted(live)), tuple(sorted(lost)), circle)

    def _is_live(self, iri: str) -> bool:
        return iri in self._known and iri not in self.withdrawn
