"""``pa-onto import``: every row of an export comes out once, as a record or with its reasons."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pa_onto
from pa_onto.importing import open_import, read_mapping
from pa_onto.importing.escapes import asleep, awake
from pa_onto.importing.rejection import RejectedRows
from pa_onto.project import find_project
from tests.conftest import COMMAND, PATIENCE, ROOT, Run, at_least

EXPORT = ROOT / "data" / "export" / "crew.csv"
MAPPING = ROOT / "data" / "export" / "crew.toml"
BAD = at_least(sorted((ROOT / "tests" / "import" / "bad").glob("*.toml")), 35)
ADDED = ["rejected_row", "rejected_because"]

SMALL = """
type = "Position"
id = "https://hr.example.com/positions/{No}"
[columns]
title = "Title"
production = "https://hr.example.com/productions/{Show}"
startDate = "Start"
"""
HEADER = "No,Title,Show,Start"
Rows = list[list[str]]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with a mapping of four columns."""
    (tmp_path / "m.toml").write_text(SMALL)
    return tmp_path


def table(content: str | bytes) -> Rows:
    text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    csv.field_size_limit(len(text) + 1)
    return list(csv.reader(io.StringIO(text, newline="")))


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def because(folder: Path, name: str = "crew.rejected.csv") -> dict[str, str]:
    """Return the reasons of the rejected rows by their number."""
    return {row[0]: row[1] for row in table((folder / name).read_bytes())[1:]}


def imported(pa_onto: Run, folder: Path, *rows: str, more: str = "") -> Any:
    """Import rows by the mapping of a folder, with more lines at its end."""
    (folder / "crew.csv").write_text("\n".join([HEADER, *rows, ""]))
    (folder / "m.toml").write_text(SMALL + more)
    (folder / "crew.rejected.csv").unlink(missing_ok=True)
    return pa_onto("import", "crew.csv", "--mapping", "m.toml", cwd=folder)


# The sample


def test_the_sample_is_imported_and_what_comes_out_is_valid(pa_onto: Run, tmp_path: Path) -> None:
    out, rejected = tmp_path / "crew.jsonl", tmp_path / "rejected.csv"
    result = pa_onto("import", EXPORT, "--mapping", MAPPING, "--out", out, "--rejected", rejected)
    assert result.returncode == 1
    assert result.stdout == ""
    assert "42 rows: 33 records, 8 rejected, 1 blank." in result.stderr
    assert "1  title: ambiguous" in result.stderr
    judged = pa_onto("validate", out, "--fail-on", "info")
    assert judged.returncode == 0, judged.stdout
    assert "33 records" in judged.stdout
    first = lines(out.read_text())[0]
    assert first == {
        "@context": "https://w3id.org/pa-onto/context.jsonld",
        "id": "https://hr.example.com/positions/17",
        "type": "Position",
        "title": "line-producer",
        "level": "senior",
        "department": "production",
        "production": "https://hr.example.com/productions/night-shoot",
        "holder": "https://hr.example.com/people/10017",
        "startDate": "2025-10-06",
        "endDate": "2026-08-28",
        "weeklyRate": 3400,
        "currency": "USD",
        "employmentType": "CONTRACTOR",
    }


def test_exactly_the_expected_rows_of_the_sample_are_rejected(pa_onto: Run, tmp_path: Path) -> None:
    pa_onto("import", EXPORT, "--mapping", MAPPING, "--rejected", tmp_path / "crew.rejected.csv")
    found = because(tmp_path)
    expected = {
        "12": "title: “Coordinator”: The department is missing. Perhaps locations-coordinator, "
        "post-production-coordinator, production-coordinator (the department)",
        "17": "startDate: “02/30/2026” is no date MM/DD/YYYY",
        "20": "weeklyRate: “TBC” is no number",
        "25": "title: “2nd 2nd AD”: No title has these words. "
        "Perhaps second-assistant-director (nearest, another job)",
        "30": "id: https://hr.example.com/positions/47 is the id of row 28 already",
        "39": "endDate must not be before startDate; correct one of the two",
        "42": "id: the cell of “Pos. No” is empty",
        "43": "department: “Set Department” contradicts the title Locations Manager",
    }
    assert list(found) == list(expected)
    for row, reason in expected.items():
        assert found[row].startswith(reason)
    original = table(EXPORT.read_bytes())
    for row in table((tmp_path / "crew.rejected.csv").read_bytes())[1:]:
        assert [awake(cell) for cell in row[2:]] == original[int(row[0]) - 1]


