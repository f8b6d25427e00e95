"""Put a project's vocabulary together: what its sources state and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pyoxigraph as ox

from .errors import InputError
from .namespaces import OWL, PREFIXES, RDF_TYPE
from .project import Project
from .reading.inputs import read_path
from .triples import Triple, as_ntriples

_TYPE = ox.NamedNode(RDF_TYPE)
_ONTOLOGY = ox.NamedNode(OWL + "Ontology")


class Vocabulary(NamedTuple):
    """A vocabulary as it is published.

    ``iri`` names the ontology; ``stated`` and ``derived`` have no triple in common.
    """

    iri: str
    stated: list[Triple]
    derived: list[Triple]
    prefixes: Mapping[str, str] = PREFIXES

    @property
    def triples(self) -> list[Triple]:
        """Everything, stated and derived."""
        return [*self.stated, *self.derived]


def build(project: Project) -> Vocabulary:
    """Read the sources of a project and derive the rest.

    Raises InputError for sources that cannot be read or declare no ontology.
    """
    from .reading import read_turtle_folder
    from .reading.mappings import read_mappings
    from .reason import derive

    sources = read_turtle_folder(project.ontology)
    ontology = _ontology(sources, project)
    stated = dict.fromkeys([*sources, *read_mappings(project.ontology / "mappings")])
    version = dict.fromkeys(_version(ontology, project.version))
    derived = derive([*stated, *version], project.ontology / "rules")
    return Vocabulary(ontology.value, list(stated), [*version, *derived])


def published_text(project: Project) -> str:
    """Return the published vocabulary as N-Triples; built in memory when not published yet."""
    if project.published.is_file():
        return read_path(str(project.published))
    return as_ntriples(build(project).triples)


def _ontology(triples: list[Triple], project: Project) -> ox.NamedNode:
    found = [t.subject for t in triples if t.predicate == _TYPE and t.object == _ONTOLOGY]
    if len(found) != 1 or not isinstance(found[0], ox.NamedNode):
        raise InputError(
            f"Declares {len(found)} ontologies.",
            cure="State exactly one `<IRI> a owl:Ontology`.",
            file=str(project.ontology),
        )
    return found[0]


def _version(ontology: ox.NamedNode, version: str) -> list[Triple]:
    """Return the version statements, which the sources do not carry."""
    iri = ox.NamedNode(f"{ontology.value.rstrip('/#')}/{version}")
    return [
        Triple(ontology, ox.NamedNode(OWL + "versionIRI"), iri),
        Triple(ontology, ox.NamedNode(OWL + "versionInfo"), ox.Literal(version)),
    ]
