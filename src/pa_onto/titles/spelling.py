"""Find the word of a title that a misspelt one was meant to be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

#: The languages of a word or a text; None where nothing tells.
Languages = frozenset[str] | None

# Shorter words are too often words of their own.
_SHORTEST: Final = 5
# From this length on two letters may be wrong.
_LONG: Final = 9
# Languages that are written without accents.
_PLAIN: Final = frozenset({"en"})


class Spelling:
    """Knows words, the most usual first, and others that look like them and are not meant.

    ``languages`` says in which languages a word is used; a word without any may be of all. A
    word of one language is no misspelling of a word of another.
    """

    def __init__(
        self,
        known: Iterable[str],
        lookalikes: Collection[str],
        languages: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        # Of two words that are as near, the first wins.
        self._known = [word for word in known if len(word) >= _SHORTEST]
        self._lookalikes = frozenset(lookalikes)
        self._languages = languages or {}
        self._of = lru_cache(maxsize=64)(self._words_of)
        self.correct = lru_cache(maxsize=1 << 16)(self._correct)

    def _correct(self, word: str, spoken: Languages = None, accented: bool = False) -> str | None:
        """Return the word that is one letter off, in long words two; None where none is.

        ``spoken`` are the languages that the words around it have in common: none of another
        language is meant. ``accented`` says that the word was written with an accent.
        """
        if not _SHORTEST <= len(word) <= 24 or not word.isalpha() or self._is_known_word(word):
            return None
        process, distance = _engine()
        allowed = 2 if len(word) >= _LONG - 1 else 1
        choices = self._of(spoken, accented)
        found = process.extractOne(word, choices, scorer=distance, score_cutoff=allowed)
        if found is None:
            return None
        near, errors, _ = found
        if (errors > 1 and len(near) < _LONG) or _is_foreign_form(word, near):
            return None
        # Hardly anybody gets the first letter wrong, unless by writing it second.
        swapped = errors == 1 and near[:2] == word[1::-1]
        return str(near) if near[0] == word[0] or swapped else None

    def _words_of(self, spoken: Languages, accented: bool) -> list[str]:
        def fits(word: str) -> bool:
            own = self._languages.get(word)
            if own is None:
                return True
            own = own - _PLAIN if accented else own
            return bool(own) if spoken is None else bool(own & spoken)

        return [word for word in self._known if fits(word)]

    def _is_known_word(self, word: str) -> bool:
        return word in self._lookalikes or word.removesuffix("s") in self._lookalikes


def _is_foreign_form(word: str, near: str) -> bool:
    """Return whether a word differs from another as it does in another language.

    So do ``produktion`` and ``produzione`` from ``production``: languages write the sounds of
    one Latin word with other letters, and some give it another end.
    """
    if sorted(word) == sorted(near):
        return False
    if _turned(word, near, "k", "c") or word.count("z") > near.count("z"):
        return True
    return len(word) >= len(near) and word[-1] in "aeio" and near[-1] not in "aeiouy"


def _turned(word: str, near: str, one: str, other: str) -> bool:
    """Return whether a letter stands in one word where another stands in the other."""
    return (word.count(one) - near.count(one)) * (word.count(other) - near.count(other)) < 0


def one_off(text: str, known: Iterable[str]) -> str | None:
    """Return the known text that another is but for one letter, anywhere in it."""
    process, distance = _engine()
    found = process.extractOne(text, list(known), scorer=distance, score_cutoff=1)
    return str(found[0]) if found else None


def _engine() -> tuple[Any, Any]:
    # Loading it takes longer than reading the vocabulary: most texts need none of it.
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    return process, OSA.distance
