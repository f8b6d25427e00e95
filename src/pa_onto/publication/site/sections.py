"""Which part of a page a property stands in."""

from __future__ import annotations

from typing import Final

from ...canonical.turtle import PROPERTY_ORDER
from ...namespaces import DCTERMS, OWL, RDF, RDF_TYPE, RDFS, SKOS, VANN

#: The place of a property among others.
RANK: Final = {iri: rank for rank, iri in enumerate(PROPERTY_ORDER)}

#: What is shown in ways of its own, or merely repeats what is.
APART: Final = frozenset(
    [
        RDF_TYPE,
        *(RDFS + name for name in ("label", "isDefinedBy")),
        *(SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel", "notation")),
        *(SKOS + name for name in ("definition", "inScheme", "topConceptOf", "hasTopConcept")),
        *(SKOS + name for name in ("broader", "narrower", "member", "memberList")),
        *(SKOS + name for name in ("broaderTransitive", "narrowerTransitive", "semanticRelation")),
        *(OWL + name for name in ("deprecated", "versionIRI", "versionInfo", "priorVersion")),
        *(DCTERMS + name for name in ("title", "description", "isReplacedBy")),
        RDFS + "comment",
    ]
)

#: The sections of a page that properties of one purpose share, by property.
SECTION: Final = {
    **dict.fromkeys(
        (SKOS + f"{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")),
        "mappings",
    ),
    OWL + "sameAs": "mappings",
    RDFS + "seeAlso": "mappings",
    **dict.fromkeys(
        (SKOS + name for name in ("scopeNote", "note", "example", "editorialNote")), "notes"
    ),
    VANN + "usageNote": "notes",
    **dict.fromkeys((SKOS + name for name in ("historyNote", "changeNote")), "events"),
    DCTERMS + "source": "sources",
    "http://www.w3.org/ns/prov#wasDerivedFrom": "sources",
    **dict.fromkeys(
        (
            DCTERMS + name
            for name in ("created", "modified", "issued", "creator", "contributor", "publisher")
        ),
        "record",
    ),
    DCTERMS + "license": "record",
    DCTERMS + "rights": "record",
}

#: Properties whose statements say the same as those of another, seen from the other end.
INVERSE: Final = {
    SKOS + "broader": SKOS + "narrower",
    SKOS + "narrower": SKOS + "broader",
    SKOS + "related": SKOS + "related",
    SKOS + "topConceptOf": SKOS + "hasTopConcept",
    SKOS + "hasTopConcept": SKOS + "topConceptOf",
}

#: Statements by others that are not repeated: they stand on the page in another way.
SILENT: Final = frozenset(
    [
        RDF_TYPE,
        RDFS + "isDefinedBy",
        *(RDF + name for name in ("first", "rest")),
        *(SKOS + name for name in ("broader", "narrower", "inScheme", "topConceptOf")),
        *(SKOS + name for name in ("hasTopConcept", "member", "memberList")),
    ]
)

#: What statements by others mean for the thing they are about, where the words are not plain.
PASSIVE: Final = {
    RDFS + "domain": "Properties it has",
    RDFS + "range": "Properties that lead to it",
    RDFS + "subClassOf": "Narrower classes",
    RDFS + "subPropertyOf": "Narrower properties",
    DCTERMS + "isReplacedBy": "Replaces",
    DCTERMS + "source": "What draws on it",
    DCTERMS + "isPartOf": "Parts",
    DCTERMS + "creator": "Made by it",
}

#: The sections that hold groups of values, in no order.
SECTIONS: Final = ("relations", "details", *dict.fromkeys(SECTION.values()))
