"""Describe the endpoint to clients that look (SPARQL 1.1 Service Description, VoID)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyoxigraph as ox

from ...canonical import serialize
from ...namespaces import RDF_TYPE, XSD
from .questions import GRAPHS, REGISTERED, SOLUTIONS

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_VOID: Final = "http://rdfs.org/ns/void#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
#: The names that the W3C gives to the formats on offer.
_NAMES: Final[Mapping[str, str]] = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON-LD",
}

#: The media types in which the description is there, the default first.
MEDIA: Final = tuple([*GRAPHS][:REGISTERED])


def describe(url: str, summary: Mapping[str, Any], media: str) -> bytes:
    """Return the description of the endpoint at ``url`` in one of :data:`MEDIA`.

    ``summary`` has the IRIs of the named ``graphs`` and the number of ``statements``.
    """
    return serialize(_statements(url, summary["graphs"], summary["statements"]), GRAPHS[media])


def _statements(url: str, graphs: Sequence[str], count: int) -> list[ox.Triple]:
    service = ox.NamedNode(url)
    dataset, default = ox.NamedNode(url + "#dataset"), ox.NamedNode(url + "#default")
    offered = [*SOLUTIONS][:REGISTERED] + [*GRAPHS][:REGISTERED]
    triples = ox.Literal(str(count), datatype=ox.NamedNode(XSD + "integer"))
    facts: list[tuple[Any, str, Any]] = [
        (service, RDF_TYPE, ox.NamedNode(_SD + "Service")),
        (service, _SD + "endpoint", service),
        (service, _SD + "supportedLanguage", ox.NamedNode(_SD + "SPARQL11Query")),
        *((service, _SD + "resultFormat", ox.NamedNode(_FORMATS + _NAMES[m])) for m in offered),
        (service, _SD + "defaultDataset", dataset),
        (dataset, RDF_TYPE, ox.NamedNode(_SD + "Dataset")),
        (dataset, _SD + "defaultGraph", default),
        (default, RDF_TYPE, ox.NamedNode(_SD + "Graph")),
        (dataset, RDF_TYPE, ox.NamedNode(_VOID + "Dataset")),
        (dataset, _VOID + "sparqlEndpoint", service),
        (dataset, _VOID + "triples", triples),
    ]
    for number, iri in enumerate(graphs, start=1):
        named = ox.NamedNode(f"{url}#graph-{number}")
        facts += [
            (dataset, _SD + "namedGraph", named),
            (named, RDF_TYPE, ox.NamedNode(_SD + "NamedGraph")),
            (named, _SD + "name", ox.NamedNode(iri)),
        ]
    return [ox.Triple(subject, ox.NamedNode(iri), value) for subject, iri, value in facts]
