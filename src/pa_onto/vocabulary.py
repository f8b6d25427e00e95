"""Put a project's vocabulary together: what its sources state and what follows from it."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from itertools import takewhile
from typing import NamedTuple

import pyoxigraph as ox

from .errors import InputError
from .namespaces import OWL, PREFIXES, RDF_TYPE, SKOS, shorten, with_standard
from .project import Project
from .reading.inputs import read_path
from .triples import Triple, as_ntriples

_TYPE = ox.NamedNode(RDF_TYPE)


class Vocabulary(NamedTuple):
    """A vocabulary as it is published.

    ``iri`` names it: its ontology, or else its concept scheme; ``stated`` and ``derived`` have
    no triple in common; ``prefixes`` are those of its sources and those that many use.
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

    Raises InputError for sources that cannot be read, or that leave open what they describe.
    """
    from .reading.mappings import read_mappings
    from .reading.vocabularies import read_sources
    from .reason import derive

    sources = read_sources(project.ontology)
    mappings = read_mappings(project.ontology / "mappings")
    iri = project.iri or _named(sources.triples, project)
    stated = dict.fromkeys([*sources.triples, *mappings.triples])
    version = dict.fromkeys(_version(iri, project.version, stated))
    derived = derive([*stated, *version], project.ontology / "rules")
    prefixes = with_standard(mappings.prefixes | sources.prefixes)
    return Vocabulary(iri, list(stated), [*version, *derived], prefixes)


def published_text(project: Project) -> str:
    """Return the published vocabulary as N-Triples; built in memory when not published yet."""
    if project.published.is_file():
        return read_path(str(project.published))
    return as_ntriples(build(project).triples)


def published_prefixes(project: Project) -> Mapping[str, str]:
    """Return the prefixes of a vocabulary: those at the head of its published Turtle."""
    if project.packaged:
        return PREFIXES
    if not (path := project.dist / f"{project.name}.ttl").is_file():
        return build(project).prefixes
    with path.open(encoding="utf-8") as lines:
        found = (re.fullmatch(r"@prefix (\S*): <(.*)> \.\n", line) for line in lines)
        return with_standard({m[1]: m[2] for m in takewhile(bool, found) if m})


def _named(triples: list[Triple], project: Project) -> str:
    """Return the IRI of the one ontology, or where there is none of the one concept scheme."""
    for kind in (OWL + "Ontology", SKOS + "ConceptScheme"):
        node = ox.NamedNode(kind)
        typed = (t.subject for t in triples if t.predicate == _TYPE and t.object == node)
        found = {subject.value for subject in typed if isinstance(subject, ox.NamedNode)}
        if len(found) > 1:
            shown = ", ".join(f"<{iri}>" for iri in sorted(found)[:3])
            raise InputError(
                f"Declares {len(found)} of the class {shorten(kind)}, among them {shown}.",
                cure='Say which one names the vocabulary: iri = "…" under [tool.pa-onto].',
                file=str(project.ontology),
            )
        if found:
            return found.pop()
    raise InputError(
        "Declares neither an ontology nor a concept scheme.",
        cure="State `<IRI> a owl:Ontology` or `<IRI> a skos:ConceptScheme`.",
        file=str(project.ontology),
    )


def _version(iri: str, version: str, stated: Container[Triple]) -> list[Triple]:
    """Return the version statements, which the sources do not carry.

    Version IRIs are those of ontologies (OWL 2 Structural Specification, section 3.1).
    """
    if version == "0.0.0":
        return []
    node = ox.NamedNode(iri)
    found = [Triple(node, ox.NamedNode(OWL + "versionInfo"), ox.Literal(version))]
    if Triple(node, _TYPE, ox.NamedNode(OWL + "Ontology")) in stated:
        version_iri = ox.NamedNode(f"{iri.rstrip('/#')}/{version}")
        found.append(Triple(node, ox.NamedNode(OWL + "versionIRI"), version_iri))
    return found
