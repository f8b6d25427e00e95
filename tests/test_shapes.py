"""Every shape against its passing and failing examples, with both engines.

The first lines of a failing file say what it must give, in the form
``# expect: SHAPE COMPONENT SEVERITY FOCUS-NODE``; a file holds one defect.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from pa_onto.namespaces import SH, expand, local_name
from pa_onto.reading.rdf import parse_file
from pa_onto.shacl import DataGraph, ShapesGraph, run_engine
from pa_onto.triples import as_ntriples
from pa_onto.validation import load_shapes
from tests.conftest import ROOT, at_least

EXAMPLES = ROOT / "tests" / "shapes"
FILES = at_least(sorted(EXAMPLES.glob("*/*.ttl")), 280)
DATA_SHAPES = {path.stem for path in (ROOT / "shapes" / "data").glob("*.ttl")}
EXPECT = re.compile(r"^# expect: (\S+) (\S+) (\S+) (\S+)$", re.MULTILINE)

Expected = list[tuple[str, str, str, str]]


@cache
def _shapes(kind: str) -> ShapesGraph:
    return load_shapes([ROOT / "shapes" / kind, ROOT / "shapes" / "prefixes.ttl"])


@cache
def _vocabulary() -> str:
    return as_ntriples(parse_file(EXAMPLES / "vocabulary.ttl"))


def expected_results(path: Path) -> Expected:
    found = []
    text = path.read_text()
    prefixes = dict(re.findall(r"@prefix (\S*): <([^>]+)>", text))
    for shape, component, severity, focus in EXPECT.findall(text):
        node = focus.strip("<>")
        found.append((shape, component, severity, expand(node, prefixes) or node))
    return sorted(found)


def found_results(path: Path, engine: str) -> Expected:
    data_shape = path.parent.name in DATA_SHAPES
    data = as_ntriples(parse_file(path)) + (_vocabulary() if data_shape else "")
    shapes = _shapes("data" if data_shape else "ontology")
    results, notices = run_engine(engine, shapes, DataGraph(data))
    assert notices == []
    assert all(result.message for result in results)
    return sorted(
        (local_name(r.shape), r.component, r.severity, r.focus_node.strip("<>")) for r in results
    )


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_an_example_gives_what_it_says(path: Path) -> None:
    expected = expected_results(path)
    assert bool(expected) == path.name.startswith("fail-"), "a failing file says what it expects"
    assert found_results(path, "shacl") == expected


@pytest.mark.parametrize("path", FILES[::4], ids=_name)
@pytest.mark.long
def test_the_fallback_agrees(path: Path) -> None:
    """One example in four: the others are run with both engines by `make bench`."""
    assert found_results(path, "pyshacl") == expected_results(path)


def test_every_shape_fails_somewhere() -> None:
    """A shape that no example makes fail may as well not be there."""
    failing = {shape for path in FILES for shape, *_ in expected_results(path)}
    unproven = set()
    for kind in ("data", "ontology"):
        shapes = _shapes(kind)
        targeted = {shape for shape, _ in shapes.targets}
        reporting = targeted | {
            triple.object
            for shape in targeted
            for triple in shapes.objects(shape, SH + "property")
            if shapes.objects(triple.object, SH + "message")
        }
        constrained = {
            shape
            for shape in reporting
            if shapes.objects(shape, SH + "message") or shapes.objects(shape, SH + "sparql")
        }
        assert len(constrained) > 50
        unproven |= {local_name(shape.value) for shape in constrained} - failing
    assert unproven == set()


@pytest.mark.parametrize("kind", ["data", "ontology"])
def test_every_shape_states_message_and_severity(kind: str) -> None:
    shapes = _shapes(kind)
    subjects = {t.subject for t in shapes.triples if t.predicate.value == SH + "severity"}
    assert len(subjects) > 50
    for shape in subjects:
        own = shapes.objects(shape, SH + "message")
        inner = [
            message
            for triple in shapes.objects(shape, SH + "sparql")
            for message in shapes.objects(triple.object, SH + "message")
        ]
        assert own or inner, shape


def test_constraints_in_sparql_run_as_sets() -> None:
    from pa_onto.shacl.sparql import is_set, ours

    for kind, count in (("data", 5), ("ontology", 5)):
        shapes = _shapes(kind)
        assert len(shapes.sparql_constraints) >= count
        assert ours(shapes) == shapes.sparql_constraints
        assert all(is_set(constraint) for constraint in shapes.sparql_constraints)
