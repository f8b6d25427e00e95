"""The wheel: what is in it, and that it works alone in an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True, timeout=300)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty environment with nothing but the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, timeout=120)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    constraints = ["-c", str(ROOT / "constraints.txt")]
    subprocess.run([*pip, *constraints, str(wheel)], check=True, timeout=600)
    yield folder / "bin"


def test_the_wheel_holds_what_it_needs_and_no_more(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    packaged = {name for name in names if name.startswith("pa_onto/packaged/")}
    for name in (
        "pa_onto/py.typed",
        "pa_onto/rules/narrower.rq",
        "pa_onto/packaged/ontology/pa-onto.ttl",
        "pa_onto/packaged/ontology/queries/titles-at-level.rq",
        "pa_onto/packaged/shapes/data/position.ttl",
        "pa_onto/packaged/dist/context.jsonld",
        "pa_onto/packaged/dist/pa-onto.nt",
        "pa_onto/packaged/dist/record.schema.json",
        "pa_onto/report/report.schema.json",
    ):
        assert name in names, name
    assert not [name for name in names if re.search("(^|/)tests?[/_]|__pycache__", name)]
    sources = {
        path.relative_to(ROOT).as_posix()
        for folder in ("ontology", "shapes")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    assert len(sources) > 40
    assert {f"pa_onto/packaged/{source}" for source in sources} <= packaged


def test_the_wheel_works_alone_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "crew.jsonld").write_bytes((ROOT / "data" / "crew.jsonld").read_bytes())
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [installed / "pa-onto", *arguments],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
        )

    validated = run("validate", "crew.jsonld")
    assert validated.returncode == 0, validated.stderr
    assert "72 focus nodes checked" in validated.stdout
    slow = run("validate", "crew.jsonld", "--engine", "pyshacl")
    assert slow.returncode == 0, slow.stderr
    asked = run("query", "titles-at-level", "-p", "level=vp")
    assert len(asked.stdout.splitlines()) == 6
    assert run("show", "UPM").returncode == 0
    assert run("check").returncode == 0
    assert run("publish").returncode == 2
    published = run("publish", "--out", "site")
    assert published.returncode == 0, published.stderr
    assert (tmp_path / "site" / "pa-onto.ttl").is_file()


def test_the_package_runs_as_a_module_and_imports_cheaply(installed: Path, tmp_path: Path) -> None:
    code = "import sys, pa_onto; print(sorted({'rdflib', 'click', 'pyshacl'} & set(sys.modules)))"
    result = subprocess.run(
        [installed / "python", "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert result.stdout == "[]\n"
    result = subprocess.run(
        [installed / "python", "-m", "pa_onto", "--version"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.stdout.startswith("pa-onto, version ")


def test_a_short_command_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from pa_onto.cli.main import _guarded\n"
        "sys.argv = ['pa-onto', 'validate', 'data/crew.jsonld']\n"
        "assert _guarded() == 0\n"
        "heavy = {'rdflib', 'pyshacl', 'owlrl', 'asyncio', 'urllib.request', 'xml', 'csv'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert result.stdout.splitlines()[-1] == "[]", result.stdout + result.stderr
