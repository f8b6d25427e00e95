"""What the names in a query stand for: each is written out as a full IRI, or none is trusted.

A query in a shapes graph names things in several ways: by prefixes that ``sh:prefixes``
declares, by a prologue of its own, relative to a BASE, with escapes. Whatever reads it
afterwards (an engine, or what decides which statements it needs) gets one spelling, and so
gives one answer. Where a name cannot be told with certainty, the query stays as it is and says
so: then nothing may be concluded from it about what it reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..namespaces import SCHEMA, SCHEMA_HTTP
from ..reading.tokens import spaced_tokens

#: Namespaces by prefix; more than one where declarations contradict each other.
Declared = Mapping[str, tuple[str, ...]]

# The escape of a code point (SPARQL 1.1, section 19.2), a backslash escaped itself left alone.
_CODE_POINT: Final = r"\\\\|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})"
# Written as escapes, these end strings for some readers and not for others.
_DELIMITERS: Final = frozenset("\"'\\\r\n")
_ABSOLUTE: Final = r"[A-Za-z][A-Za-z0-9+.\-]*:[^<>\"{}|^`\\\x00-\x20]*"
#: What names may have beyond ASCII, and what more after their beginning (SPARQL 1.1, section
#: 19.8, rules 164 and 167).
_LETTERS: Final = (
    *((0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF), (0x370, 0x37D), (0x37F, 0x1FFF)),
    *((0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF), (0x3001, 0xD7FF)),
    *((0xF900, 0xFDCF), (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF)),
)
_JOINING: Final = ((0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040))
_CLOSING: Final = {")": "(", "}": "{"}
#: After one of these, and inside brackets, ``<`` is an operator.
_OPERANDS: Final = frozenset({"variable", "text", "number", "language", "name", "iri"})


class Query(NamedTuple):
    """The text of a query: without a prologue and with full IRIs, unless it is ``unsure``.

    ``unsure`` says why the names could not be told; the text is then as it was written, and
    ``prefixes`` are those declared for it.
    """

    text: str
    prefixes: dict[str, str]
    unsure: str = ""


class _UnsureError(Exception):
    """A name that cannot be told with certainty."""


def resolved(query: str, declared: Declared) -> Query:
    """Return a query with its names written out (SHACL section 5.2.1, SPARQL 1.1, section 4.1).

    Declarations in the query itself come after those from outside, and replace them.
    schema.org is written with https, like everywhere.
    """
    return _resolved(query, tuple(sorted(declared.items())))


@lru_cache(maxsize=512)
def _resolved(query: str, declared: tuple[tuple[str, tuple[str, ...]], ...]) -> Query:
    try:
        return Query(_Writer(dict(declared)).written(_decoded(query)), {})
    except _UnsureError as reason:
        prefixes = {prefix: spaces[0] for prefix, spaces in declared if is_absolute(spaces[0])}
        return Query(query, prefixes, str(reason))


def secured(iri: str) -> str:
    """Return an IRI with https where it is one of schema.org with http."""
    return SCHEMA + iri[len(SCHEMA_HTTP) :] if iri.startswith(SCHEMA_HTTP) else iri


def is_absolute(iri: str) -> bool:
    """Return whether a text can stand for an IRI by itself."""
    return re.fullmatch(_ABSOLUTE, iri) is not None


def _decoded(query: str) -> str:
    """Return a query with the escapes of code points resolved."""

    def character(match: re.Match[str]) -> str:
        code = int(match[1] or match[2] or "0", 16)
        if not code:
            return match[0]
        if code > 0x10FFFF or 0xD800 <= code < 0xE000 or chr(code) in _DELIMITERS:
            raise _UnsureError(f"the escape {match[0]} is read in several ways")
        return chr(code)

    return re.sub(_CODE_POINT, character, query) if "\\" in query else query


class _Writer:
    """Writes a query token by token, its names in full."""

    def __init__(self, declared: Declared) -> None:
        self._spaces: dict[str, tuple[str, ...]] = dict(declared)
        self._base = ""

    def written(self, query: str) -> str:
        """Return the query. Raises _UnsureError for a name that cannot be told."""
        found = list(spaced_tokens(query))
        begin = self._prologue([(kind, token) for kind, token, _ in found])
        pieces: list[str] = []
        open_, before = [""], ("", "")
        for kind, token, gap in found[begin:]:
            text = token
            if token in _CLOSING and kind == "mark":
                open_ = open_[:-1] or [""]
            elif token in _CLOSING.values():
                open_.append(token)
            elif kind in ("iri", "name"):
                text = self._name(kind, token)
                if kind == "iri" and open_[-1] == "(" and _is_operand(*before):
                    raise _UnsureError(f"{token} may be an IRI or a comparison")
            elif kind == "word" and token.upper() in ("BASE", "PREFIX"):
                raise _UnsureError(f"{token} stands where it cannot")
            # A variable stands apart: pyshacl finds those to bind by what is before them.
            apart = kind == "variable" or (text[:1] == "<" and before[1] == "<")
            pieces.append(("\n" if "\n" in gap else " ") if gap or apart else "")
            pieces.append(text)
            before = (kind, token)
        return "".join(pieces).strip()

    def _prologue(self, found: list[tuple[str, str]]) -> int:
        """Read the declarations at the head of a query; return how many tokens they take."""
        at = 0
        while at < len(found) and found[at][1].upper() in ("BASE", "PREFIX"):
            if found[at][1].upper() == "BASE":
                self._base = self._absolute(_token(found, at + 1, "iri"))
                at += 2
            else:
                prefix, colon, local = _token(found, at + 1, "name").partition(":")
                if not colon or local or not _is_plain(prefix):
                    raise _UnsureError("a PREFIX is declared in a way of its own")
                self._spaces[prefix] = (self._absolute(_token(found, at + 2, "iri")),)
                at += 3
        return at

    def _name(self, kind: str, token: str) -> str:
        if kind == "iri":
            return f"<{secured(self._absolute(token))}>"
        if not _is_plain(token):
            raise _UnsureError(f"{token} has a character that no name has")
        prefix, _, local = token.partition(":")
        if prefix == "_":
            return token
        spaces = {secured(space) for space in self._spaces.get(prefix, ())}
        if len(spaces) != 1:
            what = "declared with several namespaces" if spaces else "not declared"
            raise _UnsureError(f"the prefix {prefix}: is {what}")
        iri = spaces.pop() + re.sub(r"\\(.)", r"\1", local)
        if not is_absolute(iri):
            raise _UnsureError(f"{token} is no IRI")
        return f"<{secured(iri)}>"

    def _absolute(self, token: str) -> str:
        """Return the IRI that a token between angles stands for."""
        iri = token[1:-1]
        if self._base:
            return _joined(self._base, iri)
        if not is_absolute(iri):
            raise _UnsureError(f"{token} is relative, and there is no BASE")
        return iri


def _joined(base: str, iri: str) -> str:
    """Resolve a reference as the store would (RFC 3986, section 5.2)."""
    try:
        answer = ox.Store().query(f"BASE <{base}> SELECT (<{iri}> AS ?iri) {{}}")
    except SyntaxError as error:
        raise _UnsureError(f"<{iri}> is no IRI") from error
    assert isinstance(answer, ox.QuerySolutions)
    term = next(iter(answer))["iri"]
    assert isinstance(term, ox.NamedNode)
    return term.value


def _token(found: list[tuple[str, str]], at: int, wanted: str) -> str:
    """Return the token at a place. Raises _UnsureError when it is of another kind."""
    if at >= len(found) or found[at][0] != wanted:
        raise _UnsureError("its prologue is no prologue")
    return found[at][1]


def _is_operand(kind: str, token: str) -> bool:
    return kind in _OPERANDS or token == ")" or token.upper() in ("TRUE", "FALSE")


def _is_plain(name: str) -> bool:
    """Return whether the characters of a name beyond ASCII may stand where they do."""
    if name.isascii():
        return True
    prefix, _, local = name.partition(":")
    firm = all(_within(part[:1], _LETTERS) for part in (prefix, local))
    return firm and _within(name, (*_LETTERS, *_JOINING))


def _within(text: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return all(
        code < 0x80 or any(first <= code <= last for first, last in ranges)
        for code in map(ord, text)
    )
