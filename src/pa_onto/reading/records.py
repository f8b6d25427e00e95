"""Read JSON records: one object, an array, ``@graph``, or one record a line.

A JSON-LD processor drops without a word what its context does not know: a misspelt key, a
type nobody declared, an IRI with a blank in it. Here each of them is a finding.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..errors import InputError
from ..model import Finding, Location
from .contexts import Contexts
from .guards import MAX_DEPTH
from .nearest import nearest

# What no IRI may hold (RFC 3987, section 2.2, leaves them all out).
_NOT_IRI = frozenset(map(chr, range(0x21))) | frozenset('<>"{}|\\^`')


# Stands for the part of the published context that flat records need; no context is so named.
_FLAT = " flat records"


class Records(NamedTuple):
    """The records of one document, ready for the RDF parser.

    ``batches`` pairs an inlined context with the nodes it applies to; ``locations`` maps a
    record's id to its place; ``findings`` is what the RDF parser would have dropped.
    """

    batches: list[tuple[object, list[dict[str, Any]]]]
    locations: dict[str, Location]
    findings: list[Finding]


def read_records(text: str, file: str, contexts: Contexts, *, lines: bool, label: str) -> Records:
    """Return the records of a JSON document, or of JSON lines when ``lines`` is true.

    ``label`` makes the blank node labels of records without an id unique to the file.
    Raises InputError for text that is not JSON and for contexts that are not bundled.
    """
    reader = _Reader(file, contexts, label)
    if not lines:
        reader.add_document(_parse(text, file, 1), None)
        return reader.records
    # Not splitlines: a JSON string may hold any of the other line ends of Unicode.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            reader.add_document(_parse(line, file, number), number)
    return reader.records


class _Reader:
    """Collects the records of one file."""

    def __init__(self, file: str, contexts: Contexts, label: str) -> None:
        self.file = file
        self.contexts = contexts
        self.label = label
        self.records = Records([], {}, [])
        self._batches: dict[str, list[dict[str, Any]]] = {}

    def add_document(self, document: object, line: int | None) -> None:
        """Add every record of one JSON value, which stands on ``line`` of a JSON lines file."""
        for pointer, node, context in _nodes(document, "", None):
            place = Location(self.file, line, pointer=pointer or None)
            if not isinstance(node, dict):
                raise InputError(
                    f"A record is a JSON object, not {json.dumps(node)[:40]} (at {place}).",
                    cure="Give an object, an array of objects, or @graph.",
                    file=self.file,
                    line=line,
                )
            self._add(node, context, place)

    def _add(self, node: dict[str, Any], context: object, place: Location) -> None:
        node = {key: value for key, value in node.items() if key != "@context"}
        identifier = node.get("id", node.get("@id"))
        if identifier is None:
            identifier = node["@id"] = f"_:{self.label}{len(self.records.locations)}"
        identifier = str(identifier)
        self.records.locations.setdefault(identifier, place)
        if self.contexts.is_ours(context):
            check = _Check(self.contexts.terms, identifier, place)
            check.node(node, place.pointer or "")
            self.records.findings.extend(check.findings)
            if self.contexts.is_flat(node):
                context = _FLAT
        self._batch(context, place).append(node)

    def _batch(self, context: object, place: Location) -> list[dict[str, Any]]:
        key = context if isinstance(context, str) else json.dumps(context, sort_keys=True)
        if key not in self._batches:
            inlined: object = self.contexts.flat_records
            if context is not _FLAT:
                inlined = self.contexts.inline(context, self.file, place.pointer or "")
            self._batches[key] = []
            self.records.batches.append((inlined, self._batches[key]))
        return self._batches[key]


class _Check:
    """Finds what the context would drop from one record."""

    def __init__(self, terms: dict[str, Any], record: str, place: Location) -> None:
        self.terms = terms
        self.record = record
        self.place = place
        self.findings: list[Finding] = []

    def node(self, node: dict[str, Any], pointer: str) -> None:
        """Check the id, the type and the keys of a node, then the nodes inside it."""
        self._iri(node.get("id", node.get("@id")), "id", f"{pointer}/id", codes=False)
        keys = self._keys_of_types(node, pointer)
        if keys is None:
            return
        for key, value in node.items():
            if key[:1] == "@" or self.terms.get(key) in ("@id", "@type"):
                continue
            here = f"{pointer}/{_escaped(key)}"
            if key in keys:
                self._values(key, keys[key], value, here)
            elif ":" not in key:
                self._unknown("UnknownKey", key, list(keys), here)

    def _keys_of_types(self, node: dict[str, Any], pointer: str) -> dict[str, Any] | None:
        """Return the keys the node's types allow; None when everything is, or nothing is known."""
        types = node.get("type", node.get("@type"))
        if types is None:
            self._find("MissingType", "type", "The record has no type; add one.", pointer)
            return None
        keys: dict[str, Any] = {}
        for type in types if isinstance(types, list) else [types]:
            term = self.terms.get(type) if isinstance(type, str) else None
            if isinstance(term, dict) and "@context" in term:
                if "@vocab" in term["@context"]:
                    return None
                keys |= term["@context"]
            elif term is None and ":" not in str(type):
                self._unknown("UnknownType", str(type), self._types(), f"{pointer}/type")
                return None
            else:
                keys |= self.terms
        return keys

    def _types(self) -> list[str]:
        """The types a record may have: the terms with a context of their own."""
        return [
            name
            for name, term in self.terms.items()
            if isinstance(term, dict) and "@context" in term and name[0].isupper()
        ]

    def _values(self, key: str, term: Any, value: object, pointer: str) -> None:
        coercion = term.get("@type") if isinstance(term, dict) else None
        items = value if isinstance(value, list) else [value]
        for index, item in enumerate(items):
            here = f"{pointer}/{index}" if isinstance(value, list) else pointer
            if isinstance(item, dict) and coercion in ("@id", "@vocab"):
                self.node(item, here)
            elif coercion in ("@id", "@vocab"):
                self._iri(item, key, here, codes=coercion == "@vocab")

    def _iri(self, value: object, key: str, pointer: str, *, codes: bool) -> None:
        """Find a string that stands where an IRI must and is none (RFC 3987)."""
        if not isinstance(value, str) or value.startswith("_:"):
            return
        if value and _NOT_IRI.isdisjoint(value) and (codes or _is_absolute(value)):
            return
        wanted = "a code or an IRI" if codes else "an absolute IRI"
        message = f"{key} must be {wanted}, not {json.dumps(value, ensure_ascii=False)[:80]}."
        self._find("MalformedIRI", key, message, pointer, json.dumps(value))

    def _unknown(self, component: str, name: str, known: list[str], pointer: str) -> None:
        what = "key" if component == "UnknownKey" else "type"
        close = nearest(name, known)
        cure = f"did you mean {close}?" if close else f"known are {', '.join(sorted(known))}."
        message = f"The {what} {name} is unknown and would be dropped; {cure}"
        self._find(component, name if what == "key" else "type", message, pointer)

    def _find(
        self, component: str, key: str, message: str, pointer: str, value: str | None = None
    ) -> None:
        place = Location(self.place.file, self.place.line, pointer=pointer)
        self.findings.append(
            Finding(self.record, message, component, key=key, value=value, location=place)
        )


