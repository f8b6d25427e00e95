"""Judge sources against a plan: part by part where that will do, else as a whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from ..errors import InputError
from ..model import Finding, Group, Kind, Severity, ShapeUse, in_order, kind_of
from ..reading.chunks import Chunk
from ..reading.placing import Unplaced
from ..reading.rdf import to_ntriples
from ..reading.sources import Source
from ..shacl.results import Result
from .findings import Maker
from .index import Index, Mark
from .overlapping import overlapping
from .parts import Part, gathered
from .plan import Plan
from .sketches import NeedsWholeError, Sketch
from .terms import term_of
from .titles import OF_POSTINGS

#: Nodes that are judged together at the end.
_BATCH = 5_000
#: Nodes that several parts may describe, each in another way.
_SHARED = 100_000

# The predicate of every statement of N-Triples.
_PREDICATES = re.compile(r"^(?:<[^>\s]*>|_:\S+) +(<[^>\s]*>) ", re.MULTILINE)

# After all records: findings on nodes that stand nowhere.
_LAST = 1 << 60

#: Called with the bytes read so far and those there are. When it returns False, and the data
#: are known not to conform, no more of them is looked at.
Progress = Callable[[int, int], bool | None]


class SharedError(Exception):
    """Parts say different things of some nodes: they must be known before parts are judged."""

    def __init__(self, nodes: frozenset[str]) -> None:
        self.nodes = nodes


class Placed(NamedTuple):
    """A finding with the source and the order of its record in it, if it is about one."""

    source: int
    order: int
    finding: Finding
    in_record: bool = True

    @property
    def sort_key(self) -> tuple[object, ...]:
        """Records in the order they were read, the gravest finding of each first."""
        return (self.source, self.order, -self.finding.severity, self.finding.sort_key)


class Run:
    """One validation: counts what it reads, and collects what it finds.

    ``limit`` is how many findings of each severity are placed and kept, all of them when it is
    None; the others are counted. ``shared`` are nodes that several parts describe; they are
    judged at the end.
    """

    def __init__(
        self,
        plan: Plan,
        sources: list[Source],
        progress: Progress | None,
        limit: int | None = None,
        shared: frozenset[str] = frozenset(),
    ) -> None:
        self.plan = plan
        self.sources = sources
        self.found: list[Placed] = []
        self._limit = limit
        self._counts: Counter[Kind] = Counter()
        self._severities: Counter[Severity] = Counter()
        self._repeated = 0
        #: The classes and properties that the data use, in N-Triples syntax.
        self.classes: set[str] = set()
        self.properties: set[str] = set()
        #: Whether nodes with an IRI are described inside records.
        self.nests = False
        #: Whether a part of the data was not looked at, because nobody would wait for it.
        self.stopped = False
        self._shared = shared
        self._progress = progress
        self._index = Index()
        self._maker = Maker(plan.shapes, plan.full_vocabulary, plan.titles, plan.terms)
        # The terms that the data declare themselves, and those that nobody had declared so far.
        self._declared: set[str] = set()
        self._unknown: set[str] = set()
        self._late: list[tuple[int, int, Finding]] = []

    @property
    def records(self) -> int:
        """The number of records, those among them whose id was given before."""
        return self._index.marked(Mark.RECORD) + self._repeated

    @property
    def focus_nodes(self) -> int:
        """The number of nodes that a shape looks at."""
        return self._index.marked(Mark.FOCUS)

    @property
    def unchecked(self) -> int:
        """The number of records that no shape looks at."""
        return self._index.marked(Mark.RECORD) - self._index.marked(Mark.RECORD | Mark.FOCUS)

    @property
    def groups(self) -> tuple[Group, ...]:
        """All findings, those beyond the limit among them, counted by kind."""
        return in_order(Group(*kind, count) for kind, count in self._counts.items())

    def unlooked(self, allowed: int) -> Finding | None:
        """Return what to say where shapes look at too few records: more than ``allowed`` are left.

        It is placed at one of those records.
        """
        node = self._index.unlooked()
        if node is None or self.unchecked <= allowed:
            return None
        source, ordinal = self._index.place(node)
        message = (
            f"No shape looks at {self.unchecked} of {self.records} records, this one among them; "
            f"{allowed or 'none'} may be left out. Correct their types, or name shapes for them."
        )
        finding = Finding(node.strip("<>"), message, "UncheckedRecord")
        self._place_again(source, self.sources[source], [(ordinal, finding)])
        return self.found.pop().finding

    @property
    def uses(self) -> tuple[ShapeUse, ...]:
        """How many focus nodes every shape with a target had."""
        from .uses import uses_of

        return uses_of(self.plan.shapes, self._index.aimed())

    def whole(self) -> None:
        """Judge everything together."""
        part = Part(list(self._chunks(whole=True)))
        self._collect(part, *self._check(part, linked=False), linked=False)

    def in_parts(self) -> None:
        """Judge part by part, then what looks from one part to another.

        Raises SharedError for nodes that are described in several parts, and NeedsWholeError
        when there are too many of them.
        """
        checked = overlapping(
            lambda part: self._check(part, linked=True),
            gathered(self._chunks(whole=False)),
        )
        for part, (results, sketch) in checked:
            if self.stopped:
                break
            self._collect(part, results, sketch, linked=True)
        shared = self._index.shared - self._shared
        if len(shared) > _SHARED:
            raise NeedsWholeError(f"{len(shared)} nodes are described in several parts")
        if shared and not self.stopped:
            raise SharedError(self._shared | shared)
        # What records say of others is true only where all of these are known.
        if not self.stopped:
            self._look_across()
        self._place_late()

    def _chunks(self, *, whole: bool) -> Iterator[tuple[int, Chunk]]:
        total, before = sum(source.input.size for source in self.sources), 0
        for number, source in enumerate(self.sources):
            for chunk in source.chunks(whole=whole):
                if not self._goes_on(before + source.done, total):
                    self.stopped = True
                    return
                yield number, chunk
            before += source.done

    def _goes_on(self, done: int, total: int) -> bool:
        """Tell how much is read, and return whether the rest is to be looked at as well."""
        if not self._progress:
            return True
        wanted = self._progress(done, total)
        return wanted is not False or not self._severities[Severity.VIOLATION]

    def _check(self, part: Part, *, linked: bool) -> tuple[list[Result], Sketch]:
        def verify() -> None:
            for number, chunk in part.chunks:
                self._verify(self.sources[number], chunk)

        return self.plan.check(part.ntriples, linked=linked, shared=self._shared, verify=verify)

    def _verify(self, source: Source, chunk: Chunk) -> None:
        """Parse a chunk that no parser has seen; raise InputError when it is malformed."""
        if chunk.checked:
            return
        try:
            to_ntriples(chunk.ntriples, source.input.format, source.input.file)
        except InputError as error:
            error.line = (error.line or 1) + chunk.first_line - 1
            raise

    def _collect(self, part: Part, results: list[Result], sketch: Sketch, *, linked: bool) -> None:
        """Count the nodes of a part, remember what others may ask, and place its findings."""
        for number, chunk in part.chunks:
            self._claim(number, chunk)
        self._count(part, sketch)
        compared, late = self._compared(sketch, linked=linked)
        results = [*results, *compared, *self._strange(sketch)]
        if linked:
            again = self._index.add(sketch, self._shared)
            results = [result for result in results if result.focus_node not in again]
            self._settle([*sketch.open, *late], part)
        for (number, chunk), own in zip(part.chunks, part.divided(results), strict=True):
            items = self._maker.make(own, chunk)
            self._place(number, chunk, self._kept([*items, *self._maker.odd_text(chunk)]))

    def _claim(self, number: int, chunk: Chunk) -> None:
        """Note the records of a chunk, and find the ids that were given before."""
        found = []
        for node, record in chain(chunk.records.items(), chunk.again):
            if before := self._index.claim(_term(node), number, record.ordinal):
                where = f"in {self.sources[before[0]].input.file}, record {before[1]}"
                found.append(self._maker.repeated(node, record, where))
        self._repeated += len(found)
        self.nests |= any(name[0] != "_" for name in chunk.nested)
        self._place(number, chunk, self._kept(found))

    def _kept(self, items: list[Unplaced]) -> list[Unplaced]:
        """Count the findings on a chunk; return the first ones, up to the limit."""
        if self._limit is not None:
            items.sort(key=lambda i: (i.record.ordinal if i.record else 0, i.finding.sort_key))
        return [item for item in items if self._keeps(item.finding)]

    def _keeps(self, finding: Finding) -> bool:
        """Count a finding; return whether it is within the limit."""
        self._counts[kind_of(finding)] += 1
        self._severities[finding.severity] += 1
        return self._limit is None or self._severities[finding.severity] <= self._limit

    def _compared(self, sketch: Sketch, *, linked: bool) -> tuple[list[Result], list[str]]:
        """Compare the raw titles of postings; return those, too, that are left for the end."""
        maker, titles = self._maker, self.plan.titles
        if maker.postings is None and titles and any(iri in sketch.rules for iri in OF_POSTINGS):
            from .postings import Postings

            maker.postings = Postings(titles)
        if maker.postings is None:
            return [], []
        if not linked:
            return maker.postings.compared(sketch.rules), []
        return maker.postings.compared_in_part(sketch.rules, sketch.open, self._shared)

    def _strange(self, sketch: Sketch) -> list[Result]:
        """Return what is said of types and properties that do not exist.

        What several parts describe is left for the end. Raises NeedsWholeError when the data
        declare a term after it was found unknown.
        """
        self._declared |= sketch.declared
        if self.plan.terms is None:
            return []
        if late := self._declared & self._unknown:
            raise NeedsWholeError(f"the data declare {min(late)} after they use it")
        found = [
            statement
            for statement in sketch.strange
            if statement[0] not in self._shared and term_of(*statement[1:])[1] not in self._declared
        ]
        self._unknown.update(term_of(*statement[1:])[1] for statement in found)
        return list(self.plan.terms.results(found))

    def _settle(self, nodes: list[str], part: Part) -> None:
        """Note where the nodes stand that are judged at the end."""
        for node in nodes:
            number, chunk = part.chunks[part.owner(node)]
            inner = chunk.nested.get(node.strip("<>"))
            self._index.settle(node, number, inner[0].place.ordinal if inner else 0)

    def _count(self, part: Part, sketch: Sketch) -> None:
        """Mark records and focus nodes, but those of the vocabulary."""
        index, known = self._index, self.plan.known
        records: set[str] = set()
        for _, chunk in part.chunks:
            records.update(map(_term, chunk.records))
        for node in part.typed(sketch):
            if node not in known:
                records.add(node)
                index.settle(node, part.chunks[part.owner(node)][0], 0)
        for node in records:
            index.mark(node, Mark.RECORD)
        for node, targets in sketch.focus.items():
            if node not in known or node in records:
                index.mark(node, Mark.FOCUS)
                index.aim(node, targets)
        self._note_names(part, sketch)

    def _note_names(self, part: Part, sketch: Sketch) -> None:
        """Note the classes that are used, and the properties where a target names one."""
        self.classes |= sketch.classes
        if self.plan.targets_properties:
            self.properties |= set(_PREDICATES.findall(part.ntriples))

    def _place(self, number: int, chunk: Chunk, items: list[Unplaced]) -> None:
        if not items:
            return
        for item, finding in zip(items, self.sources[number].place(chunk, items), strict=True):
            line = finding.location.line if finding.location else None
            order = item.record.ordinal if item.record else (line or _LAST)
            self.found.append(Placed(number, order, finding, item.record is not None))

    def _look_across(self) -> None:
        """Judge the nodes whose links lead out of their part, with all they lead to."""
        postings = self._maker.postings
        for result in postings.compared_at_last() if postings else ():
            self._add_late(result)
        if not self._index.marked(Mark.OPEN):
            return
        far, shared = self.plan.reach.remote, self._shared
        plan = self.plan if shared else self.plan.beyond
        batches = self._index.batches(_BATCH)
        work = overlapping(lambda batch: plan.check(batch[0], linked=False), batches)
        for (_, judged), (results, sketch) in work:
            strange = [s for s in sketch.strange if term_of(*s[1:])[1] not in self._declared]
            named = plan.terms.results(strange) if plan.terms else ()
            for result in chain(results, named):
                node = result.focus_node
                if node in judged and (result.shape in far or node in shared):
                    self._add_late(result)

    def _add_late(self, result: Result) -> None:
        finding = self._maker.finding(result)
        if not self._maker.explained(finding) and self._keeps(finding):
            self._late.append((*self._index.place(result.focus_node), finding))

    def _place_late(self) -> None:
        """Look up once more the records that were found wrong at the end."""
        waiting: dict[int, list[tuple[int, Finding]]] = {}
        for number, ordinal, finding in self._late:
            waiting.setdefault(number, []).append((ordinal, finding))
        for number, mine in sorted(waiting.items()):
            self._place_again(number, self.sources[number], mine)

    def _place_again(self, number: int, source: Source, mine: list[tuple[int, Finding]]) -> None:
        """Place findings; one whose record is not found again is placed in the file alone."""
        waiting: dict[int, list[Finding]] = {}
        for ordinal, finding in mine:
            waiting.setdefault(ordinal, []).append(finding)
        for ordinal, chunk in source.again(waiting.keys(), whole=bool(self._shared)):
            here = waiting.pop(ordinal, [])
            if not ordinal:
                lines = chunk.ntriples.split("\n")
                subjects = {line.partition(" ")[0] for line in lines}
                waiting[0] = [f for f in here if _term(f.focus_node) not in subjects]
                here = [f for f in here if _term(f.focus_node) in subjects]
            self._place(number, chunk, [self._maker.belonging(finding, chunk) for finding in here])
        left = chain.from_iterable(waiting.values())
        self._place(number, Chunk(""), [Unplaced(finding) for finding in left])


def _term(node: str) -> str:
    """Return a node's id in N-Triples syntax."""
    return node if node.startswith("_:") else f"<{node}>"
