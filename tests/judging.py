"""Judge files as one graph and in parts, in this process and with parts of a few records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from pa_onto.errors import InputError
from pa_onto.model import Finding, Report
from pa_onto.namespaces import RDF_TYPE, local_name
from pa_onto.project import find_project
from pa_onto.reading import Readers, documents, format_of, graphs, inputs, lines, tables
from pa_onto.reading.rdf import parse_graph
from pa_onto.reading.sources import open_sources
from pa_onto.shacl import ShapesGraph
from pa_onto.validation import _judged, _report, load_shapes
from pa_onto.validation import run as run_module
from pa_onto.validation.plan import Plan
from pa_onto.validation.terms import Terms
from pa_onto.validation.titles import titles_of
from pa_onto.vocabulary import published_text
from tests.conftest import ROOT

PROJECT = find_project(ROOT)
READERS = Readers(PROJECT.context, PROJECT.record_schema)
CONTEXT = "https://w3id.org/pa-onto/context.jsonld"
TITLE = "https://w3id.org/pa-onto/title/"
HR = "https://hr.example/"
TYPE = f"<{RDF_TYPE}>"

# Every reading of a blank node without a label gives it another one, bare in messages.
_LABEL = re.compile(r"(?:_:)?[0-9a-f]{20,}")


@cache
def our_plan(engine: str = "shacl") -> Plan:
    """The plan for the project's own shapes, which takes longer than a short run."""
    shapes = load_shapes([PROJECT.shapes / "data", PROJECT.shapes / "prefixes.ttl"])
    vocabulary = published_text(PROJECT)
    titles, terms = titles_of(PROJECT, vocabulary), Terms(shapes, vocabulary)
    return Plan(shapes, vocabulary, engine, titles, terms)


def plan_for(turtle: str, vocabulary: str = "", engine: str = "shacl") -> Plan:
    """Return the plan for shapes in Turtle and a vocabulary in N-Triples."""
    text = f"@prefix sh: <http://www.w3.org/ns/shacl#> .\n{turtle}"
    shapes = ShapesGraph(parse_graph(text, format_of("x.ttl"), "shapes"))
    return Plan(shapes, vocabulary, engine, terms=Terms(shapes, vocabulary))


def report(files: Iterable[str | Path], *, parts: bool, plan: Plan | None = None) -> Report | str:
    """Return the report on files, or the message of the error that ends the run."""
    try:
        sources = open_sources([str(file) for file in files], READERS)
        return _report(*_judged(plan or our_plan(), sources, None, parts))
    except InputError as error:
        return str(error)


def seen(found: Report | str) -> object:
    """Return all that two reports must have in common, the findings in a common order."""
    if isinstance(found, str):
        return found
    shown = sorted(_LABEL.sub("_:b", repr(finding)) for finding in found.findings)
    counts = (found.records, found.focus_nodes, found.unchecked)
    return shown, *counts, found.uses, sorted(found.notices)


def same_both_ways(files: Iterable[str | Path], plan: Plan | None = None) -> Report | str:
    """Return the report in parts, after making sure that the one as a whole is the same."""
    files = list(files)
    whole = report(files, parts=False, plan=plan)
    parts = report(files, parts=True, plan=plan)
    if isinstance(whole, str) or isinstance(parts, str):
        # Which of several faults ends a run is a matter of what is read first.
        assert isinstance(whole, str) and isinstance(parts, str), (whole, parts)
        return parts
    assert seen(parts) == seen(whole)
    return parts


def why_whole(found: Report | str) -> str:
    """Return why data were judged as one graph, empty when they were not."""
    assert not isinstance(found, str), found
    start = "judged as one graph: "
    return next((d.removeprefix(start) for d in found.details if d.startswith(start)), "")


def brief(findings: Iterable[Finding]) -> set[tuple[str, str, str]]:
    """Return focus node, shape and component of findings."""
    return {(f.focus_node, local_name(f.shape), f.rule) for f in findings}


@pytest.fixture(scope="module")
def tiny() -> Iterator[None]:
    """Cut inputs into parts of two or three records, all through a module of tests."""
    with pytest.MonkeyPatch.context() as patch:
        _make_tiny(patch)
        yield


def _make_tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "CHUNK_BYTES", 500)
    monkeypatch.setattr(tables, "CHUNK_BYTES", 300)
    monkeypatch.setattr(graphs, "CHUNK_BYTES", 150)
    monkeypatch.setattr(documents, "CHUNK_RECORDS", 3)
    monkeypatch.setattr(documents, "_SHORT", 0)
    monkeypatch.setattr(inputs, "_BLOCK", 100)
    monkeypatch.setattr(run_module, "_BATCH", 2)
