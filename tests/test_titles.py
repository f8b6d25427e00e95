"""Titles are resolved rightly, with the reason, whatever is thrown at them."""

from __future__ import annotations

import csv
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

import pa_onto
from pa_onto.errors import InputError, UsageError
from pa_onto.project import Project, find_project
from pa_onto.server.reconciliation.loading import read_catalogue
from pa_onto.titles import Resolver
from pa_onto.titles.words import tokens
from pa_onto.vocabulary import published_text
from tests.conftest import PATIENCE, ROOT
from tests.titles.sets import Case, labelled, opened

TITLE = "https://w3id.org/pa-onto/title/"


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver(find_project(ROOT))


def code(text: str, **context: str) -> str | None:
    (match,) = pa_onto.resolve([text], **context)
    return match.title.removeprefix(TITLE) if match.title else None


def status(text: str, **context: str) -> str:
    return pa_onto.resolve(text, **context)[0].status


def test_the_labelled_set_is_large_and_its_halves_are_alike() -> None:
    cases = labelled()
    assert len(cases) >= 400
    assert len({case.text for case in cases}) == len(cases)
    assert sum(case.expected is None for case in cases) >= 150
    codes = {case.expected for case in cases} - {None}
    assert len(codes) == 29
    for half in ("tuning", "test"):
        assert {case.expected for case in labelled(half)} - {None} == codes
        assert 0.4 < len(labelled(half)) / len(cases) < 0.6


@pytest.mark.parametrize("cases", [labelled("tuning"), labelled("test"), opened()], ids=len)
def test_most_are_right_and_hardly_any_is_a_wrong_match(
    cases: list[Case], resolver: Resolver
) -> None:
    answers = resolver.answers()
    got = [(answers[case.text].title or "").removeprefix(TITLE) or None for case in cases]
    right = sum(code == case.expected for code, case in zip(got, cases, strict=True))
    wrong = sum(code not in (None, c.expected) for code, c in zip(got, cases, strict=True))
    assert right >= 0.95 * len(cases)
    assert wrong <= 0.01 * len(cases)


def test_every_label_of_the_vocabulary_is_matched(resolver: Resolver) -> None:
    for title in resolver.index.concepts.titles.values():
        for label in title.labels:
            for text in (label.text, label.text.upper(), unicodedata.normalize("NFD", label.text)):
                assert resolver.answers()[text].title == title.iri, text


@pytest.mark.parametrize(
    "text",
    [
        *("2nd 2nd AD", "2nd 2nd", "3rd AD", "Third Assistant Director", "1st/2nd AD"),
        *("Assistant Production Coordinator", "Assistant Location Manager", "ALM"),
        *("Director", "Art Director", "Director of Photography", "Production Designer"),
        *("Runner-up", "Production Engineer", "Assistant to the Line Producer"),
        *("Line Producer's Assistant", "SVP Production", "Assistant Director of Operations"),
        *("Production Manager - Injection Molding", "Personal Assistant (PA)", "PA / Editor"),
        *("Senior PM", "PM II", "Sr. AD", "Assistant Director, Career Services", "Set Dec PA"),
        *("Production Manager, Career Planning", "Assistant Director - Donor Services"),
    ],
)
def test_levels_ordinals_and_neighbours_never_merge(text: str) -> None:
    assert code(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2ND ASST DIR.", "second-assistant-director"),
        ("key 2nd", "second-assistant-director"),
        ("VP, Post Production (Remote)", "vice-president-of-post-production"),
        ("V.P. of Post", "vice-president-of-post-production"),
        ("Vice-President \u2013 Operations", "vice-president-of-operations"),
        ("Director, Post-Production", "director-of-post-production"),
        ("Ass\u2019t Production Manager", "assistant-production-manager"),
        ("Production Co-ord.", "production-coordinator"),
        ("\uff35\uff30\uff2d", "production-manager"),
        ("directrice de production", "production-manager"),
        ("COORDINADORA DE PRODUCCIÓN", "production-coordinator"),
        ("Segunda ayudante de dirección", "second-assistant-director"),
        ("Set PA's needed", "set-production-assistant"),
        ("\u202eRunner\u200b\u0007", "runner"),
        ("second-assistant-director", "second-assistant-director"),
        ("Line producer/drama", "line-producer"),
        ("2nd Unit 1st AD", "first-assistant-director"),
        ("Production Assistant - Jane Doe", "production-assistant"),
        ("SET P/A", "set-production-assistant"),
        ("1st A/D", "first-assistant-director"),
        ("V/P Operations", "vice-president-of-operations"),
        ("U/P/M (m/w/d)", "production-manager"),
        ("Senior Production Manager", "production-manager"),
    ],
)
def test_a_title_is_found_however_it_is_written(text: str, expected: str) -> None:
    assert code(text) == expected


