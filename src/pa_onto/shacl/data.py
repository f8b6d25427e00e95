"""A data graph, and the nodes in it that shapes target."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import pyoxigraph as ox

from ..namespaces import RDF_TYPE, RDFS
from ..triples import Resource, Term, match
from .shapes import Target

_TYPE = ox.NamedNode(RDF_TYPE)
_SUBCLASS = ox.NamedNode(RDFS + "subClassOf")
_CHUNK = 1 << 22


class DataGraph:
    """The data to validate with the vocabulary it refers to.

    ``ntriples`` is what the engines read. ``predicates`` are those that targets and SPARQL
    mention; only statements with them go into the store (None: all do). ``verify`` raises
    InputError when an engine could not read the data because it is malformed.
    """

    def __init__(
        self,
        ntriples: str,
        *,
        predicates: set[str] | None = None,
        verify: Callable[[], None] = lambda: None,
    ) -> None:
        self.ntriples = ntriples
        self.verify = verify
        self._predicates = predicates
        self._focus: dict[Target, set[Term]] = {}

    @cached_property
    def store(self) -> ox.Store:
        """The statements that rules ask for, loaded when the first rule does."""
        store = ox.Store()
        for text in with_predicates(self.ntriples, self._predicates):
            store.load(text, format=ox.RdfFormat.N_TRIPLES)
        return store

    def typed(self) -> set[Resource]:
        """Return the nodes that have a type."""
        return {triple.subject for triple in match(self.store, None, _TYPE)}

    def focus_nodes(self, targets: Iterable[Target]) -> set[Term]:
        """Return the nodes that targets select (SHACL section 2.1.3)."""
        selected = []
        for target in set(targets):
            if target not in self._focus:
                self._focus[target] = self._selected(target)
            selected.append(self._focus[target])
        return selected[0] if len(selected) == 1 else set().union(*selected)

    def _selected(self, target: Target) -> set[Term]:
        kind, node = target
        if kind == "targetNode" or not isinstance(node, ox.NamedNode):
            return {node}
        if kind == "targetSubjectsOf":
            return {triple.subject for triple in match(self.store, None, node)}
        if kind == "targetObjectsOf":
            return {triple.object for triple in match(self.store, None, node)}
        return {
            triple.subject
            for below in self._subclasses(node)
            for triple in match(self.store, None, _TYPE, below)
        }

    def _subclasses(self, root: ox.NamedNode) -> set[Resource]:
        """Return a class and every class below it."""
        found: set[Resource] = {root}
        todo: list[Resource] = [root]
        while todo:
            for triple in match(self.store, None, _SUBCLASS, todo.pop()):
                if triple.subject not in found:
                    found.add(triple.subject)
                    todo.append(triple.subject)
        return found


def with_predicates(ntriples: str, predicates: set[str] | None) -> Iterator[str]:
    """Yield N-Triples, chunk by chunk, without the statements of other predicates.

    A line that is not written the usual way is kept: too many do no harm.
    """
    if predicates is None or "\t" in ntriples:
        yield ntriples
        return
    wanted = {f"<{iri}>" for iri in predicates}
    for chunk in _chunks(ntriples):
        # Not splitlines: a literal may hold any of the other line ends of Unicode.
        lines = []
        for line in chunk.split("\n"):
            predicate = line.split(" ", 2)[1:2]
            if not predicate or predicate[0] in wanted or predicate[0][:1] != "<":
                lines.append(line)
        yield "\n".join(lines)


def _chunks(text: str) -> Iterator[str]:
    """Yield a text in pieces of some megabytes that end with a line."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + _CHUNK) + 1 or len(text)
        yield text[start:end]
        start = end