def test_the_records_of_the_sample_say_what_the_crew_list_says(
    pa_onto: Run, tmp_path: Path
) -> None:
    result = pa_onto("import", EXPORT, "--mapping", MAPPING, "--rejected", tmp_path / "r.csv")
    crew = {r["id"]: r for r in lines((ROOT / "data" / "crew.jsonl").read_text())}
    titles = [(record["title"], crew[record["id"]]["title"]) for record in lines(result.stdout)]
    assert len(titles) == 33
    same = sum(ours == theirs.rpartition("/")[2] for ours, theirs in titles)
    assert same >= 28, titles


def test_data_readme_lists_the_rejected_rows(pa_onto: Run, tmp_path: Path) -> None:
    pa_onto("import", EXPORT, "--mapping", MAPPING, "--rejected", tmp_path / "crew.rejected.csv")
    text = (ROOT / "data" / "README.md").read_text()
    for row in because(tmp_path):
        assert f"\n| {row} | " in text


# Rejected rows


def test_rejected_rows_can_be_mended_and_imported_again(pa_onto: Run, tmp_path: Path) -> None:
    first = tmp_path / "crew.rejected.csv"
    pa_onto("import", EXPORT, "--mapping", MAPPING, "--rejected", first)
    again = pa_onto("import", first, "--mapping", MAPPING)
    second = tmp_path / "crew.rejected.rejected.csv"
    assert again.returncode == 1
    before, after = table(first.read_bytes()), table(second.read_bytes())
    assert after[0] == before[0]
    # The row with the id of another is alone here.
    assert [row[2:] for row in after] == [row[2:] for row in before if row[0] != "30"]
    mended = first.read_text().replace("02/30/2026", "02/27/2026").replace("TBC", "$740.00")
    first.write_text(mended)
    result = pa_onto("import", first, "--mapping", MAPPING, "--rejected", second)
    assert [r["id"][-2:] for r in lines(result.stdout)] == ["34", "39", "47"]
    assert len(table(second.read_bytes())) == 1 + 5


def test_the_added_columns_may_stand_elsewhere(pa_onto: Run, small: Path) -> None:
    rows = "rejected_because,No,Title,Show,Start,rejected_row\nx,1,UPM,a,2026-01-01,2\n"
    (small / "moved.csv").write_text(rows + "x,2,Gaffer,a,2026-01-01,3\n")
    result = pa_onto("import", "moved.csv", "--mapping", "m.toml", cwd=small)
    assert "2 rows: 1 record, 1 rejected" in result.stderr
    header, row = table((small / "moved.rejected.csv").read_bytes())
    assert header == [*ADDED, *HEADER.split(",")]
    assert row[2:] == ["2", "Gaffer", "a", "2026-01-01"]


def test_every_reason_of_a_row_is_given(pa_onto: Run, small: Path) -> None:
    more = 'weeklyRate = "Title"\nendDate = "Show"\n'
    assert imported(pa_onto, small, ",Gaffer,a,2026-13-01", more=more).returncode == 1
    (reasons,) = because(small).values()
    keys = [reason.split(":")[0] for reason in reasons.split("; ")]
    assert sorted(keys) == ["endDate", "id", "startDate", "title", "weeklyRate"]


def test_formulas_sleep_in_the_file_of_rejected_rows(pa_onto: Run, small: Path) -> None:
    cells = ["=1+1", "'=1+1", "''@x", "+1 555", "-5", " \t=x", "\uff1d1", "plain", "'quoted'"]
    with (small / "crew.csv").open("w", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["No", "Title", "Show", "Start", *(f"n{n}" for n in range(9))])
        writer.writerow(["1", "Gaffer", "a", "2026-01-01", *cells])
    assert pa_onto("import", "crew.csv", "--mapping", "m.toml", cwd=small).returncode == 1
    content = (small / "crew.rejected.csv").read_bytes()
    for cell in table(content)[1]:
        assert not cell.lstrip(" ").startswith(("=", "@", "+", "\t", "\uff1d"))
    assert [awake(cell) for cell in table(content)[1][6:]] == cells
    pa_onto("import", "crew.rejected.csv", "--mapping", "m.toml", cwd=small)
    again = table((small / "crew.rejected.rejected.csv").read_bytes())
    assert again[1][2:] == table(content)[1][2:]


@given(st.text(alphabet="'=+-@ \t\r\n1a\uff0d", max_size=6))
def test_what_falls_asleep_wakes_as_it_was(cell: str) -> None:
    assert awake(asleep(cell)) == cell