def test_context_decides_where_it_can() -> None:
    for place in ("Locations", "Post-Production Department", "Camera", "Production", ""):
        assert code("PA", department=place) == "production-assistant"
    assert status("Coordinator") == "ambiguous"
    assert code("Coordinator", department="post") == "post-production-coordinator"
    assert code("VP", department="Operations") == "vice-president-of-operations"
    assert status("Director", department="Operations") == "ambiguous"
    assert code("AD", department="Art") == "assistant-director"
    assert code("Production Coordinator", department="Locations") == "production-coordinator"
    for house in ("Legal", "Data and DIT", "Human Resources", "Marketing & Publicity"):
        assert code("2nd AD", department=house) == "second-assistant-director"
    assert (
        code("PA", department="Cardiology", employer="Lantern Pictures") == "production-assistant"
    )
    assert code("PA", employer="St. Mary's Hospital") is None
    assert code("PA", department="Cardiology") is None
    assert code("Production Manager", employer="Midland Plastics") is None
    assert code("Production Manager", employer="Hospital Hill Pictures") == "production-manager"
    assert code("Runner", department="nobody knows") == "runner"
    unclear = "Production Manager - Sundries"
    assert status(unclear) == "ambiguous"
    for context in ({"employer": "Sundries Films"}, {"department": "Production"}):
        assert code(unclear, **context) == "production-manager"
    assert code("Production Manager - Sundries (Pilot, Main Unit)") == "production-manager"
    assert code("Line Producer - Sundries") == "line-producer"


def test_an_answer_explains_itself() -> None:
    exact, turned, mended, several, none = pa_onto.resolve(
        [
            "UPM",
            "director of post (Remote)",
            "Prodcution Assisstant",
            "VP",
            "Pulp Production Manager",
        ]
    )
    assert (exact.label, exact.level, exact.department) == (
        "Production Manager",
        "senior",
        "production",
    )
    assert exact.explanation.label == "UPM"
    assert (exact.explanation.kind, exact.explanation.score) == ("alternative label", 1.0)
    assert turned.explanation.leftovers == ("remote",)
    assert 0 < turned.explanation.score < 1
    assert mended.explanation.corrections == ("prodcution → production", "assisstant → assistant")
    assert mended.explanation.score < turned.explanation.score
    assert len(several.candidates) == 5
    assert {candidate.decides for candidate in several.candidates} == {"the department"}
    assert none.explanation.reason
    assert [candidate.label for candidate in none.candidates] == ["Production Manager"]


def test_any_iterable_is_a_column_and_what_is_missing_has_no_answer() -> None:
    column = iter(["Runner", None, float("nan"), 7, ""])
    answers = pa_onto.resolve(column)
    assert [match.status for match in answers] == ["match", "none", "none", "none", "none"]
    places = pa_onto.resolve(["VP", "PA"], department=["Post", None], employer=("", "A Clinic"))
    assert [match.label for match in places] == ["Vice President of Post-Production", None]
    assert pa_onto.resolve([]) == []
    with pytest.raises(UsageError, match="2 titles, but 1 for department"):
        pa_onto.resolve(["PA", "PA"], department=["Set"])


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "\0",
            "\x1b[31mRunner",
            "\ud800",
            "🎬",
            "🎬 Runner 🎬",
            "|||",
            "''''s",
            "'s",
            "~!?",
        ),
        *("<script>alert('Runner')</script>", "ASK { ?s ?p 'Runner' }", "=cmd|' /C calc'!A0"),
        *("a" * 1_000_000, "Runner " * 150_000, "a." * 150, "()" * 200, "of " * 130),
        *("\u0301" * 300, "ﷺ" * 400, "de of de", "of", "of of Runner of", "' '", "2nd " * 100),
        *("Runner; DROP TABLE titles", "../../etc/passwd", "%s%n", "\u2066Runner\u2069", "١٢٣"),
    ],
    ids=lambda text: ascii(text[:20]),
)
def test_hostile_texts_get_an_answer(text: str) -> None:
    (match,) = pa_onto.resolve([text])
    assert match.text == text
    assert match.status in ("match", "ambiguous", "none")
    assert match.explanation.reason
    assert (match.title is None) == (match.status != "match")


