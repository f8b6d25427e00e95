"""The README does what it says: every console block is run and compared."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from tests.documents import blocks, commands, printed, run_python

README = (ROOT / "README.md").read_text()
COMMANDS = commands(README)
PYTHON = blocks(README, "python")


def test_the_readme_shows_commands() -> None:
    assert len(COMMANDS) >= 10
    assert len(PYTHON) >= 2


@pytest.mark.parametrize(("command", "output"), COMMANDS, ids=lambda text: text[:50])
def test_a_command_prints_what_the_readme_shows(command: str, output: str) -> None:
    assert printed(command) == output


@pytest.mark.parametrize("code", PYTHON, ids=lambda code: code.splitlines()[0])
def test_the_python_of_the_readme_runs(code: str) -> None:
    result = run_python(code)
    assert result.returncode == 0, result.stderr
