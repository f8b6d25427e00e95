"""Read what an endpoint answers: rows, a yes or no, or a graph, in whichever format it chose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import accumulate
from typing import IO, Final, TypeVar

import pyoxigraph as ox

from ..errors import InputError, RemoteError
from ..queries import Answer, Writable
from ..reading.guards import check_doctype, check_elements, check_nesting, check_triple_terms
from .exchange import Reply
from .urls import shown

T = TypeVar("T")

ROWS: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.9"
GRAPH: Final = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.5"

_ROWS: Final = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/xml": ox.QueryResultsFormat.XML,
}
_GRAPH: Final = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_STEPS: Final = {ord(mark): 1 if mark in "[{" else -1 for mark in "[{]}"}
_NO_MARKS: Final = bytes(set(range(256)) - _STEPS.keys())
_DEEPEST: Final = 16
_PIECE: Final = 1 << 20
_LONGEST: Final = 1 << 25
_CURE: Final = "Is the URL that of a SPARQL endpoint?"


class RemoteAnswer(Answer):
    """An answer from elsewhere, whose faults are found while it is read."""

    def __init__(self, results: ox.QueryBoolean | ox.QuerySolutions, url: str) -> None:
        super().__init__(results)
        self._url = url

    def rows(self) -> Iterator[list[str | None]]:
        """Yield the rows like :meth:`Answer.rows`. Raises RemoteError where they break off."""
        rows = super().rows()
        while (row := _guarded(lambda: next(rows, None), self._url)) is not None:
            yield row

    def write(self, output: Writable, format: str) -> None:
        """Write the answer like :meth:`Answer.write`, whole or not. Raises RemoteError as well."""
        content = BytesIO()
        _guarded(lambda: super(RemoteAnswer, self).write(content, format), self._url)
        output.write(content.getvalue())


def read_rows(reply: Reply, *, yes_or_no: bool = False) -> Answer:
    """Return rows, or a yes or no. Raises RemoteError for what is neither.

    ``yes_or_no`` says that a yes or no is expected.
    """
    format = _ROWS.get(reply.media)
    if format is None:
        raise _wrong(reply)

    def parsed() -> Answer:
        if format == ox.QueryResultsFormat.XML:
            text = reply.body.read().decode()
            check_doctype(text, shown(reply.url))
            check_elements(text, shown(reply.url))
            source: str | IO[bytes] = text
        else:
            _check_depth(reply.body)
            source = reply.body
        results = ox.parse_query_results(source, format=format)
        if yes_or_no and isinstance(results, ox.QuerySolutions):
            results = _yes_or_no(results)
        return RemoteAnswer(results, reply.url)

    return _guarded(parsed, reply.url)


def _yes_or_no(rows: ox.QuerySolutions) -> ox.QueryBoolean:
    """Return the yes or no that Virtuoso answers as a table when a subquery is asked about."""
    if [variable.value for variable in rows.variables] != ["__ASK_RETVAL"]:
        raise SyntaxError("a table, where a yes or no was asked for")
    found = any(row[0] is not None and row[0].value not in ("0", "false") for row in rows)
    text = f'{{"head": {{}}, "boolean": {str(found).lower()}}}'
    answer = ox.parse_query_results(text, format=ox.QueryResultsFormat.JSON)
    assert isinstance(answer, ox.QueryBoolean)
    return answer


def read_graph(reply: Reply) -> ox.Store:
    """Return a store with the statements of an answer. Raises RemoteError for what is no RDF."""
    format = _GRAPH.get(reply.media)
    if format is None:
        raise _wrong(reply)

    def parsed() -> ox.Store:
        text = reply.body.read().decode()
        place = shown(reply.url)
        if format == ox.RdfFormat.RDF_XML:
            check_doctype(text, place)
            check_elements(text, place)
        else:
            check_nesting(text, place)
            if "<<" in text or "{|" in text:
                check_triple_terms(text, place)
        store = ox.Store()
        store.load(text, format=format)
        return store

    return _guarded(parsed, reply.url)


def graph_answer(store: ox.Store) -> Answer:
    """Return all statements of a store as the answer to a query."""
    return Answer(store.query("CONSTRUCT WHERE { ?s ?p ?o }"))


def _guarded(work: Callable[[], T], url: str) -> T:
    try:
        return work()
    except (SyntaxError, UnicodeDecodeError, InputError) as error:
        reason = getattr(error, "msg", None) or getattr(error, "message", None) or "not UTF-8"
        raise RemoteError(
            f"The answer cannot be read: {str(reason)[:200].rstrip('. ')}.",
            cure="It is broken, or was cut off on its way.",
            file=shown(url),
        ) from None


def _check_depth(file: IO[bytes]) -> None:
    """Raise InputError for JSON that nests deeper than results do: parsers would fall over."""
    depth, held = 0, b""
    while piece := file.read(_PIECE):
        # What is left of strings begins in this piece and ends in a later one.
        text, quote, rest = _STRING.sub(b"", held + piece).partition(b'"')
        held = quote + rest
        steps = map(_STEPS.__getitem__, text.translate(None, _NO_MARKS))
        for depth in accumulate(steps, initial=depth):  # noqa: B020
            if depth > _DEEPEST:
                raise InputError(f"it nests deeper than {_DEEPEST}")
        if len(held) > _LONGEST:
            raise InputError(f"a value in it is longer than {_LONGEST >> 20} MB")
    file.seek(0)


def _wrong(reply: Reply) -> RemoteError:
    if "html" in reply.media:
        message = "Answers with a web page: a login, or a page for people."
    else:
        message = (
            f"Answers with {reply.media[:60] or 'no media type'}, which holds no such results."
        )
    return RemoteError(message, cure=_CURE, file=shown(reply.url))
