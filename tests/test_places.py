"""Places: what stands at a place is what was asked for."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import unescape

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pa_onto.namespaces import PREFIXES, RDF, RDF_TYPE, XSD
from pa_onto.reading.places.lines import Place, places
from pa_onto.reading.places.ntriples import Wanted, subject_blocks
from pa_onto.reading.places.pointers import Span, element_spans, spans
from pa_onto.reading.places.statements import statement_places
from tests.conftest import ROOT

MARK = "¦"
SETTINGS = settings(
    derandomize=True,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow],
)
FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "n-triples": ox.RdfFormat.N_TRIPLES,
    "n-quads": ox.RdfFormat.N_QUADS,
    "rdf-xml": ox.RdfFormat.RDF_XML,
}


def _unmarked(marked: str) -> tuple[str, Place]:
    """Return a text without its mark, and the place where the mark was."""
    before, _, after = marked.partition(MARK)
    return before + after, Place(before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)


def _data(text: str, syntax: str) -> str:
    """Return the triples of a text as a reader passes them on, blank nodes relabelled."""
    quads = ox.parse(text, format=FORMATS[syntax], rename_blank_nodes=True)
    return "".join(f"{quad.triple} .\n" for quad in quads)


def _statements(data: str) -> list[tuple[str, str, str]]:
    pattern = re.compile(r"(\S+) (\S+) (.*) \.")
    found = filter(None, map(pattern.fullmatch, data.split("\n")))
    return [(match[1], match[2], match[3]) for match in found]


def _offset(text: str, place: Place) -> int:
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: place.line - 1]) + place.column - 1


# --- lines ---------------------------------------------------------------------------------


def test_lines_and_columns_count_characters_from_one() -> None:
    text = "a\U0001f3acb\r\n\ncd"
    assert places(text, [0, 2, 5, 6, 7, 0]) == {
        0: Place(1, 1),
        2: Place(1, 3),
        5: Place(2, 1),
        6: Place(3, 1),
        7: Place(3, 2),
    }


def test_a_byte_order_mark_takes_no_column() -> None:
    assert places("\ufeffab\nc", [1, 2, 4]) == {1: (1, 1), 2: (1, 2), 4: (2, 1)}


# --- JSON ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "pointer", "value"),
    [
        ("  ¦[1]\n", "", "[1]"),
        ("¦7", "", "7"),
        ('{"a":¦1}', "/a", "1"),
        ('{"a" :\r\n\t¦{"b": []} }', "/a", '{"b": []}'),
        ('{"a": {"b": [1, ¦{}]}}', "/a/b/1", "{}"),
        ('[[1, [2]], "]", ¦"x\\"]"]', "/2", '"x\\"]"'),
        ('{"x": {"a": 1}, "a": ¦2}', "/a", "2"),
        ('{"": {"": ¦null}}', "//", "null"),
        ('{"a/b": 1, "m~n": ¦-1.5e+3}', "/m~0n", "-1.5e+3"),
        ('{"a/b": ¦true, "m~n": 2}', "/a~1b", "true"),
        ('{"~1": ¦1, "/": 2}', "/~01", "1"),
        ('{"\\u0041\\uD83C\\uDFAC\\n": ¦false}', "/A\U0001f3ac\n", "false"),
        ('{"\\\\": 1, "\\"": ¦2}', '/"', "2"),
        ('{"🎬": "🎬", "b": ¦"c"}', "/b", '"c"'),
        ('{"0": ¦[3]}', "/0", "[3]"),
        ('{"a": ¦1, "a": 2}', "/a", "1"),
        ('[{"a": {"b": [{"c": "}"}]}}, {"a": ¦5}]', "/1/a", "5"),
        ('[0,1,2,3,4,5,6,7,8,9,¦"ten"]', "/10", '"ten"'),
    ],
)
def test_a_pointer_leads_to_its_value(marked: str, pointer: str, value: str) -> None:
    text, place = _unmarked(marked)
    span = spans(text, [pointer])[pointer]
    assert (text[span.start : span.end], span.line, span.column) == (value, *place)


@pytest.mark.parametrize("pointer", ["a", "/b", "/a/2", "/a/01", "/a/-", "/a/0/x", "/c/0", "/a/"])
def test_a_pointer_that_leads_nowhere_is_left_out(pointer: str) -> None:
    assert list(spans('{"a": [1, 2], "c": "0"}', [pointer, "/c", "/a/1"])) != []
    assert pointer not in spans('{"a": [1, 2], "c": "0"}', [pointer, "/c"])


def test_the_place_of_a_key_comes_with_its_value() -> None:
    text = '{"levle": "mid",\n  "\\u0061": [0]}'
    found = spans(text, ["/levle", "/a", "/a/0"])
    assert found["/levle"].key == Span(1, 8, 1, 2)
    assert found["/a"].key == Span(19, 27, 2, 3)
    assert found["/a/0"].key is None


def test_pointers_above_and_below_each_other_are_all_found() -> None:
    text = '\ufeff{"a": [{"b": 1}, {"c": 2}], "d": 3}'
    found = spans(text, ["", "/a", "/a/0", "/a/0/b", "/a/1/c", "/a/1/x", "/d"])
    assert {pointer: text[span.start : span.end] for pointer, span in found.items()} == {
        "": text[1:],
        "/a": '[{"b": 1}, {"c": 2}]',
        "/a/0": '{"b": 1}',
        "/a/0/b": "1",
        "/a/1/c": "2",
        "/d": "3",
    }
    assert (found[""].line, found[""].column) == (1, 1)


def test_no_nesting_is_too_deep() -> None:
    text = "[" * 50_000 + "]" * 50_000
    pointer = "/0" * 49_999
    assert spans(text, [pointer])[pointer][:2] == (49_999, 50_001)
    assert element_spans(text) == [(1, 99_999)]


@pytest.mark.parametrize(
    ("text", "pointer", "elements"),
    [
        ('[ {"a": [1]} ,\r\n2, "]" ]', "", ['{"a": [1]}', "2", '"]"']),
        (' {"a": 1} ', "", ['{"a": 1}']),
        ('{"@graph": [{}, []], "x": 1}', "/@graph", ["{}", "[]"]),
        ('{"@graph": {"a": 1}}', "/@graph", ['{"a": 1}']),
        ('{"@graph": [ ]}', "/@graph", []),
        ('{"a": 1}', "/@graph", []),
    ],
)
def test_elements_are_split_as_they_are_written(
    text: str, pointer: str, elements: list[str]
) -> None:
    assert [text[start:end] for start, end in element_spans(text, pointer)] == elements


def _pointers(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    yield pointer, value
    items = (
        value
        if isinstance(value, dict)
        else dict(enumerate(value))
        if isinstance(value, list)
        else {}
    )
    for key, item in items.items():
        yield from _pointers(item, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")


def _written(value: Any, chance: random.Random) -> str:
    """Write JSON with blanks anywhere they may stand, and strings with and without escapes."""
    blank = "".join(chance.choices(" \t\r\n", k=chance.choice([0, 0, 1, 3])))
    if isinstance(value, dict):
        members = (f"{_written(k, chance)}:{_written(v, chance)}" for k, v in value.items())
        return f"{blank}{{{','.join(members)}{blank}}}{blank}"
    if isinstance(value, list):
        return f"{blank}[{','.join(_written(item, chance) for item in value)}{blank}]{blank}"
    return blank + json.dumps(value, ensure_ascii=chance.random() < 0.5) + blank


KEYS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('~/"\\01'), max_size=4)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | KEYS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@SETTINGS
@given(JSON.filter(lambda value: value != float("inf") and value != -float("inf")), st.integers())
def test_every_pointer_of_any_json_leads_to_its_value(value: Any, seed: int) -> None:
    chance = random.Random(seed)
    text = _written(value, chance)
    value = json.loads(text)
    expected = dict(_pointers(value))
    asked = [pointer for pointer in expected if chance.random() < 0.7]
    for wanted in (asked, list(expected), *([pointer] for pointer in asked[:3])):
        found = spans(text, wanted)
        assert {p: json.loads(text[s.start : s.end]) for p, s in found.items()} == {
            p: expected[p] for p in wanted
        }
        assert all(_offset(text, Place(s.line, s.column)) == s.start for s in found.values())
        for pointer, span in found.items():
            name = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
            assert span.key is None or json.loads(text[span.key.start : span.key.end]) == name
    elements = [json.loads(text[start:end]) for start, end in element_spans(text)]
    assert elements == (value if isinstance(value, list) else [value])


def test_every_value_of_the_sample_data_is_found() -> None:
    text = (ROOT / "data" / "crew.jsonld").read_text(encoding="utf-8")
    expected = dict(_pointers(json.loads(text)))
    found = spans(text, expected.keys())
    assert len(expected) > 500
    assert {p: json.loads(text[s.start : s.end]) for p, s in found.items()} == expected
    elements = [json.loads(text[start:end]) for start, end in element_spans(text, "/@graph")]
    assert elements == expected["/@graph"]


# --- RDF -----------------------------------------------------------------------------------


def _iri(name: str) -> str:
    return RDF_TYPE.join("<>") if name == "a" else f"<http://e/{name}>"


def _literal(value: str, type: str) -> str:
    return f'"{value}"^^<{XSD}{type}>'


S, P, O = map(_iri, "spo")  # noqa: E741
HEAD = "@prefix ex: <http://e/> .\n"
ONE = _literal("1", "integer")

TURTLE = [
    ("ex:s ex:p ¦ex:o .", (S, P, O)),
    ("ex:s ¦ex:p ex:o .", (S, P, None)),
    ("ex:x ex:p ex:s . ¦ex:s ex:p ex:o .", (S, None, None)),
    ("ex:s ¦a ex:o .", (S, _iri("a"), None)),
    ("ex:s a ¦ex:o .", (S, _iri("a"), O)),
    ("ex:s ex:q 1 ;\n  ex:p ex:x ,\n\tex:y ,\n ¦<http://e/o> ;\n ex:r 2 .", (S, P, O)),
    ("ex:s ex:p ex:p ; ex:q ex:o ; ; ex:p ¦ex:o ; .", (S, P, O)),
    ("ex:o ex:p ex:s . ex:s ex:p ex:s , ¦ex:o , ex:o .", (S, P, O)),
    ("# ex:s ex:p ex:o .\nex:s # ex:p\n ex:p ¦ex:o # ex:o\n .", (S, P, O)),
    ('ex:s ex:q "ex:s ex:p ex:o ." ; ex:p ¦ex:o .', (S, P, O)),
    ('ex:s ex:q """a\n"ex:p ex:o" # \\"""b\n""", \'\'\'\nx\'\'\' ; ex:p ¦ex:o .', (S, P, O)),
    ("ex:s ex:q 'it' ; ex:p ¦ex:o .", (S, P, O)),
    (
        "@prefix ex: <http://f/> .\nex:s ex:p ex:o .\nPREFIX ex: <http://e/>\nex:s ex:p ¦ex:o .",
        (S, P, O),
    ),
    ("@base <http://e/> .\n<s> <p> ¦<o> .", (S, P, O)),
    ("BASE <http://e/x/y>\n<../s> <../p> ¦<../o> .", (S, P, O)),
    ("@prefix : <http://e/> . :s :p ¦:o .", (S, P, O)),
    (r"ex:s ex:p ex:a-b , ¦ex:a\-b\,c .", (S, P, _iri("a-b,c"))),
    ("ex:s ex:p ¦ex:a%2Db , ex:a-b .", (S, P, _iri("a%2Db"))),
    ("ex:s ex:p ex:a . ex:s ex:p ¦ex:a.b.c.", (S, P, _iri("a.b.c"))),
    ("ex:s ex:p ¦ex:12:3 .", (S, P, _iri("12:3"))),
    ("ex:s ex:p ¦ex:é🎬 .", (S, P, _iri("é🎬"))),
    (r"ex:s ex:p ¦<http://e/\u00e9> .", (S, P, _iri("é"))),
    ("ex:s ex:p ¦ex: .", (S, P, _iri(""))),
    ("ex:s ex:p 1.0 , 1e0, ¦1 .", (S, P, ONE)),
    ("ex:s ex:p 1 , ¦1.0 , 1e0 .", (S, P, _literal("1.0", "decimal"))),
    ("ex:s ex:p 1 , 1.0 , ¦1e0.", (S, P, _literal("1e0", "double"))),
    ("ex:s ex:p ¦-.5 .", (S, P, _literal("-.5", "decimal"))),
    ("ex:s ex:p ¦01.", (S, P, _literal("01", "integer"))),
    ("ex:s ex:p false , ¦true .", (S, P, _literal("true", "boolean"))),
    ('ex:s ex:p "1" , ¦"1"^^<http://www.w3.org/2001/XMLSchema#integer> .', (S, P, ONE)),
    ('ex:s ex:p "x" , "x"@de , ¦"x"@en-GB , "x"@en .', (S, P, '"x"@en-gb')),
    ('ex:s ex:p "x"@en , "x"^^ex:t , ¦"x" .', (S, P, '"x"')),
    ('ex:s ex:p "x"@en , ¦"x"^^ # here\n ex:t , "x" .', (S, P, '"x"^^<http://e/t>')),
    ("ex:s ex:p ¦'''a\n\"b\"\\t''' .", (S, P, '"a\\n\\"b\\"\t"')),
    ('ex:s ex:p ¦"" .', (S, P, '""')),
    ('ex:s ex:p ¦"\\u0041\\U0001F3AC" .', (S, P, '"A🎬"')),
    ("ex:s ex:p [ ex:p ex:x ; ex:q [ ex:p 1 ] ] , ¦ex:o .", (S, P, O)),
    ("ex:s ex:p ( 1 ( ex:o ) [ ex:p ex:o ] () ) , ¦ex:o .", (S, P, O)),
    ("[ ex:p ex:o ] . [ ex:q ex:o ] ex:p ex:o . ex:s ex:p ¦ex:o .", (S, P, O)),
    ("( 1 2 ) ex:p ex:o . () ex:p ex:o . ex:s ex:p ¦ex:o .", (S, P, O)),
    ("ex:s ex:p ex:x , ¦() .", (S, P, f"<{RDF}nil>")),
    ("_:a ex:p ex:o . ¦_:b.c ex:q ex:o .", ("_:b.c", None, None)),
]


