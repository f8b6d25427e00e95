"""Regular expressions that let a web server weigh an ``Accept`` header.

They are written for PCRE, which Apache and nginx use, and Python reads them as well. A server
notes the weight of every media type as ``1``, or as ``0`` and the digits after the point, in
one row, ``html=0900,ttl=1000``; :data:`BEST` finds the greatest.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from .formats import MEDIA_TYPES, Format

#: Finds the name with the greatest weight of a row in group 1: the first of those alike, and
#: none that weighs nothing. What follows a weight must hold all others, so the row stands
#: twice; a digit is greater when it stands after another one in the digits at the end.
BEST: Final = (
    r"([a-z]+)=([01])(\d)(\d)(\d)(?<!=0000)(?!.*=(?:"
    r"([01])(?=.*#\d*\2\d*\6)|"
    r"\2(\d)(?=.*#\d*\3\d*\7)|"
    r"\2\3(\d)(?=.*#\d*\4\d*\8)|"
    r"\2\3\4(\d)(?=.*#\d*\5\d*\9)))"
)
#: What follows a media range that weighs 1, and one that weighs less, its digits in group 1
#: (named ``{}`` where a name is given). x22 is the quotation mark.
_PARAMETERS: Final = r"(?:;(?!\s*q\s*=)(?:[^,;\x22]|\x22[^\x22]*\x22)*)*"
FULL: Final = _PARAMETERS + r"(?:;\s*q=1(?:\.0{0,3})?\s*(?:;[^,]*)?)?(?:,|$)"
LESS: Final = _PARAMETERS + r";\s*q=0(?:\.(\d{0,3}))?\s*(?:[;,]|$)"

#: One segment of a path in a folder, decoded and as it is requested.
SEGMENT: Final = r"[^/?#%\\\x00-\x20\x7f]+"
RAW_SEGMENT: Final = r"[^/?#\\\x00-\x20\x7f]+"
#: The end of a path that is a file.
FILE: Final = rf"\.(?:{'|'.join(map(re.escape, MEDIA_TYPES))})"


# What means nothing but itself in a pattern.
_PLAIN: Final = frozenset(string.ascii_letters + string.digits + "_-/")


class Weight(NamedTuple):
    """A weight to be found: its variable, the media range, and the variable it falls back to.

    ``extension`` is what a row calls it, empty for ranges with a ``*``.
    """

    variable: str
    range: str
    otherwise: str = ""
    extension: str = ""

    @property
    def pattern(self) -> str:
        """What finds the media range at the beginning of an item of a header."""
        return r"(?:^|,)\s*" + re.escape(self.range) + r"\s*"


def weights(formats: Sequence[Format]) -> list[Weight]:
    """Return the weights that decide between formats, each after what it falls back to.

    Who names a type gets its weight, else that of ``text/*``, else that of ``*/*``; an alias
    counts only when it is named (RFC 9110, section 12.5.1).
    """
    mains = sorted({format.media_type.partition("/")[0] for format in formats})
    found = [Weight("any", "*/*"), *(Weight(main, f"{main}/*", "any") for main in mains)]
    for format in formats:
        main = format.media_type.partition("/")[0]
        found.append(Weight(format.extension, format.media_type, main, format.extension))
        for number, alias in enumerate(format.aliases, 2):
            found.append(Weight(f"{format.extension}{number}", alias, "", format.extension))
    return found


def row(weights: Iterable[Weight], variable: str) -> str:
    """Return the row in which :data:`BEST` finds the greatest of some weights.

    ``variable`` is how a server writes the value of a variable, ``{}`` its name.
    """
    each = (f"{w.extension}={variable.format(w.variable)}000" for w in weights if w.extension)
    once = ",".join(each)
    return f"{once};{once};#0123456789"


def below(folders: Iterable[str]) -> str:
    """Return the pattern of all paths one segment below some folders."""
    return f"(?:{'|'.join(map(literally, sorted(folders)))}){SEGMENT}"


def below_as_sent(folders: Iterable[str]) -> str:
    """Return the same for paths as they are requested, still encoded."""
    return f"(?:{'|'.join(map(as_sent, sorted(folders)))}){RAW_SEGMENT}"


def literally(path: str) -> str:
    """Return the pattern of a path, byte by byte, with nothing in it that a quotation could end.

    >>> literally('a"b')
    'a\\\\x22b'
    """
    content = path.encode("utf-8", "surrogateescape")
    return "".join(chr(b) if chr(b) in _PLAIN else f"\\x{b:02x}" for b in content)


def as_sent(path: str) -> str:
    """Return the pattern of a path as it is requested: each byte as it is, or encoded."""
    content = path.encode("utf-8", "surrogateescape")
    return "".join(chr(b) if chr(b) in _PLAIN else f"(?:\\x{b:02x}|%(?i:{b:02x}))" for b in content)