def test_random_texts_get_an_answer(resolver: Resolver) -> None:
    from hypothesis import given, settings
    from hypothesis import strategies as st

    words = st.sampled_from(sorted(resolver.index.reader.grammar.entries)[::7] + list(",/-()'. |"))
    texts = st.one_of(st.text(max_size=40), st.lists(words, max_size=8).map(" ".join))

    @settings(max_examples=300, deadline=None, database=None)
    @given(texts, texts)
    def answered(text: str, department: str) -> None:
        match = resolver.answers(department)[text]
        assert match.status in ("match", "ambiguous", "none")

    answered()


def test_words_come_apart_the_same_however_they_are_joined() -> None:
    assert tokens("Post\u2013Production") == tokens("post-production") == ["post", "production"]
    assert tokens("V.P.") == tokens("V/P") == tokens("vp") == ["vp"]
    assert tokens("PA/AD") == ["pa", "|", "ad"]
    assert tokens("Ass\u2019t Mgr.") == ["asst", "mgr"]
    assert tokens("Set - PA") == ["set", "|", "pa"]
    assert tokens("Dirección") == tokens("Direccio\u0301n") == ["direccion"]


OTHER = """\
@prefix pa: <https://w3id.org/pa-onto/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<x:charge-nurse> a pa:JobTitle ; skos:prefLabel "Charge Nurse"@en ; skos:altLabel "CN"@en ;
    pa:inDepartment <x:icu> .
<x:director> a pa:JobTitle ; skos:prefLabel "Director of Nursing"@en .
<x:icu> a pa:Department ; skos:prefLabel "Intensive Care"@en .
"""


def _other_project(folder: Path, **tables: str) -> Project:
    import rdflib

    (folder / "dist").mkdir()
    (folder / "ontology" / "titles").mkdir(parents=True)
    graph = rdflib.Graph().parse(data=OTHER, format="turtle")
    graph.serialize(folder / "dist" / "pa-onto.nt", format="nt", encoding="utf-8")
    for name, text in tables.items():
        (folder / "ontology" / "titles" / f"{name}.tsv").write_text(text)
    return Project(folder, name="pa-onto")


def test_another_vocabulary_is_matched_by_its_own_labels_and_grammar(tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    bare = _other_project(tmp_path / "bare")
    texts = ["CHARGE NURSE", "cn", "Nursing Director", "Sr. Charge Nurse", "Runner"]
    found = [match.title for match in pa_onto.resolve(texts, project=bare)]
    assert found == ["x:charge-nurse", "x:charge-nurse", "x:director", None, None]
    (tmp_path / "own").mkdir()
    own = _other_project(
        tmp_path / "own",
        leftovers="words\tkind\tunless\nsr\tstanding\n",
        forms="form\tmeans\tslot\nof\tof\tof\ndirector\tdirector\trank\n",
    )
    found = [match.title for match in pa_onto.resolve(texts, project=own)]
    assert found == ["x:charge-nurse", "x:charge-nurse", "x:director", "x:charge-nurse", None]


def test_a_withdrawn_title_is_matched_no_more(project: Path) -> None:
    withdrawn = "https://w3id.org/pa-onto/title/runner"
    (project / "ontology" / "withdrawn.ttl").write_text(
        f"<{withdrawn}> <http://www.w3.org/2002/07/owl#deprecated> true .\n"
    )
    (project / "dist" / "pa-onto.nt").unlink()
    found = pa_onto.resolve(["Runner", "Line Producer"], project=find_project(project))
    assert [match.status for match in found] == ["none", "match"]
    catalogue = read_catalogue(published_text(find_project(project)), find_project(project))
    assert withdrawn not in catalogue.entities


def test_a_damaged_table_is_named_with_its_line(tmp_path: Path) -> None:
    project = _other_project(tmp_path, forms="form\tmeans\tslot\nasst assistant role\n")
    with pytest.raises(InputError, match=r"forms\.tsv:2"):
        pa_onto.resolve("Runner", project=project)


def test_the_tables_say_each_thing_once() -> None:
    for name in ("forms", "leftovers", "others"):
        path = ROOT / "ontology" / "titles" / f"{name}.tsv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, delimiter="\t"))[1:]
        said = [row[0] for row in rows]
        assert len(said) > 50
        assert sorted(set(said)) == sorted(said)
        assert all(" ".join(tokens(words)) == words for words in said), name


def test_nothing_is_read_or_loaded_before_it_is_needed() -> None:
    program = (
        "import sys, pa_onto.titles\n"
        "assert 'rapidfuzz' not in sys.modules and 'csv' not in sys.modules\n"
        "assert pa_onto.titles.resolve('UPM')[0].title\n"
        "print('rapidfuzz' in sys.modules)\n"
        "assert pa_onto.titles.resolve('Prodcution Manager')[0].title\n"
        "print('rapidfuzz' in sys.modules)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE
    )
    assert result.stdout.split() == ["False", "True"], result.stderr
