"""Queries that the fallback engine answers otherwise than SPARQL does.

``rdflib``, which evaluates what is not evaluated by us, compares literals as Python does: dates
with times, whatever has a language, and ill-typed ones with anything. Where a query compares
values and there are such, no verdict of it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ..errors import EngineError
from ..namespaces import XSD
from ..reading.tokens import keywords, tokens
from .literals import is_ill_typed
from .shapes import ShapesGraph, SparqlConstraint

_FUNCTIONS: Final = frozenset(
    {"IN", "SUM", "AVG", "MIN", "MAX", "ABS", "CEIL", "FLOOR", "ROUND", "YEAR", "MONTH", "DAY"}
    | {"HOURS", "MINUTES", "SECONDS", "TIMEZONE", "TZ", "ORDER"}
)
_LITERAL: Final = re.compile(r'"((?:[^"\\\n]|\\.)*+)"(?:\^\^<([^>]*)>|@)?')
#: Types whose values rdflib compares as SPARQL does.
_SOUND: Final = frozenset(
    XSD + name for name in ("string", "integer", "decimal", "boolean", "anyURI")
)


def check_queries(shapes: ShapesGraph, without: Iterable[SparqlConstraint], data: str) -> None:
    """Raise EngineError for a query that may be answered wrong, those ``without`` left out.

    ``data`` is N-Triples.
    """
    ours = {str(constraint.node) for constraint in without}
    for name, triple in shapes.having("select", "ask"):
        query = triple.object.value
        if str(triple.subject) in ours or not (looks := _looks(query)):
            continue
        if odd := _odd(query, looks) or _odd(data, looks):
            from .lint import named

            raise EngineError(
                f"The engine pyshacl does not judge {odd} as SPARQL does, and the sh:{name} of "
                f"{named(shapes, triple.subject)} may look at it.",
                cure="Use the engine shacl where there is one, or say it without comparing.",
            )


def _looks(query: str) -> frozenset[str]:
    """Return how a query looks at values: whether equal, in which order, or by patterns."""
    words = keywords(query)
    marks = {token for kind, token in tokens(query) if kind == "mark"}
    casts = any(kind == "name" and token.startswith("xsd:") for kind, token in tokens(query))
    found = {
        "equal": bool(casts or _equates(query) or words & _FUNCTIONS or f"<{XSD}" in query),
        "ordered": bool(marks & {"<", ">"} or words & {"MIN", "MAX", "ORDER"}),
        "matched": bool(words & {"REGEX", "REPLACE"}),
    }
    return frozenset(look for look, holds in found.items() if holds)


def _equates(query: str) -> bool:
    """Return whether a query says that two things are equal, or not, and neither is an IRI."""
    kinds, marks = zip(*[("", ""), *tokens(query), ("", "")], strict=True)
    return any(
        mark == "=" and "iri" not in sides and "name" not in sides
        for at, mark in enumerate(marks)
        if (sides := (kinds[at - 1 - (marks[at - 1] == "!")], *kinds[at + 1 : at + 2]))
    )


def _odd(text: str, looks: frozenset[str]) -> str | None:
    """Return a literal that rdflib does not judge as SPARQL does, None when there is none."""
    for found in _LITERAL.finditer(text):
        datatype = found[2]
        typed = datatype and (datatype not in _SOUND or is_ill_typed(found[1], datatype))
        if (
            ("matched" in looks and found[1].endswith("\\n"))
            or ("ordered" in looks and found[0].endswith("@"))
            or (typed and looks & {"equal", "ordered"})
        ):
            return found[0].removesuffix("@")
    return None
