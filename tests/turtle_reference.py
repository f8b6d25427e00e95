"""Turtle as rdflib's serializer lays it out, with our order: what our own writer is held to."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox
import rdflib
import rdflib.collection
from rdflib.plugins.serializers.turtle import OBJECT, TurtleSerializer

from pa_onto.canonical import canonical_quads
from pa_onto.canonical.graphs import used_prefixes
from pa_onto.canonical.turtle import CLASS_ORDER, PROPERTY_ORDER
from pa_onto.namespaces import PREFIXES
from pa_onto.triples import Triple, quads_of


def by_rdflib(triples: Iterable[Triple]) -> bytes:
    """Return a graph as Turtle."""
    quads = canonical_quads(quads_of(triples))
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, space in used_prefixes(map(str, quads), PREFIXES).items():
        graph.bind(prefix, space)
    for quad in quads:
        graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    output = io.BytesIO()
    _Serializer(graph).serialize(output, spacious=False)
    return output.getvalue().strip() + b"\n"


class _Serializer(TurtleSerializer):
    predicateOrder = [rdflib.URIRef(iri) for iri in PROPERTY_ORDER]
    topClasses = [rdflib.URIRef(iri) for iri in CLASS_ORDER]

    def orderSubjects(self) -> list[Any]:  # noqa: N802 (rdflib's name)
        ordered: list[Any] = []
        for kind in self.topClasses:
            ordered += sorted(set(self.store.subjects(rdflib.RDF.type, kind)) - set(ordered))
        rest = set(self._subjects) - set(ordered)
        return [*ordered, *sorted(rest, key=self._rank)]

    def doList(self, l_: Any) -> None:  # noqa: N802 (rdflib's name)
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
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    plain = term.datatype.value == rdflib.XSD.string.toPython()
    datatype = None if plain else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)
