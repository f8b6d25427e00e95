"""The default engine: ``shacl``, in Rust."""

from __future__ import annotations

import shacl

from ..errors import EngineError
from .results import Result

Compiled = shacl.Shapes


def compile(shapes: str) -> Compiled:
    """Compile N-Triples ``shapes``; threads may share what comes back.

    Raises EngineError when the engine refuses the shapes.
    """
    try:
        return shacl.Shapes.from_text(shapes, format="ntriples")
    except Exception as error:  # The engine raises its own and ValueError for anything.
        raise EngineError(f"The engine shacl gave up: {error}.") from error


def validate(shapes: Compiled, data: str) -> list[Result]:
    """Validate N-Triples ``data``; other threads run meanwhile.

    Raises EngineError when the engine fails on the data.
    """
    try:
        report = shapes.validate_text(data, format="ntriples")
    except Exception as error:  # The engine raises its own and ValueError for anything.
        raise EngineError(f"The engine shacl gave up: {error}.") from error
    return [_result(result) for result in report.results]


def _result(result: shacl.Result) -> Result:
    shape = result.root_shape or result.source_shape or ""
    return Result(
        focus_node=result.focus_node,
        path=result.path,
        value=result.value,
        shape=shape[1:-1] if shape.startswith("<") else "",
        component=result.component,
        severity=result.severity,
        message=result.message or "",
    )
