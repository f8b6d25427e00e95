"""Write the JSON Schema of the published vocabulary (JSON Schema 2020-12) from its shapes.

It is for programs that read the document as plain JSON: what it promises, the shapes ask for
and the writer of the document keeps. Where shapes are switched off, a key has any form that the
writer could give it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..namespaces import RDF_TYPE
from ..shacl import ShapesGraph
from ..triples import Triple, key_of
from .combination import Schema, Values, all_of, reference
from .context import ARRAYS, type_names
from .definitions import TEXTS
from .keys import Key, Keys
from .rules import Rules
from .schema import instances_of
from .values import Reader

# Codes are listed as long as somebody may read them.
_MOST_CODES: Final = 1000
_TAG: Final = "^(?:[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|@none)$"
_TEXT: Final[Schema] = {"type": "string"}


def vocabulary_schema(
    keys: Keys, shapes: ShapesGraph, vocabulary: list[Triple], context: str, url: str
) -> Schema:
    """Return the schema, published at ``url``, of the vocabulary under ``context``."""
    return _Writer(keys, shapes, vocabulary).document(context, url)


class _Writer:
    """Writes the schema of one vocabulary."""

    def __init__(self, keys: Keys, shapes: ShapesGraph, vocabulary: list[Triple]) -> None:
        self._keys = keys
        self._shapes = shapes
        self._rules = Rules(shapes)
        kinds = {key_of(t.object) for t in vocabulary if t.predicate.value == RDF_TYPE}
        self._types = type_names(keys, kinds)
        instances = instances_of(vocabulary)
        few = {k: nodes for k, nodes in instances.items() if len(nodes) <= _MOST_CODES}
        self._definitions: dict[str, Schema] = {}
        self._reader = Reader(shapes, few, self._definitions)

    def document(self, context: str, url: str) -> Schema:
        """Return the whole schema."""
        properties = {name: self._property(key) for name, key in self._keys.shared.items()}
        # What has no type at all stands among the others.
        typed = reference("node") | {"required": ["type"]}
        items = dict.fromkeys(ARRAYS, typed) | {"others": reference("node")}
        arrays = {name: {"type": "array", "items": item} for name, item in items.items()}
        node = {
            "properties": {"id": reference("iri"), "type": reference("type")} | properties,
            "patternProperties": {":": {"type": "array", "minItems": 1}},
            "allOf": list(self._required()),
        }
        definitions = {
            "node": reference("anyNode") | {"unevaluatedProperties": False},
            "anyNode": node,
            "type": {"type": "array", "minItems": 1, "items": _TEXT},
            "value": {"required": ["@value"]},
            **TEXTS,
            **dict(sorted(self._definitions.items())),
        }
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": url,
            "title": "the published vocabulary",
            "description": f"One object under {context}: the vocabulary, its parts in arrays.",
            "$comment": "Generated from the shapes.",
            "type": "object",
            "required": ["@context", "id", "type", *ARRAYS],
            "$ref": "#/$defs/anyNode",
            "properties": {"@context": {"const": context}} | arrays,
            "unevaluatedProperties": False,
            "$defs": definitions,
        }

    def _property(self, key: Key) -> Schema:
        """Return the schema of one key."""
        labels = self._rules.labels(key.name)
        if key.language:
            return labels | _language_map(key)
        if key.ordered:
            return labels | {"type": "array"}
        values = self._reader.values(key, self._rules.blocking(key.name), open=False)
        item = _item({} if key.loose else values)
        several = {"type": "array", "minItems": 1, "items": item}
        if key.loose and key.single:
            return labels
        return labels | (item if key.single else several)

    def _required(self) -> Iterable[Schema]:
        """Yield, for every class, which keys its instances have."""
        for name, kind in sorted(self._types.items()):
            rules = Rules(self._shapes, kind)
            given = [
                key
                for key in self._keys.shared
                if max(rules.counts(key, "minCount"), default=0) >= 1
            ]
            if given:
                is_one = {"properties": {"type": {"contains": {"const": name}}}}
                yield {"if": {"required": ["type"]} | is_one, "then": {"required": given}}


def _language_map(key: Key) -> Schema:
    several = {"type": "array", "minItems": 1, "items": _TEXT}
    texts = _TEXT if key.single else several
    if key.loose:
        # Texts may be in several forms then, and be no texts at all.
        return {"type": ["object", "array"]}
    return {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": _TAG},
        "additionalProperties": texts,
    }


def _item(values: Values) -> Schema:
    """Return the schema of one value that may be of several kinds; none are known: anything."""
    kinds: list[str] = [name for name in ("string", "number", "boolean") if name in values]
    if "node" in values or "value" in values:
        kinds.append("object")
    if "node" in values and "value" in values:
        inside: Schema = {}
    else:
        inside = values.get("node", reference("value") if "value" in values else {})
    found = all_of(values.get("string", {}), values.get("number", {}), inside)
    return ({"type": kinds[0] if len(kinds) == 1 else kinds} if kinds else {}) | found
