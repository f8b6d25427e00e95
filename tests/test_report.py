"""The formats of a report: what they say, that they are valid, and that nothing steers them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema_rs
import pyoxigraph as ox
import pytest
import rdflib
import shacl
from lxml import etree
from rdflib.collection import Collection
from rdflib.compare import isomorphic

import pa_onto
from pa_onto.cli.options import REPORT_FORMATS
from pa_onto.errors import UsageError
from pa_onto.model import Finding, Location, Report, Severity, grouped
from pa_onto.namespaces import PA, SH
from pa_onto.report import FORMATS, render, table
from pa_onto.report.paths import parse_path
from pa_onto.report.sarif import LIMIT
from tests.conftest import PATIENCE, ROOT

SCHEMAS = Path(__file__).parent / "schemas"
SHAPE = "https://w3id.org/pa-onto/shapes#Position-title"
MIN_COUNT = "MinCountConstraintComponent"

HOSTILE = [
    "\x1b[31mred\x07\x9b2J",
    "%0A::error::percent",
    "line\n::error file=x::feed",
    "carriage\r\n##[error]return",
    "###[warning]more marks",
    "::stop-commands::token",
    "]]></failure><!-- -->",
    "<script>alert(1)</script> &amp; &#10;",
    "👩\u200d🎬 Regie: Ünïcode 导演",
    "\u202egnp.exe\u2066\u200e\u061c",
    "lone \udcff and \ud800 surrogates",
    "\x00 null \x0b \ufffe \uffff",
    "next\u0085line\u2028separator\u2029paragraph",
    "[a link](https://evil.example) {0} {{1}}",
    'a "quote", a \\ and a \t tab; comma, colon:',
    "@prefix x: <y> .",
    "",
]


def finding(**fields: Any) -> Finding:
    place = fields.pop("location", Location("data/crew.jsonld", 3, 5, "/0/title"))
    given = {
        "focus_node": "https://hr.example/1",
        "message": "title must be given.",
        "component": MIN_COUNT,
        "shape": SHAPE,
        "path": "<http://www.w3.org/ns/org#role>",
        "key": "title",
    }
    return Finding(**{**given, **fields}, location=place)


def report(*findings: Finding, listed: int | None = None, **fields: Any) -> Report:
    """A report of findings, of which it lists some where a limit was asked for."""
    given = {
        "files": ("data/crew.jsonld",),
        "records": 2,
        "focus_nodes": 2,
        "shapes": 19,
        "engine": "shacl",
    }
    return Report(findings[:listed], groups=grouped(findings), **{**given, **fields})


def hostile() -> Report:
    """A report with hostile text wherever a text can stand."""
    findings = []
    for number, text in enumerate(HOSTILE):
        place = Location(f"data/{text}.json", number + 1, 1, f"/{text}", number + 2, text)
        findings.append(
            finding(
                focus_node=f"https://hr.example/{text}",
                record=f"https://hr.example/{text}" if number % 2 else "",
                message=text,
                shape=f"{SHAPE}{text}" if number % 3 else "",
                component=MIN_COUNT if number % 5 else text,
                value=json.dumps(text),
                written=text,
                suggestion=text + "!",
                key=text,
                path="<http://x.example/p>" if number % 2 else text,
                severity=list(Severity)[number % 3],
                location=place,
            )
        )
    files = tuple(f"data/{text}.json" for text in HOSTILE)
    return report(*findings, files=files, notices=tuple(HOSTILE))


def many() -> tuple[Finding, ...]:
    return tuple(
        finding(focus_node=f"https://hr.example/{number}", severity=list(Severity)[number % 3])
        for number in range(90)
    )


CLEAN = report()
WARNED = report(finding(severity=Severity.WARNING), finding(known=True))
KNOWN = report(finding(known=True), finding(focus_node="https://hr.example/2", known=True))
CUT = report(*many(), listed=12)
NONE_LISTED = report(*many(), listed=0)
REPORTS = {
    "clean": CLEAN,
    "one": report(finding()),
    "warned": WARNED,
    "known": KNOWN,
    "many": report(*many()),
    "cut": CUT,
    "none-listed": NONE_LISTED,
    "no-place": report(finding(location=None), files=("a.ttl", "b.ttl")),
    "table": report(finding(location=Location("crew.csv", 9, 1, None, 7, "title"))),
    "hostile": hostile(),
}
each_report = pytest.mark.parametrize("name", REPORTS)


def text(report: Report, format: str, **choices: Any) -> str:
    return "".join(render(report, format, **choices))


@each_report
@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_legal_text_and_the_same_each_time(format: str, name: str) -> None:
    written = text(REPORTS[name], format)
    assert written.encode("utf-8").decode("utf-8") == written
    assert written.endswith("\n")
    assert text(REPORTS[name], format) == written


@pytest.mark.parametrize("format", FORMATS)
def test_no_format_steers_a_terminal(format: str) -> None:
    written = text(hostile(), format)
    steering = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
    assert re.findall(steering, written) == []


@pytest.mark.parametrize("format", FORMATS)
def test_a_large_report_comes_in_pieces(format: str) -> None:
    large = report(*(finding(focus_node=f"https://hr.example/{n}") for n in range(5_000)))
    pieces = list(render(large, format))
    whole = sum(map(len, pieces))
    # People read the first findings only, and a test case names a hundred.
    assert len(pieces) > 20 or format == "junit"
    assert max(map(len, pieces)) < max(whole / 4, 20_000)


def test_an_unknown_format_is_refused_before_anything_is_written() -> None:
    with pytest.raises(UsageError, match="Unknown format 'xml'"):
        render(CLEAN, "xml")


def test_the_formats_are_imported_when_they_are_asked_for() -> None:
    code = (
        "import sys, pa_onto.report\n"
        "print(sorted({'pyoxigraph', 'rdflib', 'hashlib', 'urllib', 'textwrap'} & {*sys.modules}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE
    )
    assert (run.stdout, run.stderr) == ("[]\n", "")


def test_no_format_asks_for_rdflib() -> None:
    code = (
        "import sys\n"
        "from pa_onto.model import Finding, Report\n"
        "from pa_onto.report import FORMATS, render\n"
        "report = Report((Finding('x:a', 'm', 'C', path='<x:p>/<x:q>'),))\n"
        "print([len(''.join(render(report, format))) > 50 for format in FORMATS].count(True))\n"
        "print('rdflib' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE
    )
    assert (run.stdout, run.stderr) == (f"{len(FORMATS)}\nFalse\n", "")


# For people


def test_people_see_groups_findings_and_total() -> None:
    found = report(
        finding(value="<https://w3id.org/pa-onto/title/runer>", written="runer"),
        finding(
            focus_node="_:b1",
            record="https://hr.example/2",
            severity=Severity.WARNING,
            key=None,
            suggestion="runner",
            path="<http://www.w3.org/ns/org#role>/(^<https://schema.org/a>)*",
            location=Location("data/crew.csv", 9, 1, None, 7, "title"),
        ),
        finding(known=True),
        finding(component="MaxCountConstraintComponent", known=True),
        finding(component="UnknownKey", shape="", path=None, key="titel", location=None),
        finding(value="_:b0", written='["a"]', location=Location("data/crew.jsonld", pointer="/0")),
    )
    assert text(found, "human") == (
        "new  known  severity   shape           path                   component\n"
        "───  ─────  ─────────  ──────────────  ─────────────────────  ──────────\n"
        "1    0      Violation  -               titel                  UnknownKey\n"
        "2    1      Violation  Position-title  title                  MinCount\n"
        "1    0      Warning    Position-title  org:role/(^schema:a)*  MinCount\n"
        "\n"
        "data/crew.jsonld:3:5: Violation https://hr.example/1: title must be given."
        " [runer]\n"
        "Violation https://hr.example/1: title must be given.\n"
        'data/crew.jsonld#/0: Violation https://hr.example/1: title must be given. ["a"]\n'
        "data/crew.csv:9:1 row 7: Warning https://hr.example/2: title must be given."
        " Did you mean runner?\n"
        "\n"
        "data/crew.jsonld does not conform: 3 violations, 1 warning beside 2 known findings"
        " (2 records read, 2 focus nodes checked against 19 shapes,"
        " 0 records no shape looked at).\n"
    )


def test_people_see_a_clean_run_and_a_known_one_in_a_line() -> None:
    checked = (
        "(2 records read, 2 focus nodes checked against 19 shapes, 0 records no shape looked at)"
    )
    assert text(CLEAN, "human") == f"data/crew.jsonld conforms {checked}.\n"
    known = f"data/crew.jsonld has nothing new: 2 known findings {checked}.\n"
    assert text(KNOWN, "human") == known
    assert text(KNOWN, "github") == f"pa-onto: {known}"
    several = CLEAN._replace(files=tuple("abcde"), records=1)
    assert text(several, "human").startswith("a, b, c and 2 more files conform (1 record read, ")


def test_people_see_the_gravest_first_and_what_is_left_out() -> None:
    lines = text(report(*many()), "human").split("\n")
    shown = [line for line in lines if line.startswith("data/crew.jsonld:3:5")]
    assert len(shown) == 50
    assert ["Violation" in line for line in shown] == [True] * 30 + [False] * 20
    assert "… and 40 more; --format json has them all." in lines
    assert "… and 78 more, all of them cut off by a limit." in text(CUT, "human")
    assert "… and 90 more, all of them cut off by a limit." in text(NONE_LISTED, "human")
    longer = text(report(*many(), listed=60), "human")
    assert "… and 40 more, 30 of them cut off by a limit." in longer
    assert "30 violations, 30 warnings, 30 infos" in longer


def test_colour_is_asked_for_and_colours_no_text_of_the_data() -> None:
    assert "\x1b" not in text(hostile(), "human")
    coloured = text(WARNED, "human", color=True)
    assert "\x1b[1;33mWarning\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text(WARNED, "human")


def test_a_table_keeps_its_columns() -> None:
    lines = table(("a", "b"), [("导演\n", "x"), ("👩\u200d🎬", "y"), ("\x1b", "z")]).split("\n")
    assert lines == ["a      b", "─────  ─", "导演   x", "👩\u200d🎬   y", "\ufffd      z"]


def test_people_are_not_flooded_by_one_value() -> None:
    long = "x" * 100_000
    flood = finding(focus_node=long, message=long, written=long, suggestion=f"{long}!")
    for format in ("human", "github"):
        assert len(text(report(flood), format)) < 3_000
    assert long in text(report(flood), "json")


def test_a_group_names_a_key_only_where_all_its_findings_have_it() -> None:
    misspelt = [
        finding(component="UnknownKey", shape="", path=None, key=key) for key in ("titel", "endDat")
    ]
    for listed, key in ((1, None), (2, None)):
        document = json.loads(text(report(*misspelt, listed=listed), "json"))
        assert document["groups"][0]["key"] is key
    document = json.loads(text(report(finding(), finding(), listed=1), "json"))
    assert document["groups"][0]["key"] == "title"


# JSON


SCHEMA = json.loads((ROOT / "src" / "pa_onto" / "report" / "report.schema.json").read_text())


def _valid(document: object, part: str = "report") -> None:
    schema = {**SCHEMA, "$ref": f"#/$defs/{part}"}
    jsonschema_rs.Draft202012Validator(schema).validate(document)


def test_the_schema_is_a_schema_and_says_what_each_member_is() -> None:
    jsonschema_rs.meta.validate(SCHEMA)
    parts = SCHEMA["$defs"]
    finding_members = set(parts["finding"]["properties"])
    document = json.loads(text(REPORTS["one"], "json"))
    assert set(document["findings"][0]) == finding_members == set(parts["finding"]["required"])
    assert set(document["groups"][0]) == set(parts["group"]["properties"])
    assert set(document["counts"]) == set(parts["counts"]["properties"])
    summary = set(parts["summary"]["properties"])
    assert set(document) == summary | {"$schema", "findings"}
    assert SCHEMA["$id"] == document["$schema"]


@each_report
def test_json_is_valid_and_complete(name: str) -> None:
    source = REPORTS[name]
    document = json.loads(text(source, "json"))
    _valid(document)
    assert document["conforms"] is (source.total == 0)
    assert len(document["findings"]) == document["counts"]["listed"] == len(source.findings)
    assert document["counts"]["total"] == source.total
    assert sum(group["new"] + group["known"] for group in document["groups"]) == source.total
    assert document["counts"]["unlisted"] == source.total - len(source.findings)


def test_json_brings_hostile_text_back() -> None:
    document = json.loads(text(hostile(), "json"))
    for given, found in zip(HOSTILE, document["findings"], strict=True):
        legal = re.sub("[\ud800-\udfff]", "\ufffd", given)
        for member in ("message", "written", "key", "field"):
            assert found[member] == legal
        assert found["record"] == f"https://hr.example/{legal}"


@each_report
def test_json_lines_end_with_the_summary(name: str) -> None:
    source = REPORTS[name]
    *lines, last = (json.loads(line) for line in text(source, "jsonl").splitlines())
    for line in lines:
        _valid(line, "line")
    _valid(last, "line")
    _valid(last, "summaryLine")
    document = json.loads(text(source, "json"))
    assert lines == document.pop("findings")
    del document["$schema"]
    assert last["summary"] == document


# SARIF


# One pattern of the schema closes a bracket that it never opened, which is no regex to ECMA-262.
SARIF = jsonschema_rs.Draft7Validator(
    json.loads(
        (SCHEMAS / "sarif-schema-2.1.0.json")
        .read_text()
        .replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$")
    ),
    validate_formats=True,
)


def _run(source: Report, **choices: Any) -> Any:
    log = json.loads(text(source, "sarif", **choices))
    SARIF.validate(log)
    (run,) = log["runs"]
    return run


@each_report
@pytest.mark.parametrize("baseline", [False, True])
def test_sarif_is_valid(name: str, baseline: bool) -> None:
    source = REPORTS[name]
    run = _run(source, baseline=baseline)
    assert len(run["results"]) == len(source.findings)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({result["ruleId"] for result in run["results"]})
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        text = result["message"]["text"]
        assert not re.search(r"(?<!\{)\{(\{\{)*\d", text)
        assert "](" not in text
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is True
    notes = invocation["toolExecutionNotifications"]
    assert len(notes) == len(source.notices) + (len(source.findings) < source.total)


def test_sarif_places_a_finding() -> None:
    (result,) = _run(REPORTS["one"])["results"]
    assert (result["ruleId"], result["level"]) == ("pash:Position-title", "error")
    (location,) = result["locations"]
    assert location == {
        "logicalLocations": [
            {
                "name": "https://hr.example/1",
                "kind": "record",
                "fullyQualifiedName": "/0/title",
            }
        ],
        "physicalLocation": {
            "artifactLocation": {"uri": "data/crew.jsonld", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 3, "startColumn": 5},
        },
    }
    (result,) = _run(REPORTS["table"])["results"]
    (logical,) = result["locations"][0]["logicalLocations"]
    assert logical["fullyQualifiedName"] == "7/title"
    (result,) = _run(REPORTS["no-place"])["results"]
    assert "physicalLocation" not in result["locations"][0]


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("data/crew.jsonld", "data/crew.jsonld"),
        ("./data//crew.jsonld", "data/crew.jsonld"),
        ("my crew #1?.json", "my%20crew%20%231%3F.json"),
        ("c:rew.json", "c%3Arew.json"),
        ("<stdin>", "%3Cstdin%3E"),
        ("é/导.json", "%C3%A9/%E5%AF%BC.json"),
        ("\udcff.json", "%FF.json"),
        ("/srv/my crew.json", "file:///srv/my%20crew.json"),
        ("//srv/crew.json", "file:////srv/crew.json"),
    ],
)
def test_sarif_names_files_as_uri_references(file: str, uri: str) -> None:
    (result,) = _run(report(finding(location=Location(file))))["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == uri
    assert ("uriBaseId" in physical["artifactLocation"]) is not uri.startswith("file:")
    assert "region" not in physical


def test_sarif_rules_are_described_without_naming_one_record() -> None:
    found = report(
        finding(),
        finding(focus_node="https://hr.example/2"),
        finding(shape=f"{SHAPE}-known", message="runer is no title."),
        finding(shape=f"{SHAPE}-known", message="bos is no title."),
        finding(shape="", component="UnknownKey", message="The key titel is unknown."),
    )
    rules = _run(found)["tool"]["driver"]["rules"]
    assert {rule["name"]: rule["shortDescription"]["text"] for rule in rules} == {
        "Position-title": "title must be given.",
        "Position-title-known": "Position title known.",
        "UnknownKey": "Unknown key.",
    }


def test_sarif_knows_a_finding_again_whatever_its_message_and_line() -> None:
    def fingerprint(**fields: Any) -> Any:
        (result,) = _run(report(finding(**fields)))["results"]
        return result["partialFingerprints"]

    first = fingerprint()
    assert first == fingerprint(message="Give a title.", location=Location("else.json", 99))
    others = [
        fingerprint(focus_node="https://hr.example/2"),
        fingerprint(path="<x:p>"),
        fingerprint(shape="x:S"),
        fingerprint(component="MaxCountConstraintComponent"),
    ]
    assert all(other != first for other in others)


def test_sarif_marks_known_findings_and_keeps_them() -> None:
    results = _run(WARNED)["results"]
    assert [result["baselineState"] for result in results] == ["new", "unchanged"]
    assert [len(result["suppressions"]) for result in results] == [0, 1]
    (result,) = _run(REPORTS["one"], baseline=True)["results"]
    assert (result["baselineState"], result["suppressions"]) == ("new", [])
    (result,) = _run(REPORTS["one"])["results"]
    assert not {"baselineState", "suppressions"} & set(result)


def test_sarif_says_what_does_not_fit_and_keeps_the_gravest() -> None:
    info = [finding(severity=Severity.INFO)] * LIMIT
    known = [finding(known=True)] * 3
    run = _run(report(*known, *info, *[finding(severity=Severity.WARNING)] * 2))
    assert Counter(result["level"] for result in run["results"]) == {
        "warning": 2,
        "note": LIMIT - 2,
    }
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["level"] == "error"
    assert note["message"]["text"] == (
        "5 more findings of 25005 not listed here; a run may have 25000 results."
    )


# JUnit


JUNIT = etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd"))


def _suites(source: Report, **choices: Any) -> Any:
    root = etree.fromstring(text(source, "junit", **choices).encode())
    JUNIT.assertValid(root)
    for suite in [root, *root.iter("testsuite")]:
        cases = list(suite.iter("testcase"))
        assert int(suite.get("tests")) == len(cases) > 0
        failures = sum(case.find("failure") is not None for case in cases)
        assert int(suite.get("failures")) == failures
    return root


@each_report
def test_junit_is_valid_and_fails_when_something_is_wrong(name: str) -> None:
    source = REPORTS[name]
    root = _suites(source)
    assert set(source.files) - {suite.get("name") for suite in root} <= (
        {file for file in source.files if not file.isprintable()}
    )
    assert (int(root.get("failures")) > 0) is (source.worst() is Severity.VIOLATION)


def test_junit_passes_a_clean_file() -> None:
    root = _suites(report(finding(), files=("data/crew.jsonld", "data/postings.jsonld")))
    crew, postings = root.iter("testsuite")
    assert (crew.get("failures"), postings.get("failures")) == ("1", "0")
    (case,) = postings
    assert (case.get("name"), len(case)) == ("conforms", 0)


def test_junit_has_a_case_for_every_kind_of_finding() -> None:
    second = finding(focus_node="https://hr.example/2")
    other = finding(component="UnknownKey", shape="", path=None, severity=Severity.WARNING)
    (suite,) = _suites(report(other, finding(), second, finding(known=True)))
    first, last = suite
    assert first.get("name") == "Position-title MinCount org:role"
    (failure,) = first
    assert failure.get("message") == "2 violations beside 1 known finding: title must be given."
    assert failure.text.count("\n") == 1
    assert (last.get("name"), [child.tag for child in last]) == ("UnknownKey", ["system-out"])
    (suite,) = _suites(report(other), fail_on=Severity.WARNING)
    assert suite.get("failures") == "1"
    (suite,) = _suites(KNOWN)
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "1")


def test_junit_does_not_pass_what_is_not_listed() -> None:
    suites = {suite.get("name"): suite for suite in _suites(NONE_LISTED)}
    assert [case.get("name") for case in suites["data/crew.jsonld"]] == ["no finding listed"]
    not_listed = suites["findings not listed"]
    assert (not_listed.get("failures"), not_listed.get("skipped")) == ("1", "2")
    (failure,) = not_listed.iter("failure")
    assert failure.get("message") == "30 findings not listed"


# GitHub


def _unescaped(escaped: str) -> str:
    """Undo the escapes as the runner does, the percent sign last."""
    for mark, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ",")):
        escaped = escaped.replace(mark, character)
    return escaped.replace("%25", "%")


def _commands(written: str) -> tuple[list[tuple[str, dict[str, str], str]], list[str]]:
    """Read workflow commands as the runner does, and the lines that are none."""
    commands, others = [], []
    for line in re.split(r"\r\n|\r|\n", written):
        stripped = line.strip()
        if not stripped.startswith("::"):
            others.append(line)
            continue
        head, data = stripped[2:].split("::", 1)
        name, _, properties = head.partition(" ")
        pairs = dict(pair.split("=", 1) for pair in properties.split(","))
        commands.append(
            (name, {key: _unescaped(value) for key, value in pairs.items()}, _unescaped(data))
        )
    return commands, others


@each_report
def test_github_has_a_command_for_every_new_finding_and_no_other(name: str) -> None:
    source = REPORTS[name]
    commands, others = _commands(text(source, "github"))
    new = [finding for finding in source.findings if not finding.known]
    assert len(commands) == len(new)
    names = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
    expected = [names[severity] for severity in sorted((f.severity for f in new), reverse=True)]
    assert [command for command, _, _ in commands] == expected
    assert all("##[" not in line for line in others)
    assert all(set(given) <= {"file", "line", "col", "title"} for _, given, _ in commands)
    assert others[-2].startswith("pa-onto: ")


def test_github_says_where_and_what() -> None:
    place = Location("a, b:c%.json", 3, 5)
    commands, others = _commands(
        text(report(finding(location=place, written="100 %0A", value='"x"')), "github")
    )
    assert commands == [
        (
            "error",
            {"file": "a, b:c%.json", "line": "3", "col": "5", "title": "Position-title"},
            "title must be given. [100 %0A]\nhttps://hr.example/1 a, b:c%.json:3:5",
        )
    ]
    assert others[0].startswith("count  severity")
    assert "does not conform: 1 violation (" in others[-2]
    assert "pa-onto: 78 findings of 90 not listed." in text(CUT, "github")


# Graphs


REPORT_RULES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix x: <x:> .
x:Report a sh:NodeShape ; sh:targetClass sh:ValidationReport ;
  sh:property [ sh:path sh:conforms ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:boolean ] ,
    [ sh:path sh:result ; sh:class sh:ValidationResult ] ;
  sh:xone ( [ sh:property [ sh:path sh:conforms ; sh:hasValue false ] ]
            [ sh:property [ sh:path sh:conforms ; sh:hasValue true ] ;
              sh:property [ sh:path sh:result ; sh:maxCount 0 ] ] ) .
x:Result a sh:NodeShape ; sh:targetClass sh:ValidationResult ;
  sh:property [ sh:path sh:focusNode ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path sh:resultPath ; sh:maxCount 1 ; sh:nodeKind sh:BlankNodeOrIRI ] ,
    [ sh:path sh:value ; sh:maxCount 1 ] ,
    [ sh:path sh:sourceShape ; sh:maxCount 1 ] ,
    [ sh:path sh:sourceConstraintComponent ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path sh:resultSeverity ; sh:minCount 1 ; sh:maxCount 1 ;
      sh:in ( sh:Violation sh:Warning sh:Info ) ] ,
    [ sh:path sh:resultMessage ; sh:datatype xsd:string ] ;
  sh:property [ sh:path [ sh:inversePath sh:result ] ; sh:minCount 1 ; sh:maxCount 1 ] .
"""


