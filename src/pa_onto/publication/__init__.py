"""Write what is published: the same sources give the same bytes anywhere.

Each producer (:mod:`.graphs`, :mod:`.documents`, …) yields paths below ``dist/`` and the bytes
that stand there, all from one :class:`.Edition`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from ..canonical import write_whole
from ..errors import UsageError
from ..project import Project, find_project
from ..vocabulary import build
from . import concepts, documents, graphs, site
from .edition import Edition, Files

__all__ = ["Edition", "Files", "Published", "artefacts", "drift", "publish"]

_PRODUCERS: Final[tuple[Callable[[Edition], Files], ...]] = (
    graphs.files,
    documents.files,
    concepts.files,
    site.files,
)


class Published(NamedTuple):
    """Which files a run wrote and which were already right."""

    folder: Path
    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    stated: int
    derived: int


def publish(project: Project | None = None, out: Path | None = None) -> Published:
    """Write the vocabulary in every format to ``out``, by default the project's ``dist/``.

    Raises UsageError outside a project and InputError for sources that cannot be read.
    """
    project = project or find_project()
    if project.packaged and out is None:
        raise UsageError("There is no project here.", cure="Change to it, or name --out DIR.")
    folder = out or project.dist
    vocabulary = build(project)
    written: list[str] = []
    unchanged: list[str] = []
    for name, content in artefacts(Edition(project, vocabulary)):
        (written if write_whole(folder / name, content) else unchanged).append(name)
    return Published(
        folder, tuple(written), tuple(unchanged), len(vocabulary.stated), len(vocabulary.derived)
    )


def drift(project: Project | None = None, out: Path | None = None) -> list[str]:
    """Return the names of the published files that differ from the sources or are missing."""
    project = project or find_project()
    folder = out or project.dist
    return [
        name
        for name, content in artefacts(Edition(project, build(project)))
        if not (folder / name).is_file() or (folder / name).read_bytes() != content
    ]


def artefacts(edition: Edition) -> Files:
    """Yield every published file, its path below ``dist/`` and its bytes."""
    for files in _PRODUCERS:
        yield from files(edition)
