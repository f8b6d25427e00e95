"""Give a finding on a JSON record its place, and the value as it is written there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..model import Finding, Location
from .chunks import Record
from .inputs import decoded
from .records import escaped, value_at

if TYPE_CHECKING:
    from .places.pointers import Span

_SHOWN = 80
# What is wrong with these is a name, not what stands behind it.
_ABOUT_KEYS = ("UnknownKey", "UnknownProperty")
# An IRI, a string, or what else stands up to a mark of Turtle.
_TERM = (
    r"""<([^>]*)>|"{3}(.*?)(?:"{3}|$)|'{3}(.*?)(?:'{3}|$)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'"""
    r"""|([^\s;,()\[\]]*[^\s;,()\[\].])"""
)


class Unplaced(NamedTuple):
    """A finding with the record it is about.

    ``pointer`` leads from the record to the node, or when ``exact`` to the very value.
    """

    finding: Finding
    record: Record | None = None
    pointer: str = ""
    exact: bool = False


def in_json(
    items: Sequence[Unplaced], file: str, whole: Callable[[Record], Record] = lambda record: record
) -> list[Finding]:
    """Return findings on JSON records with line, column, JSON Pointer and written value.

    ``whole`` gives a record its text. Each text is gone through once, however many findings
    there are on it.
    """
    found = [item.finding._replace(location=Location(file)) for item in items]
    together: dict[int, list[int]] = {}
    for number, item in enumerate(items):
        if item.record is not None:
            together.setdefault(id(item.record), []).append(number)
    for numbers in together.values():
        record = items[numbers[0]].record
        assert record is not None
        placed = _in_record([items[number] for number in numbers], whole(record), file)
        for number, finding in zip(numbers, placed, strict=True):
            found[number] = finding
    return found


def _in_record(items: list[Unplaced], record: Record, file: str) -> Iterator[Finding]:
    from .places.pointers import spans

    text = record.text if isinstance(record.text, str) else decoded(record.text, file, 2)
    read = all(item.exact for item in items)
    node = None if read else value_at(json.loads(text), record.inside)
    pointers = [item.pointer if item.exact else _pointer(node, item) for item in items]
    known = spans(text, {record.inside + pointer for pointer in pointers})
    for item, pointer in zip(items, pointers, strict=True):
        yield _placed(item, pointer, known.get(record.inside + pointer), text, record, file)


def _placed(
    item: Unplaced, pointer: str, span: Span | None, text: str, record: Record, file: str
) -> Finding:
    finding = item.finding
    location = Location(file, record.line, record.column, pointer=record.pointer + pointer)
    if span is None:
        return finding._replace(location=location)
    # What would be dropped is pointed at by its key: that is what is wrong.
    start = span.key if span.key and finding.component in _ABOUT_KEYS else span
    column = start.column + (record.column - 1 if start.line == 1 else 0)
    place = location._replace(line=record.line + start.line - 1, column=column)
    if not pointer or (pointer == item.pointer and not item.exact):
        # It is the node itself that is wrong, for what it lacks.
        return finding._replace(location=place)
    return finding._replace(location=place, written=_written(text[span.start : span.end]))


def value_pointer(node: Any, finding: Finding) -> str:
    """Return where below a node the value of a finding is, ``""`` when the key is not there."""
    key = _key_in(node, finding) if isinstance(node, dict) else None
    if key is None:
        return ""
    pointer = f"/{escaped(key)}"
    values = node[key]
    if isinstance(values, list) and finding.value is not None:
        for index, item in enumerate(values):
            if _means(item, finding.value):
                return f"{pointer}/{index}"
    return pointer


def _key_in(node: dict[str, Any], finding: Finding) -> str | None:
    """Return the key of a node that a finding is about: its own, or the property's in full."""
    key, path = finding.key, finding.path or ""
    if key is None or key in node:
        return key
    if f"@{key}" in node:
        return f"@{key}"
    inside = path[1:-1] if path.startswith("<") else ""
    named = (name for name in node if ":" in name and name.rpartition(":")[2] == key)
    return inside if inside in node else next(named, None)


def _pointer(record: object, item: Unplaced) -> str:
    return item.pointer + value_pointer(value_at(record, item.pointer), item.finding)


def _means(item: Any, term: str) -> bool:
    """Return whether a JSON value may have become a term in N-Triples syntax."""
    if isinstance(item, dict):
        item = item.get("@value", item.get("id", item.get("@id")))
    text = item if isinstance(item, str) else json.dumps(item)
    if term.startswith("<"):
        return term[1:-1] == text or term[1:-1].endswith(("/" + text, "#" + text))
    return term.startswith(json.dumps(text, ensure_ascii=False))


def term_written(text: str, *, markup: bool) -> str:
    """Return the term that a text begins with, as it stands there; ``markup`` says it is XML."""
    if markup:
        from html import unescape

        return cut(unescape(re.split("[<\"']", text, maxsplit=1)[0]))
    found = re.match(_TERM, text)
    return cut(next(filter(None, found.groups()), "")) if found else ""


def cut(text: str) -> str:
    """Cut a value that is too long to be shown."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _written(text: str) -> str:
    """Return a JSON value as people write it: strings without quotation marks, not too long."""
    text = json.loads(text) if text.startswith('"') else " ".join(text.split())
    return cut(text)
