"""The FAIR tests of FOOPS!: each can pass, each can fail, and some are left to others."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pa_onto.quality.fair.catalogue import read_tests
from tests.conftest import COMMAND, PATIENCE, ROOT, Run

# A folder is published and served for each.
pytestmark = pytest.mark.long

# The names of the tests in FOOPS! (https://w3id.org/foops), by the principle they belong to.
IDS = {
    "Findable": ("PURL1", "URI1", "URI2", "VER1", "VER2", "OM1", "OM2", "FIND1", "FIND2", "FIND3"),
    "Accessible": ("CN1", "HTTP1", "FIND_3_BIS"),
    "Interoperable": ("RDF1", "VOC1", "VOC2"),
    "Reusable": ("DOC1", "OM3", "OM4.1", "OM4.2", "OM5.1", "OM5.2", "VOC3", "VOC4"),
}
OPEN = {"FIND2", "FIND3", "FIND_3_BIS", "OM4.2"}
SERVED = {"URI1", "URI2", "VER2", "CN1", "RDF1", "DOC1"}

BASE = "https://w3id.org/example/"
HEADER = f"""
@prefix bibo: <http://purl.org/ontology/bibo/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vann: <http://purl.org/vocab/vann/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<{BASE}> a owl:Ontology ;
    dcterms:title "Examples"@en ;
    dcterms:description "Some examples."@en ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    dcterms:creator <https://orcid.org/0000-0002-1825-0097> ;
    dcterms:publisher <https://example.org/> ;
    dcterms:bibliographicCitation "Somebody: Examples. 2024." ;
    dcterms:created "2024-01-01"^^xsd:date ;
    dcterms:issued "2024-02-02"^^xsd:date ;
    dcterms:source <https://example.org/book> ;
    bibo:doi "10.5281/zenodo.1" ;
    bibo:status <http://purl.org/ontology/bibo/status/published> ;
    foaf:logo <https://example.org/logo.png> ;
    vann:preferredNamespacePrefix "ex" ;
    vann:preferredNamespaceUri "{BASE}" .
"""
TERMS = f"""
<{BASE}scheme> a skos:ConceptScheme ; skos:prefLabel "Scheme"@en .
<{BASE}one> a skos:Concept ; skos:inScheme <{BASE}scheme> ;
    skos:prefLabel "One"@en ; skos:definition "The first."@en .
