"""What is asked of the graphs, and in which formats there are answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import pyoxigraph as ox


class Question(NamedTuple):
    """One query with the dataset of the request (SPARQL 1.1 Protocol, section 2.1.4).

    ``default_graphs`` and ``named_graphs`` are IRIs, both empty for what the query says itself.
    ``media`` lists the media types that will do, best first; a worker takes the first that
    fits the form of the query. Where ``only_read`` is true, the query is read and not answered.
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    base: str = ""
    only_read: bool = False


#: So many of the media types below are registered names; aliases follow.
REGISTERED: Final = 4
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
