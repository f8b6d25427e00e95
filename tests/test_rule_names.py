"""What names in queries stand for, and that no rule loses its data over them."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pa_onto.errors import InputError
from pa_onto.namespaces import RDF_TYPE
from pa_onto.project import find_project
from pa_onto.reading import format_of
from pa_onto.reading.rdf import parse_graph
from pa_onto.reading.tokens import tokens
from pa_onto.shacl import ShapesGraph
from pa_onto.shacl.names import resolved
from pa_onto.shacl.patterns import mentioned, needed
from pa_onto.validation import validate
from tests.conftest import ROOT, Run
from tests.judging import plan_for, report, same_both_ways, tiny

__all__ = ["tiny"]

E = "http://example.org/"
DECLARED = {"ex": (E,), "": ("y:",), "two": ("x:a#", "x:b#"), "bad": ("no iri",)}


def _names(query: str) -> list[str]:
    """Return the IRIs of a query that is written out."""
    found = resolved(query, DECLARED)
    assert not found.unsure, found.unsure
    assert found.prefixes == {}
    return [token[1:-1] for kind, token in tokens(found.text) if kind == "iri"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("ASK { ?s ex:p :q }", [f"{E}p", "y:q"]),
        ("ASK { ?s ex:End.number ?o . ?o ex:a..b ex:c. }", [f"{E}End.number", f"{E}a..b", f"{E}c"]),
        ("ASK { ?s ex:a:b:c ?o ; :: ?p }", [f"{E}a:b:c", "y::"]),
        ("ASK { ?s ex: ?o . ?s : ?o }", [E, "y:"]),
        ("ASK { ?s ex:a\\.b\\~\\'\\%c%41d ?o }", [f"{E}a.b~'%c%41d"]),
        ("ASK { ?s ex:1-2_3 ?o }", [f"{E}1-2_3"]),
        ("ASK { ?s ex:größe\u00b7 ?o }", [f"{E}größe\u00b7"]),
        ("ASK { ?s ex:\\u0070\\U00000071 <http://e/\\u00e9> }", [f"{E}pq", "http://e/é"]),
        ("PREFIX ex: <x:b#> ASK { ?s ex:p ?o }", ["x:b#p"]),
        ("prefix ex:<x:b#>prefix n.e-w:<x:c#>ask{?s ex:p n.e-w:q}", ["x:b#p", "x:c#q"]),
        ("PREFIX ex: <x:a#> PREFIX ex: <x:b#> ASK { ?s ex:p ?o }", ["x:b#p"]),
        ("# PREFIX ex: <x:no#>\rPREFIX ex: # <x:no#>\n <x:b#> ASK { ?s ex:p ?o }", ["x:b#p"]),
        ("BASE <http://e/a/b> ASK { <c> <../d> <#e> . <> <x:f> </g> }", "based"),
        ("BASE <http://e/a/> PREFIX p: <b#> BASE <http://f/> ASK { <c> p:d ?o }", "moved"),
        ('ASK { ?s ex:p "PREFIX ex: <x:no#> ex:q" , \'ex:r\' , """ex:"s" """ }', [f"{E}p"]),
        ("ASK { ?s ex:p 'a\\'ex:q' , 'b' . ?s :r ?o }", [f"{E}p", "y:r"]),
        ("ASK { _:ex ex:p _:q.r . }", [f"{E}p"]),
        ("ASK { ?s ex:p ?o FILTER(?o<ex:q||?o<=:r) }", [f"{E}p", f"{E}q", "y:r"]),
        ('ASK { ?s ex:p "1"^^ex:int, "a"@en-ex }', [f"{E}p", f"{E}int"]),
        ("ASK { ?s (ex:p|^:q)/!ex:r*?o }", [f"{E}p", "y:q", f"{E}r"]),
        ("ASK { ?s <http://schema.org/a> <https://schema.org/b> }", "https"),
        ("PREFIX s: <http://schema.org/> ASK { ?s s:a <http://schema.org> }", "schema"),
        ("PREFIX two: <x:c#> ASK { ?s two:p ?o }", ["x:c#p"]),
        ("ASK { ?s ?ex ?two FILTER(ex:f(?s, :g)) }", [f"{E}f", "y:g"]),
    ],
)
def test_names_are_written_out(query: str, names: list[str] | str) -> None:
    known = {
        "based": [
            *("http://e/a/c", "http://e/d", "http://e/a/b#e"),
            *("http://e/a/b", "x:f", "http://e/g"),
        ],
        "moved": ["http://f/c", "http://e/a/b#d"],
        "https": ["https://schema.org/a", "https://schema.org/b"],
        "schema": ["https://schema.org/a", "http://schema.org"],
    }
    assert _names(query) == (known[names] if isinstance(names, str) else names)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("ASK { ?s no:p ?o }", "not declared"),
        ("ASK { ?s two:p ?o }", "several namespaces"),
        ("ASK { ?s bad:p ?o }", "no IRI"),
        ("ASK { ?s <p> ?o }", "no BASE"),
        ("BASE <p> ASK { ?s <x:p> ?o }", "no BASE"),
        ("PREFIX ex: <p> ASK { ?s ex:p ?o }", "no BASE"),
        ("PREFIX ex:a <x:p> ASK { ?s ex:p ?o }", "way of its own"),
        ("PREFIX <x:p> ASK { ?s ex:p ?o }", "no prologue"),
        ("ASK { ?s ex:p ?o PREFIX ex: <x:b#> }", "cannot"),
        ("ASK { ?s ex:p\u00a0?o }", "no name has"),
        ("ASK { ?s ex:p\u00d7q ?o }", "no name has"),
        ("ASK { ?s ex:\u00b7q ?o }", "no name has"),
        ('ASK { ?s ex:p "\\u0022" }', "several ways"),
        ("ASK { ?s ex:p '\\uD800' }", "several ways"),
        ("ASK { ?s ex:p ?o FILTER(?s<x:a&&?o>?s) }", "comparison"),
        ("ASK { ?s ex:p ?o FILTER((?s)<x:a&&?o>?s) }", "comparison"),
    ],
)
def test_what_cannot_be_told_is_left_as_it_is(query: str, why: str) -> None:
    found = resolved(query, DECLARED)
    assert why in found.unsure
    assert found.text == query
    assert found.prefixes["ex"] == E
    assert mentioned(found) is None
    assert needed(found) == frozenset()


# Random names: the store, given the query as it is and its prefixes, must read the same IRIs.

_LOCALS = st.lists(
    st.sampled_from(
        [*"abzA9_", "-", ".", ":", "%41", "%c3", "é", "\u00b7", "\u203f"]
        + [rf"\{mark}" for mark in "_~.-!$&'()*+,;=/?#@%"]
    ),
    max_size=6,
).map("".join)
_PREFIXES = st.sampled_from(["", "ex", "a.b", "a-b", "é", "P", "a"])
_SPACES = st.sampled_from(["http://e/a/b#", "x:", "c/", "#", "", "../d", "//f/g?h=", "http://e"])
_BASES = st.sampled_from(["", "http://e/a/b", "http://e/a/../b/", "urn:a:b", "x:"])
_GAPS = st.sampled_from([" ", "\n", "\t", " # <x:no> ex:no '\r", "#\n"])


@st.composite
def _queries(draw: st.DrawFn) -> str:
    gap = draw(_GAPS)
    lines = []
    for _ in range(draw(st.integers(0, 4))):
        if draw(st.booleans()) and (base := draw(_BASES)):
            lines.append(f"{draw(st.sampled_from(['BASE', 'base', 'Base']))}{gap}<{base}>")
        else:
            lines.append(f"Prefix{gap}{draw(_PREFIXES)}:{gap}<{draw(_SPACES)}>")
    names = [f"{draw(_PREFIXES)}:{draw(_LOCALS)}" for _ in range(draw(st.integers(1, 4)))]
    names += [f"<{draw(_SPACES)}>" for _ in range(draw(st.integers(0, 2)))]
    selected = gap.join(f"({name}{gap}AS{gap}?v{n})" for n, name in enumerate(names))
    return f"{gap.join(lines)}{gap}SELECT{gap}{selected}{gap}{{}}"


def _read(query: str, prefixes: dict[str, str]) -> list[str] | None:
    try:
        answer = ox.Store().query(query, prefixes=prefixes)
    except (SyntaxError, ValueError):
        return None
    assert isinstance(answer, ox.QuerySolutions)
    row = next(iter(answer))
    return [str(row[variable]) for variable in answer.variables]


@settings(max_examples=1500, deadline=None, derandomize=True, database=None)
@given(_queries())
def test_the_store_reads_the_same_names(query: str) -> None:
    declared = {"ex": ("http://declared/",), "a": ("http://other/a#",)}
    found = resolved(query, declared)
    as_written = _read(query, {prefix: spaces[0] for prefix, spaces in declared.items()})
    if not found.unsure:
        assert _read(found.text, {}) == as_written
    if as_written is not None:
        assert not found.unsure or "no IRI" in found.unsure, found.unsure


# What queries read.


@pytest.mark.parametrize(
    "where",
    [
        "<x:a> ?p 3",
        "_:b ?p 'x'",
        "$this ex:p ?v ; ?q 5",
        "$this ex:p ?v . [ ?p 5 ]",
        "$this#\n?p#\n?o",
        "?s?p?o",
        "?s$p$o",
        "$this !ex:p ?v",
        "$this !(ex:p|^ex:q) ?v",
        "$this ex:p/!ex:q ?v",
        "$this ^!ex:q ?v",
        "(?a ?b) ex:p ?v",
        "$this ex:p (1 2)",
        "(1) a ex:T",
        "FILTER (?x > 1) (?a) ex:p ?v",
        "$this ex:p ?v . GRAPH ?g { ?v ex:q ?w }",
        "$this ex:p ?v . { SELECT * { ?s ?p ?o } }",
        "$this ex:p ?v . FILTER EXISTS { ?v ?q ?w }",
        "$this ex:p ?v . FILTER (NOT EXISTS { ?v ?q 1 } || ?v > 1)",
        "$this ex:p ?v . BIND (IRI(CONCAT('x:', 'q')) AS ?q) $this ?q ?w",
        "$this ex:p ?v . VALUES ?q { ex:q } $this ?q ?w",
        "$this ex:p ?v . ?any ex:q* ?other",
        "$this ex:p ?v . ?any ex:q? ?other FILTER NOT EXISTS { ?any ex:r ?other }",
        "$this $PATH ?v",
    ],
)
def test_what_may_read_anything_is_not_narrowed(where: str) -> None:
    assert mentioned(resolved(f"SELECT $this WHERE {{ {where} }}", DECLARED)) is None


@pytest.mark.parametrize(
    ("where", "predicates"),
    [
        ("", ""),
        ("FILTER (1 = 2)", ""),
        ("$this ex:p 1.5 , -1", None),
        ("$this ex:p 1.5 , true , 'a'@en-GB , '1'^^ex:q ; ex:r 1e3 .", "pqr"),
        ("$this ex:p* ?v . ?v ex:q ?w", "pq"),
        ("?x ex:p* ?v . ?x ex:q ?w", "pq"),
        ("$this ex:p ?v FILTER regex(?v, 'ex:q') FILTER (ex:r(?v))", "pr"),
        ("$this ex:p ?v . FILTER NOT EXISTS { ?v ex:q ?w . MINUS { ?w ex:r 1 } }", None),
        ("{ $this ex:p ?v } UNION { $this ex:q ?v } OPTIONAL { ?v ex:r 1 }", "pqr"),
    ],
)
def test_what_is_told_with_certainty_is_narrowed(where: str, predicates: str | None) -> None:
    found = mentioned(resolved(f"SELECT $this WHERE {{ {where} }}", DECLARED))
    assert found == (None if predicates is None else {E + name for name in predicates})


def test_nothing_is_needed_that_stands_in_brackets_or_groups() -> None:
    for head, tail in (
        ("(EXISTS { ?s ex:q 1 } AS ?e)", ""),
        ("", "ORDER BY (EXISTS { ?s ex:q 1 })"),
        ("", "HAVING (EXISTS { ?s ex:q 1 })"),
    ):
        query = f"SELECT $this {head} WHERE {{ $this ex:p ?v }} {tail}"
        assert needed(resolved(query, DECLARED)) == {f"{E}p"}


# Through the front door: every rule finds what stands there, and nothing that does not.

SHAPES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
<http://example.org/o> owl:imports <http://example.org/more> .
<http://example.org/more> sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/" ] ,
    [ sh:prefix "" ; sh:namespace "http://example.org/c" ] ,
    [ sh:prefix "old" ; sh:namespace "http://example.org/no#" ] .
<http://example.org/S> a sh:NodeShape ; sh:targetClass <http://example.org/Crew> ;
  sh:sparql [ sh:prefixes <http://example.org/o> ; sh:message "m" ; sh:select '''%s''' ] .
"""
DATA = f"""\
<{E}a> <{RDF_TYPE}> <{E}Crew> .
<{E}a> <{E}size> "50"^^<http://www.w3.org/2001/XMLSchema#integer> .
<{E}a> <{E}End.number> "3"^^<http://www.w3.org/2001/XMLSchema#integer> .
<{E}a> <{E}a%41> "x" .
<{E}a> <{E}c:d> "x" .
<{E}a> <{E}it's> "x" .
<{E}a> <{E}größe> "x" .
<{E}a> <{E}member> <{E}b> .
<{E}b> <{E}of> <{E}a> .
<{E}b> <{E}x/name> "Ana" .
<{E}z> <{E}other> "9" .
"""
FOUND = [
    "PREFIX ex: <http://example.org/> SELECT $this { $this ex:size ?v . FILTER(?v > 40) }",
    "PREFIX n: <http://example.org/> SELECT $this { $this n:size ?v . FILTER(?v > 40) }",
    "prefix old:<http://example.org/>select$this{$this old:size?v filter(?v>40)}",
    "# PREFIX ex: <http://no/>\nSELECT $this { $this ex:size ?v }",
    "BASE <http://example.org/> SELECT $this { $this <size> ?v }",
    "BASE <http://example.org/q/r> PREFIX p: <../> SELECT $this { $this p:size ?v }",
    "SELECT $this { $this ex:End.number ?v . FILTER(?v > 2) }",
    "SELECT $this { $this ex:a%41 ?v }",
    "SELECT $this { $this :\\\\:d ?v }".replace("\\\\:", ":"),
    "SELECT $this { $this ex:c:d ?v }",
    "SELECT $this { $this ex:it\\\\'s ?v }",
    "SELECT $this { $this ex:größe ?v }",
    "SELECT $this { $this ex:gr\\\\u00f6\\\\u00dfe ?v }",
    "SELECT $this { $this <http://example.org/\\\\u0073ize> ?v }",
    "SELECT $this { $this ex:member/ex:x\\\\/name ?v }",
    "SELECT $this { ?v ex:of $this . $this ex:size ?w }",
    "SELECT $this { $this !ex:size ?v . FILTER(?v = 'x') }",
    "SELECT $this { $this ex:size ?w ; ?p 'x' }",
    "SELECT $this { $this ex:size ?w . <http://example.org/z> ?p '9' }",
    "SELECT $this { $this#\n?p#\n?v . FILTER(?v = 'x') }",
    "SELECT $this { $this a ex:Crew . FILTER EXISTS { $this ex:size ?v } }",
    "SELECT $this { $this a ex:Crew . BIND(IRI(CONCAT('http://example.org/', 'size')) AS ?p) "
    "$this ?p ?v }",
    "SELECT $this { $this a ex:Crew . FILTER EXISTS { BIND(ex:size AS ?p) $this ?p ?v } }",
    "SELECT $this { $this a ex:Crew . ?z ex:other* ?y . FILTER(?y = 'Ana') }",
    "SELECT $this { $this ex:size ?v . FILTER(?v<?w||?v>40) BIND(30 AS ?w) }",
]
NOT_FOUND = [
    "PREFIX ex: <http://example.org/> SELECT $this { $this a ex:Crew . "
    "FILTER NOT EXISTS { $this ex:size ?v } }",
    "BASE <http://example.org/> SELECT $this { $this a <Crew> . "
    "FILTER NOT EXISTS { $this <End.number> ?v } }",
    "SELECT $this { $this a ex:Crew . FILTER NOT EXISTS { $this ex:End.number ?v } }",
    "SELECT $this { $this a ex:Crew . FILTER NOT EXISTS { $this ?p 'x' } }",
    "SELECT $this { $this a ex:Crew . FILTER NOT EXISTS { $this !ex:size 'x' } }",
    "SELECT $this { $this a ex:Crew . OPTIONAL { $this ex:a%41 ?v } FILTER(!BOUND(?v)) }",
    "PREFIX ex: <http://no.example/> SELECT $this { $this ex:size ?v }",
    "PREFIX old: <http://example.org/> SELECT $this { $this a old:Crew . "
    "FILTER NOT EXISTS { $this old:member/old:x\\\\/name ?v } }",
]


