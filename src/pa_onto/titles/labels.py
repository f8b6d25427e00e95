"""Read the job titles and departments of a published vocabulary, with all their labels."""

from __future__ import annotations

from collections import defaultdict
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..namespaces import OWL, PA, RDF_TYPE, SKOS, local_name

#: The kinds of label, the most telling first.
KINDS: Final = {
    SKOS + "prefLabel": "preferred label",
    SKOS + "altLabel": "alternative label",
    SKOS + "hiddenLabel": "hidden label",
    SKOS + "notation": "code",
}
_SIMILAR: Final = PA + "similarTo"
_LINKS: Final = (SKOS + "broader", _SIMILAR, PA + "atLevel", PA + "inDepartment")
_DEPRECATED: Final = OWL + "deprecated"
_WANTED: Final = (*KINDS, RDF_TYPE, _DEPRECATED, *_LINKS)


class Label(NamedTuple):
    """One label with its kind and its language, as ``en`` for ``en-GB`` too; empty for none."""

    text: str
    kind: str
    language: str = ""


class Concept(NamedTuple):
    """A title or a department; ``broader`` names all that is broader, however far up.

    ``level`` and ``department`` are codes, ``place`` is the IRI of the department, ``similar``
    names the titles that resemble it.
    """

    iri: str
    name: str
    labels: tuple[Label, ...]
    broader: frozenset[str]
    level: str | None = None
    department: str | None = None
    place: str | None = None
    similar: frozenset[str] = frozenset()


class Concepts(NamedTuple):
    """The titles and the departments of a vocabulary, by IRI."""

    titles: dict[str, Concept]
    departments: dict[str, Concept]


_Values = dict[str, dict[str, list[ox.Literal | ox.NamedNode]]]


def read_concepts(ntriples: str) -> Concepts:
    """Return the titles and departments that a vocabulary, as N-Triples, describes.

    Withdrawn ones are left out: nothing new should be called by them.
    """
    values = _values(ntriples)
    kinds: dict[str, dict[str, Concept]] = {"JobTitle": {}, "Department": {}}
    for iri in sorted(values):
        if any(value.value == "true" for value in values[iri][_DEPRECATED]):
            continue
        types = {node.value for node in values[iri][RDF_TYPE]}
        for name, found in kinds.items():
            if PA + name in types:
                found[iri] = _concept(iri, values)
    return Concepts(kinds["JobTitle"], kinds["Department"])


def _values(ntriples: str) -> _Values:
    # Most lines say something else: they are left out before anything is parsed.
    wanted = {f"<{iri}>" for iri in _WANTED}
    lines = [
        line for line in ntriples.split("\n") if not wanted.isdisjoint(line.split(maxsplit=2)[1:2])
    ]
    values: _Values = defaultdict(lambda: defaultdict(list))
    text = "\n".join(lines)
    for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES, lenient=True):
        if isinstance(quad.object, ox.Literal | ox.NamedNode) and isinstance(
            quad.subject, ox.NamedNode
        ):
            values[quad.subject.value][quad.predicate.value].append(quad.object)
    return values


def _concept(iri: str, values: _Values) -> Concept:
    own = values[iri]
    labels = tuple(
        Label(term.value, name, _language(term))
        for kind, name in KINDS.items()
        for term in sorted(own[kind], key=_english_first)
    )
    place = own[PA + "inDepartment"][0].value if own[PA + "inDepartment"] else None
    level = own[PA + "atLevel"][0].value if own[PA + "atLevel"] else None
    return Concept(
        iri,
        labels[0].text if labels else local_name(iri),
        labels,
        _broader(iri, values),
        _code(level, values),
        _code(place, values),
        place,
        frozenset(node.value for node in own[_SIMILAR]),
    )


def _english_first(term: ox.Literal | ox.NamedNode) -> tuple[bool, str]:
    language = term.language if isinstance(term, ox.Literal) else None
    return (language not in (None, "en"), term.value)


def _language(term: ox.Literal | ox.NamedNode) -> str:
    tag = term.language if isinstance(term, ox.Literal) else None
    return (tag or "").partition("-")[0].lower()


def _code(iri: str | None, values: _Values) -> str | None:
    if iri is None:
        return None
    notations = values[iri][SKOS + "notation"] if iri in values else []
    return notations[0].value if notations else local_name(iri)


def _broader(iri: str, values: _Values) -> frozenset[str]:
    found: set[str] = set()
    pending = [iri]
    while pending:
        above = {node.value for node in values[pending.pop()][SKOS + "broader"]} - found
        found |= above
        pending += above
    return frozenset(found - {iri})
