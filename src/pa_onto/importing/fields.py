"""The keys of one type of record, as the published context and JSON Schema have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from ..errors import UsageError
from ..namespaces import PREFIXES, expand
from ..project import Project
from ..reading.contexts import Contexts
from ..reading.nearest import nearest
from ..reading.schema import RecordSchema

_DATES: Final = frozenset({"date", "dateTime"})


class Field(NamedTuple):
    """A key of a record.

    ``kind`` is ``code``, ``link``, ``date``, ``number``, ``boolean`` or ``text``; ``property``
    is the IRI it stands for, ``space`` the namespace of its codes, ``codes`` the values it may
    have where they are few enough to be listed, ``label`` what people call it.
    """

    name: str
    kind: str
    property: str
    space: str = ""
    codes: tuple[str, ...] = ()
    label: str = ""
    required: bool = False


class Fields(NamedTuple):
    """The keys of a type in their order; ``needs`` has pairs of which one needs the other."""

    type: str
    context: str
    by_name: dict[str, Field]
    needs: tuple[tuple[str, str], ...]


def read_fields(project: Project, type: str) -> Fields:
    """Return the keys of one type of record.

    Raises UsageError when there is no such type, InputError when nothing was published.
    """
    contexts = Contexts.from_file(project.context)
    schema = RecordSchema.from_file(project.record_schema)
    if type not in schema.records:
        close = nearest(type, schema.records, 0.5)
        hint = f"Did you mean {close}?" if close else f"Use {', '.join(schema.records)}."
        raise UsageError(f"There are no records of type {type!r}.", cure=hint)
    definition = schema.definition(type)
    scope = contexts.terms[type]["@context"]
    rules = definition.get("then", {})
    fields = {
        name: _field(name, said, scope.get(name, {}), schema, name in rules.get("required", ()))
        for name, said in definition["properties"].items()
    }
    pairs = ((r["if"]["required"], r["then"]["required"]) for r in rules.get("allOf", ()))
    needs = tuple((key, other) for (key,), (other,) in pairs)
    return Fields(type, contexts.url, fields, needs)


def _field(
    name: str, said: Mapping[str, Any], term: Any, schema: RecordSchema, required: bool
) -> Field:
    term = {"@id": term} if isinstance(term, str) else term
    property, coercion = term.get("@id", ""), term.get("@type")
    referred = set(_references(said))
    space = term.get("@context", {}).get("@vocab", "") if coercion == "@vocab" else ""
    kind = "text"
    if space:
        kind = "code"
    elif coercion == "@id" or "iri" in referred:
        kind = "link"
    elif referred & _DATES:
        kind = "date"
    elif "string" not in said.get("type", ["string"]):
        kind = next((k for k in ("number", "boolean") if k in said["type"]), "text")
    return Field(
        name,
        kind,
        expand(property, PREFIXES) or property,
        space,
        tuple(code for ref in sorted(referred) for code in _codes(schema.definition(ref))),
        said.get("title", name),
        required,
    )


def _references(said: Mapping[str, Any]) -> Iterator[str]:
    for part in (said, *said.get("allOf", ()), *said.get("anyOf", ())):
        if "$ref" in part:
            yield part["$ref"].removeprefix("#/$defs/")


def _codes(definition: Mapping[str, Any]) -> list[str]:
    codes: list[str] = definition.get("then", {}).get("enum", [])
    return codes if "enum" in definition.get("then", {}) else []
