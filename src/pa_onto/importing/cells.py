"""The text of one cell: what surrounds it, what nobody can see in it, how it is shown."""

from __future__ import annotations

from typing import Final
from unicodedata import category, name, normalize

_SHOWN: Final = 60
_PLAIN: Final = frozenset("\t\r\n")


def normalized(cell: str) -> str:
    """Return a text in Unicode normalization form C."""
    return cell if cell.isascii() else normalize("NFC", cell)


def odd_character(cell: str, *, controls: bool = False) -> str:
    """Name the first character of a text that cannot be seen, nothing when there is none.

    ``controls`` says that control characters alone are asked for, but for tabs and line ends.
    """
    if cell.isprintable():
        return ""
    wanted = {"Cc"} if controls else {"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"}
    for character in cell:
        if category(character) in wanted and not (controls and character in _PLAIN):
            return f"U+{ord(character):04X} {name(character, 'control character')}"
    return ""


def shown(cell: str) -> str:
    """Return a cell in quotation marks, as one line and not too long."""
    text = " ".join(cell[: 2 * _SHOWN].split())
    if len(text) > _SHOWN:
        text = text[: _SHOWN - 1] + "…"
    if not text.isprintable():
        text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    return f"“{text}”"
