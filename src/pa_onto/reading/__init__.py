"""Read any input into N-Triples, with the place of every record.

An input becomes a :class:`~pa_onto.reading.sources.Source`, which is read in chunks. Nothing
is fetched: contexts come from the bundled allow-list, and what cannot be read is an error
naming the file, the line and the cure.
"""

from .contexts import Contexts
from .formats import Format, format_of
from .rdf import parse_graph, read_turtle_folder
from .sources import Readers, Source, open_sources, read_ntriples

__all__ = [
    "Contexts",
    "Format",
    "Readers",
    "Source",
    "format_of",
    "open_sources",
    "parse_graph",
    "read_ntriples",
    "read_turtle_folder",
]
