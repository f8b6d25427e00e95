"""One small file of JSON-LD and one of Turtle for every entry of the vocabulary."""

from __future__ import annotations

from ..canonical.turtle import TurtleWriter
from ..catalogue import documents
from ..jsonld import to_json
from .edition import Edition, Files


def files(edition: Edition) -> Files:
    """Yield ``{path}.jsonld`` and ``{path}.ttl`` for entries and hash namespaces."""
    turtle = TurtleWriter(edition.vocabulary.prefixes)
    for path, iri, nodes in documents(edition.catalogue):
        document = edition.writer.document(nodes, iri, edition.context_url, whole=False)
        yield f"{path}.jsonld", to_json(document)
        yield f"{path}.ttl", turtle.write(nodes)
