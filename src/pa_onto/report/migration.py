"""What became of records that used withdrawn concepts, as lines or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ..migration import CHANGED, LEFT, Migrated, Placed
from .text import printable


def as_line(placed: Placed) -> str:
    """Return one value for people: where it stands and what becomes of it."""
    item = placed.item
    begin = f"{placed.location}: {item.old}"
    if item.kind == CHANGED:
        return printable(f"{begin} → {item.new}")
    what = "was left" if item.kind == LEFT else "needs a look"
    choice = f"; choose among {', '.join(item.candidates)}" if item.candidates else ""
    return printable(f"{begin} {what}: {item.reason}{choice}.")


def as_json(found: Iterable[Placed | Migrated]) -> Iterator[str]:
    """Yield values as they are found, and then the files, as one JSON document."""
    files = []
    between = '{\n  "values": [\n    '
    for one in found:
        if isinstance(one, Migrated):
            files.append(one)
            continue
        yield between + json.dumps(_value(one), ensure_ascii=False)
        between = ",\n    "
    head = "\n  ],\n" if "{" not in between else '{\n  "values": [],\n'
    lines = ",\n    ".join(json.dumps(_file(file), ensure_ascii=False) for file in files)
    yield f'{head}  "files": [\n    {lines}\n  ]\n}}\n'


def _value(placed: Placed) -> dict[str, Any]:
    item, location = placed.item, placed.location
    return {
        "kind": item.kind,
        "file": location.file,
        "line": location.line,
        "column": location.column,
        "pointer": location.pointer,
        "row": location.row,
        "field": location.field,
        "record": placed.record or None,
        "key": item.key,
        "old": item.old,
        "new": item.new,
        "reason": item.reason or None,
        "candidates": list(item.candidates),
    }


def _file(file: Migrated) -> dict[str, Any]:
    return file._asdict() | {"written": str(file.written) if file.written else None}
