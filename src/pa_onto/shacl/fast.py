"""The default engine: ``shacl``, in Rust."""

from __future__ import annotations

import re
from typing import NamedTuple

import shacl

from ..errors import EngineError
from ..namespaces import SH
from ..triples import Resource
from .results import Result, severity_of
from .shapes import ShapesGraph

# Blank nodes of N-Triples; what looks like one in a literal or an IRI is stepped over.
_BLANK = r'"(?:[^"\\]|\\.)*"|<[^>]*>|#[^\n]*|(_:[^\s<>"#]*[^\s<>"#.])'
# The label that the engine gives a blank node: its number among those it has met.
_NUMBERED = r"_:0_b([0-9]+)"


class Compiled(NamedTuple):
    """Compiled shapes, and what they were compiled from."""

    shapes: shacl.Shapes
    text: str


def misread(shapes: ShapesGraph) -> str | None:
    """Return what the engine reads otherwise than SHACL means it, None when nothing is."""
    for name, triple in shapes.having("closed", "qualifiedValueShapesDisjoint"):
        # It takes the focus node, SHACL the value nodes (section 4.8.1).
        if name == "closed" and shapes.objects(triple.subject, SH + "path"):
            return "It misreads sh:closed of a property shape."
        if name == "qualifiedValueShapesDisjoint" and _is_its_own_sibling(shapes, triple.subject):
            return "It misreads sh:qualifiedValueShapesDisjoint where shapes share a value shape."
    return None


def _is_its_own_sibling(shapes: ShapesGraph, shape: Resource) -> bool:
    """Return whether another property shape beside this one has the same value shape.

    That is no sibling of itself (SHACL section 4.7.3); the engine takes it for one.
    """
    own = {triple.object for triple in shapes.objects(shape, SH + "qualifiedValueShape")}
    beside = [
        triple.object
        for owner in shapes.owners.get(shape, ())
        for triple in shapes.objects(owner, SH + "property")
        if triple.object != shape
    ]
    others = (
        t.object for other in beside for t in shapes.objects(other, SH + "qualifiedValueShape")
    )
    return not own.isdisjoint(others)


def compile(shapes: str) -> Compiled:
    """Compile N-Triples ``shapes``; threads may share what comes back.

    Raises EngineError when the engine refuses the shapes.
    """
    try:
        compiled = shacl.Shapes.from_text(shapes, format="ntriples")
    except Exception as error:  # The engine raises its own and ValueError for anything.
        raise EngineError(f"The engine shacl gave up: {error}.") from error
    return Compiled(compiled, shapes)


def validate(shapes: Compiled, data: str) -> list[Result]:
    """Validate N-Triples ``data``; other threads run meanwhile.

    Raises EngineError when the engine fails on the data.
    """
    try:
        report = shapes.shapes.validate_text(data, format="ntriples")
    except Exception as error:  # The engine raises its own and ValueError for anything.
        raise EngineError(f"The engine shacl gave up: {error}.") from error
    results = [_result(result) for result in report.results]
    if any(text and text[0] == "_" for r in results for text in (r.focus_node, r.value)):
        labels, first = _blanks(data), len(_blanks(shapes.text))
        return [_labelled(result, labels, first) for result in results]
    return results


def _blanks(ntriples: str) -> list[str]:
    """Return the blank nodes of N-Triples in the order they come."""
    return list(dict.fromkeys(label for label in re.findall(_BLANK, ntriples) if label))


def _labelled(result: Result, labels: list[str], first: int) -> Result:
    """Give blank nodes their labels back: the engine numbers them, those of the shapes first."""

    def label(term: str | None) -> str | None:
        number = re.fullmatch(_NUMBERED, term) if term else None
        at = int(number[1]) - first if number else -1
        return labels[at] if 0 <= at < len(labels) else term

    return result._replace(
        focus_node=label(result.focus_node) or result.focus_node, value=label(result.value)
    )


def _result(result: shacl.Result) -> Result:
    shape = result.root_shape or result.source_shape or ""
    return Result(
        focus_node=result.focus_node,
        path=result.path,
        value=result.value,
        shape=shape[1:-1] if shape.startswith("<") else "",
        component=result.component,
        severity=severity_of(result.severity_iri),
        message=result.message or "",
        source=result.source_shape or "",
    )
