"""How long validation takes, beside the bare engine and pyshacl.

Everything runs in processes of its own in the same run. The bare engine reads the same
N-Triples whole and checks the core constraints alone; ours counts what it looked at and tells
where findings stand. pyshacl is timed on a part and scaled, and said so.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from data import ROOT, write, write_table

PA_ONTO = str(Path(sys.executable).parent / "pa-onto")

BARE = """
import sys, shacl
from pathlib import Path
from pa_onto.project import find_project
from pa_onto.validation.loading import load_shapes
from pa_onto.validation.plan import Plan
from pa_onto.vocabulary import published_text
shapes = load_shapes([Path(sys.argv[2])])
vocabulary = Plan(shapes, published_text(find_project()), "shacl").vocabulary
core = shacl.Shapes.from_text(shapes.without([]), format="ntriples")
data = vocabulary + Path(sys.argv[1]).read_text()
print(len(core.validate_text(data, format="ntriples").results))
"""

# What somebody would write without a toolkit: rdflib reads JSON-LD, pySHACL checks it.
BY_HAND = """
import sys, json, rdflib, pyshacl
from pathlib import Path
from pa_onto.project import find_project
from pa_onto.triples import as_ntriples
from pa_onto.validation.loading import load_shapes
project = find_project()
context = json.loads(project.context.read_bytes())["@context"]
records = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
graph = rdflib.Graph().parse(project.published, format="nt")
graph.parse(data=json.dumps({"@context": context, "@graph": records}), format="json-ld")
files = [project.shapes / "data", project.shapes / "prefixes.ttl"]
triples = as_ntriples(load_shapes(files).triples)
shapes = rdflib.Graph().parse(data=triples, format="nt")
print(pyshacl.validate(graph, shacl_graph=shapes)[0])
"""


class Timed(NamedTuple):
    """The wall time of a process in seconds and its peak memory in megabytes."""

    seconds: float
    megabytes: int


def timed(*command: str | Path) -> Timed:
    """Run a command and measure it. Raises SystemExit when it could not judge."""
    start = time.perf_counter()
    process = subprocess.Popen(
        list(map(str, command)), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    errors = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in (0, 1) or b"Traceback" in errors:
        raise SystemExit(f"{command}: {errors.decode()}")
    return Timed(seconds, usage.ru_maxrss // 1024)


def least(*command: str | Path, runs: int = 2) -> Timed:
    """Return the quickest of some runs: other work on the machine only adds."""
    return min(timed(*command) for _ in range(runs))


def python(code: str, *arguments: str | Path, runs: int = 2) -> Timed:
    """Return the quickest run of some Python."""
    return least(sys.executable, "-c", code, *arguments, runs=runs)


def row(count: int, what: str, took: Timed, bare: Timed, goal: str = "") -> None:
    """Print one line of the table."""
    times = f"{took.seconds / bare.seconds:8.2f} x"
    print(
        f"  {count:>9,}  {what:44} {took.seconds:8.2f} s {times} {took.megabytes:6} MB  {goal}",
        flush=True,
    )


def scaled(took: Timed, start: Timed, factor: int) -> Timed:
    """Return what a part would take if it were whole, the start of the process not scaled."""
    return Timed((took.seconds - start.seconds) * factor + start.seconds, took.megabytes)


def core_shapes(folder: Path) -> Path:
    """Write our shapes for data without their SPARQL-based constraints."""
    from pa_onto.project import find_project
    from pa_onto.validation.loading import load_shapes

    project = find_project(ROOT)
    shapes = load_shapes([project.shapes / "data", project.shapes / "prefixes.ttl"])
    path = folder / "core.nt"
    path.write_text(shapes.without(shapes.sparql_constraints))
    return path


def hundred_thousand(folder: Path, core: Path) -> None:
    """Compare 100,000 records in every way that a goal names."""
    lines, triples = write(folder, 100_000)
    tenth, hundredth = write(folder, 10_000)[1], write(folder, 1_000)
    one = write(folder, 1)[1]
    bare = python(BARE, triples, core)
    start = timed(PA_ONTO, "validate", one, "--engine", "pyshacl")
    ours = least(PA_ONTO, "validate", triples, "--shapes", core)
    part = timed(PA_ONTO, "validate", tenth, "--shapes", core, "--engine", "pyshacl")
    slow = scaled(part, start, 10)
    row(100_000, "bare shacl, core shapes", bare, bare)
    row(100_000, "pa-onto, N-Triples, core shapes", ours, bare, "goal 1.5")
    row(100_000, "pyshacl, core shapes (a tenth, times 10)", slow, bare)
    print(f"{'':13}pyshacl is {slow.seconds / ours.seconds:.0f} times slower; goal 60")
    ours = least(PA_ONTO, "validate", triples)
    slow = scaled(timed(PA_ONTO, "validate", hundredth[1], "--engine", "pyshacl"), start, 100)
    row(100_000, "pa-onto, N-Triples, all shapes", ours, bare, "goal 3")
    row(100_000, "pyshacl, all shapes (a hundredth, times 100)", slow, bare)
    print(f"{'':13}pyshacl is {slow.seconds / ours.seconds:.0f} times slower; goal 100")
    json_lines = least(PA_ONTO, "validate", lines)
    by_hand = scaled(python(BY_HAND, hundredth[0], runs=1), start, 100)
    row(100_000, "pa-onto, JSON lines, all shapes", json_lines, bare)
    print(f"{'':13}{json_lines.seconds / ours.seconds:.2f} times the N-Triples time; goal 3")
    row(100_000, "rdflib and pyshacl (a hundredth, times 100)", by_hand, bare)
    print(f"{'':13}{by_hand.seconds / json_lines.seconds:.0f} times slower; goal 20")


def growth(folder: Path, core: Path, counts: list[int]) -> None:
    """Show that time grows in step with the records, and memory less."""
    before: dict[str, Timed] = {}
    for count in counts:
        lines, triples = write(folder, count)
        table = write_table(folder, count)
        bare = python(BARE, triples, core, runs=1)
        row(count, "bare shacl, core shapes", bare, bare)
        for what, path in (("N-Triples", triples), ("JSON lines", lines), ("CSV", table)):
            took = least(PA_ONTO, "validate", path, runs=1)
            grown = took.seconds / before[what].seconds if what in before else 0
            row(
                count,
                f"pa-onto, {what}, all shapes",
                took,
                bare,
                f"{grown:.1f} times the row before it" if grown else "",
            )
            before[what] = took
        for path in (triples, lines, table):
            path.unlink()


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=1_000_000, help="the largest number of records")
    most = parser.parse_args().most
    print("validation: seconds, times the bare engine on the same N-Triples, peak memory")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        core = core_shapes(folder)
        hundred_thousand(folder, core)
        print("growth; goals: memory under 250 MB for 100,000, under 500 MB for 1,000,000")
        growth(folder, core, [n for n in (10_000, 100_000, 1_000_000) if n <= most])


if __name__ == "__main__":
    main()
