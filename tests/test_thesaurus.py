"""A generated thesaurus, larger than what anybody writes for a test: whole, and quick to redo."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from pa_onto.canonical import same_facts
from pa_onto.triples import triples_of
from tests.bench.thesaurus import write
from tests.conftest import Run

COUNT = 300


def _stamps(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.long
def test_one_change_among_many(pa_onto: Run, tmp_path: Path) -> None:
    write(tmp_path, COUNT)
    assert pa_onto("publish", cwd=tmp_path).returncode == 0
    dist = tmp_path / "dist"
    first = _stamps(dist)
    assert len([path for path in first if path.startswith("concept/")]) >= 3 * COUNT
    pa_onto("publish", cwd=tmp_path)
    assert _stamps(dist) == first
    write(tmp_path, COUNT, changed=150)
    assert pa_onto("publish", cwd=tmp_path).returncode == 0
    second = _stamps(dist)
    changed = {path for path in second if second[path] != first.get(path)}
    concepts = {path for path in changed if path.startswith("concept/")}
    assert concepts == {f"concept/00150.{end}" for end in ("html", "jsonld", "ttl")}
    assert len(changed) < 20, sorted(changed)
    assert pa_onto("publish", "--check", cwd=tmp_path).stdout == ""


def test_check_finds_nothing_and_formats_agree(pa_onto: Run, tmp_path: Path) -> None:
    write(tmp_path, COUNT // 5)
    result = pa_onto("check", cwd=tmp_path)
    assert result.returncode == 0, result.stdout
    pa_onto("publish", cwd=tmp_path)
    dist = tmp_path / "dist"
    facts = list(triples_of(ox.parse(path=str(dist / "thesaurus.nt"))))
    for end in ("ttl", "rdf", "trig"):
        assert same_facts(facts, triples_of(ox.parse(path=str(dist / f"thesaurus.{end}")))), end
    rows = json.loads((dist / "concept.json").read_text())
    assert len(rows) == COUNT // 5
    assert all(len(code) == 5 for row in rows[1:] for code in row["broader"])