@pytest.mark.parametrize("syntax", ["turtle", "trig"])
@pytest.mark.parametrize(("marked", "wanted"), TURTLE)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_turtle(marked: str, wanted: Wanted, syntax: str, ends: str) -> None:
    text, place = _unmarked((HEAD + marked).replace("\n", ends))
    if ends != "\n" and wanted[2] and "\\n" in wanted[2]:
        wanted = (*wanted[:2], wanted[2].replace("\\n", "\\r\\n"))
    assert statement_places(text, syntax, [wanted]) == {wanted: place}
    assert statement_places("\ufeff" + text, syntax, [wanted]) == {wanted: place}


TRIG = [
    ("{ ex:s ex:q ex:o . ex:s ex:p ¦ex:o }", (S, P, O)),
    ("ex:s { ex:p ex:s ex:o } GRAPH ex:p { ex:s ex:p ¦ex:o . }", (S, P, O)),
    ("[] { ex:s ex:q 1 } _:g { ex:s ex:q 1 . ex:s ex:p [ ex:p ex:o ] , ¦ex:o . } ", (S, P, O)),
    ('ex:g { ex:s ex:q "x" } ex:s ex:p ¦ex:o .', (S, P, O)),
    ("ex:g { ex:s ex:q ( ex:o ) } ex:g { ex:s ¦ex:p ex:o }", (S, P, None)),
]


