"""Write the JSON-LD context (JSON-LD 1.1, section 4.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..namespaces import PREFIXES, RDF_TYPE, SCHEMA, SKOS, XSD, local_name, shorten
from ..triples import Triple
from .keys import Key, Keys

#: The arrays of the published document; each is an alias of ``@included``.
ARRAYS: Final = ("schemes", "concepts", "collections", "classes", "properties", "others")

Context = dict[str, Any]
#: The codes of each namespace.
Codes = Mapping[str, set[str]]


def context_document(keys: Keys, triples: Iterable[Triple], url: str) -> Context:
    """Return the context document for a vocabulary and its keys, published at ``url``."""
    types: set[str] = set()
    codes: dict[str, set[str]] = defaultdict(set)
    for triple in triples:
        if triple.predicate.value == RDF_TYPE:
            types.add(triple.object.value)
        elif triple.predicate.value == SKOS + "inScheme":
            space = triple.object.value.rstrip("/") + "/"
            codes[space].add(triple.subject.value.removeprefix(space))
    return {"id": url, "@context": _context(keys, types, codes)}


def _context(keys: Keys, types: Iterable[str], codes: Codes) -> Context:
    names = type_names({*types, *keys.records})
    taken = {*keys.shared, *ARRAYS, *names, "id", "type"}
    for scoped in keys.records.values():
        taken |= set(scoped)
    context: Context = {"@version": 1.1, "id": "@id", "type": "@type"}
    context |= dict.fromkeys(ARRAYS, "@included")
    context |= {name: space for name, space in sorted(PREFIXES.items()) if name not in taken}
    for name, kind in sorted(names.items()):
        context[name] = shorten(kind)
        if kind in keys.records:
            scope = _scoped(kind, keys, codes, taken)
            context[name] = {"@id": shorten(kind), "@context": scope}
    return context | {name: definition(key, codes, taken) for name, key in keys.shared.items()}


def type_names(types: Iterable[str]) -> dict[str, str]:
    """Return a short name for every class; two classes of one local name get none."""
    names: dict[str, list[str]] = {}
    for kind in types:
        names.setdefault(local_name(kind), []).append(kind)
    return {name: kinds[0] for name, kinds in names.items() if len(kinds) == 1}


def definition(key: Key, codes: Codes, taken: set[str]) -> Context | str:
    """Return the term definition of a key.

    A code that is also a name in the context, such as the department ``production``, would be
    taken for that name: it is defined again where codes are expected.
    """
    term: Context = {"@id": shorten(key.property)}
    if key.codes:
        names = sorted(taken & codes.get(key.codes, set()))
        inside = {"@vocab": key.codes} | {name: key.codes + name for name in names}
        term |= {"@type": "@vocab", "@context": inside}
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


def _scoped(kind: str, keys: Keys, codes: Codes, taken: set[str]) -> Context:
    """Return the context inside a record of one class.

    Records of schema.org's classes are read with all of schema.org's terms, nested nodes
    included: our keys for the vocabulary give way, and typed values get their definition.
    Others know their own keys alone.
    """
    own = keys.records[kind]
    if not kind.startswith(SCHEMA):
        return {name: definition(key, codes, taken) for name, key in own.items()}
    context: Context = {"@propagate": True, "@vocab": SCHEMA}
    # A default namespace is for names without a definition only (JSON-LD 1.1, section 4.1.2).
    context |= {name: f"schema:{name}" for name in sorted({*keys.shared, *ARRAYS})}
    for name, key in own.items():
        if key.datatype in (XSD + "date", XSD + "dateTime"):
            context[name] = {"@id": shorten(key.property), "@type": "schema:Date"}
        elif key.link:
            context[name] = {"@id": shorten(key.property), "@type": "@id"}
    return context
