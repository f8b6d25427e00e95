"""The versions that have been released, and what happened to an entry in each of them.

A release is a folder ``dist/X.Y.Z/`` and never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..changes import Change, Kind, Version, compare, released_in
from ..changes.versions import published_in
from ..errors import InputError
from ..namespaces import DCTERMS

#: The file of a released folder that lists the checksums of the others.
SUMS: Final = "SHA256SUMS"


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
    return tuple(_release(dist / version) for version in released_in(dist))


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
        note(first_changes(first.content), first.version, first.issued)
    return found


def first_changes(version: Version) -> list[Change]:
    """Return one change of the kind ``added`` for everything in the first release."""
    nothing = Version("", version.iri, [], frozenset())
    return [change for change in compare(nothing, version) if change.kind == Kind.ADDED]


def _release(folder: Path) -> Release:
    content = published_in(folder, folder.name)
    if content is None:
        raise InputError("Holds no graph.", cure="Restore the released folder.", file=str(folder))
    return Release(folder.name, folder, issued(content), content)


def sums(files: Mapping[str, bytes]) -> bytes:
    """Return the checksums of files as ``sha256sum`` writes them."""
    lines = (f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


def damaged(dist: Path) -> list[str]:
    """Return the paths of released files that are not as they were released, in order.

    A file that is gone or that has come is not either.
    """
    found = []
    for version in released_in(dist):
        folder = dist / version
        there = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
        listed = there.pop(SUMS, b"").decode(errors="replace")
        now, then = _by_name(sums(there).decode()), _by_name(listed)
        found += [
            f"{version}/{name}"
            for name in sorted(now.keys() | then.keys())
            if now.get(name) != then.get(name)
        ]
    return found


def copied(dist: Path, folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield every released file: where it stands in another published folder, and its bytes."""
    for version in released_in(dist):
        for path in sorted((dist / version).rglob("*")):
            if path.is_file():
                yield folder / path.relative_to(dist), path.read_bytes()


def _by_name(listed: str) -> dict[str, str]:
    """Return checksums by the name of the file."""
    lines = (line.partition("  ") for line in listed.splitlines())
    return {name: checksum for checksum, _, name in lines}


def issued(version: Version) -> str:
    """Return the day that a version names: when it was modified, or else first issued."""
    days: dict[str, list[str]] = {}
    for triple in version.triples:
        if triple.subject.value == version.iri and isinstance(triple.object, ox.Literal):
            days.setdefault(triple.predicate.value, []).append(triple.object.value)
    for name in ("modified", "issued"):
        if found := days.get(DCTERMS + name):
            return max(found)
    return ""
