"""From shapes to JSON Schema, constraint by constraint, in projects that are not ours."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pa_onto.errors import InputError
from pa_onto.jsonld import (
    Shapes,
    context_document,
    read_keys,
    record_schema,
    to_readable_json,
)
from pa_onto.reading.schema import RecordSchema
from pa_onto.shacl import ShapesGraph
from pa_onto.triples import triples_of
from tests.conftest import PATIENCE, ROOT, Run

PREFIXES = """
@prefix : <https://x.example/ns#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
VOCABULARY = """
:Red a :Colour ; skos:inScheme <https://x.example/colour> .
<https://x.example/colour/red> a :Warm ; skos:inScheme <https://x.example/colour> .
<https://x.example/colour/blue> a :Colour ; skos:inScheme <https://x.example/colour> .
:Warm rdfs:subClassOf :Colour .
<https://x.example/a> a skos:Concept .
"""
SHARED = ':note a sh:PropertyShape ; sh:targetClass :T ; sh:path :note ; sh:codeIdentifier "note" .'


def _graph(turtle: str) -> ShapesGraph:
    return ShapesGraph(triples_of(ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)))


def _schema(shapes: str, vocabulary: str = VOCABULARY) -> dict[str, Any]:
    triples = list(triples_of(ox.parse(PREFIXES + vocabulary, format=ox.RdfFormat.TURTLE)))
    graphs = Shapes(_graph(SHARED), _graph(shapes))
    keys = read_keys(*graphs, triples)
    context = context_document(keys, triples, "https://x.example/context.jsonld")
    assert context["@context"]
    return record_schema(keys, graphs, triples, context["id"], "https://x.example/schema.json")


def _thing(constraints: str, more: str = "", kind: str = ":Thing") -> RecordSchema:
    """The schema for things with one key, ``key``."""
    schema = _schema(
        f":S a sh:NodeShape ; sh:targetClass {kind} ; sh:property :key .\n"
        f':key sh:path :p ; sh:codeIdentifier "key" ; {constraints} .\n{more}'
    )
    jsonschema_rs.meta.validate(schema)
    return RecordSchema(schema)


ALL: list[object] = ["x", "2026-01-12", "red", "https://x.y/z", 5, 5.5, True, {"@value": "x"}]
ALL += [{"id": "https://x.y/z"}, None]


def _accepted(schema: RecordSchema, values: list[Any], kind: str = "Thing") -> list[Any]:
    return [v for v in values if schema.is_valid({"type": kind, "key": v})]


