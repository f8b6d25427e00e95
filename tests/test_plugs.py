"""Where `pa-onto validate` plugs in: the pre-commit hooks and the GitHub Action, run for real."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PATIENCE, ROOT, Run

yaml = pytest.importorskip("yaml", reason="PyYAML reads the hooks and the action")

HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = {step.get("id"): step for step in ACTION["runs"]["steps"]}

CREW = ROOT / "data" / "crew.jsonl"
BROKEN = ROOT / "data" / "broken" / "crew.jsonld"
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


# The report to files ------------------------------------------------------------------------


def test_one_run_writes_the_report_in_several_formats(pa_onto: Run, tmp_path: Path) -> None:
    outputs = [f"--output={name}={tmp_path / name}" for name in ("json", "sarif", "junit")]
    result = pa_onto("validate", BROKEN, *outputs, "--format", "jsonl")
    assert result.returncode == 1
    summary = json.loads(result.stdout.splitlines()[-1])["summary"]
    assert json.loads((tmp_path / "json").read_text())["counts"] == summary["counts"]
    results = json.loads((tmp_path / "sarif").read_text())["runs"][0]["results"]
    assert len(results) == summary["counts"]["total"] > 30
    assert "<failure" in (tmp_path / "junit").read_text()


def test_quiet_still_writes_files(pa_onto: Run, tmp_path: Path) -> None:
    result = pa_onto("validate", CREW, "-q", "--output", f"json={tmp_path / 'r'}")
    assert (result.returncode, result.stdout) == (0, "")
    assert json.loads((tmp_path / "r").read_text())["conforms"] is True


@pytest.mark.parametrize("output", ["pdf=report", "json", "json=", "=report"])
def test_an_output_names_format_and_file(pa_onto: Run, output: str) -> None:
    result = pa_onto("validate", CREW, "--output", output)
    assert (result.returncode, result.stdout) == (2, "")
    assert "FORMAT=FILE" in result.stderr


def test_a_report_never_takes_the_place_of_an_input(pa_onto: Run, tmp_path: Path) -> None:
    crew = tmp_path / "crew.jsonl"
    shutil.copy(CREW, crew)
    result = pa_onto("validate", "crew.jsonl", "--output", f"json={crew}", cwd=tmp_path)
    assert result.returncode == 2
    assert crew.read_bytes() == CREW.read_bytes()


# Hooks --------------------------------------------------------------------------------------


def test_the_hooks_are_valid_to_pre_commit() -> None:
    clientlib = pytest.importorskip("pre_commit.clientlib", reason="pre-commit is not installed")
    assert len(clientlib.load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))) == len(HOOKS)


def test_the_hooks_have_the_keys_that_pre_commit_wants() -> None:
    known = {"id", "name", "description", "entry", "language", "files", "types", "pass_filenames"}
    known |= {"require_serial", "minimum_pre_commit_version", "args"}
    assert [hook["id"] for hook in HOOKS] == ["pa-onto-validate", "pa-onto-check"]
    for hook in HOOKS:
        assert hook.keys() <= known
        assert hook["language"] == "python"
        assert hook["require_serial"] is True
        assert re.compile(hook["files"])


def test_the_validate_hook_takes_the_extensions_that_validate_reads() -> None:
    from pa_onto.reading.formats import FORMATS

    pattern = re.compile(HOOKS[0]["files"])
    taken = {
        extension
        for known in FORMATS
        for extension in known.extensions
        if pattern.search(f"a{extension}") and pattern.search(f"a{extension}.gz".upper())
    }
    # Web pages and XML are seldom records, and have to be asked for.
    left = {".html", ".htm", ".xhtml", ".xml", ".owl", ".tab", ".ndjsonld"}
    assert taken == {e for known in FORMATS for e in known.extensions} - left
    assert not pattern.search("README.md")


def test_the_hook_judges_the_files_of_a_commit_together(pa_onto: Run, tmp_path: Path) -> None:
    lines = CREW.read_text().splitlines(keepends=True)
    # The one that is reported to stands in the other file.
    (tmp_path / "a studio.jsonl").write_text("".join(lines[:30]))
    (tmp_path / "b.jsonl").write_text("".join(lines[30:]))
    verb = HOOKS[0]["entry"].split()[1:]
    together = pa_onto(*verb, "a studio.jsonl", "b.jsonl", cwd=tmp_path)
    assert together.returncode == 0, together.stdout
    assert pa_onto(*verb, "b.jsonl", cwd=tmp_path).returncode == 1
    assert pa_onto(*verb, "gone.jsonl", cwd=tmp_path).returncode == 2


def test_the_check_hook_judges_the_project(pa_onto: Run, project: Path) -> None:
    verb = HOOKS[1]["entry"].split()[1:]
    assert HOOKS[1]["pass_filenames"] is False
    assert pa_onto(*verb, cwd=project).returncode == 0
    assert re.search(HOOKS[1]["files"], "ontology/schemes/titles/mid.ttl")


# Action -------------------------------------------------------------------------------------


class Step:
    """What a run of the step that validates left behind."""

    def __init__(self, result: subprocess.CompletedProcess[str], outputs: Path) -> None:
        self.code = result.returncode
        self.log = result.stdout
        self.errors = result.stderr
        text = outputs.read_text() if outputs.exists() else ""
        self.outputs = dict(line.split("=", 1) for line in text.splitlines())


def _value(template: str, inputs: dict[str, str], runner: dict[str, str]) -> str:
    """Put values where the action has expressions, as the runner does."""

    def resolved(match: re.Match[str]) -> str:
        name = match[1]
        if name.startswith("inputs."):
            return inputs[name.removeprefix("inputs.")]
        return runner[name]

    return EXPRESSION.sub(resolved, template)


def _run_action(folder: Path, **given: str) -> Step:
    """Run the step that validates, with the inputs given and the defaults of the others."""
    inputs = {name: item.get("default", "") for name, item in ACTION["inputs"].items()}
    named = {name.replace("_", "-"): value for name, value in given.items()}
    assert named.keys() <= inputs.keys()
    inputs |= named
    step = STEPS["validate"]
    runner = {"steps.install.outputs.python": sys.executable}
    temp = folder / "temp"
    temp.mkdir(exist_ok=True)
    outputs = temp / "outputs"
    outputs.unlink(missing_ok=True)
    env = {name: _value(text, inputs, runner) for name, text in step["env"].items()}
    script = temp / "script.sh"
    script.write_text(step["run"])
    result = subprocess.run(
        # What a runner calls for `shell: bash`.
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script],
        cwd=folder / _value(step["working-directory"], inputs, runner),
        env={
            "PATH": os.environ["PATH"],
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(outputs),
            "RUNNER_TEMP": str(temp),
            **env,
        },
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    return Step(result, outputs)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with records."""
    (tmp_path / "data").mkdir()
    shutil.copy(CREW, tmp_path / "data" / "crew.jsonl")
    shutil.copy(BROKEN, tmp_path / "data" / "broken.jsonld")
    return tmp_path


