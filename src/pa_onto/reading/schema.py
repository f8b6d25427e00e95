"""Check JSON records against the published JSON Schema.

A JSON-LD processor drops without a word what its context does not know: a misspelt key, a type
nobody declared, an IRI with a blank in it. The schema refuses them, and what the shapes would
refuse key by key, and says so about the JSON as it is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..errors import InputError
from ..namespaces import local_name
from .problems import (
    Problem,
    Wording,
    at,
    malformed_iri,
    missing_type,
    unexplained,
    unknown_key,
    unknown_type,
)

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

__all__ = ["VOCABULARY", "Problem", "RecordSchema"]

Node = dict[str, Any]

#: The name of the definition for every type that has no shape for records.
VOCABULARY: Final = "vocabulary"
# Stands for a node inside a record, which is checked by itself.
_ELSEWHERE: Final = {"id": "_:elsewhere"}


class RecordSchema:
    """The JSON Schema of records, compiled when the first record is checked."""

    def __init__(self, schema: Mapping[str, Any], file: str = "record.schema.json") -> None:
        definitions: dict[str, Any] = schema["$defs"]
        self._definitions = definitions
        self._file = file
        self._validators: dict[str, Validator] = {}
        #: The contexts that stand for the published one.
        self.own: list[object] = definitions["record"]["if"]["properties"]["@context"]["enum"]
        #: The names that a type may have, and those of types with a definition of their own.
        self.types: list[str] = definitions["typeName"]["then"]["enum"]
        self.records = [n for n in self.types if "properties" in definitions.get(n, {})]
        self.wording = Wording(definitions)

    @classmethod
    def from_file(cls, path: Path) -> RecordSchema:
        """Read the published schema. Raises InputError when it is missing or damaged."""
        try:
            return cls(json.loads(path.read_bytes()), str(path))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _damaged(str(path)) from error

    def is_valid(self, record: Node) -> bool:
        """Return whether there is no problem with a record; `problems` tells which there are."""
        return self.validator("record").is_valid(record)

    def problems(self, record: Node) -> list[Problem]:
        """Return what is wrong with one record under the published context, key by key."""
        if self.is_valid(record):
            return []
        found = list(_Check(self).node(record, ""))
        # A schema that was changed by hand may refuse what its definitions do not explain.
        return found or [unexplained(error) for error in self.errors("record", record)][:1]

    def validator(self, name: str) -> Validator:
        """Return the validator for one definition."""
        if name not in self._validators:
            import jsonschema_rs

            schema = {"$ref": f"#/$defs/{name}", "$defs": self._definitions}
            try:
                self._validators[name] = jsonschema_rs.Draft202012Validator(schema)
            except (ValueError, jsonschema_rs.ReferencingError) as error:
                raise _damaged(self._file) from error
        return self._validators[name]

    def number_keys(self) -> frozenset[str]:
        """Return the keys whose values are numbers, whatever record they are in."""
        numbers: dict[str, bool] = {}
        for name in self.records:
            for key, schema in self._definitions[name]["properties"].items():
                numbers[key] = numbers.get(key, True) and "number" in schema.get("type", ())
        return frozenset(key for key, all_numbers in numbers.items() if all_numbers)

    def errors(self, name: str, instance: object) -> Iterator[ValidationError]:
        """Yield what a definition finds in a value."""
        return self.validator(name).iter_errors(instance)

    def definition(self, name: str) -> dict[str, Any]:
        """Return one definition."""
        found: dict[str, Any] = self._definitions[name]
        return found


def _damaged(file: str) -> InputError:
    return InputError(
        "The published JSON Schema is missing or damaged.", cure="Run `pa-onto publish`.", file=file
    )


class _Check:
    """Finds what is wrong with one record and the nodes inside it."""

    def __init__(self, schema: RecordSchema) -> None:
        self._schema = schema

    def node(self, node: Node, pointer: str, around: str | None = None) -> Iterator[Problem]:
        """Yield the problems of a node; ``around`` is the key of the record that it is in."""
        if not self._is_ours(node.get("@context")):
            yield from self._elsewhere(node, pointer)
            return
        yield from self._id(node, pointer)
        types, wrong = self._types(node, pointer, around)
        yield from wrong
        if wrong:
            return
        names = [name if name in self._schema.records else VOCABULARY for name in types]
        definitions = {name: self._schema.definition(name) for name in names}
        if not any("additionalProperties" in found for found in definitions.values()):
            yield from self._keys(node, types, definitions, pointer)
            yield from self._inside(node, definitions, pointer)
        yield from self._values(node, definitions, pointer)

    def _is_ours(self, context: object) -> bool:
        """Whether a node is read with the published context (see ``$defs/record``)."""
        return context is None or context in self._schema.own

    def _elsewhere(self, node: Node, pointer: str) -> Iterator[Problem]:
        """Yield the problems of a node under another context: schema.org's shares its types."""
        schema_org = self._schema.validator("schemaOrgContext").is_valid(node["@context"])
        types = _listed(node.get("type", node.get("@type")))
        for name in self._schema.records if schema_org and len(types) == 1 else ():
            definition = self._schema.definition(name)
            if name == types[0] and "additionalProperties" in definition:
                yield from self._values(node, {name: definition}, pointer)

    def _id(self, node: Node, pointer: str) -> Iterator[Problem]:
        for name in ("id", "@id"):
            value = node.get(name, "_:")
            text = isinstance(value, str) and self._schema.validator("iri").is_valid(value)
            if not text and value is not None:
                yield malformed_iri(f"{pointer}/{name}", "id", value)

    def _types(
        self, node: Node, pointer: str, around: str | None
    ) -> tuple[list[str], list[Problem]]:
        """Return the types of a node, and what is wrong with them."""
        name = "type" if "type" in node else "@type"
        value = node.get(name)
        if value is None or value == []:
            return [], [missing_type(pointer, around, self._schema.records)]
        wrong = []
        for index, kind in enumerate(_listed(value)):
            here = f"{pointer}/{name}" + (f"/{index}" if isinstance(value, list) else "")
            if isinstance(kind, str) and ":" in kind:
                if not self._schema.validator("iri").is_valid(kind):
                    wrong.append(malformed_iri(here, "type", kind))
            elif not isinstance(kind, str) or kind not in self._schema.types:
                wrong.append(unknown_type(here, kind, self._schema.types, self._schema.records))
        return _listed(value), wrong

    def _keys(
        self, node: Node, types: list[str], definitions: Node, pointer: str
    ) -> Iterator[Problem]:
        """Yield the keys that no type of the node has."""
        known = [key for found in definitions.values() for key in found["properties"]]
        short = (local_name(kind) for kind in types if ":" in kind)
        record = next((name for name in short if name in self._schema.records), None)
        shared = self._schema.definition(VOCABULARY)["properties"]
        for key, value in node.items():
            if (
                value is None
                or key in known
                or key in ("id", "type")
                or key[:1] == "@"
                or ":" in key
            ):
                continue
            here, elsewhere = at(pointer, key), key in shared
            yield unknown_key(here, key, value, known, short=record, elsewhere=elsewhere)

    def _inside(self, node: Node, definitions: Node, pointer: str) -> Iterator[Problem]:
        """Yield the problems of the nodes inside a node."""
        for key, value in node.items():
            properties = (found["properties"].get(key, {}) for found in definitions.values())
            if not any(self._schema.wording.is_link(schema) for schema in properties):
                continue
            for path, item in _items(value, at(pointer, key)):
                if not _is_node(item):
                    continue
                if _is_reference(item):
                    yield from self._id(item, path)
                else:
                    yield from self.node(item, path, key)

    def _values(self, node: Node, definitions: Node, pointer: str) -> Iterator[Problem]:
        """Yield what is wrong with the values of a node, each place once."""
        flat = {key: _without_nodes(value) for key, value in node.items()}
        seen = set()
        for name, definition in definitions.items():
            for error in self._schema.errors(name, flat):
                problem = self._schema.wording.problem(error, definition, node)
                if problem.pointer not in seen or problem.component == "MissingKey":
                    seen.add(problem.pointer)
                    yield problem._replace(pointer=pointer + problem.pointer)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _items(value: object, pointer: str) -> Iterator[tuple[str, Any]]:
    """Yield pointer and value of every member of nested arrays, which JSON-LD reads as one."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _items(item, f"{pointer}/{index}")
    else:
        yield pointer, value


def _is_node(value: object) -> bool:
    """Whether a value is a node, and no value object or array (JSON-LD 1.1, section 9)."""
    return isinstance(value, dict) and bool(value) and not {"@value", "@set", "@list"} & set(value)


def _is_reference(node: Node) -> bool:
    """Whether a node has no type, and no key whose meaning depends on the type."""
    return "@type" not in node and all(key == "id" or key[:1] == "@" or ":" in key for key in node)


def _without_nodes(value: object) -> object:
    if isinstance(value, list):
        return [_without_nodes(item) for item in value]
    return _ELSEWHERE if _is_node(value) else value
