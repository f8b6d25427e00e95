"""Read any input into N-Triples, with the place of every record.

An input becomes a :class:`~pa_onto.reading.sources.Source`, which is read in chunks. Nothing
is fetched: contexts come from the bundled allow-list, and what cannot be read is an error
naming the file, the line and the cure. What a run does not read with is not imported.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .contexts import Contexts
    from .formats import Format, format_of
    from .rdf import parse_graph, read_turtle_folder
    from .sources import Readers, Source, open_sources, read_ntriples

_HOME = {
    "Contexts": "contexts",
    "Format": "formats",
    "Readers": "sources",
    "Source": "sources",
    "format_of": "formats",
    "open_sources": "sources",
    "parse_graph": "rdf",
    "read_ntriples": "sources",
    "read_turtle_folder": "rdf",
}

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


def __getattr__(name: str) -> object:
    """Import a name of this package when it is first used."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
