"""Write the JSON-LD context (JSON-LD 1.1, section 4.1)."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any, Final

from ..namespaces import PREFIXES, RDF_TYPE, SCHEMA, SKOS, XSD, Prefixes, local_name, shorten
from ..triples import Triple, key_of
from .keys import Key, Keys

#: The arrays of the published document; each is an alias of ``@included``.
ARRAYS: Final = ("schemes", "concepts", "collections", "classes", "properties", "others")

Context = dict[str, Any]
#: The codes of each namespace.
Codes = Mapping[str, set[str]]

# A prefix of one of these names would make another IRI of every IRI that begins like it.
_SCHEMES: Final = frozenset(
    ["http", "https", "urn", "mailto", "tag", "file", "ftp", "doi", "info", "data", "ark", "did"]
)


def context_document(
    keys: Keys, triples: Iterable[Triple], url: str, prefixes: Prefixes = PREFIXES
) -> Context:
    """Return the context document for a vocabulary and its keys, published at ``url``."""
    types: set[str] = set()
    codes: dict[str, set[str]] = {
        key.codes: set()
        for group in (keys.shared, *keys.records.values())
        for key in group.values()
        if key.codes
    }
    for triple in triples:
        if triple.predicate.value == RDF_TYPE:
            types.add(key_of(triple.object))
        elif triple.predicate.value == SKOS + "inScheme":
            member = key_of(triple.subject)
            for space, names in codes.items():
                if member.startswith(space):
                    names.add(member.removeprefix(space))
    return {"id": url, "@context": _Context(keys, types, codes, prefixes).terms()}


class _Context:
    """The context on its way into JSON."""

    def __init__(self, keys: Keys, types: Iterable[str], codes: Codes, prefixes: Prefixes) -> None:
        self._keys = keys
        self._codes = codes
        self._names = type_names(keys, types)
        self._taken = taken_names(keys, self._names)
        self._declared = usable_prefixes(prefixes, self._taken)
        self._shortening = shortening(self._declared)

    def terms(self) -> Context:
        """Return all terms: keywords, arrays, prefixes, types and keys."""
        context: Context = {"@version": 1.1, "id": "@id", "type": "@type"}
        context |= dict.fromkeys(ARRAYS, "@included") | dict(sorted(self._declared.items()))
        for name, kind in sorted(self._names.items()):
            context[name] = self._short(kind)
            if kind in self._keys.records:
                context[name] = {"@id": self._short(kind), "@context": self._scoped(kind)}
        return context | {name: self._term(key) for name, key in self._keys.shared.items()}

    def _term(self, key: Key) -> Context | str:
        """Return the term definition of a key.

        A code that is also a name in the context, such as the department ``production``, would
        be taken for that name: it is defined again where codes are expected.
        """
        term: Context = {"@id": self._short(key.property)}
        if key.codes:
            names = sorted(self._taken & self._codes.get(key.codes, set()))
            inside = {"@vocab": key.codes} | {name: key.codes + name for name in names}
            term |= {"@type": "@vocab", "@context": inside}
        elif key.link:
            term["@type"] = "@id"
        elif key.datatype:
            term["@type"] = self._short(key.datatype)
        if key.ordered:
            term["@container"] = "@list"
        elif key.language:
            term["@container"] = "@language" if key.single else ["@language", "@set"]
        elif not key.single:
            term["@container"] = "@set"
        return term["@id"] if len(term) == 1 else term

    def _scoped(self, kind: str) -> Context:
        """Return the context inside a record of one class.

        Records of schema.org's classes are read with all of schema.org's terms, nested nodes
        included: our keys for the vocabulary give way, and typed values get their definition.
        Others know their own keys alone.
        """
        own = self._keys.records[kind]
        if not kind.startswith(SCHEMA):
            return {name: self._term(key) for name, key in own.items()}
        context: Context = {"@propagate": True, "@vocab": SCHEMA}
        # A default namespace is for names without a definition only (JSON-LD 1.1, section 4.1.2).
        context |= {name: f"schema:{name}" for name in sorted({*self._keys.shared, *ARRAYS})}
        for name, key in own.items():
            if key.datatype in (XSD + "date", XSD + "dateTime"):
                context[name] = {"@id": self._short(key.property), "@type": "schema:Date"}
            elif key.link:
                context[name] = {"@id": self._short(key.property), "@type": "@id"}
        return context

    def _short(self, iri: str) -> str:
        return shorten(iri, self._shortening)


def type_names(keys: Keys, types: Iterable[str]) -> dict[str, str]:
    """Return a short name for every class; two classes of one local name get none."""
    names: dict[str, list[str]] = {}
    for kind in {*types, *keys.records}:
        names.setdefault(local_name(kind), []).append(kind)
    taken = {"", "id", "type", *ARRAYS, *keys.shared}
    return {n: kinds[0] for n, kinds in names.items() if len(kinds) == 1 and n not in taken}


def taken_names(keys: Keys, types: Iterable[str]) -> set[str]:
    """Return the names in a context that no prefix may have."""
    records = (name for scoped in keys.records.values() for name in scoped)
    return {*keys.shared, *ARRAYS, *types, *records, "id", "type"}


def usable_prefixes(prefixes: Prefixes, taken: Container[str]) -> dict[str, str]:
    """Return the prefixes that a context can declare without changing what IRIs mean."""
    return {
        name: space
        for name, space in prefixes.items()
        if name and name not in taken and name.lower() not in _SCHEMES
    }


def shortening(prefixes: Prefixes) -> dict[str, str]:
    """Return the prefixes of CURIEs that are read back (JSON-LD 1.1, section 4.1.5)."""
    return {name: space for name, space in prefixes.items() if space[-1:] in ":/?#[]@"}
