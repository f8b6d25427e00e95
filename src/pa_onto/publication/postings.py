"""What a job posting says to name a title: a schema.org CategoryCode, ready to be pasted.

It is made where the shapes for postings (``schema:JobPosting``) tell which concepts a posting
may name as ``relevantOccupation``.
"""

from __future__ import annotations

from typing import Any

from ..jsonld import to_json
from ..namespaces import SCHEMA, SKOS
from .edition import Edition, Files

_CONTEXT = "https://schema.org"


def files(edition: Edition) -> Files:
    """Yield ``{path}.category-code.json`` for every concept that a posting may name."""
    key = edition.keys.records.get(SCHEMA + "JobPosting", {}).get("relevantOccupation")
    space = key.codes if key else None
    for entry in edition.catalogue.entries.values() if space else ():
        if entry.iri.startswith(str(space)) and (code := category_code(edition, entry.iri)):
            yield f"{entry.path}.category-code.json", to_json(code)


def category_code(edition: Edition, iri: str) -> dict[str, Any]:
    """Return the CategoryCode of a concept, nothing unless it has one code in one scheme."""
    catalogue = edition.catalogue
    codes = catalogue.values(iri, SKOS + "notation")
    schemes = catalogue.nodes(iri, SKOS + "inScheme")
    if len(codes) != 1 or len(schemes) != 1:
        return {}
    found: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "CategoryCode",
        "@id": iri,
        "codeValue": codes[0].value,
        "name": catalogue.label(iri),
        "description": catalogue.text(iri, SKOS + "definition"),
        "inCodeSet": {
            "@type": "CategoryCodeSet",
            "@id": schemes[0],
            "name": catalogue.label(schemes[0]),
        },
    }
    return {name: value for name, value in found.items() if value}
