"""Find a term by what people type, and gather what is known of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from .errors import UsageError
from .namespaces import DCTERMS, LANG_STRING, PA, RDF_TYPE, RDFS, SKOS, expand, local_name, shorten
from .project import Project, find_project
from .reading.nearest import nearest
from .triples import Triple, match
from .vocabulary import published_prefixes, published_text

_LABELS: Final = tuple(ox.NamedNode(SKOS + kind + "Label") for kind in ("pref", "alt", "hidden"))
_NAMES: Final = (*_LABELS, ox.NamedNode(SKOS + "notation"))
_PREFERRED: Final = (
    _LABELS[0],
    ox.NamedNode(RDFS + "label"),
    ox.NamedNode(DCTERMS + "title"),
)

#: What is shown first, in this order; the rest follows by label.
_ORDER: Final = [
    *(SKOS + name for name in ("altLabel", "scopeNote", "note", "example", "broader", "narrower")),
    *(PA + name for name in ("atLevel", "inDepartment", "worksIn", "hasDuty", "requiresSkill")),
    *(PA + name for name in ("reportsTo", "supervises", "assists", "worksWith", "advancesTo")),
]
_HIDDEN: Final = frozenset(
    [
        RDF_TYPE,
        RDFS + "label",
        RDFS + "isDefinedBy",
        *(SKOS + name for name in ("prefLabel", "definition", "notation", "hiddenLabel")),
        *(SKOS + name for name in ("inScheme", "topConceptOf", "related", "hasTopConcept")),
    ]
)
# Statements about a term by others that a reader looks for; narrower etc. are stated both ways.
_INBOUND: Final = tuple(
    PA + name
    for name in ("supervises", "reportsTo", "assists", "advancesTo", "hasDuty", "requiresSkill")
)


class Description(NamedTuple):
    """One term, ``name`` its CURIE if it has one.

    ``properties`` are headings with values, ``inbound`` what others say of it.
    """

    iri: str
    name: str
    label: str
    definition: str
    types: tuple[str, ...]
    properties: tuple[tuple[str, tuple[str, ...]], ...]
    inbound: tuple[tuple[str, tuple[str, ...]], ...]
    triples: tuple[Triple, ...]


def describe(text: str, project: Project | None = None, *, language: str = "en") -> Description:
    """Return the description of a term given as IRI, CURIE, code or label in any case.

    Raises LookupError when nothing is called that, UsageError when several things are.
    """
    store = ox.Store()
    project = project or find_project()
    store.load(published_text(project), format=ox.RdfFormat.N_TRIPLES, lenient=True)
    prefixes = published_prefixes(project)
    return _Describer(store, language, prefixes).describe(_one(text, store, prefixes))


def _one(text: str, store: ox.Store, prefixes: Mapping[str, str]) -> ox.NamedNode:
    found = _find(text, store, prefixes)
    if not found:
        raise LookupError(_not_found(text, store))
    if len(found) > 1:
        names = ", ".join(shorten(node.value, prefixes) for node in found)
        raise UsageError(f"Several terms are called {text!r}.", cure=f"Name one of {names}.")
    return found[0]


def _find(text: str, store: ox.Store, prefixes: Mapping[str, str]) -> list[ox.NamedNode]:
    """Return the terms with that IRI, CURIE, code or label."""
    iri = expand(text, prefixes) or text
    if ":" in iri and not any(mark in iri for mark in ' <>"{}|\\^`'):
        node = ox.NamedNode(iri)
        if any(match(store, node)):
            return [node]
    wanted = " ".join(text.split()).casefold()
    found = {
        triple.subject
        for predicate in _NAMES
        for triple in match(store, None, predicate)
        if isinstance(triple.subject, ox.NamedNode) and triple.object.value.casefold() == wanted
    }
    return sorted(found, key=lambda node: node.value)


def _not_found(text: str, store: ox.Store) -> str:
    labels = {
        triple.object.value.casefold(): triple.object.value
        for predicate in _NAMES
        for triple in match(store, None, predicate)
    }
    close = nearest(text.casefold(), labels)
    hint = f" Did you mean {labels[close]!r}?" if close else ""
    return f"Nothing is called {text!r}.{hint}"


def _words(name: str) -> str:
    """Return a camel-case name as words: ``scopeNote`` is ``scope note``."""
    return re.sub(r"(?<=[a-z])([A-Z])", lambda match: f" {match[1].lower()}", name)


class _Describer:
    """Gathers the description of one term."""

    def __init__(self, store: ox.Store, language: str, prefixes: Mapping[str, str]) -> None:
        self.store = store
        self.language = language
        self._prefixes = prefixes

    def describe(self, node: ox.NamedNode) -> Description:
        """Return what the store says of a node."""
        triples = list(match(self.store, node))
        texts: dict[str, list[Any]] = defaultdict(list)
        for triple in triples:
            texts[triple.predicate.value].append(triple.object)
        definition = self._texts(texts.get(SKOS + "definition", []))
        shown = sorted((iri for iri in texts if iri not in _HIDDEN), key=self._rank)
        return Description(
            iri=node.value,
            name=self._short(node.value),
            label=self._label(node),
            definition=definition[0] if definition else "",
            types=tuple(sorted(self._short(kind.value) for kind in texts.get(RDF_TYPE, []))),
            properties=tuple((self._heading(iri), self._texts(texts[iri])) for iri in shown),
            inbound=tuple(self._inbound(node)),
            triples=tuple(triples),
        )

    def _inbound(self, node: ox.NamedNode) -> list[tuple[str, tuple[str, ...]]]:
        found = []
        for iri in _INBOUND:
            triples = match(self.store, None, ox.NamedNode(iri), node)
            if subjects := [triple.subject for triple in triples]:
                found.append((self._heading(iri), self._texts(subjects)))
        return found

    def _rank(self, iri: str) -> tuple[int, str]:
        return (_ORDER.index(iri) if iri in _ORDER else len(_ORDER), self._heading(iri))

    def _heading(self, iri: str) -> str:
        label = self._label(ox.NamedNode(iri))
        return label if label != self._short(iri) else _words(local_name(iri))

    def _texts(self, terms: list[Any]) -> tuple[str, ...]:
        """Return terms as people read them: literals with a foreign language say which."""
        return tuple(sorted(self._text(term) for term in terms))

    def _text(self, term: Any) -> str:
        if isinstance(term, ox.Literal):
            foreign = term.datatype.value == LANG_STRING and term.language != self.language
            return f"{term.value} ({term.language})" if foreign else str(term.value)
        return self._label(term) if isinstance(term, ox.NamedNode) else str(term)

    def _label(self, node: ox.NamedNode) -> str:
        for predicate in _PREFERRED:
            objects = (triple.object for triple in match(self.store, node, predicate))
            labels = [label for label in objects if isinstance(label, ox.Literal)]
            labels.sort(key=lambda label: (label.language != self.language, label.value))
            if labels:
                return str(labels[0].value)
        return self._short(node.value)

    def _short(self, iri: str) -> str:
        return shorten(iri, self._prefixes)
