"""Find titles by the words of their labels, in any order and form that says the same.

A label gives a key: its words by the grammar, without leftovers, ``of`` turned around. More
keys follow from it: a rank may stand before its department ("Director Post Production"), and
inside the label of one title that of another may be replaced by its other labels ("Set PA",
"Set Prod Asst").
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Final, NamedTuple

from .grammar import Entry, Grammar, Kind
from .items import MARKS
from .labels import Concept, Concepts, Label
from .slots import Part, Reader, turned
from .words import BREAK, tokens

_ACRONYM: Final = 4
_RUN_TOGETHER: Final = 10
# Short leftovers are too near to words of other jobs to be guessed at.
_LONG_LEFTOVER: Final = 8


class Hit(NamedTuple):
    """A title with the label that led to it; ``derived`` says that the key is no label's own."""

    title: Concept
    label: Label
    derived: bool = False


class Index:
    """The titles of a vocabulary by key, and its departments."""

    def __init__(self, concepts: Concepts, grammar: Grammar) -> None:
        self.concepts = concepts
        self.reader = Reader(grammar)
        self.ordinals = frozenset(w for w, slot in grammar.slots.items() if slot == "ordinal")
        self.ranks = frozenset(w for w, s in grammar.slots.items() if s in ("rank", "level"))
        self.roles = self.ranks | {w for w, slot in grammar.slots.items() if slot == "role"}
        self.acronyms: frozenset[Part] = frozenset()
        self.exact: dict[tuple[str, ...], tuple[Hit, ...]] = {}
        self.keys: dict[Part, list[Hit]] = defaultdict(list)
        self.departments: dict[Part, str] = {}
        self.department_names: dict[tuple[str, ...], str] = {}
        self._labels = [
            (title, label, tokens(label.text))
            for title in concepts.titles.values()
            for label in title.labels
        ]
        self._misspelt: set[str] = set()
        self._learn_words()
        self._learn_languages()
        self._index_departments()
        self._index_titles()
        self._learn_run_together()

    def find(self, key: Part) -> list[Hit]:
        """Return the titles with a key; several only where their labels mean several."""
        return self.keys.get(key) or self.keys.get(turned(key, self.ordinals)) or []

    def _learn_words(self) -> None:
        """Learn the words of the labels, and what the misspelt ones among them mean."""
        acronyms = set()
        for _, label, words in self._labels:
            if len(words) == 1 and len(words[0]) <= _ACRONYM and label.text.isupper():
                self.reader.grammar.entries[words[0]] = Entry(Kind.CORE, (words[0],), "acronym")
                acronyms.add((words[0],))
            if label.kind not in ("hidden label", "code"):
                for word in words:
                    if word != BREAK and not self.reader.known(word):
                        self.reader.learn(word, (word,))
        self.acronyms = frozenset(acronyms)
        for title, label, words in self._labels:
            if label.kind == "hidden label" and not all(map(self.reader.known, words)):
                self._learn_misspelling(title, words)

    def _learn_languages(self) -> None:
        """Learn in which languages words are used, by the labels that have them.

        The words of the grammar are in the language of most labels, unless it says otherwise.
        """
        used: dict[str, set[str]] = defaultdict(set)
        counts: Counter[str] = Counter()
        for _, label, words in self._labels:
            if label.language:
                counts[label.language] += 1
                for word in words:
                    used[word].add(label.language)
        grammar, most = self.reader.grammar, counts.most_common(1)
        for word, entry in grammar.entries.items():
            if most and entry.kind is not Kind.LEFTOVER and word not in used and word != BREAK:
                used[word] = {most[0][0]}
        for word, languages in grammar.context.get("language", {}).items():
            used[word] = {*languages.split()}
        self.reader.languages = {word: frozenset(found) for word, found in used.items()}

    def _learn_misspelling(self, title: Concept, words: list[str]) -> None:
        """Learn the one word in which a hidden label differs from a proper one."""
        for other, label, proper in self._labels:
            if other is not title or label.kind == "hidden label" or len(proper) != len(words):
                continue
            pairs = [(a, b) for a, b in zip(words, proper, strict=True) if a != b]
            if len(pairs) == 1 and not self.reader.known(pairs[0][0]) and len(pairs[0][0]) > 3:
                entry = self.reader.grammar.entries.get(pairs[0][1])
                if entry is not None and entry.kind is Kind.CORE:
                    self._misspelt.add(pairs[0][0])
                    self.reader.learn(pairs[0][0], entry.words)

    def _learn_run_together(self) -> None:
        """Learn the words of labels as they look without spaces between them."""
        for words in self.exact:
            joined = "".join(words)
            if len(words) > 1 and len(joined) >= _RUN_TOGETHER and joined.isalpha():
                self.reader.run_together.setdefault(joined, list(words))

    def usual_words(self) -> list[str]:
        """Return the words that titles are made of, and long leftovers, the most usual first."""
        grammar = self.reader.grammar
        proper = (words for _, label, words in self._labels if label.kind != "hidden label")
        counts = Counter(word for words in proper for word in words)
        listed = list(grammar.entries.items())
        for first, choices in grammar.phrases.items():
            listed += [(word, entry) for rest, entry in choices for word in (first, *rest)]
        for word, entry in listed:
            if entry.label in ("ordinal", "number") and entry.words != (word,):
                # Of so many languages that some ordinal is near to any word.
                continue
            if entry.kind is Kind.CORE or (
                entry.kind is Kind.LEFTOVER and len(word) >= _LONG_LEFTOVER
            ):
                counts[word] += 0
        return [word for word, _ in counts.most_common() if word not in self._misspelt]

    def _index_departments(self) -> None:
        """Index departments by the words of their labels, and by what people call them."""
        codes: dict[str, str] = {}
        for department in self.concepts.departments.values():
            for label in department.labels:
                codes[label.text] = department.iri
                self._add_department(label.text, department.iri)
        for text, code in self.reader.grammar.context.get("department", {}).items():
            if code in codes:
                self._add_department(text, codes[code])

    def _add_department(self, text: str, iri: str) -> None:
        words = tokens(text)
        self.department_names.setdefault(tuple(words), iri)
        parts = self.reader.read(words).parts
        if len(parts) == 1 and not any(word[0] in MARKS for word in parts[0]):
            self.departments.setdefault(parts[0], iri)

    def _index_titles(self) -> None:
        own: dict[Part, list[tuple[bool, Hit]]] = defaultdict(list)
        for title, label, words in self._labels:
            hit = Hit(title, label)
            self._add_exact(tuple(words), hit)
            slots = self.reader.read(words)
            key = self._key(slots.parts)
            if key and not self.ordinals.issuperset(key) and not slots.unknown:
                own[key].append((bool(slots.leftovers), hit))
        for key, hits in own.items():
            # A label that holds nothing but its key outdoes one that was cut down to it.
            plain = [hit for cut, hit in hits if not cut] or [hit for _, hit in hits]
            best = {hit.title.iri: hit for hit in reversed(plain)}
            self.keys[key] = list(best.values())
        self._derive_keys()

    def _add_exact(self, words: tuple[str, ...], hit: Hit) -> None:
        """Index a label as it stands; one of several titles has a hit for each."""
        hits = {known.title.iri: known for known in self.exact.get(words, ())}
        known = hits.setdefault(hit.title.iri, hit)
        if len(hit.label.text) < len(known.label.text):
            # Of labels that differ in punctuation alone, the one with the least.
            hits[hit.title.iri] = hit
        self.exact[words] = tuple(hits.values())

    def _key(self, parts: list[Part]) -> Part:
        """Return the key of a label: its last part goes first, as in ``Director, Locations``."""
        words = tuple(word for part in reversed(parts) for word in part if word[0] not in MARKS)
        return turned(words, self.ordinals)

    def _derive_keys(self) -> None:
        derived: dict[Part, Hit] = {}
        own = dict(self.keys)
        for key, hits in own.items():
            if len(hits) > 1:
                continue
            hit = hits[0]._replace(derived=True)
            derived.setdefault((*self._swapped(key),), hit)
            for other, others in own.items():
                if others[0].title != hit.title and key[-len(other) :] == other != key:
                    for same in self._same(others[0].title, own):
                        derived.setdefault(key[: -len(other)] + same, hit)
        for key, hit in list(derived.items()):
            derived.setdefault((*self._swapped(key),), hit)
        for key, hit in derived.items():
            if key not in own:
                self.keys[key] = [hit]

    def _swapped(self, key: Part) -> Part:
        """Return ``director production`` for ``production director``, other keys as they are."""
        if len(key) > 1 and key[-1] in self.ranks and key[:-1] in self.departments:
            return (key[-1], *key[:-1])
        return key

    @staticmethod
    def _same(title: Concept, own: dict[Part, list[Hit]]) -> list[Part]:
        return [key for key, hits in own.items() if [hit.title for hit in hits] == [title]]