@pytest.mark.parametrize(("marked", "wanted"), TRIG)
def test_graphs_of_trig(marked: str, wanted: Wanted) -> None:
    text, place = _unmarked(HEAD + marked)
    assert statement_places(text, "trig", [wanted]) == {wanted: place}


NTRIPLES = [
    ("<a:s> <a:p> ¦<a:o> .\n", "<a:o>"),
    ('<a:s> <a:q> <a:o> .\n\n# <a:s> <a:p> "x" .\n\t<a:s>\t<a:p> ¦"x"@EN .#x', '"x"@en'),
    ('<a:s> <a:p> "<a:s> <a:p> \\"y\\" ." .\r\n<a:s><a:p>¦"y".\r\n', '"y"'),
    ('<a:x> <a:p> "y" .\r<a:s> <a:p> ¦"y" .\r', '"y"'),
    (r'<a:\u0073> <a:p> ¦"\u0041\n\t\"\\" .', '"A\\n\t\\"\\\\"'),
    (f'<a:s> <a:p> ¦"x"^^<{XSD}string> .', '"x"'),
    ("_:s <a:p> <a:o> .\n<a:s> <a:p> ¦_:o.b .", "_:o.b"),
]


@pytest.mark.parametrize("syntax", ["n-triples", "n-quads"])
@pytest.mark.parametrize(("marked", "object"), NTRIPLES)
def test_ntriples(marked: str, object: str, syntax: str) -> None:
    text, place = _unmarked(marked)
    wanted = ("<a:s>", "<a:p>", object)
    assert statement_places(text, syntax, [wanted]) == {wanted: place}


