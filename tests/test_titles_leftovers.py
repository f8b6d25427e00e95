"""What is no part of a title is left over and named; certainty never grows by what is unknown."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import pa_onto
from pa_onto.project import find_project
from pa_onto.titles import Resolver
from pa_onto.titles.genders import GENDER
from pa_onto.titles.words import tokens
from tests.conftest import ROOT
from tests.test_titles_context import vocabulary

TITLE = "https://w3id.org/pa-onto/title/"


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver(find_project(ROOT))


FORMS = {
    "production-manager": [
        *(
            "Directeur·rice de production",
            "Directeur.rice de production",
            "Directeur⋅rice de production",
        ),
        *(
            "Directeur-rice de production",
            "Directeur(trice) de production",
            "Directeur/trice de production",
        ),
        *(
            "Directeur·rice·s de production",
            "Directeur / Directrice de production",
            "Director@ de producción",
        ),
        *("DIRECTEUR·RICE DE PRODUCTION", "Director/a de producción", "Director(a) de producción"),
        *(
            "Production Manager:in",
            "Production Manager*in",
            "Production Manager_in",
            "Production ManagerIn",
        ),
        *(
            "Production Manager/in",
            "Production Manager/-in",
            "Production Manager(in)",
            "Production Manager -/n",
        ),
        *(
            "Production Manager:innen",
            "Production ManagerInnen",
            "Production Manager (all genders)",
        ),
    ],
    "production-coordinator": [
        *("Coordinador/a de producción", "Coordinadora / Coordinador de producción"),
        *("Coordinateur·trice de production", "Coordinatrice/Coordinateur de production"),
    ],
    "runner": [
        *("Runner (m/w/d)", "Runner m/w/d", "Runner (M|W|D)", "Runner (w, m, d)", "Runner [m/f/x]"),
        *(
            "Runner (f/m/x)",
            "Runner (H/F)",
            "Runner F/H",
            "Runner (m/f/*)",
            "Runner (m/v)",
            "Runner (gn)",
        ),
        *("Runner:in (m/w/d)", "RunnerIn", "Runner (m/w/divers)", "Runner (k/m)", "Runner (d/f/m)"),
        *(
            "Runner 跑腿",
            "跑腿 Runner",
            "Runner\uff08跑腿\uff09",
            "Runner - Руннер",
            "Runner धावक",
            "Runner 러너",
        ),
        *("Runner رنر", "ランナー (Runner)", "ランナー・アシスタント Runner", "Runner ผู้ช่วย"),
        *(
            "Broadcasting Runner",
            "Runner Broadcasting",
            "Runner (Broadcasting)",
            "Runner, TV",
            "Film Runner (TV)",
        ),
        *(
            "Runner - Film & Television",
            "Audiovisual Runner",
            "Runner for television",
            "Streaming runner",
        ),
    ],
    "assistant-director": [
        "助理导演 (Assistant Director)",
        "Assistant Director (помощник режиссёра)",
    ],
    "line-producer": ["Line Producer:in", "Line Producer 制片人", "Broadcasting Line Producer"],
}


@pytest.mark.parametrize("code", FORMS)
def test_genders_glosses_and_media_are_left_over_and_named(code: str, resolver: Resolver) -> None:
    for text in FORMS[code]:
        for written in (text, unicodedata.normalize("NFD", text)):
            match = resolver.answers()[written]
            assert match.title == TITLE + code, written
            assert match.explanation.leftovers, written
            assert match.explanation.score < 1, written


@pytest.mark.parametrize(
    "text",
    [
        "P/A",
        "A/D",
        "V/P",
        "M/V",
        "F/X",
        "Stand-In",
        "Walk-in",
        "Co-Ordinator",
        "W/H",
        "A/V",
        "Set P/A",
    ],
)
def test_what_only_looks_like_a_gender_is_none(text: str) -> None:
    assert not any(word.startswith(GENDER) for word in tokens(text))


def test_no_text_is_taken_for_what_was_set_apart() -> None:
    for text in (
        f"Senior {GENDER}runner",
        "l\u00b7l",
        "\u0387runner",
        "\u0140l",
        f"{GENDER}",
        "a\u00b7b",
    ):
        assert not any(word.startswith(GENDER) for word in tokens(text)), text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Director de Locaciones",
            "Direktor of Production",
            "Produktion Asst",
            "Productie Assistent",
        ),
        *(
            "Produktion Manager",
            "Produktions Manager",
            "Koordinator Post",
            "Production Koordinator",
        ),
        *(
            "Asistente de producción",
            "Asistente Production Manager",
            "Line Productor",
            "Line Produzent",
        ),
        *(
            "Produzione Manager",
            "Coordinatore Production",
            "Assistente Director",
            "Office Asistente",
        ),
        *("Gerente de Operaciones", "Director de Operaciones", "Vicepresidente Production"),
        *(
            "Supervisor de Postproducción",
            "Lokations Manager",
            "Produkcja Manager",
            "Produksi Manager",
        ),
        *("Prodúcion Manager", "Locación Managér", "Constructor Runner"),
    ],
)
def test_a_word_of_another_language_is_no_misspelling(text: str) -> None:
    (match,) = pa_onto.resolve(text)
    assert match.title is None
    assert match.explanation.corrections == ()


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        *(
            ("Prodcution Manager", "production"),
            ("Maneger of Post", None),
            ("Locatoin Maneger", "location"),
        ),
        *(("Coordinateru de production", "coordinateur"), ("Directer of Post", "director")),
        *(("Coordinator Productoin", "production"), ("Asisstant Director", "assistant")),
    ],
)
def test_a_misspelling_is_mended_in_its_own_language(text: str, mended: str | None) -> None:
    (match,) = pa_onto.resolve(text)
    assert (match.title is not None) == (mended is not None), match
    if mended:
        assert any(one.endswith(f"→ {mended}") for one in match.explanation.corrections)


LANGUAGES = """\
@prefix pa: <https://w3id.org/pa-onto/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<x:assistant> a pa:JobTitle ; skos:prefLabel "Directing Assistant"@en, "Regieassistent"@de-AT,
    "Asistente de dirección"@es .
