"""What literals stand for, and that both engines judge them so, kind by kind."""

from __future__ import annotations

from fractions import Fraction

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pa_onto.errors import EngineError, InputError
from pa_onto.namespaces import XSD
from pa_onto.shacl import DataGraph, ShapesGraph, compile, run_engine
from pa_onto.shacl.literals import is_ill_typed, order
from pa_onto.shacl.matching import Matcher
from pa_onto.triples import as_ntriples, triples_of

ENGINES = ["shacl", "pyshacl"]
PREFIXES = (
    f"@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <{XSD}> . @prefix : <x:> .\n"
    "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
)

#: Forms that have a value, and forms that have none (XML Schema 1.1, part 2, section 3).
WELL: dict[str, tuple[str, ...]] = {
    "integer": ("0", "-0", "+007", "9" * 40),
    "byte": ("-128", "127"),
    "unsignedByte": ("255", "-0"),
    "negativeInteger": ("-1",),
    "decimal": ("1", "1.", ".5", "-0.0", "+1.50", "0." + "1" * 30),
    "double": ("1", "1e3", "1.E3", "INF", "+INF", "-INF", "NaN"),
    "float": (".5e-3", "NaN"),
    "boolean": ("true", "false", "1", "0"),
    "dateTime": (
        *("2026-01-12T10:00:00", "2026-01-12T24:00:00Z", "12026-01-12T00:00:00-14:00"),
        *("-0001-02-28T00:00:00", "2000-02-29T23:59:59.999999999999999999999Z"),
        "0000-02-29T00:00:00Z",
    ),
    "date": ("2026-01-12", "2024-02-29+14:00", "-0044-03-15", "12026-01-12"),
    "time": ("24:00:00", "10:00:00.5Z"),
    "gYear": ("2026", "-0044", "12026Z"),
    "gMonthDay": ("--02-29",),
    "duration": ("P1Y", "-P1Y2M3DT4H5M6.7S", "PT0S"),
    "yearMonthDuration": ("P13M",),
    "dayTimeDuration": ("P1DT36H",),
}
ILL: dict[str, tuple[str, ...]] = {
    "integer": ("", " 1", "1\n", "1.0", "1_000", "\u0661", "1e0", "x"),
    "byte": ("128", "-129"),
    "unsignedByte": ("256", "-1"),
    "negativeInteger": ("0",),
    "decimal": ("1e3", "INF", ".", " 1.5", "1,5"),
    "double": ("inf", "Infinity", "-NaN", "+NaN", "1_0", "0x1p3", "1e"),
    "float": ("nan",),
    "boolean": ("TRUE", "yes", "", " true"),
    "dateTime": (
        *("2026-01-12", "2026-01-12T10:00", "2026-01-12 10:00:00", "2026-01-12T24:00:01"),
        *("2026-02-29T00:00:00", "2100-02-29T00:00:00", "2026-01-12T10:00:00+14:01"),
        *("2026-01-12T10:00:00+0200", "20260112T100000Z", "2026-01-12T10:00:60Z"),
    ),
    "date": ("2026-02-29", "2026-W03-1", "2026-01-12T00:00:00", "2026-01-12+15:00", "26-01-12"),
    "time": ("10:00", "24:00:01", "T10:00:00"),
    "gYear": ("26", "02026"),
    "gMonthDay": ("--02-30",),
    "duration": ("P", "PT", "P1YT", "P1.5D", "P1W"),
    "yearMonthDuration": ("P1D",),
    "dayTimeDuration": ("P1M",),
}
#: A literal, another, and how the first compares: -1, 0, 1, or None for not at all.
ORDER = [
    ('"1"^^xsd:integer', '"01.0"^^xsd:decimal', 0),
    ('"0.1"^^xsd:decimal', '"0.1"^^xsd:double', 0),
    ('"9007199254740993"^^xsd:integer', '"9007199254740992"^^xsd:double', 0),
    ('"9007199254740993"^^xsd:integer', '"9007199254740992"^^xsd:decimal', 1),
    ('"-0"^^xsd:double', '"0"^^xsd:integer', 0),
    ('"INF"^^xsd:double', '"1e308"^^xsd:double', 1),
    ('"NaN"^^xsd:double', '"NaN"^^xsd:double', None),
    ('"1"^^xsd:integer', '"NaN"^^xsd:double', None),
    ('"300"^^xsd:byte', '"1"^^xsd:integer', None),
    ('"false"^^xsd:boolean', '"1"^^xsd:boolean', -1),
    ('"1"^^xsd:boolean', '"1"^^xsd:integer', None),
    ('"a"', '"b"^^xsd:string', -1),
    ('"a"@en', '"b"', None),
    ('"a"@en', '"b"@en', None),
    ('"x:a"^^xsd:anyURI', '"x:b"', None),
    ('"2026-01-12"^^xsd:date', '"2026-01-12T00:00:00"^^xsd:dateTime', None),
    ('"2026-01-12"^^xsd:date', '"2026-01-13"^^xsd:date', -1),
    ('"2026-01-12"^^xsd:date', '"2026-01-12Z"^^xsd:date', None),
    ('"2026-01-12"^^xsd:date', '"2026-01-14Z"^^xsd:date', -1),
    ('"2026-01-12T10:00:00"^^xsd:dateTime', '"2026-01-12T20:00:00Z"^^xsd:dateTime', None),
    ('"2026-01-12T10:00:00"^^xsd:dateTime', '"2026-01-13T00:00:00Z"^^xsd:dateTime', None),
    ('"2026-01-12T10:00:00"^^xsd:dateTime', '"2026-01-13T00:00:01Z"^^xsd:dateTime', -1),
    ('"2026-01-12T10:00:00+02:00"^^xsd:dateTime', '"2026-01-12T08:00:00Z"^^xsd:dateTime', 0),
    ('"2026-01-12T24:00:00"^^xsd:dateTime', '"2026-01-13T00:00:00"^^xsd:dateTime', 0),
    ('"12026-01-12T00:00:00"^^xsd:dateTime', '"2026-01-12T00:00:00"^^xsd:dateTime', 1),
    ('"24:00:00"^^xsd:time', '"00:00:00"^^xsd:time', 0),
    ('"P1Y"^^xsd:duration', '"P12M"^^xsd:duration', 0),
    ('"P1M"^^xsd:duration', '"P30D"^^xsd:duration', None),
    ('"P1M"^^xsd:duration', '"P32D"^^xsd:duration', -1),
    ('"P1D"^^xsd:dayTimeDuration', '"PT24H"^^xsd:dayTimeDuration', 0),
    ('"2025"^^xsd:gYear', '"2026"^^xsd:gYear', -1),
    ('"1"^^<x:type>', '"2"^^<x:type>', None),
]
_ACCEPTED = {
    "minExclusive": (1,),
    "minInclusive": (0, 1),
    "maxExclusive": (-1,),
    "maxInclusive": (-1, 0),
}


