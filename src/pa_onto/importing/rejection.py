"""Write the rows that became no record, so that they can be mended and imported again.

A row keeps its cells as they were; the number and the reasons stand before them, so that a
row with too many cells keeps those too.
"""

from __future__ import annotations

import os
from codecs import getincrementalencoder
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ..canonical.files import whole_file
from ..canonical.rows import as_row
from .escapes import ADDED, asleep
from .rows import Export, Row


class _NothingRejectedError(Exception):
    """No row was rejected: there is nothing to keep."""


class RejectedRows:
    """Writes rows in the form of the export they come from: its delimiter, encoding and ends."""

    def __init__(self, file: IO[bytes], export: Export) -> None:
        self._file = file
        self.count = 0
        self._form = (export.delimiter, export.line_end)
        encoding = "utf-8-sig" if export.mark and export.encoding == "utf-8" else export.encoding
        # What the encoding lacks stands in a reason, never in a cell, which was read with it.
        self._encoder = getincrementalencoder(encoding)("backslashreplace")
        self._write([*ADDED, *map(asleep, export.header)])

    def add(self, row: Row, reasons: Iterable[str]) -> None:
        """Write one row, with all that is wrong with it."""
        self.count += 1
        self._write([str(row.number), asleep("; ".join(reasons)), *map(asleep, row.cells)])

    def _write(self, cells: Sequence[str]) -> None:
        self._file.write(self._encoder.encode(as_row(cells, *self._form)))

    def flush(self) -> None:
        """Hand over what is held; raises InputError when there is no room for it."""
        self._file.flush()


@contextmanager
def rejected_rows(path: Path, export: Export) -> Iterator[RejectedRows]:
    """Give what writes rejected rows to a file, which is there in the end if there are any.

    A file of an import before is replaced even where there are none: it would tell of rows
    that are no longer rejected. Raises InputError at once when the file cannot be written.
    """
    before = os.path.exists(path)  # noqa: PTH110 (any name)
    with suppress(_NothingRejectedError), whole_file(path) as file:
        rows = RejectedRows(file, export)
        yield rows
        if not rows.count and not before:
            raise _NothingRejectedError
