"""Validate many mutated inputs: none may crash, hang, or end in an error that is not ours.

Worker processes do the validating, so that a crash or a hang is seen from outside. Each input
follows from the seed, which is printed first, and its number::

    python tests/bench/fuzz.py --seed 7 --count 10000
    python tests/bench/fuzz.py --seed 7 --case 4711      # one of them again, in this process
"""

from __future__ import annotations

import argparse
import os
import resource
import select
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from mutations import Case, Seed, case, seeds

from pa_onto.errors import InternalError, PaOntoError

_HANGS = 20.0
_MEMORY = 3 << 30
_OUTCOMES = ("clean", "findings", "errors")
_FORMATS = ("human", "json", "sarif", "junit", "github", "turtle", "jsonl", "json-ld")
# The engine pyshacl takes so long that it only sees short texts, and few of them.
_REFERENCE_EVERY = 60
_REFERENCE_MOST = 1500
_PARTS_EVERY = 3


class FaultError(Exception):
    """An outcome that no input may have."""


class Judge:
    """Validates one input after the other with shapes that are read once."""

    def __init__(self) -> None:
        from pa_onto import validation
        from pa_onto.project import find_project
        from pa_onto.reading import Readers, documents, graphs, lines, tables

        self.validation: Any = validation
        project = find_project(Path(__file__).parent)
        shapes = validation.load_shapes([project.shapes / "data", project.shapes / "prefixes.ttl"])
        text = self.validation._vocabulary([], project)
        self.plans = {
            name: validation.plan.Plan(shapes, text, name) for name in ("shacl", "pyshacl")
        }
        self.readers = Readers(project.context, project.record_schema)
        # Short inputs are cut into parts as well, where parts are asked for.
        for module, name, size in (
            (lines, "CHUNK_BYTES", 500),
            (tables, "CHUNK_BYTES", 500),
            (graphs, "CHUNK_BYTES", 1000),
            (documents, "CHUNK_RECORDS", 3),
            (documents, "_SHORT", 0),
        ):
            setattr(module, name, size)

    def outcome(self, number: int, item: Case, folder: Path) -> str:
        """Return how one input came out. Raises FaultError for what may not be."""
        path = folder / f"case{item.extension}"
        path.write_bytes(item.content)
        reference = number % _REFERENCE_EVERY == 0 and len(item.content) < _REFERENCE_MOST
        try:
            report = self.report(path, "pyshacl" if reference else "shacl", parts=False)
            if number % _PARTS_EVERY == 0:
                again = self.report(path, "shacl", parts=True)
                _same(report, again)
        except PaOntoError as error:
            return _expected(error, path)
        finally:
            path.unlink()
        return _rendered(number, report)

    def report(self, path: Path, engine: str, *, parts: bool) -> Any:
        """Return the report on a file."""
        from pa_onto.reading.sources import open_sources

        sources = open_sources([str(path)], self.readers)
        run, why = self.validation._judged(self.plans[engine], sources, None, parts)
        return self.validation._report(run, why)


def _expected(error: PaOntoError, path: Path) -> str:
    """Check that an error is one line that names the file and a cure."""
    if isinstance(error, InternalError):
        raise FaultError(f"an internal error: {error}") from error
    if "\n" in str(error) or not error.cure or error.file != str(path):
        raise FaultError(f"an error without file or cure: {error}") from error
    return "errors"


def _same(one: Any, two: Any) -> None:
    """Check that judging in parts finds what judging as a whole finds."""
    found = [
        Counter((f.component, f.shape, f.path, f.severity) for f in report.findings)
        for report in (one, two)
    ]
    if found[0] != found[1]:
        raise FaultError(f"in parts: {found[1] - found[0]} more, {found[0] - found[1]} less")


def _rendered(number: int, report: Any) -> str:
    """Check that every finding has a place, and that the report can be written."""
    from pa_onto.report import render

    if any(not finding.location for finding in report.findings):
        raise FaultError("a finding without a place")
    for piece in render(report, _FORMATS[number % len(_FORMATS)]):
        piece.encode()
    return "findings" if report.findings else "clean"


