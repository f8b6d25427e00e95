"""The command line: help, exit codes, errors in one line."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
import rdflib

from pa_onto.cli.main import COMMANDS
from tests.conftest import COMMAND, PATIENCE, ROOT, Run

README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_verb_has_help_with_examples_and_a_place_in_the_readme(
    verb: str, in_process: Run
) -> None:
    result = in_process(verb, "--help")
    assert result.returncode == 0
    assert f"pa-onto {verb}" in result.stdout
    assert "Examples:" in result.stdout
    assert f"### `pa-onto {verb}" in README


def test_help_lists_the_verbs(pa_onto: Run) -> None:
    result = pa_onto("--help")
    assert result.returncode == 0
    for verb in COMMANDS:
        assert verb in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["validate", "missing.ttl"], "missing.ttl"),
        (["validate"], "Missing argument"),
        (["validate", "-"], "--input-format"),
        (["validate", "-", "--input-format", "word"], "format is 'word'. Use one of"),
        (["validate", "--engine", "jena", "data/crew.ttl"], "jena"),
        (["validate", "--frobnicate", "data/crew.ttl"], "--frobnicate"),
        (["validate", "data"], "data"),
        (["validate", "--shapes", "missing/", "data/crew.ttl"], "missing"),
        (["query", "-e", "SELECT * { ?s ?p"], "<query>:1:17"),
        (["query", "-e", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"], "SERVICE"),
        (["query", "-e", "SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> {} }"], "SERVICE"),
        (["query", "-e", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"], "is not loaded"),
        (["query", "-e", "ASK " + "{" * 5000 + "}" * 5000], "deeper than 128"),
        (["query", "-e", "INSERT DATA { <x:a> <x:b> 1 }"], "Not SPARQL"),
        (["query", "-e", "ASK {}", "--data", "missing.ttl"], "missing.ttl"),
        (["query", "-e", "ASK {}", "--format", "turtle"], "cannot hold"),
        (["query", "titels-at-level"], "Did you mean titles-at-level?"),
        (["query", "titles-at-level", "-p", "levle=mid"], "no parameter 'levle'"),
        (["query", "titles-at-level", "-p", "level"], "not NAME=VALUE"),
        (["query", "titles-at-level", "-p", "level=a b"], "no IRI"),
        (["query", "titles-at-level", "-p", "level=senoir"], "Did you mean senior?"),
        (["query", "-e", "SELECT ?n { ?t pa:advancesTo ?n }", "-p", "t=title:runner"], "select"),
        (["query", "missing.rq"], "missing.rq"),
        (["query"], "Name a query"),
        (["frobnicate"], "No such command"),
        (["vaildate", "x"], "Did you mean validate?"),
        (["show"], "Missing argument"),
        (["format", "missing.ttl"], "missing.ttl"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else None,
)
def test_a_bad_call_is_one_line_and_exit_2(
    arguments: list[str], said: str, in_process: Run
) -> None:
    result = in_process(*arguments)
    assert result.returncode == 2, result.stdout + result.stderr
    assert result.stdout == ""
    assert result.stderr.startswith("pa-onto: ")
    assert len(result.stderr.strip().splitlines()) == 1
    assert said in result.stderr


def test_words_that_merely_look_forbidden_are_allowed(pa_onto: Run) -> None:
    text = 'PREFIX service: <x:> ASK { ?from service:from "SERVICE FROM" } # SERVICE FROM'
    result = pa_onto("query", "-e", text)
    assert (result.returncode, result.stdout) == (0, "no\n")


def test_a_damaged_context_says_how_to_cure_it(pa_onto: Run, project: Path) -> None:
    (project / "dist" / "context.jsonld").write_text("{}")
    result = pa_onto("validate", ROOT / "data" / "crew.jsonld", cwd=project)
    assert result.returncode == 2
    assert "Run `pa-onto publish`" in result.stderr


def test_damaged_settings_are_named(pa_onto: Run, project: Path) -> None:
    for text in ("[tool.pa-onto]\nversion = ", "[tool.pa-onto]\nverzion = '1'"):
        (project / "pyproject.toml").write_text(text)
        result = pa_onto("query", "-e", "ASK {}", cwd=project)
        assert result.returncode == 2
        assert "pyproject.toml" in result.stderr


SELECT = (
    "SELECT ?title ?rank { ?title pa:atLevel/pa:rank ?rank } ORDER BY DESC(?rank) ?title LIMIT 2"
)
FIRST = "https://w3id.org/pa-onto/title/vice-president-of-creative-services"


@pytest.mark.parametrize("format", ["table", "json", "csv", "tsv", "xml"])
def test_rows_come_in_every_format(format: str, pa_onto: Run) -> None:
    result = pa_onto("query", "-e", SELECT, "--format", format)
    assert result.returncode == 0, result.stderr
    if format == "json":
        binding = json.loads(result.stdout)["results"]["bindings"][0]
        assert (binding["title"]["value"], binding["rank"]["value"]) == (FIRST, "5")
    elif format == "csv":
        rows = list(csv.reader(io.StringIO(result.stdout)))
        assert rows[:2] == [["title", "rank"], [FIRST, "5"]]
    elif format == "tsv":
        assert result.stdout.splitlines()[1] == f"<{FIRST}>\t5"
    elif format == "xml":
        assert FIRST in {element.text for element in ElementTree.fromstring(result.stdout).iter()}
    else:
        assert "title:vice-president-of-creative-services  5" in result.stdout
        assert result.stdout.endswith("2 rows\n")


@pytest.mark.parametrize(
    ("format", "parser"), [("turtle", "turtle"), ("json-ld", "json-ld"), ("n-triples", "nt")]
)
def test_graphs_come_in_every_format(format: str, parser: str, pa_onto: Run) -> None:
    text = "CONSTRUCT { ?a pa:advancesTo ?b } WHERE { ?a pa:advancesTo ?b }"
    result = pa_onto("query", "-e", text, "--format", format)
    assert result.returncode == 0, result.stderr
    assert len(rdflib.Graph().parse(data=result.stdout, format=parser)) == 4


def test_a_query_asks_vocabulary_and_data_together(pa_onto: Run) -> None:
    text = "SELECT (COUNT(?p) AS ?n) { ?p org:role/pa:atLevel level:vp }"
    both = pa_onto("query", "-e", text, "--data", "data/crew.jsonld")
    assert int(both.stdout.splitlines()[1]) >= 5
    alone = pa_onto("query", "-e", text, "--data", "data/crew.jsonld", "--no-vocabulary")
    assert alone.stdout.splitlines()[1] == "0"


def test_a_parameter_is_a_term_and_no_text(pa_onto: Run) -> None:
    for level, count in (("vp", 5), ("level:vp", 5), ("https://w3id.org/pa-onto/level/vp", 5)):
        result = pa_onto("query", "titles-at-level", "-p", f"level={level}")
        assert len(result.stdout.splitlines()) == count + 1, level
    injected = "x> ?p ?o } #"
    assert pa_onto("query", "titles-at-level", "-p", f"level={injected}").returncode == 2
    text = 'runner" } #'
    result = pa_onto("query", "find-title", "-p", f"text={text}")
    assert result.returncode == 0
    assert len(result.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    "term",
    [
        "second-assistant-director",
        "2nd ad",
        " SECOND  assistant director",
        "title:second-assistant-director",
        "https://w3id.org/pa-onto/title/second-assistant-director",
    ],
)
def test_show_finds_a_term_by_any_of_its_names(term: str, pa_onto: Run) -> None:
    result = pa_onto("show", term)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("Second Assistant Director  title:second-assistant-director\n")


def test_show_says_when_nothing_or_too_much_is_called_that(pa_onto: Run) -> None:
    result = pa_onto("show", "communication skils")
    assert (result.returncode, result.stdout) == (1, "")
    assert "Did you mean 'communication skills'?" in result.stderr
    result = pa_onto("show", "production")
    assert result.returncode in (0, 2)


@pytest.mark.parametrize("format", ["json", "turtle"])
def test_show_has_forms_for_machines(format: str, pa_onto: Run) -> None:
    result = pa_onto("show", "runner", "--format", format)
    if format == "json":
        assert json.loads(result.stdout)["id"] == "https://w3id.org/pa-onto/title/runner"
    else:
        assert len(rdflib.Graph().parse(data=result.stdout, format="turtle")) > 20


def test_a_closed_pipe_is_no_error_of_ours() -> None:
    text = "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 200000"
    command = f"'{COMMAND}' query -e '{text}' --format tsv | head -1; echo ${{PIPESTATUS[0]}}"
    result = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE
    )
    assert result.stdout.splitlines()[-1] == "141"
    assert result.stderr == ""


def test_an_endless_query_ends_with_ctrl_c() -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    process = subprocess.Popen([COMMAND, "query", "-e", text], cwd=ROOT, stderr=subprocess.PIPE)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode in (130, -signal.SIGINT)
    assert b"Traceback" not in errors


def test_a_fault_of_ours_is_exit_3(pa_onto: Run, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import pa_onto.terms as terms\n"
        "def broken(*a, **k): raise ZeroDivisionError('ours')\n"
        "terms.describe = broken\n"
    )
    env = {"PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    result = pa_onto("show", "runner", env=env)
    assert result.returncode == 3
    assert "fault of ours" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_reports_do_not_steer_the_terminal(pa_onto: Run, tmp_path: Path) -> None:
    path = tmp_path / "crew.json"
    record = {"id": "https://x.example/1", "type": "Position", "startDate": "\x1b[31mred\x07"}
    path.write_text(json.dumps(record))
    result = pa_onto("validate", path)
    assert result.returncode == 1
    assert "\x1b" not in result.stdout
    assert "\x07" not in result.stdout