def test_a_graph_name_of_nquads_does_not_matter() -> None:
    text = "<a:s> <a:p> <a:o> <a:g> .\n<a:s> <a:p> <a:g> <a:h> .\n"
    wanted = ("<a:s>", "<a:p>", "<a:g>")
    assert statement_places(text, "n-quads", [wanted]) == {wanted: (2, 13)}


XML = """<?xml version="1.0"?>
<!-- <rdf:Description rdf:about="http://e/s"><ex:p>1</ex:p></rdf:Description> -->
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
         xmlns:ex="http://e/" xml:base="http://e/x">
  %s
</rdf:RDF>
"""
NODE = '<rdf:Description rdf:about="s">%s</rdf:Description>'
RDFXML = [
    (NODE % "<ex:p>¦1 &lt; 2</ex:p>", (S, P, '"1 < 2"')),
    (NODE % "<ex:q>1</ex:q><¦ex:p>1</ex:p>", (S, P, None)),
    (NODE % "\n<ex:p>2</ex:p>\n<ex:p\n>¦1</ex:p>", (S, P, '"1"')),
    (NODE % f'<ex:p rdf:datatype="{XSD}integer">¦1</ex:p>', (S, P, ONE)),
    (NODE % '<ex:p xml:lang="en">¦1</ex:p>', (S, P, '"1"@en')),
    (NODE % "¦<ex:p/>", (S, P, '""')),
    (NODE % "¦<ex:p\n></ex:p>", (S, P, '""')),
    (NODE % "<ex:p>¦<![CDATA[<a>]]></ex:p>", (S, P, '"<a>"')),
    (NODE % '<ex:q rdf:resource="o"/><ex:p rdf:resource="¦o"/>', (S, P, O)),
    (NODE % "<ex:p rdf:resource = '¦http://e/o' />", (S, P, O)),
    (
        NODE % '<ex:p>¦<rdf:Description rdf:about="o"><ex:p>1</ex:p></rdf:Description></ex:p>',
        (S, P, O),
    ),
    (NODE % '<ex:p><ex:T rdf:about="o"><ex:p>¦1</ex:p></ex:T></ex:p>', (O, P, '"1"')),
    (NODE % '<ex:p>¦<ex:T rdf:about="o"/></ex:p>', (S, P, O)),
    (NODE % '<ex:p><¦ex:T rdf:about="o"/></ex:p>', (O, _iri("a"), _iri("T"))),
    ('<¦ex:T rdf:about="s"><ex:p>1</ex:p></ex:T>', (S, _iri("a"), _iri("T"))),
    (NODE % '<rdf:type rdf:resource="¦T"/>', (S, _iri("a"), _iri("T"))),
    ('<ex:U rdf:about="s" rdf:type="¦http://e/T"/>', (S, _iri("a"), _iri("T"))),
    ('<rdf:Description rdf:about="s" ex:q="1"\n  ex:p="¦1"/>', (S, P, '"1"')),
    ('<rdf:Description rdf:about="s" ex:q="1"\n  ¦ex:p=""/>', (S, P, None)),
    ('<ex:T/><!-- > -->¦<ex:T ex:q="a > b" rdf:about="s"/>', (S, None, None)),
    (NODE % "<rdf:li>0</rdf:li><rdf:li>¦1</rdf:li>", (S, f"<{RDF}_2>", '"1"')),
    (NODE % '<ex:q rdf:parseType="Resource"><ex:p>2</ex:p></ex:q><ex:p>¦1</ex:p>', (S, P, '"1"')),
    (NODE % '<ex:q ex:p="1"/><ex:p>¦1</ex:p>', (S, P, '"1"')),
    (NODE % '<e:p xmlns:e="http://f/">1</e:p><e:p xmlns:e="http://e/">¦1</e:p>', (S, P, '"1"')),
    (
        '<D xmlns="http://f/"><p>1</p></D><T xmlns="http://e/" rdf:about="s"><p>¦1</p></T>',
        (S, P, '"1"'),
    ),
    ('<rdf:Description rdf:ID="i"><ex:p>¦1</ex:p></rdf:Description>', ("<http://e/x#i>", P, '"1"')),
    (NODE % '<ex:q rdf:parseType="Literal"><ex:p>1</ex:p></ex:q><ex:p>¦1</ex:p>', (S, P, '"1"')),
    (
        NODE % '<ex:q rdf:parseType="Collection"><ex:T ex:p="1"/><ex:T/></ex:q><ex:p>¦1</ex:p>',
        (S, P, '"1"'),
    ),
    (NODE % '<ex:p rdf:ID="r">¦1</ex:p>', (S, P, '"1"')),
]


