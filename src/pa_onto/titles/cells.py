"""Take titles as people hold them: one text, or a column of a table of any library.

No library of tables is loaded: what is missing in a column tells so itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..errors import UsageError

_CURE: Final = "Give one text, or an iterable of texts such as a list or a column."


def is_one(value: Any) -> bool:
    """Return whether a value stands for one text: a text, or what is missing."""
    value = _of_arrow(value)
    return isinstance(value, str) or (not _holds_others(value) and _is_missing(value))


def texts(values: Any, name: str) -> list[str]:
    """Return the texts of a column, or the only one, empty where one is missing.

    ``name`` says what they are. Raises UsageError for what is no column of texts, such as a
    whole table, and for cells that are no texts.
    """
    if is_one(values):
        return [text(values)]
    columns = getattr(values, "columns", None) is not None or hasattr(values, "column_names")
    if columns or getattr(values, "ndim", 1) != 1:
        raise UsageError(f"{_kind(values)} is no column of {name}.", cure="Give one column of it.")
    if isinstance(values, bytes | bytearray | memoryview | Mapping):
        raise UsageError(f"{_kind(values)} is no column of {name}.", cure=_CURE)
    try:
        cells = iter(values)
    except TypeError as error:
        raise UsageError(f"{_kind(values)} is no column of {name}.", cure=_CURE) from error
    found = []
    for number, cell in enumerate(cells):
        if type(cell) is str:
            found.append(cell)
            continue
        cell = _of_arrow(cell)
        if _holds_others(cell):
            kind = _kind(cell)
            what = kind[0].lower() + kind[1:]
            raise UsageError(f"Number {number} of {name} is {what}, no text.", cure=_CURE)
        found.append(text(cell))
    return found


def column(values: Any, name: str, count: int) -> list[str]:
    """Return as many texts as there are titles: one for all, or one for each.

    Raises UsageError when others were given, and as :func:`texts` does.
    """
    if is_one(values):
        return [text(values)] * count
    found = texts(values, name)
    if len(found) != count:
        raise UsageError(
            f"{count} titles, but {len(found)} for {name}.", cure="Give one for each title."
        )
    return found


def text(value: Any) -> str:
    """Return a cell as text, empty for what is missing: None, NaN, NaT, nulls of any library."""
    value = _of_arrow(value)
    return "" if _is_missing(value) else str(value)


def _of_arrow(value: Any) -> Any:
    """Return what an Arrow scalar holds, other values as they are."""
    return value.as_py() if callable(getattr(value, "as_py", None)) else value


def _holds_others(value: Any) -> bool:
    """Return whether a value is made of others: it is no text, whatever they are."""
    if isinstance(value, str):
        return False
    # An array without dimensions is iterable by its type, and one value all the same.
    return hasattr(value, "__iter__") and getattr(value, "ndim", 1) != 0


def _is_missing(value: Any) -> bool:
    """Return whether a value is None, or not equal to itself as NaN is."""
    if value is None:
        return True
    try:
        same = value == value
    except (TypeError, ArithmeticError) as error:
        # A signalling NaN refuses to be compared; so does a table that is not there yet.
        return isinstance(error, ArithmeticError)
    try:
        return not same
    except TypeError:
        # Whether pandas' NA is equal to anything is NA; a column by name makes an expression.
        return same is value


def _kind(value: Any) -> str:
    kind = type(value).__name__
    return f"{'An' if kind[0] in 'AEIOUaeiou' else 'A'} {kind}"
