"""The graphs that are served: the vocabulary and data beside it, or a store on disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from ...namespaces import OWL, RDF_TYPE
from ...project import Project
from ...stores import SERVED, Loading, in_memory, open_on_disk
from ...triples import match


class Graphs(NamedTuple):
    """How to get at the graphs, the IRIs of the named ones, and the number of statements.

    ``base`` is the IRI of the vocabulary among them, if there is one.
    """

    store: Callable[[], ox.Store]
    names: tuple[str, ...]
    statements: int
    base: str
    in_memory: bool


def open_graphs(
    project: Project, data: Sequence[str], folder: str | None, loading: Loading = SERVED
) -> Graphs:
    """Load the vocabulary and the files of ``data``, or open the store in ``folder``.

    Raises InputError for what cannot be read.
    """
    if folder is None:
        loaded = in_memory(project, data, graphs=True, loading=loading)
        return Graphs(lambda: loaded, _names(loaded), len(loaded), _base(loaded), True)
    # A store on disk has threads, which a fork would lose: each worker opens its own.
    store = open_on_disk(folder)
    return Graphs(lambda: open_on_disk(folder), _names(store), len(store), _base(store), False)


def _names(store: ox.Store) -> tuple[str, ...]:
    graphs = store.named_graphs()
    return tuple(sorted(graph.value for graph in graphs if isinstance(graph, ox.NamedNode)))


def _base(store: ox.Store) -> str:
    ontology = ox.NamedNode(OWL + "Ontology")
    found = (t.subject for t in match(store, None, ox.NamedNode(RDF_TYPE), ontology))
    return min((node.value for node in found if isinstance(node, ox.NamedNode)), default="")
