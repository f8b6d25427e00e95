"""The published vocabulary answers what people of the trade ask of it.

Each ``questions/NAME.rq`` opens with the question in words; ``NAME.csv`` is the answer, written
from the source text: local names of IRIs and values of literals, in any order.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from pa_onto.namespaces import local_name
from pa_onto.project import find_project
from pa_onto.stores import in_memory

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "tests" / "questions"
QUESTIONS = sorted(FOLDER.glob("*.rq"))
Row = tuple[str, ...]


@pytest.fixture(scope="module")
def vocabulary() -> ox.Store:
    return in_memory(find_project(ROOT))


def test_there_are_enough_questions() -> None:
    assert len(QUESTIONS) >= 40


def test_every_question_has_an_answer_and_every_answer_a_question() -> None:
    answers = {path.stem for path in FOLDER.glob("*.csv")}
    assert answers == {path.stem for path in QUESTIONS}


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_question_is_asked_in_words(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert first.endswith("?")


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_vocabulary_answers(path: Path, vocabulary: ox.Store) -> None:
    variables, rows = _answer(path, vocabulary)
    header, expected = _expected(path.with_suffix(".csv"))
    assert variables == header
    assert rows == expected


def _answer(path: Path, vocabulary: ox.Store) -> tuple[Row, Counter[Row]]:
    results = vocabulary.query(path.read_text(encoding="utf-8"))
    assert isinstance(results, ox.QuerySolutions)
    variables = tuple(variable.value for variable in results.variables)
    return variables, Counter(tuple(_plain(row[name]) for name in variables) for row in results)


def _expected(path: Path) -> tuple[Row, Counter[Row]]:
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return tuple(header), Counter(tuple(row) for row in rows)


def _plain(term: object) -> str:
    """Return the local name of an IRI, the value of a literal, nothing for an unbound one."""
    if isinstance(term, ox.NamedNode):
        return local_name(term.value)
    return term.value if isinstance(term, ox.Literal) else ""
