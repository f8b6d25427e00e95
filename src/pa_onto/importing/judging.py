"""Ask the shapes what is wrong with records, each for itself.

What looks from one record to another is no business of an import: the other record may be in
another file, or come when a rejected row was mended. So links to other records are taken out
before the shapes see them, and nothing that is said of these links counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from ..model import Severity
from ..namespaces import SH
from ..project import Project
from ..reading.chunks import Record
from ..reading.records import RecordReader
from ..reading.sources import Readers
from ..shacl.results import Result
from ..validation.loading import load_shapes, own_shapes
from ..validation.plan import Plan
from ..vocabulary import published_text
from .conversion import Draft
from .values import Reason


class Judge:
    """The data shapes of a project, and its context and JSON Schema."""

    def __init__(self, project: Project) -> None:
        shapes = load_shapes(own_shapes(project), checked=project.packaged)
        self._plan = Plan(shapes, published_text(project), "shacl")
        self._readers = Readers(project.context, project.record_schema)

    def judge(self, drafts: Sequence[Draft]) -> list[list[Reason]]:
        """Return what is wrong with each of some records, besides what is known of them."""
        reader = RecordReader("", "i", self._readers.contexts(), self._readers.schema)
        for number, draft in enumerate(drafts):
            reader.add(dict(draft.record), None, Record(number))
        chunk = reader.chunk()
        found: list[list[Reason]] = [[] for _ in drafts]
        lost: set[tuple[int, str]] = set()
        for name, problem in chunk.problems:
            if problem.dropped and (record := chunk.records.get(name)):
                lost.add((record.ordinal, problem.key))
                found[record.ordinal].append(_reason(problem.key, problem.message))
        for result in self._results(chunk.ntriples):
            node = result.focus_node
            record = chunk.records.get(node[1:-1] if node.startswith("<") else node)
            reason = self._reason(result) if record is not None else None
            if record and reason and (record.ordinal, reason.key) not in lost:
                found[record.ordinal].append(reason)
        return [
            _unexplained(reasons, draft.reasons)
            for reasons, draft in zip(found, drafts, strict=True)
        ]

    def _results(self, ntriples: str) -> list[Result]:
        if not ntriples:
            return []
        # A record and the record it names may be in one file, or not: it makes no difference.
        text = self._linking.sub("", ntriples) if self._linking else ntriples
        return self._plan.check(text, linked=False)[0]

    def _reason(self, result: Result) -> Reason | None:
        """Return the reason that a result is; None for what is no fault, or not the row's."""
        if Severity.of(result.severity) is not Severity.VIOLATION:
            return None
        if result.path and any(f"<{link}>" in result.path for link in self._elsewhere):
            return None
        return _reason(self._keys.get(result.shape, ""), result.message)

    @cached_property
    def _elsewhere(self) -> frozenset[str]:
        """The predicates that lead to other records."""
        shapes = self._plan.shapes
        records = {t.node.value for _, t in shapes.targets if t.kind == "targetClass"}
        found: set[str] = set()
        for triple in shapes.triples:
            if triple.predicate.value == SH + "class" and triple.object.value in records:
                found |= {t.object.value for t in shapes.objects(triple.subject, SH + "path")}
        return frozenset(found)

    @cached_property
    def _linking(self) -> re.Pattern[str] | None:
        """The statements that lead to other records."""
        links = "|".join(map(re.escape, sorted(self._elsewhere)))
        return re.compile(rf"^\S+ <(?:{links})> .*\n", re.MULTILINE) if links else None

    @cached_property
    def _keys(self) -> dict[str, str]:
        """The key of every shape that has one."""
        return {
            getattr(triple.subject, "value", ""): triple.object.value
            for triple in self._plan.shapes.triples
            if triple.predicate.value == SH + "codeIdentifier"
        }


def _reason(key: str, message: str) -> Reason:
    """Return a reason whose kind is what the message begins with."""
    kind = message.partition(";")[0].partition(", not ")[0].removeprefix(key).strip(" .")
    return Reason(key or "record", kind, message.rstrip("."))


def _unexplained(found: list[Reason], known: Sequence[Reason]) -> list[Reason]:
    """Return the reasons that do not follow from what is known to be wrong.

    A key that could not be read is missing from the record, and what needs it stands alone.
    """
    keys = {reason.key for reason in known}
    return [
        reason
        for reason in dict.fromkeys(found)
        if reason.key not in keys and not keys & _named(reason)
    ]


def _named(reason: Reason) -> set[str]:
    return set(re.findall(r"\w+", reason.message))
