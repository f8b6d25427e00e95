"""``pa-onto resolve``: inputs, outputs, exit codes."""

from __future__ import annotations

import csv
import gzip
import io
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PATIENCE, ROOT

TITLE = "https://w3id.org/pa-onto/title/"
CSV = ("--input", "-", "--input-format", "csv")
JSON = ("--input", "-", "--input-format", "json")
CREW = Path(__file__).parent / "titles" / "crew.csv"


def resolve(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "pa_onto", "resolve", *map(str, arguments)],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        timeout=PATIENCE,
    )


def lines(result: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    assert result.returncode in (0, 1), result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_exit_codes() -> None:
    assert resolve("UPM", "Key 2nd").returncode == 0
    assert resolve("UPM", "2nd 2nd AD").returncode == 1
    assert resolve("Coordinator").returncode == 1


def test_the_table_says_what_and_why() -> None:
    result = resolve("Directer of Post", "Coordinator", "Gaffer")
    text = result.stdout.decode()
    assert "title:director-of-post-production" in text
    assert "title:locations-coordinator, title:post-production-coordinator" in text
    assert len(text.splitlines()) == 5
    assert result.stderr == b"pa-onto: 3 texts: 1 match, 1 ambiguous, 1 none.\n"
    assert resolve("UPM", "-q").stderr == b""


def test_json_lines_have_one_object_a_text() -> None:
    match, ambiguous, none = lines(resolve("2ND AD", "VP", "", "--format", "jsonl"))
    assert list(match)[:3] == ["text", "status", "title"]
    assert {"level", "department", "candidates", "explanation"} < set(match)
    assert (match["title"], match["level"]) == (TITLE + "second-assistant-director", "mid")
    assert ambiguous["title"] is None
    assert len(ambiguous["candidates"]) == 5
    assert none["status"] == "none"
    whole = json.loads(resolve("2ND AD", "VP", "", "--format", "json").stdout)
    assert whole == [match, ambiguous, none]


def test_context_is_given_or_read_from_the_columns_beside() -> None:
    (match,) = lines(resolve("Coordinator", "--department", "Locations", "--format", "jsonl"))
    assert match["title"] == TITLE + "locations-coordinator"
    (match,) = lines(resolve("PA", "--department", "Locations", "--format", "jsonl"))
    assert match["title"] == TITLE + "production-assistant"
    (narrower,) = match["candidates"]
    assert narrower["title"] == TITLE + "locations-production-assistant"
    assert resolve("PA", "--employer", "County Hospital").returncode == 1
    answers = lines(resolve("--input", CREW, "--format", "jsonl"))
    assert answers[2]["title"] == TITLE + "post-production-coordinator"
    assert answers[5]["status"] == "none"
    overruled = lines(resolve("--input", CREW, "--department", "Locations", "--format", "jsonl"))
    assert overruled[2]["title"] == TITLE + "locations-coordinator"


def test_a_table_keeps_its_columns_and_rows_and_gets_the_answers() -> None:
    result = resolve("--input", CREW, "--column", "Job Title", "--format", "csv")
    before = list(csv.reader(io.StringIO(CREW.read_text(), newline="")))
    after = list(csv.reader(io.StringIO(result.stdout.decode(), newline="")))
    assert len(after) == len(before)
    assert after[0][: len(before[0])] == before[0]
    assert after[0][len(before[0]) :][:2] == ["resolved_status", "resolved_title"]
    for old, new in zip(before[1:], after[1:], strict=True):
        kept = [cell.removeprefix("'") if cell.startswith("'=") else cell for cell in new]
        assert kept[: len(old)] == old
    assert result.returncode == 1


def test_no_cell_is_a_formula_and_numbers_stay_numbers() -> None:
    rows = b'title,note,n\nRunner,"=1+1",-5\n@Runner,"\t=1",+1.5\n"-2+3",\xef\xbc\x9d1,1e5\n'
    result = resolve("--input", "-", "--input-format", "csv", "--format", "csv", stdin=rows)
    after = list(csv.reader(io.StringIO(result.stdout.decode(), newline="")))
    assert [row[2] for row in after] == ["n", "-5", "+1.5", "1e5"]
    for row in after:
        for cell in (*row[:2], *row[3:]):
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\uff1d"))


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiter_and_line_ends_stay(mark: str, end: str, tmp_path: Path) -> None:
    path = tmp_path / "crew.csv"
    table = end.join([f"id{mark}title", f'1{mark}"Runner{mark} UK"', "", f"2{mark}UPM", ""])
    path.write_bytes(b"\xef\xbb\xbf" + table.encode())
    result = resolve("--input", path, "--format", "csv")
    rows = result.stdout.decode().split(end)
    assert rows[0].startswith(f"id{mark}title{mark}resolved_status{mark}")
    assert rows[2] == rows[4] == ""
    assert result.returncode == 0
    assert b"2 texts" in result.stderr


def test_a_carriage_return_in_a_cell_begins_no_row() -> None:
    table = b'no,job,note\n1,Runner,"a\rb"\n2,UPM,"a\r\nb"\n'
    result = resolve(*CSV, "--column", "job", "--format", "csv", stdin=table)
    rows = list(csv.reader(io.StringIO(result.stdout.decode(), newline="")))
    assert [row[:3] for row in rows[1:]] == [["1", "Runner", "a\rb"], ["2", "UPM", "a\r\nb"]]


def test_a_resolved_table_can_be_resolved_again() -> None:
    once = resolve("--input", CREW, "--format", "csv").stdout
    again = resolve(
        *("--input", "-", "--input-format", "csv", "--column", "Job Title", "--format", "csv"),
        stdin=once,
    )
    header = again.stdout.decode().splitlines()[0].split(",")
    assert len(set(header)) == len(header)


def test_lines_json_lines_and_packed_files_are_read(tmp_path: Path) -> None:
    result = resolve("--input", "-", "--format", "jsonl", stdin=b"UPM\r\n\r\n1st AD")
    assert [answer["text"] for answer in lines(result)] == ["UPM", "", "1st AD"]
    path = tmp_path / "crew.jsonl"
    path.write_text('{"job": "UPM", "n": 1}\n"Runner"\n{"job": null, "x": [1]}\n')
    assert resolve("--input", path, "--column", "text").returncode == 1
    result = resolve("--input", path, "--column", "job", "--format", "csv")
    rows = list(csv.reader(io.StringIO(result.stdout.decode())))
    assert rows[0][:4] == ["job", "n", "text", "x"]
    assert [row[:4] for row in rows[1:]] == [
        ["UPM", "1", "", ""],
        ["", "", "Runner", ""],
        ["", "", "", "[1]"],
    ]
    packed = tmp_path / "crew.csv.gz"
    packed.write_bytes(gzip.compress(CREW.read_bytes()))
    assert resolve("--input", packed).stdout == resolve("--input", CREW).stdout


ARRAY = [{"job": "UPM", "n": 1}, "Runner", {"job": None, "x": ["a", {"b": "]"}]}, {"job": "PÄ"}]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_json_array_is_read_like_json_lines(indent: int | None, tmp_path: Path) -> None:
    array, single = tmp_path / "crew.json", tmp_path / "crew.jsonl"
    array.write_text(json.dumps(ARRAY, indent=indent, ensure_ascii=False))
    single.write_text("".join(json.dumps(value) + "\n" for value in ARRAY))
    for format in ("csv", "jsonl", "table"):
        results = [
            resolve("--input", path, "--column", "job", "--format", format)
            for path in (array, single)
        ]
        assert results[0].stdout == results[1].stdout != b""
        assert results[0].returncode == 1
    piped = ("--input", "-", "--input-format", "json")
    assert lines(resolve(*piped, "--format", "jsonl", stdin=b'["UPM","1st AD"]'))[1]["title"]
    packed = tmp_path / "crew.json.gz"
    packed.write_bytes(gzip.compress(array.read_bytes()))
    csv_again = resolve("--input", packed, "--column", "job", "--format", "csv")
    assert (
        csv_again.stdout == resolve("--input", array, "--column", "job", "--format", "csv").stdout
    )


@pytest.mark.parametrize("format", ["json", "json-lines"])
@pytest.mark.parametrize("piped", [True, False])
def test_keys_that_come_late_are_columns_all_the_same(
    format: str, piped: bool, tmp_path: Path
) -> None:
    records = [{"title": f"Runner {n}", "n": n} for n in range(1500)]
    records[1400]["late"] = 1
    joint, ends = (",", "[]") if format == "json" else ("\n", ["", ""])
    text = ends[0] + joint.join(map(json.dumps, records)) + ends[1]
    path = tmp_path / "records"
    path.write_text(text)
    where, stdin = ("-", text.encode()) if piped else (path, b"")
    arguments = ("--input", where, "--input-format", format, "--format", "csv")
    result = resolve(*arguments, stdin=stdin)
    rows = list(csv.reader(io.StringIO(result.stdout.decode())))
    assert rows[0][:3] == ["title", "n", "late"]
    assert len(rows) == 1501
    assert [row[:3] for row in rows if row[2]][1] == ["Runner 1400", "1400", "1"]


def test_a_long_value_of_an_array_is_read_over_the_edges_of_blocks(tmp_path: Path) -> None:
    path = tmp_path / "crew.json"
    values = [{"title": "Runner", "note": "x" * size} for size in (1, 65_500, 200_000, 131_060)]
    path.write_text("[\n" + " ,\n".join(map(json.dumps, values)) + "\n]\n")
    result = resolve("--input", path, "--format", "csv", "-q")
    assert result.returncode == 0
    assert result.stdout.count(b"title/runner") == 4


def test_a_long_table_is_wide_as_its_first_rows(tmp_path: Path) -> None:
    path = tmp_path / "crew.txt"
    path.write_text("UPM\n" * 1000 + "Locations Production Assistant\nUPM\n")
    printed = resolve("--input", path).stdout.decode().splitlines()
    assert len(printed) == 1004
    assert printed[2] == printed[-1]
    assert printed[-2].startswith("Locations Production Assistant  match")
    assert len({line.index("match") for line in printed[2:]}) == 2


def test_time_is_limited_and_ctrl_c_ends_it() -> None:
    result = resolve("UPM", "--timeout", "0")
    assert result.returncode == 2
    command = [sys.executable, "-m", "pa_onto", "resolve", "--input", "-"]
    waiting = subprocess.Popen(
        [*command, "--timeout", "1"], cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with waiting:
        assert waiting.stderr is not None
        assert b"Not done after 1 seconds" in waiting.stderr.read()
    assert waiting.returncode == 2
    stopped = subprocess.Popen(
        [*command, "--format", "jsonl"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with stopped:
        assert stopped.stdin is not None and stopped.stdout is not None
        # The first answers come when the first rows were read: it is at work then.
        stopped.stdin.write(b"UPM\n" * 120)
        stopped.stdin.flush()
        assert stopped.stdout.readline().startswith(b"{")
        stopped.send_signal(signal.SIGINT)
        stopped.stdout.read()
        assert stopped.wait(timeout=PATIENCE) == 130


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        ([], b"", "Give titles"),
        (["UPM", "--input", "x.csv"], b"", "Give titles"),
        (["UPM", "--column", "x"], b"", "--input"),
        (["--input", "missing.csv"], b"", "missing.csv"),
        (["--input", "data"], b"", "data"),
        (["--input", "-"], b"", "no title"),
        (["--input", "-", "--input-format", "csv"], b"", "no header"),
        (["--input", "-", "--input-format", "csv"], b"a,b\n1,2\n", "Name one with --column: a, b"),
        (
            ["--input", "-", "--input-format", "csv"],
            b"title,b\n1,2,3\n",
            "<stdin>:2: The row has 3",
        ),
        (
            ["--input", "-", "--input-format", "csv", "--column", "x"],
            b"title\nPA\n",
            "No column 'x'",
        ),
        (["--input", "-", "--column", "x"], b"PA\n", "no columns"),
        (["--input", "-"], b"PA\n\xff\xfe\n", "UTF-8"),
        (["--input", "-", "--input-format", "json-lines"], b'{"title": 1}\n{', "<stdin>:2"),
        (["--input", "-", "--input-format", "json-lines"], b"[1]\n", "Neither an object"),
        (["--input", "-", "--input-format", "json-lines"], b"[" * 100_000, "Not JSON"),
        (["--input", "-", "--input-format", "xml"], b"", "xml"),
        ([*JSON], b'{"title": "UPM"}', "<stdin>:1: Not a JSON array"),
        ([*JSON], b'["UPM",\n7]', "<stdin>:2: Neither an object"),
        ([*JSON], b'["UPM",\n\n"PA" "AD"]', "<stdin>:3: Not JSON: a comma"),
        ([*JSON], b'["UPM",\n{"a": tru}]', "<stdin>:2: Not JSON: Expecting value"),
        ([*JSON], b'["UPM",]', "Not JSON"),
        ([*JSON], b'["UPM"', "Not JSON"),
        ([*JSON], b'["UPM"] x', "behind the array"),
        ([*JSON], b"[" * 100_000, "Not JSON"),
        ([*JSON], b'["\xff"]', "UTF-8"),
        ([*JSON], b"[]", "no title"),
        ([*JSON], b"", "no title"),
        ([*JSON, "--format", "csv"], b'[{"a": 1}, {"b": 2}]', "Name one with --column: a, b"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_exit_2(
    arguments: list[str], stdin: bytes, said: str
) -> None:
    result = resolve(*arguments, stdin=stdin)
    assert result.returncode == 2, result.stdout
    error = result.stderr.decode()
    assert error.startswith("pa-onto: ")
    assert len(error.strip().splitlines()) == 1
    assert said in error


def test_hostile_texts_reach_no_terminal() -> None:
    hostile = ["\x1b[31mRunner", "\u202eRunner", "<b>Runner</b>", "🎬", "x" * 100_000]
    result = resolve("--input", "-", stdin="\n".join(hostile).encode())
    assert result.returncode == 1
    text = result.stdout.decode()
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert max(map(len, text.splitlines())) < 250
    result = resolve("PA \udcff".encode("utf-8", "surrogateescape").decode("latin-1"))
    assert result.returncode in (0, 1)