@pytest.mark.usefixtures("tiny")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("query", "count"), [*((q, 1) for q in FOUND), *((q, 0) for q in NOT_FOUND)]
)
def test_a_rule_finds_what_its_names_say(query: str, count: int, tmp_path: Path) -> None:
    data, vocabulary = tmp_path / "data.nt", tmp_path / "vocabulary.nt"
    data.write_text(DATA)
    shapes = SHAPES.partition("\n")[2] % query
    found = same_both_ways([data], plan_for(shapes))
    assert not isinstance(found, str) and found.notices == ()
    assert len(found.findings) == count
    reference = report([data], parts=False, plan=plan_for(shapes, engine="pyshacl"))
    assert not isinstance(reference, str), reference
    assert len(reference.findings) == count
    # The same where all but the record itself stands in the vocabulary.
    lines = DATA.splitlines(keepends=True)
    vocabulary.write_text("".join(lines[8:]))
    data.write_text("".join(lines[:8]))
    path = tmp_path / "shapes.ttl"
    path.write_text(SHAPES % query)
    apart = validate(
        [str(data)], shapes=[path], vocabulary=[vocabulary], project=find_project(ROOT)
    )
    assert len(apart.findings) == count


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_a_query_that_cannot_be_told_is_no_silent_pass(
    engine: str, tmp_path: Path, pa_onto: Run
) -> None:
    """It is judged on all data by an engine that reads it, or it is refused."""
    data, shapes, empty = (tmp_path / name for name in ("d.nt", "s.ttl", "v.ttl"))
    data.write_text(DATA)
    empty.write_text("")
    for query, codes in {
        "SELECT $this { $this ex:size ?v . FILTER(?v<?w&&?w>40) BIND(90 AS ?w) }": (1, 2),
        "SELECT $this { $this <size> ?v }": (2,),
        "SELECT $this { $this none:size ?v }": (2,),
        "SELECT $this { $this ex:size\u00a0?v }": (2,),
    }.items():
        shapes.write_text(SHAPES % query)
        result = pa_onto(
            *("validate", data, "--shapes", shapes, "--vocabulary", empty, "--engine", engine)
        )
        assert result.returncode in codes, result.stdout + result.stderr


