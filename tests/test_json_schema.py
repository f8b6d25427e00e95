"""The JSON Schema of records: what it accepts and refuses, and that the shapes agree."""

from __future__ import annotations

import csv
import json
import tempfile
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pa_onto as api
from pa_onto.errors import InputError
from pa_onto.model import Finding
from pa_onto.project import find_project
from pa_onto.reading.schema import RecordSchema
from tests.conftest import ROOT

Record = dict[str, Any]

PROJECT = find_project(ROOT)
DOCUMENT = json.loads(PROJECT.record_schema.read_bytes())
SCHEMA = RecordSchema.from_file(PROJECT.record_schema)
WHOLE = jsonschema_rs.Draft202012Validator(DOCUMENT)
CONTEXT = "https://w3id.org/pa-onto/context.jsonld"
DATA = ROOT / "data"

POSITION: Record = {
    "id": "https://hr.example/positions/1",
    "type": "Position",
    "title": "second-assistant-director",
    "level": "mid",
    "department": "set",
    "production": "https://hr.example/productions/1",
    "holder": "https://hr.example/people/1",
    "startDate": "2026-01-12",
    "endDate": "2026-03-20",
    "weeklyRate": 1450.5,
    "currency": "USD",
    "employmentType": "CONTRACTOR",
}
PRODUCTION: Record = {"id": "https://hr.example/p", "type": "Production", "name": "Night Shoot"}
PERSON: Record = {"id": "https://hr.example/7", "type": "Person", "name": "Ann", "email": "a@b.cd"}


def _records(name: str) -> list[Record]:
    """The records of a sample file, without the context that each may bring along."""
    text = (DATA / name).read_text()
    if name.endswith(".jsonl"):
        found = [json.loads(line) for line in text.splitlines()]
    else:
        document = json.loads(text)
        found = document if isinstance(document, list) else document["@graph"]
    return [{key: value for key, value in r.items() if key != "@context"} for r in found]


POSTING = _records("postings.jsonld")[0]


