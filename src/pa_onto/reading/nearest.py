"""Find what somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(text: str, known: Iterable[str], cutoff: float = 0.7) -> str | None:
    """Return the known string closest to ``text``, None when none is close.

    ``cutoff`` is the least share of characters that must agree, from 0 to 1.

    >>> nearest("strtDate", ["startDate", "endDate"])
    'startDate'
    """
    from rapidfuzz import fuzz, process

    found = process.extractOne(text, list(known), scorer=fuzz.ratio, score_cutoff=100 * cutoff)
    return found[0] if found else None


def likeness(text: str, other: str) -> float:
    """Return how alike two strings are whatever the order of their words, from 0 to 100."""
    from rapidfuzz import fuzz

    return fuzz.token_sort_ratio(text, other)


def alike(text: str, known: Iterable[str], cutoff: float) -> list[tuple[str, float]]:
    """Return the known strings that are like a text, with their likeness, the best first.

    >>> alike("department camera", ["camera department", "duty"], 60)
    [('camera department', 100.0)]
    """
    from rapidfuzz import fuzz, process

    found = process.extract(
        text, list(known), scorer=fuzz.token_sort_ratio, score_cutoff=cutoff, limit=None
    )
    return [(string, score) for string, score, _ in found]
