"""How the shapes of a graph refer to each other, and how its lists and paths are built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from ..errors import InputError
from ..namespaces import RDF, SH
from ..triples import Resource, Term

if TYPE_CHECKING:
    from .shapes import ShapesGraph

#: Parameters whose value is a shape, and those whose value is a list of shapes.
SHAPE_VALUES: Final = ("property", "node", "not", "qualifiedValueShape")
SHAPE_LISTS: Final = ("and", "or", "xone")

_NIL: Final = RDF + "nil"
_MARKS: Final = {
    "inversePath": "^{}",
    "zeroOrMorePath": "({})*",
    "oneOrMorePath": "({})+",
    "zeroOrOnePath": "({})?",
}


class MalformedError(InputError):
    """A list or a path that is not well formed."""


class Link(NamedTuple):
    """One shape that refers to another, and by which parameter."""

    source: Resource
    parameter: str
    target: Resource


def links(graph: ShapesGraph) -> Iterator[Link]:
    """Yield every reference from a shape to a shape.

    Raises MalformedError for a list of shapes that is not well formed.
    """
    for name, triple in graph.having(*SHAPE_VALUES, *SHAPE_LISTS):
        for target in members(graph, triple.object) if name in SHAPE_LISTS else [triple.object]:
            if not isinstance(target, ox.Literal):
                yield Link(triple.subject, name, target)


def members(graph: ShapesGraph, head: Term) -> list[Term]:
    """Return the members of an RDF list. Raises MalformedError when it is none."""
    found: list[Term] = []
    seen: set[str] = set()
    node = head
    while not (isinstance(node, ox.NamedNode) and node.value == _NIL):
        if str(node) in seen:
            raise MalformedError("A list that leads back to itself.")
        seen.add(str(node))
        first, rest = graph.objects(node, RDF + "first"), graph.objects(node, RDF + "rest")
        if not first and not rest:
            raise MalformedError("No list." if node is head else "A list without an end.")
        if len(first) != 1 or len(rest) != 1:
            missing = "rdf:first" if len(first) != 1 else "rdf:rest"
            raise MalformedError(f"A list without exactly one {missing} somewhere.")
        found.append(first[0].object)
        node = rest[0].object
    return found


def path_text(graph: ShapesGraph, path: Term, seen: tuple[Term, ...] = ()) -> str:
    """Return a property path in SPARQL syntax (SHACL section 2.3.1).

    Raises MalformedError when it is none.
    """
    if isinstance(path, ox.NamedNode):
        return str(path)
    if path in seen:
        raise MalformedError("A path that leads back to itself.")
    if isinstance(path, ox.Literal) or len(seen) > 128:
        raise MalformedError("No property path.")
    inside = (*seen, path)
    if graph.objects(path, RDF + "first"):
        return _joined(graph, path, "/", inside)
    for name, form in _MARKS.items():
        if found := graph.objects(path, SH + name):
            return form.format(path_text(graph, found[0].object, inside))
    if found := graph.objects(path, SH + "alternativePath"):
        return _joined(graph, found[0].object, "|", inside)
    raise MalformedError("No property path.")


def _joined(graph: ShapesGraph, head: Term, mark: str, seen: tuple[Term, ...]) -> str:
    steps = [path_text(graph, step, seen) for step in members(graph, head)]
    if len(steps) < 2:
        raise MalformedError("A path with a list of fewer than two steps.")
    return f"({mark.join(steps)})"