def _findings(*records: Record) -> list[Finding]:
    """What shapes forbid in records; what the schema says is left out."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.json"
        path.write_text(json.dumps([{"@context": CONTEXT, **record} for record in records]))
        report = api.validate([str(path)], project=PROJECT, engine="shacl")
    return [f for f in report.findings if f.shape and f.severity.label == "Violation"]


def test_the_schema_is_valid_and_names_itself() -> None:
    jsonschema_rs.meta.validate(DOCUMENT)
    assert DOCUMENT["$id"] == "https://w3id.org/pa-onto/record.schema.json"
    assert DOCUMENT["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_keys_are_described_and_in_order() -> None:
    keys = DOCUMENT["$defs"]["Position"]["properties"]
    assert list(keys)[:4] == ["title", "level", "department", "production"]
    for kind in ("Position", "Production", "Person", "JobPosting", "vocabulary"):
        for key, schema in DOCUMENT["$defs"][kind]["properties"].items():
            assert schema["title"], key
            assert kind == "vocabulary" or schema["description"].endswith("."), key


@pytest.mark.parametrize("name", ["crew.jsonl", "crew.jsonld", "postings.jsonld"])
def test_the_samples_are_accepted(name: str) -> None:
    records = _records(name)
    assert len(records) >= 14
    for record in records:
        assert SCHEMA.problems(record) == []


@pytest.mark.parametrize(
    "name", ["data/crew.jsonld", "data/postings.jsonld", "dist/pa-onto.jsonld"]
)
def test_whole_documents_are_accepted(name: str) -> None:
    WHOLE.validate(json.loads((ROOT / name).read_text()))


@pytest.mark.parametrize("record", _records("postings.jsonld"), ids=lambda r: r["@id"][-2:])
def test_postings_conform_under_our_own_context(record: Record) -> None:
    assert _findings(record) == []
    assert SCHEMA.problems(record) == []


@pytest.mark.parametrize(
    ("document", "valid"),
    [
        (POSITION, True),
        ([POSITION, PRODUCTION], True),
        ({"@context": CONTEXT, "@graph": [POSITION]}, True),
        ({"@graph": POSITION}, True),
        ({**POSITION, "@context": CONTEXT}, True),
        ({**POSITION, "@context": [CONTEXT]}, True),
        ([POSITION, {**PRODUCTION, "nam": "x"}], False),
        ({"@graph": [{**POSITION, "title": "runer"}]}, False),
        ({"@graph": [], "nam": "x"}, False),
        ({"@context": CONTEXT, **POSITION, "titel": "x"}, False),
        # Under another context the keys may mean anything, except that schema.org's postings
        # are what ours are.
        ({"@context": {"titel": "https://x.example/t"}, "titel": "x"}, True),
        ({"@context": "https://schema.org", "@type": "Place", "anything": 1}, True),
        ({"@context": "https://schema.org/", **POSTING}, True),
        ({"@context": ["http://schema.org"], **POSTING, "title": None}, False),
        (7, False),
        ([[7]], False),
    ],
    ids=str,
)
def test_documents(document: object, valid: bool) -> None:
    assert WHOLE.is_valid(document) is valid
    inside = document.get("@graph", document) if isinstance(document, dict) else document
    for record in inside if isinstance(inside, list) else [inside]:
        if valid:
            assert SCHEMA.problems(record) == []


LEGAL: list[Record] = [
    {"endDate": None},
    {"holder": []},
    {"weeklyRate": None, "currency": None},
    {"currency": [None], "weeklyRate": []},
    {"title": ["runner"], "level": None, "department": None},
    {"title": [["second-assistant-director"]]},
    {"title": [None, "second-assistant-director"]},
    {"level": ["mid", "mid"]},
    {"level": ["mid", "https://w3id.org/pa-onto/level/mid"]},
    {"level": {"@set": ["mid"]}},
    {"level": {"id": "https://w3id.org/pa-onto/level/mid"}},
    {"level": "https://w3id.org/pa-onto/level/mid"},
    {"production": {"@id": "https://hr.example/p"}},
    {"production": PRODUCTION},
    {"production": {**PRODUCTION, "schema:alternateName": "Shoot"}},
    {"holder": {"id": "https://hr.example/7", "schema:name": "Ann"}},
    {"holder": PERSON},
    {"startDate": "2024-02-29"},
    {"startDate": "2000-02-29Z"},
    {"startDate": "2026-01-12+14:00"},
    {"weeklyRate": 1450},
    {"weeklyRate": 1e30},
    {"weeklyRate": {"@value": 1450.5}},
    {"currency": {"@value": "EUR"}},
    {"skos:note": "x"},
    {"https://hr.example/ns#grade": 4},
    {"@index": "7"},
    {"@type": "Position", "type": None},
    {"type": ["Position"]},
    {"type": ["Position", "org:Post"]},
    {"title": None, "org:role": {"id": "https://w3id.org/pa-onto/title/second-assistant-director"}},
]


@pytest.mark.parametrize("change", LEGAL, ids=str)
def test_what_json_ld_allows_is_accepted(change: Record) -> None:
    record = POSITION | change
    record = {key: value for key, value in record.items() if (key, value) != ("type", None)}
    assert SCHEMA.problems(record) == []
    assert SCHEMA.is_valid(record)
    assert [finding.key for finding in _findings(record)] == []


# change, pointer, key, component, part of the message, suggestion
REFUSED: list[tuple[Record, str, str, str, str, str | None]] = [
    ({"titel": "x"}, "/titel", "titel", "UnknownKey", "dropped; did you mean title?", "title"),
    ({"start_date": 1}, "/start_date", "start_date", "UnknownKey", "startDate?", "startDate"),
    ({"a/b~c": 1}, "/a~1b~0c", "a/b~c", "UnknownKey", "known are currency, department", None),
    ({"label": "x"}, "/label", "label", "UnknownKey", "belongs to other types", None),
    ({"type": "Positon"}, "/type", "type", "UnknownType", "did you mean Position?", "Position"),
    ({"type": "Rigger"}, "/type", "type", "UnknownType", "known are JobPosting, Person", None),
    ({"type": "@version"}, "/type", "type", "UnknownType", "@version is unknown", None),
    ({"type": ["Position", "Foo"]}, "/type/1", "type", "UnknownType", "Foo", None),
    ({"type": ["Position", 5]}, "/type/1", "type", "UnknownType", "5", None),
    ({"type": []}, "", "type", "MissingType", "no type; add one", None),
    ({"type": "a b:c"}, "/type", "type", "MalformedIRI", '"a b:c"', None),
    ({"id": "42"}, "/id", "id", "MalformedIRI", 'id must be an absolute IRI, not "42".', None),
    ({"id": 42}, "/id", "id", "MalformedIRI", "not 42", None),
    ({"holder": "7"}, "/holder", "holder", "MalformedIRI", "an absolute IRI", None),
    ({"holder": "https://x.example/a b"}, "/holder", "holder", "MalformedIRI", "a b", None),
    ({"holder": {"id": "7"}}, "/holder/id", "id", "MalformedIRI", '"7"', None),
    ({"holder": {"name": "A"}}, "/holder", "type", "MissingType", "node in holder", None),
    ({"holder": 7}, "/holder", "holder", "MalformedValue", "an absolute IRI, not 7.", None),
    ({"holder": {}}, "/holder", "holder", "MalformedValue", "{}", None),
    ({"title": "runer"}, "/title", "title", "UnknownCode", "did you mean runner?", "runner"),
    ({"title": "Line Producer"}, "/title", "title", "MalformedIRI", "mean line-producer?", "*"),
    ({"title": ""}, "/title", "title", "MalformedIRI", 'a code or an IRI, not "".', None),
    ({"title": "1:2"}, "/title", "title", "MalformedIRI", "a code or an IRI", None),
    ({"title": None}, "/title", "title", "MissingKey", "no value", None),
    ({"title": []}, "/title", "title", "MissingKey", "no value", None),
    ({"title": ["runner", "line-producer"]}, "/title", "title", "TooManyValues", "once", None),
    ({"level": ["runner"]}, "/level/0", "level", "UnknownCode", "known are director, entry", None),
    ({"startDate": "2023-02-29"}, "/startDate", "startDate", "MalformedValue", "like 2026", None),
    ({"startDate": "1900-02-29"}, "/startDate", "startDate", "MalformedValue", "date", None),
    ({"startDate": "2026-04-31"}, "/startDate", "startDate", "MalformedValue", "date", None),
    ({"startDate": "12/01/2026"}, "/startDate", "startDate", "MalformedValue", "date", None),
    ({"startDate": 20260112}, "/startDate", "startDate", "MalformedValue", "20260112", None),
    ({"startDate": {"id": "x:y"}}, "/startDate", "startDate", "MalformedValue", "date", None),
    ({"weeklyRate": "1450"}, "/weeklyRate", "weeklyRate", "MalformedValue", "quotation", None),
    ({"weeklyRate": 0}, "/weeklyRate", "weeklyRate", "MalformedValue", "greater than 0", None),
    ({"weeklyRate": True}, "/weeklyRate", "weeklyRate", "MalformedValue", "a number", None),
    ({"currency": "usd"}, "/currency", "currency", "UnknownCode", "did you mean USD?", "USD"),
    ({"currency": None}, "/weeklyRate", "weeklyRate", "MissingKey", "needs currency", None),
    ({"weeklyRate": []}, "/currency", "currency", "MissingKey", "needs weeklyRate", None),
    ({"employmentType": 5}, "/employmentType", "employmentType", "MalformedValue", "one of", None),
    (
        {"production": {**PRODUCTION, "nam": "x"}},
        *("/production/nam", "nam", "UnknownKey", "did you mean name?", "name"),
    ),
    (
        {"production": [{"id": "x:y", "type": "Production"}]},
        *("/production/0", "name", "MissingKey", "The key name is missing", None),
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: str(case[0]))
def test_what_is_wrong_is_told_once_and_where(
    case: tuple[Record, str, str, str, str, str | None],
) -> None:
    change, pointer, key, component, message, suggestion = case
    (problem,) = SCHEMA.problems(POSITION | change)
    assert (problem.pointer, problem.key, problem.component) == (pointer, key, component)
    assert message in problem.message and problem.message.endswith((".", "?"))
    assert suggestion == "*" or problem.suggestion == suggestion
    assert not SCHEMA.is_valid(POSITION | change)


@pytest.mark.parametrize("key", ["title", "production", "startDate"])
def test_a_missing_key_is_told(key: str) -> None:
    record = {name: value for name, value in POSITION.items() if name != key}
    (problem,) = SCHEMA.problems(record)
    assert (problem.pointer, problem.key, problem.component) == ("", key, "MissingKey")
    assert not problem.dropped


def test_long_values_are_cut() -> None:
    (problem,) = SCHEMA.problems(POSITION | {"currency": "x" * 200})
    assert problem.value is not None and len(problem.value) == 80


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        ({"title": None, "anything": 1, "datePosted": "17 Nov"}, ["title", "datePosted"]),
        ({"jobLocation": "Pittsburgh"}, ["jobLocation"]),
        ({"jobLocation": {"@type": "Place", "address": "x"}}, []),
        ({"hiringOrganization": "confidential"}, []),
        ({"hiringOrganization": "Acme"}, ["hiringOrganization"]),
        ({"employmentType": ["FULL_TIME", "Freelance"]}, ["employmentType"]),
        ({"description": " \n"}, ["description"]),
        ({"baseSalary": -5, "salaryCurrency": "USD"}, ["baseSalary"]),
        ({"baseSalary": "1,450"}, ["baseSalary"]),
        ({"directApply": "yes"}, []),
        ({"datePosted": "2025-11-17T09:00"}, []),
        ({"datePosted": "2025-11-17T24:00:00"}, []),
        ({"datePosted": "2025-11-17T25:00:00"}, ["datePosted"]),
    ],
    ids=str,
)
def test_types_of_schema_org_are_open_and_their_keys_checked(
    change: Record, keys: list[str]
) -> None:
    record = POSTING | change
    assert sorted(problem.key for problem in SCHEMA.problems(record)) == sorted(keys)
    told = {finding.key for finding in _findings(record)}
    dropped = {problem.key for problem in SCHEMA.problems(record) if problem.dropped}
    assert set(keys) - dropped <= told


def test_types_written_in_full_have_the_keys_of_the_vocabulary_only() -> None:
    """A JSON-LD processor takes the keys of a type from its short name alone."""
    problems = SCHEMA.problems(POSITION | {"type": "pa:Position"})
    assert {problem.component for problem in problems} == {"UnknownKey"}
    assert {problem.key for problem in problems} >= {"production", "startDate"}
    assert all("whose type is written Position" in problem.message for problem in problems)
    record = {"id": "x:y", "type": "https://w3id.org/pa-onto/ns#JobTitle", "level": "mid"}
    assert SCHEMA.problems(record) == []


def test_the_keys_of_all_types_count() -> None:
    record = POSITION | {"type": ["Position", "JobTitle"], "label": {"en": "x"}}
    assert SCHEMA.problems(record) == []
    (problem,) = SCHEMA.problems(record | {"titel": "x"})
    assert (problem.component, problem.suggestion) == ("UnknownKey", "title")


# What the schema cannot say of the broken samples: it takes other records, the vocabulary's
# statements, another key's value or a nested node to know.
BEYOND = {
    "Position-reportsTo-acyclic": "other records",
    "Position-reportsTo-senior": "other records",
    "Position-reportsTo-known": "other records",
    "Position-reportsTo-self": "the id of the record",
    "Position-department-agrees": "the vocabulary",
    "Position-level-agrees": "the vocabulary",
    "Position-endDate-order": "another key's value",
    "JobPosting-validThrough-order": "another key's value",
    "JobPosting-applicantLocationRequirements": "another key's value",
    "JobPosting-jobLocation-required": "a choice of two keys",
    "JobPosting-relevantOccupation": "the vocabulary: an IRI may be any",
    "JobPosting-occupationalCategory": "the vocabulary",
    "JobPosting-baseSalary-currency": "a nested node",
    "JobPosting-baseSalary-range": "a nested node",
    "JobPosting-baseSalary-unitText": "a nested node",
    "JobPosting-baseSalary-value": "a nested node",
    "JobPosting-hiringOrganization-name": "a nested node",
    "JobPosting-jobLocation": "a nested node",
}


def _expected(name: str) -> list[dict[str, str]]:
    lines = (DATA / "broken" / f"{name}.expected.tsv").read_text().splitlines()
    return list(csv.DictReader(lines, delimiter="\t"))


@pytest.mark.parametrize("name", ["crew", "postings"])
def test_the_broken_samples_are_refused_where_the_shapes_refuse_them(name: str) -> None:
    expected = {
        (row["record"], row["key"])
        for row in _expected(name)
        if row["severity"] == "Violation" and row["shape"] not in BEYOND
    }
    found = {
        (record.get("id", record.get("@id")), problem.key)
        for record in _records(f"broken/{name}.jsonld")
        for problem in SCHEMA.problems(record)
    }
    assert len(found) >= 10
    assert found == expected


def test_every_reason_to_differ_is_needed() -> None:
    shapes = {row["shape"] for name in ("crew", "postings") for row in _expected(name)}
    assert set(BEYOND) <= shapes


WORDS = """
    runner mid set production runer USD usd FULL_TIME confidential Second:AD x:y https://x.y/z
    https://w3id.org/pa-onto/title/runner https://w3id.org/pa-onto/level/mid _:b 1:2 @id
    title:runner org:Post schema:name 2026-02-30 2024-02-29 2026-01-12T09:00:00Z
