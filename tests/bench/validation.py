"""How long validation takes, beside the bare engine and the reference engine.

Everything runs in processes of its own in the same run. The bare engine reads the same file
and checks the core constraints alone; ours checks all shapes, SPARQL rules included, and
counts what it looked at. The reference engine is timed on a part and scaled, and said so.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PA_ONTO = str(Path(sys.executable).parent / "pa-onto")
HR = "https://hr.example.com/"
TITLES = [
    ("production-assistant", "entry", "camera"),
    ("second-assistant-director", "mid", "set"),
    ("production-coordinator", "mid", "production"),
    ("line-producer", "senior", "production"),
    ("director-of-production", "director", "production"),
]

BARE = """
import sys, shacl
from pathlib import Path
from pa_onto.project import find_project
from pa_onto.shacl import sparql
from pa_onto.validation import _relevant, load_shapes
from pa_onto.vocabulary import published_text
project = find_project()
shapes = load_shapes([project.shapes / "data", project.shapes / "prefixes.ttl"])
core = shacl.Shapes.from_text(shapes.without(sparql.ours(shapes)), format="ntriples")
data = _relevant(published_text(project), shapes) + Path(sys.argv[1]).read_text()
print(len(core.validate_text(data, format="ntriples").results))
"""


def records(count: int) -> Iterator[dict[str, object]]:
    """Yield positions in teams of five; one in seventy states the wrong level."""
    for number in range(count):
        title, level, department = TITLES[number % 5]
        boss = number - number % 5 + 4
        yield {
            "id": f"{HR}positions/{number}",
            "type": "Position",
            "title": title,
            "level": "vp" if number % 70 == 3 else level,
            "department": department,
            "production": f"{HR}productions/{number % 50}",
            "startDate": "2026-01-12",
            "endDate": "2026-03-20",
            "weeklyRate": 1000 + number % 900,
            "currency": "USD",
            "employmentType": "CONTRACTOR",
            **({"reportsTo": f"{HR}positions/{boss}"} if number < boss < count else {}),
        }


def write(folder: Path, count: int) -> tuple[Path, Path]:
    """Write the records as JSON lines and as N-Triples."""
    from pa_onto.project import find_project
    from pa_onto.reading import Contexts, read_source

    lines = folder / f"{count}.jsonl"
    lines.write_text("".join(f"{json.dumps(record)}\n" for record in records(count)))
    contexts = Contexts.from_file(find_project(ROOT).context)
    triples = folder / f"{count}.nt"
    triples.write_text(read_source(str(lines), lambda: contexts).ntriples)
    return lines, triples


def timed(command: list[str]) -> float:
    """Return the wall time of a command in seconds."""
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    print("validation; seconds, and times the bare engine on the same N-Triples")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _, small = write(folder, 1000)
        reference = timed([PA_ONTO, "validate", str(small), "--engine", "pyshacl"]) * 100
        for count in (10_000, 100_000):
            lines, triples = write(folder, count)
            bare = timed([sys.executable, "-c", BARE, str(triples)])
            rows = {
                "bare shacl, core constraints only": bare,
                "pa-onto, N-Triples, all shapes": timed([PA_ONTO, "validate", str(triples)]),
                "pa-onto, JSON lines, all shapes": timed([PA_ONTO, "validate", str(lines)]),
            }
            if count == 100_000:
                rows["pyshacl, all shapes (1,000 records, times 100)"] = reference
            for what, seconds in rows.items():
                print(f"  {count:>9,} {what:48} {seconds:8.2f} s {seconds / bare:7.2f} x")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"  most memory any of them took: {peak} MB")


if __name__ == "__main__":
    main()