def test_the_action_is_a_composite_one_whose_scripts_hold_no_expression() -> None:
    assert ACTION["runs"]["using"] == "composite"
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert len(scripts) == 2
    for script in scripts:
        assert "${{" not in script
    for step in ACTION["runs"]["steps"]:
        assert "uses" in step or step["shell"] == "bash"


def test_every_input_is_used_and_every_output_is_written() -> None:
    text = json.dumps(ACTION["runs"])
    for name, item in ACTION["inputs"].items():
        assert f"inputs.{name} " in text, name
        assert item["description"]
    script = STEPS["validate"]["run"]
    for name, item in ACTION["outputs"].items():
        assert item["value"] == f"${{{{ steps.validate.outputs.{name} }}}}"
        assert f"{name}=" in script


def test_the_action_passes_good_records(checkout: Path) -> None:
    step = _run_action(checkout, files="data/crew.jsonl\n", sarif_file="out/pa-onto.sarif")
    assert step.code == 0, step.errors
    assert step.outputs["exit-code"] == "0"
    assert step.outputs["conforms"] == "true"
    assert step.outputs["findings"] == "0"
    assert step.outputs["sarif-file"] == "out/pa-onto.sarif"
    assert json.loads((checkout / "out" / "pa-onto.sarif").read_text())["runs"][0]["results"] == []


def test_the_action_annotates_and_fails_on_findings(checkout: Path) -> None:
    step = _run_action(checkout, files="data/broken.jsonld", sarif_file="s", junit_file="j.xml")
    assert step.code == 1
    count = int(step.outputs["findings"])
    assert step.log.count("::error file=data/broken.jsonld,line=") == count > 30
    assert step.outputs["conforms"] == "false"
    assert len(json.loads((checkout / "s").read_text())["runs"][0]["results"]) == count
    assert (checkout / "j.xml").read_text().startswith("<?xml")
    report = Path(step.outputs["report"]).read_text().splitlines()
    assert len(report) == count + 1