class Worker:
    """A process that validates some cases and tells before and after each of them."""

    def __init__(self, todo: list[int], seed: int, found: list[Seed]) -> None:
        self.todo = todo
        self.current: int | None = None
        self.since = time.monotonic()
        self.reader, writer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                _work(todo, seed, found, writer)
            finally:
                os._exit(1)
        os.close(writer)

    def read(self) -> list[tuple[int, str]]:
        """Return the cases that are done; an empty outcome says that one has begun."""
        self.since = time.monotonic()
        told = b""
        while not told.endswith(b"\n"):
            if not (block := os.read(self.reader, 1 << 16)):
                raise EOFError
            told += block
        rows = (line.partition(" ") for line in told.decode().splitlines())
        return [(int(number), outcome) for number, _, outcome in rows]

    def end(self, *, kill: bool = False) -> int:
        """Wait for the end of the process and return how it ended."""
        if kill:
            os.kill(self.pid, signal.SIGKILL)
        os.close(self.reader)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def _work(todo: list[int], seed: int, found: list[Seed], writer: int) -> None:
    """Validate cases, in a process of its own that ends with them."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    judge = Judge()
    with tempfile.TemporaryDirectory() as folder:
        for number in todo:
            os.write(writer, f"{number} \n".encode())
            try:
                outcome = judge.outcome(number, case(number, seed, found), Path(folder))
            except BaseException as error:
                place = traceback.extract_tb(error.__traceback__)[-1]
                where = f"{Path(place.filename).name}:{place.lineno}"
                outcome = f"fault {type(error).__name__} in {where}: {error}"
            os.write(writer, f"{number} {' '.join(outcome[:300].split())}\n".encode())
    os._exit(0)


class Result(NamedTuple):
    """What became of all cases: outcomes counted, and what may not be, by case."""

    counts: Counter[str]
    faults: dict[int, str]


def run(count: int, seed: int, workers: int) -> Result:
    """Validate that many cases and return what became of them."""
    found = seeds()
    result = Result(Counter(), {})
    running = [Worker(list(range(n, count, workers)), seed, found) for n in range(workers)]
    while running:
        ready, _, _ = select.select([worker.reader for worker in running], [], [], 1)
        for worker in list(running):
            ended = worker.reader in ready and _took(worker, result)
            hangs = not ended and time.monotonic() - worker.since > _HANGS
            if ended or hangs:
                running.remove(worker)
                rest = _ended(worker, result, hangs=hangs)
                if rest:
                    running.append(Worker(rest, seed, found))
    return result


def _took(worker: Worker, result: Result) -> bool:
    """Note what a worker tells; return whether it has ended."""
    try:
        for number, outcome in worker.read():
            worker.current = None if outcome else number
            if outcome:
                kind = outcome if outcome in _OUTCOMES else "faults"
                result.counts[kind] += 1
                if kind == "faults":
                    result.faults[number] = outcome
    except EOFError:
        return True
    return False


def _ended(worker: Worker, result: Result, *, hangs: bool) -> list[int]:
    """Note how a worker ended, and return the cases it has left undone."""
    code = worker.end(kill=hangs)
    if worker.current is None:
        # Cases that were never begun are missed in the end.
        return []
    kind = "hangs" if hangs else "crashes"
    result.counts[kind] += 1
    result.faults[worker.current] = f"{kind} (exit {code})"
    return worker.todo[worker.todo.index(worker.current) + 1 :]


def show(number: int, seed: int) -> None:
    """Validate one case in this process, its input kept."""
    item = case(number, seed, seeds())
    folder = Path(tempfile.mkdtemp())
    kept = folder / f"kept{item.extension}"
    kept.write_bytes(item.content)
    print(kept, flush=True)
    print(Judge().outcome(number, item, folder))


def main(arguments: Iterable[str] | None = None) -> int:
    """Run the cases and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--case", type=int)
    options = parser.parse_args(None if arguments is None else list(arguments))
    if options.case is not None:
        show(options.case, options.seed)
        return 0
    print(f"fuzz: seed {options.seed}, {options.count} inputs", flush=True)
    begin = time.monotonic()
    counts, faults = run(options.count, options.seed, options.workers)
    for number, fault in sorted(faults.items())[:40]:
        print(f"  --seed {options.seed} --case {number}: {fault}")
    kinds = (*_OUTCOMES, "faults", "hangs", "crashes")
    print("fuzz: " + ", ".join(f"{counts[kind]} {kind}" for kind in kinds), end="")
    print(f", {time.monotonic() - begin:.0f} s")
    done = sum(counts.values()) == options.count
    return 0 if done and not faults else 1


if __name__ == "__main__":
    sys.exit(main())
