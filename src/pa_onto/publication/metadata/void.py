"""Describe the vocabulary as a dataset in VoID (W3C Interest Group Note, 3 March 2011)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from ...catalogue import Kind
from ...namespaces import SKOS
from ...triples import Term
from ..edition import Edition
from .counts import Counts, count
from .description import Description, typed
from .header import described

_FEATURES: Final = ("Turtle", "N-Triples", "RDF_XML", "TriG", "JSON-LD")
_MATCHES: Final = tuple(
    f"{SKOS}{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")
)
_EXAMPLES: Final = 2


def void(edition: Edition) -> Description:
    """Return the description of the dataset: its size, its parts, its links and its dumps."""
    graph = Description()
    counts = count(edition.catalogue.nodes_by_key)
    dataset = ox.NamedNode(edition.iri)
    graph.say(ox.NamedNode(edition.base + "void"), rdf_type="void:DatasetDescription")
    graph.say(
        ox.NamedNode(edition.base + "void"),
        foaf_primaryTopic=dataset,
        foaf_topic=dataset,
        **_titled(edition),
    )
    graph.say(dataset, rdf_type="void:Dataset", **described(edition))
    _say_sizes(graph, dataset, counts, edition)
    _say_places(graph, dataset, edition)
    graph.say(dataset, void_vocabulary=list(_vocabularies(counts)))
    _say_partitions(graph, dataset, counts)
    _say_links(graph, dataset, edition)
    return graph


def _titled(edition: Edition) -> dict[str, object]:
    title = edition.catalogue.label(edition.iri)
    return {"dcterms_title": ox.Literal(f"VoID description: {title}", language="en")}


def _say_sizes(graph: Description, dataset: Term, counts: Counts, edition: Edition) -> None:
    entities = sum(not node.startswith("_:") for node in edition.catalogue.nodes_by_key)
    sizes = {
        "void_triples": counts.triples,
        "void_entities": entities,
        "void_classes": len(counts.classes),
        "void_properties": len(counts.properties),
        "void_distinctSubjects": counts.subjects,
        "void_distinctObjects": counts.objects_in_all,
    }
    graph.say(dataset, **{name: typed(size, "integer") for name, size in sizes.items()})


def _say_places(graph: Description, dataset: Term, edition: Edition) -> None:
    name, base = edition.project.name, edition.base
    dumps = [f"{name}.{extension}" for extension in ("ttl", "nt", "rdf", "trig", "jsonld")]
    entries = edition.catalogue
    schemes = [ox.NamedNode(entry.iri) for entry in entries.of_kind(Kind.SCHEME)]
    graph.say(
        dataset,
        void_uriSpace=ox.Literal(base),
        void_dataDump=[ox.NamedNode(base + dump) for dump in dumps],
        void_feature=[f"formats:{feature}" for feature in _FEATURES],
        void_rootResource=schemes,
        void_exampleResource=list(_examples(edition)),
        foaf_homepage=ox.NamedNode(base),
    )


def _examples(edition: Edition) -> Iterator[Term]:
    """Yield a few entries of each kind that say the most."""
    about = edition.catalogue.about
    for kind in (Kind.CONCEPT, Kind.COLLECTION, Kind.CLASS, Kind.PROPERTY):
        entries = edition.catalogue.of_kind(kind)
        fullest = sorted(entries, key=lambda entry: (-len(about(entry.iri)), entry.iri))
        yield from (ox.NamedNode(entry.iri) for entry in fullest[:_EXAMPLES])


def _vocabularies(counts: Counts) -> Iterator[Term]:
    """Yield the namespaces of the classes and properties that are used."""
    spaces = {namespace(iri) for iri in (*counts.classes, *counts.properties)}
    yield from (ox.NamedNode(space) for space in sorted(spaces) if space)


def _say_partitions(graph: Description, dataset: Term, counts: Counts) -> None:
    for kind, entities in sorted(counts.classes.items()):
        part = graph.blank(
            void_class=ox.NamedNode(kind),
            void_entities=typed(entities, "integer"),
            void_triples=typed(counts.pairs[kind].total(), "integer"),
        )
        for predicate, triples in sorted(counts.pairs[kind].items()):
            pair = (kind, predicate)
            objects = sorted(counts.objects.get(pair, ()))
            datatypes = sorted(counts.datatypes.get(pair, ()))
            parts = [graph.blank(void_class=ox.NamedNode(other)) for other in objects]
            texts = [graph.blank(**{"void__ext_datatype": ox.NamedNode(d)}) for d in datatypes]
            properties = graph.blank(
                void_property=ox.NamedNode(predicate),
                void_triples=typed(triples, "integer"),
                void_classPartition=parts,
                **{"void__ext_datatypePartition": texts},
            )
            graph.say(part, void_propertyPartition=properties)
        graph.say(dataset, void_classPartition=part)
    for predicate, triples in sorted(counts.properties.items()):
        part = graph.blank(
            void_property=ox.NamedNode(predicate), void_triples=typed(triples, "integer")
        )
        graph.say(dataset, void_propertyPartition=part)


def _say_links(graph: Description, dataset: Term, edition: Edition) -> None:
    """State a linkset for each kind of mapping into each other dataset (VoID, section 5)."""
    names = edition.vocabulary.prefixes
    spaces = sorted(names.values(), key=len, reverse=True)
    links: Counter[tuple[str, str]] = Counter()
    for values in edition.catalogue.nodes_by_key.values():
        for predicate in _MATCHES:
            for term in values.get(predicate, ()):
                if isinstance(term, ox.NamedNode) and not term.value.startswith(edition.base):
                    fitting = (space for space in spaces if term.value.startswith(space))
                    links[predicate, next(fitting, namespace(term.value))] += 1
    targets: dict[str, ox.NamedNode] = {}
    for number, space in enumerate(sorted({space for _, space in links}), 1):
        name = next((n for n, known in names.items() if known == space), f"dataset-{number}")
        targets[space] = ox.NamedNode(f"{edition.base}void#{name}")
        graph.say(targets[space], rdf_type="void:Dataset", void_uriSpace=ox.Literal(space))
    for (predicate, space), triples in sorted(links.items()):
        name = targets[space].value.rpartition("#")[2]
        linkset = ox.NamedNode(f"{edition.base}void#{name}-{predicate.removeprefix(SKOS)}")
        graph.say(
            linkset,
            rdf_type="void:Linkset",
            void_linkPredicate=ox.NamedNode(predicate),
            void_subjectsTarget=dataset,
            void_objectsTarget=targets[space],
            void_triples=typed(triples, "integer"),
        )
        graph.say(dataset, void_subset=linkset)


def namespace(iri: str) -> str:
    """Return an IRI up to its last ``#``, ``/`` or ``:``.

    >>> namespace("http://www.w3.org/2004/02/skos/core#broader")
    'http://www.w3.org/2004/02/skos/core#'
    """
    return iri[: max(iri.rfind(mark) for mark in "#/:") + 1]
