"""The whole vocabulary as one graph in every format, and in its two graphs."""

from __future__ import annotations

from ..canonical import to_ntriples, to_rdf_xml, to_trig
from ..canonical.turtle import to_turtle
from .edition import Edition, Files


def files(edition: Edition) -> Files:
    """Yield the vocabulary as N-Triples, RDF/XML, TriG and Turtle."""
    name = edition.project.name
    yield f"{name}.nt", to_ntriples(edition.quads)
    yield f"{name}.rdf", to_rdf_xml(edition.quads)
    yield f"{name}.trig", to_trig(edition.quads)
    yield f"{name}.ttl", to_turtle(edition.triples)
