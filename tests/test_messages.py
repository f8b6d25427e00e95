"""What findings say where the shapes have no message, and what failed inside nested shapes."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pa_onto
from pa_onto.model import Report, Severity
from pa_onto.namespaces import SH
from pa_onto.report import render
from pa_onto.shacl import DataGraph, ShapesGraph, run_engine
from pa_onto.shacl.prepared import chosen
from pa_onto.shacl.results import Result
from pa_onto.triples import as_ntriples, triples_of
from tests.conftest import ROOT, at_least

ENGINES = ["shacl", "pyshacl"]
CASES = ROOT.parent / "shared" / "cases" / "validate"
PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def triples(turtle: str) -> list[ox.Triple]:
    quads = ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    return list(triples_of(quads))


def judged(shapes: str, data: str, engine: str = "shacl") -> list[Result]:
    """Return the results of data in Turtle against shapes in Turtle."""
    graph = ShapesGraph(triples(shapes))
    graph.file_prefixes = {"ex": "http://example.org/"}
    results, notices = run_engine(engine, graph, DataGraph(as_ntriples(triples(data))))
    assert notices == []
    return results


def messages(shapes: str, data: str, engine: str = "shacl") -> list[str]:
    return sorted(result.message for result in judged(shapes, data, engine))


def property_messages(constraint: str, data: str, engine: str) -> list[str]:
    shape = (
        f"ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:p ; {constraint} ] ."
    )
    others = OTHERS + LIMIT if "ex:limit" in constraint else OTHERS
    return messages(f"{shape} {others}", f"ex:a a ex:T ; {data} .", engine)


OTHERS = """
ex:Named a sh:NodeShape ; sh:property [ sh:path ex:name ; sh:minCount 1 ] .
ex:Aged a sh:NodeShape ; sh:property [ sh:path ex:age ; sh:minInclusive 18 ] .
"""
LIMIT = """
ex:Limit a sh:ConstraintComponent ; sh:parameter [ sh:path ex:limit ] ;
  sh:labelTemplate "Has a limit of {$limit}." ;
  sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER ($limit > 9) }" ] .
"""

#: A constraint on ex:p, data about ex:a, and what the finding says, a line each.
SIMPLE = at_least(
    [
        tuple(line.split("\t"))
        for line in (ROOT / "tests" / "messages.tsv").read_text(encoding="utf-8").splitlines()[1:]
    ],
    33,
)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("constraint", "data", "says"), SIMPLE)
def test_a_constraint_without_a_message_is_told_in_words(
    constraint: str, data: str, says: str, engine: str
) -> None:
    assert property_messages(constraint, data, engine) == [says]


@pytest.mark.parametrize("engine", ENGINES)
def test_of_several_values_of_a_parameter_the_one_is_told_that_is_not_met(engine: str) -> None:
    found = property_messages(
        "sh:class ex:A, ex:B, ex:C ; sh:node ex:Named, ex:Aged ; sh:hasValue ex:x, ex:y",
        "ex:p ex:x . ex:x a ex:B ; ex:age 20",
        engine,
    )
    assert found == [
        "ex:p must be an instance of ex:A, and ex:x is not.",
        "ex:p must be an instance of ex:C, and ex:x is not.",
        "ex:p must conform to ex:Named, and ex:x does not: ex:name must have at least 1 value.",
        "ex:p must have the value ex:y.",
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_closed_shapes_node_shapes_and_queries_are_told_too(engine: str) -> None:
    shapes = """
    ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:closed true ; sh:nodeKind sh:BlankNode ;
      sh:ignoredProperties ( rdf:type ) ;
      sh:sparql [ sh:select "SELECT $this ?value { $this <http://example.org/q> ?value }" ] .
    """
    assert messages(shapes, "ex:a a ex:T ; ex:q 7 .", engine) == [
        "The node does not meet what ex:S asks in SPARQL.",
        "The node must be a blank node, and it is an IRI.",
        "ex:q must not be here: ex:S is closed and has no such property.",
    ]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ('"plain"', "plain"),
        ('"Deutsch"@de, "English"@en', "English"),
        ('"Deutsch"@de, "British"@en-GB', "British"),
        ('"Deutsch"@de, "plain"', "plain"),
        ('"italiano"@it, "Deutsch"@de', "Deutsch"),
    ],
)
def test_one_rule_picks_the_language_of_a_message(given: str, shown: str, engine: str) -> None:
    demand = f"sh:path ex:p ; sh:minCount 1 ; sh:message {given}"
    shape = f"ex:S sh:targetClass ex:T ; sh:property [ {demand} ] ."
    query = (
        "ex:Q sh:targetClass ex:T ; sh:sparql [ sh:select "
        f'"SELECT $this {{ $this a <http://example.org/T> }}" ; sh:message {given} ] .'
    )
    assert messages(shape, "ex:a a ex:T .", engine) == [shown]
    assert messages(query, "ex:a a ex:T .", engine) == [shown]


def test_the_choice_of_a_message_does_not_depend_on_order() -> None:
    found = [ox.Literal("a", language="de"), ox.Literal("b", language="en"), ox.Literal("c")]
    assert {str(chosen(order)) for order in (found, found[::-1])} == {'"b"@en'}
    assert chosen([]) is None


@pytest.mark.parametrize("engine", ENGINES)
def test_a_message_of_a_component_is_filled_and_one_of_the_shape_comes_first(engine: str) -> None:
    component = LIMIT.replace("sh:ask", 'sh:message "{$value} over {$limit}" ; sh:ask')
    shape = "ex:S sh:targetClass ex:T ; sh:property [ sh:path ex:p ; ex:limit 3 {} ] ."
    for own, says in (("", "2 over 3"), ('; sh:message "mine"', "mine")):
        assert messages(component + shape.format(own), "ex:a a ex:T ; ex:p 2 .", engine) == [says]


CHAIN = """
ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:a ; sh:node ex:One ] .
ex:One a sh:NodeShape ; sh:property [ sh:path ex:b ; sh:or ( ex:Two [ sh:nodeKind sh:IRI ] ) ] .
ex:Two a sh:NodeShape ; sh:property [ sh:path ex:c ; sh:property [ sh:path ex:d ; sh:minCount 1 ;
  sh:message "a d is needed" ] ] .
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_details_reach_through_blank_nodes_and_levels(engine: str) -> None:
    (result,) = judged(
        CHAIN, "ex:x a ex:T ; ex:a [ ex:b [ ex:c [ ex:e 1 ], [ ex:d 1 ] ] ] .", engine
    )
    (inner,) = result.details
    assert (inner.component, inner.path) == ("OrConstraintComponent", "<http://example.org/b>")
    assert inner.focus_node == result.value != inner.value
    needed, kind = sorted(inner.details, key=lambda detail: detail.message, reverse=True)
    assert (needed.message, needed.path) == ("a d is needed", "<http://example.org/d>")
    assert kind.component == "NodeKindConstraintComponent"
    assert "a d is needed" in result.message


