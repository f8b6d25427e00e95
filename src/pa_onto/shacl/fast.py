"""The default engine: ``shacl``, in Rust."""

from __future__ import annotations

import shacl

from ..errors import EngineError
from .results import Result


def validate(shapes: str, data: str) -> list[Result]:
    """Validate N-Triples ``data`` against N-Triples ``shapes``.

    Raises EngineError when the engine refuses the shapes or fails on the data.
    """
    try:
        report = shacl.Shapes.from_text(shapes, format="ntriples").validate_text(
            data, format="ntriples"
        )
    except Exception as error:  # The engine raises its own and ValueError for anything.
        raise EngineError(f"The engine shacl gave up: {error}.") from error
    return [_result(result) for result in report.results]


def _result(result: shacl.Result) -> Result:
    return Result(
        focus_node=result.focus_node,
        path=result.path,
        value=result.value,
        shape=(result.root_shape or result.source_shape or "").strip("<>"),
        component=result.component,
        severity=result.severity,
        message=result.message or "",
    )
