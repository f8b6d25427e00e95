"""The engines behind their interface: compiled once, shared by threads, and explained."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox
import pytest

from pa_onto.errors import InputError, UsageError
from pa_onto.namespaces import RDF_TYPE
from pa_onto.shacl import DataGraph, ShapesGraph, compile, run_engine
from pa_onto.shacl.data import with_predicates
from pa_onto.shacl.lint import check
from pa_onto.shacl.regexes import danger
from pa_onto.shacl.shapes import Target
from pa_onto.triples import as_ntriples, triples_of
from tests.conftest import ROOT, Run, at_least

ENGINES = ["shacl", "pyshacl"]
PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"


def shapes_of(turtle: str) -> ShapesGraph:
    quads = ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    return ShapesGraph(triples_of(quads))


def data_of(turtle: str) -> DataGraph:
    return DataGraph(as_ntriples(triples_of(ox.parse(turtle, format=ox.RdfFormat.TURTLE))))


def _select(where: str) -> str:
    return f'[ sh:message "{{?value}}" ; sh:select "SELECT $this ?value WHERE {where}" ]'


RULE = (
    f"<x:S> a sh:NodeShape ; sh:targetClass <x:B> ; sh:sparql {_select('{ $this <x:p> ?value }')} ."
)


def test_an_unknown_engine_is_told() -> None:
    with pytest.raises(UsageError, match="Unknown engine 'jena'"):
        compile("jena", shapes_of(RULE))


@pytest.mark.parametrize("name", ENGINES)
def test_threads_share_compiled_shapes(name: str) -> None:
    engine = compile(
        name, shapes_of(RULE + " <x:S> sh:property [ sh:path <x:p> ; sh:maxCount 1 ] .")
    )
    graphs = [
        " ".join(f"<x:{i}{k}> a <x:B> ; <x:p> {', '.join('1234'[: k % 4 + 1])} ." for i in range(9))
        for k in range(40)
    ]
    alone = [engine.validate(data_of(graph)) for graph in graphs]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda graph: engine.validate(data_of(graph)), graphs))
    assert [sorted(map(str, found)) for found in together] == [
        sorted(map(str, found)) for found in alone
    ]
    assert sum(map(len, alone)) > 200
    assert engine.notices == []


@pytest.mark.parametrize(
    ("shapes", "way"),
    [
        (RULE, "one query for all focus nodes"),
        (RULE.replace("?value }", "?value } LIMIT 1"), "a query for each focus node"),
        (
            RULE.replace("{ $this", "{ VALUES ?a { 1 } $this"),
            "left to the engine shacl (it has VALUES)",
        ),
        (
            RULE.replace("$this <x:p> ?value", "?value <x:p> $this"),
            "left to the engine shacl (no triple pattern binds $this in every group that "
            "mentions it)",
        ),
        (
            RULE + " <x:T> sh:targetClass <x:C> ; sh:node <x:S> .",
            "left to the engine shacl (other shapes refer to its shape)",
        ),
    ],
)
def test_every_sparql_constraint_says_which_way_it_takes(shapes: str, way: str) -> None:
    for engine in ENGINES:
        said = way.replace("the engine shacl", f"the engine {engine}")
        assert compile(engine, shapes_of(shapes)).explain() == [f"x:S sh:sparql: {said}"]


def test_constraints_of_one_shape_are_told_apart() -> None:
    two = RULE.replace(" .", f" , {_select('{ $this <x:q> ?value } LIMIT 1')} .")
    assert compile("shacl", shapes_of(two)).explain() == [
        "x:S sh:sparql 1 of 2: one query for all focus nodes",
        "x:S sh:sparql 2 of 2: a query for each focus node",
    ]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "reference",
    [
        "sh:node <x:S>",
        "sh:property [ sh:path <x:to> ; sh:node <x:S> ]",
        "sh:not [ sh:not <x:S> ]",
        "sh:and ( <x:S> )",
        "sh:property [ sh:path <x:to> ; sh:qualifiedValueShape <x:S> ; sh:qualifiedMinCount 1 ]",
    ],
)
def test_a_constraint_counts_where_another_shape_refers_to_its_shape(
    reference: str, engine: str
) -> None:
    """Taking it off a shape with targets must not take it off the values of other shapes."""
    shapes = shapes_of(f"{RULE} <x:T> sh:targetClass <x:C> ; {reference} .")
    results, _ = run_engine(engine, shapes, data_of("<x:c> a <x:C> ; <x:p> 1 ; <x:to> <x:c> ."))
    assert [result.focus_node for result in results] == ["<x:c>"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_property_shape_below_a_property_shape_sees_its_values(engine: str) -> None:
    shapes = shapes_of(
        "<x:P> a sh:PropertyShape ; sh:targetClass <x:B> ; sh:path <x:to> ; sh:property "
        f"[ sh:path <x:p> ; sh:sparql {_select('{ $this <x:p> ?value }')} ] ."
    )
    data = data_of("<x:a> a <x:B> ; <x:p> 1 ; <x:to> <x:b> . <x:b> <x:p> 2 .")
    results, _ = run_engine(engine, shapes, data)
    assert [result.focus_node for result in results] == ["<x:b>"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_constraint_names_the_shape_and_path_around_it(engine: str) -> None:
    shapes = shapes_of(
        "<x:S> a sh:NodeShape ; sh:targetClass <x:B> ; sh:property [ "
        "sh:path ( <x:to> [ sh:alternativePath ( <x:p> [ sh:inversePath <x:q> ] ) ] ) ; "
        f"sh:sparql {_select('{ $this $PATH ?value }')} ] ."
    )
    results, _ = run_engine(engine, shapes, data_of("<x:a> a <x:B> ; <x:to> [ <x:p> 7 ] ."))
    assert [(r.shape, r.path, r.message) for r in results] == [
        ("x:S", "(<x:to>/(<x:p>|^<x:q>))", "7")
    ]


@pytest.mark.parametrize(
    ("target", "nodes"),
    [
        (Target("targetClass", ox.NamedNode("x:B")), {"<x:a>", "<x:b>", "_:n", "_:m"}),
        (Target("targetNode", ox.Literal("x")), {'"x"'}),
        (Target("targetSubjectsOf", ox.NamedNode("x:p")), {"<x:a>", "_:n"}),
        (
            Target("targetObjectsOf", ox.NamedNode("x:p")),
            {'"1"^^<http://www.w3.org/2001/XMLSchema#integer>', '"a\\"b"@en', "<x:o>", "_:o"},
        ),
    ],
)
def test_focus_nodes(target: Target, nodes: set[str]) -> None:
    data = data_of(
        '<x:a> a <x:B> ; <x:p> 1 , "a\\"b"@en , <x:o> . <x:b> a <x:C> . <x:c> a <x:D> .'
        "_:n a <x:B> ; <x:p> _:o . _:m a _:class . "
        "<x:C> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <x:B> . "
        "_:class <http://www.w3.org/2000/01/rdf-schema#subClassOf> <x:C> ."
    )
    assert data.focus_nodes([target]) == nodes


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("limit", ["", " LIMIT 5"])
def test_blank_nodes_keep_their_labels(limit: str, engine: str) -> None:
    """They do across chunks, too, which the store loads one by one."""
    shapes = shapes_of(RULE.replace("?value }", f"/<x:q> ?value }}{limit}"))
    far = "".join(f'<x:n> <x:p> "{n:9999}" .\n' for n in range(1000))
    data = DataGraph(f"_:a.1 <{RDF_TYPE}> <x:B> .\n_:a.1 <x:p> _:b .\n{far}_:b <x:q> _:c .")
    results, _ = run_engine(engine, shapes, data)
    assert [(result.focus_node, result.value) for result in results] == [("_:a.1", "_:c")]


KEPT = [
    f"<x:s> <{RDF_TYPE}> <x:o> .",
    f"<x:s>  <{RDF_TYPE}> <x:o> .",
    f"<x:s>\t<{RDF_TYPE}>\t<x:o>\t.",
    f" <x:s> <{RDF_TYPE}> <x:o> .",
    f"<x:s><{RDF_TYPE}> <x:o> .",
    f"<x:s> <{RDF_TYPE}><x:o> .",
    f"<x:s> <{RDF_TYPE}>_:o .",
    f"_:s <{RDF_TYPE}> <x:o> .",
    f"_:s<{RDF_TYPE}> <x:o> .",
    f"<x:s> <{RDF_TYPE.replace('t', chr(92) + 'u0074')}> <x:o> .",
    f"<x:s> <{RDF_TYPE}> <x:o> . # a comment",
    f"<x:s> <x:q> <x:o> .\r<x:s> <{RDF_TYPE}> <x:o> .",
    f"<x:s> <x:q> <x:o> .\r\n<x:s> <{RDF_TYPE}> <x:o> .\r\n",
    f'<x:s> <x:q> "a\u2028 <{RDF_TYPE}> <x:b> ." .\n<x:s> <{RDF_TYPE}> <x:o> .',
]


@pytest.mark.parametrize("line", KEPT)
@pytest.mark.parametrize("before", ["", '<x:s> <x:q> "plain" .\n', "# <x:s> <x:q> <x:o> .\n\n"])
def test_a_statement_is_kept_however_it_is_written(line: str, before: str) -> None:
    kept = "".join(with_predicates(before + line, {RDF_TYPE}))
    found = {str(t.predicate) for t in triples_of(ox.parse(kept, format=ox.RdfFormat.N_TRIPLES))}
    assert f"<{RDF_TYPE}>" in found


def test_other_statements_are_dropped() -> None:
    lines = f'<x:s> <{RDF_TYPE}> <x:o> .\n<x:s> <x:q> "a" .\n_:b <x:r> <x:o> .\n'
    assert "".join(with_predicates(lines, {RDF_TYPE})).count("\n") == 1
    assert "".join(with_predicates(lines, set())) == ""
    assert "".join(with_predicates(lines, None)) == lines


BAD_SHAPES = at_least(sorted((ROOT / "tests" / "bad-shapes").iterdir()), 45)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", BAD_SHAPES, ids=lambda path: path.stem)
def test_bad_shapes_are_exit_2_and_a_line_a_fault(path: Path, engine: str, in_process: Run) -> None:
    """Each file is named after its defect; none may pass, crash or hang."""
    result = in_process("validate", "data/crew.ttl", "--shapes", path, "--engine", engine)
    assert result.returncode == 2, result.stdout + result.stderr
    assert result.stdout == ""
    lines = result.stderr.strip().splitlines()
    assert 1 <= len(lines) <= 3
    assert all(line.startswith("pa-onto: ") and path.name in line for line in lines)
    assert "Traceback" not in result.stderr


def test_an_unknown_term_tells_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean sh:minCount\\?"):
        check(shapes_of("<x:S> sh:property [ sh:path <x:p> ; sh:minCnt 1 ] ."), "x.ttl")


def test_a_circle_of_shapes_is_shown() -> None:
    with pytest.raises(InputError, match="x:A > x:B > x:C > x:A"):
        check(shapes_of("<x:A> sh:node <x:B> . <x:B> sh:and ( <x:C> ) . <x:C> sh:not <x:A> ."), "")


def test_shapes_that_share_a_shape_are_no_circle() -> None:
    layers = "".join(f"<x:{n}> sh:and ( <x:{n + 1}> <x:{n + 1}> ) . " for n in range(100))
    check(shapes_of(f"{layers} <x:100> a sh:NodeShape ."), "x.ttl")


def test_a_rule_is_not_executed_and_no_shape_is_judged_as_if_it_were() -> None:
    rule = f"{RULE} <x:S> sh:rule [ a sh:TripleRule {{}} ] ."
    with pytest.raises(InputError, match="sh:rule \\(on x:S\\) is not supported"):
        check(shapes_of(rule.replace("{}", "")), "x.ttl")
    check(shapes_of(rule.replace("{}", "; sh:deactivated true")), "x.ttl")


def _pattern(pattern: str, flags: str = "") -> ShapesGraph:
    text = pattern.replace("\\", "\\\\")
    return shapes_of(
        "<x:S> a sh:NodeShape ; sh:targetClass <x:B> ; sh:property "
        f'[ sh:path <x:p> ; sh:pattern "{text}" ; sh:flags "{flags}" ] .'
    )


LONG = "a" * 1_000_000 + "!"


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^a*a*a*a*$", "^(a|a?)+$", "a+b"])
def test_no_pattern_hangs_an_engine(pattern: str) -> None:
    data = data_of(f'<x:a> a <x:B> ; <x:p> "{LONG}" .')
    for engine in ENGINES:
        results, notices = run_engine(engine, _pattern(pattern), data)
        assert [result.component for result in results] == ["PatternConstraintComponent"]
        assert notices == []


@pytest.mark.parametrize("pattern", ["^(?!b)(a+)+$", "(?!b)a*a*a*a*$"])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_pattern_only_for_python_is_refused_where_it_may_hang(pattern: str, engine: str) -> None:
    with pytest.raises(InputError, match="engine shacl"):
        run_engine(engine, _pattern(pattern), data_of(f'<x:a> a <x:B> ; <x:p> "{LONG}" .'))


@pytest.mark.parametrize("engine", ENGINES)
def test_no_query_hangs_an_engine(engine: str) -> None:
    shapes = RULE.replace("?value }", "?value FILTER REGEX(?value, '^(a+)+$') }")
    data = data_of(f'<x:a> a <x:B> ; <x:p> "{LONG}" .')
    assert run_engine(engine, shapes_of(shapes), data) == ([], [])
    left = shapes_of(shapes.replace("{ $this", "{ VALUES ?a { 1 } $this"))
    if engine == "pyshacl":
        with pytest.raises(InputError, match="engine shacl"):
            run_engine(engine, left, data)


def test_a_long_literal_is_no_problem_without_a_pattern() -> None:
    shapes = shapes_of(f"{RULE} <x:S> sh:property [ sh:path <x:p> ; sh:maxLength 10 ] .")
    for engine in ENGINES:
        results, _ = run_engine(engine, shapes, data_of(f'<x:a> a <x:B> ; <x:p> "{LONG}" .'))
        assert len(results) == 2


def test_what_only_the_fallback_can_match_is_left_to_it() -> None:
    data = data_of('<x:a> a <x:B> ; <x:p> "foot", "bar" .')
    results, notices = run_engine("shacl", _pattern("^(?!foo)"), data)
    assert [result.value for result in results] == ['"foot"']
    assert "pyshacl took over" in notices[0]


@pytest.mark.parametrize(
    "pattern",
    [
        *("^(a+)+$", "(a*)*", "^(a|ab?)+$", "(x+x+)+y", "^(a?){30}a{30}$", r"^(\w+\s?)*$"),
        *("^([a-z]+|[a-z0-9]+)+$", "^([a-z]+[A-Z])*$", r"(a)\1", ".*a.*b.*c", r"^\s*\s*\s*$"),
        *("(?=a*a*a*b)", r"^([ж]+\w)*$", "^((a{1,9}){1,9}){1,9}$", "^(a|ab?)*;"),
        *(r"^((\w|ab);)+$", "^(a?a?;)+$", "^(a?b*a?;)+$", "(?i)^([a-z]+[A-Z])*$"),
    ],
)
def test_dangerous_patterns_are_told(pattern: str) -> None:
    assert danger(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        *(r"\S", "[.]$", r"[.!?]\s+[A-Z]", "^https://x\\.org/", "^[a-z0-9]+(-[a-z0-9]+)*$"),
        *(r"^\d{4}-(0[1-9]|1[0-2])(Z|[+-]\d{2}:?\d{2})?$", r"^(\d+,)*\d+$", "^.*foo.*$"),
        *("^[^@]+@[^@]+[.][^@]+$", "^(?!foo)bar", r"^\d+-\d+-\d+$", "^([A-Z]{2}(-[A-Z]{2})?;)+$"),
    ],
)
def test_harmless_patterns_are_not(pattern: str) -> None:
    assert danger(pattern) is None


COMPONENT = """
:C a sh:ConstraintComponent ; sh:parameter [ sh:path :lang ] ;
    sh:validator [ a sh:SPARQLAskValidator ; sh:message "Say it in {$lang}." ;
        sh:ask "ASK { FILTER (isLiteral($value) && langMatches(lang($value), $lang)) }" ] .
