"""Records of any number for benchmarks: positions in teams of five."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
HR = "https://hr.example.com/"
TITLES = [
    ("production-assistant", "entry", "camera"),
    ("second-assistant-director", "mid", "set"),
    ("production-coordinator", "mid", "production"),
    ("line-producer", "senior", "production"),
    ("director-of-production", "director", "production"),
]


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
    from pa_onto.reading import Contexts
    from pa_onto.reading.plain import Plain

    plain = Plain(Contexts.from_file(find_project(ROOT).context))
    lines, triples = folder / f"{count}.jsonl", folder / f"{count}.nt"
    with lines.open("w") as json_lines, triples.open("w") as statements:
        for record in records(count):
            json_lines.write(f"{json.dumps(record)}\n")
            found = plain.ntriples(record, "")
            assert found is not None
            statements.write(found[1])
    return lines, triples


def write_table(folder: Path, count: int) -> Path:
    """Write the records as CSV."""
    path = folder / f"{count}.csv"
    fields = [*next(records(1)), "reportsTo"]
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, fields)
        table.writeheader()
        table.writerows(records(count))
    return path
