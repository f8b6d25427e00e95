"""What records say that the rules of other records read, kept small.

While parts of a large input are checked one after the other, this index remembers of each
node just those statements, and the links that shapes follow from one record to another. A
part judges alone the nodes whose links stay inside it; the others are judged at the end,
together with everything their links lead to.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from .sketches import Sketch, Statement

#: How many times its size a batch may reach before the next is larger.
_WEB = 4


class Mark:
    """What is known of a node: a shape looks at it, it is a record, its links lead elsewhere."""

    FOCUS: Final = 1
    RECORD: Final = 2
    OPEN: Final = 4


class _Places:
    """Source and ordinal of numbered nodes, those that were set first."""

    def __init__(self) -> None:
        self._source = array("I")
        self._ordinal = array("I")

    def grow(self) -> None:
        """Make room for one more node."""
        self._source.append(0)
        self._ordinal.append(0)

    def set(self, number: int, source: int, ordinal: int) -> tuple[int, int] | None:
        """Set the place of a node unless it has one; return the one it had."""
        before = self.get(number)
        if before is None:
            self._source[number], self._ordinal[number] = source + 1, ordinal
        return before

    def get(self, number: int | None) -> tuple[int, int] | None:
        """Return the place of a node, None when it has none."""
        if number is None or not self._source[number]:
            return None
        return self._source[number] - 1, self._ordinal[number]


class Index:
    """All nodes so far, numbered; texts that many nodes share are kept once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []
        self._texts: dict[str, int] = {"": 0}
        self._text = array("I")
        self._first_link = array("I")
        self._links = array("I", [0])
        self._predicates: dict[str, int] = {}
        self._record = _Places()
        self._home = _Places()
        self._marks = array("B")
        self._aims = array("I")
        self._aim_numbers: dict[int, int] = {0: 0}
        self._aim_values = [0]
        self._said = array("q")
        self._by_number = [""]
        #: The nodes of which two parts say different things.
        self.shared: set[str] = set()

    def __len__(self) -> int:
        return len(self._names)

    def number(self, node: str) -> int:
        """Return the number of a node, a new one when it has none."""
        number = self._numbers.get(node)
        if number is None:
            number = self._numbers[node] = len(self._names)
            self._names.append(node)
            for column in (
                self._text,
                self._first_link,
                self._marks,
                self._said,
                self._aims,
            ):
                column.append(0)
            self._record.grow()
            self._home.grow()
        return number

    def name(self, number: int) -> str:
        """Return the node with a number."""
        return self._names[number]

    def claim(self, node: str, source: int, ordinal: int) -> tuple[int, int] | None:
        """Note where a record stands; return where one with that id stood before, if any."""
        number = self.number(node)
        self._home.set(number, source, ordinal)
        return self._record.set(number, source, ordinal)

    def settle(self, node: str, source: int, ordinal: int) -> None:
        """Note where a node is said something of for the first time."""
        self._home.set(self.number(node), source, ordinal)

    def place(self, node: str) -> tuple[int, int]:
        """Return source and ordinal of the record that first says something of a node."""
        return self._home.get(self._numbers.get(node)) or (0, 0)

    def mark(self, node: str, mark: int) -> bool:
        """Mark a node; return whether it had that mark before."""
        number = self.number(node)
        before = self._marks[number]
        self._marks[number] = before | mark
        return bool(before & mark)

    def aim(self, node: str, targets: int) -> None:
        """Note the targets, bits of a number, that a node is a focus node of."""
        number = self.number(node)
        value = self._aim_values[self._aims[number]] | targets
        if value not in self._aim_numbers:
            self._aim_numbers[value] = len(self._aim_values)
            self._aim_values.append(value)
        self._aims[number] = self._aim_numbers[value]

    def aimed(self) -> Iterator[tuple[int, int]]:
        """Yield which targets some nodes are of, and how many nodes these are."""
        for number, count in Counter(self._aims).items():
            yield self._aim_values[number], count

    def marked(self, mark: int) -> int:
        """Count the nodes with all of some marks."""
        marks = self._marks.tobytes()
        return sum(marks.count(value) for value in range(8) if value & mark == mark)

    def unlooked(self) -> str | None:
        """Return a record that no shape looks at, the first by its place and its name."""
        wanted = (
            number
            for number, mark in enumerate(self._marks)
            if mark & Mark.RECORD and not mark & Mark.FOCUS
        )
        placed = ((self._home.get(n) or (0, 0), self._names[n]) for n in wanted)
        return min(placed, default=(None, None))[1]

    def add(self, sketch: Sketch, shared: frozenset[str]) -> set[str]:
        """Remember what a part says; return the nodes of which a part before says just that.

        What is said of ``shared`` nodes is put together.
        """
        again = {node for node, said in sketch.said.items() if self._repeats(node, said)} - shared
        for node, (text, links) in sketch.nodes.items():
            if node not in again:
                self._remember(self.number(node), text, links)
        for node in sketch.open - again:
            self.mark(node, Mark.OPEN)
        return again

    def _repeats(self, node: str, said: int) -> bool:
        """Return whether a part before says something of a node; it may be something else."""
        number = self.number(node)
        before = self._said[number]
        self._said[number] = said or 1
        if before and before != (said or 1):
            self.shared.add(node)
        return bool(before)

    def _remember(self, number: int, text: str, links: list[Statement]) -> None:
        before = self._text[number]
        if before:
            text = "\n".join(
                dict.fromkeys(f"{self._by_number[before]}\n{text}".strip().split("\n"))
            )
        self._text[number] = self._number_of(text)
        if links:
            self._link(number, links)

    def _link(self, number: int, links: list[Statement]) -> None:
        """Append links: how many, then predicate and number for each, those of before too."""
        known = dict.fromkeys(self._links_of(number))
        for predicate, value in links:
            kind = self._predicates.setdefault(predicate, len(self._predicates))
            known[kind, self.number(value)] = None
        self._first_link[number] = len(self._links)
        self._links.append(len(known))
        for pair in known:
            self._links.extend(pair)

    def _links_of(self, number: int) -> Iterator[tuple[int, int]]:
        first = self._first_link[number]
        if first:
            for at in range(first + 1, first + 1 + 2 * self._links[first], 2):
                yield self._links[at], self._links[at + 1]

    def batches(self, size: int) -> Iterator[tuple[str, frozenset[str]]]:
        """Yield the statements that some open nodes can reach, with those nodes.

        What a batch reaches is closed: every open node in it is judged with it. Where a batch
        reaches many times its size, the next is larger: a web of links is not walked for ever.
        """
        marks, left = self._marks, iter(range(len(self._names)))
        while start := list(islice((n for n in left if marks[n] & Mark.OPEN), size)):
            reached = self._reached(start)
            judged = [number for number in reached if marks[number] & Mark.OPEN]
            for number in judged:
                marks[number] &= ~Mark.OPEN
            size = max(size, len(reached) // _WEB)
            yield self._ntriples(reached), frozenset(self._names[n] for n in judged)

    def _reached(self, start: list[int]) -> list[int]:
        """Return nodes and all that their links lead to, at any distance."""
        seen = set(start)
        todo = list(start)
        while todo:
            for _, value in self._links_of(todo.pop()):
                if value not in seen:
                    seen.add(value)
                    todo.append(value)
        return sorted(seen)

    def _ntriples(self, numbers: list[int]) -> str:
        predicates = list(self._predicates)
        lines: list[str] = []
        for number in numbers:
            node = self._names[number]
            text = self._text[number]
            if text:
                lines += [f"{node} {part} .\n" for part in self._by_number[text].split("\n")]
            for kind, value in self._links_of(number):
                lines.append(f"{node} {predicates[kind]} {self._names[value]} .\n")
        return "".join(lines)

    def _number_of(self, text: str) -> int:
        number = self._texts.get(text)
        if number is None:
            number = self._texts[text] = len(self._by_number)
            self._by_number.append(text)
        return number
