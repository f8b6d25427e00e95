"""The README does what it says: every console block is run and compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.conftest import COMMAND, ROOT

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
PYTHON = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def _commands() -> list[tuple[str, str]]:
    """Return every command of the console blocks with the output that follows it."""
    found = []
    for block in BLOCKS:
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def test_the_readme_shows_commands() -> None:
    assert len(_commands()) >= 10
    assert len(PYTHON) >= 2


@pytest.mark.parametrize(("command", "output"), _commands(), ids=lambda text: text[:50])
def test_a_command_prints_what_the_readme_shows(command: str, output: str) -> None:
    env = {**os.environ, "PATH": f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"}
    result = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    assert result.stdout == output


@pytest.mark.parametrize("code", PYTHON, ids=lambda code: code.splitlines()[0])
def test_the_python_of_the_readme_runs(code: str) -> None:
    checked = re.sub(r"^(.*\S)\s+# -> (.*)$", r"assert \1 == \2", code, flags=re.MULTILINE)
    result = subprocess.run(
        [sys.executable, "-c", checked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
