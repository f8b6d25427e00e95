"""Baselines: what is known stays known, what is new is new, and a wrong file is no pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import pa_onto
from pa_onto import baseline
from pa_onto.baseline import Baseline
from pa_onto.errors import InputError, UsageError
from pa_onto.model import Finding, Location, Report, Severity, grouped
from tests.conftest import ROOT

SHAPE = "https://w3id.org/pa-onto/shapes#Position-title"


def finding(record: str = "https://hr.example/1", **fields: Any) -> Finding:
    given = {
        "message": "title must be given.",
        "component": "MinCountConstraintComponent",
        "shape": SHAPE,
        "path": "<http://www.w3.org/ns/org#role>",
        "key": "title",
        "location": Location("crew.jsonld", 3, 5, "/0/title"),
    }
    return Finding(record, **{**given, **fields})


def report(*findings: Finding) -> Report:
    return Report(findings, ("crew.jsonld",), groups=grouped(findings))


def stored(found: Report, tmp_path: Path) -> Baseline:
    path = tmp_path / "baseline.json"
    path.write_bytes(baseline.write(found))
    return baseline.read(path)


def known(found: Report) -> list[bool]:
    return [finding.known for finding in found.findings]


def test_a_baseline_knows_what_it_was_written_from(tmp_path: Path) -> None:
    found = report(finding(), finding(), finding("https://hr.example/2"))
    after = baseline.apply(found, stored(found, tmp_path))
    assert known(after) == [True, True, True]
    assert after.worst() is None
    assert [(group.new, group.known) for group in after.groups] == [(0, 3)]
    assert (after.conforms, after.total, after.notices) == (False, 3, ())


def test_a_clean_report_makes_an_empty_baseline_that_knows_nothing(tmp_path: Path) -> None:
    empty = stored(report(), tmp_path)
    assert dict(empty.counts) == {}
    assert known(baseline.apply(report(finding()), empty)) == [False]


@pytest.mark.parametrize(
    "change",
    [
        {"message": "Give a title."},
        {"location": Location("moved.jsonld", 99, 1, "/7")},
        {"location": None},
        {"severity": Severity.WARNING},
        {"value": '"x"', "written": "x", "suggestion": "y"},
        {"key": "Titel"},
    ],
    ids=str,
)
def test_wording_and_place_do_not_make_a_finding_new(
    change: dict[str, Any], tmp_path: Path
) -> None:
    before = stored(report(finding()), tmp_path)
    assert known(baseline.apply(report(finding(**change)), before)) == [True]


@pytest.mark.parametrize(
    "change",
    [
        {"record": "https://hr.example/2"},
        {"shape": "https://w3id.org/pa-onto/shapes#Position-level"},
        {"shape": ""},
        {"component": "MaxCountConstraintComponent"},
        {"path": "<http://www.w3.org/ns/org#postIn>"},
        {"path": None},
    ],
    ids=str,
)
def test_another_rule_record_or_path_is_new(change: dict[str, Any], tmp_path: Path) -> None:
    before = stored(report(finding()), tmp_path)
    after = baseline.apply(report(finding(**change)), before)
    assert known(after) == [False]
    assert after.worst() is Severity.VIOLATION


def test_a_nested_node_is_known_by_its_record(tmp_path: Path) -> None:
    def nested(label: str) -> Report:
        return report(finding(label)._replace(record="https://hr.example/1"))

    before = stored(nested("_:f0r7"), tmp_path)
    assert known(baseline.apply(nested("_:f0r9"), before)) == [True]


def test_a_misspelt_key_is_known_by_the_key(tmp_path: Path) -> None:
    def misspelt(key: str) -> Finding:
        return finding(shape="", component="UnknownKey", path=None, key=key)

    before = stored(report(misspelt("titel")), tmp_path)
    after = baseline.apply(report(misspelt("endDat"), misspelt("titel")), before)
    assert known(after) == [False, True]


def test_more_of_the_same_are_new(tmp_path: Path) -> None:
    before = stored(report(finding(), finding()), tmp_path)
    after = baseline.apply(report(*[finding()] * 5), before)
    assert known(after) == [True, True, False, False, False]
    assert [(group.new, group.known) for group in after.groups] == [(3, 2)]


def test_records_without_an_id_are_counted_a_file(tmp_path: Path) -> None:
    before = stored(report(finding("_:f0r1"), finding("_:f0r2")), tmp_path)
    elsewhere = finding("_:f1r1", location=Location("other.jsonld", 1))
    after = baseline.apply(report(elsewhere, *map(finding, ["_:f0r3", "_:f0r4", "_:f0r5"])), before)
    assert known(after) == [False, True, True, False]


def test_what_no_longer_occurs_is_told(tmp_path: Path) -> None:
    records = [f"https://hr.example/{number}" for number in range(6)]
    before = stored(report(*map(finding, records), finding(records[0])), tmp_path)
    after = baseline.apply(report(finding(records[5])), before)
    (notice,) = after.notices
    assert "6 findings do not occur any more" in notice
    assert str(tmp_path / "baseline.json") in notice
    assert f"{records[0]} {SHAPE}" in notice
    assert "and 2 more entries" in notice
    (notice,) = baseline.apply(report(), stored(report(finding()), tmp_path)).notices
    assert "1 finding does not occur any more" in notice
    kept = report()._replace(notices=("first",))
    assert baseline.apply(kept, before).notices[0] == "first"


def test_two_baselines_add_up(tmp_path: Path) -> None:
    one = stored(report(finding()), tmp_path)
    after = baseline.apply(baseline.apply(report(*[finding()] * 3), one), one)
    assert known(after) == [True, True, False]


def test_a_cut_report_makes_and_meets_no_baseline(tmp_path: Path) -> None:
    cut = report(finding(), finding())._replace(findings=(finding(),))
    with pytest.raises(UsageError, match="lists 1 findings of 2"):
        baseline.write(cut)
    with pytest.raises(UsageError, match="lists 1 findings of 2"):
        baseline.apply(cut, Baseline({}))


def test_the_file_is_sorted_and_has_an_entry_a_line() -> None:
    found = report(finding("https://hr.example/é"), finding(), finding(), finding("_:b0"))
    written = baseline.write(found)
    assert written == baseline.write(report(*reversed(found.findings)))
    assert written.decode() == (
        '{\n  "format": "pa-onto-baseline",\n  "version": 1,\n  "findings": [\n'
        '    {"record": "", "shape": "https://w3id.org/pa-onto/shapes#Position-title",'
        ' "component": "MinCountConstraintComponent",'
        ' "path": "<http://www.w3.org/ns/org#role>", "file": "crew.jsonld", "count": 1},\n'
        '    {"record": "https://hr.example/1",'
        ' "shape": "https://w3id.org/pa-onto/shapes#Position-title",'
        ' "component": "MinCountConstraintComponent",'
        ' "path": "<http://www.w3.org/ns/org#role>", "count": 2},\n'
        '    {"record": "https://hr.example/é",'
        ' "shape": "https://w3id.org/pa-onto/shapes#Position-title",'
        ' "component": "MinCountConstraintComponent",'
        ' "path": "<http://www.w3.org/ns/org#role>", "count": 1}\n  ]\n}\n'
    )
    assert baseline.write(report()).decode().endswith('"findings": []\n}\n')


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31m",
        "a\nb",
        '"quoted"',
        "\u202e",
        "导演 👩\u200d🎬",
        "\udcff",
        "\ud800",
        "\u2028",
        "\x00",
    ],
)
def test_hostile_text_comes_back_as_it_was(text: str, tmp_path: Path) -> None:
    found = report(
        finding(f"https://hr.example/{text}", shape=text, component=text or "C", path=text),
        finding("_:b0", location=Location(f"{text}.json")),
        finding(path=None, key=text),
    )
    assert known(baseline.apply(found, stored(found, tmp_path))) == [True, True, True]


ENTRY = {"record": "r", "shape": "s", "component": "c", "path": "p", "count": 1}


def _document(*entries: object, **members: object) -> str:
    head = {"format": "pa-onto-baseline", "version": 1, "findings": list(entries)}
    return json.dumps({**head, **members})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "not JSON"),
        (_document(ENTRY)[:-20], "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"format": "pa-onto-baseline", "version": 1, "version": 1}', "occurs twice"),
        ("[]", '"format"'),
        ("null", '"format"'),
        ('{"findings": []}', '"format"'),
        (_document(format="other"), '"format"'),
        (_document(version=2), "version 2"),
        (_document(version="1"), "version '1'"),
        (_document(version=True), "version True"),
        (_document(version=None), "version None"),
        (_document(findings={}), "must hold"),
        (_document(extra=1), "must hold"),
        (_document(1), "entry 1 must have"),
        (_document({"record": "r"}), "entry 1 must have"),
        (_document(ENTRY, {**ENTRY, "more": ""}), "entry 2 must have"),
        (_document({**ENTRY, "count": 0}), "count of entry 1"),
        (_document({**ENTRY, "count": -1}), "count of entry 1"),
        (_document({**ENTRY, "count": 1.5}), "count of entry 1"),
        (_document({**ENTRY, "count": True}), "count of entry 1"),
        (_document({**ENTRY, "count": "9"}), "count of entry 1"),
        (_document({**ENTRY, "count": float("inf")}), "count of entry 1"),
        (_document({**ENTRY, "path": None}), "entry 1 holds"),
        (_document({**ENTRY, "file": 1}), "entry 1 holds"),
        (_document(ENTRY, ENTRY), "entry 2 stands there twice"),
        (_document(ENTRY, {**ENTRY, "count": 5}), "entry 2 stands there twice"),
        (_document(ENTRY, {**ENTRY, "file": ""}), "entry 2 stands there twice"),
    ],
)
def test_a_malformed_baseline_is_refused(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        baseline.read(path)
    assert caught.value.file == str(path)
    assert caught.value.exit_code == 2
    assert said in caught.value.message
    assert "write the baseline anew" in caught.value.cure
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe\xff", b'{"a": "\xc3"}'])
def test_bytes_that_are_no_text_are_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match="Not a baseline"):
        baseline.read(path)


def test_a_baseline_that_cannot_be_read_is_no_empty_one(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.json", tmp_path):
        with pytest.raises(InputError, match="cannot be read") as caught:
            baseline.read(path)
        assert caught.value.file == str(path)
        assert "Write it first" in caught.value.cure


def test_a_real_run_is_known_the_next_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(ROOT)
    found = pa_onto.validate(["data/broken/crew.jsonld"])
    assert found.total >= 30
    before = stored(found, tmp_path)
    after = baseline.apply(found, before)
    assert all(known(after))
    assert after.notices == found.notices
    other = baseline.apply(pa_onto.validate(["data/broken/postings.jsonld"]), before)
    assert not any(known(other))
    assert f"{found.total} findings do not occur any more" in other.notices[-1]
