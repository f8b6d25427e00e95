"""Many files and many columns: work that grows with their number, and no faster."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

import pa_onto
from pa_onto.importing.guess import guess_mapping
from pa_onto.project import find_project
from pa_onto.reading.chunks import Chunk
from pa_onto.reading.tables import Table
from pa_onto.validation import parts
from pa_onto.validation.index import Index
from pa_onto.validation.parts import Part
from tests.conftest import ROOT, Run

# Thousands of files and columns.
pytestmark = pytest.mark.long

RECORD = {
    "@context": "https://w3id.org/pa-onto/context.jsonld",
    "type": "Position",
    "title": "line-producer",
    "level": "senior",
    "department": "production",
    "production": "https://hr.example.com/productions/a",
    "startDate": "2026-01-12",
}


def _write(folder: Path, number: int) -> Path:
    """A file with one record; every tenth has a fault, and each reports to another's."""
    record = {
        **RECORD,
        "id": f"https://hr.example.com/positions/{number}",
        **({"reportsTo": f"https://hr.example.com/positions/{number // 10}"} if number else {}),
        **({"level": "entry"} if number % 10 == 5 else {}),
    }
    path = folder / f"{number:05}.{('jsonl', 'csv', 'json')[number % 3]}"
    if path.suffix == ".csv":
        del record["@context"]
        path.write_text(f"{','.join(record)}\n{','.join(record.values())}\n")
    else:
        path.write_text(json.dumps(record) + "\n")
    return path


def test_more_files_than_a_short_number_counts() -> None:
    index = Index()
    for source in (0, 65_534, 65_535, 65_536, 1_000_000):
        node = f"<x:{source}>"
        assert index.claim(node, source, source + 1) is None
        assert index.claim(node, 1, 1) == (source, source + 1)
        assert index.place(node) == (source, source + 1)


