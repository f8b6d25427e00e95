"""Find what a JSON-LD processor would drop of a record that brings a context of its own.

Keys without a term, keywords that are none, ids and links that are no IRIs, and values in no
language: the processor leaves all of them out without a word (JSON-LD 1.1 API, sections 5.1.2
and 8.1.2).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pyoxigraph as ox

from .contexts import parts, well_formed_language
from .nearest import nearest
from .problems import at
from .schema import Problem

_KEYWORDS: Final = frozenset(
    f"@{name}"
    for name in (
        *("context", "id", "type", "graph", "value", "language", "list", "set", "reverse"),
        *("included", "index", "nest", "json", "direction", "none", "annotation"),
    )
)


def dropped(node: object, context: object) -> Iterator[Problem]:
    """Yield what would be dropped of a record; terms of scoped contexts count everywhere."""
    yield from _Own(context).problems(node, "")


class _Own:
    """A context that a document brings."""

    def __init__(self, context: object) -> None:
        self._context = context
        self._terms: dict[str, Any] = {}
        for part in parts(context):
            if isinstance(part, dict):
                self._terms |= {key: value for key, value in part.items() if value is not None}
        self._vocab = "@vocab" in self._terms
        self._base = "@base" in self._terms

    def problems(self, node: object, pointer: str) -> Iterator[Problem]:
        """Yield what is wrong with a value and all inside it."""
        if isinstance(node, list):
            for index, item in enumerate(node):
                yield from self.problems(item, f"{pointer}/{index}")
        elif isinstance(node, dict):
            inner = node.get("@context")
            own = self if inner is None else _Own([self._context, inner])
            for key, value in node.items():
                yield from own._member(key, value, at(pointer, key), "@value" in node)

    def _member(self, key: str, value: object, here: str, literal: bool) -> Iterator[Problem]:
        keyword = self._terms.get(key, key)
        if keyword == "@language":
            if isinstance(value, str) and not well_formed_language(value):
                yield _problem(here, key, "MalformedValue", f"{key} is no language tag.", value)
        elif keyword in ("@id", "@type"):
            if not literal:
                yield from self._iris(key, value, here, named=keyword == "@type")
        elif keyword in ("@context", "@value"):
            return
        elif not self._known(key):
            yield self._unknown(key, value, here)
        else:
            yield from self._value(keyword, key, value, here)

    def _value(self, term: object, key: str, value: object, here: str) -> Iterator[Problem]:
        """Yield what is wrong with the values of a known key."""
        definition = term if isinstance(term, dict) else {}
        coercion, container = definition.get("@type"), definition.get("@container")
        if coercion == "@json":
            return
        if coercion in ("@id", "@vocab"):
            yield from self._iris(key, value, here, named=coercion == "@vocab")
        # The keys of a map are languages or names (JSON-LD 1.1, section 4.6).
        if isinstance(value, dict) and container and container not in ("@list", "@set"):
            for name, item in value.items():
                yield from self.problems(item, at(here, name))
        else:
            yield from self.problems(value, here)

    def _known(self, key: str) -> bool:
        if key in self._terms or key in _KEYWORDS:
            return True
        if key[:1] == "@" or key[:2] == "_:":
            return False
        return _is_iri(key if ":" in key else f"x:{key}") and (":" in key or self._vocab)

    def _iris(self, key: str, value: object, here: str, *, named: bool) -> Iterator[Problem]:
        """Yield the strings of a value that stand for no IRI; ``named``: they may be terms."""
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from self._iris(key, item, f"{here}/{index}", named=named)
        if not isinstance(value, str) or value[:2] == "_:" or value == "@json":
            return
        relative = value[:1] != "@" and (self._base or (named and self._vocab))
        if named and value in self._terms:
            return
        if not _is_iri(value) and not (relative and ":" not in value and _is_iri(f"x:/{value}")):
            message = f"{key} must be an absolute IRI, not {json.dumps(value, ensure_ascii=False)}."
            yield _problem(here, key, "MalformedIRI", message, value)

    def _unknown(self, key: str, value: object, here: str) -> Problem:
        close = nearest(key, self._terms)
        hint = f"did you mean {close}?" if close else "define it in the context."
        message = f"The key {key} is unknown and would be dropped; {hint}"
        return _problem(here, key, "UnknownKey", message, value, close)


def _problem(
    pointer: str, key: str, kind: str, message: str, value: object, close: str | None = None
) -> Problem:
    return Problem(pointer, key, kind, message, json.dumps(value)[:80], close, True)


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True
