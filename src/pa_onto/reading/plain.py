"""Plain records straight to N-Triples.

Nearly every record is plain: one type that closes its keys, one value a key, nothing nested.
What such a record means is told by the published context alone, so that context is compiled
once into a function for each key. Anything else gives None and takes the long way, through
the JSON Schema and a JSON-LD processor; tests prove that both ways mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import pyoxigraph as ox

from ..namespaces import RDF_TYPE, XSD
from .contexts import Contexts

#: Turns a JSON value into the rest of a statement; None when the value is not plain.
Writer = Callable[[object], str | None]

# Names and addresses that need no closer look; others are asked of the RDF library.
_CODE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII).fullmatch
_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~!$'()*+,;=:@/-]*)?(?:#[A-Za-z0-9._~/-]*)?", re.ASCII
).fullmatch
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]').search
_INTEGER: Final = f"^^<{XSD}integer>"
_BOOLEAN: Final = f"^^<{XSD}boolean>"
_REMEMBERED: Final = 4096
#: What JSON-LD writes as a double from here on.
_TOO_LARGE: Final = 10**21
#: Integers up to here are the same in every JSON reader.
_EXACT: Final = 1 << 53


class Plain:
    """The published context, compiled for plain records."""

    def __init__(self, contexts: Contexts) -> None:
        self._contexts = contexts
        self._types: dict[str, tuple[str, dict[str, Writer]]] = {}
        for name, term in contexts.terms.items():
            scope = term.get("@context") if isinstance(term, dict) else None
            if scope and "@vocab" not in scope and "@type" not in term:
                kind = f" <{RDF_TYPE}> <{self._expanded(term['@id'])}> .\n"
                keys = {key: self._writer(key, scope) for key in scope if key[0] != "@"}
                self._types[name] = (kind, keys)

    @property
    def types(self) -> Mapping[str, frozenset[str]]:
        """The keys of each type that plain records may have."""
        return {name: frozenset(keys) for name, (_, keys) in self._types.items()}

    def ntriples(self, record: Mapping[str, Any], label: str) -> tuple[str, str] | None:
        """Return the id of a plain record and its statements, None when it is not plain.

        ``label`` is its blank node label where it has no id. The id is an IRI or that label.
        """
        kind = record.get("type")
        found = self._types.get(kind) if type(kind) is str else None
        if found is None:
            return None
        end, writers = found
        identifier = record.get("id", label)
        if identifier is label:
            subject = label
        elif type(identifier) is str and self._is_address(identifier):
            subject = f"<{identifier}>"
        else:
            return None
        parts = []
        for key, value in record.items():
            writer = writers.get(key)
            if writer is not None:
                part = writer(value)
                if part is None:
                    return None
                parts.append(part)
            elif not (value is None or key in ("id", "type") or self._names_ours(key, value)):
                return None
        # A missing value leaves an empty part.
        text = "".join([subject + part for part in parts if part])
        return identifier, f"{text}{subject}{end}"

    def _names_ours(self, key: str, value: object) -> bool:
        return key == "@context" and self._contexts.is_ours(value)

    def _writer(self, key: str, scope: Mapping[str, Any]) -> Writer:
        term = scope[key]
        if isinstance(term, str):
            return _value(self._expanded(term))
        predicate = self._expanded(term["@id"])
        coercion = term.get("@type")
        if coercion == "@id":
            return self._link(predicate)
        if coercion == "@vocab":
            return self._code(predicate, term.get("@context", {}), scope)
        return _typed(predicate, self._expanded(coercion)) if coercion else _value(predicate)

    def _link(self, predicate: str) -> Writer:
        start = f" <{predicate}> <"
        is_address = self._is_address

        def write(value: object) -> str | None:
            if type(value) is str and (_ADDRESS(value) or is_address(value)):
                return f"{start}{value}> .\n"
            return "" if value is None else None

        return write

    def _code(self, predicate: str, inner: Mapping[str, Any], scope: Mapping[str, Any]) -> Writer:
        """Write codes of a namespace; a code named like a term is that term, not a code."""
        start = f" <{predicate}> <"
        space = inner.get("@vocab", "")
        terms = {**self._contexts.terms, **scope}
        known = {code: f"{start}{iri}> .\n" for code, iri in inner.items() if code[0] != "@"}
        remembered: dict[str, str | None] = dict(known)

        def fresh(value: str) -> str | None:
            if _CODE(value):
                return None if value in terms else f"{start}{space}{value}> .\n"
            return f"{start}{value}> .\n" if self._is_address(value) else None

        def write(value: object) -> str | None:
            if type(value) is not str:
                return "" if value is None else None
            found = remembered.get(value)
            if found is None:
                found = fresh(value)
                if len(remembered) < _REMEMBERED:
                    remembered[value] = found
            return found

        return write

    def _is_address(self, value: str) -> bool:
        """Return whether a string is an absolute IRI and no CURIE of the context."""
        if _ADDRESS(value):
            return True
        if value.partition(":")[0] in self._contexts.terms:
            return False
        try:
            ox.NamedNode(value)
        except ValueError:
            return False
        return True

    def _expanded(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        space = self._contexts.terms.get(prefix)
        return space + local if colon and isinstance(space, str) else name


def _typed(predicate: str, datatype: str) -> Writer:
    start, end = f" <{predicate}> ", f"^^<{datatype}> .\n"

    def write(value: object) -> str | None:
        if type(value) is str:
            return f"{start}{quoted(value)}{end}"
        return "" if value is None else None

    return write


def _value(predicate: str) -> Writer:
    start = f" <{predicate}> "

    def write(value: object) -> str | None:
        literal = _literal(value)
        return f"{start}{literal} .\n" if literal else literal

    return write


def _literal(value: object) -> str | None:
    """Return a JSON value as a literal (JSON-LD 1.1 API, section 8.2.2)."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return f'"{str(value).lower()}"{_BOOLEAN}'
    if isinstance(value, int) and abs(value) < _EXACT:
        return f'"{value}"{_INTEGER}'
    if isinstance(value, float) and abs(value) < _EXACT:
        return _number(value)
    return "" if value is None else None


def _number(value: float) -> str:
    """Return a number as JSON-LD writes it: whole ones as integers, others as doubles."""
    text, kind = number_written(value)
    return f'"{text}"^^<{kind}>'


def number_written(value: float, *, double: bool = False) -> tuple[str, str]:
    """Return how JSON-LD writes a number, and its type (JSON-LD 1.1 API, section 8.2.2).

    Whole numbers below 10 to the 21st are integers, unless they shall be ``double``.

    >>> number_written(5.5), number_written(5.0), number_written(5, double=True)
    (('5.5E0', XSD + 'double'), ('5', XSD + 'integer'), ('5.0E0', XSD + 'double'))
    """
    if not double and abs(value) < _TOO_LARGE and float(value).is_integer():
        return str(int(value)), XSD + "integer"
    return _double(float(value)), XSD + "double"


def _double(value: float) -> str:
    """Return the canonical form of a double, with all the digits that tell it from others."""
    if not value:
        return "-0.0E0" if str(value)[0] == "-" else "0.0E0"
    mantissa, _, exponent = repr(value).partition("e")
    sign = "-" if mantissa[0] == "-" else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    power = len(whole + fraction) - len(digits) + 1 - len(whole)
    power = int(exponent or 0) - power
    digits = digits.rstrip("0")
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{power}"


def quoted(text: str) -> str:
    """Return a string as a literal of N-Triples."""
    return f'"{text}"' if _ESCAPED(text) is None else str(ox.Literal(text))
