"""Judge sources against a plan: part by part where that will do, else as a whole."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple, TypeVar

from ..errors import InputError
from ..model import Finding
from ..reading.chunks import Chunk
from ..reading.placing import Unplaced
from ..reading.rdf import to_ntriples
from ..reading.sources import Source
from ..shacl.results import Result
from .findings import Maker
from .index import Index
from .plan import Plan
from .sketches import Sketch

#: Parts checked at once, and how many may wait: reading goes on meanwhile.
_WORKERS = 2
_WAITING = 3
#: Nodes that are judged together at the end.
_BATCH = 20_000

# After all records: findings on nodes that stand nowhere.
_LAST = 1 << 60

T = TypeVar("T")
R = TypeVar("R")

#: Called with the bytes read so far and those there are.
Progress = Callable[[int, int], None]


class Placed(NamedTuple):
    """A finding with the source and the order of its record in it."""

    source: int
    order: int
    finding: Finding

    @property
    def sort_key(self) -> tuple[object, ...]:
        """Records in the order they were read, the gravest finding of each first."""
        return (self.source, self.order, -self.finding.severity, self.finding.sort_key)


class _Part:
    """Chunks that are judged together, with the source each came from."""

    def __init__(self, chunks: list[tuple[int, Chunk]]) -> None:
        self.chunks = chunks
        self.ntriples = "".join([chunk.ntriples for _, chunk in chunks])

    def of(self, number: int, results: list[Result]) -> list[Result]:
        """Return the results on nodes of one of the chunks."""
        if len(self.chunks) == 1:
            return results
        return [result for result in results if self._owner(result.focus_node) == number]

    def _owner(self, node: str) -> int:
        """Return which chunk says something of a node, the first where none does."""
        for number, nodes in enumerate(self._nodes):
            if node in nodes:
                return number
        return 0

    @cached_property
    def _nodes(self) -> list[set[str]]:
        return [
            {line.partition(" ")[0] for line in chunk.ntriples.split("\n")}
            for _, chunk in self.chunks
        ]


class Run:
    """One validation: counts what it reads, and collects what it finds."""

    def __init__(self, plan: Plan, sources: list[Source], progress: Progress | None) -> None:
        self.plan = plan
        self.sources = sources
        self.found: list[Placed] = []
        self.records = 0
        self.focus_nodes = 0
        self.unchecked = 0
        self._progress = progress
        self._index = Index()
        self._maker = Maker(plan.shapes, plan.full_vocabulary)
        self._late: list[tuple[int, int, Finding]] = []

    def whole(self) -> None:
        """Judge everything together."""
        part = _Part(list(self._chunks()))
        self._collect(part, *self._check(part, linked=False), linked=False)

    def in_parts(self) -> None:
        """Judge part by part, then what looks from one part to another."""
        checked = _overlapping(
            lambda part: self._check(part, linked=True),
            (_Part([item]) for item in self._chunks()),
        )
        for part, (results, sketch) in checked:
            far = self.plan.reach.remote
            kept = [r for r in results if r.focus_node not in sketch.open or r.shape not in far]
            self._collect(part, kept, sketch, linked=True)
        self._look_across()
        self._place_late()

    def _chunks(self) -> Iterator[tuple[int, Chunk]]:
        total = sum(source.input.size for source in self.sources)
        for number, source in enumerate(self.sources):
            for chunk in source.chunks():
                if self._progress:
                    self._progress(sum(source.done for source in self.sources), total)
                yield number, chunk

    def _check(self, part: _Part, *, linked: bool) -> tuple[list[Result], Sketch]:
        def verify() -> None:
            for number, chunk in part.chunks:
                self._verify(self.sources[number], chunk)

        return self.plan.check(part.ntriples, linked=linked, verify=verify)

    def _verify(self, source: Source, chunk: Chunk) -> None:
        """Parse a chunk that no parser has seen; raise InputError when it is malformed."""
        if chunk.checked:
            return
        try:
            to_ntriples(chunk.ntriples, source.input.format, source.input.file)
        except InputError as error:
            error.line = (error.line or 1) + chunk.first_line - 1
            raise

    def _collect(self, part: _Part, results: list[Result], sketch: Sketch, *, linked: bool) -> None:
        """Count the nodes of a part, remember what others may ask, and place its findings."""
        for number, chunk in part.chunks:
            self._claim(number, chunk)
        self._count(part, sketch)
        if linked:
            self._index.add(sketch, part.chunks[0][0])
        for position, (number, chunk) in enumerate(part.chunks):
            items = self._maker.make(part.of(position, results), chunk)
            self._place(number, chunk, list(items))

    def _claim(self, number: int, chunk: Chunk) -> None:
        """Note the records of a chunk, and find the ids that were given before."""
        repeated = list(chunk.again)
        for node, record in chunk.records.items():
            if self._index.claim(_term(node), number, record.ordinal):
                repeated.append((node, record))
        found = []
        for node, record in repeated:
            where, ordinal = self._index.place(_term(node))
            before = f"in {self.sources[where].input.file}, record {ordinal}"
            found.append(self._maker.repeated(node, record, before))
        self._place(number, chunk, found)

    def _count(self, part: _Part, sketch: Sketch) -> None:
        """Count records and focus nodes, each once, and not those of the vocabulary."""
        known = self.plan.known
        records = {_term(node) for _, chunk in part.chunks for node in chunk.records}
        if any(not chunk.records for _, chunk in part.chunks):
            records |= {node for node in sketch.typed if node[0] == "<"} - known
            records |= sketch.focus.keys() - known
        focus = {node for node in sketch.focus if node not in known or node in records}
        self.records += len(records) + sum(len(chunk.again) for _, chunk in part.chunks)
        self.focus_nodes += sum(self._index.first(node) for node in focus)
        self.unchecked += len(records - focus)

    def _place(self, number: int, chunk: Chunk, items: list[Unplaced]) -> None:
        if not items:
            return
        for item, finding in zip(items, self.sources[number].place(chunk, items), strict=True):
            line = finding.location.line if finding.location else None
            order = item.record.ordinal if item.record else (line or _LAST)
            self.found.append(Placed(number, order, finding))

    def _look_across(self) -> None:
        """Judge the nodes whose links lead out of their part, with all they lead to."""
        if not self._index.open:
            return
        beyond, far = self.plan.beyond, self.plan.reach.remote
        batches = self._index.batches(_BATCH)
        work = _overlapping(lambda batch: beyond.check(batch[0], linked=False)[0], batches)
        for (_, judged), results in work:
            for result in results:
                if result.focus_node in judged and result.shape in far:
                    source, ordinal = self._index.place(result.focus_node)
                    self._late.append((source, ordinal, self._maker.finding(result)))

    def _place_late(self) -> None:
        """Look up once more the records that were found wrong at the end."""
        for number, source in enumerate(self.sources):
            mine = [(ordinal, finding) for at, ordinal, finding in self._late if at == number]
            if mine:
                self._place_again(number, source, mine)

    def _place_again(self, number: int, source: Source, mine: list[tuple[int, Finding]]) -> None:
        """Place findings; one whose record is not found again is placed in the file alone."""
        for chunk, records in source.again({ordinal for ordinal, _ in mine if ordinal}):
            subjects = {line.partition(" ")[0] for line in chunk.ntriples.split("\n")}
            here: list[tuple[int, Finding]] = []
            left: list[tuple[int, Finding]] = []
            for ordinal, finding in mine:
                found = ordinal in records or _term(finding.focus_node) in subjects
                (here if found else left).append((ordinal, finding))
            self._place(number, chunk, [Unplaced(f, records.get(at)) for at, f in here])
            mine = left
        self._place(number, Chunk(""), [Unplaced(finding) for _, finding in mine])


def _term(node: str) -> str:
    """Return a node's id in N-Triples syntax."""
    return node if node.startswith("_:") else f"<{node}>"


def _overlapping(work: Callable[[T], R], parts: Iterator[T]) -> Iterator[tuple[T, R]]:
    """Yield parts with what became of them, in order, working on some while others are read.

    A single part is worked on here: a thread costs more than a short run takes.
    """
    first, second = next(parts, None), next(parts, None)
    if first is None:
        return
    if second is None:
        yield first, work(first)
        return
    from concurrent.futures import Future, ThreadPoolExecutor

    waiting: deque[tuple[T, Future[R]]] = deque()
    with ThreadPoolExecutor(_WORKERS) as pool:
        waiting.append((first, pool.submit(work, first)))
        waiting.append((second, pool.submit(work, second)))
        for part in parts:
            waiting.append((part, pool.submit(work, part)))
            if len(waiting) > _WAITING:
                done, result = waiting.popleft()
                yield done, result.result()
        for done, result in waiting:
            yield done, result.result()
