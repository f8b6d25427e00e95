"""What words mean in titles, read from the tables in ``ontology/titles``.

The tables are data of a vocabulary, described in ``ontology/README.md``. A vocabulary without
them is matched by its labels alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import Final, NamedTuple

from ..errors import InputError
from ..reading.inputs import read_path
from .words import BREAK

#: Stands for a leftover that shows that a text is about a job in our trade.
EVIDENCE: Final = "+"
#: Stands for a leftover that shows that its part of a text is a person's name.
PERSON: Final = "@"


class Kind(IntEnum):
    """What a word does in a title."""

    CORE = 1
    LEFTOVER = 2
    OTHER = 3
    BREAK = 4
    GLUE = 5


class Entry(NamedTuple):
    """What a word or phrase means.

    ``words`` take its place among the words that make a title: none for what is left over,
    ``~word`` for what is left over only beside some words, ``!kind`` for what makes the whole
    no title of ours; :data:`EVIDENCE` for what shows that a text is of our trade, and
    :data:`PERSON` for a name. ``label`` says what kind of leftover, or which slot.
    """

    kind: Kind
    words: tuple[str, ...]
    label: str = ""


#: A phrase by its first word: the words after it, and what the whole means. Longest first.
Phrases = dict[str, list[tuple[list[str], Entry]]]


class Grammar(NamedTuple):
    """The tables, ready to be looked up in."""

    entries: dict[str, Entry]
    phrases: Phrases
    slots: dict[str, str]
    unless: dict[str, frozenset[str]]
    alone: frozenset[tuple[str, ...]]
    lookalikes: frozenset[str]
    context: dict[str, dict[str, str]]


def read_grammar(folder: Path) -> Grammar:
    """Read the tables of a folder; those that are missing are empty."""
    grammar = Grammar({}, {}, {}, {}, frozenset(), frozenset(), {})
    alone, lookalikes = set(), set()
    for words, says, _ in _rows(folder / "context.tsv"):
        kind, _, value = says.partition(" ")
        grammar.context.setdefault(kind, {})[words] = value
    for words, kind, unless in _rows(folder / "leftovers.tsv"):
        add(grammar, words, _leftover(grammar, words, kind, unless))
    for words, kind, _ in _rows(folder / "others.tsv"):
        if kind == "alone":
            alone.add(tuple(words.split()))
        elif kind == "lookalike":
            lookalikes.add(words)
        else:
            add(grammar, words, Entry(Kind.OTHER, (f"!{kind}",), kind))
    for form, means, slot in _rows(folder / "forms.tsv"):
        add(grammar, form, _form(means, slot))
        grammar.slots.setdefault(means, slot)
    for choices in grammar.phrases.values():
        choices.sort(key=lambda choice: -len(choice[0]))
    return grammar._replace(alone=frozenset(alone), lookalikes=frozenset(lookalikes))


def add(grammar: Grammar, text: str, entry: Entry) -> None:
    """Add what a word or phrase means."""
    first, *rest = text.split()
    if rest:
        grammar.phrases.setdefault(first, []).append((rest, entry))
    else:
        grammar.entries[first] = entry


def _leftover(grammar: Grammar, words: str, kind: str, unless: str) -> Entry:
    shown: tuple[str, ...] = ()
    if kind in grammar.context.get("evidence", {}):
        shown = (EVIDENCE,)
    elif kind in grammar.context.get("person", {}):
        shown = (PERSON,)
    if unless:
        name = f"~{words}"
        grammar.unless[name] = frozenset(unless.split(","))
        shown = (name, *shown)
    return Entry(Kind.LEFTOVER, shown, kind)


def _form(means: str, slot: str) -> Entry:
    if means == BREAK:
        return Entry(Kind.BREAK, (BREAK,), slot)
    if not means:
        return Entry(Kind.GLUE, (), slot)
    return Entry(Kind.CORE, tuple(means.split()), slot)


def _rows(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the first three cells of every row after the header."""
    if not path.is_file():
        return
    for number, line in enumerate(read_path(str(path)).splitlines()[1:], 2):
        cells = line.split("\t")
        if len(cells) < 2 or not cells[0].strip():
            raise InputError(
                "Not a row of two or three cells.",
                cure="Separate the cells with tabs.",
                file=str(path),
                line=number,
            )
        yield cells[0], cells[1], cells[2] if len(cells) > 2 else ""
