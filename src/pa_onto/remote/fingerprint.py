"""Tell whether two graphs are the same, whatever their blank nodes are called.

RDF Dataset Canonicalization (RDFC-1.0) takes exponential time for some graphs, and cannot be
interrupted: it runs in a process of its own.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import pyoxigraph as ox

from ..canonical import canonical_quads, to_ntriples
from ..namespaces import XSD
from ..triples import Triple, as_ntriples, triples_of

_PATIENCE: Final = 60.0
_PROGRAM: Final = f"from {__name__} import answer; answer()"
_WHOLE: Final = frozenset(
    XSD + name
    for name in (
        *("integer", "long", "int", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)


def fingerprint(text: bytes) -> str | None:
    """Return the same for the same graph in N-Triples, None when it takes too long to tell."""
    if b"_:" not in text:
        return hashlib.sha256(b"".join(sorted(set(text.splitlines(keepends=True))))).hexdigest()
    command = [sys.executable, "-c", _PROGRAM]
    try:
        done = subprocess.run(
            command, input=text, stdout=subprocess.PIPE, timeout=_PATIENCE, check=True
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return None
    return done.stdout.decode()


def valued(text: bytes) -> bytes:
    """Return a graph with its numbers, booleans and times written in one way.

    Stores that keep values rather than texts give ``007`` back as ``7``.
    """

    def rewritten() -> Iterator[Triple]:
        for triple in triples_of(ox.parse(text, format=ox.RdfFormat.N_TRIPLES)):
            object = triple.object
            if isinstance(object, ox.Literal):
                object = _valued(object)
            yield Triple(triple.subject, triple.predicate, object)

    return as_ntriples(rewritten()).encode()


def _valued(literal: ox.Literal) -> ox.Literal:
    kind = literal.datatype.value
    form = _integer if kind in _WHOLE else _FORMS.get(kind)
    if literal.language is not None:
        return ox.Literal(literal.value, language=literal.language.lower())
    if form is None:
        return literal
    try:
        return ox.Literal(form(literal.value.strip()), datatype=literal.datatype)
    except (ValueError, ArithmeticError):
        return literal


def _integer(text: str) -> str:
    return str(Decimal(text).to_integral_value())


def _decimal(text: str) -> str:
    return format(Decimal(text).normalize() + 0, "f")


def _float(text: str) -> str:
    return repr(float(text))


def _boolean(text: str) -> str:
    return {"1": "true", "0": "false"}.get(text, text)


def _time(text: str) -> str:
    moment = datetime.fromisoformat(text)
    return (moment.astimezone(UTC) if moment.tzinfo else moment).isoformat()


_FORMS: Final[dict[str, Callable[[str], str]]] = {
    XSD + "decimal": _decimal,
    XSD + "double": _float,
    XSD + "float": _float,
    XSD + "boolean": _boolean,
    XSD + "dateTime": _time,
}


def answer() -> None:
    """Read N-Triples from standard input and write the hash of the canonical graph."""
    quads = ox.parse(sys.stdin.buffer.read(), format=ox.RdfFormat.N_TRIPLES)
    sys.stdout.write(hashlib.sha256(to_ntriples(canonical_quads(quads))).hexdigest())
