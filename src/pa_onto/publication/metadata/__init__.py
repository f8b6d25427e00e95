"""What catalogues, stores, editors and search engines want to know of a vocabulary.

:mod:`void` and :mod:`dcat` describe it as data, :mod:`queries` has its stored queries,
:mod:`sitemap` lists its pages; the shapes are published as one file, so that their IRIs, which
stand in reports, lead to something.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...triples import Triple
from ..edition import Edition, Files
from .dcat import dcat
from .description import Description
from .queries import queries
from .sitemap import robots, sitemaps
from .void import void

__all__ = ["files"]


def files(edition: Edition) -> Files:
    """Yield the descriptions; what is made before them is described by them."""
    yield from _logo(edition)
    shapes = list(_shapes(edition))
    if shapes:
        yield from _both("shapes", Description.of(shapes, edition.vocabulary.prefixes))
    yield from _both("void", void(edition))
    yield from _both("dcat", dcat(edition))
    yield from _both("queries", queries(edition))
    site = edition.project.site or edition.base
    pages = [file for file in edition.made if file.endswith(".html") and file != "404.html"]
    for name, text in sitemaps(pages, site):
        yield name, text.encode()
    yield "robots.txt", robots(site).encode()


def _both(name: str, description: Description) -> Files:
    yield f"{name}.ttl", description.to_turtle()
    yield f"{name}.jsonld", description.to_jsonld()


def _logo(edition: Edition) -> Files:
    logo = edition.project.ontology / "logo.svg"
    if logo.is_file():
        yield logo.name, logo.read_bytes()


def _shapes(edition: Edition) -> Iterator[Triple]:
    """Yield the shapes of the project itself, in a stable order."""
    from ...canonical import canonical_quads
    from ...reading import read_turtle_folder
    from ...triples import quads_of, triples_of

    folder = edition.project.shapes
    if folder.is_dir():
        yield from triples_of(canonical_quads(quads_of(read_turtle_folder(folder))))
