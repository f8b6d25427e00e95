"""Write answers that are bounded in bytes and rows: a whole one or none."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import IO, Final, cast

import pyoxigraph as ox

from ...namespaces import PREFIXES
from ..workers.limits import Limits

_FORMATS: Final = ox.QueryResultsFormat


class OverflowingError(Exception):
    """An answer that is larger than answers may be."""


def write_solutions(
    results: ox.QuerySolutions | ox.QueryBoolean, format: ox.QueryResultsFormat, limits: Limits
) -> bytes:
    """Return solutions or a boolean serialised. Raises OverflowingError beyond the limits."""
    out = _Capped(limits.size)
    results.serialize(cast("IO[bytes]", out), format=format)
    body = out.content()
    # The cheap count is never too low, and hardly ever too high.
    if _at_most(body, format) > limits.rows and _rows(body, format) > limits.rows:
        raise OverflowingError(f"The answer has more than {limits.rows} rows; add a LIMIT.")
    return body


def write_graph(results: ox.QueryTriples, format: ox.RdfFormat, limits: Limits) -> bytes:
    """Return a graph serialised. Raises OverflowingError beyond the limits."""
    out = _Capped(limits.size)
    triples = _counted(results, limits.rows)
    ox.serialize(triples, cast("IO[bytes]", out), format=format, prefixes=dict(PREFIXES))
    return out.content()


class _Capped:
    """A binary file that holds so many bytes and no more."""

    def __init__(self, size: int) -> None:
        self._left = self._size = size
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._left -= len(piece)
        if self._left < 0:
            raise OverflowingError(f"The answer has more than {self._size} bytes; add a LIMIT.")
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        pass

    def content(self) -> bytes:
        return b"".join(self._pieces)


def _counted(results: ox.QueryTriples, most: int) -> Iterator[ox.Triple]:
    for number, triple in enumerate(results):
        if number >= most:
            raise OverflowingError(f"The answer has more than {most} triples; add a LIMIT.")
        yield triple


def _at_most(body: bytes, format: ox.QueryResultsFormat) -> int:
    """Return a number of rows that there are at the most."""
    if format == _FORMATS.XML:
        return body.count(b"<result>")
    return body.count(b"},{") + 1 if format == _FORMATS.JSON else body.count(b"\n")


def _rows(body: bytes, format: ox.QueryResultsFormat) -> int:
    if format == _FORMATS.JSON:
        import json

        return len(json.loads(body)["results"]["bindings"])
    if format == _FORMATS.CSV:
        return sum(1 for _ in csv.reader(io.StringIO(body.decode(), newline=""))) - 1
    return _at_most(body, format) - (format == _FORMATS.TSV)
