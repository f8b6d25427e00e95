"""SPARQL 1.1 Protocol over ASGI: queries by GET and POST, nothing that changes anything."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from ...errors import InputError
from ...negotiation import preferred
from ...reading.clauses import named_in
from ...reading.federation import calls_service
from ...reading.guards import check_nesting
from ..responses import RefusedError, Scope, header
from ..workers.limits import Limits
from .questions import GRAPHS, REGISTERED, SOLUTIONS, Question

#: What is offered, for solutions and graphs together: registered names before their aliases.
OFFERS: Final = tuple(
    dict.fromkeys((*[*SOLUTIONS][:REGISTERED], *[*GRAPHS][:REGISTERED], *SOLUTIONS, *GRAPHS))
)

_FORM: Final = "application/x-www-form-urlencoded"
_QUERY: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_ALLOW: Final = (b"allow", b"GET, HEAD, POST, OPTIONS")
_UPDATING: Final = frozenset({"update", "using-graph-uri", "using-named-graph-uri"})
_READ_ONLY: Final = "The endpoint is read-only: updates are refused."


class Asked(NamedTuple):
    """The parameters of a request, in order (SPARQL 1.1 Protocol, section 2.1)."""

    pairs: list[tuple[str, str]]

    def all(self, name: str) -> tuple[str, ...]:
        """Return the values of a parameter."""
        return tuple(value for key, value in self.pairs if key == name)


def read_request(scope: Scope, body: bytes, limits: Limits) -> Asked | None:
    """Return the parameters of a request, None when it asks for no query.

    Raises RefusedError with the status that says what is wrong.
    """
    method = scope["method"]
    asked = Asked(_pairs(scope["query_string"]))
    if method == "POST":
        asked = _posted(scope, body, asked)
    elif method not in ("GET", "HEAD"):
        raise RefusedError(405, "Ask with GET or POST.", _ALLOW)
    if _UPDATING & {key for key, _ in asked.pairs}:
        raise RefusedError(403, _READ_ONLY)
    queries = asked.all("query")
    if len(queries) > 1:
        raise RefusedError(400, "There is more than one query; send one.")
    if not queries and method == "POST":
        raise RefusedError(400, "There is no query; send the parameter query.")
    if queries and len(queries[0]) > limits.query:
        raise RefusedError(413, f"The query is longer than {limits.query} characters.")
    return asked if queries else None


def question_of(asked: Asked, accept: str, base: str, graphs: Collection[str]) -> Question:
    """Return the question that a request asks.

    Raises RefusedError for what would crash an engine, reach beyond the loaded ``graphs``, or
    be answered in no format that the client takes.
    """
    text = asked.all("query")[0]
    _check(text)
    default, named = asked.all("default-graph-uri"), asked.all("named-graph-uri")
    # The dataset of the protocol comes before that of the query (section 2.1.4).
    for iri in (*default, *named) or named_in(text, base):
        if iri not in graphs:
            known = ", ".join(f"<{graph}>" for graph in sorted(graphs)[:10]) or "no named graph"
            raise RefusedError(400, f"<{iri[:200]}> is not loaded. There is {known}.")
    media = preferred(accept, OFFERS)
    if not media:
        raise RefusedError(406, f"Offered are {', '.join(OFFERS)}.")
    return Question(text, default, named, media, base)


def _posted(scope: Scope, body: bytes, asked: Asked) -> Asked:
    media, _, parameters = header(scope, b"content-type").lower().partition(";")
    media = media.strip()
    if media == _UPDATE:
        raise RefusedError(403, _READ_ONLY)
    if media not in (_FORM, _QUERY):
        accepted = (b"accept-post", f"{_FORM}, {_QUERY}".encode())
        raise RefusedError(415, f"Send a query as {_FORM} or {_QUERY}.", accepted)
    charset = parameters.partition("charset=")[2].strip(' "').partition(";")[0]
    if charset not in ("", "utf-8", "utf8"):
        raise RefusedError(415, "Send the query in UTF-8.")
    if media == _FORM:
        return Asked(_pairs(body))
    return Asked([*asked.pairs, ("query", _text(body))])


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100
        )
    except UnicodeDecodeError:
        raise RefusedError(400, "The parameters are not percent-encoded UTF-8.") from None
    except ValueError:
        raise RefusedError(400, "There are more than 100 parameters.") from None


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise RefusedError(400, "The query is not UTF-8.") from None


def _check(text: str) -> None:
    """Refuse what would reach beyond the graphs, or is certain to crash the engine."""
    if calls_service(text):
        raise RefusedError(403, "SERVICE is refused: a query is answered from the graphs here.")
    try:
        check_nesting(text, "query")
    except InputError as error:
        raise RefusedError(400, str(error)) from None