def test_rejected_rows_keep_the_form_of_the_export(pa_onto: Run, small: Path) -> None:
    text = f"{HEADER}\r\n1;Réalisateur adjoint;a;2026-01-01\r\n".replace(",", ";")
    (small / "crew.csv").write_bytes(text.encode("utf-16"))
    (small / "m.toml").write_text('encoding = "utf-16"\n' + SMALL)
    pa_onto("import", "crew.csv", "--mapping", "m.toml", cwd=small)
    kept = (small / "crew.rejected.csv").read_bytes().decode("utf-16")
    assert kept.splitlines()[1].endswith(";1;Réalisateur adjoint;a;2026-01-01")
    assert kept.count("\r\n") == 2
    again = pa_onto("import", "crew.rejected.csv", "--mapping", "m.toml", cwd=small)
    assert "1 row: 0 records, 1 rejected" in again.stderr


def test_a_file_of_rejected_rows_is_replaced_only_by_name(pa_onto: Run, small: Path) -> None:
    imported(pa_onto, small, "1,Gaffer,a,2026-01-01")
    mended = (small / "crew.rejected.csv").read_text().replace("Gaffer", "UPM")
    (small / "crew.rejected.csv").write_text(mended)
    call = ("import", "crew.csv", "--mapping", "m.toml")
    result = pa_onto(*call, cwd=small)
    assert result.returncode == 2
    assert "--rejected crew.rejected.csv" in result.stderr
    assert (small / "crew.rejected.csv").read_text() == mended
    (small / "crew.csv").write_text(f"{HEADER}\n1,UPM,a,2026-01-01\n")
    assert pa_onto(*call, "--rejected", "crew.rejected.csv", cwd=small).returncode == 0
    assert len(table((small / "crew.rejected.csv").read_bytes())) == 1


def test_without_rejected_rows_there_is_no_file_of_them(pa_onto: Run, small: Path) -> None:
    assert imported(pa_onto, small, "1,UPM,a,2026-01-01").returncode == 0
    assert sorted(p.name for p in small.iterdir()) == ["crew.csv", "m.toml"]


# Nothing is lost

