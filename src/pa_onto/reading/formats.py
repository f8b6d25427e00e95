"""Which format an input is in: told by its extension, then by its content.

An extension and a content that contradict each other are an error, not a guess.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

from ..errors import InputError, UsageError
from .hints import check_extension, check_kind


class Format(NamedTuple):
    """A concrete syntax: its short name and file name extensions."""

    name: str
    extensions: tuple[str, ...]


FORMATS: Final = (
    Format("turtle", (".ttl",)),
    Format("n-triples", (".nt",)),
    Format("n-quads", (".nq",)),
    Format("trig", (".trig",)),
    Format("rdf-xml", (".rdf", ".owl", ".xml")),
    Format("json-ld", (".jsonld", ".json")),
    Format("json-lines", (".jsonl", ".ndjson", ".ndjsonld")),
    Format("csv", (".csv",)),
    Format("tsv", (".tsv", ".tab")),
    Format("html", (".html", ".htm", ".xhtml")),
)
_BY_NAME: Final = {format.name: format for format in FORMATS}
_BY_EXTENSION: Final = {extension: format for format in FORMATS for extension in format.extensions}

#: How much of an input is looked at to tell its format.
HEAD: Final = 4096

_JSON = re.compile(r'\s*(?:\{\s*["}]|\[\s*(?:[\[{"\d]|\]\s*\Z))')
_SIGNS: Final = (
    ("html", re.compile(r"\s*(?:<!doctype\s+html|<html)\b", re.IGNORECASE)),
    ("rdf-xml", re.compile(r"\s*<(?:\?xml\b|!DOCTYPE\b|rdf:RDF\b)")),
    ("turtle", re.compile(r"(?:\s|#[^\n]*\n)*(?:@prefix|@base|prefix|base)\s", re.IGNORECASE)),
    ("n-triples", re.compile(r"(?:\s|#[^\n]*\n)*<[^<>\s]+>\s+<[^<>\s]+>\s+[<\"_]")),
)
# Formats in which text of the other is read as well, or may begin alike.
_ALIKE: Final = (
    {"turtle", "n-triples", "n-quads", "trig"},
    {"html", "rdf-xml"},
)


def format_named(name: str) -> Format:
    """Return the format of that name. Raises UsageError for an unknown one."""
    if name not in _BY_NAME:
        raise UsageError(f"Unknown format {name!r}.", cure=f"Use one of {', '.join(_BY_NAME)}.")
    return _BY_NAME[name]


def format_names() -> list[str]:
    """Return the names of all formats."""
    return list(_BY_NAME)


def format_of(path: str, name: str | None = None) -> Format:
    """Return the format called ``name``, or else the one the file's extension stands for.

    Raises UsageError for an unknown name or extension, and for stdin without a name.
    """
    if name is not None:
        return format_named(name)
    if path == "-":
        cure = f"Name the format with --input-format: {', '.join(_BY_NAME)}."
        raise UsageError("Standard input has no extension.", cure=cure)
    found = known_format(path)
    if found is None:
        check_extension(path)
        raise UsageError(
            f"The extension {Path(path).suffix.lower() or '(none)'} stands for no format.",
            cure=f"Name the format with --input-format: {', '.join(_BY_NAME)}.",
            file=path,
        )
    return found


def known_format(path: str) -> Format | None:
    """Return the format an extension stands for, ``.gz`` left out; None for an unknown one."""
    return _BY_EXTENSION.get(Path(path.lower().removesuffix(".gz")).suffix)


def format_of_content(head: bytes) -> Format | None:
    """Return the format that the first bytes of an input show, None when they do not tell."""
    name = _shown(head.decode("utf-8-sig", "replace"))
    return _BY_NAME[name] if name else None


def check_content(head: bytes, format: Format, file: str) -> None:
    """Raise InputError when an input begins like something else than its format."""
    check_kind(head, file, format.name)
    if head.startswith(b"\x1f\x8b"):
        problem = f"Begins like gzip data, not like {format.name}."
        raise InputError(problem, cure="Give the file the extension .gz.", file=file)
    text = head.decode("utf-8-sig", "replace")
    shown = _shown(text)
    if shown is None or shown == format.name:
        return
    if any({shown, format.name} <= alike for alike in _ALIKE):
        return
    if (shown, format.name) == ("json-ld", "json-lines"):
        first, end, _ = text.strip().partition("\n")
        # Of a long first line no more than the beginning is seen.
        if _balanced(first) or (not end and len(head) >= HEAD):
            return
    raise InputError(
        f"Begins like {shown}, but is taken for {format.name}.",
        cure=f"Correct the extension, or say --input-format {shown}.",
        file=file,
    )


def _shown(head: str) -> str | None:
    for name, sign in _SIGNS:
        if sign.match(head):
            return name
    if not _JSON.match(head):
        return None
    first, _, rest = head.strip().partition("\n")
    whole = first.rstrip().endswith("}") and first.startswith("{") and _balanced(first)
    return "json-lines" if whole and rest.lstrip().startswith("{") else "json-ld"


def _balanced(line: str) -> bool:
    """Return whether a line may be a whole JSON object, brackets in strings left out."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", line)
    return bare.count("{") == bare.count("}") and bare.count("[") == bare.count("]")
