"""What systems do differently with files: locks, and making sure that a name is on the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .errors import InputError


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Keep other processes out that ask for the same; False when one of them was first.

    Raises InputError when the lock cannot be made.
    """
    try:
        file = path.open("ab")
    except OSError as error:
        cure = "Check the folder and its permissions."
        raise InputError(
            f"Cannot be locked: {error.strerror}.", cure=cure, file=str(path)
        ) from error
    with file:
        # The file stays: a lock on one that is taken away keeps nobody out.
        yield _lock(file, path)


def _lock(file: IO[bytes], path: Path) -> bool:
    """Lock an open file until it is closed, or the process ends; False when another has it."""
    try:
        import fcntl
    except ImportError:
        return _lock_on_windows(file, path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _lock_on_windows(file: IO[bytes], path: Path) -> bool:
    try:
        import msvcrt
    except ImportError as error:
        raise InputError(
            "This system has no locks on files, without which two runs could spoil the store.",
            cure="Use Linux, macOS or Windows.",
            file=str(path),
        ) from error
    file.seek(0)
    try:
        # Not all platforms have these names, and type checkers look at one of them.
        getattr(msvcrt, "locking")(file.fileno(), getattr(msvcrt, "LK_NBLCK"), 1)  # noqa: B009
    except OSError:
        return False
    return True


def sync(folder: Path) -> None:
    """Make sure that the names in a folder are on the disk, where the system has a way to."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return  # Windows opens no folders.
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
