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
from .nearest import nearest
from .schema import Problem

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

    def is_ours(self, context: object) -> bool:
        """True when a document's context is the published one, named or left out."""
        return context is None or context == self.url or context == [self.url]

    def inline(self, context: object, file: str, pointer: str = "", line: int = 1) -> object:
        """Return a context with every reference replaced by the bundled document.

        A missing context stands for the published one. Raises InputError for any other URL.
        """
        if context is None:
            return self.terms
        if isinstance(context, str):
            return self._bundled(context, file, pointer, line)
        if isinstance(context, list):
            return [self.inline(part, file, pointer, line) for part in context]
        for url in _references(context):
            raise self._refused(url, file, pointer, line)
        return context

    def _bundled(self, url: str, file: str, pointer: str, line: int) -> object:
        if url == self.url:
            return self.terms
        if url in SCHEMA_CONTEXTS:
            return self.schema_org
        raise self._refused(url, file, pointer, line)

    def _refused(self, url: str, file: str, pointer: str, line: int) -> InputError:
        return InputError(
            f"The context {url!r} (at {pointer or '/'}) is not bundled, and nothing is fetched.",
            cure=f"Use {self.url} or https://schema.org, or write the context inline.",
            file=file,
            line=line,
        )


def undefined(node: object, context: object, pointer: str = "") -> Iterator[Problem]:
    """Yield what an inline context has no term for, and a processor would drop.

    Terms of scoped contexts count everywhere: the check never objects to what is kept.
    """
    terms = set(_defined(context))
    if "@vocab" not in terms:
        yield from _dropped(node, terms, pointer)


def _defined(context: object) -> Iterator[str]:
    """Yield the terms a context defines, those of contexts inside it among them."""
    for part in _listed(context):
        if not isinstance(part, dict):
            continue
        for key, value in part.items():
            if value is not None:
                yield key
            if isinstance(value, dict):
                yield from _defined(value.get("@context"))


def _dropped(node: object, terms: set[str], pointer: str) -> Iterator[Problem]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _dropped(item, terms, f"{pointer}/{index}")
    if not isinstance(node, dict) or "@value" in node:
        return
    for key, value in node.items():
        here = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
        if key[:1] != "@" and ":" not in key and key not in terms:
            close = nearest(key, terms)
            hint = f"did you mean {close}?" if close else "define it in the context."
            message = f"The key {key} is unknown and would be dropped; {hint}"
            yield Problem(here, key, "UnknownKey", message, json.dumps(value)[:80], close, True)
        else:
            yield from _dropped(value, terms, here)


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
