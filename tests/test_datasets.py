"""Reading RDF into a dataset: every statement once, in its graph, whatever it comes packed in."""

from __future__ import annotations

import gzip
import json
import os
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest

from pa_onto.cli.serve import kept
from pa_onto.errors import InputError, UsageError
from pa_onto.project import find_project
from pa_onto.queries import parse_query, run
from pa_onto.stores import SERVED, Loading, fill, in_memory, open_on_disk
from tests.conftest import ROOT, Run
from tests.servers import serving
from tests.w3c import canonical

PROJECT = find_project(ROOT)

TRIG = """@prefix ex: <http://ex.example/> .
_:boss ex:salary 1000 .
[] ex:salary 100 .
ex:names { _:boss ex:name "Ann" . ex:names ex:about _:boss }
"""
#: One node with a name in a graph, and the sum of all salaries.
QUERY = """PREFIX ex: <http://ex.example/>
SELECT (SUM(?pay) AS ?sum) (COUNT(?name) AS ?named)
{ ?who ex:salary ?pay OPTIONAL { GRAPH ex:names { ?who ex:name ?name } } }"""


def _as(format: ox.RdfFormat) -> str:
    quads = ox.parse(TRIG, format=ox.RdfFormat.TRIG)
    return (ox.serialize(quads, format=format) or b"").decode()


def _json_ld() -> str:
    return json.dumps(
        {
            "@context": {"ex": "http://ex.example/"},
            "@graph": [
                {"@id": "_:boss", "ex:salary": 1000},
                {"ex:salary": 100},
                {
                    "@id": "ex:names",
                    "@graph": [
                        {"@id": "_:boss", "ex:name": "Ann"},
                        {"@id": "ex:names", "ex:about": {"@id": "_:boss"}},
                    ],
                },
            ],
        }
    )


FILES = {
    "a.trig": TRIG,
    "a.nq": _as(ox.RdfFormat.N_QUADS),
    "a.jsonld": _json_ld(),
    "engine.jsonld": _as(ox.RdfFormat.JSON_LD),
    "lines.jsonl": _json_ld() + "\n",
    "page.html": f'<html><script type="application/ld+json">{_json_ld()}</script></html>',
}


def answer(store: ox.Store, query: str = QUERY) -> list[list[str | None]]:
    return list(run(parse_query(query), store, {}).rows())


def _number(value: int) -> str:
    return f'"{value}"^^<http://www.w3.org/2001/XMLSchema#integer>'


ONCE = [[_number(1100), _number(1)]]


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("name", FILES)
def test_a_blank_node_is_one_node_in_all_graphs_of_a_file(
    name: str, packed: bool, tmp_path: Path
) -> None:
    path = tmp_path / f"{name}{'.gz' if packed else ''}"
    content = FILES[name].encode()
    path.write_bytes(gzip.compress(content) if packed else content)
    data = [str(path)]
    store = in_memory(PROJECT, data, vocabulary=False)
    assert answer(store) == ONCE
    assert len(store) == 4
    # What a server offers has everything in the default graph as well.
    served = in_memory(PROJECT, data, vocabulary=False, loading=SERVED)
    assert (answer(served), len(served)) == (ONCE, 6)
    assert fill(tmp_path / "store", PROJECT, data, vocabulary=False) == 6
    assert answer(open_on_disk(str(tmp_path / "store"))) == ONCE


