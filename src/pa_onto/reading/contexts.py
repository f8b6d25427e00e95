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
from ..namespaces import SCHEMA, SCHEMA_HTTP

# How people name schema.org: with or without scheme, www., slashes, a type behind it.
_SCHEMA_ORG = (
    r"(?:https?:)?(?://)?(?:www\.)?schema\.org"
    r"(?:/*#?|/+docs/jsonldcontext\.json(?:ld)?|/+version/[\w.]+/[\w.-]+\.jsonld|/+[a-z]\w*/?)"
)
# The vocabulary that JSON-LD makes IRIs of by putting names behind it.
_SPACES = frozenset({SCHEMA, SCHEMA_HTTP})
# Short forms of keywords that only schema.org's own context has.
_SHORT = frozenset({"id", "type"})
# Codes have no language, whatever language the texts around them are in.
_CODES = (
    *("codeValue", "currency", "employmentType", "hiringOrganization", "inCodeSet"),
    *("jobLocationType", "salaryCurrency", "unitCode", "unitText"),
)
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
        codes = {name: {"@id": SCHEMA + name, "@language": None} for name in _CODES}
        return {"@version": 1.1} | keywords | codes | scoped | {"@vocab": SCHEMA}

    @cached_property
    def _coerced(self) -> dict[str, dict[str, str]]:
        """The terms of schema.org whose texts are no plain ones."""
        terms = self.schema_org.items()
        typed = {name: term for name, term in terms if isinstance(term, dict) and "@type" in term}
        return {
            name: {"@type": term["@type"].replace("schema:", SCHEMA)}
            for name, term in typed.items()
        }

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
            inlined = [self.inline(part, file, line) for part in context]
            # One list: a context inside another list is none (JSON-LD 1.1, section 9.15).
            return [part for one in inlined for part in (one if isinstance(one, list) else [one])]
        for part in _parts(context):
            if isinstance(part, str) or (isinstance(part, dict) and "@import" in part):
                url = part if isinstance(part, str) else str(part["@import"])
                raise self._refused(url, file, "", line)
        return self.as_boards_read(context)

    def as_boards_read(self, context: object) -> object:
        """Return a context in which schema.org's terms mean what its own context gives them."""
        if not isinstance(context, dict):
            return context
        vocabulary = context.get("@vocab")
        if isinstance(vocabulary, str) and _names_schema_org(vocabulary):
            terms = {name: term for name, term in self.schema_org.items() if name not in _SHORT}
            return [terms, {**context, "@vocab": SCHEMA}]
        prefixed: dict[str, object] = {}
        for prefix, space in context.items():
            if isinstance(space, str) and space in _SPACES and prefix[:1] != "@":
                for name, term in self._coerced.items():
                    prefixed[f"{prefix}:{name}"] = {**term, "@id": space + name}
        return prefixed | context

    def load(self, url: str, file: str, pointer: str = "", line: int = 1) -> object:
        """Return the bundled context at a URL. Raises InputError for any other URL."""
        if url == self.url:
            return self.terms
        if _names_schema_org(url):
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


def _names_schema_org(text: str) -> bool:
    return re.fullmatch(_SCHEMA_ORG, text, re.IGNORECASE | re.ASCII) is not None


def is_schema_org(context: object) -> bool:
    """Return whether a context makes names those of schema.org, as job boards read it."""
    for part in context if isinstance(context, list) else [context]:
        name = part.get("@vocab") if isinstance(part, dict) else part
        if isinstance(name, str) and _names_schema_org(name):
            return True
    return False


def odd_names(context: object) -> Iterator[tuple[str, str, str]]:
    """Yield where a context names schema.org in a way of its own, how, and how it should.

    The place is a JSON Pointer from the context (RFC 6901).
    """
    several = isinstance(context, list)
    for index, part in enumerate(context if isinstance(context, list) else [context]):
        pointer = f"/{index}" if several else ""
        if isinstance(part, str) and _names_schema_org(part) and part not in SCHEMA_CONTEXTS:
            yield pointer, part, SCHEMA.rstrip("/")
        name = part.get("@vocab") if isinstance(part, dict) else None
        if isinstance(name, str) and _names_schema_org(name) and name not in _SPACES:
            yield f"{pointer}/@vocab", name, SCHEMA


def _parts(context: object) -> Iterator[object]:
    """Yield a context and every context inside it."""
    for part in context if isinstance(context, list) else [context]:
        yield part
        for value in part.values() if isinstance(part, dict) else ():
            if isinstance(value, dict) and "@context" in value:
                yield from _parts(value["@context"])