<{BASE}Thing> a owl:Class ; rdfs:label "thing"@en ; rdfs:comment "Anything."@en .
"""


def _write(root: Path, text: str = HEADER + TERMS, version: str = "1.0.0") -> Path:
    (root / "ontology").mkdir(parents=True, exist_ok=True)
    (root / "ontology" / "example.ttl").write_text(text)
    (root / "pyproject.toml").write_text(
        f'[tool.pa-onto]\nname = "example"\nversion = "{version}"\n'
    )
    return root


def _publish(root: Path) -> Path:
    result = subprocess.run(
        [COMMAND, "publish"], cwd=root, capture_output=True, text=True, timeout=PATIENCE
    )
    assert result.returncode == 0, result.stderr
    return root


def _fair(root: Path) -> tuple[int, dict[str, dict[str, str]]]:
    """Return the exit code and the verdicts by test."""
    result = subprocess.run(
        [COMMAND, "check", "--fair", "--format", "json"],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert result.returncode in (0, 1), result.stderr
    return result.returncode, {test["id"]: test for test in json.loads(result.stdout)["tests"]}


def _outcomes(verdicts: dict[str, dict[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"pass": set(), "fail": set(), "not judged": set()}
    for name, verdict in verdicts.items():
        found[verdict["outcome"]].add(name)
    return found


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _publish(_write(tmp_path_factory.mktemp("fair") / "example"))


@pytest.fixture
def copy(example: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(example, tmp_path / "example"))


def test_there_are_the_tests_of_foops() -> None:
    tests = read_tests().tests
    assert sorted(test.id for test in tests) == sorted(name for ids in IDS.values() for name in ids)
    assert len(tests) == 24
    for test in tests:
        judged = (test.fields, test.query, test.served, test.registry)
        assert any(judged) and (test.cure or test.registry), test.id
        principle = next(name for name, ids in IDS.items() if test.id in ids)
        assert principle.startswith(test.principle[0])


def test_a_vocabulary_that_says_all_passes(example: Path) -> None:
    code, verdicts = _fair(example)
    found = _outcomes(verdicts)
    assert (code, found["fail"], found["not judged"]) == (0, set(), OPEN)
    assert all(verdict["reason"] for verdict in verdicts.values())
    assert all(verdicts[name]["cure"] for name in OPEN)


@pytest.mark.parametrize(
    ("statement", "fails"),
    [
        ('dcterms:title "Examples"@en', {"OM1"}),
        ('dcterms:description "Some examples."@en', {"OM1"}),
        ("dcterms:license <https://creativecommons.org/licenses/by/4.0/>",
         {"OM1", "OM4.1", "OM4.2"}),
        ("dcterms:creator <https://orcid.org/0000-0002-1825-0097>", {"OM1", "OM5.1"}),
        ("dcterms:publisher <https://example.org/>", {"OM3", "OM5.2"}),
        ('dcterms:bibliographicCitation "Somebody: Examples. 2024."', {"OM2"}),
        ('dcterms:created "2024-01-01"^^xsd:date', {"OM2", "OM5.1"}),
        ('dcterms:issued "2024-02-02"^^xsd:date', {"OM3", "OM5.2"}),
        ("dcterms:source <https://example.org/book>", {"OM3"}),
        ('bibo:doi "10.5281/zenodo.1"', {"OM3"}),
        ("bibo:status <http://purl.org/ontology/bibo/status/published>", {"OM3"}),
        ("foaf:logo <https://example.org/logo.png>", {"OM3"}),
        ('vann:preferredNamespacePrefix "ex"', {"OM2", "FIND1", "FIND2"}),
    ],
)  # fmt: skip
def test_what_is_not_said_is_missed(copy: Path, statement: str, fails: set[str]) -> None:
    assert HEADER.count(f"    {statement} ;\n") == 1
    _write(copy, HEADER.replace(f"    {statement} ;\n", "") + TERMS)
    code, verdicts = _fair(copy)
    assert code == 1
    assert _outcomes(verdicts)["fail"] == fails
    name = statement.split()[0]
    named = {test for test in fails if name in verdicts[test]["reason"]}
    assert named == fails - ({"OM4.2"} if "license" in name else set())


@pytest.mark.parametrize(
    ("old", "new", "test", "outcome"),
    [
        ('bibo:doi "10.5281/zenodo.1"', 'dcterms:identifier "https://doi.org/10.5281/z"', "OM3",
         "pass"),
        ('bibo:doi "10.5281/zenodo.1"', 'dcterms:identifier "ISBN 1"', "OM3", "fail"),
        ('dcterms:title "Examples"@en', 'schema:name "Examples"@en', "OM1", "pass"),
        ("dcterms:license <https://creativecommons.org/licenses/by/4.0/>",
         'dcterms:rights "Free."', "OM4.1", "pass"),
        ("dcterms:license <https://creativecommons.org/licenses/by/4.0/>",
         'dcterms:license "CC BY"', "OM4.2", "fail"),
        ("foaf:logo <https://example.org/logo.png>",
         "schema:includedInDataCatalog <https://example.org/c>", "FIND3", "pass"),
        ("foaf:logo <https://example.org/logo.png>",
         "schema:includedInDataCatalog <https://example.org/c>", "FIND_3_BIS", "pass"),
        ('skos:definition "The first."@en', 'skos:note "The first."@en', "VOC4", "fail"),
        ('rdfs:comment "Anything."@en', 'rdfs:seeAlso <https://example.org/>', "VOC4", "fail"),
        ('rdfs:label "thing"@en ;', "", "VOC3", "fail"),
        ('    skos:prefLabel "One"@en ;', "", "VOC3", "fail"),
    ],
)  # fmt: skip
def test_other_ways_to_say_it(copy: Path, old: str, new: str, test: str, outcome: str) -> None:
    text = HEADER + TERMS
    assert text.count(old) == 1
    _write(copy, text.replace(old, new))
    assert _fair(copy)[1][test]["outcome"] == outcome


@pytest.mark.parametrize(
    ("iri", "fails"),
    [
        ("https://example.org/voc/", {"PURL1"}),
        ("https://w3id.org.evil.example/voc/", {"PURL1"}),
        ("https://purl.obolibrary.org/voc/", set()),
        ("urn:example:voc:", {"PURL1", "HTTP1"}),
    ],
)
def test_iris_are_judged(copy: Path, iri: str, fails: set[str]) -> None:
    _write(copy, (HEADER + TERMS).replace(BASE, iri))
    found = _outcomes(_fair(copy)[1])["fail"]
    assert found & {"PURL1", "HTTP1"} == fails


def test_a_vocabulary_without_a_version(copy: Path) -> None:
    _write(copy, version="0.0.0")
    found = _outcomes(_fair(copy)[1])
    assert {"VER1", "VER2", "OM1", "OM2"} <= found["fail"]


def test_nothing_known_is_reused(copy: Path) -> None:
    _write(
        copy,
        f"@prefix owl: <http://www.w3.org/2002/07/owl#> .\n<{BASE}> a owl:Ontology .\n"
        f'<{BASE}A> a owl:Class ; <http://www.w3.org/2000/01/rdf-schema#label> "a" .\n',
    )
    assert {"VOC1", "VOC2"} <= _outcomes(_fair(copy)[1])["fail"]


def test_without_publishing_nothing_is_known_of_servers(tmp_path: Path) -> None:
    root = _write(tmp_path / "example")
    code, verdicts = _fair(root)
    found = _outcomes(verdicts)
    assert (code, found["not judged"]) == (0, OPEN | SERVED)
    assert all("pa-onto publish" in verdicts[name]["cure"] for name in SERVED)


@pytest.mark.parametrize(
    ("file", "content", "fails"),
    [
        ("index.html", None, {"CN1", "DOC1"}),
        ("index.html", "no page", {"CN1", "DOC1"}),
        ("example.nt", "no triples", {"RDF1"}),
        ("example.jsonld", "{", {"RDF1"}),
        ("context.jsonld", None, {"RDF1"}),
        ("example.ttl", "<x:a> a <http://www.w3.org/2002/07/owl#Ontology> .", {"URI2"}),
    ],
)
def test_what_is_published_is_read(
    copy: Path, file: str, content: str | None, fails: set[str]
) -> None:
    path = copy / "dist" / file
    if content is None:
        path.unlink()
    else:
        path.write_text(content)
    assert _outcomes(_fair(copy)[1])["fail"] == fails


def test_no_rdf_at_all(copy: Path) -> None:
    for path in (copy / "dist").glob("example.*"):
        path.unlink()
    assert _outcomes(_fair(copy)[1])["fail"] == {"URI1", "URI2", "VER2", "CN1", "RDF1"}


def test_ours(tmp_path: Path) -> None:
    """All that can be told here is right, but for the DOI, which nobody has asked for yet."""
    for part in ("ontology", "shapes"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pa-onto]\nname = "pa-onto"\nversion = "0.1.0"\n'
    )
    code, verdicts = _fair(_publish(tmp_path))
    found = _outcomes(verdicts)
    assert (code, found["fail"], found["not judged"]) == (1, {"OM3"}, OPEN)
    assert verdicts["OM3"]["reason"] == "lacks DOI (bibo:doi)."


def test_other_vocabularies_are_judged(tmp_path: Path) -> None:
    root = Path(shutil.copytree(ROOT / "tests" / "vocabularies" / "materials", tmp_path / "m"))
    code, verdicts = _fair(_publish(root))
    found = _outcomes(verdicts)
    assert code == 1
    assert {"URI1", "URI2", "CN1", "RDF1", "DOC1", "VOC3", "HTTP1"} <= found["pass"]
    assert {"PURL1", "VOC4"} <= found["fail"]


def test_scores_are_counted(example: Path) -> None:
    result = subprocess.run(
        [COMMAND, "check", "--fair", "--format", "json"],
        cwd=example,
        capture_output=True,
        text=True,
    )
    found = json.loads(result.stdout)
    assert found["score"] == {"passed": 20, "judged": 20, "tests": 24}
    assert found["principles"]["Accessible"] == {"passed": 2, "judged": 2, "tests": 3}
    assert {name: scores["tests"] for name, scores in found["principles"].items()} == {
        name: len(ids) for name, ids in IDS.items()
    }
    assert found["vocabulary"] == BASE


def test_people_read_verdicts_by_principle(pa_onto: Run, example: Path) -> None:
    result = pa_onto("check", "--fair", cwd=example)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0] == "Findable: 8 of 8 pass, 2 not judged"
    assert lines[-1] == f"{BASE} 1.0.0: 20 of 20 pass, 4 not judged."
    heads = [line.partition(":")[0] for line in lines if line and line[0] != " "]
    assert heads[:4] == list(IDS)


@pytest.mark.parametrize("format", ["sarif", "junit", "github", "jsonl", "turtle", "json-ld"])
def test_reports_have_the_fails(pa_onto: Run, copy: Path, format: str) -> None:
    _write(copy, HEADER.replace('    bibo:doi "10.5281/zenodo.1" ;\n', "") + TERMS)
    result = pa_onto("check", "--fair", "--format", format, cwd=copy)
    assert result.returncode == 1
    assert "FairOM3" in result.stdout or "bibo:doi" in result.stdout
    assert "FIND2 was not judged" in result.stderr or format == "github"


def test_the_packaged_vocabulary_is_judged(pa_onto: Run, tmp_path: Path) -> None:
    """Away from any project: what needs a published folder is left open or judged by ours."""
    result = pa_onto("check", "--fair", "--format", "json", cwd=tmp_path)
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["vocabulary"] == "https://w3id.org/pa-onto/"
    assert result.returncode == 1
