"""Find the word of a title that a misspelt one was meant to be."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any, Final

# Shorter words are too often words of their own.
_SHORTEST: Final = 5
# From this length on two letters may be wrong.
_LONG: Final = 9


class Spelling:
    """Knows words, the most usual first, and others that look like them and are not meant."""

    def __init__(self, known: Iterable[str], lookalikes: Collection[str]) -> None:
        # Of two words that are as near, the first wins.
        self._known = [word for word in known if len(word) >= _SHORTEST]
        self._lookalikes = frozenset(lookalikes)
        self.correct = lru_cache(maxsize=1 << 16)(self._correct)

    def _correct(self, word: str) -> str | None:
        """Return the word that is one letter off, in long words two; None where none is."""
        if not _SHORTEST <= len(word) <= 24 or not word.isalpha() or self._is_known_word(word):
            return None
        process, distance = _engine()
        allowed = 2 if len(word) >= _LONG - 1 else 1
        found = process.extractOne(word, self._known, scorer=distance, score_cutoff=allowed)
        if found is None:
            return None
        near, errors, _ = found
        if errors > 1 and len(near) < _LONG:
            return None
        # Hardly anybody gets the first letter wrong, unless by writing it second.
        swapped = errors == 1 and near[:2] == word[1::-1]
        return str(near) if near[0] == word[0] or swapped else None

    def _is_known_word(self, word: str) -> bool:
        return word in self._lookalikes or word.removesuffix("s") in self._lookalikes


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
