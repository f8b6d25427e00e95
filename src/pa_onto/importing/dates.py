"""Dates as an export writes them, read by a format that is stated and never guessed.

A format is made of ``YYYY``, ``YY`` (2000 to 2099), ``MM`` and ``DD`` (two digits), ``M`` and
``D`` (one or two), ``MMM`` and ``MMMM`` (English months, short or long); all else is itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Final

from ..errors import InputError

#: Returns a date as ISO 8601 writes it, None when a text has another form or is no date.
Reader = Callable[[str], str | None]

_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_NUMBERS: Final = {
    form: number for number, month in enumerate(_MONTHS, 1) for form in (month, month[:3])
} | {"sept": 9}
_TOKEN: Final = re.compile(r"YYYY|YY|MMMM|MMM|MM|M|DD|D|[A-Za-z]+|[^A-Za-z]+")
_DIGITS: Final = {
    "YYYY": "(?P<year>[0-9]{4})",
    "YY": "(?P<year>[0-9]{2})",
    "MM": "(?P<month>[0-9]{2})",
    "M": "(?P<month>[0-9]{1,2})",
    "DD": "(?P<day>[0-9]{2})",
    "D": "(?P<day>[0-9]{1,2})",
    "MMM": "(?P<month>[A-Za-z]{3,4})",
    "MMMM": "(?P<month>[A-Za-z]{3,9})",
}


@lru_cache(maxsize=256)
def date_reader(format: str) -> Reader:
    """Return what reads dates of one format. Raises InputError for what is no format."""
    pattern, seen = "", []
    for token in _TOKEN.findall(format):
        if token in _DIGITS:
            seen.append(token[0])
        elif token.isalpha() and token != "T":
            cure = "Use YYYY, MM and DD, as in DD/MM/YYYY; M and D for one digit, MMM for Jan."
            raise InputError(
                f"{format!r} is no format of dates: {token!r} means nothing.", cure=cure
            )
        pattern += _DIGITS.get(token, re.escape(token))
    if sorted(seen) != ["D", "M", "Y"]:
        cure = "Name year, month and day once each, as in DD/MM/YYYY."
        raise InputError(f"{format!r} is no format of dates.", cure=cure)
    compiled = re.compile(pattern, re.ASCII)
    return lambda text: _read(compiled, text)


def _read(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.fullmatch(text)
    if found is None:
        return None
    year, month, day = found["year"], found["month"], found["day"]
    number = int(month) if month.isdigit() else _NUMBERS.get(month.casefold(), 0)
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), number, int(day)).isoformat()
    except ValueError:
        return None
