"""Read a published vocabulary into a catalogue."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from ...namespaces import DCTERMS, OWL, PA, RDF_TYPE, RDFS, SKOS, VANN, local_name
from ...project import Project
from .catalogue import (
    EMPLOYER,
    IRI,
    MAPPING_PROPERTIES,
    MAPPINGS,
    Catalogue,
    Entity,
    Property,
    Type,
    Value,
)
from .names import id_in, namespace_of, property_ids, read_key_names, type_id, words

#: The class of the concepts that messy titles are resolved to.
JOB_TITLE: Final = PA + "JobTitle"
DEPARTMENT: Final = PA + "inDepartment"
_DEPRECATED: Final = OWL + "deprecated"
_CONCEPT: Final = SKOS + "Concept"
_LABELS: Final = tuple(SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel", "notation"))
# What says only where a concept stands in the vocabulary, or says a label again.
_LEFT_OUT: Final = frozenset(
    [RDF_TYPE, RDFS + "label", RDFS + "isDefinedBy", SKOS + "inScheme", SKOS + "topConceptOf"]
)

_Values = dict[str, dict[str, tuple[Value, ...]]]


def read_catalogue(ntriples: str, project: Project) -> Catalogue:
    """Return what a vocabulary, as N-Triples, says of its concepts.

    Raises InputError when the published context is damaged.
    """
    return _Loader(_values(ntriples), read_key_names(project)).catalogue(project.name)


def _values(ntriples: str) -> _Values:
    found: dict[str, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
    for quad in ox.parse(ntriples, format=ox.RdfFormat.N_TRIPLES, lenient=True):
        subject, value = quad.subject, quad.object
        if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
            found[subject.value][quad.predicate.value].append(value)
    return {iri: {key: tuple(own[key]) for key in own} for iri, own in found.items()}


class _Loader:
    """Reads concepts, types and properties from the statements about each subject."""

    def __init__(self, values: _Values, keys: dict[str, str]) -> None:
        self.values = values
        self.keys = keys
        self.classes = {iri: self._classes(iri) for iri in values}
        # A title is one also where nobody says that titles are concepts.
        kinds = {_CONCEPT, JOB_TITLE}
        self.concepts = [
            iri
            for iri in sorted(values)
            if not kinds.isdisjoint(self.classes[iri]) and not self._is_withdrawn(iri)
        ]
        self.specific = {iri: self._specific(iri) for iri in self.concepts}
        counts = Counter(kind for iri in self.concepts for kind in self.specific[iri])
        # Titles first; elsewhere what there is most of.
        self.order = sorted(counts, key=lambda kind: (kind != JOB_TITLE, -counts[kind], kind))
        self.ontology = next(
            (iri for iri in sorted(values) if OWL + "Ontology" in self.classes[iri]), ""
        )
        self.spaces = self._identifier_space(), self._schema_space()

    def _is_withdrawn(self, iri: str) -> bool:
        return any(value.value == "true" for value in self.values[iri].get(_DEPRECATED, ()))

    def catalogue(self, name: str) -> Catalogue:
        """Return all that was read."""
        titles = self._texts(self.ontology, DCTERMS + "title")
        entities = [self._entity(iri) for iri in self.concepts]
        properties = sorted(self._properties(), key=lambda property: property.id)
        return Catalogue(
            titles[0] if titles else name, self.spaces, entities, self._types(), properties
        )

    def _identifier_space(self) -> str:
        first = self.order[:1]
        iris = [iri for iri in self.concepts if not set(first).isdisjoint(self.specific[iri])]
        return namespace_of(iris, self.ontology or _CONCEPT)

    def _schema_space(self) -> str:
        stated = self._texts(self.ontology, VANN + "preferredNamespaceUri")
        return stated[0] if stated else namespace_of(self.order[:1], _CONCEPT)

    def _classes(self, iri: str) -> frozenset[str]:
        """Return the classes of a subject with all that are above them."""
        own = self.values[iri].get(RDF_TYPE, ())
        return frozenset(above for kind in own for above in self._upwards(kind.value))

    def _upwards(self, kind: str) -> set[str]:
        found = {kind}
        pending = [kind]
        while pending:
            above = {value.value for value in self._above(pending.pop())} - found
            found |= above
            pending += above
        return found

    def _above(self, kind: str) -> tuple[Value, ...]:
        above = self.values.get(kind, {}).get(RDFS + "subClassOf", ())
        return tuple(value for value in above if isinstance(value, ox.NamedNode))

    def _specific(self, iri: str) -> tuple[str, ...]:
        """Return the classes of a concept that are above none of its others."""
        kinds = self.classes[iri]
        above = {other for kind in kinds for other in self._upwards(kind) - {kind}}
        return tuple(sorted(kinds - above)) or (_CONCEPT,)

    def _types(self) -> list[Type]:
        above = sorted({kind for iri in self.concepts for kind in self.classes[iri]})
        return [self._type(iri) for iri in dict.fromkeys([*self.order, *above])]

    def _type(self, iri: str) -> Type:
        description = self._texts(iri, SKOS + "definition")
        broader = sorted(self._type_id(value.value) for value in self._above(iri))
        return Type(
            self._type_id(iri),
            iri,
            self._name(iri),
            description[0] if description else "",
            tuple(broader),
        )

    def _entity(self, iri: str) -> Entity:
        description = self._texts(iri, SKOS + "definition")
        labels = [text for kind in _LABELS for text in self._texts(iri, kind)]
        return Entity(
            id_in(self.spaces[0], iri),
            iri,
            self._name(iri),
            description[0] if description else "",
            tuple(map(self._type_id, self.specific[iri])),
            frozenset(map(self._type_id, self.classes[iri])),
            tuple(dict.fromkeys([self._name(iri), *labels])),
            {key: found for key, found in self.values[iri].items() if key not in _LEFT_OUT},
        )

    def _properties(self) -> list[Property]:
        used = {key for iri in self.concepts for key in self.values[iri]} - _LEFT_OUT
        ids = property_ids(used, self.keys)
        mapped = tuple(iri for iri in MAPPING_PROPERTIES if iri in used)
        made = [Property(IRI, (), "IRI", "The IRI of the concept.")]
        if mapped:
            text = "What the concept matches in public classifications, the closest first."
            made.append(Property(MAPPINGS, mapped, "mappings", text))
        if JOB_TITLE in self.order:
            text = "Who employs the person: helps to resolve titles that other trades have as well."
            made.append(Property(EMPLOYER, (), "employer", text))
        # What is made here gives way to a key of the vocabulary with its name.
        made = [property for property in made if property.id not in ids.values()]
        return [*made, *(self._property(iri, name) for iri, name in ids.items())]

    def _property(self, iri: str, name: str) -> Property:
        description = self._texts(iri, SKOS + "definition")
        values = [value for concept in self.concepts for value in self.values[concept].get(iri, ())]
        linked = [value.value for value in values if value.value in self.specific]
        types = {kind for value in linked for kind in self.specific[value]}
        only = (
            self._type_id(types.pop()) if len(types) == 1 and len(linked) == len(values) else None
        )
        return Property(
            name,
            (iri,),
            words(name),
            description[0] if description else "",
            only,
            bool(linked),
        )

    def _type_id(self, iri: str) -> str:
        return type_id(self.spaces[1], iri)

    def _name(self, iri: str) -> str:
        for key in (SKOS + "prefLabel", RDFS + "label"):
            if texts := self._texts(iri, key):
                return texts[0]
        return local_name(iri) or iri

    def _texts(self, iri: str, key: str) -> list[str]:
        """Return the literals of a property, English ones and those of no language first."""
        found: Iterable[Value] = self.values.get(iri, {}).get(key, ())
        literals = [value for value in found if isinstance(value, ox.Literal) and value.value]
        ranked = sorted(literals, key=lambda text: (text.language not in (None, "en"), text.value))
        return [literal.value for literal in ranked]
