"""Read what servers send: whether it is what it claims to be, and what it speaks about."""

from __future__ import annotations

import json
from typing import Any, Final

import pyoxigraph as ox

_FORMATS: Final = {
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
}


class Bodies:
    """What bodies speak about; equal ones are read once.

    ``contexts`` are the JSON-LD contexts that documents may name, by URL.
    """

    def __init__(self, contexts: dict[str, Any]) -> None:
        self._contexts = contexts
        self._read: dict[tuple[str, bytes], frozenset[str] | str] = {}

    def problem(self, file: str, body: bytes, iris: tuple[str, ...]) -> str:
        """Return what is wrong with the body of a file that is to speak about some IRIs."""
        extension = file.rpartition(".")[2]
        if extension == "html":
            return _page(body, iris)
        if extension not in _FORMATS:
            return ""
        key = (extension, body)
        if key not in self._read:
            self._read[key] = self._terms(extension, body)
        found = self._read[key]
        if isinstance(found, str):
            return found
        lacking = [iri for iri in iris if not _names(found, iri)]
        return f"does not speak about {lacking[0]}" if lacking else ""

    def _terms(self, extension: str, body: bytes) -> frozenset[str] | str:
        """Return the IRIs of a graph, or why it cannot be read."""
        try:
            content = self._in_full(body) if extension == "jsonld" else body
            quads = ox.parse(content, format=_FORMATS[extension])
            return frozenset(
                term.value
                for quad in quads
                for term in (quad.subject, quad.object)
                if isinstance(term, ox.NamedNode)
            )
        except (SyntaxError, ValueError) as error:
            return f"cannot be read: {error}"

    def _in_full(self, body: bytes) -> bytes:
        """Put the context that a document names into it."""
        document = json.loads(body)
        context = document.get("@context") if isinstance(document, dict) else None
        if not isinstance(context, str):
            return body
        if context not in self._contexts:
            raise ValueError(f"the context {context} is not published")
        return json.dumps(document | {"@context": self._contexts[context]}).encode()


def _names(found: frozenset[str], iri: str) -> bool:
    """True when an IRI is among those found, or one that continues it where it ends in ``*``."""
    if iri.endswith("*"):
        return any(other.startswith(iri[:-1]) for other in found)
    return iri in found


def _page(body: bytes, iris: tuple[str, ...]) -> str:
    """Return what a page lacks: its beginning, or the IRIs, in full or as anchors."""
    from html import escape

    text = body.decode("utf-8", "replace")
    if not text.lstrip().lower().startswith("<!doctype html"):
        return "is no page"
    for iri in iris:
        fragment = iri.partition("#")[2]
        if escape(iri) not in text and not (fragment and f'id="{escape(fragment)}"' in text):
            return f"does not speak about {iri}"
    return ""