:S a sh:NodeShape ; sh:targetClass <x:B> ; sh:property [ sh:path <x:p> ; :lang "de" ] .
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_constraint_components_are_left_to_the_engine(engine: str) -> None:
    compiled = compile(engine, shapes_of("@prefix : <http://x.example/ns#> ." + COMPONENT))
    results = compiled.validate(data_of('<x:a> a <x:B> ; <x:p> "a"@de , "b"@en .'))
    assert [(result.focus_node, result.component) for result in results] == [("<x:a>", "C")]
    assert compiled.explain() == [
        "a shape in http://x.example/ns#S http://x.example/ns#C: "
        f"left to the engine {engine} (a constraint component)"
    ]


@pytest.mark.parametrize(
    "shapes",
    [
        # Its value nodes are closed, not its focus nodes (SHACL section 4.8.1).
        "<x:S> sh:targetClass <x:B> ; sh:property "
        "[ sh:path <x:to> ; sh:closed true ; sh:ignoredProperties ( <x:q> ) ] .",
        # A value shape is no sibling of itself (SHACL section 4.7.3).
        "<x:S> sh:targetClass <x:B> ; sh:property [ sh:path <x:q> ; sh:qualifiedMaxCount 1 ; "
        "sh:qualifiedValueShape <x:V> ] , [ sh:path <x:p> ; sh:qualifiedValueShape <x:V> ; "
        "sh:qualifiedMaxCount 0 ; sh:qualifiedValueShapesDisjoint true ] . "
        "<x:V> sh:nodeKind sh:Literal .",
    ],
)
def test_what_the_engine_misreads_is_not_asked_of_it(shapes: str) -> None:
    data = data_of("<x:a> a <x:B> ; <x:p> 1 ; <x:to> <x:b> . <x:b> <x:p> 1 ; <x:q> 1 .")
    compiled = compile("shacl", shapes_of(shapes))
    found = compiled.validate(data)
    assert len(found) == 1
    assert "pyshacl took over" in compiled.notices[0]
    same = compile("pyshacl", shapes_of(shapes)).validate(data)
    # Blank nodes have other labels every time shapes are read.
    assert [r._replace(source="") for r in found] == [r._replace(source="") for r in same]


