"""The triple patterns of a SPARQL query, as far as tokens tell them.

Only what decides how far a rule looks is read: subjects, predicates and objects of plain
patterns. Anything else in a pattern (a variable for a predicate, a collection, a blank node
with properties, a sub-select) gives None, and the caller takes it that the query may read
whatever there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from ..namespaces import RDF_TYPE
from ..reading.tokens import tokens, unescaped

_OPERATORS: Final = frozenset("/|*+?")
#: What would change the meaning of names; SHACL takes prefixes from elsewhere (section 5.2.1).
_PROLOGUE: Final = frozenset({"PREFIX", "BASE", "FROM"})
_TERMS: Final = frozenset({"variable", "iri", "name", "text"})
_UNSUPPORTED: Final = frozenset({"SELECT", "GRAPH", "SERVICE", "VALUES", "MINUS"})


class Pattern(NamedTuple):
    """A triple pattern: variables by name, other terms as written.

    ``predicates`` are the IRIs of its path, ``backwards`` those under ``^``; ``steps`` says
    that the path may take more than one step. ``group`` numbers the groups around it, the
    outermost first: what a pattern binds is bound in its group and those inside it.
    """

    subject: str
    predicates: frozenset[str]
    object: str
    steps: bool = False
    backwards: frozenset[str] = frozenset()
    group: tuple[int, ...] = ()


class _UnreadError(Exception):
    """The query holds something this reader does not know."""


def patterns(select: str, prefixes: Mapping[str, str]) -> list[Pattern] | None:
    """Return the triple patterns of a SELECT query, None when they cannot be told."""
    reader = _Reader(prefixes)
    try:
        for kind, token in tokens(unescaped(select)):
            reader.take(kind, token)
    except (_UnreadError, IndexError):
        return None
    return reader.found if reader.found and not reader.frames else None


def needed(select: str, prefixes: Mapping[str, str]) -> frozenset[str]:
    """Return predicates without which a query has no solution: those it has outside of groups.

    An aggregate has a solution all the same; the caller knows.
    """
    return frozenset(
        iri
        for pattern in patterns(select, prefixes) or ()
        if len(pattern.group) == 1 and len(pattern.predicates) == 1 and not pattern.steps
        for iri in pattern.predicates
    )


def sorted_out(
    found: list[Pattern],
) -> tuple[set[str], set[str], frozenset[str], set[str]]:
    """Tell what patterns read at ``$this``, elsewhere, what they follow, and what is free.

    A pattern is free when nothing leads from ``$this`` to its subject: it reads from anywhere.
    """
    free = set[str]().union(*(pattern.backwards for pattern in found))
    for pattern in _free(found):
        free |= pattern.predicates
    subjects = {pattern.subject for pattern in found}
    at_focus, elsewhere, follows = set[str](), set[str](), set[str]()
    for pattern in found:
        if pattern.subject == "this":
            at_focus |= pattern.predicates
        if pattern.subject != "this" or pattern.steps:
            elsewhere |= pattern.predicates
        if pattern.steps or pattern.object in subjects - {"this"}:
            follows |= pattern.predicates
    return at_focus, elsewhere, frozenset(follows), free


def _free(found: list[Pattern]) -> Iterator[Pattern]:
    """Yield patterns from which all can be reached that ``$this`` does not lead to.

    A type is no good start where there is another: every record has one.
    """
    reached: dict[str, list[tuple[int, ...]]] = {"this": [()]}

    def is_reached(pattern: Pattern) -> bool:
        groups = reached.get(pattern.subject, ())
        return any(pattern.group[: len(group)] == group for group in groups)

    todo = sorted(found, key=lambda p: (len(p.group), RDF_TYPE in p.predicates))
    while todo:
        near = [pattern for pattern in todo if is_reached(pattern)]
        if not near:
            near = todo[:1]
            yield near[0]
        for pattern in near:
            for name in (pattern.subject, pattern.object):
                reached.setdefault(name, []).append(pattern.group)
        todo = [pattern for pattern in todo if pattern not in near]


class _Frame:
    """A group between braces, or an expression between brackets, which has no patterns."""

    def __init__(self, group: tuple[int, ...], *, expression: bool = False) -> None:
        self.group = group
        self.expression = expression
        self.literal = False
        self.expected = "subject"
        self.subject = ""
        self.clear()

    def clear(self) -> None:
        """Forget the path read so far."""
        self.predicates: set[str] = set()
        self.backwards: set[str] = set()
        self.steps = False
        self.open = True
        self.inverse = False
        self.depth = 0


class _Reader:
    """Takes tokens one by one and collects patterns."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.prefixes = prefixes
        self.found: list[Pattern] = []
        self.frames: list[_Frame] = []
        self._groups = 0

    def take(self, kind: str, token: str) -> None:
        """Read one token."""
        if token == "{":
            self._rest()
            self._groups += 1
            self.frames.append(_Frame((*self._around(), self._groups)))
        elif token == "}":
            while self.frames.pop().expression:
                pass
        elif self.frames and self.frames[-1].expression:
            if token in "()":
                self._bracket(token)
        elif self.frames:
            self._in_group(self.frames[-1], kind, token)
        elif token.upper() in _PROLOGUE:
            raise _UnreadError

    def _around(self) -> tuple[int, ...]:
        return self.frames[-1].group if self.frames else ()

    def _rest(self) -> None:
        if self.frames and not self.frames[-1].expression:
            self.frames[-1].expected = "subject"

    def _bracket(self, token: str) -> None:
        if token == "(":
            self.frames.append(_Frame(self._around(), expression=True))
        else:
            self.frames.pop()

    def _in_group(self, frame: _Frame, kind: str, token: str) -> None:
        if kind == "word" and token.upper() in _UNSUPPORTED:
            raise _UnreadError
        if frame.expected == "path":
            self._path(frame, kind, token)
        elif frame.expected == "object":
            self._object(frame, kind, token)
        elif frame.expected == "after":
            self._after(frame, kind, token)
        else:
            self._subject(frame, kind, token)

    def _subject(self, frame: _Frame, kind: str, token: str) -> None:
        if token == "(":
            self._bracket(token)
        elif kind in ("variable", "iri", "name"):
            frame.subject, frame.expected = token.lstrip("?$"), "path"
            frame.clear()
        elif kind != "word" and token != ".":
            raise _UnreadError

    def _path(self, frame: _Frame, kind: str, token: str) -> None:
        """Read the path of a pattern up to where its object begins (SPARQL 1.1 section 9)."""
        if (kind == "variable" and frame.open) or token == "!":
            raise _UnreadError
        if token == "(" and kind == "mark" and not frame.open:
            # A name before it was a function: an expression, not a pattern.
            raise _UnreadError
        if token == "(":
            frame.depth += 1
        elif token == ")" and frame.depth:
            frame.depth -= 1
        elif token == "^" and frame.open:
            frame.inverse = True
        elif token in _OPERATORS and not frame.open:
            frame.steps |= token != "|"
            frame.open = token in "/|"
        elif frame.open:
            self._step(frame, kind, token)
        else:
            frame.expected = "object"
            self._object(frame, kind, token)

    def _step(self, frame: _Frame, kind: str, token: str) -> None:
        if kind == "iri":
            iri = token[1:-1]
        elif kind == "word" and token == "a":
            iri = RDF_TYPE
        elif kind == "name":
            iri = self._expanded(token)
        else:
            raise _UnreadError
        frame.predicates.add(iri)
        if frame.inverse:
            frame.backwards.add(iri)
        frame.open = False

    def _expanded(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        if prefix not in self.prefixes:
            raise _UnreadError
        return self.prefixes[prefix] + local

    def _object(self, frame: _Frame, kind: str, token: str) -> None:
        if kind not in _TERMS and kind != "word":
            raise _UnreadError
        backwards = frozenset(frame.predicates if frame.backwards else ())
        name = token.lstrip("?$") if kind == "variable" else token
        predicates = frozenset(frame.predicates)
        self.found.append(
            Pattern(frame.subject, predicates, name, frame.steps, backwards, frame.group)
        )
        frame.expected, frame.literal = "after", kind == "text"

    def _after(self, frame: _Frame, kind: str, token: str) -> None:
        """Read what follows an object: the end, another value or another property."""
        if token == ".":
            frame.expected = "subject"
        elif token == ";":
            frame.expected = "path"
            frame.clear()
        elif token == ",":
            frame.expected = "object"
        elif kind == "word" and token.upper() in ("FILTER", "OPTIONAL", "BIND", "UNION"):
            frame.expected = "subject"
        elif not frame.literal or (kind not in ("iri", "name", "word") and token not in "^@-"):
            # Only a literal is followed by more: its language or its datatype.
            raise _UnreadError
