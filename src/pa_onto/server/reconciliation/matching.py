"""Find the candidates of a reconciliation query, and score them.

The rule of ``match``, in one sentence: **a candidate is a match when the resolver of titles
says so, when the query is its IRI, or when it is the only concept of the types asked for that
has the text as a label.** Nothing else is, however high its score.

Scores go from 0 to 100 and only put candidates in order. A title that is a match has 60 to 100:
100 for a label as it stands, less for every step away from it. Candidates of an ambiguous title
have 40 to 50 and the nearest to none 0 to 25, by the likeness of their names. Other concepts
have 100 by a label, else four fifths of the likeness of their nearest one. Every property given
that a candidate contradicts takes off 10.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import pyoxigraph as ox

from ...model import Match
from ...reading.nearest import alike, likeness
from ...titles import Resolver
from ...titles.context import Context
from ...titles.decision import Decider
from ...titles.words import MAX_TEXT
from .batches import Condition, Given, Query
from .catalogue import EMPLOYER, Catalogue, Entity, Property, label_key
from .loading import DEPARTMENT, JOB_TITLE

#: Of labels that are less alike, none is offered.
_CUTOFF: Final = 60.0
_CONTRADICTED: Final = 10.0
#: The score of what fits the properties of a query that has no text.
_FITTING: Final = 50.0


class Candidate(NamedTuple):
    """A concept that a query may mean; ``features`` say what its score was made of."""

    entity: Entity
    score: float
    match: bool
    features: tuple[tuple[str, bool | float], ...] = ()


class Matcher:
    """Finds candidates in a catalogue; titles are resolved by ``resolver``."""

    def __init__(self, catalogue: Catalogue, resolver: Resolver) -> None:
        self.catalogue = catalogue
        self._resolver = resolver
        self._decider = Decider(resolver.index)
        # Contexts come from clients: what is kept for them must have an end.
        self._context = lru_cache(maxsize=256)(self._made_context)
        self._titles = catalogue.type_ids([JOB_TITLE])
        self._has_titles = bool(catalogue.of_types(self._titles))
        self._department = next(
            (one.id for one in catalogue.properties.values() if DEPARTMENT in one.iris), ""
        )

    def candidates(self, query: Query) -> list[Candidate]:
        """Return the candidates of a query, the best first and no more than its limit."""
        if len(query.text) > MAX_TEXT:
            return []
        types = self.catalogue.type_ids(query.types)
        scope = self.catalogue.of_types(types, query.all_types)
        if query.text:
            found = [one for one in self._found(query, types) if one.entity.iri in scope]
            found = self._with_conditions(found, query.conditions)
        else:
            found = list(self._fitting(scope.values(), query))
        if sum(one.match for one in found) > 1:
            found = [one._replace(match=False) for one in found]
        best = sorted(found, key=lambda one: (-one.score, one.entity.name, one.entity.iri))
        return best[: query.limit]

    def resolved(self, text: str, department: str = "", employer: str = "") -> Match:
        """Return what a messy title means."""
        return self._resolver.answer(text, self._context(department, employer), {})

    def _found(self, query: Query, types: frozenset[str]) -> Iterator[Candidate]:
        named = self.catalogue.find(query.text) if ":" in query.text else None
        if named is not None:
            yield _candidate(named, query.text, 100.0, match=True)
            return
        if not self._has_titles:
            yield from self._by_label(query.text, types)
            return
        answer = self.resolved(query.text, *self._surroundings(query.conditions))
        yield from self._titles_of(answer, query.text)
        if types - self._titles:
            yield from self._by_label(query.text, types)
        elif not types and answer.status == "none":
            # A column of titles holds other words as well, and nobody said what they are.
            for entity in self.catalogue.labelled(query.text):
                if self._titles.isdisjoint(entity.kinds):
                    yield _candidate(entity, query.text, 100.0)

    def _titles_of(self, answer: Match, text: str) -> Iterator[Candidate]:
        """Yield the titles that an answer names."""
        if answer.title is not None:
            entity = self.catalogue.entities[answer.title]
            steps = answer.explanation
            yield _candidate(
                entity,
                text,
                60 + 40 * steps.score,
                match=True,
                features=(
                    ("leftover_words", len(steps.leftovers)),
                    ("mended_words", len(steps.corrections)),
                ),
            )
        for other in answer.candidates:
            entity = self.catalogue.entities[other.title]
            near = _likeness(text, entity)
            score = 40 + near / 10 if answer.status == "ambiguous" else near / 4
            yield _candidate(entity, text, score)

    def _by_label(self, text: str, types: frozenset[str]) -> Iterator[Candidate]:
        """Yield the concepts that are no titles with a label like a text, each once."""
        known = self.catalogue.labels(types)
        exact = [entity for entity in known.get(label_key(text), []) if self._is_ours(entity)]
        seen = set()
        for entity in exact:
            seen.add(entity.iri)
            yield _candidate(entity, text, 100.0, match=len(exact) == 1)
        for label, near in alike(label_key(text), known, _CUTOFF):
            for entity in known[label]:
                if entity.iri not in seen and self._is_ours(entity):
                    seen.add(entity.iri)
                    yield _candidate(entity, text, 0.8 * near)

    def _is_ours(self, entity: Entity) -> bool:
        """Return whether labels decide: of titles the resolver knows more."""
        return not self._has_titles or self._titles.isdisjoint(entity.kinds)

    def _surroundings(self, conditions: Iterable[Condition]) -> tuple[str, str]:
        """Return the department and the employer that are given."""
        given = {one.property: one.values[0] for one in conditions if one.values}
        place, employer = given.get(self._department), given.get(EMPLOYER)
        return self._name(place) if place else "", employer.text if employer else ""

    def _name(self, given: Given) -> str:
        entity = self.catalogue.find(given.id or given.text)
        return entity.name if entity else given.text

    def _made_context(self, department: str, employer: str) -> Context:
        return Context(self._decider, department, employer)

    def _fitting(self, scope: Iterable[Entity], query: Query) -> Iterator[Candidate]:
        """Yield the concepts that have all the properties of a query without text."""
        asked = {condition.property for condition in query.conditions}
        for entity in scope:
            agreed = self._agreements(entity, query.conditions)
            if len(agreed) == len(asked) and all(value for _, value in agreed):
                yield Candidate(entity, _FITTING, False, agreed)

    def _with_conditions(
        self, found: list[Candidate], conditions: tuple[Condition, ...]
    ) -> list[Candidate]:
        if not conditions:
            return found
        agreed = [self._agreements(one.entity, conditions) for one in found]
        return [
            one._replace(
                score=max(one.score - _CONTRADICTED * sum(not value for _, value in more), 0.0),
                features=(*one.features, *more),
            )
            for one, more in zip(found, agreed, strict=True)
        ]

    def _agreements(
        self, entity: Entity, conditions: Iterable[Condition]
    ) -> tuple[tuple[str, bool], ...]:
        """Return for each property whether a concept agrees, where that can be told."""
        agreed: dict[str, bool] = {}
        for condition in conditions:
            property = self.catalogue.properties.get(condition.property)
            answer = self._agrees(entity, property, condition) if property else None
            if answer is not None:
                agreed[condition.property] = answer and agreed.get(condition.property, True)
        return tuple(agreed.items())

    def _agrees(self, entity: Entity, property: Property, condition: Condition) -> bool | None:
        values = self.catalogue.values(entity, property)
        if not property.links:
            texts = {label_key(value.value) for value in values}
            return any(label_key(one.text) in texts for one in condition.values) if texts else None
        meant = [iri for given in condition.values for iri in self._meant(given)]
        own = {value.value for value in values if isinstance(value, ox.NamedNode)}
        return not own.isdisjoint(meant) if meant and own else None

    def _meant(self, given: Given) -> list[str]:
        """Return the concepts that a value may be."""
        entity = self.catalogue.find(given.id or given.text)
        return [entity.iri] if entity else [one.iri for one in self.catalogue.labelled(given.text)]


def _candidate(
    entity: Entity,
    text: str,
    score: float,
    *,
    match: bool = False,
    features: tuple[tuple[str, bool | float], ...] = (),
) -> Candidate:
    own = {label_key(label) for label in entity.labels}
    exact = ("label_exact", label_key(text) in own)
    near = ("name_likeness", round(_likeness(text, entity), 1))
    return Candidate(entity, round(score, 1), match, (exact, near, *features))


def _likeness(text: str, entity: Entity) -> float:
    return likeness(label_key(text), label_key(entity.name))
