"""What is published: the same facts in five formats, the same bytes every time."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from pyld import jsonld
from rdflib.compare import isomorphic

from tests.conftest import COMMAND, PATIENCE, ROOT, Run

DIST = ROOT / "dist"
WHOLE = {"pa-onto.jsonld", "pa-onto.nt", "pa-onto.rdf", "pa-onto.trig", "pa-onto.ttl"}
SCHEMAS = {"context.jsonld", "record.schema.json", "report.schema.json", "vocabulary.schema.json"}


def _files(folder: Path) -> dict[str, bytes]:
    """The published files by path, released versions left out."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _is_version(path.relative_to(folder).parts[0])
    }


def _is_version(name: str) -> bool:
    return re.fullmatch(r"\d+\.\d+\.\d+", name) is not None


def _stamps(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
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
    for path in (project / "dist").iterdir():
        if path.is_file():
            path.unlink()
        elif not _is_version(path.name):
            shutil.rmtree(path)
    env = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    result = pa_onto("publish", cwd=project, env=env)
    assert result.returncode == 0, result.stderr
    made, committed = _files(project / "dist"), _files(DIST)
    assert set(made) == set(committed) >= WHOLE | SCHEMAS | {"SHA256SUMS", "title/runner.ttl"}
    assert [path for path in made if made[path] != committed[path]] == []


def test_order_and_blank_node_labels_do_not_show(pa_onto: Run, project: Path) -> None:
    pa_onto("publish", cwd=project)
    classes = project / "ontology" / "terms" / "classes.ttl"
    triples = list(ox.parse(path=str(classes), rename_blank_nodes=True))
    prefixes = [line for line in classes.read_text().splitlines() if line.startswith("@prefix")]
    lines = [f"{quad.triple} ." for quad in reversed(triples)]
    classes.write_text("\n".join([*prefixes, *lines]))
    result = pa_onto("publish", "--check", cwd=project)
    assert (result.returncode, result.stdout) == (0, "")


def test_drift_is_found_and_nothing_written(pa_onto: Run, project: Path) -> None:
    pa_onto("publish", cwd=project)
    dist = project / "dist"
    (dist / "pa-onto.ttl").write_text("changed")
    (dist / "title" / "runner.ttl").unlink()
    (dist / "stale.ttl").write_text("stale")
    with (dist / "SHA256SUMS").open("a") as sums:
        sums.write(f"{sha256(b'stale').hexdigest()}  stale.ttl\n")
    before = _files(dist)
    result = pa_onto("publish", "--check", cwd=project)
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        "SHA256SUMS differs from what the sources give; run `pa-onto publish`.",
        "pa-onto.ttl differs from what the sources give; run `pa-onto publish`.",
        "stale.ttl is published no more; run `pa-onto publish`.",
        "title/runner.ttl is missing; run `pa-onto publish`.",
    ]
    assert _files(dist) == before


def test_a_second_publish_writes_nothing(pa_onto: Run, project: Path) -> None:
    pa_onto("publish", cwd=project)
    before = _stamps(project / "dist")
    result = pa_onto("publish", cwd=project)
    assert result.returncode == 0
    assert " 0 written, " in result.stdout
    assert len(result.stdout.splitlines()) == 1
    assert _stamps(project / "dist") == before


def test_one_change_rewrites_only_what_it_changes(pa_onto: Run, project: Path) -> None:
    pa_onto("publish", cwd=project)
    before = _stamps(project / "dist")
    skills = project / "ontology" / "schemes" / "skills.ttl"
    text = skills.read_text()
    sentence = 'skos:definition "'
    place = text.index(sentence, text.index("skill:adaptability ")) + len(sentence)
    skills.write_text(text[:place] + "Most useful: " + text[place:])
    result = pa_onto("publish", cwd=project)
    assert result.returncode == 0, result.stderr
    after = _stamps(project / "dist")
    assert set(after) == set(before)
    changed = {path for path in after if after[path] != before[path]}
    assert changed >= WHOLE | {f"skill/adaptability.{end}" for end in ("ttl", "jsonld", "html")}
    assert changed >= {"skill.csv", "skill.json", "SHA256SUMS"}
    # Other concepts, schemes and schemas say nothing of it, nor do pages that only name it.
    assert not [path for path in changed if path.startswith(("title/", "level", "ns", "duty"))]
    assert not changed & SCHEMAS
    assert len(changed) < 25, sorted(changed)


def test_what_is_made_no_more_is_removed_and_nothing_else(pa_onto: Run, project: Path) -> None:
    pa_onto("publish", cwd=project)
    dist = project / "dist"
    for path in ("title/mine.txt", "mine.html", "gone/mine.txt"):
        (dist / path).parent.mkdir(exist_ok=True)
        (dist / path).write_text("mine")
    lines = []
    for path in ("gone/old.ttl", "empty/deep/old.html", "edited.ttl"):
        (dist / path).parent.mkdir(exist_ok=True, parents=True)
        (dist / path).write_text("old")
        lines.append(f"{sha256(b'old').hexdigest()}  {path}\n")
    (dist / "edited.ttl").write_text("old, and then somebody wrote this")
    with (dist / "SHA256SUMS").open("a") as sums:
        sums.writelines(lines)
    result = pa_onto("publish", cwd=project)
    assert result.returncode == 0
    assert "edited.ttl" in result.stderr and "2 removed" in result.stdout
    left = _files(dist)
    assert {"title/mine.txt", "mine.html", "gone/mine.txt", "edited.ttl"} <= set(left)
    assert not (dist / "empty").exists() and "gone/old.ttl" not in left
    assert "edited.ttl" not in left["SHA256SUMS"].decode()


