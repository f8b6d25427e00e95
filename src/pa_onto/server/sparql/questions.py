"""What a worker is asked, what it answers, and the limits on both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import pyoxigraph as ox


class Limits(NamedTuple):
    """How much one query may cost.

    ``seconds`` of wall time and ``memory`` in bytes beyond what the graphs take end the worker;
    ``rows`` and ``size`` in bytes bound an answer; ``query`` is the longest text in characters.
    ``workers`` answer at a time, and ``waiting`` questions may wait for them.
    """

    seconds: float = 30.0
    memory: int = 1 << 30
    rows: int = 100_000
    size: int = 32 << 20
    query: int = 1 << 16
    workers: int = 2
    waiting: int = 64


class Question(NamedTuple):
    """One query with the dataset of the request (SPARQL 1.1 Protocol, section 2.1.4).

    ``default_graphs`` and ``named_graphs`` are IRIs, both empty for what the query says itself.
    ``media`` lists the media types that will do, best first; a worker takes the first that
    fits the form of the query.
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    base: str = ""


class Answer(NamedTuple):
    """A status of HTTP, a media type, and the body: an answer, or one line of what is wrong."""

    status: int
    media: str
    body: bytes


#: Media types of solutions and of yes or no, the first being the default.
SOLUTIONS: Final[Mapping[str, ox.QueryResultsFormat]] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/xml": ox.QueryResultsFormat.XML,
}
#: Media types of graphs, the first being the default.
GRAPHS: Final[Mapping[str, ox.RdfFormat]] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/json": ox.RdfFormat.JSON_LD,
    "application/xml": ox.RdfFormat.RDF_XML,
    "text/plain": ox.RdfFormat.N_TRIPLES,
}
