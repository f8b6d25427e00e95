"""Where the statements of N-Triples and N-Quads stand (RDF 1.1 N-Triples, section 2).

A statement fills one line, so that its place needs no parser: most lines are passed over after
their first term.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from ...namespaces import SCHEMA, SCHEMA_HTTP, XSD, XSD_STRING
from .turtle import Statement

#: A wanted statement: terms in N-Triples syntax; None fits any.
Wanted: TypeAlias = tuple[str, str | None, str | None]

_IRI: Final = r"<[^>\r\n]*>"
_LABEL: Final = r"_:[\w\-:\u00b7-\U0010ffff]+(?:\.+[\w\-:\u00b7-\U0010ffff]+)*"
_LITERAL: Final = rf'"(?:[^"\\]++|\\.)*+"(?:\^\^[ \t]*{_IRI}|@[A-Za-z0-9\-]+)?'
_LINE: Final = re.compile(rf"[ \t]*({_IRI}|_:[^\s<]+)?[^\r\n]*[\r\n]*")
_REST: Final = re.compile(rf"[ \t]*({_IRI})[ \t]*({_IRI}|{_LABEL}|{_LITERAL})")
_BLOCK: Final = re.compile(rf"^({_IRI}|_:\S+)[ \t][^\n]*\n?(?:\1[ \t][^\n]*\n?)*+", re.MULTILINE)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CHARACTERS: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_WRITTEN: Final = {"\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


class Line(NamedTuple):
    """A statement of N-Triples: its number from 0, and its terms, normalised."""

    number: int
    subject: str
    predicate: str
    object: str


class _Sought(NamedTuple):
    """A wanted statement and its terms after the subject, normalised."""

    wanted: Wanted
    predicate: str | None
    object: str | None

    def fits(self, line: Line) -> bool:
        """Return whether a statement is the wanted one."""
        return self.predicate in (None, line.predicate) and self.object in (None, line.object)


def subject_blocks(text: str) -> list[tuple[str, int, int]]:
    """Return every run of lines with one subject: the subject, and the offsets of the run.

    >>> subject_blocks("<a:s> <a:p> 'x' .\\n<a:s> <a:q> 'y' .\\n<a:t> <a:p> 'z' .\\n")
    [('<a:s>', 0, 36), ('<a:t>', 36, 54)]
    """
    return [(match[1], match.start(), match.end()) for match in _BLOCK.finditer(text)]


def look_up(text: str, wanted: Collection[Wanted]) -> dict[Wanted, Line]:
    """Return the first statement that fits each wanted one; those that none fits are left out."""
    missing: dict[str, list[_Sought]] = {}
    for one in set(wanted):
        subject, predicate, object = one
        sought = _Sought(one, predicate and normalised(predicate), object and normalised(object))
        missing.setdefault(normalised(subject), []).append(sought)
    found: dict[Wanted, Line] = {}
    for number, end, written in _lines(text):
        if written not in missing and ("\\" in written or SCHEMA_HTTP in written):
            written = normalised(written)
        match = _REST.match(text, end) if written in missing else None
        if match is None:
            continue
        line = Line(number, written, normalised(match[1]), normalised(match[2]))
        fitting = [sought for sought in missing[written] if sought.fits(line)]
        found |= {sought.wanted: line for sought in fitting}
        if len(fitting) == len(missing[written]):
            del missing[written]
        elif fitting:
            missing[written] = [one for one in missing[written] if one not in fitting]
        if not missing:
            break
    return found


def statements(text: str, lines: Mapping[int, Line]) -> Iterator[tuple[int, Statement]]:
    """Yield the statements with these numbers, counted from 0 in the order of the text."""
    last = max(lines, default=-1)
    for number, start, written in _lines(text):
        if number > last:
            return
        match = _REST.match(text, start) if number in lines else None
        if match:
            yield number, Statement(start - len(written), match.start(1), match.start(2))


def normalised(term: str) -> str:
    """Return a term as the reader passes it on.

    Characters stand for themselves where they may; schema.org is written with https, and its
    dates have the XML Schema type that their text has the form of.
    """
    if "\\" in term:
        term = _plain(term)
    if term[:1] != '"':
        return term.replace("<" + SCHEMA_HTTP, "<" + SCHEMA, 1)
    value, mark, suffix = term.rpartition('"')
    if suffix[:1] != "^":
        return value + mark + suffix.lower()
    datatype = suffix[2:].strip(" \t<>")
    if datatype == XSD_STRING:
        return value + mark
    if datatype.replace(SCHEMA_HTTP, SCHEMA) in (SCHEMA + "Date", SCHEMA + "DateTime"):
        datatype = XSD + ("dateTime" if "T" in value else "date")
    elif datatype.startswith(SCHEMA_HTTP):
        datatype = SCHEMA + datatype[len(SCHEMA_HTTP) :]
    return f"{value}{mark}^^<{datatype}>"


def unescaped(text: str) -> str:
    """Return a text with its escapes resolved (RDF 1.1 Turtle, section 6.4)."""
    if "\\" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else _CHARACTERS.get(match[3], match[3])

    return _ESCAPE.sub(character, text)


def _plain(term: str) -> str:
    """Write a term with the four escapes that N-Triples cannot do without."""
    if term[:1] != '"':
        return unescaped(term)
    value, mark, suffix = term[1:].rpartition('"')
    written = re.sub(r'[\n\r"\\]', lambda match: _WRITTEN[match[0]], unescaped(value))
    return f'"{written}{mark}{unescaped(suffix)}'


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the number of every statement, the offset after its subject, and its subject."""
    number = 0
    for match in _LINE.finditer(text, int(text.startswith("\ufeff"))):
        if match[1]:
            yield number, match.end(1), match[1]
            number += 1
