"""Gather what is known of one term, and of a title where it stands and with whom it works."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from .arguments import PathLike, as_text
from .careers import Ladder, Level, Named
from .errors import NotFoundError, UsageError
from .lookup import label_of, not_found, taken_for, terms_called, title_meant, unanswered
from .namespaces import (
    CLASSIFICATIONS,
    LANG_STRING,
    PA,
    PREFIXES,
    RDF_TYPE,
    RDFS,
    SKOS,
    Prefixes,
    local_name,
    shorten,
)
from .project import Project, project_given
from .reading.mappings import read_object_labels
from .triples import Triple, match
from .vocabulary import published_prefixes, published_text

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


#: How titles are with each other: the property, and its name from either side.
_PEOPLE: Final = {
    PA + "reportsTo": ("reportsTo", "reportedToBy"),
    PA + "supervises": ("supervises", "supervisedBy"),
    PA + "assists": ("assists", "assistedBy"),
    PA + "worksWith": ("worksWith", "workedWithBy"),
}
_RELATIONS: Final = ("exact", "close", "broad", "narrow", "related")


class Neighbour(NamedTuple):
    """A title one step away; ``derived`` says that nobody states the step."""

    iri: str
    label: str
    derived: bool


class Standing(NamedTuple):
    """Where a title stands: its level of ``height`` ones, departments, the steps in and out.

    ``ways`` are the ways to advance that start from it.
    """

    level: Level | None
    height: int
    departments: tuple[Named, ...]
    before: tuple[Neighbour, ...]
    after: tuple[Neighbour, ...]
    ways: tuple[Named, ...]


class Mapping(NamedTuple):
    """What a term matches in a public classification; ``label`` is empty where unknown."""

    classification: str
    relation: str
    iri: str
    label: str


class Description(NamedTuple):
    """One term, ``name`` its CURIE if it has one.

    ``properties`` are headings with values, ``inbound`` what others say of it; ``predicates``
    are the IRIs of the properties, in the same order. Of a title, ``ladder`` says where it
    stands and ``people`` who is who to it, by the name of the relation. ``mappings`` come by
    classification. ``notice`` says what a messy title was taken for.
    """

    iri: str
    name: str
    label: str
    definition: str
    types: tuple[str, ...]
    properties: tuple[tuple[str, tuple[str, ...]], ...]
    inbound: tuple[tuple[str, tuple[str, ...]], ...]
    triples: tuple[Triple, ...]
    predicates: tuple[str, ...] = ()
    ladder: Standing | None = None
    people: tuple[tuple[str, tuple[Named, ...]], ...] = ()
    mappings: tuple[Mapping, ...] = ()
    notice: str = ""


def describe(
    text: str, project: Project | PathLike | None = None, *, language: str = "en"
) -> Description:
    """Return the description of a term given as IRI, CURIE, code or label in any case.

    What is none of them is resolved as a messy title. Raises NotFoundError when nothing is
    called that, UsageError when several things are.
    """
    text, language = as_text(text, "text"), as_text(language, "language")
    project = project_given(project)
    store = ox.Store()
    store.load(published_text(project), format=ox.RdfFormat.N_TRIPLES, lenient=True)
    prefixes = published_prefixes(project)
    node, notice = _one(text, store, project, prefixes)
    return _Describer(store, language, project, prefixes).describe(node)._replace(notice=notice)


def _one(
    text: str, store: ox.Store, project: Project, prefixes: Prefixes
) -> tuple[ox.NamedNode, str]:
    """Return the term that is called that, and what to say where it was a messy title."""
    found = terms_called(text, store, prefixes)
    if len(found) > 1:
        names = ", ".join(shorten(node.value, prefixes) for node in found)
        raise UsageError(f"Several terms are called {text!r}.", cure=f"Name one of {names}.")
    if found:
        return found[0], ""
    answer = title_meant(text, project)
    if answer is None or answer.title is None:
        raise NotFoundError(unanswered(answer, store) if answer else not_found(text, store))
    return ox.NamedNode(answer.title), taken_for(answer)


def _words(name: str) -> str:
    """Return a camel-case name as words: ``scopeNote`` is ``scope note``."""
    return re.sub(r"(?<=[a-z])([A-Z])", lambda match: f" {match[1].lower()}", name)


class _Describer:
    """Gathers the description of one term."""

    def __init__(
        self, store: ox.Store, language: str, project: Project, prefixes: Prefixes
    ) -> None:
        self.store = store
        self.language = language
        self.project = project
        self._prefixes = prefixes

    def describe(self, node: ox.NamedNode) -> Description:
        """Return what the store says of a node."""
        triples = list(match(self.store, node))
        texts: dict[str, list[Any]] = defaultdict(list)
        for triple in triples:
            texts[triple.predicate.value].append(triple.object)
        definition = self._texts(texts.get(SKOS + "definition", []))
        shown = sorted((iri for iri in texts if iri not in _HIDDEN), key=self._rank)
        is_title = ox.NamedNode(PA + "JobTitle") in texts.get(RDF_TYPE, [])
        return Description(
            iri=node.value,
            name=self._short(node.value),
            label=self._label(node),
            definition=definition[0] if definition else "",
            types=tuple(sorted(self._short(kind.value) for kind in texts.get(RDF_TYPE, []))),
            properties=tuple((self._heading(iri), self._texts(texts[iri])) for iri in shown),
            inbound=tuple(self._inbound(node)),
            triples=tuple(triples),
            predicates=tuple(shown),
            ladder=self._standing(node.value) if is_title else None,
            people=tuple(self._people(node)) if is_title else (),
            mappings=self._mappings(texts),
        )

    def _standing(self, iri: str) -> Standing:
        ladder = Ladder(self.store, self.language)
        title = ladder.titles[iri]
        before, after = (
            tuple(Neighbour(other, ladder.titles[other].label, steps[other]) for other in steps)
            for steps in (ladder.steps_to(iri), ladder.steps_from(iri))
        )
        ways = tuple(Named(way.iri, way.label) for way in ladder.ways_from(iri))
        return Standing(title.level, ladder.height, title.departments, before, after, ways)

    def _people(self, node: ox.NamedNode) -> Iterator[tuple[str, tuple[Named, ...]]]:
        """Yield who is who to a title, seen from either side."""
        for iri, (name, inverse) in _PEOPLE.items():
            predicate = ox.NamedNode(iri)
            yield name, self._named(t.object for t in match(self.store, node, predicate))
            yield inverse, self._named(t.subject for t in match(self.store, None, predicate, node))

    def _mappings(self, texts: dict[str, list[Any]]) -> tuple[Mapping, ...]:
        found = [
            (kind, term)
            for kind in _RELATIONS
            for term in texts.get(f"{SKOS}{kind}Match", [])
            if isinstance(term, ox.NamedNode)
        ]
        labels = read_object_labels(self.project.ontology / "mappings") if found else {}
        mappings = []
        for kind, term in found:
            label = labels.get(term.value) or self._label(term)
            label = "" if label == shorten(term.value) else label
            where = _classification(term.value)
            mappings.append(Mapping(where, f"{kind} match", term.value, label))
        # The order of the relations stays: the closest first.
        return tuple(sorted(mappings, key=lambda mapping: mapping.classification.casefold()))

    def _named(self, terms: Iterable[Any]) -> tuple[Named, ...]:
        nodes = [term for term in terms if isinstance(term, ox.NamedNode)]
        found = [Named(node.value, self._label(node)) for node in nodes]
        return tuple(sorted(found, key=lambda term: (term.label.casefold(), term.iri)))

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
        return label_of(node, self.store, self.language, self._prefixes)

    def _short(self, iri: str) -> str:
        return shorten(iri, self._prefixes)


def _classification(iri: str) -> str:
    """Return the name of the public classification an IRI belongs to, or else its host."""
    prefix = shorten(iri).partition(":")[0]
    if prefix in CLASSIFICATIONS:
        return CLASSIFICATIONS[prefix]
    return prefix if prefix in PREFIXES else iri.partition("://")[2].partition("/")[0] or prefix