"""
KEYS = "titel name label concepts strtDate skos:note org:role schema:startDate x:y @index a/b"
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**6), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.dates().map(lambda date: date.isoformat()),
    st.from_regex(r"[0-9]{4}-[0-1][0-9]-[0-3][0-9](Z|\+0[0-9]:00)?", fullmatch=True),
    st.sampled_from(WORDS.split()),
    st.sampled_from(["Second AD", "https://x.y/a b", "", " ", "a\\b", "\u00a0"]),
)
WRAPPED = st.one_of(
    VALUES,
    st.lists(VALUES, max_size=3),
    st.lists(st.lists(VALUES, max_size=2), max_size=2),
    VALUES.map(lambda value: [value, value]),
    VALUES.map(lambda value: {"@value": value}),
    VALUES.map(lambda value: {"@set": [value]}),
    VALUES.map(lambda value: {"id": value}),
    st.sampled_from(["Person", "Production", "Position", "Foo", "x:y"]).flatmap(
        lambda kind: VALUES.map(lambda value: {"id": "https://x.y/n", "type": kind, "name": value})
    ),
    st.just({}),
    st.just({"name": "x"}),
    st.just({"foaf:name": "x"}),
)
TYPES = st.one_of(
    st.sampled_from(["Position", "Production", "Person", "JobPosting", "JobTitle", "Positon"]),
    st.lists(st.sampled_from(["Position", "Production", "Person", "JobTitle", "org:Post"])),
    st.sampled_from(["pa:Position", "x:y", "", "@version", "a b:c"]),
)
OTHER_KEYS = st.sampled_from(KEYS.split())


@st.composite
def _mutated(draw: st.DrawFn) -> Record:
    """A good record with up to three changes."""
    record = dict(draw(st.sampled_from([POSITION, POSITION, PRODUCTION, PERSON, POSTING])))
    for _ in range(draw(st.integers(0, 3))):
        key = draw(st.one_of(st.sampled_from(sorted(record)), OTHER_KEYS))
        change = draw(st.sampled_from(["drop", "set", "wrap", "rename", "type"]))
        if change == "type":
            record["@type" if "@type" in record else "type"] = draw(TYPES)
        elif key in ("id", "@id", "type", "@type"):
            continue
        elif change == "drop":
            record.pop(key, None)
        elif change == "wrap":
            value = record.get(key)
            record[key] = draw(st.sampled_from([[value], [value, None], [value, value], [[value]]]))
        elif change == "rename":
            record[draw(OTHER_KEYS)] = record.pop(key, "x")
        else:
            record[key] = draw(WRAPPED)
    return record


# What the schema says of plain records as surely as the shapes do.
SAID_TWICE = {"MinCountConstraintComponent", "DatatypeConstraintComponent", "InConstraintComponent"}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.lists(_mutated(), min_size=1, max_size=6))
def test_the_schema_refuses_nothing_that_the_shapes_allow(records: list[Record]) -> None:
    records = [_named(record, f"https://x.example/{n}") for n, record in enumerate(records)]
    for record in records:
        problems = SCHEMA.problems(record)
        assert SCHEMA.is_valid(record) == (problems == [])
        for problem in problems:
            assert problem.pointer == "" or _exists(record, problem.pointer)
    try:
        found = _findings(*records)
    except InputError:
        return  # The reader refuses the whole input: there is no verdict to compare with.
    for record in records:
        _agree(record, found)


def _named(record: Record, name: str) -> Record:
    """A record, and the nodes inside it, with ids that no other has."""
    renamed = {key: value for key, value in record.items() if key not in ("id", "@id")}
    for key, value in renamed.items():
        if isinstance(value, dict) and "type" in value:
            renamed[key] = value | {"id": f"{name}/{key}"}
    return {"id": name, **renamed}


def _agree(record: Record, findings: list[Finding]) -> None:
    problems = SCHEMA.problems(record)
    findings = [f for f in findings if record["id"] in (f.focus_node, f.record)]
    told = {f.key for f in findings}
    types = record.get("type", record.get("@type"))
    # Of several types with contexts of their own, not every processor applies them all.
    several = isinstance(types, list) and len(set(types) & set(SCHEMA.records)) > 1
    for problem in problems:
        assert problem.dropped or problem.key in told or (several and told), (problem, record)
    if types in SCHEMA.records and not any(isinstance(v, dict | list) for v in record.values()):
        keys = {problem.key for problem in problems}
        for finding in findings:
            if finding.component in SAID_TWICE and not any(":" in key for key in record):
                assert finding.key in keys, (finding, record)


def _exists(value: Any, pointer: str) -> bool:
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        value = value[int(part)] if isinstance(value, list) else value[part]
    return True
