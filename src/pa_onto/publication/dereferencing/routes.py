"""Which requests lead to which files: the one model all redirect rules are written from.

A request for a document (``title/runner``) is answered with 303 and the file in the format
the client likes best; a request for a file, known by its extension, with the file. Three rules
decide, in this order:

1. a route whose source is the very path that is asked for,
2. a path that ends in the extension of a published file is that file,
3. a route of a folder, which is for all paths one segment below it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from ...namespaces import OWL
from .formats import BY_EXTENSION, Format
from .patterns import FILE, SEGMENT

if TYPE_CHECKING:
    from ..edition import Edition

#: Documents beside those of entries: what else has IRIs that people meet.
DOCUMENTS: Final = ("shapes", "void", "dcat", "queries")
_FILE: Final = re.compile(FILE + "$")
_CONTROL: Final = r"[\x00-\x1f\x7f]"


class Target(NamedTuple):
    """A file in one format; ``*`` in its path stands for the page of the route."""

    format: Format
    file: str


class Route(NamedTuple):
    """Where requests for ``source`` lead: to ``page``, in one of the formats.

    The source of a route for a ``folder`` is empty or ends in ``/``; the page of what is below
    it is called the same.
    """

    source: str
    page: str
    targets: tuple[Target, ...]
    folder: bool = False

    @property
    def formats(self) -> list[Format]:
        """The formats there are, the preferred one first."""
        return [target.format for target in self.targets]

    def file(self, path: str, format: Format) -> str:
        """Return the file for a requested path in one of the formats."""
        page = path if self.folder else self.page
        target = next(target for target in self.targets if target.format == format)
        return target.file.replace("*", page)


class Rules:
    """All routes of a vocabulary.

    ``base`` is the folder of its IRIs, ``site`` the URL under which the files are served;
    both end in ``/``.
    """

    def __init__(self, name: str, base: str, site: str, routes: Sequence[Route]) -> None:
        self.name = name
        self.base = base
        self.site = site or base
        self.moved = bool(site)
        self.routes = tuple(routes)

    @property
    def prefix(self) -> str:
        """The path of the folder on its host, such as ``/pa-onto/``."""
        return urlsplit(self.site).path or "/"

    @cached_property
    def exact(self) -> dict[str, Route]:
        """The routes of single paths."""
        return {route.source: route for route in self.routes if not route.folder}

    @cached_property
    def folders(self) -> dict[str, Route]:
        """The routes of all paths in a folder, by the folder."""
        return {route.source: route for route in self.routes if route.folder}

    def find(self, path: str) -> Route | None:
        """Return the route of a decoded path below the folder, None for files and for nothing."""
        if path in self.exact:
            return self.exact[path]
        folder, slash, last = path.rpartition("/")
        if is_file(path) or not re.fullmatch(SEGMENT, last):
            return None
        return self.folders.get(folder + slash)


def is_file(path: str) -> bool:
    """True for a path that ends in the extension of a published file."""
    return _FILE.search(path) is not None


def rules_of(edition: Edition, files: Container[str]) -> Rules:
    """Return the rules for an edition; ``files`` are the published ones, which come first."""
    routes: dict[tuple[str, bool], Route] = {}
    for route in [*_entry_routes(edition), *_version_routes(edition), *_further(edition)]:
        if route.folder or route.source not in files:
            routes.setdefault((route.source, route.folder), route)
    return Rules(edition.project.name, edition.base, edition.project.site, list(routes.values()))


def decoded(address: str) -> str:
    """Return what a server makes of the encoded path of a request; bytes that are no text stay."""
    return unquote(address, errors="surrogateescape")


def is_askable(path: str) -> bool:
    """True for a decoded path that a client can ask for: none that climbs or controls."""
    parts = path.split("/")
    return not any(part in (".", "..") for part in parts) and not re.search(_CONTROL, path)


def targets(own: Iterable[str], whole: Iterable[str] = (), name: str = "") -> tuple[Target, ...]:
    """Return targets: formats of the page itself, and formats of the whole vocabulary."""
    files = {extension: f"*.{extension}" for extension in own}
    files |= {extension: f"{name}.{extension}" for extension in whole}
    return tuple(Target(BY_EXTENSION[e], files[e]) for e in BY_EXTENSION if e in files)


def _entry_routes(edition: Edition) -> Iterator[Route]:
    """Yield the routes of entries: single ones where the page is not called like the IRI."""
    name, base = edition.project.name, edition.base
    whole = targets(["html"], ["ttl", "jsonld", "nt", "rdf", "trig"], name)
    yield Route("", "index", whole)
    each = targets(["html", "ttl", "jsonld"], ["nt", "rdf", "trig"], name)
    folders: dict[str, Route] = {}
    for iri, page in sorted(documents(edition)):
        source = decoded(iri[len(base) :])
        folder, slash, last = source.rpartition("/")
        if source == page and not is_file(source) and re.fullmatch(SEGMENT, last):
            below = folder + slash
            folders.setdefault(below, Route(below, below, each, folder=True))
        elif source and is_askable(source):
            yield Route(source, page, each)
    yield from folders.values()


def documents(edition: Edition) -> set[tuple[str, str]]:
    """Return the IRIs without fragment that lead to a page below the base, and the page."""
    found = {(e.iri.partition("#")[0], e.document) for e in edition.catalogue.entries.values()}
    return {(iri, page) for iri, page in found if iri.startswith(edition.base)}


def _version_routes(edition: Edition) -> Iterator[Route]:
    """Yield the routes of version IRIs; one that is not released yet is the present state."""
    name = edition.project.name
    released = {release.version: release.folder for release in edition.releases}
    for version, folder in released.items():
        found = {e: f"*/{name}.{e}" for e in BY_EXTENSION if (folder / f"{name}.{e}").is_file()}
        files = {"html": "versions/*.html"} | found
        yield Route(version, version, tuple(Target(BY_EXTENSION[e], files[e]) for e in files))
    claimed = edition.catalogue.nodes(edition.iri, OWL + "versionIRI")
    if edition.version not in released and edition.base + edition.version in claimed:
        whole = targets(["html"], ["ttl", "jsonld", "nt", "rdf", "trig"], name)
        yield Route(edition.version, "index", whole)


def _further(edition: Edition) -> Iterator[Route]:
    for document in DOCUMENTS:
        if document == "shapes" and not edition.project.shapes.is_dir():
            continue
        yield Route(document, document, targets(["ttl", "jsonld"]))
    yield Route(".well-known/void", "void", targets(["ttl", "jsonld"]))