def shapes_of(turtle: str) -> ShapesGraph:
    quads = ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    return ShapesGraph(triples_of(quads))


def property_shape(constraints: str) -> ShapesGraph:
    """Return a shape whose focus nodes have the property :p, which it constrains."""
    return shapes_of(f":S sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; {constraints} ] .")


def data_of(turtle: str) -> DataGraph:
    quads = ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)
    return DataGraph(as_ntriples(triples_of(quads)))


def quoted(text: str) -> str:
    return str(ox.Literal(text))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("forms", "ill"), [(WELL, False), (ILL, True)], ids=["well", "ill"])
def test_forms_have_a_value_or_none(
    forms: dict[str, tuple[str, ...]], ill: bool, engine: str
) -> None:
    for name, texts in forms.items():
        shapes = (
            f":S sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:datatype xsd:{name} ] ."
        )
        compiled = compile(engine, shapes_of(shapes))
        for text in texts:
            assert is_ill_typed(text, XSD + name) is ill, (name, text)
            found = compiled.validate(data_of(f":n :p {quoted(text)}^^xsd:{name} ."))
            assert bool(found) is ill, (name, text)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("one", "two", "sign"), ORDER)
def test_bounds_and_pairs_order_as_sparql_does(
    one: str, two: str, sign: int | None, engine: str
) -> None:
    for value, bound, found in ((one, two, sign), (two, one, sign and -sign)):
        for name, accepted in _ACCEPTED.items():
            shapes = property_shape(f"sh:{name} {bound}")
            results, _ = run_engine(engine, shapes, data_of(f":n :p {value} ."))
            assert bool(results) is (found not in accepted), (name, value, bound)
        for name, accepted in (("lessThan", (-1,)), ("lessThanOrEquals", (-1, 0))):
            shapes = property_shape(f"sh:{name} :q")
            results, _ = run_engine(engine, shapes, data_of(f":n :p {value} ; :q {bound} ."))
            assert bool(results) is (found not in accepted), (name, value, bound)