@pytest.mark.parametrize(("marked", "wanted"), RDFXML)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_rdfxml(marked: str, wanted: Wanted, ends: str) -> None:
    text, place = _unmarked((XML % marked).replace("\n", ends))
    assert statement_places(text, "rdf-xml", [wanted]) == {wanted: place}


@pytest.mark.parametrize(
    ("marked", "syntax", "wanted"),
    [
        ("ex:s ex:p [] , [ ex:p 1 ; ¦ex:q 2 ] .", "turtle", (None, _iri("q"), None)),
        ("ex:s ex:p [] , ¦[ ex:q 2 ] .", "turtle", (None, None, None)),
        ("_:b ex:p [] . [ ex:p 1 ] ex:p 2 ; ¦ex:q [] .", "turtle", (None, _iri("q"), None)),
        ("ex:s ex:p ( 1 [ ¦ex:q 3 ] ) .", "trig", (None, _iri("q"), None)),
    ],
)
def test_blank_nodes_are_known_by_the_labels_the_reader_gave_them(
    marked: str, syntax: str, wanted: tuple[None, str | None, None]
) -> None:
    text, place = _unmarked(HEAD + marked)
    data = _data(text, syntax)
    label = next(s for s, p, _ in _statements(data) if p == _iri("q"))
    one = (label, wanted[1], None)
    assert statement_places(text, syntax, [one], data) == {one: place}
    assert statement_places(text, syntax, [one]) == {}