def test_each_file_has_blank_nodes_of_its_own(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    for data in ([str(tmp_path)], [str(tmp_path / "*.*")], [str(tmp_path / n) for n in FILES]):
        store = in_memory(PROJECT, data, vocabulary=False)
        assert answer(store) == [[_number(1100 * len(FILES)), _number(len(FILES))]]


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.trig").write_text(TRIG)
    data = [str(tmp_path), str(tmp_path / "a.trig")]
    assert answer(in_memory(PROJECT, data, vocabulary=False)) == ONCE


def test_blank_nodes_of_json_lines_are_those_of_the_file(tmp_path: Path) -> None:
    line = {"@context": {"ex": "http://ex.example/"}, "@id": "_:x"}
    lines = [{**line, "ex:p": 1}, {**line, "ex:q": 2}]
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text("".join(json.dumps(line) + "\n" for line in lines))
    store = in_memory(PROJECT, [str(tmp_path)], vocabulary=False)
    query = "SELECT ?s { ?s <http://ex.example/p> 1 ; <http://ex.example/q> 2 }"
    assert len(answer(store, query)) == 2


def test_the_vocabulary_is_served_with_one_node_in_all_its_graphs() -> None:
    store = in_memory(PROJECT, graphs=True)
    query = "ASK { GRAPH ?g { ?s ?p ?o } FILTER NOT EXISTS { ?s ?p ?o } }"
    assert not store.query(query)
    assert len(in_memory(PROJECT)) == sum(
        1 for _ in store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    )


@pytest.mark.parametrize("name", ["a.trig", "a.jsonld", "a.nq"])
def test_standard_input_is_a_file_like_others(name: str, pa_onto: Run, tmp_path: Path) -> None:
    formats = {"trig": "trig", "jsonld": "json-ld", "nq": "n-quads"}
    format = formats[name.rpartition(".")[2]]
    result = pa_onto(
        *("query", "--no-vocabulary", "--data", "-", "--input-format", format, "-e", QUERY),
        stdin=FILES[name],
    )
    assert (result.returncode, result.stdout) == (0, "sum,named\n1100,1\n"), result.stderr
    store = tmp_path / "store"
    options = ("--no-vocabulary", "--store", store, "-", "--input-format", format)
    result = pa_onto("load", *options, stdin=FILES[name])
    assert (result.returncode, result.stderr) == (0, f"pa-onto: 6 statements are in {store}.\n")


def test_standard_input_needs_a_format(pa_onto: Run) -> None:
    result = pa_onto("query", "--data", "-", "-e", "ASK {}", stdin=TRIG)
    assert result.returncode == 2
    assert "--input-format" in result.stderr


def test_a_server_reads_what_is_packed(tmp_path: Path) -> None:
    (tmp_path / "a.trig.gz").write_bytes(gzip.compress(TRIG.encode()))
    with serving("--data", str(tmp_path / "a.trig.gz")) as server:
        reply = server.query(QUERY, accept="text/csv")
        assert reply.text.split() == ["sum,named", "1100,1"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_server_keeps_what_can_be_read_only_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(gzip.compress(TRIG.encode())))
    writer.start()
    with kept(("data.ttl", str(pipe))) as (other, copy):
        assert (other, Path(copy).name) == ("data.ttl", "pipe.gz")
        assert gzip.decompress(Path(copy).read_bytes()).decode() == TRIG
    writer.join()
    assert not Path(copy).exists()


FROM = """PREFIX ex: <http://ex.example/>
SELECT ?n FROM {} {{ ?s ex:name ?n }}"""


@pytest.mark.parametrize(
    "source",
    ["<http://ex.example/names>", "ex:names", "#\nex:names", "NAMED ex:x FROM ex:names"],
)
def test_from_names_graphs_that_are_loaded(source: str, tmp_path: Path) -> None:
    (tmp_path / "a.trig").write_text(TRIG + "ex:x { ex:x ex:y ex:z }")
    store = in_memory(PROJECT, [str(tmp_path)], vocabulary=False)
    assert answer(store, FROM.format(source)) == [['"Ann"']]
    constructed = f"PREFIX ex: <http://ex.example/> CONSTRUCT {{ ?s ?p ?o }} FROM {source} " + (
        "WHERE { ?s ?p ?o }"
    )
    assert run(parse_query(constructed), store, {}).serialize("n-triples").count(b"\n") == 2


@pytest.mark.parametrize(
    "query",
    [
        FROM.format("ex:other"),
        FROM.format("NAMED <http://ex.example/other>"),
        "PREFIX : <http://ex.example/other> SELECT * FROM : { ?s ?p ?o }",
        "PREFIX ex: <http://ex.example/> CONSTRUCT { ?s ?p ?o } FROM ex:other WHERE { ?s ?p ?o }",
        "BASE <http://ex.example/> ASK FROM <other> { ?s ?p ?o }",
        "SELECT * #\nFROM#\n<http://ex.example/other>{ ?s ?p ?o }",
    ],
)
def test_a_graph_that_is_not_loaded_is_not_taken_for_an_empty_one(
    query: str, tmp_path: Path
) -> None:
    (tmp_path / "a.trig").write_text(TRIG)
    store = in_memory(PROJECT, [str(tmp_path)], vocabulary=False)
    with pytest.raises(
        UsageError, match=r"other>, which is not loaded; there is <http://ex.example/names>"
    ):
        run(parse_query(query), store, {})


def test_named_graphs_are_asked_as_one_on_demand(tmp_path: Path, pa_onto: Run) -> None:
    (tmp_path / "a.trig").write_text(TRIG)
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    ask = ("query", "--no-vocabulary", "--data", tmp_path, "-e", query)
    assert pa_onto(*ask).stdout == "n\n2\n"
    assert pa_onto(*ask, "--union").stdout == "n\n4\n"


RELATIVE = {
    "a.ttl": "<#a> <p> <../b> .",
    "a.trig": "<g> { <#a> <p> <../b> }",
    "a.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:x="https://b.example/v/"><rdf:Description rdf:about="#a">'
    '<x:p rdf:resource="../b"/></rdf:Description></rdf:RDF>',
    "a.jsonld": '{"@context": {"@vocab": ""}, "@id": "#a", "p": {"@id": "../b"}}',
    "expanded.jsonld": '[{"@id": "#a", "https://b.example/v/p": [{"@id": "../b"}]}]',
}
_B = "<https://b.example/b>"
_BASE = "https://b.example/v/doc"


@pytest.mark.parametrize("name", RELATIVE)
def test_relative_iris_need_a_base(name: str, tmp_path: Path, pa_onto: Run) -> None:
    path = tmp_path / name
    path.write_text(RELATIVE[name])
    with pytest.raises(InputError, match="--base"):
        in_memory(PROJECT, [str(path)], vocabulary=False)
    loading = Loading(base=_BASE)
    (quad,) = in_memory(PROJECT, [str(path)], vocabulary=False, loading=loading)
    assert str(quad.subject) == f"<{_BASE}#a>"
    assert str(quad.object) == _B
    without = pa_onto("validate", path)
    assert without.returncode in (1, 2)
    assert "--base" in without.stderr + without.stdout
    # Nothing is wrong any more, but no shape looks at it either.
    assert "Nothing was checked" in pa_onto("validate", path, "--base", _BASE).stderr


def test_a_base_is_an_absolute_iri(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(RELATIVE["a.ttl"])
    with pytest.raises(UsageError, match="absolute IRI"):
        in_memory(PROJECT, [str(tmp_path)], loading=Loading(base="here"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ttl", '<http://e.example/x> <http://schema.org/name> "n" .'),
        ("a.nt", '<http://e.example/x> <http://schema.org/name> "n" .\n'),
        ("a.jsonld", '{"@id": "http://e.example/x", "http://schema.org/name": "n"}'),
    ],
)
def test_plain_rdf_is_kept_as_it_is_written(name: str, text: str, tmp_path: Path) -> None:
    """What has no type, and schema.org as others write it: no record, and yet a statement."""
    (tmp_path / name).write_text(text)
    (quad,) = in_memory(PROJECT, [str(tmp_path)], vocabulary=False)
    assert str(quad.triple) == '<http://e.example/x> <http://schema.org/name> "n"'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ttl", '<http://e.example/x> <http://e.example/p> "n"@ar--rtl .'),
        (
            "a.jsonld",
            '{"@id": "http://e.example/x", "http://e.example/p": '
            '{"@value": "n", "@language": "ar", "@direction": "rtl"}}',
        ),
    ],
)
def test_a_base_direction_is_refused_not_lost(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match="base direction"):
        in_memory(PROJECT, [str(tmp_path)], vocabulary=False)


def test_keys_that_mean_nothing_are_told(tmp_path: Path, pa_onto: Run) -> None:
    document = {"@context": {"p": "http://e.example/p"}, "p": 1, "q": 2, "r": {"p": 3}}
    path = tmp_path / "a.jsonld"
    path.write_text(json.dumps(document))
    result = pa_onto("query", "--no-vocabulary", "--data", path, "-e", "SELECT ?o { ?s ?p ?o }")
    assert (result.returncode, result.stdout) == (0, "o\n1\n")
    assert "was left out: q, r." in result.stderr
    # Records are read strictly: there it is a finding.
    assert "The key q is unknown" in pa_onto("validate", path).stdout


def test_everything_is_read_from_one_file_as_from_its_graphs(tmp_path: Path) -> None:
    """The engine's own reading of the same dataset, blank nodes and all."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.write_text(text)
        store = in_memory(PROJECT, [str(path)], vocabulary=False)
        assert canonical(store) == canonical(ox.parse(TRIG, format=ox.RdfFormat.TRIG)), name
