"""Just enough of SPARQL's tokens to see what a query says before an engine runs it.

A false answer only costs time: the caller then asks node by node, or leaves the query to the
engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

# Characters beyond ASCII count as letters: where they may not stand (SPARQL 1.1, section 19.8,
# rules 164 to 168) the text is no query, however it is cut. Negated sets compile fast.
_LETTER = r"[^\x00-@\[-`{-\x7f]"
_FIRST = r"[^\x00-/:-@\[-^`{-\x7f]"
_LATER = r"[^\x00-,./:-@\[-^`{-\x7f]"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
# The length of a prefix is limited so that no text is searched again and again.
_TOKEN = re.compile(
    rf"""
    (?P<skip>\#[^\r\n]*|[ \t\r\n]+)
  | (?P<text>\"{{3}}(?:[^\\]|\\.)*?\"{{3}}|'{{3}}(?:[^\\]|\\.)*?'{{3}}
      |\"(?:[^"\\\r\n]|\\.)*\"|'(?:[^'\\\r\n]|\\.)*')
  | (?P<iri><[^<>"{{}}|^`\\\x00-\x20]*>)
  | (?P<variable>[?$]{_FIRST}+)
  | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[0-9]+\.[eE][+-]?[0-9]+)
  | (?P<name>(?:_|{_LETTER}(?:\.{{0,9}}{_LATER}){{0,200}}+)?:
      (?:(?:{_FIRST}|:|{_ESCAPED})(?:\.*+(?:{_LATER}|:|{_ESCAPED}))*+)?)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<word>\w+)
  | (?P<mark>\^\^|&&|\|\||[<>!]=|.)
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and the text of every token but comments and blanks."""
    yield from _tokens(text)


def placed_tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield the same with the place at which each token begins."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup and match.lastgroup != "skip":
            yield match.lastgroup, match[0], match.start()


def spaced_tokens(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield the same with what stands before each token: blanks and comments."""
    gap = ""
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "skip":
            gap += match[0]
        elif match.lastgroup:
            yield match.lastgroup, match[0], gap
            gap = ""


@lru_cache(maxsize=64)
def _tokens(text: str) -> list[tuple[str, str]]:
    return [
        (match.lastgroup, match[0])
        for match in _TOKEN.finditer(text)
        if match.lastgroup and match.lastgroup != "skip"
    ]


def located(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield the kind, the text and the end of every token but comments and blanks."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup and match.lastgroup != "skip":
            yield match.lastgroup, match[0], match.end()


def keywords(text: str) -> frozenset[str]:
    """Return the bare words of a query in capitals, SPARQL's keywords among them."""
    return frozenset(token.upper() for kind, token in tokens(text) if kind == "word")


def variables(text: str) -> frozenset[str]:
    """Return the names of the variables of a query."""
    return frozenset(token[1:] for kind, token in tokens(text) if kind == "variable")


def assigned(text: str) -> frozenset[str]:
    """Return the names of the variables that a query assigns with AS."""
    found, before = set(), ""
    for kind, token in tokens(text):
        if kind == "variable" and before == "AS":
            found.add(token[1:])
        before = token.upper()
    return frozenset(found)


def undeclared_prefixes(text: str, known: Iterable[str]) -> set[str]:
    """Return the prefixes that a query uses and neither it nor the caller declares."""
    used: set[str] = set()
    declared = {*known, "_"}
    before = ""
    for kind, token in tokens(text):
        if kind == "name":
            prefix = token.partition(":")[0]
            (declared if before == "PREFIX" else used).add(prefix)
        before = token.upper()
    return used - declared


def subselections(text: str) -> list[frozenset[str]]:
    """Return the variables that each SELECT selects by name, the outermost left out."""
    found: list[set[str]] = []
    depth, open_ = 0, False
    before = ""
    for kind, token in tokens(text):
        if kind == "word" and token.upper() == "SELECT":
            found.append(set())
            depth, open_ = 0, True
        elif token == "{" or (kind == "word" and token.upper() == "WHERE"):
            open_ = False
        elif token in "()":
            depth += 1 if token == "(" else -1
        elif open_ and kind == "variable" and (depth == 0 or before.upper() == "AS"):
            found[-1].add(token[1:])
        before = token
    return [frozenset(names) for names in found[1:]]


def binds_everywhere(text: str, name: str) -> bool:
    """Return whether a triple pattern binds the variable in every group that mentions it.

    Only the subject of a pattern counts as bound. Groups under EXISTS see the bindings around
    them and need none of their own; the outermost group must bind the variable, itself or in
    every branch of its union.
    """
    outermost = _Group("", seen=False)
    stack = [outermost]
    finished = []
    before = word = ""
    for kind, token in tokens(text):
        if token == "{":
            seen = stack[-1].seen or word == "EXISTS"
            stack.append(_Group(word, seen=seen))
            stack[-2].inner.append(stack[-1])
        elif token == "}" and len(stack) > 1:
            finished.append(stack.pop())
        elif kind == "variable" and token[1:] == name and len(stack) > 1:
            stack[-1].mentions = True
            stack[-1].binds |= before in ("{", ".", "}")
        before, word = token, token.upper() if kind == "word" else ""
    whole = len(stack) == 1 and len(outermost.inner) == 1
    return whole and outermost.inner[0].certain() and all(map(_Group.bound, finished))


class _Group:
    """A group between braces: the word before it, and what it does with the variable."""

    def __init__(self, word: str, *, seen: bool) -> None:
        self.word = word
        self.seen = seen
        self.mentions = False
        self.binds = False
        self.inner: list[_Group] = []

    def bound(self) -> bool:
        return self.seen or self.binds or not self.mentions

    def certain(self) -> bool:
        """Return whether every solution of the group binds the variable."""
        branches = [group for group in self.inner if group.word in ("", "UNION")]
        return self.binds or (bool(branches) and all(group.certain() for group in branches))


def unescaped(text: str) -> str:
    """Return a query with its code point escapes resolved (SPARQL 1.1, section 19.2)."""

    def character(match: re.Match[str]) -> str:
        return chr(min(int(match[1] or match[2], 16), 0x10FFFF))

    return re.sub(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", character, text)
