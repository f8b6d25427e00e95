"""The W3C SHACL test suite through the front door, with both engines, every case counted.

Each case becomes two files, its data and its shapes, and `pa_onto.validate` judges them. The
suite is data of the W3C and stands beside the checkout, where there is one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest

import pa_onto
from pa_onto.errors import EngineError, InputError, PaOntoError
from pa_onto.model import Finding, Severity
from pa_onto.namespaces import SH, local_name
from pa_onto.triples import Term, Triple, as_ntriples, triples_of
from tests.conftest import ROOT

SUITE = ROOT.parent / "shared" / "w3c" / "shacl"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
CASES = sorted(
    path for path in SUITE.glob("*/*/*.ttl") if "sht:Validate" in path.read_text(encoding="utf-8")
)

#: Where an engine and the suite differ, and why; an entry that no longer differs fails too.
KNOWN = {("pyshacl", "shapesGraph-001"): "has no $shapesGraph (optional, SHACL section 5.3.1)"}
#: Cases whose shapes select nothing: `validate` refuses to call that a pass.
NOTHING_CHECKED: set[str] = set()
#: Cases that were executed to the end in this run.
EXECUTED: Counter[str] = Counter()

Rows = list[tuple[str, ...]] | None

pytestmark = pytest.mark.skipif(not CASES, reason=f"the W3C SHACL suite is not here: {SUITE}")

DASH = "http://datashapes.org/dash"


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
        # Findings have the severities of SHACL; one of somebody's own weighs as a violation.
        return (focus, path, value, component, Severity.of(severity).label)

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


def _found(case: _Case, engine: str, folder: Path) -> Rows:
    """Return the findings, None where validation fails with an error that names its cause."""
    data, shapes, vocabulary = (folder / name for name in ("data.nt", "shapes.nt", "empty.ttl"))
    data.write_text(as_ntriples(case.graph("dataGraph")))
    shapes.write_text(as_ntriples(case.graph("shapesGraph")))
    vocabulary.write_text("")
    # One case imports DASH, and uses nothing of it.
    imports = {DASH: vocabulary} if f"imports> <{DASH}>" in shapes.read_text() else {}
    try:
        report = pa_onto.validate(
            data, shapes=shapes, vocabulary=vocabulary, engine=engine, imports=imports
        )
    except PaOntoError as error:
        assert isinstance(error, InputError | EngineError)
        if "Nothing was checked" in error.message:
            assert case.path.stem in NOTHING_CHECKED
            return []
        return None
    assert report.focus_nodes > 0
    assert report.notices == (), "the other engine took over"
    return sorted(_found_row(finding) for finding in report.findings)


def _found_row(finding: Finding) -> tuple[str, ...]:
    focus = finding.focus_node
    return (
        _loose(focus if focus.startswith(("_:", '"')) else f"<{focus}>"),
        _loose(finding.path) if finding.path else "",
        _loose(finding.value) if finding.value else "",
        finding.component,
        finding.severity.label,
    )


def test_every_case_is_there() -> None:
    count = {kind: len([p for p in CASES if kind in p.parts]) for kind in ("core", "sparql")}
    assert count == {"core": 98, "sparql": 23}
    assert {name for _, name in KNOWN} | NOTHING_CHECKED <= {path.stem for path in CASES}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case_gives_the_report_it_wants(path: Path, engine: str, tmp_path: Path) -> None:
    case = _Case(path)
    found, expected = _found(case, engine, tmp_path), case.expected()
    EXECUTED[engine] += 1
    reason = KNOWN.get((engine, path.stem))
    if reason is None:
        assert found == expected, f"\nfound    {found}\nexpected {expected}"
    else:
        assert found != expected, f"{engine} no longer differs ({reason}): take it off the list"


def test_as_many_were_executed_as_last_time(request: pytest.FixtureRequest) -> None:
    """A case that stops before it is compared must not pass unnoticed."""
    cases = [item.name for item in request.session.items if "wants[" in item.name]
    if len(cases) < 2 * len(CASES):
        pytest.skip("only some cases were selected")
    assert EXECUTED == {"shacl": 121, "pyshacl": 121}
