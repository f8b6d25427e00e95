"""Choose an engine, compile shapes for it, and fall back when it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ..errors import EngineError, UsageError
from ..namespaces import shorten
from . import fast, schemes, sparql
from .data import DataGraph
from .prepared import NAMED
from .results import Result
from .shapes import ShapesGraph, SparqlConstraint

if TYPE_CHECKING:
    from .details import Details

ENGINES: Final = ("shacl", "pyshacl")
_LEFT_OUT: Final = "What failed inside nested shapes was not worked out for all findings."


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
        self.notices: list[str] = []
        self._all = shapes
        self._with_http: Engine | None = None
        if two := schemes.apart(shapes):
            shapes, others = two
            self._with_http = Engine(name, others)
            self.notices = self._with_http.notices
        self._shapes = shapes
        self.rules = sparql.ours(shapes)
        self.compiled: fast.Compiled | None = None
        if name == "shacl":
            try:
                self.compiled = fast.compile(shapes, self.rules)
            except EngineError as error:
                self._took_over(error)

    def validate(
        self, data: DataGraph, wanted: Callable[[Result], bool] = lambda result: True
    ) -> list[Result]:
        """Validate a data graph; only results that are wanted are explained and returned.

        Raises EngineError when no engine can.
        """
        try:
            results = [result for result in self._results(data) if wanted(result)]
        except EngineError as error:
            error.message = spoken(self._shapes, error.message)
            raise
        if results:
            results = self._details.explained(results, data.ntriples)
            if self._details.left_out and _LEFT_OUT not in self.notices:
                self.notices.append(_LEFT_OUT)
        if self._with_http is not None:
            found = self._with_http.validate(
                schemes.data_with_http(data), lambda r: wanted(schemes.result_with_https(r))
            )
            results += [schemes.result_with_https(result) for result in found]
        return results

    @cached_property
    def _details(self) -> Details:
        """What explains results; imported when there are some."""
        from .details import Details

        return Details(self._shapes, self._judge)

    def _judge(self, shapes: ShapesGraph, ntriples: str) -> list[Result]:
        """Judge data by other shapes, with the engine that judged by those of this one."""
        engine = Engine("pyshacl" if self.compiled is None else "shacl", shapes)
        return engine._results(DataGraph(ntriples))

    def _results(self, data: DataGraph) -> list[Result]:
        """Return the results, without those of the shapes that look at http."""
        return named(self._shapes, self._judged(data))

    def _judged(self, data: DataGraph) -> list[Result]:
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
            f"{_name(constraint, self._all)}: {self._way(constraint, name)}"
            for constraint in self._all.sparql_constraints
        ]
        for shape, component in self._all.component_uses:
            from .lint import named

            what = f"{named(self._all, shape)} {shorten(component)}"
            found.append(f"{what}: left to the engine {name} (a constraint component)")
        return found

    def _way(self, constraint: SparqlConstraint, engine: str) -> str:
        if (reason := sparql.left(constraint)) is not None:
            return f"left to the engine {engine} ({reason})"
        if sparql.is_set(constraint):
            return "one query for all focus nodes"
        return "a query for each focus node"

    def _took_over(self, error: EngineError) -> None:
        notice = f"{spoken(self._shapes, error.message)} The slow engine pyshacl took over."
        if notice not in self.notices:
            self.notices.append(notice)


def named(shapes: ShapesGraph, results: list[Result]) -> list[Result]:
    """Return results with the shapes that the names stand for which the engine knows."""
    found = []
    for result in results:
        shape = shapes.named.get(result.source)
        if shape is not None:
            result = result._replace(source=str(shape), shape=shapes.root(shape))
        found.append(result)
    return found


def spoken(shapes: ShapesGraph, text: str) -> str:
    """Return what an engine says with the names of ours for the shapes that it names."""
    if NAMED not in text:
        return text
    from .lint import named as name_of

    def known(match: re.Match[str]) -> str:
        shape = shapes.named.get(f"<{match[1]}>")
        return match[0] if shape is None else name_of(shapes, shape)

    return re.sub(rf"<?({NAMED}\d+)>?", known, text)


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
