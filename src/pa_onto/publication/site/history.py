"""What happened in each version, as links and words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ...changes import KINDS, Change
from ..edition import Edition
from ..releases import Event
from .names import Link, Names


class Happening(NamedTuple):
    """One change: of what, of which kind, and the values that went and came."""

    version: str
    issued: str
    kind: str
    subject: Link
    property: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class Sort(NamedTuple):
    """The changes of one kind."""

    kind: str
    happenings: tuple[Happening, ...]


class Version(NamedTuple):
    """A released version, or what is not released yet ("")."""

    version: str
    issued: str
    href: str
    kinds: tuple[Sort, ...] = ()


def of_entry(edition: Edition, names: Names, iri: str) -> list[Happening]:
    """Return what happened to an entry, the newest first."""
    return [happening(event, names) for event in edition.history(iri) if not event.change.derived]


def happening(event: Event, names: Names) -> Happening:
    """Return an event as it is shown."""
    change: Change = event.change
    link = names.link(change.iri)
    if not link.href or link.outside:
        link = Link(change.label or change.iri, about=change.iri)
    return Happening(
        event.version,
        event.issued,
        change.kind,
        link,
        change.name,
        tuple(value.text for value in change.before),
        tuple(value.text for value in change.after),
    )


def versions(edition: Edition, names: Names) -> list[Version]:
    """Return the versions with all that happened in them, the newest first.

    What is not released yet comes first, when there is any.
    """
    events: dict[str, list[Happening]] = {}
    for iri in _iris(edition):
        for found in of_entry(edition, names, iri):
            events.setdefault(found.version, []).append(found)
    known = [Version("", "", "")] if "" in events else []
    known += [Version(r.version, r.issued, version_page(r.version)) for r in edition.releases]
    return [version._replace(kinds=_sorted(events.get(version.version, ()))) for version in known]


def version_page(version: str) -> str:
    """Return where the page about a version is, from the top of the site."""
    return f"versions/{version}.html"


def _sorted(happenings: Iterable[Happening]) -> tuple[Sort, ...]:
    """Return changes by kind, in the order in which kinds are told."""
    ordered = sorted(happenings, key=lambda h: (h.subject.text.casefold(), h.property))
    found = ((kind, tuple(h for h in ordered if h.kind == kind)) for kind in KINDS)
    return tuple(Sort(kind, some) for kind, some in found if some)


def _iris(edition: Edition) -> Sequence[str]:
    return sorted(edition.histories)
