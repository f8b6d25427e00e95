"""Validating hostile input opens no connection, and no file that nobody named."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pa_onto.reading.federation import calls_service
from tests.conftest import COMMAND, PATIENCE, ROOT, Run

# Python's own sockets and files are seen by its audit hook, those of engines by a listener.
WATCHED = """
import runpy, sys
def watch(event, arguments):
    if event.startswith(("socket.", "urllib.", "subprocess.", "os.system", "os.exec")):
        print("AUDIT", event, arguments, file=sys.stderr)
    if event == "open" and "canary" in str(arguments[0]):
        print("AUDIT", event, arguments, file=sys.stderr)
sys.addaudithook(watch)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture
def listener() -> Iterator[tuple[str, list[object]]]:
    """An address on this machine, and who has called it."""
    called: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, caller = server.accept()
                except OSError:
                    return
                called.append(caller)
                connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", called
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _inputs(url: str, canary: Path) -> dict[str, str]:
    """Texts that ask a reader for a document elsewhere, on the network or the disk."""
    record = {"id": "https://x.example/1", "type": "Production", "name": "x"}
    rdf = "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
    xml = f"<rdf:RDF {rdf} xmlns:x='x:'{{}}>{{}}</rdf:RDF>"
    node = "<x:a rdf:about='https://x.example/1'><x:b>{}</x:b></x:a>"
    found = {}
    for number, target in enumerate((f"{url}/c", canary.as_uri(), canary.name)):
        for kind, context in (
            ("named", target),
            ("listed", ["https://schema.org", target]),
            ("imported", {"@import": target}),
            ("scoped", {"x": {"@id": "x:x", "@context": target}}),
            ("base", [{"@base": target}, target]),
        ):
            text = json.dumps({"@context": context, **record})
            found[f"{kind}{number}.json"] = text
            found[f"{kind}{number}.jsonl"] = text + "\n"
        found[f"nested{number}.json"] = json.dumps({**record, "x": {"@context": target}})
        found[f"page{number}.html"] = (
            f'<base href="{target}"><link rel="alternate" href="{target}">'
            f'<script type="application/ld+json" src="{target}"></script>'
        )
        found[f"entity{number}.rdf"] = f"<!DOCTYPE r [<!ENTITY e SYSTEM '{target}'>]>" + xml.format(
            "", node.format("&e;")
        )
        found[f"dtd{number}.rdf"] = f"<!doctype r SYSTEM '{target}'>" + xml.format("", "")
        found[f"style{number}.rdf"] = f"<?xml-stylesheet href='{target}'?>" + xml.format(
            f" xsi:schemaLocation='x: {target}' xmlns:xsi='x:i'", node.format("1")
        )
        found[f"imports{number}.ttl"] = (
            f"<https://x.example/1> a <http://www.w3.org/2002/07/owl#Ontology> ; "
            f"<http://www.w3.org/2002/07/owl#imports> <{url}/o> ; "
            f"<http://www.w3.org/ns/shacl#shapesGraph> <{canary.as_uri()}> ."
        )
    return found


def _run(listener_free: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WATCHED, str(COMMAND), "validate", *arguments],
        cwd=listener_free,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def test_no_data_make_us_fetch_anything(listener: tuple[str, list[object]], tmp_path: Path) -> None:
    url, called = listener
    canary = tmp_path / "canary.jsonld"
    canary.write_text('{"@context": {"name": "https://schema.org/name"}}')
    inputs = _inputs(url, canary)
    assert len(inputs) >= 40
    # One run for many files ends at the first that is bad, so each kind has a run of its own.
    for name, text in inputs.items():
        (tmp_path / name).write_text(text)
    chosen = [name for name in inputs if name.endswith((".json", ".rdf", ".html", ".ttl"))]
    for name in chosen:
        result = _run(tmp_path, name)
        assert result.returncode in (1, 2), (name, result.stdout, result.stderr)
        assert "AUDIT" not in result.stderr, (name, result.stderr)
        assert "Traceback" not in result.stderr
    assert called == []


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_no_shapes_make_us_fetch_anything(
    engine: str, listener: tuple[str, list[object]], tmp_path: Path
) -> None:
    url, called = listener
    for number, query in enumerate(
        (
            f"SELECT $this WHERE {{ $this ?p ?o . SERVICE <{url}/s> {{ ?a ?b ?c }} }}",
            f"SELECT $this WHERE {{ $this ?p ?o . SERVICE SILENT <{url}/s> {{ ?a ?b ?c }} }}",
            f"SELECT $this FROM <{url}/g> WHERE {{ $this ?p ?o }}",
            f"SELECT $this WHERE {{ $this ?p ?o . \\u0053ERVICE <{url}/s> {{ ?a ?b ?c }} }}",
        )
    ):
        shapes = tmp_path / f"shapes{number}.ttl"
        shapes.write_text(
            "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
            f"<x:O> <http://www.w3.org/2002/07/owl#imports> <{url}/o> .\n"
            "<x:S> a sh:NodeShape ; sh:targetClass <https://w3id.org/pa-onto/ns#Production> ;\n"
            f' sh:sparql [ sh:select "{query}" ] .\n'
        )
        result = _run(
            tmp_path, str(ROOT / "data" / "crew.ttl"), "--shapes", str(shapes), "--engine", engine
        )
        assert result.returncode == 2, (query, result.stdout, result.stderr)
        assert "AUDIT" not in result.stderr, result.stderr
    assert called == []


