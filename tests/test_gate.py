"""`pa-onto validate` as a process: streams, signals, time limits, a terminal to watch it."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pa_onto.project import find_project
from pa_onto.validation import validate
from tests.conftest import COMMAND, PATIENCE, ROOT, Run

sys.path.insert(0, str(ROOT / "tests" / "bench"))
from data import records

BROKEN = ROOT / "data" / "broken" / "crew.jsonld"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that takes a few seconds."""
    path = tmp_path_factory.mktemp("many") / "crew.jsonl"
    with path.open("w") as file:
        for record in records(60_000):
            file.write(json.dumps(record) + "\n")
    return path


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment whose temporary files can be counted."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    yield {**os.environ, "TMPDIR": str(folder), "NO_COLOR": "1"}


def test_the_report_is_all_of_standard_output(pa_onto: Run) -> None:
    result = pa_onto("validate", BROKEN, "--format", "json")
    assert json.loads(result.stdout)["conforms"] is False
    assert (result.returncode, result.stderr) == (1, "")


def test_quiet_leaves_the_exit_code(pa_onto: Run) -> None:
    for path, code in ((BROKEN, 1), (ROOT / "data" / "crew.jsonld", 0)):
        result = pa_onto("validate", path, "--quiet")
        assert (result.returncode, result.stdout, result.stderr) == (code, "", "")


def test_verbose_says_how_each_rule_was_evaluated(pa_onto: Run) -> None:
    result = pa_onto("validate", "data/crew.jsonld", "-v")
    assert result.returncode == 0
    lines = result.stderr.splitlines()
    assert "pa-onto: pash:Position-reportsTo-acyclic sh:sparql: " in result.stderr
    assert all(line.startswith("pa-onto: ") for line in lines)
    assert any(line.endswith("one query for all focus nodes") for line in lines)
    slow = pa_onto("validate", "data/crew.jsonld", "-v", "--engine", "pyshacl")
    assert slow.stderr.splitlines()[: len(lines)] == lines


def test_a_limit_lists_less_and_counts_all(pa_onto: Run) -> None:
    whole = json.loads(pa_onto("validate", BROKEN, "--format", "json").stdout)
    cut = json.loads(pa_onto("validate", BROKEN, "--format", "json", "--max-findings", "3").stdout)
    assert len(cut["findings"]) == 3
    assert cut["findings"] == whole["findings"][:3]
    counted = [(g["shape"], g["component"], g["new"]) for g in whole["groups"]]
    assert [(g["shape"], g["component"], g["new"]) for g in cut["groups"]] == counted
    result = pa_onto("validate", BROKEN, "--max-findings", "0")
    assert result.returncode == 1


def test_a_closed_pipe_ends_it_quietly(tmp_path: Path) -> None:
    path = tmp_path / "crew.jsonl"
    path.write_text("".join(f'{{"type": "Position", "id": "x:{n}"}}\n' for n in range(3000)))
    command = f"'{COMMAND}' validate '{path}' --format jsonl | head -1; echo ${{PIPESTATUS[0]}}"
    result = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE
    )
    assert result.stdout.splitlines()[-1] == "141"
    assert result.stderr == ""


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_ctrl_c_ends_it_soon_and_leaves_nothing(
    engine: str, many: Path, tmp_path: Path, elsewhere: dict[str, str]
) -> None:
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    with many.open("rb") as crew:
        process = subprocess.Popen(
            [
                *(COMMAND, "validate", "-", "--input-format", "json-lines", "--engine", engine),
                *("--valid-out", good, "--invalid-out", bad),
            ],
            stdin=crew,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=elsewhere,
        )
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output, errors.strip()) == (130, b"", b"")
    assert not good.exists() and not bad.exists()
    assert list(tmp_path.glob(".*.jsonl.*")) == []
    assert list(Path(elsewhere["TMPDIR"]).iterdir()) == []


def test_a_time_limit_is_kept(many: Path, pa_onto: Run) -> None:
    result = pa_onto("validate", many, "--timeout", "0.3")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("pa-onto: Not done after 0.3 seconds.")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.long
def test_a_terminal_is_shown_progress_and_a_file_is_not(many: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with (tmp_path / "report.json").open("wb") as report:
        process = subprocess.Popen(
            [COMMAND, "validate", many, "--format", "json"],
            stdout=report,
            stderr=theirs,
            cwd=ROOT,
        )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # The other end is closed.
            break
        if not part:
            break
        shown += part
    assert process.wait(timeout=PATIENCE) == 1
    assert b"validating" in shown and b"100%" in shown
    assert json.loads((tmp_path / "report.json").read_text())["records"] == 60_000


@pytest.mark.long
def test_large_and_small_inputs_give_the_same_report(many: Path, pa_onto: Run) -> None:
    """The first lines of a large file, alone and among the others."""
    lines = many.read_text().splitlines(keepends=True)
    few = many.with_name("few.jsonl")
    few.write_text("".join(lines[:500]))
    small = json.loads(pa_onto("validate", few, "--format", "json").stdout)["findings"]
    large = json.loads(pa_onto("validate", many, "--format", "json").stdout)["findings"]
    assert len(small) >= 10

    def seen(findings: list[dict[str, object]]) -> list[tuple[object, ...]]:
        names = ("record", "shape", "key", "line", "column", "pointer", "written")
        return [tuple(f[name] for name in names) for f in findings if int(str(f["line"])) <= 500]

    assert seen(large) == seen(small)


def test_a_limit_also_limits_what_is_looked_up(tmp_path: Path) -> None:
    """Where all is wrong, what is not listed is counted and never placed."""
    path = tmp_path / "crew.jsonl"
    path.write_text("".join(f'{{"type": "Position", "id": "x:{n}"}}\n' for n in range(5000)))
    for parts in (False, True):
        report = validate([str(path)], project=find_project(ROOT), max_findings=7, parts=parts)
        assert len(report.findings) == 7
        assert report.total == 15_000
        whole = validate([str(path)], project=find_project(ROOT), parts=parts)
        assert (report.groups, report.findings) == (whole.groups, whole.findings[:7])


def test_a_baseline_that_is_written_again_tells_its_growth(pa_onto: Run, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    first = pa_onto("validate", "data/crew.jsonld", "--write-baseline", known)
    assert (first.returncode, first.stderr) == (0, f"pa-onto: {known} knows 0 findings now.\n")
    again = pa_onto("validate", BROKEN, "--write-baseline", known)
    assert again.stderr == f"pa-onto: {known} knows 33 findings now, 0 before.\n"
