"""Just enough of SPARQL's tokens to see what a query says before an engine runs it.

A false answer only costs time: the caller then asks node by node, or leaves the query to the
engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""
    (?P<skip>\#[^\n]*|\s+)
  | (?P<text>\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}
      |\"(?:[^"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')
  | (?P<iri><[^<>"{}|^`\\\s]*>)
  | (?P<variable>[?$]\w+)
  | (?P<name>[\w-]*:[\w.%-]*\w|[\w-]*:)
  | (?P<word>\w+)
  | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and the text of every token but comments and blanks."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup and match.lastgroup != "skip":
            yield match.lastgroup, match[0]


def keywords(text: str) -> frozenset[str]:
    """Return the bare words of a query in capitals, SPARQL's keywords among them."""
    return frozenset(token.upper() for kind, token in tokens(text) if kind == "word")


def variables(text: str) -> frozenset[str]:
    """Return the names of the variables of a query."""
    return frozenset(token[1:] for kind, token in tokens(text) if kind == "variable")


def binds_everywhere(text: str, name: str) -> bool:
    """True when a triple pattern binds the variable in every group that mentions it.

    Only the subject of a pattern counts as bound, and the outermost group must bind it.
    """
    groups: list[list[bool]] = []
    finished: list[list[bool]] = []
    before = ""
    for kind, token in tokens(text):
        if token == "{":
            groups.append([False, False, not groups])
        elif token == "}" and groups:
            finished.append(groups.pop())
        elif kind == "variable" and token[1:] == name and groups:
            groups[-1][0] = True
            groups[-1][1] |= before in ("{", ".", "}")
        before = token if kind != "word" else ""
    bound = all(binds or not mentions for mentions, binds, _ in finished)
    return bound and not groups and any(binds for _, binds, outer in finished if outer)


def unescaped(text: str) -> str:
    """Return a query with its code point escapes resolved (SPARQL 1.1, section 19.2)."""

    def character(match: re.Match[str]) -> str:
        return chr(min(int(match[1] or match[2], 16), 0x10FFFF))

    return re.sub(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", character, text)
