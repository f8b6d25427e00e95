"""The pages of docs/ do what they say: consoles, Python, the shell gate and the examples."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import COMMAND, PATIENCE, ROOT, at_least
from tests.documents import EXAMPLE, blocks, commands, furnish, printed, run_python

DOCS = ROOT / "docs"
PAGES = at_least(sorted(DOCS.glob("*.md")), 2)
EXAMPLES = at_least(sorted((DOCS / "examples").glob("*.py")), 2)
GATE = blocks((DOCS / "pipelines.md").read_text(), "bash")[0]

CREW = ROOT / "data" / "crew.jsonl"
UNREADABLE = b'{"type": "Position"\n'


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_print_what_a_page_shows(page: Path, tmp_path: Path) -> None:
    """The commands of a page run in order in one folder: later ones read what earlier wrote."""
    folder = furnish(tmp_path)
    for command, output in commands(page.read_text()):
        assert printed(command, folder) == output, command


def test_the_reference_shows_commands() -> None:
    assert len(commands((DOCS / "validation.md").read_text())) >= 10


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_python_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    for code in blocks(page.read_text(), "python"):
        result = run_python(code, furnish(tmp_path))
        assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        file, _, part = target.partition("#")
        place = page.parent / file if file else page
        assert place.exists(), target
        if part:
            titles = re.findall(r"^#+ (.*)$", place.read_text(), re.MULTILINE)
            slugs = [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles]
            assert part in slugs, target


def test_the_reference_names_every_option_and_every_field() -> None:
    from pa_onto.cli.validate import command

    text = (DOCS / "validation.md").read_text()
    for parameter in command.params:
        for option in parameter.opts:
            assert not option.startswith("--") or f"`{option}" in text, option
    report = printed(f"pa-onto validate {ROOT}/data/broken/crew.jsonld --format jsonl | head -1")
    for field in json.loads(report):
        assert f"`{field}`" in text, field


def test_the_reference_names_every_component_of_reading() -> None:
    text = (DOCS / "validation.md").read_text()
    code = "".join(
        path.read_text()
        for folder in ("reading", "validation")
        for path in (ROOT / "src" / "pa_onto" / folder).glob("*.py")
    )
    endings = "Key|Keys|Type|IRI|Value|Values|Code|Id|Count|Formula|Character|Normalized"
    named = set(re.findall(rf'"((?:[A-Z][a-z]+)+(?:{endings}))"', code))
    assert len(named) >= 10
    for component in named:
        assert f"`{component}`" in text, component


def test_pipelines_name_every_input_and_output_of_the_action() -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML reads the action")
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    text = (DOCS / "pipelines.md").read_text()
    for name in (*action["inputs"], *action["outputs"]):
        assert f"`{name}`" in text, name
    for block in blocks(text, "yaml"):
        yaml.safe_load(block)


# The shell gate, as it stands --------------------------------------------------------------


def _run_gate(
    folder: Path, export: bytes, *, exported: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run the gate between an HR system and a warehouse that are scripts."""
    tools = folder / "tools"
    tools.mkdir()
    (folder / "export").write_bytes(export)
    scripts = {
        "hr-export": f"cat '{folder}/export'; exit {exported}",
        "hr-load": f"cp \"$1\" '{folder}/loaded'",
    }
    for name, body in scripts.items():
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)
    (folder / "gate.sh").write_text(GATE)
    return subprocess.run(
        ["bash", "gate.sh"],
        cwd=folder,
        env={**os.environ, "PATH": f"{tools}:{COMMAND.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def test_the_gate_opens_for_records_that_conform(tmp_path: Path) -> None:
    result = _run_gate(tmp_path, CREW.read_bytes())
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "loaded").read_bytes() == CREW.read_bytes()
    assert not (tmp_path / "quarantine").exists()


def test_the_gate_hands_faulty_records_to_their_owner(tmp_path: Path) -> None:
    lines = CREW.read_bytes().splitlines(keepends=True)
    faulty = lines[20].replace(b'"startDate": "', b'"startDate": "on ')
    result = _run_gate(tmp_path, b"".join([*lines[:20], faulty, *lines[21:]]))
    assert result.returncode == 1
    assert "owner" in result.stderr
    assert not (tmp_path / "loaded").exists()
    assert (tmp_path / "quarantine" / "bad.jsonl").read_bytes() == faulty
    assert '"conforms": false' in (tmp_path / "quarantine" / "report.json").read_text()


@pytest.mark.parametrize("export", [UNREADABLE, b"", b'{"type": "Nothing"', b"\xff\xfe"])
def test_the_gate_stays_shut_when_nothing_was_judged(tmp_path: Path, export: bytes) -> None:
    result = _run_gate(tmp_path, export)
    assert result.returncode == 2
    assert "Nothing was judged" in result.stderr
    assert not (tmp_path / "loaded").exists()
    assert not (tmp_path / "quarantine").exists()


def test_the_gate_stays_shut_when_the_export_broke_off(tmp_path: Path) -> None:
    result = _run_gate(tmp_path, CREW.read_bytes()[:20000], exported=1)
    assert result.returncode == 2
    assert not (tmp_path / "loaded").exists()


# Examples: Airflow and Dagster are not installed here; what stands in for them only records --


def test_pages_show_the_examples_as_they_are() -> None:
    text = (DOCS / "pipelines.md").read_text()
    shown = dict(EXAMPLE.findall(text))
    assert shown == {f"examples/{path.name}": path.read_text() for path in EXAMPLES}


class _Recorder:
    """Stands in for an operator or a DAG: keeps what it was given."""

    made: list[_Recorder]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.arguments, self.options = arguments, options
        self.after: list[_Recorder] = []
        type(self).made.append(self)

    def __enter__(self) -> _Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __rshift__(self, other: _Recorder) -> _Recorder:
        self.after.append(other)
        return other


def _recorder(name: str) -> type[_Recorder]:
    return type(name, (_Recorder,), {"made": []})


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / "examples" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _stand_in(monkeypatch: pytest.MonkeyPatch, **modules: dict[str, Any]) -> None:
    for name, members in modules.items():
        module = ModuleType(name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, name.replace("__", "."), module)


class AirflowFailException(Exception):  # noqa: N818
    """What Airflow takes for a failure without retries."""


@pytest.fixture
def airflow(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[ModuleType, dict[str, Any]]]:
    """The example, loaded beside modules that stand in for Airflow."""
    kinds = {name: _recorder(name) for name in ("DAG", "BashOperator", "PythonOperator")}
    operators = "airflow__providers__standard__operators"
    _stand_in(
        monkeypatch,
        airflow={},
        airflow__exceptions={"AirflowFailException": AirflowFailException},
        airflow__sdk={"DAG": kinds["DAG"]},
        airflow__providers={},
        airflow__providers__standard={},
        **{
            operators: {},
            f"{operators}__bash": {"BashOperator": kinds["BashOperator"]},
            f"{operators}__python": {"PythonOperator": kinds["PythonOperator"]},
        },
    )
    yield _load("airflow_gate"), kinds


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An export whose name would run a command where a shell reads it as code."""
    return Path(shutil.copy(CREW, tmp_path / "crew $(touch pwned).jsonl"))


def test_airflow_runs_export_gate_and_load(airflow: tuple[ModuleType, dict[str, Any]]) -> None:
    _, kinds = airflow
    assert [dag.arguments for dag in kinds["DAG"].made] == [
        ("crew_by_call",),
        ("crew_by_command",),
    ]
    steps = [*kinds["BashOperator"].made, *kinds["PythonOperator"].made]
    after = {"export": ["gate"], "gate": ["load"], "load": []}
    for step in steps:
        following = [other.options["task_id"] for other in step.after]
        assert following == after[step.options["task_id"]]
    for step in kinds["BashOperator"].made:
        assert "{{" not in step.options["bash_command"]


def test_airflow_judges_by_a_call(airflow: tuple[ModuleType, dict[str, Any]], export: Path) -> None:
    from pa_onto import PaOntoError

    module, kinds = airflow
    (gate,) = kinds["PythonOperator"].made
    judge = gate.options["python_callable"]
    assert judge is module.judge
    assert judge(str(export)) == {"records": 72, "findings": 0}
    export.write_bytes(CREW.read_bytes().replace(b"2026-01-12", b"12 January"))
    with pytest.raises(AirflowFailException, match="findings"):
        judge(str(export))
    assert Path(f"{export}.bad").stat().st_size > 0
    export.write_bytes(UNREADABLE)
    with pytest.raises(PaOntoError):
        judge(str(export))


def test_airflow_judges_by_a_command(
    airflow: tuple[ModuleType, dict[str, Any]], export: Path
) -> None:
    _, kinds = airflow
    (gate,) = [s for s in kinds["BashOperator"].made if "validate" in s.options["bash_command"]]
    assert gate.options["append_env"] is True

    def run() -> int:
        # What Airflow does: it renders the variables and runs the command with them.
        env = {
            name: text.replace("{{ params.export }}", str(export))
            for name, text in gate.options["env"].items()
        }
        path = f"{COMMAND.parent}:{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "-c", gate.options["bash_command"]],
            env={**os.environ, "PATH": path, **env},
            cwd=export.parent,
            capture_output=True,
            timeout=PATIENCE,
        ).returncode

    assert run() == 0
    export.write_bytes(CREW.read_bytes().replace(b"2026-01-12", b"12 January"))
    assert run() == 1
    export.write_bytes(UNREADABLE)
    assert run() == 2
    assert not (export.parent / "pwned").exists()


@pytest.fixture
def dagster(
    monkeypatch: pytest.MonkeyPatch, export: Path
) -> Iterator[tuple[ModuleType, type[_Recorder]]]:
    """The example, loaded beside a module that stands in for Dagster."""
    result = _recorder("AssetCheckResult")

    def decorator(*arguments: Any, **options: Any) -> Any:
        if arguments:
            return arguments[0]

        def mark(function: Any) -> Any:
            function.options = options
            return function

        return mark

    severity = type("AssetCheckSeverity", (), {"ERROR": "ERROR", "WARN": "WARN"})
    value = type("MetadataValue", (), {"text": staticmethod(str)})
    members = {"asset": decorator, "asset_check": decorator, "AssetCheckResult": result}
    members |= {"AssetCheckSeverity": severity, "MetadataValue": value, "Definitions": dict}
    _stand_in(monkeypatch, dagster=members)
    monkeypatch.setenv("CREW_EXPORT", str(export))
    yield _load("dagster_gate"), result


def test_dagster_checks_the_asset(
    dagster: tuple[ModuleType, type[_Recorder]], export: Path
) -> None:
    from pa_onto import PaOntoError

    module, _ = dagster
    assert module.crew_conforms.options == {"asset": module.crew, "blocking": True}
    good = module.crew_conforms().options
    assert good["passed"] is True
    assert (good["metadata"]["records"], good["metadata"]["findings"]) == (72, 0)
    export.write_bytes(CREW.read_bytes().replace(b"2026-01-12", b"12 January"))
    bad = module.crew_conforms().options
    assert (bad["passed"], bad["severity"]) == (False, "ERROR")
    assert "startDate" in bad["metadata"]["report"]
    export.write_bytes(UNREADABLE)
    with pytest.raises(PaOntoError):
        module.crew_conforms()


def test_dagster_lets_warnings_pass(
    dagster: tuple[ModuleType, type[_Recorder]], export: Path
) -> None:
    postings = json.loads((ROOT / "data" / "postings.jsonld").read_text())
    # Job boards recommend that a posting says what it pays.
    del postings[0]["baseSalary"]
    export.write_text("".join(json.dumps(posting) + "\n" for posting in postings))
    module, _ = dagster
    result = module.crew_conforms().options
    assert (result["passed"], result["severity"]) == (False, "WARN")
