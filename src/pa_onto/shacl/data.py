"""A data graph, and the nodes in it that shapes target."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import pyoxigraph as ox

from ..namespaces import RDF_TYPE, RDFS
from ..triples import Resource, Term, match
from .shapes import Target

_TYPE = ox.NamedNode(RDF_TYPE)
_SUBCLASS = ox.NamedNode(RDFS + "subClassOf")


class DataGraph:
    """The data to validate with the vocabulary it refers to, as N-Triples and as a store."""

    def __init__(self, ntriples: str) -> None:
        self.ntriples = ntriples

    @cached_property
    def store(self) -> ox.Store:
        """The graph as a store, loaded when it is first asked for."""
        store = ox.Store()
        store.bulk_load(self.ntriples, format=ox.RdfFormat.N_TRIPLES)
        return store

    def focus_nodes(self, targets: Iterable[Target]) -> set[Term]:
        """Return the nodes that targets select (SHACL section 2.1.3)."""
        return {node for target in targets for node in self._selected(target)}

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
