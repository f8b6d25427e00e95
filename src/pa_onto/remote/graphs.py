"""Look at a named graph in a store: how much it holds, and what."""

from __future__ import annotations

from typing import Final, NamedTuple

import pyoxigraph as ox

from ..errors import RemoteError
from .client import Client
from .endpoint import answer
from .exchange import Request
from .fingerprint import fingerprint, valued
from .presets import Services
from .results import GRAPH, read_graph

#: Graphs with no more statements are fetched and compared.
COMPARED: Final = 200_000


class Graph(NamedTuple):
    """What a store holds of a graph: the number of statements, and these unless there are many.

    ``number`` is None when the store cannot be asked, for the reason ``why``.
    """

    number: int | None
    text: bytes | None = None
    why: str = ""


class Likeness(NamedTuple):
    """Whether a graph is as expected, and how that was told."""

    same: bool
    how: str


def look(client: Client, services: Services, graph: ox.NamedNode) -> Graph:
    """Return what a store holds of a graph. Never raises RemoteError."""
    try:
        count: int | None = _count(client, services, graph)
    except RemoteError as error:
        count, why = None, str(error)
    else:
        why = ""
    if count == 0:
        return Graph(0, b"")
    if (count or 0) > COMPARED:
        return Graph(count, why=why)
    try:
        text = _text(client, services, graph)
    except RemoteError as error:
        return Graph(count, why=why or str(error))
    lines = text.count(b"\n")
    if count is None:
        return Graph(lines, text)
    # Some stores hand out no more than so many statements.
    return Graph(count, text if lines == count else None)


def compare(found: Graph, count: int, text: bytes | None) -> Likeness:
    """Compare what a store holds with what it should: by content when both are known.

    ``text`` is N-Triples of ``count`` different statements, None when there are too many.
    """
    if found.text is None or text is None:
        return Likeness(found.number == count, "counted")
    theirs, ours = fingerprint(found.text), fingerprint(text)
    if theirs is None or ours is None:
        return Likeness(found.number == count, "counted; comparing the blank nodes takes too long")
    if theirs == ours:
        return Likeness(True, "compared by canonical hash")
    same = fingerprint(valued(found.text)) == fingerprint(valued(text))
    return Likeness(same, "compared by canonical hash; the store writes some values in its own way")


def _count(client: Client, services: Services, graph: ox.NamedNode) -> int:
    query = f"SELECT (COUNT(*) AS ?count) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
    found = list(answer(client, services.query, query).rows())
    try:
        return int((found[0][0] or "").split('"')[1])
    except (IndexError, ValueError):
        raise RemoteError("Does not count.", file=services.query) from None


def _text(client: Client, services: Services, graph: ox.NamedNode) -> bytes:
    """Return a graph from the graph store, or by a query where there is none."""
    request = Request("GET", services.graph(graph.value), GRAPH)
    reply = client.send(request)
    if reply.status == 200:
        return _dumped(read_graph(reply))
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
    store = ox.Store()
    rows = answer(client, services.query, query).serialize("n-triples")
    store.load(rows, format=ox.RdfFormat.N_TRIPLES)
    return _dumped(store)


def _dumped(store: ox.Store) -> bytes:
    return store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph()) or b""