def test_prefixes_that_contradict_each_other_are_refused_where_they_are_used() -> None:
    """SHACL section 5.2.1: such a shapes graph is ill-formed."""
    more = f'<{E}more> sh:declare [ sh:prefix "%s" ; sh:namespace "%s" ] .'

    def check(query: str, prefix: str, space: str) -> None:
        text = SHAPES % query + more % (prefix, space)
        ShapesGraph(parse_graph(text, format_of("x.ttl"), "shapes")).check_terms("shapes")

    query = "SELECT $this { $this ex:size ?v }"
    check(query, "ex", E)
    check(query, "old", "http://example.org/other#")
    check(f"PREFIX ex: <{E}> {query}", "ex", "http://example.org/other#")
    with pytest.raises(InputError, match="several namespaces: ex"):
        check(query, "ex", "http://example.org/other#")
    with pytest.raises(InputError, match="no IRI: n"):
        check(query.replace("ex:", "n:"), "n", "no iri")


COMPONENT = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <http://example.org/> .
ex:MaxSize a sh:ConstraintComponent ; sh:parameter [ sh:path ex:maxSize ] ;
  sh:nodeValidator [ a sh:SPARQLSelectValidator ; sh:message "m" ; sh:select '''%s
    SELECT $this WHERE { $this %s ?size . FILTER(?size > $maxSize) }''' ] .
