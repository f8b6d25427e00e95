"""The vocabulary against what its source states."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from pa_onto.project import find_project
from pa_onto.reason import contradictions, derive
from pa_onto.vocabulary import build
from tests.conftest import ROOT, Run

BASE = "https://w3id.org/pa-onto/"
PA = BASE + "ns#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

TITLES = [
    "production-assistant",
    "set-production-assistant",
    "office-production-assistant",
    "post-production-assistant",
    "art-department-production-assistant",
    "locations-production-assistant",
    "runner",
    "office-assistant",
    "production-coordinator",
    "assistant-production-manager",
    "assistant-director",
    "second-assistant-director",
    "first-assistant-director",
    "post-production-coordinator",
    "locations-coordinator",
    "production-manager",
    "line-producer",
    "post-production-supervisor",
    "locations-manager",
    "director-of-production",
    "director-of-post-production",
    "director-of-operations",
    "director-of-creative-services",
    "director-of-locations",
    "vice-president-of-production",
    "vice-president-of-post-production",
    "vice-president-of-operations",
    "vice-president-of-creative-services",
    "vice-president-of-locations",
]


def _relations() -> list[dict[str, str]]:
    path = ROOT / "tests" / "vocabulary" / "relations.tsv"
    rows = list(csv.DictReader(path.read_text().splitlines(), delimiter="\t"))
    assert len(rows) == 105
    return rows


def _term(name: str, property: str) -> ox.NamedNode:
    if "/" in name:
        return ox.NamedNode(BASE + name)
    scheme = {"atLevel": "level", "inDepartment": "department"}.get(property, "title")
    return ox.NamedNode(f"{BASE}{scheme}/{name}")


def _quad(row: dict[str, str]) -> ox.Quad:
    property = row["property"]
    predicate = SKOS + "broader" if property == "skos:broader" else PA + property
    subject = ox.NamedNode(f"{BASE}title/{row['subject']}")
    return ox.Quad(subject, ox.NamedNode(predicate), _term(row["object"], property))


@pytest.mark.parametrize("row", _relations(), ids=lambda row: " ".join(row.values()))
def test_every_relation_of_the_source_is_published(
    row: dict[str, str], published: ox.Store
) -> None:
    assert _quad(row) in published


def test_what_the_source_states_is_stated_and_the_rest_derived() -> None:
    vocabulary = build(find_project(ROOT))
    stated = {ox.Quad(t.subject, t.predicate, t.object) for t in vocabulary.stated}
    for row in _relations():
        assert (_quad(row) in stated) is (row["stated"] == "yes"), row
    assert not set(vocabulary.stated) & set(vocabulary.derived)


@pytest.mark.parametrize("property", ["atLevel", "inDepartment"])
def test_levels_and_departments_are_those_of_the_source(property: str, published: ox.Store) -> None:
    wanted = {str(_quad(row)) for row in _relations() if row["property"] == property}
    titles = {
        q.subject
        for q in published.quads_for_pattern(None, RDF_TYPE, ox.NamedNode(PA + "JobTitle"))
    }
    found = {
        str(quad)
        for quad in published.quads_for_pattern(None, ox.NamedNode(PA + property), None)
        if quad.subject in titles
    }
    assert found == wanted


def test_there_is_one_concept_for_each_title(published: ox.Store) -> None:
    quads = published.quads_for_pattern(None, RDF_TYPE, ox.NamedNode(PA + "JobTitle"))
    slugs = sorted(str(quad.subject).strip("<>").removeprefix(BASE + "title/") for quad in quads)
    assert slugs == sorted(TITLES)
    assert len(TITLES) == 29


def test_every_concept_says_what_it_is(published: ox.Store) -> None:
    concepts = [
        quad.subject
        for quad in published.quads_for_pattern(None, RDF_TYPE, ox.NamedNode(SKOS + "Concept"))
    ]
    assert len(concepts) > 200
    for concept in concepts:
        for property in (SKOS + "definition", SKOS + "notation", DCTERMS + "source"):
            assert any(published.quads_for_pattern(concept, ox.NamedNode(property), None)), (
                concept,
                property,
            )


def test_definitions_are_in_our_own_words(published: ox.Store) -> None:
    """No definition or note shares a run of seven words with the source text."""
    seed = ROOT.parent / "shared" / "seed" / "job-titles-for-a-production-assistant.txt"
    if not seed.is_file():
        pytest.skip(f"the source text is not here: {seed}")
    words = re.findall(r"[a-z]+", seed.read_text().lower())
    runs = {tuple(words[i : i + 7]) for i in range(len(words))}
    prose = ("definition", "scopeNote", "note", "example")
    texts = [
        quad.object.value
        for name in prose
        for quad in published.quads_for_pattern(None, ox.NamedNode(SKOS + name), None)
        if isinstance(quad.object, ox.Literal)
    ]
    assert len(texts) > 300
    for text in texts:
        own = re.findall(r"[a-z]+", text.lower())
        assert not runs & {tuple(own[i : i + 7]) for i in range(len(own) - 6)}, text


def test_every_section_of_the_source_is_cited(published: ox.Store) -> None:
    part_of = ox.NamedNode(DCTERMS + "isPartOf")
    sections = {quad.subject for quad in published.quads_for_pattern(None, part_of, None)}
    assert len(sections) == 48
    source = ox.NamedNode(DCTERMS + "source")
    cited = {quad.object for quad in published.quads_for_pattern(None, source, None)}
    assert {str(section) for section in sections} <= {str(term) for term in cited}


def test_a_label_belongs_to_one_title(published: ox.Store) -> None:
    owners = Counter(
        (quad.object.value.casefold())
        for kind in ("pref", "alt", "hidden")
        for quad in published.quads_for_pattern(None, ox.NamedNode(f"{SKOS}{kind}Label"), None)
        if "/title/" in str(quad.subject) and isinstance(quad.object, ox.Literal)
    )
    assert [label for label, count in owners.items() if count > 1] == []


def test_the_vocabulary_is_consistent_in_owl() -> None:
    assert contradictions(build(find_project(ROOT)).triples) == []


def test_a_contradiction_is_found() -> None:
    triples = build(find_project(ROOT)).triples
    runner = ox.NamedNode(BASE + "title/runner")
    wrong = type(triples[0])(runner, RDF_TYPE, ox.NamedNode(PA + "Level"))
    assert contradictions([*triples, wrong]) != []


@pytest.mark.parametrize("engine", ["shacl", pytest.param("pyshacl", marks=pytest.mark.long)])
def test_the_vocabulary_passes_its_own_check(engine: str, pa_onto: Run) -> None:
    result = pa_onto("check", "--engine", engine)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "conforms" in result.stdout


def test_a_rule_that_comes_to_no_end_is_refused(tmp_path: Path) -> None:
    from pa_onto.errors import InputError

    (tmp_path / "endless.rq").write_text("CONSTRUCT { [] ?p ?o } WHERE { ?s ?p ?o }")
    start = [ox.Triple(ox.NamedNode("x:a"), ox.NamedNode("x:p"), ox.Literal("1"))]
    with pytest.raises(InputError, match="no end"):
        derive(start, tmp_path)


def test_mappings_are_published(published: ox.Store) -> None:
    manager = ox.NamedNode(BASE + "title/production-manager")
    exact = {
        str(quad.object)
        for quad in published.quads_for_pattern(manager, ox.NamedNode(SKOS + "exactMatch"), None)
    }
    assert "<https://ontology.fiafcore.org/ProductionManager>" in exact
    executives = ox.NamedNode(BASE + "title/vice-president-of-production")
    for kind in ("exact", "close", "broad", "narrow", "related"):
        predicate = ox.NamedNode(f"{SKOS}{kind}Match")
        assert not list(published.quads_for_pattern(executives, predicate, None))
