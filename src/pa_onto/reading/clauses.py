"""Which graphs a query names in its own dataset clauses (SPARQL 1.1, section 13.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from ..namespaces import PREFIXES
from .iris import resolve
from .tokens import placed_tokens, unescaped

_GAP: Final = r"(?:[ \t\r\n]|#[^\r\n]*)*"
_IRI: Final = r"<([^<>\"{}|^`\\\x00-\x20]*)>"
_NAME: Final = r"([\w.-]*):((?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)*)"
_SOURCE: Final = rf"(?i:{_GAP}(named\b)?{_GAP})(?:{_IRI}|{_NAME})"
_DECLARED: Final = rf"{_GAP}([\w.-]*):{_GAP}{_IRI}"


def named_in(text: str, base: str = "", prefixes: Mapping[str, str] = PREFIXES) -> list[str]:
    """Return the IRIs after FROM and FROM NAMED; what cannot be read as an IRI stays as it is.

    ``prefixes`` are those that a query need not declare. The engine never fetches such a graph:
    an IRI that is not loaded names an empty graph.
    """
    if not re.search("from", unescaped(text), re.IGNORECASE):
        return []
    return list(_named(unescaped(text), base, dict(prefixes)))


def _named(text: str, base: str, prefixes: dict[str, str]) -> Iterator[str]:
    depth = end = 0
    for kind, token, start in placed_tokens(text):
        if start < end:
            continue
        depth += {"{": 1, "}": -1}.get(token, 0)
        word = token.upper() if kind == "word" and not depth else ""
        if word == "BASE" and (found := re.compile(_GAP + _IRI).match(text, start + 4)):
            base = _resolved(base, found[1])
        elif word == "PREFIX" and (found := re.compile(_DECLARED).match(text, start + 6)):
            prefixes[found[1]] = _resolved(base, found[2])
        elif word == "FROM" and (found := re.compile(_SOURCE).match(text, start + 4)):
            yield _iri(found, base, prefixes)
        else:
            continue
        end = found.end()


def _iri(found: re.Match[str], base: str, prefixes: dict[str, str]) -> str:
    if found[2] is not None:
        return _resolved(base, found[2])
    local = re.sub(r"\\(.)", r"\1", found[4].rstrip("."))
    return prefixes.get(found[3], found[3] + ":") + local


def _resolved(base: str, iri: str) -> str:
    return resolve(base, iri) if base else iri
