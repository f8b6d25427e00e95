"""What the words of a text mean one beside the other.

A word alone does not tell whether a number is a grade, whether a letter is one, or whether a
word is there twice for both genders: what stands beside it does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final
from unicodedata import name as name_of

from .grammar import Entry, Kind
from .words import BREAK, POSSESSIVE

#: Stands for a word that nothing is known of.
UNKNOWN: Final = "?"
#: Begins a number that may be a grade, with nothing behind it where the number is not known.
GRADE: Final = "#"
#: Begins a number that counts something, or tells one season or unit from another.
COUNT: Final = "*"
#: What words begin with that stand for something else than themselves.
MARKS: Final = "?!~+@*"

#: A number too large for a grade, and something with a number in it that may be one.
NUMBER: Final = Entry(Kind.LEFTOVER, (), "number")
STEP: Final = Entry(Kind.CORE, (GRADE,), "grade")
#: A word that nothing is known of, and one that says something again in another script.
UNKNOWN_WORD: Final = Entry(Kind.LEFTOVER, (UNKNOWN,), "unknown")
GLOSS: Final = Entry(Kind.LEFTOVER, (), "gloss")
MARK: Final = Entry(Kind.GLUE, (POSSESSIVE,), "possessive")
PART: Final = Entry(Kind.BREAK, (BREAK,), "break")
_DOUBLET: Final = Entry(Kind.LEFTOVER, (), "gender")
#: The script of words that no grammar has to tell.
LATIN: Final = "LATIN"

#: Words of a text, each with what it means.
Items = list[tuple[str, Entry]]


def is_counted(entry: Entry) -> bool:
    """Return whether there are several of what a word means."""
    return entry.kind is Kind.CORE and entry.label in ("role", "rank", "acronym")


def scripts_of(word: str) -> set[str]:
    """Return the scripts of a word, by what the names of its letters begin with."""
    if word.isascii():
        return {LATIN} if word.isalpha() else set()
    return {name_of(sign, "").partition(" ")[0] for sign in word if sign.isalpha()}


def by_script(items: Items) -> Items:
    """Begin a new part where words in letters of ours meet such of another script."""
    kept: Items = []
    last: set[str] = set()
    for text, entry in items:
        # An ordinal belongs to its title, in whatever script it is written.
        scripts = set() if entry.label in ("ordinal", "number", "grade") else scripts_of(text)
        if last and scripts and (LATIN in last) != (LATIN in scripts):
            kept.append((BREAK, PART))
        last = scripts
        kept.append((text, entry))
    return kept


def without_doublets(items: Items) -> Items:
    """Leave out one of two forms of a word: ``Directeur / Directrice de production``."""
    left_out = [
        at - 1
        for at in range(1, len(items) - 1)
        if items[at][0] == BREAK
        and items[at - 1][1] == items[at + 1][1]
        and items[at - 1][1].kind is Kind.CORE
        and items[at - 1][0] != items[at + 1][0]
    ]
    if not left_out:
        return items
    kept = list(items)
    for at in reversed(left_out):
        kept[at : at + 2] = [(kept[at][0], _DOUBLET)]
    return kept


def lettered(items: Items) -> Items:
    """Take an unknown letter that nothing stands beside for a grade: ``Grip (B)``."""
    if not any(entry is UNKNOWN_WORD and len(text) == 1 for text, entry in items):
        return items
    texts = [BREAK, *(text for text, _ in items), BREAK]
    return [
        (text, STEP)
        if entry is UNKNOWN_WORD and len(text) == 1 and texts[at] == texts[at + 2] == BREAK
        else (text, entry)
        for at, (text, entry) in enumerate(items)
    ]


def _runs(items: Items) -> Iterator[tuple[int, int]]:
    """Yield where numbers begin and end that stand together, such as ``1 and 2``."""
    start = end = -1
    for index, (_, entry) in enumerate(items):
        if entry.label == "number":
            if start < 0 or any(between.words != (BREAK,) for _, between in items[end:index]):
                if start >= 0:
                    yield start, end
                start = index
            end = index + 1
    if start >= 0:
        yield start, end


def counted(items: Items, before: Collection[str], behind: Collection[str]) -> Items:
    """Tell numbers that count something from those that may be a grade.

    ``before`` and ``behind`` are the words that a number follows, or is followed by, when it
    counts them; it counts as well where the title is in the plural.
    """
    plural = any(
        is_counted(entry) and text[-1] == "s" and entry.words != (text,) for text, entry in items
    )
    told = list(items)
    for start, end in _runs(items):
        ahead = items[start - 1][0] if start else ""
        after = items[end][0] if end < len(items) else ""
        if plural or ahead in before or after in behind:
            for index in range(start, end):
                text, entry = items[index]
                if entry.label == "number" and entry.words:
                    words = (COUNT + entry.words[0][1:],)
                    told[index] = (text, Entry(Kind.LEFTOVER, words, "number"))
    return told
