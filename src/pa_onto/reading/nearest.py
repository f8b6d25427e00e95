"""Find what somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(text: str, known: Iterable[str], cutoff: float = 0.7) -> str | None:
    """Return the known string closest to ``text``, None when none is close.

    >>> nearest("strtDate", ["startDate", "endDate"])
    'startDate'
    """
    from difflib import get_close_matches

    matches = get_close_matches(text, list(known), n=1, cutoff=cutoff)
    return matches[0] if matches else None
