"""Refuse input that would take an engine down before the engine sees it.

The parsers underneath recurse: a few thousand nested brackets end the process. Nothing
written by people nests anywhere near :data:`MAX_DEPTH`.
"""

from __future__ import annotations

import re
from typing import Final

from ..errors import InputError

MAX_DEPTH: Final = 128

# Strings, IRIs, comments and escapes are matched first, so that brackets inside them do not
# count and none of them hides the brackets after it.
_TOKENS: Final = (
    r'"""[^"\\]*(?:(?:\\.|"{1,2}(?!"))[^"\\]*)*"""'
    r"|'''[^'\\]*(?:(?:\\.|'{1,2}(?!'))[^'\\]*)*'''"
    r'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"'
    r"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'"
    r"|<[^<>\"{}|^`\\\x00-\x20]*(?:\\[uU][^<>\"{}|^`\\\x00-\x20]*)*>"
    r"|#[^\r\n]*"
    r"|\\."
    r"|[\[({]|[\])}]"
)
# What is begun and never ended reaches to the end, so that no text is searched again and again.
# Patterns that few runs need are compiled when they are first used: re keeps them.
_TAG: Final = (
    r"(?s)<!--(?:.*?-->|.*\Z)|<!\[CDATA\[(?:.*?\]\]>|.*\Z)|<[?!](?:[^>]*>|.*\Z)"
    r"|<[^\"'<>]*(?:\"[^\"]*\"[^\"'<>]*|'[^']*'[^\"'<>]*)*>"
)


def is_too_long(error: MemoryError) -> bool:
    """Return whether the parser of RDF has met a text of 16 MiB or more, which it takes none of."""
    return "buffer maximal size" in str(error)


def starved(error: MemoryError, file: str | None = None) -> InputError:
    """Return what to say where there was no memory, or a parser would take no more of it."""
    if is_too_long(error):
        return InputError("Holds a text of 16 MiB or more.", cure="Shorten it.", file=file)
    return InputError("There is not enough memory.", cure="Give it less data.", file=file)


def check_nesting(text: str, file: str) -> None:
    """Raise InputError when brackets in Turtle, TriG or SPARQL nest deeper than MAX_DEPTH."""
    if sum(text.count(bracket) for bracket in "[({") <= MAX_DEPTH:
        return
    depth = 0
    for match in re.finditer(_TOKENS, text, re.DOTALL):
        token = match[0]
        if token in "[({":
            depth += 1
        elif token in "])}":
            depth -= 1
        if depth > MAX_DEPTH:
            raise InputError(
                f"Brackets nest deeper than {MAX_DEPTH}.",
                cure="Flatten the text.",
                file=file,
                line=text.count("\n", 0, match.start()) + 1,
            )


def check_triple_terms(text: str, file: str) -> None:
    """Raise InputError for triple terms and annotations (RDF 1.2), which nothing here checks."""
    for match in re.finditer(r"<<|\{\||~|" + _TOKENS, text, re.DOTALL):
        if match[0] in ("<<", "{|", "~"):
            raise InputError(
                "Triple terms (<< >>) and annotations (~, {| |}) are not supported.",
                cure="State the triple as such.",
                file=file,
                line=text.count("\n", 0, match.start()) + 1,
            )


def check_elements(text: str, file: str) -> None:
    """Raise InputError when the elements of RDF/XML nest deeper than MAX_DEPTH, or stay open.

    The parser underneath takes a text that ends too early for a whole one.
    """
    depth = 0
    for match in re.finditer(_TAG, text):
        tag = match[0]
        if tag[1] == "/":
            depth -= 1
        elif tag[1] not in "!?" and tag[-2:] != "/>":
            depth += 1
            if depth > MAX_DEPTH:
                line = text.count("\n", 0, match.start()) + 1
                raise InputError(
                    f"Elements nest deeper than {MAX_DEPTH}.",
                    cure="Flatten the text.",
                    file=file,
                    line=line,
                )
    if depth:
        raise InputError(
            "Ends inside an element.",
            cure="Close it, or fetch the file again.",
            file=file,
            line=text.count("\n") + 1,
        )


def check_doctype(text: str, file: str) -> None:
    """Raise InputError when RDF/XML declares a DOCTYPE: it could expand or fetch entities.

    The parser underneath takes it in any case of letters, unlike XML 1.0, section 2.8.
    """
    if found := re.search("<!doctype", text, re.IGNORECASE):
        raise InputError(
            "A DOCTYPE is refused.",
            cure="Write the document without entities.",
            file=file,
            line=text.count("\n", 0, found.start()) + 1,
        )
