"""Read records under schema.org's context as job boards read them, and say what they put up with.

Boards know one context by many names, take a text at a date for a date whatever the context
says, and pass over what has no type. JSON-LD processors do none of that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..namespaces import SCHEMA, SCHEMA_HTTP
from .amounts import cure
from .contexts import SCHEMA_CONTEXTS
from .names import schema_org
from .problems import Problem, meant

# How people name schema.org: with or without scheme, www., slashes, a type behind it.
_SCHEMA_ORG: Final = re.compile(
    r"(?:https?:)?(?://)?(?:www\.)?schema\.org"
    r"(?:/*#?|/+docs/jsonldcontext\.json(?:ld)?|/+version/[\w.]+/[\w.-]+\.jsonld|/+[a-z]\w*/?)",
    re.IGNORECASE | re.ASCII,
)
_NAME: Final = SCHEMA.rstrip("/")
# The vocabulary that JSON-LD makes IRIs of by putting names behind it.
_SPACES: Final = frozenset({SCHEMA, SCHEMA_HTTP})
# Codes have no language, whatever language the texts around them are in.
_CODES: Final = (
    *("codeValue", "currency", "employmentType", "hiringOrganization", "inCodeSet"),
    *("jobLocationType", "salaryCurrency", "unitCode", "unitText"),
)
# Short forms of keywords, which are no terms of schema.org.
_SHORT: Final = frozenset({"id", "type"})


def is_schema_org(context: object) -> bool:
    """Return whether a context makes names those of schema.org."""
    for part in _listed(context):
        name = part.get("@vocab") if isinstance(part, dict) else part
        if isinstance(name, str) and _SCHEMA_ORG.fullmatch(name):
            return True
    return False


def as_read(context: object, bundled: Mapping[str, Any]) -> object:
    """Return a context in which schema.org's terms mean what boards take them for.

    ``bundled`` is the context that stands for schema.org's own. Its name, an ``@vocab`` and a
    prefix all bring its coercions; what the context says itself comes after them.
    """
    if isinstance(context, list):
        # One list: a context inside another list is none (JSON-LD 1.1, section 9.15).
        return [part for one in context for part in _listed(as_read(one, bundled))]
    if isinstance(context, str) and _SCHEMA_ORG.fullmatch(context):
        return [_NAME, _without_language()]
    if not isinstance(context, dict):
        return context
    vocabulary = context.get("@vocab")
    if isinstance(vocabulary, str) and _SCHEMA_ORG.fullmatch(vocabulary):
        terms = {name: term for name, term in bundled.items() if name not in _SHORT}
        return [terms, _without_language(), {**context, "@vocab": SCHEMA}]
    return _prefixed(context, bundled) | context


def _without_language() -> dict[str, object]:
    return {name: {"@id": SCHEMA + name, "@language": None} for name in _CODES}


def _prefixed(context: Mapping[str, Any], bundled: Mapping[str, Any]) -> dict[str, object]:
    """Return the coerced terms of schema.org under every prefix that a context has for it."""
    found: dict[str, object] = {}
    for prefix, space in context.items():
        if isinstance(space, str) and space in _SPACES and prefix[:1] != "@":
            for name, term in bundled.items():
                if isinstance(term, dict) and "@type" in term:
                    coercion = term["@type"].replace("schema:", SCHEMA)
                    found[f"{prefix}:{name}"] = {"@id": space + name, "@type": coercion}
    return found


def remarks(node: Mapping[str, Any], context: object, pointer: str | None) -> Iterator[Problem]:
    """Yield what boards put up with in a record or pass over: an odd context, no type.

    ``pointer`` leads from the record to its context; it is empty where that stands around the
    record, and None where there is nothing to say of it.
    """
    for inside, name, right in () if pointer is None else _odd_names(context):
        message = (
            f"The context {name} is read as {right}, as job boards do; write it so, "
            "since other programs may not find it."
        )
        place = pointer and pointer + inside
        yield Problem(place or "", "@context", "OddContext", message, json.dumps(name), right)
    untyped = not node.get("@type") and not node.get("type")
    if untyped and is_schema_org(context) and any(key[:1] != "@" and key != "id" for key in node):
        message = "The record has no @type, so that no shape looks at it; add one."
        yield Problem("", "@type", "UntypedRecord", message)


def _odd_names(context: object) -> Iterator[tuple[str, str, str]]:
    """Yield where a context names schema.org in a way of its own, how, and how it should.

    The place is a JSON Pointer from the context (RFC 6901).
    """
    several = isinstance(context, list)
    for index, part in enumerate(_listed(context)):
        pointer = f"/{index}" if several else ""
        if isinstance(part, str) and _SCHEMA_ORG.fullmatch(part) and part not in SCHEMA_CONTEXTS:
            yield pointer, part, _NAME
        name = part.get("@vocab") if isinstance(part, dict) else None
        if isinstance(name, str) and _SCHEMA_ORG.fullmatch(name) and name not in _SPACES:
            yield f"{pointer}/@vocab", name, SCHEMA


def reworded(problem: Problem, context: object) -> Problem:
    """Return what a JSON-LD processor would drop in the words of those who write postings."""
    value = _text(problem.value or "")
    if problem.component == "MalformedIRI" and problem.key in ("type", "@type"):
        close = meant(value, _names(context, types=True))
        hint = f"did you mean {close}?" if close else "write its name or its IRI."
        message = f"The type {value} is unknown and would be dropped; {hint}"
        return problem._replace(component="UnknownType", message=message, suggestion=close)
    if not is_schema_org(context):
        return problem
    if problem.component == "MalformedIRI" and problem.key == "baseSalary":
        message = f"baseSalary must be a MonetaryAmount or a number, not the text {value!r}; "
        return problem._replace(component="MalformedValue", message=message + cure(value) + ".")
    if problem.component == "UnknownKey" and problem.suggestion is None:
        close = meant(problem.key, _names(context, types=False))
        if close:
            message = (
                f"The key {problem.key} is unknown and would be dropped; did you mean {close}?"
            )
            return problem._replace(message=message, suggestion=close)
    return problem


def _text(written: str) -> str:
    """Return the text that JSON stands for; as it is written where it has been cut."""
    try:
        return str(json.loads(written))
    except ValueError:
        return written.strip('"')


def _names(context: object, *, types: bool) -> list[str]:
    """Return the names that may stand for a type or a property under a context."""
    own = [name for part in _listed(context) if isinstance(part, dict) for name in part]
    others = sorted(schema_org().names(types)) if is_schema_org(context) else []
    return [*(name for name in own if name[:1] != "@"), *others]


def _listed(context: object) -> list[Any]:
    return context if isinstance(context, list) else [context]
