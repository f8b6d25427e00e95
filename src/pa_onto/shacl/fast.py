"""The default engine: ``shacl``, in Rust, where there is one for the system."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ..errors import EngineError
from . import misreadings
from .results import Result, severity_of
from .shapes import ShapesGraph, SparqlConstraint

if TYPE_CHECKING:
    import shacl

# Blank nodes of N-Triples; what looks like one in a literal or an IRI is stepped over.
_BLANK = r'"(?:[^"\\]|\\.)*"|<[^>]*>|#[^\n]*|(_:[^\s<>"#]*[^\s<>"#.])'
# The label that the engine gives a blank node: its number among those it has met.
_NUMBERED = r"_:0_b([0-9]+)"


class Compiled(NamedTuple):
    """Compiled shapes, what they were compiled from, and what to look for in data."""

    shapes: shacl.Shapes
    text: str
    watch: misreadings.Watch


def compile(shapes: ShapesGraph, without: Iterable[SparqlConstraint] = ()) -> Compiled:
    """Compile shapes, some constraints taken off; threads may share what comes back.

    Raises EngineError when the engine is not there, or refuses the shapes or misreads them.
    """
    try:
        import shacl
    except ImportError as error:
        message = "The engine shacl is not installed; there is none for some systems."
        raise EngineError(message) from error
    if problem := misreadings.of_shapes(shapes):
        raise EngineError(f"The engine shacl is not asked. {problem}")
    text = shapes.without(without)
    try:
        compiled = shacl.Shapes.from_text(text, format="ntriples")
    except Exception as error:  # The engine raises its own and ValueError for anything.
        raise EngineError(f"The engine shacl gave up: {error}.") from error
    return Compiled(compiled, text, misreadings.Watch(shapes))


def validate(shapes: Compiled, data: str) -> list[Result]:
    """Validate N-Triples ``data``; other threads run meanwhile.

    Raises EngineError when the engine fails on the data or misreads them.
    """
    if problem := shapes.watch.of_data(data):
        raise EngineError(f"The engine shacl is not asked. {problem}")
    try:
        report = shapes.shapes.validate_text(data, format="ntriples")
    except Exception as error:  # The engine raises its own and ValueError for anything.
        raise EngineError(f"The engine shacl gave up: {error}.") from error
    results = [_result(result) for result in report.results]
    if problem := shapes.watch.of_results(results):
        raise EngineError(f"The engine shacl does not count. {problem}")
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
