"""Clients that other people wrote ask the server."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from tests.conftest import PATIENCE
from tests.javascript import folder_of, missing
from tests.servers import Server, serving

LADDER = """
PREFIX pa: <https://w3id.org/pa-onto/ns#>
PREFIX title: <https://w3id.org/pa-onto/title/>
SELECT ?next { title:set-production-assistant pa:advancesTo ?next }
"""
NEXT = "https://w3id.org/pa-onto/title/second-assistant-director"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as started:
        yield started


def test_sparqlwrapper(server: Server) -> None:
    client = SPARQLWrapper(server.url + "/sparql")
    client.setQuery(LADDER)
    for format in (JSON, XML, CSV):
        client.setReturnFormat(format)
        result = client.query().convert()
        assert NEXT in (result.toxml() if format == XML else str(result))
    client.setMethod(POST)
    client.setReturnFormat(JSON)
    bindings = client.query().convert()["results"]["bindings"]
    assert [row["next"]["value"] for row in bindings] == [NEXT]
    client = SPARQLWrapper(server.url + "/sparql", returnFormat=TURTLE)
    client.setQuery(f"DESCRIBE <{NEXT}>")
    assert b"Second Assistant Director" in client.query().convert()
    client = SPARQLWrapper(server.url + "/sparql", returnFormat=JSON)
    client.setQuery("SELECT * {")
    with pytest.raises(QueryBadFormed):
        client.query()


def test_rdflib(server: Server) -> None:
    graph = rdflib.Graph(SPARQLStore(server.url + "/sparql"))
    assert [str(row[0]) for row in graph.query(LADDER)] == [NEXT]
    label = rdflib.URIRef("http://www.w3.org/2004/02/skos/core#prefLabel")
    assert list(graph.objects(rdflib.URIRef(NEXT), label)) == [
        rdflib.Literal("Second Assistant Director", lang="en")
    ]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl(server: Server) -> None:
    command = ["curl", "-sS", "--data-urlencode", "query=" + LADDER, server.url + "/sparql"]
    asked = subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE)
    assert json.loads(asked.stdout)["results"]["bindings"][0]["next"]["value"] == NEXT
    packed = subprocess.run(
        [*command, "--compressed"], capture_output=True, check=True, timeout=PATIENCE
    )
    assert packed.stdout == asked.stdout


@pytest.mark.long
def test_comunica(server: Server) -> None:
    """Comunica finds out by itself that this is an endpoint, from its service description."""
    command = _comunica()
    asked = subprocess.run(
        [*command, "sparql@" + server.url + "/sparql", LADDER, "-t", "application/json"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)[0]["next"] == NEXT


def _comunica() -> list[str]:
    if why := missing("clients"):
        pytest.skip(f"Comunica cannot be run: {why}")
    return [str(folder_of("clients") / "node_modules" / ".bin" / "comunica-sparql")]
