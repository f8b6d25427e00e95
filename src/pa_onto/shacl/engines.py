"""Choose an engine, and fall back when it refuses."""

from __future__ import annotations

from typing import Final

from ..errors import EngineError, UsageError
from . import sparql
from .data import DataGraph
from .results import Result
from .shapes import ShapesGraph

ENGINES: Final = ("shacl", "pyshacl")


def run_engine(name: str, shapes: ShapesGraph, data: DataGraph) -> tuple[list[Result], list[str]]:
    """Validate a data graph and return the results with notices for the user.

    ``shacl`` leaves SPARQL-based constraints to us and falls back on ``pyshacl`` for what it
    refuses; ``pyshacl`` does everything by itself. Raises EngineError when neither can.
    """
    if name not in ENGINES:
        raise UsageError(f"Unknown engine {name!r}.", cure=f"Use one of {', '.join(ENGINES)}.")
    if name == "shacl":
        try:
            return _fast(shapes, data), []
        except EngineError as error:
            data.verify()
            notice = f"{error.message} The reference engine pyshacl took over."
            return _reference(shapes, data), [notice]
    data.verify()
    return _reference(shapes, data), []


def _fast(shapes: ShapesGraph, data: DataGraph) -> list[Result]:
    from . import fast

    constraints = sparql.ours(shapes)
    results = fast.validate(shapes.without(constraints), data.ntriples)
    return results + sparql.validate(constraints, data)


def _reference(shapes: ShapesGraph, data: DataGraph) -> list[Result]:
    from . import reference

    return reference.validate(shapes.without([]), data.ntriples)