def _nodes(document: object, pointer: str, context: object) -> Iterator[tuple[str, object, object]]:
    """Yield pointer, node and effective context of every record of a document."""
    if isinstance(document, list):
        for index, item in enumerate(document):
            yield from _nodes(item, f"{pointer}/{index}", context)
    elif isinstance(document, dict) and "@graph" in document:
        inner = document.get("@context", context)
        extra = set(document) - {"@context", "@graph", "@id", "id"}
        if extra:
            yield pointer, {key: document[key] for key in document if key != "@graph"}, inner
        yield from _nodes(document["@graph"], f"{pointer}/@graph", inner)
    elif isinstance(document, dict):
        yield pointer, document, document.get("@context", context)
    else:
        yield pointer, document, context


def _parse(text: str, file: str, line: int) -> object:
    """Parse JSON strictly (RFC 8259): no NaN, no key twice, no lone surrogate, no deep nesting."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unique)
        if "\\" in text:
            json.dumps(value, ensure_ascii=False).encode()
        if text.count("{") + text.count("[") > MAX_DEPTH and _deeper(value, MAX_DEPTH):
            raise RecursionError
    except json.JSONDecodeError as error:
        raise InputError(
            f"Not JSON: {error.msg}.",
            cure="Check the syntax there.",
            file=file,
            line=line + error.lineno - 1,
            column=error.colno,
        ) from error
    except UnicodeEncodeError as error:
        raise InputError(
            "Holds a lone surrogate.", cure="Write the character.", file=file, line=line
        ) from error
    except RecursionError as error:
        raise InputError(
            f"Nests deeper than {MAX_DEPTH}.", cure="Flatten it.", file=file, line=line
        ) from error
    except ValueError as error:
        raise InputError(str(error), cure="Correct it.", file=file, line=line) from error
    return value


def _refuse_constant(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON number.")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object of its members, none of which may come twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"The key {twice!r} occurs twice in one object.")
    return found


def _deeper(value: object, limit: int) -> bool:
    """True when a JSON value nests deeper than ``limit``."""
    if not isinstance(value, dict | list):
        return False
    items = value.values() if isinstance(value, dict) else value
    return limit == 0 or any(_deeper(item, limit - 1) for item in items)


def _is_absolute(iri: str) -> bool:
    """Return whether an IRI starts with a scheme (RFC 3986, section 3.1)."""
    scheme, colon, _ = iri.partition(":")
    tail = scheme.translate({ord(mark): None for mark in "+-."})
    return bool(colon) and iri[0].isalpha() and tail.isalnum() and scheme.isascii()


def _escaped(key: str) -> str:
    """Escape a key for a JSON Pointer (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1")
