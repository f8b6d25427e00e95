"""What things are called on the pages, in which language, and where their pages are."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

from ...catalogue import Catalogue, Entry
from ...namespaces import DCTERMS, OWL, RDFS, SKOS, local_name, shorten

_LABELS: Final = (SKOS + "prefLabel", DCTERMS + "title", RDFS + "label", DCTERMS + "identifier")
_ABOUT: Final = (SKOS + "definition", RDFS + "comment", DCTERMS + "description")
_NAMES: Final = (
    *(f"{space}name" for space in ("http://xmlns.com/foaf/0.1/", "https://schema.org/")),
    "http://www.w3.org/2008/05/skos-xl#literalForm",
)
_WORDS: Final = re.compile(r"[A-Z]?[a-z\d]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z]+")
#: How long a text may be where it is only a name: in lists, headings, links and pictures.
LONGEST: Final = 200


class Name(NamedTuple):
    """A text with its language tag ("" for none)."""

    text: str
    language: str = ""


class Link(NamedTuple):
    """A name that may lead somewhere: to a page of the site, or to another host if ``outside``.

    ``href`` is relative to the top of the site, "" for what is text alone; ``about`` is a hint.
    """

    text: str
    language: str = ""
    href: str = ""
    outside: bool = False
    about: str = ""


class Names:
    """The names and addresses of one catalogue, each looked up once."""

    def __init__(self, catalogue: Catalogue, prefixes: Mapping[str, str]) -> None:
        self.catalogue = catalogue
        self._prefixes = prefixes
        self._names: dict[str, Name] = {}
        self._hrefs: dict[str, str] = {}
        self._links: dict[str, Link] = {}

    @cached_property
    def languages(self) -> list[str]:
        """The languages of the vocabulary, the most used first."""
        return self.catalogue.languages

    def name(self, node: str) -> Name:
        """Return the best label of a node, cut where it is endless; a readable IRI without one."""
        if node not in self._names:
            found = self.best(node, (*_LABELS, *_NAMES))
            self._names[node] = Name(_cut(found.text), found.language) if found else _bare(node)
        return self._names[node]

    def has_label(self, node: str) -> bool:
        """Return whether a node has a label of its own."""
        about = self.catalogue.about(node)
        return any(label in about for label in (*_LABELS, *_NAMES))

    def best(self, node: str, predicates: Sequence[str]) -> Name | None:
        """Return the literal to show first: of the first property, in the main language."""
        for predicate in predicates:
            if texts := self.texts(node, predicate):
                return texts[0]
        return None

    def texts(self, node: str, predicate: str) -> list[Name]:
        """Return the literals of a property, the main language first."""
        found = [
            Name(value.value, value.language or "")
            for value in self.catalogue.values(node, predicate)
            if isinstance(value, ox.Literal)
        ]
        return sorted(found, key=self.order) if len(found) > 1 else found

    @cached_property
    def order(self) -> Callable[[Name], tuple[int, str]]:
        """The key by which texts are sorted: by language, in the order of their use."""
        main = self.catalogue.language
        rank = {main: 0, "": 1} | {tag: n for n, tag in enumerate(self.languages, 2) if tag != main}
        return lambda name: (rank.get(name.language, len(rank)), name.language)

    def about(self, node: str) -> Name | None:
        """Return the definition of a node, or what else describes it."""
        return self.best(node, _ABOUT)

    def href(self, iri: str) -> str:
        """Return where the page of an IRI is, from the top of the site; "" when it has none."""
        if iri not in self._hrefs:
            entry = self.catalogue.entries.get(iri)
            self._hrefs[iri] = address(entry.path) + ".html" if entry else ""
        return self._hrefs[iri]

    def link(self, iri: str) -> Link:
        """Return the link to a node: to its page, else to its address on the web, else its name."""
        if iri not in self._links:
            self._links[iri] = self._link(iri)
        return self._links[iri]

    def _link(self, iri: str) -> Link:
        name = self.name(iri)
        if href := self.href(iri):
            return Link(*name, href)
        shown = name.text if self.has_label(iri) else _cut(shorten(iri, self._prefixes))
        outside = is_web(iri)
        return Link(shown, name.language, iri if outside else "", outside, iri[:LONGEST])

    def heading(self, iri: str) -> Link:
        """Return the name of a property or class with its definition as a hint."""
        name = self.name(iri)
        about = self.about(iri)
        href = self.href(iri)
        hint = _cut(about.text) if about else iri[:LONGEST]
        return Link(name.text, name.language, href, about=hint)

    def is_withdrawn(self, iri: str) -> bool:
        """Return whether a thing is deprecated."""
        found = self.catalogue.values(iri, OWL + "deprecated")
        return any(value.value in ("true", "1") for value in found)

    def by_name(self, nodes: Sequence[str]) -> list[str]:
        """Return nodes in the order of their names."""
        return sorted(nodes, key=lambda node: (self.name(node).text.casefold(), node))


def address(path: str) -> str:
    """Return a path as a relative address."""
    return quote(path, safe="/~")


def page_of(entry: Entry) -> str:
    """Return the file of an entry's page below the top of the site."""
    return f"{entry.path}.html"


def is_web(iri: str) -> bool:
    """Return whether an IRI is a web address that a page may lead to."""
    return iri.startswith(("http://", "https://")) and len(iri) < 2000


def _bare(iri: str) -> Name:
    """Return the last part of an IRI as words: ``…#scopeNote`` is a scope note."""
    words = _WORDS.findall(local_name(iri.rstrip("/#")))
    if not words or any(letter.isdigit() for word in words for letter in word):
        return Name(_cut(iri))
    return Name(_cut(" ".join(word if word.isupper() else word.lower() for word in words)))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
