"""The graphs that are served: the vocabulary, data beside it, or a store on disk.

Everything is in the default graph; what came in a graph of its own (TriG, N-Quads) is there
under its name as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import pyoxigraph as ox

from ...errors import InputError
from ...project import Project
from ...queries import load
from ...reading.inputs import read_path


class Graphs(NamedTuple):
    """How to get at the graphs, the IRIs of the named ones, and the number of statements."""

    store: Callable[[], ox.Store]
    names: tuple[str, ...]
    statements: int

    def summary(self) -> dict[str, Any]:
        """Return what the server needs to know of them."""
        return {"graphs": self.names, "statements": self.statements}


def open_graphs(project: Project, data: Sequence[str], folder: str | None) -> Graphs:
    """Load the vocabulary and the files of ``data``, or open the store in ``folder``.

    Raises InputError for what cannot be read.
    """
    if folder is None:
        loaded = load(project, data)
        for text, format in _named(project, data):
            loaded.load(text, format=format)
        return Graphs(lambda: loaded, _names(loaded), len(loaded))
    # A store on disk has threads, which a fork would lose: each worker opens its own.
    store = _on_disk(folder)
    return Graphs(lambda: _on_disk(folder), _names(store), len(store))


def _named(project: Project, data: Sequence[str]) -> Iterator[tuple[str, ox.RdfFormat]]:
    """Yield the texts that come in graphs of their own, and their formats."""
    stated = project.dist / f"{project.name}.trig"
    files = [str(stated)] if stated.is_file() else []
    for file in (*files, *data):
        format = ox.RdfFormat.from_extension(file.removesuffix(".gz").rpartition(".")[2])
        if format is not None and format.supports_datasets and format != ox.RdfFormat.JSON_LD:
            yield read_path(file), format


def _on_disk(folder: str) -> ox.Store:
    try:
        return ox.Store.read_only(folder)
    except OSError as error:
        raise InputError(
            f"No store can be opened here: {error}.",
            cure="Fill it with `pa-onto load`.",
            file=folder,
        ) from error


def _names(store: ox.Store) -> tuple[str, ...]:
    graphs = store.named_graphs()
    return tuple(sorted(graph.value for graph in graphs if isinstance(graph, ox.NamedNode)))
