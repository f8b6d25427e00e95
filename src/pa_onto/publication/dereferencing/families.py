"""Routes that lead to the same formats, as web servers treat them: together."""

from __future__ import annotations

from typing import NamedTuple

from .formats import Format
from .routes import Route, Rules, Target


class Family(NamedTuple):
    """Routes with the same targets: single paths, and folders (``""`` or ending in ``/``)."""

    number: int
    targets: tuple[Target, ...]
    exact: tuple[Route, ...]
    folders: tuple[str, ...]

    @property
    def formats(self) -> list[Format]:
        """The formats there are, the preferred one first."""
        return [target.format for target in self.targets]

    @property
    def stems(self) -> dict[str, list[str]]:
        """The extensions by what stands before them in the path of the file."""
        found: dict[str, list[str]] = {}
        for format, file in self.targets:
            found.setdefault(file.removesuffix(f".{format.extension}"), []).append(format.extension)
        return found


def families(rules: Rules) -> list[Family]:
    """Return the routes of some rules by their targets."""
    found: dict[tuple[Target, ...], list[Route]] = {}
    for route in rules.routes:
        found.setdefault(route.targets, []).append(route)
    return [
        Family(
            number,
            targets,
            tuple(route for route in routes if not route.folder),
            tuple(route.source for route in routes if route.folder),
        )
        for number, (targets, routes) in enumerate(found.items(), 1)
    ]
