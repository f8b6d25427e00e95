"""Where the statements of Turtle and TriG stand (RDF 1.1 Turtle, section 6; TriG, section 4).

The text is known to be valid. A walk over its tokens yields the statements in the order in
which the parser behind the reader yields them, so that the n-th statement of the one is the
n-th of the other, blank nodes and all. That parser hands out what one token completes in
reverse; whoever asks compares the tokens with the terms, in case it ever does otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

# Names may hold more characters than ASCII has; none of those can end one (section 6.5).
_CHARACTER: Final = r"\w\-\u00b7-\U0010ffff"
LOCAL: Final = rf"(?:[{_CHARACTER}:%]|\\.|\.+(?=[{_CHARACTER}:%\\]))*+"
_NAME: Final = (
    rf"(?:(?![\d\-])[{_CHARACTER}](?:[{_CHARACTER}]|\.+(?=[{_CHARACTER}]))*+)?"
    rf":{LOCAL}"
)
NUMBER: Final = r"[+-]?(?:(?:\d+\.\d*|\.?\d+)[eE][+-]?\d+|\d*\.\d+|\d+)"
STRING: Final = (
    r'"""(?:[^"\\]++|\\.|"(?!""))*+"""'
    r"|'''(?:[^'\\]++|\\.|'(?!''))*+'''"
    r'|"(?:[^"\\\r\n]++|\\.)*+"'
    r"|'(?:[^'\\\r\n]++|\\.)*+'"
)
_TOKEN: Final = re.compile(
    rf"(?:[ \t\r\n]+|\#[^\r\n]*)*+(?:(?P<name>{_NAME})|(?P<mark>\^\^|[\[\](){{}};,])"
    rf"|(?P<iri><[^>]*>)|(?P<string>{STRING})|(?P<number>{NUMBER})|(?P<dot>\.)"
    rf"|(?P<word>[A-Za-z]+)|(?P<at>@[A-Za-z]+(?:-+[A-Za-z0-9]+)*)|(?P<other>\S))",
    re.DOTALL,
)


class Statement(NamedTuple):
    """A statement as it is written: the offsets of its subject, predicate and object.

    A blank node stands where its label or its bracket stands. In a collection the first list
    node stands at the bracket and the others at their items, ``rdf:first`` and ``rdf:rest``
    at the item too, and the last ``rdf:nil`` at the closing bracket.
    """

    subject: int
    predicate: int
    object: int


class _UnknownError(Exception):
    """The walk does not know how to go on."""


class _Bracket(NamedTuple):
    """An open bracket: its offset, and the statement it is the object of, if it is one."""

    kind: str
    start: int
    outer: tuple[int, int] | None


def statements(text: str) -> Iterator[Statement]:
    """Yield the statements of a document as far as its syntax is known here."""
    walk = _Walk()
    for match in _TOKEN.finditer(text, int(text.startswith("\ufeff"))):
        kind = match.lastgroup or ""
        start = match.start(kind)
        if kind in ("mark", "dot", "word", "at", "other"):
            kind = match[kind]
        try:
            walk.expect(kind, start)
        except _UnknownError:
            return
        if walk.found:
            yield from reversed(walk.found)
            walk.found.clear()


class _Walk:
    """The state between two tokens: what comes next, and the brackets that are open.

    A token is known by its kind: ``name``, ``iri``, ``string``, ``number``, or else its text.
    """

    def __init__(self) -> None:
        self.expect: Callable[[str, int], None] = self._subject
        self.found: list[Statement] = []
        self._brackets: list[_Bracket] = []
        self._at = (-1, -1)
        self._literal = -1

    def _found(self, object: int) -> None:
        self.found.append(Statement(*self._at, object))

    def _subject(self, kind: str, start: int) -> None:
        word = kind.lstrip("@").lower()
        if word in ("prefix", "base", "version"):
            self.expect = self._prefix if word == "prefix" else self._directive
        elif kind == "[" or kind == "(":
            self._open(kind, start, None)
        elif kind in ("name", "iri"):
            self._at = (start, -1)
            self.expect = self._verb
        elif kind not in ("{", "}", ".") and word != "graph":
            raise _UnknownError

    def _prefix(self, kind: str, start: int) -> None:
        self.expect = self._directive

    def _directive(self, kind: str, start: int) -> None:
        """Step over the IRI of a directive; a full stop after it is harmless."""
        self.expect = self._subject

    def _verb(self, kind: str, start: int) -> None:
        if kind in ("name", "iri", "a"):
            self._at = (self._at[0], start)
            self.expect = self._object
        else:
            self._end(kind, start)

    def _object(self, kind: str, start: int) -> None:
        if kind in ("name", "iri", "number", "true", "false"):
            self._found(start)
            self.expect = self._after
        elif kind == "string":
            self._literal = start
            self.expect = self._suffix
        elif kind == "[" or kind == "(":
            self._open(kind, start, self._at)
        else:
            raise _UnknownError

    def _suffix(self, kind: str, start: int) -> None:
        """Take the language tag or the datatype of a string, if it has one."""
        if kind == "^^":
            self.expect = self._datatype
            return
        self._datatype(kind, start)
        if kind[0] != "@":
            self._after(kind, start)

    def _datatype(self, kind: str, start: int) -> None:
        self._found(self._literal)
        self.expect = self._after

    def _after(self, kind: str, start: int) -> None:
        if self._brackets and self._brackets[-1].kind == "(":
            self._next_item(kind, start)
        elif kind == ",":
            self.expect = self._object
        else:
            self._end(kind, start)

    def _end(self, kind: str, start: int) -> None:
        """End a list of objects, and with it perhaps more."""
        if kind == ";":
            self.expect = self._verb
        elif kind in (".", "}", "{") and not self._brackets:
            self.expect = self._subject
        elif kind == "]" and self._brackets:
            self._close()
        else:
            raise _UnknownError

    def _open(self, kind: str, start: int, outer: tuple[int, int] | None) -> None:
        self._brackets.append(_Bracket(kind, start, outer))
        if kind == "[":
            self._at = (start, -1)
            self.expect = self._verb
        else:
            self.expect = self._first_item

    def _close(self) -> None:
        """Go on after a bracket, which was the object of a statement or starts one."""
        bracket = self._brackets.pop()
        if bracket.outer is None:
            self._at = (bracket.start, -1)
            self.expect = self._verb
        else:
            self._at = bracket.outer
            self.expect = self._after
            if bracket.kind == "[":
                self._found(bracket.start)

    def _first_item(self, kind: str, start: int) -> None:
        """Start a collection (Turtle, section 2.8); an empty one is ``rdf:nil``."""
        bracket = self._brackets[-1]
        if kind == ")":
            self._empty(bracket)
            return
        if bracket.outer is not None:
            self._at = bracket.outer
            self._found(bracket.start)
        self._at = (bracket.start, start)
        self._object(kind, start)

    def _empty(self, bracket: _Bracket) -> None:
        self._close()
        if bracket.outer is not None:
            self._found(bracket.start)

    def _next_item(self, kind: str, start: int) -> None:
        self._at = (self._at[0], start)
        self._found(start)
        if kind == ")":
            self._close()
        else:
            self._at = (start, start)
            self._object(kind, start)
