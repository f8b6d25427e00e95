"""Vocabularies of another make than ours: published, checked and shown without special code.

``materials`` is a museum's: English, French, Arabic, two scripts of Serbian, hash IRIs, nested
and ordered collections, a poly-hierarchy, concepts in two schemes and in a foreign namespace,
XL labels, a class of its own prefix. ``districts`` is a city's flat code list: RDF/XML, no
owl:Ontology, slash IRIs, typed notations, a withdrawn code, names that would do harm.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import jsonschema_rs
import pyoxigraph as ox
import pytest

from tests.conftest import ROOT, Run, at_least

FOLDER = ROOT / "tests" / "vocabularies"
NAMES = {"materials": "materials", "districts": "vocabulary"}
each = pytest.mark.parametrize("vocabulary", NAMES)


@pytest.fixture
def copy(tmp_path: Path, vocabulary: str) -> Path:
    target = tmp_path / vocabulary
    shutil.copytree(FOLDER / vocabulary, target)
    return target


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def _json(path: Path) -> Any:
    return json.loads(path.read_text())


@each
def test_publish_and_check(pa_onto: Run, copy: Path, vocabulary: str) -> None:
    result = pa_onto("publish", cwd=copy)
    assert (result.returncode, result.stderr.count("Traceback")) == (0, 0), result.stderr
    for end in ("ttl", "nt", "rdf", "trig", "jsonld"):
        assert (copy / "dist" / f"{NAMES[vocabulary]}.{end}").stat().st_size > 500
    again = pa_onto("publish", cwd=copy)
    assert " 0 written, " in again.stdout
    checked = pa_onto("publish", "--check", cwd=copy)
    assert (checked.returncode, checked.stdout) == (0, "")
    judged = pa_onto("check", cwd=copy)
    assert judged.returncode == 0, judged.stdout
    assert "ontology conforms" in judged.stdout


@each
def test_nothing_of_ours_leaks(pa_onto: Run, copy: Path) -> None:
    assert pa_onto("publish", cwd=copy).returncode == 0
    ours = re.compile(
        rb"pa-onto|jobtitle|job title|department|w3id\.org/pa|\bpa:|\bpash:|film and television",
        re.IGNORECASE,
    )
    # How the program is called may be said: that is its name, and not the vocabulary's.
    program = re.compile(rb"\bpa-onto (?=(?:query|show|publish|check)\b)")
    for path in at_least(_files(copy / "dist"), 40):
        text = program.sub(b"", path.read_bytes())
        found = ours.search(text)
        assert found is None, f"{path}: {text[max(found.start() - 60, 0) : found.end() + 60]!r}"
        assert ours.search(path.name.encode()) is None


@each
def test_the_document_keeps_its_schema(pa_onto: Run, copy: Path, vocabulary: str) -> None:
    pa_onto("publish", cwd=copy)
    schema = _json(copy / "dist" / "vocabulary.schema.json")
    jsonschema_rs.meta.validate(schema)
    document = _json(copy / "dist" / f"{NAMES[vocabulary]}.jsonld")
    validator = jsonschema_rs.validator_for(schema)
    assert [error.message for error in validator.iter_errors(document)] == []
    document["concepts"][0]["lable"] = {"en": "wrong"}
    assert not validator.is_valid(document)


def test_show_and_query(pa_onto: Run) -> None:
    materials, districts = FOLDER / "materials", FOLDER / "districts"
    result = pa_onto("show", "timber", cwd=materials)
    assert result.returncode == 0
    assert result.stdout.startswith("wood  :wood\nhttps://museum.example/vocab/materials#wood\n")
    assert "قشرة" in pa_onto("show", ":veneer", "--lang", "ar", cwd=materials).stdout
    assert "intarsia" in pa_onto("show", "marquetry", cwd=materials).stdout
    query = "SELECT ?l { :ivory skos:broader/skos:prefLabel ?l FILTER(LANG(?l) = 'fr') }"
    assert pa_onto("query", "-e", query, cwd=materials).stdout == "l\nmatière organique\n"
    shown = pa_onto("show", "07", "--lang", "de", cwd=districts)
    assert shown.stdout.startswith("Hafen  https://daten.beispielstadt.example/def/bezirk/07\n")
    assert "Neustadt & Hafen" in shown.stdout
    assert pa_onto("query", "--list", cwd=districts).returncode == 0


def test_the_small_files_of_the_museum(pa_onto: Run, tmp_path: Path) -> None:
    pa_onto("publish", "--out", tmp_path, cwd=FOLDER / "materials")
    veneer = _json(tmp_path / "veneer.jsonld")
    assert veneer["label"] == {"ar": "قشرة", "en": "veneer", "fr": "placage"}
    assert len(veneer["broader"]) == 2 and len(veneer["inScheme"]) == 2
    wood = _json(tmp_path / "wood.jsonld")
    assert wood["altLabels"]["sr-cyrl"] == ["дрво"] and wood["altLabels"]["sr-latn"] == ["drvo"]
    hard = _json(tmp_path / "by-hardness.jsonld")
    assert [m["id"].partition("#")[2] for m in hard["members"]] == ["ivory", "oak", "sandstone"]
    assert {c["label"]["en"] for c in hard["concepts"]} == {"ivory", "oak", "sandstone"}
    origin = _json(tmp_path / "by-origin.jsonld")
    assert [c["label"]["en"] for c in origin["collections"]] == ["from animals"]
    assert (tmp_path / "thesaurus" / "gesso.jsonld").is_file()
    turtle = (tmp_path / "oak.ttl").read_text()
    assert "@prefix : <https://museum.example/vocab/materials#> ." in turtle
    assert ":oak a skos:Concept ;\n    skos:broader :wood ;" in turtle
    # The whole namespace is one document: that is where its IRIs lead.
    index = (tmp_path / "index.ttl").read_text()
    assert ":oak a skos:Concept" in index and ":materials a skos:ConceptScheme" in index
    # A scheme called like the project keeps out of the way of the project's files.
    (scheme,) = tmp_path.glob("materials-*.ttl")
    assert ":materials a skos:ConceptScheme" in scheme.read_text()


def test_the_small_files_of_the_city(pa_onto: Run, tmp_path: Path) -> None:
    pa_onto("publish", "--out", tmp_path, cwd=FOLDER / "districts")
    old = _json(tmp_path / "07.jsonld")
    assert (old["code"], old["deprecated"]) == ("07", True)
    assert old["isReplacedBy"] == ["https://daten.beispielstadt.example/def/bezirk/02"]
    assert (tmp_path / "_con.ttl").is_file() and not (tmp_path / "con.ttl").exists()
    table = (tmp_path / "vocabulary.csv").read_text().splitlines()
    assert table[0].startswith("id,code,label,label@de,")
    assert ",'=cmd" in table[2]
    facts = ox.parse(path=str(tmp_path / "index.ttl"))
    versions = [str(quad) for quad in facts if "version" in str(quad.predicate)]
    assert versions == [], "no version is made up where none is given"


def _project(folder: Path, settings: str = "", **sources: str) -> Path:
    (folder / "ontology").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(f"[tool.pa-onto]\n{settings}")
    for name, text in sources.items():
        (folder / "ontology" / name.replace("_", ".")).write_text(text)
    return folder


PREFIXES = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ONE = PREFIXES + "<https://x.example/a> a skos:ConceptScheme ."
TWO = ONE + " <https://x.example/b> a skos:ConceptScheme ."
CONCEPT = PREFIXES + (
    "<https://x.example/a/1> a skos:Concept ; skos:prefLabel 'one'@en ;"
    " skos:inScheme <https://x.example/a> ."
)


@pytest.mark.parametrize(
    ("sources", "problem", "cure"),
    [
        ({}, "Holds no RDF", "Turtle (.ttl), RDF/XML"),
        ({"a_ttl": PREFIXES + "<urn:a> <urn:b> <urn:c> ."}, "neither an ontology", "owl:Ontology"),
        ({"a_ttl": TWO}, "Declares 2 of the class skos:ConceptScheme", 'iri = "…"'),
        (
            {"a_ttl": ONE + " <urn:o> a owl:Ontology . <urn:p> a owl:Ontology ."},
            "Declares 2 of the class owl:Ontology, among them <urn:o>, <urn:p>",
            'iri = "…"',
        ),
        ({"a_ttl": ONE, "b_json": '{"name": "x"}'}, "Has no @context", "b.json"),
        (
            {"a_ttl": ONE, "b_jsonld": '{"@context": "https://other.example/c", "@id": "urn:x"}'},
            "'https://other.example/c' (at /) is not bundled",
            "inline",
        ),
        (
            {"a_ttl": ONE, "b_jsonld": '{"@context": {}, "@id": "urn:x", "lable": "x"}'},
            "lable",
            "b.jsonld",
        ),
    ],
    ids=["empty", "nameless", "two-schemes", "two-ontologies", "json", "remote", "dropped"],
)
def test_what_is_wrong_is_said_with_its_cure(
    pa_onto: Run, tmp_path: Path, sources: dict[str, str], problem: str, cure: str
) -> None:
    result = pa_onto("publish", cwd=_project(tmp_path / "p", **sources))
    assert result.returncode == 2
    assert problem in result.stderr and cure in result.stderr
    assert not (tmp_path / "p" / "dist").exists()


def test_a_setting_names_the_vocabulary(pa_onto: Run, tmp_path: Path) -> None:
    settings = 'iri = "https://x.example/b"\nname = "two"\n'
    folder = _project(tmp_path / "p", settings, a_ttl=TWO, b_ttl=CONCEPT)
    result = pa_onto("publish", cwd=folder)
    assert result.returncode == 0, result.stderr
    assert _json(folder / "dist" / "two.jsonld")["id"] == "https://x.example/b"


@pytest.mark.parametrize(
    "settings", ['name = "../x"', 'name = "index"', 'iri = "b"', 'version = "1 0"', "name = 5"]
)
def test_a_setting_that_would_do_harm_is_refused(
    pa_onto: Run, tmp_path: Path, settings: str
) -> None:
    result = pa_onto("publish", cwd=_project(tmp_path / "p", settings, a_ttl=ONE))
    assert result.returncode == 2
    assert f"tool.pa-onto.{settings.partition(' ')[0]}" in result.stderr


def test_every_format_says_the_same(pa_onto: Run, tmp_path: Path) -> None:
    quads = list(ox.parse(ONE + CONCEPT, format=ox.RdfFormat.TURTLE))
    made = {}
    for end, format in (
        ("nt", ox.RdfFormat.N_TRIPLES),
        ("trig", ox.RdfFormat.TRIG),
        ("rdf", ox.RdfFormat.RDF_XML),
        ("ttl", ox.RdfFormat.TURTLE),
        ("jsonld", ox.RdfFormat.JSON_LD),
    ):
        text = (ox.serialize(quads, format=format) or b"").decode()
        if end == "jsonld":
            text = json.dumps({"@context": {}, "@graph": json.loads(text)})
        folder = _project(tmp_path / end, **{f"a_{end}": text})
        result = pa_onto("publish", cwd=folder)
        assert result.returncode == 0, result.stderr
        made[end] = (folder / "dist" / "vocabulary.nt").read_bytes()
    assert len(set(made.values())) == 1 and len(made["nt"].splitlines()) > 5


def test_labels_without_a_language_and_odd_values_are_kept(pa_onto: Run, tmp_path: Path) -> None:
    text = (
        ONE
        + CONCEPT
        + """
