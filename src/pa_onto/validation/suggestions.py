"""What may have been meant by a code that the vocabulary does not have."""

from __future__ import annotations

from functools import cached_property
from typing import Final, NamedTuple

from ..namespaces import RDF_TYPE, SH, SKOS, local_name
from ..reading.nearest import nearest
from ..shacl import ShapesGraph
from .titles import JOB_TITLE, Titles, text_of

_LABELS: Final = tuple(f"<{SKOS}{name}>" for name in ("prefLabel", "altLabel", "hiddenLabel"))
_REMEMBERED: Final = 10_000


class Meant(NamedTuple):
    """What may have been meant: one code, or a sentence that says why it may be several."""

    code: str | None = None
    note: str = ""


_NOTHING: Final = Meant()


class Suggestions:
    """The names of concepts by class, and the class that the values of a shape must have.

    Values that should be job titles are asked of ``titles``, where there is a grammar: a title
    that looks like another one is not for that reason the same job. Other values are compared
    by their looks.
    """

    def __init__(self, shapes: ShapesGraph, vocabulary: str, titles: Titles | None = None) -> None:
        self._shapes = shapes
        self._vocabulary = vocabulary
        self._titles = titles
        self._known: dict[tuple[str, str], Meant] = {}

    def meant(self, shape: str, value: str) -> Meant:
        """Return what a term in N-Triples syntax may mean, for the class a shape wants."""
        wanted = self._shapes.value(f"<{shape}>", SH + "class") or ""
        if not value.startswith("<"):
            return self._of(wanted, text_of(value))
        if wanted == JOB_TITLE and self._titles:
            return self._of(wanted, self._titles.text_of(value[1:-1]))
        return self._of(wanted, local_name(value[1:-1]))

    def meant_for_key(self, key: str, value: str) -> Meant:
        """Return what a JSON value may mean, for the class the values of a key have."""
        return self._of(self._classes.get(key, ""), text_of(value))

    def _of(self, kind: str, text: str) -> Meant:
        if not text.strip():
            return _NOTHING
        if kind == JOB_TITLE and self._titles:
            return self._asked(self._titles, text)
        question = (kind, text)
        if question not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            names = self._names.get(kind, {})
            close = nearest(_plain(text), names) if names else None
            self._known[question] = Meant(names[close]) if close else _NOTHING
        return self._known[question]

    @staticmethod
    def _asked(titles: Titles, text: str) -> Meant:
        """Return what a text means as a title."""
        match = titles.meant(text)
        if match.status == "ambiguous":
            codes = [local_name(candidate.title) for candidate in match.candidates]
            listed = " or ".join(filter(None, [", ".join(codes[:-1]), codes[-1]]))
            return Meant(None, f"It may mean {listed}. {match.explanation.reason}")
        iri = match.title or titles.slip(text)
        return Meant(local_name(iri)) if iri else _NOTHING

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
                labels.setdefault(subject, []).append(text_of(value[:-2]))
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
