"""The vocabulary as its readers meet it: entries with a label, a kind and a place in ``dist/``.

Everything that is published a page or a file at a time (site, files of a concept, tables,
metadata, redirect rules) is written from here. Nothing is assumed but SKOS, RDFS and OWL.
"""

from ..triples import Values
from .catalogue import Catalogue
from .documents import Document, documents
from .entries import Entry, Kind
from .paths import safe_path

__all__ = ["Catalogue", "Document", "Entry", "Kind", "Values", "documents", "safe_path"]
