"""Every stored query says what it is for, and answers as it stands."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from pa_onto.project import find_project
from pa_onto.queries import Answer, find_query, run, stored_queries
from pa_onto.stores import in_memory

PROJECT = find_project(Path(__file__).parents[1])
NAMES = [stored.name for stored in stored_queries(PROJECT)]


@pytest.fixture(scope="module")
def vocabulary() -> ox.Store:
    return in_memory(PROJECT)


def test_there_are_enough_queries() -> None:
    assert len(NAMES) >= 12


@pytest.mark.parametrize("name", NAMES)
def test_query_is_described(name: str) -> None:
    stored = find_query(name, PROJECT)
    assert stored.title
    assert stored.description.endswith(".")
    for parameter in stored.parameters:
        assert parameter.default
        assert parameter.about
        assert f"?{parameter.name}" in stored.text


@pytest.mark.parametrize("name", NAMES)
def test_query_answers_with_its_defaults(name: str, vocabulary: ox.Store) -> None:
    assert _says_something(run(find_query(name, PROJECT), vocabulary, {}))


@pytest.mark.parametrize(
    ("name", "parameters", "rows"),
    [
        ("titles-at-level", {"level": "vp"}, 5),
        ("titles-at-level", {"level": "https://w3id.org/pa-onto/level/entry"}, 7),
        ("titles-in-department", {"department": "art"}, 1),
        ("career-steps-from", {"title": "assistant-production-manager"}, 1),
        ("career-steps-to", {"title": "second-assistant-director"}, 1),
        ("supervised-by", {"title": "first-assistant-director"}, 2),
        ("supervisors-of", {"title": "role:background-actor"}, 2),
        ("duties-of", {"title": "title:runner"}, 4),
        ("skills-of", {"title": "director-of-operations"}, 0),
        ("titles-needing-skill", {"skill": "negotiation-skills"}, 2),
        ("titles-with-duty", {"text": "CALL SHEET"}, 2),
        ("find-title", {"text": "2nd ad"}, 1),
        ("find-title", {"text": '" } ?a ?b ?c { "'}, 0),
        ("mappings-of", {"title": "vice-president-of-production"}, 0),
        ("similar-titles", {"title": "office-production-assistant"}, 1),
        ("ways-to-advance", {"title": "line-producer"}, 0),
    ],
)
def test_parameters_are_bound_as_terms(
    name: str, parameters: dict[str, str], rows: int, vocabulary: ox.Store
) -> None:
    answer = run(find_query(name, PROJECT), vocabulary, parameters)
    assert len(list(answer.rows())) == rows


@pytest.mark.parametrize(
    ("text", "known"), [("upm", True), ("Runner", True), ("gaffer", False), ("", False)]
)
def test_is_known_title(text: str, known: bool, vocabulary: ox.Store) -> None:
    answer = run(find_query("is-known-title", PROJECT), vocabulary, {"text": text})
    assert answer.boolean is known


def _says_something(answer: Answer) -> bool:
    if answer.boolean is not None:
        return answer.boolean
    if answer.variables is not None:
        return any(True for _ in answer.rows())
    return bool(answer.serialize("n-triples"))
