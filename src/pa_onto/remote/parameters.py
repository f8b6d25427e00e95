"""Bind the parameters of a query that another server answers.

The protocol has no parameters: a VALUES clause in each group that mentions the variable says
the same. What is written into the query are terms, each in the syntax of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..errors import UsageError
from ..namespaces import PREFIXES
from ..reading.tokens import located, undeclared_prefixes, variables

Bound = ox.NamedNode | ox.Literal

_FORMS: Final = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])
_BACKSLASH: Final = re.compile(r"\\\\([uU])|\\.", re.DOTALL)


class _Group(NamedTuple):
    """A group of patterns: where it begins, and the variables in it and within it."""

    start: int
    names: set[str]


def form_of(text: str) -> str:
    """Return which form a query has, SELECT when it shows none."""
    words = (token.upper() for kind, token, _ in located(text) if kind == "word")
    return next((word for word in words if word in _FORMS), "SELECT")


def bind(text: str, terms: Mapping[str, Bound]) -> str:
    """Return a query with variables bound to terms, and with the prefixes that it lacks.

    Raises UsageError when a variable is not in the query, or where it has no group.
    """
    groups = sorted(_groups(text))
    pieces, last = [_prologue(text)], 0
    for name in terms:
        if groups and not any(name in group.names for group in groups):
            groups[0].names.update({name} & variables(text))
        if not any(name in group.names for group in groups):
            raise UsageError(
                f"The parameter {name} cannot be bound for another server.",
                cure=f"Use ?{name} in a WHERE {{ … }} group of the query.",
            )
    for group in groups:
        values = [
            f" VALUES ?{name} {{ {safe(str(term))} }}"
            for name, term in terms.items()
            if name in group.names
        ]
        pieces += [text[last : group.start], *values]
        last = group.start
    return "".join([*pieces, text[last:]])


def safe(term: str) -> str:
    """Return a term in N-Triples syntax so that every reader of SPARQL takes it for the same.

    Some resolve ``\\\\uXXXX`` before they see strings (SPARQL 1.1, section 19.2), and would
    find such an escape in a backslash that is escaped itself.
    """
    return _BACKSLASH.sub(lambda match: rf"\\\u{ord(match[1]):04x}" if match[1] else match[0], term)


def _prologue(text: str) -> str:
    missing = undeclared_prefixes(text, ())
    return "".join(f"PREFIX {p}: <{PREFIXES[p]}> " for p in sorted(missing & PREFIXES.keys()))


def _groups(text: str) -> Iterator[_Group]:
    """Yield the groups of patterns, those around a subquery left out."""
    stack: list[_Group | None] = []
    before = ""
    template = values = False
    for kind, token, end in located(text):
        if token == "{":
            data = template or values
            stack.append(None if data else _Group(end, set()))
            template = values = False
        elif token == "}" and stack:
            if group := stack.pop():
                yield group
        elif kind == "word":
            word = token.upper()
            if word == "SELECT" and before == "{":
                # Its own WHERE takes the values; here they may not stand.
                stack[-1:] = [None]
            template = word == "CONSTRUCT" or (template and word in ("FROM", "NAMED", "WHERE"))
            values = word == "VALUES"
        elif kind == "variable":
            for group in filter(None, stack):
                group.names.add(token[1:])
        before = token
