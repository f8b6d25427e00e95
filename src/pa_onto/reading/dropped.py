"""Say what a JSON-LD processor leaves out of a document, and what may have been meant.

Keys without a term, keywords that are none, ids and links that are no IRIs, and values in no
language: processors leave all of them out without a word (JSON-LD 1.1 API, sections 5.1.2
and 8.1.2).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..namespaces import SCHEMA
from .amounts import cure
from .contexts import is_schema_org, odd_names
from .names import schema_org
from .problems import Problem, meant

_SHOWN = 80


def unknown_key(
    key: str, value: object, pointer: str, terms: Iterable[str], vocabulary: str | None
) -> Problem:
    """Word that a key stands for no property, whatever the terms and the vocabulary."""
    close = meant(key, _names(terms, vocabulary, types=False))
    hint = f"did you mean {close}?" if close else "define it in the context."
    message = f"The key {key} is unknown and would be dropped; {hint}"
    return lost(pointer, key, "UnknownKey", message, value, close)


def unknown_type(
    key: str, value: str, pointer: str, terms: Iterable[str], vocabulary: str | None
) -> Problem:
    """Word that a text is the name of no type."""
    close = meant(value, _names(terms, vocabulary, types=True))
    hint = f"did you mean {close}?" if close else "write its name or its IRI."
    message = f"The type {_written(value)} is unknown and would be dropped; {hint}"
    return lost(pointer, key, "UnknownType", message, value, close)


def no_iri(
    key: str, value: str, pointer: str, vocabulary: str | None, *, relative: bool
) -> Problem:
    """Word that a text is no IRI where only an IRI may stand."""
    if vocabulary == SCHEMA and key == "baseSalary":
        message = f"{key} must be a MonetaryAmount or a number, not the text {_written(value)}; "
        return lost(pointer, key, "MalformedValue", f"{message}{cure(value)}.", value)
    end = "; relative ones need --base IRI or @base." if relative else "."
    message = f"{key} must be an absolute IRI, not {_written(value)}{end}"
    return lost(pointer, key, "MalformedIRI", message, value)


def lost(
    pointer: str, key: str, kind: str, message: str, value: object, close: str | None = None
) -> Problem:
    """Return the problem of something that becomes no statement."""
    return Problem(pointer, key, kind, message, _written(value), close, True)


def _names(terms: Iterable[str], vocabulary: str | None, *, types: bool) -> list[str]:
    """Return the names that may stand for a type or a property."""
    own = [name for name in terms if name[:1] != "@" and ":" not in name]
    return [*own, *sorted(schema_org().names(types))] if vocabulary == SCHEMA else own


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:_SHOWN]


def odd_context(context: object, pointer: str | None) -> Iterator[Problem]:
    """Yield where a context names schema.org in a way of its own, which boards put up with.

    ``pointer`` leads from the record to its context, None where that stands around the record.
    """
    for inside, name, right in odd_names(context):
        message = (
            f"The context {name} is read as {right}, as job boards do; write it so, "
            "since other programs may not find it."
        )
        place = "" if pointer is None else pointer + inside
        yield Problem(place, "@context", "OddContext", message, json.dumps(name), right)


def of_schema_org(node: Mapping[str, Any], context: object) -> Iterator[Problem]:
    """Yield that a record under schema.org's context has no type: boards pass over it."""
    untyped = not node.get("@type") and not node.get("type")
    if untyped and is_schema_org(context) and any(key[:1] != "@" and key != "id" for key in node):
        message = "The record has no @type, so that no shape looks at it; add one."
        yield Problem("", "@type", "UntypedRecord", message)
