"""Which facts stand in the small files: together they hold everything.

An entry's file has what is said of it. The file of a hash namespace has all its terms, that of
a scheme or collection also the names of its members, and that of the vocabulary itself also
what is said of things without a page, such as terms of others that it uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..namespaces import RDF, RDF_TYPE, SKOS
from ..triples import Nodes, Values, key_of
from .catalogue import Catalogue
from .entries import Entry, Kind

_NAMES: Final = (RDF_TYPE, SKOS + "prefLabel", SKOS + "notation")
_SCHEMES: Final = (SKOS + "inScheme", SKOS + "topConceptOf")


class Document(NamedTuple):
    """What one file holds: ``iri`` is the entry it is about, None for a bare namespace."""

    path: str
    iri: str | None
    nodes: Nodes


def documents(catalogue: Catalogue) -> Iterator[Document]:
    """Yield the documents of a vocabulary, in order of their paths."""
    own = {entry.path: entry for entry in catalogue.entries.values()}
    inside: dict[str, list[Entry]] = {}
    for entry in catalogue.entries.values():
        if entry.document != entry.path:
            inside.setdefault(entry.document, []).append(entry)
    rest = unlisted(catalogue)
    for path in sorted({"index", *own, *inside}):
        nodes: Nodes = dict(rest) if path == "index" else {}
        for entry in inside.get(path, ()):
            nodes |= catalogue.described(entry.iri)
        if about := own.get(path):
            nodes |= catalogue.described(about.iri)
            for node, values in _members(catalogue, about):
                nodes.setdefault(node, values)
        yield Document(path, about.iri if about else None, nodes)


def unlisted(catalogue: Catalogue) -> Nodes:
    """Return what is said of nodes that are no entries and not part of one."""
    listed: set[str] = set()
    for iri in catalogue.entries:
        listed.update(catalogue.described(iri))
    nodes = catalogue.nodes_by_key
    return {node: values for node, values in nodes.items() if node not in listed}


def _members(catalogue: Catalogue, entry: Entry) -> Iterator[tuple[str, Values]]:
    """Yield the members of a scheme or a collection with what they are called."""
    if entry.kind is Kind.SCHEME:
        names = (*_NAMES, *_SCHEMES)
        for predicate in _SCHEMES:
            yield from _called(catalogue, catalogue.subjects(predicate, entry.iri), names, entry)
    elif entry.kind is Kind.COLLECTION:
        members = catalogue.nodes(entry.iri, SKOS + "member")
        for node in catalogue.described(entry.iri):
            members += catalogue.nodes(node, RDF + "first")
        yield from _called(catalogue, members, _NAMES, entry)


def _called(
    catalogue: Catalogue, nodes: Iterable[str], names: Iterable[str], entry: Entry
) -> Iterator[tuple[str, Values]]:
    for node in nodes:
        about = catalogue.about(node)
        values = {name: about[name] for name in names if name in about}
        for name in _SCHEMES:
            if name in values:
                values[name] = [term for term in about[name] if key_of(term) == entry.iri]
        found = {name: terms for name, terms in values.items() if terms}
        if found and not any(isinstance(t, ox.BlankNode) for ts in found.values() for t in ts):
            yield node, found