@pytest.mark.parametrize("in_parts", [False, True])
def test_many_small_files(in_parts: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = 1_200
    files = [_write(tmp_path, number) for number in range(count)]
    looked: Counter[str] = Counter()
    subjects = parts._subjects

    def counted(chunk: Chunk) -> set[str]:
        looked["chunk"] += 1
        return subjects(chunk)

    monkeypatch.setattr(parts, "_subjects", counted)
    told: list[tuple[int, int]] = []
    report = pa_onto.validate(tmp_path, parts=in_parts, progress=lambda *pair: told.append(pair))
    assert (report.records, report.focus_nodes, report.unchecked) == (count, count, 0)
    assert report.files == tuple(map(str, files))
    # Each file with a fault is named, at its own place.
    wrong = {f.location.file for f in report.findings if f.location and f.key == "level"}
    assert wrong == {str(path) for number, path in enumerate(files) if number % 10 == 5}
    # A chunk is gone through once or twice, however many others there are.
    assert looked["chunk"] <= 3 * count
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


def test_small_files_are_judged_together() -> None:
    chunks = [(number, Chunk(f"<x:{number}> <x:p> <x:o> .\n")) for number in range(20_000)]
    gathered = list(parts.gathered(chunks))
    assert len(gathered) < 5
    assert [item for part in gathered for item in part.chunks] == chunks
    same = list(parts.gathered([(0, chunk) for _, chunk in chunks[:10]]))
    assert [len(part.chunks) for part in same] == [1] * 10


def test_results_go_to_the_chunk_that_speaks_of_their_node() -> None:
    from pa_onto.shacl.results import Result

    chunks = [(number, Chunk(f"<x:{number}> <x:p> <x:o> .\n")) for number in range(3)]

    def result(node: str) -> Result:
        fields = dict.fromkeys(Result._fields, "")
        return Result(**{**fields, "focus_node": node})

    results = [result(node) for node in ("<x:2>", "<x:0>", "<x:other>", "<x:2>")]
    assert Part(chunks).divided(results) == [
        [results[1], results[2]],
        [],
        [results[0], results[3]],
    ]


def _wide(folder: Path, columns: int, rows: int) -> Path:
    keys = ["id", *(key for key in RECORD if key != "@context")]
    lines = [",".join([*keys, *(f"column {n}" for n in range(columns))])]
    for row in range(rows):
        record = {**RECORD, "id": f"https://hr.example.com/positions/{row}"}
        lines.append(",".join([*(record[key] for key in keys), *["x"] * columns]))
    path = folder / "wide.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.long
def test_many_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = 20_000
    path = _wide(tmp_path, columns, 3)
    taken_apart: Counter[str] = Counter()
    cells = Table._cells

    def counted(table: Table, raw: bytes, line: int) -> list[str]:
        taken_apart["row"] += 1
        return cells(table, raw, line)

    monkeypatch.setattr(Table, "_cells", counted)
    report = pa_onto.validate(path)
    assert report.total == columns
    # A row is taken apart as often, whatever there is to find in it.
    assert taken_apart["row"] <= 10
    header = path.read_text().splitlines()[0].split(",")
    starts = {name: sum(map(len, header[:at])) + at for at, name in enumerate(header)}
    for finding in (report.findings[0], report.findings[-1]):
        place = finding.location
        assert place and place.field and place.column == starts[place.field] + 1


def test_many_columns_in_every_verb(tmp_path: Path, pa_onto: Run) -> None:
    path = _wide(tmp_path, 20_000, 3)
    (tmp_path / "m.toml").write_text(
        'type = "Position"\nid = "id"\n[columns]\ntitle = "title"\n'
        'production = "production"\nstartDate = "startDate"\n'
    )
    for call, code in (
        (["import", path, "--mapping", "m.toml", "--rejected", "/dev/null"], 0),
        (["import", path, "--guess"], 0),
        (["resolve", "--input", path, "--format", "csv"], 0),
        (["migrate", "--dry-run", path], 0),
        (["query", "-e", "ASK {}", "--data", path], 2),
    ):
        result = pa_onto(*call, cwd=tmp_path)
        assert result.returncode == code, (call, result.stderr[:500])
    result = pa_onto("resolve", "--input", path, "--column", "no such", cwd=tmp_path)
    assert "and 19967 more" in result.stderr


def test_a_guess_goes_once_through_the_header(tmp_path: Path) -> None:
    class Header(list[str]):
        """A header that counts how often it is searched."""

        searched = 0

        def count(self, value: str) -> int:
            type(self).searched += 1
            return super().count(value)

    from pa_onto.importing.fields import read_fields
    from pa_onto.importing.headers import Headers
    from pa_onto.importing.positions import Titles

    project = find_project(ROOT)
    fields = read_fields(project, "Position")
    header = Header(["Job Title", *(f"column {n}" for n in range(500))])
    headers = Headers(project, fields, Titles(project, fields))
    assert headers.uses(header)["title"].column == "Job Title"
    assert headers.beside(header, "employer") == ""
    assert Header.searched == 0
    assert "title" in guess_mapping(str(_wide(tmp_path, 500, 2)), project).text


def test_many_keys_of_one_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pa_onto.reading.places import pointers

    walked: Counter[str] = Counter()
    spans = pointers.spans

    def counted(text: str, wanted: object) -> object:
        walked["text"] += 1
        return spans(text, wanted)  # type: ignore[arg-type]

    monkeypatch.setattr(pointers, "spans", counted)
    keys = {f"key {n}": "x" for n in range(5_000)}
    record = {"id": "https://hr.example.com/positions/1", **RECORD, **keys}
    for name, text in (
        ("a.jsonl", json.dumps(record) + "\n"),
        ("a.json", json.dumps([record], indent=1)),
    ):
        (tmp_path / name).write_text(text)
        walked.clear()
        report = pa_onto.validate(tmp_path / name)
        assert report.total == 5_000
        assert walked["text"] <= 10
        for finding in (report.findings[0], report.findings[-1]):
            place = finding.location
            assert place and place.line and place.column and place.pointer
            written = text.splitlines()[place.line - 1][place.column - 1 :]
            assert written.startswith(json.dumps(finding.key))
