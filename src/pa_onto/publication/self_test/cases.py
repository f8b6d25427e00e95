"""What is asked of a server, and what the answer must be.

The expectations are written down here and not worked out by the code that is tested.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from ..dereferencing.routes import Route, Rules, decoded, is_askable, is_file, targets
from ..edition import Edition
from ..folder import published_files

_JSONLD_FORM: Final = 'application/ld+json;profile="http://www.w3.org/ns/json-ld#{}"'
_BROWSER: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
_RDFLIB: Final = "application/rdf+xml,text/rdf+n3;q=0.9,application/xhtml+xml;q=0.5, */*;q=0.1"
#: So many documents are asked for in all ways, and so many files, at the most; the time that a
#: test takes is to stay below a few minutes however large a vocabulary is.
_MOST: Final = 500
_MOST_FILES: Final = 3_000
_ANY: Final = ("html", "ttl", "jsonld", "nt", "rdf", "trig")


class Header(NamedTuple):
    """An ``Accept`` header: what it is called, and the formats that satisfy it, best first."""

    name: str
    accept: str | None
    formats: tuple[str, ...] = ()


#: Each document is asked for in all these ways.
HEADERS: Final = (
    Header("no Accept", None, _ANY),
    Header("text/html", "text/html", ("html",)),
    Header("application/xhtml+xml", "application/xhtml+xml", ("html",)),
    Header("text/turtle", "text/turtle", ("ttl",)),
    Header("application/ld+json", "application/ld+json", ("jsonld",)),
    Header("application/json", "application/json", ("jsonld",)),
    Header("ld+json;profile=compacted", _JSONLD_FORM.format("compacted"), ("jsonld",)),
    Header("application/n-triples", "application/n-triples", ("nt",)),
    Header("application/rdf+xml", "application/rdf+xml", ("rdf",)),
    Header("application/trig", "application/trig", ("trig",)),
    Header("*/*", "*/*", _ANY),
    Header("application/x-nothing", "application/x-nothing"),
)
#: Documents of each kind are asked for in these ways as well.
FINER: Final = (
    Header("as a browser", _BROWSER, _ANY),
    Header("as rdflib", _RDFLIB, ("rdf", *_ANY)),
    Header("text/*", "text/*", ("html", "ttl")),
    Header("application/*", "application/*", ("jsonld", "nt", "rdf", "trig")),
    Header("q: 0.9 over 0.89", "text/turtle;q=0.89, application/ld+json;q=0.9", ("jsonld", "ttl")),
    Header("q: 0.501 over 0.5", "text/html; q=0.5 ,text/turtle ; q=0.501", ("ttl", "html")),
    Header("q: named over */*", "*/*;q=0.9, application/ld+json", ("jsonld",)),
    Header("q: 0 is refused", "text/html;q=0, text/turtle;q=0.000, */*;q=0.1", ("jsonld",)),
    Header("q: only 0", "text/html;q=0, application/ld+json;q=0.0, text/turtle;q=0"),
    Header("text/n3", "text/n3", ("ttl",)),
    Header("text/plain", "text/plain, */*;q=0.1", ("nt", *_ANY)),
    Header("upper case", "TEXT/TURTLE;Q=1.0", ("ttl",)),
    Header(
        "profile and q", _JSONLD_FORM.format("expanded") + ";q=0.5, text/turtle;q=0.4", ("jsonld",)
    ),
    Header(
        "comma in quotes", 'application/ld+json;profile="a,b;q=0", text/turtle;q=0.9', ("jsonld",)
    ),
    Header("image/png;q=1", "image/png;q=1"),
    Header("empty Accept", "", _ANY),
)


_HEAD: Final = Header("HEAD text/turtle", "text/turtle", ("ttl",))


class Document(NamedTuple):
    """A document to ask for: its path, its route, and the IRIs that it must speak about."""

    path: str
    route: Route
    iris: tuple[str, ...]


class Case(NamedTuple):
    """One request and what must come of it.

    ``file`` is the path of the file it must lead to, "" where there must be none and the
    answer is 406; ``iris`` are to be found in it. ``direct`` says that the file itself is
    asked for.
    """

    name: str
    path: str
    accept: str | None
    file: str
    iris: tuple[str, ...] = ()
    method: str = "GET"
    direct: bool = False


def documents(edition: Edition, rules: Rules) -> list[Document]:
    """Return every document of a vocabulary with the IRIs that lead to it."""
    iris: dict[str, set[str]] = {}
    for address, iri in _addresses(edition):
        if is_askable(decoded(address)):
            iris.setdefault(address, set()).add(iri)
    iris.setdefault("", set()).add(edition.iri)
    known = {decoded(address) for address in iris}
    found = [_document(rules, address, named) for address, named in sorted(iris.items())]
    further = [(source, route) for source, route in rules.exact.items() if source not in known]
    return [*found, *(Document(quote(s), r, _spoken_of(edition, s, r)) for s, r in further)]


def unaskable(edition: Edition) -> list[str]:
    """Return the IRIs that no client can ask for, such as those with ``..`` in them."""
    found = {iri for address, iri in _addresses(edition) if not is_askable(decoded(address))}
    return sorted(found)


def _addresses(edition: Edition) -> Iterator[tuple[str, str]]:
    """Yield the address of each entry below the base, without a fragment, and its IRI."""
    for entry in edition.catalogue.entries.values():
        page = entry.iri.partition("#")[0]
        if page + "/" == edition.base or page.startswith(edition.base):
            yield page[len(edition.base) :], entry.iri


def all_cases(edition: Edition, rules: Rules, folder: Path) -> Iterator[Case]:
    """Yield everything a server that negotiates is asked.

    Of very many documents most are asked for in one way each, all ways in turn.
    """
    asked: set[tuple[object, ...]] = set()
    every = documents(edition, rules)
    step = -(-len(every) // _MOST)
    for number, document in enumerate(every):
        if number % step:
            yield _case(document, HEADERS[number % len(HEADERS)])
            continue
        for header in HEADERS:
            yield _case(document, header)
        yield _case(document, _HEAD)._replace(method="HEAD")
        # A few documents of each kind are enough for what depends on the header alone.
        kind = (document.route.targets, document.route.folder)
        if kind not in asked:
            asked.add(kind)
            for header in FINER:
                yield _case(document, header)
            yield Case("OPTIONS", document.path, None, "", method="OPTIONS")
    yield from files(folder)


def static_cases(edition: Edition, rules: Rules, folder: Path) -> Iterator[Case]:
    """Yield what a host that looks at no header is asked: each document leads to its page."""
    for document in documents(edition, rules):
        if document.path != ".well-known/void":
            yield _case(document, Header("any Accept", "text/turtle", _ANY))
    yield from files(folder)


def left_out(edition: Edition, rules: Rules, folder: Path) -> str:
    """Return what is left out because there is so much of it, "" where nothing is."""
    count, published = len(documents(edition, rules)), len(_named_files(folder))
    if count <= _MOST and published <= _MOST_FILES:
        return ""
    return (
        f"Of {count} documents every {-(-count // _MOST)}th is asked for in all ways and the"
        f" others in one; of {published} files every {-(-published // _MOST_FILES)}th."
    )


def files(folder: Path) -> Iterator[Case]:
    """Yield a case for each published file, which is asked for by its own name."""
    names = _named_files(folder)
    for name in names[:: -(-len(names) // _MOST_FILES) or 1]:
        yield Case("files", quote(name), None, name, direct=True)


def _named_files(folder: Path) -> list[str]:
    """Return the files that are asked for by their names."""
    found = published_files(folder)
    return sorted(n for n in found if is_file(n) and not n.startswith(("redirects/", ".")))


def _spoken_of(edition: Edition, source: str, route: Route) -> tuple[str, ...]:
    """Return what a document that is no entry speaks about: the vocabulary, or its own terms."""
    if source == edition.version or "*/" in route.targets[-1].file:
        return (edition.iri,)
    return (f"{edition.base}{route.page}*",)


def _document(rules: Rules, path: str, iris: Iterable[str]) -> Document:
    # Without a route there is nothing to be had: every request for it goes wrong.
    source = decoded(path)
    route = rules.find(source) or Route(source, source, targets(["html"]))
    return Document(quote(path, safe="/%:@!$&'()*+,;=~"), route, tuple(sorted(iris)))


def _case(document: Document, header: Header) -> Case:
    """Return the case of a document and a header: the first format that both name."""
    files = {target.format.extension: target for target in document.route.targets}
    chosen = next((e for e in header.formats if e in files), None)
    file = ""
    if chosen is not None:
        file = document.route.file(decoded(document.path), files[chosen].format)
    return Case(header.name, document.path, header.accept, file, document.iris)