@pytest.fixture(autouse=True)
def _literals_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    monkeypatch.setattr("rdflib.term.rdflib.NORMALIZE_LITERALS", False, raising=False)


def _graphs(source: Report) -> list[rdflib.Graph]:
    """Return the report as every reader reads every form of it."""
    found = []
    for format, parser, syntax in (
        ("turtle", "turtle", ox.RdfFormat.TURTLE),
        ("json-ld", "json-ld", ox.RdfFormat.JSON_LD),
    ):
        written = text(source, format)
        found.append(rdflib.Graph().parse(data=written, format=parser))
        quads = ox.parse(written, format=syntax)
        lines = "".join(f"{quad.triple} .\n" for quad in quads)
        found.append(rdflib.Graph().parse(data=lines, format="nt"))
    return found


@each_report
def test_graphs_are_one_graph_to_every_reader_and_a_report_to_shacl(name: str) -> None:
    source = REPORTS[name]
    first, *others = _graphs(source)
    for other in others:
        assert isomorphic(first, other)
    results = set(first.objects(None, rdflib.URIRef(SH + "result")))
    assert len(results) == len(source.findings)
    judged = shacl.Shapes.from_text(REPORT_RULES, format="turtle").validate_text(
        text(source, "turtle"), format="turtle"
    )
    assert [(result.path, result.message, result.focus_node) for result in judged.results] == []
    assert _sh(first, "conforms") == rdflib.Literal(source.total == 0)
    comments = list(first.objects(None, rdflib.RDFS.comment))
    assert len(comments) == (len(source.findings) < source.total)


