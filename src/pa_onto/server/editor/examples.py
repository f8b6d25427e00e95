"""Queries to start from: the stored ones, their parameters filled in, and some about any data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from ...namespaces import PREFIXES, expand
from ...project import Project
from ...queries import Parameter, StoredQuery, read_query, stored_queries
from ...reading.tokens import located, tokens, undeclared_prefixes

_GENERAL: Final = Path(__file__).parent / "queries"
_METADATA: Final = re.compile(r"\A(?:# *(?:title|description|parameter):[^\n]*\n)+")
#: What may stand after the colon of a prefixed name without an escape, and a little less.
_LOCAL: Final = re.compile(r"[A-Za-z0-9_](?:[\w-]*\w)?", re.ASCII)


class Example(NamedTuple):
    """A query that runs as it is; ``about`` says what may be changed in it."""

    name: str
    group: str
    title: str
    description: str
    about: list[str]
    query: str


class Examples(NamedTuple):
    """The examples, and the prefixes that queries may use undeclared."""

    examples: list[Example]
    prefixes: Mapping[str, str]


def examples(project: Project) -> Examples:
    """Return the stored queries of a project, and queries about any data.

    Raises InputError when a stored query is not as it should be.
    """
    stored = [_example(one, "The vocabulary") for one in stored_queries(project)]
    paths = sorted(_GENERAL.glob("*.rq"))
    general = [_example(read_query(path), "Whatever is loaded") for path in paths]
    return Examples([*stored, *general], PREFIXES)


def filled(stored: StoredQuery) -> str:
    """Return the text of a query with the defaults of its parameters written into it.

    >>> print(filled(StoredQuery("q", "ASK { ?s ?p ?o }", "", "", (Parameter("s", "text", "x"),))))
    ASK {
      VALUES ?s { "x" }
      ?s ?p ?o }
    """
    text = _METADATA.sub("", stored.text).strip() + "\n"
    for parameter in reversed(stored.parameters):
        if parameter.default is not None:
            values = f"VALUES ?{parameter.name} {{ {_term(parameter, parameter.default)} }}"
            text = _inserted(text, parameter.name, values)
    missing = sorted(undeclared_prefixes(text, ()) & PREFIXES.keys())
    heads = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in missing)
    return (heads + text).rstrip("\n")


def _example(stored: StoredQuery, group: str) -> Example:
    about = [
        f"{parameter.name}: {parameter.about}" for parameter in stored.parameters if parameter.about
    ]
    title = stored.title or stored.name
    text = f"# {title}\n{filled(stored)}"
    return Example(stored.name, group, title, stored.description, about, text)


def _term(parameter: Parameter, value: str) -> str:
    """Write the value of a parameter as a term of SPARQL."""
    if parameter.kind == "text":
        return str(ox.Literal(value))
    space = expand(f"{parameter.kind}:")
    if space and _LOCAL.fullmatch(value):
        return f"{parameter.kind}:{value}"
    iri = expand(value) or value
    if ":" not in iri:
        iri = (space or f"{parameter.kind}/") + iri
    return f"<{re.sub(_FORBIDDEN, _percent, iri)}>"


_FORBIDDEN: Final = r'[\x00-\x20<>"{}|^`\\]'


def _percent(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"


def _inserted(text: str, name: str, values: str) -> str:
    """Put values into every group of a query that speaks of their variable.

    What stands in a group of its own (a subselect) does not see the values outside; a query
    without such a group has them at its end.
    """
    places = [start for start, end in _groups(text) if _mentions(text[start:end], name)]
    for place in reversed(places):
        indent = re.match(r"\n([ \t]*)", text[place:])
        before = indent[0] if indent else "\n  "
        after = "" if indent else "\n  "
        text = text[:place] + before + values + after + text[place:].lstrip(" ")
    return text if places else f"{text}{values}\n"


def _groups(text: str) -> list[tuple[int, int]]:
    """Return where the groups of solutions begin and end: after WHERE, ASK, a bare SELECT."""
    opened: list[tuple[int, bool]] = []
    found = []
    before, selecting = "", False
    for _, token, end in located(text):
        word = token.upper()
        if token == "{":
            opened.append((end, selecting or before in ("WHERE", "ASK")))
            selecting = False
        elif token == "}" and opened:
            start, solutions = opened.pop()
            if solutions:
                found.append((start, end - 1))
        elif word in ("SELECT", "WHERE"):
            selecting = word == "SELECT"
        before = word
    return sorted(found)


def _mentions(group: str, name: str) -> bool:
    """Return whether a group speaks of a variable, and is no wrapping of a subselect alone."""
    found = list(tokens(group))
    if found and found[0][1].upper() == "SELECT":
        return False
    return any(kind == "variable" and token[1:] == name for kind, token in found)
