"""What we write in any format is read back by us to the same graph."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pa_onto.canonical import canonical_quads, to_ntriples, to_rdf_xml, to_trig
from pa_onto.namespaces import PREFIXES
from pa_onto.project import find_project
from pa_onto.queries import GRAPH_FORMATS, parse_query, run
from pa_onto.server.sparql.capped import write_graph
from pa_onto.server.sparql.questions import GRAPHS
from pa_onto.server.workers.limits import Limits
from pa_onto.stores import in_memory
from pa_onto.validation import validate
from tests.conftest import ROOT, Run
from tests.w3c import canonical

# Servers and commands for each format.
pytestmark = pytest.mark.long

PROJECT = find_project(ROOT)
EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
EXTENSIONS = {
    ox.RdfFormat.TURTLE: "a.ttl",
    ox.RdfFormat.JSON_LD: "a.jsonld",
    ox.RdfFormat.N_TRIPLES: "a.nt",
    ox.RdfFormat.RDF_XML: "a.rdf",
    ox.RdfFormat.TRIG: "a.trig",
}


def read(content: bytes, name: str) -> list[ox.Quad]:
    """Read what was written, as `query --data` does."""
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        return list(in_memory(PROJECT, [str(path)], vocabulary=False))


# Characters that XML 1.0 has no way to write (section 2.2) are left out.
TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
    | st.sampled_from('\n\t\r"\\<>&@{}'),
    max_size=8,
)
IRIS = st.one_of(
    st.sampled_from(
        ["http://e.example/a", "http://e.example/v#b", "urn:x:1", "http://schema.org/name"]
    ),
    st.sampled_from(
        ["http://e.example/ü(1)%20", "https://w3id.org/pa-onto/ns#rank", "http://e.example/?a=b&c"]
    ),
).map(ox.NamedNode)
PREDICATES = st.sampled_from(
    ["http://e.example/p", "http://e.example/1p", "http://e.example/v#q", "http://e.example/p:q"]
).map(ox.NamedNode)
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
BLANK = st.sampled_from("abc").map(ox.BlankNode)
XSD = "http://www.w3.org/2001/XMLSchema#"
LITERALS = st.one_of(
    TEXTS.map(ox.Literal),
    st.builds(
        lambda text, tag: ox.Literal(text, language=tag), TEXTS, st.sampled_from(["en", "de-at"])
    ),
    st.sampled_from(
        [
            *(("5", "integer"), ("05", "integer"), ("1.50", "decimal"), ("1.5E0", "double")),
            *(("true", "boolean"), ("1", "boolean"), ("2026-01-01", "date"), ("x", "integer")),
            *(("12345678901234567890", "integer"), ("NaN", "double"), ("x", "token")),
        ]
    ).map(lambda pair: ox.Literal(pair[0], datatype=ox.NamedNode(XSD + pair[1]))),
)
QUADS = st.one_of(
    st.builds(ox.Quad, IRIS | BLANK, PREDICATES, IRIS | BLANK | LITERALS),
    st.builds(ox.Quad, IRIS | BLANK, st.just(TYPE), IRIS | BLANK),
)
few = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def stored(quads: Iterable[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend(quads)
    return store


@pytest.mark.parametrize("format", GRAPH_FORMATS)
@few
@given(quads=st.lists(QUADS, max_size=8))
def test_a_graph_that_a_query_constructs(format: str, quads: list[ox.Quad]) -> None:
    store = stored(quads)
    content = run(parse_query(EVERYTHING), store, {}).serialize(format)
    assert canonical(read(content, EXTENSIONS[GRAPH_FORMATS[format]])) == canonical(store)


@pytest.mark.parametrize("media", GRAPHS)
@few
@given(quads=st.lists(QUADS, max_size=8))
def test_a_graph_that_the_server_answers(media: str, quads: list[ox.Quad]) -> None:
    store = stored(quads)
    results: Any = store.query(EVERYTHING)
    content = write_graph(results, GRAPHS[media], Limits())
    assert canonical(read(content, EXTENSIONS[GRAPHS[media]])) == canonical(store)


WRITERS: dict[str, Callable[[list[ox.Quad]], bytes]] = {
    "a.nt": to_ntriples,
    "a.rdf": to_rdf_xml,
    "a.trig": to_trig,
}


@pytest.mark.parametrize("name", WRITERS)
@few
@given(quads=st.lists(QUADS, max_size=8))
def test_a_graph_that_is_published(name: str, quads: list[ox.Quad]) -> None:
    store = stored(quads)
    content = WRITERS[name](canonical_quads(store))
    assert canonical(read(content, name)) == canonical(store)


@few
@given(
    quads=st.lists(QUADS, max_size=8),
    graphs=st.lists(st.none() | IRIS | BLANK, min_size=8, max_size=8),
    format=st.sampled_from([ox.RdfFormat.TRIG, ox.RdfFormat.JSON_LD, ox.RdfFormat.N_QUADS]),
)
def test_a_dataset_that_the_engine_writes(
    quads: list[ox.Quad], graphs: list[Any], format: ox.RdfFormat
) -> None:
    """Graph names and blank nodes across graphs; in JSON-LD each node comes in pieces."""
    named = [
        ox.Quad(quad.subject, quad.predicate, quad.object, graph or ox.DefaultGraph())
        for quad, graph in zip(quads, graphs, strict=False)
    ]
    store = stored(named)
    content = ox.serialize(store, format=format, prefixes=dict(PREFIXES)) or b""
    assert canonical(read(content, f"a.{format.file_extension}")) == canonical(store)


PUBLISHED = ("pa-onto.ttl", "pa-onto.nt", "pa-onto.rdf", "pa-onto.jsonld")


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_vocabulary(name: str, published: ox.Store) -> None:
    found = in_memory(PROJECT, [str(ROOT / "dist" / name)], vocabulary=False)
    assert canonical_quads(found) == canonical_quads(published)


def test_the_published_halves(published: ox.Store) -> None:
    found = in_memory(PROJECT, [str(ROOT / "dist" / "pa-onto.trig")], vocabulary=False)
    halves = [quad for quad in found if isinstance(quad.graph_name, ox.NamedNode)]
    plain = [ox.Quad(quad.subject, quad.predicate, quad.object) for quad in halves]
    assert canonical_quads(plain) == canonical_quads(published)


@pytest.mark.parametrize("name", ["level/entry", "title/runner", "dcat", "void", "shapes"])
def test_what_is_published_of_one_thing(name: str) -> None:
    files = [ROOT / "dist" / f"{name}{end}" for end in (".ttl", ".jsonld")]
    turtle, json_ld = (in_memory(PROJECT, [str(file)], vocabulary=False) for file in files)
    assert canonical_quads(turtle) == canonical_quads(json_ld)
    assert len(turtle) > 5


def test_a_report(tmp_path: Path, pa_onto: Run) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": "https://x.example/1", "type": "Position", "weeklyRate": -1, "x": 1}\n')
    graphs = []
    for format, name in (("turtle", "r.ttl"), ("json-ld", "r.jsonld")):
        result = pa_onto("validate", path, "--format", format)
        assert result.returncode == 1
        graphs.append(canonical_quads(read(result.stdout.encode(), name)))
    assert graphs[0] == graphs[1]
    assert len(graphs[0]) > 10


def test_records_that_were_imported(tmp_path: Path, pa_onto: Run) -> None:
    export = ROOT / "data" / "export"
    graphs = []
    for format, name in (("json-lines", "r.jsonl"), ("json-ld", "r.jsonld"), ("csv", "r.csv")):
        file = tmp_path / name
        options = ("--format", format, "--out", file, "--rejected", tmp_path / "rejected.csv")
        crew = (export / "crew.csv", "--mapping", export / "crew.toml")
        result = pa_onto("import", *crew, *options)
        assert result.returncode in (0, 1), result.stderr
        graphs.append(canonical_quads(read(file.read_bytes(), name)))
    assert graphs[0] == graphs[1] == graphs[2]
    assert len(graphs[0]) > 100


SPLIT = [
    {"@id": "https://x.example/1", "@type": ["https://w3id.org/pa-onto/ns#Production"]},
    {"@id": "https://x.example/2", "@type": ["https://w3id.org/pa-onto/ns#Production"]},
    {"@id": "https://x.example/1", "https://schema.org/name": [{"@value": "Night Shoot"}]},
    {
        "@id": "https://x.example/3",
        str(TYPE.value): [{"@id": "https://w3id.org/pa-onto/ns#Production"}],
    },
]


@pytest.mark.parametrize("form", [SPLIT, {"@graph": SPLIT}], ids=["array", "graph"])
def test_json_ld_without_a_context_is_judged_like_its_turtle(form: Any, tmp_path: Path) -> None:
    """A node may come in pieces, and its type may stand under rdf:type."""
    path, twin = tmp_path / "a.jsonld", tmp_path / "a.ttl"
    path.write_text(json.dumps(form))
    quads = in_memory(PROJECT, [str(path)], vocabulary=False)
    twin.write_bytes(to_ntriples(canonical_quads(quads)))
    reports = [validate([str(file)], project=PROJECT) for file in (path, twin)]
    told = [
        sorted((finding.focus_node, finding.message) for finding in report.findings)
        for report in reports
    ]
    assert told[0] == told[1]
    assert {node for node, _ in told[0]} == {"https://x.example/2", "https://x.example/3"}
    assert [report.focus_nodes for report in reports] == [3, 3]
