"""Where the values of a JSON text stand that JSON Pointers name (RFC 6901).

The text is known to be valid JSON (RFC 8259); nothing is checked again. One walk finds all
values. It enters only what a pointer leads into and steps over the rest, a flat object in one
match; it keeps its own stack, so that no nesting is too deep.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from .lines import Place, places

_STRING: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_FLAT: Final = rf'[^"\[\]{{}}]*+(?:{_STRING}[^"\[\]{{}}]*+)*+'
_BLANK: Final = re.compile(r"[ \t\r\n]*")
_KEY: Final = re.compile(_STRING, re.DOTALL)
# What stands between two members or elements, and between a key and its value.
_BETWEEN: Final = re.compile(r"[ \t\r\n,:]*")
# A value without a bracket inside it.
_SIMPLE: Final = re.compile(
    rf'{_STRING}|[^\s"\[\]{{}},:]+|\{{{_FLAT}\}}|\[{_FLAT}\]',
    re.DOTALL,
)
# The pieces of a value with brackets inside it.
_PIECE: Final = re.compile(
    rf"(?P<flat>\{{{_FLAT}\}}|\[{_FLAT}\]|{_STRING})|(?P<open>[\[{{])|(?P<close>[\]}}])",
    re.DOTALL,
)


class Span(NamedTuple):
    """A part of a text: offsets of its first character and of the one after its last.

    ``line`` and ``column`` count from 1. ``key`` is the name of a member, its quotes
    included; None for elements of arrays, for the whole document and for keys themselves.
    """

    start: int
    end: int
    line: int
    column: int
    key: Span | None = None


class _Step:
    """What is wanted below one value: the tokens that lead on, and the pointers that end here."""

    __slots__ = ("children", "pointers")

    def __init__(self) -> None:
        self.children: dict[str, _Step] = {}
        self.pointers: list[str] = []


class _Found(NamedTuple):
    pointers: list[str]
    start: int
    end: int
    key: tuple[int, int] | None


class _Open:
    """A container the walk is in: what is wanted of it and how far it has come."""

    __slots__ = ("index", "key", "start", "step", "wanted")

    def __init__(self, step: _Step, start: int, key: tuple[int, int] | None, *, array: bool):
        self.step = step
        self.start = start
        self.key = key
        self.index = 0 if array else None
        self.wanted = dict(step.children)


def spans(text: str, pointers: Collection[str]) -> dict[str, Span]:
    """Return the span of the value at each pointer; those that lead nowhere are left out.

    Of a key that occurs twice in one object the first counts.

    >>> spans('{"a": [1, 22]}', ["/a/1"])["/a/1"]
    Span(start=10, end=12, line=1, column=11, key=None)
    """
    found = list(_walk(text, _steps(pointers)))
    starts = [one.start for one in found] + [one.key[0] for one in found if one.key]
    at = places(text, starts)
    return {
        pointer: Span(one.start, one.end, *at[one.start], key=_key_span(one.key, at))
        for one in found
        for pointer in one.pointers
    }


def element_spans(text: str, pointer: str = "") -> list[tuple[int, int]]:
    """Return the offsets of every element of the array at a pointer (``""``: the document).

    A value that is no array is its own single element; without a value there is none.
    """
    found = next(_walk(text, _steps([pointer])), None)
    if found is None or text[found.start] != "[":
        return [] if found is None else [(found.start, found.end)]
    elements = []
    position = _skip(_BETWEEN, text, found.start + 1)
    while text[position] != "]":
        end = _end(text, position)
        elements.append((position, end))
        position = _skip(_BETWEEN, text, end)
    return elements


def _steps(pointers: Collection[str]) -> _Step:
    """Return a tree of reference tokens (RFC 6901, sections 3 and 4)."""
    root = _Step()
    for pointer in pointers:
        first, *tokens = pointer.split("/")
        if first:
            continue
        step = root
        for token in tokens:
            name = token.replace("~1", "/").replace("~0", "~") if "~" in token else token
            step = step.children.setdefault(name, _Step())
        step.pointers.append(pointer)
    return root


def _walk(text: str, root: _Step) -> Iterator[_Found]:
    """Yield what is wanted, until all of it is found."""
    missing = _count(root)
    stack: list[_Open] = []
    step, key = root, None
    position = _skip(_BLANK, text, int(text.startswith("\ufeff")))
    while missing:
        if step.children and text[position] in "[{":
            stack.append(_Open(step, position, key, array=text[position] == "["))
            position += 1
        else:
            end = _end(text, position)
            if step.pointers:
                yield _Found(step.pointers, position, end, key)
            missing -= _count(step)
            position = end
        while stack and missing:
            child = _next_child(text, position, stack[-1])
            if isinstance(child, tuple):
                step, position, key = child
                break
            position = child
            left = stack.pop()
            if left.step.pointers:
                yield _Found(left.step.pointers, left.start, position, left.key)
            missing -= len(left.step.pointers) + sum(map(_count, left.wanted.values()))
        if not stack:
            return


def _next_child(
    text: str, position: int, container: _Open
) -> int | tuple[_Step, int, tuple[int, int] | None]:
    """Return the next wanted child, where it starts and its key, or else the container's end."""
    wanted = container.wanted
    while wanted:
        position = _skip(_BETWEEN, text, position)
        if text[position] in "]}":
            return position + 1
        name, key = str(container.index), None
        if container.index is None:
            end = _skip(_KEY, text, position)
            name, key = _name(text[position + 1 : end - 1]), (position, end)
            position = _skip(_BETWEEN, text, end)
        else:
            container.index += 1
        if name in wanted:
            return wanted.pop(name), position, key
        position = _end(text, position)
    return _closing(text, position)


def _count(step: _Step) -> int:
    """Return how many pointers end at a step or below it."""
    total, steps = 0, [step]
    while steps:
        one = steps.pop()
        total += len(one.pointers)
        steps.extend(one.children.values())
    return total


def _skip(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


def _end(text: str, position: int) -> int:
    """Return the offset after the value that starts at a position."""
    match = _SIMPLE.match(text, position)
    return match.end() if match else _closing(text, position + 1)


def _closing(text: str, position: int) -> int:
    """Return the offset after the bracket that closes the container a position is in."""
    depth = 1
    for match in _PIECE.finditer(text, position):
        if match["open"]:
            depth += 1
        elif match["close"]:
            depth -= 1
            if not depth:
                return match.end()
    return len(text)


def _name(written: str) -> str:
    """Return a key with its escapes resolved (RFC 8259, section 7)."""
    if "\\" not in written:
        return written
    import json

    return str(json.loads(f'"{written}"'))


def _key_span(key: tuple[int, int] | None, at: dict[int, Place]) -> Span | None:
    return Span(*key, *at[key[0]]) if key else None
