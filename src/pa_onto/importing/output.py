"""Write records as JSON lines, one JSON-LD document, or CSV."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ..canonical.rows import as_row
from .escapes import asleep
from .fields import Fields

#: The forms that records are written in.
FORMATS: Final = ("json-lines", "json-ld", "csv")

_Records = Iterable[Mapping[str, Any]]


def written(records: _Records, fields: Fields, format: str) -> Iterator[str]:
    """Yield records as text, in one of :data:`FORMATS`."""
    if format == "csv":
        return _csv(records, fields)
    return _json_lines(records, fields) if format == "json-lines" else _json_ld(records, fields)


def _json_lines(records: _Records, fields: Fields) -> Iterator[str]:
    for record in records:
        yield json.dumps({"@context": fields.context, **record}, ensure_ascii=False) + "\n"


def _json_ld(records: _Records, fields: Fields) -> Iterator[str]:
    yield f'{{"@context": {json.dumps(fields.context)},\n "@graph": ['
    between = "\n  "
    for record in records:
        yield between + json.dumps(record, ensure_ascii=False)
        between = ",\n  "
    yield "\n ]}\n"


def _csv(records: _Records, fields: Fields) -> Iterator[str]:
    """Yield the table that ``validate`` reads: its header has the keys.

    Text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    keys = ("id", "type", *fields.by_name)
    yield as_row(keys)
    for record in records:
        yield as_row(_cell(record.get(key)) for key in keys)


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return asleep(value)
    return "" if value is None else json.dumps(value)