def test_schema_org_is_found_in_either_form() -> None:
    text = """@prefix schema: <http://schema.org/> .
<a:s> a schema:JobPosting ;
  schema:datePosted "2026-01-12"^^schema:Date ,
  "2026-01-12T00:00:00"^^<https://schema.org/DateTime> ."""
    wanted: list[Wanted] = [
        ("<a:s>", f"<{RDF_TYPE}>", "<https://schema.org/JobPosting>"),
        ("<a:s>", "<https://schema.org/datePosted>", _literal("2026-01-12", "date")),
        ("<a:s>", "<https://schema.org/datePosted>", _literal("2026-01-12T00:00:00", "dateTime")),
    ]
    data = (
        _data(text, "turtle")
        .replace("http://schema", "https://schema")
        .replace("https://schema.org/DateTime", XSD + "dateTime")
        .replace("https://schema.org/Date>", XSD + "date>")
    )
    for passed_on in (None, data):
        found = statement_places(text, "turtle", wanted, passed_on)
        assert [found[one] for one in wanted] == [(2, 9), (3, 21), (4, 3)]


def test_what_is_not_there_is_left_out() -> None:
    wanted: list[Wanted] = [(S, P, O), (O, None, None), (S, _iri("q"), None)]
    for syntax, text in [
        ("turtle", "<http://e/s> <http://e/p> 1 ."),
        ("n-triples", '<http://e/s> <http://e/p> "1" .'),
        ("rdf-xml", XML % (NODE % "<ex:p>1</ex:p>")),
    ]:
        assert statement_places(text, syntax, wanted) == {}


@pytest.mark.parametrize("syntax", ["turtle", "rdf-xml"])
def test_data_of_another_text_gives_no_place(syntax: str) -> None:
    text = "<a:s> <a:p> <a:o> ." if syntax == "turtle" else XML % (NODE % "<ex:p>1</ex:p>")
    data = "<a:s> <a:q> <a:o> .\n<a:s> <a:p> <a:o> .\n"
    wanted: list[Wanted] = [("<a:s>", "<a:q>", "<a:o>"), ("<a:s>", "<a:p>", "<a:o>")]
    assert statement_places(text, syntax, wanted, data) == {}


def test_runs_of_one_subject() -> None:
    text = (
        '# x\n<a:s> <a:p> "<a:t> " .\n<a:s> <a:q> _:b .\n'
        "_:b <a:p> 1 .\n_:bc <a:p> 2 .\n<a:s> <a:p> 3 ."
    )
    blocks = subject_blocks(text)
    assert [subject for subject, _, _ in blocks] == ["<a:s>", "_:b", "_:bc", "<a:s>"]
    assert [text[start:end].count("\n") for _, start, end in blocks] == [2, 1, 1, 0]
    assert "".join(text[start:end] for _, start, end in blocks) == text[4:]


def _is_written(text: str, offset: int, term: str | None, prefixes: dict[str, str]) -> bool:
    """Return whether a text goes on with a term, in a form that the writers used here know."""
    rest = text[offset:]
    assert term
    if term[0] == "_":
        return rest[0] in "[(" or rest.startswith("_:")
    return (_is_iri if term[0] == "<" else _is_literal)(rest, term, prefixes)


def _is_iri(rest: str, term: str, prefixes: dict[str, str]) -> bool:
    match = re.match(r"([\w.-]*):((?:[\w:%-]|\\.|\.(?=[\w:%\\]))*)", rest)
    if match:
        local = re.sub(r"\\(.)", r"\1", match[2])
        return term == f"<{prefixes[match[1]]}{local}>"
    short = {"a": RDF_TYPE, "(": RDF + "nil", ")": RDF + "nil"}.get(rest[0])
    return rest.startswith(term) or term == f"<{short}>"


def _is_literal(rest: str, term: str, _: object) -> bool:
    short = re.match(r"[+-]?[\d.]+(?:[eE][+-]?\d+)?(?<!\.)|true|false", rest)
    quoted = re.match(r'"""(?:[^\\]|\\.)*?"""(?!")|"(?:[^"\\]|\\.)*"', rest, re.DOTALL)
    written = quoted[0] if quoted else f'"{short[0] if short else rest}"'
    texts = (f"<a:s> <a:p> {literal} ." for literal in (written, term))
    first, second = (next(ox.parse(text, format=FORMATS["turtle"])).object for text in texts)
    return getattr(first, "value", 1) == getattr(second, "value", 2)


