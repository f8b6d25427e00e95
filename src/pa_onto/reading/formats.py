"""Which format a file is in, and how to get its text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

from ..errors import InputError, UsageError


class Format(NamedTuple):
    """A concrete syntax: its short name and file name extensions."""

    name: str
    extensions: tuple[str, ...]


FORMATS = (
    Format("turtle", (".ttl",)),
    Format("n-triples", (".nt",)),
    Format("n-quads", (".nq",)),
    Format("trig", (".trig",)),
    Format("rdf-xml", (".rdf", ".owl", ".xml")),
    Format("json-ld", (".jsonld", ".json")),
    Format("json-lines", (".jsonl", ".ndjson", ".ndjsonld")),
)
_BY_NAME = {format.name: format for format in FORMATS}
_BY_EXTENSION = {extension: format for format in FORMATS for extension in format.extensions}


def format_of(path: str, name: str | None = None) -> Format:
    """Return the format called ``name``, or else the one the file's extension stands for.

    Raises UsageError for an unknown name or extension, and for stdin without a name.
    """
    if name is not None:
        if name not in _BY_NAME:
            raise UsageError(f"Unknown format {name!r}.", cure=f"Use one of {', '.join(_BY_NAME)}.")
        return _BY_NAME[name]
    if path == "-":
        raise UsageError("Standard input has no extension.", cure="Name it with --input-format.")
    extension = Path(path).suffix.lower()
    if extension not in _BY_EXTENSION:
        raise UsageError(
            f"The extension {extension or '(none)'} stands for no format.",
            cure=f"Name the format with --input-format: {', '.join(_BY_NAME)}.",
            file=path,
        )
    return _BY_EXTENSION[extension]


def read_text(path: str) -> str:
    """Return the text of a file, or of standard input for ``-``, without a byte order mark.

    Raises InputError when it cannot be read or is not UTF-8.
    """
    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise InputError(
            f"Cannot be read: {error.strerror or error}.", cure="Check the path.", file=path
        ) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"Not UTF-8 at byte {error.start}.",
            cure="Save the file as UTF-8.",
            file=path,
            line=raw.count(b"\n", 0, error.start) + 1,
        ) from error
