"""What differs between stores: the paths of their services, as their documentation gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import urlencode, urlsplit, urlunsplit


class Preset(NamedTuple):
    """A kind of store: its services relative to the URL that the user names.

    ``base`` says what that URL is. ``open_store`` and ``open_query`` are what can be asked
    without credentials where the paths differ. ``digest`` says that passwords are never sent
    as such; ``form`` that updates go as a form. ``whole`` says whether an update is done
    whole or not at all: None is unknown.
    """

    base: str
    store: str = ""
    query: str = ""
    update: str = ""
    open_store: str = ""
    open_query: str = ""
    digest: bool = False
    form: bool = False
    whole: bool | None = None


PRESETS: Final[Mapping[str, Preset]] = MappingProxyType(
    {
        "fuseki": Preset("http://HOST:3030/DATASET", "data", "query", "update", whole=True),
        "oxigraph": Preset("http://HOST:7878", "store", "query", "update", whole=True),
        "graphdb": Preset(
            "http://HOST:7200/repositories/NAME",
            "rdf-graphs/service",
            "",
            "statements",
            whole=True,
        ),
        "virtuoso": Preset(
            "http://HOST:8890",
            "sparql-graph-crud-auth",
            "sparql-auth",
            "sparql-auth",
            open_store="sparql-graph-crud",
            open_query="sparql",
            digest=True,
            whole=False,
        ),
        "neptune": Preset(
            "https://HOST:8182", "sparql/gsp/", "sparql", "sparql", form=True, whole=True
        ),
        "qlever": Preset("http://HOST:7001", whole=False),
        "generic": Preset("the graph store itself"),
    }
)

_NAMES: Final = {"oxigraph": "oxigraph/", "virtuoso": "virtuoso/", "fuseki": "apache jena fuseki"}


class Services(NamedTuple):
    """The URLs of a store: its graph store, and where it takes queries and updates."""

    kind: str
    store: str
    query: str
    update: str

    @property
    def preset(self) -> Preset:
        """What is known of this kind of store."""
        return PRESETS[self.kind]

    def graph(self, graph: str) -> str:
        """Return the URL of a named graph (Graph Store Protocol, section 4.2)."""
        mark = "&" if urlsplit(self.store).query else "?"
        return f"{self.store}{mark}{urlencode({'graph': graph})}"


def services(
    url: str,
    kind: str,
    *,
    known: bool = True,
    query: str | None = None,
    update: str | None = None,
) -> Services:
    """Return the services of a store; ``known`` says that there are credentials for it.

    ``url`` may also be that of one of its services. ``query`` and ``update`` replace what
    the preset says.
    """
    preset = PRESETS[kind]
    base = _base(url, preset)

    def at(path: str, open_path: str = "") -> str:
        path = path if known or not open_path else open_path
        parts = urlsplit(base)
        place = "/".join(part for part in (parts.path.rstrip("/"), path) if part)
        return urlunsplit(parts._replace(path=place or "/"))

    if kind in ("generic", "qlever"):
        return Services(kind, url, query or url, update or url)
    return Services(
        kind,
        at(preset.store, preset.open_store),
        query or at(preset.query, preset.open_query),
        update or at(preset.update),
    )


def kind_of_url(url: str) -> str | None:
    """Return the kind of store that a URL can only belong to, None when it tells nothing."""
    parts = urlsplit(url)
    host, path = parts.hostname or "", parts.path.rstrip("/")
    if re.search(r"\.neptune\.amazonaws\.com(?:\.cn)?$", host):
        return "neptune"
    if re.search(r"/sparql-graph-crud(?:-auth)?$|/sparql-auth$", path):
        return "virtuoso"
    if re.search(r"/repositories/[^/]+(?:/rdf-graphs/service|/statements)?$", path):
        return "graphdb"
    return None


def kind_of_server(name: str) -> str | None:
    """Return the kind of store that calls itself so in the header Server."""
    for kind, beginning in _NAMES.items():
        if name.lower().startswith(beginning):
            return kind
    return None


def _base(url: str, preset: Preset) -> str:
    """Return a URL without the path of a service, should it end in one."""
    parts = urlsplit(url)
    paths = {preset.store, preset.query, preset.update, preset.open_store, preset.open_query}
    for path in sorted(paths - {""}, key=len, reverse=True):
        ending = "/" + path.rstrip("/")
        if parts.path.rstrip("/").endswith(ending):
            shorter = parts.path.rstrip("/").removesuffix(ending)
            return urlunsplit(parts._replace(path=shorter))
    return url
