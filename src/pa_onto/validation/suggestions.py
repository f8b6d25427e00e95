"""What may have been meant by a code that the vocabulary does not have."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ..namespaces import DCTERMS, OWL, RDF_TYPE, SH, SKOS, local_name
from ..reading.nearest import nearest
from ..shacl import ShapesGraph

if TYPE_CHECKING:
    from ..changes.successors import Successors

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

    def successor(self, value: str) -> str | None:
        """Return the code of what is used in place of a withdrawn concept, an IRI in brackets."""
        if value[1:-1] not in self._successors.withdrawn:
            return None
        one = self._successors.of(value[1:-1]).one
        return local_name(one) if one else None

    @cached_property
    def _successors(self) -> Successors:
        from ..changes.successors import Successors
        from ..reading.formats import format_named
        from ..reading.rdf import parse_graph

        wanted = (f"<{RDF_TYPE}>", f"<{OWL}deprecated>", f"<{DCTERMS}isReplacedBy>")
        lines = self._vocabulary.split("\n") if wanted[1] in self._vocabulary else ()
        kept = "\n".join(line for line in lines if line.partition(" ")[2].startswith(wanted))
        return Successors(parse_graph(kept, format_named("n-triples"), "the vocabulary"))

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
