"""What a department may say of a title: every label with every department, in every spelling."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pa_onto
from pa_onto.model import Match
from pa_onto.project import Project, find_project
from pa_onto.titles import Resolver
from pa_onto.titles.index import Index
from tests.conftest import ROOT

TITLE = "https://w3id.org/pa-onto/title/"

#: Departments of film companies that the vocabulary does not have, and such as nobody has.
OTHER_DEPARTMENTS = (
    *("Legal and Clearances", "Data and DIT", "Animals", "Marine", "Health and Safety", "Grip"),
    *("Human Resources", "Finance", "Post Sound", "Crew", "Costume & Make-Up", "Dept. 4", "N/A"),
)


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver(find_project(ROOT))


def departments(index: Index) -> list[str]:
    """Return every name that a department has, in labels and in the grammar."""
    names = [label.text for place in index.concepts.departments.values() for label in place.labels]
    spoken = index.reader.grammar.context["department"]
    return ["", *names, *spoken, *(name.upper() for name in names), *OTHER_DEPARTMENTS]


def test_every_label_is_its_title_in_every_department(resolver: Resolver) -> None:
    places = departments(resolver.index)
    assert len(places) > 90
    for place in places:
        answers = resolver.answers(place)
        for title in resolver.index.concepts.titles.values():
            for label in title.labels:
                assert answers[label.text].title == title.iri, (label.text, place)


#: Spellings of one title, more than its labels: all of them mean the same wherever they stand.
SPELLINGS = {
    "first-assistant-director": [
        *("1st AD", "1st. A.D.", "First AD", "1st Assistant Director", "FIRST ASST. DIR.", "1 AD"),
        *("1º AD", "1er AD", "1ère AD", "1. AD", "I AD", "No. 1 AD", "#1 AD", "erster AD", "1ad"),
        *("AD (1st)", "1st A/D", "Primer ayudante de dirección", "1st assistant directors"),
    ],
    "second-assistant-director": [
        *("2nd AD", "2nd. A.D.", "Second AD", "2nd Ass't Director", "SECOND ASST. DIR.", "2 AD"),
        *("2º AD", "2ª AD", "2do AD", "2ndo AD", "2e AD", "2ème AD", "2me AD", "2. AD", "II AD"),
        *(
            "ii AD",
            "Ⅱ AD",
            "\uff12 AD",
            "² AD",
            "٢ AD",
            "第二 AD",
            "zweiter AD",
            "deuxième AD",
            "2º. AD",
        ),
        *("segundo AD", "secondo AD", "второй AD", "Key 2nd", "2.º AD", "2.ª AD"),
    ],
    "production-assistant": ["PA", "P.A.", "P/A", "Production Assistant", "Prod. Ass't", "PAs"],
    "production-manager": ["UPM", "U.P.M.", "Unit Production Manager", "Prod. Mgr", "PM"],
    "vice-president-of-production": ["VP Production", "V.P., Production", "Production VP"],
    "locations-manager": ["Location Manager", "Manager, Locations", "LOC. MGR.", "Locations Mngr"],
}


@pytest.mark.parametrize("code", SPELLINGS)
def test_spellings_of_one_title_agree_in_every_department(code: str, resolver: Resolver) -> None:
    for place, text in product(departments(resolver.index), SPELLINGS[code]):
        assert resolver.answers(place)[text].title == TITLE + code, (text, place)


def test_what_the_department_says_more_narrowly_is_offered() -> None:
    (match,) = pa_onto.resolve("PA", department="Locations")
    assert match.label == "Production Assistant"
    assert [other.label for other in match.candidates] == ["Locations Production Assistant"]
    assert pa_onto.resolve("PA", department="Camera")[0].candidates == ()
    assert pa_onto.resolve("Line Producer", department="Production")[0].candidates == ()


SHARED = """\
@prefix pa: <https://w3id.org/pa-onto/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<x:electric> a pa:Department ; skos:prefLabel "Electric"@en .
<x:rigging> a pa:Department ; skos:prefLabel "Rigging"@en ; skos:broader <x:electric> .
<x:grip> a pa:Department ; skos:prefLabel "Grip"@en .
<x:art> a pa:Department ; skos:prefLabel "Art"@en .
<x:buyers> a pa:JobTitle ; skos:prefLabel "Buyer"@en ; pa:inDepartment <x:art> .
<x:best-boy-electric> a pa:JobTitle ; skos:prefLabel "Best Boy Electric"@en ;
    skos:altLabel "Best Boy"@en, "Assistant Chief Lighting Technician"@en ;
    pa:inDepartment <x:electric> .
<x:best-boy-grip> a pa:JobTitle ; skos:prefLabel "Best Boy Grip"@en ;
    skos:altLabel "best boy"@en ; skos:hiddenLabel "Best-Boy"@en ; pa:inDepartment <x:grip> .
