"""The wheel: what is in it, and that it works alone in an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PATIENCE, ROOT


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the source distribution, and of the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("packages")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True, timeout=PATIENCE)
    return folder


@pytest.fixture(scope="module")
def wheel(packages: Path) -> Path:
    (found,) = packages.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty environment with nothing but the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, timeout=PATIENCE)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    constraints = ["-c", str(ROOT / "constraints.txt")]
    subprocess.run([*pip, *constraints, str(wheel)], check=True, timeout=PATIENCE)
    yield folder / "bin"


def test_the_source_distribution_holds_what_a_build_and_the_tests_need(packages: Path) -> None:
    (found,) = packages.glob("*.tar.gz")
    with tarfile.open(found) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for folder in ("src", "ontology", "shapes", "data", "dist", "docs", "tests"):
        present = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and not re.search(r"\.(pyc|whl|tar\.gz)$", path.name)
        }
        assert present <= names
    for name in ("pyproject.toml", "README.md", "LICENSE", "Makefile", "constraints.txt"):
        assert name in names
    assert not [name for name in names if name.endswith((".whl", ".tar.gz"))]


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


@pytest.mark.long
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
            timeout=PATIENCE,
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


@pytest.mark.long
def test_the_package_runs_as_a_module_and_imports_cheaply(installed: Path, tmp_path: Path) -> None:
    code = "import sys, pa_onto; print(sorted({'rdflib', 'click', 'pyshacl'} & set(sys.modules)))"
    result = subprocess.run(
        [installed / "python", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert result.stdout == "[]\n"
    result = subprocess.run(
        [installed / "python", "-m", "pa_onto", "--version"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert result.stdout.startswith("pa-onto, version ")


def test_a_short_command_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from pa_onto.cli.main import _invoke, guarded\n"
        "sys.argv = ['pa-onto', 'validate', 'data/crew.jsonld']\n"
        "assert guarded(_invoke) == 0\n"
        "heavy = {'rdflib', 'pyshacl', 'owlrl', 'asyncio', 'urllib.request', 'xml', 'csv'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE
    )
    assert result.stdout.splitlines()[-1] == "[]", result.stdout + result.stderr
