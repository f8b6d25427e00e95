"""Say what is wrong with a JSON record, where, and how to cure it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .nearest import nearest

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

Schema = Mapping[str, Any]

# More names than these help nobody.
_FEW: Final = 12
_LONGEST: Final = 80
_LIMITS: Final = {
    "minimum": "be at least",
    "maximum": "be at most",
    "exclusiveMinimum": "be greater than",
    "exclusiveMaximum": "be less than",
    "minLength": "have a length of at least",
    "maxLength": "have a length of at most",
}
_JOINTS: Final = {ord(mark): None for mark in "-_ "}


class Problem(NamedTuple):
    """One thing that is wrong with a record.

    ``pointer`` is a JSON Pointer (RFC 6901) from the record; ``key`` the key at fault, of the
    record or of the node inside it; ``component`` one of ``UnknownKey``, ``UnknownType``,
    ``MissingType``, ``MalformedIRI``, ``MissingKey``, ``UnknownCode``, ``TooManyValues`` and
    ``MalformedValue``; ``value`` the value as written, ``suggestion`` what may have been meant.
    Where ``dropped`` is true no shape sees the fault, for it never reaches the graph.
    """

    pointer: str
    key: str
    component: str
    message: str
    value: str | None = None
    suggestion: str | None = None
    dropped: bool = False


def missing_type(pointer: str, around: str | None, records: list[str]) -> Problem:
    """Word that a node has no type; ``around`` is the key that it is a value of.

    ``records`` are the types that people look for.
    """
    known = "" if not records else f', such as "type": "{records[0]}"'
    others = f"; known are {', '.join(records)}" if len(records) > 1 else ""
    message = f"The record has no type; add one{known}{others}."
    if around is not None:
        message = f"The node in {around} has no type; add one, or give its id alone."
    return Problem(pointer, "type", "MissingType", message, dropped=True)


def unknown_type(pointer: str, kind: object, known: Iterable[str], records: list[str]) -> Problem:
    """Word that a type is unknown; ``records`` are the types that people look for."""
    close = meant(kind, known)
    cure = f"did you mean {close}?" if close else f"known are {', '.join(records)}."
    message = f"The type {kind} is unknown and would be dropped; {cure}"
    return Problem(pointer, "type", "UnknownType", message, written(kind), close, dropped=True)


def unknown_key(
    pointer: str, key: str, value: object, known: list[str], *, short: str | None, elsewhere: bool
) -> Problem:
    """Word that a record's types lack a key.

    ``short`` is a type that was written in full; ``elsewhere`` says that other types have the
    key, so that it means something, if nothing that a shape would look at.
    """
    close = meant(key, known)
    cure = f"known are {', '.join(sorted(known))}." if len(known) <= _FEW else "take it out."
    if close:
        cure = f"did you mean {close}?"
    elif short:
        cure = f"a record has it whose type is written {short}."
    fate = "belongs to other types" if elsewhere else "is unknown and would be dropped"
    message = f"The key {key} {fate}; {cure}"
    return Problem(pointer, key, "UnknownKey", message, written(value), close, dropped=True)


def malformed_iri(pointer: str, key: str, value: object) -> Problem:
    """Word that something is no IRI where only an IRI may stand."""
    message = f"{key} must be an absolute IRI, not {written(value)}."
    return Problem(pointer, key, "MalformedIRI", message, written(value), dropped=True)


def unexplained(error: ValidationError) -> Problem:
    """Pass on what the schema says, for want of better words."""
    pointer = pointer_of(error.instance_path)
    key = str(error.instance_path[0]) if error.instance_path else ""
    return Problem(pointer, key, "MalformedValue", f"{error.message}.")


class Wording:
    """Makes problems of what the definition of a type finds in a node."""

    def __init__(self, definitions: Schema) -> None:
        self._definitions = definitions

    def problem(self, error: ValidationError, definition: Schema, node: Schema) -> Problem:
        """Word one error; its pointer starts at the node."""
        path, rule, keyword = error.instance_path, error.evaluation_path[1:4], error.schema_path[-1]
        if rule[:2] == ["then", "allOf"]:
            return _needed(definition["then"]["allOf"][rule[2]])
        if not path:
            key = str(getattr(error.kind, "property", ""))
            return Problem("", key, "MissingKey", f"The key {key} is missing; add it.")
        key, value, pointer = str(path[0]), _found(node, path), pointer_of(path)
        component, message = "MalformedValue", ""
        if rule[:1] == ["then"]:
            component, message = "MissingKey", f"The key {key} has no value; give it one."
        elif keyword == "maxContains":
            component = "TooManyValues"
            message = f"{key} may be given once only; keep the value that is right."
        elif isinstance(value, str) and not value.strip() and keyword in ("pattern", "minLength"):
            message = f"{key} must not be empty."
        elif keyword in _LIMITS:
            limit = getattr(error.kind, "limit", "")
            message = f"{key} must {_LIMITS[str(keyword)]} {limit}, not {written(value)}."
        wanted = _Wanted(definition["properties"][key], self._definitions)
        if not message or (component == "MalformedValue" and wanted.takes_iris):
            return wanted.problem(pointer, key, value)
        return Problem(pointer, key, component, message, written(value))

    def is_link(self, schema: Schema) -> bool:
        """Whether the values of a key may be nodes to be checked."""
        return not {"node", "link", "codeOrLink"}.isdisjoint(_references(schema))


class _Wanted:
    """What the schema of one key wants."""

    def __init__(self, schema: Schema, definitions: Schema) -> None:
        names = _references(schema)
        names += [inner for name in names for inner in _references(definitions[name])]
        self._types: list[str] = schema.get("type", [])
        self._names = dict.fromkeys(names)
        self._parts = [schema, *(definitions[name] for name in self._names)]
        self._enums = [part for part in self._parts if "enum" in part.get("then", {})]
        self._clean = re.compile(definitions["codeOrIri"]["pattern"])
        self._absolute = re.compile(definitions["iri"]["pattern"])

    def problem(self, pointer: str, key: str, value: object) -> Problem:
        """Word that a value is not what is wanted."""
        codes = [code for part in self._enums for code in part["then"]["enum"]]
        close = meant(value, codes)
        phrase = self._phrase()
        cure = f"; did you mean {close}?" if close else self._cure(value, codes, phrase)
        message = f"{key} must be {phrase}, not {written(value)}{cure}"
        component, dropped = self._component(value)
        return Problem(pointer, key, component, message, written(value), close, dropped)

    @property
    def takes_iris(self) -> bool:
        """Whether text must be an IRI, or a code that becomes one."""
        return not {"iri", "codeOrIri"}.isdisjoint(self._names)

    @property
    def _takes_codes(self) -> bool:
        return "codeOrIri" in self._names or any("else" in part for part in self._enums)

    def _component(self, value: object) -> tuple[str, bool]:
        """Return the component, and whether the value is dropped.

        Text that can be no IRI is, where one must stand; a code becomes an IRI whether the
        vocabulary has it or not.
        """
        if not isinstance(value, str):
            return "MalformedValue", self._is_lost(value)
        if self.takes_iris and (":" in value or not self._takes_codes or not self._is_clean(value)):
            return "MalformedIRI", not self._takes_codes or not self._is_clean(value)
        return "UnknownCode" if self._enums else "MalformedValue", False

    def _is_lost(self, value: object) -> bool:
        """Whether a value is a node that has no IRI for its id, and goes with it."""
        identifier = value.get("id", value.get("@id", "_:")) if isinstance(value, dict) else "_:"
        return not (isinstance(identifier, str) and self._absolute.search(identifier))

    def _is_clean(self, text: str) -> bool:
        return self._clean.search(text) is not None

    def _phrase(self) -> str:
        """Name what is wanted, in the words of the definitions."""
        found = []
        for part in self._parts:
            if part in self._enums and "else" not in part:
                found.append(_one_of(part["then"]["enum"]))
            elif part is not self._parts[0] and "title" in part:
                found.append(part["title"])
        if "codeOrIri" in self._names or self._takes_codes:
            found = [phrase for phrase in found if phrase != "an absolute IRI"]
        if "string" in self._types and not found:
            found.append("text")
        if "number" in self._types:
            found.append("a number")
        if "boolean" in self._types:
            found.append("true or false")
        if "object" in self._types and {"node", "value"}.isdisjoint(self._names):
            found.append("an object")
        return " or ".join(dict.fromkeys(found)) or "something else"

    def _cure(self, value: object, codes: list[str], phrase: str) -> str:
        if (
            isinstance(value, str)
            and {"number", "object"} <= set(self._types)
            and ({"node", "value"}.isdisjoint(self._names))
        ):
            from .amounts import cure

            return f"; {cure(value)}."
        if isinstance(value, str) and not {"number", "boolean"}.isdisjoint(self._types):
            return "; write it without quotation marks, units or thousands separators."
        if isinstance(value, int | float) and phrase == "text":
            return "; put it in quotation marks."
        if self._takes_codes and 0 < len(codes) <= _FEW:
            return f"; known are {', '.join(codes)}."
        return "."


def at(pointer: str, part: str) -> str:
    """Return the pointer to a member (RFC 6901, section 3)."""
    return f"{pointer}/{part.replace('~', '~0').replace('/', '~1')}"


def pointer_of(path: Iterable[str | int]) -> str:
    """Return the pointer that follows a path."""
    pointer = ""
    for part in path:
        pointer = at(pointer, str(part))
    return pointer


def written(value: object) -> str:
    """Return a value as compact JSON, cut where it grows long."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))[:_LONGEST]


