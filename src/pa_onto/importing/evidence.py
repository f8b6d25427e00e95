"""What the cells of a column say about how dates and numbers are written in it.

A form is taken only if the cells decide it: where two forms read them, and read them
differently, somebody has to say which one it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import Any, Final, NamedTuple, TypeVar

from .cells import shown
from .dates import date_reader
from .numbers import NumberFormat, read_number

_T = TypeVar("_T")
_MARKS: Final = ((".", ""), (",", ""), (".", ","), (",", "."), (".", "'"), (".", " "), (",", " "))
_AMOUNT: Final = re.compile(r"(\D*?)\s*(-?[0-9](?:[0-9.,' ]*[0-9])?)\s*(\D*)")
_SPOKEN: Final = ("{D}{s}MMM{s}YYYY", "{D}{s}MMMM{s}YYYY", "{D}{s}MMM{s}YY")
_WRITTEN: Final = (
    *("YYYY{s}{M}{s}{D}", "{D}{s}{M}{s}YYYY", "{M}{s}{D}{s}YYYY"),
    *("{D}{s}{M}{s}YY", "{M}{s}{D}{s}YY"),
)
_AMERICAN: Final = ("MMM {D}, YYYY", "MMMM {D}, YYYY")
_TAILS: Final = ("", " 00:00:00", "T00:00:00")


class Evidence(NamedTuple):
    """The form that the cells decide for, None when they do not; ``why`` says so."""

    form: Any
    why: str


def date_form(cells: Mapping[str, int]) -> Evidence:
    """Return the format of the dates in some cells, given with how often each comes."""
    return _decided(cells, _date_forms(), date_reader, "dates")


def number_form(cells: Mapping[str, int]) -> Evidence:
    """Return the form of the numbers in some cells, given with how often each comes."""
    symbols = _symbols(cells)
    forms = (NumberFormat(decimal, thousands, symbols) for decimal, thousands in _MARKS)
    return _decided(cells, forms, lambda form: lambda cell: read_number(cell, form), "numbers")


def _date_forms() -> Iterator[str]:
    for tail, (month, day) in product(_TAILS, (("MM", "DD"), ("M", "D"))):
        for form, mark in product((*_WRITTEN, *_SPOKEN), "/-. "):
            yield form.format(D=day, M=month, s=mark) + tail
        yield from (form.format(D=day) + tail for form in _AMERICAN)
        yield "YYYYMMDD" + tail


def _decided(
    cells: Mapping[str, int],
    forms: Iterable[_T],
    reader: Callable[[_T], Callable[[str], Any]],
    what: str,
) -> Evidence:
    """Return the one form that reads the most cells, unless another reads them differently."""
    read = [(form, [reader(form)(cell) for cell in cells]) for form in forms]
    weights = list(cells.values())
    counts = [
        sum(weight for weight, value in zip(weights, values, strict=True) if value is not None)
        for _, values in read
    ]
    most = max(counts, default=0)
    if not most or 2 * most < sum(weights):
        return Evidence(
            None, f"the cells are no {what}, such as {shown(next(iter(cells)))}" if cells else ""
        )
    best, values = read[counts.index(most)]
    pairs = list(zip(cells, values, strict=True))
    for other, others in read:
        for (cell, value), rival in zip(pairs, others, strict=True):
            if rival is not None and rival != value and _undecided(pairs, others, value):
                why = f"{shown(cell)} may be {_named(best)} or {_named(other)}"
                return Evidence(None, why)
    odd = [shown(cell) for cell, value in pairs if value is None]
    return Evidence(best, f"not read: {', '.join(odd[:3])}" if odd else "")


def _undecided(pairs: list[tuple[str, Any]], others: list[Any], value: Any) -> bool:
    """Return whether another form is as good as the best, or reads what that does not."""
    if value is None:
        return True
    return all(
        rival is not None
        for (_, value), rival in zip(pairs, others, strict=True)
        if value is not None
    )


def _named(form: Any) -> str:
    if isinstance(form, NumberFormat):
        thousands = f" and thousands {form.thousands!r}" if form.thousands else ""
        return f"a number with decimal {form.decimal!r}{thousands}"
    return str(form)


def _symbols(cells: Iterable[str]) -> tuple[str, ...]:
    """Return the texts that stand before and after amounts."""
    found = (_AMOUNT.fullmatch(cell) for cell in cells)
    texts = {text.strip() for match in found if match for text in (match[1], match[3])}
    return tuple(sorted(texts - {""}, key=lambda text: (-len(text), text)))
