"""``pa-onto show``: the sections of a title against SPARQL, and messy titles."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import pa_onto
from pa_onto.namespaces import PA, SKOS, expand
from pa_onto.report.terms import term_as_json, term_as_text
from tests.conftest import ROOT, Run

TITLE = "https://w3id.org/pa-onto/title/"
PREFIXES = f"PREFIX pa: <{PA}> PREFIX skos: <{SKOS}> "
TITLES = sorted(
    line.split(">")[0].removeprefix("<" + TITLE)
    for line in (ROOT / "dist" / "pa-onto.nt").read_text().splitlines()
    if line.endswith(f"<{PA}JobTitle> .") and line.startswith("<" + TITLE)
)
SECTIONS = ["Ladder", "People", "Mappings", "Work", "Names and notes"]
#: Both sides of the relations between titles: the pattern that finds who is meant.
PEOPLE = {
    "reportsTo": "?title pa:reportsTo ?who",
    "reportedToBy": "?who pa:reportsTo ?title",
    "supervises": "?title pa:supervises ?who",
    "supervisedBy": "?who pa:supervises ?title",
    "assists": "?title pa:assists ?who",
    "assistedBy": "?who pa:assists ?title",
    "worksWith": "?title pa:worksWith ?who",
    "workedWithBy": "?who pa:worksWith ?title",
}


def shown(result: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def ask(store: ox.Store, pattern: str, code: str, variable: str = "who") -> set[str]:
    bound = pattern.replace("?title", f"<{TITLE}{code}>")
    solutions = store.query(f"{PREFIXES} SELECT ?{variable} {{ {bound} }}")
    assert isinstance(solutions, ox.QuerySolutions)
    return {row[0].value for row in solutions}


def ids(terms: list[dict[str, Any]]) -> set[str]:
    assert all(term["label"] for term in terms)
    assert len({term["id"] for term in terms}) == len(terms)
    return {term["id"] for term in terms}


@pytest.mark.parametrize("code", TITLES)
def test_every_title_has_its_ladder_people_and_mappings(code: str, published: ox.Store) -> None:
    term = pa_onto.describe(TITLE + code)
    found = json.loads(term_as_json(term))
    ladder = found["ladder"]
    level = ask(published, "?title pa:atLevel ?who", code)
    assert ({ladder["level"]["id"]} if ladder["level"] else set()) == level
    assert ids(ladder["departments"]) == ask(published, "?title pa:inDepartment ?who", code)
    assert ids(ladder["ways"]) == ask(published, "?who pa:advancesFrom ?title", code)
    for side, stated in (
        ("after", "?title pa:advancesTo ?who"),
        ("before", "?who pa:advancesTo ?title"),
    ):
        steps = [step for step in ladder[side] if not step["derived"]]
        assert ids(steps) == ask(published, stated, code)
    for name, pattern in PEOPLE.items():
        assert ids(found["people"][name]) == ask(published, pattern, code), name
    for kind in ("exact", "close", "broad", "narrow", "related"):
        here = {m["id"] for m in found["mappings"] if m["relation"] == f"{kind} match"}
        assert here == ask(published, f"?title skos:{kind}Match ?who", code)
    # What it said before it had sections is still there.
    assert {"properties", "inbound", "definition", "type"} < set(found)
    text = term_as_text(term)
    headings = [line for line in text.splitlines() if line in SECTIONS]
    assert headings == [name for name in SECTIONS if name in headings]
    assert {"Ladder", "People" if any(found["people"].values()) else "Ladder"} <= set(headings)
    assert max(map(len, text.splitlines())) <= 88
    for mapping in found["mappings"]:
        assert mapping["label"] in text.replace("\n" + " " * 4, " ")


def test_there_are_29_titles() -> None:
    assert len(TITLES) == 29


def test_a_title_is_read_in_sections(pa_onto: Run) -> None:
    lines = pa_onto("show", "2nd AD").stdout.splitlines()
    assert [line for line in lines if line in SECTIONS] == SECTIONS
    rows = dict(re.findall(r"^  (\S.*?)  +(\S.*)$", "\n".join(lines), re.MULTILINE))
    assert rows["level"] == "Mid Level (2 of 5)"
    assert rows["comes from"] == "Set Production Assistant"
    assert rows["leads to"] == "First Assistant Director (derived)"
    assert rows["assists"] == "First Assistant Director"
    assert not any("←" in line for line in lines)


def test_a_title_without_level_or_steps_says_so(pa_onto: Run) -> None:
    text = pa_onto("show", "office-assistant").stdout
    assert "level           none is stated" in text
    assert text.count("no step is known") == 2
    assert shown(pa_onto("show", "office-assistant", "--format", "json"))["ladder"]["level"] is None


def test_mappings_have_the_labels_of_the_mapping_files(pa_onto: Run) -> None:
    table = (ROOT / "ontology" / "mappings" / "titles.sssom.tsv").read_text()
    rows = csv.DictReader(
        (line for line in table.splitlines() if not line.startswith("#")), delimiter="\t"
    )
    labels = {
        expand(row["object_id"]): row["object_label"]
        for row in rows
        if row["subject_id"] == "pa_title:production-manager"
    }
    found = shown(pa_onto("show", "UPM", "--format", "json"))["mappings"]
    assert {mapping["id"]: mapping["label"] for mapping in found} == labels
    assert len(labels) == 4
    assert [mapping["classification"] for mapping in found] == [
        "EBU role codes",
        "FIAFcore",
        "O*NET-SOC",
        "Wikidata",
    ]


def test_other_terms_keep_the_general_form(pa_onto: Run) -> None:
    text = pa_onto("show", "role:art-director").stdout
    assert "← assists" in text
    assert not set(text.splitlines()) & set(SECTIONS)
    found = shown(pa_onto("show", "department:set", "--format", "json"))
    assert (found["ladder"], found["people"]) == (None, {})
    assert found["mappings"][0]["classification"] == "EBU role codes"


@pytest.mark.parametrize("format", ["text", "json", "turtle"])
def test_a_messy_title_is_shown_with_a_notice(format: str, pa_onto: Run) -> None:
    result = pa_onto("show", "2ND ASST DIR.", "--format", format)
    assert (result.returncode, "Second Assistant Director" in result.stdout) == (0, True)
    assert "'2ND ASST DIR.' is taken for Second Assistant Director" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert pa_onto("show", "2nd AD").stderr == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Coordinator (remote)", "may mean several titles"),
        ("2nd 2nd AD", "The nearest, another job: title:second-assistant-director"),
        ("Gaffer", "Nothing is called 'Gaffer'."),
        ("https://w3id.org/pa-onto/title/runnr", "Nothing is called"),
        ("skill:leadership", "Nothing is called 'skill:leadership'."),
    ],
)
def test_what_is_no_title_is_said_with_candidates(text: str, says: str, pa_onto: Run) -> None:
    result = pa_onto("show", text)
    assert (result.returncode, result.stdout) == (1, "")
    assert says in result.stderr


def test_mappings_of_another_vocabulary_name_its_host(pa_onto: Run, project: Path) -> None:
    (project / "dist" / "pa-onto.nt").write_text(
        f'<u:a> <{SKOS}prefLabel> "A"@en .\n'
        f"<u:a> <{SKOS}exactMatch> <https://jobs.example.org/terms/1> .\n"
        f"<u:a> <{SKOS}closeMatch> <urn:other:1> .\n"
    )
    found = shown(pa_onto("show", "A", "--format", "json", cwd=project))
    assert [(mapping["classification"], mapping["label"]) for mapping in found["mappings"]] == [
        ("jobs.example.org", None),
        ("urn", None),
    ]