<x:manager> a pa:JobTitle ; skos:prefLabel "Production Manager"@en, "Produktionsleiter"@de,
    "Jefe de producción"@es .
"""


def test_each_language_is_mended_by_its_own_labels(tmp_path: Path) -> None:
    project = vocabulary(tmp_path, LANGUAGES)

    def said(text: str) -> tuple[str | None, tuple[str, ...]]:
        (match,) = pa_onto.resolve(text, project=project)
        return match.title, match.explanation.corrections

    assert said("Regieassitent")[0] == "x:assistant"
    assert said("Produktionsleter")[0] == "x:manager"
    assert said("Prodction Manager")[0] == "x:manager"
    assert said("Jefe de producion") == ("x:manager", ("producion → produccion",))
    assert said("Asistnte de dirección")[0] == "x:assistant"
    # The words around it are Spanish or English, and the other language has the nearer word.
    assert said("Jefe de Produktion") == (None, ())
    assert said("Directing Asistente") == (None, ())
    assert said("Directing Assistent")[0] in (None, "x:assistant")


def test_unknown_words_never_make_an_answer_more_certain(resolver: Resolver) -> None:
    labels = [
        label.text for title in resolver.index.concepts.titles.values() for label in title.labels
    ]
    letters = st.text("bcdfghjklmnpqrstvwxz", min_size=6, max_size=9)
    words = st.one_of(
        letters, st.text("灯光师场务器材员", min_size=2, max_size=4), st.just("(m/w/d)")
    )
    joints = st.sampled_from([" ", ", ", " - ", "/", " | "])
    ends = st.sampled_from(["", " (Remote)", " - TV", " needed"])

    @settings(max_examples=300, deadline=None, database=None)
    @given(st.sampled_from(labels), ends, words, joints, st.booleans())
    def not_more_certain(label: str, end: str, word: str, joint: str, first: bool) -> None:
        assume(not resolver.index.reader.text(word).corrected)
        text = label + end
        plain = resolver.answers()[text]
        more = resolver.answers()[f"{word}{joint}{text}" if first else f"{text}{joint}{word}"]
        assert more.explanation.score < plain.explanation.score or more.title is None
        if more.title:
            assert more.title == plain.title
            assert len(more.explanation.leftovers) > len(plain.explanation.leftovers)

    not_more_certain()


def test_a_title_is_exact_only_when_all_of_it_was_understood(resolver: Resolver) -> None:
    ours = "Runner AD Line Producer Set PA 1st 2 II de production / - ,"
    others = "(m/w/d) 灯光师 TV Key zzzzzz Directeur ·rice Manager:in"
    parts = st.sampled_from(f"{ours} {others}".split())

    @settings(max_examples=300, deadline=None, database=None)
    @given(st.lists(parts, min_size=1, max_size=5).map(" ".join))
    def told(text: str) -> None:
        match = resolver.answers()[text]
        if match.explanation.score == 1.0:
            assert tuple(tokens(text)) in resolver.index.exact
            assert match.explanation.leftovers == ()

    told()
