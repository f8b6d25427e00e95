"""What is asked of the data, worked out once: shapes, vocabulary, engine, and how far they look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ..namespaces import RDFS, SH
from ..reading.formats import format_named
from ..reading.rdf import to_ntriples
from ..shacl import DataGraph, Engine, ShapesGraph, compile
from ..shacl.data import closed, with_predicates
from ..shacl.results import Result
from ..triples import Triple
from .sketches import NeedsWholeError, Sketch, Sketcher, Targets, UnusualError
from .terms import Terms
from .titles import OF_POSTINGS, Titles

if TYPE_CHECKING:
    from ..shacl.reach import Reach

_SUBCLASS = f"<{RDFS}subClassOf>"


class Plan:
    """Shapes and vocabulary, ready to judge data, as a whole or part by part.

    ``vocabulary`` is N-Triples; ``titles`` are its job titles, where messy ones can be resolved;
    ``terms`` the types and properties that exist, where misspelt ones are looked for.
    """

    def __init__(
        self,
        shapes: ShapesGraph,
        vocabulary: str,
        engine: str,
        titles: Titles | None = None,
        terms: Terms | None = None,
    ) -> None:
        self.shapes = shapes
        self.titles = titles
        self.terms = terms
        self.full_vocabulary = vocabulary
        self.engine: Engine = compile(engine, shapes)
        self.vocabulary = "".join(with_predicates(vocabulary, shapes.predicates(), ours=True))
        self._linked: dict[frozenset[str], Sketcher] = {}
        lines = self.vocabulary.split("\n")
        self.known = frozenset(line.partition(" ")[0] for line in lines if line)

    @cached_property
    def reach(self) -> Reach:
        """How far the shapes look."""
        from ..shacl.reach import reach

        return reach(self.shapes)

    @cached_property
    def whole(self) -> str:
        """Why the data must be judged as a whole; empty when parts will do."""
        if self.engine.name != "shacl":
            return f"the engine {self.engine.name} is asked once"
        if self.reach.whole:
            return self.reach.whole
        if Sketcher(None, self._targets(""), self.known).sketch(self.vocabulary).focus:
            return "shapes look at nodes of the vocabulary"
        return ""

    def check(
        self,
        ntriples: str,
        *,
        linked: bool,
        shared: frozenset[str] = frozenset(),
        verify: Callable[[], None] = lambda: None,
    ) -> tuple[list[Result], Sketch]:
        """Judge one part of the data, or all of it, and sketch what other parts may ask of it.

        ``linked`` says that there are other parts, ``shared`` which nodes several of them
        describe. ``verify`` parses what no parser has seen. Raises NeedsWholeError when a part
        says what shapes read against its direction, or something of the vocabulary.
        """
        try:
            sketch = self.sketched(ntriples, linked=linked, shared=shared)
        except UnusualError:
            verify()
            ntriples = to_ntriples(ntriples, format_named("n-triples"), "", rename=False)
            sketch = self.sketched(ntriples, linked=linked, shared=shared)
        data = DataGraph(
            self.vocabulary + ntriples,
            predicates=self._rules,
            lines=sketch.rules,
            background=self.rules_of_vocabulary,
            verify=verify,
        )
        open, far = (sketch.open, self.reach.remote) if linked else (frozenset(), frozenset())

        def wanted(result: Result) -> bool:
            """Return whether a result stands; others are judged anew when all parts are known."""
            node = result.focus_node
            return node not in shared and (node not in open or result.shape not in far)

        return self.engine.validate(data, wanted), sketch

    @cached_property
    def _rules(self) -> set[str] | None:
        asked = self.shapes.rule_predicates()
        return asked if asked is None or self.titles is None else asked | OF_POSTINGS

    @cached_property
    def rules_of_vocabulary(self) -> str:
        """What targets and SPARQL ask of the vocabulary."""
        return "".join(with_predicates(self.vocabulary, self._rules, ours=True))

    def sketched(
        self, ntriples: str, *, linked: bool, shared: frozenset[str] = frozenset()
    ) -> Sketch:
        """Sketch a part of the data, or all of it; raises like :meth:`check`."""
        if not linked:
            targets = self._targets(ntriples)
            sketcher = Sketcher(self._rules, targets, self.known, terms=self.terms)
            return sketcher.sketch(ntriples)
        if shared not in self._linked:
            targets = self._targets("")
            self._linked[shared] = Sketcher(
                self._rules, targets, self.known, self.reach, shared, self.terms
            )
        sketch = self._linked[shared].sketch(ntriples)
        if found := next((node for node in sketch.said if node in self._mentioned), None):
            raise NeedsWholeError(f"the data say something of {found}, which is in the vocabulary")
        return sketch

    @cached_property
    def targets_properties(self) -> bool:
        """Whether a target names a property."""
        return any(target.kind.endswith("Of") for _, target in self.shapes.targets)

    @cached_property
    def _mentioned(self) -> frozenset[str]:
        """The nodes of the vocabulary, and those that it refers to."""
        lines = (line.split(" ", 2) for line in self.vocabulary.split("\n") if line)
        return frozenset(row[2][:-2] for row in lines) | self.known

    def _targets(self, ntriples: str) -> Targets:
        """Return the targets, with the classes below theirs in vocabulary and data."""
        below: dict[str, list[str]] = {}
        for text in (self.vocabulary, ntriples):
            if _SUBCLASS in text:
                for line in "".join(with_predicates(text, {RDFS + "subClassOf"})).split("\n"):
                    if len(row := line.split(" ", 2)) == 3:
                        below.setdefault(row[2][1:-3], []).append(row[0][1:-1])
        named: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for number, (_, target) in enumerate(self.shapes.targets):
            kind, bit = target.kind, 1 << number
            if kind == "targetNode":
                named[kind][str(target.node)] |= bit
                continue
            wanted = target.node.value
            for name in closed([wanted], below) if kind == "targetClass" else [wanted]:
                named[kind][name] |= bit
        return Targets(
            classes=named["targetClass"],
            subjects_of=named["targetSubjectsOf"],
            objects_of=named["targetObjectsOf"],
            nodes=named["targetNode"],
        )

    @cached_property
    def beyond(self) -> Plan:
        """The plan for what looks beyond its focus node, and nothing else."""
        far = self.reach.remote
        shapes = self.shapes
        # What a shape says that others refer to is said of other nodes, too.
        used = {str(triple.object) for triple in shapes.triples}
        kept = [
            t for t in shapes.triples if str(t.subject) in used or not _is_local(t, shapes, far)
        ]
        return Plan(shapes.with_triples(kept), self.full_vocabulary, "shacl")


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
