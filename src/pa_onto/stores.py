"""Stores of statements: in memory for one run, or on disk for servers.

A query of one run sees a dataset as SPARQL has it: what stands in named graphs is there and
nowhere else. In what a server offers everything is in the default graph as well.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from .disk import locked, sync
from .errors import InputError, UsageError
from .project import Project
from .vocabulary import published_text

#: Called with the bytes that are read and those there are.
Progress = Callable[[int, int], None]
#: Called with what people should know of an input that was read all the same.
Notice = Callable[[str], None]

_BATCH: Final = 1 << 20
_PATIENCE: Final = "Another process may have it open; stop that, or choose another folder."


class Loading(NamedTuple):
    """How data files are read: the base of relative IRIs, and the format of all of them.

    ``union`` puts what stands in named graphs into the default graph as well. ``progress`` is
    called with the bytes that are read and those there are, ``notice`` with what people should
    know of a file that was read all the same.
    """

    base: str | None = None
    format: str | None = None
    union: bool = False
    progress: Progress = lambda done, total: None
    notice: Notice = lambda text: None


#: What stands in named graphs is there and nowhere else.
USUAL: Final = Loading()
#: In what a server offers, everything is in the default graph as well.
SERVED: Final = Loading(union=True)


def in_memory(
    project: Project,
    data: Iterable[str] = (),
    *,
    vocabulary: bool = True,
    graphs: bool = False,
    loading: Loading = USUAL,
) -> ox.Store:
    """Return a store with the published vocabulary and the dataset that data files make.

    With ``graphs``, the halves of the vocabulary are in graphs of their own as well. Raises
    InputError and UsageError for what cannot be read.
    """
    store = ox.Store()
    if vocabulary and not graphs:
        # What was checked when it was published needs no second look at its IRIs.
        store.bulk_load(published_text(project), format=ox.RdfFormat.N_TRIPLES, lenient=True)
    elif vocabulary:
        _load(store, _vocabulary(project))
    files = list(data)
    if files:
        _load(store, dataset(project, files, loading))
    return store


def open_on_disk(folder: str) -> ox.Store:
    """Open the store in a folder for reading. Raises InputError when there is none."""
    if any(_beside(Path(folder), what).exists() for what in ("ready", "old")):
        with locked(_beside(Path(folder), "lock")) as ours:
            # Whoever fills it will put its own things in order.
            if ours:
                _recover(Path(folder))
    try:
        return ox.Store.read_only(folder)
    except OSError as error:
        raise InputError(
            f"No store can be opened here: {error}.",
            cure="Fill it with `pa-onto load`.",
            file=folder,
        ) from error


def fill(
    folder: Path,
    project: Project,
    data: Iterable[str],
    *,
    vocabulary: bool = True,
    loading: Loading = SERVED,
) -> int:
    """Add the vocabulary and files to the store in ``folder``, all or nothing.

    The statements go to a copy, whose files are shared with the store, and which takes its
    place when everything is on the disk: an interrupted run leaves the store as it was, and
    servers that have it open go on with what they had. Returns the number of statements.
    Raises InputError for what cannot be read or written.
    """
    import shutil

    files = list(data)
    texts = chain(
        _vocabulary(project) if vocabulary else (),
        dataset(project, files, loading) if files else (),
    )
    with locked(_beside(folder, "lock")) as ours:
        if not ours:
            cure = "Wait until it is done."
            raise InputError("Another run fills this store.", cure=cure, file=str(folder))
        _recover(folder)
        fresh = _beside(folder, "new")
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            if folder.exists():
                _copy(folder, fresh)
            count = _filled(fresh, texts)
            _exchange(folder, fresh)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return count


def _vocabulary(project: Project) -> Iterator[str]:
    """Yield the vocabulary in the default graph, and its halves in graphs of their own."""
    graphs = project.dist / f"{project.name}.trig"
    if graphs.is_file():
        from .reading import format_of
        from .reading.inputs import read_path
        from .reading.rdf import to_nquads

        yield to_nquads(read_path(str(graphs)), format_of("x.trig"), str(graphs), union=True)
    else:
        yield published_text(project)


def dataset(project: Project, files: list[str], loading: Loading) -> Iterator[str]:
    """Yield the statements of files as N-Quads, blank nodes labelled once for all of them.

    Raises InputError and UsageError for what cannot be read.
    """
    from .reading.datasets import read_dataset
    from .reading.sources import Readers

    readers = Readers(
        project.context,
        project.record_schema,
        base=loading.base,
        strict=False,
        union=loading.union,
    )
    return read_dataset(
        files, readers, format=loading.format, progress=loading.progress, notice=loading.notice
    )


def _load(store: ox.Store, texts: Iterable[str]) -> None:
    """Load texts as one: the store gives blank nodes new labels, the same in all of them."""
    from .reading.datasets import Joined

    stream = io.BufferedReader(Joined(texts), _BATCH)
    store.bulk_load(stream, format=ox.RdfFormat.N_QUADS, lenient=True)


def _copy(folder: Path, fresh: Path) -> None:
    try:
        ox.Store.read_only(str(folder)).backup(str(fresh))
    except OSError as error:
        message = f"Not a store: {error}."
        raise InputError(message, cure="Name a new folder.", file=str(folder)) from error


def _filled(folder: Path, texts: Iterable[str]) -> int:
    try:
        store = ox.Store(str(folder))
        _load(store, texts)
        store.flush()
    except OSError as error:
        raise InputError(
            f"Cannot be written: {error}.", cure=_PATIENCE, file=str(folder)
        ) from error
    return len(store)


def _exchange(folder: Path, fresh: Path) -> None:
    """Put the fresh store in the place of the old one, in steps that can be taken up again."""
    fresh.rename(_beside(folder, "ready"))
    _recover(folder)


def _recover(folder: Path) -> None:
    """Finish an exchange that was interrupted: what is ready is whole."""
    import shutil

    ready, old = _beside(folder, "ready"), _beside(folder, "old")
    try:
        if ready.exists():
            if folder.exists():
                folder.rename(old)
            ready.rename(folder)
            sync(folder.parent)
    except OSError as error:
        # Windows moves no folder in which a server has files open.
        message = f"Cannot be replaced: {error.strerror}; what is new waits in {ready.name}."
        raise InputError(message, cure=_PATIENCE, file=str(folder)) from error
    shutil.rmtree(old, ignore_errors=True)


def _beside(folder: Path, what: str) -> Path:
    if not folder.name:
        raise UsageError(f"{folder} cannot be a store.", cure="Name a folder of its own.")
    return folder.with_name(f".{folder.name}.{what}")