ex:Same a sh:ConstraintComponent ; sh:parameter [ sh:path ex:sameAs ] ;
  sh:validator [ a sh:SPARQLAskValidator ; sh:message "m" ; sh:ask '''%s
    ASK { $value ex:member/ex:x\\\\/name $sameAs }''' ] .
ex:S a sh:NodeShape ; sh:targetClass ex:Crew ; ex:maxSize 40 ; ex:sameAs "Ana" .
"""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
@pytest.mark.parametrize("parts", [False, True])
@pytest.mark.parametrize(
    ("prologue", "size"),
    [
        ("PREFIX ex: <http://example.org/>", "ex:size"),
        ("PREFIX n: <http://example.org/s>", "n:ize"),
        ("BASE <http://example.org/>", "<size>"),
        ("", "<http://example.org/size>"),
    ],
)
def test_a_component_finds_what_its_names_say(
    prologue: str, size: str, engine: str, parts: bool, tmp_path: Path
) -> None:
    data, vocabulary, shapes = (tmp_path / name for name in ("d.nt", "v.nt", "s.ttl"))
    lines = DATA.splitlines(keepends=True)
    data.write_text("".join(lines[:8]))
    vocabulary.write_text("".join(lines[8:]))
    shapes.write_text(COMPONENT % (prologue, size, f"PREFIX ex: <{E}>"))
    found = validate(
        [str(data)],
        shapes=[shapes],
        vocabulary=[vocabulary],
        engine=engine,
        parts=parts,
        project=find_project(ROOT),
    )
    assert [f.component for f in found.findings] == ["MaxSize"]


# Random queries on random data: what is filtered away must not have mattered.


class _Where:
    """Random groups of patterns, with every construct that could read more than it names."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.pick = random.choice

    def path(self, depth: int = 0) -> str:
        if depth > 2 or self.random.random() < 0.4:
            return self.pick(["x:p", "x:q", "<x:r>", "a", "^x:p", "?p", "$q", "!x:p", "!(x:q|^a)"])
        one, two = self.path(depth + 1), self.path(depth + 1)
        if "?" in one + two or "$" in one + two:
            return one
        return self.pick(
            [f"({one}){self.pick('*+?')}", f"{one}/{two}", f"({one}|{two})", f"^({one})"]
        )

    def term(self, *, subject: bool = False) -> str:
        terms = ["$this", "$this", "?a", "?b", "<x:n1>", "x:n2", "_:b", "?c"]
        return self.pick(terms if subject else [*terms, "1", "'v'", "true", "'l'@en", "-1", "1.5"])

    def object(self) -> str:
        if self.random.random() < 0.1:
            return self.pick([f"[ {self.path()} {self.term()} ]", f"( {self.term()} ?d )", "[]"])
        return self.term()

    def triples(self) -> str:
        subject = self.term(subject=True)
        if self.random.random() < 0.08:
            subject = self.pick([f"[ {self.path()} {self.term()} ]", "( ?a 1 )"])
        text = f"{subject} {self.path()} {self.object()}"
        for _ in range(self.pick([0, 0, 0, 1, 2])):
            more = f", {self.object()}" if self.random.random() < 0.3 else ""
            text += self.pick([f" ; {self.path()} {self.object()}{more}", more, " ;"])
        return f"{text} . "

    def group(self, depth: int = 0) -> str:
        parts = [self.triples() for _ in range(self.pick([1, 1, 2]))]
        if depth < 2:
            for _ in range(self.pick([0, 0, 1, 2])):
                inner = self.group(depth + 1)
                parts.append(
                    self.pick(
                        [
                            f"OPTIONAL {{ {inner} }} ",
                            f"{{ {inner} }} UNION {{ {self.group(depth + 1)} }} ",
                            f"FILTER EXISTS {{ {inner} }} ",
                            f"FILTER (?a != 1 || NOT EXISTS {{ {inner} }}) ",
                            f"FILTER NOT EXISTS {{ {inner} }} ",
                            f"{{ SELECT * {{ {inner} }} }} ",
                            f"MINUS {{ {inner} }} ",
                            "FILTER regex(str(?a), 'n') ",
                            "BIND (x:q AS ?e) ",
                            f"BIND (EXISTS {{ {inner} }} AS ?f) ",
                        ]
                    )
                )
        if self.random.random() < 0.2:
            self.random.shuffle(parts)
        return "".join(parts)