_CELL = st.one_of(
    st.sampled_from(
        [
            "1",
            "2",
            "3",
            "",
            " ",
            "UPM",
            "PA",
            "Gaffer",
            "2026-01-12",
            "12/01/2026",
            "a",
            "=1",
            "'=1",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
_ROW = st.one_of(
    st.lists(_CELL, min_size=4, max_size=4),
    st.tuples(st.sampled_from("123456"), st.just("UPM"), st.just("a"), st.just("2026-01-12")),
    st.lists(_CELL, max_size=6),
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(_ROW, max_size=12), st.sampled_from([",", ";", "\t"]), st.sampled_from(["\n", "\r\n"])
)
def test_every_row_comes_out_exactly_once(
    tmp_path_factory: pytest.TempPathFactory, rows: Rows, mark: str, end: str
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    (folder / "m.toml").write_text(SMALL)
    text = io.StringIO(newline="")
    # A cell with a line end must be quoted, whatever the ends of the lines.
    writer = csv.writer(text, delimiter=mark, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER.split(","))
    for row in rows:
        writer.writerow(row)
    (folder / "crew.csv").write_bytes(text.getvalue().encode())
    project = find_project()
    opened = open_import(str(folder / "crew.csv"), read_mapping(folder / "m.toml"), project)
    rejected = io.BytesIO()
    keeper = RejectedRows(rejected, opened.export)
    records, blank = [], 0
    seen: list[list[str]] = []
    for outcome in opened.outcomes:
        seen.append(outcome.row.cells)
        assert not (outcome.record and outcome.reasons)
        if outcome.record:
            records.append(outcome.record)
        elif outcome.reasons:
            keeper.add(outcome.row, [reason.message for reason in outcome.reasons])
        else:
            assert not "".join(outcome.row.cells).strip()
            blank += 1
    assert seen == [list(row) for row in rows]
    kept = list(csv.reader(io.StringIO(rejected.getvalue().decode(), newline=""), delimiter=mark))
    assert len(records) + len(kept) - 1 + blank == len(rows)
    for row in kept[1:]:
        assert [awake(cell) for cell in row[2:]] == list(rows[int(row[0]) - 2])
    assert len({record["id"] for record in records}) == len(records)
    (folder / "crew.rejected.csv").write_bytes(rejected.getvalue())
    again = pa_onto.import_records(folder / "crew.rejected.csv", folder / "m.toml")
    assert [o.row.cells for o in again] == [list(rows[int(row[0]) - 2]) for row in kept[1:]]


def test_many_rows_pass_in_parts(pa_onto: Run, small: Path) -> None:
    rows = [f"{n},{'UPM' if n % 7 else 'Gaffer'},a,2026-01-01" for n in range(9000)]
    rows[8500:8500] = ["", "12,UPM,a,2026-01-01"]
    result = imported(pa_onto, small, *rows)
    assert "9002 rows: 7714 records, 1287 rejected, 1 blank" in result.stderr
    assert len(lines(result.stdout)) == 7714
    assert because(small)["8503"].endswith("/12 is the id of row 14 already")


@pytest.mark.parametrize("name", ["crew.jsonl", "rejected.csv"])
def test_what_cannot_be_written_leaves_everything_as_it_was(
    pa_onto: Run, small: Path, name: str
) -> None:
    (small / "crew.csv").write_text(f"{HEADER}\n1,UPM,a,2026-01-01\n2,Gaffer,a,2026-01-01\n")
    (small / "file").write_text("")
    target = {"crew.jsonl": "crew.jsonl", "rejected.csv": "rejected.csv"} | {name: f"file/{name}"}
    result = pa_onto(
        *("import", "crew.csv", "--mapping", "m.toml", "--out", target["crew.jsonl"]),
        *("--rejected", target["rejected.csv"]),
        cwd=small,
    )
    assert result.returncode == 2
    assert f"file/{name}: Could not write" in result.stderr
    assert sorted(p.name for p in small.iterdir()) == ["crew.csv", "file", "m.toml"]


def test_a_full_disk_is_told(pa_onto: Run, small: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    (small / "crew.csv").write_text(f"{HEADER}\n1,UPM,a,2026-01-01\n2,Gaffer,a,2026-01-01\n")
    call = ("import", "crew.csv", "--mapping", "m.toml")
    for more in (("--out", "/dev/full"), ("--rejected", "/dev/full")):
        result = pa_onto(*call, *more, cwd=small)
        assert result.returncode == 2
        assert "/dev/full: Could not write: No space left" in result.stderr
        assert sorted(p.name for p in small.iterdir()) == ["crew.csv", "m.toml"]


def test_ctrl_c_leaves_no_file(small: Path) -> None:
    reading, writing = os.pipe()
    call = [
        COMMAND,
        "import",
        "-",
        "--mapping",
        "m.toml",
        "--out",
        "o.jsonl",
        "--rejected",
        "r.csv",
    ]
    process = subprocess.Popen(call, cwd=small, stdin=reading, stderr=subprocess.PIPE)
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(f"{HEADER}\n1,Gaffer,a,2026-01-01\n".encode())
        pipe.flush()
        deadline = time.monotonic() + 60
        while len(list(small.iterdir())) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    os.close(reading)
    assert process.returncode == 130
    assert [p.name for p in small.iterdir()] == ["m.toml"]


# Reading


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(pa_onto: Run, small: Path, encoding: str, mark: str) -> None:
    text = f"{HEADER}\n1,Vice-président de production,é,2026-01-01\n2,UPM,é,2026-01-01\n"
    (small / "crew.csv").write_bytes(text.replace(",", mark).encode(encoding))
    if not encoding.startswith("utf-8"):
        (small / "m.toml").write_text(f'encoding = "{encoding}"\n{SMALL}')
    result = pa_onto("import", "crew.csv", "--mapping", "m.toml", cwd=small)
    assert lines(result.stdout)[-1]["production"].endswith("/%C3%A9"), result.stderr


def test_packed_files_and_pipes_are_read(pa_onto: Run, small: Path) -> None:
    content = f"{HEADER}\n1,UPM,a,2026-01-01\n2,Gaffer,a,2026-01-01\n"
    (small / "crew.csv.gz").write_bytes(gzip.compress(content.encode()))
    packed = pa_onto("import", "crew.csv.gz", "--mapping", "m.toml", cwd=small)
    piped = pa_onto("import", "-", "--mapping", "m.toml", cwd=small, stdin=content)
    assert packed.stdout == piped.stdout
    assert (small / "crew.rejected.csv").read_text() == (small / "rejected.csv").read_text()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Has no header"),
        (b"\xef\xbb\xbf\n", "Has no header"),
        (b"No,Title,Show,Start\n", "There is no row below the header"),
        (b"No,Title,Show,Start\n,,,\n\n", "There is no row below the header"),
        (b"No,Title,Show\n1,UPM,a\n", "columns.startDate names the column 'Start'"),
        (b"No,No,Title,Show,Start\n", "id names the column 'No', which crew.csv has 2 times"),
        (
            b'No,Title,Show,Start\n1,UPM,a,x\n2,"UPM,a,x\n',
            "crew.csv:3: A quoted cell is not closed",
        ),
        (b'No,Title,Show,Start\n1,"U"PM,a,x\n', "crew.csv:2: Not a table"),
        (b"No,Title,Show,Start\n1,UPM,a,x\n2,\xff,a,x\n", "crew.csv:3: Not utf-8 from here on"),
        (b"PK\x03\x04 a spreadsheet", "Export it as CSV"),
        (b'{"No": 1}\n{"No": 2}\n', "Begins like json-lines"),
        (b"\x1f\x8b not packed", "Not gzip data"),
    ],
)
def test_what_is_no_export_is_one_line_and_exit_2(
    pa_onto: Run, small: Path, content: bytes, said: str
) -> None:
    (small / "crew.csv").write_bytes(content)
    result = pa_onto("import", "crew.csv", "--mapping", "m.toml", cwd=small)
    assert result.returncode == 2, result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert said in result.stderr
    assert sorted(p.name for p in small.iterdir()) == ["crew.csv", "m.toml"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument"),
        ([EXPORT], "--guess --mapping"),
        (["missing.csv", "--mapping", MAPPING], "missing.csv"),
        ([".", "--mapping", MAPPING], "directory"),
        ([EXPORT, "--mapping", "missing.toml"], "missing.toml"),
        ([EXPORT, "--mapping", MAPPING, "--guess"], "exists and is not overwritten"),
        ([EXPORT, "--mapping", MAPPING, "--out", EXPORT], "An input would be overwritten"),
        ([EXPORT, "--mapping", MAPPING, "--rejected", MAPPING], "An input would be overwritten"),
        ([EXPORT, "--mapping", MAPPING, "--out", "x", "--rejected", "x"], "a file each"),
    ],
)
def test_a_bad_call_is_one_line_and_exit_2(
    pa_onto: Run, tmp_path: Path, arguments: list[str | Path], said: str
) -> None:
    result = pa_onto("import", *arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_hostile_cells(pa_onto: Run, small: Path) -> None:
    result = imported(
        pa_onto,
        small,
        "1,Run\0ner,a,2026-01-01",
        "2,\u200fRunner,a,2026-01-01",
        "3\u200f,Runner,a,2026-01-01",
        "..,Runner,a,2026-01-01",
        "5,Runner,a,\u200e2026-01-01",
        "6,Runner,x/../y?z#<>{} %41,2026-01-01",
        f"7,{'x' * 1_000_000},a,2026-01-01",
        "8,Runner",
        "9,Runner,a,2026-01-01,more",
        "10,\x1b[31mRunner,a,2026-01-01",
        "11,Runner,a,٢٠٢٦-01-01",
        '12,"Run\nner",a,2026-01-01',
    )
    found = because(small)
    assert "U+0000" in found["2"]
    assert "U+200F" in found["4"]
    assert "dots" in found["5"]
    assert "is no date" in found["6"]
    assert "longer than 400" in found["8"]
    assert "2 cells" in found["9"]
    assert "5 cells" in found["10"]
    assert "U+001B" in found["11"]
    assert "is no date" in found["12"]
    production = lines(result.stdout)[1]["production"]
    assert production.endswith("/x%2F..%2Fy%3Fz%23%3C%3E%7B%7D%20%2541")
    assert "\x1b" not in result.stderr


def test_a_header_may_stand_below_a_heading(pa_onto: Run, small: Path) -> None:
    (small / "m.toml").write_text(f"header = 4\n{SMALL}")
    heading = '\ufeff"Payroll, week 7"\n"unclosed\n\n'
    (small / "crew.csv").write_text(
        f"{heading}{HEADER}\n1,UPM,a,2026-01-01\n2,Gaffer,a,2026-01-01\n"
    )
    result = pa_onto("import", "crew.csv", "--mapping", "m.toml", cwd=small)
    assert "2 rows: 1 record, 1 rejected" in result.stderr
    assert list(because(small)) == ["6"]
    again = pa_onto("import", "crew.rejected.csv", "--mapping", "m.toml", cwd=small)
    assert "1 row: 0 records, 1 rejected" in again.stderr


# The mapping


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_mapping_is_told_by_file_and_key(in_process: Run, path: Path, tmp_path: Path) -> None:
    expected = path.read_text().splitlines()[0].removeprefix("# expect: ")
    export = ROOT / "tests" / "import" / "small.csv"
    result = in_process("import", export, "--mapping", path, "--rejected", tmp_path / "r.csv")
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert f"{path}: {expected}" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_dates_are_read_by_their_formats_and_no_other(pa_onto: Run, small: Path) -> None:
    formats = '[dates]\nstartDate = ["DD/MM/YYYY", "D MMM YY", "MMMM D, YYYY"]\n'
    rows = {
        "12/01/2026": "2026-01-12",
        "2 sept 26": "2026-09-02",
        '"March 1, 2026"': "2026-03-01",
        "1/2/2026": None,
        "13/13/2026": None,
        "29/02/2026": None,
        "2026-01-12": None,
        "31 Foo 26": None,
    }
    given = [f"{n},UPM,a,{cell}" for n, cell in enumerate(rows)]
    result = imported(pa_onto, small, *given, more=formats)
    dates = {record["id"][-1]: record["startDate"] for record in lines(result.stdout)}
    assert [dates.get(str(n)) for n in range(len(rows))] == list(rows.values())


def test_pay_is_read_by_its_marks_and_brought_to_a_week(pa_onto: Run, small: Path) -> None:
    (small / "m.toml").write_text(
        SMALL
        + 'weeklyRate = "Rate"\n[constants]\ncurrency = "EUR"\n[values.weeklyRate]\n"TBC" = ""\n'
        + '[numbers.weeklyRate]\ndecimal = ","\nthousands = "."\nsymbols = ["€", "EUR"]\n'
        + 'per = "Per"\ntimes = { Week = 1, Day = 5 }\n'
    )
    rows = {
        ("€ 1.450,50", "Week"): 1450.5,
        ("290,10 EUR", "day"): 1450.5,
        ("1450", "Week"): 1450,
        ("", "Week"): None,
        ("tbc", "Week"): None,
        ("1,450.50", "Week"): "no number",
        ("14.50", "Week"): "no number",
        ("$900", "Week"): "no number",
        ("900", "Month"): "is no period",
        ("900", ""): "is no period",
        ("-900", "Week"): "greater than 0",
        ("0", "Week"): "greater than 0",
        ("1e3", "Week"): "no number",
        ("9999999999999999", "Week"): "too many digits",
    }
    with (small / "crew.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*HEADER.split(","), "Rate", "Per"])
        for number, cells in enumerate(rows):
            writer.writerow([number, "UPM", "a", "2026-01-01", *cells])
    result = pa_onto("import", "crew.csv", "--mapping", "m.toml", cwd=small)
    records = {record["id"]: record for record in lines(result.stdout)}
    reasons = because(small)
    for number, wanted in enumerate(rows.values()):
        record = records.get(f"https://hr.example.com/positions/{number}", {})
        if isinstance(wanted, str):
            assert wanted in reasons[str(number + 2)]
        else:
            assert record.get("weeklyRate") == wanted
            assert ("currency" in record) == (wanted is not None)


def test_codes_are_known_by_their_labels_and_by_what_the_mapping_says(
    pa_onto: Run, small: Path
) -> None:
    (small / "m.toml").write_text(
        SMALL
        + 'employmentType = "Kind"\nlevel = "Level"\ndepartment = "Dept"\n'
        + '[values.employmentType]\n"1099" = "CONTRACTOR"\n"-" = ""\n"" = "OTHER"\n'
        + '[values.title]\n"Runner-up" = "runner"\n[values.department]\n"4100" = "sound"\n'
    )
    rows = [
        "1,Runner-up,a,2026-01-01,Full Time,Entry Level,Visual Effects",
        "2,Runner,a,2026-01-01,1099,ENTRY,4100",
        "3,Runner,a,2026-01-01,-,,",
        "4,Runner,a,2026-01-01,,,Sound Department",
        "5,Runner,a,2026-01-01,Fulltime!,Middle,Grip",
        "6,Runner,a,2026-01-01,Contracter,senior,",
    ]
    (small / "crew.csv").write_text("\n".join([f"{HEADER},Kind,Level,Dept", *rows]))
    result = pa_onto("import", "crew.csv", "--mapping", "m.toml", cwd=small)
    keys = ("title", "level", "department", "employmentType")
    assert [[record.get(key) for key in keys] for record in lines(result.stdout)] == [
        ["runner", "entry", "visual-effects", "FULL_TIME"],
        ["runner", "entry", "sound", "CONTRACTOR"],
        ["runner", "entry", None, None],
        ["runner", "entry", "sound", "OTHER"],
    ]
    reasons = because(small)
    assert "level: “Middle” is no level that is known" in reasons["6"]
    assert "department: “Grip” is no department that is known" in reasons["6"]
    assert "did you mean CONTRACTOR?" in reasons["7"]
    assert "level must be the level of the title" in reasons["7"]


def test_context_decides_between_titles(pa_onto: Run, small: Path) -> None:
    (small / "m.toml").write_text(SMALL + '[context]\ndepartment = "Show"\nemployer = "Start"\n')
    (small / "crew.csv").write_text(f"{HEADER}\n1,Coordinator,Locations,2026-01-01\n")
    result = pa_onto("import", "crew.csv", "--mapping", "m.toml", cwd=small)
    assert lines(result.stdout)[0]["title"] == "locations-coordinator"


def test_what_looks_from_record_to_record_is_left_to_validate(pa_onto: Run, small: Path) -> None:
    more = 'reportsTo = "https://hr.example.com/positions/{Show}"\n'
    rows = ("1,UPM,2,2026-01-01", "2,PA,99,2026-01-01")
    result = imported(pa_onto, small, *rows, more=more)
    assert result.returncode == 0, result.stderr
    assert [r["reportsTo"][-2:] for r in lines(result.stdout)] == ["/2", "99"]
    judged = pa_onto("validate", "-", "--input-format", "json-lines", stdin=result.stdout)
    assert judged.returncode == 1


@pytest.mark.parametrize("format", ["json-lines", "json-ld", "csv"])
def test_all_forms_of_output_are_the_same_records(
    pa_onto: Run, tmp_path: Path, format: str
) -> None:
    call = ("import", EXPORT, "--mapping", MAPPING, "--rejected", tmp_path / "r.csv")
    result = pa_onto(*call, "--format", format)
    (tmp_path / "out").write_text(result.stdout)
    judged = pa_onto("validate", tmp_path / "out", "--input-format", format)
    assert judged.returncode == 0, judged.stdout
    assert "33 records" in judged.stdout
    counted = pa_onto(
        *("query", "-e", "SELECT (SUM(?pay) AS ?all) { ?p schema:baseSalary ?pay }"),
        *("--data", _named(tmp_path, format), "--format", "csv"),
    )
    assert counted.returncode == 0, counted.stderr
    rejected = {int(row) for row in because(tmp_path, "r.csv")}
    rates = (row[10] for n, row in enumerate(table(EXPORT.read_bytes()), 1) if n not in rejected)
    paid = [float(rate.strip("$£").replace(",", "")) for rate in rates if rate[:1] in tuple("$£")]
    assert float(counted.stdout.splitlines()[1]) == sum(paid)


def _named(folder: Path, format: str) -> Path:
    suffix = {"json-lines": ".jsonl", "json-ld": ".jsonld", "csv": ".csv"}[format]
    return (folder / "out").rename(folder / f"out{suffix}")


def test_other_types_of_records_are_imported_too(pa_onto: Run, tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        'type = "Production"\nid = "https://hr.example.com/productions/{Code}"\n'
        '[columns]\nname = "{Name} ({Year})"\n'
    )
    (tmp_path / "shows.csv").write_text("Code,Name,Year\nns,Night Shoot,2026\nx,,2026\n")
    result = pa_onto("import", "shows.csv", "--mapping", "m.toml", cwd=tmp_path)
    assert [record["name"] for record in lines(result.stdout)] == ["Night Shoot (2026)"]
    assert "name must be given exactly once" in because(tmp_path, "shows.rejected.csv")["3"]


def test_the_keys_are_those_of_the_project(pa_onto: Run, project: Path) -> None:
    shapes = project / "shapes" / "data" / "position.ttl"
    text = shapes.read_text().replace('sh:codeIdentifier "weeklyRate"', 'sh:codeIdentifier "pay"')
    shapes.write_text(text.replace('sh:codeIdentifier "startDate"', 'sh:codeIdentifier "begins"'))
    assert pa_onto("publish", cwd=project).returncode == 0
    mapping = SMALL.replace("startDate", "begins") + 'pay = "Rate"\n[constants]\ncurrency = "USD"\n'
    (project / "m.toml").write_text(mapping)
    (project / "crew.csv").write_text(f"{HEADER},Rate\n1,UPM,a,2026-01-01,900\n2,PA,a,x,0\n")
    result = pa_onto("import", "crew.csv", "--mapping", "m.toml", "--out", "o.jsonl", cwd=project)
    assert "2 rows: 1 record, 1 rejected" in result.stderr
    (record,) = lines((project / "o.jsonl").read_text())
    assert (record["begins"], record["pay"], record["currency"]) == ("2026-01-01", 900, "USD")
    assert pa_onto("validate", "o.jsonl", cwd=project).returncode == 0
    (project / "crew.rejected.csv").unlink()
    (project / "m.toml").write_text(SMALL)
    result = pa_onto("import", "crew.csv", "--mapping", "m.toml", cwd=project)
    assert "columns.startDate is unknown here" in result.stderr


# Guessing


def test_a_guess_on_the_sample_needs_next_to_no_editing(pa_onto: Run, tmp_path: Path) -> None:
    mapping = tmp_path / "crew.toml"
    guessed = pa_onto("import", EXPORT, "--guess", "--mapping", mapping)
    assert (guessed.returncode, guessed.stdout) == (0, "")
    ours = MAPPING.read_text()
    by_hand = ours[ours.index("# The show as") : ours.index("# Not used")]
    assert mapping.read_text() == ours.replace(by_hand, "")
    printed = pa_onto("import", EXPORT, "--guess", "--quiet")
    assert (printed.stdout, printed.stderr) == (mapping.read_text(), "")
    result = pa_onto("import", EXPORT, "--mapping", mapping, "--rejected", tmp_path / "r.csv")
    assert "33 records, 8 rejected" in result.stderr


def guess(pa_onto: Run, folder: Path, *rows: list[str]) -> str:
    with (folder / "x.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    result = pa_onto("import", "x.csv", "--guess", cwd=folder)
    assert result.returncode == 0, result.stderr
    tomllib.loads(result.stdout)
    return result.stdout


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        (["13/02/2026", "01/02/2026"], 'startDate = "DD/MM/YYYY"'),
        (["02/13/2026", "01/02/2026"], 'startDate = "MM/DD/YYYY"'),
        (["3/2/2026", "13/2/2026"], 'startDate = "D/M/YYYY"'),
        (["01/02/2026", "03/04/2026"], "# startDate ="),
        (["13/02/2026", "02/13/2026"], "# startDate ="),
        (["02.01.2026", "03.01.2026", "13.01.26"], "# startDate ="),
        (["01/01/2026", "02/02/2026"], 'startDate = "DD/MM/YYYY"'),
        (["2026-01-12 00:00:00"], 'startDate = "YYYY-MM-DD 00:00:00"'),
        (["12-Jan-2026"], 'startDate = "DD-MMM-YYYY"'),
        (["soon", "later"], "# startDate ="),
        ([], "# startDate ="),
    ],
)
def test_a_guess_is_made_only_where_the_cells_decide(
    pa_onto: Run, tmp_path: Path, cells: list[str], line: str
) -> None:
    text = guess(pa_onto, tmp_path, ["Start Date"], *([cell] for cell in cells))
    assert [found for found in text.splitlines() if found.startswith(line)], text
    assert ("DECIDE: " in text.partition("[dates]")[2]) == line.startswith("#")


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["1,450.00", "900.00"], {"decimal": ".", "thousands": ","}),
        (["1.450,00 €", "900,00 €"], {"decimal": ",", "thousands": ".", "symbols": ["€"]}),
        (["$900"], {"decimal": ".", "symbols": ["$"]}),
        (["1,450", "2,000"], {}),
        (["1.450"], {}),
        (["tbc"], {}),
    ],
)
def test_marks_of_numbers_are_guessed_only_where_the_cells_decide(
    pa_onto: Run, tmp_path: Path, cells: list[str], found: dict[str, Any]
) -> None:
    text = guess(pa_onto, tmp_path, ["Weekly Rate"], *([cell] for cell in cells))
    assert tomllib.loads(text)["numbers"]["weeklyRate"] == found
    assert bool(found) or "# decimal" in text


