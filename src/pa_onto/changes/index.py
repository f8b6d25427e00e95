"""A graph by subject and property, with the labels people read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from ..namespaces import DCTERMS, RDFS, SKOS, shorten
from ..triples import Triple
from .blank import digests_of, key_of, written
from .change import Value
from .rules import LABELS

#: The values of one property, counted: terms in N-Triples syntax, blank nodes by digest.
Keys = dict[str, int]

_NAMES: Final = (SKOS + "prefLabel", DCTERMS + "title", RDFS + "label")
_NOTHING: Final[dict[str, Keys]] = {}


class Index:
    """What a graph says of its IRIs: ``about[iri][property]`` counts the values.

    ``loose`` counts the blank nodes that nothing refers to.
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        found = list(dict.fromkeys(triples))
        self.about: dict[str, dict[str, Keys]] = {}
        digests, self._inside = digests_of(found)
        self._literals: dict[str, tuple[str, str]] = {}
        pointed: set[str] = set()
        for triple in found:
            value = triple.object
            key = key_of(value, digests)
            if isinstance(value, ox.BlankNode):
                pointed.add(value.value)
            elif isinstance(value, ox.Literal):
                self._literals[key] = (value.value, value.language or "")
            if isinstance(triple.subject, ox.NamedNode):
                said = self.about.setdefault(triple.subject.value, {})
                keys = said.setdefault(triple.predicate.value, {})
                keys[key] = keys.get(key, 0) + 1
        self.loose: Keys = Counter(f"_:{digests[name]}" for name in digests.keys() - pointed)
        self.language = self._language()

    def of(self, iri: str) -> dict[str, Keys]:
        """Return what is said of an IRI by property."""
        return self.about.get(iri, _NOTHING)

    def iris(self, iri: str, property: str) -> list[str]:
        """Return the values of a property that are IRIs, sorted."""
        return sorted(key[1:-1] for key in self.of(iri).get(property, ()) if key[0] == "<")

    def has(self, iri: str, property: str, value: str) -> bool:
        """Return whether a value, an IRI, is stated."""
        return f"<{value}>" in self.of(iri).get(property, ())

    def texts(self, iri: str, property: str) -> list[tuple[str, str]]:
        """Return the literals of a property as text and language tag, in order."""
        return sorted(
            self._literals[key] for key in self.of(iri).get(property, ()) if key[0] == '"'
        )

    def label(self, iri: str) -> str:
        """Return the label of an IRI in the language most used, "" when it has none."""
        for property in _NAMES:
            if found := self.texts(iri, property):
                return min(found, key=lambda text: (text[1] != self.language, text[1]))[0]
        return ""

    def read(self, keys: Iterable[str]) -> set[str]:
        """Return the text of literals, whatever their case and language."""
        return {self._literals[key][0].casefold() for key in keys if key in self._literals}

    def names(self, iri: str) -> set[str]:
        """Return every text that an IRI can be looked up by, whatever its case and language."""
        said = self.of(iri)
        return self.read(key for property in LABELS for key in said.get(property, ()))

    def value(self, key: str, other: Index) -> Value:
        """Return a value of this graph as people read it; labels may stand in another graph."""
        if key.startswith("<"):
            iri = key[1:-1]
            return Value(key, self.label(iri) or other.label(iri) or shorten(iri))
        if key.startswith("_:"):
            text = written(key[2:], self._inside)
            return Value(text, text)
        text, tag = self._literals[key]
        return Value(key, f"“{text}”" if tag in ("", self.language) else f"“{text}” ({tag})")

    def _language(self) -> str:
        """Return the language of most preferred labels."""
        counts: Counter[str] = Counter()
        for said in self.about.values():
            for key in said.get(_NAMES[0], ()):
                _, mark, tag = key.rpartition('"@')
                if mark:
                    counts[tag] += 1
        return min(counts, key=lambda tag: (-counts[tag], tag != "en", tag), default="en")


def is_prose(key: str) -> bool:
    """Return whether a value is text with a language."""
    return key.startswith('"') and not key.endswith(('"', ">"))
