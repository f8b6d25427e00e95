"""Judge a vocabulary as it is published by the FAIR tests."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from ...catalogue import Kind
from ...model import Finding, Location, Report, grouped
from ...namespaces import DCTERMS, OWL, RDF, RDFS, VANN
from ...project import Project, find_project
from ...publication import Edition
from ...triples import quads_of
from ...vocabulary import build
from .catalogue import Property, Test, Tests, read_tests
from .served import Host

#: The principles, by the letter their numbers begin with.
PRINCIPLES: Final = {
    "F": "Findable",
    "A": "Accessible",
    "I": "Interoperable",
    "R": "Reusable",
}
_NAMED: Final = 3


class Outcome(StrEnum):
    """What came of a test."""

    PASS = "pass"
    FAIL = "fail"
    OPEN = "not judged"


class Verdict(NamedTuple):
    """What came of one test, and why; ``cure`` says what to do about it."""

    test: Test
    outcome: Outcome
    reason: str
    cure: str = ""

    @property
    def group(self) -> str:
        """The letter of the principle behind the test."""
        return self.test.principle[0]


class Assessment(NamedTuple):
    """The verdicts on a vocabulary, in the order of the tests."""

    iri: str
    version: str
    verdicts: tuple[Verdict, ...]

    @property
    def fails(self) -> bool:
        """True when any test failed."""
        return any(verdict.outcome is Outcome.FAIL for verdict in self.verdicts)

    def of(self, letter: str) -> list[Verdict]:
        """Return the verdicts of one of the principles."""
        return [verdict for verdict in self.verdicts if verdict.group == letter]


def assess(project: Project | None = None, folder: Path | None = None) -> Assessment:
    """Judge the vocabulary of a project and what is published of it in ``folder``.

    The draft of a version is judged as the version that it will be. Raises InputError for
    sources that cannot be read.
    """
    project = project or find_project()
    vocabulary = build(project)
    edition = Edition(project, vocabulary)
    version = edition.version.partition("-")[0]
    if version != edition.version:
        edition = Edition(project, vocabulary, version)
    judge = _Judge(edition, folder or project.dist, read_tests())
    verdicts = tuple(judge.verdict(test) for test in judge.tests.tests)
    return Assessment(edition.iri, edition.version, verdicts)


def as_report(assessment: Assessment, folder: str) -> Report:
    """Return the tests that failed as the findings of a report."""
    findings = tuple(
        Finding(
            assessment.iri,
            f"{verdict.test.title}: {verdict.reason} {verdict.cure}".strip(),
            f"Fair{verdict.test.id}",
            location=Location(folder),
        )
        for verdict in assessment.verdicts
        if verdict.outcome is Outcome.FAIL
    )
    open_ = [verdict for verdict in assessment.verdicts if verdict.outcome is Outcome.OPEN]
    return Report(
        findings,
        (folder,),
        records=1,
        focus_nodes=1,
        shapes=len(assessment.verdicts),
        notices=tuple(f"{v.test.id} was not judged: {v.reason} {v.cure}".strip() for v in open_),
        groups=grouped(findings),
    )


class _Judge:
    """Judges one vocabulary, test by test."""

    def __init__(self, edition: Edition, folder: Path, tests: Tests) -> None:
        self.tests = tests
        self._edition = edition
        self._host = Host(edition, folder)
        self._store = ox.Store()
        # Without what publishing says of its graphs, which is nobody's reuse.
        self._store.bulk_extend(quads_of(edition.vocabulary.triples))

    def verdict(self, test: Test) -> Verdict:
        """Return what comes of a test."""
        if any(self._states(field) for field in test.enough):
            return Verdict(test, Outcome.PASS, f"states the {_listed(test.enough)}.")
        if test.served and not self._host.is_there:
            cure = "Run `pa-onto publish` first."
            return Verdict(test, Outcome.OPEN, "nothing is published here.", cure)
        lacking = [*self._unstated(test.fields), *self._rows(test)]
        if test.served:
            lacking += self._host.lacking(test.served)
        if lacking:
            return Verdict(test, Outcome.FAIL, f"lacks {_some(lacking)}.", test.cure)
        if test.registry:
            return Verdict(test, Outcome.OPEN, "only others can tell.", self._told(test.registry))
        return Verdict(test, Outcome.PASS, self._praise(test))

    def _praise(self, test: Test) -> str:
        """Return what is there, and which optional fields are not."""
        more = self._unstated(test.optional)
        text = self._told(test.good) if test.good else f"states {_listed(test.fields)}."
        return f"{text} It might also state {_listed(more)}." if more else text

    def _unstated(self, fields: Iterable[str]) -> list[str]:
        """Return the fields that are not stated, with the property that would."""
        return [
            f"{field} ({self.tests.fields[field][0].name})"
            for field in fields
            if not self._states(field)
        ]

    def _states(self, field: str) -> bool:
        return any(self._values(property) for property in self.tests.fields[field])

    def _values(self, property: Property) -> list[str]:
        found = self._edition.catalogue.values(self._edition.iri, property.iri)
        texts = [term.value for term in found if not isinstance(term, ox.BlankNode)]
        return [text for text in texts if text.strip() and property.text in text]

    def _rows(self, test: Test) -> list[str]:
        if not test.query:
            return []
        bound: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {
            ox.Variable("ontology"): ox.NamedNode(self._edition.iri),
            ox.Variable("base"): ox.Literal(self._edition.base.rstrip("/")),
        }
        rows = self._store.query(test.query, substitutions=bound)
        if not isinstance(rows, ox.QuerySolutions):
            return []
        return [term.value for row in rows if (term := row["lacking"]) is not None]

    def _told(self, text: str) -> str:
        """Fill a text with what is there, or is to be asked for."""
        about = {
            "prefix": VANN + "preferredNamespacePrefix",
            "namespace": VANN + "preferredNamespaceUri",
            "licence": DCTERMS + "license",
        }
        iri = self._edition.iri
        values = {name: self._edition.catalogue.values(iri, p) for name, p in about.items()}
        found = {name: terms[0].value if terms else iri for name, terms in values.items()}
        said = _spaces(self._edition.catalogue.about(iri))
        return text.format(
            ontology=iri,
            version=self._host.version,
            formats=_listed(self._host.formats) if "{formats}" in text else "",
            metadata=_listed(space for space in said if "www.w3.org" not in space),
            reused=_listed(space for space in self._spaces if not space.startswith(iri)),
            terms=self._terms,
            **found,
        )

    @property
    def _spaces(self) -> list[str]:
        """The namespaces of all properties that are used."""
        return _spaces({t.predicate.value for t in self._edition.vocabulary.triples})

    @property
    def _terms(self) -> int:
        kinds = (Kind.CONCEPT, Kind.CLASS, Kind.PROPERTY)
        return len(self._edition.catalogue.of_kind(*kinds))


def _some(lacking: list[str]) -> str:
    """Return what is lacking, only counted where it is much."""
    shown = ", ".join(lacking[:_NAMED])
    return shown if len(lacking) <= 2 * _NAMED else f"{len(lacking)}: {shown}, …"


def _spaces(iris: Iterable[str]) -> list[str]:
    """Return the namespaces of IRIs but those that every vocabulary uses."""
    found = {iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] for iri in iris}
    return sorted(found - {RDF, RDFS, OWL})


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
