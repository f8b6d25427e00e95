"""The versions that have been released, and what happened to an entry in each of them.

A release is a folder ``dist/X.Y.Z/`` and never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from ..changes import Change, Kind, Version, compare, is_version, parsed
from ..changes.versions import published_in
from ..errors import InputError
from ..namespaces import DCTERMS


class Release(NamedTuple):
    """One released version: its number, its folder and the day its content names, or ""."""

    version: str
    folder: Path
    issued: str
    content: Version


class Event(NamedTuple):
    """What happened to an entry in a version; ``version`` is "" for what is not released yet.

    The first release of an entry is an event of the kind ``added``.
    """

    version: str
    issued: str
    change: Change


def read_releases(dist: Path) -> tuple[Release, ...]:
    """Return the releases in a published folder, the newest first.

    Raises InputError for a release without a graph that can be read.
    """
    if not dist.is_dir():
        return ()
    names = [path.name for path in dist.iterdir() if is_version(path.name) and path.is_dir()]
    return tuple(_release(dist / name) for name in sorted(names, key=parsed, reverse=True))


def histories(releases: Sequence[Release], unreleased: Sequence[Change]) -> dict[str, list[Event]]:
    """Return the events of every IRI, the newest first.

    ``releases`` come newest first, ``unreleased`` is what has changed since the first of them.
    """
    found: dict[str, list[Event]] = {}

    def note(changes: Iterable[Change], version: str, issued: str) -> None:
        for change in changes:
            found.setdefault(change.iri, []).append(Event(version, issued, change))

    note(unreleased, "", "")
    for newer, older in pairwise(releases):
        note(compare(older.content, newer.content), newer.version, newer.issued)
    if releases:
        first = releases[-1]
        note(_first(first.content), first.version, first.issued)
    return found


def _first(version: Version) -> Iterable[Change]:
    """Return one change of the kind ``added`` for everything in the first release."""
    nothing = Version("", version.iri, [], frozenset())
    return [change for change in compare(nothing, version) if change.kind == Kind.ADDED]


def _release(folder: Path) -> Release:
    content = published_in(folder, folder.name)
    if content is None:
        raise InputError("Holds no graph.", cure="Restore the released folder.", file=str(folder))
    return Release(folder.name, folder, _issued(content), content)


def _issued(version: Version) -> str:
    """Return the day that a version names: when it was modified, or else first issued."""
    days: dict[str, list[str]] = {}
    for triple in version.triples:
        if triple.subject.value == version.iri and isinstance(triple.object, ox.Literal):
            days.setdefault(triple.predicate.value, []).append(triple.object.value)
    for name in ("modified", "issued"):
        if found := days.get(DCTERMS + name):
            return max(found)
    return ""
