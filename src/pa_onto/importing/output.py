"""Write records as JSON lines, one JSON-LD document, or CSV."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from ..canonical.files import whole_file
from ..canonical.rows import as_row
from ..errors import InputError
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


@contextmanager
def opened_output(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write to: a new one, whole or not at all; a pipe or a device as it is.

    Raises InputError for what cannot be written.
    """
    if not path.exists() or path.is_file():
        with whole_file(path) as file:
            yield file
        return
    try:
        with path.open("wb") as file:
            yield file
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(error, str(path)) from error


def unwritable(error: OSError, file: str) -> InputError:
    """Return the error that tells why nothing more can be written."""
    problem = f"Cannot be written: {error.strerror or error}."
    return InputError(problem, cure="Check what is to take it.", file=file)


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
