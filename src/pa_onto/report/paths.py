"""Property paths: from the text of SPARQL to the structure of SHACL (section 2.3.1)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

#: The ends of the names of SHACL's path properties, by the marks of SPARQL.
_AFTER: Final = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}
_TOKEN: Final = re.compile(r"\s*(<[^<>\s]*>|[/|^()*+?])")
_DEEPEST: Final = 100


class Path(NamedTuple):
    """A path made of others: ``operator`` is the name of a path property, or ``sequence``."""

    operator: str
    parts: tuple[Path | str, ...]


def parse_path(text: str) -> Path | str | None:
    """Return the path a text stands for, an IRI where it is a predicate, None where it is none.

    The marks bind as in SPARQL 1.1 section 9.1: ``^`` weaker than ``*``, then ``/``, then ``|``.
    """
    tokens = _TOKEN.findall(text)
    nested = tokens.count("(") + tokens.count("^") > _DEEPEST
    if nested or "".join(tokens) != re.sub(r"\s", "", text):
        return None
    try:
        parser = _Parser(tokens)
        path = parser.alternative()
        return None if parser.rest else path
    except ValueError:
        return None


class _Parser:
    """Reads tokens from the left; a method a rule of the grammar."""

    def __init__(self, tokens: list[str]) -> None:
        self.rest = tokens[::-1]

    def alternative(self) -> Path | str:
        """PathAlternative: sequences between ``|``."""
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Path("alternativePath", tuple(parts))

    def _sequence(self) -> Path | str:
        parts = [self._inverse()]
        while self._take("/"):
            parts.append(self._inverse())
        return parts[0] if len(parts) == 1 else Path("sequence", tuple(parts))

    def _inverse(self) -> Path | str:
        if self._take("^"):
            return Path("inversePath", (self._repeated(),))
        return self._repeated()

    def _repeated(self) -> Path | str:
        path = self._primary()
        while self.rest and self.rest[-1] in _AFTER:
            path = Path(_AFTER[self.rest.pop()], (path,))
        return path

    def _primary(self) -> Path | str:
        if self._take("("):
            path = self.alternative()
            if not self._take(")"):
                raise ValueError("A parenthesis is not closed.")
            return path
        if self.rest and self.rest[-1].startswith("<"):
            return self.rest.pop()[1:-1]
        raise ValueError("A path ends too early.")

    def _take(self, mark: str) -> bool:
        if self.rest and self.rest[-1] == mark:
            self.rest.pop()
            return True
        return False
