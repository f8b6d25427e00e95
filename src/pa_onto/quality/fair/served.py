"""What a server would answer that has the published files and follows the redirect rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from ...namespaces import OWL, RDF_TYPE, SKOS
from ...publication import Edition
from ...publication.dereferencing import Rules, answer, rules_of

_RDF: Final = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
}
#: How many redirects a client follows.
_REDIRECTS: Final = 5


class Host:
    """A published folder, asked as if it were the host of its IRIs."""

    def __init__(self, edition: Edition, folder: Path) -> None:
        self._edition = edition
        self._folder = folder
        self._rules: Rules = rules_of(edition, ())
        self._graphs: dict[tuple[str, str], list[ox.Quad] | str] = {}

    @property
    def is_there(self) -> bool:
        """True when anything is published with its redirect rules."""
        return (self._folder / "redirects").is_dir()

    def lacking(self, name: str) -> list[str]:
        """Return what is lacking of what a test asks of a server."""
        checks: dict[str, Callable[[], list[str]]] = {
            "rdf": self._rdf,
            "same": self._same,
            "version": self._version,
            "negotiation": lambda: [*self._rdf(), *self._html()],
            "readable": self._readable,
            "html": self._html,
        }
        return checks[name]()

    @property
    def formats(self) -> list[str]:
        """The media types of RDF that the IRI of the vocabulary leads to."""
        iri = self._edition.iri
        return [kind for kind in _RDF if not isinstance(self._graph(iri, kind), str)]

    @property
    def version(self) -> str:
        """The IRI of the last released version, else of this one, "" without any."""
        released = [self._edition.base + release.version for release in self._edition.releases[:1]]
        claimed = self._edition.catalogue.nodes(self._edition.iri, OWL + "versionIRI")
        return next(iter([*released, *claimed]), "")

    def _rdf(self) -> list[str]:
        iri = self._edition.iri
        return [] if self.formats else [f"RDF under {iri}: {self._graph(iri, 'text/turtle')}"]

    def _html(self) -> list[str]:
        file = self._file(self._edition.iri, "text/html")
        if isinstance(file, str):
            return [f"HTML under {self._edition.iri}: {file}"]
        is_page = file.read_bytes()[:200].lstrip().lower().startswith(b"<!doctype html")
        return [] if is_page else [f"a page in {file.name}"]

    def _readable(self) -> list[str]:
        found = ((kind, self._graph(self._edition.iri, kind)) for kind in _RDF)
        return [f"{kind}: {graph}" for kind, graph in found if isinstance(graph, str)]

    def _same(self) -> list[str]:
        """Look for an ontology, or where there is none for a scheme, of that very IRI."""
        graph = self._graph(self._edition.iri, "text/turtle")
        if isinstance(graph, str):
            return [graph]
        named: dict[str, set[str]] = {}
        for quad in graph:
            if quad.predicate.value == RDF_TYPE and isinstance(quad.object, ox.NamedNode):
                named.setdefault(quad.object.value, set()).add(_name(quad.subject))
        found = named.get(OWL + "Ontology") or named.get(SKOS + "ConceptScheme") or set()
        return [] if self._edition.iri in found else [f"{self._edition.iri} in what it leads to"]

    def _version(self) -> list[str]:
        if not self.version:
            return ["a version IRI"]
        graph = self._graph(self.version, "text/turtle")
        return [f"RDF under {self.version}: {graph}"] if isinstance(graph, str) else []

    def _graph(self, iri: str, kind: str) -> list[ox.Quad] | str:
        """Return the graph that an IRI leads to, or why there is none."""
        if (iri, kind) not in self._graphs:
            self._graphs[iri, kind] = self._read(iri, kind)
        return self._graphs[iri, kind]

    def _read(self, iri: str, kind: str) -> list[ox.Quad] | str:
        file = self._file(iri, kind)
        if isinstance(file, str):
            return file
        try:
            content = file.read_bytes()
            if kind == "application/ld+json":
                content = self._in_full(content)
            return list(ox.parse(content, format=_RDF[kind]))
        except (OSError, ValueError, SyntaxError) as error:
            return f"{file.name} cannot be read: {error}"

    def _file(self, iri: str, accept: str) -> Path | str:
        """Return the file that an IRI leads to, or why there is none."""
        base, page = self._edition.base, iri.partition("#")[0]
        if not (page + "/" == base or page.startswith(base)):
            return f"{iri} is not below {base}"
        target = self._rules.prefix + quote(page[len(base) :], safe="/%")
        for _ in range(_REDIRECTS):
            reply = answer(self._rules, self._folder, target, accept)
            if reply.status == 200 and reply.file is not None:
                return reply.file
            if reply.status != 303:
                return f"a server would answer {reply.status}"
            target = urlsplit(reply.headers["Location"]).path
        return "a server would send clients in circles"

    def _in_full(self, content: bytes) -> bytes:
        """Put the published context into a document that names it."""
        document = json.loads(content)
        context = self._folder / self._edition.project.context.name
        if isinstance(document, dict) and isinstance(document.get("@context"), str):
            document["@context"] = json.loads(context.read_bytes())["@context"]
        return json.dumps(document).encode()


def _name(node: object) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)
