"""How far shapes and their SPARQL look beyond a focus node: known answers, and random shapes."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pa_onto.errors import EngineError
from pa_onto.reading import format_of
from pa_onto.reading.rdf import parse_graph
from pa_onto.shacl import ShapesGraph
from pa_onto.shacl.names import resolved
from pa_onto.shacl.patterns import Pattern, needed, patterns, sorted_out
from pa_onto.shacl.reach import Reach, reach
from tests.judging import TYPE, plan_for, same_both_ways, tiny

__all__ = ["tiny"]

PREFIXES = {"x": ("x:",), "": ("y:",)}
RDF_TYPE = TYPE[1:-1]
SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"


def _found(where: str) -> list[Pattern] | None:
    return _patterns(f"SELECT $this ?value WHERE {{ {where} }}")


def _patterns(query: str) -> list[Pattern] | None:
    return patterns(resolved(query, PREFIXES))


def _triples(where: str) -> list[tuple[str, set[str], str]] | None:
    found = _found(where)
    return found and [(p.subject, set(p.predicates), p.object) for p in found]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("$this <x:p> ?value", [("this", {"x:p"}, "value")]),
        ("$this x:p ?value .", [("this", {"x:p"}, "value")]),
        ("$this :p ?value", [("this", {"y:p"}, "value")]),
        ("?this x:c.d ?value.", [("this", {"x:c.d"}, "value")]),
        ("$this a x:B", [("this", {RDF_TYPE}, "<x:B>")]),
        (
            "$this x:p ?v ; x:q ?w , ?z . ?z a x:B",
            [
                ("this", {"x:p"}, "v"),
                ("this", {"x:q"}, "w"),
                ("this", {"x:q"}, "z"),
                ("z", {RDF_TYPE}, "<x:B>"),
            ],
        ),
        ("$this x:p/x:q* ?v", [("this", {"x:p", "x:q"}, "v")]),
        ("$this (x:p|^x:q)+/a ?v", [("this", {"x:p", "x:q", RDF_TYPE}, "v")]),
        ("$this <x:p>?value", [("this", {"x:p"}, "value")]),
        ("$this x:p? ?value", [("this", {"x:p"}, "value")]),
        ('$this x:p "a } { ?x x:q ?y"@en-GB ; x:q ?v', "two"),
        ('$this x:p "a } { ?x x:q ?y"@en ; x:q ?v', "two"),
        ("$this x:p '''a\n}'''^^x:d . $this x:q ?v", "two"),
        ("$this x:p 1 . $this x:q ?v", "two"),
        ("$this x:p true ; x:q ?v", "two"),
        ("$this x:p ?v # . ?v x:r ?w }\n ; x:q ?w", "two"),
        ("$this x:p ?v FILTER (?v > 1) $this x:q ?w", "two"),
        ("$this x:p ?v filter regex(str(?v), '}') $this x:q ?w", "two"),
        ("$this x:p ?v . FILTER EXISTS { ?v x:q ?w }", "two"),
        ("$this x:p ?v . FILTER (?v != 1 && NOT EXISTS { ?v x:q ?w })", "two"),
        ("$this x:p ?v . BIND (EXISTS { ?v x:q ?w } AS ?b)", "two"),
        ("$this x:p ?v . OPTIONAL { ?v x:q ?w } ", "two"),
        ("{ $this x:p ?v } UNION { $this x:q ?v }", "two"),
        ("$this x:p _:v . _:v x:q ?w", "two"),
        ("$this x:p ?v . \\u007B ?v x:q ?w \\u007D", "two"),
    ],
)
def test_patterns_of_a_query(where: str, expected: object) -> None:
    found = _triples(where)
    if expected == "two":
        assert found is not None
        assert [pair[1] for pair in found] == [{"x:p"}, {"x:q"}]
    else:
        assert found == expected


@pytest.mark.parametrize(
    "where",
    [
        "$this ?any ?value",
        "$this x:p ?v ; ?any ?w",
        "$this !x:p ?value",
        "$this !(x:p|^x:q) ?value",
        "$this x:p [ x:q ?v ]",
        "[ x:p $this ] x:q ?v",
        "$this x:p [] . [] x:q ?v",
        "$this x:p ( ?v 1 )",
        "( 1 ) x:p $this",
        "$this x:p ?v . { SELECT ?v { ?v x:q ?w } }",
        "$this x:p ?v . GRAPH ?g { ?v x:q ?w }",
        "$this x:p ?v . graph $shapesGraph { ?v x:q ?w }",
        "$this x:p ?v . SERVICE <x:s> { ?v x:q ?w }",
        "$this x:p ?v . VALUES ?v { 1 }",
        "$this x:p ?v MINUS { ?v x:q 1 }",
        "$this n:p ?v",
        "$this n:p x:a:b",
        "$this x:p ?v ; .",
        "$this x:p <x:a> <x:b>",
        "<< $this x:p ?v >> x:q ?w",
        "$this $PATH ?value",
        "$this x:p ?v . { ?v x:q ?w",
        "FILTER (1 = 1)",
    ],
)
def test_what_patterns_do_not_tell_may_read_anything(where: str) -> None:
    assert _found(where) is None


def test_a_prologue_is_read_before_the_patterns() -> None:
    for prologue, predicate in (
        ("PREFIX x: <other:>", "other:p"),
        ("prefix X: <n:> prefix x: <other:a#>", "other:a#p"),
        ("BASE <http://e/a/> PREFIX x: <b#>", "http://e/a/b#p"),
    ):
        found = _patterns(f"{prologue} SELECT $this {{ $this x:p ?v }}")
        assert found is not None
        assert [pattern.predicates for pattern in found] == [{predicate}]
    assert _patterns("PREFIX x: <relative> SELECT $this { $this x:p ?v }") is None
    assert _patterns("SELECT $this FROM <x:g> { $this x:p ?v }") is None


def test_the_select_clause_may_hold_patterns_and_comments_braces() -> None:
    query = "SELECT $this (EXISTS { ?v x:q 1 } AS ?e) # it's { '\nWHERE { $this x:p ?v }"
    found = _patterns(query)
    assert found is not None
    assert [set(pattern.predicates) for pattern in found] == [{"x:q"}, {"x:p"}]
    assert needed(resolved(query, PREFIXES)) == {"x:p"}


@pytest.mark.parametrize(
    ("where", "follows", "free"),
    [
        ("$this x:p ?v", "", ""),
        ("$this x:p ?v . ?v x:q ?w", "p", ""),
        ("?v x:q ?w . $this x:p ?v", "p", ""),
        ("$this x:p+ ?v", "p", ""),
        ("$this x:p ?v . ?o x:q ?v", "", "q"),
        ("?o x:p $this", "", "p"),
        ("$this ^x:p ?v", "", "p"),
        ("$this x:p/^x:q ?v", "pq", "pq"),
        ("$this x:p ?v . BIND (?v AS ?w) ?w x:q ?z", "", "q"),
        ("$this x:p ?v . x:n x:q ?z", "", "q"),
        ("$this x:p x:n . x:n x:q ?z", "p", ""),
        ("OPTIONAL { $this x:p ?v } ?v x:q ?w", "p", "q"),
        ("{ $this x:p ?v } UNION { $this x:r ?w } ?v x:q ?z", "p", "q"),
        ("$this x:p ?v OPTIONAL { ?v x:q ?w }", "p", ""),
        ("$this x:p ?v FILTER NOT EXISTS { ?v x:q ?w . ?w x:r 1 }", "pq", ""),
    ],
)
def test_what_is_followed_and_what_is_read_from_anywhere(
    where: str, follows: str, free: str
) -> None:
    found = _found(where)
    assert found is not None
    _, _, followed, anywhere = sorted_out(found)
    # What stands backwards in a path is followed as well, which does no harm.
    assert {f"x:{name}" for name in follows} <= followed | anywhere
    assert followed <= {f"x:{name}" for name in follows + free}
    assert anywhere == {f"x:{name}" for name in free}


def test_a_type_read_from_anywhere_is_free_unless_another_pattern_leads_there() -> None:
    for where, free in (
        ("$this x:p ?v . ?o a x:A", {RDF_TYPE}),
        ("?o a x:A . ?o x:q ?v", {"x:q"}),
        ("?o a x:A OPTIONAL { ?o x:q ?v }", {RDF_TYPE}),
    ):
        found = _found(where)
        assert found is not None
        assert sorted_out(found)[3] == free, where


def _reach(shapes: str) -> Reach:
    text = f"@prefix sh: <http://www.w3.org/ns/shacl#> .\n{shapes}"
    return reach(ShapesGraph(parse_graph(text, format_of("x.ttl"), "shapes")))


def _of(constraint: str) -> Reach:
    return _reach(f"<x:S> a sh:NodeShape ; sh:targetClass <x:A> ; {constraint} .")


@pytest.mark.parametrize(
    ("constraint", "follows", "reads", "backwards"),
    [
        ("sh:property [ sh:path <x:p> ; sh:minCount 1 ]", "", "", ""),
        ("sh:property [ sh:path <x:p> ; sh:pattern '^x' ]", "", "", ""),
        ("sh:property [ sh:path <x:p> ; sh:lessThan <x:q> ]", "", "", ""),
        ("sh:property [ sh:path <x:p> ; sh:class <x:B> ]", "p", "", ""),
        ("sh:property [ sh:path ( <x:p> <x:q> ) ; sh:minCount 1 ]", "p", "q", ""),
        ("sh:property [ sh:path ( <x:p> <x:q> ) ; sh:class <x:B> ]", "pq", "q", ""),
        ("sh:property [ sh:path [ sh:inversePath <x:p> ] ; sh:minCount 1 ]", "", "", "p"),
        ("sh:property [ sh:path [ sh:zeroOrMorePath <x:p> ] ; sh:minCount 1 ]", "p", "p", ""),
        (
            "sh:property [ sh:path [ sh:alternativePath ( <x:p> <x:q> ) ] ; sh:class <x:B> ]",
            "pq",
            "",
            "",
        ),
        (
            "sh:property [ sh:path <x:p> ; sh:node [ sh:property [ sh:path <x:q> ; "
            "sh:minCount 1 ] ] ]",
            "p",
            "q",
            "",
        ),
        (
            "sh:not [ sh:property [ sh:path <x:p> ; sh:qualifiedMinCount 1 ; "
            "sh:qualifiedValueShape [ sh:or ( [ sh:path <x:q> ; sh:hasValue 1 ] ) ] ] ]",
            "p",
            "q",
            "",
        ),
        ("sh:property [ sh:path <x:p> ; sh:node [ sh:nodeKind sh:IRI ] ]", "", "", ""),
    ],
)
def test_reach_of_core_constraints(
    constraint: str, follows: str, reads: str, backwards: str
) -> None:
    found = _of(constraint)
    assert found.whole == ""
    assert found.follows == {f"x:{name}" for name in follows}
    assert found.reads == {RDF_TYPE, *(f"x:{name}" for name in reads)}
    assert found.backwards == {SUBCLASS, *(f"x:{name}" for name in backwards)}
    assert found.remote == ({"x:S"} if follows else set())


@pytest.mark.parametrize(
    "constraint",
    [
        "sh:closed true ; sh:property [ sh:path <x:p> ; sh:class <x:B> ]",
        "sh:property [ sh:path <x:p> ; sh:node [ sh:closed true ; sh:property "
        "[ sh:path <x:q> ] ] ]",
        "sh:property [ sh:path <x:p> ; sh:property [ sh:path <x:q> ; sh:minCount 1 ] ]",
        "sh:property [ sh:path <x:p> ; sh:qualifiedMinCount 1 ; "
        "sh:qualifiedValueShapesDisjoint true ; sh:qualifiedValueShape [ sh:class <x:B> ] ]",
        "sh:property [ sh:path <x:p> ; sh:node [ sh:sparql [ sh:select "
        '"SELECT $this { $this <x:q> 1 }" ] ] ]',
        'sh:sparql [ sh:select "SELECT $this { $this ?p 1 }" ]',
        "sh:property [ sh:path <x:p> ; sh:minCount 1 ] ; sh:targetNode <x:a>",
        "sh:property [ sh:path <x:p> ; sh:minCount 1 ] ; sh:targetObjectsOf <x:p>",
    ],
)
def test_what_needs_the_whole_graph(constraint: str) -> None:
    assert _of(constraint).whole


def test_what_selects_focus_nodes_is_read_wherever_they_are_judged() -> None:
    found = _reach(
        "<x:S> a sh:NodeShape ; sh:targetSubjectsOf <x:r> ; sh:property <x:P> . "
        "<x:P> sh:path <x:p> ; sh:class <x:B> ."
    )
    assert found.focus == {RDF_TYPE, "x:r", "x:p"}
    assert found.remote == {"x:P"}


# Random shapes over data whose nodes refer to each other from part to part.

QUERIES = [
    "$this <x:p> ?value . ?value <x:q> ?z",
    "$this <x:p>/<x:q> ?value",
    "$this <x:p>+ $this . $this <x:p> ?value",
    "$this <x:p> ?value . FILTER NOT EXISTS { ?value <x:q> ?z }",
    "$this <x:p> ?value . FILTER EXISTS { ?value a <x:A> }",
    "$this <x:q> ?value . ?other <x:q> ?value . FILTER (?other != $this)",
    "$this <x:q> ?value . FILTER EXISTS { ?other a <x:C> }",
    "$this <x:q> ?value . ?other a <x:C> . OPTIONAL { ?other <x:r> ?z }",
    "?value <x:p> $this",
    "$this ^<x:p> ?value",
    "$this ?any ?value . FILTER (isIRI(?value))",
    "$this <x:p> ?value . OPTIONAL { ?value <x:q> ?z } FILTER (!bound(?z))",
    "$this <x:r> ?k . OPTIONAL { $this <x:p> ?value } ?value <x:q> ?z",
    "{ $this <x:p> ?value . ?value <x:r> ?w } UNION { $this <x:q> ?value . ?value <x:p> ?w }",
    "$this <x:p>* ?value . ?value <x:r> 1",
    "$this <x:p>|<x:q> ?value . ?value a <x:B>",
    "$this <x:p> ?x , ?y . ?x <x:q> ?value . ?y <x:q> ?value . FILTER (?x != ?y)",
    "$this <x:p> [ <x:q> ?value ]",
    "$this <x:p> ?value . ?value !<x:p> ?z",
    "$this <x:p> ?v . { SELECT ?v (COUNT(?s) AS ?value) { ?s <x:p> ?v } GROUP BY ?v }",
    "$this <x:p> ?value . BIND (EXISTS { ?value <x:q> ?w } AS ?b) FILTER (?b)",
    "$this <x:p> ?v . BIND (?v AS ?w) ?w <x:q> ?value",
    '$this <x:p> ?v . BIND (IRI(CONCAT("x:n", "1")) AS ?w) ?w <x:q> ?value',
    "$this <x:p> ?value . <x:n1> <x:q> ?z",
    "$this <x:p> ?value . ?value <x:q>/^<x:q> ?z . FILTER (?z != ?value)",
    "FILTER ($this = <x:n1>) $this <x:p> ?value . ?value <x:p> ?z",
    "$this <x:p>? ?value . ?value <x:r> ?z",
    "$this (<x:p>/<x:q>)|<x:r> ?value",
]
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


class Shapes:
    """Random shapes: paths, values and nested shapes of every kind that may look further."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.pick = self.random.choice

    def graph(self) -> str:
        return "".join(self.shape(number) for number in range(self.pick([1, 1, 2, 3])))

    def predicate(self) -> str:
        return self.pick(["<x:p>", "<x:q>", "<x:r>"])

    def path(self) -> str:
        one, two = self.predicate(), self.predicate()
        return self.pick(
            [
                *[one] * 7,
                f"( {one} {two} )",
                f"( {one} {two} )",
                f"[ sh:inversePath {one} ]",
                f"[ sh:zeroOrMorePath {one} ]",
                f"[ sh:oneOrMorePath {one} ]",
                f"[ sh:alternativePath ( {one} {two} ) ]",
                f"( [ sh:zeroOrOnePath {one} ] {two} )",
                f"( {one} [ sh:inversePath {two} ] )",
            ]
        )

    def constraint(self, depth: int = 0) -> str:
        flat = ["sh:minCount 1", "sh:maxCount 1", "sh:nodeKind sh:IRI", "sh:hasValue <x:n1>"]
        flat += [f"sh:class <x:{self.pick('ABC')}>", "sh:equals <x:q>", "sh:disjoint <x:r>"]
        if depth > 1 or self.random.random() < 0.5:
            return self.pick([*flat, f"sh:datatype <{INTEGER}>"])
        one, two = self.node(depth + 1), self.node(depth + 1)
        inner = f"[ sh:path {self.path()} ; {self.constraint(depth + 1)} ]"
        return self.pick(
            [
                f"sh:node {one}",
                f"sh:not {one}",
                f"sh:or ( {one} {two} )",
                f"sh:qualifiedValueShape {one} ; sh:qualifiedMinCount 1",
                f"sh:qualifiedValueShape {one} ; sh:qualifiedMaxCount 1",
                f"sh:property {inner}",
            ]
        )

    def node(self, depth: int) -> str:
        inner = f"sh:path {self.path()} ; {self.constraint(depth)}"
        return self.pick(
            [
                *[f"[ sh:property [ {inner} ] ]"] * 3,
                f"[ sh:class <x:{self.pick('ABC')}> ]",
                "[ sh:nodeKind sh:IRI ]",
            ]
        )

    def shape(self, number: int) -> str:
        targets = [*["sh:targetClass <x:A>"] * 5, *["sh:targetClass <x:B>"] * 3]
        target = self.pick([*targets, *["sh:targetSubjectsOf <x:r>"] * 2])
        inner = f"sh:path {self.path()} ; {self.constraint()}"
        start = f"<x:S{number}> a sh:NodeShape ; {target}"
        query = f'"""SELECT DISTINCT $this ?value WHERE {{ {self.pick(QUERIES)} }}"""'
        sparql = f'sh:sparql [ sh:message "m" ; sh:select {query} ]'
        ignored = f"sh:closed true ; sh:ignoredProperties ( {TYPE} )"
        return self.pick(
            [
                f"{start} ; sh:property <x:P{number}> .\n<x:P{number}> {inner} .\n",
                f"{start} ; sh:property [ {inner} ] .\n",
                f"<x:S{number}> a sh:PropertyShape ; {target} ; {inner} .\n",
                f"[] a sh:NodeShape ; {target} ; sh:property [ {inner} ] .\n",
                f"{start} ; sh:node {self.node(0)} .\n",
                f"{start} ; {ignored} ; sh:property [ sh:path <x:p> ; {self.constraint()} ] .\n",
                *[f"{start} ; {sparql} .\n"] * 2,
            ]
        )

    def vocabulary(self) -> str:
        codes = f"<x:v1> <x:q> <x:v2> .\n<x:v2> {TYPE} <x:Code> .\n"
        return self.pick(
            ["", codes, f"{codes}<x:C> <{SUBCLASS}> <x:B> .\n", "<x:v1> <x:p> <x:n2> .\n"]
        )

    def data(self) -> list[str]:
        size = self.pick([4, 8, 12])
        found = []
        for number in range(size):
            for _ in range(self.random.randrange(4)):
                links = [f"<x:n{self.random.randrange(size + 2)}>"] * 4
                value = self.pick([*links, f'"{self.random.randrange(3)}"^^<{INTEGER}>', "<x:v1>"])
                found.append(f"<x:n{number}> <x:{self.pick('ppqr')}> {value} .")
            if self.random.random() < 0.7:
                found.append(f"<x:n{number}> {TYPE} <x:{self.pick('ABC')}> .")
            if self.random.random() < 0.02:
                found.append(f"<x:C> <{SUBCLASS}> <x:A> .")
        return found

    def files(self, folder: Path) -> list[Path]:
        statements = self.data()
        cut = len(statements)
        if self.random.random() < 0.25:
            cut = self.random.randrange(cut + 1)
            if self.random.random() < 0.5:
                self.random.shuffle(statements)
        found = []
        for number, part in enumerate((statements[:cut], statements[cut:])):
            if part:
                found.append(folder / f"{number}.nt")
                found[-1].write_text("\n".join(part))
        return found


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 1 << 32))
@pytest.mark.usefixtures("tiny")
def test_random_shapes_find_the_same_in_parts(seed: int) -> None:
    shapes = Shapes(seed)
    turtle, vocabulary = shapes.graph(), shapes.vocabulary()
    with TemporaryDirectory() as folder:
        if files := shapes.files(Path(folder)):
            try:
                same_both_ways(files, plan_for(turtle, vocabulary))
            except EngineError:
                # The fallback refuses some shapes that random choice makes.
                return