def _sh(graph: rdflib.Graph, name: str) -> Any:
    return next(graph.objects(None, rdflib.URIRef(SH + name)), None)


@pytest.mark.parametrize(
    ("value", "term"),
    [
        ("<x:a>", rdflib.URIRef("x:a")),
        ("<schema:a>", rdflib.URIRef("schema:a")),
        ("<result:a>", rdflib.URIRef("result:a")),
        ('"01"^^<http://www.w3.org/2001/XMLSchema#integer>', "01"),
        ('"2026-02-30"^^<http://www.w3.org/2001/XMLSchema#date>', "2026-02-30"),
        ('"Regie"@de', rdflib.Literal("Regie", lang="de")),
        ('"a\\nb\\u00e9"', rdflib.Literal("a\nbé")),
        ('"\\ud83c\\udfac"', None),
        ("<not an IRI>", rdflib.Literal("not an IRI")),
        ('"a" .\n<x:s> <x:p> <x:o>', rdflib.Literal('"a" .\n<x:s> <x:p> <x:o>')),
        ("plain", rdflib.Literal("plain")),
    ],
)
def test_graphs_keep_terms_as_they_are(value: str, term: Any) -> None:
    for graph in _graphs(report(finding(value=value))):
        found = _sh(graph, "value")
        if isinstance(term, rdflib.term.Identifier):
            assert found == term
        elif term is not None:
            assert str(found) == term
            assert found.datatype is not None
        assert found is not None


