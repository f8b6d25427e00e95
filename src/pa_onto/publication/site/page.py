"""What stands on a page, as values for its template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ...catalogue import Entry
from .facts import Block, Group, Row
from .hierarchy import Branch
from .history import Happening
from .names import Link, Name
from .pictures import Picture


class File(NamedTuple):
    """A file to download: its address from the top of the site."""

    href: str
    name: str
    type: str = ""


class Usage(NamedTuple):
    """How often a property is used, with some of its statements."""

    times: int
    examples: tuple[tuple[Link, Link | Block], ...]


class Top(NamedTuple):
    """A concept on top of a scheme, how many are below it, and its share of the most."""

    link: Link
    below: int
    share: float


class Term(NamedTuple):
    """A term on the page of its namespace."""

    anchor: str
    iri: str
    kind: str
    link: Link
    definitions: list[Name]
    facts: list[Group]


class Past(NamedTuple):
    """What happened to an entry in one version; ``href`` is the page of the version, or ""."""

    version: str
    issued: str
    href: str
    happenings: list[Happening]


class Page(NamedTuple):
    """All that stands on the page of an entry."""

    entry: Entry
    name: Name
    kind: str
    summary: str
    canonical: str
    document: dict[str, Any] | None
    files: list[File]
    definitions: list[Name]
    types: list[Link]
    crumbs: list[Link]
    codes: list[str]
    schemes: list[Link]
    collections: list[Link]
    deprecated: bool
    successors: list[Link]
    labels: list[Row]
    hidden: bool
    sections: Mapping[str, Sequence[Group]]
    history: list[Past]
    picture: Picture | None = None
    snippet: str = ""
    usage: Usage | None = None
    size: int = 0
    tops: Sequence[Top] = ()
    tree: Sequence[Branch] = ()
    members: Sequence[Link] = ()
    ordered: bool = False
    table: Sequence[tuple[str, Link, Name]] = ()
    terms: Sequence[Term] = ()
    defined_in: str = ""
