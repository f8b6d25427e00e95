"""Find the project a command works on, and its settings.

A project is a folder with ``ontology/``; its ``pyproject.toml`` may carry settings under
``[tool.pa-onto]``. Where there is none, the vocabulary packaged with the toolkit is used.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final, NamedTuple

from .arguments import PathLike, as_path, as_place, refused
from .errors import InputError, UsageError

_HERE = Path(__file__).parent
_OURS: Final = "pa-onto"
# A name of files, on any file system and in any URL.
_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*"
_RESERVED: Final = ("index", "context", "search", "changes", "use", "404")


class Project(NamedTuple):
    """A folder with a vocabulary, and the names that differ between projects.

    ``name`` is what the files of the whole vocabulary are called, ``version`` is 0.0.0 where
    there is none, ``iri`` names the vocabulary where its sources leave that open, ``site`` is
    the URL that ``dist/`` is served under, ending in ``/``, where the IRIs do not lead there.
    """

    root: Path
    name: str = "vocabulary"
    version: str = "0.0.0"
    iri: str = ""
    site: str = ""
    packaged: bool = False

    @property
    def ontology(self) -> Path:
        """The folder of RDF sources, mappings, rules and stored queries."""
        return self.root / "ontology"

    @property
    def shapes(self) -> Path:
        """The folder with ``ontology/`` (rules for us) and ``data/`` (rules for records)."""
        return self.root / "shapes"

    @property
    def dist(self) -> Path:
        """The folder that holds what is published."""
        return self.root / "dist"

    @property
    def published(self) -> Path:
        """The published vocabulary as N-Triples, the form that reads fastest."""
        return self.dist / f"{self.name}.nt"

    @property
    def names(self) -> tuple[str, ...]:
        """The names, without extension, of files that stand in ``dist/`` itself."""
        return (self.name, "record.schema", "report.schema", "vocabulary.schema")

    @property
    def context(self) -> Path:
        """The published JSON-LD context."""
        return self.dist / "context.jsonld"

    @property
    def record_schema(self) -> Path:
        """The published JSON Schema of records."""
        return self.dist / "record.schema.json"

    @property
    def vocabulary_schema(self) -> Path:
        """The published JSON Schema of the published JSON-LD."""
        return self.dist / "vocabulary.schema.json"


def find_project(start: PathLike | None = None) -> Project:
    """Return the project in ``start`` (default: the working folder) or a folder above it.

    Without one, the packaged vocabulary. Raises InputError when the settings are not TOML, and
    when ``start`` is no folder.
    """
    # Paths below the working folder stay short in what is printed.
    here = as_place(start, "start") or Path()
    if start is not None and not here.is_dir():
        raise InputError("Is no folder.", cure="Name the folder of a project.", file=str(here))
    return _found(here) or packaged_project()


def project_given(value: Project | PathLike | None) -> Project:
    """Return the project that a caller means: one, its folder, or None for that at hand.

    Raises UsageError for anything else and for a folder without a project.
    """
    if value is None:
        return find_project()
    if isinstance(value, Project):
        return value._replace(root=Path(as_path(value.root, "project.root")))
    if not isinstance(value, str | os.PathLike):
        raise refused(value, "project", "Give a Project, see find_project, or its folder.")
    folder = Path(as_path(value, "project"))
    found = _found(folder) if folder.is_dir() else None
    if found is None:
        cure = "A project has ontology/ and a pyproject.toml with [tool.pa-onto]."
        raise UsageError("There is no project here.", cure=cure, file=str(value))
    return found


def _found(here: Path) -> Project | None:
    for folder in (here, *here.resolve().parents):
        settings = folder / "pyproject.toml"
        if not (folder / "ontology").is_dir() or not settings.is_file():
            continue
        if b"[tool.pa-onto]" in (text := settings.read_bytes()):
            return _configured(folder, settings, text)
    return None


def packaged_project() -> Project:
    """Return the vocabulary that ships with the toolkit."""
    root = _HERE / "packaged"
    if root.is_dir():
        return Project(root, _OURS, packaged=True)
    checkout = _HERE.parent.parent
    if (checkout / "ontology").is_dir():
        return Project(checkout, _OURS, packaged=True)
    raise UsageError("The packaged vocabulary is missing.", cure="Reinstall pa-onto.")


def _configured(root: Path, settings: Path, text: bytes) -> Project:
    import tomllib

    try:
        table = tomllib.loads(text.decode())["tool"]["pa-onto"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise InputError(f"Not valid TOML: {error}.", file=str(settings)) from error
    known = {"name": "vocabulary", "version": "0.0.0", "iri": "", "site": ""}
    for key, value in table.items():
        if key not in known or not isinstance(value, str) or not _is_right(key, value):
            raise InputError(
                f"Unknown or malformed setting tool.pa-onto.{key}.",
                cure=f"The settings are strings: {', '.join(known)}.",
                file=str(settings),
            )
    return Project(root, **(known | table))


def _is_right(key: str, value: Any) -> bool:
    import re

    if key == "name":
        return bool(re.fullmatch(_NAME, value)) and value.lower() not in _RESERVED
    if key == "site":
        return bool(re.fullmatch(r"https?://[^\s<>\"{}|\\^`?#]+/", value))
    if key == "iri":
        return bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+", value))
    return bool(re.fullmatch(r"[0-9A-Za-z.+-]+", value))
