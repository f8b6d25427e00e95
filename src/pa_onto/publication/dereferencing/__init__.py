"""Make every IRI of a vocabulary lead to a document, on hosts of several kinds.

:mod:`routes` is the one model of what leads where; :mod:`apache`, :mod:`nginx` and :mod:`hosts`
write it down for servers, and :mod:`interpreter` answers by it. docs/hosting.md says what to do
with the files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import apache, hosts, nginx
from .interpreter import Answer, answer, static
from .routes import Rules, documents, rules_of

if TYPE_CHECKING:
    from ..edition import Edition, Files

__all__ = ["Answer", "Rules", "answer", "documents", "files", "rules_of", "static"]


def files(edition: Edition) -> Files:
    """Yield the rules for every kind of host."""
    rules = rules_of(edition, edition.made)
    yield ".nojekyll", b""
    yield "_headers", hosts.headers()
    yield "_redirects", hosts.redirects(rules)
    yield "redirects/htaccess", apache.htaccess(rules)
    yield "redirects/w3id.htaccess", apache.w3id(rules)
    yield "redirects/nginx-locations.conf", nginx.locations(rules)
    yield "redirects/nginx-maps.conf", nginx.maps(rules)
    paths = {entry.path for entry in edition.catalogue.entries.values()}
    yield from hosts.folder_pages(rules, iter(paths | {page for _, page in documents(edition)}))
