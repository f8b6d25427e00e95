"""Write what is published: the same sources give the same bytes anywhere.

Each producer (:mod:`.graphs`, :mod:`.documents`, …) yields paths below ``dist/`` and the bytes
that stand there, all from one :class:`.Edition`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from ..arguments import PathLike, as_function, as_place
from ..canonical import write_whole
from ..errors import UsageError
from ..project import Project, find_project, project_given
from ..vocabulary import build
from . import concepts, dereferencing, documents, graphs, metadata, postings, site, tables
from .edition import Edition, Files
from .folder import Difference, differences, estimated, write
from .releases import copied

__all__ = ["Difference", "Edition", "Files", "Published", "artefacts", "drift", "publish"]

_PRODUCERS: Final[tuple[Callable[[Edition], Files], ...]] = (
    graphs.files,
    documents.files,
    concepts.files,
    tables.files,
    postings.files,
    site.files,
    # Those that describe files and lead to them come after the files.
    metadata.files,
    dereferencing.files,
)


#: Called with the number of files done, and about how many there are.
Progress = Callable[[int, int], None]


class Published(NamedTuple):
    """What a run wrote to a folder, what was already right, and what it took away.

    ``kept`` are files that no longer belong there and that somebody has changed since.
    """

    folder: Path
    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    stated: int
    derived: int


def publish(
    project: Project | PathLike | None = None,
    out: PathLike | None = None,
    progress: Progress | None = None,
) -> Published:
    """Write the vocabulary in every format to ``out``, by default the project's ``dist/``.

    Raises UsageError outside a project and InputError for sources that cannot be read.
    """
    project, target = project_given(project), as_place(out, "out")
    progress = as_function(progress, "progress") or (lambda done, total: None)
    if project.packaged and target is None:
        raise UsageError("There is no project here.", cure="Change to it, or name --out DIR.")
    folder = target or project.dist
    edition = Edition(project, build(project))
    done = write(folder, artefacts(edition), _counted(edition, folder, progress))
    if folder.resolve() != project.dist.resolve():
        # The pages lead to the released versions.
        for path, content in copied(project.dist, folder):
            write_whole(path, content, apart=True)
    stated, derived = len(edition.vocabulary.stated), len(edition.vocabulary.derived)
    return Published(folder, *done, stated, derived)


def drift(
    project: Project | None = None,
    out: Path | None = None,
    progress: Progress = lambda done, total: None,
) -> list[Difference]:
    """Return the published files that differ from the sources, are missing, or stale."""
    project = project or find_project()
    folder = out or project.dist
    edition = Edition(project, build(project))
    found = list(differences(folder, artefacts(edition), _counted(edition, folder, progress)))
    missing = [path for path, _ in copied(project.dist, folder) if not path.is_file()]
    found += [Difference(path.relative_to(folder).as_posix(), "missing") for path in missing]
    return sorted(found)


def artefacts(edition: Edition) -> Files:
    """Yield every published file, its path below ``dist/`` and its bytes."""
    for files in _PRODUCERS:
        for name, content in files(edition):
            edition.note(name, content)
            yield name, content


def _counted(edition: Edition, folder: Path, progress: Progress) -> Callable[[int], None]:
    total = estimated(folder, len(edition.vocabulary.stated) // 10)
    return lambda done: progress(done, total)
