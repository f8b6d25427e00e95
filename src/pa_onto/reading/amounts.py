"""Read amounts out of texts that people write where a number belongs, to tell them the cure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_NUMBER: Final = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:[,' \u00a0\u202f]\d{3})+|\d{1,12})((?:\.\d+)?)"
    r"\s?(k\b)?(?!\w)(?![.,]\d)",
    re.IGNORECASE | re.ASCII,
)
# Of 45.000 nobody knows whether it is forty-five or forty-five thousand.
_UNSURE: Final = re.compile(r"\d\.\d{3}(?!\d)")
_CODE: Final = re.compile(r"\b(USD|GBP|EUR|CAD|AUD|NZD|JPY|CHF|SEK|NOK|DKK|INR|ZAR)\b")


def cure(text: str) -> str:
    """Return how to write pay that is given as text: as one number, or as a range.

    >>> cure("$65,000")
    'write 65000, and its currency as salaryCurrency beside it'
    >>> cure("40-50k")
    'write a MonetaryAmount whose value has minValue 40000 and maxValue 50000'
    """
    found = list(amounts(text))
    if len(found) == 2 and 0 < found[0] < found[1]:
        least, greatest = map(_written, found)
        return f"write a MonetaryAmount whose value has minValue {least} and maxValue {greatest}"
    currency = _CODE.search(text)
    beside = f"{currency[1]} as salaryCurrency" if currency else "its currency as salaryCurrency"
    number = _written(found[0]) if len(found) == 1 else "a number without quotation marks"
    return f"write {number}, and {beside} beside it"


def amounts(text: str) -> Iterator[float]:
    """Yield the numbers in a text; in ``40-50k`` the thousands count for both."""
    if _UNSURE.search(text):
        return
    found = _NUMBER.findall(re.sub(r"(?<=\d)\s*[-\u2013]\s*(?=[^\w\s]?\d)", " - ", text))
    thousands = bool(found) and bool(found[-1][2])
    for whole, fraction, k in found:
        value = float(re.sub(r"\D", "", whole) + fraction)
        yield value * 1000 if k or (thousands and value < 1000) else value


def _written(amount: float) -> str:
    return str(int(amount)) if amount.is_integer() else repr(amount)
