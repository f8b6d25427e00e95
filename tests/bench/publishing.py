"""How long publishing takes, beside rdflib alone, and how much memory.

A thesaurus of 5,000 concepts in three languages (:mod:`thesaurus`) is published whole, pages
included, again without a change, and after one concept has changed. rdflib alone parses the
same source once and writes it as Turtle and as JSON-LD. Our own vocabulary stands beside an
import of rdflib. Everything runs in processes of its own, least of several runs where short.
"""

from __future__ import annotations

import filecmp
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from thesaurus import write

ROOT = Path(__file__).parent.parent.parent
PA_ONTO = str(Path(sys.executable).parent / "pa-onto")
CONCEPTS = 5_000

RDFLIB = """
import sys, rdflib
graph = rdflib.Graph().parse(sys.argv[1])
graph.serialize(sys.argv[1] + ".out", format="turtle")
graph.serialize(sys.argv[1] + ".out", format="json-ld")
"""


class Cost(NamedTuple):
    """Seconds of wall time and the most memory, in megabytes."""

    seconds: float
    megabytes: float


def measure(*command: str, cwd: Path = ROOT) -> Cost:
    """Run a command to its end."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=cwd, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            sys.exit(f"{' '.join(command)} failed: {output.read().decode()}")
    return Cost(seconds, usage.ru_maxrss / 1024)


def least(runs: int, *command: str, cwd: Path = ROOT) -> Cost:
    """Return the least of several runs: the machine's other work only ever adds."""
    return min(measure(*command, cwd=cwd) for _ in range(runs))


def stamps(folder: Path) -> dict[str, int]:
    """Return when each file was written."""
    return {str(p): p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file()}


def thesaurus(folder: Path) -> None:
    """Publish the thesaurus in every way and print what that costs."""
    source = write(folder, CONCEPTS)
    alone = least(2, sys.executable, "-c", RDFLIB, str(source))
    source.with_name(source.name + ".out").unlink()
    print(f"{CONCEPTS:,} concepts in 3 languages; goals: at most 3 x rdflib alone, 500 MB")
    line("rdflib alone: parse, Turtle, JSON-LD", alone, alone)
    line("publish, everything", measure(PA_ONTO, "publish", cwd=folder), alone)
    first = stamps(folder / "dist")
    line("publish again", measure(PA_ONTO, "publish", cwd=folder), alone)
    unchanged = stamps(folder / "dist") == first
    line("publish --check", measure(PA_ONTO, "publish", "--check", cwd=folder), alone)
    write(folder, CONCEPTS, changed=CONCEPTS // 2)
    line("publish after one change", measure(PA_ONTO, "publish", cwd=folder), alone)
    second = stamps(folder / "dist")
    rewritten = sum(first.get(path) != second[path] for path in second)
    measure(PA_ONTO, "publish", "--out", "elsewhere", cwd=folder)
    same = filecmp.cmpfiles(folder / "dist", folder / "elsewhere", relative(folder), shallow=False)
    print(f"  {len(second):,} files; written again: {0 if unchanged else 'some'};", end=" ")
    print(f"after one change: {rewritten}; the same bytes elsewhere: {not same[1] + same[2]}")


def relative(folder: Path) -> list[str]:
    """Return the published paths."""
    return [str(Path(path).relative_to(folder / "dist")) for path in stamps(folder / "dist")]


def ours(folder: Path) -> None:
    """Publish our own vocabulary, beside an import."""
    imported = least(10, sys.executable, "-c", "import rdflib")
    print("our vocabulary; goal: at most 20 x `import rdflib`")
    line("python -c 'import rdflib'", imported, imported)
    fresh = (measure(PA_ONTO, "publish", "--out", str(folder / str(n))) for n in range(5))
    line("publish, site and files", min(fresh), imported)
    line("publish again", least(5, PA_ONTO, "publish", "--out", str(folder / "0")), imported)


def line(what: str, cost: Cost, base: Cost) -> None:
    """Print one row."""
    ratio = cost.seconds / base.seconds
    print(f"  {what:38} {cost.seconds:7.2f} s {ratio:6.2f} x {cost.megabytes:6.0f} MB", flush=True)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        ours(Path(name) / "ours")
        thesaurus(Path(name) / "thesaurus")


if __name__ == "__main__":
    main()