@pytest.mark.parametrize(
    ("constraints", "refused"),
    [
        ("sh:description 'says nothing'", []),
        ("sh:datatype xsd:string", [5, 5.5, True, {"id": "https://x.y/z"}]),
        ("sh:datatype xsd:boolean", [*ALL[:6], {"id": "https://x.y/z"}]),
        ("sh:datatype xsd:integer", [*ALL[:4], 5.5, True, {"id": "https://x.y/z"}]),
        ("sh:datatype xsd:double", [*ALL[:4], True, {"id": "https://x.y/z"}]),
        # The context gives text this datatype, and what text is a decimal is left to the shape.
        ("sh:datatype xsd:decimal", [{"id": "https://x.y/z"}]),
        ("sh:datatype xsd:date", ["x", "red", "https://x.y/z", 5, 5.5, True, ALL[8]]),
        ("sh:datatype rdf:langString", []),
        # A value object is left to the shape everywhere.
        ("sh:nodeKind sh:IRI", ["x", "2026-01-12", "red", 5, 5.5, True]),
        ("sh:nodeKind sh:Literal", [{"id": "https://x.y/z"}]),
        ("sh:nodeKind sh:BlankNodeOrIRI", []),
        ("sh:class :Other", ["x", "2026-01-12", "red", 5, 5.5, True]),
        ("sh:class :Warm", ["x", "2026-01-12", 5, 5.5, True]),
        ('sh:in ( "x" "y" )', ["2026-01-12", "red", "https://x.y/z", 5, 5.5, True, ALL[8]]),
        ('sh:in ( "x" 5 )', []),
        ("sh:pattern 'x'", ["2026-01-12", "red"]),
        ("sh:pattern '^[a-z]+$'", ["2026-01-12", "https://x.y/z"]),
        # White space is not the same everywhere, nor are digits and word characters.
        (r"sh:pattern '\\S'", []),
        (r"sh:pattern '^\\d{4}'", []),
        (r"sh:pattern '^[\\S]$'", []),
        ("sh:pattern 'X' ; sh:flags 'i'", []),
        ("sh:minLength 3", ["x"]),
        ("sh:maxLength 3", ["2026-01-12", "https://x.y/z"]),
        ("sh:minInclusive 5.5", [5]),
        ("sh:minExclusive 5", [5]),
        ("sh:maxExclusive 5", [5, 5.5]),
        ("sh:maxInclusive '2026-01-01'^^xsd:date", []),
        (
            "sh:or ( [ sh:datatype xsd:integer ] [ sh:datatype xsd:double ] )",
            [*ALL[:4], True, ALL[8]],
        ),
        ("sh:or ( [ sh:datatype xsd:string ] [ sh:class :Other ] )", [5, 5.5, True]),
        ("sh:xone ( [ sh:minLength 3 ] [ sh:maxLength 1 ] )", []),
        ("sh:and ( [ sh:datatype xsd:string ] [ sh:minLength 3 ] )", ["x", 5, 5.5, True, ALL[8]]),
        ("sh:not [ sh:datatype xsd:string ]", []),
        ("sh:not :Number", [5, 5.5]),
        ("sh:or ( [ sh:not :Number ] [ sh:minExclusive 5 ] )", [5]),
        ("sh:not [ sh:datatype xsd:integer ]", []),
        ("sh:property [ sh:path :q ; sh:minCount 1 ]", ALL[:7]),
        ("sh:property [ sh:path :q ; sh:maxCount 1 ]", []),
        ("sh:node [ sh:property [ sh:path :q ; sh:maxCount 1 ] ]", []),
        ("sh:node :Named", ["2026-01-12", "red", "https://x.y/z", 5, 5.5, True, ALL[8]]),
        ("sh:datatype xsd:integer ; sh:severity sh:Warning", []),
        ("sh:datatype xsd:integer ; sh:deactivated true", []),
        ("sh:node [ sh:datatype xsd:integer ; sh:deactivated true ]", []),
    ],
)
def test_values(constraints: str, refused: list[object]) -> None:
    more = (
        ":Number sh:or ( [ sh:datatype xsd:integer ] [ sh:datatype xsd:double ] ) .\n"
        ':Named a sh:NodeShape ; sh:name "named" ; sh:in ( "x" ) .'
    )
    schema = _thing(constraints, more)
    accepted = [value for value in ALL if schema.is_valid({"type": "Thing", "key": value})]
    assert accepted == [value for value in ALL if value not in refused]
    for value in refused:
        (problem,) = schema.problems({"type": "Thing", "key": value})
        assert (problem.pointer, problem.key) == ("/key", "key")


def _problems(schema: RecordSchema, **keys: object) -> list[tuple[str, str]]:
    return [(p.component, p.key) for p in schema.problems({"type": "Thing", **keys})]


def test_codes_are_those_of_the_class_and_of_its_subclasses() -> None:
    schema = _thing("sh:class :Colour")
    assert not schema.is_valid({"type": "Thing", "key": "green"})
    for code in ("red", "blue", "https://x.example/ns#Red"):
        assert schema.is_valid({"type": "Thing", "key": code}), code
    assert _problems(schema, key="Red") == [("UnknownCode", "key")]


def test_a_class_without_a_scheme_has_no_codes() -> None:
    schema = _thing("sh:class skos:Concept")
    assert _problems(schema, key="a") == [("MalformedIRI", "key")]


