"""Find text that looks like other text: invisible characters, and letters not composed.

Both make two names differ that nobody can tell apart. RDF 1.1 Concepts asks for normalization
form C in literals (section 3.3) and IRIs (section 3.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from ..shacl.results import Result

_CONTROLS: Final = bytes([*range(9), 11, 12, *range(14, 32), 127])
# Joiners are part of how emoji and several scripts are written (Unicode 15, section 23.2).
_INVISIBLE: Final = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U000e0000-\U000e0fff]"
    "|(?<![\u0590-\u1fff\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
)
_ESCAPED: Final = re.compile(r"\\[uUbf]")


def odd(ntriples: str, *, checked: bool) -> Iterator[Result]:
    """Yield a result for every id and value whose text is odd, each id once.

    ``checked`` says that the N-Triples come from a serializer, which escapes what ASCII has of
    control characters.
    """
    raw = not checked and _has_controls(ntriples)
    if not raw and ntriples.isascii() and "\\" not in ntriples:
        return
    ids: set[str] = set()
    for line in ntriples.split("\n"):
        if (raw or "\\" in line or not line.isascii()) and _may_be_odd(line, raw):
            yield from _in_line(line, ids)


def _has_controls(text: str) -> bool:
    raw = text.encode("utf-8", "surrogatepass")
    return len(raw.translate(None, _CONTROLS)) < len(raw)


def _may_be_odd(line: str, raw: bool) -> bool:
    if "\\" in line and _ESCAPED.search(line):
        return True
    if line.isascii():
        return raw and _INVISIBLE.search(line) is not None
    return _INVISIBLE.search(line) is not None or not _is_composed(line)


def _is_composed(text: str) -> bool:
    """Return whether a text is in normalization form C (Unicode Standard Annex 15)."""
    from unicodedata import is_normalized

    return is_normalized("NFC", text)


def _in_line(line: str, ids: set[str]) -> Iterator[Result]:
    try:
        statements = list(ox.parse(line, format=ox.RdfFormat.N_TRIPLES))
    except SyntaxError:
        return  # A statement over two lines, which the parser of the whole text will refuse.
    for statement in statements:
        subject, predicate, object = statement.subject, statement.predicate, statement.object
        node = str(subject)
        if node not in ids:
            ids.add(node)
            yield from _results(node, None, None, getattr(subject, "value", ""))
        path, value = str(predicate), str(object)
        yield from _results(node, path, value, predicate.value)
        if not isinstance(object, ox.BlankNode):
            yield from _results(node, path, value, getattr(object, "value", ""))


def _results(node: str, path: str | None, value: str | None, text: str) -> Iterator[Result]:
    what = "The value" if path else "The id"
    if found := _INVISIBLE.search(text):
        component, severity = "InvisibleCharacter", "Violation" if "\0" in text else "Warning"
        message = f"{what} holds {_name(found[0])}, which nobody can see; take it out."
        yield Result(node, path, value, "", component, severity, message)
    if not text.isascii() and not _is_composed(text):
        message = f"{what} is not in Unicode normalization form C; write its letters composed."
        yield Result(node, path, value, "", "NotNormalized", "Warning", message)


def _name(character: str) -> str:
    from unicodedata import name

    return f"U+{ord(character):04X} {name(character, 'control character')}"
