"""One edition of a vocabulary: all that the files of ``dist/`` are written from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

import pyoxigraph as ox

from ..canonical import canonical_quads
from ..catalogue import Catalogue, Entry
from ..changes import Change, compare
from ..changes.versions import of_vocabulary
from ..jsonld import DocumentWriter, Keys, Shapes, context_document, read_keys
from ..namespaces import PROV, RDF_TYPE
from ..project import Project
from ..triples import Triple, key_of, triples_of
from ..validation.vocabularies import record_shapes, vocabulary_shapes
from ..vocabulary import Vocabulary
from .releases import Event, Release, histories, issued, read_releases
from .versioning import next_draft, versioned

#: What a producer yields: a path below ``dist/`` and the bytes that stand there.
Files = Iterator[tuple[str, bytes]]


class Made(NamedTuple):
    """How large a file is, and its SHA-256, empty for files in folders."""

    size: int
    sha256: str


class Edition:
    """The sources of a project put together, and what several producers need of them.

    Parts that take time are made when they are first asked for, and once. ``release`` is the
    version that is to be released; by default the sources tell which one they are.
    """

    def __init__(self, project: Project, vocabulary: Vocabulary, release: str = "") -> None:
        self.project = project
        self.sources = vocabulary
        self.release = release
        self.iri = vocabulary.iri
        self.base = vocabulary.iri.rstrip("/#") + "/"
        # A released document names the context of its own version, which never changes.
        self.place = self.base + (f"{release}/" if release else "")
        self.context_url = self.place + project.context.name
        #: The files that have been made, for those that describe them.
        self.made: dict[str, Made] = {}

    def note(self, file: str, content: bytes) -> None:
        """Note a file that has been made; checksums are for those that hold everything."""
        checksum = "" if "/" in file else hashlib.sha256(content).hexdigest()
        self.made[file] = Made(len(content), checksum)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What is published, with the version that it is."""
        older = [release.version for release in self.releases if release.version != self.version]
        if not (older or self.release or self.releases):
            return self.sources
        return versioned(self.sources, self.version, older[0] if older else "")

    @cached_property
    def version(self) -> str:
        """The version that this is: ``1.2.0``, or ``1.3.0-draft`` for what is not released."""
        if self.release or not self.releases:
            return self.release or self.project.version
        last = self.releases[0]
        return next_draft(self.project, last, self.changes) if self.changes else last.version

    @cached_property
    def changes(self) -> list[Change]:
        """What has changed since the last release; before the first one nothing has."""
        if not self.releases:
            return []
        return compare(self.releases[0].content, of_vocabulary(self.sources, ""))

    @property
    def issued(self) -> str:
        """The day that the sources say this version is of, "" where they say none."""
        return issued(of_vocabulary(self.sources, ""))

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
        return Shapes(vocabulary_shapes(self.project), record_shapes(self.project))

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
        """The released versions, the newest first; one that is to be released is none yet."""
        found = read_releases(self.project.dist)
        return tuple(release for release in found if release.version != self.release)

    def history(self, iri: str) -> list[Event]:
        """Return what happened to an entry, version by version, the newest first."""
        return self.histories.get(iri, [])

    @cached_property
    def histories(self) -> dict[str, list[Event]]:
        """What happened to every IRI that has been in a version, the newest first."""
        return histories(self.releases, self.changes) if self.releases else {}
