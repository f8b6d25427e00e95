"""Codes of the vocabulary by what people call them."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from ..namespaces import SKOS
from ..reading.nearest import nearest

_LABELS = tuple(f"<{SKOS}{name}>" for name in ("prefLabel", "altLabel", "hiddenLabel", "notation"))


class Names:
    """The codes of one key, by code and by label, whatever the case and the joints."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = tuple(codes)
        self._known = {_folded(code): code for code in self.codes}

    def add(self, name: str, code: str) -> None:
        """Let a name stand for a code, unless it stands for another one."""
        self._known.setdefault(_folded(name), code)

    def find(self, text: str) -> str | None:
        """Return the code that a text is or names, None when there is none."""
        return self._known.get(_folded(text))

    def nearest(self, text: str) -> str | None:
        """Return the code that may have been meant."""
        close = nearest(_folded(text), self._known, 0.75)
        return self._known[close] if close else None


def labelled(space: str, codes: Iterable[str], vocabulary: str) -> Names:
    """Return the codes of a namespace with the labels that a vocabulary, as N-Triples, has."""
    names, start = Names(codes), f"<{space}"
    lines = [
        line
        for line in vocabulary.split("\n")
        if line.startswith(start) and line.split(" ", 2)[1] in _LABELS
    ]
    for quad in ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES, lenient=True):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
            names.add(quad.object.value, quad.subject.value.removeprefix(space))
    return names


def _folded(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
