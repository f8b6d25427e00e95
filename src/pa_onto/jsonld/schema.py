"""Write the JSON Schema of records (JSON Schema 2020-12) from shapes and context.

It is for those who check a file without RDF. What it refuses, the shapes refuse too, or a
JSON-LD processor would drop; of what only a graph can tell, such as whether a title agrees with
a level, it says nothing. ``$defs/record`` is the schema of one record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox

from ..namespaces import RDF_TYPE, RDFS, SCHEMA
from ..reading.contexts import SCHEMA_CONTEXTS
from ..reading.schema import VOCABULARY
from ..shacl import ShapesGraph
from ..triples import Triple
from .combination import Schema, Values, all_of, define, reference
from .context import ARRAYS, type_names
from .definitions import fixed_definitions, type_name
from .keys import Key, Keys
from .rules import Rules
from .values import Reader


class Shapes(NamedTuple):
    """The two shapes graphs of a project: for its vocabulary, and for records."""

    vocabulary: ShapesGraph
    data: ShapesGraph


def record_schema(
    keys: Keys, shapes: Shapes, vocabulary: Iterable[Triple], context: str, url: str
) -> Schema:
    """Return the schema, published at ``url``, of records under the context at ``context``.

    Raises InputError when a class has the name of one of the schema's own definitions.
    """
    return _Writer(keys, shapes, list(vocabulary)).document(context, url)


class _Writer:
    """Writes the schema of one project."""

    def __init__(self, keys: Keys, shapes: Shapes, vocabulary: list[Triple]) -> None:
        self._keys = keys
        self._shapes = shapes
        kinds = {t.object.value for t in vocabulary if t.predicate.value == RDF_TYPE}
        self._types = type_names(keys, kinds)
        self._shared: dict[str, Schema] = {}
        self._reader = Reader(shapes.data, instances_of(vocabulary), self._shared)

    def document(self, context: str, url: str) -> Schema:
        """Return the whole schema."""
        records = {
            name: self._record(name, kind)
            for name, kind in sorted(self._types.items())
            if kind in self._keys.records
        }
        types = records | {VOCABULARY: self._vocabulary(list(records))}
        closed = {
            name: list(schema["properties"])
            for name, schema in types.items()
            if "additionalProperties" not in schema
        }
        fixed = fixed_definitions(context, sorted(SCHEMA_CONTEXTS), list(records), closed)
        fixed["typeName"] = type_name(self._types)
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": url,
            "title": "records",
            "description": f"A record, an array of records, or @graph, under {context}.",
            "$comment": "Generated from shapes and context. null and [] mean: not given.",
            "if": {"type": "array"},
            "then": {"items": {"$ref": "#"}},
            "else": {
                "type": "object",
                "if": {"required": ["@graph"]},
                "then": reference("graph"),
                "else": reference("record"),
            },
            "$defs": _joined(types, dict(sorted(self._shared.items())), fixed),
        }

    def _record(self, name: str, kind: str) -> Schema:
        """Return the definition of the records of one class."""
        rules, keys = Rules(self._shapes.data, kind), self._keys.records[kind]
        ordered = sorted(keys, key=lambda key: (rules.order(key), key))
        given = [key for key in ordered if max(rules.counts(key, "minCount"), default=0) >= 1]
        needs = [_needs(*pair) for pair in rules.needs({k.property: k.name for k in keys.values()})]
        open = kind.startswith(SCHEMA)
        found = rules.labels() | {
            "type": "object",
            "properties": {
                key: rules.labels(key) | self._property(name, keys[key], rules, open=open)
                for key in ordered
            },
        }
        if open:
            found["additionalProperties"] = True
        if given or needs:
            # Under its CURIE or its IRI a property is given as well.
            found["if"] = {"propertyNames": {"not": {"pattern": ":|^@nest$"}}}
            found["then"] = (_given(given) if given else {}) | ({"allOf": needs} if needs else {})
        return found

    def _property(self, name: str, key: Key, rules: Rules, *, open: bool) -> Schema:
        """Return the schema of one key: a value, null, or an array of values."""
        values = self._reader.values(key, rules.blocking(key.name), open=open)
        single = 1 in rules.counts(key.name, "maxCount") and not key.ordered
        found = _of_values(values, single=single)
        if found:
            found["items"] = reference(f"{name}/properties/{key.name}")
        return found

    def _vocabulary(self, records: list[str]) -> Schema:
        """Return the definition of nodes of the vocabulary: no data shape sees their values."""
        rules = Rules(self._shapes.vocabulary)
        properties = {
            name: rules.labels(name)
            | (reference("codeOrLink" if key.codes else "link") if key.link else {})
            for name, key in self._keys.shared.items()
        }
        return {
            "title": "node of the vocabulary",
            "description": f"Any type but {', '.join(records)}.",
            "type": "object",
            "properties": properties | {name: {"title": f"{name} within"} for name in ARRAYS},
        }


def _of_values(values: Values, *, single: bool) -> Schema:
    """Return one schema for values of several kinds; null stands beside all of them."""
    types: list[str] = [name for name in ("string", "number", "boolean") if name in values]
    object = reference("value") if "node" not in values and "value" in values else {}
    object = values.get("node", object)
    if "node" in values or "value" in values:
        types.append("object")
    rules = [values.get("string", {}), values.get("number", {}), object]
    found = all_of(*rules, reference("single") if single else {})
    return ({"type": [*types, "array", "null"]} if len(types) < 4 else {}) | found


def _given(keys: list[str]) -> Schema:
    return {"required": keys, "properties": dict.fromkeys(keys, reference("given"))}


def _needs(key: str, other: str) -> Schema:
    return {"if": _given([key]), "then": _given([other])}


def instances_of(vocabulary: list[Triple]) -> dict[str, list[str]]:
    """Return the IRIs of the instances of every class, those of its subclasses among them."""
    direct: dict[str, set[str]] = defaultdict(set)
    classes: dict[str, set[str]] = defaultdict(set)
    for triple in vocabulary:
        if triple.predicate.value == RDF_TYPE and isinstance(triple.subject, ox.NamedNode):
            direct[triple.object.value].add(triple.subject.value)
        elif triple.predicate.value == RDFS + "subClassOf":
            classes[triple.subject.value].add(triple.object.value)
    found: dict[str, set[str]] = defaultdict(set)
    for kind, members in direct.items():
        above = [kind]
        for cls in above:
            found[cls] |= members
            above += sorted(classes[cls] - set(above))
    return {kind: sorted(members) for kind, members in found.items()}


def _joined(*groups: dict[str, Schema]) -> dict[str, Schema]:
    """Put definitions together. Raises InputError when two have one name."""
    found: dict[str, Schema] = {}
    for group in groups:
        for name, schema in group.items():
            define(found, name, schema)
    return found
