"""Graphs pushed into stores: real ones, and one whose faults are chosen."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import Request as UrlRequest
from urllib.request import urlopen

import pyoxigraph as ox
import pytest

from pa_onto.canonical import canonical_quads, to_ntriples
from pa_onto.errors import InputError, RemoteError, UsageError
from pa_onto.project import find_project
from pa_onto.reading import Readers, read_ntriples
from pa_onto.remote import PRESETS, Settings, ask, push
from pa_onto.remote import updates as updates_module
from pa_onto.remote.fingerprint import fingerprint, valued
from pa_onto.remote.presets import kind_of_server, kind_of_url, services
from tests.conftest import COMMAND, PATIENCE, ROOT, Run
from tests.stores import (
    VIRTUOSO,
    VIRTUOSO_PASSWORD,
    Asked,
    Scripted,
    oxigraph,
    reply,
    virtuoso,
)

PROJECT = find_project(ROOT)
GRAPH = "https://w3id.org/pa-onto/"
CREW = str(ROOT / "data" / "crew.jsonld")
QUICK = Settings(timeout=PATIENCE, retries=0)
N_TRIPLES = ox.RdfFormat.N_TRIPLES
OLD = "<x:old> <x:p> 1, 2, 3 ."

#: Statements that a store must give back as they are, blank nodes apart.
AWKWARD = r"""
<x:a> <x:p> "\\u0022 } } ; DROP ALL ; INSERT DATA { GRAPH <x:g> { <x:a> <x:p> \\u0022" .
<x:a> <x:p> "line\nfeed \"quoted\" \\ back é 日本 🎬 ''' \"\"\"" .
<x:a> <x:p> "colour"@en-GB .
<x:a> <x:p> _:b1 .
_:b1 <x:q> _:b2 .
_:b2 <x:q> _:b1 .
_:b2 <x:r> "2026-01-12"^^<http://www.w3.org/2001/XMLSchema#date> .
<x:a> <x:p> "<< { # }" .
"""


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("PA_ONTO_USER", "PA_ONTO_PASSWORD", "PA_ONTO_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "no-netrc"))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph(tmp_path_factory.mktemp("store")) as url:
        yield url


def _canonical(text: bytes | str) -> bytes:
    return to_ntriples(canonical_quads(ox.parse(text, format=N_TRIPLES)))


def _held(store: str, graph: str) -> bytes:
    """Return what a store holds, asked without the code under test."""
    request = UrlRequest(f"{store}?graph={graph}", headers={"Accept": "application/n-triples"})
    with urlopen(request, timeout=PATIENCE) as answer:
        return bytes(answer.read())


def _file(folder: Path, text: str, name: str = "data.nt") -> str:
    (folder / name).write_text(text)
    return str(folder / name)


# A store that runs.


def test_the_vocabulary_goes_into_the_graph_of_its_name(store: str, pa_onto: Run) -> None:
    published = (ROOT / "dist" / "pa-onto.nt").read_bytes()
    count = published.count(b"\n")
    planned = pa_onto("push", store, "--dry-run")
    assert planned.returncode == 0, planned.stderr
    assert planned.stdout.splitlines() == [
        f"would push  {count} statements",
        "by          PUT",
        f"to          {store}/store (oxigraph)",
        f"graph       {GRAPH}",
        "before      0 statements",
    ]
    with pytest.raises(OSError, match="404"):
        _held(f"{store}/store", GRAPH)
    done = pa_onto("push", store)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-2:] == [
        "before      0 statements",
        f"now         {count} statements, compared by canonical hash",
    ]
    assert _canonical(_held(f"{store}/store", GRAPH)) == _canonical(published)


def test_files_replace_what_was_there_or_come_beside_it(
    store: str, pa_onto: Run, tmp_path: Path
) -> None:
    graph = "https://hr.example.com/crew"
    _file(tmp_path, "<x:a> <x:p> 1 .", "old.ttl")
    arguments = [f"{store}/", "--graph", graph, "--format", "json"]
    pa_onto("push", *arguments, "--data", tmp_path / "old.ttl")
    told = json.loads(pa_onto("push", *arguments, "--data", CREW).stdout)
    crew = read_ntriples([CREW], Readers(PROJECT.context, PROJECT.record_schema))
    assert (told["before"], told["now"]) == (1, told["statements"])
    assert told["verified"] == "compared by canonical hash"
    assert _canonical(_held(f"{store}/store", graph)) == _canonical(crew)
    told = json.loads(pa_onto("push", *arguments, "--add", "--data", tmp_path / "old.ttl").stdout)
    assert (told["method"], told["now"]) == ("POST", told["before"] + 1)
    assert told["verified"] == "compared by canonical hash"
    more = _canonical(crew + '<x:a> <x:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n')
    assert _canonical(_held(f"{store}/store", graph)) == more
    asked = pa_onto(
        "query", "-e", "SELECT (COUNT(*) AS ?n) { ?x a pa:Position }",
        "--endpoint", f"{store}/query", "--graph", graph,
    )  # fmt: skip
    assert int(asked.stdout.split()[1]) > 20


def test_awkward_statements_arrive_as_they_are(store: str, tmp_path: Path) -> None:
    file = _file(tmp_path, AWKWARD)
    for name in ("by-graph-store", "by-update"):
        # An URL without a graph store makes it go by SPARQL Update.
        url = f"{store}/store" if name == "by-graph-store" else f"{store}/nothing"
        pushed = push(
            url, graph=f"x:{name}", data=[file], settings=QUICK,
            kind=None if name == "by-graph-store" else "generic",
            query=f"{store}/query", update=f"{store}/update",
        )  # fmt: skip
        assert pushed.method == ("PUT" if name == "by-graph-store" else "SPARQL Update")
        assert pushed.verified == "compared by canonical hash"
        assert _canonical(_held(f"{store}/store", f"x:{name}")) == _canonical(AWKWARD)
    graphs = ask(f"{store}/query", "SELECT ?g { GRAPH ?g {} FILTER(STRSTARTS(STR(?g), 'urn:')) }")
    assert list(graphs.rows()) == []


def test_updates_go_in_batches_and_replace_or_add(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates_module, "_BATCH", 2000)
    lines = "".join(f'<x:{number}> <x:p> "{number}" .\n' for number in range(1000))
    options = {
        "graph": "x:batches", "kind": "generic", "query": f"{store}/query",
        "update": f"{store}/update", "settings": QUICK,
    }  # fmt: skip
    first = push(f"{store}/nothing", data=[_file(tmp_path, OLD, "old.ttl")], **options)
    assert (first.before, first.now) == (0, 3)
    second = push(f"{store}/nothing", data=[_file(tmp_path, lines)], **options)
    assert (second.before, second.now) == (3, 1000)
    third = push(f"{store}/nothing", add=True, data=[_file(tmp_path, OLD, "old.ttl")], **options)
    assert (third.before, third.now) == (1000, 1003)
    assert _held(f"{store}/store", "x:batches").count(b"\n") == 1003


def test_what_cannot_be_pushed_is_said_before_anything_is_sent(
    store: str, pa_onto: Run, tmp_path: Path
) -> None:
    _file(tmp_path, "", "empty.nt")
    _file(tmp_path, "<x:a> <x:p>", "broken.nt")
    with Scripted(lambda asked, connection: reply(204)) as server:
        for arguments, word in (
            (["--data", CREW], "--graph"),
            (["--graph", "no iri"], "no IRI"),
            (["--graph", "x:g> } ; DROP ALL", "--data", CREW], "no IRI"),
            (["--graph", "x:g", "--data", tmp_path / "empty.nt"], "no statement"),
            (["--graph", "x:g", "--data", tmp_path / "broken.nt"], "broken.nt:"),
            (["--graph", "x:g", "--data", tmp_path / "missing.nt"], "missing.nt"),
        ):
            result = pa_onto("push", server.url, *arguments)
            assert (result.returncode, result.stdout) == (2, "")
            assert word in result.stderr
        assert {asked.method for asked in server.asked} <= {"HEAD"}
    result = pa_onto("push")
    assert result.returncode == 2
    assert "Name the URL" in result.stderr


def test_the_list_shows_every_kind(pa_onto: Run) -> None:
    lines = pa_onto("push", "--list").stdout.splitlines()
    assert [line.split()[0] for line in lines[2:]] == list(PRESETS)
    docs = (ROOT / "docs" / "remote-stores.md").read_text()
    for preset in PRESETS.values():
        for path in filter(None, (preset.store, preset.query, preset.update, preset.open_store)):
            assert f"/{path}" in docs, path


@pytest.mark.parametrize(
    ("url", "kind", "paths"),
    [
        ("http://a:3030/ds", "fuseki", ("/ds/data", "/ds/query", "/ds/update")),
        ("http://a:3030/ds/data", "fuseki", ("/ds/data", "/ds/query", "/ds/update")),
        ("http://a:7878/", "oxigraph", ("/store", "/query", "/update")),
        ("http://a:7878/store", "oxigraph", ("/store", "/query", "/update")),
        ("http://a/repositories/r", "graphdb",
         ("/repositories/r/rdf-graphs/service", "/repositories/r", "/repositories/r/statements")),
        ("http://a/x/repositories/r/statements", "graphdb",
         ("/x/repositories/r/rdf-graphs/service", "/x/repositories/r",
          "/x/repositories/r/statements")),
        ("http://a:8890", "virtuoso", ("/sparql-graph-crud-auth", "/sparql-auth", "/sparql-auth")),
        ("http://a:8890/sparql", "virtuoso",
         ("/sparql-graph-crud-auth", "/sparql-auth", "/sparql-auth")),
        ("https://a:8182", "neptune", ("/sparql/gsp/", "/sparql", "/sparql")),
        ("https://a:8182/sparql", "neptune", ("/sparql/gsp/", "/sparql", "/sparql")),
        ("http://a:7001/", "qlever", ("/", "/", "/")),
        ("http://a/any?b=c", "generic", ("/any?b=c", "/any?b=c", "/any?b=c")),
    ],
)  # fmt: skip
def test_where_the_services_are(url: str, kind: str, paths: tuple[str, str, str]) -> None:
    found = services(url, kind)
    host = re.match(r"https?://[^/]*", url)[0]  # type: ignore[index]
    assert (found.store, found.query, found.update) == tuple(host + path for path in paths)
    mark = "&" if "?" in url else "?"
    assert found.graph("x:é&b") == f"{found.store}{mark}graph=x%3A%C3%A9%26b"


def test_without_credentials_the_open_services_are_asked() -> None:
    found = services("http://a:8890", "virtuoso", known=False)
    assert (found.store, found.query) == ("http://a:8890/sparql-graph-crud", "http://a:8890/sparql")


def test_kinds_are_told() -> None:
    assert kind_of_url("https://x.cluster-1.eu-west-1.neptune.amazonaws.com:8182/") == "neptune"
    assert kind_of_url("https://neptune.amazonaws.com.example.org/") is None
    assert kind_of_url("http://a/repositories/r") == "graphdb"
    assert kind_of_url("http://a/sparql") is None
    assert kind_of_server("Virtuoso/07.20.3229 (Linux) x86_64-pc-linux-gnu") == "virtuoso"
    assert kind_of_server("Apache Jena Fuseki (5.2.0)") == "fuseki"
    assert kind_of_server("nginx") is None


# A store whose faults are chosen.


class Faulty:
    """A store in memory: graph store at ``/``, queries and updates too, and chosen faults.

    ``fault`` sees each request first: bytes are the answer to it, None lets it through.
    """

    def __init__(
        self,
        fault: Callable[[Asked, Faulty], bytes | None] = lambda asked, store: None,
        *,
        graph_store: bool = True,
        rewrite: Callable[[bytes], bytes] = lambda text: text,
    ) -> None:
        self.store = ox.Store()
        self._fault = fault
        self._graph_store = graph_store
        self._rewrite = rewrite
        self._lock = threading.Lock()
        self.store.load(OLD, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("x:g"))

    def __call__(self, asked: Asked, connection: socket.socket) -> bytes | None:
        with self._lock:
            answer = self._fault(asked, self)
            if answer is not None:
                return answer or None
            if asked.graph is not None:
                return self._crud(asked) if self._graph_store else reply(405)
            return self._sparql(asked)

    def held(self, graph: str = "x:g") -> bytes:
        name = ox.NamedNode(graph)
        return self.store.dump(format=N_TRIPLES, from_graph=name) or b""

    def fill(self, graph: str, text: bytes) -> None:
        self.store.load(text, format=N_TRIPLES, to_graph=ox.NamedNode(graph))

    def graphs(self) -> set[str]:
        return {str(name) for name in self.store.named_graphs()}

    def _crud(self, asked: Asked) -> bytes:
        graph = asked.graph or ""
        if asked.method == "GET":
            held = self.held(graph)
            return reply(200, held, "application/n-triples") if held else reply(404)
        if asked.method == "PUT":
            self.store.clear_graph(ox.NamedNode(graph))
        self.fill(graph, self._rewrite(asked.body))
        return reply(204)

    def _sparql(self, asked: Asked) -> bytes:
        if asked.headers.get("content-type") == "application/sparql-update":
            self.store.update(asked.body.decode())
            return reply(204)
        if "query" not in asked.form:
            return reply(200)
        results = self.store.query(asked.form["query"][0])
        if isinstance(results, ox.QueryTriples):
            body = results.serialize(format=N_TRIPLES)
            return reply(200, body or b"", "application/n-triples")
        body = results.serialize(format=ox.QueryResultsFormat.JSON)
        return reply(200, body or b"", "application/sparql-results+json")


def _on(
    method: str, answer: bytes, effect: Callable[[Asked, Faulty], object] = lambda a, s: None
) -> Callable[[Asked, Faulty], bytes | None]:
    """Return a fault: an effect on the store and an answer to requests of a method for x:g."""

    def fault(asked: Asked, store: Faulty) -> bytes | None:
        if (asked.method, asked.graph) != (method, "x:g"):
            return None
        effect(asked, store)
        return answer

    return fault


def _half(asked: Asked, store: Faulty) -> None:
    lines = asked.body.splitlines(keepends=True)
    store.store.clear_graph(ox.NamedNode("x:g"))
    store.fill("x:g", b"".join(lines[: len(lines) // 2]))


def _all(asked: Asked, store: Faulty) -> None:
    store.store.clear_graph(ox.NamedNode("x:g"))
    store.fill("x:g", asked.body)


def _nothing(asked: Asked, store: Faulty) -> None:
    store.store.clear_graph(ox.NamedNode("x:g"))


_IS = "The graph is what it was: 3 statements."
_NEITHER = "neither the old one nor the new one: it holds 4 statements, had 3, and should have 8."


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (_on("PUT", reply(500, "out of luck")), f"HTTP 500: out of luck. {_IS}"),
        (_on("PUT", reply(507)), f"HTTP 507. {_IS} The store has no room left."),
        (_on("PUT", reply(500), _half), f"HTTP 500. The graph is {_NEITHER}"),
        (_on("PUT", b"", _half), f"ended before the answer did. The graph is {_NEITHER}"),
        (_on("PUT", b""), f"ended before the answer did. {_IS}"),
        (_on("PUT", reply(500), _all), "holds what it should all the same: 8 statements."),
        (_on("PUT", reply(500), _nothing), "The graph is empty now; it had 3 statements."),
        (_on("PUT", reply(204), _half), f"holds something else. The graph is {_NEITHER}"),
        (_on("PUT", reply(204)), f"took everything and holds something else. {_IS}"),
        (_on("PUT", reply(302, Location="/x")), f"Redirected to URL/x. {_IS}"),
        (_on("PUT", reply(401)), f"HTTP 401. {_IS} Set PA_ONTO_USER"),
    ],
)  # fmt: skip
def test_a_failed_push_says_what_the_graph_holds(
    fault: Callable[[Asked, Faulty], bytes | None], words: str, pa_onto: Run, tmp_path: Path
) -> None:
    with Scripted(Faulty(fault)) as server:
        file = _file(tmp_path, AWKWARD)
        arguments = ["--graph", "x:g", "--data", file, "--retries", "0"]
        result = pa_onto("push", server.url, *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert words.replace("URL", server.url) in result.stderr


def test_nothing_known_is_said_to_be_unknown(tmp_path: Path) -> None:
    def fault(asked: Asked, store: Faulty) -> bytes:
        return reply(500)

    with Scripted(Faulty(fault)) as server, pytest.raises(RemoteError) as caught:
        push(server.url, graph="x:g", data=[_file(tmp_path, AWKWARD)], settings=QUICK)
    assert "HTTP 500. What the graph holds now is unknown." in str(caught.value)


def test_a_store_that_cannot_be_asked_is_not_verified(pa_onto: Run, tmp_path: Path) -> None:
    def fault(asked: Asked, store: Faulty) -> bytes | None:
        return None if asked.method in ("PUT", "HEAD") else reply(403, "write only")

    arguments = ["--graph", "x:g", "--data", _file(tmp_path, AWKWARD)]
    with Scripted(Faulty(fault)) as server:
        result = pa_onto("push", server.url, *arguments)
        assert result.returncode == 0
        assert "Not verified, the store cannot be asked:" in result.stderr
        assert "now         not looked at" in result.stdout
        planned = pa_onto("push", server.url, *arguments, "--dry-run")
        assert planned.returncode == 2
        assert "HTTP 403: write only" in planned.stderr
    with Scripted(Faulty()) as server:
        unseen = pa_onto("push", server.url, *arguments, "--no-verify")
        assert unseen.returncode == 0
        assert [asked.method for asked in server.asked] == ["HEAD", "PUT"]


def test_stores_that_keep_values_are_told(tmp_path: Path) -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    text = f'<x:a> <x:p> "007"^^<{xsd}integer>, "1.50"^^<{xsd}decimal>, "1"^^<{xsd}boolean> .'
    with Scripted(Faulty(rewrite=valued)) as server:
        file = _file(tmp_path, text, "data.ttl")
        pushed = push(server.url, graph="x:g", data=[file], settings=QUICK)
    assert pushed.verified.endswith("the store writes some values in its own way")

    def other(text: bytes) -> bytes:
        return text.replace(b'"007"', b'"8"')

    with (
        Scripted(Faulty(rewrite=other)) as server,
        pytest.raises(RemoteError, match="holds something else"),
    ):
        push(server.url, graph="x:g", data=[file], settings=QUICK)


def test_large_graphs_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("graphs", "push"):
        monkeypatch.setattr(sys.modules[f"pa_onto.remote.{module}"], "COMPARED", 5)
    file = _file(tmp_path, AWKWARD)
    with Scripted(Faulty()) as server:
        assert push(server.url, graph="x:g", data=[file], settings=QUICK).verified == "counted"
        pushed = push(server.url, graph="x:g", data=[file], add=True, settings=QUICK)
        assert (pushed.before, pushed.now, pushed.verified) == (8, 12, "counted")
    with (
        Scripted(Faulty(_on("PUT", reply(204), _half))) as server,
        pytest.raises(RemoteError, match="holds 4 statements"),
    ):
        push(server.url, graph="x:g", data=[file], settings=QUICK)


def test_statements_that_come_twice_count_once(tmp_path: Path) -> None:
    file = _file(tmp_path, "<x:a> <x:p> <x:b> .\n" * 3 + "<x:a> <x:p> <x:c> .\n")
    with Scripted(Faulty()) as server:
        pushed = push(server.url, graph="x:g", data=[file, file], settings=QUICK)
    assert (pushed.statements, pushed.now) == (2, 2)


@pytest.mark.parametrize(
    ("text", "add", "attempts"),
    [
        (AWKWARD, False, 3),
        ("<x:a> <x:p> 1 .", True, 3),
        # Sent again, blank nodes would be there twice.
        (AWKWARD, True, 1),
    ],
)
def test_what_cannot_be_repeated_is_not(
    text: str, add: bool, attempts: int, tmp_path: Path
) -> None:
    method = "POST" if add else "PUT"
    settings = QUICK._replace(retries=2)
    with Scripted(Faulty(_on(method, reply(503)))) as server:
        with pytest.raises(RemoteError, match="HTTP 503"):
            push(
                server.url, graph="x:g", data=[_file(tmp_path, text, "data.ttl")],
                add=add, settings=settings,
            )  # fmt: skip
        writes = [asked for asked in server.asked if asked.graph and asked.method == method]
        assert len(writes) == attempts


# Stores without the Graph Store Protocol.


def _update(pattern: str, answer: bytes) -> Callable[[Asked, Faulty], bytes | None]:
    def fault(asked: Asked, store: Faulty) -> bytes | None:
        update = asked.headers.get("content-type") == "application/sparql-update"
        return answer if update and re.match(pattern.encode(), asked.body) else None

    return fault


def test_the_old_graph_stays_until_the_end(tmp_path: Path) -> None:
    seen = []

    def fault(asked: Asked, store: Faulty) -> bytes | None:
        if asked.body.startswith(b"MOVE"):
            seen.append((store.held(), len(store.graphs())))
        return None

    store = Faulty(fault, graph_store=False)
    before = store.held()
    with Scripted(store) as server:
        pushed = push(server.url, graph="x:g", data=[_file(tmp_path, AWKWARD)], settings=QUICK)
    assert (pushed.method, pushed.verified) == ("SPARQL Update", "compared by canonical hash")
    assert seen == [(before, 2)]
    assert _canonical(store.held()) == _canonical(AWKWARD)
    assert store.graphs() == {"<x:g>"}


@pytest.mark.parametrize(
    ("pattern", "answer", "words"),
    [
        ("INSERT", reply(400, "no updates here"), "By SPARQL Update: HTTP 400: no updates here."),
        ("INSERT", b"", "By SPARQL Update: The connection ended before the answer did."),
        ("INSERT", reply(204), "Of what was sent, not everything arrived."),
        ("MOVE", reply(500), "By SPARQL Update: HTTP 500."),
    ],
)
def test_failed_updates_leave_the_old_graph_and_no_other(
    pattern: str, answer: bytes, words: str, tmp_path: Path
) -> None:
    store = Faulty(_update(pattern, answer), graph_store=False)
    before = store.held()
    with Scripted(store) as server, pytest.raises(RemoteError) as caught:
        push(server.url, graph="x:g", data=[_file(tmp_path, AWKWARD)], settings=QUICK)
    assert "No graph store (HTTP 405.)" in str(caught.value)
    assert words in str(caught.value)
    assert _IS in str(caught.value)
    assert store.held() == before
    assert store.graphs() == {"<x:g>"}


def test_what_was_refused_at_once_leaves_nothing(tmp_path: Path) -> None:
    store = Faulty(_update("", reply(403, "read-only")), graph_store=False)
    with Scripted(store) as server, pytest.raises(RemoteError) as caught:
        push(server.url, graph="x:g", data=[_file(tmp_path, AWKWARD)], settings=QUICK)
    assert f"By SPARQL Update: HTTP 403: read-only. {_IS}" in str(caught.value)


def test_a_graph_that_is_left_over_is_named(tmp_path: Path) -> None:
    store = Faulty(_update("MOVE|DROP", reply(500)), graph_store=False)
    with Scripted(store) as server, pytest.raises(RemoteError) as caught:
        push(server.url, graph="x:g", data=[_file(tmp_path, AWKWARD)], settings=QUICK)
    (left,) = store.graphs() - {"<x:g>"}
    assert f"The graph {left[1:-1]} may be left over. {_IS}" in str(caught.value)


def test_too_many_blank_nodes_for_one_update_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates_module, "_BLANK", 50)
    store = Faulty(graph_store=False)
    before = store.held()
    with Scripted(store) as server, pytest.raises(UsageError, match="have blank nodes"):
        push(server.url, graph="x:g", data=[_file(tmp_path, AWKWARD)], settings=QUICK)
    assert (store.held(), store.graphs()) == (before, {"<x:g>"})


def test_ctrl_c_says_what_is_left(tmp_path: Path) -> None:
    put = threading.Event()
    over = threading.Event()

    def fault(asked: Asked, store: Faulty) -> bytes | None:
        return None

    store = Faulty(fault)

    def script(asked: Asked, connection: socket.socket) -> bytes | None:
        if asked.method != "PUT":
            return store(asked, connection)
        put.set()
        over.wait(60)
        return None

    with Scripted(script) as server:
        process = subprocess.Popen(
            [COMMAND, "push", server.url, "--graph", "x:g", "--data", _file(tmp_path, AWKWARD)],
            stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path,
        )  # fmt: skip
        try:
            assert put.wait(60)
            process.send_signal(signal.SIGINT)
            out, error = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
            over.set()
    assert (process.returncode, out) == (2, "")
    assert f"Interrupted. {_IS}" in error


# Comparing.


def test_fingerprints_do_not_see_names_of_blank_nodes_nor_order() -> None:
    one = b"<x:a> <x:p> _:a .\n_:a <x:q> _:b .\n<x:a> <x:p> <x:b> .\n"
    two = b"<x:a> <x:p> <x:b> .\n_:z <x:q> _:a .\n<x:a> <x:p> _:z .\n<x:a> <x:p> <x:b> .\n"
    assert fingerprint(one) == fingerprint(two)
    assert fingerprint(one) != fingerprint(one.replace(b"_:b", b"_:a"))
    assert fingerprint(one.replace(b"_:", b"x:")) is not None


def test_graphs_that_take_forever_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pa_onto.remote.fingerprint._PATIENCE", 1.0)
    nodes = range(14)
    text = "".join(f"_:{a}a <x:p> _:{b}a .\n" for a in nodes for b in nodes if a != b)
    assert fingerprint(text.encode()) is None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ('"007"^^<xsd:integer>', '"+7"^^<xsd:integer>'),
        ('"1.50"^^<xsd:decimal>', '"1.5"^^<xsd:decimal>'),
        ('"100"^^<xsd:decimal>', '"100.0"^^<xsd:decimal>'),
        ('"1"^^<xsd:boolean>', '"true"^^<xsd:boolean>'),
        ('"1e3"^^<xsd:double>', '"1000"^^<xsd:double>'),
        ('"2026-01-12T10:00:00Z"^^<xsd:dateTime>', '"2026-01-12T11:00:00+01:00"^^<xsd:dateTime>'),
        ('"x"@en-GB', '"x"@en-gb'),
    ],
)
def test_values_are_compared_as_values(one: str, two: str) -> None:
    def graph(term: str) -> bytes:
        term = term.replace("xsd:", "http://www.w3.org/2001/XMLSchema#")
        return f"<x:a> <x:p> {term} .\n".encode()

    assert valued(graph(one)) == valued(graph(two))
    assert valued(graph('"7"')) != valued(graph('"07"'))
    for odd in ('"x"^^<xsd:integer>', '"NaN"^^<xsd:integer>', '"x"^^<xsd:dateTime>', '"1"^^<x:y>'):
        assert valued(graph(odd)) == graph(odd)


def test_the_errors_are_those_of_the_family() -> None:
    with pytest.raises(InputError):
        push("http://127.0.0.1:9/", graph="x:g", data=["nothing-here.nt"], kind="generic")


# Virtuoso, where it is installed.


@pytest.fixture(scope="module")
def other_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if VIRTUOSO is None:
        pytest.skip("virtuoso-t is not installed: nothing was pushed into Virtuoso")
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as url:
        yield url


def test_virtuoso_takes_and_answers(other_store: str, pa_onto: Run, tmp_path: Path) -> None:
    env = {"PA_ONTO_USER": "dba", "PA_ONTO_PASSWORD": VIRTUOSO_PASSWORD}
    pushed = pa_onto("push", other_store, env=env)
    assert pushed.returncode == 0, pushed.stderr
    assert f"{other_store}/sparql-graph-crud-auth (virtuoso)" in pushed.stdout
    assert "statements, compared by canonical hash\n" in pushed.stdout
    graph = "https://hr.example.com/crew"
    arguments = ["push", other_store, "--graph", graph, "--data"]
    assert pa_onto(*arguments, CREW, env=env).returncode == 0
    added = pa_onto(*arguments, _file(tmp_path, OLD, "old.ttl"), "--add", env=env)
    assert added.returncode == 0, added.stderr
    awkward = pa_onto(*arguments, _file(tmp_path, AWKWARD), env=env)
    assert awkward.returncode == 0, awkward.stderr
    assert "now         8 statements, compared by canonical hash" in awkward.stdout
    for name in ("titles-at-level", "is-known-title", "title-graph"):
        here = pa_onto("query", name)
        there = pa_onto("query", name, "--endpoint", f"{other_store}/sparql", "--graph", GRAPH)
        assert (there.returncode, there.stdout) == (0, here.stdout)
    guarded = ["query", "ladder", "--endpoint", f"{other_store}/sparql-auth", "--graph", GRAPH]
    assert pa_onto(*guarded, env=env).stdout == pa_onto("query", "ladder").stdout


def test_virtuoso_takes_updates(
    other_store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PA_ONTO_USER", "dba")
    monkeypatch.setenv("PA_ONTO_PASSWORD", VIRTUOSO_PASSWORD)
    text = "".join(line for line in AWKWARD.splitlines(keepends=True) if "_:" not in line)
    pushed = push(
        f"{other_store}/nothing-there", graph="x:g", data=[_file(tmp_path, text)],
        kind="virtuoso", query=f"{other_store}/sparql-auth", update=f"{other_store}/sparql-auth",
        settings=QUICK,
    )  # fmt: skip
    assert (pushed.method, pushed.now) == ("SPARQL Update", 4)


def test_virtuoso_refuses_strangers(other_store: str, pa_onto: Run, tmp_path: Path) -> None:
    arguments = [
        "push",
        other_store,
        "--graph",
        "x:strange",
        "--data",
        _file(tmp_path, OLD, "o.ttl"),
    ]
    without = pa_onto(*arguments)
    assert without.returncode == 2
    assert "HTTP 403" in without.stderr
    assert "The graph is what it was: 0 statements." in without.stderr
    wrong = pa_onto(*arguments, env={"PA_ONTO_USER": "dba", "PA_ONTO_PASSWORD": "wrong"})
    assert wrong.returncode == 2
    assert "HTTP 401" in wrong.stderr
