"""A grid of groups and levels with steps between its boxes: a career ladder, from left to right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from .picture import (
    Band,
    Box,
    Caption,
    Line,
    Node,
    Picture,
    curve,
    placed,
    shortened,
    wrapped,
)

_WIDTH: Final = 150.0
_ACROSS: Final = 28.0
_DOWN: Final = 8.0
_ROW: Final = 14.0
_SIDE: Final = 114.0
_HEAD: Final = 34.0
#: A cell shows so many nodes; the others stand behind one box that leads to all.
MOST: Final = 8


class Axis(NamedTuple):
    """A level or group: what its heading says and where it leads."""

    key: str
    label: str
    language: str = ""
    href: str = ""


class Cell(NamedTuple):
    """The nodes of one level and group."""

    level: str
    group: str
    nodes: tuple[Node, ...]


def grid(
    picture: tuple[str, str, str],
    levels: Sequence[Axis],
    groups: Sequence[Axis],
    cells: Iterable[Cell],
    steps: Iterable[tuple[str, str]],
) -> Picture:
    """Draw cells in a grid, levels as columns and groups as rows, and steps as arrows.

    ``picture`` is its key, title and description.
    """
    columns = {axis.key: number for number, axis in enumerate(levels)}
    found = {(cell.group, cell.level): _stack(cell) for cell in cells}
    boxes: list[Box] = []
    captions = [_heading(axis, _left(number)) for number, axis in enumerate(levels)]
    bands: list[Band] = []
    width = _left(len(levels)) - _ACROSS + _ROW
    top = _HEAD
    channels: dict[str, float] = {}
    for group in groups:
        row = {level: found[group.key, level] for level in columns if (group.key, level) in found}
        height = max((_tall(stack) for stack in row.values()), default=0.0)
        bands.append(Band(0, top, width, height + 2 * _ROW - 6))
        captions.append(_side(group, top + (height + 2 * _ROW - 6) / 2))
        for level, stack in row.items():
            free = (height - _tall(stack)) / 2
            for box in _column(stack, _left(columns[level]), top + _ROW - 3 + free):
                boxes.append(box)
                channels[box.node.key] = top
        top += height + 2 * _ROW
    lines = _arrows({box.node.key: box for box in boxes}, steps, channels)
    return Picture(*picture, width, top, tuple(boxes), tuple(lines), tuple(captions), tuple(bands))


def _left(column: int) -> float:
    return _SIDE + column * (_WIDTH + _ACROSS)


def _heading(axis: Axis, x: float) -> Caption:
    text = shortened(axis.label, _WIDTH + _ACROSS - 8)
    middle = x + _WIDTH / 2
    return Caption(((20, text),), middle, "middle", axis.language, axis.href, "heading")


def _side(axis: Axis, middle: float) -> Caption:
    texts = wrapped(axis.label, _SIDE - 24, 3)
    first = middle - (len(texts) - 1) * 8 + 4
    lines = tuple((first + 16 * row, text) for row, text in enumerate(texts))
    return Caption(lines, 12, "start", axis.language, axis.href, "side")


def _stack(cell: Cell) -> list[tuple[Node, list[str]]]:
    return [(node, wrapped(node.label, _WIDTH - 12)) for node in cell.nodes]


def _tall(stack: Sequence[tuple[Node, list[str]]]) -> float:
    return sum(len(lines) * 16 + 14 + _DOWN for _, lines in stack) - _DOWN


def _column(stack: Iterable[tuple[Node, list[str]]], x: float, y: float) -> Iterator[Box]:
    for node, lines in stack:
        box = placed(node, x, y, _WIDTH, lines)
        y += box.height + _DOWN
        yield box


def _arrows(
    boxes: Mapping[str, Box], steps: Iterable[tuple[str, str]], channels: Mapping[str, float]
) -> Iterator[Line]:
    for source, target in steps:
        if source in boxes and target in boxes and source != target:
            one, two = boxes[source], boxes[target]
            yield Line(_way(one, two, channels[target]), f"{one.node.label} → {two.node.label}")


def _way(one: Box, two: Box, channel: float) -> str:
    """Return a path from box to box that passes between the others.

    Into the next column it is a curve in the gap; otherwise it runs along the top of the
    target's row.
    """
    x1, y1 = one.x + one.width, one.y + one.height / 2
    x2, y2 = two.x, two.y + two.height / 2
    if 0 < x2 - x1 <= _ACROSS:
        return curve(x1, y1, x2, y2)
    out, back, along = x1 + _ACROSS / 2 - 4, x2 - _ACROSS / 2, channel + 3
    return f"M{x1:g} {y1:g}H{out:g}V{along:g}H{back:g}V{y2:g}H{x2:g}"
