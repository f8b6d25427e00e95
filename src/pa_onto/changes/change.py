"""What a change is: of what, from what to what, and how much it asks of those who use it."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Effect(IntEnum):
    """The number of a version that a change must raise, least first (Semantic Versioning 2.0)."""

    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def label(self) -> str:
        """The name people give it: ``patch``, ``minor`` or ``major``."""
        return self.name.lower()


class Kind:
    """The kinds of change, in the order in which they are told."""

    REMOVED = "removed"
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"
    SUCCEEDED = "succeeded"
    ADDED = "added"
    RELABELLED = "relabelled"
    RECODED = "recoded"
    REDEFINED = "redefined"
    REPARENTED = "reparented"
    REASSIGNED = "reassigned"
    RELATED = "related"
    MAPPED = "mapped"
    RETYPED = "retyped"
    RESTRICTED = "restricted"
    DOCUMENTED = "documented"
    OTHER = "other"


#: Every kind in the order in which kinds are told.
KINDS: tuple[str, ...] = tuple(
    value for name, value in vars(Kind).items() if not name.startswith("_")
)


class Value(NamedTuple):
    """A value: ``term`` in N-Triples syntax, ``text`` as people read it."""

    term: str
    text: str


class Change(NamedTuple):
    """One change of one thing.

    ``what`` is concept, class, property, scheme, collection or node; ``predicate`` the IRI of the
    property whose values differ and ``name`` how people call it, both empty for what came, went
    or was withdrawn as a whole. ``before`` and ``after`` hold the values that went and came; of
    what was withdrawn ``after`` holds the successors. ``derived`` marks what merely follows from
    other statements.
    """

    kind: str
    iri: str
    label: str
    what: str
    effect: Effect
    predicate: str = ""
    name: str = ""
    before: tuple[Value, ...] = ()
    after: tuple[Value, ...] = ()
    derived: bool = False

    @property
    def sort_key(self) -> tuple[int, str, str, str]:
        """Order that depends on content alone."""
        return (KINDS.index(self.kind), self.label.casefold(), self.iri, self.predicate)
