"""A number or an ordinal beside a title is its grade, or the answer is open: none is dropped."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pa_onto
from pa_onto.project import find_project
from pa_onto.titles import Resolver
from pa_onto.titles.numerals import number, ordinal, split
from tests.conftest import ROOT
from tests.test_titles_context import vocabulary

TITLE = "https://w3id.org/pa-onto/title/"

FIRSTS = (
    "1st",
    "1º",
    "1ª",
    "1er",
    "1ère",
    "1.",
    "I",
    "№ 1",
    "#1",
    "\uff11",
    "①",
    "¹",
    "\u0661",
    "第一",
)
FIRSTS += ("first", "primer", "première", "erster", "primeiro", "första", "первый", "1.º", "1:a")
SECONDS = (
    "2nd",
    "2d",
    "2ND.",
    "2º",
    "2ª",
    "2do",
    "2da",
    "2ndo",
    "2nda",
    "2e",
    "2ème",
    "2me",
    "2de",
)
SECONDS += (
    "2te",
    "2ter",
    "2.",
    "II",
    "ii",
    "Ⅱ",
    "No. 2",
    "Nr. 2",
    "#2",
    "\uff12",
    "\uff12nd",
    "②",
    "²",
    "٢",
)
SECONDS += ("२", "第二", "第2", "zweite", "Zweiter", "deuxième", "segundo", "Segunda", "secondo")
SECONDS += ("tweede", "drugi", "второй", "ثاني", "שני", "δεύτερος", "セカンド", "2", "2n", "2°")
LATER = ("3rd", "3º", "3ª", "3er", "3ra", "3me", "3.", "III", "Ⅲ", "3", "#3", "No. 3", "third", "³")
LATER += (
    "tercer",
    "terza",
    "dritter",
    "第三",
    "③",
    "٣",
    "ثالث",
    "третий",
    "4th",
    "IV",
    "4º",
    "cuarto",
)
LATER += ("5th", "VI", "sixth", "6º", "12th", "21st", "99", "sechster", "サード", "3:e", "III.")


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver(find_project(ROOT))


@pytest.mark.parametrize("title", ["AD", "Assistant Director", "A.D.", "Ayudante de dirección"])
def test_an_ordinal_before_a_title_is_its_grade_or_the_answer_is_open(
    title: str, resolver: Resolver
) -> None:
    grades = {"first": FIRSTS, "second": SECONDS, "": LATER}
    for grade, ordinals in grades.items():
        expected = {f"{TITLE}{grade}-assistant-director", None} if grade else {None}
        for word in ordinals:
            for text in (f"{word} {title}", f"{word.upper()}  {title}", f"{word}-{title}"):
                assert resolver.answers()[text].title in expected, text


@pytest.mark.parametrize("word", [w for w in SECONDS if w not in ("2n", "第2", "№ 2")])
def test_the_second_is_found_however_it_is_written(word: str, resolver: Resolver) -> None:
    (match,) = {resolver.answers()[f"{word} {title}"].title for title in ("AD", "Asst. Director")}
    assert match == TITLE + "second-assistant-director", word


BESIDE = (
    "{0} {1}",
    "{1} {0}",
    "{1}, {0}",
    "{1} ({0})",
    "{1} - {0}",
    "{1}/{0}",
    "{1}-{0}",
    "({0}) {1}",
)


def test_adding_an_ordinal_never_leaves_the_answer_as_it_was(resolver: Resolver) -> None:
    labels = [
        (label.text, title.iri)
        for title in resolver.index.concepts.titles.values()
        for label in title.labels
        # “2nd Unit Production Manager” is the production manager of the second unit.
        if label.kind != "code" and not label.text.startswith("Unit")
    ]
    words = st.sampled_from([*FIRSTS, *SECONDS, *LATER, "two", "drei", "G7", "L2", "2b", "½"])

    @settings(max_examples=400, deadline=None, database=None)
    @given(st.sampled_from(labels), words, st.sampled_from(BESIDE))
    def changed(label: tuple[str, str], word: str, form: str) -> None:
        text, iri = label
        answer = resolver.answers()[form.format(word, text)].title
        own = {"first": FIRSTS, "second": SECONDS}
        same_grade = any(grade in iri and word in words for grade, words in own.items())
        assert answer != iri or same_grade, form.format(word, text)
        if answer is not None and not same_grade:
            # It has become a title with that grade.
            (grade,) = (grade for grade, words in own.items() if word in words)
            assert answer == f"{TITLE}{grade}-assistant-director"

    changed()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("PA - Season 4", "production-assistant"), ("Runner, Eps 101-103", "runner")),
        *(("AD, Block 2", "assistant-director"), ("AD Eps 3 & 4", "assistant-director")),
        *(("2 x Production Assistants", "production-assistant"), ("3 Runners", "runner")),
        *(("Production Assistants (3)", "production-assistant"), ("Runner x 2", "runner")),
        *(
            ("Runner #4417", "runner"),
            ("Runner 03/2024", "runner"),
            ("Runner 12.05.2024", "runner"),
        ),
        *(("Runner 2024-05", "runner"), ("Runner 9:30", "runner"), ("Runner £120/day", "runner")),
        *(("Runner $18.50", "runner"), ("Runner 1,450", "runner"), ("Runner (2 days)", "runner")),
        *(("UPM (2nd Unit)", "production-manager"), ("Runner, Unit II", "runner")),
        *(("Runner (50 %)", "runner"), ("Runner 40h", "runner"), ("Runner 20 hrs/week", "runner")),
        *(("Runner, 6 weeks", "runner"), ("Runner 12 June", "runner"), ("Runner S2 E", None)),
        *(("Season 2 AD", None), ("2 Assistant Directors", None), ("Runner Grade 2", None)),
        *(("Runner (B)", None), ("Runner (β)", None), ("Runner 2級", None), ("1/2 AD", None)),
    ],
)
def test_what_counts_or_dates_is_no_grade(text: str, expected: str | None) -> None:
    (match,) = pa_onto.resolve(text)
    assert match.title == (TITLE + expected if expected else None)
    if expected:
        assert match.explanation.leftovers


def test_a_number_that_may_be_a_grade_is_asked_about() -> None:
    (match,) = pa_onto.resolve("Production Manager II")
    assert match.status == "ambiguous"
    assert [one.label for one in match.candidates] == ["Production Manager"]
    assert match.candidates[0].decides == "what the number says"


GRADED = """\
@prefix pa: <https://w3id.org/pa-onto/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<x:i> a pa:JobTitle ; skos:prefLabel "Electrician I"@en ; skos:altLabel "1st Electrician"@en .
<x:ii> a pa:JobTitle ; skos:prefLabel "Electrician II"@en .
<x:grip> a pa:JobTitle ; skos:prefLabel "Grip"@en ; skos:altLabel "器材员"@zh .
"""


def test_the_grades_of_another_vocabulary_are_its_own(tmp_path: Path) -> None:
    project = vocabulary(tmp_path, GRADED)
    texts = {
        "x:i": [
            "Electrician I",
            "ELECTRICIAN 1",
            "electrician ①",
            "1er Electrician",
            "1º electrician",
        ],
        "x:ii": ["Electrician II", "Electrician 2", "Electrician #2", "Electrician ٢"],
        "x:grip": ["Grip", "器材员", "Grip 器材员", "器材员 / Grip", "Grip 木工"],
        "": [
            "Electrician",
            "Electrician III",
            "Electrician 3",
            "2nd Electrician",
            "Grip 2",
            "Grip 器材员 2",
        ],
    }
    for iri, spelled in texts.items():
        for match in pa_onto.resolve(spelled, project=project):
            assert (match.title or "") == iri, match.text


def test_numbers_are_read_in_many_scripts() -> None:
    assert [ordinal(word) for word in ("2nd", "2ndo", "3me", "1ere", "第三", "11th")] == [
        2,
        2,
        3,
        1,
        3,
        11,
    ]
    assert [ordinal(word) for word in ("2", "2x", "4k", "nd", "ii", "", "第")] == [None] * 7
    assert [number(word) for word in ("7", "\u0667", "vii", "七", "iv", "xii", "0012")] == [
        7,
        7,
        7,
        7,
        4,
        12,
        100,
    ]
    assert [number(word) for word in ("x", "iiii", "vx", "七八", "a", "2nd")] == [None] * 6
    assert (split("ad2"), split("2ad"), split("a2d"), split("2")) == (
        ("ad", "2"),
        ("2", "ad"),
        None,
        None,
    )
