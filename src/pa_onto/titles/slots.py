"""Read a text into slots: the words that make a title, and what is left over."""

from __future__ import annotations

from typing import Final, NamedTuple

from .grammar import Entry, Grammar, Kind
from .spelling import Spelling
from .words import BREAK, POSSESSIVE, tokens

#: Stands for a word that nothing is known of.
UNKNOWN: Final = "?"
#: What words begin with that stand for something else than themselves.
MARKS: Final = "?!~+@"
#: Stands for ``of`` and its like, around which a title may be turned.
OF: Final = "of"

# A number with one of these tells one grade from another: it is no number that may be dropped.
_ORDINAL_ENDS: Final = ("st", "nd", "rd", "th")
_NUMBER: Final = Entry(Kind.LEFTOVER, (), "number")
_UNKNOWN: Final = Entry(Kind.LEFTOVER, (UNKNOWN,), "unknown")
_MARK: Final = Entry(Kind.GLUE, (POSSESSIVE,), "possessive")
_BREAK: Final = Entry(Kind.BREAK, (BREAK,), "break")

#: A part of a text: its words, without what is left over.
Part = tuple[str, ...]


class Slots(NamedTuple):
    """What was read: ``words`` with breaks between the parts, the rest with its kind."""

    words: tuple[str, ...]
    leftovers: list[str]
    unknown: list[str]
    corrected: list[str]

    @property
    def parts(self) -> list[Part]:
        """The parts of the text that hold more than leftovers."""
        return parts_of(self.words)


class Reader:
    """Reads texts by a grammar; what the grammar does not know, by the words of the labels."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.spelling: Spelling | None = None
        self.run_together: dict[str, list[str]] = {}
        grammar.entries[BREAK] = _BREAK
        self._entries = grammar.entries
        self._phrases = grammar.phrases

    def learn(self, word: str, means: Part) -> None:
        """Add a word of the labels, unless the grammar knows it."""
        self._entries.setdefault(word, Entry(Kind.CORE, means))

    def known(self, word: str) -> bool:
        """Return whether a word means something."""
        return word in self._entries or word in self._phrases

    def read(self, found: list[str]) -> Slots:
        """Return the slots of the words of a text, misspelt ones mended."""
        slots = self._read(found)
        if not slots.unknown or self.spelling is None:
            return slots
        mended: list[str] = []
        corrected: list[str] = []
        for word in found:
            meant = self._meant(word, self.spelling) if word in slots.unknown else None
            mended += meant or [word]
            if meant:
                corrected.append(f"{word} → {' '.join(meant)}")
        return self._read(mended)._replace(corrected=corrected) if corrected else slots

    def _meant(self, word: str, spelling: Spelling) -> list[str] | None:
        """Return the words that a word was meant to be: one, or several run together."""
        if word in self.run_together:
            return self.run_together[word]
        meant = spelling.correct(word)
        return [meant] if meant and meant != word else None

    def _read(self, found: list[str]) -> Slots:
        words: list[str] = []
        leftovers: list[str] = []
        unknown: list[str] = []
        entries, phrases = self._entries, self._phrases
        index, end = 0, len(found)
        while index < end:
            word = found[index]
            width = 1
            entry = None
            if word in phrases:
                entry, width = self._phrase(found, index)
            if entry is None:
                entry = entries.get(word) or self._unlisted(word)
            index += width
            words += entry.words
            if entry.kind is Kind.LEFTOVER:
                if entry is _UNKNOWN:
                    unknown.append(word)
                else:
                    text = word if width == 1 else " ".join(found[index - width : index])
                    leftovers.append(text)
        return Slots(tuple(words), leftovers, unknown, [])

    def text(self, text: str) -> Slots:
        """Return the slots of a text."""
        return self.read(tokens(text))

    def field_word(self, text: str) -> str | None:
        """Return the first word of a text that belongs to another field of work."""
        found = tokens(text)
        for index, word in enumerate(found):
            entry, width = self._phrase(found, index) if word in self._phrases else (None, 1)
            entry = entry or self._entries.get(word)
            if entry is not None and entry.label == "field":
                return " ".join(found[index : index + width])
        return None

    def _phrase(self, found: list[str], index: int) -> tuple[Entry | None, int]:
        for rest, entry in self._phrases[found[index]]:
            if found[index + 1 : index + 1 + len(rest)] == rest:
                return entry, len(rest) + 1
        return None, 1

    def _unlisted(self, word: str) -> Entry:
        """Return what a word means that no table lists."""
        if word == POSSESSIVE:
            return _MARK
        if not word.isalpha() and any(map(str.isdigit, word)) and word[-2:] not in _ORDINAL_ENDS:
            return _NUMBER
        if word.endswith("s") and (entry := self._entries.get(word[:-1])) and _is_counted(entry):
            return entry
        return _UNKNOWN


def _is_counted(entry: Entry) -> bool:
    return entry.kind is Kind.CORE and entry.label in ("role", "rank", "acronym")


def parts_of(words: tuple[str, ...]) -> list[Part]:
    """Return the parts between breaks that hold a word; possessives are settled."""
    if BREAK not in words and POSSESSIVE not in words:
        return [words] if words else []
    parts: list[list[str]] = [[]]
    for word in words:
        if word == BREAK:
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for words in parts if (part := _settled(words))]


def _settled(words: list[str]) -> Part:
    """Take ``'s`` at the end of a part for a plural, elsewhere for somebody else's."""
    if words and words[-1] == POSSESSIVE:
        words = words[:-1]
    return tuple(UNKNOWN if word == POSSESSIVE else word for word in words)


def turned(part: Part, ordinals: frozenset[str]) -> Part:
    """Turn ``director of production`` into ``production director``, ordinals first."""
    if OF not in part:
        return part
    place = part.index(OF)
    moved = part[place + 1 :] + part[:place]
    if moved and not ordinals.isdisjoint(part):
        first = tuple(word for word in moved if word in ordinals)
        moved = first + tuple(word for word in moved if word not in ordinals)
    return moved
