"""The number of the next version (Semantic Versioning 2.0, section 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ..errors import UsageError
from .change import Change, Effect

_NUMBER: Final = re.compile(r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})", re.ASCII)

#: A version as numbers.
Numbers = tuple[int, int, int]


def is_version(text: str) -> bool:
    """Return whether a text is a version: three numbers without leading zeros."""
    return _NUMBER.fullmatch(text) is not None


def released_in(dist: Path) -> list[str]:
    """Return the numbers of the releases in a published folder, the newest first."""
    if not dist.is_dir():
        return []
    names = [path.name for path in dist.iterdir() if is_version(path.name) and path.is_dir()]
    return sorted(names, key=parsed, reverse=True)


def parsed(text: str) -> Numbers:
    """Return the numbers of a version. Raises UsageError for what is none."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise UsageError(
            f"{text!r} is no version.", cure="Give three numbers, such as 1.2.0, and nothing else."
        )
    return int(match[1]), int(match[2]), int(match[3])


def effect_of(changes: Iterable[Change]) -> Effect | None:
    """Return the gravest effect of some changes, None when there is none."""
    return max((change.effect for change in changes), default=None)


def advised(version: str, effect: Effect | None) -> str:
    """Return the version that follows by a step, the same when nothing changed.

    >>> advised("1.4.2", Effect.MINOR)
    '1.5.0'
    """
    major, minor, patch = parsed(version)
    if effect is Effect.MAJOR:
        return f"{major + 1}.0.0"
    if effect is Effect.MINOR:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}" if effect else version