@pytest.mark.parametrize(
    "inputs",
    [
        {"files": "gone.jsonl"},
        {"files": ""},
        {"files": "-"},
        {"files": "data/crew.jsonl", "fail_on": "never"},
        {"files": "data/crew.jsonl", "baseline": "gone.json"},
        {"files": "data/crew.jsonl", "sarif_file": "data/crew.jsonl"},
        {"files": "data/crew.jsonl", "junit_file": "a\nreport=b"},
    ],
    ids=lambda inputs: " ".join(inputs.values()).replace("\n", " "),
)
def test_the_action_tells_what_it_could_not_judge(checkout: Path, inputs: dict[str, str]) -> None:
    step = _run_action(checkout, **inputs)
    assert step.code == 2
    assert step.outputs == {"exit-code": "2"}
    assert step.errors.startswith("pa-onto: ")


def test_the_action_takes_several_files_and_options(checkout: Path, pa_onto: Run) -> None:
    lines = CREW.read_text().splitlines(keepends=True)
    for name, part in (("a", lines[:30]), ("b", lines[30:])):
        (checkout / f"{name}.jsonl").write_text("".join(part))
    files = f"{checkout / 'a.jsonl'}\r\n\nb.*\n"
    pa_onto("validate", "b.jsonl", "--write-baseline", "known.json", cwd=checkout)
    shutil.copytree(ROOT / "shapes" / "data", checkout / "shapes")
    step = _run_action(
        checkout,
        files=files,
        baseline="known.json",
        format="human",
        shapes=f"shapes\n{ROOT / 'shapes' / 'prefixes.ttl'}\n",
    )
    assert step.code == 0, step.log + step.errors
    assert "a.jsonl, b.jsonl conform (72 records read" in step.log
    alone = _run_action(checkout, files="b.jsonl", baseline="known.json", fail_on="info")
    assert (alone.code, alone.outputs["findings"]) == (0, "0")
    assert alone.outputs["conforms"] == "false"


def test_the_action_runs_in_its_working_directory(checkout: Path) -> None:
    step = _run_action(checkout, files="crew.jsonl", working_directory="data")
    assert step.code == 0, step.errors


#: The inputs that reach the script.
ACTION_ENV = set(re.findall(r"inputs\.([\w-]+)", json.dumps(STEPS["validate"]["env"])))
HOSTILE = [
    "$(touch pwned)",
    "`touch pwned`",
    "a; touch pwned",
    "' ; touch pwned ; '",
    '" ; touch pwned ; "',
    "a\n::error::pwned\nconforms=true",
    "--valid-out=pwned",
    "\\$(touch pwned)",
    "|| touch pwned",
]


# All inputs go the same way: each is tried with one value, and one of them with all.
ATTACKS = [
    *((name, HOSTILE[0]) for name in ACTION["inputs"] if name in ACTION_ENV),
    *(("files", text) for text in HOSTILE[1:]),
    *((name, HOSTILE[5]) for name in ("fail-on", "sarif-file", "shapes")),
]


@pytest.mark.parametrize(("name", "text"), ATTACKS, ids=lambda text: text.replace("\n", " "))
def test_no_input_runs_a_command_or_forges_an_output(checkout: Path, name: str, text: str) -> None:
    inputs = {"files": "data/crew.jsonl", name: text}
    step = _run_action(checkout, **{key.replace("-", "_"): value for key, value in inputs.items()})
    assert not list(checkout.rglob("pwned"))
    assert not re.search(r"^::error::pwned", step.log + step.errors, re.MULTILINE)
    # A report may be given any name that is one line.
    allowed = {0, 2} if name in ("sarif-file", "junit-file") else {2}
    assert step.code in allowed, step.errors
    if step.code == 2:
        assert step.outputs == {"exit-code": "2"}


def test_a_file_may_have_a_hostile_name(checkout: Path) -> None:
    name = "$(touch pwned);`touch pwned` & 'x' \"y\".jsonl"
    shutil.copy(CREW, checkout / name)
    step = _run_action(checkout, files=name)
    assert step.code == 0, step.errors
    assert not (checkout / "pwned").exists()


def test_modules_in_the_checkout_are_not_imported(checkout: Path) -> None:
    for name in ("click", "json", "pa_onto"):
        (checkout / f"{name}.py").write_text("open('pwned', 'w')")
    step = _run_action(checkout, files="data/crew.jsonl")
    assert step.code == 0, step.errors
    assert not (checkout / "pwned").exists()
