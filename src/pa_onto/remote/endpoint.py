"""Ask a SPARQL endpoint (SPARQL 1.1 Protocol, section 2.1)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from ..arguments import PathLike, as_instance, as_mapping, as_text, as_texts
from ..project import Project, project_given
from ..queries import Answer, StoredQuery, bindings, parse_query
from ..stores import in_memory
from .client import Client, Settings
from .exchange import Body, Request
from .parameters import bind, form_of
from .presets import PRESETS, kind_of_url
from .results import GRAPH, ROWS, graph_answer, read_graph, read_rows
from .urls import check_url


def ask(
    url: str,
    query: str | StoredQuery,
    *,
    parameters: Mapping[str, str] | None = None,
    graphs: str | Iterable[str] = (),
    project: Project | PathLike | None = None,
    settings: Settings | None = None,
) -> Answer:
    """Answer a query at an endpoint, its parameters bound to terms.

    ``graphs`` names those that make the default graph (SPARQL 1.1 Protocol, section 2.1.4);
    without them it is for the endpoint to choose. Codes given for parameters are looked up in
    the vocabulary of the project. Raises RemoteError for an endpoint that fails or answers what
    is no result, UsageError for a URL or a parameter that cannot be used.
    """
    if not isinstance(query, StoredQuery):
        query = parse_query(as_text(query, "query"))
    stored, given = query, as_mapping(parameters, "parameters")
    graphs = as_texts(graphs, "graphs")
    settings = as_instance(Settings() if settings is None else settings, "settings", Settings)
    terms = {}
    if stored.parameters or given:
        store = in_memory(project_given(project))
        terms = {name.value: term for name, term in bindings(stored, given, store)}
    check_url(as_text(url, "url"))
    kind = kind_of_url(url)
    client = Client(url, settings, digest=kind is not None and PRESETS[kind].digest)
    return answer(client, url, bind(stored.text, terms), graphs)


def answer(client: Client, url: str, text: str, graphs: Iterable[str] = ()) -> Answer:
    """Send a query as a form by POST, which no cache and no log keeps, and read the answer."""
    form = form_of(text)
    graph = form in ("CONSTRUCT", "DESCRIBE")
    content = urlencode(
        [("query", text), *(("default-graph-uri", name) for name in graphs)],
        errors="backslashreplace",
    ).encode()
    body = Body(io.BytesIO(content), len(content), "application/x-www-form-urlencoded")
    reply = client.asked(Request("POST", url, GRAPH if graph else ROWS, body))
    return graph_answer(read_graph(reply)) if graph else read_rows(reply, yes_or_no=form == "ASK")
