"""Postings are read as job boards read them; what is odd is named at its place, with the cure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pa_onto as package
from pa_onto.model import Finding
from pa_onto.reading.amounts import amounts, cure
from tests.conftest import ROOT

Node = dict[str, Any]

(POSTING,) = json.loads((ROOT / "data" / "postings.jsonld").read_text())[:1]
SCHEMA = "https://schema.org"


def posting(context: object = SCHEMA, **changes: object) -> Node:
    """Return a good posting, without a context of its own where that is None."""
    return {
        **({} if context is None else {"@context": context}),
        **{key: value for key, value in POSTING.items() if key[0] != "@"},
        "@id": "https://jobs.example.com/1",
        "@type": "JobPosting",
        **changes,
    }


def findings(folder: Path, document: object, name: str = "posting.json") -> list[Finding]:
    (folder / name).write_text(json.dumps(document, indent=1))
    return list(package.validate([str(folder / name)]).findings)


@pytest.mark.parametrize(
    "context",
    [
        SCHEMA,
        SCHEMA + "/",
        "http://schema.org",
        "http://schema.org/docs/jsonldcontext.jsonld",
        [SCHEMA],
        [SCHEMA, {"@language": "en"}],
        ["http://schema.org/", {"ex": "https://example.com/ns#"}],
        {"@vocab": "https://schema.org/"},
        {"@vocab": "http://schema.org/"},
        {"@vocab": "http://schema.org/", "@language": "de"},
        [{"@vocab": "https://schema.org/"}, {"ex": "https://example.com/ns#"}],
        {"@vocab": "https://schema.org/", "score": "https://example.com/ns#score"},
    ],
    ids=str,
)
def test_every_form_of_the_context_is_read_alike(context: object, tmp_path: Path) -> None:
    assert findings(tmp_path, posting(context)) == []
    assert findings(tmp_path, {"@context": context, "@graph": [posting(None)]}) == []


@pytest.mark.parametrize(
    ("context", "pointer"),
    [
        ("https://www.schema.org", "/@context"),
        ("http://www.schema.org/", "/@context"),
        ("https://Schema.org", "/@context"),
        ("HTTP://SCHEMA.ORG/", "/@context"),
        ("schema.org", "/@context"),
        ("//schema.org/", "/@context"),
        ("https://schema.org//", "/@context"),
        ("https://schema.org/#", "/@context"),
        ("http://schema.org/JobPosting", "/@context"),
        ([SCHEMA, "www.schema.org"], "/@context/1"),
        ({"@vocab": "https://schema.org"}, "/@context/@vocab"),
        ({"@vocab": "http://www.schema.org/"}, "/@context/@vocab"),
        ([{"@vocab": "schema.org"}], "/@context/0/@vocab"),
    ],
    ids=str,
)
def test_an_odd_context_is_read_and_named(context: object, pointer: str, tmp_path: Path) -> None:
    (found,) = findings(tmp_path, posting(context))
    assert (found.component, found.severity.label) == ("OddContext", "Warning")
    assert found.location is not None and found.location.pointer == pointer
    assert found.suggestion in (SCHEMA, SCHEMA + "/")
    many = {
        "@context": context,
        "@graph": [posting(None, **{"@id": f"https://jobs.example.com/{n}"}) for n in range(3)],
    }
    assert [f.component for f in findings(tmp_path, many)] == ["OddContext"]


@pytest.mark.parametrize(
    "context",
    ["https://shema.org", "https://schema.org.example.com", "https://example.com/schema.org", 7],
    ids=str,
)
def test_what_is_another_context_is_refused(context: object, tmp_path: Path) -> None:
    with pytest.raises(package.PaOntoError):
        findings(tmp_path, posting(context))


@pytest.mark.parametrize("space", ["http://schema.org/", "https://schema.org/"])
def test_prefixed_terms_are_coerced_like_bare_ones(space: str, tmp_path: Path) -> None:
    def prefixed(value: object) -> object:
        if isinstance(value, list):
            return [prefixed(item) for item in value]
        if not isinstance(value, dict):
            return value
        found = {}
        for key, item in value.items():
            name = key if key[0] == "@" else f"s:{key}"
            found[name] = f"s:{item}" if key == "@type" else prefixed(item)
        return found

    node = prefixed({k: v for k, v in posting().items() if k != "@context"})
    assert isinstance(node, dict)
    assert findings(tmp_path, {"@context": {"s": space}, **node}) == []
    node["s:datePosted"] = "12/01/2026"
    (found,) = findings(tmp_path, {"@context": {"s": space}, **node})
    assert found.key == "datePosted"


def test_a_context_of_its_own_overrides_what_boards_read(tmp_path: Path) -> None:
    context = {"@vocab": "https://schema.org/", "datePosted": None}
    found = findings(tmp_path, posting(context))
    assert "datePosted" in {f.key for f in found}


@pytest.mark.parametrize("key", ["datePosted", "validThrough"])
@pytest.mark.parametrize(
    "time", ["T09:00:00+0000", "T09:00:00.250-0800", "T09:00+0100", "T09:00:00+01"]
)
def test_a_short_offset_is_a_warning_with_its_cure(key: str, time: str, tmp_path: Path) -> None:
    (found,) = findings(tmp_path, posting(**{key: POSTING[key][:10] + time}))
    assert (found.severity.label, found.key) == ("Warning", key)
    assert found.location is not None and found.location.pointer == f"/{key}"
    assert "colon" in found.message


@pytest.mark.parametrize("time", ["T09:00:00+01:00", "T09:00:00Z", "T09:00:00", "T09:00Z", ""])
def test_a_date_in_full_is_none(time: str, tmp_path: Path) -> None:
    assert findings(tmp_path, posting(datePosted=POSTING["datePosted"][:10] + time)) == []


@pytest.mark.parametrize("context", [SCHEMA, {"@vocab": "http://schema.org/"}, None], ids=str)
@pytest.mark.parametrize(
    ("pay", "says"),
    [
        ("100000", "write 100000"),
        ("$65,000", "write 65000"),
        ("40-50k", "minValue 40000 and maxValue 50000"),
        ("£1,400\u2013£1,600 per week", "minValue 1400 and maxValue 1600"),
        ("USD 65000.50", "write 65000.5, and USD as salaryCurrency"),
        ("45.000 €", "write a number without quotation marks"),
        ("to be agreed", "write a number without quotation marks"),
    ],
)
def test_pay_as_text_has_one_finding_with_the_cure(
    context: object, pay: str, says: str, tmp_path: Path
) -> None:
    node = posting(context, baseSalary=pay, salaryCurrency="USD")
    (found,) = findings(tmp_path, node)
    assert (found.severity.label, found.key, found.written) == ("Violation", "baseSalary", pay)
    assert found.location is not None and found.location.pointer == "/baseSalary"
    assert says in found.message


@given(
    st.integers(1, 999_999),
    st.integers(1, 999_999),
    st.sampled_from([" - ", "-", "\u2013", " to "]),
)
def test_a_range_is_read_as_it_is_written(one: int, other: int, joint: str) -> None:
    assert list(amounts(f"${one:,}{joint}${other:,} a year")) == [one, other]
    assert list(amounts(f"{one}")) == [one]


@given(st.text(max_size=40))
def test_any_text_has_a_cure(text: str) -> None:
    assert cure(text).startswith("write ")


CASES = ROOT.parent / "shared" / "cases" / "validate"


@pytest.mark.parametrize(
    ("name", "component"),
    [
        ("posting-vocab-context.json", None),
        ("posting-www-context.json", "OddContext"),
        ("posting-offset-without-colon.json", "NotConstraintComponent"),
        ("posting-salary-text.json", "MalformedValue"),
    ],
)
def test_the_cases_that_were_misread(name: str, component: str | None) -> None:
    if not (CASES / name).is_file():
        pytest.skip(f"{CASES / name} is not here")
    usual = {"directApply", "relevantOccupation"}
    found = package.validate([str(CASES / name)]).findings
    odd = [finding.component for finding in found if finding.key not in usual]
    assert odd == ([component] if component else [])
