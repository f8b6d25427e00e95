"""The values that travel between the layers.

They are named tuples: as frozen as a frozen dataclass, and made in a quarter of the time,
which counts in a command that runs for fifty milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from .arguments import as_choice
from .namespaces import local_name


class Severity(IntEnum):
    """How serious a finding is, least first (SHACL section 2.1.4)."""

    INFO = 1
    WARNING = 2
    VIOLATION = 3

    @property
    def label(self) -> str:
        """The local name SHACL gives it: ``Info``, ``Warning`` or ``Violation``."""
        return self.name.capitalize()

    @classmethod
    def of(cls, name: str) -> Severity:
        """Return the severity with that SHACL local name; an unknown one blocks."""
        return cls.__members__.get(name.upper(), cls.VIOLATION)

    @classmethod
    def given(cls, value: Severity | str, name: str) -> Severity:
        """Return the severity that a caller means. Raises UsageError for what is none."""
        if isinstance(value, cls):
            return value
        word = value.lower() if isinstance(value, str) else value
        return cls[as_choice(word, name, [s.lower() for s in reversed(cls.__members__)]).upper()]


class Location(NamedTuple):
    """Where something stands: file, line and column from 1, JSON Pointer (RFC 6901).

    In a table, ``row`` counts the header as 1, as spreadsheets do, and ``field`` is the name
    of the column.
    """

    file: str
    line: int | None = None
    column: int | None = None
    pointer: str | None = None
    row: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        """Return ``file:line:column``, with the JSON Pointer or the field after a ``#``."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        inside = self.pointer or self.field
        return f"{place}#{inside}" if inside else place


class Finding(NamedTuple):
    """One thing that is wrong with one focus node (SHACL section 3.6.2).

    ``focus_node`` is an IRI or a blank node label (``_:x``), ``record`` the id of the record
    around it (empty: the focus node is the record); ``path`` a SPARQL property path; ``value``
    a term in N-Triples syntax and ``written`` the same as it stands in the file; ``shape`` an
    IRI, empty for findings made before there was a graph; ``component`` the local name of the
    constraint component; ``key`` the JSON key that stands for the path; ``suggestion`` what may
    have been meant; ``known`` says that a baseline holds it.
    """

    focus_node: str
    message: str
    component: str
    severity: Severity = Severity.VIOLATION
    shape: str = ""
    path: str | None = None
    value: str | None = None
    key: str | None = None
    location: Location | None = None
    record: str = ""
    written: str | None = None
    suggestion: str | None = None
    known: bool = False
    details: tuple[Finding, ...] = ()
    severity_iri: str = ""

    @property
    def sort_key(self) -> tuple[str, ...]:
        """Order that depends on content alone."""
        return (self.focus_node, self.path or "", self.shape, self.component, self.value or "")

    @property
    def rule(self) -> str:
        """What was broken: the local name of the shape, or else of the component."""
        return local_name(self.shape) or self.component.removesuffix("ConstraintComponent")


class Group(NamedTuple):
    """All findings of one kind, counted: ``new`` ones, and ``known`` ones of a baseline."""

    severity: Severity
    shape: str
    path: str | None
    component: str
    new: int
    known: int = 0


class ShapeUse(NamedTuple):
    """How a shape with a target was used: how many focus nodes it had.

    ``shape`` is its IRI, empty where it has none; ``targets`` are what they were told by, such
    as ``targetClass <IRI>``; one that is ``deactivated`` judges nothing (SHACL section 2.1.2).
    """

    shape: str
    targets: tuple[str, ...]
    focus_nodes: int
    deactivated: bool = False


class Report(NamedTuple):
    """What a validation looked at and what it found.

    ``findings`` may hold fewer than ``groups`` count, where a limit was asked for. ``records``
    counts the nodes with a type that were read, ``focus_nodes`` those a shape looked at,
    ``unchecked`` the records no shape looked at. ``notices`` are for everybody, ``details``
    for those who ask how it was done. ``uses`` tell of every shape with a target how many focus
    nodes it had, ``set_aside`` how much of the shapes was not run because it was allowed to be
    left out: there is a finding for each.
    """

    findings: tuple[Finding, ...]
    files: tuple[str, ...] = ()
    records: int = 0
    focus_nodes: int = 0
    unchecked: int = 0
    shapes: int = 0
    engine: str = ""
    notices: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    details: tuple[str, ...] = ()
    uses: tuple[ShapeUse, ...] = ()
    set_aside: int = 0

    @property
    def conforms(self) -> bool:
        """True when nothing at all was found (SHACL section 3.6.1.1)."""
        return not self.groups

    @property
    def total(self) -> int:
        """The number of findings, known ones and those beyond a limit among them."""
        return sum(group.new + group.known for group in self.groups)

    def worst(self) -> Severity | None:
        """Return the highest severity of the findings that no baseline knows, if any."""
        return max((group.severity for group in self.groups if group.new), default=None)


#: What the findings of a group share: severity, shape, path and component.
Kind = tuple[Severity, str, str | None, str]


def kind_of(finding: Finding) -> Kind:
    """Return what a finding shares with those of its group."""
    return (finding.severity, finding.shape, finding.path, finding.component)


def grouped(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Count findings by severity, shape, path and component, the gravest first."""
    counts: dict[Kind, list[int]] = {}
    for finding in findings:
        counts.setdefault(kind_of(finding), [0, 0])[finding.known] += 1
    return in_order(Group(*kind, new, known) for kind, (new, known) in counts.items())


def in_order(groups: Iterable[Group]) -> tuple[Group, ...]:
    """Return groups with the gravest first."""
    return tuple(sorted(groups, key=lambda g: (-g.severity, g.shape, g.path or "", g.component)))


def with_finding(report: Report, finding: Finding) -> Report:
    """Return a report with one more finding, listed first: it is about the run as a whole."""
    groups = in_order([*report.groups, Group(*kind_of(finding), 1)])
    return report._replace(findings=(finding, *report.findings), groups=groups)


class Candidate(NamedTuple):
    """A title that a text may mean: its IRI, its label, and what would decide for it."""

    title: str
    label: str
    decides: str


class Explanation(NamedTuple):
    """Why a text was matched or not.

    ``label`` is the label it was matched by and ``kind`` what kind of label that is, ``rule``
    how it was reached; ``leftovers`` are the words that do not decide, ``corrections`` the
    words that were taken for misspelt. ``score`` is 1 for a label as it stands and less for
    every step away from it; it orders answers and decides nothing.
    """

    reason: str
    rule: str = ""
    label: str | None = None
    kind: str | None = None
    leftovers: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    score: float = 0.0


class Match(NamedTuple):
    """What a messy title means.

    ``status`` is ``match`` (``candidates`` are narrower titles of the department that is given),
    ``ambiguous`` (see ``candidates``) or ``none`` (``candidates`` may name the nearest title).
    ``title`` is an IRI, ``label`` its preferred label, ``level`` and ``department`` are codes.
    """

    text: str
    status: str
    title: str | None
    label: str | None
    level: str | None
    department: str | None
    candidates: tuple[Candidate, ...]
    explanation: Explanation