def test_counts() -> None:
    required = _thing("sh:minCount 2")
    assert _problems(required) == [("MissingKey", "key")]
    assert _problems(required, key=None) == [("MissingKey", "key")]
    assert _problems(required, **{"x:y": 1}) == []
    recommended = _thing("sh:minCount 1 ; sh:maxCount 1 ; sh:severity sh:Warning")
    assert _problems(recommended) == _problems(recommended, key=["a", "b"]) == []
    single = _thing("sh:maxCount 1")
    assert _problems(single, key=["a", "b"]) == [("TooManyValues", "key")]
    assert _problems(single, key=["a", "a"]) == _problems(single, key=["a", None]) == []
    # Whether these are one value is for the graph to say.
    assert _problems(single, key=["a", "x:a"]) == _problems(single, key=[1, {"@value": 1}]) == []
    assert _problems(_thing("sh:maxCount 2"), key=["a", "b", "c"]) == []


def test_a_key_needs_another() -> None:
    shapes = """
        :S a sh:NodeShape ; sh:targetClass :Thing ; sh:property :pay, :unit .
        :pay sh:path :pay ; sh:codeIdentifier "pay" .
        :unit sh:path :unit ; sh:codeIdentifier "unit" .
        :R a sh:NodeShape ; sh:targetClass :Thing ; sh:or (
            [ sh:path :pay ; sh:maxCount 0 ] [ sh:path :unit ; sh:minCount 1 ] ) .
        :N a sh:NodeShape ; sh:targetClass :Thing ; sh:severity sh:Info ; sh:or (
            [ sh:path :unit ; sh:maxCount 0 ] [ sh:path :pay ; sh:minCount 1 ] ) .
        :O a sh:NodeShape ; sh:targetClass :Thing ; sh:or (
            [ sh:path :unit ; sh:maxCount 0 ; sh:minCount 0 ] [ sh:path :pay ; sh:minCount 1 ] ) .
    """
    schema = RecordSchema(_schema(shapes))
    assert _problems(schema, pay=1) == [("MissingKey", "pay")]
    assert _problems(schema, pay=1, unit=[]) == [("MissingKey", "pay")]
    assert _problems(schema, pay=None) == _problems(schema, unit="x") == []


def test_types_of_schema_org_are_open() -> None:
    schema = _thing("sh:class :Colour ; sh:nodeKind sh:IRI", kind="schema:Event")
    record = {"type": "Event", "other": 1}
    assert schema.problems(record | {"key": "https://x.example/colour/red"}) == []
    assert schema.problems(record | {"key": {"type": "Foo", "name": 1}}) == []
    # There a code is none: schema.org's terms know nothing of it.
    (problem,) = schema.problems(record | {"key": "red"})
    assert problem.component == "MalformedIRI"


def test_lists_and_language_maps_are_left_to_the_shapes() -> None:
    listed = ':key sh:path skos:memberList ; sh:codeIdentifier "key" ; sh:maxCount 1 .'
    shapes = ":S a sh:NodeShape ; sh:targetClass :Thing ; sh:property :key ."
    assert _problems(RecordSchema(_schema(shapes + listed)), key=["a", "b"]) == []
    labels = _thing("sh:datatype rdf:langString ; sh:uniqueLang true")
    assert _problems(labels, key={"en": "a", "de": "b"}) == []


def test_one_name_for_two_things_is_an_error() -> None:
    clash = '<https://y.example/T> sh:in ( "b" ) . :T sh:in ( "a" ) .'
    for constraints, more in (
        ("sh:node :T, <https://y.example/T>", clash),
        ("sh:node :record", ':record sh:in ( "a" ) .'),
    ):
        with pytest.raises(InputError, match="for two things"):
            _thing(constraints, more)


def test_blank_shapes_and_shapes_with_a_target_of_their_own() -> None:
    shapes = """
        :S a sh:NodeShape ; sh:targetClass :Thing ; sh:name "thing"@en, "Ding"@de ;
            sh:property [ sh:path :p ; sh:codeIdentifier "key" ; sh:minLength 2 ] .
        :other a sh:PropertyShape ; sh:targetClass :Thing ; sh:path :p ;
            sh:codeIdentifier "key" ; sh:maxLength 3 .
    """
    schema = _schema(shapes)
    assert schema["$defs"]["Thing"]["title"] == "thing"
    accepted = [text for text in ("a", "ab", "abc", "abcd") if not _bad(schema, text)]
    assert accepted == ["ab", "abc"]


def _bad(schema: dict[str, Any], value: object) -> bool:
    return bool(_problems(RecordSchema(schema), key=value))


