"""Read any input into N-Triples, with the place of every record.

One file becomes one :class:`Source`. Nothing is fetched: contexts come from the bundled
allow-list, and what cannot be read is an error naming the file, the line and the cure.
"""

from .contexts import Contexts
from .formats import Format, format_of
from .rdf import parse_graph, read_turtle_folder
from .sources import Source, read_source, verify

__all__ = [
    "Contexts",
    "Format",
    "Source",
    "format_of",
    "parse_graph",
    "read_source",
    "read_turtle_folder",
    "verify",
]
