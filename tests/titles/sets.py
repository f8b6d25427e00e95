"""Labelled titles: those kept here, in two halves, and the open set where there is one."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
OPEN = HERE.parent.parent.parent / "shared" / "resolve" / "gold-open.tsv"


class Case(NamedTuple):
    """A text and the code of the title it means, None where it means none."""

    text: str
    expected: str | None


def labelled(half: str = "both") -> list[Case]:
    """Return the labelled set, or its ``tuning`` or ``test`` half.

    The halves are told apart by the text alone, so that a text never changes sides. Nobody
    looks at the test half to mend what it shows.
    """
    return [case for case in _read(HERE / "labelled.tsv") if half in ("both", _half(case.text))]


def opened() -> list[Case]:
    """Return the open set, nothing where the checkout stands alone."""
    return _read(OPEN) if OPEN.is_file() else []


def _half(text: str) -> str:
    return "test" if sha256(text.encode()).digest()[0] % 2 else "tuning"


def _read(path: Path) -> list[Case]:
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:])
    return [Case(row[0], None if row[1] == "NONE" else _code(row[1])) for row in rows]


def _code(title: str) -> str:
    return re.sub(r"[^a-z]+", "-", title.lower())
