"""JSON-LD contexts, from the bundled allow-list only.

Two contexts are known: the project's own, and one for schema.org that maps every term into
``https://schema.org/`` with the coercions our shapes rely on (JSON-LD 1.1, section 4.1).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..namespaces import SCHEMA

SCHEMA_CONTEXTS = frozenset(
    f"{scheme}://schema.org{tail}"
    for scheme in ("http", "https")
    for tail in ("", "/", "/docs/jsonldcontext.jsonld", "/docs/jsonldcontext.json")
)


class Contexts:
    """The contexts a document may name."""

    def __init__(self, context: dict[str, Any], url: str) -> None:
        self.url = url
        self.terms: dict[str, Any] = context["@context"]

    @classmethod
    def from_file(cls, path: Path) -> Contexts:
        """Read the published context; its URL is stated in it, beside ``@context``."""
        try:
            document = json.loads(path.read_bytes())
            return cls(document, document["id"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                "The published JSON-LD context is missing or damaged.",
                cure="Run `pa-onto publish`.",
                file=str(path),
            ) from error

    @cached_property
    def schema_org(self) -> dict[str, Any]:
        """The bundled context for schema.org, made from our terms for its classes."""
        scoped: dict[str, Any] = {}
        for term in self.terms.values():
            if isinstance(term, dict) and term.get("@context", {}).get("@vocab") == SCHEMA:
                scoped |= term["@context"]
        keywords = {"id": "@id", "type": "@type", "schema": SCHEMA, "xsd": self.terms.get("xsd")}
        return {"@version": 1.1} | keywords | scoped | {"@vocab": SCHEMA}

    @cached_property
    def flat_records(self) -> dict[str, Any]:
        """The part of the published context that flat records need, its names written out.

        A JSON-LD processor copies the whole context for every value with codes: a tenth of the
        terms makes reading three times as fast, and means the same for what `is_flat` admits.
        """
        scoped = {
            name: {"@id": self._expand(term["@id"]), "@context": self._scope(term["@context"])}
            for name, term in self.terms.items()
            if isinstance(term, dict)
            and "@context" in term
            and "@vocab" not in term["@context"]
            and "@type" not in term
        }
        return {"@version": 1.1, "id": "@id", "type": "@type"} | scoped

    def is_flat(self, node: dict[str, Any]) -> bool:
        """Return whether a record has one type, keys of that type alone, and plain values."""
        kind = node.get("type")
        term = self.flat_records.get(kind) if isinstance(kind, str) else None
        if not isinstance(term, dict):
            return False
        known = term["@context"]
        for key, value in node.items():
            if isinstance(value, dict | list) or (key not in known and key not in ("id", "type")):
                return False
            if isinstance(value, str) and ":" in value and value.split(":")[0] in self.terms:
                return False
        return True

    def _scope(self, context: dict[str, Any]) -> dict[str, Any]:
        return {
            name: {
                key: self._expand(value) if key in ("@id", "@type") else value
                for key, value in term.items()
            }
            if isinstance(term, dict)
            else self._expand(term)
            for name, term in context.items()
        }

    def _expand(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        space = self.terms.get(prefix)
        return space + local if colon and isinstance(space, str) else name

    def is_ours(self, context: object) -> bool:
        """True when a document's context is the published one, named or left out."""
        return context is None or context == self.url or context == [self.url]

    def inline(self, context: object, file: str, pointer: str) -> object:
        """Return a context with every reference replaced by the bundled document.

        A missing context stands for the published one. Raises InputError for any other URL.
        """
        if context is None:
            return self.terms
        if isinstance(context, str):
            return self._bundled(context, file, pointer)
        if isinstance(context, list):
            return [self.inline(part, file, pointer) for part in context]
        for url in _references(context):
            raise self._refused(url, file, pointer)
        return context

    def _bundled(self, url: str, file: str, pointer: str) -> object:
        if url == self.url:
            return self.terms
        if url in SCHEMA_CONTEXTS:
            return self.schema_org
        raise self._refused(url, file, pointer)

    def _refused(self, url: str, file: str, pointer: str) -> InputError:
        return InputError(
            f"The context {url!r} (at {pointer or '/'}) is not bundled, and nothing is fetched.",
            cure=f"Use {self.url} or https://schema.org, or write the context inline.",
            file=file,
        )


def _references(context: object) -> Iterator[str]:
    """Yield what an inline context would have fetched: ``@import`` and nested URLs."""
    if not isinstance(context, dict):
        return
    for key, value in context.items():
        if key == "@import":
            yield str(value)
        elif isinstance(value, dict) and "@context" in value:
            nested = value["@context"]
            yield from (part for part in _listed(nested) if isinstance(part, str))
            yield from (url for part in _listed(nested) for url in _references(part))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
