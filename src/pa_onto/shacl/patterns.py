"""The triple patterns of a SPARQL query, as far as tokens tell them.

Only what decides how far a rule looks is read: subjects, predicates and objects of plain
patterns. Anything else in a pattern (a variable for a predicate, a negated property set, a
collection, a blank node with properties, a sub-select, a name that is not resolved) gives None,
and the caller takes it that the query may read whatever there is. Queries are read as
:mod:`names` writes them out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ..namespaces import RDF_TYPE
from ..reading.tokens import tokens
from .names import Query

_OPERATORS: Final = frozenset("/|*+?")
#: What would change what there is to be read, or how names are.
_PROLOGUE: Final = frozenset({"PREFIX", "BASE", "FROM"})
_TERMS: Final = frozenset({"variable", "iri", "name", "text", "number"})
_BOOLEANS: Final = ("TRUE", "FALSE")
#: The words with which what is no pattern begins in a group.
_CLAUSES: Final = frozenset({"FILTER", "OPTIONAL", "BIND", "UNION"})


class Pattern(NamedTuple):
    """A triple pattern: variables by name, other terms as written.

    ``predicates`` are the IRIs of its path, ``backwards`` those under ``^``; ``steps`` says
    that the path may take another number of steps than one, ``nullable`` that it may take none.
    ``group`` numbers the groups around it, the outermost first: what a pattern binds is bound
    in its group and those inside it.
    """

    subject: str
    predicates: frozenset[str]
    object: str
    steps: bool = False
    backwards: frozenset[str] = frozenset()
    group: tuple[int, ...] = ()
    nullable: bool = False


class _UnreadError(Exception):
    """The query holds something this reader does not know."""


def patterns(query: Query) -> list[Pattern] | None:
    """Return the triple patterns of a query, None when they cannot be told or there are none."""
    return _read(query) or None


def mentioned(query: Query) -> set[str] | None:
    """Return the IRIs a query names, None when it may read statements with other predicates."""
    found = _read(query)
    if found is None or not all(_is_tied(pattern, found) for pattern in found):
        return None
    return {token[1:-1] for kind, token in tokens(query.text) if kind == "iri"}


def needed(query: Query) -> frozenset[str]:
    """Return predicates without which a query has no solution: those it has outside of groups.

    An aggregate has a solution all the same; the caller knows.
    """
    return frozenset(
        iri
        for pattern in _read(query) or ()
        if len(pattern.group) == 1 and len(pattern.predicates) == 1 and not pattern.steps
        for iri in pattern.predicates
    )


def may_stand_still(query: Query) -> bool:
    """Return whether a path may take no step, and so end at a node that no statement names."""
    found = _read(query)
    return found is None or any(pattern.nullable for pattern in found)


def _read(query: Query) -> list[Pattern] | None:
    """Return the triple patterns of a query, None when they cannot be told."""
    if query.unsure:
        return None
    reader = _Reader()
    try:
        for kind, token in tokens(query.text):
            reader.take(kind, token)
    except (_UnreadError, IndexError):
        return None
    return None if reader.frames else reader.found


def _is_tied(pattern: Pattern, found: list[Pattern]) -> bool:
    """Return whether a path that may take no step begins or ends at what others find.

    If not, it finds every node of the graph, whatever its predicates.
    """
    if not pattern.nullable or {pattern.subject, pattern.object} & {"this"}:
        return True
    group = pattern.group
    firm = [p for p in found if not p.nullable and p.group == group[: len(p.group)]]
    ends = {name for other in firm for name in (other.subject, other.object)}
    # A node that the query names may be in the graph by other statements, or not at all.
    return any(name in ends and name[0] != "<" for name in (pattern.subject, pattern.object))


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
        self.nullable = False
        self.open = True
        self.inverse = False
        self.depth = 0


class _Reader:
    """Takes tokens one by one and collects patterns."""

    def __init__(self) -> None:
        self.found: list[Pattern] = []
        self.frames: list[_Frame] = []
        self._groups = 0
        self._brackets = 0
        self._before = ("", "")

    def take(self, kind: str, token: str) -> None:
        """Read one token."""
        if token == "{":
            self._rest()
            self._groups += 1
            self.frames.append(_Frame((*self._around(), self._groups)))
        elif token == "}":
            self._close()
        elif self.frames and self.frames[-1].expression:
            if token in ("(", ")"):
                self._bracket(token)
        elif self.frames:
            self._in_group(self.frames[-1], kind, token)
        elif token in ("(", ")"):
            self._brackets += 1 if token == "(" else -1
        elif token.upper() in _PROLOGUE:
            raise _UnreadError
        self._before = (kind, token.upper())

    def _around(self) -> tuple[int, ...]:
        """Return the groups around what follows; brackets outside of all count for one."""
        if self.frames:
            return self.frames[-1].group
        return (0,) if self._brackets else ()

    def _rest(self) -> None:
        """Begin a group: no pattern may be half read."""
        if self.frames and not self.frames[-1].expression:
            if self.frames[-1].expected in ("path", "object"):
                raise _UnreadError
            self.frames[-1].expected = "subject"

    def _close(self) -> None:
        while (frame := self.frames.pop()).expression:
            pass
        if frame.expected in ("path", "object"):
            raise _UnreadError

    def _bracket(self, token: str) -> None:
        if token == "(":
            self.frames.append(_Frame(self._around(), expression=True))
        else:
            self.frames.pop()

    def _in_group(self, frame: _Frame, kind: str, token: str) -> None:
        if frame.expected == "path":
            self._path(frame, kind, token)
        elif frame.expected == "object":
            self._object(frame, kind, token)
        elif frame.expected == "after":
            self._after(frame, kind, token)
        else:
            self._subject(frame, kind, token)

    def _subject(self, frame: _Frame, kind: str, token: str) -> None:
        """Read the subject of a pattern, or the beginning of what is no pattern.

        After FILTER stands an expression in brackets, EXISTS with a group or the name of a
        function; a bracket after anything else begins a collection.
        """
        clause = self._before[1] if self._before[0] == "word" else ""
        if token == "(" and clause:
            self._bracket(token)
        elif kind in ("variable", "iri", "name") and not clause:
            frame.subject, frame.expected = token.lstrip("?$"), "path"
            frame.clear()
        elif not self._is_clause(clause, kind, token):
            raise _UnreadError

    def _is_clause(self, clause: str, kind: str, token: str) -> bool:
        if kind != "word":
            return token == "." and not clause
        return (token.upper() in _CLAUSES and not clause) or clause in ("FILTER", "NOT")

    def _path(self, frame: _Frame, kind: str, token: str) -> None:
        """Read the path of a pattern up to where its object begins (SPARQL 1.1 section 9)."""
        if (kind == "variable" and frame.open) or token == "!":
            raise _UnreadError
        if token == "(" and not frame.open:
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
            frame.nullable |= token in ("*", "?")
            frame.open = token in ("/", "|")
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
        else:
            raise _UnreadError
        frame.predicates.add(iri)
        if frame.inverse:
            frame.backwards.add(iri)
        frame.open = False

    def _object(self, frame: _Frame, kind: str, token: str) -> None:
        if frame.depth or (kind not in _TERMS and token.upper() not in _BOOLEANS):
            raise _UnreadError
        backwards = frozenset(frame.predicates if frame.backwards else ())
        name = token.lstrip("?$") if kind == "variable" else token
        self.found.append(
            Pattern(
                frame.subject,
                frozenset(frame.predicates),
                name,
                frame.steps,
                backwards,
                frame.group,
                frame.nullable,
            )
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
        elif kind == "word" and token.upper() in _CLAUSES:
            frame.expected = "subject"
        elif not frame.literal or not (kind in ("iri", "language") or token == "^^"):
            # Only a literal is followed by more: its language or its datatype.
            raise _UnreadError
