"""Stores on disk: everything that was reported is in them, whatever happens."""

from __future__ import annotations

import json
import os
import pty
import random
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from tests.conftest import COMMAND, ROOT, Run
from tests.servers import Server, serving

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def _crew(folder: Path, first: int, count: int) -> Path:
    file = folder / f"crew{first}.jsonl"
    with file.open("w") as lines:
        for number in range(first, first + count):
            record = {
                "@context": "https://w3id.org/pa-onto/context.jsonld",
                "id": f"https://hr.example.com/positions/{number}",
                "type": "Position",
                "title": "runner",
                "production": "https://hr.example.com/productions/night-shoot",
                "startDate": "2026-01-12",
            }
            lines.write(json.dumps(record) + "\n")
    return file


def _statements(store: Path) -> int:
    return len(ox.Store.read_only(str(store)))


def _reported(result: subprocess.CompletedProcess[str]) -> int:
    assert result.returncode == 0, result.stderr
    found = re.search(r"(\d+) statements", result.stderr)
    assert found is not None, result.stderr
    return int(found[1])


def _answer(server: Server) -> int:
    rows = json.loads(server.query(COUNT).body)["results"]["bindings"]
    return int(rows[0]["n"]["value"])


def test_files_of_every_kind_go_into_a_store_that_is_served(tmp_path: Path, pa_onto: Run) -> None:
    quads = tmp_path / "graph.nq"
    quads.write_text("<x:s> <x:p> <x:o> <x:g> .\n")
    store = tmp_path / "crew.store"
    data = [ROOT / "data" / name for name in ("crew.jsonld", "crew.csv", "crew.ttl")]
    said = _reported(pa_onto("load", "--store", store, *data, quads))
    assert said == _statements(store)
    with serving("-q", "--store", store) as server:
        health = json.loads(server.get("/health").body)
        assert health["statements"] == said
        assert "x:g" in health["graphs"]
        assert server.query("ASK { GRAPH <x:g> { <x:s> <x:p> <x:o> } <x:s> <x:p> ?o }").text == (
            '{"head":{},"boolean":true}'
        )
        titles = "SELECT DISTINCT ?t { ?p org:role ?t . ?t a pa:JobTitle }"
        assert len(json.loads(server.query(titles).body)["results"]["bindings"]) > 10


def test_more_is_added_and_a_server_sees_it_when_it_is_started_again(
    tmp_path: Path, pa_onto: Run
) -> None:
    store = tmp_path / "crew.store"
    first = _reported(pa_onto("load", "--store", store, _crew(tmp_path, 0, 10)))
    with serving("-q", "--store", store) as server:
        before = _answer(server)
        more = pa_onto("load", "--store", store, "--no-vocabulary", _crew(tmp_path, 10, 10))
        assert _reported(more) == first + 40
        assert _answer(server) == before
        assert server.query("ASK { ?s ?p 1 }").status == 200
    with serving("-q", "--store", store) as server:
        assert _answer(server) == before + 40
    assert [path.name for path in tmp_path.glob(".crew.store*")] == [".crew.store.lock"]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.long
