"""The W3C SHACL test suite through our engines, every case executed and counted.

The suite is data of the W3C and stands beside the checkout, where there is one.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest

from pa_onto.errors import EngineError
from pa_onto.namespaces import SH, local_name
from pa_onto.shacl import DataGraph, ShapesGraph, run_engine
from pa_onto.triples import Term, Triple, as_ntriples, triples_of
from tests.conftest import ROOT

SUITE = ROOT.parent / "shared" / "w3c" / "shacl"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
CASES = sorted(
    path for path in SUITE.glob("*/*/*.ttl") if "sht:Validate" in path.read_text(encoding="utf-8")
)

#: Where an engine and the suite differ, and why; an entry that no longer differs fails too.
KNOWN = {
    ("shacl", "unsupported-sparql-004"): "accepts a sub-SELECT that does not project $this",
    ("pyshacl", "uniqueLang-002"): "takes sh:uniqueLang 1 for true",
    ("pyshacl", "prefixes-001"): "does not follow owl:imports of sh:prefixes",
    ("pyshacl", "shapesGraph-001"): "has no $shapesGraph",
}

Rows = list[tuple[str, ...]] | None

pytestmark = pytest.mark.skipif(not CASES, reason=f"the W3C SHACL suite is not here: {SUITE}")


class _Case:
    """One test file: its graphs and the report it wants."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.triples = self._load(path)
        self._index: dict[tuple[str, str], list[Term]] = defaultdict(list)
        for triple in self.triples:
            self._index[(str(triple.subject), triple.predicate.value)].append(triple.object)

    def graph(self, role: str) -> list[Triple]:
        """Return the data or the shapes graph, most often the file itself."""
        action = self._one(MF + "action")
        other = Path(self._index[(str(action), SHT + role)][0].value.removeprefix("file://"))
        return self.triples if other == self.path else self._load(other)

    def expected(self) -> Rows:
        """Return the results the suite wants, None where validation must fail."""
        report = self._one(MF + "result")
        if report.value == SHT + "Failure":
            return None
        results = self._index[(str(report), SH + "result")]
        return sorted(self._row(str(result)) for result in results)

    def _row(self, result: str) -> tuple[str, ...]:
        focus, path, value = (
            _loose(str(found[0])) if (found := self._index[(result, SH + name)]) else ""
            for name in ("focusNode", "resultPath", "value")
        )
        component, severity = (
            local_name(self._index[(result, SH + name)][0].value)
            for name in ("sourceConstraintComponent", "resultSeverity")
        )
        return (focus, path, value, component, severity)

    def _one(self, predicate: str) -> Term:
        (found,) = [t.object for t in self.triples if t.predicate.value == predicate]
        return found

    @staticmethod
    def _load(path: Path) -> list[Triple]:
        quads = ox.parse(path=str(path), base_iri=path.as_uri(), rename_blank_nodes=True)
        return list(triples_of(quads))


def _loose(term: str) -> str:
    """Blank nodes and paths made of several steps are compared as such only."""
    plain = term.startswith('"') or (term.startswith("<") and term.count("<") == 1)
    return term if plain and not term.endswith((")*", ")+", ")?")) else "_:"


def _found(case: _Case, engine: str) -> Rows:
    try:
        shapes = ShapesGraph(case.graph("shapesGraph"))
        data = DataGraph(as_ntriples(case.graph("dataGraph")))
        results, _ = run_engine(engine, shapes, data)
    except EngineError:
        return None
    return sorted(
        (
            _loose(result.focus_node),
            _loose(result.path) if result.path else "",
            _loose(result.value) if result.value else "",
            result.component,
            result.severity,
        )
        for result in results
    )


def test_every_case_is_there() -> None:
    count = {kind: len([p for p in CASES if kind in p.parts]) for kind in ("core", "sparql")}
    assert count == {"core": 98, "sparql": 23}
    assert {name for _, name in KNOWN} <= {path.stem for path in CASES}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case_gives_the_report_it_wants(path: Path, engine: str) -> None:
    case = _Case(path)
    agrees = _found(case, engine) == case.expected()
    reason = KNOWN.get((engine, path.stem))
    if reason is None:
        assert agrees, f"\nfound    {_found(case, engine)}\nexpected {case.expected()}"
    else:
        assert not agrees, f"{engine} no longer differs ({reason}): take it off the list"