def test_numbers_are_known_by_their_keys() -> None:
    shapes = """
        :A a sh:NodeShape ; sh:targetClass :A ; sh:property :Aa, :Ab .
        :B a sh:NodeShape ; sh:targetClass :B ; sh:property :Ba .
        :Aa sh:path :p ; sh:codeIdentifier "a" ; sh:datatype xsd:integer .
        :Ab sh:path :q ; sh:codeIdentifier "b" ; sh:datatype xsd:integer .
        :Ba sh:path :p ; sh:codeIdentifier "a" ; sh:datatype xsd:string .
    """
    assert RecordSchema(_schema(shapes)).number_keys() == {"b"}
    ours = RecordSchema.from_file(ROOT / "dist" / "record.schema.json")
    assert ours.number_keys() == {"weeklyRate", "baseSalary"}


def test_the_order_of_the_shapes_does_not_show() -> None:
    text = (ROOT / "shapes" / "data" / "position.ttl").read_text()
    triples = list(triples_of(ox.parse(text, format=ox.RdfFormat.TURTLE)))
    lines = [f"{triple} .\n" for triple in triples]
    assert _schema("".join(lines)) == _schema("".join(reversed(lines))) == _schema(text)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"$defs": {}}',
        '{"$defs": {"record": {}, "typeName": {"then": {"enum": []}}}}',
        "\udcff",
    ],
)
def test_a_damaged_schema_says_how_to_cure_it(content: str, tmp_path: Path) -> None:
    path = tmp_path / "record.schema.json"
    path.write_text(content, errors="surrogateescape")
    with pytest.raises(InputError, match="damaged") as caught:
        RecordSchema.from_file(path)
    assert (caught.value.cure, caught.value.file) == ("Run `pa-onto publish`.", str(path))


def test_a_missing_schema_and_one_that_is_none() -> None:
    with pytest.raises(InputError, match="missing"):
        RecordSchema.from_file(Path("no-such-file"))
    schema = json.loads((ROOT / "dist" / "record.schema.json").read_text())
    schema["$defs"]["iri"]["pattern"] = "("
    with pytest.raises(InputError, match="damaged"):
        RecordSchema(schema).problems({"type": "Position"})


def test_a_refusal_without_an_explanation_is_passed_on() -> None:
    schema = json.loads((ROOT / "dist" / "record.schema.json").read_text())
    schema["$defs"]["record"]["maxProperties"] = 1
    (problem,) = RecordSchema(schema).problems({"type": "JobTitle", "label": {"en": "x"}})
    assert problem.component == "MalformedValue"
    assert "has more than 1 property" in problem.message


def test_the_checker_costs_nothing_until_it_is_used() -> None:
    code = (
        "import sys, pathlib, pa_onto.reading.schema as s\n"
        "s.RecordSchema.from_file(pathlib.Path('dist/record.schema.json'))\n"
        "print('jsonschema_rs' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE
    )
    assert result.stdout == "False\n", result.stderr


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=20), inner),
)


@given(JSON)
def test_layout_changes_nothing(value: object) -> None:
    assert json.loads(to_readable_json(value)) == value


def test_layout_keeps_lines_short_where_it_can() -> None:
    codes = [f"code-{number}" for number in range(100)]
    lines = to_readable_json({"enum": codes, "items": [{"a": codes}], "x": {}}).decode().split("\n")
    assert max(map(len, lines)) <= 100
    assert len(lines) < 50


@pytest.mark.long
def test_publishing_follows_the_shapes(pa_onto: Run, project: Path) -> None:
    shapes = project / "shapes" / "data" / "codes.ttl"
    shapes.write_text(shapes.read_text().replace('"PER_DIEM"', '"PER_DIEM" "BY_THE_DAY"'))
    result = pa_onto("publish", "--check", cwd=project)
    assert result.returncode == 1
    assert "record.schema.json differs" in result.stdout
    assert pa_onto("publish", cwd=project).returncode == 0
    schema = json.loads((project / "dist" / "record.schema.json").read_text())
    assert "BY_THE_DAY" in schema["$defs"]["EmploymentTypeCode"]["then"]["enum"]
    assert pa_onto("publish", "--check", cwd=project).returncode == 0
