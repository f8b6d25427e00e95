"""How the shapes were used: how many focus nodes each had, and what a target may have meant.

That a shape finds no focus node is normal: shapes speak of more than one file holds. But a
target that names a class nobody uses, while another is near that no shape speaks of, is
most likely a slip of the pen, on either side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from ..model import Finding, Location, Severity, ShapeUse
from ..namespaces import local_name
from ..reading.nearest import nearest
from ..shacl import ShapesGraph
from ..triples import Resource

_NEAR: Final = 0.8
_NAMED: Final = 5
_THING: Final = ("property", "type")


def uses_of(shapes: ShapesGraph, aimed: Iterable[tuple[int, int]]) -> tuple[ShapeUse, ...]:
    """Return how every shape with a target was used, in the order of their names.

    ``aimed`` are numbers whose bits say which targets nodes are of, and how many nodes these are.
    """
    of_shape: dict[Resource, int] = {}
    for number, (shape, _) in enumerate(shapes.targets):
        of_shape[shape] = of_shape.get(shape, 0) | 1 << number
    counts: Counter[Resource] = Counter()
    for targets, count in aimed:
        for shape, bits in of_shape.items():
            if targets & bits:
                counts[shape] += count
    found = [
        ShapeUse(
            shape.value if isinstance(shape, ox.NamedNode) else "",
            tuple(
                f"{target.kind} {target.node}" for other, target in shapes.targets if other == shape
            ),
            counts[shape],
            shapes.deactivated(shape),
        )
        for shape in of_shape
    ]
    return tuple(sorted(found))


def slips(
    shapes: ShapesGraph, uses: Iterable[ShapeUse], classes: set[str], properties: set[str]
) -> Iterator[str]:
    """Yield a notice for every target that nothing is of, and that may have meant another name.

    ``classes`` and ``properties`` are those that the data use, in N-Triples syntax.
    """
    targeted = {str(target.node) for _, target in shapes.targets}
    idle: dict[str, list[str]] = {}
    for use in sorted(uses):
        for target in use.targets if not use.focus_nodes and not use.deactivated else ():
            idle.setdefault(target, []).append(use.shape)
    for target, found in idle.items():
        kind, _, name = target.partition(" ")
        used = classes if kind == "targetClass" else properties if kind.endswith("Of") else set()
        if name[:1] != "<" or name in used:
            continue
        free = {local_name(other[1:-1]): other for other in used - targeted}
        close = nearest(local_name(name[1:-1]), free, _NEAR) if free else None
        if close:
            what = shapes.short(found[0]) if found[0] else "A shape without a name"
            more = f" and {len(found) - 1} more" if found[1:] else ""
            yield (
                f"{what}{more} found no focus node: nothing has the "
                f"{_THING[kind == 'targetClass']} {shapes.short(name[1:-1])}. "
                f"Did you mean {shapes.short(free[close][1:-1])}, which no shape targets?"
            )


def unused(shapes: ShapesGraph) -> str:
    """Return a notice of the shapes that no target leads to, empty where there are none.

    Only shapes with a name count, and not those that others refer to.
    """
    reached = {link.target for link in shapes.links} | {shape for shape, _ in shapes.targets}
    found = [
        shape
        for shape in shapes.described_shapes
        if shape not in reached and not shapes.deactivated(shape)
    ]
    if not found:
        return ""
    from ..shacl.lint import named

    listed = ", ".join(named(shapes, shape) for shape in found[:_NAMED])
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    one = len(found) == 1
    return (
        f"{listed}{more} {'is' if one else 'are'} not run: "
        f"{'it has' if one else 'they have'} no target, and no shape refers to "
        f"{'it' if one else 'them'}."
    )


def not_run(shapes: ShapesGraph) -> list[Finding]:
    """Return a finding for everything of the shapes that was set aside.

    Data conform when nothing is found. Where not everything was looked at, that is not known.
    """
    return [
        Finding(
            focus_node=aside.shape or aside.file,
            message=aside.message,
            component="NotRun",
            severity=Severity.WARNING,
            shape=aside.shape,
            location=Location(aside.file) if aside.file else None,
        )
        for aside in dict.fromkeys(shapes.set_aside)
    ]
