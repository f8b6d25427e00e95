"""SPARQL-based constraints, evaluated as sets (SHACL section 5).

The specification runs a constraint once for every focus node, with ``$this`` bound to it. A
query in which a triple pattern binds ``$this`` in every group that mentions it has the same
solutions when it runs once, unbound, and the rows of other nodes are dropped: that is what
happens here; with an aggregate or a LIMIT it runs a node at a time. Any other query stays
with the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from ..errors import EngineError
from ..reading.tokens import binds_everywhere, keywords, variables
from ..triples import Term
from .data import DataGraph
from .results import Result
from .shapes import ShapesGraph, SparqlConstraint, Target

#: What pyoxigraph takes for bound variables.
Substitutions = dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]


# Pre-bound variables we do not have, and what pre-binding forbids (SHACL section 5.2.1).
_LEFT_VARIABLES = frozenset({"shapesGraph", "currentShape"})
_LEFT_KEYWORDS = frozenset({"MINUS", "SERVICE", "VALUES"})
# With these, one run for all nodes is not the union of the runs for each.
_PER_NODE = frozenset({"LIMIT", "OFFSET", "GROUP", "HAVING", "COUNT", "SUM", "MIN", "MAX", "AVG"})


def ours(shapes: ShapesGraph) -> list[SparqlConstraint]:
    """Return the constraints that are evaluated here; the engine keeps the others."""
    return [constraint for constraint in shapes.sparql_constraints if _is_ours(constraint)]


def is_set(constraint: SparqlConstraint) -> bool:
    """True when one query answers for all focus nodes."""
    return not keywords(constraint.select) & _PER_NODE


def validate(constraints: list[SparqlConstraint], data: DataGraph) -> list[Result]:
    """Evaluate constraints over a data graph.

    Raises EngineError when a query is not SPARQL or reports a failure.
    """
    found: dict[Result, None] = {}
    focus: dict[tuple[Target, ...], set[Term]] = {}
    for constraint in constraints:
        if constraint.targets not in focus:
            focus[constraint.targets] = data.focus_nodes(constraint.targets)
        for this, row in _rows(constraint, data.store, focus[constraint.targets]):
            found[_result(constraint, this, row)] = None
    return list(found)


def _is_ours(constraint: SparqlConstraint) -> bool:
    text = constraint.select
    words = keywords(text)
    if not text or words & _LEFT_KEYWORDS or variables(text) & _LEFT_VARIABLES:
        return False
    if re.search(r"\bAS\s+[?$]this\b", text, re.IGNORECASE):
        return False
    nested = len(re.findall(r"\bSELECT\b", text, re.IGNORECASE)) > 1
    # Where only an expression mentions $this, the store's substitution is no pre-binding.
    if nested or not binds_everywhere(text, "this"):
        return False
    return "PATH" not in variables(text) or constraint.path is not None


def _rows(
    constraint: SparqlConstraint,
    store: ox.Store,
    nodes: set[Term],
) -> Iterator[tuple[Term, dict[str, object]]]:
    text = constraint.select
    if constraint.path is not None:
        text = re.sub(r"[?$]PATH\b", str(constraint.path), text)
    this = ox.Variable("this")
    try:
        if is_set(constraint):
            for row in _solutions(store, text, constraint, {}):
                node = row.get("this")
                if isinstance(node, Term) and node in nodes:
                    yield node, row
            return
        for node in sorted(nodes, key=str):
            for row in _solutions(store, text, constraint, {this: node}):
                yield node, row
    except SyntaxError as error:
        raise EngineError(
            f"The SPARQL of {constraint.shape} is not valid: {error.msg}.",
            cure="Correct its sh:select.",
        ) from error


def _solutions(
    store: ox.Store, text: str, constraint: SparqlConstraint, bound: Substitutions
) -> Iterator[dict[str, object]]:
    solutions = store.query(text, prefixes=constraint.prefixes, substitutions=bound or None)
    if not isinstance(solutions, ox.QuerySolutions):
        raise EngineError(f"The SPARQL of {constraint.shape} is no SELECT query.")
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        row = {name: solution[name] for name in names if solution[name] is not None}
        if isinstance(failure := row.get("failure"), ox.Literal) and failure.value == "true":
            raise EngineError(f"The SPARQL of {constraint.shape} reports a failure.")
        yield row


def _result(
    constraint: SparqlConstraint,
    this: Term,
    row: dict[str, object],
) -> Result:
    """Make a result of one solution (SHACL section 5.3.2)."""
    path = row.get("path", constraint.path)
    value = row.get("value", this if constraint.path is None else None)
    message = row.get("message")
    if isinstance(message, ox.Literal):
        texts: tuple[str, ...] = (message.value,)
    else:
        texts = constraint.messages
    return Result(
        focus_node=str(this),
        path=None if path is None else str(path),
        value=None if value is None else str(value),
        shape=constraint.shape.value if isinstance(constraint.shape, ox.NamedNode) else "",
        component="SPARQLConstraintComponent",
        severity=constraint.severity,
        message=_filled(texts[0], {"this": this} | row) if texts else "",
    )


def _filled(message: str, row: dict[str, object]) -> str:
    """Put the values of variables into a message (SHACL section 5.3.2)."""

    def text(match: re.Match[str]) -> str:
        term = row.get(match[1])
        return match[0] if term is None else str(getattr(term, "value", term))

    return re.sub(r"\{[?$](\w+)\}", text, message)
