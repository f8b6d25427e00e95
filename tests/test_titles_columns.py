"""Columns of any library are resolved; what is missing in them has no answer."""

from __future__ import annotations

import datetime
import decimal
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import pa_onto
from pa_onto.errors import UsageError
from pa_onto.titles.cells import is_one, text
from tests.conftest import ROOT

TITLE = "https://w3id.org/pa-onto/title/"


class _Missing:
    """Behaves as pandas' NA: whether it is equal to anything, itself too, cannot be said."""

    def __eq__(self, other: object) -> Any:
        return self

    def __ne__(self, other: object) -> Any:
        return self

    def __bool__(self) -> bool:
        raise TypeError("boolean value of NA is ambiguous")

    def __hash__(self) -> int:
        return 1


class _Scalar:
    """Behaves as a scalar of Arrow."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def as_py(self) -> Any:
        return self._value


class _Column:
    """Behaves as a column: iterable, compared cell by cell, without any truth value."""

    ndim = 1

    def __init__(self, *cells: Any) -> None:
        self._cells = cells

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cells)

    def __eq__(self, other: object) -> Any:
        return _Column(*self._cells)

    def __bool__(self) -> bool:
        raise ValueError("the truth value of a column is ambiguous")

    __hash__ = None  # type: ignore[assignment]


class _Frame:
    columns = ("title",)

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)


NULLS = (None, float("nan"), decimal.Decimal("NaN"), decimal.Decimal("sNaN"), _Missing())
NULLS += (_Scalar(None), _Scalar(float("nan")))


@pytest.mark.parametrize("null", NULLS, ids=lambda null: type(null).__name__)
def test_what_is_missing_has_no_answer(null: Any) -> None:
    for cells in (["Runner", null], (cell for cell in ("Runner", null)), _Column("Runner", null)):
        first, second = pa_onto.resolve(cells)
        assert (first.title, second.text, second.status) == (TITLE + "runner", "", "none")
    (alone,) = pa_onto.resolve(null)
    assert alone.status == "none"
    for beside in ([null, null], null, _Column(null, null)):
        answers = pa_onto.resolve(["Runner", "VP"], department=beside, employer=beside)
        assert [match.status for match in answers] == ["match", "ambiguous"]


def test_cells_that_are_no_texts_are_read_as_they_are_written() -> None:
    cells = [7, 1, True, 1.0, datetime.date(2026, 1, 5), _Scalar("Runner")]
    answers = pa_onto.resolve(cells)
    assert [match.text for match in answers] == ["7", "1", "True", "1.0", "2026-01-05", "Runner"]
    assert answers[-1].title == TITLE + "runner"
    assert pa_onto.resolve(_Scalar("Runner")) == pa_onto.resolve("Runner")
    assert pa_onto.resolve(_Column()) == pa_onto.resolve(()) == []
    assert not is_one(_Column())
    assert text(_Missing()) == ""


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (_Frame(), "A _Frame is no column of titles"),
        ({"title": "Runner"}, "A dict is no column"),
        (b"Runner", "A bytes is no column"),
        (7, "An int is no column"),
        (Path("crew.csv"), "Path is no column"),
        (object(), "An object is no column"),
        ([["Runner"]], "Number 0 of titles is a list"),
        (["Runner", b"Runner"], "Number 1 of titles is a bytes"),
        (["Runner", {"title": "Runner"}], "Number 1 of titles is a dict"),
        (["Runner", _Column("PA")], "Number 1 of titles is a _Column"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_column_of_texts_is_refused_by_name(value: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        pa_onto.resolve(value)


def test_department_and_employer_are_held_to_the_same() -> None:
    with pytest.raises(UsageError, match="no column of department"):
        pa_onto.resolve("Runner", department=7)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="1 titles, but 2 for employer"):
        pa_onto.resolve("Runner", employer=["", ""])


TEXTS = ["Runner", None, "UPM"]


def _of_pandas(pandas: Any) -> Iterator[Any]:
    for kind in ("object", "string", "category"):
        yield pandas.Series(TEXTS, dtype=kind)
    for null in (pandas.NA, pandas.NaT, float("nan")):
        yield pandas.Series(["Runner", null, "UPM"], dtype="object")
    yield pandas.Index(TEXTS)
    yield pandas.array(TEXTS, dtype="string")
    yield pandas.DataFrame({"title": TEXTS, "n": 1})["title"]


def _of_numpy(numpy: Any) -> Iterator[Any]:
    yield numpy.array(["Runner", numpy.nan, "UPM"], dtype=object)
    yield numpy.array(["Runner", "", "UPM"])
    yield numpy.ma.array(TEXTS, mask=[0, 1, 0], dtype=object)
    yield [numpy.str_("Runner"), numpy.datetime64("NaT"), numpy.str_("UPM")]


def _of_polars(polars: Any) -> Iterator[Any]:
    yield polars.Series(TEXTS)
    yield polars.Series(TEXTS, dtype=polars.Categorical)
    yield polars.DataFrame({"title": TEXTS})["title"]


def _of_pyarrow(pyarrow: Any) -> Iterator[Any]:
    yield pyarrow.array(TEXTS)
    yield pyarrow.chunked_array([TEXTS[:1], TEXTS[1:]], type=pyarrow.string())
    yield pyarrow.array(TEXTS).dictionary_encode()
    yield list(pyarrow.array(TEXTS))
    yield pyarrow.table({"title": TEXTS})["title"]


@pytest.mark.parametrize(
    ("library", "made"),
    [
        *(("pandas", _of_pandas), ("numpy", _of_numpy)),
        *(("polars", _of_polars), ("pyarrow", _of_pyarrow)),
    ],
)
def test_the_columns_of_libraries_are_read(
    library: str, made: Callable[[Any], Iterator[Any]]
) -> None:
    module = pytest.importorskip(library, reason=f"{library} is not installed")
    for column in made(module):
        answers = pa_onto.resolve(column)
        assert [match.status for match in answers] == ["match", "none", "match"], column
        assert [match.text for match in answers] == ["Runner", "", "UPM"]
        same = pa_onto.resolve(["VP"] * 3, department=column, employer=column)
        assert [match.status for match in same] == ["ambiguous"] * 3


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_whole_tables_of_libraries_are_refused(library: str) -> None:
    module: Any = pytest.importorskip(library, reason=f"{library} is not installed")
    make = module.table if library == "pyarrow" else module.DataFrame
    tables = [make({"title": ["Runner"]})]
    if library == "pandas":
        tables.append(tables[0].to_numpy())
    for table in tables:
        with pytest.raises(UsageError, match="Give one column of it"):
            pa_onto.resolve(table)


def test_null_and_nan_are_missing_on_the_command_line() -> None:
    rows = b'[{"job": "Runner", "department": NaN}, {"job": null}, {"job": NaN}]'
    command = [sys.executable, "-m", "pa_onto", "resolve", "--input", "-"]
    command += ["--input-format", "json", "--column", "job", "--format", "jsonl"]
    result = subprocess.run(command, cwd=ROOT, input=rows, capture_output=True)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["text"] for answer in answers] == ["Runner", "", ""]
    assert result.returncode == 1


def test_no_library_of_tables_is_loaded() -> None:
    program = (
        "import sys, pa_onto\n"
        "pa_onto.resolve(['Runner', None])\n"
        "print({'pandas', 'polars', 'pyarrow', 'numpy'} & set(sys.modules))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True
    )
    assert result.stdout.strip() == "set()", result.stderr
