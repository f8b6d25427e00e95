"""Set faulty shapes aside, so that the others can be judged by, and say which they were.

A shape is a conjunction: without one of its property shapes it demands less, and no more than
that. But where a shape is used inside ``sh:not``, ``sh:or`` and the like, less of it may turn a
verdict round; there whatever uses it goes as well, up to the shape that has the target.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from ..namespaces import RDF, SH, local_name
from ..triples import Term, Triple
from .lint import Fault, faults, named
from .shapes import NotRun, ShapesGraph
from .structure import SHAPE_LISTS, SHAPE_VALUES, Link, MalformedError, members

#: What one statement adds to a shape as a further demand.
_DEMANDS = ("property", "node")
_LOOKED_AT = frozenset(
    SH + name
    for name in ("class", "targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")
)


def without_faults(graph: ShapesGraph, file: str) -> ShapesGraph:
    """Return a graph without its faulty shapes; its ``set_aside`` says what was left out.

    What is left is looked through again, since a shape may lean on one that went. Raises the
    fault, an InputError, that cannot be told apart from the rest.
    """
    aside = list(graph.set_aside)
    while found := faults(graph, file):
        dropped = {fault.statement for fault in found if fault.statement is not None}
        gone, loose = _Units(graph).of(f.node for f in found if f.statement is None)
        aside += [_not_run(graph, fault, gone) for fault in found]
        aside += _gone_too(graph, found, gone)
        kept = [t for t in _kept(graph, gone) if t not in dropped and t not in loose]
        if len(kept) == len(graph.triples):
            raise found[0].error
        graph = graph.with_triples(kept)
    graph.set_aside = aside
    return graph


def _not_run(graph: ShapesGraph, fault: Fault, gone: set[Term]) -> NotRun:
    """Say what a fault has cost."""
    outer = graph.around(fault.node)
    if fault.statement is not None:
        said = f"{fault.error.message} It was left out, and the verdict may be another with it."
    else:
        unit = next((n for n in graph.containers(fault.node) if n in gone), outer)
        said = f"{fault.error.message} Set aside: {named(graph, unit)}; nothing was judged by it."
    return NotRun(getattr(outer, "value", ""), said, fault.error.file or "")


def _gone_too(graph: ShapesGraph, found: list[Fault], gone: set[Term]) -> Iterator[NotRun]:
    """Say which shapes without a fault had to go, for they use one that has."""
    faulty = {graph.around(fault.node) for fault in found if fault.statement is None}
    others = {graph.around(shape): shape for shape in sorted(gone, key=str)}
    for outer, shape in others.items():
        if outer not in faulty:
            file = graph.files.get(str(outer), graph.file)
            what = named(graph, shape)
            said = (
                f"{what[0].upper() if shape != outer else what[0]}{what[1:]} uses what is faulty."
            )
            said += " Set aside as well; nothing was judged by it."
            yield NotRun(getattr(outer, "value", ""), said, file or "")


class _Units:
    """What hangs together in a shapes graph: what must go where something goes."""

    def __init__(self, graph: ShapesGraph) -> None:
        self._graph = graph
        self._into: dict[Term, list[Link]] = defaultdict(list)
        self._shapes: set[Term] = {shape for shape, _ in graph.targets}
        for link in _links(graph):
            self._into[link.target].append(link)
            self._shapes |= {link.source, link.target}
        self._shapes |= {t.subject for _, t in graph.having("path", "sparql", "parameter")}
        self._holders: dict[Term, list[Term]] = defaultdict(list)
        for triple in graph.triples:
            # Whom a shape looks at is no part of it.
            name = triple.predicate.value
            if name.startswith((SH, RDF)) and name not in _LOOKED_AT:
                self._holders[triple.object].append(triple.subject)
        self._logical = self._used_logically()

    def of(self, nodes: Iterable[Term]) -> tuple[set[Term], set[Triple]]:
        """Return what goes with some nodes, and the statements of others that demand it."""
        gone: set[Term] = set()
        demands: set[tuple[Term, str, Term]] = set()
        todo = [shape for node in nodes for shape in self._shapes_of(node)]
        while todo:
            shape = todo.pop()
            if shape in gone:
                continue
            gone.add(shape)
            todo += self._users(shape)
            for link in self._into.get(shape, ()):
                if link.parameter in _DEMANDS and link.source not in self._logical:
                    demands.add((link.source, SH + link.parameter, shape))
                else:
                    todo.append(link.source)
        loose = {
            triple
            for _, triple in self._graph.having(*_DEMANDS)
            if (triple.subject, triple.predicate.value, triple.object) in demands
        }
        return gone, loose

    def _used_logically(self) -> set[Term]:
        """Return the shapes of which less may turn a verdict round."""
        below: dict[Term, list[Term]] = defaultdict(list)
        todo: list[Term] = []
        for links in self._into.values():
            for link in links:
                if link.parameter in _DEMANDS:
                    below[link.source].append(link.target)
                else:
                    todo.append(link.target)
        found: set[Term] = set()
        while todo:
            shape = todo.pop()
            if shape not in found:
                found.add(shape)
                todo += below[shape]
        return found

    def _shapes_of(self, node: Term) -> list[Term]:
        """Return the shapes that a node is a part of, the node itself where there is none."""
        found, seen, todo = [], {node}, [node]
        while todo:
            part = todo.pop()
            if part in self._shapes:
                found.append(part)
                continue
            for holder in self._holders.get(part, ()):
                if holder not in seen:
                    seen.add(holder)
                    todo.append(holder)
        return found or [node]

    def _users(self, node: Term) -> Iterator[Term]:
        """Yield the shapes that use a component, and the queries that call a function."""
        iri = getattr(node, "value", "")
        for shape, component in self._graph.component_uses:
            if component == iri:
                yield shape
        if node not in self._shapes and isinstance(node, ox.NamedNode):
            for _, triple in self._graph.having("select", "ask"):
                if local_name(iri) in triple.object.value and triple.subject != node:
                    yield from self._shapes_of(triple.subject)


def _links(graph: ShapesGraph) -> Iterator[Link]:
    """Yield the references from shapes to shapes, without those of broken lists."""
    for name, triple in graph.having(*SHAPE_VALUES, *SHAPE_LISTS):
        try:
            inner = members(graph, triple.object) if name in SHAPE_LISTS else [triple.object]
        except MalformedError:
            continue
        for target in inner:
            if not isinstance(target, ox.Literal):
                yield Link(triple.subject, name, target)


def _kept(graph: ShapesGraph, gone: set[Term]) -> list[Triple]:
    """Return the statements of a graph without those of some nodes, and of blank nodes in them."""
    users: dict[Term, int] = defaultdict(int)
    said: dict[Term, list[Triple]] = defaultdict(list)
    for triple in graph.triples:
        said[triple.subject].append(triple)
        if isinstance(triple.object, ox.BlankNode):
            users[triple.object] += 1
    removed = set(gone)
    todo = list(gone)
    while todo:
        for triple in said.get(todo.pop(), ()):
            inner = triple.object
            if isinstance(inner, ox.BlankNode) and inner not in removed:
                users[inner] -= 1
                if users[inner] <= 0:
                    removed.add(inner)
                    todo.append(inner)
    return [triple for triple in graph.triples if triple.subject not in removed]
