"""JSON-LD contexts, from the bundled allow-list only.

Two contexts are known: the project's own, and one for schema.org that maps every term into
``https://schema.org/`` with the coercions our shapes rely on (JSON-LD 1.1, section 4.1).
"""

from __future__ import annotations

import json
import re
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

    def __init__(self, context: dict[str, Any], url: str, path: Path | None = None) -> None:
        self.url = url
        self.terms: dict[str, Any] = context["@context"]
        self._path = path

    @classmethod
    def from_file(cls, path: Path) -> Contexts:
        """Read the published context; its URL is stated in it, beside ``@context``."""
        try:
            document = json.loads(path.read_bytes())
            return cls(document, document["id"], path)
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
        parts = context if isinstance(context, list) and context else [context]
        return context is None or all(part == self.url for part in parts)

    def inline(self, context: object, file: str, line: int = 1) -> object:
        """Return a context with every reference replaced by the bundled document.

        A missing context stands for the published one. Raises InputError for any other URL.
        """
        if context is None:
            return self.terms
        if isinstance(context, str):
            return self.load(context, file, line=line)
        if isinstance(context, list):
            return [self.inline(part, file, line) for part in context]
        for part in _parts(context):
            if isinstance(part, str) or (isinstance(part, dict) and "@import" in part):
                url = part if isinstance(part, str) else str(part["@import"])
                raise self._refused(url, file, "", line)
        return context

    def load(self, url: str, file: str, pointer: str = "", line: int = 1) -> object:
        """Return the bundled context at a URL. Raises InputError for any other URL."""
        if url == self.url:
            return self.terms
        if url in SCHEMA_CONTEXTS:
            return self.schema_org
        if (released := self._released(url)) is not None:
            return released
        raise self._refused(url, file, pointer, line)

    def _released(self, url: str) -> object:
        """Return the context of a released version, None when the URL names none that is here."""
        base, _, name = self.url.rpartition("/")
        version = url.removeprefix(f"{base}/").removesuffix(f"/{name}")
        if self._path is None or not re.fullmatch(r"\d+\.\d+\.\d+", version, re.ASCII):
            return None
        if url != f"{base}/{version}/{name}":
            return None
        place = self._path.parent / version / name
        return Contexts.from_file(place).terms if place.is_file() else None

    def _refused(self, url: str, file: str, pointer: str, line: int) -> InputError:
        return InputError(
            f"The context {url!r} (at {pointer or '/'}) is not bundled, and nothing is fetched.",
            cure=f"Use {self.url} or https://schema.org, or write the context inline.",
            file=file,
            line=line,
        )


def _parts(context: object) -> Iterator[object]:
    """Yield a context and every context inside it."""
    for part in context if isinstance(context, list) else [context]:
        if isinstance(part, list):
            yield from _parts(part)
            continue
        yield part
        for value in part.values() if isinstance(part, dict) else ():
            if isinstance(value, dict) and "@context" in value:
                yield from _parts(value["@context"])
