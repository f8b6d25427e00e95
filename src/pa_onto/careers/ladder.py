"""The career ladder of a vocabulary: its titles, and the steps between them.

A step is *stated* when the vocabulary says that one title advances to another
(``pa:advancesTo``), or when it knows a way to advance (``pa:AdvancementStrategy``) that starts
from the one and leads to the other. It is *derived* when all we know is that the other title
is in the same department and on the next level, the one whose ``pa:rank`` is higher by 1.
A title without a level, or without a department, has no derived steps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..lookup import label_of
from ..namespaces import PA, RDF_TYPE, SKOS, local_name
from ..triples import match

_TYPE: Final = ox.NamedNode(RDF_TYPE)
_NOTATION: Final = ox.NamedNode(SKOS + "notation")
_SIMILAR: Final = ox.NamedNode(PA + "similarTo")
_BROADER: Final = ox.NamedNode(SKOS + "broader")
_RANK: Final = ox.NamedNode(PA + "rank")


class Named(NamedTuple):
    """A term with its label."""

    iri: str
    label: str


class Level(NamedTuple):
    """A level of the ladder; ``rank`` counts from 1 for the lowest, None where none is given."""

    iri: str
    label: str
    code: str
    rank: int | None


class Title(NamedTuple):
    """A job title and where it stands; ``code`` is its notation."""

    iri: str
    label: str
    code: str
    level: Level | None
    departments: tuple[Named, ...]

    @property
    def rank(self) -> int | None:
        """The rank of its level, None where it has none."""
        return self.level.rank if self.level else None


class Way(NamedTuple):
    """A way to advance: where it starts, what it leads to (IRIs), and the skills it builds.

    One that names no title that it leads to is good for every step from where it starts.
    """

    iri: str
    label: str
    starts: tuple[str, ...]
    leads_to: tuple[str, ...]
    builds: tuple[Named, ...]


#: A department (its IRI) and a rank: the titles of one rung.
Rung = tuple[str, int]


class Ladder:
    """The titles of a vocabulary and the steps between them. A title is named by its IRI."""

    def __init__(self, store: ox.Store, language: str = "en") -> None:
        self._store = store
        self._language = language
        self._stated = self._pairs("advancesTo")
        self.ways = tuple(self._ways())
        self.titles = {iri: self._title(iri) for iri in sorted(self._names())}
        self.rungs: dict[Rung, list[str]] = defaultdict(list)
        for title in self.titles.values():
            if title.rank is not None:
                for department in title.departments:
                    self.rungs[department.iri, title.rank].append(title.iri)
        self._ways_from: dict[str, list[Way]] = defaultdict(list)
        for way in self.ways:
            for start in way.starts:
                self._ways_from[start].append(way)

    @property
    def height(self) -> int:
        """The highest rank of all levels, 0 where there is none."""
        ranks = match(self._store, None, _RANK)
        return max((_whole_number(triple.object.value) or 0 for triple in ranks), default=0)

    def advances_to(self, iri: str) -> list[str]:
        """Return the titles that a title is said to advance to."""
        return self._stated.get(iri, [])

    def ways_from(self, iri: str) -> list[Way]:
        """Return the ways to advance that start from a title."""
        return self._ways_from.get(iri, [])

    def rungs_above(self, iri: str) -> Iterator[Rung]:
        """Yield the next rung in every department of a title, where there is one."""
        title = self.titles[iri]
        if title.rank is not None:
            for department in title.departments:
                if (rung := (department.iri, title.rank + 1)) in self.rungs:
                    yield rung

    def is_stated(self, iri: str, other: str) -> bool:
        """Tell whether the vocabulary states a step from one title to another."""
        return other in self.advances_to(iri) or any(
            other in way.leads_to for way in self.ways_from(iri)
        )

    def steps_from(self, iri: str) -> dict[str, bool]:
        """Return the titles one step from a title by label, True for what is derived."""
        found = {other: True for rung in self.rungs_above(iri) for other in self.rungs[rung]}
        found |= {other: False for way in self.ways_from(iri) for other in way.leads_to}
        found |= dict.fromkeys(self.advances_to(iri), False)
        found.pop(iri, None)
        return {other: found[other] for other in sorted(found, key=self.order)}

    def steps_to(self, iri: str) -> dict[str, bool]:
        """Return the titles from which a title is one step by label, True for what is derived."""
        title = self.titles[iri]
        before: list[str] = []
        if title.rank is not None:
            for department in title.departments:
                before += self.rungs.get((department.iri, title.rank - 1), [])
        stated = [other for other, steps in self._stated.items() if iri in steps]
        stated += [start for way in self.ways if iri in way.leads_to for start in way.starts]
        found = dict.fromkeys(before, True) | dict.fromkeys(stated, False)
        found.pop(iri, None)
        return {other: found[other] for other in sorted(found, key=self.order)}

    def like(self, iri: str) -> list[str]:
        """Return the titles that are similar to a title (``pa:similarTo``) or broader."""
        node = ox.NamedNode(iri)
        found = {
            triple.object.value
            for predicate in (_SIMILAR, _BROADER)
            for triple in match(self._store, node, predicate)
        }
        return sorted((found & self.titles.keys()) - {iri}, key=self.order)

    def order(self, iri: str) -> tuple[str, str]:
        """Return what titles are ordered by: the label, then the IRI."""
        return (self.titles[iri].label.casefold(), iri)

    def asked_of(self, iri: str, predicate: str) -> tuple[Named, ...]:
        """Return the skills (``requiresSkill``) or duties (``hasDuty``) of that very title."""
        return self._named(iri, predicate)

    def _names(self) -> set[str]:
        """Return the IRIs of titles, those that only steps speak of among them."""
        typed = match(self._store, None, _TYPE, ox.NamedNode(PA + "JobTitle"))
        found = {t.subject.value for t in typed if isinstance(t.subject, ox.NamedNode)}
        for start, ends in self._stated.items():
            found |= {start, *ends}
        for way in self.ways:
            found |= {*way.starts, *way.leads_to}
        return found

    def _ways(self) -> Iterator[Way]:
        starts, ends = self._pairs("advancesFrom"), self._pairs("leadsTo")
        for iri in sorted(starts):
            builds = self._named(iri, "buildsSkill")
            yield Way(iri, self._label(iri), tuple(starts[iri]), tuple(ends.get(iri, ())), builds)

    def _title(self, iri: str) -> Title:
        # More than one level is against the rules of the vocabulary; the lowest then counts.
        levels = sorted(
            map(self._level, self._objects(iri, "atLevel")),
            key=lambda level: (level.rank is None, level.rank or 0, level.iri),
        )
        departments = self._named(iri, "inDepartment")
        level = levels[0] if levels else None
        return Title(iri, self._label(iri), self._code(iri), level, departments)

    def _level(self, iri: str) -> Level:
        ranks = [
            rank
            for triple in match(self._store, ox.NamedNode(iri), _RANK)
            if isinstance(triple.object, ox.Literal)
            and (rank := _whole_number(triple.object.value)) is not None
        ]
        return Level(iri, self._label(iri), self._code(iri), min(ranks, default=None))

    def _code(self, iri: str) -> str:
        codes = match(self._store, ox.NamedNode(iri), _NOTATION)
        return min((triple.object.value for triple in codes), default=local_name(iri))

    def _named(self, iri: str, predicate: str) -> tuple[Named, ...]:
        found = [Named(other, self._label(other)) for other in self._objects(iri, predicate)]
        return tuple(sorted(found, key=lambda term: (term.label.casefold(), term.iri)))

    def _label(self, iri: str) -> str:
        return label_of(ox.NamedNode(iri), self._store, self._language)

    def _objects(self, iri: str, predicate: str) -> list[str]:
        triples = match(self._store, ox.NamedNode(iri), ox.NamedNode(PA + predicate))
        return [t.object.value for t in triples if isinstance(t.object, ox.NamedNode)]

    def _pairs(self, predicate: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for triple in match(self._store, None, ox.NamedNode(PA + predicate)):
            if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode):
                found[triple.subject.value].append(triple.object.value)
        return dict(found)


def _whole_number(text: str) -> int | None:
    """Return the number that a short text is, None for any other text."""
    try:
        return int(text) if len(text) < 10 else None
    except ValueError:
        return None
