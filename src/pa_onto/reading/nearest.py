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
