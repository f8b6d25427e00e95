"""What is published stays: findings on what was removed, and on withdrawals gone wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ..model import Finding, Location, Severity
from ..namespaces import DCTERMS, RDF_TYPE, shorten
from ..project import Project
from ..vocabulary import Vocabulary
from .compare import things
from .steps import released_in
from .successors import Successors
from .versions import of_vocabulary, published_in

_REPLACED: Final = DCTERMS + "isReplacedBy"
# Links by which something tells what it once was, or what it is.
_HARMLESS: Final = frozenset([DCTERMS + "replaces", RDF_TYPE])


def withdrawal_findings(vocabulary: Vocabulary, project: Project) -> list[Finding]:
    """Return what is wrong with the withdrawn terms of a vocabulary, and which are missing.

    Terms of released versions that are gone, successors in circles or without an end in use,
    and terms in use that point to withdrawn ones. Raises InputError for a release that cannot
    be read.
    """
    location = Location(str(project.ontology))
    successors = Successors(vocabulary.triples)
    found = [
        *_removed(vocabulary, project.dist),
        *_dead_ends(successors),
        *_pointing(vocabulary, successors),
    ]
    return [finding._replace(location=location) for finding in found]


def _removed(vocabulary: Vocabulary, dist: Path) -> Iterator[Finding]:
    """Yield a finding for every IRI that a release has and the vocabulary has not."""
    now = things(of_vocabulary(vocabulary, "")).keys()
    told: set[str] = set()
    for version in released_in(dist):
        content = published_in(dist / version, version)
        published = things(content) if content else {}
        for iri, what in sorted(published.items()):
            if iri not in now and iri not in told:
                told.add(iri)
                yield Finding(
                    iri,
                    f"The {what} {shorten(iri)} was published in {version} and is gone; state it"
                    " again with owl:deprecated true and the dcterms:isReplacedBy to use instead.",
                    "PublishedTerm",
                )


def _dead_ends(successors: Successors) -> Iterator[Finding]:
    """Yield a finding for everything withdrawn that leads to nothing in use."""
    for iri, following in successors.withdrawn.items():
        succession = successors.of(iri)
        if succession.circle:
            message = "The successors of a withdrawn term lead in a circle; let one be in use."
            yield _about_successor(iri, message, "SuccessorCircle", following)
        elif following and not succession.live:
            message = "No successor of the withdrawn term is in use; name one that is."
            yield _about_successor(iri, message, "SuccessorInUse", following)


def _about_successor(iri: str, message: str, component: str, following: tuple[str, ...]) -> Finding:
    return Finding(iri, message, component, path=f"<{_REPLACED}>", value=f"<{following[0]}>")


def _pointing(vocabulary: Vocabulary, successors: Successors) -> Iterator[Finding]:
    """Yield a warning for every statement about something in use whose value is withdrawn."""
    for triple in vocabulary.stated:
        subject, value = triple.subject, triple.object
        if not isinstance(value, ox.NamedNode) or value.value not in successors.withdrawn:
            continue
        inside = isinstance(subject, ox.NamedNode) and subject.value in successors.withdrawn
        if inside or triple.predicate.value in _HARMLESS:
            continue
        live = successors.of(value.value).live
        instead = ", ".join(map(shorten, live)) or "something in use"
        yield Finding(
            subject.value if isinstance(subject, ox.NamedNode) else str(subject),
            f"Points to {shorten(value.value)}, which has been withdrawn; point to {instead}.",
            "WithdrawnValue",
            Severity.WARNING,
            path=str(triple.predicate),
            value=str(value),
            suggestion=shorten(live[0]) if len(live) == 1 else None,
        )
