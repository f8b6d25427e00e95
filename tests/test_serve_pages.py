"""Every IRI of the vocabulary over HTTP: the right document in the right format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from tests.conftest import ROOT
from tests.servers import Reply, Server, serving

BASE = "https://w3id.org/pa-onto/"
FORMATS = {
    "text/html": None,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": None,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving("-q") as started:
        yield started


def _followed(server: Server, path: str, accept: str) -> Reply:
    """Ask as a client does that follows one redirect."""
    reply = server.get(path, accept)
    assert reply.status == 303, (path, accept, reply.status)
    assert reply.headers["vary"].lower().startswith("accept")
    return server.get(reply.headers["location"], accept)


def test_every_iri_leads_to_a_page_and_to_statements_about_it(
    server: Server, published: ox.Store
) -> None:
    subjects = {quad.subject for quad in published.quads_for_pattern(None, None, None)}
    documents = {
        node.value.partition("#")[0].removeprefix(BASE)
        for node in subjects
        if isinstance(node, ox.NamedNode) and node.value.startswith(BASE)
    }
    assert len(documents) > 300
    for path in sorted(documents):
        page = _followed(server, "/" + path, "text/html")
        assert (page.status, page.media) == (200, "text/html"), path
        graph = _followed(server, "/" + path, "text/turtle")
        assert (graph.status, graph.media) == (200, "text/turtle"), path
        assert path.rpartition("/")[2] in graph.text


@pytest.mark.parametrize("media", FORMATS)
def test_a_concept_in_every_format(media: str, server: Server) -> None:
    reply = _followed(server, "/title/runner", media)
    assert (reply.status, reply.media) == (200, media)
    assert reply.headers["access-control-allow-origin"] == "*"
    assert re.search("title[/:]runner", reply.text)
    format = FORMATS[media]
    if format is not None:
        assert list(ox.parse(reply.body, format=format))


@pytest.mark.parametrize(
    ("accept", "ends"),
    [
        ("text/turtle;q=0.5, application/ld+json;q=0.9", ".jsonld"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', ".jsonld"),
        ("application/json", ".jsonld"),
        ("text/html;q=0, */*;q=0.1", ".ttl"),
        ("*/*", ".html"),
        (None, ".html"),
    ],
)
def test_the_client_decides_by_its_weights(accept: str | None, ends: str, server: Server) -> None:
    assert server.get("/title/runner", accept).headers["location"].endswith("runner" + ends)


def test_what_cannot_be_had_is_406_with_a_list(server: Server) -> None:
    reply = server.get("/title/runner", "image/png")
    assert reply.status == 406
    assert {"text/html", "text/turtle"} <= set(re.findall(r"[\w.+-]+/[\w.+-]+", reply.text))


def test_answers_are_tagged_dated_packed_and_asked_again(server: Server) -> None:
    first = server.get("/title/runner.html")
    assert first.headers["cache-control"] == "no-cache"
    tag, date = first.headers["etag"], first.headers["last-modified"]
    assert date.endswith(" 00:00:00 GMT")
    assert server.get("/title/runner.html", if_none_match=tag).status == 304
    assert server.get("/title/runner.html", if_none_match='"other"').status == 200
    assert server.get("/title/runner.html", if_modified_since=date).status == 304
    both = server.get("/title/runner.html", if_none_match='"other"', if_modified_since=date)
    assert both.status == 200
    packed = server.get("/title/runner.html", accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.body) < len(first.body) / 2
    assert server.get("/title/runner.html", accept_encoding="gzip;q=0").body == first.body
    with serving("-q") as other:
        assert other.get("/title/runner.html").headers["etag"] == tag


def test_methods(server: Server) -> None:
    head = server.ask("HEAD", "/title/runner.ttl")
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["content-length"]) == len(server.get("/title/runner.ttl").body)
    options = server.ask("OPTIONS", "/title/runner")
    assert (options.status, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    refused = server.ask("PUT", "/title/runner", "x")
    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml",
        "/title/../../pyproject.toml",
        "/%2e%2e/pyproject.toml",
        "/title/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/..%2fpyproject.toml",
        "//etc/passwd",
        "/title/runner.html%00",
        "/title/%ff",
    ],
)
def test_no_path_leads_out_of_the_folder(path: str, server: Server) -> None:
    reply = server.get(path, "text/html")
    assert reply.status in (303, 404)
    if reply.status == 303:
        assert server.get(reply.headers["location"], "text/html").status == 404
    assert "[project]" not in reply.text
    assert "root:" not in reply.text


def test_pages_may_run_nothing_of_others(server: Server) -> None:
    policy = server.get("/title/runner.html").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_project_without_pages_says_how_to_get_them(project: Path) -> None:
    (project / "dist" / "index.html").unlink(missing_ok=True)
    with serving("-q", cwd=project) as server:
        reply = server.get("/title/runner", "text/html")
        assert (reply.status, "pa-onto publish" in reply.text) == (404, True)
        assert server.query("ASK {}").status == 200


def test_the_pages_are_those_of_the_folder(server: Server) -> None:
    for name in ("title/runner.html", "ns.ttl", "pa-onto.nt", "context.jsonld"):
        assert server.get("/" + name).body == (ROOT / "dist" / name).read_bytes()
