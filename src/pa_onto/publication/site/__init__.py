"""The site: a page for every entry, and pages about the whole, as static files.

Pages work from any folder and from a disk: their addresses are relative, and nothing is asked
of another host. Without JavaScript only the search is missing.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from typing import Final, NamedTuple

from ...catalogue import Entry, Kind
from ...namespaces import DCTERMS, RDF_TYPE
from ..edition import Edition, Files
from . import downloads, history
from .contents import Contents, namespace_title
from .guide import example_of, guide
from .hierarchy import Branch
from .names import Link, Name, address, page_of
from .page import File, Term
from .pictures import Picture
from .rendering import Renderer, assets
from .search import index

__all__ = ["files"]

#: The home page shows so many concepts of a scheme.
_MOST_ON_HOME: Final = 300
_LISTED: Final = (
    (Kind.COLLECTION, "Collections"),
    (Kind.CLASS, "Classes"),
    (Kind.PROPERTY, "Properties"),
)
_COUNTED: Final = (
    (Kind.CONCEPT, "concept", "concepts"),
    (Kind.SCHEME, "scheme", "schemes"),
    (Kind.CLASS, "class", "classes"),
    (Kind.PROPERTY, "property", "properties"),
)


class Site(NamedTuple):
    """What all pages say of the whole."""

    iri: str
    title: Name
    version: str
    issued: str
    license: Link | None
    pictures: bool


class Scheme(NamedTuple):
    """A scheme on the home page; ``more`` counts the concepts on top that are not shown."""

    link: Link
    size: int
    definition: Name | None
    tree: list[Branch]
    more: int


class Listing(NamedTuple):
    """Entries of one kind on the home page."""

    title: str
    links: list[Link]


class Namespace(NamedTuple):
    """A namespace without an entry of its own, and its terms."""

    iri: str
    title: str
    files: list[File]
    terms: list[Term]


def files(edition: Edition) -> Files:
    """Yield the pages, the search index and the files that all pages share."""
    contents = Contents(edition)
    pictures = [p for p in (contents.drawings.ladder(), contents.drawings.relation()) if p]
    site = _site(contents, pictures)
    many = len(contents.names.languages) > 1
    renderer = Renderer(site=site, many_languages=many)
    versions = history.versions(edition, contents.names)
    for entry in contents.catalogue.entries.values():
        if entry.path != "index":
            yield renderer.page("entry.html", page_of(entry), page=contents.page(entry))
    yield _home(renderer, contents, pictures, versions)
    yield from _namespaces(renderer, contents)
    yield from _about_versions(renderer, versions, edition)
    yield from _guide(renderer, contents)
    yield _not_found(renderer)
    yield "assets/index.js", index(contents.catalogue, contents.names)
    yield from assets()


def _site(contents: Contents, pictures: list[Picture]) -> Site:
    catalogue, names = contents.catalogue, contents.names
    iri = contents.edition.iri
    licenses = catalogue.nodes(iri, DCTERMS + "license")
    version = contents.edition.version
    return Site(
        iri,
        names.name(iri),
        version,
        contents.edition.issued,
        names.link(licenses[0]) if licenses else None,
        bool(pictures),
    )


def _home(
    renderer: Renderer,
    contents: Contents,
    pictures: list[Picture],
    versions: list[history.Version],
) -> tuple[str, bytes]:
    iri = contents.edition.iri
    entry = contents.catalogue.entries.get(iri) or Entry(iri, Kind.ONTOLOGY, "index", "index")
    return renderer.page(
        "home.html",
        "index.html",
        page=contents.page(entry),
        counts=list(_counts(contents)),
        pictures=pictures,
        schemes=[_scheme(contents, scheme) for scheme in contents.hierarchy.schemes],
        lists=list(_lists(contents)),
        versions=[version for version in versions if version.version],
        whole=downloads.of_all(contents.edition),
        about=list(downloads.about_all(contents.edition)),
    )


def _scheme(contents: Contents, iri: str) -> Scheme:
    names, hierarchy = contents.names, contents.hierarchy
    tops = hierarchy.tops[iri]
    return Scheme(
        names.link(iri),
        len(hierarchy.schemes[iri]),
        names.about(iri),
        list(hierarchy.tree(tops[:_MOST_ON_HOME], _MOST_ON_HOME)),
        max(0, len(tops) - _MOST_ON_HOME),
    )


def _counts(contents: Contents) -> Iterator[tuple[int, str]]:
    for kind, one, several in _COUNTED:
        if count := len(contents.catalogue.of_kind(kind)):
            yield count, one if count == 1 else several
    if count := len(contents.names.languages):
        yield count, "language" if count == 1 else "languages"


def _lists(contents: Contents) -> Iterator[Listing]:
    inside = {iri for members in contents.hierarchy.schemes.values() for iri in members}
    concepts = [e.iri for e in contents.catalogue.of_kind(Kind.CONCEPT) if e.iri not in inside]
    lists = [(concepts, "Concepts in no scheme")]
    lists += [([e.iri for e in contents.catalogue.of_kind(k)], title) for k, title in _LISTED]
    others: dict[str, list[str]] = {}
    for entry in contents.catalogue.of_kind(Kind.OTHER):
        kinds = contents.catalogue.nodes(entry.iri, RDF_TYPE)
        others.setdefault(contents.names.name(kinds[0]).text if kinds else "Other", []).append(
            entry.iri
        )
    lists += [(iris, title) for title, iris in sorted(others.items())]
    for iris, title in lists:
        if iris:
            yield Listing(title, [contents.names.link(i) for i in contents.names.by_name(iris)])


def _namespaces(renderer: Renderer, contents: Contents) -> Files:
    """Yield the pages of hash namespaces that are no entries themselves."""
    own = {"index", *(entry.path for entry in contents.catalogue.entries.values())}
    for path, entries in contents.terms_of.items():
        if path not in own:
            iri = entries[0].iri.partition("#")[0] + "#"
            terms = contents.terms(path)
            page = Namespace(iri, namespace_title(iri), downloads.of_entry(path), terms)
            yield renderer.page("namespace.html", f"{path}.html", page=page)


def _about_versions(renderer: Renderer, versions: list[history.Version], edition: Edition) -> Files:
    yield renderer.page("changes.html", "changes.html", versions=versions)
    for version in versions:
        if version.version:
            folder = edition.project.dist / version.version
            names = sorted(path.name for path in folder.iterdir() if path.is_file())
            files = [File(f"{version.version}/{address(name)}", name) for name in names]
            path = history.version_page(version.version)
            yield renderer.page("version.html", path, version=version, files=files)


def _guide(renderer: Renderer, contents: Contents) -> Files:
    if example := example_of(contents):
        sections, link = guide(contents, example), contents.names.link(example.iri)
        yield renderer.page("use.html", "use.html", sections=sections, example=link)


def _not_found(renderer: Renderer) -> tuple[str, bytes]:
    """Return the page for addresses that do not exist.

    It is served at any depth, so it brings its style along, which its policy names by hash.
    """
    style = dict(assets())["assets/404.css"].decode()
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    from markupsafe import Markup

    values = {"style": Markup(style), "style_hash": f"sha256-{digest}"}
    return renderer.page("404.html", "404.html", **values)
