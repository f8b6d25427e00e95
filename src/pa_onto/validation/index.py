"""What records say that the rules of other records read, kept small.

While parts of a large input are checked one after the other, this index remembers of each
node just those statements, and the links that shapes follow from one record to another. A
part judges alone the nodes whose links stay inside it; the others are judged at the end,
together with everything their links lead to.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from .sketches import Sketch, Statement


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
        self._source = array("H")
        self._ordinal = array("I")
        self._counted = array("B")
        self._by_number: list[str] = []
        self.open: dict[int, None] = {}

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
                self._source,
                self._ordinal,
                self._counted,
            ):
                column.append(0)
        return number

    def name(self, number: int) -> str:
        """Return the node with a number."""
        return self._names[number]

    def claim(self, node: str, source: int, ordinal: int) -> tuple[int, int] | None:
        """Note where a record stands; return where one with that id stood before, if any."""
        number = self.number(node)
        if self._ordinal[number]:
            return self._source[number], self._ordinal[number]
        self._source[number], self._ordinal[number] = source, ordinal
        return None

    def first(self, node: str) -> bool:
        """Return whether a node is asked about here for the first time."""
        number = self.number(node)
        counted, self._counted[number] = self._counted[number], 1
        return not counted

    def place(self, node: str) -> tuple[int, int]:
        """Return source and ordinal of a record; the ordinal is 0 where it has none."""
        number = self._numbers.get(node)
        return (0, 0) if number is None else (self._source[number], self._ordinal[number])

    def add(self, sketch: Sketch, source: int) -> None:
        """Remember what a part of a source says."""
        for node, (text, links) in sketch.nodes.items():
            number = self.number(node)
            if not self._ordinal[number]:
                self._source[number] = source
            before = self._text[number]
            if before:
                text = f"{self._text_of(before)}\n{text}"
            self._text[number] = self._texts.setdefault(text, len(self._texts))
            if links:
                self._link(number, links)
        for node in sketch.open:
            self.open[self.number(node)] = None

    def _link(self, number: int, links: list[Statement]) -> None:
        """Append links: how many, then predicate and number for each, those of before too."""
        known = list(self._links_of(number))
        for predicate, value in links:
            kind = self._predicates.setdefault(predicate, len(self._predicates))
            known.append((kind, self.number(value)))
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

        What a batch reaches is closed: every open node in it is judged with it. A batch is at
        least as large as the one before reached, so that a web of links is not walked for ever.
        """
        todo = list(self.open)[::-1]
        done = bytearray(len(self._names))
        while todo:
            start: list[int] = []
            while todo and len(start) < size:
                number = todo.pop()
                if not done[number]:
                    start.append(number)
            reached = self._reached(start)
            judged = [n for n in reached if n in self.open and not done[n]]
            for number in judged:
                done[number] = 1
            size = max(size, len(reached))
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
                lines += [f"{node} {part} .\n" for part in self._text_of(text).split("\n")]
            for kind, value in self._links_of(number):
                lines.append(f"{node} {predicates[kind]} {self._names[value]} .\n")
        return "".join(lines)

    def _text_of(self, number: int) -> str:
        if len(self._by_number) != len(self._texts):
            self._by_number = list(self._texts)
        return self._by_number[number]
