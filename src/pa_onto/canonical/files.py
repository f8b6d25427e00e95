"""Write files whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ..errors import InputError


def write_whole(path: Path, content: bytes) -> bool:
    """Write ``content`` to ``path`` and return whether that changed anything.

    Raises InputError when the folder cannot be written to; the old file is then still there.
    """
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
    except OSError as error:
        raise unwritable(error, path) from error
    with whole_file(path) as file:
        file.write(content)
    return True


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write to, which takes the name ``path`` when all went well.

    The bytes go to a temporary file beside the target, are flushed to the disk and renamed,
    so that a reader sees the old file or the new one. Raises InputError when the folder
    cannot be written to; the old file is then still there.
    """
    import tempfile

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise unwritable(error, path) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        Path(name).chmod(mode)
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise unwritable(error, path) from error
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def unwritable(error: OSError, path: Path) -> InputError:
    """Return the error that tells why a file cannot be written."""
    return InputError(
        f"Cannot be written: {error.strerror or error}.",
        cure="Check the folder and its permissions; nothing was changed.",
        file=str(path),
    )
