"""Where the time of a validation goes: processor seconds of each stage, one after the other.

In a real run reading overlaps with judging, and two parts are judged at once: the stages that
hold the interpreter lock cannot be quicker than their sum, the others share two cores.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from data import ROOT, write

T = TypeVar("T")
COUNT = 100_000


class Stages:
    """Adds up processor seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def run(self, stage: str, work: Callable[[], T]) -> T:
        """Do some work of a stage."""
        start = time.process_time()
        done = work()
        self.seconds[stage] = self.seconds.get(stage, 0) + time.process_time() - start
        return done

    def show(self, what: str) -> None:
        """Print the stages, the longest first."""
        total = sum(self.seconds.values())
        print(f"  {what}: {total:.2f} s of processor time")
        for stage, seconds in sorted(self.seconds.items(), key=lambda item: -item[1]):
            print(f"    {stage:44} {seconds:6.2f} s {seconds / total:5.0%}")


def measure(path: Path, stages: Stages) -> None:
    """Take a file through every stage."""
    from pa_onto.project import find_project
    from pa_onto.reading.sources import Readers, open_sources
    from pa_onto.shacl import DataGraph, fast, sparql
    from pa_onto.validation.index import Index
    from pa_onto.validation.loading import load_shapes
    from pa_onto.validation.plan import Plan
    from pa_onto.vocabulary import published_text

    project = find_project(ROOT)
    shapes = load_shapes([project.shapes / "data", project.shapes / "prefixes.ttl"])
    plan = Plan(shapes, published_text(project), "shacl")
    engine = plan.engine
    (source,) = open_sources([str(path)], Readers(project.context, project.record_schema))
    chunks, index = source.chunks(), Index()
    while chunk := stages.run("reading (holds the lock)", partial(next, chunks, None)):
        text = chunk.ntriples
        sketching = partial(plan.sketched, text, linked=True)
        sketch = stages.run("sketching (holds the lock)", sketching)
        assert engine.compiled is not None
        judging = partial(fast.validate, engine.compiled, plan.vocabulary + text)
        stages.run("engine, core constraints", judging)
        data = DataGraph(text, lines=sketch.rules, background=plan.rules_of_vocabulary)
        stages.run("loading what rules ask for", partial(getattr, data, "statements"))
        stages.run("rules in SPARQL", partial(sparql.validate, engine.rules, data))
        stages.run("index (holds the lock)", partial(index.add, sketch, frozenset()))


def main() -> None:
    """Print the stages of both ways to write 100,000 records."""
    print(f"stages of {COUNT:,} records")
    with tempfile.TemporaryDirectory() as name:
        for what, path in zip(("JSON lines", "N-Triples"), write(Path(name), COUNT), strict=True):
            stages = Stages()
            measure(path, stages)
            stages.show(what)


if __name__ == "__main__":
    main()
