"""Two engines, one judgement: thousands of random pairs of shapes and data.

The engines must agree on every result but its message. A pair that the fallback refuses to judge,
since its SPARQL is known to differ, proves nothing, and neither does one that it judges for both;
few may be of either kind.
"""

from __future__ import annotations

import re
from collections import Counter
from random import Random
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pa_onto.errors import EngineError
from pa_onto.shacl import DataGraph, ShapesGraph, run_engine
from pa_onto.shacl.lint import check
from pa_onto.shacl.results import Result
from pa_onto.triples import as_ntriples, triples_of
from tests.pairs import Pair, pair

#: A result as the engines must agree on it: everything but the message.
Row = tuple[str, str, str, str, str, str]
Rows = Counter[Row]


class Outcome(NamedTuple):
    """What the engines say of one pair; nothing where the fallback refuses to."""

    ours: Rows = Counter()
    theirs: Rows = Counter()
    refused: bool = False
    took_over: bool = False


def compare(pair: Pair) -> Outcome:
    """Run both engines on a pair."""
    parsed = ox.parse(pair.shapes, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    shapes = ShapesGraph(triples_of(parsed))
    check(shapes, "shapes")
    lines = as_ntriples(triples_of(ox.parse(pair.data, format=ox.RdfFormat.TURTLE)))
    predicates = shapes.rule_predicates()
    found, notices = [], []
    for name in ("shacl", "pyshacl"):
        try:
            results, said = run_engine(name, shapes, DataGraph(lines, predicates=predicates))
        except EngineError as error:
            if "does not judge" in error.message:
                return Outcome(refused=True)
            raise
        found.append(Counter(map(_row, results)))
        notices += said
    return Outcome(*found, took_over=any("took over" in notice for notice in notices))


def _row(result: Result) -> Row:
    """Return what engines must agree on; language tags have no case (RDF 1.1, 3.3)."""
    focus, value = (
        re.sub(r'"@([\w-]+)$', lambda match: match[0].lower(), term or "")
        for term in (result.focus_node, result.value)
    )
    return (focus, result.path or "", value, result.component, result.severity, result.shape)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("pairs", [200, pytest.param(2000, marks=pytest.mark.long)])
def test_the_engines_agree(pairs: int) -> None:
    outcomes: list[Outcome] = []

    @settings(
        max_examples=pairs,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**64))
    def agree(seed: int) -> None:
        drawn = pair(Random(seed))
        outcome = compare(drawn)
        outcomes.append(outcome)
        ours, theirs = outcome.ours - outcome.theirs, outcome.theirs - outcome.ours
        assert not ours and not theirs, f"{ours}\n{theirs}\n{drawn.shapes}\n{drawn.data}"

    agree()
    assert len(outcomes) >= pairs
    assert sum(bool(o.ours) for o in outcomes) > 0.7 * len(outcomes), "most pairs test nothing"
    assert sum(o.refused for o in outcomes) < 0.1 * len(outcomes), "too many are refused"
    assert sum(o.took_over for o in outcomes) < 0.4 * len(outcomes), "one engine judges for both"
