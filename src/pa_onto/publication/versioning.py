"""Which version an edition claims to be: a released one, or the draft of the next.

A number belongs to one content. As soon as the sources say something else than the last
release, what is published calls itself the draft of the version that the changes ask for, and
has no version IRI; without any release the settings decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyoxigraph as ox

from ..changes import Change, advised, effect_of, is_version, parsed
from ..changes.rules import VERSION
from ..namespaces import OWL, RDF_TYPE
from ..project import Project
from ..triples import Triple
from ..vocabulary import Vocabulary
from .releases import Release

_DRAFT: Final = "-draft"


def next_draft(project: Project, last: Release, changes: Sequence[Change]) -> str:
    """Return the version that sources are which differ from the last release.

    It is the step that the changes ask for, or the number in the settings where that is higher.
    """
    asked = advised(last.version, effect_of(changes))
    planned = project.version
    higher = is_version(planned) and parsed(planned) > parsed(asked)
    return (planned if higher else asked) + _DRAFT


def versioned(vocabulary: Vocabulary, version: str, prior: str) -> Vocabulary:
    """Return a vocabulary that says which version it is and which one came before.

    ``prior`` is "" for the first. A draft has no version IRI, and only an ontology has one
    (OWL 2 Structural Specification, sections 3.1 and 3.5).
    """
    node = ox.NamedNode(vocabulary.iri)
    kept = [t for t in vocabulary.derived if t.subject != node or t.predicate.value not in VERSION]
    said = [Triple(node, ox.NamedNode(OWL + "versionInfo"), ox.Literal(version))]
    type_of = Triple(node, ox.NamedNode(RDF_TYPE), ox.NamedNode(OWL + "Ontology"))
    if type_of in vocabulary.stated:
        numbers = {"versionIRI": version if is_version(version) else "", "priorVersion": prior}
        said += [
            Triple(
                node, ox.NamedNode(OWL + name), ox.NamedNode(version_iri(vocabulary.iri, number))
            )
            for name, number in numbers.items()
            if number
        ]
    return vocabulary._replace(derived=[*said, *kept])


def version_iri(iri: str, version: str) -> str:
    """Return the IRI of a version of a vocabulary."""
    return f"{iri.rstrip('/#')}/{version}"