NAMES = st.sampled_from(
    ["http://e/a", "http://e/b-c", "http://e/d.e", "http://f#x", "urn:g", "http://e/h,i"]
)
IRIS = NAMES.map(rdflib.URIRef)
BLANKS = st.sampled_from("xyz").map(rdflib.BNode)
LEXICAL = st.text(st.sampled_from("ab ex:a.;,#<>[]()\"'\\\n\té🎬"), max_size=6)
LITERALS = st.one_of(
    LEXICAL.map(rdflib.Literal),
    st.builds(rdflib.Literal, LEXICAL, lang=st.sampled_from(["en", "en-gb"])),
    st.builds(rdflib.Literal, LEXICAL, datatype=IRIS),
    st.builds(rdflib.Literal, st.integers() | st.booleans() | st.decimals(-9, 9, places=2)),
    st.builds(
        rdflib.Literal, st.sampled_from(["1", "01", "-5"]), datatype=st.just(rdflib.XSD.integer)
    ),
)
TRIPLES = st.lists(
    st.tuples(
        IRIS | BLANKS, NAMES.map(rdflib.URIRef) | st.just(rdflib.RDF.type), IRIS | BLANKS | LITERALS
    ),
    min_size=1,
    max_size=12,
)


@SETTINGS
@given(TRIPLES, st.lists(st.lists(IRIS | LITERALS, max_size=3), max_size=2))
@pytest.mark.parametrize("form", ["turtle", "longturtle", "nt", "trig"])
def test_every_statement_of_any_graph_is_found(
    form: str,
    triples: list[tuple[Any, Any, Any]],
    collections: list[list[Any]],
) -> None:
    graph = rdflib.Graph()
    graph.bind("ex", "http://e/")
    for triple in triples:
        graph.add(triple)
    for number, items in enumerate(collections):
        first: Any = rdflib.BNode() if items else rdflib.RDF.nil
        if items:
            rdflib.collection.Collection(graph, first, items)
        graph.add((rdflib.URIRef("http://e/a"), rdflib.URIRef(f"http://e/list{number}"), first))
    text = graph.serialize(format="turtle" if form == "trig" else form)
    if form == "trig":
        lines = text.splitlines(keepends=True)
        head = "".join(line for line in lines if line.startswith("@prefix"))
        body = "".join(line for line in lines if not line.startswith("@prefix"))
        text = f"{HEAD}{head}ex:a {{ ex:s ex:p [] }}\nGRAPH ex:b\n{{{body}}}\n"
    syntax = {"longturtle": "turtle", "nt": "n-triples"}.get(form, form)
    prefixes = {prefix: str(space) for prefix, space in graph.namespaces()}
    data = _data(text, syntax)
    wanted: set[Wanted] = set(_statements(data))
    found = statement_places(text, syntax, wanted, data)
    assert set(found) == wanted
    for (_, predicate, object), place in found.items():
        offset = _offset(text, place)
        if predicate != f"<{RDF}rest>":
            assert _is_written(text, offset, object, prefixes), (object, text[offset:])
    listed = {f"<{RDF}first>", f"<{RDF}rest>"}
    single = [place for (_, predicate, _), place in found.items() if predicate not in listed]
    assert len(set(single)) == len(single)


@SETTINGS
@given(TRIPLES)
@pytest.mark.parametrize("form", ["xml", "pretty-xml"])
def test_every_statement_of_rdfxml_is_found(form: str, triples: list[tuple[Any, Any, Any]]) -> None:
    graph = rdflib.Graph()
    for subject, predicate, object in triples:
        name = re.sub(r"\W", "", predicate.split("/")[-1])
        graph.add((subject, rdflib.URIRef("http://e/" + name), object))
    text = graph.serialize(format=form)
    data = _data(text, "rdf-xml")
    wanted: set[Wanted] = set(_statements(data))
    found = statement_places(text, "rdf-xml", wanted, data)
    assert set(found) == wanted
    assert len(set(found.values())) == len(found)
    for (_, _, object), place in found.items():
        assert object
        rest = text[_offset(text, place) :]
        literal = next(ox.parse(f"<a:s> <a:p> {object} .", format=FORMATS["turtle"])).object
        value = getattr(literal, "value", "")
        # Here blank nodes and nodes with an element around their properties are elements.
        assert rest[0] == "<" or (object[0] == "_" or unescape(rest).startswith(value))


