"""See whether a SPARQL text could ask another server, before an engine runs it.

Engines lex SPARQL in ways of their own (``?a<'>'`` begins no IRI, ``1SERVICE`` is two tokens,
``\\u0022`` ends no string), so that no lexer of ours is proof. The test here needs none: it
looks for the word wherever it stands, strings and comments included, and asks only whether
what follows it could be the rest of a ``ServiceGraphPattern`` (SPARQL 1.1, section 19.8).
"""

from __future__ import annotations

import re
from typing import Final

from .tokens import unescaped

_GAP: Final = r"(?>[ \t\r\n]++|\#[^\r\n]*+)*+"
_NAME: Final = r"(?:[^\s\#<>{}\"'\\]|\\.)"
# Compiled when a text has the word at all: re keeps it.
_SERVICE: Final = (
    rf"(?ai)service(?={_GAP}(?:silent)?{_GAP}"
    rf"(?:<[^<>]*>|[?$]{_NAME}++|{_NAME}*?:{_NAME}*+){_GAP}\{{)"
)
#: The end of a variable or of a prefixed name, to which the word then belongs.
_BEFORE: Final = r"(?:[?$]\w*|:(?!-)[\w-]*)\Z"
_LONGEST_NAME: Final = 200


def calls_service(text: str) -> bool:
    """Return whether a SPARQL text may hold a SERVICE clause; a string that spells one counts.

    No text that an engine would take for one is missed: escapes are read both ways (section
    19.2), comments may stand in between, and the word may follow another token directly.
    """
    return any(_found(spelling) for spelling in {text, unescaped(text)})


def _found(text: str) -> bool:
    if "service" not in text.lower():
        return False
    return any(
        not re.search(_BEFORE, text[max(0, match.start() - _LONGEST_NAME) : match.start()])
        for match in re.finditer(_SERVICE, text)
    )
