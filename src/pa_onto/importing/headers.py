"""Which columns of an export hold which keys, told by their names.

What exports call their columns is data: ``ontology/exports.tsv`` beside the columns that
``ontology/titles/context.tsv`` knows, and the names and labels of the keys themselves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple
from unicodedata import combining, normalize

from ..errors import InputError
from ..project import Project
from ..reading.inputs import read_path
from .fields import Fields
from .positions import Titles

_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_WORDS: Final = re.compile(r"[^\w£€]+|_")
_ASIDE: Final = re.compile(r"\([^)]*\)|\[[^]]*\]")


class Use(NamedTuple):
    """A column that seems to hold a key.

    ``folder`` is that of the IRIs that are made of its cells; ``times`` says how often a number
    counts, for a rate that is not by the week.
    """

    column: str
    folder: str = ""
    times: str = ""


class Headers:
    """What the names of columns say."""

    def __init__(self, project: Project, fields: Fields, titles: Titles) -> None:
        self._columns: dict[str, tuple[str, str]] = {}
        self._meant: dict[tuple[str, str], str] = {}
        self._beside = titles.columns()
        for words, says in _rows(project.ontology / "exports.tsv"):
            kind, _, value = says.partition(" ")
            if kind == "column":
                key, _, folder = value.partition(" ")
                self._columns[words] = (key, folder)
            else:
                self._meant[kind, words] = value
        own = {"title": titles.key, "department": titles.department_key}
        for words, kind in self._beside.items():
            if own.get(kind):
                self._columns.setdefault(_folded(words), (own[kind], ""))
        for name, field in fields.by_name.items():
            for words in (name, field.label):
                self._columns.setdefault(_folded(words), (name, f"{name}s"))
        self._known = ("id", *fields.by_name)

    def uses(self, header: Sequence[str]) -> dict[str, Use]:
        """Return the column of every key that some column seems to hold."""
        found: dict[str, Use] = {}
        counts = Counter(header)
        for column in header:
            if counts[column] > 1 or set(column) & set("{}"):
                continue
            key, more = self._said(column)
            times = more if more.isdecimal() else ""
            use = Use(column, "" if times else more or f"{key}s", times)
            # What counts once says more than what has to be multiplied.
            known = found.get(key)
            if key in self._known and (known is None or (known.times and not use.times)):
                found[key] = use
        return {key: found[key] for key in self._known if key in found}

    def beside(self, header: Sequence[str], kind: str) -> str:
        """Return the column that holds the department or the employer, if there is one."""
        names = (name for name, count in Counter(header).items() if count == 1)
        return next((n for n in names if self._beside.get(n.strip().casefold()) == kind), "")

    def meant(self, key: str, cell: str) -> str:
        """Return the value of a key that exports write in other words."""
        return self._meant.get((key, _folded(cell)), "")

    def _said(self, column: str) -> tuple[str, str]:
        for words in (_folded(column), _folded(_ASIDE.sub(" ", column))):
            if words in self._columns:
                return self._columns[words]
        return "", ""


def _folded(text: str) -> str:
    """Return the words of a text, in lower case, without accents and punctuation.

    >>> _folded("Employee-No.")
    'employee no'
    """
    plain = "".join(c for c in normalize("NFKD", _CAMEL.sub(" ", text)) if not combining(c))
    words = _NOT_WORDS.sub(" ", plain.replace("#", " no ")).casefold().split()
    return " ".join("no" if word in ("num", "nbr", "nr") else word for word in words)


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    if not path.is_file():
        return
    for number, line in enumerate(read_path(str(path)).splitlines()[1:], 2):
        words, tab, says = line.partition("\t")
        if not tab or " " not in says:
            cure = "Write words, a tab, and what they say, such as column startDate."
            raise InputError("Not a row of two cells.", cure=cure, file=str(path), line=number)
        yield words, says
