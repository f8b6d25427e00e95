"""The values that literals stand for, and the order among them (XML Schema 1.1, part 2).

RDF takes the lexical forms as they are written: no white space is taken off, and digits are
those of ASCII (RDF 1.1 Concepts, section 5.1). Values are ordered as the operators of SPARQL
order them (SPARQL 1.1, section 17.3), and dates, times and durations by the order that XML
Schema gives them; what neither orders has none.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from ..errors import InputError
from ..namespaces import XSD

#: The least and the greatest value of the types of whole numbers, None where there is none.
_WHOLE: Final[dict[str, tuple[int | None, int | None]]] = {
    "integer": (None, None),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
_DECIMAL: Final = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_FLOATING: Final = rf"{_DECIMAL}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN"
_YEAR: Final = r"(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))"
_MONTH: Final = r"(?P<month>0[1-9]|1[0-2])"
_DAY: Final = r"(?P<day>0[1-9]|[12][0-9]|3[01])"
_TIME: Final = (
    r"(?:(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9](?:\.[0-9]+)?)"
    r"|(?P<midnight>24:00:00(?:\.0+)?))"
)
_ZONE: Final = r"(?P<zone>Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
#: The seven properties of a point in time that each type writes (section D.2.1).
_TIMES: Final = {
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}?",
    "dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}?",
    "time": f"{_TIME}{_ZONE}?",
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}?",
    "gYear": f"{_YEAR}{_ZONE}?",
    "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}?",
    "gDay": f"---{_DAY}{_ZONE}?",
    "gMonth": f"--{_MONTH}{_ZONE}?",
}
_MONTHS: Final = r"(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?"
_SECONDS: Final = (
    r"(?:(?P<days>[0-9]+)D)?(?:T(?=[0-9])(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?"
    r"(?:(?P<seconds>[0-9]+(?:\.[0-9]+)?)S)?)?"
)
_DURATIONS: Final = {
    "duration": rf"(?P<sign>-?)P(?=.){_MONTHS}{_SECONDS}",
    "yearMonthDuration": rf"(?P<sign>-?)P(?=.){_MONTHS}",
    "dayTimeDuration": rf"(?P<sign>-?)P(?=.){_SECONDS}",
}
#: Where two durations are compared (section 3.3.6.2): years and months.
_STARTS: Final = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))
_DAY_SECONDS: Final = 86_400
#: Python reads no numbers with more digits, since that takes the square of their time.
_LONGEST: Final = 4_000
#: How far a time zone may be from UTC, in seconds.
_ANY_ZONE: Final = 14 * 3_600


class Value(NamedTuple):
    """What a literal stands for.

    ``kind`` names what it can be compared with; ``number`` is exact, or a float; of a point in
    time it is the seconds since the first day of the year 0, of a duration its seconds.
    ``zone`` is the offset of a point in time from UTC in seconds, None without a time zone;
    ``months`` belong to durations.
    """

    kind: str
    number: Fraction | float
    text: str = ""
    zone: int | None = None
    months: int = 0


def is_ill_typed(text: str, datatype: str) -> bool:
    """Return whether a literal has no value though XML Schema says what its datatype means.

    Types other than those of numbers, booleans, strings, times and durations are not looked at.
    """
    name = datatype.removeprefix(XSD)
    return datatype.startswith(XSD) and name in _READERS and _value(text, name) is None


def order(text: str, datatype: str, other: str, other_datatype: str) -> int | None:
    """Return -1, 0 or 1 as a literal is less than, equal to or greater than another.

    None says that they cannot be compared: they are of different kinds, one is ill-typed or not
    a number, or a time zone is missing that could decide. Literals with a language have no
    order, and no datatype that is known here. Raises InputError for numbers too long to read.
    """
    known = datatype.startswith(XSD) and other_datatype.startswith(XSD)
    one = _value(text, datatype.removeprefix(XSD)) if known else None
    two = _value(other, other_datatype.removeprefix(XSD)) if known else None
    if one is None or two is None:
        return None
    if one.kind in _NUMBERS and two.kind in _NUMBERS:
        return _numeric(one, two)
    return _ORDERS.get(one.kind, _points)(one, two) if one.kind == two.kind else None


#: Numbers in the order of their promotion (SPARQL 1.1, section 17.3).
_NUMBERS: Final = ("decimal", "float", "double")


def _numeric(one: Value, two: Value) -> int | None:
    kind = max(one.kind, two.kind, key=_NUMBERS.index)
    if kind == "decimal":
        return _sign(one.number, two.number)
    promoted = _single if kind == "float" else _double
    return _sign(promoted(one.number), promoted(two.number))


def _sign(one: Fraction | float, two: Fraction | float) -> int | None:
    if math.isnan(one) or math.isnan(two):
        return None
    return (one > two) - (one < two)


def _points(one: Value, two: Value) -> int | None:
    """Compare points in time (section D.2.2): without a zone, one may be anywhere."""
    if (one.zone is None) == (two.zone is None):
        return _sign(one.number - (one.zone or 0), two.number - (two.zone or 0))
    if two.zone is None:
        reverse = _points(two, one)
        return None if reverse is None else -reverse
    there = two.number - two.zone
    if one.number + _ANY_ZONE < there:
        return -1
    return 1 if one.number - _ANY_ZONE > there else None


def _durations(one: Value, two: Value) -> int | None:
    if (one.months, one.number) == (two.months, two.number):
        return 0
    signs = {
        _sign(*(_days(*divmod(year * 12 + month - 1 + d.months, 12)) * _DAY_SECONDS + d.number
                for d in (one, two)))
        for year, month in _STARTS
    }  # fmt: skip
    return signs.pop() if len(signs) == 1 else None


def _plain(one: Value, two: Value) -> int | None:
    """Compare texts by their code points, and false with true."""
    before, after = (one.text, one.number), (two.text, two.number)
    return (before > after) - (before < after)


_ORDERS: Final = {"string": _plain, "boolean": _plain, "duration": _durations}


@lru_cache(maxsize=65_536)
def _value(text: str, name: str) -> Value | None:
    """Return the value of a literal, None when it is ill-typed or the type is not known.

    Raises InputError for one that takes too long to read.
    """
    reader = _READERS.get(name)
    if reader is None:
        return None
    if len(text) > _LONGEST and name != "string":
        message = f"A literal of the type xsd:{name} is longer than {_LONGEST} characters."
        raise InputError(message, cure="Shorten it, or give it another type.")
    return reader(text, name)


def _whole(text: str, name: str) -> Value | None:
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        return None
    number = Fraction(text)
    least, most = _WHOLE[name]
    if (least is not None and number < least) or (most is not None and number > most):
        return None
    return Value("decimal", number)


def _decimal(text: str, name: str) -> Value | None:
    if not re.fullmatch(_DECIMAL, text):
        return None
    return Value("decimal", Fraction(text.removesuffix(".")))


def _floating(text: str, name: str) -> Value | None:
    if not re.fullmatch(_FLOATING, text):
        return None
    number = float(text.replace("INF", "inf"))
    return Value(name, _single(number) if name == "float" else number)


def _boolean(text: str, name: str) -> Value | None:
    if text not in ("true", "false", "1", "0"):
        return None
    return Value("boolean", float(text in ("true", "1")))


def _string(text: str, name: str) -> Value:
    return Value("string", 0.0, text)


def _time(text: str, name: str) -> Value | None:
    found = re.fullmatch(_TIMES[name], text)
    if found is None:
        return None
    part = found.groupdict()
    # 1972 is a leap year; December has a day 31 (section D.2.1.1).
    year, month = int(part.get("year") or 1972), int(part.get("month") or 12)
    day = int(part.get("day") or 1)
    if day > _length(year, month):
        return None
    seconds = Fraction(_DAY_SECONDS if part.get("midnight") and name != "time" else 0)
    if part.get("hour"):
        seconds += int(part["hour"]) * 3_600 + int(part["minute"]) * 60 + Fraction(part["second"])
    kind = "dateTime" if name == "dateTimeStamp" else name
    days = _days(year, month - 1) + day - 1
    return Value(kind, days * _DAY_SECONDS + seconds, zone=_zone(part.get("zone")))


def _zone(text: str | None) -> int | None:
    if text is None:
        return None
    if text == "Z":
        return 0
    return int(text[0] + "1") * (int(text[1:3]) * 3_600 + int(text[4:6]) * 60)


def _duration(text: str, name: str) -> Value | None:
    found = re.fullmatch(_DURATIONS[name], text)
    if found is None:
        return None
    part = {
        key: Fraction(digits or 0) for key, digits in found.groupdict().items() if key != "sign"
    }
    sign = -1 if found["sign"] else 1
    months = int(part.get("years") or 0) * 12 + int(part.get("months") or 0)
    units = {"days": _DAY_SECONDS, "hours": 3_600, "minutes": 60, "seconds": 1}
    seconds = sum(Fraction(part.get(key) or 0) * size for key, size in units.items())
    return Value("duration", Fraction(sign * seconds), months=sign * months)


_READERS: Final[dict[str, Callable[[str, str], Value | None]]] = {
    **dict.fromkeys(_WHOLE, _whole),
    "decimal": _decimal,
    **dict.fromkeys(("float", "double"), _floating),
    "boolean": _boolean,
    "string": _string,
    **dict.fromkeys(_TIMES, _time),
    **dict.fromkeys(_DURATIONS, _duration),
}


def _double(number: Fraction | float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _single(number: Fraction | float) -> float:
    """Return the nearest number of single precision, infinity beyond its greatest."""
    double = _double(number)
    try:
        return float(struct.unpack("f", struct.pack("f", double))[0])
    except OverflowError:
        return math.copysign(math.inf, double)


def _length(year: int, month: int) -> int:
    """Return how many days a month has in the Gregorian calendar, before its time as well."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _days(year: int, months: int) -> int:
    """Return the days from the first of the year 0 to that of a month, January being 0."""
    before = year - 1
    leap = before // 4 - before // 100 + before // 400 + 1
    return year * 365 + leap + sum(_length(year, month) for month in range(1, months + 1))
