"""Suggest entities, types and properties as somebody types (specification, section 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from .catalogue import Catalogue, Entity, Property, Type, label_key

#: How many suggestions an answer has.
PAGE: Final = 20

_Item = TypeVar("_Item", Entity, Property, Type)


def suggest_entities(
    catalogue: Catalogue, prefix: str, cursor: int = 0, types: frozenset[str] = frozenset()
) -> list[dict[str, Any]]:
    """Return the concepts with a label that goes on from a prefix, ``cursor`` of them skipped."""
    named = catalogue.find(prefix)
    items = catalogue.of_types(types)
    found = _ranked(items.values(), prefix, lambda entity: entity.labels)
    if named is not None and named.iri in items:
        found = [named, *(entity for entity in found if entity is not named)]
    return [entity_suggestion(catalogue, one) for one in found[cursor : cursor + PAGE]]


def suggest_types(catalogue: Catalogue, prefix: str, cursor: int = 0) -> list[dict[str, Any]]:
    """Return the types whose id or name goes on from a prefix."""
    found = _ranked(catalogue.types.values(), prefix, lambda kind: (kind.name, kind.id, kind.iri))
    return [_type(catalogue, kind) for kind in found[cursor : cursor + PAGE]]


def suggest_properties(catalogue: Catalogue, prefix: str, cursor: int = 0) -> list[dict[str, Any]]:
    """Return the properties whose id or name goes on from a prefix."""
    found = _ranked(
        catalogue.properties.values(), prefix, lambda one: (one.name, one.id, *one.iris)
    )
    return [described(one) for one in found[cursor : cursor + PAGE]]


def described(item: Entity | Property | Type) -> dict[str, Any]:
    """Return the id, the name and, where there is one, the description of something."""
    content = {"id": item.id, "name": item.name}
    return content | {"description": item.description} if item.description else content


def entity_suggestion(catalogue: Catalogue, entity: Entity) -> dict[str, Any]:
    """Return a concept with the types that tell it from its namesakes."""
    return described(entity) | {"notable": types_of(catalogue, entity)}


def types_of(catalogue: Catalogue, entity: Entity) -> list[dict[str, str]]:
    """Return the most specific types of a concept, with id and name."""
    kinds = (catalogue.types[name] for name in entity.types)
    return [{"id": kind.id, "name": kind.name} for kind in kinds]


def _type(catalogue: Catalogue, kind: Type) -> dict[str, Any]:
    above = (catalogue.types[name] for name in kind.broader if name in catalogue.types)
    broader = [{"id": one.id, "name": one.name} for one in above]
    return described(kind) | ({"broader": broader} if broader else {})


def _ranked(
    items: Iterable[_Item], prefix: str, texts: Callable[[_Item], Iterable[str]]
) -> list[_Item]:
    """Return the items a prefix fits, those it fits best first; nothing typed fits them all."""
    wanted = label_key(prefix)
    if prefix.strip() and not wanted:
        return []
    ranks = ((min(_rank(label_key(text), wanted) for text in texts(item)), item) for item in items)
    found = [(rank, item.name.casefold(), item.id, item) for rank, item in ranks if rank < 3]
    return [item for *_, item in sorted(found, key=lambda one: one[:3])]


def _rank(text: str, prefix: str) -> int:
    """Return how a prefix fits: the whole text, its beginning, the beginning of a word, or not."""
    if text == prefix:
        return 0
    if text.startswith(prefix):
        return 1
    return 2 if f" {prefix}" in f" {text}" else 3
