"""The W3C suites of RDF 1.1 and JSON-LD 1.1 through the reader of `query --data`.

What the engine alone reads, we read to the same dataset, but for what is refused on purpose:
every such test is in a table with its reason, and so is a test that no longer needs its row.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from pa_onto.errors import InputError
from pa_onto.project import find_project
from pa_onto.stores import Loading, in_memory
from tests.conftest import ROOT, Run
from tests.w3c import JsonCase, bare, canonical, json_ld_cases, manifest_cases, suite

PROJECT = find_project(ROOT)

_NO_IRI = "must be an absolute IRI"
_DIRECTION = "base direction"
#: Tests of JSON-LD that the engine passes and we refuse, and the words of the reason.
REFUSED = {
    "tdi01": _DIRECTION,  # text with a base direction is RDF 1.2
    "tdi03": _DIRECTION,
    "te003": "regularJson is unknown",  # without a context, keys are those of the vocabulary
    "te060": _NO_IRI,  # relative, where the context takes the base away
    "te111": _NO_IRI,  # relative to a vocabulary, with two hash signs
    "te112": _NO_IRI,
    "te122": _NO_IRI,  # "@ignoreMe" for an id: what it says would be lost
    "tjs12": "would be read as",  # a number that a double cannot hold
    "tli14": _NO_IRI,  # relative to no base
    "twf01": _NO_IRI,  # what is said of a malformed IRI would be lost, here and below
    "twf02": _NO_IRI,
    "twf03": _NO_IRI,
    "twf04": "is unknown",
    "twf05": "no language tag",
    "twf07": _NO_IRI,
}
#: Tests that ask for an option we have no use for: contexts from outside, JSON-LD 1.0.
_OPTIONS = {"expandContext", "produceGeneralizedRdf", "rdfDirection"}


def ours(path: Path, base: str) -> list[ox.Quad]:
    """Read a file as `query --data FILE --base IRI` does."""
    loading = Loading(base=base)
    return list(in_memory(PROJECT, [str(path)], vocabulary=False, loading=loading))


def test_rdf_is_read_as_the_engine_reads_it() -> None:
    wrong = []
    cases = [case for case in manifest_cases(suite("rdf11")) if case.action is not None]
    for case in cases:
        assert case.action is not None
        theirs = bare(case.action, case.base)
        try:
            found = canonical(ours(case.action, case.base))
        except InputError as error:
            if theirs is not None:
                wrong.append(f"{case.name}: {error}")
        else:
            if theirs is None or found != canonical(theirs):
                wrong.append(f"{case.name}: not the same")
            if case.negative:
                wrong.append(f"{case.name}: taken for sound")
    assert wrong == []
    assert len(cases) > 950


def test_json_ld_is_read_as_the_suite_wants_it() -> None:
    """Wrong is what the suite says is wrong, and what the engine can and we cannot."""
    wrong, refused = [], {}
    cases = list(json_ld_cases())
    for case in cases:
        if case.options.keys() & _OPTIONS or "json-ld-1.0" in case.options.values():
            continue
        if not case.source.is_file():  # one stands in another part of the suite
            continue
        try:
            found = ours(case.source, case.base)
        except InputError as error:
            if case.negative:
                continue
            if _right(case, bare(case.source, case.base)):
                refused[case.name] = str(error)
            else:
                assert (
                    "not bundled" in str(error)
                    or "base direction" in str(error)
                    or (_NO_IRI in str(error))
                ), (case.name, str(error))
        else:
            if not _right(case, found):
                wrong.append(case.name)
    assert wrong == []
    assert refused.keys() == REFUSED.keys()
    assert [name for name, words in REFUSED.items() if words not in refused[name]] == []
    assert len(cases) > 460


def _right(case: JsonCase, found: list[ox.Quad] | None) -> bool:
    """Return whether what was read, None for nothing, is what a test wants."""
    if case.negative or found is None:
        return case.negative and found is None
    if case.syntax:
        return True
    assert case.result is not None
    return canonical(found) == canonical(bare(case.result, "") or [])


@pytest.mark.parametrize(
    "name", ["0016-in", "c013-in", "e060-in", "em01-in", "js07-in", "pr40-in", "so02-in"]
)
def test_the_command_reads_as_the_library_does(name: str, pa_onto: Run) -> None:
    path = suite("json-ld") / "toRdf" / f"{name}.jsonld"
    base = f"https://w3c.github.io/json-ld-api/tests/toRdf/{path.name}"
    query = "CONSTRUCT { ?s ?p ?o } { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    options = ("--base", base, "--no-vocabulary", "--format", "n-triples")
    result = pa_onto("query", "-e", query, "--data", path, *options)
    try:
        found = ours(path, base)
    except InputError as error:
        assert (result.returncode, result.stderr) == (2, f"pa-onto: {error}\n")
    else:
        assert result.returncode == 0, result.stderr
        read = ox.parse(result.stdout, format=ox.RdfFormat.N_TRIPLES)
        plain = [ox.Quad(quad.subject, quad.predicate, quad.object) for quad in found]
        assert canonical(read) == canonical(plain)
