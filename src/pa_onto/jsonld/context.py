"""Write the JSON-LD context (JSON-LD 1.1, section 4.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ..namespaces import PREFIXES, SCHEMA, XSD, local_name, shorten
from .keys import Key, Keys

#: The arrays of the published document; each is an alias of ``@included``.
ARRAYS: Final = ("schemes", "concepts", "collections", "classes", "properties", "others")

Context = dict[str, Any]


def context_document(keys: Keys, types: Iterable[str], url: str) -> dict[str, Any]:
    """Return the context document for keys and the classes ``types``, published at ``url``."""
    return {"id": url, "@context": _context(keys, types)}


def _context(keys: Keys, types: Iterable[str]) -> Context:
    context: Context = {"@version": 1.1, "id": "@id", "type": "@type"}
    context |= dict.fromkeys(ARRAYS, "@included")
    context |= dict(sorted(PREFIXES.items()))
    for name, kind in sorted(type_names({*types, *keys.records}).items()):
        context[name] = shorten(kind)
        if kind in keys.records:
            context[name] = {"@id": shorten(kind), "@context": _scoped(kind, keys.records[kind])}
    return context | {name: definition(key) for name, key in keys.shared.items()}


def type_names(types: Iterable[str]) -> dict[str, str]:
    """Return a short name for every class; two classes of one local name get none."""
    names: dict[str, list[str]] = {}
    for kind in types:
        names.setdefault(local_name(kind), []).append(kind)
    return {name: kinds[0] for name, kinds in names.items() if len(kinds) == 1}


def definition(key: Key) -> Context | str:
    """Return the term definition of a key."""
    term: Context = {"@id": shorten(key.property)}
    if key.codes:
        term |= {"@type": "@vocab", "@context": {"@vocab": key.codes}}
    elif key.link:
        term["@type"] = "@id"
    elif key.datatype:
        term["@type"] = shorten(key.datatype)
    if key.ordered:
        term["@container"] = "@list"
    elif key.language:
        term["@container"] = "@language" if key.single else ["@language", "@set"]
    elif not key.single:
        term["@container"] = "@set"
    return term["@id"] if len(term) == 1 else term


def _scoped(kind: str, keys: dict[str, Key]) -> Context:
    """Return the context inside a record of one class.

    Records of schema.org's classes are read with all of schema.org's terms, nested nodes
    included, and only typed values need a definition; others know their own keys alone.
    """
    if not kind.startswith(SCHEMA):
        return {name: definition(key) for name, key in keys.items()}
    context: Context = {"@propagate": True, "@vocab": SCHEMA}
    for name, key in keys.items():
        if key.datatype in (XSD + "date", XSD + "dateTime"):
            context[name] = {"@id": shorten(key.property), "@type": "schema:Date"}
        elif key.link and not key.datatype:
            context[name] = {"@id": shorten(key.property), "@type": "@id"}
    return context