@pytest.mark.parametrize("engine", ENGINES)
def test_details_are_told_apart_by_value_and_by_shape(engine: str) -> None:
    shapes = """
    ex:S a sh:NodeShape ; sh:targetClass ex:T ;
      sh:property [ sh:path ex:p ; sh:node ex:Deep ], [ sh:path ex:q ; sh:node ex:Deep, ex:Flat ] .
    ex:Deep sh:property [ sh:path ex:r ; sh:property [ sh:path ex:s ; sh:maxCount 0 ] ] .
    ex:Flat sh:property [ sh:path ex:t ; sh:minCount 1 ] .
    """
    data = """
    ex:a a ex:T ; ex:p ex:x ; ex:q ex:y . ex:x ex:r ex:u . ex:y ex:r ex:v .
    ex:u ex:s 1 . ex:v ex:s 1 .
    """
    found = {
        (r.path, r.value, detail.focus_node, detail.path)
        for r in judged(shapes, data, engine)
        for detail in r.details
    }
    e = "<http://example.org/{}>".format
    assert found == {
        (e("p"), e("x"), e("u"), e("s")),
        (e("q"), e("y"), e("v"), e("s")),
        (e("q"), e("y"), e("y"), e("t")),
    }


def test_a_closed_shape_inside_is_not_disturbed_by_what_marks_its_nodes() -> None:
    shapes = """
    ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:p ; sh:node ex:C ] .
    ex:C sh:closed true ; sh:property [ sh:path ex:r ; sh:minCount 1 ] .
    """
    (result,) = judged(shapes, "ex:a a ex:T ; ex:p [ ex:q 1 ] .")
    assert sorted((d.component, d.path) for d in result.details) == [
        ("ClosedConstraintComponent", "<http://example.org/q>"),
        ("MinCountConstraintComponent", "<http://example.org/r>"),
    ]


def _files(folder: Path, shapes: str, data: str) -> Report:
    (folder / "s.ttl").write_text(PREFIXES + shapes)
    (folder / "d.ttl").write_text(PREFIXES + data)
    (folder / "v.ttl").write_text("")
    return pa_onto.validate(
        [str(folder / "d.ttl")], shapes=[folder / "s.ttl"], vocabulary=[folder / "v.ttl"]
    )


