"""What is published: the same facts in five formats, the same bytes every time."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from pyld import jsonld
from rdflib.compare import isomorphic

from tests.conftest import ROOT, Run

DIST = ROOT / "dist"
NAMES = {
    "context.jsonld",
    "pa-onto.jsonld",
    "pa-onto.nt",
    "pa-onto.rdf",
    "pa-onto.trig",
    "pa-onto.ttl",
    "record.schema.json",
    "report.schema.json",
}


def _document() -> dict[str, Any]:
    """The published JSON-LD with its context inlined: no test asks the network."""
    document: dict[str, Any] = json.loads((DIST / "pa-onto.jsonld").read_text())
    context = json.loads((DIST / "context.jsonld").read_text())
    assert document["@context"] == context["id"] == "https://w3id.org/pa-onto/context.jsonld"
    return document | {"@context": context["@context"]}


def _ntriples(lines: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=lines, format="nt")


def _parsed(name: str) -> rdflib.Graph:
    quads = ox.parse(path=str(DIST / name))
    return _ntriples("".join(f"{quad.triple} .\n" for quad in quads))


@pytest.fixture(scope="module")
def reference() -> rdflib.Graph:
    return rdflib.Graph().parse(DIST / "pa-onto.nt")


@pytest.mark.parametrize("name", ["pa-onto.ttl", "pa-onto.rdf", "pa-onto.trig"])
def test_formats_carry_the_same_graph(name: str, reference: rdflib.Graph) -> None:
    assert isomorphic(_parsed(name), reference)


@pytest.mark.parametrize("name", ["pa-onto.ttl", "pa-onto.rdf"])
def test_rdflib_reads_the_same_graph(name: str, reference: rdflib.Graph) -> None:
    assert isomorphic(rdflib.Graph().parse(DIST / name), reference)


def test_jsonld_read_by_pyoxigraph(reference: rdflib.Graph) -> None:
    quads = ox.parse(json.dumps(_document()), format=ox.RdfFormat.JSON_LD)
    assert isomorphic(_ntriples("".join(f"{q.triple} .\n" for q in quads)), reference)


def test_jsonld_read_by_rdflib(reference: rdflib.Graph) -> None:
    graph = rdflib.Graph().parse(data=json.dumps(_document()), format="json-ld")
    assert isomorphic(graph, reference)


def test_jsonld_read_by_pyld(reference: rdflib.Graph) -> None:
    text = jsonld.to_rdf(_document(), {"format": "application/n-quads"})
    assert isomorphic(_ntriples(text), reference)


def test_jsonld_serves_readers_of_plain_json() -> None:
    document = json.loads((DIST / "pa-onto.jsonld").read_text())
    assert "@graph" not in document
    nodes = {node["id"]: node for node in document["concepts"]}
    title = nodes["https://w3id.org/pa-onto/title/second-assistant-director"]
    assert title["type"][0] == "JobTitle"
    assert title["label"] == {"en": "Second Assistant Director"}
    assert "2nd AD" in title["altLabels"]["en"]
    assert title["level"] == "mid"
    assert "distribute-call-sheets" not in title["duties"]
    assert isinstance(title["skills"], list)
    levels = [node["rank"] for node in document["concepts"] if "Level" in node["type"]]
    assert sorted(levels) == [1, 2, 3, 4, 5]
    for node in document["concepts"]:
        for key in ("sources", "broader", "narrower", "supervises", "duties", "department"):
            assert isinstance(node.get(key, []), list), (node["id"], key)


def test_processors_read_postings_alike_under_our_context() -> None:
    """Our own keys give way to schema.org's inside its classes, in nested nodes too."""
    posting = json.loads((ROOT / "data" / "postings.jsonld").read_text())[0]
    context = json.loads((DIST / "context.jsonld").read_text())["@context"]
    document = posting | {"@context": context}
    quads = ox.parse(json.dumps(document), format=ox.RdfFormat.JSON_LD)
    graph = _ntriples("".join(f"{quad} .\n" for quad in quads))
    names = {str(name) for name in graph.objects(None, rdflib.URIRef("https://schema.org/name"))}
    assert names >= {"Night Shoot Productions LLC", "Second Assistant Director"}
    assert isomorphic(graph, _ntriples(jsonld.to_rdf(document, {"format": "application/n-quads"})))
    assert isomorphic(graph, rdflib.Graph().parse(data=json.dumps(document), format="json-ld"))


