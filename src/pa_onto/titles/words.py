"""Take a text apart into words, however it is written.

Case, accents, full-width letters, dashes, dots and apostrophes are made alike; what cannot be
seen is left out.
"""

from __future__ import annotations

import re
from typing import Final

#: A longer text is no title; nothing is gained by reading it.
MAX_TEXT: Final = 400
#: What stands between two parts of a text.
BREAK: Final = "|"
#: What is left of a possessive: ``director's`` is ``director`` and this.
POSSESSIVE: Final = "'s"

# Initials with dots or slashes, words with their apostrophes, and whatever separates the parts
# of a title: a dash does so only beside a space.
_TOKEN: Final = re.compile(
    r"[a-z](?:[./][a-z])+(?![a-z])|[^\W_]+(?:'[^\W_]+)*| -+|-+ |[,;:/|()\[\]{}&+@•·>*~\n\t]"
)
# Hyphens, dashes and the minus sign; quotation marks, accents that stand alone and the prime.
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_QUOTES: Final = "\u2018\u2019\u02bc\u2032`\xb4"
_MARKS: Final = str.maketrans(_DASHES + _QUOTES, "-" * len(_DASHES) + "'" * len(_QUOTES))


def tokens(text: str) -> list[str]:
    """Return the words of a text in lower case, and :data:`BREAK` between its parts.

    >>> tokens("V.P., Post-Production (Ass't)")
    ['vp', '|', 'post', 'production', '|', 'asst', '|']
    """
    text = text.lower() if text.isascii() else _plain(text)
    found = _TOKEN.findall(text)
    if "'" in text or "." in text or "/" in text:
        return [word for token in found for word in _words(token)]
    return [token if token[0].isalnum() else BREAK for token in found]


def _plain(text: str) -> str:
    """Return a text without accents, invisible characters and typographic marks."""
    from unicodedata import category, normalize

    text = normalize("NFKD", text.translate(_MARKS))
    kept = (sign for sign in text if category(sign) not in ("Mn", "Cf", "Cs", "Co"))
    return "".join(kept).casefold()


def _words(token: str) -> list[str]:
    if not token[0].isalnum():
        return [BREAK]
    token = token.replace(".", "").replace("/", "")
    if "'" not in token:
        return [token]
    if token.endswith(POSSESSIVE):
        return [token[:-2].replace("'", ""), POSSESSIVE]
    return [token.replace("'", "")]
