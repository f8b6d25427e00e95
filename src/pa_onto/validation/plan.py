"""What is asked of the data, worked out once: shapes, vocabulary, engine, and how far they look."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from ..errors import InputError
from ..namespaces import RDF_TYPE, RDFS, SH
from ..reading.rdf import parse_file, read_turtle_folder
from ..shacl import DataGraph, Engine, ShapesGraph, compile
from ..shacl.data import with_predicates
from ..shacl.reach import Reach, reach
from ..shacl.results import Result
from ..triples import Triple
from .index import Sketch, Sketcher, Targets

_SUBCLASS = f"<{RDFS}subClassOf>"


def load_shapes(paths: Iterable[Path]) -> ShapesGraph:
    """Read shapes from files and folders.

    Raises InputError for terms SHACL does not have, and when no shape has a target.
    """
    paths = list(paths)
    triples = [triple for path in paths for triple in read_triples(path)]
    graph = ShapesGraph(triples)
    file = ", ".join(map(str, paths))
    graph.check_terms(file)
    if not graph.shapes:
        raise InputError("Holds no shape with a target.", cure="Add sh:targetClass.", file=file)
    return graph


def read_triples(path: Path) -> list[Triple]:
    """Return the triples of a file, or of every Turtle file in a folder."""
    return read_turtle_folder(path) if path.is_dir() else parse_file(path)


class NeedsWhole(Exception):
    """The data say something for which they must be judged as a whole."""


class Plan:
    """Shapes and vocabulary, ready to judge data, as a whole or part by part.

    ``vocabulary`` is N-Triples. ``linked`` says that parts of the data refer to each other.
    """

    def __init__(self, shapes: ShapesGraph, vocabulary: str, engine: str) -> None:
        self.shapes = shapes
        self.full_vocabulary = vocabulary
        self.engine: Engine = compile(engine, shapes)
        self.vocabulary = "".join(with_predicates(vocabulary, shapes.predicates()))
        lines = self.vocabulary.split("\n")
        self.known = frozenset(line.partition(" ")[0] for line in lines if line)

    @cached_property
    def reach(self) -> Reach:
        """How far the shapes look."""
        return reach(self.shapes)

    @cached_property
    def whole(self) -> str:
        """Why the data must be judged as a whole; empty when parts will do."""
        if self.engine.name != "shacl":
            return f"the engine {self.engine.name} is asked once"
        if self.reach.whole:
            return self.reach.whole
        predicates = {line.split(" ", 2)[1] for line in self.full_vocabulary.split("\n") if line}
        for iri in sorted(self.reach.backwards - {RDFS + "subClassOf"}):
            if f"<{iri}>" not in predicates:
                return f"{iri} is read against its direction"
        return ""

    def check(
        self, ntriples: str, *, linked: bool, verify: Callable[[], None] = lambda: None
    ) -> tuple[list[Result], Sketch]:
        """Judge one part of the data, or all of it, and sketch what other parts may ask of it.

        ``linked`` says that there are other parts. ``verify`` parses what no parser has seen.
        Raises NeedsWhole when a part says what shapes read against its direction.
        """
        if linked and (iri := next((i for i in self._backwards if i in ntriples), None)):
            raise NeedsWhole(f"{iri} is read against its direction")
        rules = self.rules_linked if linked else self.rules
        statements = "".join(with_predicates(ntriples, rules))
        data = DataGraph(
            self.vocabulary + ntriples,
            predicates=self._engine_rules,
            lines=self._rules_of_vocabulary + statements,
            verify=verify,
        )
        results = self.engine.validate(data)
        sketcher = self._linked if linked else self._sketcher(statements)
        return results, sketcher.sketch(statements)

    @cached_property
    def _backwards(self) -> list[str]:
        return [f"> <{iri}> " for iri in sorted(self.reach.backwards)]

    @cached_property
    def rules(self) -> set[str] | None:
        """The predicates that targets and SPARQL read, None when they may read any."""
        wanted = self._engine_rules
        return None if wanted is None else wanted | {RDF_TYPE, RDFS + "subClassOf"}

    @cached_property
    def rules_linked(self) -> set[str] | None:
        """The same with what shapes read of other records."""
        far = self.reach
        return None if self.rules is None else self.rules | far.reads | far.focus | far.follows

    @cached_property
    def _engine_rules(self) -> set[str] | None:
        return self.shapes.rule_predicates()

    @cached_property
    def _rules_of_vocabulary(self) -> str:
        return "".join(with_predicates(self.vocabulary, self._engine_rules))

    @cached_property
    def _linked(self) -> Sketcher:
        return Sketcher(self.reach, self._targets(""), self.known, linked=True)

    def _sketcher(self, statements: str) -> Sketcher:
        nothing = frozenset[str]()
        alone = Reach(nothing, nothing, nothing, nothing, nothing)
        return Sketcher(alone, self._targets(statements), self.known, linked=False)

    def _targets(self, statements: str) -> Targets:
        """Return the targets, with the classes below theirs in vocabulary and data."""
        below: dict[str, list[str]] = {}
        for text in (self.vocabulary, statements):
            if _SUBCLASS in text:
                for line in "".join(with_predicates(text, {RDFS + "subClassOf"})).split("\n"):
                    if len(row := line.split(" ", 2)) == 3:
                        below.setdefault(row[2][1:-3], []).append(row[0][1:-1])
        targets = [target for _, target in self.shapes.targets]
        classes = _closed([t.node.value for t in targets if t.kind == "targetClass"], below)
        subjects = [t.node.value for t in targets if t.kind == "targetSubjectsOf"]
        nodes = [str(t.node) for t in targets if t.kind == "targetNode"]
        objects = [t.node.value for t in targets if t.kind == "targetObjectsOf"]
        return Targets(classes, subjects, objects, nodes)

    @cached_property
    def beyond(self) -> Plan:
        """The plan for what looks beyond its focus node, and nothing else."""
        far = self.reach.remote
        shapes = self.shapes
        kept = [triple for triple in shapes.triples if not _is_local(triple, shapes, far)]
        return Plan(ShapesGraph(kept), self.full_vocabulary, "shacl")


def _is_local(triple: Triple, shapes: ShapesGraph, far: frozenset[str]) -> bool:
    """Return whether a statement only matters to shapes that look no further than their focus."""
    predicate = triple.predicate.value
    if predicate == SH + "property" and isinstance(triple.object, ox.NamedNode):
        return triple.object.value not in far and not shapes.objects(
            triple.object, SH + "targetClass"
        )
    if predicate.startswith(SH + "target") and isinstance(triple.subject, ox.NamedNode):
        inside = (t.object.value for t in shapes.objects(triple.subject, SH + "property"))
        return triple.subject.value not in far and far.isdisjoint(inside)
    return False


def _closed(roots: list[str], below: dict[str, list[str]]) -> set[str]:
    found = set(roots)
    todo = list(roots)
    while todo:
        for name in below.get(todo.pop(), ()):
            if name not in found:
                found.add(name)
                todo.append(name)
    return found