def test_a_guess_says_what_it_does_not_know(pa_onto: Run, tmp_path: Path) -> None:
    rows = [["Job Title", "Dept", "Employment", "Weekly Rate"], ["PA", "Grip", "Zero hours", "9"]]
    text = guess(pa_onto, tmp_path, *rows)
    for line in (
        '# id = "https://hr.example.com/positions/{Job Title}"  # DECIDE',
        '# production = "https://hr.example.com/productions/NAME"  # DECIDE',
        '# currency = "AED"  # DECIDE',
        '# "Grip" = ""  # DECIDE: one of art, camera',
        '# "Zero hours" = ""  # DECIDE: one of FULL_TIME',
    ):
        assert f"\n{line}" in text, text


def test_pay_by_the_day_is_not_taken_for_pay_by_the_week(pa_onto: Run, tmp_path: Path) -> None:
    rows = [["Job Title", "Day Rate", "Currency"], ["PA", "250", "USD"]]
    text = guess(pa_onto, tmp_path, *rows)
    assert '\n# weeklyRate = "Day Rate"  # DECIDE' in text
    assert tomllib.loads(text)["numbers"]["weeklyRate"] == {"times": 5, "decimal": "."}
    both = guess(pa_onto, tmp_path, [*rows[0], "Weekly Rate"], [*rows[1], "1250"])
    assert '\nweeklyRate = "Weekly Rate"\n' in both
    assert "times" not in both


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=6
    ),
    st.lists(_CELL, max_size=6),
)
def test_a_guess_is_toml_whatever_the_export(
    tmp_path_factory: pytest.TempPathFactory, header: list[str], cells: list[str]
) -> None:
    from pa_onto.importing.guess import guess_mapping

    path = tmp_path_factory.mktemp("guess") / "x.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["Job Title", "Start", "Weekly Rate", "Employment", *header])
        writer.writerows([*cells, *[""] * (4 + len(header))][: 4 + len(header)] for _ in "12")
    text = guess_mapping(str(path), find_project()).text
    assert tomllib.loads(text)["type"] == "Position"
