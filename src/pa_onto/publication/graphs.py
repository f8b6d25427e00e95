"""The whole vocabulary as one graph in every format, and in its two graphs."""

from __future__ import annotations

from ..canonical import to_ntriples, to_rdf_xml, to_trig
from ..canonical.turtle import TurtleWriter
from .edition import Edition, Files


def files(edition: Edition) -> Files:
    """Yield the vocabulary as N-Triples, RDF/XML, TriG and Turtle."""
    name, prefixes = edition.project.name, edition.vocabulary.prefixes
    yield f"{name}.nt", to_ntriples(edition.quads)
    yield f"{name}.rdf", to_rdf_xml(edition.quads, prefixes)
    yield f"{name}.trig", to_trig(edition.quads, prefixes)
    yield f"{name}.ttl", TurtleWriter(prefixes).write(edition.catalogue.nodes_by_key)