def test_graphs_keep_blank_nodes_apart_from_their_own() -> None:
    source = report(
        finding(focus_node="_:r1", value="_:r2"),
        finding(focus_node="_:rreport", value="_:r1"),
        finding(focus_node='"a literal"', value="_:rr3"),
    )
    written = text(source, "turtle")
    assert "sh:focusNode _:r1" in written
    assert "sh:value _:rr3" in written
    assert written.count("_:") == 5
    for graph in _graphs(source):
        assert len(set(graph.subjects(rdflib.RDF.type))) == 4
        focus = [
            set(graph.objects(node, rdflib.URIRef(SH + "focusNode")))
            for node in graph.objects(None, rdflib.URIRef(SH + "result"))
        ]
        assert all(len(nodes) == 1 for nodes in focus)


def test_graphs_name_components_of_ours_in_our_namespace() -> None:
    for component, iri in ((MIN_COUNT, SH + MIN_COUNT), ("UnknownKey", PA + "UnknownKey")):
        for graph in _graphs(report(finding(component=component))):
            assert _sh(graph, "sourceConstraintComponent") == rdflib.URIRef(iri)


def _path_text(graph: rdflib.Graph, path: Any) -> str:
    """Return a SHACL path as SPARQL, everything in parentheses (SHACL section 2.3.1)."""
    if isinstance(path, rdflib.URIRef):
        return f"<{path}>"
    if (path, rdflib.RDF.first, None) in graph:
        return "(" + "/".join(_path_text(graph, part) for part in Collection(graph, path)) + ")"
    ((predicate, value),) = graph.predicate_objects(path)
    name = str(predicate).removeprefix(SH)
    if name == "alternativePath":
        return "(" + "|".join(_path_text(graph, part) for part in Collection(graph, value)) + ")"
    inner = _path_text(graph, value)
    if name == "inversePath":
        return f"(^{inner})"
    return f"({inner}{ {'zeroOrMorePath': '*', 'oneOrMorePath': '+', 'zeroOrOnePath': '?'}[name] })"


