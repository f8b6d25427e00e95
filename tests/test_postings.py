"""Titles in records and postings are compared by what they mean, not by their looks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import pa_onto as package
from pa_onto.model import Finding, Severity
from pa_onto.project import Project
from tests.conftest import PATIENCE, ROOT, Run

TITLE = "https://w3id.org/pa-onto/title/"
JOBS = "https://jobs.example.com/"
Node = dict[str, Any]

(GOOD,) = json.loads((ROOT / "data" / "postings.jsonld").read_text())[:1]
OURS = "https://w3id.org/pa-onto/context.jsonld"


def posting(title: object, named: object = None, code: str | None = None, **more: object) -> Node:
    """Return a good posting with a raw title, the title it names, and the code it gives."""
    node = {**GOOD, "@id": JOBS + "1", "title": title, **more}
    for key in ("relevantOccupation", "occupationalCategory"):
        del node[key]
    if named:
        node["relevantOccupation"] = {"@id": TITLE + named} if isinstance(named, str) else named
    if code:
        node["occupationalCategory"] = {
            "@type": "CategoryCode",
            "codeValue": code,
            "inCodeSet": {"@id": TITLE[:-1]},
        }
    return node


def findings(folder: Path, text: str, name: str = "posting.jsonld") -> list[Finding]:
    (folder / name).write_text(text)
    return list(package.validate([str(folder / name)]).findings)


def mismatches(folder: Path, node: Node) -> list[Finding]:
    found = findings(folder, json.dumps(node))
    assert all(finding.component == "TitleMismatch" for finding in found), found
    return found


TURTLE = """\
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://jobs.example.com/1> a schema:JobPosting ;
  schema:title "1st AD" ;
  schema:relevantOccupation <https://w3id.org/pa-onto/title/second-assistant-director> .