@pytest.mark.parametrize("own", ["", '; sh:message "look inside"'])
@pytest.mark.parametrize(
    "format", ["human", "json", "jsonl", "sarif", "junit", "github", "turtle", "json-ld"]
)
def test_every_format_says_what_failed_inside(format: str, own: str, tmp_path: Path) -> None:
    shapes = CHAIN.replace("sh:node ex:One", f"sh:node ex:One {own}")
    found = _files(tmp_path, shapes, "ex:x a ex:T ; ex:a [ ex:b [ ex:c [ ex:e 1 ] ] ] .")
    text = "".join(render(found, format))
    assert "a d is needed" in text
    assert ("look inside" in text) == bool(own)
    if format == "turtle":
        graph = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
        assert sum(quad.predicate.value == SH + "detail" for quad in graph) == 3


def test_a_severity_of_ones_own_weighs_as_a_violation_and_keeps_its_name(tmp_path: Path) -> None:
    shape = (
        "ex:S sh:targetClass ex:T ; sh:property [ sh:path ex:p ; sh:minCount 1 ; "
        "sh:severity ex:Info ] ."
    )
    found = _files(tmp_path, shape, "ex:a a ex:T .")
    assert [(f.severity, f.severity_iri) for f in found.findings] == [
        (Severity.VIOLATION, "http://example.org/Info")
    ]
    assert "sh:resultSeverity <http://example.org/Info>" in "".join(render(found, "turtle"))
    (listed,) = json.loads("".join(render(found, "json")))["findings"]
    assert listed["severityIri"] == "http://example.org/Info"


@pytest.mark.skipif(not CASES.is_dir(), reason=f"the cases are not here: {CASES}")
def test_the_case_without_a_message_says_path_constraint_and_value(tmp_path: Path) -> None:
    empty = tmp_path / "empty.ttl"
    empty.write_text("")
    found = pa_onto.validate(
        [str(CASES / "no-message.data.ttl")],
        shapes=[CASES / "no-message.shapes.ttl"],
        vocabulary=[empty],
    )
    assert [f.message for f in found.findings] == [
        "ex:addr must conform to a shape in ex:S, and ex:b does not: zip has five digits."
    ]


_LEAVES = st.sampled_from(
    [
        "sh:nodeKind sh:IRI",
        "sh:class ex:C",
        "sh:property [ sh:path ex:p ; sh:minCount 1 ]",
        "sh:property [ sh:path ex:p ; sh:maxCount 1 ]",
        "sh:property [ sh:path ex:q ; sh:nodeKind sh:Literal ]",
        "sh:property [ sh:path ex:q ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ]",
    ]
)
_SHAPES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda shape: f"sh:node [ {shape} ]"),
        inner.map(lambda shape: f"sh:not [ {shape} ]"),
        st.tuples(st.sampled_from(["and", "or", "xone"]), inner, inner).map(
            lambda parts: f"sh:{parts[0]} ( [ {parts[1]} ] [ {parts[2]} ] )"
        ),
        inner.map(lambda shape: f"sh:property [ sh:path ex:q ; sh:node [ {shape} ] ]"),
        inner.map(
            lambda shape: (
                "sh:property [ sh:path ex:q ; sh:qualifiedMinCount 2 ; "
                f"sh:qualifiedValueShape [ {shape} ] ]"
            )
        ),
    ),
    max_leaves=5,
)
_DATA = """
ex:a a ex:T ; ex:p 1, 2 ; ex:q ex:b, _:c, "x" . ex:b a ex:C ; ex:q ex:a ; ex:p 3 . _:c ex:q ex:b .
"""


def _shown(result: Result) -> tuple[object, ...]:
    """Return what a result says, but the labels of blank nodes."""
    nodes = (result.focus_node, result.value or "")
    named = tuple("_:" if node.startswith("_:") else node for node in nodes)
    details = sorted(map(repr, map(_shown, result.details)))
    return (*named, result.path, result.component, result.message, details)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(_SHAPES)
def test_both_engines_explain_alike_and_every_nested_failure_has_a_reason(shape: str) -> None:
    turtle = f"ex:S a sh:NodeShape ; sh:targetClass ex:T ; {shape} ."
    fast, reference = (judged(turtle, _DATA, engine) for engine in ENGINES)
    assert sorted(map(repr, map(_shown, fast))) == sorted(map(repr, map(_shown, reference)))
    for result in fast:
        assert result.message
        if result.component.startswith(("Node", "And", "Or", "Xone", "Not")):
            assert result.details or result.component == "NodeKindConstraintComponent"
