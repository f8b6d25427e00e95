"""Write the same graph as the same bytes, whole or not at all.

The Turtle formatter is in :mod:`pa_onto.canonical.turtle`, which takes rdflib with it.
"""

from .files import whole_file, write_whole
from .graphs import canonical_quads, same_facts, serialize, to_ntriples, to_rdf_xml, to_trig

__all__ = [
    "canonical_quads",
    "same_facts",
    "serialize",
    "to_ntriples",
    "to_rdf_xml",
    "to_trig",
    "whole_file",
    "write_whole",
]
