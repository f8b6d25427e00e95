"""One pass over a part of the data: what its rules need, its focus nodes, its links.

N-Triples come subject by subject, as readers and stores write them. A line is told by its
predicate alone, which is looked up and not parsed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Final, NamedTuple

from ..namespaces import RDF_TYPE
from ..shacl.data import closed
from .terms import BELOW, DECLARING, Kind, Terms

if TYPE_CHECKING:
    from ..shacl.reach import Reach

#: Predicate and object of a statement, in N-Triples syntax.
Statement = tuple[str, str]
#: The statements of a node but its subject, a line each; and its links out of the vocabulary.
Node = tuple[str, list[Statement]]

_RUN = re.compile(r"^(<[^>\s]*>|_:\S+) [^\n]*\n(?:\1 [^\n]*\n)*", re.MULTILINE | re.ASCII)
# A predicate in N-Triples without escapes; others are read by a parser first.
_PREDICATE = re.compile(r"<[^<>\\\s]*>", re.ASCII).fullmatch


#: How many statements are kept in mind, since most records say the same few things.
_REMEMBERED = 20_000


class UnusualError(Exception):
    """N-Triples that are not written one statement a line with single blanks."""


class NeedsWholeError(Exception):
    """The data say something for which they must be judged as a whole."""


class Sketch(NamedTuple):
    """What one pass found: ``rules`` are the statements that targets and SPARQL ask for.

    ``typed`` are the nodes with a type, ``focus`` those that shapes target, in their order, each
    with the targets that it is of; ``classes`` are those that are used.
    ``nodes`` is what other parts may read; ``open`` are the nodes whose links lead out of here.
    ``said`` has a number for all that is said of a node with an IRI: where two parts say the
    same of it, the numbers are equal. ``strange`` are subject, predicate and object of the
    statements whose property or type does not exist, ``declared`` the terms that the part
    itself declares.
    """

    rules: str
    typed: Mapping[str, None]
    focus: Mapping[str, int]
    nodes: Mapping[str, Node]
    open: frozenset[str]
    said: Mapping[str, int]
    strange: Sequence[tuple[str, str, str]] = ()
    declared: Set[str] = frozenset()
    classes: frozenset[str] = frozenset()


class Targets(NamedTuple):
    """What shapes target (SHACL section 2.1.3): IRIs, and terms in N-Triples syntax for nodes.

    Each has a number whose bits say which targets it is of, in the order they have in the graph.
    """

    classes: Mapping[str, int]
    subjects_of: Mapping[str, int]
    objects_of: Mapping[str, int]
    nodes: Mapping[str, int]


class _Use:
    """What a statement is good for; bits of a plain number, which is ten times as fast."""

    NOTHING: Final = 0
    RULE: Final = 1
    TYPE: Final = 2
    TARGETED: Final = 4
    OBJECT: Final = 8
    LINK: Final = 16
    READ: Final = 32
    FOCUS: Final = 64
    STRANGE: Final = 128
    DECLARES: Final = 256


class _Statement(NamedTuple):
    """What is known of a statement without its subject."""

    use: int
    predicate: str
    value: str
    text: str
    subject_of: int = 0
    object_of: int = 0


class _Lines:
    """The lines of one node, sorted by use; ``near`` matter only while it is judged itself."""

    __slots__ = ("far", "far_links", "near", "near_links")

    def __init__(self) -> None:
        self.far: list[str] = []
        self.near: list[str] = []
        self.far_links: list[Statement] = []
        self.near_links: list[Statement] = []

    def add(self, use: int, statement: _Statement) -> None:
        """Add a statement to the lines it belongs to."""
        if use & 16:
            links = self.far_links if use & 32 else self.near_links
            links.append((statement.predicate, statement.value))
        elif use & 32:
            self.far.append(statement.text)
        else:
            self.near.append(statement.text)


class _Found(NamedTuple):
    """What a pass has found so far."""

    rules: list[str]
    typed: dict[str, None]
    focus: dict[str, int]
    lines: dict[str, _Lines]
    said: dict[str, int]
    strange: list[tuple[str, str, str]]
    declared: set[str]
    classes: set[str]


class Sketcher:
    """Sketches parts; threads share it.

    ``rules`` are the predicates that rules ask for, None for all; ``reach`` is given when there
    are other parts; ``vocabulary`` holds the nodes that every part knows, ``shared`` those that
    several parts describe, each in another way. ``terms`` tell the types and properties that
    exist, where misspelt ones are looked for.
    """

    def __init__(
        self,
        rules: set[str] | None,
        targets: Targets,
        vocabulary: frozenset[str],
        reach: Reach | None = None,
        shared: frozenset[str] = frozenset(),
        terms: Terms | None = None,
    ) -> None:
        self._rules = rules
        self._terms = terms
        self._targets = targets
        self._classes = {f"<{iri}>": which for iri, which in targets.classes.items()}
        self._vocabulary = vocabulary
        self._reach = reach
        self._shared = shared
        self._uses: dict[str, int] = {}
        self._statements: dict[str, _Statement | None] = {}

    def sketch(self, ntriples: str) -> Sketch:
        """Sketch N-Triples. Raises UnusualError where they are not written as expected."""
        if ntriples and not ntriples.endswith("\n"):
            ntriples += "\n"
        found = _Found([], {}, dict(self._targets.nodes), {}, {}, [], set(), set())
        said, others = found.said, self._reach is not None
        end = 0
        for run in _RUN.finditer(ntriples):
            if run.start() != end:
                raise UnusualError
            end = run.end()
            block, subject = run[0], run[1]
            if others and subject[0] == "<":
                said[subject] = hash((said[subject], block)) if subject in said else hash(block)
            self._take(subject, block, found)
        if end != len(ntriples):
            raise UnusualError
        nodes, open = self._kept(found.lines)
        return Sketch(
            "\n".join(found.rules),
            found.typed,
            found.focus,
            nodes,
            open,
            found.said,
            found.strange,
            found.declared,
            frozenset(found.classes),
        )

    def _take(self, subject: str, block: str, found: _Found) -> None:
        """Take the statements of one subject, a line each."""
        known, node = self._statements, None
        # A node that several parts describe is put together at the end, from all they say.
        whole = bool(self._shared) and (subject[0] == "_" or subject in self._shared)
        # In C: what stands after the subject on each line.
        for rest in block[len(subject) + 1 : -1].split(f"\n{subject} "):
            try:
                statement = known[rest]
            except KeyError:
                statement = self._statement(rest, subject)
            if whole:
                _keep(statement, subject, rest, found.lines)
            if statement is None:
                continue
            use = statement.use
            if use & 1:
                found.rules.append(f"{subject} {rest}")
            if use & 14:
                _aim(use, subject, statement, found)
            if use & 384:
                _name(statement, subject, found)
            if use & 112 and not whole:
                if node is None:
                    node = found.lines.setdefault(subject, _Lines())
                node.add(use, statement)

    def _statement(self, rest: str, subject: str) -> _Statement | None:
        """Return what a statement is good for, None for nothing."""
        space = rest.find(" ")
        predicate = rest[:space]
        use = self._uses.get(predicate)
        if use is None:
            if space < 0 or not _PREDICATE(predicate) or "\\" in subject or subject[0] == "#":
                raise UnusualError
            use = self._uses[predicate] = self._use(predicate[1:-1])
        statement = None
        if use:
            if rest[-2:] != " .":
                raise UnusualError
            value = rest[space + 1 : -2]
            if use & _Use.TYPE:
                use |= self._use_of_type(value)
            if use & _Use.LINK and (value[0] not in "<_" or value in self._vocabulary):
                use &= ~_Use.LINK
            statement = _Statement(
                use, predicate, value, rest[:-2], *self._aimed(use, predicate[1:-1], value)
            )
        if len(self._statements) < _REMEMBERED:
            self._statements[rest] = statement
        return statement

    def _aimed(self, use: int, predicate: str, value: str) -> tuple[int, int]:
        """Return which targets a statement makes its subject and its object focus nodes of."""
        of_subject = self._targets.subjects_of.get(predicate, 0)
        if use & _Use.TYPE:
            of_subject |= self._classes.get(value, 0)
        return of_subject, self._targets.objects_of.get(predicate, 0)

    def _use(self, iri: str) -> int:
        """Return what the statements of a predicate are good for."""
        use = _Use.RULE if self._rules is None or iri in self._rules else _Use.NOTHING
        targets, reach = self._targets, self._reach
        use |= _Use.TYPE if iri == RDF_TYPE else 0
        use |= _Use.TARGETED if iri in targets.subjects_of else 0
        use |= _Use.OBJECT if iri in targets.objects_of else 0
        if self._terms is not None:
            use |= _Use.DECLARES if iri in BELOW else 0
            use |= _Use.STRANGE if self._terms.unknown(Kind.PROPERTY, iri) else 0
        if reach is not None:
            if iri in reach.backwards:
                raise NeedsWholeError(f"{iri} is read against its direction")
            use |= _Use.LINK if iri in reach.follows else 0
            use |= _Use.READ if iri in reach.reads else 0
            use |= _Use.FOCUS if iri in reach.focus else 0
        return use

    def _use_of_type(self, value: str) -> int:
        """Return what a statement is good for by the type that it gives."""
        if "\\" in value:
            raise UnusualError
        use = _Use.TARGETED if value in self._classes else _Use.NOTHING
        if self._terms is not None and value[0] == "<":
            use |= _Use.DECLARES if value in DECLARING else _Use.NOTHING
            use |= _Use.STRANGE if self._terms.unknown(Kind.TYPE, value[1:-1]) else _Use.NOTHING
        return use

    def _kept(self, lines: dict[str, _Lines]) -> tuple[dict[str, Node], frozenset[str]]:
        """Leave out what no other part can read: statements, and blank nodes nobody reaches."""
        open = _leading_out(lines, self._shared)
        kept: dict[str, Node] = {}
        todo = [node for node in lines if node[0] == "<" or node in open]
        while todo:
            name = todo.pop()
            if name in kept or name not in lines:
                continue
            node = lines[name]
            texts, links = node.far, node.far_links
            if name in open:
                texts, links = texts + node.near, links + node.near_links
            kept[name] = ("\n".join(texts), links)
            if links:
                todo += [value for _, value in links if value[0] == "_"]
        return kept, open


def _keep(statement: _Statement | None, subject: str, rest: str, lines: dict[str, _Lines]) -> None:
    """Keep a statement whatever it is good for."""
    if rest[-2:] != " .":
        raise UnusualError
    if statement is None:
        predicate, _, value = rest[:-2].partition(" ")
        statement = _Statement(_Use.NOTHING, predicate, value, rest[:-2])
    lines.setdefault(subject, _Lines()).add(statement.use | _Use.READ, statement)


def _aim(use: int, subject: str, statement: _Statement, found: _Found) -> None:
    """Note the types and targets that a statement tells of."""
    if use & 2:
        found.typed[subject] = None
        found.classes.add(statement.value)
    if use & 4:
        found.focus[subject] = found.focus.get(subject, 0) | statement.subject_of
    if use & 8:
        value = statement.value
        found.focus[value] = found.focus.get(value, 0) | statement.object_of


def _name(statement: _Statement, subject: str, found: _Found) -> None:
    """Note a statement with a term that does not exist, and a term that is declared."""
    if statement.use & _Use.STRANGE:
        found.strange.append((subject, statement.predicate, statement.value))
    if statement.use & _Use.DECLARES:
        found.declared.add(subject)


def _leading_out(lines: Mapping[str, _Lines], shared: frozenset[str]) -> frozenset[str]:
    """Return the nodes from which links lead, at any distance, to nodes that are not all there."""
    origins: dict[str, list[str]] = {}
    open = {name for name in shared if name in lines}
    for name, node in lines.items():
        if node.far_links or node.near_links:
            for _, value in (*node.far_links, *node.near_links):
                origins.setdefault(value, []).append(name)
                if value not in lines or value in shared:
                    open.add(name)
    return closed(open, origins)
