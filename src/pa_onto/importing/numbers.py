"""Pay as an export writes it, read by marks that are stated and never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

# What a double holds for certain.
_DIGITS: Final = 15


class NumberFormat(NamedTuple):
    """How numbers are written.

    ``decimal`` and ``thousands`` are the marks in them, ``symbols`` the texts that may stand
    before or after, such as ``$``. The number is multiplied: by ``times``, or by what ``rates``
    has for the cell of the column ``per``.
    """

    decimal: str = "."
    thousands: str = ""
    symbols: tuple[str, ...] = ()
    times: Decimal = Decimal(1)
    per: str = ""
    rates: Mapping[str, Decimal] = {}


def read_number(text: str, format: NumberFormat) -> Decimal | None:
    """Return the number that a text is in a format, None when it is none."""
    text = _bare(text, format.symbols)
    if not _pattern(format.decimal, format.thousands).fullmatch(text):
        return None
    if format.thousands:
        text = text.replace(format.thousands, "")
    return Decimal(text.replace(format.decimal, "."))


def as_json(number: Decimal) -> int | float | None:
    """Return a number as JSON has it, None when it has more digits than a double can hold."""
    number = number.normalize()
    if len(number.as_tuple().digits) > _DIGITS or number.adjusted() >= _DIGITS:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _bare(text: str, symbols: tuple[str, ...]) -> str:
    """Return a text without one symbol before and one after it, and the blanks beside those."""
    for symbol in symbols:
        if text.startswith(symbol):
            text = text[len(symbol) :].lstrip()
            break
    for symbol in symbols:
        if text.endswith(symbol):
            return text[: -len(symbol)].rstrip()
    return text


@lru_cache(maxsize=64)
def _pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    whole = "[0-9]+"
    if thousands:
        whole = rf"(?:[0-9]+|[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+)"
    return re.compile(rf"-?{whole}(?:{re.escape(decimal)}[0-9]+)?", re.ASCII)