@given(
    st.decimals(-(10**12), 10**12, allow_nan=False, places=5), st.floats(width=64, allow_nan=False)
)
def test_numbers_order_as_their_values(number: object, floating: float) -> None:
    text, other = f"{number:f}", repr(floating).replace("inf", "INF").replace("e+", "e")
    less = float(Fraction(text)) < floating
    found = order(text, XSD + "decimal", other, XSD + "double")
    assert (found == -1) is less
    assert order(other, XSD + "double", text, XSD + "decimal") == -(found or 0)


@given(st.datetimes(), st.datetimes(), st.integers(-840, 840), st.booleans())
def test_points_in_time_have_one_order(one: object, two: object, zone: int, zoned: bool) -> None:
    sign, minutes = "-" if zone < 0 else "+", abs(zone)
    text = one.isoformat()  # type: ignore[attr-defined]
    other = two.isoformat()  # type: ignore[attr-defined]
    text += f"{sign}{minutes // 60:02}:{minutes % 60:02}" if zoned else ""
    found = order(text, XSD + "dateTime", other, XSD + "dateTime")
    back = order(other, XSD + "dateTime", text, XSD + "dateTime")
    assert back == (None if found is None else -found)
    if not zoned:
        assert found == (one > two) - (one < two)  # type: ignore[operator]


def test_a_number_that_takes_forever_is_refused() -> None:
    with pytest.raises(InputError, match="longer than"):
        is_ill_typed("1" * 100_000, XSD + "decimal")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("pattern", "flags", "text", "matches"),
    [
        ("^ab$", "", "ab\n", False),
        ("^ab$", "m", "ab\ncd", True),
        ("^(?!x)ab$", "", "ab\n", False),
        ("^(?!x)ab$", "", "ab", True),
        ("^(?!x)ab$", "m", "ab\ncd", True),
        ("a.b", "", "a\nb", False),
        ("a.b", "s", "a\nb", True),
        ("^(?!x)a.b", "s", "a\nb", True),
        ("a b", "x", "ab", True),
        ("a#b", "x", "a#b", True),
        ("a#b", "x", "a", False),
        ("[ ]", "x", " ", True),
        ("a.b", "q", "axb", False),
        ("A.B", "qi", "a.b", True),
        ("^[a-z-[aeiou]]$", "", "a", False),
        ("^[a-z-[aeiou]]$", "", "b", True),
        ("^[^a-z-[1-9]]$", "", "5", False),
        ("^[^a-z-[1-9]]$", "", "0", True),
        ("^[a&&b]$", "", "&", True),
        (r"^\p{Lu}$", "", "É", True),
        (r"^[\]$]$", "", "$", True),
    ],
)
def test_patterns_match_as_xpath_says(
    pattern: str, flags: str, text: str, matches: bool, engine: str
) -> None:
    shape = f"sh:pattern {quoted(pattern)}" + (f" ; sh:flags {quoted(flags)}" if flags else "")
    shapes = property_shape(shape)
    results, _ = run_engine(engine, shapes, data_of(f":n :p {quoted(text)} ."))
    assert bool(results) is not matches
    assert Matcher(pattern, flags).matches(text) is matches


#: Shapes of a property, its values, and how many are wrong.
KINDS = [
    ('sh:hasValue "16mm"', '"16mm"^^xsd:string', 0),
    ('sh:in ( "16mm" "35mm"^^xsd:string )', '"16mm"^^xsd:string , "35mm" , "8mm"', 1),
    ("sh:datatype xsd:string ; sh:pattern '^16mm$'", '"16mm"^^xsd:string , "16mm\\n"', 1),
    ('sh:in ( 1 "01"^^xsd:integer )', '1 , "01"^^xsd:integer , 1.0 , "1"', 2),
    ("sh:in ( true )", 'true , "1"^^xsd:boolean', 1),
    ('sh:hasValue ""', '""', 0),
    ("sh:hasValue false", "false", 0),
    ('sh:languageIn ( "de-AT" "en" )', '"a"@de , "b"@de-AT , "c"@EN-us , "d"@eng , "e"', 3),
    ('sh:languageIn ( "*" )', '"a"@de , "b"', 1),
    ("sh:minLength 0", '"" , [] , :m', 1),
    ("sh:maxLength 1", '"\U0001f600" , "e\u0301" , 10', 2),
    ("sh:datatype rdf:langString", '"a"@en , "b"', 1),
    ("sh:datatype xsd:string", '"a"@en , "b" , 1 , :m', 3),
    ("sh:equals :q", '"1"^^xsd:integer', 0),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("shape", "values", "wrong"), KINDS)
