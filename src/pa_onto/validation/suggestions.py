"""What may have been meant by a code that the vocabulary does not have."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Final

from ..namespaces import RDF_TYPE, SH, SKOS, local_name
from ..reading.nearest import nearest
from ..shacl import ShapesGraph

_LABELS: Final = tuple(f"<{SKOS}{name}>" for name in ("prefLabel", "altLabel", "hiddenLabel"))
_REMEMBERED: Final = 10_000


class Suggestions:
    """The names of concepts by class, and the class that the values of a shape must have."""

    def __init__(self, shapes: ShapesGraph, vocabulary: str) -> None:
        self._shapes = shapes
        self._vocabulary = vocabulary
        self._known: dict[tuple[str, str], str | None] = {}

    def nearest(self, shape: str, value: str) -> str | None:
        """Return the code closest to a term in N-Triples syntax, for the class a shape wants."""
        wanted = self._shapes.value(f"<{shape}>", SH + "class") or ""
        text = local_name(value[1:-1]) if value.startswith("<") else _text(value)
        return self._of(wanted, text)

    def for_key(self, key: str, value: str) -> str | None:
        """Return the code closest to a JSON value, for the class the values of a key have."""
        return self._of(self._classes.get(key, ""), value.strip('"'))

    def _of(self, kind: str, text: str) -> str | None:
        if kind not in self._names or not text:
            return None
        question = (kind, text)
        if question not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            names = self._names[kind]
            close = nearest(_plain(text), names)
            self._known[question] = names[close] if close else None
        return self._known[question]

    @cached_property
    def _classes(self) -> dict[str, str]:
        """The class of the values of every key."""
        return {
            key: kind
            for triple in self._shapes.triples
            if triple.predicate.value == SH + "class"
            if (key := self._shapes.value(triple.subject, SH + "codeIdentifier"))
            if (kind := triple.object.value)
        }

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        """For every class the codes of its concepts by each of their names."""
        kinds: dict[str, list[str]] = {}
        labels: dict[str, list[str]] = {}
        for line in self._vocabulary.split("\n"):
            subject, _, rest = line.partition(" ")
            predicate, _, value = rest.partition(" ")
            if predicate == f"<{RDF_TYPE}>":
                kinds.setdefault(value[1:-3], []).append(subject)
            elif predicate in _LABELS:
                labels.setdefault(subject, []).append(_text(value[:-2]))
        wanted = set(self._classes.values())
        return {
            kind: {
                _plain(name): local_name(concept[1:-1])
                for concept in concepts
                for name in (*labels.get(concept, ()), local_name(concept[1:-1]))
            }
            for kind, concepts in kinds.items()
            if kind in wanted
        }


def _plain(text: str) -> str:
    return text.replace("-", " ").replace("_", " ").casefold()


def _text(literal: str) -> str:
    """Return the text of a literal in N-Triples syntax."""
    end = literal.rfind('"')
    try:
        return str(json.loads(literal[: end + 1]))
    except ValueError:
        return literal