def test_who_is_killed_leaves_all_or_nothing(seed: int, tmp_path: Path, pa_onto: Run) -> None:
    store, crew = tmp_path / "crew.store", _crew(tmp_path, 0, 20_000)
    before = _reported(pa_onto("load", "--store", store))
    process = subprocess.Popen(
        [COMMAND, "load", "--store", store, "--no-vocabulary", crew],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(random.Random(seed).uniform(0.1, 1.2))
    process.kill()
    _, said = process.communicate()
    reported = re.search(r"(\d+) statements", said)
    with serving("-q", "--store", store) as server:
        statements = json.loads(server.get("/health").body)["statements"]
    assert statements in (before, before + 80_000)
    if reported is not None:
        assert statements == int(reported[1])
    # Whatever was left beside it is cleared away, and the next run goes through.
    assert _reported(pa_onto("load", "--store", store, "--no-vocabulary", crew)) == before + 80_000


@pytest.mark.parametrize("left", ["ready and old", "ready alone", "old and new"])
def test_an_exchange_that_was_interrupted_is_finished(
    left: str, tmp_path: Path, pa_onto: Run
) -> None:
    store = tmp_path / "crew.store"
    count = _reported(pa_onto("load", "--store", store, _crew(tmp_path, 0, 5)))
    ready, old = tmp_path / ".crew.store.ready", tmp_path / ".crew.store.old"
    if left == "ready and old":
        store.rename(ready)
        pa_onto("load", "--store", old)
    elif left == "ready alone":
        store.rename(ready)
    else:
        pa_onto("load", "--store", old)
    again = pa_onto("load", "--store", store, "--no-vocabulary", _crew(tmp_path, 5, 1))
    assert _reported(again) == count + 4
    assert not ready.exists()
    assert not old.exists()


def test_two_runs_do_not_fill_one_store_at_once(tmp_path: Path, pa_onto: Run) -> None:
    store = tmp_path / "crew.store"
    count = _reported(pa_onto("load", "--store", store))
    crew = _crew(tmp_path, 0, 60_000)
    first = subprocess.Popen(
        [COMMAND, "load", "--store", store, "--no-vocabulary", crew], cwd=ROOT, stderr=-3
    )
    deadline = time.monotonic() + 20
    while not (tmp_path / ".crew.store.new").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    second = pa_onto("load", "--store", store, "--no-vocabulary", crew)
    assert (second.returncode, "Another run" in second.stderr) == (2, True)
    # A server that starts meanwhile has what was there before, and disturbs nothing.
    with serving("-q", "--store", store) as server:
        assert json.loads(server.get("/health").body)["statements"] == count
    assert first.wait(120) == 0
    assert _statements(store) == count + 240_000


def test_a_server_that_is_killed_loses_nothing(tmp_path: Path, pa_onto: Run) -> None:
    store = tmp_path / "crew.store"
    count = _reported(pa_onto("load", "--store", store, _crew(tmp_path, 0, 50)))
    with serving("-q", "--store", store) as server:
        assert server.query(COUNT).status == 200
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(10)
    with serving("-q", "--store", store) as server:
        assert json.loads(server.get("/health").body)["statements"] == count


@pytest.mark.parametrize("bad", ['{"titel": "x"', "<x:s> <x:p> .\n"])
def test_a_file_that_cannot_be_read_changes_nothing(bad: str, tmp_path: Path, pa_onto: Run) -> None:
    store = tmp_path / "crew.store"
    count = _reported(pa_onto("load", "--store", store))
    file = tmp_path / ("bad.jsonl" if bad.startswith("{") else "bad.nt")
    file.write_text(bad)
    result = pa_onto("load", "--store", store, "--no-vocabulary", _crew(tmp_path, 0, 9), file)
    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.strip().splitlines()) == 1
    assert _statements(store) == count


def test_what_is_no_store_is_left_alone(tmp_path: Path, pa_onto: Run) -> None:
    folder = tmp_path / "precious"
    folder.mkdir()
    (folder / "letters.txt").write_text("do not lose")
    result = pa_onto("load", "--store", folder)
    assert result.returncode == 2
    assert (folder / "letters.txt").read_text() == "do not lose"
    for arguments in (["serve", "--store", folder], ["serve", "--store", tmp_path / "absent"]):
        refused = pa_onto(*arguments, "--port", "0")
        assert refused.returncode == 2
        assert len(refused.stderr.strip().splitlines()) == 1
    assert pa_onto("load").returncode == 2


@pytest.mark.long
def test_long_work_shows_how_far_it_is(tmp_path: Path) -> None:
    """On a terminal there is a bar; nowhere else."""
    crew = _crew(tmp_path, 0, 150_000)
    own, other = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, "load", "--store", tmp_path / "crew.store", crew], cwd=ROOT, stderr=other
    )
    os.close(other)
    shown = b"".join(_read(own))
    assert process.wait(120) == 0
    assert b"loading" in shown
    assert b"%" in shown


def _read(descriptor: int) -> Iterator[bytes]:
    while True:
        try:
            piece = os.read(descriptor, 4096)
        except OSError:
            return
        if not piece:
            return
        yield piece
