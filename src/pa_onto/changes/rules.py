"""The one table that says what kind of change a difference is, and what step it asks for.

The measure is what somebody has who uses the vocabulary: stored records, queries, imports,
look-ups by label. What was answered before and is not any more is a major change; what is
answered besides is a minor one; what only reads better is a patch.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from ..namespaces import DCTERMS, OWL, RDF, RDF_TYPE, RDFS, SKOS, VANN
from .change import Effect, Kind

MAJOR, MINOR, PATCH = Effect.MAJOR, Effect.MINOR, Effect.PATCH


class Rule(NamedTuple):
    """What a difference is: its kind, its effect when values went, and when some only came."""

    kind: str
    lost: Effect
    gained: Effect


def _each(namespace: str, names: str, rule: Rule) -> dict[str, Rule]:
    return {namespace + name: rule for name in names.split()}


_PROSE: Final = Rule(Kind.DOCUMENTED, PATCH, PATCH)
_RECORD: Final = Rule(Kind.OTHER, PATCH, PATCH)
_PLACE: Final = Rule(Kind.REPARENTED, MAJOR, MINOR)
_LINK: Final = Rule(Kind.RELATED, MAJOR, MINOR)
_LIMIT: Final = Rule(Kind.RESTRICTED, MAJOR, MAJOR)

#: The rule of a property. Labels are judged by :func:`compare` itself, text by text.
RULES: Final[dict[str, Rule]] = {
    OWL + "deprecated": Rule(Kind.WITHDRAWN, MINOR, MINOR),
    DCTERMS + "isReplacedBy": Rule(Kind.SUCCEEDED, MINOR, MINOR),
    SKOS + "notation": Rule(Kind.RECODED, MAJOR, MINOR),
    SKOS + "definition": Rule(Kind.REDEFINED, PATCH, PATCH),
    **_each(SKOS, "note scopeNote example historyNote editorialNote changeNote", _PROSE),
    **_each(DCTERMS, "description abstract", _PROSE),
    RDFS + "comment": _PROSE,
    **_each(SKOS, "broader broaderTransitive topConceptOf", _PLACE),
    **_each(SKOS, "narrower narrowerTransitive hasTopConcept inScheme member memberList", _LINK),
    **_each(
        SKOS,
        "exactMatch closeMatch broadMatch narrowMatch relatedMatch mappingRelation",
        Rule(Kind.MAPPED, MAJOR, MINOR),
    ),
    RDF_TYPE: Rule(Kind.RETYPED, MAJOR, MINOR),
    **_each(RDFS, "subClassOf subPropertyOf", _PLACE),
    **_each(RDFS, "domain range", _LIMIT),
    **_each(OWL, "disjointWith disjointUnionOf propertyDisjointWith hasKey differentFrom", _LIMIT),
    **_each(OWL, "equivalentClass equivalentProperty sameAs inverseOf", _LIMIT),
    **_each(DCTERMS, "source issued modified created date creator contributor publisher", _RECORD),
    **_each(RDFS, "isDefinedBy seeAlso", _RECORD),
}

#: A property that may have one value: whoever stored another one is contradicted.
ONE_VALUE: Final = Rule(Kind.REASSIGNED, MAJOR, MAJOR)
#: Any other property, by what its values are.
RELATION: Final = _LINK
TEXT: Final = _PROSE
OTHER: Final = Rule(Kind.OTHER, MAJOR, MINOR)

#: The version statements of the ontology, which every release changes.
VERSION: Final = frozenset(OWL + name for name in ("versionIRI", "versionInfo", "priorVersion"))
#: What is said of the vocabulary itself is a patch, but for its terms of use and its namespace.
TERMS: Final = frozenset(
    [
        *(DCTERMS + name for name in ("license", "rights", "accessRights")),
        VANN + "preferredNamespaceUri",
    ]
)
#: Properties whose values people look things up by.
LABELS: Final = (
    *(SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel")),
    RDFS + "label",
    DCTERMS + "title",
)
#: What is part of a withdrawal and not told beside it.
WITHDRAWAL: Final = frozenset(
    [
        OWL + "deprecated",
        DCTERMS + "isReplacedBy",
        DCTERMS + "modified",
        SKOS + "historyNote",
        SKOS + "changeNote",
    ]
)

#: What something is, by the first of these classes that it has.
WHAT: Final[dict[str, str]] = {
    SKOS + "ConceptScheme": "scheme",
    SKOS + "Concept": "concept",
    SKOS + "Collection": "collection",
    SKOS + "OrderedCollection": "collection",
    OWL + "Class": "class",
    RDFS + "Class": "class",
    **{OWL + f"{kind}Property": "property" for kind in ("Object", "Datatype", "Annotation")},
    RDF + "Property": "property",
}
#: What may stand in a namespace of its own.
ANYWHERE: Final = frozenset({"scheme", "concept", "collection"})
