"""The W3C suites of SPARQL 1.0 and 1.1 through the code of `query --data`.

A query over files gives what the engine alone gives over them, but for what is refused on
purpose: each such test is in a table with its reason. A sample goes through the command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pyoxigraph as ox
import pytest

from pa_onto.errors import PaOntoError
from pa_onto.project import find_project
from pa_onto.queries import parse_query, run
from pa_onto.stores import Loading, in_memory
from tests.conftest import ROOT, Run
from tests.w3c import Case, canonical, manifest_cases, suite

PROJECT = find_project(ROOT)

_NOT_LOADED = "is not loaded"  # it would seem empty: nothing is fetched
_SERVICE = "SERVICE is refused"  # nothing is asked of other servers
#: Tests that the engine passes and we refuse, and the words of the reason.
REFUSED = {
    "sparql10": {
        "syntax-sparql2/syntax-dataset-01": _NOT_LOADED,
        "syntax-sparql2/syntax-dataset-02": _NOT_LOADED,
        "syntax-sparql2/syntax-dataset-03": _NOT_LOADED,
        "syntax-sparql2/syntax-dataset-04": _NOT_LOADED,
    },
    "sparql11": {
        **{f"service/service{number}": _SERVICE for number in (1, 2, 3, "4a", 5, 6, 7)},
        **{f"syntax-fed/test_{number}": _SERVICE for number in (1, 2, 3)},
        "syntax-query/test_42": _NOT_LOADED,
    },
}


def _cases(name: str) -> list[Case]:
    """Return the tests of queries: those with data, and those of a text alone."""
    found = []
    for case in manifest_cases(suite(name)):
        if case.query is not None and "Update" not in case.kind:
            found.append(case)
        elif case.action is not None and "Syntax" in case.kind and case.action.suffix == ".rq":
            found.append(case._replace(query=case.action))
    return found


def _named(case: Case) -> list[Path]:
    """Return the files of named graphs: those the test names, and those its query names."""
    assert case.query is not None
    text = case.query.read_text(encoding="utf-8") if "Syntax" not in case.kind else ""
    iris = re.findall(r"FROM(?:\s+NAMED)?\s*<([^>]*)>", text, re.IGNORECASE)
    paths = [Path(unquote(urlsplit(urljoin(case.query.as_uri(), iri)).path)) for iri in iris]
    return list(dict.fromkeys([*case.graphs, *(path for path in paths if path.is_file())]))


def _alone(case: Case) -> Any:
    """Return what the engine alone answers, None where it refuses."""
    assert case.query is not None
    text = case.query.read_text("utf-8")
    if re.search(r"\bSERVICE\b", text) and not case.negative:
        return "what other servers say"
    store = ox.Store()
    for path in case.data:
        store.load(path=str(path), base_iri=path.as_uri())
    for path in _named(case):
        store.load(path=str(path), base_iri=path.as_uri(), to_graph=ox.NamedNode(path.as_uri()))
    try:
        return _told(store.query(text, base_iri=case.query.as_uri()))
    except (SyntaxError, RuntimeError):
        return None


def _files(case: Case, folder: Path) -> list[str]:
    """Return files with the data of a test; a graph that only its file names gets its name."""
    files = [str(path) for path in case.data]
    for number, path in enumerate(_named(case)):
        name = ox.NamedNode(path.as_uri())
        quads = (
            ox.Quad(quad.subject, quad.predicate, quad.object, name)
            for quad in ox.parse(path=str(path), base_iri=path.as_uri())
        )
        files.append(str(folder / f"{number}.nq"))
        ox.serialize(quads, files[-1], format=ox.RdfFormat.N_QUADS)
    return files


def _told(results: Any) -> object:
    """Return an answer in a form that can be compared whatever its blank nodes are called."""
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    if isinstance(results, ox.QueryTriples):
        return canonical(ox.Quad(t.subject, t.predicate, t.object) for t in results)
    names = sorted(variable.value for variable in results.variables)
    rows = list(results)
    return names, len(rows), canonical(_cells(rows, names))


def _cells(rows: Iterable[Any], names: list[str]) -> Iterable[ox.Quad]:
    for row in rows:
        node = ox.BlankNode()
        yield ox.Quad(node, ox.NamedNode("x:row"), ox.Literal(""))
        for name in names:
            if row[name] is not None:
                yield ox.Quad(node, ox.NamedNode(f"x:{name}"), row[name])


@pytest.mark.parametrize("name", REFUSED)
def test_queries_over_files_are_answered_as_by_the_engine(name: str, tmp_path: Path) -> None:
    wrong, refused = [], {}
    cases = _cases(name)
    for number, case in enumerate(cases):
        assert case.query is not None
        folder = tmp_path / str(number)
        folder.mkdir()
        base = case.data[0].as_uri() if case.data else case.query.as_uri()
        theirs = _alone(case)
        try:
            loading = Loading(base=base)
            store = in_memory(PROJECT, _files(case, folder), vocabulary=False, loading=loading)
            text = case.query.read_text("utf-8")
            answer = run(parse_query(text), store, {}, base=case.query.as_uri())
            found = _told(answer._results)
        except PaOntoError as error:
            if theirs is not None:
                refused[case.name] = str(error)
        else:
            if found != theirs:
                wrong.append(case.name)
    assert wrong == []
    assert refused.keys() == REFUSED[name].keys()
    assert [n for n, words in REFUSED[name].items() if words not in refused[n]] == []
    assert len(cases) > 400


@pytest.mark.parametrize(
    "name",
    [
        *("sparql10/graph/dawg-graph-09", "sparql10/dataset/dawg-dataset-12b"),
        *("sparql10/basic/base-prefix-1", "sparql11/exists/exists03", "sparql11/aggregates/agg01"),
        *("sparql11/property-path/pp35", "sparql11/subquery/subquery02"),
    ],
)
def test_the_command_answers_as_the_library_does(name: str, tmp_path: Path, pa_onto: Run) -> None:
    folder, _, wanted = name.partition("/")
    case = next(case for case in _cases(folder) if case.name == wanted)
    assert case.query is not None
    base = case.data[0].as_uri() if case.data else case.query.as_uri()
    data = [part for file in _files(case, tmp_path) for part in ("--data", file)]
    result = pa_onto(
        "query", case.query, *data, "--no-vocabulary", "--base", base, "--format", "json"
    )
    assert result.returncode == 0, result.stderr
    read = ox.parse_query_results(result.stdout, format=ox.QueryResultsFormat.JSON)
    assert _told(read) == _alone(case)