@pytest.mark.parametrize(
    "path", ["../outside.txt", "/etc/outside.txt", "a/../../outside.txt", "1.0.0/x.ttl", "a\\b"]
)
@pytest.mark.long
def test_a_list_that_climbs_is_refused(pa_onto: Run, project: Path, path: str) -> None:
    (project / "outside.txt").write_text("mine")
    with (project / "dist" / "SHA256SUMS").open("a") as sums:
        sums.write(f"{sha256(b'mine').hexdigest()}  {path}\n")
    before = _files(project / "dist")
    for arguments in (["publish"], ["publish", "--check"]):
        result = pa_onto(*arguments, cwd=project)
        assert result.returncode == 2
        assert "SHA256SUMS:" in result.stderr
    assert (project / "outside.txt").read_text() == "mine"
    assert _files(project / "dist") == before


def test_a_link_out_of_the_folder_is_not_followed(pa_onto: Run, project: Path) -> None:
    shutil.rmtree(project / "dist" / "title")
    (project / "elsewhere").mkdir()
    (project / "dist" / "title").symlink_to(project / "elsewhere", target_is_directory=True)
    result = pa_onto("publish", cwd=project)
    assert result.returncode == 2
    assert "out of the published folder" in result.stderr
    assert list((project / "elsewhere").iterdir()) == []


def test_the_list_is_what_sha256sum_reads(pa_onto: Run, project: Path) -> None:
    pa_onto("publish", cwd=project)
    listed = (project / "dist" / "SHA256SUMS").read_text().splitlines()
    paths = [line.split("  ", 1)[1] for line in listed]
    assert paths == sorted(paths)
    assert {*paths, "SHA256SUMS"} == set(_files(project / "dist"))
    command = ["sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS"]
    result = subprocess.run(command, cwd=project / "dist", capture_output=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")


def test_a_failed_publish_leaves_the_old_files(pa_onto: Run, project: Path) -> None:
    (project / "ontology" / "broken.ttl").write_text("<a> <b> .\n")
    before = _stamps(project / "dist")
    result = pa_onto("publish", cwd=project)
    assert result.returncode == 2
    assert "broken.ttl:1" in result.stderr
    assert _stamps(project / "dist") == before


@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.long
def test_an_interrupted_publish_leaves_no_half_file(project: Path, kill: signal.Signals) -> None:
    whole = project / "whole"
    subprocess.run([COMMAND, "publish", "--out", whole], cwd=project, check=True)
    made = _files(whole)
    out = project / "out"
    run = subprocess.Popen([COMMAND, "publish", "--out", out], cwd=project)
    deadline = time.monotonic() + 60
    while not (out / "title.ttl").exists() and time.monotonic() < deadline:
        time.sleep(0.001)
    run.send_signal(kill)
    run.wait(timeout=PATIENCE)
    assert run.returncode != 0, "it was done before it could be interrupted"
    left = {
        path: content for path, content in _files(out).items() if not path.startswith(".publish-")
    }
    assert "title.ttl" in left and len(left) < len(made)
    assert [p for p in left if p != "SHA256SUMS" and left[p] != made[p]] == []
    if kill is signal.SIGINT:
        assert {*left["SHA256SUMS"].decode().split()[1::2], "SHA256SUMS"} == set(left)
    subprocess.run([COMMAND, "publish", "--out", out], cwd=project, check=True)
    assert {p: c for p, c in _files(out).items() if not p.startswith(".publish-")} == made


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


def test_publishing_outside_a_project_into_a_folder(pa_onto: Run, tmp_path: Path) -> None:
    result = pa_onto("publish", "--out", "site", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    made = _files(tmp_path / "site")
    assert made["title/runner.ttl"] == (DIST / "title" / "runner.ttl").read_bytes()
    assert pa_onto("publish", "--check", "--out", "site", cwd=tmp_path).returncode == 0


def test_few_lines_are_printed_and_all_of_them_on_demand(pa_onto: Run, project: Path) -> None:
    result = pa_onto("publish", "--out", "first", cwd=project)
    lines = result.stdout.splitlines()
    assert len(lines) == 21
    assert "-v names all" in result.stderr
    assert lines[-1].startswith(f"{len(_files(project / 'first')) - 1} files in first (")
    result = pa_onto("publish", "--out", "first", "-v", cwd=project)
    assert len(result.stdout.splitlines()) == len(_files(project / "first"))


def test_sources_are_formatted(pa_onto: Run) -> None:
    result = pa_onto("format", "--check")
    assert (result.returncode, result.stdout) == (0, "")
