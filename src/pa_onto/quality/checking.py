"""Judge a vocabulary by its own rules: shapes, SKOS integrity, OWL consistency."""

from __future__ import annotations

from ..arguments import PathLike, as_choice
from ..changes.withdrawal import withdrawal_findings
from ..model import Finding, Location, Report, grouped
from ..project import Project, project_given
from ..reading.graphs import Statements
from ..reason import contradictions
from ..shacl import ENGINES
from ..triples import as_ntriples
from ..validation import check_sources
from ..validation.vocabularies import vocabulary_shapes
from ..vocabulary import build


def check(project: Project | PathLike | None = None, *, engine: str = "shacl") -> Report:
    """Check the vocabulary of a project as it would be published.

    Raises InputError for sources that cannot be read.
    """
    project, engine = project_given(project), as_choice(engine, "engine", ENGINES)
    vocabulary = build(project)
    folder = str(project.ontology)
    shapes = vocabulary_shapes(project)
    report = check_sources([Statements(folder, as_ntriples(vocabulary.triples))], shapes, engine)
    found = [
        Finding(vocabulary.iri, message, "OwlConsistency", location=Location(folder))
        for message in contradictions(vocabulary.triples)
    ]
    findings = (*report.findings, *found, *withdrawal_findings(vocabulary, project))
    return report._replace(findings=findings, groups=grouped(findings))
