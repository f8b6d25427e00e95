"""Shapes in the form that engines get: what they read in different ways is put plainly.

Shapes without a name get one, so that a result says which of them it is of; a class that is a
shape gets the target that it implies; a message in several languages becomes one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ..namespaces import SH
from ..triples import Resource, Term, Triple

if TYPE_CHECKING:
    from .shapes import ShapesGraph

#: What the names begin with that shapes get which have none.
NAMED: Final = "urn:x-pa-onto:shape:"
_TARGET: Final = ox.NamedNode(SH + "targetClass")
_MESSAGE: Final = SH + "message"


def chosen(messages: Iterable[Term]) -> Term | None:
    """Return the message that is shown where there are several, None when there is none.

    English comes first, then what has no language, then the first language of the alphabet.
    """
    return min(messages, key=_preference, default=None)


def _preference(message: Term) -> tuple[bool, bool, str, str]:
    language = (getattr(message, "language", None) or "").lower()
    return (language.partition("-")[0] != "en", bool(language), language, message.value)


def names_of(shapes: ShapesGraph) -> dict[Resource, ox.NamedNode]:
    """Return a name for every shape of a graph that has none, in the order they come."""
    found: dict[Resource, None] = {}
    for link in shapes.links:
        found |= {link.source: None, link.target: None}
    found |= {shape: None for shape, _ in shapes.targets}
    found |= {triple.subject: None for _, triple in shapes.having("path", "sparql")}
    blank = (shape for shape in found if isinstance(shape, ox.BlankNode))
    return {shape: ox.NamedNode(f"{NAMED}{number}") for number, shape in enumerate(blank)}


def prepared(shapes: ShapesGraph, triples: Iterable[Triple]) -> str:
    """Return statements of a shapes graph as N-Triples, in the form that engines get."""
    lines = []
    for triple in triples:
        subject, predicate, object = triple.subject, triple.predicate, triple.object
        if predicate.value == _MESSAGE:
            several = shapes.objects(subject, _MESSAGE)
            if several[1:] and object != chosen(other.object for other in several):
                continue
        name, value = shapes.names.get(subject, subject), object
        if isinstance(object, ox.BlankNode):
            value = shapes.names.get(object, object)
        lines.append(f"{name} {predicate} {value} .\n")
    for shape in shapes.shape_classes:
        lines.append(f"{shapes.names.get(shape, shape)} {_TARGET} {shape} .\n")
    return "".join(lines)
