"""What the header of a vocabulary says of it, as other descriptions repeat it."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from ...namespaces import DCTERMS, PROV, RDFS, SKOS
from ...triples import Term
from ..edition import Edition

#: What is repeated as it stands.
_SAME: Final = (
    *("creator", "contributor", "publisher", "license", "rights", "created", "issued"),
    *("modified", "bibliographicCitation", "source"),
)
_TITLES: Final = (DCTERMS + "title", SKOS + "prefLabel", RDFS + "label")
_TEXTS: Final = (DCTERMS + "description", SKOS + "definition", RDFS + "comment")


def described(edition: Edition) -> dict[str, object]:
    """Return title, description, makers, licence and dates, as a Description takes them."""
    about = edition.catalogue.about(edition.iri)
    found: dict[str, object] = {f"dcterms_{name}": about.get(DCTERMS + name) for name in _SAME}
    title = _first(edition, _TITLES) or [ox.Literal(edition.project.name)]
    found["dcterms_title"] = title
    found["dcterms_description"] = _first(edition, _TEXTS) or title
    found["prov_wasRevisionOf"] = about.get(PROV + "wasRevisionOf")
    return found


def people(edition: Edition) -> dict[str, list[Term]]:
    """Return makers and publishers with what is said of their class, by IRI."""
    about = edition.catalogue.about(edition.iri)
    names = ("creator", "contributor", "publisher")
    nodes = [term for name in names for term in about.get(DCTERMS + name, ())]
    return {
        node.value: edition.catalogue.values(node.value, name)
        for node in nodes
        if isinstance(node, ox.NamedNode)
        for name in ("http://xmlns.com/foaf/0.1/name",)
    }


def _first(edition: Edition, predicates: tuple[str, ...]) -> list[Term]:
    """Return the texts of the first of some properties that the vocabulary has."""
    about = edition.catalogue.about(edition.iri)
    for predicate in predicates:
        if found := [term for term in about.get(predicate, ()) if isinstance(term, ox.Literal)]:
            return list(found)
    return []
