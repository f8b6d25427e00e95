"""What a query on the command line may cost, and what is said and left when it costs more."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import COMMAND, PATIENCE, ROOT, Run

# Each waits for a limit to be reached.
pytestmark = pytest.mark.long

CROSS = "SELECT (COUNT(?a) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?g) }"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def _doubled(times: int) -> str:
    binds = " ".join(
        f"BIND(CONCAT({', '.join([f'?a{n}'] * 16)}) AS ?a{n + 1})" for n in range(times)
    )
    return f'SELECT (STRLEN(?a{times}) AS ?n) {{ BIND("aaaaaaaaaaaaaaaa" AS ?a0) {binds} }}'


TOO_LONG = {
    "cross product": CROSS,
    "cross product of values": "ASK { "
    + " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(60)))} }}" for n in range(9))
    + " FILTER(?v0 + ?v8 > 1000) }",
    "exploding path": "SELECT (COUNT(*) AS ?n) { ?a (<x:a>|!<x:a>|^<x:a>|!^<x:a>)* ?b . "
    "?b (<x:a>|!<x:a>|^<x:a>|!^<x:a>)* ?c . ?c (!<x:a>/!^<x:a>)* ?d }",
    "filter that is never true": "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STRLEN(CONCAT("
    "STR(?a), STR(?d), STR(?g))) < 3) }",
}
TOO_MUCH = {
    "concatenations": _doubled(7),
    "distinct cross product": "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?a ?c ?d ?f ?g ?i {"
    " ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } }",
    "sorted cross product": f"{ENDLESS} ORDER BY ?a ?f ?i",
    "graph": "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f }",
}
TOO_DEEP = {
    "negations": "ASK { FILTER(" + "!" * 1_000_000 + "true) }",
    "sums": "ASK { FILTER(1" + "+1" * 500_000 + ") }",
    "minuses": "ASK { FILTER(" + "- " * 1_000_000 + "1) }",
    "alternatives": "ASK { ?a " + "<x:a>|" * 500_000 + "<x:a> ?b }",
    "brackets": "SELECT * " + "{" * 5_000,
}


@pytest.mark.parametrize("text", TOO_LONG.values(), ids=TOO_LONG)
def test_a_query_that_takes_too_long_is_ended(text: str, pa_onto: Run) -> None:
    done = pa_onto("query", "--timeout", "2", "--memory-mb", "8192", "-e", text)
    assert (done.returncode, done.stdout) == (2, "")
    assert "took longer than 2 seconds. " in done.stderr
    assert "--timeout" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("text", TOO_MUCH.values(), ids=TOO_MUCH)
def test_a_query_that_takes_too_much_memory_is_ended(text: str, pa_onto: Run) -> None:
    wanted = ("query", "--timeout", str(PATIENCE), "--memory-mb", "48", "--format")
    done = pa_onto(*wanted, "turtle" if text.startswith("CON") else "json", "-e", text)
    assert (done.returncode, done.stdout) == (2, "")
    assert "more than 48 MB of memory" in done.stderr
    assert "--memory-mb" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("text", TOO_DEEP.values(), ids=TOO_DEEP)
def test_a_query_that_nests_too_deeply_is_told_so(text: str, pa_onto: Run, tmp_path: Path) -> None:
    file = tmp_path / "deep.rq"
    file.write_text(text)
    done = pa_onto("query", file, "--timeout", str(PATIENCE))
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "fault of ours" not in done.stderr
    assert "nest" in done.stderr


def test_data_that_take_too_long_to_read_are_given_up(pa_onto: Run, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.nt.gz"
    with gzip.open(bomb, "wb", 1) as file:
        for _ in range(256):
            file.write(b"#" * (1 << 22) + b"\n")
    done = pa_onto("query", "--data", bomb, "--timeout", "1", "-e", "ASK {}")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Reading the data took longer than 1 seconds." in done.stderr


def test_half_a_result_is_never_taken_for_a_whole_one(pa_onto: Run) -> None:
    done = pa_onto(
        "query", "--timeout", "2", "--format", "csv", "-e", f"{ENDLESS} LIMIT 9000000000"
    )
    assert done.returncode == 2
    assert done.stdout.startswith("a,b,c,d,e,f,g,h,i\n")
    assert "not the whole result" in done.stderr


CLOCK = """
import signal, sys
from pa_onto.cli.confined import Output
signal.setitimer(signal.ITIMER_REAL, 1000)
output = Output()
output.write(b"a" * (1 << 20))
output.close()
print(signal.getitimer(signal.ITIMER_REAL)[0], file=sys.stderr)
"""


def test_the_clock_stands_while_a_result_waits_for_its_reader() -> None:
    command = [sys.executable, "-c", CLOCK]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        # Far more than a pipe holds, read a while after it is there.
        begun = os.read(process.stdout.fileno(), 1)
        time.sleep(4)
        rest, left = process.communicate(timeout=PATIENCE)
    assert begun + rest == b"a" * (1 << 20) + b"\n"
    assert 997 < float(left) <= 1000


def test_a_closed_pipe_ends_it_without_a_word() -> None:
    with _started("query", "--timeout", str(PATIENCE), "-e", ENDLESS) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"a,b,c,d,e,f,g,h,i\r\n"
        process.stdout.close()
        assert process.wait(PATIENCE) == 141
        assert process.stderr is not None
        assert process.stderr.read() == b""


@linux
@pytest.mark.parametrize(
    ("name", "code"), [("SIGINT", 130), ("SIGTERM", -15), ("SIGHUP", -1), ("SIGKILL", -9)]
)
def test_no_process_is_left_behind(name: str, code: int) -> None:
    with _started("query", "--timeout", str(PATIENCE), "-e", CROSS) as process:
        child = _child_of(process.pid)
        process.send_signal(getattr(signal, name))
        assert process.wait(PATIENCE) == code
        _until(lambda: not _runs(child))


@linux
@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV", "SIGABRT"])
def test_a_process_that_the_system_ends_is_no_answer(name: str) -> None:
    with _started("query", "--timeout", str(PATIENCE), "-e", CROSS) as process:
        os.kill(_child_of(process.pid), getattr(signal, name))
        out, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (2, b"")
    assert said.startswith(b"pa-onto: ")
    assert b"fault of ours" not in said


@linux
def test_who_ignores_interrupts_goes_on_ignoring_them() -> None:
    command = f"trap '' INT; exec {COMMAND} query --timeout 3 -e '{CROSS}'"
    with subprocess.Popen(["sh", "-c", command], cwd=ROOT, stderr=subprocess.PIPE) as process:
        child = _child_of(process.pid)
        os.kill(child, signal.SIGINT)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert b"took longer" in said


# A system that cannot fork and knows no limits; what runs in the other process knows them again.
BARE = """
import os, sys
del os.fork
sys.modules["resource"] = sys.modules["fcntl"] = None
from pa_onto.cli.main import run
run()
"""


@pytest.mark.parametrize(
    ("arguments", "code", "out", "said"),
    [
        (["-e", "ASK {}"], 0, "yes\n", ""),
        (["-e", "SELECT (1 AS ?n) {}"], 0, "n\r\n1\r\n", ""),
        (["-e", "ASK {"], 2, "", "Not SPARQL"),
        (["-e", CROSS, "--timeout", "2"], 2, "", "took longer than 2 seconds"),
        (["-e", "ASK { FILTER(" + "!" * 60_000 + "true) }"], 2, "", "nests too deeply"),
        (["-e", "ASK {}", "--memory-mb", "64"], 2, "", "--memory-mb needs a system"),
    ],
)
def test_where_no_process_can_be_forked(
    arguments: list[str], code: int, out: str, said: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BARE, "query", *arguments],
        cwd=ROOT,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout.decode()) == (code, out)
    assert said in done.stderr.decode()


@pytest.mark.parametrize("hidden", ["resource", "fcntl"])
def test_a_module_that_is_missing_is_done_without(hidden: str) -> None:
    code = f"import sys; sys.modules[{hidden!r}] = None; from pa_onto.cli.main import run; run()"
    for text, expected in (("ASK {}", 0), (CROSS, 2)):
        command = [sys.executable, "-c", code, "query", "--timeout", "2", "-e", text]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=PATIENCE, check=False)
        # A very busy machine may take more than two seconds to read the vocabulary.
        assert done.returncode == expected or b"took longer" in done.stderr


def _started(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [COMMAND, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def _child_of(pid: int) -> int:
    """Return the process that a process has started, once it does its work."""
    found: list[int] = []

    def working() -> bool:
        found[:] = map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return bool(found) and _seconds(found[0]) > 0.3

    _until(working)
    return found[0]


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) / os.sysconf("SC_CLK_TCK")


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _until(true: object) -> None:
    assert callable(true)
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
