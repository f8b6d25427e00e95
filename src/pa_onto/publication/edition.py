"""One edition of a vocabulary: all that the files of ``dist/`` are written from."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from ..canonical import canonical_quads
from ..catalogue import Catalogue, Entry
from ..changes.versions import of_quads
from ..jsonld import DocumentWriter, Keys, Shapes, context_document, read_keys
from ..namespaces import PROV, RDF_TYPE
from ..project import Project
from ..triples import Triple, key_of, triples_of
from ..validation import load_shapes
from ..vocabulary import Vocabulary
from .releases import Event, Release, histories, read_releases

#: What a producer yields: a path below ``dist/`` and the bytes that stand there.
Files = Iterator[tuple[str, bytes]]


class Edition:
    """The sources of a project put together, and what several producers need of them.

    Parts that take time are made when they are first asked for, and once.
    """

    def __init__(self, project: Project, vocabulary: Vocabulary) -> None:
        self.project = project
        self.vocabulary = vocabulary
        self.iri = vocabulary.iri
        self.base = vocabulary.iri.rstrip("/#") + "/"
        self.context_url = self.base + project.context.name

    @cached_property
    def quads(self) -> list[ox.Quad]:
        """Everything in two named graphs, stated and derived, canonical and sorted."""
        stated, derived = (ox.NamedNode(f"{self.base}graph/{n}") for n in ("stated", "derived"))
        origin = Triple(derived, ox.NamedNode(PROV + "wasDerivedFrom"), stated)
        facts = ((stated, self.vocabulary.stated), (derived, [origin, *self.vocabulary.derived]))
        return canonical_quads(
            ox.Quad(t.subject, t.predicate, t.object, graph) for graph, part in facts for t in part
        )

    @cached_property
    def triples(self) -> list[Triple]:
        """The same as triples of one graph."""
        return list(triples_of(self.quads))

    @cached_property
    def catalogue(self) -> Catalogue:
        """The entries of the vocabulary and what is said of them."""
        return Catalogue(self.iri, self.triples, self.vocabulary.prefixes, self.project.names)

    @cached_property
    def shapes(self) -> Shapes:
        """The shapes of the project: those for the vocabulary and those for records."""
        folder = self.project.shapes
        prefixes = folder / "prefixes.ttl"
        return Shapes(*(load_shapes([folder / name, prefixes]) for name in ("ontology", "data")))

    @cached_property
    def keys(self) -> Keys:
        """The JSON keys that the shapes name."""
        return read_keys(*self.shapes, self.triples)

    @cached_property
    def context(self) -> dict[str, Any]:
        """The JSON-LD context as it is published."""
        return context_document(self.keys, self.triples, self.context_url, self.vocabulary.prefixes)

    @cached_property
    def writer(self) -> DocumentWriter:
        """Writes nodes as JSON under the published context."""
        types = {key_of(t.object) for t in self.triples if t.predicate.value == RDF_TYPE}
        return DocumentWriter(self.keys, types, self.vocabulary.prefixes)

    def entry_document(self, entry: Entry) -> dict[str, Any]:
        """Return what is said of an entry as JSON-LD under the published context."""
        nodes = self.catalogue.described(entry.iri)
        return self.writer.document(nodes, entry.iri, self.context_url, whole=False)

    @cached_property
    def releases(self) -> tuple[Release, ...]:
        """The released versions, the newest first."""
        return read_releases(self.project.dist)

    def history(self, iri: str) -> list[Event]:
        """Return what happened to an entry, version by version, the newest first."""
        return self.histories.get(iri, [])

    @cached_property
    def histories(self) -> dict[str, list[Event]]:
        """What happened to every IRI that has been in a version, the newest first."""
        return histories(self.releases, of_quads(self.quads, "")) if self.releases else {}
