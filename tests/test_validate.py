"""`pa-onto validate` on the samples, on their broken twins, and on what is no data at all."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

import pa_onto as api
from pa_onto.errors import EngineError, InputError
from pa_onto.namespaces import local_name
from pa_onto.project import find_project
from pa_onto.reading import Readers, format_of, read_ntriples
from pa_onto.reading.rdf import parse_graph
from pa_onto.shacl import DataGraph, ShapesGraph, run_engine
from pa_onto.triples import as_ntriples
from tests.conftest import ROOT, Run

DATA = ROOT / "data"
ENGINES = ["shacl", "pyshacl"]
# The second engine needs seconds for each file.
MARKED = ["shacl", pytest.param("pyshacl", marks=pytest.mark.long)]
GOOD = ["crew.jsonld", "crew.jsonl", "crew.ttl", "postings.jsonld"]


def _graph(name: str) -> rdflib.Graph:
    project = find_project(ROOT)
    readers = Readers(project.context, project.record_schema)
    return rdflib.Graph().parse(data=read_ntriples([str(DATA / name)], readers), format="nt")


@pytest.mark.parametrize("engine", MARKED)
@pytest.mark.parametrize("name", GOOD)
def test_the_samples_have_no_finding(name: str, engine: str, pa_onto: Run) -> None:
    result = pa_onto("validate", DATA / name, "--engine", engine, "--fail-on", "info")
    assert result.returncode == 0, result.stdout
    assert "conforms" in result.stdout
    assert "0 records no shape looked at" in result.stdout


@pytest.mark.parametrize("engine", MARKED)
@pytest.mark.parametrize("name", ["crew", "postings"])
def test_a_broken_twin_gives_exactly_its_list(name: str, engine: str, pa_onto: Run) -> None:
    expected_rows = (DATA / "broken" / f"{name}.expected.tsv").read_text().splitlines()
    rows = csv.DictReader(expected_rows, delimiter="\t")
    expected = Counter(
        (row["record"], row["key"], row["shape"], row["component"], row["severity"]) for row in rows
    )
    assert len(expected) >= 15
    path = DATA / "broken" / f"{name}.jsonld"
    result = pa_onto("validate", path, "--engine", engine, "--format", "json")
    assert (result.returncode, result.stderr) == (1, "")
    found = Counter(
        (
            finding["record"],
            finding["key"] or "",
            local_name(finding["shape"]),
            finding["component"],
            finding["severity"],
        )
        for finding in json.loads(result.stdout)["findings"]
    )
    assert found == expected


def test_the_samples_in_three_formats_are_one_graph() -> None:
    graph = _graph("crew.ttl")
    assert len(graph) > 600
    for name in ("crew.jsonld", "crew.jsonl"):
        assert isomorphic(_graph(name), graph), name


def test_the_samples_cover_the_vocabulary(published: ox.Store) -> None:
    graph = _graph("crew.ttl")
    role = rdflib.URIRef("http://www.w3.org/ns/org#role")
    department = rdflib.URIRef("https://w3id.org/pa-onto/ns#inDepartment")
    assert len(set(graph.subjects(role))) >= 60
    assert len(set(graph.objects(None, role))) == 29
    assert len(set(graph.objects(None, department))) == 11
    assert len(json.loads((DATA / "postings.jsonld").read_text())) >= 12


def test_findings_name_their_record_and_place(pa_onto: Run, tmp_path: Path) -> None:
    lines = [
        {"id": "https://hr.example/1", "type": "Position", "title": "runner"},
        {"id": "https://hr.example/2", "type": "Position", "title": "runer", "endDat": "x"},
    ]
    path = tmp_path / "crew.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines))
    result = pa_onto("validate", path, "--format", "json")
    findings = json.loads(result.stdout)["findings"]
    assert {finding["line"] for finding in findings} == {1, 2}
    typo = next(finding for finding in findings if finding["component"] == "UnknownKey")
    assert typo["pointer"] == "/endDat"
    assert "did you mean endDate?" in typo["message"]
    unknown = next(finding for finding in findings if finding["shape"].endswith("title-known"))
    assert (unknown["key"], unknown["line"]) == ("title", 2)
    assert unknown["value"] == "<https://w3id.org/pa-onto/title/runer>"


@pytest.mark.parametrize(
    "wrap",
    [
        lambda record: record,
        lambda record: [record],
        lambda record: {"@context": "https://w3id.org/pa-onto/context.jsonld", "@graph": [record]},
        lambda record: {"@context": ["https://w3id.org/pa-onto/context.jsonld"], **record},
        lambda record: {**record, "title": "https://w3id.org/pa-onto/title/runner"},
        lambda record: {**record, "department": "production"},
    ],
    ids=["object", "array", "graph", "context-in-array", "full-iri", "code-named-like-a-key"],
)
def test_a_record_means_the_same_in_every_form(wrap: object, pa_onto: Run) -> None:
    record = {
        "id": "https://hr.example/1",
        "type": "Position",
        "title": "runner",
        "production": "https://hr.example/p",
        "startDate": "2026-01-12",
    }
    text = json.dumps(wrap(record))  # type: ignore[operator]
    result = pa_onto("validate", "-", "--input-format", "json-ld", stdin=text)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 record read, 1 focus node checked" in result.stdout


def test_http_schema_org_means_https(pa_onto: Run, tmp_path: Path) -> None:
    path = tmp_path / "posting.ttl"
    path.write_text("<https://jobs.example/1> a <http://schema.org/JobPosting> .\n")
    result = pa_onto("validate", path, "--format", "json")
    assert result.returncode == 1
    assert json.loads(result.stdout)["focusNodes"] == 1


def test_the_severity_that_fails_is_the_callers_choice(pa_onto: Run, tmp_path: Path) -> None:
    posting = json.loads((DATA / "postings.jsonld").read_text())[0]
    del posting["directApply"]
    path = tmp_path / "posting.jsonld"
    path.write_text(json.dumps(posting))
    assert pa_onto("validate", path).returncode == 0
    assert "1 warning" in pa_onto("validate", path).stdout
    assert pa_onto("validate", path, "--fail-on", "warning").returncode == 1
    assert pa_onto("validate", path, "--fail-on", "info").returncode == 1


def test_nothing_targeted_is_not_a_pass(pa_onto: Run, tmp_path: Path) -> None:
    path = tmp_path / "other.ttl"
    path.write_text("<x:a> a <x:B> .\n")
    result = pa_onto("validate", path)
    assert result.returncode == 2
    assert "Nothing was checked" in result.stderr


def test_unknown_shacl_terms_are_refused(pa_onto: Run, tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<x:S> a sh:NodeShape ; sh:targetClass <x:B> ;\n"
        "  sh:property [ sh:path <x:p> ; sh:minCnt 1 ] .\n"
    )
    data = tmp_path / "data.ttl"
    data.write_text("<x:a> a <x:B> .\n")
    result = pa_onto("validate", data, "--shapes", shapes)
    assert result.returncode == 2
    assert "sh:minCnt" in result.stderr


def test_shapes_without_targets_are_refused(pa_onto: Run, tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text("<x:S> a <http://www.w3.org/ns/shacl#NodeShape> .\n")
    result = pa_onto("validate", DATA / "crew.ttl", "--shapes", shapes)
    assert result.returncode == 2
    assert "no shape with a target" in result.stderr


def test_own_shapes_and_vocabulary(pa_onto: Run, tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<x:S> a sh:NodeShape ; sh:targetClass <x:B> ; sh:property <x:P> .\n"
        '<x:P> sh:path <x:p> ; sh:class <x:Code> ; sh:message "Use a code." .\n'
    )
    vocabulary = tmp_path / "codes.ttl"
    vocabulary.write_text(
        "<x:one> a <x:Code> . <x:C> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <x:B> ."
    )
    data = tmp_path / "data.ttl"
    for code, status in (("one", 0), ("two", 1)):
        data.write_text(f"<x:a> a <x:C> ; <x:p> <x:{code}> .\n")
        for engine in ENGINES:
            result = pa_onto(
                "validate", data, "--shapes", shapes, "--vocabulary", vocabulary, "--engine", engine
            )
            assert result.returncode == status, result.stdout + result.stderr


def test_a_constraint_that_needs_each_node_alone_is_right() -> None:
    """LIMIT makes one run for all differ from a run for each; both engines must agree."""
    syntax = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    shapes = syntax + (
        "<x:S> a sh:NodeShape ; sh:targetClass <x:B> ; sh:sparql <x:Q> .\n"
        '<x:Q> sh:message "{?value}" ; '
        'sh:select "SELECT $this ?value WHERE { $this <x:p> ?value } ORDER BY ?value LIMIT 1" .\n'
    )
    data = "<x:a> a <x:B> ; <x:p> 1, 2 . <x:b> a <x:B> ; <x:p> 3 .\n"
    turtle = format_of("x.ttl")
    graph = ShapesGraph(parse_graph(shapes, turtle, "shapes"))
    lines = as_ntriples(parse_graph(data, turtle, "data"))
    found = {engine: sorted(run_engine(engine, graph, DataGraph(lines))[0]) for engine in ENGINES}
    assert len(found["shacl"]) == 2
    assert found["shacl"] == found["pyshacl"]


@pytest.mark.parametrize(
    "where",
    [
        "{ BIND ($this AS ?that) . FILTER (?that = <x:a>) }",
        "{ { FILTER (bound($this)) } $this <x:p> 1 . FILTER (bound($this)) }",
        "{ { { FILTER ($this = <x:a>) } FILTER bound($this) } FILTER (true) }",
    ],
)
def test_this_is_bound_before_expressions_see_it(where: str) -> None:
    """What only an expression mentions is pre-bound all the same (SHACL section 5.2.1)."""
    graph = ShapesGraph(
        parse_graph(
            "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
            "<x:S> a sh:NodeShape ; sh:targetClass <x:B> ; sh:sparql <x:Q> .\n"
            f'<x:Q> sh:select "SELECT $this WHERE {where}" .\n',
            format_of("x.ttl"),
            "shapes",
        )
    )
    data = parse_graph("<x:a> a <x:B> ; <x:p> 1 . <x:b> a <x:B> .", format_of("x.ttl"), "data")
    for engine in ENGINES:
        results, _ = run_engine(engine, graph, DataGraph(as_ntriples(data)))
        assert [result.focus_node for result in results] == ["<x:a>"], engine


def test_the_fallback_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    from pa_onto.shacl import fast

    def refuse(shapes: str, data: str) -> list[object]:
        raise EngineError("The engine shacl gave up: too new.")

    monkeypatch.setattr(fast, "validate", refuse)
    report = api.validate([str(DATA / "crew.ttl")], project=find_project(ROOT))
    assert report.conforms
    assert "pyshacl took over" in report.notices[0]


def test_the_python_call_returns_a_report() -> None:
    report = api.validate([str(DATA / "broken" / "crew.jsonld")], project=find_project(ROOT))
    assert not report.conforms
    worst = report.worst()
    assert worst is not None and worst.label == "Violation"
    assert (report.records, report.unchecked) == (72, 1)  # a misspelt type, and no shape for it
    with pytest.raises(InputError, match=r"missing\.ttl"):
        api.validate(["missing.ttl"])
