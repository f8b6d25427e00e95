"""Choose an engine, compile shapes for it, and fall back when it refuses."""

from __future__ import annotations

from typing import Final

from ..errors import EngineError, UsageError
from ..namespaces import shorten
from . import fast, sparql
from .data import DataGraph
from .results import Result
from .shapes import ShapesGraph, SparqlConstraint

ENGINES: Final = ("shacl", "pyshacl")


class Engine:
    """Shapes compiled for an engine, to validate many data graphs with, in several threads.

    SPARQL-based constraints are evaluated by us where they can be. ``shacl`` falls back on
    ``pyshacl`` for what it refuses or misreads, and where it is not installed. ``notices`` tell
    the user what took over.
    """

    def __init__(self, name: str, shapes: ShapesGraph) -> None:
        if name not in ENGINES:
            raise UsageError(f"Unknown engine {name!r}.", cure=f"Use one of {', '.join(ENGINES)}.")
        self.name = name
        self.notices = _notices(shapes)
        self._shapes = shapes
        self.rules = sparql.ours(shapes)
        self.compiled: fast.Compiled | None = None
        if name == "shacl":
            try:
                self.compiled = fast.compile(shapes, self.rules)
            except EngineError as error:
                self._took_over(error)

    def validate(self, data: DataGraph) -> list[Result]:
        """Validate a data graph. Raises EngineError when no engine can."""
        if self.compiled is not None:
            try:
                results = fast.validate(self.compiled, data.ntriples)
                return results + sparql.validate(self.rules, data)
            except EngineError as error:
                data.verify()
                self._took_over(error)
        else:
            data.verify()
        return self._fallen_back(data)

    def _fallen_back(self, data: DataGraph) -> list[Result]:
        from . import fallback
        from .lint import check_for_python
        from .unsure import check_queries

        if check_for_python(self._shapes, self.rules):
            data.check_literals()
        check_queries(self._shapes, self.rules, data.ntriples)
        shapes = self._shapes.for_fallback(without=self.rules)
        results = fallback.validate(shapes, data.ntriples)
        return results + sparql.validate(self.rules, data)

    def explain(self) -> list[str]:
        """Return how each SPARQL-based constraint is evaluated, a line for each."""
        name = "shacl" if self.compiled is not None else "pyshacl"
        found = [
            f"{_name(constraint, self._shapes)}: {self._way(constraint, name)}"
            for constraint in self._shapes.sparql_constraints
        ]
        for shape, component in self._shapes.component_uses:
            from .lint import named

            what = f"{named(self._shapes, shape)} {shorten(component)}"
            found.append(f"{what}: left to the engine {name} (a constraint component)")
        return found

    def _way(self, constraint: SparqlConstraint, engine: str) -> str:
        if (reason := sparql.left(constraint)) is not None:
            return f"left to the engine {engine} ({reason})"
        if sparql.is_set(constraint):
            return "one query for all focus nodes"
        return "a query for each focus node"

    def _took_over(self, error: EngineError) -> None:
        notice = f"{error.message} The slow engine pyshacl took over."
        if notice not in self.notices:
            self.notices.append(notice)


def compile(name: str, shapes: ShapesGraph) -> Engine:
    """Compile shapes for the engine of that name, once for any number of data graphs."""
    return Engine(name, shapes)


def run_engine(name: str, shapes: ShapesGraph, data: DataGraph) -> tuple[list[Result], list[str]]:
    """Validate one data graph and return the results with notices for the user.

    Raises EngineError when neither the engine nor the fallback can.
    """
    engine = compile(name, shapes)
    return engine.validate(data), engine.notices


def _name(constraint: SparqlConstraint, shapes: ShapesGraph) -> str:
    """Return the shape of a constraint, with a number where it has several."""
    name = shorten(constraint.root) if constraint.root else str(constraint.shape)
    same = [
        c for c in shapes.sparql_constraints if (c.root or c.shape) == (constraint.root or c.shape)
    ]
    if len(same) < 2:
        return f"{name} sh:sparql"
    return f"{name} sh:sparql {same.index(constraint) + 1} of {len(same)}"


def _notices(graph: ShapesGraph) -> list[str]:
    """Return what of a shapes graph is not executed though it constrains nothing."""
    rules = {str(triple.subject): triple.subject for _, triple in graph.having("rule")}
    if not rules:
        return []
    from .lint import named

    return [f"The sh:rule of {named(graph, rule)} is not executed." for rule in rules.values()]
