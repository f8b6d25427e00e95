"""Match patterns as SPARQL's REGEX does, whoever evaluates the shapes.

The store matches in linear time. What it cannot read (look-around, which is no part of XPath,
but of many shapes) is left to Python, rewritten so that it means the same.
"""

from __future__ import annotations

import re
from typing import Final

import pyoxigraph as ox

from ..errors import EngineError

# An escape, the beginning or the end of a class, a subtraction, white space, or anything.
_TOKENS: Final = re.compile(r"\\[pP]\{[^}]*\}|\\.|-\[|.", re.DOTALL)
# What Rust takes for an operator between sets of characters, and XPath for two characters.
_OPERATORS: Final = ("&&", "--", "~~")
# An escape, a class, or the end of the text.
_PARTS: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$", re.DOTALL)


class Matcher:
    """A pattern with its flags; what was matched once is known.

    Raises EngineError for flags that nothing matches with.
    """

    def __init__(self, pattern: str, flags: str = "") -> None:
        self._known: dict[str, bool] = {}
        text, letters = (str(ox.Literal(part)) for part in rewritten(pattern, flags))
        self._query = f"SELECT (REGEX(?text, {text}, {letters}) AS ?is) ?text {{}}"
        self._python = None if self._asked("") is not None else _for_python(pattern, flags)

    @property
    def is_linear(self) -> bool:
        """Whether the time it takes grows no faster than the text."""
        return self._python is None

    def matches(self, text: str) -> bool:
        """Return whether the pattern matches somewhere in a text."""
        if text not in self._known:
            self._known[text] = (
                bool(self._python.search(text)) if self._python else bool(self._asked(text))
            )
        return self._known[text]

    def _asked(self, text: str) -> bool | None:
        """Ask the store, which says nothing to patterns that it cannot read."""
        bound = {ox.Variable("text"): ox.Literal(text)}
        answer = ox.Store().query(self._query, substitutions=dict(bound))
        assert isinstance(answer, ox.QuerySolutions)
        found = next(iter(answer))["is"]
        return None if found is None else str(found).startswith('"true"')


def rewritten(pattern: str, flags: str = "") -> tuple[str, str]:
    """Return a pattern and its flags as the store has to be given them.

    XPath takes characters away with ``[a-z-[aeiou]]`` and has no other operators in classes,
    and its flag ``x`` takes white space off the pattern and knows no comments (XPath and XQuery
    Functions and Operators 3.1, section 5.6; XML Schema 1.1, part 2, section G).
    """
    if "q" in flags or not ("[" in pattern or "x" in flags):
        return pattern, flags
    return _rewritten(pattern, blanks="x" not in flags), flags.replace("x", "")


def _rewritten(pattern: str, *, blanks: bool) -> str:
    parts: list[str] = []
    # Where the classes begin that are open.
    open: list[int] = []
    for found in _TOKENS.finditer(pattern):
        token = found[0]
        if open and token == "-[":
            begin = open[-1]
            # What is taken away from a class without some characters is not added to them.
            outside = parts[begin + 1 : begin + 2] == ["^"]
            parts[begin] = "[[" if outside else "["
            parts.append("]--" if outside else "--")
            token = "["
        if token == "-[":
            parts.append("-")
            token = "["
        if token == "[":
            open.append(len(parts))
        elif open and token == "]":
            open.pop()
        elif open and pattern[found.start() - 1] + token in _OPERATORS:
            token = f"\\{token}"
        elif not open and not blanks and token in " \t\n\r":
            continue
        parts.append(token)
    return "".join(parts)


def _for_python(pattern: str, flags: str) -> re.Pattern[str]:
    """Compile a pattern so that Python's ``re`` takes it for what it means."""
    if unknown := set(flags) - set("imsx"):
        letters = "".join(sorted(unknown))
        raise EngineError(f"No engine matches {pattern!r} with the flags {letters!r}.")
    if "x" in flags:
        pattern = _rewritten(pattern, blanks=False)
    options = sum({re.RegexFlag[letter.upper()] for letter in flags if letter != "x"})
    if "m" not in flags:
        # Python's $ matches before a newline at the end as well, XPath's does not.
        pattern = _PARTS.sub(lambda part: r"\Z" if part[0] == "$" else part[0], pattern)
    try:
        return re.compile(pattern, options)
    except (re.error, RecursionError, OverflowError) as error:
        raise EngineError(f"No engine can match {pattern!r}: {error}.") from error