def test_terms_are_the_same_or_not(shape: str, values: str, wrong: int, engine: str) -> None:
    shapes = property_shape(shape)
    data = data_of(f":n :p {values} . :n :q 1 .")
    results, _ = run_engine(engine, shapes, data)
    assert len(results) == wrong, results


# Other shapes refer to it, so that the engine is left with it.
SELECT = (
    ":T sh:targetSubjectsOf :p ; sh:not [ sh:not :S ] . :S sh:sparql [ sh:message 'Wrong.' ; "
    'sh:select "SELECT $this { $this <x:p> ?p ; <x:q> ?q FILTER (%s) }" ] .'
)


@pytest.mark.parametrize(
    ("condition", "values", "sure"),
    [
        ("?p < ?q", ":p 1 ; :q 2", True),
        ("?p < ?q", ":p '2026-01-12'^^xsd:date ; :q '2026-01-12T00:00:00'^^xsd:dateTime", False),
        ("?p < ?q", ":p 'a'@en ; :q 'b'@en", False),
        ("?p = ?q", ":p 'a'@en ; :q 'b'@en", True),
        ("?p = ?q", ":p 1.0e0 ; :q 1", False),
        ("?p != <x:a>", ":p 1.0e0 ; :q 1", True),
        ("?p = ?q", ":p ' 1'^^xsd:integer ; :q 1", False),
        ("REGEX(?p, '^a$')", ":p 'a\\n' ; :q 1", False),
        ("REGEX(?p, '^a$')", ":p 'a' ; :q 1.0e0", True),
        ("isIRI(?p)", ":p 1.0e0 ; :q 1", True),
    ],
)
def test_a_query_that_rdflib_would_misjudge_is_refused(
    condition: str, values: str, sure: bool
) -> None:
    shapes, data = shapes_of(SELECT % condition), data_of(f":n {values} .")
    right, _ = run_engine("shacl", shapes, data)
    if sure:
        found, _ = run_engine("pyshacl", shapes, data)
        assert [r.focus_node for r in found] == [r.focus_node for r in right]
        return
    with pytest.raises(EngineError, match="does not judge") as error:
        run_engine("pyshacl", shapes, data)
    assert "engine shacl" in str(error.value)


def test_plain_data_do_not_go_the_slow_way() -> None:
    shapes = shapes_of(
        ":S sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:minInclusive 0 ; "
        "sh:datatype xsd:decimal ; sh:pattern '^[0-9.]+$' ; sh:lessThan :q ] ."
    )
    data = data_of(":n :p 1.50 ; :q 2.5 ; :r 'a'@en , '2026'^^xsd:gYear , '24:00:00'^^xsd:time .")
    assert run_engine("shacl", shapes, data) == ([], [])


@pytest.mark.parametrize("number", ["9" * 30, "1." + "1" * 25])
@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("sh:qualifiedValueShape [ sh:minInclusive 0.5 ] ; sh:qualifiedMinCount 1", 0),
        ("sh:qualifiedValueShape [ sh:minInclusive 0.5 ] ; sh:qualifiedMaxCount 0", 1),
        ("sh:not [ sh:minInclusive 0.5 ]", 1),
        ("sh:node [ sh:not [ sh:not [ sh:maxExclusive 0.5 ] ] ]", 1),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_long_numbers_are_judged_inside_shapes_too(
    engine: str, constraint: str, wrong: int, number: str
) -> None:
    """The default engine has no room for so many digits, and its result names no value here."""
    text = f"{PREFIXES}:S sh:targetNode :n ; sh:property [ sh:path :p ; {constraint} ] ."
    shapes = ShapesGraph(triples_of(ox.parse(text, format=ox.RdfFormat.TURTLE)))
    data = triples_of(ox.parse(f"{PREFIXES}:n :p {number} .", format=ox.RdfFormat.TURTLE))
    results, _ = run_engine(engine, shapes, DataGraph(as_ntriples(data)))
    assert len(results) == wrong