class _Turtle:
    """Writes Turtle at random; every term but blank nodes holds a number of its own."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.count = 70000

    def document(self) -> str:
        return HEAD + self.gap().join(self.statement() for _ in range(self.chance.randint(1, 5)))

    def statement(self) -> str:
        directives = ["PREFIX ex: <http://e/>", "@base <http://e/> .", "@prefix\n: <http://e/> ."]
        chosen = self.chance.choice(["directive", "node", "node", "node", "list", "alone"])
        if chosen == "directive":
            return self.chance.choice(directives)
        if chosen == "alone":
            return f"[{self.gap()}{self.properties(1)}{self.gap()}]{self.gap()}."
        subject = self.items(1) if chosen == "list" else self.name("s")
        if chosen == "node" and self.chance.random() < 0.3:
            subject = self.chance.choice(["[]", "_:b1", f"[ {self.properties(1)} ]"])
        return f"{subject}{self.gap()}{self.properties(0)}{self.gap()}."

    def properties(self, depth: int) -> str:
        ends = self.chance.choices([";", "; ;"], k=self.chance.randint(0, 2))
        ends.append(self.chance.choice(["", "", ";"]))
        return self.gap().join(f"{self.property(depth)}{self.gap()}{end}" for end in ends)

    def property(self, depth: int) -> str:
        return f"{self.verb()}{self.gap()}{self.objects(depth)}"

    def objects(self, depth: int) -> str:
        count = self.chance.choice([1, 1, 2, 3])
        return f"{self.gap()},{self.gap()}".join(self.object(depth) for _ in range(count))

    def object(self, depth: int) -> str:
        nested = self.chance.random() if depth < 3 else 1
        if nested < 0.15:
            return f"[{self.gap()}{self.properties(depth + 1)}{self.gap()}]"
        if nested < 0.3:
            return self.items(depth + 1)
        if nested < 0.4:
            return self.chance.choice(["[]", "( )", "_:b2", "_:b3.c"])
        number = self.number()
        forms = [f"{number}", f"{number}.5", f"-{number}.0e-1", f'"{number}"', f"'{number}'"]
        forms += [f'"""\n"\\"{number}"""', f'"# {number}"@en-GB', f"'''{number}'''^^ex:t"]
        return self.chance.choice([*forms, self.name("o"), self.name("o")])

    def items(self, depth: int) -> str:
        inside = (self.object(depth) + self.gap() for _ in range(self.chance.randint(0, 3)))
        return f"({self.gap()}{''.join(inside)})"

    def verb(self) -> str:
        return self.name("p") if self.chance.random() < 0.8 else "a"

    def name(self, kind: str) -> str:
        number = self.number()
        forms = [f"ex:{kind}{number}", f"ex:{kind}.\\-{number}", f"<http://e/{kind}{number}>"]
        return self.chance.choice(forms)

    def number(self) -> int:
        self.count += 1
        return self.count

    def gap(self) -> str:
        return self.chance.choice([" ", " ", "\n", "\t \r\n", " # ex:o [ ( 'x' . ; \"\n"])


def _begins(text: str, number: str) -> int:
    """Return where the token with a number begins."""
    token = r"(?:-?|ex:[a-z](?:\.\\-)?|<http://e/[a-z]|\"\"\"\n\"\\\"|\"(?:# )?|'(?:'')?)"
    match = re.search(rf"{token}{number}", text)
    assert match
    return match.start()


@SETTINGS
@given(st.integers())
@pytest.mark.parametrize("syntax", ["turtle", "trig"])
def test_every_term_of_any_turtle_is_found_where_it_is_written(syntax: str, seed: int) -> None:
    text = _Turtle(random.Random(seed)).document()
    if syntax == "trig":
        text = text.replace(HEAD, HEAD + "ex:g { [] a ex:o . } ")
    data = _data(text, syntax)
    statements = _statements(data)
    wanted: set[Wanted] = set()
    for subject, predicate, object in statements:
        wanted |= {(subject, predicate, object), (subject, predicate, None), (subject, None, None)}
    found = statement_places(text, syntax, wanted, data)
    assert set(found) == wanted
    for one, place in found.items():
        last = next(term for term in reversed(one) if term is not None)
        number = re.search(r"7\d{4}", last)
        if number and last[0] != "_":
            assert _offset(text, place) == _begins(text, number[0])


def test_every_statement_of_the_sample_data_is_found() -> None:
    text = (ROOT / "data" / "crew.ttl").read_text(encoding="utf-8")
    prefixes = dict(re.findall(r"@prefix (\S*): <(.*)> \.", text))
    assert prefixes["org"] == PREFIXES["org"]
    data = _data(text, "turtle")
    wanted: set[Wanted] = set(_statements(data))
    found = statement_places(text, "turtle", wanted, data)
    assert len(found) == len(wanted) == len(set(found.values())) > 500
    for (_, _, object), place in found.items():
        assert _is_written(text, _offset(text, place), object, prefixes)
