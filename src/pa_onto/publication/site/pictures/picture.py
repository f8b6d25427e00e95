"""A picture as values: boxes with text, lines between them, bands behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

#: Width of a character of a sans-serif face, in parts of its size: that of the widest usual ones.
_NARROW: Final = frozenset("iljtfrI.,:;'!|()[]-/ ")
_WIDE: Final = frozenset("mwMWQGO@%&")
_SIZE: Final = 12.5
# A word in the parts at whose hyphens it may be broken.
_PARTS: Final = re.compile(r"[^-]*-+(?=[^-])|.+")
LINE: Final = 16
PADDING: Final = 8


class Node(NamedTuple):
    """What a box stands for: the text on it and where it leads, from the top of the site."""

    key: str
    label: str
    language: str = ""
    href: str = ""
    style: str = "node"


class Box(NamedTuple):
    """A node in its place: ``lines`` are the pieces of its label with their baselines."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    lines: tuple[tuple[float, str], ...]


class Line(NamedTuple):
    """A line as the ``d`` of an SVG path, and what it says for those who point at it."""

    path: str
    title: str = ""
    style: str = "step"


class Caption(NamedTuple):
    """Lines of text on the ground, with their baselines; ``anchor`` is as in SVG."""

    lines: tuple[tuple[float, str], ...]
    x: float
    anchor: str = "start"
    language: str = ""
    href: str = ""
    style: str = "caption"


class Band(NamedTuple):
    """A rectangle behind the boxes."""

    x: float
    y: float
    width: float
    height: float


class Picture(NamedTuple):
    """A drawing: ``key`` makes the ids in it unique on a page."""

    key: str
    title: str
    description: str
    width: float
    height: float
    boxes: tuple[Box, ...] = ()
    lines: tuple[Line, ...] = ()
    captions: tuple[Caption, ...] = ()
    bands: tuple[Band, ...] = ()


def text_width(text: str, size: float = _SIZE) -> float:
    """Return about how wide a text is in pixels."""
    return size * sum(map(_character_width, text))


def _character_width(mark: str) -> float:
    if mark in _NARROW:
        return 0.37
    if mark in _WIDE:
        return 0.92
    if mark > "\u2e7f":
        return 1.0
    return 0.72 if mark.isupper() else 0.6


def wrapped(text: str, width: float, most: int = 3) -> list[str]:
    """Break a text into at most so many lines; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    for word in _words(text[: most * 80], width):
        # What ends in a hyphen is the beginning of a word.
        space = "" if lines and lines[-1].endswith("-") else " "
        if lines and text_width(f"{lines[-1]}{space}{word}") <= width:
            lines[-1] += space + word
        else:
            lines.append(word)
    if len(lines) > most or len(text) > most * 80:
        lines = [*lines[: most - 1], shortened(f"{' '.join(lines[most - 1 :])}…", width)]
    return lines or [""]


def shortened(text: str, width: float) -> str:
    """Return the text, cut and with an ellipsis when it is too wide."""
    if text_width(text) <= width:
        return text
    while text and text_width(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _words(text: str, width: float) -> Iterator[str]:
    """Yield the words of a text, parted at hyphens, those too long for a line cut into pieces."""
    for word in text.split():
        for part in _PARTS.findall(word):
            if text_width(part) <= width:
                yield part
            else:
                yield from _pieces(part, width)


def _pieces(word: str, width: float) -> Iterator[str]:
    start, used = 0, 0.0
    for at, mark in enumerate(word):
        used += text_width(mark)
        if used > width and at > start:
            yield word[start:at]
            start, used = at, text_width(mark)
    yield word[start:]


def box_height(lines: int) -> float:
    """Return the height of a box with so many lines."""
    return lines * LINE + 2 * PADDING - 2


def placed(node: Node, x: float, y: float, width: float, lines: Iterable[str]) -> Box:
    """Return the box of a node whose label is already broken into lines."""
    baselines = tuple((y + PADDING + 11 + LINE * row, text) for row, text in enumerate(lines))
    return Box(node, x, y, width, box_height(len(baselines)), baselines)


def curve(x1: float, y1: float, x2: float, y2: float) -> str:
    """Return a path from left to right that leaves and arrives level."""
    half = (x2 - x1) / 2
    return f"M{x1:g} {y1:g}C{x1 + half:g} {y1:g} {x2 - half:g} {y2:g} {x2:g} {y2:g}"
