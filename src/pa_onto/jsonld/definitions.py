"""The definitions of the JSON Schema of records that are the same for every project.

They say what JSON-LD allows around keys: ids, types, nodes inside records, arrays. Conditions
(``if``) stand where alternatives (``anyOf``) could, so that an error is about one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..reading.schema import VOCABULARY
from .combination import Schema, reference

# What no IRI may hold (RFC 3987, section 2.2, leaves them all out).
_INSIDE: Final = r'[^\u0000-\u0020<>"{}|\\^`]'
# A scheme (RFC 3986, section 3.1), or the start of a blank node label.
_IRI: Final = rf"^(?:_|[A-Za-z][A-Za-z0-9+.-]*):{_INSIDE}*$"
_ZONE: Final = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
# Days by the length of their month; 29 February in the leap years of the Gregorian calendar.
_DAY: Final = (
    r"-?(?:[0-9]{4,}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    r"|[0-9]*(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)"
)
_TIME: Final = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
# Keywords, CURIEs and IRIs mean something without a context.
_EXPANDED: Final = "^@|:"
_IDS: Final = ("id", "@id")
# A key with null means what an absent one does.
_ABSENT: Final[Schema] = {"type": "null"}
_REFERENCE: Final = "^(?:id$|@(?!type$))|:"


#: The forms that texts may have.
TEXTS: Final[dict[str, Schema]] = {
    "iri": {"title": "an absolute IRI", "pattern": _IRI},
    "codeOrIri": {"title": "a code or an IRI", "pattern": f"^{_INSIDE}+$"},
    "date": {"title": "a calendar date like 2026-01-12", "pattern": f"^{_DAY}{_ZONE}$"},
    "dateTime": {
        "title": "a date with time like 2026-01-12T09:00:00Z",
        "pattern": f"^{_DAY}T{_TIME}{_ZONE}$",
    },
}
_COUNTS: Final[dict[str, Schema]] = {
    "given": {
        "$comment": "JSON-LD drops null.",
        "type": ["string", "number", "boolean", "object", "array"],
        "contains": {"not": {"type": "null"}},
    },
    "single": {
        "$comment": "JSON-LD drops null, reads equal values as one, and a code as an IRI.",
        "if": {
            "uniqueItems": True,
            "anyOf": [
                {"items": {"type": ["number", "boolean", "null"]}},
                {"items": {"type": ["string", "null"], "pattern": "^[^:]*$"}},
                {"items": {"type": ["string", "null"], "pattern": "^[^:]*://"}},
            ],
        },
        "then": {"contains": {"not": {"type": "null"}}, "minContains": 0, "maxContains": 1},
    },
}


def fixed_definitions(
    context: str, others: list[str], records: list[str], closed: dict[str, list[str]]
) -> dict[str, Schema]:
    """Return the definitions that go with those of the types of ``records``.

    ``context`` is the URL of the published context, ``others`` are those of schema.org;
    ``closed`` gives the keys of the types that allow no others, the vocabulary's among them.
    """
    open = [name for name in records if name not in closed]
    own = {"enum": [context, [context], None]}
    return {
        "record": _record(own),
        "typed": {
            "if": _typed({"type": "array", "minItems": 2}),
            "then": reference("severalTypes"),
            "else": reference("oneType"),
        },
        "oneType": {"allOf": [*map(_only, open), *_closed(records, closed)]},
        "severalTypes": _several_types(records),
        "schemaOrg": {"allOf": [*map(_only, open)]} if open else {},
        "schemaOrgContext": _one_or_several("schemaOrgContext", {"enum": others}),
        "graph": _graph(own),
        "node": _node(),
        "value": {
            "description": "A value object, or an array in long form (JSON-LD 1.1, section 9).",
            "if": {"required": ["@set"]},
            "else": {"required": ["@value"]},
        },
        "type": _one_or_several("typeName", reference("typeName")),
        "iri": TEXTS["iri"],
        "codeOrIri": TEXTS["codeOrIri"],
        **_links(),
        **_COUNTS,
        "date": TEXTS["date"],
        "dateTime": TEXTS["dateTime"],
    }


def type_name(names: Iterable[str]) -> Schema:
    """Return the definition of one type: a name that the context knows, or an IRI."""
    return {
        "type": "string",
        "if": {"pattern": "^[^:]*$"},
        "then": {"enum": sorted(names)},
        "else": reference("iri"),
    }


def _record(own: Schema) -> Schema:
    return {
        "description": "One record. Where it brings another context, its keys are not checked.",
        "type": "object",
        "if": {"properties": {"@context": own}},
        "then": {
            "properties": {
                **{name: {"type": ["string", "null"], **reference("iri")} for name in _IDS},
                **{name: reference("type") for name in ("type", "@type")},
            },
            "if": {"anyOf": [{"required": ["type"]}, {"required": ["@type"]}]},
            "then": reference("typed"),
            "else": {"required": ["type"]},
        },
        "else": {
            "if": {
                "anyOf": [{"required": ["type"]}, {"required": ["@type"]}],
                "properties": {"@context": reference("schemaOrgContext")},
            },
            "then": reference("schemaOrg"),
        },
    }


def _only(name: str) -> Schema:
    """Return the rule that applies the definition of a type to records of that type alone."""
    return {"if": _typed({"enum": [name, [name]]}), "then": reference(name)}


def _closed(records: list[str], closed: dict[str, list[str]]) -> list[Schema]:
    """Return the rules that refuse keys unknown to a type, besides applying its definition."""
    rules = []
    for name, keys in closed.items():
        rule = _only(name)
        if name == VOCABULARY:
            others = {"not": {"enum": [*records, *([kind] for kind in records)]}}
            rule["if"] = _typed(others | reference("type"))
        known = {
            "properties": dict.fromkeys(("id", "type", *keys), True),
            "patternProperties": {_EXPANDED: True},
            "additionalProperties": _ABSENT,
        }
        rules.append(rule | {"then": reference(name) | known})
    return rules


def _several_types(records: list[str]) -> Schema:
    """Return the rule for records of several types: the keys of all of them are known."""
    rules = [
        {"if": _typed({"contains": {"const": name}}), "then": reference(name)} for name in records
    ]
    others = _typed({"contains": {"not": {"enum": records}}})
    return {
        "allOf": [*rules, {"if": others, "then": reference(VOCABULARY)}],
        "patternProperties": {f"{_EXPANDED}|^id$|^type$": True},
        "unevaluatedProperties": _ABSENT,
    }


def _graph(own: Schema) -> Schema:
    return {
        "description": "A document: records under one context, and perhaps what it says of itself.",
        "if": {"properties": {"@context": own}},
        "then": {
            "properties": {"@graph": {"$ref": "#"}},
            "if": {"propertyNames": {"enum": ["@context", "@graph", "@id", "id"]}},
            "else": reference("record"),
        },
    }


def _node() -> Schema:
    return {
        "description": "A node inside a record: its id alone, or a record of its own.",
        "minProperties": 1,
        "if": {"anyOf": [{"required": ["@value"]}, {"propertyNames": {"pattern": _REFERENCE}}]},
        "then": {"properties": dict.fromkeys(_IDS, reference("iri"))},
        "else": reference("record"),
    }


def _one_or_several(name: str, schema: Schema) -> Schema:
    """Return the definition of that name: something, or an array of such."""
    several = {"minItems": 1, "items": reference(name)}
    return {"if": {"type": "array"}, "then": several, "else": schema}


def _links() -> dict[str, Schema]:
    """Return the definitions of links in any form."""
    found: dict[str, Schema] = {}
    for name, text in (("link", "iri"), ("codeOrLink", "codeOrIri")):
        parts = [reference(text), reference("node")]
        found[name] = {"allOf": parts, "items": reference(name)}
    return found


def _typed(condition: Schema) -> Schema:
    """Return the condition on the type of a record that has one, under either of its names."""
    return {"properties": {"type": condition, "@type": condition}}
