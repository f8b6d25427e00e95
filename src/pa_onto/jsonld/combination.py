"""Combine schemas: of one value, and of the kinds of values that a key may have."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from ..errors import InputError

Schema = dict[str, Any]
#: A schema for every kind of value that is allowed; ``{}`` allows all of a kind.
Values = dict[str, Schema]

KINDS: Final = ("string", "number", "boolean", "value", "node")
ANY: Final[Values] = {kind: {} for kind in KINDS}


def reference(name: str) -> Schema:
    """Return a reference to one of the schema's definitions."""
    return {"$ref": f"#/$defs/{name}"}


def define(definitions: dict[str, Schema], name: str, schema: Schema) -> Schema:
    """Add a definition and return a reference to it.

    Raises InputError when the name stands for something else already.
    """
    if definitions.setdefault(name, schema) != schema:
        raise InputError(
            f"The JSON Schema needs the name {name} for two things.",
            cure="Give the class or the shape of that name another one.",
            file="shapes",
        )
    return reference(name)


def both(left: Values, right: Values) -> Values:
    """Return what two sets of values have in common."""
    return {kind: all_of(left[kind], right[kind]) for kind in left if kind in right}


def either(left: Values, right: Values) -> Values:
    """Return the union of two sets of values."""
    shared = {kind: _any_of(left[kind], right[kind]) for kind in left if kind in right}
    return left | right | shared


def all_of(*schemas: Schema) -> Schema:
    """Return one schema for several that all hold, as flat as it gets."""
    parts = [part for schema in schemas for part in _parts(schema)]
    parts = list({str(part): part for part in parts}.values())
    uses = Counter(name for part in parts for name in part)
    flat: Schema = {}
    rest = []
    for part in parts:
        if all(uses[name] == 1 for name in part):
            flat |= part
        else:
            rest.append(part)
    return flat | ({"allOf": sorted(rest, key=str)} if rest else {})


def _any_of(left: Schema, right: Schema) -> Schema:
    if not left or not right:
        return {}
    parts: list[Schema] = []
    for schema in (left, right):
        parts += schema["anyOf"] if set(schema) == {"anyOf"} else [schema]
    unique = list({str(part): part for part in parts}.values())
    return unique[0] if len(unique) == 1 else {"anyOf": unique}


def _parts(schema: Schema) -> list[Schema]:
    """Return the schemas that a schema is made of."""
    own = {name: value for name, value in schema.items() if name != "allOf"}
    return [*([own] if own else []), *schema.get("allOf", ())]
