"""What is judged at once: one chunk of many, or all chunks together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import chain

from ..reading.chunks import Chunk
from ..shacl.results import Result
from .sketches import Sketch


class Part:
    """Chunks that are judged together, with the source each came from."""

    def __init__(self, chunks: list[tuple[int, Chunk]]) -> None:
        self.chunks = chunks
        self.ntriples = "".join([chunk.ntriples for _, chunk in chunks])

    def of(self, number: int, results: list[Result]) -> list[Result]:
        """Return the results on nodes of one of the chunks."""
        if len(self.chunks) == 1:
            return results
        return [result for result in results if self._owner(result.focus_node) == number]

    def _owner(self, node: str) -> int:
        """Return which chunk says something of a node, the first where none does."""
        for number, nodes in enumerate(self._nodes):
            if node in nodes:
                return number
        return 0

    def typed(self, number: int, sketch: Sketch) -> Iterator[str]:
        """Yield the nodes with an IRI that one of the chunks says something of, if they count."""
        for node in chain(sketch.typed, sketch.focus):
            if node[0] == "<" and (len(self.chunks) == 1 or node in self._nodes[number]):
                yield node

    @cached_property
    def _nodes(self) -> list[set[str]]:
        return [
            {line.partition(" ")[0] for line in chunk.ntriples.split("\n")}
            for _, chunk in self.chunks
        ]
