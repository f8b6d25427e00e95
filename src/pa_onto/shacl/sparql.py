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
from typing import Final

from ..errors import EngineError
from ..reading.tokens import assigned, binds_everywhere, keywords, tokens, variables
from .data import DataGraph
from .patterns import may_stand_still, needed
from .results import Result
from .shapes import ShapesGraph, SparqlConstraint, Target
from .statements import Binding, Statements, node_of, text_of

#: A solution, and the focus node it is about.
Row = tuple[str, dict[str, Binding]]

# Pre-bound variables we do not have, and what pre-binding forbids (SHACL section 5.2.1).
_LEFT_VARIABLES: Final = frozenset({"shapesGraph", "currentShape"})
_LEFT_KEYWORDS: Final = frozenset({"MINUS", "SERVICE", "VALUES"})
# With these, one run for all nodes is not the union of the runs for each.
_PER_NODE: Final = frozenset(
    {"LIMIT", "OFFSET", "GROUP", "HAVING", "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE"}
    | {"GROUP_CONCAT"}
)


def ours(shapes: ShapesGraph) -> list[SparqlConstraint]:
    """Return the constraints that are evaluated here; the engine keeps the others."""
    return [constraint for constraint in shapes.sparql_constraints if left(constraint) is None]


def is_set(constraint: SparqlConstraint) -> bool:
    """True when one query answers for all focus nodes.

    A path without a step ends at a node that the data may not have, if a target names it.
    """
    if keywords(constraint.select) & _PER_NODE:
        return False
    named = any(target.kind == "targetNode" for target in constraint.targets)
    return not (named and may_stand_still(constraint.query))


def left(constraint: SparqlConstraint) -> str | None:
    """Return why a constraint is left to the engine, None when it is evaluated here."""
    text = constraint.select
    mentioned = variables(text) & _LEFT_VARIABLES
    forbidden = keywords(text) & _LEFT_KEYWORDS
    selects = sum(kind == "word" and token.upper() == "SELECT" for kind, token in tokens(text))
    reasons = {
        "it has no sh:select": not text,
        constraint.unsure: bool(constraint.unsure),
        "other shapes refer to its shape": constraint.reached,
        "no target leads to it": not constraint.targets,
        f"it has {' and '.join(sorted(forbidden))}": bool(forbidden),
        f"it mentions ${' and $'.join(sorted(mentioned))}": bool(mentioned),
        "it assigns ?this": "this" in assigned(text),
        "it has a sub-select": selects > 1,
        # Where only an expression mentions $this, the store's substitution is no pre-binding.
        "no triple pattern binds $this in every group that mentions it": not binds_everywhere(
            text, "this"
        ),
        "it mentions $PATH, but its shape has no path": "PATH" in variables(text)
        and constraint.path is None,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def validate(constraints: list[SparqlConstraint], data: DataGraph) -> list[Result]:
    """Evaluate constraints over a data graph.

    Raises EngineError when a query is not SPARQL or reports a failure.
    """
    found: dict[Result, None] = {}
    focus: dict[tuple[Target, ...], set[str]] = {}
    for constraint in constraints:
        if is_set(constraint) and not all(map(data.may_have, needed(constraint.query))):
            continue
        if constraint.targets not in focus:
            focus[constraint.targets] = data.focus_nodes(constraint.targets)
        if not focus[constraint.targets]:
            continue
        for this, row in _rows(constraint, data.statements, focus[constraint.targets]):
            found[_result(constraint, this, row)] = None
    return [
        result._replace(
            focus_node=data.as_written(result.focus_node),
            value=result.value and data.as_written(result.value),
        )
        for result in found
    ]


def _rows(constraint: SparqlConstraint, statements: Statements, nodes: set[str]) -> Iterator[Row]:
    text = with_path(constraint.select, constraint.path)
    problem = f"The SPARQL of {constraint.root or constraint.shape}"
    try:
        for this, row in _solved(constraint, text, statements, nodes):
            failure = row.get("failure")
            if failure is not None and failure["value"] == "true":
                raise EngineError(f"{problem} reports a failure.")
            yield this, row
    except SyntaxError as error:
        raise EngineError(
            f"{problem} is not valid: {error.msg}.", cure="Correct its sh:select."
        ) from error


def _solved(
    constraint: SparqlConstraint, text: str, statements: Statements, nodes: set[str]
) -> Iterator[Row]:
    if is_set(constraint):
        for row in statements.solutions(text, constraint.prefixes):
            this = text_of(row["this"]) if "this" in row else ""
            if this in nodes:
                yield this, row
        return
    for this in sorted(nodes):
        for row in statements.solutions(text, constraint.prefixes, {"this": this}):
            yield this, row


def with_path(text: str, path: str | None) -> str:
    """Put a property path where a query says ``$PATH`` (SHACL section 5.2.1)."""
    return text if path is None else re.sub(r"[?$]PATH\b", lambda _: path, text)


def _result(constraint: SparqlConstraint, this: str, row: dict[str, Binding]) -> Result:
    """Make a result of one solution (SHACL section 5.3.2)."""
    path = constraint.path
    if "path" in row and row["path"]["type"] == "uri":
        path = text_of(row["path"])
    value = this if constraint.path is None else None
    if "value" in row:
        value = text_of(row["value"])
    texts = constraint.messages
    if "message" in row and row["message"]["type"] == "literal":
        texts = (row["message"]["value"],)
    return Result(
        focus_node=this,
        path=path,
        value=value,
        shape=constraint.root,
        component="SPARQLConstraintComponent",
        severity=constraint.severity,
        message=_filled(texts[0], this, row) if texts else "",
        source=str(constraint.shape),
    )


def _filled(message: str, this: str, row: dict[str, Binding]) -> str:
    """Put the values of variables into a message (SHACL section 5.3.2)."""

    def text(match: re.Match[str]) -> str:
        if match[1] in row:
            return row[match[1]]["value"]
        return node_of(this).value if match[1] == "this" else match[0]

    return re.sub(r"\{[?$](\w+)\}", text, message)
