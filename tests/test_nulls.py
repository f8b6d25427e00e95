"""An absent key, an empty cell and null mean the same, wherever they stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pa_onto as package
from pa_onto.reading.schema import RecordSchema
from tests.conftest import ROOT
from tests.judging import PROJECT, READERS

Node = dict[str, Any]

HR = "https://hr.example.com/"
TITLE = "https://w3id.org/pa-onto/title/"
POSITION: Node = {
    "id": HR + "1",
    "type": "Position",
    "title": "runner",
    "production": HR + "night-shoot",
    "startDate": "2026-01-12",
}
(POSTING,) = json.loads((ROOT / "data" / "postings.jsonld").read_text())[:1]
SCHEMA = RecordSchema.from_file(PROJECT.record_schema)


def findings(folder: Path, text: str, name: str) -> list[tuple[str, str | None, str]]:
    """Return component, key and message of what is found."""
    path = folder / name
    path.write_text(text)
    report = package.validate([str(path)])
    return sorted((f.component, f.key or "", f.message) for f in report.findings)


NULLS: dict[str, Node] = {
    "a key of its type": {**POSITION, "level": None},
    "a key of another type": {**POSITION, "name": None},
    "a key of no type": {**POSITION, "titel": None},
    "a CURIE": {**POSITION, "pa:atLevl": None},
    "a keyword": {**POSITION, "@reverse": None, "@graph": None},
    "the id": {**POSITION, "@id": None},
    "the other type": {**POSITION, "@type": None},
    "in an array": {**POSITION, "holder": [None]},
    "among types": {**POSITION, "type": ["Position", None]},
    "in a node": {
        **POSITION,
        "holder": {"id": HR + "7", "type": "Person", "name": "A", "nam": None},
    },
    "the id of a node": {**POSITION, "production": {"id": HR + "p", "@id": None}},
    "in a posting": {**POSTING, "basesalary": None, "@context": "https://schema.org"},
    "in a node of a posting": {
        **POSTING,
        "hiringOrganization": {**POSTING["hiringOrganization"], "@id": None, "lgo": None},
    },
    "of a context": {**POSITION, "@context": None},
    "under a context of its own": {
        "@context": {"@vocab": "https://w3id.org/pa-onto/ns#", "kind": "@type"},
        "kind": "Production",
        "@id": HR + "p",
        "https://schema.org/name": "N",
        "unknown": None,
    },
}


@pytest.mark.parametrize("record", NULLS.values(), ids=NULLS)
@pytest.mark.parametrize("name", ["crew.jsonl", "crew.json"])
def test_null_says_nothing(record: Node, name: str, tmp_path: Path) -> None:
    text = json.dumps(record) if name.endswith("l") else json.dumps({"@graph": [record]}, indent=1)
    assert findings(tmp_path, text, name) == []


@pytest.mark.parametrize("key", ["type", "id", "title", "startDate", "production"])
def test_null_is_missing_where_a_value_must_stand(key: str, tmp_path: Path) -> None:
    absent = {name: value for name, value in POSITION.items() if name != key}
    with_null = findings(tmp_path, json.dumps({**absent, key: None}), "null.jsonl")
    assert with_null == findings(tmp_path, json.dumps(absent), "absent.jsonl")
    assert bool(with_null) is (key != "id")
    columns = list(POSITION)
    cells = ",".join("" if name == key else POSITION[name] for name in columns)
    table = findings(tmp_path, f"{','.join(columns)}\n{cells}\n", "twin.csv")
    assert table == with_null


def test_a_type_that_is_null_is_none(tmp_path: Path) -> None:
    text = "\n".join(json.dumps({**POSITION, "type": kind}) for kind in (None, [None], []))
    components = [found[0] for found in findings(tmp_path, text, "crew.jsonl")]
    assert components.count("MissingType") == 3
    posting = {**POSTING, "@context": "https://schema.org", "@type": None, "@id": HR + "9"}
    text = json.dumps([posting, {**POSTING, "@context": "https://schema.org"}])
    found = findings(tmp_path, text, "postings.json")
    assert [component for component, *_ in found] == ["UntypedRecord"]


def test_a_literal_of_json_keeps_its_nulls(tmp_path: Path) -> None:
    record = {
        "@context": {"extra": {"@id": "https://example.com/extra", "@type": "@json"}},
        "@id": HR + "p",
        "@type": "https://w3id.org/pa-onto/ns#Production",
        "https://schema.org/name": "N",
        "extra": {"a": None},
    }
    (tmp_path / "x.json").write_text(json.dumps(record))
    from pa_onto.reading.sources import read_ntriples

    assert '{\\"a\\":null}' in read_ntriples([str(tmp_path / "x.json")], READERS)


PLACES = st.lists(
    st.tuples(
        st.sampled_from(["name", "titel", "level", "currency", "pa:rank", "schema:name", "holder"]),
        st.sampled_from([None, [], [None]]),
    ),
    max_size=4,
)


@given(PLACES)
def test_the_schema_takes_null_for_absent(nulls: list[tuple[str, Any]]) -> None:
    """An unknown key with an empty array is unknown all the same: it stands for no cell."""
    added = {key: value for key, value in nulls if key not in ("name", "titel") or value is None}
    assert SCHEMA.problems({**POSITION, **added}) == []
