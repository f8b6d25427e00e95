"""Where the statements of an RDF document are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Final, TypeAlias, cast

import pyoxigraph as ox

from ...namespaces import RDF, RDF_TYPE
from . import ntriples, rdfxml, turtle
from .lines import Place, places
from .ntriples import Line, Wanted, look_up, normalised, unescaped
from .turtle import Statement

_Numbered: TypeAlias = Iterator[tuple[int, Statement]]

_FORMATS: Final = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "rdf-xml": ox.RdfFormat.RDF_XML,
}
# What a collection says with its brackets and its order.
_UNWRITTEN: Final = frozenset(f"<{RDF}{name}>" for name in ("first", "rest", "nil"))
_TOKEN: Final = re.compile(
    rf"<(?P<iri>[^>]*)>|(?P<string>{turtle.STRING})|(?P<plain>{turtle.NUMBER}|(?:true|false)\b)"
    rf"|[^\s:]*:(?P<local>{turtle.LOCAL})|(?P<type>a\b)",
    re.DOTALL,
)


def statement_places(
    text: str, syntax: str, wanted: Collection[Wanted], data: str | None = None
) -> dict[Wanted, Place]:
    """Return where wanted statements are written; what cannot be found is left out.

    A statement is a subject, a predicate or None, and an object or None, as N-Triples terms.
    Its place is that of the last of them that is named, where it is written first. ``syntax``
    is the name of a format. ``data`` are the triples of the text in N-Triples as the reader
    passed them on, in their order: with them, blank nodes may have the labels they got there.
    Without them the text is parsed again, and blank nodes are known by their written labels.

    >>> statement_places("<a:s> <a:p> 1 , 2 .", "turtle", [("<a:s>", "<a:p>", None)])
    {('<a:s>', '<a:p>', None): Place(line=1, column=7)}
    """
    if not wanted:
        return {}
    found = look_up(_data(text, syntax) if data is None else data, wanted)
    lines = {line.number: line for line in found.values()}
    statements = dict(_LOCATE[syntax](text, lines))
    offsets = {
        one: _offset(one, statements[line.number])
        for one, line in found.items()
        if line.number in statements
    }
    at = places(text, offsets.values())
    return {one: at[offset] for one, offset in offsets.items()}


def _data(text: str, syntax: str) -> str:
    """Return the triples of a text as N-Triples, blank nodes with the labels they have."""
    if syntax not in _FORMATS:
        return text
    quads = ox.parse(text.removeprefix("\ufeff"), format=_FORMATS[syntax])
    triples = cast("Iterable[ox.Triple]", (quad.triple for quad in quads))
    return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()


def _offset(wanted: Wanted, statement: Statement) -> int:
    _, predicate, object = wanted
    if object is not None:
        return statement.object
    return statement.subject if predicate is None else statement.predicate


def _turtle(text: str, lines: Mapping[int, Line]) -> _Numbered:
    """Yield the statements of Turtle or TriG that say what they should."""
    last = max(lines, default=-1)
    for number, statement in enumerate(turtle.statements(text)):
        if number > last:
            return
        if number in lines and _says(text, statement, lines[number]):
            yield number, statement


def _ntriples(text: str, lines: Mapping[int, Line]) -> _Numbered:
    for number, statement in ntriples.statements(text, lines):
        if _says(text, statement, lines[number]):
            yield number, statement


_LOCATE: Final[Mapping[str, Callable[[str, Mapping[int, Line]], _Numbered]]] = {
    "turtle": _turtle,
    "trig": _turtle,
    "n-triples": _ntriples,
    "n-quads": _ntriples,
    "rdf-xml": rdfxml.statements,
}


def _says(text: str, statement: Statement, line: Line) -> bool:
    """Return whether the tokens of a statement can stand for its terms."""
    terms = (line.subject, line.predicate, line.object)
    return all(map(_can_be, [text] * 3, statement, terms))


def _can_be(text: str, start: int, term: str) -> bool:
    """Return whether the token at an offset can stand for a term.

    Prefixes and relative IRIs are not resolved: the order of the statements decides, and this
    only guards it.
    """
    if term in _UNWRITTEN or term[0] == "_":
        return True
    match = _TOKEN.match(text, start)
    kind = match.lastgroup if match else None
    if match is None or kind is None:
        return False
    if kind in ("string", "plain"):
        return term[0] == '"' and _value(match[0]) == _value(term.rpartition('"')[0] + '"')
    if kind == "type":
        return term == f"<{RDF_TYPE}>"
    if kind == "local":
        return term.endswith(re.sub(r"\\(.)", r"\1", match[kind]) + ">")
    iri = unescaped(match[kind])
    return normalised(f"<{iri}>") == term or term.endswith(iri.rpartition("/")[2].lstrip(".") + ">")


def _value(written: str) -> str:
    """Return the lexical form of a literal without its datatype or language tag."""
    if written[0] not in "\"'":
        return written
    quotes = 3 if written[:3] in ('"""', "'''") and len(written) > 5 else 1
    return unescaped(written[quotes:-quotes])
