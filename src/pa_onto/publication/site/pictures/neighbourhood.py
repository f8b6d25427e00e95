"""One concept between those that lead to it and those it leads to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from .picture import Box, Caption, Line, Node, Picture, box_height, curve, placed, shortened

_WIDTH: Final = 214.0
_BETWEEN: Final = 66.0
_STEP: Final = 36.0
_HEAD: Final = 24.0
_TEXT: Final = _WIDTH - 16


class Side(NamedTuple):
    """Nodes joined to the concept by one relation, which stands above them.

    ``style`` of the lines is ``step`` where they have a direction and ``plain`` where not.
    """

    heading: str
    language: str
    nodes: tuple[Node, ...]
    style: str = "step"


def neighbourhood(
    picture: tuple[str, str, str], before: Sequence[Side], node: Node, after: Sequence[Side]
) -> Picture:
    """Draw a concept with ``before`` on its left and ``after`` on its right.

    ``picture`` is its key, title and description.
    """
    height = max(_tall(before), _tall(after), box_height(1) + 4)
    left = bool(before)
    x = (_WIDTH + _BETWEEN) if left else 1.0
    middle = height / 2
    centre = placed(node, x, middle - box_height(1) / 2, _WIDTH, [shortened(node.label, _TEXT)])
    boxes, captions = [centre], list[Caption]()
    lines: list[Line] = []
    for sides, at, leads in ((before, 1.0, True), (after, x + _WIDTH + _BETWEEN, False)):
        for box, style in _column(sides, at, (height - _tall(sides)) / 2, captions):
            boxes.append(box)
            y = box.y + box.height / 2
            ends = (at + _WIDTH, y, x, middle) if leads else (x + _WIDTH, middle, at, y)
            lines.append(Line(curve(*ends), style=style))
    width = x + _WIDTH + (_BETWEEN + _WIDTH if after else 0) + 1
    return Picture(*picture, width, height, tuple(boxes), tuple(lines), tuple(captions))


def _tall(sides: Sequence[Side]) -> float:
    return sum(_HEAD + len(side.nodes) * _STEP for side in sides)


def _column(
    sides: Sequence[Side], x: float, y: float, captions: list[Caption]
) -> Iterator[tuple[Box, str]]:
    for side in sides:
        text = shortened(side.heading, _WIDTH)
        captions.append(Caption(((y + 17, text),), x + 2, language=side.language))
        y += _HEAD
        for node in side.nodes:
            yield placed(node, x, y, _WIDTH, [shortened(node.label, _TEXT)]), side.style
            y += _STEP
