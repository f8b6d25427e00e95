"""Which types and properties there are, so that a misspelt one does not pass unseen.

Shapes look at nothing but what they name: a class or a property that does not exist is no fault
to them. Here the terms that a vocabulary or a shapes file declares in a namespace of its own are
a closed list, and so are those of schema.org. Of other namespaces the list is not known: there a
term is doubted only when it is one letter away from one that the shapes use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from ..model import Severity
from ..namespaces import (
    OWL,
    PREFIXES,
    RDF,
    RDF_TYPE,
    RDFS,
    SCHEMA,
    SCHEMA_HTTP,
    SH,
    VANN,
    local_name,
    shorten,
)
from ..shacl import ShapesGraph
from ..shacl.results import Result
from ..triples import Term, as_ntriples

if TYPE_CHECKING:
    from ..reading.names import SchemaOrg


class Kind(Enum):
    """What a term is used as; the value is the word for it."""

    TYPE = "type"
    PROPERTY = "property"


class Unknown(NamedTuple):
    """What is said of a term that does not exist: ``suggestion`` is a name or a CURIE."""

    component: str
    severity: Severity
    message: str
    suggestion: str | None


#: The components of findings on terms.
COMPONENTS: Final = {Kind.TYPE: "UnknownType", Kind.PROPERTY: "UnknownProperty"}

#: Classes whose instances are classes and properties (RDF Schema; OWL 2 Mapping, table 2).
DECLARING: Final = {
    **{f"<{iri}>": Kind.TYPE for iri in (OWL + "Class", RDFS + "Class", RDFS + "Datatype")},
    f"<{RDF}Property>": Kind.PROPERTY,
    **{
        f"<{OWL}{name}Property>": Kind.PROPERTY
        for name in (
            *("Object", "Datatype", "Annotation", "Functional", "InverseFunctional"),
            *("Transitive", "Symmetric", "Asymmetric", "Reflexive", "Irreflexive", "Ontology"),
        )
    },
}
#: Predicates whose subjects are classes or properties.
BELOW: Final = frozenset({RDFS + "subClassOf", RDFS + "subPropertyOf"})

# Namespaces that others look after: a vocabulary that declares a few of their terms does not own
# them, unless it is the ontology that they are named after.
_PUBLIC: Final = (
    *(space for prefix, space in PREFIXES.items() if prefix not in ("pa", "pash")),
    "http://purl.org/dc/",
    "http://purl.org/linked-data/",
    "http://rdfs.org/",
    "http://www.w3.org/",
    "https://www.w3.org/",
    SCHEMA_HTTP,
    "http://www.loc.gov/",
    "http://purl.org/goodrelations/",
    "http://creativecommons.org/ns#",
    "http://usefulinc.com/ns/doap#",
    "http://purl.org/vocab/",
    "http://data.europa.eu/",
    "http://purl.org/vocommons/",
    "http://dbpedia.org/",
)
# More than these different terms get no suggestion: such data are not misspelt, but foreign.
_SUGGESTED: Final = 2_000

_ANY_IRI: Final = re.compile(r"<([^<>\s]+)>")


#: Subject, predicate and object, in N-Triples syntax.
Statement = tuple[str, str, str]


class _Declared(NamedTuple):
    """The terms that a graph declares, by namespace, and whether each namespace is its own."""

    terms: dict[Kind, set[str]]
    owned: dict[Kind, set[str]]


class _Known(NamedTuple):
    """The terms of a namespace by their names, and the names as they are compared."""

    terms: dict[str, str]
    folded: dict[str, str]


class Terms:
    """The types and properties that shapes, vocabulary (N-Triples) and schema.org know."""

    def __init__(self, shapes: ShapesGraph, vocabulary: str) -> None:
        self._shapes = shapes
        self._vocabulary = vocabulary
        self._explained: dict[tuple[Kind, str], Unknown] = {}
        self._known: dict[tuple[str, Kind], _Known] = {}

    def unknown(self, kind: Kind, iri: str) -> bool:
        """Return whether there is something to say about a term of the data."""
        iri = _secure(iri)
        if iri in self._used[kind] or (iri in self._mentioned and not self._is_other(kind, iri)):
            return False
        if iri.startswith(SCHEMA):
            return not self._schema_org.has(kind is Kind.TYPE, iri[len(SCHEMA) :]) and (
                not self._in_vocabulary(kind, iri)
            )
        space = _space(iri)
        if space in self._owned[kind]:
            return iri not in self._declared[kind] and not self._in_vocabulary(kind, iri)
        if self._in_vocabulary(kind, iri):
            return False
        return self._doubted(kind, iri) is not None

    def explained(self, kind: Kind, iri: str) -> Unknown:
        """Return what to say about a term for which :meth:`unknown` is true."""
        found = self._explained.get((kind, iri))
        if found is None:
            found = self._explanation(kind, iri)
            if len(self._explained) < _SUGGESTED:
                self._explained[kind, iri] = found
        return found

    def results(self, statements: Iterable[Statement]) -> Iterator[Result]:
        """Yield what is said of statements with unknown terms, once for a node and a term.

        Of a property the result has no value, so that it is placed where the name stands.
        """
        seen = set()
        for subject, predicate, value in statements:
            kind, term = term_of(predicate, value)
            if (subject, term) not in seen:
                seen.add((subject, term))
                said = self.explained(kind, term[1:-1])
                shown = value if kind is Kind.TYPE else None
                severity = said.severity.label
                yield Result(subject, predicate, shown, "", said.component, severity, said.message)

    def _explanation(self, kind: Kind, iri: str) -> Unknown:
        iri = _secure(iri)
        seek = len(self._explained) < _SUGGESTED
        if iri.startswith(SCHEMA):
            return self._no_schema_org(kind, iri, seek=seek)
        space = _space(iri)
        if space in self._owned[kind]:
            close = self._near(kind, iri) if seek else None
            why = "is not one that its namespace declares"
            return self._said(kind, iri, close, Severity.VIOLATION, why)
        close = self._doubted(kind, iri)
        severity, why = Severity.WARNING, "is used by no shape"
        if close is not None and _space(close) != space:
            # Nobody else owns such a namespace, and a record of such a type is not looked at.
            why = "has a misspelt namespace"
            if _space(close) in self._owned[kind] or close in self._targeted:
                severity = Severity.VIOLATION
        return self._said(kind, iri, close, severity, why)

    def _no_schema_org(self, kind: Kind, iri: str, *, seek: bool) -> Unknown:
        """Say that schema.org lacks a term: it matters most where shapes look at the right one."""
        close = self._schema_org.near(kind is Kind.TYPE, iri[len(SCHEMA) :]) if seek else None
        meant = close and SCHEMA + close
        sure = close or not seek or self._is_other(kind, iri)
        severity = Severity.WARNING if sure else Severity.INFO
        if kind is Kind.TYPE and meant in self._targeted:
            severity = Severity.VIOLATION
        return self._said(kind, iri, meant, severity, "does not exist in schema.org")

    def _said(
        self, kind: Kind, iri: str, close: str | None, severity: Severity, why: str
    ) -> Unknown:
        same = close is not None and _space(close) == _space(iri)
        name = None if close is None else local_name(close) if same else shorten(close)
        if self._is_other(kind, iri):
            other = Kind.PROPERTY if kind is Kind.TYPE else Kind.TYPE
            why = f"is a {other.value}, not a {kind.value}"
        cure = f"did you mean {name}?" if name else "correct it, or declare it."
        if not name and iri.startswith(SCHEMA):
            cure = "programs that read schema.org will not understand it."
        message = f"The {kind.value} {shorten(iri)} {why}; {cure}"
        return Unknown(COMPONENTS[kind], severity, message, name)

    def _near(self, kind: Kind, iri: str) -> str | None:
        """Return the term of a closed list that may have been meant, or its namesake elsewhere."""
        from ..reading.problems import likeliest

        known = self._known_in(_space(iri), kind)
        close = likeliest(local_name(iri), known.folded, 0.75)
        if close:
            return known.terms[close]
        namesakes = (t for t in sorted(self._used[kind]) if local_name(t) == local_name(iri))
        return next(namesakes, None)

    def _doubted(self, kind: Kind, iri: str) -> str | None:
        """Return the term that a term of no closed list is nearly the same as, if there is one."""
        from ..reading.names import mistaken

        space, local = _space(iri), local_name(iri)
        for near in self._spaces.get(_plain_space(space), ()):
            known = self._known_in(near, kind).terms
            if near != space:
                found = known.get(local)
            else:
                found = next((t for name, t in known.items() if mistaken(local, name)), None)
            if found:
                return found
        return None

    def _known_in(self, space: str, kind: Kind) -> _Known:
        """Return the terms of a namespace that are known, by their names."""
        from ..reading.problems import folded

        found = self._known.get((space, kind))
        if found is None:
            owned = self._declared[kind] if space in self._owned[kind] else ()
            terms = {t for t in (*self._used[kind], *owned) if _space(t) == space}
            if space == SCHEMA:
                terms |= {SCHEMA + name for name in self._schema_org.names(kind is Kind.TYPE)}
            names = {local_name(t): t for t in sorted(terms) if not self._is_other(kind, t)}
            found = _Known(names, {folded(name): name for name in names})
            self._known[space, kind] = found
        return found

    @cached_property
    def _schema_org(self) -> SchemaOrg:
        from ..reading.names import schema_org

        return schema_org()

    @cached_property
    def _spaces(self) -> dict[str, list[str]]:
        """The namespaces in which something is known, by what is left when they are misspelt."""
        known = {_space(term) for terms in self._used.values() for term in terms}
        known |= {space for spaces in self._owned.values() for space in spaces} | {SCHEMA}
        found: dict[str, list[str]] = {}
        for space in sorted(known):
            found.setdefault(_plain_space(space), []).append(space)
        return found

    @cached_property
    def _targeted(self) -> frozenset[str]:
        targets = (target for _, target in self._shapes.targets)
        return frozenset(t.node.value for t in targets if t.kind == "targetClass")

    @cached_property
    def _used(self) -> dict[Kind, set[str]]:
        """The classes and the properties that shapes name."""
        found: dict[Kind, set[str]] = {Kind.TYPE: set(self._targeted), Kind.PROPERTY: {RDF_TYPE}}
        for triple in self._shapes.triples:
            kind = _NAMING.get(triple.predicate.value)
            if kind:
                found[kind].update(self._iris(triple.object))
            declared = DECLARING.get(str(triple.object))
            typed = triple.predicate.value == RDF_TYPE
            if declared and typed and isinstance(triple.subject, ox.NamedNode):
                found[declared].add(triple.subject.value)
        return found

    def _iris(self, node: Term) -> Iterator[str]:
        """Yield the IRI that a node is, or those of the property path that it stands for."""
        todo, seen = [node], set[str]()
        for step in todo:
            if isinstance(step, ox.NamedNode):
                if step.value != RDF + "nil":
                    yield step.value
            elif isinstance(step, ox.BlankNode) and str(step) not in seen:
                seen.add(str(step))
                for predicate in (RDF + "first", RDF + "rest", SH + "alternativePath"):
                    todo += [triple.object for triple in self._shapes.objects(step, predicate)]

    @cached_property
    def _mentioned(self) -> set[str]:
        """The IRIs that shapes mention anywhere, in lists and in the text of queries too."""
        found: set[str] = set()
        for triple in self._shapes.triples:
            terms = (triple.subject, triple.object)
            found.update(t.value for t in terms if isinstance(t, ox.NamedNode))
            if triple.predicate.value in (SH + "select", SH + "ask", SH + "construct"):
                query = self._shapes.query(triple)
                found |= set(_in_query(query.text, {**PREFIXES, **query.prefixes}))
        return found

    def _is_other(self, kind: Kind, iri: str) -> bool:
        """Return whether a term is certainly of the other kind, and not of this one as well."""
        other = Kind.PROPERTY if kind is Kind.TYPE else Kind.TYPE
        if iri in self._used[kind] or iri in self._declared[kind]:
            return False
        if iri.startswith(SCHEMA):
            return self._schema_org.has(other is Kind.TYPE, iri[len(SCHEMA) :])
        return iri in self._used[other] or iri in self._declared[other]

    def _in_vocabulary(self, kind: Kind, iri: str) -> bool:
        """Return whether the vocabulary has a term, and not as one of the other kind."""
        return iri in self._of_vocabulary and not self._is_other(kind, iri)

    @cached_property
    def _of_vocabulary(self) -> frozenset[str]:
        """The IRIs that the vocabulary mentions anywhere."""
        return frozenset(_ANY_IRI.findall(self._vocabulary))

    @property
    def _declared(self) -> dict[Kind, set[str]]:
        return self._lists.terms

    @property
    def _owned(self) -> dict[Kind, set[str]]:
        return self._lists.owned

    @cached_property
    def _lists(self) -> _Declared:
        """What vocabulary and shapes declare, and which namespaces are therefore closed."""
        found = _declared(self._vocabulary, headless=True)
        # Shapes declare classes in passing: without a header they own no namespace.
        wanted = (OWL + "Ontology", VANN + "preferredNamespaceUri", *(d[1:-1] for d in DECLARING))
        telling = (
            triple
            for triple in self._shapes.triples
            if triple.predicate.value in (RDFS + "isDefinedBy", *wanted)
            or (triple.predicate.value == RDF_TYPE and triple.object.value in wanted)
        )
        more = _declared(as_ntriples(telling), headless=False)
        for kind in Kind:
            found.terms[kind] |= more.terms[kind]
            found.owned[kind] |= more.owned[kind]
        return found


_NAMING: Final = {
    SH + "class": Kind.TYPE,
    SH + "targetClass": Kind.TYPE,
    **{
        SH + name: Kind.PROPERTY
        for name in (
            *("path", "inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"),
            *("targetSubjectsOf", "targetObjectsOf", "equals", "disjoint"),
            *("lessThan", "lessThanOrEquals"),
        )
    },
}

# Compiled when a vocabulary is first read: clean records never ask for it.
_TYPED: Final = (
    rf"^<([^>\n]*)> <{re.escape(RDF_TYPE)}> "
    rf"({'|'.join(map(re.escape, (*DECLARING, f'<{OWL}Ontology>')))}) \.$"
)
_SAID_OF: Final = (
    rf"^<([^>\n]*)> <({re.escape(RDFS)}isDefinedBy|{re.escape(VANN)}preferredNamespaceUri)> "
    r'[<"]([^>"\n]*)[>"]'
)


def _declared(ntriples: str, *, headless: bool) -> _Declared:
    """Return the terms that N-Triples declare, and the namespaces that are their own.

    A namespace is a graph's own when it is that of an ontology in the graph: by its IRI, by
    ``vann:preferredNamespaceUri``, or because its terms are defined by it. Where no ontology is
    that of any term, ``headless`` gives the graph all namespaces but public ones.
    """
    terms: dict[Kind, set[str]] = {kind: set() for kind in Kind}
    ontologies: set[str] = set()
    for match in re.finditer(_TYPED, ntriples, re.MULTILINE):
        kind = DECLARING.get(match[2])
        (ontologies if kind is None else terms[kind]).add(match[1])
    spaces = {kind: {_space(term) for term in terms[kind]} for kind in Kind}
    every = set().union(*spaces.values())
    own = {space for space in every if any(_covers(iri, space) for iri in ontologies)}
    for match in re.finditer(_SAID_OF, ntriples, re.MULTILINE):
        subject, predicate, value = match.groups()
        if predicate.endswith("isDefinedBy") and value in ontologies:
            own.add(_space(subject))
        elif subject in ontologies:
            own.add(value)
    if headless and not own & every:
        own = {space for space in every if not space.startswith(_PUBLIC)}
    return _Declared(terms, {kind: spaces[kind] & own for kind in Kind})


def _covers(ontology: str, space: str) -> bool:
    """Return whether a namespace is named after an ontology, or lies below it."""
    return space.startswith(ontology) and (
        ontology[-1:] in ("/", "#") or space[len(ontology) :][:1] in ("/", "#")
    )


def _in_query(text: str, prefixes: dict[str, str]) -> Iterable[str]:
    """Yield the IRIs that a query may mention: too many do no harm."""
    yield from _ANY_IRI.findall(text)
    for prefix, local in re.findall(r"([\w.-]*):([\w.%\\-]+)", text):
        if prefix in prefixes:
            yield prefixes[prefix] + local.replace("\\", "").rstrip(".")


def term_of(predicate: str, value: str) -> tuple[Kind, str]:
    """Return the term that a statement uses, in N-Triples syntax: its type or its property."""
    if predicate == f"<{RDF_TYPE}>":
        return Kind.TYPE, value
    return Kind.PROPERTY, predicate


def _secure(iri: str) -> str:
    """Return an IRI with schema.org written as shapes know it."""
    return SCHEMA + iri[len(SCHEMA_HTTP) :] if iri.startswith(SCHEMA_HTTP) else iri


def _space(iri: str) -> str:
    """Return the namespace of a term: its IRI without the name at the end."""
    return iri[: len(iri) - len(local_name(iri))]


def _plain_space(space: str) -> str:
    """Return what is left of a namespace when its scheme, ``www.`` and its last mark are off."""
    bare = re.sub(r"^https?://(?:www\.)?", "", space.casefold())
    return bare.rstrip("/#:")
