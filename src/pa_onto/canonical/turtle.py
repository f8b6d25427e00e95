"""The one Turtle formatter: rdflib's serializer with our order of terms and properties.

Comments do not survive it, so prose belongs into annotations.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox
import rdflib
import rdflib.collection
from rdflib.plugins.serializers.turtle import OBJECT, TurtleSerializer

from ..namespaces import DCTERMS, OWL, PA, PREFIXES, RDF_TYPE, RDFS, SH, SKOS, VANN
from ..triples import Triple, quads_of
from .graphs import canonical_quads, used_prefixes

#: Properties of a term in the order they are written; the rest follow by IRI.
PROPERTY_ORDER = [
    RDF_TYPE,
    *(RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")),
    *(OWL + name for name in ("disjointWith", "members", "deprecated", "versionIRI")),
    *(DCTERMS + name for name in ("isReplacedBy", "title", "description", "creator")),
    *(VANN + name for name in ("preferredNamespacePrefix", "preferredNamespaceUri")),
    *(SH + name for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf", "path")),
    *(SH + name for name in ("codeIdentifier", "name", "description", "property")),
    *(SKOS + name for name in ("broader", "narrower", "inScheme", "topConceptOf")),
    *(SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel", "notation")),
    *(SKOS + name for name in ("definition", "scopeNote", "note", "example", "historyNote")),
    *(PA + name for name in ("rank", "atLevel", "inDepartment", "worksIn")),
    *(PA + name for name in ("hasDuty", "requiresSkill", "buildsSkill")),
    *(PA + name for name in ("supervises", "reportsTo", "assists", "worksWith")),
    *(PA + name for name in ("advancesFrom", "advancesTo", "leadsTo", "similarTo")),
    *(SKOS + name for name in ("related", "memberList")),
    *(SKOS + f"{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")),
    *(DCTERMS + name for name in ("isPartOf", "source", "issued", "modified", "license")),
    *(SH + name for name in ("severity", "message")),
    RDFS + "isDefinedBy",
]

#: Classes in the order their instances are written; the rest follow by IRI.
CLASS_ORDER = [OWL + "Ontology", SKOS + "ConceptScheme", OWL + "Class", SH + "NodeShape"]


def to_turtle(triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """Return a graph as Turtle: one order of subjects and properties, one object a line."""
    quads = canonical_quads(quads_of(triples))
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, space in used_prefixes(map(str, quads), prefixes).items():
        graph.bind(prefix, space)
    for quad in quads:
        graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    output = io.BytesIO()
    _Serializer(graph).serialize(output, spacious=False)
    return output.getvalue().strip() + b"\n"


class _Serializer(TurtleSerializer):
    """rdflib's Turtle serializer with our order."""

    predicateOrder = [rdflib.URIRef(iri) for iri in PROPERTY_ORDER]
    topClasses = [rdflib.URIRef(iri) for iri in CLASS_ORDER]

    def orderSubjects(self) -> list[Any]:  # noqa: N802 (rdflib's name)
        """Order subjects by class, then by IRI; blank nodes are written where they are used."""
        ordered: list[Any] = []
        for kind in self.topClasses:
            ordered += sorted(set(self.store.subjects(rdflib.RDF.type, kind)) - set(ordered))
        rest = set(self._subjects) - set(ordered)
        return [*ordered, *sorted(rest, key=self._rank)]

    def doList(self, l_: Any) -> None:  # noqa: N802 (rdflib's name)
        """Write the members of a list; those in brackets each on a line of its own."""
        members = list(rdflib.collection.Collection(self.store, l_))
        nested = any(isinstance(member, rdflib.BNode) for member in members)
        for member in members:
            if nested:
                self.write("\n" + self.indent(1))
            self.path(member, OBJECT, newline=nested)
        while l_ != rdflib.RDF.nil:
            self.subjectDone(l_)
            l_ = self.store.value(l_, rdflib.RDF.rest)

    def _rank(self, subject: Any) -> tuple[bool, int, str]:
        return (isinstance(subject, rdflib.BNode), self._references[subject], str(subject))


def _term(term: Any) -> Any:
    """Turn a pyoxigraph term into rdflib's, the literal's text kept as it was written."""
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    plain = term.datatype.value == rdflib.XSD.string.toPython()
    datatype = None if plain else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)
