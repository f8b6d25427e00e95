"""Stores of statements: in memory for one run, or on disk for servers.

Everything is in the default graph; what comes in graphs of its own (TriG, N-Quads) is in a
store for servers under their names as well.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from .errors import InputError, UsageError
from .project import Project
from .vocabulary import published_text

#: Called with the bytes that are read and those there are.
Progress = Callable[[int, int], None]

_BATCH: Final = 1 << 25
_PATIENCE: Final = "Another process may have it open; stop that, or choose another folder."


class Texts(NamedTuple):
    """A part of what goes into a store: a text and its format, known to be sound or not."""

    text: str
    format: ox.RdfFormat = ox.RdfFormat.N_TRIPLES
    checked: bool = False


def in_memory(
    project: Project, data: Iterable[str] = (), *, vocabulary: bool = True, graphs: bool = False
) -> ox.Store:
    """Return a store with the published vocabulary and data files in its default graph.

    With ``graphs``, what comes in named graphs is in those as well. Raises InputError for what
    cannot be read.
    """
    store = ox.Store()
    for part in _parts(project, data, vocabulary=vocabulary, graphs=graphs):
        # What was read and checked once needs no second look at its IRIs.
        load = store.load if part.format.supports_datasets else store.bulk_load
        load(part.text, format=part.format, lenient=part.checked)
    return store


def open_on_disk(folder: str) -> ox.Store:
    """Open the store in a folder for reading. Raises InputError when there is none."""
    if any(_beside(Path(folder), what).exists() for what in ("ready", "old")):
        with _locked(Path(folder)) as ours:
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
    progress: Progress = lambda done, total: None,
) -> int:
    """Add the vocabulary and files to the store in ``folder``, all or nothing.

    The statements go to a copy, whose files are shared with the store, and which takes its
    place when everything is on the disk: an interrupted run leaves the store as it was, and
    servers that have it open go on with what they had. Returns the number of statements.
    Raises InputError for what cannot be read or written.
    """
    import shutil

    parts = _parts(project, data, vocabulary, graphs=True, progress=progress)
    with _locked(folder) as ours:
        if not ours:
            cure = "Wait until it is done."
            raise InputError("Another run fills this store.", cure=cure, file=str(folder))
        _recover(folder)
        fresh = _beside(folder, "new")
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            if folder.exists():
                _copy(folder, fresh)
            count = _filled(fresh, parts)
            _exchange(folder, fresh)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return count


def _parts(
    project: Project,
    data: Iterable[str],
    vocabulary: bool = True,
    graphs: bool = False,
    progress: Progress = lambda done, total: None,
) -> Iterator[Texts]:
    from .reading.inputs import read_path

    files = list(data)
    if vocabulary:
        yield Texts(published_text(project), checked=True)
        graphs_of_ours = project.dist / f"{project.name}.trig"
        if graphs and graphs_of_ours.is_file():
            yield Texts(read_path(str(graphs_of_ours)), ox.RdfFormat.TRIG)
    if files:
        yield from _read(files, project, progress)
    for file in files if graphs else ():
        if format := _dataset_format(file):
            yield Texts(read_path(file), format)


def _read(files: list[str], project: Project, progress: Progress) -> Iterator[Texts]:
    from .reading.formats import format_of
    from .reading.rdf import to_ntriples
    from .reading.sources import Readers, open_sources

    sources = open_sources(files, Readers(project.context, project.record_schema))
    total = sum(source.input.size or 0 for source in sources)
    before = 0
    for source in sources:
        for chunk in source.chunks(whole=True):
            if chunk.problems:
                problem = chunk.problems[0][1]
                raise InputError(problem.message, cure="Validate it.", file=source.input.file)
            text = chunk.ntriples
            if not chunk.checked:
                text = to_ntriples(text, format_of("x.nt"), source.input.file)
            yield Texts(text)
            progress(before + source.done, total)
        before += source.done


def _dataset_format(file: str) -> ox.RdfFormat | None:
    """Return the format of a file that may have named graphs, by its extension."""
    extension = file.removesuffix(".gz").rpartition(".")[2]
    format = ox.RdfFormat.from_extension(extension)
    return format if format in (ox.RdfFormat.TRIG, ox.RdfFormat.N_QUADS) else None


def _copy(folder: Path, fresh: Path) -> None:
    try:
        ox.Store.read_only(str(folder)).backup(str(fresh))
    except OSError as error:
        message = f"Not a store: {error}."
        raise InputError(message, cure="Name a new folder.", file=str(folder)) from error


def _filled(folder: Path, parts: Iterable[Texts]) -> int:
    try:
        store = ox.Store(str(folder))
        for part in _joined(parts):
            store.bulk_load(part.text, format=part.format, lenient=part.checked)
        store.flush()
    except OSError as error:
        raise InputError(
            f"Cannot be written: {error}.", cure=_PATIENCE, file=str(folder)
        ) from error
    return len(store)


def _joined(parts: Iterable[Texts]) -> Iterator[Texts]:
    """Yield larger parts: each load writes a file of its own."""
    held: list[str] = []
    for part in parts:
        if part.checked or part.format.supports_datasets:
            yield part
            continue
        held.append(part.text)
        if sum(map(len, held)) > _BATCH:
            yield Texts("".join(held))
            held = []
    yield Texts("".join(held))


def _exchange(folder: Path, fresh: Path) -> None:
    """Put the fresh store in the place of the old one, in steps that can be taken up again."""
    import shutil

    ready, old = _beside(folder, "ready"), _beside(folder, "old")
    fresh.rename(ready)
    if folder.exists():
        folder.rename(old)
    ready.rename(folder)
    _sync(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Keep other runs from changing a store meanwhile; False when one of them does."""
    import fcntl

    path = _beside(folder, "lock")
    try:
        file = path.open("w")
    except OSError as error:
        cure = "Check the folder and its permissions."
        raise InputError(
            f"Cannot be locked: {error.strerror}.", cure=cure, file=str(path)
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        # The file stays: a lock on one that is taken away keeps nobody out.
        yield True


def _recover(folder: Path) -> None:
    """Finish an exchange that was interrupted: what is ready is whole."""
    import shutil

    ready, old = _beside(folder, "ready"), _beside(folder, "old")
    if ready.exists():
        if folder.exists():
            folder.rename(old)
        ready.rename(folder)
        _sync(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


def _beside(folder: Path, what: str) -> Path:
    if not folder.name:
        raise UsageError(f"{folder} cannot be a store.", cure="Name a folder of its own.")
    return folder.with_name(f".{folder.name}.{what}")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
