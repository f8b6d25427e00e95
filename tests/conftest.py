"""What all tests share: the checkout, the installed command, the published graph."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest

ROOT = Path(__file__).parent.parent
COMMAND = Path(sys.executable).parent / "pa-onto"

#: Seconds to wait for what should have ended long ago. No test is about them: a machine that is
#: busy needs more time for everything, and a test that hangs must end all the same.
PATIENCE = float(os.environ.get("PA_ONTO_TEST_PATIENCE", "900"))

# Inside GitHub Actions a report is written for it.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "GITHUB_ACTIONS"}

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture
def pa_onto() -> Run:
    """Run the installed command and return what it printed and its exit code."""

    def run(
        *arguments: str | Path, cwd: Path = ROOT, stdin: str = "", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *map(str, arguments)],
            cwd=cwd,
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=PATIENCE,
            env={**_ENVIRONMENT, "NO_COLOR": "1", **(env or {})},
        )

    return run


@pytest.fixture
def in_process(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in this process: the same, for calls that need no process of their own."""

    def run(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
        from pa_onto.cli.main import _invoke, guarded

        command = [str(COMMAND), *map(str, arguments)]
        with monkeypatch.context() as patch:
            patch.chdir(cwd)
            patch.setattr(sys, "argv", command)
            patch.setenv("NO_COLOR", "1")
            patch.delenv("GITHUB_ACTIONS", raising=False)
            capfd.readouterr()
            code = guarded(_invoke)
            sys.stdout.flush()
        out, err = capfd.readouterr()
        return subprocess.CompletedProcess(command, code, out, err)

    return run


@pytest.fixture(scope="session")
def published() -> ox.Store:
    """The published vocabulary."""
    store = ox.Store()
    store.load(path=str(ROOT / "dist" / "pa-onto.nt"), format=ox.RdfFormat.N_TRIPLES)
    return store


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of its own: a copy of the sources, free to be changed."""
    import shutil

    for name in ("ontology", "shapes", "dist"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pa-onto]\nname = "pa-onto"\nversion = "0.1.0"\n'
    )
    return tmp_path


def at_least(found: Sequence[Path], count: int) -> Sequence[Path]:
    """Return files found by a pattern; an empty pattern must not pass for a clean run."""
    assert len(found) >= count, f"{len(found)} files found, {count} expected at the least"
    return found
