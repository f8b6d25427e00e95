"""Compare concepts with the properties that a query gives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox

from .batches import Condition, Given
from .catalogue import Catalogue, Entity, label_key


class Test(NamedTuple):
    """A property that can be compared: what any of its values must be.

    ``wanted`` are IRIs where the values are concepts (``links``), else label keys.
    """

    property: str
    iris: tuple[str, ...]
    links: bool
    wanted: frozenset[str]


def tests_of(catalogue: Catalogue, conditions: Iterable[Condition]) -> list[Test]:
    """Return what can be compared: of properties there are, values that name something."""
    found = []
    for condition in conditions:
        property = catalogue.properties.get(condition.property)
        if property is None:
            continue
        if property.links:
            meant = [iri for given in condition.values for iri in _meant(catalogue, given)]
        else:
            meant = [label_key(given.text) for given in condition.values]
        if meant and property.iris:
            found.append(Test(property.id, property.iris, property.links, frozenset(meant)))
    return found


def agreements(entity: Entity, tests: Iterable[Test]) -> dict[str, bool]:
    """Return for each property whether a concept agrees; those it has not are left out."""
    agreed: dict[str, bool] = {}
    for test in tests:
        values = [value for iri in test.iris for value in entity.values.get(iri, ())]
        if test.links:
            own = {value.value for value in values if isinstance(value, ox.NamedNode)}
        else:
            own = {label_key(value.value) for value in values}
        if own:
            same = not own.isdisjoint(test.wanted)
            agreed[test.property] = same and agreed.get(test.property, True)
    return agreed


def fits(entity: Entity, tests: Iterable[Test]) -> bool:
    """Return whether a concept has all the properties."""
    return all(agreements(entity, [test]).get(test.property) for test in tests)


def _meant(catalogue: Catalogue, given: Given) -> list[str]:
    """Return the concepts that a value may be."""
    entity = catalogue.find(given.id or given.text)
    return [entity.iri] if entity else [one.iri for one in catalogue.labelled(given.text)]
