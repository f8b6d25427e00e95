"""Write the rows that became no record, so that they can be mended and imported again.

A row keeps its cells as they were; the number and the reasons stand before them, so that a
row with too many cells keeps those too.
"""

from __future__ import annotations

from codecs import getincrementalencoder
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ..canonical.rows import as_row
from .escapes import ADDED, asleep
from .output import opened_output, unwritable
from .rows import Export, Row


class _NothingRejectedError(Exception):
    """No row was rejected: there is nothing to keep."""


class RejectedRows:
    """Writes rows in the form of the export they come from: its delimiter, encoding and ends."""

    def __init__(self, file: IO[bytes], export: Export, name: str = "") -> None:
        self._file = file
        self._name = name
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
        try:
            self._file.write(self._encoder.encode(as_row(cells, *self._form)))
        except OSError as error:
            raise unwritable(error, self._name) from error

    def flush(self) -> None:
        """Hand over what is held; raises InputError when there is no room for it."""
        try:
            self._file.flush()
        except OSError as error:
            raise unwritable(error, self._name) from error


@contextmanager
def rejected_rows(path: Path, export: Export) -> Iterator[RejectedRows]:
    """Give what writes rejected rows to a file, which is there in the end if there are any.

    A file of an import before is replaced even where there are none: it would tell of rows
    that are no longer rejected. Raises InputError at once when the file cannot be written.
    """
    before = path.exists()
    with suppress(_NothingRejectedError), opened_output(path) as file:
        rows = RejectedRows(file, export, str(path))
        yield rows
        if not rows.count and not before:
            raise _NothingRejectedError