@pytest.mark.parametrize("engine", ENGINES)
def test_values_are_reported_as_written(engine: str) -> None:
    shapes = shapes_of(
        '<x:S> sh:targetObjectsOf <x:p> ; sh:sparql [ sh:message "{?value}" ; sh:select '
        '"SELECT $this ?value WHERE { ?s <x:p> $this . ?s <x:q> ?value . ?value <x:r> ?x }" ] . '
        f"<x:T> sh:targetClass <x:B> ; sh:sparql {_select('{ $this <x:p> ?value }')} ."
    )
    data = data_of('<x:a> a <x:B> ; <x:p> "02.50"^^<http://www.w3.org/2001/XMLSchema#decimal> .')
    results, _ = run_engine(engine, shapes, data)
    assert [result.value for result in results] == [
        '"02.50"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_findings_name_blank_nodes_and_texts_as_the_data_do(engine: str) -> None:
    shapes = shapes_of(
        "<x:S> sh:targetClass <x:B> ; sh:property [ sh:path <x:p> ; sh:maxLength 1 ] ."
    )
    lines = f'<x:z> <x:p> _:far .\r_:b.2 <{RDF_TYPE}> <x:B> .\n_:b.2 <x:p> "a\\n_:b\\u2028" .\n'
    lines += f"_:far <{RDF_TYPE}> <x:B>.\n_:far <x:p> _:b.2."
    results, _ = run_engine(engine, shapes, DataGraph(lines))
    assert sorted((result.focus_node, result.value) for result in results) == [
        ("_:b.2", '"a\\n_:b\u2028"'),
        ("_:far", "_:b.2"),
    ]
