"""Which shapes speak of the keys of one class of records, and what they ask besides values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from ..namespaces import SH, local_name
from ..shacl import ShapesGraph
from .combination import Schema
from .values import labels, members


class Rules:
    """The shapes that target one class, by key; without a class, all property shapes."""

    def __init__(self, shapes: ShapesGraph, kind: str | None = None) -> None:
        self._shapes = shapes
        self._nodes = [s for s, target in shapes.targets if target.node.value == kind]
        found: Iterable[Any] = (triple.subject for triple in shapes.triples)
        if kind is not None:
            listed = (t.object for s in self._nodes for t in shapes.objects(s, SH + "property"))
            found = [*self._nodes, *listed]
        self._keyed: dict[str, list[Any]] = defaultdict(list)
        for shape in sorted(dict.fromkeys(found), key=_iri):
            key = shapes.value(shape, SH + "codeIdentifier")
            if key is not None and shapes.objects(shape, SH + "path"):
                self._keyed[key].append(shape)

    def blocking(self, key: str) -> list[Any]:
        """Return the property shapes of a key that no right record breaks."""
        return [shape for shape in self._keyed[key] if self._blocks(shape)]

    def labels(self, key: str | None = None) -> Schema:
        """Return title and description of a key, or of the class."""
        if key is not None:
            return labels(self._shapes, self._named(key))
        listing = [s for s in self._nodes if self._shapes.objects(s, SH + "property")]
        return labels(self._shapes, min(listing, key=_iri, default=None))

    def order(self, key: str) -> float:
        """Return where a key stands among the others."""
        return float(self._shapes.value(self._named(key), SH + "order") or "inf")

    def counts(self, key: str, parameter: str) -> list[int]:
        """Return what the blocking shapes of a key have for ``minCount`` or ``maxCount``."""
        found = (self._shapes.value(shape, SH + parameter) for shape in self.blocking(key))
        return [int(count) for count in found if count is not None]

    def needs(self, names: dict[str, str]) -> Iterator[tuple[str, str]]:
        """Yield pairs of keys of which the first needs the second; ``names`` is by property.

        The rule is a choice between no value of the one and some value of the other.
        """
        for shape in sorted(self._nodes, key=_iri):
            for triple in self._shapes.objects(shape, SH + "or") if self._blocks(shape) else ():
                counts = dict(map(self._count, members(self._shapes, triple.object)))
                pair = (counts.get("maxCount 0"), counts.get("minCount 1"))
                if len(counts) == 2 and pair[0] in names and pair[1] in names:
                    yield names[pair[0]], names[pair[1]]

    def _count(self, shape: object) -> tuple[str, str]:
        """Return what a shape counts, and of which property; nothing else may be in it."""
        found = {t.predicate.value: t.object for t in self._shapes.triples if t.subject == shape}
        path = found.pop(SH + "path", None)
        if len(found) != 1 or not isinstance(path, ox.NamedNode):
            return str(shape), ""
        ((name, number),) = found.items()
        return f"{name.removeprefix(SH)} {getattr(number, 'value', '')}", path.value

    def _named(self, key: str) -> object:
        """Return the shape named after a key, else the first that has it."""
        named = [s for s in self._keyed[key] if local_name(_iri(s)) in (key, _local(s, key))]
        return min(named or self._keyed[key], key=lambda s: len(_iri(s)), default=None)

    def _blocks(self, shape: object) -> bool:
        severity = self._shapes.value(shape, SH + "severity") or SH + "Violation"
        active = self._shapes.value(shape, SH + "deactivated") != "true"
        return active and severity == SH + "Violation"


def _local(shape: object, key: str) -> str:
    """Return the name that a shape of a class has if it is named after a key."""
    name = local_name(_iri(shape))
    return name if name.endswith(f"-{key}") else key


def _iri(shape: object) -> str:
    """Return what shapes are sorted by; those without an IRI stay in the order of their file."""
    return shape.value if isinstance(shape, ox.NamedNode) else ""
