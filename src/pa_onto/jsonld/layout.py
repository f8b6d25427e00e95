"""Lay JSON out for people: what fits into a line stays in one."""

from __future__ import annotations

import json
from collections.abc import Iterable

_WIDTH = 100
_INDENT = "  "


def to_json(document: object) -> bytes:
    """Serialise a JSON value for people and for diffs: one member a line."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def to_readable_json(document: object) -> bytes:
    """Serialise a JSON value, with line breaks only where a line would grow too long.

    >>> to_readable_json({"type": ["string", "null"]})
    b'{"type": ["string", "null"]}\\n'
    """
    return (_laid_out(document, "", 0) + "\n").encode()


def _laid_out(value: object, indent: str, used: int) -> str:
    """Return a value as text; ``used`` is what stands before it on its first line."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + used < _WIDTH or not isinstance(value, dict | list) or not value:
        return line
    deeper = indent + _INDENT
    if isinstance(value, dict):
        names = {name: f"{json.dumps(name, ensure_ascii=False)}: " for name in value}
        members = [
            label + _laid_out(value[name], deeper, len(deeper + label))
            for name, label in names.items()
        ]
        return "{\n" + ",\n".join(deeper + member for member in members) + f"\n{indent}}}"
    if all(not isinstance(item, dict | list) for item in value):
        lines = _filled([json.dumps(item, ensure_ascii=False) for item in value], len(deeper))
    else:
        lines = [_laid_out(item, deeper, len(deeper)) for item in value]
    return "[\n" + ",\n".join(deeper + line for line in lines) + f"\n{indent}]"


def _filled(items: Iterable[str], used: int) -> list[str]:
    """Put as many items on a line as fit."""
    lines: list[str] = []
    for item in items:
        if lines and used + len(lines[-1]) + len(item) + 3 <= _WIDTH:
            lines[-1] += f", {item}"
        else:
            lines.append(item)
    return lines
