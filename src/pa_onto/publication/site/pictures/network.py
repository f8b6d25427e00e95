"""A relation drawn as a layered graph, from left to right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from .layering import Edge, layered
from .picture import Box, Line, Node, Picture, box_height, curve, placed, wrapped

_WIDTH: Final = 150.0
_BETWEEN: Final = 54.0
_GAP: Final = 9.0
_MARGIN: Final = 2.0
_APART: Final = 22.0


def network(
    key: str,
    title: str,
    description: str,
    nodes: Mapping[str, Node],
    edges: Iterable[Edge],
    says: str = "→",
) -> Picture | None:
    """Draw the nodes that edges join; None when there are none.

    ``says`` stands between the labels of two nodes in what a line says.
    """
    edges = [(one, two) for one, two in edges if one != two and one in nodes and two in nodes]
    boxes: list[Box] = []
    lines: list[Line] = []
    top = _MARGIN
    for part in _components(edges):
        placed_boxes, placed_lines, bottom = _component(part, nodes, top, says)
        boxes += placed_boxes
        lines += placed_lines
        top = bottom + _APART
    if not boxes:
        return None
    width = max(box.x + box.width for box in boxes) + _MARGIN
    height = top - _APART + _MARGIN
    return Picture(key, title, description, width, height, tuple(boxes), tuple(lines))


def _component(
    edges: Sequence[Edge], nodes: Mapping[str, Node], top: float, says: str
) -> tuple[list[Box], list[Line], float]:
    text = {key: wrapped(nodes[key].label, _WIDTH - 12, 2) for e in edges for key in e}
    layering = layered(edges, lambda key: box_height(len(text[key])), _GAP)
    place: dict[str, tuple[float, float]] = {}
    boxes: list[Box] = []
    for number, layer in enumerate(layering.layers):
        x = _MARGIN + number * (_WIDTH + _BETWEEN)
        for key in layer:
            y = top + layering.middle[key]
            place[key] = (x, y)
            if key in text:
                height = box_height(len(text[key]))
                boxes.append(placed(nodes[key], x, round(y - height / 2, 1), _WIDTH, text[key]))
    implied = _implied(edges)
    lines = [
        Line(
            _path(route, place, backward=route[0] != edge[0]),
            f"{nodes[edge[0]].label} {says} {nodes[edge[1]].label}",
            "implied" if edge in implied else "step",
        )
        for edge, route in layering.routes.items()
    ]
    # Lines may pass below the lowest box.
    lowest = top + max(layering.middle.values()) + _GAP
    return boxes, lines, max(lowest, *(box.y + box.height for box in boxes))


def _path(route: Sequence[str], place: Mapping[str, tuple[float, float]], *, backward: bool) -> str:
    """Return the path of a line through its stations, from its own source to its target."""
    points: list[tuple[float, float]] = []
    for number, station in enumerate(route):
        x, y = place[station]
        if number:
            points.append((x, y))
        if number < len(route) - 1:
            points.append((x + _WIDTH, y))
    if backward:
        points.reverse()
    pieces = [f"M{points[0][0]:g} {points[0][1]:.1f}"]
    for (x1, y1), (x2, y2) in pairwise(points):
        pieces.append(_piece(x1, y1, x2, y2))
    return "".join(pieces)


def _piece(x1: float, y1: float, x2: float, y2: float) -> str:
    if y1 == y2:
        return f"H{x2:g}"
    path = curve(x1, round(y1, 1), x2, round(y2, 1))
    return path[path.index("C") :]


def _components(edges: Iterable[Edge]) -> Iterator[list[Edge]]:
    """Yield the edges of each connected part, the largest part first."""
    near: dict[str, list[str]] = defaultdict(list)
    edges = list(edges)
    for source, target in edges:
        near[source].append(target)
        near[target].append(source)
    part: dict[str, int] = {}
    for start in near:
        waiting = [start] if start not in part else []
        while waiting:
            node = waiting.pop()
            if part.setdefault(node, part.get(start, len(part))) == part[start]:
                waiting += [other for other in near[node] if other not in part]
    found: dict[int, list[Edge]] = defaultdict(list)
    for edge in edges:
        found[part[edge[0]]].append(edge)
    yield from sorted(found.values(), key=len, reverse=True)


def _implied(edges: Sequence[Edge]) -> set[Edge]:
    """Return the edges whose ends are joined by a longer way as well."""
    after: dict[str, list[str]] = defaultdict(list)
    for source, target in edges:
        after[source].append(target)
    return {
        (source, target)
        for source, target in edges
        if any(_leads(other, target, after) for other in after[source] if other != target)
    }


def _leads(source: str, target: str, after: Mapping[str, Sequence[str]]) -> bool:
    waiting, seen = [source], {source}
    while waiting:
        for node in after.get(waiting.pop(), ()):
            if node == target:
                return True
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return False
