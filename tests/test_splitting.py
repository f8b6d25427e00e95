"""--valid-out and --invalid-out: every record in one of two files, byte for byte."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pa_onto.errors import InputError, UsageError
from pa_onto.model import Report, Severity
from pa_onto.validation import validate
from tests.conftest import COMMAND, PATIENCE, ROOT, Run
from tests.judging import CONTEXT, HR, PROJECT

Node = dict[str, Any]


def _position(number: int, **more: object) -> Node:
    record = {"id": f"{HR}{number}", "type": "Position", "title": "runner"}
    return {**record, "production": f"{HR}p", "startDate": "2026-01-12", **more}


RECORDS = [
    {"id": f"{HR}p", "type": "Production", "name": "P"},
    _position(1, title="runer"),
    _position(2, startDate="2026-13-12"),
    _position(3),
    _position(4, reportsTo=f"{HR}99"),
    _position(5, weeklyRate=1450.5, currency="USD"),
    _position(3),
]
INVALID = {1, 2, 4, 6}
CSV_KEYS = ["id", "type", "name", "title", "production", "startDate", "reportsTo"]
CSV_KEYS += ["weeklyRate", "currency"]


def _row(record: Node) -> str:
    return ",".join(f'"{record.get(key, "")}"' for key in CSV_KEYS)


#: What stands before each record, between two and after the last, and how one is written.
FORMS: dict[str, tuple[str, str, str, Callable[[Node], str]]] = {
    "crew.jsonl": ("", "\n", "\n", lambda record: json.dumps(record, separators=(" , ", ":  "))),
    "crew.ndjson": ("", "\r\n", "\r\n", json.dumps),
    "crew.csv": (f"{','.join(CSV_KEYS)}\r\n", "\r\n", "\r\n", _row),
    "crew.json": ("[\n  ", ",\n  ", "\n]\n", lambda record: json.dumps(record, indent=3)),
    "flat.json": ("[", ",", "]", json.dumps),
    "graph.jsonld": (
        f'{{"@context": ["{CONTEXT}"],\n "@graph" : [ ',
        " , ",
        " ] }",
        lambda record: json.dumps(record, ensure_ascii=False),
    ),
}


def _text(name: str, records: list[Node]) -> str:
    before, between, after, write = FORMS[name]
    return before + between.join(map(write, records)) + (after if records else after.lstrip("\r\n"))


def _split(files: list[Path], good: Path | None, bad: Path | None, **more: Any) -> Report:
    names = [str(file) for file in files]
    return validate(names, project=PROJECT, valid_out=good, invalid_out=bad, **more)


def _parts(records: list[Node], invalid: set[int]) -> tuple[list[Node], list[Node]]:
    good = [record for number, record in enumerate(records) if number not in invalid]
    return good, [records[number] for number in sorted(invalid)]


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("packed", [False, True], ids=["", "gz"])
def test_records_are_split_byte_for_byte(name: str, packed: bool, tmp_path: Path) -> None:
    raw = _text(name, RECORDS).encode()
    path = tmp_path / (f"{name}.gz" if packed else name)
    path.write_bytes(gzip.compress(raw) if packed else raw)
    good, bad = tmp_path / f"good-{name}", tmp_path / "out" / f"bad-{name}"
    assert not _split([path], good, bad).conforms
    valid, invalid = _parts(RECORDS, INVALID)
    assert good.read_bytes().decode() == _text(name, valid)
    assert bad.read_bytes().decode() == _text(name, invalid)
    assert validate([str(good)], project=PROJECT).conforms
    assert path.read_bytes() == (gzip.compress(raw) if packed else raw) or packed
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([path.name, good.name, "out"])


@pytest.mark.parametrize("name", FORMS)
def test_all_or_none_may_fail(name: str, tmp_path: Path) -> None:
    path, good, bad = tmp_path / name, tmp_path / f"good-{name}", tmp_path / f"bad-{name}"
    for records in ([RECORDS[0], RECORDS[3]], [RECORDS[1], RECORDS[4]], RECORDS[:1], RECORDS[1:2]):
        path.write_bytes(_text(name, records).encode())
        _split([path], good, bad)
        fails = RECORDS[0] not in records
        everything, nothing = (bad, good) if fails else (good, bad)
        assert everything.read_bytes() == path.read_bytes()
        assert nothing.read_bytes().decode().split() == _text(name, []).split()


def test_one_of_the_files_will_do(tmp_path: Path) -> None:
    path = tmp_path / "crew.csv"
    path.write_text(_text("crew.csv", RECORDS))
    _split([path], None, tmp_path / "bad.csv")
    _split([path], tmp_path / "good.csv", None)
    assert (tmp_path / "bad.csv").read_text().count("\n") == len(INVALID) + 1
    assert (tmp_path / "good.csv").read_text().count("\n") == len(RECORDS) - len(INVALID) + 1


def test_a_single_object(tmp_path: Path) -> None:
    path, good, bad = tmp_path / "crew.json", tmp_path / "good.json", tmp_path / "bad.json"
    path.write_text(json.dumps(RECORDS[0], indent=1))
    _split([path], good, bad)
    assert (good.read_text(), bad.read_text()) == (path.read_text(), "[]\n")


def test_what_has_no_line_feed_at_its_end_gets_one(tmp_path: Path) -> None:
    for name in ("crew.jsonl", "crew.csv"):
        path = tmp_path / name
        path.write_text(_text(name, [RECORDS[0], RECORDS[1], RECORDS[3]]).rstrip())
        _split([path], tmp_path / f"good-{name}", tmp_path / f"bad-{name}")
        found = (tmp_path / f"good-{name}").read_bytes().decode()
        assert found.rstrip() == _text(name, [RECORDS[0], RECORDS[3]]).rstrip()
        assert found.endswith("\n")


def test_several_inputs_are_joined(tmp_path: Path) -> None:
    for name in ("crew.jsonl", "crew.csv"):
        files = [tmp_path / f"{number}-{name}" for number in range(2)]
        files[0].write_bytes(b"\xef\xbb\xbf" + _text(name, RECORDS[:3]).encode())
        files[1].write_bytes(_text(name, RECORDS[3:]).encode())
        good, bad = tmp_path / f"good-{name}.gz", tmp_path / f"bad-{name}"
        _split(files, good, bad)
        valid, invalid = _parts(RECORDS, INVALID)
        assert gzip.decompress(good.read_bytes()).decode() == _text(name, valid)
        assert bad.read_bytes().decode() == _text(name, invalid)
        assert validate([str(good)], project=PROJECT).conforms


def test_a_boss_who_fails_takes_nobody_along(tmp_path: Path) -> None:
    """A record is told by itself and its links as they were given; so the rest may fail next."""
    path, good = tmp_path / "crew.jsonl", tmp_path / "good.jsonl"
    path.write_text(
        _text("crew.jsonl", [_position(1, title="x"), _position(2, reportsTo=f"{HR}1")])
    )
    _split([path], good, None)
    assert f"{HR}2" in good.read_text()
    (finding,) = validate([str(good)], project=PROJECT).findings
    assert finding.key == "reportsTo"


@pytest.mark.parametrize("parts", [False, True])
def test_all_records_fail_in_which_a_node_is_wrong(parts: bool, tmp_path: Path) -> None:
    nested = {"id": f"{HR}q", "type": "Production", "name": ""}
    records = [_position(n, production=nested if n % 2 else f"{HR}p") for n in range(6)]
    for name in ("crew.jsonl", "crew.json"):
        path, good, bad = tmp_path / name, tmp_path / f"good-{name}", tmp_path / f"bad-{name}"
        path.write_text(_text(name, records))
        (finding,) = _split([path], good, bad, parts=parts).findings
        assert (finding.focus_node, finding.record) == (f"{HR}q", f"{HR}1")
        assert good.read_text() == _text(name, records[::2])
        assert bad.read_text() == _text(name, records[1::2])


def test_a_fault_of_the_file_is_one_of_all_its_records(tmp_path: Path) -> None:
    """What an unknown column holds is lost to every row, and would be again."""
    path, good, bad = tmp_path / "crew.csv", tmp_path / "good.csv", tmp_path / "bad.csv"
    text = _text("crew.csv", [RECORDS[0], RECORDS[3]])
    path.write_bytes(text.replace("type,", "type,typ,").replace("Pro", "x,Pro").encode())
    _split([path], good, bad)
    assert good.read_bytes().splitlines() == path.read_bytes().splitlines()[:1]
    assert bad.read_bytes() == path.read_bytes()


def test_a_line_goes_whole(tmp_path: Path) -> None:
    path, good, bad = tmp_path / "crew.jsonl", tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    lines = [json.dumps([RECORDS[0], RECORDS[1]]), json.dumps([RECORDS[3]]), ""]
    path.write_text("\n".join(lines))
    _split([path], good, bad)
    assert (good.read_text(), bad.read_text()) == (f"{lines[1]}\n", f"{lines[0]}\n")


def test_the_severity_that_fails_is_the_one_that_splits(tmp_path: Path, pa_onto: Run) -> None:
    postings = json.loads((ROOT / "data" / "postings.jsonld").read_text())[:3]
    del postings[1]["directApply"]
    path, good, bad = tmp_path / "in.json", tmp_path / "good.json", tmp_path / "bad.json"
    path.write_text(json.dumps(postings))
    for fail_on, status, kept in (("violation", 0, 3), ("warning", 1, 2)):
        result = pa_onto(
            *("validate", path, "--fail-on", fail_on, "--valid-out", good, "--invalid-out", bad)
        )
        assert result.returncode == status, result.stderr
        assert len(json.loads(good.read_text())) == kept
        assert len(json.loads(bad.read_text())) == 3 - kept


def test_what_a_baseline_knows_does_not_fail(tmp_path: Path, pa_onto: Run) -> None:
    path, good, bad = tmp_path / "crew.jsonl", tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    baseline = tmp_path / "known.json"
    path.write_text(_text("crew.jsonl", RECORDS[:3]))
    assert pa_onto("validate", path, "--write-baseline", baseline).returncode == 0
    path.write_text(_text("crew.jsonl", RECORDS))
    result = pa_onto(
        *("validate", path, "--baseline", baseline, "--valid-out", good, "--invalid-out", bad)
    )
    assert result.returncode == 1
    assert good.read_text() == _text("crew.jsonl", _parts(RECORDS, {4, 6})[0])
    assert bad.read_text() == _text("crew.jsonl", [RECORDS[4], RECORDS[6]])


def test_standard_input_is_split(tmp_path: Path) -> None:
    for name, format in (
        ("crew.csv", "csv"),
        ("crew.jsonl", "json-lines"),
        ("crew.json", "json-ld"),
    ):
        good, bad = tmp_path / f"good-{name}", tmp_path / f"bad-{name}"
        result = subprocess.run(
            [
                *(COMMAND, "validate", "-", "--input-format", format, "-q"),
                *(f"--valid-out={good}", f"--invalid-out={bad}"),
            ],
            input=_text(name, RECORDS).encode(),
            capture_output=True,
            cwd=ROOT,
            timeout=PATIENCE,
        )
        assert (result.returncode, result.stdout, result.stderr) == (1, b"", b"")
        valid, invalid = _parts(RECORDS, INVALID)
        assert good.read_bytes().decode() == _text(name, valid)
        assert bad.read_bytes().decode() == _text(name, invalid)


def test_splitting_in_parts_is_the_same(tmp_path: Path) -> None:
    records = [_position(n, reportsTo=f"{HR}{(n * 7) % 90}") for n in range(60)]
    path = tmp_path / "crew.jsonl"
    path.write_text(_text("crew.jsonl", records))
    for parts in (False, True):
        _split([path], tmp_path / f"good-{parts}", tmp_path / f"bad-{parts}", parts=parts)
    assert (tmp_path / "good-True").read_bytes() == (tmp_path / "good-False").read_bytes()
    assert (tmp_path / "bad-True").read_bytes() == (tmp_path / "bad-False").read_bytes()


# Refused, with nothing written.


def _before(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    ("inputs", "good", "bad", "problem"),
    [
        (["crew.ttl"], "good.ttl", "bad.ttl", "turtle cannot be split"),
        (["crew.nt"], "good.nt", "bad.nt", "n-triples cannot be split"),
        (["page.html"], "good.html", "bad.html", "html cannot be split"),
        (["crew.jsonl", "crew.ttl"], "good", "bad", "turtle cannot be split"),
        (["crew.json", "flat.json"], "good.json", "bad.json", "cannot be joined"),
        (["crew.jsonl", "crew.csv"], "good", "bad", "cannot be joined"),
        (["crew.csv", "other.csv"], "good.csv", "bad.csv", "cannot be joined"),
        (["crew.jsonl"], "out.jsonl", "./out.jsonl", "are one file"),
        (["crew.jsonl"], "crew.jsonl", "bad.jsonl", "would be overwritten"),
        (["crew.jsonl"], "good.jsonl", "folder/../crew.jsonl", "would be overwritten"),
        (["crew.jsonl"], "link.jsonl", "bad.jsonl", "would be overwritten"),
        (["crew.jsonl"], "good.jsonl", "folder", "folder"),
        (["crew.jsonl"], "good.jsonl", "crew.csv/bad.jsonl", "Could not write"),
        (["crew.jsonl"], "/proc/good.jsonl", "bad.jsonl", "Could not write"),
        (["broken.jsonl"], "good.jsonl", "bad.jsonl", "Not JSON"),
        (["untyped.jsonl"], "good.jsonl", "bad.jsonl", "Nothing was checked"),
        (["several.json"], "good.json", "bad.json", "in several arrays"),
        (["inside.json"], "good.json", "bad.json", "Records inside records"),
    ],
)
def test_what_cannot_be_split_is_refused(
    inputs: list[str], good: str, bad: str, problem: str, tmp_path: Path, pa_onto: Run
) -> None:
    for name in FORMS:
        (tmp_path / name).write_text(_text(name, RECORDS))
    graph = '[{"@context":"https://schema.org","@graph":[%s]},{"@graph":[%s,%s]}]'
    context = f'{{"@context":"{CONTEXT}"'
    for name, text in (
        ("crew.ttl", (ROOT / "data" / "crew.ttl").read_text()),
        ("crew.nt", "<x:a> <x:b> <x:c> .\n"),
        ("page.html", (ROOT / "data" / "postings.html").read_text()),
        ("other.csv", "type,id\nProduction,https://hr.example/p\n"),
        ("broken.jsonl", _text("crew.jsonl", RECORDS) + "{"),
        ("untyped.jsonl", '{"id": "https://hr.example/1", "type": "skos:Concept"}'),
        ("several.json", graph % tuple(json.dumps(RECORDS[n]) for n in (0, 1, 3))),
        (
            "inside.json",
            f'{context},"id":"{HR}g","type":"Production","@graph":[{json.dumps(RECORDS[1])}]}}',
        ),
    ):
        (tmp_path / name).write_text(text)
    (tmp_path / "folder").mkdir()
    os.link(tmp_path / "crew.jsonl", tmp_path / "link.jsonl")
    before = _before(tmp_path)
    result = pa_onto("validate", *inputs, "--valid-out", good, "--invalid-out", bad, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, ""), result.stderr
    assert problem in result.stderr
    assert "Traceback" not in result.stderr
    assert _before(tmp_path) == before


def test_an_older_file_stays_when_the_run_ends_early(tmp_path: Path) -> None:
    path, good, bad = tmp_path / "crew.jsonl", tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_text("old")
    path.write_text(_text("crew.jsonl", RECORDS) + "nonsense")
    with pytest.raises(InputError):
        _split([path], good, bad)
    assert (good.read_text(), bad.exists()) == ("old", False)
    path.write_text(_text("crew.jsonl", RECORDS))
    with pytest.raises(InputError, match="baseline"):
        _split([path], good, bad, baseline=tmp_path / "missing.json")
    assert (good.read_text(), bad.exists()) == ("old", False)


def test_a_disk_that_is_full_leaves_neither_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pa_onto.reading.lines import JsonLines

    def fails(self: object, invalid: object, good: Any, bad: Any) -> None:
        good.write(b"{}\n")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(JsonLines, "split", fails)
    path, good, bad = tmp_path / "crew.jsonl", tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    path.write_text(_text("crew.jsonl", RECORDS))
    with pytest.raises(InputError, match="No space"):
        _split([path], good, bad)
    assert [p.name for p in tmp_path.iterdir()] == ["crew.jsonl"]


def test_a_python_caller_gets_the_same_refusals(tmp_path: Path) -> None:
    path = tmp_path / "crew.jsonl"
    path.write_text(_text("crew.jsonl", RECORDS))
    with pytest.raises(UsageError, match=re.escape("one file")):
        _split([path], tmp_path / "a", tmp_path / "a", fail_on=Severity.INFO)