def _graph(random: Random) -> list[str]:
    nodes = [f"<x:n{number}>" for number in range(4)]
    values = [*nodes, *nodes, '"v"', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>']
    lines = {f"{nodes[0]} <{RDF_TYPE}> <x:A> .\n"}
    for _ in range(random.randrange(14)):
        predicate = random.choice(["x:p", "x:q", "x:r", "x:s", RDF_TYPE])
        lines.add(f"{random.choice(nodes)} <{predicate}> {random.choice(values)} .\n")
    return sorted(lines)


def _solutions(query: str, lines: list[str]) -> list[str] | None:
    store = ox.Store()
    store.load("".join(lines).encode(), format=ox.RdfFormat.N_TRIPLES)
    try:
        answer = store.query(query)
    except SyntaxError:
        return None
    assert isinstance(answer, ox.QuerySolutions)
    return sorted(str(row["this"]) for row in answer if str(row["this"]) == "<x:n0>")


def test_what_is_filtered_away_does_not_matter() -> None:
    declared = {"x": ("x:",)}
    narrowed = empty = 0
    for seed in range(6000):
        random = Random(seed)
        where = _Where(random).group()
        query = resolved(f"SELECT $this WHERE {{ $this a <x:A> . {where} }}", declared)
        lines = _graph(random)
        wanted = _solutions(query.text, lines)
        if wanted is None:
            continue
        used = mentioned(query)
        if used is not None:
            narrowed += 1
            kept = [line for line in lines if line.split()[1][1:-1] in used | {RDF_TYPE}]
            assert _solutions(query.text, kept) == wanted, (query.text, lines)
        if any(f"<{iri}>" not in "".join(lines) for iri in needed(query)):
            empty += 1
            assert wanted == [], (query.text, lines)
    assert narrowed > 600 and empty > 100
