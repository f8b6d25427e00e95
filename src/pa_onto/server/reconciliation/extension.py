"""Fetch values of properties (data extension, specification, section 7)."""

from __future__ import annotations

import re
from typing import Any, Final

import pyoxigraph as ox

from ...namespaces import XSD
from ...reading.nearest import nearest
from .batches import Extension, RequestError
from .catalogue import IRI, Catalogue, Entity, Property, Value

#: What somebody may set for a property that is fetched.
SETTINGS: Final = [
    {
        "name": "limit",
        "label": "Limit",
        "type": "number",
        "default": 0,
        "help_text": "The largest number of values in a row; 0 for all of them.",
    }
]
_INTEGERS: Final = frozenset(
    XSD + name for name in ("integer", "int", "long", "short", "nonNegativeInteger")
)
_FLOATS: Final = frozenset(XSD + name for name in ("decimal", "double", "float"))
_MOMENT: Final = re.compile(
    r"-?\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?"
    r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?",
    re.ASCII,
)


def extended(catalogue: Catalogue, extension: Extension) -> dict[str, Any]:
    """Return the values of properties for each entity, in the form of the specification.

    An unknown entity has no values. Raises RequestError for an unknown property: a column
    that stays empty would say that there is nothing.
    """
    properties = [_known(catalogue, wanted.id) for wanted in extension.properties]
    limits = [wanted.limit or None for wanted in extension.properties]
    rows: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for name in extension.ids:
        entity = catalogue.find(name)
        rows[name] = {
            property.id: cells(catalogue, entity, property)[:limit] if entity else []
            for property, limit in zip(properties, limits, strict=True)
        }
    return {"meta": [_meta(catalogue, property) for property in properties], "rows": rows}


def cells(catalogue: Catalogue, entity: Entity, property: Property) -> list[dict[str, Any]]:
    """Return the values of one property of one concept."""
    if property.id == IRI and not property.iris:
        return [{"str": entity.iri}]
    return [_cell(catalogue, value) for value in catalogue.values(entity, property)]


def proposed(catalogue: Catalogue, kind: str, limit: int) -> list[dict[str, str]]:
    """Return the properties that concepts of a type have; of no type, all there are."""
    entities = catalogue.of_types(catalogue.type_ids([kind]) if kind else frozenset())
    used = {iri for entity in entities.values() for iri in entity.values}
    found = [
        {"id": one.id, "name": one.name}
        for one in catalogue.properties.values()
        if not used.isdisjoint(one.iris) or (one.id == IRI and entities)
    ]
    return found[: limit or None]


def _known(catalogue: Catalogue, name: str) -> Property:
    property = catalogue.properties.get(name)
    if property is None:
        near = nearest(name[:100], catalogue.properties)
        cure = f"Did you mean {near}?" if near else "The property suggest service lists them."
        raise RequestError(f"There is no property {name[:100]!r}.", cure=cure)
    return property


def _meta(catalogue: Catalogue, property: Property) -> dict[str, Any]:
    content: dict[str, Any] = {"id": property.id, "name": property.name}
    if property.type is not None:
        kind = catalogue.types[property.type]
        content["type"] = {"id": kind.id, "name": kind.name}
    return content


def _cell(catalogue: Catalogue, value: Value) -> dict[str, Any]:
    if isinstance(value, ox.NamedNode):
        entity = catalogue.entities.get(value.value)
        return {"id": entity.id, "name": entity.name} if entity else {"str": value.value}
    kind, text = value.datatype.value, value.value
    try:
        if kind in _INTEGERS:
            return {"int": int(text)}
        if kind in _FLOATS and abs(number := float(text)) < float("inf"):
            return {"float": number}
    except ValueError:
        pass  # What is no number is shown as it stands.
    if kind == XSD + "dateTime" and _MOMENT.fullmatch(text):
        return {"date": text}
    return {"str": text}