def meant(text: object, known: Iterable[str], cutoff: float = 0.75) -> str | None:
    """Return which name may have been meant, whatever the case and the joints between words.

    ``cutoff`` is the least share of characters that must agree, from 0 to 1.

    >>> meant("Second Assistant Director", ["second-assistant-director"])
    'second-assistant-director'
    """
    names = {folded(name): name for name in known}
    return likeliest(text, names, cutoff) if isinstance(text, str) else None


def likeliest(text: str, names: Mapping[str, str], cutoff: float) -> str | None:
    """Return which name may have been meant, out of ``names`` by what :func:`folded` leaves."""
    close = nearest(folded(text), names, cutoff)
    return names[close] if close else None


def folded(text: str) -> str:
    """Return a name without the case of its letters and the joints between its words."""
    return text.casefold().translate(_JOINTS)


def _one_of(codes: list[str]) -> str:
    if len(codes) == 1:
        return codes[0]
    return f"one of {', '.join(codes)}" if len(codes) <= _FEW else f"a code such as {codes[0]}"


def _needed(rule: Schema) -> Problem:
    """Word that a key stands without another that it needs."""
    (key,), (other,) = rule["if"]["required"], rule["then"]["required"]
    message = f"{key} needs {other} beside it; add {other}, or leave {key} out."
    return Problem(at("", key), key, "MissingKey", message)


def _found(node: Any, path: Iterable[str | int]) -> Any:
    for part in path:
        node = node[part]
    return node


def _references(schema: Schema) -> list[str]:
    """Return the names of the definitions that a schema refers to."""
    schemas = [schema, schema.get("else", {}), *schema.get("allOf", ()), *schema.get("anyOf", ())]
    return [part["$ref"].removeprefix("#/$defs/") for part in schemas if "$ref" in part]
