"""Write the same graph as the same bytes, whole or not at all."""

from .files import write_whole
from .graphs import canonical_quads, to_ntriples, to_rdf_xml, to_trig
from .turtle import to_turtle

__all__ = [
    "canonical_quads",
    "to_ntriples",
    "to_rdf_xml",
    "to_trig",
    "to_turtle",
    "write_whole",
]