# Each spells a SERVICE clause in a way that an engine understands and a simple lexer may not.
SPELLINGS = [
    "SELECT * {{ SERVICE <{url}/> {{ ?a ?b ?c }} }}",
    "SELECT * {{ sErViCe\tSILENT#<\n<{url}/>#\n{{}} }}",
    "SELECT * {{ SERVICESILENT<{url}/>{{}} }}",
    'SELECT * {{ BIND("a\\u0022b" AS ?x) SERVICE <{url}/> {{}} BIND("c" AS ?y) }}',
    "SELECT * {{ ?s ?p ?a FILTER(?a!='>'||?a<'>') SERVICE <{url}/> {{}} FILTER(?a<'>'||1<2) }}",
    "SELECT * {{ ?s ?p 1SERVICE <{url}/> {{}} }}",
    "SELECT * {{ ?s ?p 1.SERVICE <{url}/> {{}} }}",
    "SELECT * {{ ?s ?p ?x.SERVICE <{url}/> {{}} }}",
    "PREFIX ex: <u:> SELECT * {{ ?s ex:-1SERVICE <{url}/> {{}} }}",
    "SELECT * {{ {{?s ?p <u:\u2003'b>}} UNION {{}} SERVICE <{url}/> {{}} MINUS {{?s ?p <u:'>}} }}",
    "PREFIX : <{url}/> SELECT * {{ SERVICE:x {{}} }}",
    "PREFIX ex: <{url}/> SELECT * {{ SERVICEex:x {{}} }}",
    "PREFIX a.b: <{url}/> SELECT * {{ SERVICE a.b:\\#x {{}} }}",
    "BASE <{url}/> SELECT * {{ SERVICE <> {{}} }}",
    "SELECT * {{ SERVICE <{url}/\\u0061> {{}} }}",
    "SELECT * {{ BIND(<{url}/> AS ?g) SERVICE ?g {{}} }}",
    "ASK {{ FILTER EXISTS {{ SERVICE <{url}/> {{}} }} }}",
    "CONSTRUCT {{ ?a ?b ?c }} WHERE {{ SERVICE <{url}/> {{ ?a ?b ?c }} }}",
]
_HARMLESS = [
    "PREFIX service: <u:> SELECT ?service {{ ?service service:a service:SERVICE, service:b }}",
    "PREFIX ex: <u:> SELECT ?a_service WHERE {{ GRAPH ex:self-service {{ ?a_service ?p ?o }} }}",
    "SELECT * {{ ?s ?p ?o FILTER(CONTAINS(STR(?o), 'customer service')) }} # no SERVICE needed",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_query_asks_another_server(
    spelling: str, listener: tuple[str, list[object]], pa_onto: Run, tmp_path: Path
) -> None:
    url, called = listener
    text = spelling.format(url=url)
    result = pa_onto("query", "-e", text)
    assert (result.returncode, result.stdout) == (2, ""), result.stderr
    assert "SERVICE is refused" in result.stderr
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    (tmp_path / "pyproject.toml").write_text("[tool.pa-onto]\n")
    (tmp_path / "ontology" / "rules" / "evil.rq").write_text(text)
    result = pa_onto("query", "-e", "ASK {}", cwd=tmp_path)
    assert result.returncode == 2, result.stderr
    assert called == []


@pytest.mark.parametrize("text", _HARMLESS)
def test_words_that_merely_hold_service_are_allowed(text: str, pa_onto: Run) -> None:
    result = pa_onto("query", "-e", text.format())
    assert result.returncode == 0, result.stderr


_STORE = ox.Store()
_STORE.add(ox.Quad(ox.NamedNode("u:s"), ox.NamedNode("u:p"), ox.Literal("1")))
_CLAUSE = "SERVICE <URL/> {}"
_PIECES = (
    *(_CLAUSE, _CLAUSE, "SERVICE ex:x {}", "SERVICE", "SILENT", "<URL/>", "{", "}", " ", "\n", "#"),
    *("?s ?p ", "?a", "1", "-1", ".", ";", ",", "<u:p>", "ex:", "ex:a", "a", "true", "_:b", "@en"),
    *("'", '"', "'>'", "\\u0022", "\\u000A", "\\u0023", "<", ">", "?a<", "FILTER(", ")", "BIND("),
    *(
        "OPTIONAL {",
        "UNION",
        "GRAPH ?g {",
        "VALUES ?a { UNDEF }",
        " AS ?z)",
        "\u2003",
        "\u00b7",
        "?",
    ),
)


@given(st.lists(st.sampled_from(_PIECES), max_size=10).map("".join))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_mixture_asks_another_server(listener: tuple[str, list[object]], pieces: str) -> None:
    """Whatever makes the engine itself call a server, we see first."""
    url, called = listener
    text = f"SELECT * {{ {pieces.replace('URL', url)} }}"
    called.clear()
    with suppress(SyntaxError, RuntimeError, OSError):
        list(_STORE.query(text, prefixes={"ex": url + "/"}))  # type: ignore[arg-type]
    assert not called or calls_service(text), text


def test_the_listener_hears(listener: tuple[str, list[object]]) -> None:
    """A test that listens must be able to fail."""
    url, called = listener
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        assert connection.recv(1) == b""
    assert len(called) == 1
