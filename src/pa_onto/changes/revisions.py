"""Read a vocabulary as it stood at a git revision, without touching the work tree."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from ..errors import InputError, UsageError
from ..project import Project, find_project
from .compare import Version
from .versions import read_version

_SECONDS: Final = 60
# What of a project its vocabulary is made from.
_WANTED: Final = ("ontology", "pyproject.toml")
# Nothing is fetched, asked or run, and paths are no patterns.
_ENVIRONMENT: Final = {
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
_SETTINGS: Final = ("-c", "core.fsmonitor=false", "-c", "protocol.allow=never")


class _GitError(Exception):
    """git said no, or is not there."""


def version_at(text: str, project: Project | None = None) -> Version:
    """Return the version that a path or a git revision names; a path goes first.

    ``REV`` is the project at that revision, ``REV:PATH`` a file or folder of its repository,
    PATH beginning at the root of the repository or, with ``./``, at that of the project.
    Raises UsageError for a name of nothing and InputError for what cannot be read.
    """
    if "\0" in text or not text:
        raise UsageError("Names nothing.", cure="Name a file, a folder or a git revision.")
    if os.path.lexists(text):
        return read_version(Path(text))
    project = project or find_project()
    try:
        return _Repository(project.root).version(text)
    except (_GitError, OSError, subprocess.SubprocessError) as error:
        raise UsageError(
            f"There is no file, folder or git revision {text!r}.",
            cure="Name a path, or a revision such as v0.1.0, HEAD~3 or REV:PATH.",
        ) from error


class _Repository:
    """The git repository that a folder is in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def version(self, text: str) -> Version:
        """Return the version at a revision. Raises _GitError when there is no such thing."""
        revision, colon, path = text.partition(":")
        # A revision cannot be taken for an option, and everything after it is asked by its hash.
        commit = self._line(
            "rev-parse", "--verify", "-q", "--end-of-options", revision + "^{commit}"
        )
        prefix = self._line("rev-parse", "--show-prefix")
        # Below the top, git would see no more than what is below.
        self._folder = Path(self._line("rev-parse", "--show-toplevel"))
        if not colon:
            return self._tree(text, f"{commit}:{prefix}", _WANTED)
        path = prefix + path[2:] if path.startswith("./") else path
        place = f"{commit}:{path.rstrip('/')}"
        if self._line("cat-file", "-t", place) == "tree":
            return self._tree(text, place, ())
        with _place(text, path) as file:
            file.write_bytes(self._run("cat-file", "blob", place))
            return read_version(file, text)

    def _tree(self, text: str, tree: str, wanted: tuple[str, ...]) -> Version:
        names = self._run("ls-tree", "--name-only", "-z", tree).decode(errors="replace").split("\0")
        if wanted and wanted[0] not in names:
            raise InputError("Has no ontology/ there.", cure="Name REV:PATH.", file=text)
        chosen = [name for name in wanted if name in names]
        archive = self._run("archive", "--format=tar", tree, "--", *chosen)
        with _place(text, tree.partition(":")[2]) as place:
            _unpack(archive, place)
            return read_version(place, text)

    def _line(self, *arguments: str) -> str:
        return self._run(*arguments).decode(errors="replace").removesuffix("\n")

    def _run(self, *arguments: str) -> bytes:
        done = subprocess.run(
            ["git", "-C", str(self._folder), *_SETTINGS, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**os.environ, **_ENVIRONMENT},
            timeout=_SECONDS,
        )
        if done.returncode:
            raise _GitError(done.stderr.decode(errors="replace"))
        return done.stdout


def _unpack(archive: bytes, folder: Path) -> None:
    """Write the regular files of an archive; nothing else is followed or made."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            name = PurePosixPath(member.name)
            if not member.isfile() or name.is_absolute() or ".." in name.parts:
                continue
            content = tar.extractfile(member)
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.read() if content else b"")


@contextmanager
def _place(text: str, path: str) -> Iterator[Path]:
    """Give a place of the same name for a moment; errors name the revision instead."""
    from tempfile import TemporaryDirectory

    at = PurePosixPath(path)
    with TemporaryDirectory(prefix="pa-onto-") as name:
        # What a folder is called tells what it is.
        place = Path(name) / (at.name or "project")
        try:
            yield place
        except InputError as error:
            if error.file and Path(error.file).is_relative_to(place):
                inside = at / Path(error.file).relative_to(place).as_posix()
                error.file = f"{text.partition(':')[0]}:{inside}"
            raise
