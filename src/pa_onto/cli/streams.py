"""Standard output and standard error, and what becomes of what they do not take.

A result that could not be written is an error with a name, whoever writes it. A message that
could not be written is no reason to end otherwise: the exit code says how it went.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any, TextIO

from ..errors import InputError


def guard() -> None:
    """Put streams in the place of the standard ones that tell or bear that they are full."""
    if not _is_console(sys.stdout):
        sys.stdout = _text(_standard_output(), sys.stdout)
    if not _is_console(sys.stderr):
        bearing = _Bearing(2, "wb", closefd=False) if sys.stderr is not None else _Nothing()
        sys.stderr = _text(io.BufferedWriter(bearing), sys.stderr, line_buffering=True)


def _is_console(stream: TextIO | None) -> bool:
    """Return whether a stream is a window of Windows, which takes no bytes."""
    return os.name == "nt" and stream is not None and stream.isatty()


def _standard_output() -> io.BufferedWriter:
    if sys.stdout is None:
        return io.BufferedWriter(_Closed())
    return io.BufferedWriter(_Telling(sys.stdout.fileno(), "wb", closefd=False))


def _text(
    binary: io.BufferedWriter, like: TextIO | None, *, line_buffering: bool = False
) -> io.TextIOWrapper:
    return io.TextIOWrapper(
        binary,
        encoding=like.encoding if like is not None else "utf-8",
        errors=like.errors if like is not None else "backslashreplace",
        line_buffering=line_buffering or (like is not None and like.isatty()),
    )


class _Telling(io.FileIO):
    """A descriptor for results, none of which may get lost without a word."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            from ..canonical.files import unwritable

            raise unwritable(error, "<stdout>") from error


class _Bearing(io.FileIO):
    """A descriptor for messages, which may get lost."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except OSError:
            return len(data)


class _Nothing(io.RawIOBase):
    """Takes messages where nobody wants any."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return len(data)


class _Closed(_Nothing):
    """Stands where standard output was closed before the command began."""

    def write(self, data: Any) -> int:
        problem = "Could not write: it is closed."
        raise InputError(problem, cure="Send it to a file or a pipe.", file="<stdout>")
