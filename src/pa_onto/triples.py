"""The triples of RDF 1.1, as pyoxigraph makes them.

pyoxigraph also knows the triple terms of RDF 1.2, which no reader here lets in; the types
below say so once, and at run time they are pyoxigraph's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, cast

import pyoxigraph as ox

Resource = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal

#: The values of a node by the IRI of the property.
Values = dict[str, list[Term]]
#: What is said of nodes, by :func:`key_of` the node.
Nodes = dict[str, Values]

if TYPE_CHECKING:

    class Triple:
        """A statement: subject, predicate and object."""

        def __init__(self, subject: Resource, predicate: ox.NamedNode, object: Term) -> None: ...
        @property
        def subject(self) -> Resource:
            """The subject of the statement."""

        @property
        def predicate(self) -> ox.NamedNode:
            """The predicate of the statement."""

        @property
        def object(self) -> Term:
            """The object of the statement."""


else:
    Triple = ox.Triple


def triples_of(quads: Iterable[ox.Quad]) -> Iterator[Triple]:
    """Yield the triples of quads."""
    return (cast("Triple", quad.triple) for quad in quads)


def quads_of(triples: Iterable[Triple]) -> Iterator[ox.Quad]:
    """Yield triples as quads of the default graph."""
    return (ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)


def match(
    store: ox.Store,
    subject: Resource | None = None,
    predicate: ox.NamedNode | None = None,
    object: Term | None = None,
) -> Iterator[Triple]:
    """Yield the triples of a store's default graph that fit a pattern; None fits anything."""
    return triples_of(store.quads_for_pattern(subject, predicate, object))


def as_ntriples(triples: Iterable[Triple]) -> str:
    """Return triples as N-Triples, in the order they come."""
    return "".join([f"{triple} .\n" for triple in triples])


def key_of(node: Term) -> str:
    """Return what tells a node from others as text: its IRI, or ``_:`` and its label."""
    return node.value if isinstance(node, ox.NamedNode) else str(node)


def grouped(triples: Iterable[Triple]) -> Nodes:
    """Return what triples say, by subject and property, in the order they come."""
    nodes: Nodes = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        nodes[key_of(triple.subject)][triple.predicate.value].append(triple.object)
    return nodes
