"""The values that travel between the layers.

They are named tuples: as frozen as a frozen dataclass, and made in a quarter of the time,
which counts in a command that runs for fifty milliseconds.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


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


class Location(NamedTuple):
    """Where a record stands: file, line and column from 1, JSON Pointer (RFC 6901)."""

    file: str
    line: int | None = None
    column: int | None = None
    pointer: str | None = None

    def __str__(self) -> str:
        """Return ``file:line:column``, with the JSON Pointer after a ``#``."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return f"{place}#{self.pointer}" if self.pointer else place


class Finding(NamedTuple):
    """One thing that is wrong with one focus node (SHACL section 3.6.2).

    ``focus_node`` is an IRI or a blank node label (``_:x``); ``path`` a SPARQL property path;
    ``value`` a term in N-Triples syntax; ``shape`` an IRI, empty for findings made before
    there was a graph; ``component`` the local name of the constraint component; ``key`` the
    JSON key that stands for the path.
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

    @property
    def sort_key(self) -> tuple[str, ...]:
        """Order that depends on content alone."""
        return (self.focus_node, self.path or "", self.shape, self.component, self.value or "")


class Report(NamedTuple):
    """What a validation looked at and what it found.

    ``records`` counts the nodes with a type that were read, ``focus_nodes`` those a shape
    looked at, ``unchecked`` the records no shape looked at.
    """

    findings: tuple[Finding, ...]
    files: tuple[str, ...] = ()
    records: int = 0
    focus_nodes: int = 0
    unchecked: int = 0
    shapes: int = 0
    engine: str = ""
    notices: tuple[str, ...] = ()

    @property
    def conforms(self) -> bool:
        """True when nothing at all was found (SHACL section 3.6.1.1)."""
        return not self.findings

    def worst(self) -> Severity | None:
        """Return the highest severity found, None when nothing was."""
        return max((finding.severity for finding in self.findings), default=None)
