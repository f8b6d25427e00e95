"""Read a text into slots: the words that make a title, and what is left over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from .genders import GENDER
from .grammar import Entry, Grammar, Kind
from .items import (
    GLOSS,
    GRADE,
    LATIN,
    MARK,
    NUMBER,
    PART,
    STEP,
    UNKNOWN,
    UNKNOWN_WORD,
    Items,
    by_script,
    counted,
    is_counted,
    lettered,
    scripts_of,
    without_doublets,
)
from .numerals import ROMAN, has_number, may_be_grade, may_be_step, number, ordinal, split
from .spelling import Languages, Spelling
from .words import BREAK, POSSESSIVE, accented, tokens

#: Stands for ``of`` and its like, around which a title may be turned.
OF: Final = "of"

_ENGLISH_ENDS: Final = {1: "st", 2: "nd", 3: "rd"}

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
        #: In which languages a word is used, of the words that tell.
        self.languages: dict[str, frozenset[str]] = {}
        self._scripts = {LATIN}
        grammar.entries[BREAK] = PART
        self._entries = grammar.entries
        self._phrases = grammar.phrases
        self._foreign_ordinals = [
            form
            for form, entry in grammar.entries.items()
            if entry.label == "ordinal" and not form.isascii()
        ]
        counts = grammar.context.get("counts", {})
        self._before = {word for word, place in counts.items() if place != "after"}
        self._after = {word for word, place in counts.items() if place != "before"}

    def learn(self, word: str, means: Part) -> None:
        """Add a word of the labels, unless the grammar knows it."""
        self._scripts |= scripts_of(word)
        self._entries.setdefault(word, Entry(Kind.CORE, means))

    def known(self, word: str) -> bool:
        """Return whether a word means something: a number does without being learnt."""
        known = word in self._entries or word in self._phrases
        return known or self._numeral(word) is not None

    def read(self, found: list[str], text: str = "") -> Slots:
        """Return the slots of the words of a text, misspelt ones mended.

        ``text`` is as it was written, for the accents that its words had.
        """
        slots = self._read(found)
        if not slots.unknown or self.spelling is None:
            return slots
        mended: list[str] = []
        corrected: list[str] = []
        odd = accented(text)
        for word in found:
            meant = self._meant(word, found, odd) if word in slots.unknown else None
            mended += meant or [word]
            if meant:
                corrected.append(f"{word} → {' '.join(meant)}")
        return self._read(mended)._replace(corrected=corrected) if corrected else slots

    def _meant(self, word: str, found: list[str], odd: set[str]) -> list[str] | None:
        """Return the words that a word was meant to be: one, or several run together."""
        if word in self.run_together:
            return self.run_together[word]
        assert self.spelling is not None
        spoken = self._spoken(other for other in found if other != word)
        meant = self.spelling.correct(word, spoken, word in odd)
        return [meant] if meant and meant != word else None

    def _spoken(self, words: Iterable[str]) -> Languages:
        """Return the languages that words have in common, as far as they tell."""
        spoken: Languages = None
        for word in words:
            own = self.languages.get(word)
            if own is not None:
                spoken = own if spoken is None else spoken & own
        return spoken

    def _read(self, found: list[str]) -> Slots:
        words: list[str] = []
        leftovers: list[str] = []
        unknown: list[str] = []
        for text, entry in self._items(found, leftovers):
            words += entry.words
            if entry.kind is Kind.LEFTOVER:
                (unknown if entry is UNKNOWN_WORD or entry is GLOSS else leftovers).append(text)
        return Slots(tuple(words), leftovers, unknown, [])

    def _items(self, found: list[str], leftovers: list[str]) -> Items:
        """Return what the words of a text mean; what says of gender goes to the leftovers."""
        if GENDER in "".join(found):
            leftovers += [word[1:] for word in found if word[0] == GENDER]
            found = [word for word in found if word[0] != GENDER]
        items = self._looked_up(found)
        if len(self._scripts) > 1:
            items = by_script(items)
        if BREAK in found:
            items = without_doublets(items)
        if any(entry.label == "number" for _, entry in items):
            items = counted(items, self._before, self._after)
        return lettered(items)

    def _looked_up(self, found: list[str]) -> Items:
        items: Items = []
        entries, phrases = self._entries, self._phrases
        index, end = 0, len(found)
        while index < end:
            text = word = found[index]
            width = 1
            entry = None
            if word in phrases:
                entry, width = self._phrase(found, index)
            if entry is None:
                entry = entries.get(word) or self._unlisted(word)
                if entry.label == "alike":
                    # Letters and digits in one word: each is read for itself.
                    found = [*found[:index], *entry.words, *found[index + 1 :]]
                    end = len(found)
                    continue
            elif width > 1:
                text = " ".join(found[index : index + width])
            index += width
            items.append((text, entry))
        return items

    def text(self, text: str) -> Slots:
        """Return the slots of a text."""
        return self.read(tokens(text))

    def field_words(self, text: str) -> list[str]:
        """Return the words of a text that belong to another field of work."""
        return [word for word, entry in self._items(tokens(text), []) if entry.label == "field"]

    def _phrase(self, found: list[str], index: int) -> tuple[Entry | None, int]:
        for rest, entry in self._phrases[found[index]]:
            if found[index + 1 : index + 1 + len(rest)] == rest:
                return entry, len(rest) + 1
        return None, 1

    def _unlisted(self, word: str) -> Entry:
        """Return what a word means that no table lists."""
        if word == POSSESSIVE:
            return MARK
        if (not word.isalpha() or not word.isascii() or word[0] in ROMAN) and (
            entry := self._numeral(word)
        ):
            return entry
        if word.endswith("s") and (entry := self._entries.get(word[:-1])) and is_counted(entry):
            return entry
        if word.isascii() or not self._scripts.isdisjoint(scripts_of(word)):
            return UNKNOWN_WORD
        return self._in_other_script(word)

    def _numeral(self, word: str) -> Entry | None:
        """Return what a word means that is a number or holds one."""
        if (which := ordinal(word)) is not None:
            return self.ordinal(which)
        if (value := number(word)) is not None:
            if not may_be_grade(value):
                return NUMBER
            return Entry(Kind.CORE, (f"{GRADE}{value}",), "number")
        if not has_number(word):
            return None
        if (pair := split(word)) and any(part in self._entries for part in pair):
            return Entry(Kind.GLUE, pair, "alike")
        return STEP if may_be_step(word) else NUMBER

    def ordinal(self, which: int) -> Entry:
        """Return what an ordinal means: 2 is what ``2nd`` is."""
        ends = "th" if which // 10 % 10 == 1 else _ENGLISH_ENDS.get(which % 10, "th")
        word = f"{which}{ends}"
        return self._entries.get(word) or Entry(Kind.CORE, (word,), "ordinal")

    def _in_other_script(self, word: str) -> Entry:
        """Return what a word means that is in a script that no label has.

        It says again, for other readers, what the title says, unless it names a grade. A letter
        by itself says nothing again, but a sign that stands for a word may.
        """
        if any(form in word for form in self._foreign_ordinals):
            return STEP
        return UNKNOWN_WORD if len(word) == 1 and scripts_of(word) != {"CJK"} else GLOSS


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
