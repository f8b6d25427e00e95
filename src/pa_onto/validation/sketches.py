"""One pass over a part of the data: what its rules need, its focus nodes, its links.

N-Triples come subject by subject, as readers and stores write them. A line is told by its
predicate alone, which is looked up and not parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import IntFlag
from typing import TYPE_CHECKING, NamedTuple

from ..namespaces import RDF_TYPE

if TYPE_CHECKING:
    from ..shacl.reach import Reach

#: Predicate and object of a statement, in N-Triples syntax.
Statement = tuple[str, str]
#: The statements of a node but its subject, a line each; and its links out of the vocabulary.
Node = tuple[str, list[Statement]]

_RUN = re.compile(r"^(\S+) [^\n]*\n(?:\1 [^\n]*\n)*", re.MULTILINE)
# A predicate in N-Triples without escapes; others are read by a parser first.
_PREDICATE = re.compile(r"<[^<>\\\s]*>").fullmatch


class UnusualError(Exception):
    """N-Triples that are not written one statement a line with single blanks."""


class Sketch(NamedTuple):
    """What one pass found: ``rules`` are the statements that targets and SPARQL ask for.

    ``typed`` are the nodes with a type, ``focus`` those that shapes target, in their order.
    ``nodes`` is what other parts may read; ``open`` are the nodes whose links lead out of here.
    """

    rules: str
    typed: Mapping[str, None]
    focus: Mapping[str, None]
    nodes: Mapping[str, Node]
    open: frozenset[str]


class Targets(NamedTuple):
    """What shapes target (SHACL section 2.1.3): IRIs, and terms in N-Triples syntax for nodes."""

    classes: frozenset[str]
    subjects_of: frozenset[str]
    objects_of: frozenset[str]
    nodes: tuple[str, ...]


class _Use(IntFlag):
    """What the statements of a predicate are good for."""

    NOTHING = 0
    RULE = 1
    TYPE = 2
    SUBJECT = 4
    OBJECT = 8
    FOLLOWED = 16
    READ = 32
    FOCUS = 64


class _Lines:
    """The lines of one node, sorted by use; ``near`` matter only while it is judged itself."""

    __slots__ = ("far", "far_links", "near", "near_links")

    def __init__(self) -> None:
        self.far: list[str] = []
        self.near: list[str] = []
        self.far_links: list[Statement] = []
        self.near_links: list[Statement] = []


class _Found(NamedTuple):
    """What a pass has found so far."""

    rules: list[str]
    typed: dict[str, None]
    focus: dict[str, None]
    lines: dict[str, _Lines]


class Sketcher:
    """Sketches parts; threads share it.

    ``rules`` are the predicates that rules ask for, None for all; ``reach`` is given when there
    are other parts; ``vocabulary`` holds the nodes that every part knows.
    """

    def __init__(
        self,
        rules: set[str] | None,
        targets: Targets,
        vocabulary: frozenset[str],
        reach: Reach | None = None,
    ) -> None:
        self._rules = rules
        self._targets = targets
        self._classes = frozenset(f"<{iri}>" for iri in targets.classes)
        self._vocabulary = vocabulary
        self._reach = reach
        self._uses: dict[str, int] = {"": 0}

    def sketch(self, ntriples: str) -> Sketch:
        """Sketch N-Triples. Raises UnusualError where they are not written as expected."""
        if ntriples and not ntriples.endswith("\n"):
            ntriples += "\n"
        found = _Found([], {}, dict.fromkeys(self._targets.nodes), {})
        end = 0
        for run in _RUN.finditer(ntriples):
            if run.start() != end:
                raise UnusualError
            end = run.end()
            self._take(run[1], run[0], found)
        if end != len(ntriples):
            raise UnusualError
        nodes, open = self._kept(found.lines)
        return Sketch("\n".join(found.rules), found.typed, found.focus, nodes, open)

    def _take(self, subject: str, block: str, found: _Found) -> None:
        """Take the statements of one subject, a line each."""
        uses, rules, skip = self._uses, found.rules, len(subject) + 1
        for line in block.split("\n"):
            space = line.find(" ", skip)
            use = uses.get(line[skip:space])
            if use is None:
                use = self._use(subject, line, skip, space)
            if use & 1:
                rules.append(line)
            if use > 1:
                if line[-2:] != " .":
                    raise UnusualError
                self._note(use, subject, line[skip:space], line[space + 1 : -2], found)

    def _use(self, subject: str, line: str, skip: int, space: int) -> int:
        """Return what a predicate that comes for the first time is good for."""
        predicate = line[skip:space]
        if space < 0 or not _PREDICATE(predicate) or "\\" in subject:
            raise UnusualError
        iri = predicate[1:-1]
        use = _Use.RULE if self._rules is None or iri in self._rules else _Use.NOTHING
        targets, reach = self._targets, self._reach
        use |= _Use.TYPE if iri == RDF_TYPE else 0
        use |= _Use.SUBJECT if iri in targets.subjects_of else 0
        use |= _Use.OBJECT if iri in targets.objects_of else 0
        if reach is not None:
            use |= _Use.FOLLOWED if iri in reach.follows else 0
            use |= _Use.READ if iri in reach.reads else 0
            use |= _Use.FOCUS if iri in reach.focus else 0
        self._uses[predicate] = int(use)
        return int(use)

    def _note(self, use: int, subject: str, predicate: str, value: str, found: _Found) -> None:
        """Note what one statement says."""
        if use & 2:
            found.typed[subject] = None
            if value in self._classes:
                found.focus[subject] = None
        if use & 12:
            found.focus[subject if use & 4 else value] = None
        if use & 112:
            node = found.lines.get(subject)
            if node is None:
                node = found.lines[subject] = _Lines()
            if use & 16 and value[0] in "<_" and value not in self._vocabulary:
                (node.far_links if use & 32 else node.near_links).append((predicate, value))
            elif use & 32:
                node.far.append(f"{predicate} {value}")
            else:
                node.near.append(f"{predicate} {value}")

    def _kept(self, lines: dict[str, _Lines]) -> tuple[dict[str, Node], frozenset[str]]:
        """Leave out what no other part can read: statements, and blank nodes nobody reaches."""
        open = _leading_out(lines)
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


def _leading_out(lines: Mapping[str, _Lines]) -> frozenset[str]:
    """Return the nodes from which links lead, at any distance, to nodes that are not there."""
    origins: dict[str, list[str]] = {}
    open: set[str] = set()
    for name, node in lines.items():
        if node.far_links or node.near_links:
            for _, value in (*node.far_links, *node.near_links):
                origins.setdefault(value, []).append(name)
                if value not in lines:
                    open.add(name)
    todo = list(open)
    while todo:
        for origin in origins.get(todo.pop(), ()):
            if origin not in open:
                open.add(origin)
                todo.append(origin)
    return frozenset(open)


def closed(roots: Iterable[str], below: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Return names with all that is below them."""
    found = set(roots)
    todo = list(found)
    while todo:
        for name in below.get(todo.pop(), ()):
            if name not in found:
                found.add(name)
                todo.append(name)
    return frozenset(found)
