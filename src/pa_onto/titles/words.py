"""Take a text apart into words, however it is written.

Case, accents, full-width letters, dashes, dots and apostrophes are made alike; what cannot be
seen is left out.
"""

from __future__ import annotations

import re
from typing import Final

from .genders import GENDER, apart, with_inner_capitals_apart

#: A longer text is no title; nothing is gained by reading it.
MAX_TEXT: Final = 400
#: What stands between two parts of a text.
BREAK: Final = "|"
#: What is left of a possessive: ``director's`` is ``director`` and this.
POSSESSIVE: Final = "'s"

# Initials with dots or slashes; hours, shares, dates, times and numbers with thousands in them,
# which are no grades whatever their parts are; ordinals with a dot (``3.o``); words with their
# apostrophes; what says something of gender; amounts; and whatever separates the parts of a
# title: a dash does so only beside a space.
_TOKEN: Final = re.compile(
    r"[a-z](?:[./][a-z])+(?![a-z])"
    r"|(?=\d)(?<![^\W_])(?:\d{1,3}(?:[.,]\d+)? ?(?:%|h(?:rs?)?(?![^\W_]))"
    r"|(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}(?:[./-]\d{1,2})?"
    r"|\d{1,2}[./-]\d{4}|\d{1,2}:\d\d|\d{1,3}(?:[.,]\d{3})+(?:[.,]\d+)?)(?![^\W_])"
    r"|\d+\.(?:[oa]s?|er|ere)(?![^\W_]))"
    rf"|[^\W_]+(?:'[^\W_]+)*|{GENDER}[a-z*@]+|[$£€¥] ?\d[\d.,]*"
    r"| -+|-+ |[,;:/|()\[\]{}&+@•>*~\n\t]"
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_BEYOND_LATIN: Final = "\u0370"
_SEPARATORS: Final = frozenset(" -,;:/|()[]{}&+@•>*~\n\t")
# Hyphens, dashes and the minus sign; quotation marks, accents that stand alone and the prime.
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_QUOTES: Final = "\u2018\u2019\u02bc\u2032`\xb4"
_MARKS: Final = str.maketrans(_DASHES + _QUOTES, "-" * len(_DASHES) + "'" * len(_QUOTES))
# Accents and vowel signs, marks of format, and what is no character.
_UNSEEN: Final = frozenset({"Mn", "Mc", "Me", "Cf", "Cs", "Co"})
_DOTS: Final = str.maketrans(dict.fromkeys("\u00b7\u2027\u2219\u22c5\u30fb\uff65", "•"))


def tokens(text: str) -> list[str]:
    """Return the words of a text in lower case, and :data:`BREAK` between its parts.

    >>> tokens("V.P., Post-Production (Ass't)")
    ['vp', '|', 'post', 'production', '|', 'asst', '|']
    """
    text = with_inner_capitals_apart(text)
    if text.isascii() and text.replace(" ", "").isalpha():
        # Most titles need no more.
        return text.lower().split()
    text = apart(text.lower() if text.isascii() else _plain(text))
    found = _TOKEN.findall(text)
    if "'" in text or "." in text or "/" in text:
        return [word for token in found for word in _words(token)]
    return [BREAK if token[0] in _SEPARATORS else token for token in found]


def accented(text: str) -> set[str]:
    """Return those words of a text, as tokens, that were written with an accent."""
    from unicodedata import combining, normalize

    if text.isascii():
        return set()
    return {
        token
        for word in _WORD.findall(normalize("NFC", text))
        if any(sign < _BEYOND_LATIN and combining(normalize("NFD", sign)[-1]) for sign in word)
        for token in tokens(word)
    }


def _plain(text: str) -> str:
    """Return a text without accents, invisible characters and typographic marks."""
    from unicodedata import category, normalize

    text = normalize("NFKD", text.translate(_MARKS))
    kept = (sign for sign in text if category(sign) not in _UNSEEN)
    return "".join(kept).casefold().translate(_DOTS)


def _words(token: str) -> list[str]:
    if token[0] in _SEPARATORS:
        return [BREAK]
    if token[-1].isdigit():
        # A date stays as it is.
        return [token]
    token = token.replace(".", "").replace("/", "")
    if "'" not in token:
        return [token]
    if token.endswith(POSSESSIVE):
        return [token[:-2].replace("'", ""), POSSESSIVE]
    return [token.replace("'", "")]
