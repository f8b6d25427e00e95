"""What is given to public functions by mistake is told with what is taken instead."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pa_onto
from tests.conftest import COMMAND, ROOT, Run

LONG = "x" * 5_000


class _NoPath:
    """Has what makes a path, and makes none."""

    def __fspath__(self) -> Any:
        return 3


class _Column:
    """A column that answers a comparison with a column, as those of tables do."""

    def __eq__(self, other: object) -> Any:
        return self

    def __hash__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        raise TypeError("the truth value of a column is ambiguous")


class _Expression(_Column):
    """A column by its name: a comparison gives another."""

    def __eq__(self, other: object) -> Any:
        return _Expression()

    __hash__ = _Column.__hash__


class _Lazy:
    """A table that is not there yet."""

    def __eq__(self, other: object) -> bool:
        raise TypeError("not supported for a table that is not there yet")

    __hash__ = _Column.__hash__


CALLS: dict[str, Callable[[Any], object]] = {
    "validate": pa_onto.validate,
    "shapes": lambda value: pa_onto.validate("data/crew.jsonld", shapes=value),
    "vocabulary": lambda value: pa_onto.validate("data/crew.jsonld", vocabulary=value),
    "baseline": lambda value: pa_onto.validate("data/crew.jsonld", baseline=value),
    "valid_out": lambda value: pa_onto.validate("data/crew.jsonld", valid_out=value),
    "query": lambda value: pa_onto.query("ASK {}", data=value),
    "project": lambda value: pa_onto.resolve("PA", project=value),
    "mapping": lambda value: list(pa_onto.import_records("data/crew.csv", value)),
    "find_project": pa_onto.find_project,
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    "value", [LONG, "\ud800.ttl", _NoPath(), _Column()], ids=["long", "half", "number", "column"]
)
def test_what_can_be_no_path_is_told(
    name: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(pa_onto.PaOntoError) as caught:
        CALLS[name](value)
    assert caught.value.cure
    assert "\n" not in str(caught.value)


def test_half_a_character_is_no_text() -> None:
    for call in (pa_onto.query, pa_onto.describe):
        with pytest.raises(pa_onto.PaOntoError, match="is no character"):
            call("ASK { } # \ud800")


@pytest.mark.parametrize("value", [_Expression(), _Lazy()], ids=["expression", "lazy"])
def test_what_refuses_to_be_compared_is_no_missing_title(value: object) -> None:
    with pytest.raises(pa_onto.PaOntoError, match="no column of titles"):
        pa_onto.resolve(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "call",
    [
        ("validate", LONG),
        ("validate", "data/crew.jsonld", "--shapes", LONG),
        ("validate", "data/crew.jsonld", "--vocabulary", LONG),
        ("validate", "data/crew.jsonld", "--import", f"https://x.example/={LONG}"),
        ("import", "data/crew.csv", "--mapping", LONG),
        ("format", LONG),
    ],
    ids=lambda call: " ".join(call[:3])[:40],
)
def test_a_name_that_no_system_takes_is_exit_2(call: tuple[str, ...], pa_onto: Run) -> None:
    result = pa_onto(*call)
    assert result.returncode == 2, result.stderr
    assert "File name too long" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_bytes_that_are_no_text_are_exit_2() -> None:
    call = [COMMAND, "query", "-e", os.fsdecode(b"ASK { } # \xff")]
    result = subprocess.run(call, cwd=ROOT, capture_output=True)
    assert result.returncode == 2
    assert b"Write it in UTF-8" in result.stderr


@pytest.mark.parametrize("name", ["shapes.csv", "shapes.jsonl", "shapes.html", "shapes.txt"])
def test_shapes_that_are_no_rdf_are_told(name: str, pa_onto: Run, tmp_path: Path) -> None:
    (tmp_path / name).write_text("name,age\nAna,3\n")
    for option in ("--shapes", "--add-shapes", "--vocabulary"):
        result = pa_onto("validate", "data/crew.jsonld", option, tmp_path / name)
        assert result.returncode == 2, result.stderr
        assert "Give Turtle" in result.stderr
        assert "--input-format" not in result.stderr


@pytest.mark.parametrize(
    "text", ["SELECT * { ?s ?p ?o }", "ASK {}", "CONSTRUCT { ?s ?p 1 } {?s ?p 2}"]
)
@pytest.mark.parametrize("lost", [">&-", ">/dev/full"])
def test_a_query_says_once_that_its_output_is_lost(text: str, lost: str) -> None:
    if "full" in lost and not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    script = f"'{COMMAND}' query -e '{text}' {lost}"
    result = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert "<stdout>: Could not write" in result.stderr


@pytest.mark.parametrize("name", ["crew.jsonld", "crew.ttl", "crew.html", "crew.nt.gz", "b.xlsx"])
def test_titles_are_not_read_from_what_holds_none(name: str, pa_onto: Run, tmp_path: Path) -> None:
    (tmp_path / name).write_text("Runner\n")
    result = pa_onto("resolve", "--input", tmp_path / name)
    assert result.returncode == 2
    assert "--input-format" in result.stderr or "as CSV" in result.stderr
    told = pa_onto("resolve", "--input", tmp_path / name, "--input-format", "text")
    assert told.returncode == 0, told.stderr


@pytest.mark.parametrize("name", ["crew.csv", "crew.parquet", "a/crew.parquet"])
def test_what_turns_data_into_a_table_leaves_them(name: str, pa_onto: Run, tmp_path: Path) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"PAR1 and more")
    result = pa_onto("validate", file)
    assert result.returncode == 2
    assert f'read_parquet("{file}")' in result.stderr
    assert f'to_csv("{file}"' not in result.stderr
