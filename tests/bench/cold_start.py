"""What a cold start costs, beside an empty Python start in the same run.

Prints the least of many runs: the machine's other work only ever adds to a run.
"""

from __future__ import annotations

import compileall
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
RUNS = 40

RECORD = {
    "@context": "https://w3id.org/pa-onto/context.jsonld",
    "id": "https://hr.example.com/positions/42",
    "type": "Position",
    "title": "second-assistant-director",
    "level": "mid",
    "department": "set",
    "production": "https://hr.example.com/productions/night-shoot",
    "startDate": "2026-01-12",
    "weeklyRate": 1450.00,
    "currency": "USD",
}


def least(command: list[str], folder: str) -> float:
    """Return the least wall time of a command in milliseconds."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run(
            command,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def main() -> None:
    """Print the table."""
    # An installed package is compiled; so is the checkout here.
    compileall.compile_dir(ROOT / "src", quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record.json"
        record.write_text(json.dumps(RECORD))
        python, pa_onto = str(BIN / "python"), str(BIN / "pa-onto")
        commands = {
            "python -c pass": [python, "-c", "pass"],
            "python -c 'import click'": [python, "-c", "import click"],
            "python -c 'import rdflib'": [python, "-c", "import rdflib"],
            "pa-onto --version": [pa_onto, "--version"],
            "pa-onto query -e 'ASK {}'": [pa_onto, "query", "-e", "ASK {}"],
            "pa-onto show runner": [pa_onto, "show", "runner"],
            "pa-onto resolve UPM": [pa_onto, "resolve", "UPM"],
            "pa-onto validate (one record)": [pa_onto, "validate", str(record)],
        }
        times = {name: least(command, folder) for name, command in commands.items()}
    baseline = times["python -c pass"]
    print(f"cold start, least of {RUNS} runs; goal: at most 8 times `python -c pass`")
    for name, milliseconds in times.items():
        print(f"  {name:32} {milliseconds:7.1f} ms {milliseconds / baseline:6.2f} x")


if __name__ == "__main__":
    main()