def test_trig_tells_derived_from_stated() -> None:
    quads = list(ox.parse(path=str(DIST / "pa-onto.trig")))
    graphs = {str(quad.graph_name) for quad in quads}
    stated, derived = (f"<https://w3id.org/pa-onto/graph/{name}>" for name in ("stated", "derived"))
    assert graphs == {stated, derived}
    origin = [str(q.object) for q in quads if str(q.predicate).endswith("#wasDerivedFrom>")]
    assert origin == [stated]
    levels = {str(q.graph_name) for q in quads if str(q.subject).endswith("/runner>")}
    assert levels == {stated, derived}


def test_published_files_are_up_to_date(pa_onto: Run) -> None:
    result = pa_onto("publish", "--check")
    assert (result.returncode, result.stdout) == (0, "")


def test_the_same_sources_give_the_same_bytes_elsewhere(pa_onto: Run, project: Path) -> None:
    shutil.rmtree(project / "dist")
    env = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    result = pa_onto("publish", cwd=project, env=env)
    assert result.returncode == 0, result.stderr
    assert {path.name for path in (project / "dist").iterdir()} == NAMES
    for name in NAMES:
        assert (project / "dist" / name).read_bytes() == (DIST / name).read_bytes(), name


def test_order_and_blank_node_labels_do_not_show(pa_onto: Run, project: Path) -> None:
    classes = project / "ontology" / "terms" / "classes.ttl"
    triples = list(ox.parse(path=str(classes), rename_blank_nodes=True))
    lines = [f"{quad.triple} .\n" for quad in reversed(triples)]
    classes.write_text("".join(lines))
    result = pa_onto("publish", "--check", cwd=project)
    assert (result.returncode, result.stdout) == (0, "")


def test_drift_is_found_and_nothing_written(pa_onto: Run, project: Path) -> None:
    target = project / "dist" / "pa-onto.ttl"
    target.write_text("changed")
    (project / "dist" / "context.jsonld").unlink()
    result = pa_onto("publish", "--check", cwd=project)
    assert result.returncode == 1
    assert "pa-onto.ttl differs" in result.stdout
    assert "context.jsonld differs" in result.stdout
    assert target.read_text() == "changed"


def test_a_failed_publish_leaves_the_old_files(pa_onto: Run, project: Path) -> None:
    (project / "ontology" / "broken.ttl").write_text("<a> <b> .\n")
    before = {path: path.read_bytes() for path in (project / "dist").iterdir()}
    result = pa_onto("publish", cwd=project)
    assert result.returncode == 2
    assert "broken.ttl:1" in result.stderr
    assert {path: path.read_bytes() for path in (project / "dist").iterdir()} == before


def test_a_killed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pa_onto.canonical import write_whole

    target = tmp_path / "file.ttl"
    write_whole(target, b"old\n")

    def killed(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        write_whole(target, b"new\n")
    assert target.read_bytes() == b"old\n"
    assert [path.name for path in tmp_path.iterdir()] == ["file.ttl"]


def test_publishing_outside_a_project_needs_a_folder(pa_onto: Run, tmp_path: Path) -> None:
    result = pa_onto("publish", cwd=tmp_path)
    assert result.returncode == 2
    assert "no project here" in result.stderr


def test_sources_are_formatted(pa_onto: Run) -> None:
    result = pa_onto("format", "--check")
    assert (result.returncode, result.stdout) == (0, "")