"""
FORMS = {
    "p.jsonld": json.dumps(posting("1st AD", "second-assistant-director"), indent=1),
    "p.jsonl": json.dumps(posting("1st AD", "second-assistant-director")),
    "ours.json": json.dumps(
        {**posting("1st AD", "second-assistant-director"), "@context": ["https://schema.org", OURS]}
    ),
    "p.html": "<html><script type='application/ld+json'>"
    + json.dumps(posting("1st AD", "second-assistant-director"))
    + "</script></html>",
    "p.ttl": TURTLE,
    "p.nt": f"<{JOBS}1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    "<https://schema.org/JobPosting> .\n"
    f'<{JOBS}1> <https://schema.org/title> "1st AD" .\n'
    f"<{JOBS}1> <https://schema.org/relevantOccupation> <{TITLE}second-assistant-director> .\n",
}


@pytest.mark.parametrize("name", FORMS)
def test_a_title_that_means_another_than_is_named_is_a_warning(
    name: str, tmp_path: Path, pa_onto: Run
) -> None:
    path = tmp_path / name
    path.write_text(FORMS[name])
    result = pa_onto("validate", path, "--format", "json", "--fail-on", "warning")
    assert (result.returncode, result.stderr) == (1, "")
    (found,) = (
        finding
        for finding in json.loads(result.stdout)["findings"]
        if finding["component"] == "TitleMismatch"
    )
    assert found["message"] == (
        'The title "1st AD" means first-assistant-director, but relevantOccupation names '
        "second-assistant-director; correct the one that is wrong."
    )
    assert (found["severity"], found["shape"], found["record"]) == ("Warning", "", JOBS + "1")
    assert (found["key"], found["suggestion"]) == (
        "relevantOccupation",
        TITLE + "first-assistant-director",
    )
    assert "second-assistant-director" in found["written"]
    lines = FORMS[name].splitlines()
    assert "relevantOccupation" in lines[found["line"] - 1]


def test_a_warning_lets_the_gate_pass(tmp_path: Path, pa_onto: Run) -> None:
    path = tmp_path / "p.jsonld"
    path.write_text(FORMS["p.jsonld"])
    result = pa_onto("validate", path)
    assert result.returncode == 0
    assert "1 warning" in result.stdout


def test_every_report_format_shows_it(tmp_path: Path, pa_onto: Run) -> None:
    path = tmp_path / "p.jsonld"
    path.write_text(FORMS["p.jsonld"])
    formats = ("human", "json", "jsonl", "sarif", "junit", "github", "turtle", "json-ld")
    for format in formats:
        printed = pa_onto("validate", path, "--format", format).stdout
        assert "TitleMismatch" in printed or "title mismatch" in printed.lower(), format
        assert "means first-assistant-director" in printed, format
    assert "Did you mean https://" in pa_onto("validate", path).stdout


def test_a_code_is_compared_like_an_iri(tmp_path: Path) -> None:
    (found,) = mismatches(tmp_path, posting("Runner", code="line-producer"))
    assert (found.key, found.suggestion) == ("occupationalCategory", "runner")
    both = mismatches(tmp_path, posting("UPM", "runner", code="line-producer"))
    assert {finding.key for finding in both} == {"occupationalCategory", "relevantOccupation"}
    (only,) = mismatches(tmp_path, posting("UPM", "production-manager", code="line-producer"))
    assert only.key == "occupationalCategory"


@pytest.mark.parametrize(
    ("title", "named"),
    [
        # The same, and broader or narrower.
        ("Production Assistant - Locations (Vancouver)", "locations-production-assistant"),
        ("Set PA", "production-assistant"),
        ("PA", "set-production-assistant"),
        ("AD", "second-assistant-director"),
        # Similar, and of one level.
        ("Runner", "production-assistant"),
        ("Production Assistant", "office-assistant"),
        # What is several titles or none contradicts nothing.
        ("Coordinator", "production-coordinator"),
        ("Coordinator", "runner"),
        ("PA / Editor", "runner"),
        ("2nd 2nd AD", "second-assistant-director"),
        ("Night owl wanted!", "runner"),
        # What is no title of the vocabulary is for the shapes.
        ("Runner", {"@id": "https://occupations.example.com/1"}),
    ],
)
def test_what_may_be_one_job_is_no_mismatch(title: str, named: object, tmp_path: Path) -> None:
    found = findings(tmp_path, json.dumps(posting(title, named)))
    assert [f.component for f in found if f.severity > Severity.INFO] == []


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("2nd AD", "first-assistant-director"),
        ("Set PA", "office-production-assistant"),
        ("Production Coordinator", "production-assistant"),
        ("VP, Post Production (Remote)", "director-of-post-production"),
        ("Lcoations Manager", "locations-coordinator"),
    ],
)
def test_neighbours_are_other_jobs(title: str, named: str, tmp_path: Path) -> None:
    assert len(mismatches(tmp_path, posting(title, named))) == 1


def test_two_titles_mean_nothing_certain(tmp_path: Path) -> None:
    found = findings(tmp_path, json.dumps(posting(["Runner", "UPM"], "line-producer")))
    assert [f.component for f in found] == ["MaxCountConstraintComponent"]


def test_where_no_title_is_named_the_raw_one_tells_which(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, json.dumps(posting("Key 2nd")))
    assert found.severity is Severity.INFO
    assert found.suggestion == TITLE + "second-assistant-director"
    (found,) = findings(tmp_path, json.dumps(posting("Gaffer")))
    assert (found.severity, found.suggestion) == (Severity.INFO, None)
    (found,) = findings(tmp_path, json.dumps(posting("Key 2nd", "second-ad")))
    assert found.severity is Severity.VIOLATION
    assert found.suggestion == TITLE + "second-assistant-director"


def test_own_shapes_do_not_switch_the_comparison_off(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix schema: <https://schema.org/> .\n"
        "<x:S> a sh:NodeShape ; sh:targetClass schema:JobPosting ; "
        "sh:property [ sh:path schema:title ; sh:minCount 1 ] ."
    )
    (tmp_path / "p.ttl").write_text(TURTLE)
    for parts in (False, True):
        report = package.validate([str(tmp_path / "p.ttl")], shapes=[shapes], parts=parts)
        assert [f.component for f in report.findings] == ["TitleMismatch"]


def test_other_titles_of_a_project_are_compared_by_its_labels(tmp_path: Path) -> None:
    vocabulary = tmp_path / "terms.ttl"
    vocabulary.write_text(
        "@prefix pa: <https://w3id.org/pa-onto/ns#> . "
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        '<x:t/nurse> a pa:JobTitle ; skos:prefLabel "Charge Nurse"@en .\n'
        '<x:t/baker> a pa:JobTitle ; skos:prefLabel "Baker"@en .\n'
    )
    text = TURTLE.replace("1st AD", "Baker").replace(
        TITLE + "second-assistant-director", "x:t/nurse"
    )
    (tmp_path / "p.ttl").write_text(text)
    report = package.validate([str(tmp_path / "p.ttl")], vocabulary=[vocabulary])
    (found,) = (f for f in report.findings if f.component == "TitleMismatch")
    assert "means baker, but relevantOccupation names nurse" in found.message


# Titles of positions


def position(title: str) -> str:
    record = {"id": "https://hr.example/1", "type": "Position", "title": title}
    record |= {"production": "https://hr.example/p", "startDate": "2026-01-12"}
    return json.dumps(record)


@pytest.mark.parametrize(
    ("title", "meant"),
    [
        ("2ND ASST DIR.", "second-assistant-director"),
        ("2nd-asst-dir", "second-assistant-director"),
        (TITLE + "1st%20AD", "first-assistant-director"),
        ("UPM", "production-manager"),
        ("runer", "runner"),
        ("ocations-manager", "locations-manager"),
        ("directorof-operations", "director-of-operations"),
        ("vce-president-of-operations", "vice-president-of-operations"),
        ("2nd 2nd AD", None),
        ("2nd-2nd-AD", None),
        ("Art Director", None),
        ("pet-production-assistant", None),
        ("third-assistant-director", None),
        ("assistant-locations-manager", None),
        ("x", None),
        ("nobody-knows", None),
    ],
)
def test_a_title_is_suggested_by_its_meaning(title: str, meant: str | None, tmp_path: Path) -> None:
    found = findings(tmp_path, position(title), "crew.jsonl")
    suggestions = {f.suggestion for f in found if f.component != "MinCountConstraintComponent"}
    assert suggestions == {meant}


def test_a_title_that_may_be_several_names_them(tmp_path: Path, pa_onto: Run) -> None:
    path = tmp_path / "crew.csv"
    path.write_text(
        "id,title,production,startDate\n1,Coordinator,p,2026-01-12\n".replace(
            "\n1,", "\nhttps://hr.example/1,"
        ).replace(",p,", ",https://hr.example/p,")
    )
    result = pa_onto("validate", path)
    assert (
        "It may mean locations-coordinator, post-production-coordinator or "
        "production-coordinator. The department is missing. [Coordinator]\n"
    ) in result.stdout
    assert "Did you mean" not in result.stdout


def test_without_a_grammar_titles_are_compared_by_their_looks(project: Path) -> None:
    for table in (project / "ontology" / "titles").iterdir():
        table.unlink()
    (project / "ontology" / "titles").rmdir()
    ours = Project(project)
    path = project / "crew.jsonl"
    path.write_text(position("second-asst-director"))
    (found,) = package.validate([str(path)], project=ours).findings
    assert found.suggestion == "second-assistant-director"
    path = project / "p.ttl"
    path.write_text(TURTLE)
    report = package.validate([str(path)], project=ours)
    assert "TitleMismatch" not in {f.component for f in report.findings}


def test_clean_records_ask_nothing_of_the_resolver() -> None:
    program = (
        "import sys, pa_onto\n"
        "assert pa_onto.validate(['data/crew.jsonl']).conforms\n"
        "print([name for name in sys.modules if name.startswith('pa_onto.titles')])\n"
        "assert pa_onto.validate(['data/postings.html']).conforms\n"
        "print('pa_onto.titles' in sys.modules)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE
    )
    assert result.stdout.splitlines() == ["[]", "True"], result.stderr
