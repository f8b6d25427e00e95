"""Parse JSON strictly (RFC 8259): what a lenient parser would drop or rewrite is an error.

No NaN, no key twice, no lone surrogate, no number that a double cannot hold as written, no
nesting beyond what the processors underneath survive.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any, Final

from ..errors import InputError
from .guards import MAX_DEPTH

# Shorter texts are read sooner than the fast parser is imported.
_LONG: Final = 1 << 15
# Numbers with more digits than a double holds for certain, or in scientific notation.
_UNUSUAL = re.compile(rb"[0-9.]{16,}|[0-9][eE]").search


def parse(text: str, file: str, line: int = 1, column: int = 1) -> Any:
    """Return the value of a JSON text that begins at ``line`` and ``column`` of a file.

    Raises InputError with the place of what is wrong.
    """
    try:
        if text.count("{") + text.count("[") > MAX_DEPTH:
            _check_depth(text)
        value = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_exact,
            object_pairs_hook=_unique,
        )
        if "\\" in text:
            json.dumps(value, ensure_ascii=False).encode()
        return value
    except json.JSONDecodeError as error:
        place = error.colno + (column - 1 if error.lineno == 1 else 0)
        raise InputError(
            f"Not JSON: {error.msg}.",
            cure="Check the syntax there.",
            file=file,
            line=line + error.lineno - 1,
            column=place,
        ) from error
    except UnicodeEncodeError as error:
        raise InputError(
            "Holds a lone surrogate.", cure="Write the character.", file=file, line=line
        ) from error
    except (ValueError, RecursionError) as error:
        problem = str(error)
        if problem.startswith("Exceeds the limit"):
            problem = f"An integer has more than {sys.get_int_max_str_digits()} digits."
        raise InputError(problem, cure="Correct it.", file=file, line=line) from error


def parse_quickly(raw: bytes) -> Any:
    """Return the value of a long JSON text, None where :func:`parse` must look closer.

    The fast parser keeps the last of two equal keys; then the text holds more quotation marks
    than its value written again.
    """
    if len(raw) < _LONG or _UNUSUAL(raw) or b"\\" in raw:
        return None
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and _too_deep(raw):
        return None
    import orjson

    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return value if orjson.dumps(value).count(b'"') == raw.count(b'"') else None


def parse_flat(raw: bytes) -> dict[str, Any] | None:
    """Return a JSON object without objects in it, None where :func:`parse` must look closer."""
    import orjson

    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    if type(value) is not dict or b"\\" in raw:
        return None
    quotes = 2 * len(value)
    for item in value.values():
        kind = type(item)
        if kind is str:
            quotes += 2
        elif kind is dict or kind is list or (kind is float and _UNUSUAL(raw)):
            return None
    return value if raw.count(b'"') == quotes else None


def _refuse_constant(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON number.")


def _exact(text: str) -> float:
    """Return a number, unless a double holds another one (RFC 8259, section 6)."""
    value = float(text)
    if len(text) < 16 and "e" not in text and "E" not in text:
        return value
    from decimal import Decimal

    if value in (float("inf"), float("-inf")) or Decimal(text) != Decimal(repr(value)):
        raise ValueError(f"The number {text[:40]} would be read as {value!r}; write it shorter.")
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object of its members, none of which may come twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        left = dict.fromkeys(found)
        twice = next(name for name, _ in pairs if left.pop(name, name) is not None)
        raise ValueError(f"The key {twice!r} occurs twice in one object.")
    return found


def _check_depth(text: str) -> None:
    if _too_deep(text.encode("utf-8", "surrogatepass")):
        raise RecursionError(f"Nests deeper than {MAX_DEPTH}.")


def _too_deep(raw: bytes) -> bool:
    """Return whether brackets outside strings nest deeper than :data:`MAX_DEPTH`."""
    depth = 0
    for match in re.finditer(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[{]|[\]}]', raw, re.DOTALL):
        mark = match[0]
        if mark in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif mark in b"]}":
            depth -= 1
    return False
