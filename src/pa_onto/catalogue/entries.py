"""What has a page of its own, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from ..namespaces import OWL, RDF, RDFS, SKOS
from .paths import RESERVED, Paths


class Kind(StrEnum):
    """What an entry is, in the order in which kinds are listed."""

    ONTOLOGY = "ontology"
    SCHEME = "scheme"
    CONCEPT = "concept"
    COLLECTION = "collection"
    CLASS = "class"
    PROPERTY = "property"
    OTHER = "other"


#: The first of these classes that a node has decides what it is.
_KIND_OF: Final[Mapping[str, Kind]] = {
    OWL + "Ontology": Kind.ONTOLOGY,
    SKOS + "ConceptScheme": Kind.SCHEME,
    SKOS + "Concept": Kind.CONCEPT,
    SKOS + "Collection": Kind.COLLECTION,
    SKOS + "OrderedCollection": Kind.COLLECTION,
    OWL + "Class": Kind.CLASS,
    RDFS + "Class": Kind.CLASS,
    RDF + "Property": Kind.PROPERTY,
    **{OWL + f"{kind}Property": Kind.PROPERTY for kind in ("Object", "Datatype", "Annotation")},
}
#: Kinds that may stand in a namespace of their own; others belong to us only below the base.
_ANYWHERE: Final = frozenset([Kind.SCHEME, Kind.CONCEPT, Kind.COLLECTION])


class Entry(NamedTuple):
    """A thing with a page: ``path`` is the page below ``dist/``, without an extension.

    ``document`` is the path of the file its IRI leads to: the same, but for hash IRIs the
    page of the namespace, and ``fragment`` the place on it.
    """

    iri: str
    kind: Kind
    path: str
    document: str
    fragment: str = ""


def entries(
    types: Mapping[str, Iterable[str]], iri: str, reserved: Iterable[str] = ()
) -> Iterator[Entry]:
    """Yield the entries of the vocabulary ``iri``, in order of kind and IRI.

    ``types`` maps the IRI of each subject to its classes; ``reserved`` are paths that none has.
    """
    base = iri.rstrip("/#")
    kinds = {
        node: kind
        for node, classes in types.items()
        if (kind := _kind(classes)) in _ANYWHERE or node == iri or _is_below(node, base)
    }
    kinds.setdefault(iri, Kind.ONTOLOGY)
    order = list(Kind)
    nodes = sorted(kinds, key=lambda node: (order.index(kinds[node]), node))
    paths = Paths(RESERVED | frozenset(reserved))
    # What has no fragment comes first: it is the page that the fragments of others are on.
    pages = {page: "index" for page in (base, base + "/") if page not in kinds} | {iri: "index"}
    for node in nodes:
        if "#" not in node and node not in pages:
            pages[node] = paths.give(_rest(node, base), node)
    for node in nodes:
        page, mark, fragment = node.partition("#")
        if page not in pages:
            pages[page] = paths.give(_rest(page, base), page)
        if not mark or node == iri:
            yield Entry(node, kinds[node], pages[node], pages[node])
        else:
            path = paths.give(_rest(node, base), node)
            yield Entry(node, kinds[node], path, pages[page], fragment)


def _kind(classes: Iterable[str]) -> Kind:
    found = set(classes)
    return next((kind for iri, kind in _KIND_OF.items() if iri in found), Kind.OTHER)


def _is_below(node: str, base: str) -> bool:
    return node.startswith((base + "/", base + "#"))


def _rest(node: str, base: str) -> str:
    """Return the part of an IRI that tells it from others: what is below the base or the host."""
    if _is_below(node, base):
        return node[len(base) :].removeprefix("/")
    return node.partition("://")[2].partition("/")[2] or node.partition(":")[2] or node
