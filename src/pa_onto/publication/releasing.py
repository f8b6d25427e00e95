"""Release a version: a folder that never changes, the settings, and the changelog.

The folder comes first and whole, by a rename; everything after it can be done again. A release
that was interrupted is completed by the same command.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from ..canonical.files import unwritable, write_whole
from ..changes import Change, advised, effect_of, parsed
from ..changes.versions import of_vocabulary
from ..errors import UsageError
from ..project import Project
from ..vocabulary import build
from . import documents, graphs
from .changelog import with_section
from .edition import Edition, Files
from .releases import SUMS, Release, first_changes, sums
from .settings import with_version

CHANGELOG: Final = "CHANGELOG.md"
SETTINGS: Final = "pyproject.toml"
_FORMATS: Final = (".jsonld", ".nt", ".rdf", ".trig", ".ttl")


class Plan(NamedTuple):
    """A release that was asked for.

    ``problem`` says why it is refused, "" when it is not; ``demanding`` are then the changes
    that ask for a higher number. ``prior`` is the version before, "" for the first; ``files``
    are those of the folder, ``settings`` is ``pyproject.toml`` with the version; ``made`` says
    that the folder is there already.
    """

    project: Project
    version: str
    prior: str
    issued: str
    changes: tuple[Change, ...]
    files: dict[str, bytes]
    settings: bytes
    made: bool = False
    problem: str = ""
    demanding: tuple[Change, ...] = ()

    @property
    def folder(self) -> Path:
        """Where the released files stand."""
        return self.project.dist / self.version


def plan(project: Project, version: str) -> Plan:
    """Return what releasing a version would do, or why it is refused; nothing is written.

    Raises UsageError for what is no version and outside a project, InputError for sources and
    releases that cannot be read and for settings in which the version cannot be changed.
    """
    parsed(version)
    if project.packaged:
        raise UsageError("There is no project here.", cure="Change to its folder.")
    edition = Edition(project, build(project), version)
    older = [release for release in edition.releases if parsed(release.version) < parsed(version)]
    last = edition.releases[0] if edition.releases else None
    folder = project.dist / version
    found = Plan(
        project,
        version,
        older[0].version if older else "",
        edition.issued,
        tuple(edition.changes if last else first_changes(of_vocabulary(edition.sources, ""))),
        dict(released(edition)),
        with_version(project.root / SETTINGS, version),
        folder.is_dir(),
    )
    if last and parsed(version) < parsed(last.version):
        problem = f"{version} does not come after {last.version}, the last release."
        return found._replace(problem=problem)
    if found.made:
        return found._replace(problem=_other_content(found))
    return found if last is None else _judged(found, last)


def released(edition: Edition) -> Files:
    """Yield the files of a released folder but for the one with their checksums."""
    project = edition.project
    wanted = {project.name + extension for extension in _FORMATS}
    wanted |= {project.context.name, project.record_schema.name}
    for producer in (graphs.files, documents.files):
        for name, content in producer(edition):
            if name in wanted:
                yield name, content


def release(plan: Plan) -> Iterator[Path]:
    """Make a release that is not refused, and yield the files it wrote.

    Each step is done whole or not at all, and one that was done before is not done again.
    """
    if plan.problem:
        raise UsageError(plan.problem)
    if not plan.made:
        _write_folder(plan)
        yield plan.folder
    settings = plan.project.root / SETTINGS
    if write_whole(settings, plan.settings):
        yield settings
    changelog = plan.project.root / CHANGELOG
    if write_whole(
        changelog, with_section(changelog, plan.version, plan.issued, plan.changes, not plan.prior)
    ):
        yield changelog


def _judged(found: Plan, last: Release) -> Plan:
    """Return a plan with the reason for which it is refused, if there is one."""
    effect = effect_of(found.changes)
    asked = advised(last.version, effect)
    if parsed(found.version) < parsed(asked):
        demanding = tuple(change for change in found.changes if change.effect == effect)
        problem = f"{found.version} is too small a step from {last.version}: release {asked}."
        return found._replace(problem=problem, demanding=demanding)
    if not found.changes and not _new_rules(found, last):
        problem = f"Nothing has changed since {last.version}."
        return found._replace(problem=problem)
    return found


def _new_rules(found: Plan, last: Release) -> bool:
    """Return whether records are read or judged otherwise although the vocabulary is the same."""
    ours, theirs = found.version.encode(), last.version.encode()
    for path in (found.project.context, found.project.record_schema):
        place = last.folder / path.name
        before = place.read_bytes() if place.is_file() else b""
        if found.files.get(path.name, b"").replace(ours, theirs) != before:
            return True
    return False


def _other_content(found: Plan) -> str:
    """Return why a folder that is there cannot be the release; "" when it can."""
    there = {path.name for path in found.folder.iterdir()}
    wanted = _with_sums(found.files)
    same = there == wanted.keys() and all(
        (found.folder / name).read_bytes() == content for name, content in wanted.items()
    )
    if same:
        return ""
    return f"{found.version} has been released before, and what it holds never changes."


def _with_sums(files: dict[str, bytes]) -> dict[str, bytes]:
    return files | {SUMS: sums(files)}


def _write_folder(plan: Plan) -> None:
    """Write the released folder beside its place and rename it."""
    beside = plan.project.dist / f".{plan.version}.partial"
    try:
        for left in plan.project.dist.glob(".*.partial"):
            shutil.rmtree(left, ignore_errors=True)
        for name, content in _with_sums(plan.files).items():
            write_whole(beside / name, content)
        beside.rename(plan.folder)
    except OSError as error:
        raise unwritable(error, plan.folder) from error