@pytest.mark.parametrize(
    ("path", "whole"),
    [
        ("<x:a>", "<x:a>"),
        ("<x:a>/<x:b>", "(<x:a>/<x:b>)"),
        ("(<x:a>/<x:b>)", "(<x:a>/<x:b>)"),
        ("^<x:a>", "(^<x:a>)"),
        ("(<x:a>)*", "(<x:a>*)"),
        ("<x:a>+", "(<x:a>+)"),
        ("^(<x:a>)*", "(^(<x:a>*))"),
        ("(^<x:a>)?", "((^<x:a>)?)"),
        ("<x:a>|<x:b>", "(<x:a>|<x:b>)"),
        ("<x:a>/<x:b>|<x:c>", "((<x:a>/<x:b>)|<x:c>)"),
        ("<x:c>/(<x:a>|<x:b>)", "(<x:c>/(<x:a>|<x:b>))"),
        (" ( ((<x:a> / ^<x:b>) | <x:c>) )* ", "(((<x:a>/(^<x:b>))|<x:c>)*)"),
        ("<https://x.example/a/b?c+d*(e)>", "<https://x.example/a/b?c+d*(e)>"),
    ],
)
def test_graphs_write_paths_as_shacl_does(path: str, whole: str) -> None:
    for graph in _graphs(report(finding(path=path))):
        assert _path_text(graph, _sh(graph, "resultPath")) == whole