<x:spark> a pa:JobTitle ; skos:prefLabel "Spark"@en ; skos:altLabel "Juicer"@en ;
    pa:inDepartment <x:electric> .
<x:lamp> a pa:JobTitle ; skos:prefLabel "Lamp Operator"@en ; skos:altLabel "Juicer"@fr ;
    pa:inDepartment <x:electric> .
"""


@pytest.fixture
def shared(tmp_path: Path) -> Project:
    return vocabulary(tmp_path, SHARED)


def vocabulary(folder: Path, turtle: str) -> Project:
    """Return a project that has published a vocabulary and has no grammar of titles."""
    import rdflib

    (folder / "dist").mkdir()
    graph = rdflib.Graph().parse(data=turtle, format="turtle")
    graph.serialize(folder / "dist" / "pa-onto.nt", format="nt", encoding="utf-8")
    return Project(folder, name="pa-onto")


@pytest.mark.parametrize("text", ["Best Boy", "BEST BOY", "best-boy", "Best  Boy."])
def test_of_titles_with_one_label_the_department_is_taken(text: str, shared: Project) -> None:
    def answer(department: str) -> Match:
        return pa_onto.resolve(text, department=department, project=shared)[0]

    for open_ in ("", "Art", "nobody knows"):
        assert answer(open_).status == "ambiguous"
        assert len(answer(open_).candidates) == 2
        assert {one.decides for one in answer(open_).candidates} == {"the department"}
    assert answer("Electric").title == "x:best-boy-electric"
    assert answer("Rigging").title == "x:best-boy-electric"
    assert answer("grip").title == "x:best-boy-grip"
    assert answer("grip").explanation.rule == "decided by the department"


def test_a_label_that_two_titles_of_one_department_have_stays_open(shared: Project) -> None:
    for place in ("", "Electric", "Rigging", "Grip"):
        (match,) = pa_onto.resolve("Juicer", department=place, project=shared)
        assert (match.status, len(match.candidates)) == ("ambiguous", 2)
    (told,) = pa_onto.resolve("Juicer / Spark", project=shared)
    assert told.title == "x:spark"


def test_a_department_completes_what_is_no_title_without_it() -> None:
    def code(text: str, place: str) -> str | None:
        title = pa_onto.resolve(text, department=place)[0].title
        return title.removeprefix(TITLE) if title else None

    assert code("Coordinator", "Post") == "post-production-coordinator"
    assert code("Coord.", "Locations") == "locations-coordinator"
    assert code("Coordinator", "Production") == "production-coordinator"
    assert code("VP", "Operations") == code("Vice President", "Operations") is not None
    assert code("Coordinator", "Grip") is None
    assert code("Coordinator II", "Post") is None


def test_the_command_and_the_import_say_the_same(tmp_path: Path) -> None:
    rows = [
        ("Production Assistant", "Production"),
        ("1st AD", "Production"),
        ("1st Assistant Director", "Production"),
        ("Location Manager", "Production"),
    ]
    expected = [
        *("production-assistant", "first-assistant-director"),
        *("first-assistant-director", "locations-manager"),
    ]
    table = tmp_path / "crew.csv"
    lines = [f"{number},{text},{place}" for number, (text, place) in enumerate(rows)]
    table.write_text("\n".join(["No,Job Title,Department", *lines, ""]))
    told = run("resolve", "--input", str(table), "--format", "jsonl")
    assert [line["title"] for line in told] == [TITLE + code for code in expected]
    (tmp_path / "crew.toml").write_text(
        'type = "Position"\nid = "https://hr.example.com/positions/{No}"\n'
        '[columns]\ntitle = "Job Title"\n'
        '[context]\ndepartment = "Department"\n[constants]\n'
        'production = "https://hr.example.com/productions/1"\nstartDate = "2026-01-05"\n'
    )
    out = tmp_path / "crew.jsonl"
    run("import", str(table), "--mapping", str(tmp_path / "crew.toml"), "--out", str(out))
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert [record["title"] for record in records] == expected


def run(*arguments: str) -> list[dict[str, str]]:
    """Return what a command writes, line by line."""
    command = [sys.executable, "-m", "pa_onto", *arguments]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_no_department_makes_a_match_another_match(resolver: Resolver) -> None:
    index = resolver.index
    labels = [label.text for title in index.concepts.titles.values() for label in title.labels]
    beside = st.sampled_from(
        ["", " (Remote)", ", 2nd Unit", " - TV", "/Drama", " needed", " (m/w/d)"]
    )
    ahead = st.sampled_from(["", "Freelance ", "Key ", "Additional ", "Night "])

    @settings(max_examples=300, deadline=None, database=None)
    @given(ahead, st.sampled_from(labels), beside, st.sampled_from(departments(index)))
    def agree(before: str, label: str, after: str, place: str) -> None:
        text = f"{before}{label}{after}"
        plain = resolver.answers()[text]
        if plain.title:
            assert resolver.answers(place)[text].title == plain.title, (text, place)

    agree()
