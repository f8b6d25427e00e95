"""What the service knows: the concepts of a vocabulary, their types and their properties."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

import pyoxigraph as ox

from ...namespaces import SKOS, expand
from ...titles.words import BREAK, tokens

#: The properties that are made here, beside those of the vocabulary.
IRI: Final = "iri"
MAPPINGS: Final = "mappings"
EMPLOYER: Final = "employer"
MAPPING_PROPERTIES: Final = tuple(
    f"{SKOS}{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")
)

Value = ox.NamedNode | ox.Literal


class Type(NamedTuple):
    """A class of concepts; ``broader`` are the ids of the classes right above it."""

    id: str
    iri: str
    name: str
    description: str
    broader: tuple[str, ...]


class Property(NamedTuple):
    """A property of concepts; ``type`` is the id of the one type its values have, if any.

    ``iris`` are the properties of the vocabulary it stands for; one that is only good for
    queries has none. ``links`` says that its values are concepts.
    """

    id: str
    iris: tuple[str, ...]
    name: str
    description: str
    type: str | None = None
    links: bool = False


class Entity(NamedTuple):
    """A concept: ``types`` are its most specific classes, ``kinds`` all of them, as ids.

    ``labels`` come with the preferred one first; ``values`` are by IRI of the property.
    """

    id: str
    iri: str
    name: str
    description: str
    types: tuple[str, ...]
    kinds: frozenset[str]
    labels: tuple[str, ...]
    values: dict[str, tuple[Value, ...]]


class Catalogue:
    """All concepts of a vocabulary, found by id, by label and by type."""

    def __init__(
        self,
        name: str,
        spaces: tuple[str, str],
        entities: Iterable[Entity],
        types: Iterable[Type],
        properties: Iterable[Property],
    ) -> None:
        self.name = name
        self.identifier_space, self.schema_space = spaces
        self.entities = {entity.iri: entity for entity in entities}
        self.types = {kind.id: kind for kind in types}
        self.properties = {property.id: property for property in properties}
        self._by_id = {entity.id: entity for entity in self.entities.values()}
        self._by_label: dict[str, list[Entity]] = defaultdict(list)
        for entity in self.entities.values():
            for key in dict.fromkeys(map(label_key, entity.labels)):
                self._by_label[key].append(entity)
        self._type_ids = {kind.iri: kind.id for kind in self.types.values()}
        # Types come from clients: what is kept for them must have an end.
        self.of_types = lru_cache(maxsize=64)(self._of_types)
        self.labels = lru_cache(maxsize=64)(self._labels)

    def find(self, text: str) -> Entity | None:
        """Return the concept with that id, IRI or CURIE."""
        text = text.strip()
        iri = text if text in self.entities else expand(text)
        return self._by_id.get(text) or self.entities.get(iri or "")

    def labelled(self, text: str) -> list[Entity]:
        """Return the concepts with that label, whatever its case and punctuation."""
        return self._by_label.get(label_key(text), [])

    def type_ids(self, texts: Iterable[str]) -> frozenset[str]:
        """Return the ids of types that are given as id or IRI; unknown ones stay as they are."""
        return frozenset(
            self._type_ids.get(text, self._type_ids.get(expand(text) or "", text)) for text in texts
        )

    def default_types(self) -> list[Type]:
        """Return the types that are nobody's broader type, the first one first."""
        used = Counter(kind for entity in self.entities.values() for kind in entity.types)
        return [kind for kind in self.types.values() if used[kind.id]]

    def values(self, entity: Entity, property: Property) -> tuple[Value, ...]:
        """Return the values of a property, those of a concept in the order of their names."""
        found = (sorted(entity.values.get(iri, ()), key=self._rank) for iri in property.iris)
        return tuple(dict.fromkeys(chain.from_iterable(found)))

    def shown(self, value: Value) -> str:
        """Return a value as people read it."""
        entity = self.entities.get(value.value)
        return entity.name if entity and isinstance(value, ox.NamedNode) else value.value

    def _rank(self, value: Value) -> tuple[bool, str]:
        foreign = isinstance(value, ox.Literal) and value.language not in (None, "en")
        return (foreign, self.shown(value).casefold())

    def _of_types(self, types: frozenset[str], all_of_them: bool = False) -> dict[str, Entity]:
        """Return the concepts that bear one of the types, or all; without types every one."""
        if not types:
            return self.entities
        bears = types.issubset if all_of_them else lambda kinds: not types.isdisjoint(kinds)
        return {iri: entity for iri, entity in self.entities.items() if bears(entity.kinds)}

    def _labels(self, types: frozenset[str]) -> dict[str, list[Entity]]:
        """Return the concepts of some types by label."""
        found: dict[str, list[Entity]] = defaultdict(list)
        for entity in self.of_types(types).values():
            for key in dict.fromkeys(map(label_key, entity.labels)):
                found[key].append(entity)
        return found


@lru_cache(maxsize=1 << 12)
def label_key(text: str) -> str:
    """Return what is left of a label without case, accents and punctuation."""
    return " ".join(word for word in tokens(text) if word != BREAK)
