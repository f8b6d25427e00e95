"""Set apart what a title says of gender: the other form of a word, and notes such as (m/w/d).

It says nothing of the job. Each becomes a token of its own that begins with :data:`GENDER`:
``Directeur·rice`` is ``directeur ·rice``, and ``(m/w/d)`` is ``(·mwd)``.
"""

from __future__ import annotations

import re
from typing import Final

#: What such a token begins with. Texts have no other: their dots are made ``•`` before.
GENDER: Final = "·"

_ENDS: Final = "innen|in|nen|n|rice|trice|ice|euse|i?ere|esse|ne|ve|es?|s|r|oras?|as?|frau"
_LONG_ENDS: Final = "rice|trice|euse|i?ere|ne|ve|e"
# ManagerIn: told by its capital letter, before all letters are made small.
_INNER_CAPITAL: Final = re.compile(r"(?<=[a-zß-ÿ]{2})I(?=n(?:nen)?(?![^\W_]))")
# It begins with the sign, for which the engine looks fast, and then looks back.
_FORM: Final = re.compile(
    rf"[•:*_/(.@-](?:(?<=[a-z]{{3}}.)(?:"
    # Manager:in, Manager*in, Manager/-in, Directeur•rice•s
    rf"(?:(?<=[•:*_/])-?|(?<=-)/)({_ENDS})(?:[-•.:*]?(?:s|nen))?"
    # Directeur(trice), Manager(in)
    rf"|(?<=\()-?({_ENDS})\)"
    # Directeur.rice, assistant-e: other short ends behind a dot or a hyphen are other words.
    rf"|(?<=[.-])({_LONG_ENDS})(?:[-.]s)?"
    # Director@
    rf"|(?<=@)s?"
    # Assistent -/n
    rf")|(?<=\s[-/])(?:(?<=-)/|(?<=/)-)(innen|in|nen|n|r|en?|frau|mann)"
    rf")(?![^\W_])"
)
_LETTER: Final = "(?:[mfwhdxvkig*]|gn|nb|divers)"
_NOTE: Final = re.compile(
    rf"(?<![^\W_])(?<![^\W_][./|]){_LETTER}(?:\s?[/|,.:*•-]\s?{_LETTER}(?![^\W_])){{1,5}}"
)
#: The letters for men and for women that stand together; some of them only in brackets, for
#: without them they are something else, such as a music video.
_PAIRS: Final = ("mw", "mf", "hf", "hm")
_PAIRS_IN_BRACKETS: Final = ("mv", "km")


def with_inner_capitals_apart(text: str) -> str:
    """Return a text, its case as it was, with ``ManagerIn`` as ``Manager:in``."""
    return _INNER_CAPITAL.sub(":i", text) if "I" in text else text


def apart(text: str) -> str:
    """Return a text in small letters without accents with what it says of gender set apart.

    >>> apart("directeur•rice"), apart("runner (m/w/d)")
    ('directeur ·rice ', 'runner ( ·mwd )')
    """
    return _NOTE.sub(_noted, _FORM.sub(_formed, text))


def _formed(found: re.Match[str]) -> str:
    return f" {GENDER}{next(filter(None, found.groups()), '@')} "


def _noted(found: re.Match[str]) -> str:
    letters = [part for part in re.split(r"[\s/|,.:•-]+", found[0]) if part]
    bracketed = found.string[max(found.start() - 1, 0)] in "(["
    pairs = (*_PAIRS, *_PAIRS_IN_BRACKETS) if bracketed else _PAIRS
    if len(set(letters)) < len(letters) or not any(set(pair) <= set(letters) for pair in pairs):
        return found[0]
    return f" {GENDER}{''.join(letters)} "
