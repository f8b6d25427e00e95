"""Make findings of engine results and of what reading found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from ..model import Finding, Severity
from ..namespaces import SH, local_name
from ..reading.chunks import Chunk, Record
from ..reading.placing import Unplaced
from ..shacl import ShapesGraph
from ..shacl.results import Result
from .terms import COMPONENTS, Kind, term_of

if TYPE_CHECKING:
    from ..reading.schema import Problem
    from .postings import Postings
    from .suggestions import Suggestions
    from .terms import Terms
    from .titles import Titles


class Maker:
    """Knows the key of every shape, and what may have been meant by an unknown value."""

    def __init__(
        self,
        shapes: ShapesGraph,
        vocabulary: str,
        titles: Titles | None = None,
        terms: Terms | None = None,
    ) -> None:
        self._shapes = shapes
        self._terms = terms
        self._vocabulary = vocabulary
        self._titles = titles
        #: The postings that were read, which know what they should name.
        self.postings: Postings | None = None
        self._shared: dict[str, str] = {}
        self._explained: set[tuple[str, str | None]] = set()

    def make(self, results: Iterable[Result], chunk: Chunk) -> Iterator[Unplaced]:
        """Yield what is wrong with the records of a chunk, each defect once.

        What a schema says of data that never became statements explains what shapes then miss;
        what became statements is left to the shapes.
        """
        for name, problem in chunk.problems:
            if problem.dropped or problem.component in _WARNINGS:
                yield self._unplaced(name, problem, chunk)
            if problem.dropped and problem.key:
                self._explained.add((name, problem.key))
        for result in results:
            finding = self.finding(result)
            if not self.explained(finding):
                yield self.belonging(finding, chunk)

    def explained(self, finding: Finding) -> bool:
        """Return whether a shape misses a value only because reading dropped it."""
        return (finding.focus_node, finding.key) in self._explained

    def odd_text(self, chunk: Chunk) -> Iterator[Unplaced]:
        """Yield what is odd about the characters of ids and values; plain text costs nothing."""
        text = chunk.ntriples
        if text.isascii() and "\\" not in text and chunk.checked:
            return
        from .characters import odd

        for result in odd(text, checked=chunk.checked):
            finding = self.finding(result)
            yield self.belonging(finding if result.path else finding._replace(key="id"), chunk)

    def belonging(self, finding: Finding, chunk: Chunk) -> Unplaced:
        """Return a finding with the record that its focus node stands in."""
        node = finding.focus_node
        if record := chunk.records.get(node):
            return Unplaced(finding, record)
        if inner := chunk.nested.get(node):
            finding = finding._replace(record=inner[0].record)
            return Unplaced(finding, inner[0].place, inner[0].pointer)
        return Unplaced(finding)

    def finding(self, result: Result) -> Finding:
        """Return the finding that a result is."""
        same = self._same
        path = result.path
        key = self._keys.get(result.shape) or self._keys.get(path or "")
        suggestion, message = None, result.message
        if self._terms and result.component in COMPONENTS.values():
            kind, term = term_of(path or "", result.value or "")
            suggestion = self._terms.explained(kind, term[1:-1]).suggestion
            key = "type" if kind is Kind.TYPE else local_name(term[1:-1])
        elif result.component == "ClassConstraintComponent" and result.value:
            suggestion, note = self._suggestions.meant(result.shape, result.value)
            message = f"{message} {note}" if note else message
        elif self.postings and key in _NAMING:
            suggestion = self.postings.suggested(result)
        elif result.component == "SPARQLConstraintComponent" and result.value:
            suggestion = self._suggestions.successor(result.value)
        node = result.focus_node
        return Finding(
            focus_node=node[1:-1] if node.startswith("<") else node,
            message=same(message),
            component=same(result.component),
            severity=Severity.of(result.severity),
            shape=same(result.shape),
            path=None if path is None else same(path),
            value=result.value,
            key=key,
            suggestion=suggestion,
            details=tuple(map(self.finding, result.details)),
            severity_iri=result.severity if ":" in result.severity else "",
        )

    def repeated(self, node: str, record: Record, before: str) -> Unplaced:
        """Return the finding that an id has been given to two records."""
        message = f"The id {node} was given before, {before}; give each record an id of its own."
        finding = Finding(node, message, "DuplicateId", key="id", record=node)
        return Unplaced(finding, record, "/id", exact=True)

    def _unplaced(self, name: str, problem: Problem, chunk: Chunk) -> Unplaced:
        suggestion, message = problem.suggestion, problem.message
        if suggestion is None and problem.value and problem.key:
            suggestion, note = self._suggestions.meant_for_key(problem.key, problem.value)
            message = f"{message} {note}" if note else message
        severity = Severity.WARNING if problem.component in _WARNINGS else Severity.VIOLATION
        finding = Finding(
            name,
            message,
            problem.component,
            severity,
            key=problem.key or None,
            written=problem.value,
            suggestion=suggestion,
        )
        return Unplaced(finding, chunk.records.get(name), problem.pointer, exact=True)

    @cached_property
    def _suggestions(self) -> Suggestions:
        from .suggestions import Suggestions

        return Suggestions(self._shapes, self._vocabulary, self._titles)

    @cached_property
    def _keys(self) -> dict[str, str]:
        """The JSON key of every shape that has one, and of every path of such a shape."""
        found: dict[str, str] = {}
        for triple in self._shapes.triples:
            if triple.predicate.value == SH + "codeIdentifier":
                subject, key = triple.subject, triple.object.value
                found[getattr(subject, "value", str(subject))] = key
                for path in self._shapes.objects(subject, SH + "path"):
                    found[str(path.object)] = key
        return found

    def _same(self, text: str) -> str:
        """Return one object for equal texts: a million findings share a few messages."""
        return self._shared.setdefault(text, text) if len(self._shared) < 10_000 else text


_WARNINGS = frozenset(
    {
        *("SpreadsheetFormula", "InvisibleCharacter", "NotNormalized"),
        *("OddContext", "UntypedRecord"),
    }
)
# The keys by which a posting names a title of the vocabulary.
_NAMING = frozenset({"relevantOccupation", "occupationalCategory"})