@pytest.mark.parametrize(
    "path", ["", "a", "<x:a", "<x:a>/", "|<x:a>", "(<x:a>", "<x:a>)", "<x:a><x:b>", "^" * 5000]
)
def test_what_is_no_path_is_left_out(path: str) -> None:
    assert parse_path(path) is None
    for graph in _graphs(report(finding(path=path))):
        assert _sh(graph, "resultPath") is None


# A real run, and the command line


def test_a_real_run_is_valid_in_every_format(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = pa_onto.validate(["data/broken/crew.jsonld"])
    assert found.total >= 30
    document = json.loads(text(found, "json"))
    _valid(document)
    *lines, last = (json.loads(line) for line in text(found, "jsonl").splitlines())
    assert (len(lines), last["summary"]["counts"]["total"]) == (found.total, found.total)
    assert len(_run(found)["results"]) == found.total
    assert int(_suites(found).get("failures")) >= 25
    assert len(_commands(text(found, "github"))[0]) == found.total
    first, *others = _graphs(found)
    assert all(len(other) == len(first) for other in others)
    assert len(set(first.objects(None, rdflib.URIRef(SH + "result")))) == found.total


def _printed(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    head = (
        "from pa_onto.cli.options import print_report\n"
        "from pa_onto.model import Finding, Report\n"
        "report = Report((Finding('x:a', 'm', 'C'),), ('f',), notices=('##[n]\\x1b',))\n"
    )
    return subprocess.run(
        [sys.executable, "-c", head + code],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**{k: v for k, v in os.environ.items() if k != "GITHUB_ACTIONS"}, **environment},
    )


def test_the_command_line_offers_every_format() -> None:
    assert tuple(REPORT_FORMATS) == FORMATS


def test_the_command_line_writes_as_it_goes_and_stops_when_nobody_reads_on() -> None:
    code = (
        "import os\n"
        "from pa_onto.cli.options import print_report\n"
        "from pa_onto.model import Finding, Report\n"
        "try:\n    print_report(Report((Finding('x:a', 'm', 'C'),) * 100_000), 'jsonl')\n"
        "except BrokenPipeError:\n    os._exit(141)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        assert json.loads(run.stdout.readline())["record"] == "x:a"
        run.stdout.close()
        assert (run.stderr.read(), run.wait(timeout=PATIENCE)) == (b"", 141)


def test_the_command_line_prints_reports_and_notices_apart() -> None:
    run = _printed("print_report(report)")
    assert run.stderr == "pa-onto: ##[n]\ufffd\n"
    assert "\nViolation x:a: m\n" in run.stdout
    assert "\x1b[1;31m" in _printed("print_report(report, color='always')").stdout
    run = _printed("print_report(report)", GITHUB_ACTIONS="true")
    assert run.stderr == "pa-onto: ## [n]\ufffd\n"
    assert run.stdout.startswith("::error title=C::m%0Ax:a\n")
    run = _printed("print_report(report, 'json')", GITHUB_ACTIONS="true")
    assert json.loads(run.stdout)["conforms"] is False
