"""Tell which words of a title are numbers, for a number may be a grade.

Words are as :func:`.words.tokens` makes them: small letters without accents, so that ``3.º`` is
``3o`` and ``Ⅱ`` is ``ii``.
"""

from __future__ import annotations

import re
from typing import Final
from unicodedata import numeric

#: The letters of Roman numbers, as far as they are numbers of grades.
ROMAN: Final = "ivx"
# What ordinals end with, in the languages that write them with digits.
_ENDS: Final = (
    "(?:st|nd|rd|th)s?|d"  # English, also of several
    "|[oa]s?|er|era|ero|ere|re|nd[oae]|d[oae]|r[oa]|t[oa]|m[oa]|v[oa]|n[oa]"  # Romance
    "|e|i?e?me|de|ste|te[nrs]?|er|[nrti]"  # French, Dutch, German, Catalan
)
_ORDINAL: Final = re.compile(rf"(\d{{1,3}})(?:{_ENDS})")
_ROMAN: Final = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})")
_ROMAN_VALUES: Final = {"i": 1, "v": 5, "x": 10}
_CHINESE_ORDINAL: Final = re.compile(r"第(\w+?)(?:番目?|号|號|位)?")
# A few letters beside a number of two digits: a step of pay, for all that is known, but for hours.
_STEP: Final = re.compile(r"[a-z]{0,3}\d{1,2}[a-gi-z]?")
_SPLIT: Final = re.compile(r"([^\W\d_]+)(\d{1,2})|(\d{1,2})([^\W\d_]+)")
# Numbers from here on count, date or name something: no title has as many grades.
_TOO_MANY: Final = 100


def ordinal(word: str) -> int | None:
    """Return which one a word names: 2 for ``2nd``, ``2do``, ``2e``, ``第二``.

    >>> [ordinal(word) for word in ("2ndo", "3er", "1ere", "2", "4k")]
    [2, 3, 1, None, None]
    """
    if found := _ORDINAL.fullmatch(word):
        return int(found[1])
    if found := _CHINESE_ORDINAL.fullmatch(word):
        return number(found[1])
    return None


def number(word: str) -> int | None:
    """Return the number that a word is, in digits of any script, Roman, or one Chinese sign.

    >>> [number(word) for word in ("2", "٢", "iii", "二", "x", "2nd")]
    [2, 2, 3, 2, None, None]
    """
    if word.isdecimal():
        return int(word) if len(word) < 4 else _TOO_MANY
    if word.isascii():
        # A single x stands between a count and what is counted.
        roman = word != "x" and _ROMAN.fullmatch(word)
        return _roman(word) if roman else None
    if len(word) == 1 and word.isnumeric():
        return int(numeric(word))
    return None


def may_be_grade(number: int) -> bool:
    """Return whether a number is small enough to be a grade."""
    return number < _TOO_MANY


def has_number(word: str) -> bool:
    """Return whether any sign of a word stands for a number."""
    return any(map(str.isnumeric, word))


def may_be_step(word: str) -> bool:
    """Return whether a word that holds a number may name a grade: ``g7``, ``2b``, ``2級``."""
    if word.isascii():
        return _STEP.fullmatch(word) is not None
    return word.isalnum()


def split(word: str) -> tuple[str, str] | None:
    """Return the letters and the digits of a word in their order: ``ad`` and ``2`` of ``ad2``."""
    found = _SPLIT.fullmatch(word)
    if found is None:
        return None
    return (found[1], found[2]) if found[1] else (found[3], found[4])


def _roman(word: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in word]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < after else value for value, after in pairs)
