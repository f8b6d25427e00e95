"""Completion in real shells: what is offered, and that nothing that completed before is harmed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import COMMAND, ROOT, Run

# Real shells are typed in.
pytestmark = pytest.mark.long

if os.name == "nt":
    pytest.skip("there is no terminal to type in", allow_module_level=True)

# How long a busy machine may take for what takes a moment; a wrong answer is told at once.
PATIENCE = float(os.environ.get("PA_ONTO_TEST_PATIENCE", "120"))
SHELLS = ("bash", "zsh", "fish")
START = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], ["source <(pa-onto completion bash)"]),
    "zsh": (
        ["zsh", "-f", "-i"],
        ["autoload -Uz compinit; compinit -u -D", "source <(pa-onto completion zsh)"],
    ),
    "fish": (["fish", "--no-config", "-i"], ["pa-onto completion fish | source"]),
}


class Terminal:
    """A shell with a terminal, to type in."""

    def __init__(self, shell: str, folder: Path) -> None:
        import pty

        self.shell = shell
        if shutil.which(shell) is None:
            pytest.skip(f"there is no {shell} here")
        arguments, self.setup = START[shell]
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            path = f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"
            kept = {"PATH": path, "HOME": str(folder), "TERM": "dumb", "LANG": "C.UTF-8"}
            os.execvpe(arguments[0], arguments, kept)
        self.seen = b""

    def until(self, mark: bytes) -> bytes:
        """Read until something shows; return all that did."""
        import select

        end = time.monotonic() + PATIENCE
        while mark not in self.seen and time.monotonic() < end:
            if select.select([self.file], [], [], 0.2)[0]:
                self.seen += os.read(self.file, 1 << 16)
        assert mark in self.seen, f"{self.shell}: no {mark!r} in {self.seen[-400:]!r}"
        return self.seen

    def ready(self) -> None:
        for number, line in enumerate(self.setup):
            os.write(self.file, f"{line}; echo RE''ADY{number}\n".encode())
            self.until(f"READY{number}".encode())
        self.seen = b""

    def typed(self, text: str, becomes: str) -> None:
        """Type and press the tabulator; what stands there then must show."""
        os.write(self.file, text.encode() + b"\t")
        self.until(becomes.encode())
        # The line is taken away by Ctrl-U; then something to tell the next prompt by.
        os.write(self.file, b"\x15")
        self.seen = b""
        os.write(self.file, b"echo NE''XT\n")
        self.until(b"NEXT")
        self.seen = b""

    def close(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.file)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "a folder"
    place.mkdir()
    for name in ("my crew.csv", "zcrew.jsonl", "zask.rq", "zdir/inside.csv"):
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text("")
    return place


@pytest.fixture(params=SHELLS)
def terminal(request: pytest.FixtureRequest, folder: Path) -> Iterator[Terminal]:
    terminal = Terminal(request.param, folder)
    try:
        terminal.ready()
        yield terminal
    finally:
        terminal.close()


def test_typing_in_a_shell(terminal: Terminal) -> None:
    for text, becomes in (
        ("pa-onto vali", "pa-onto validate "),
        ("pa-onto show second-a", "show second-assistant-director"),
        ("pa-onto show title:runn", "show title:runner"),
        ("pa-onto query titles-at-l", "query titles-at-level"),
        ("pa-onto query titles-at-level -p lev", "-p level="),
        ("pa-onto query titles-at-level -p level=sen", "-p level=senior"),
        ("pa-onto query zas", "query zask.rq"),
        ("pa-onto validate --format=sar", "--format=sarif"),
        ("pa-onto validate --format sar", "--format sarif"),
        ("pa-onto validate --add-s", "--add-shapes"),
        ("pa-onto validate --output sari", "--output sarif="),
        # Files, as the shell completes them for any other command.
        ("pa-onto validate my", "validate my\\ crew.csv"),
        ("pa-onto validate ~/my", "/my\\ crew.csv"),
        ('pa-onto validate "my', 'validate "my crew.csv'),
        ("pa-onto validate --shapes zc", "--shapes zcrew.jsonl"),
        ("pa-onto validate --output json=my", "--output json=my\\ crew.csv"),
        ("pa-onto validate zdir/in", "zdir/inside.csv"),
        ("pa-onto load --store zd", "--store zdir"),
        ("ls my", "ls my\\ crew.csv"),
    ):
        terminal.typed(text, becomes)


def test_sourcing_changes_nothing_else_in_bash(folder: Path) -> None:
    script = """
    complete -W one other
    before=$(shopt; set -o; complete | sort; trap; declare -F)
    set -euo pipefail
    source <(pa-onto completion bash)
    set +euo pipefail
    after=$(shopt; set -o; complete | sort; trap; declare -F)
    diff <(echo "$before") <(echo "$after") | grep '^[<>]'
    """
    result = _run(["bash", "-c", script], folder)
    assert result.stderr == ""
    assert result.stdout.splitlines() == [
        "> complete -o bashdefault -o default -F _pa_onto_complete pa-onto",
        "> declare -f _pa_onto_complete",
    ]


def test_sourcing_changes_nothing_else_in_zsh(folder: Path) -> None:
    if shutil.which("zsh") is None:
        pytest.skip("there is no zsh here")
    script = """
    autoload -Uz compinit; compinit -u -D
    before=$(setopt; print -l ${(ok)_comps} ${(ok)functions} | grep -v '^_*before$')
    source <(pa-onto completion zsh)
    after=$(setopt; print -l ${(ok)_comps} ${(ok)functions} | grep -v '^_*before$')
    diff <(echo "$before") <(echo "$after") | grep '^[<>]'
    """
    result = _run(["zsh", "-f", "-c", script], folder)
    assert result.stderr == ""
    assert sorted(result.stdout.split()) == [">", ">", "_pa_onto", "pa-onto"]
    # Without the completion system it is quiet.
    bare = _run(["zsh", "-f", "-c", "source <(pa-onto completion zsh); echo ok"], folder)
    assert (bare.stdout, bare.stderr) == ("ok\n", "")


def test_sourcing_changes_nothing_else_in_fish(folder: Path) -> None:
    if shutil.which("fish") is None:
        pytest.skip("there is no fish here")
    script = "functions -n >a; complete >b; pa-onto completion fish | source; "
    script += "functions -n | diff a - | grep '^>' | wc -l; complete | diff b - | grep '^[<>]'"
    result = _run(["fish", "--no-config", "-c", script], folder)
    assert result.stderr == ""
    assert all("pa-onto" in line for line in result.stdout.splitlines()[1:])


def _run(call: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(folder), "TERM": "dumb", "LANG": "C.UTF-8"}
    return subprocess.run(call, cwd=folder, env=environment, capture_output=True, text=True)


def offered(pa_onto: Run, line: str, shell: str = "bash", **more: Path) -> list[list[str]]:
    words = [line] if shell == "bash" else line.split(" ")[1:]
    result = pa_onto("completion", shell, "--", *words, **more)
    assert (result.returncode, result.stderr) == (0, "")
    return [row.split("\t") for row in result.stdout.splitlines()]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_printed(shell: str, pa_onto: Run) -> None:
    result = pa_onto("completion", shell)
    assert result.returncode == 0
    assert "pa-onto" in result.stdout
    if shutil.which(shell):
        checked = subprocess.run([shell, "-n"], input=result.stdout, text=True, capture_output=True)
        assert (checked.returncode, checked.stderr) == (0, "")


def test_every_verb_and_option_is_offered(pa_onto: Run) -> None:
    from pa_onto.cli.main import COMMANDS

    assert [row[1] for row in offered(pa_onto, "pa-onto ")] == list(COMMANDS)
    for verb in ("validate", "query", "import", "serve"):
        shown = pa_onto(verb, "--help").stdout
        names = {row[1] for row in offered(pa_onto, f"pa-onto {verb} --")}
        assert {word.strip(",") for word in shown.split() if word.startswith("--")} >= names - {
            "--help"
        }
        assert len(names) >= 8


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("pa-onto check ", ["word", "--engine", ""]),
        ("pa-onto validate x --engine ", ["word", "shacl", ""]),
        ("pa-onto validate --format=js", ["word", "json", ""]),
        ("pa-onto validate 'a b", ["file", "", ""]),
        ("pa-onto resolve --department cam", ["word", "camera", ""]),
        ("pa-onto show --lang ", ["word", "en", ""]),
        ("pa-onto path PA line", ["word", "line-producer", ""]),
        ("pa-onto completion z", ["word", "zsh", ""]),
        ("FOO=1 pa-onto pus", ["word", "push", "Put a graph into a SPARQL store."]),
    ],
)
def test_what_is_offered_first(line: str, first: list[str], pa_onto: Run) -> None:
    assert offered(pa_onto, line)[0] == first


@pytest.mark.parametrize(
    "line",
    [
        *("", "pa-onto", "pa-onto nonsense ", "pa-onto validate --nonsense ", "pa-onto query -p ="),
        *("pa-onto 'open", "pa-onto \\", "pa-onto \u00e9\u4e00 ", "pa-onto $(echo) `x` ;"),
    ],
)
def test_it_is_quiet_whatever_is_typed(line: str, pa_onto: Run, tmp_path: Path) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.pa-onto]\nnonsense = 5\n")
    for shell in SHELLS:
        for folder in (ROOT, tmp_path):
            offered(pa_onto, line, shell, cwd=folder)


def test_no_offer_is_more_than_a_word(pa_onto: Run, project: Path) -> None:
    queries = project / "ontology" / "queries"
    for name in ("a b", "$(touch hacked)", "`x`", "x;y", "x'y"):
        (queries / f"{name}.rq").write_text("ASK {}")
    names = [row[1] for row in offered(pa_onto, "pa-onto query ", cwd=project)]
    assert "titles-at-level" in names
    assert not {name for name in names if set(name) & set(" $`;'()")}
    assert not (project / "hacked").exists()


def test_what_completed_before_still_does(folder: Path) -> None:
    """Those who had click make their completion keep it."""
    environment = {
        **os.environ,
        "_PA_ONTO_COMPLETE": "bash_complete",
        "COMP_WORDS": "pa-onto vali",
        "COMP_CWORD": "1",
    }
    result = subprocess.run([COMMAND], env=environment, capture_output=True, text=True, cwd=folder)
    assert (result.returncode, result.stdout) == (0, "plain,validate\n")
