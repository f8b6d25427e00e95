"""Which files a page offers: those that have been made say which there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..edition import Edition
from .names import address
from .page import File

_FORMATS: Final = {
    "jsonld": ("JSON-LD", "application/ld+json"),
    "ttl": ("Turtle", "text/turtle"),
    "nt": ("N-Triples", "application/n-triples"),
    "rdf": ("RDF/XML", "application/rdf+xml"),
    "trig": ("TriG", "application/trig"),
    "csv": ("CSV", "text/csv"),
    "json": ("JSON", "application/json"),
}
#: Made after the pages, from what is known without them.
_DESCRIPTIONS: Final = (
    ("void.ttl", "VoID"),
    ("dcat.ttl", "DCAT"),
    ("queries.ttl", "Stored queries"),
)


def of_entry(path: str) -> list[File]:
    """Return the files that say the same as a page to programs."""
    return [File(f"{address(path)}.{end}", *_FORMATS[end]) for end in ("jsonld", "ttl")]


def of_members(edition: Edition, path: str) -> list[File]:
    """Return the tables of the members of a scheme."""
    return [
        File(address(f"{path}.{end}"), *_FORMATS[end])
        for end in ("csv", "json")
        if f"{path}.{end}" in edition.made
    ]


def of_all(edition: Edition) -> list[File]:
    """Return the files that hold the whole vocabulary."""
    name = edition.project.name
    return [
        File(address(f"{name}.{end}"), *known)
        for end, known in _FORMATS.items()
        if f"{name}.{end}" in edition.made
    ]


def about_all(edition: Edition) -> Iterator[File]:
    """Yield the files that describe the vocabulary, and data that use it."""
    project = edition.project
    schemas = (
        (project.context.name, "JSON-LD context"),
        (project.vocabulary_schema.name, "JSON Schema of the vocabulary"),
        (project.record_schema.name, "JSON Schema of records"),
    )
    for name, title in schemas:
        if name in edition.made:
            yield File(address(name), title)
    if project.shapes.is_dir():
        yield File("shapes.ttl", "SHACL shapes", "text/turtle")
    for name, title in _DESCRIPTIONS:
        yield File(name, title, "text/turtle")
