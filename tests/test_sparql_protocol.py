"""The query part of the W3C tests of the SPARQL 1.1 Protocol, against the real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from tests.conftest import ROOT
from tests.servers import Reply, Server, serving

SUITE = ROOT.parent / "shared" / "w3c" / "sparql11-protocol"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"

_SOLUTIONS = {
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
}
_GRAPHS = {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"}


class Request(NamedTuple):
    """One request of a test, and what must come of it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: set[int]
    boolean: bool | None
    format: str | None


class ProtocolTest(NamedTuple):
    """A test of the suite: requests in order."""

    name: str
    requests: list[Request]

    @property
    def updates(self) -> bool:
        return "update" in self.name


def _manifest() -> list[ProtocolTest]:
    if not SUITE.is_dir():
        return []
    store = ox.Store()
    text = (SUITE / "manifest.ttl").read_text()
    store.load(text, format=ox.RdfFormat.TURTLE, base_iri="http://suite.example/")
    reader = _Reader(store)
    head = ox.NamedNode("http://suite.example/")
    return [reader.test(node) for node in reader.list(reader.one(head, MF + "entries"))]


class _Reader:
    """Reads the tests of a manifest."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store

    def all(self, node: Any, predicate: str) -> list[Any]:
        return [q.object for q in self.store.quads_for_pattern(node, ox.NamedNode(predicate), None)]

    def one(self, node: Any, predicate: str) -> Any:
        found = self.all(node, predicate)
        return found[0] if found else None

    def list(self, node: Any) -> Iterator[Any]:
        rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        while node is not None and node.value != rdf + "nil":
            yield self.one(node, rdf + "first")
            node = self.one(node, rdf + "rest")

    def test(self, node: Any) -> ProtocolTest:
        requests = self.list(self.one(self.one(node, MF + "action"), HT + "requests"))
        return ProtocolTest(node.value.rpartition("#")[2], [self.request(one) for one in requests])

    def request(self, node: Any) -> Request:
        headers = {
            self.one(field, HT + "fieldName").value: self.one(field, HT + "fieldValue").value
            for field in self.list(self.one(node, HT + "headers"))
        }
        content = self.one(node, HT + "body")
        body = None
        if content is not None:
            encoding = self.one(content, CNT + "characterEncoding")
            text = self.one(content, CNT + "chars").value
            body = text.encode(encoding.value if encoding else "utf-8")
        answer = self.one(node, HT + "resp")
        statuses = {
            hundred * 100
            for status in self.all(answer, MF + "expectedStatus")
            if (hundred := int(status.value[-3]))
        }
        boolean = self.one(answer, MF + "expectedBoolean")
        format = self.one(answer, MF + "expectedFormat")
        return Request(
            self.one(node, HT + "methodName").value,
            self.one(node, HT + "absolutePath").value,
            headers,
            body,
            statuses,
            None if boolean is None else boolean.value == "true",
            format.value if format else None,
        )


TESTS = _manifest()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the graphs of the suite under the names that the tests use."""
    if not SUITE.is_dir():
        pytest.skip("the W3C protocol tests are not beside the checkout")
    quads = tmp_path_factory.mktemp("suite") / "data.nq"
    # Five tests ask of a graph that the suite does not ship; any content will do.
    lines = ["<u:s> <u:p> <u:o> <http://kasei.us/2009/09/sparql/data/data0.rdf> .\n"]
    for number in (1, 2, 3):
        name = f"http://kasei.us/2009/09/sparql/data/data{number}.rdf"
        for line in (SUITE / f"data{number}.nt").read_text().splitlines():
            lines.append(f"{line.rstrip(' .')} <{name}> .\n")
    quads.write_text("".join(lines))
    with serving("--data", quads) as started:
        yield started


def test_the_suite_is_read() -> None:
    if not SUITE.is_dir():
        pytest.skip("the W3C protocol tests are not beside the checkout")
    assert len(TESTS) == 34
    assert sum(len(test.requests) for test in TESTS) == 39
    assert sum(not test.updates for test in TESTS) == 20


@pytest.mark.parametrize(
    "test", [test for test in TESTS if not test.updates], ids=lambda test: test.name
)
def test_queries_of_the_suite(test: ProtocolTest, server: Server) -> None:
    for request in test.requests:
        reply = _ask(server, request)
        assert reply.status // 100 * 100 in request.statuses, (request, reply)
        if request.boolean is not None:
            assert _boolean(reply) is request.boolean
        if request.format == "tabular":
            assert reply.media in _SOLUTIONS
        if request.format == "RDF":
            assert reply.media in _GRAPHS


@pytest.mark.parametrize("test", [test for test in TESTS if test.updates], ids=lambda t: t.name)
def test_updates_of_the_suite_are_refused(test: ProtocolTest, server: Server) -> None:
    """An endpoint that is read-only refuses them all, the good ones and the bad ones.

    The queries that look afterwards whether an update came through are left out.
    """
    updates = [request for request in test.requests if _is_update(request)]
    assert updates
    for request in updates:
        reply = _ask(server, request)
        assert 400 <= reply.status < 500, (request, reply)
        assert len(reply.text.strip().splitlines()) == 1
        assert server.query("ASK {}").status == 200


def _is_update(request: Request) -> bool:
    body = request.body or b""
    media = request.headers.get("content-type", "")
    return "update=" in request.path or b"update=" in body or "query" not in media


def _ask(server: Server, request: Request) -> Reply:
    path = request.path.replace("/sparql/", "/sparql", 1)
    return server.ask(request.method, path, request.body, request.headers)


def _boolean(reply: Reply) -> bool:
    if reply.media == "application/sparql-results+json":
        return bool(json.loads(reply.body)["boolean"])
    root = ElementTree.fromstring(reply.body)
    found = root.find("{http://www.w3.org/2005/sparql-results#}boolean")
    assert found is not None
    return found.text == "true"
