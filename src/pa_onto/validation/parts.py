"""What is judged at once: one chunk, several small ones, or all chunks together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain
from typing import Final

from ..reading.chunks import Chunk
from ..shacl.results import Result
from .sketches import Sketch

#: So many bytes of statements are judged together, where chunks are smaller.
_TOGETHER: Final = 1 << 18


class Part:
    """Chunks that are judged together, with the source each came from."""

    def __init__(self, chunks: list[tuple[int, Chunk]]) -> None:
        self.chunks = chunks
        self.ntriples = "".join([chunk.ntriples for _, chunk in chunks])

    def divided(self, results: list[Result]) -> list[list[Result]]:
        """Return for each chunk the results on its nodes."""
        if len(self.chunks) == 1:
            return [results]
        found: list[list[Result]] = [[] for _ in self.chunks]
        for result in results:
            found[self.owner(result.focus_node)].append(result)
        return found

    def owner(self, node: str) -> int:
        """Return which chunk says something of a node, the first where none or several do."""
        return self._owners.get(node, 0) if len(self.chunks) > 1 else 0

    def typed(self, sketch: Sketch) -> Iterator[str]:
        """Yield the nodes with an IRI of which RDF says something, if they count."""
        if all(chunk.records for _, chunk in self.chunks):
            return
        for node in chain(sketch.typed, sketch.focus):
            if node[0] == "<" and (len(self.chunks) == 1 or node in self._bare):
                yield node

    @cached_property
    def _owners(self) -> dict[str, int]:
        owners: dict[str, int] = {}
        for number, (_, chunk) in enumerate(self.chunks):
            for node in _subjects(chunk):
                owners.setdefault(node, number)
        return owners

    @cached_property
    def _bare(self) -> set[str]:
        """The subjects of chunks that are no records."""
        bare = (chunk for _, chunk in self.chunks if not chunk.records)
        return set(chain.from_iterable(map(_subjects, bare)))


def gathered(chunks: Iterable[tuple[int, Chunk]]) -> Iterator[Part]:
    """Yield parts of one chunk each, or of several small ones, no two of them from one source.

    A run of the engine costs more than a few records do.
    """
    held: list[tuple[int, Chunk]] = []
    size = 0
    for item in chunks:
        full = size + len(item[1].ntriples) > _TOGETHER
        if held and (full or held[-1][0] == item[0]):
            yield Part(held)
            held, size = [], 0
        held.append(item)
        size += len(item[1].ntriples)
    if held:
        yield Part(held)


def _subjects(chunk: Chunk) -> set[str]:
    return {line.partition(" ")[0] for line in chunk.ntriples.split("\n")}
