"""Choose an engine, and fall back when it refuses."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from ..errors import EngineError, UsageError
from . import sparql
from .results import Result
from .shapes import ShapesGraph

ENGINES: Final = ("shacl", "pyshacl")


def run_engine(name: str, shapes: ShapesGraph, data: str) -> tuple[list[Result], list[str]]:
    """Validate N-Triples ``data`` and return the results with notices for the user.

    ``shacl`` leaves SPARQL-based constraints to us and falls back on ``pyshacl`` for what it
    refuses; ``pyshacl`` does everything by itself. Raises EngineError when neither can.
    """
    if name not in ENGINES:
        raise UsageError(f"Unknown engine {name!r}.", cure=f"Use one of {', '.join(ENGINES)}.")
    if name == "shacl":
        try:
            return _fast(shapes, data), []
        except EngineError as error:
            notice = f"{error.message} The reference engine pyshacl took over."
            return _reference(shapes, data), [notice]
    return _reference(shapes, data), []


def _fast(shapes: ShapesGraph, data: str) -> list[Result]:
    from . import fast

    constraints = sparql.ours(shapes)
    results = fast.validate(shapes.without(constraints), data)
    if constraints:
        store = ox.Store()
        store.bulk_load(data, format=ox.RdfFormat.N_TRIPLES)
        results += sparql.validate(constraints, store)
    return results


def _reference(shapes: ShapesGraph, data: str) -> list[Result]:
    from . import reference

    return reference.validate(shapes.without([]), data)
