"""The names that schema.org has, and when a name is a slip of another."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from .problems import folded, likeliest

_FILE: Final = Path(__file__).parent / "schema-org.txt"
# What schema.org allows behind the name of a property of an action (schema.org/docs/actions).
_ANNOTATIONS: Final = ("-input", "-output")
# Of shorter names one letter is too much to be a slip.
_SHORT: Final = 4


class SchemaOrg(NamedTuple):
    """The types and the properties of schema.org, by their names."""

    types: frozenset[str]
    properties: frozenset[str]

    def names(self, types: bool) -> frozenset[str]:
        """Return the names of all types, or of all properties."""
        return self.types if types else self.properties

    def has(self, types: bool, name: str) -> bool:
        """Return whether there is a type, or a property, of that name."""
        if not types:
            for annotation in _ANNOTATIONS:
                name = name.removesuffix(annotation)
        return name in self.names(types)

    def near(self, types: bool, name: str) -> str | None:
        """Return which name may have been meant, None when none is close.

        >>> schema_org().near(True, "JobPostng")
        'JobPosting'
        """
        return likeliest(name.strip("/#"), _folded_names(types), 0.8)


@cache
def schema_org() -> SchemaOrg:
    """Read the names from the file beside this module, which says where they are from."""
    parts: dict[str, set[str]] = {"[types]": set(), "[properties]": set()}
    into = set[str]()
    for line in _FILE.read_text(encoding="ascii").splitlines():
        if line in parts:
            into = parts[line]
        elif line and line[0] != "#":
            into.add(line)
    return SchemaOrg(*(frozenset(names) for names in parts.values()))


@cache
def _folded_names(types: bool) -> dict[str, str]:
    return {folded(name): name for name in sorted(schema_org().names(types))}


def mistaken(name: str, other: str) -> bool:
    """Return whether a name is one slip away from another: a letter, or capitals and joints.

    Names that differ in a figure are siblings, and short ones are words of their own.

    >>> mistaken("reportTo", "reportsTo"), mistaken("address1", "address2")
    (True, False)
    """
    if folded(name) == folded(other):
        return name != other
    if min(len(name), len(other)) < _SHORT or _figures(name) != _figures(other):
        return False
    from rapidfuzz.distance import OSA

    return OSA.distance(name, other, score_cutoff=1) == 1


def _figures(name: str) -> list[str]:
    return [letter for letter in name if letter.isdigit()]