<https://x.example/a/1> skos:prefLabel "plain" ; skos:notation "1"^^<urn:t>, "one" ;
    skos:broader [ skos:note "no name" ] ; skos:note <https://x.example/page>, "text"@en ;
    <http://purl.org/dc/terms/issued> "some day", 5 ; <http://purl.org/dc/terms/source> "a book" ;
    skos:definition "A."@en, "B."@en ; owl:deprecated "perhaps" ; a [ a owl:Class ] ;
    <urn:n> 12345678901234567890, "x"^^xsd:integer, "07"^^xsd:integer, 0.50, true .
<https://x.example/a/2> skos:memberList ( <https://x.example/a/1> [ skos:note "in" ] ( ) ), () .
_:a skos:related _:b . _:b skos:related _:a . _:a skos:note "in a circle" .
"""
    )
    folder = _project(tmp_path / "p", a_ttl=text)
    result = pa_onto("publish", cwd=folder)
    assert result.returncode == 0, result.stderr
    assert pa_onto("publish", "--check", cwd=folder).returncode == 0
    found = _json(folder / "dist" / "1.jsonld")
    assert found["label"] == {"@none": "plain", "en": "one"}


@pytest.mark.parametrize(
    "nodes",
    [
        "".join(f"_:n{i} skos:note _:n{i + 1} .\n" for i in range(5000)),
        "".join(f"_:n{i} skos:note _:n{j} .\n" for i in range(12) for j in range(12) if i != j),
    ],
    ids=["chain", "clique"],
)
def test_nodes_that_are_too_alike_are_refused_at_once(
    pa_onto: Run, tmp_path: Path, nodes: str
) -> None:
    folder = _project(tmp_path / "p", a_ttl=ONE + CONCEPT + nodes)
    for command in (["publish"], ["format"]):
        result = pa_onto(*command, cwd=folder)
        assert result.returncode == 2
        assert "Give them IRIs" in result.stderr
