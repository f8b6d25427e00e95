"""Write files whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import InputError


def write_whole(path: Path, content: bytes) -> bool:
    """Write ``content`` to ``path`` and return whether that changed anything.

    The bytes go to a temporary file beside the target, are flushed to the disk and renamed,
    so that a reader sees the old file or the new one. Raises InputError when the folder
    cannot be written to; the old file is then still there.
    """
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, content)
    except OSError as error:
        raise InputError(
            f"Cannot be written: {error.strerror or error}.",
            cure="Check the folder and its permissions; nothing was changed.",
            file=str(path),
        ) from error
    return True


def _replace(path: Path, content: bytes) -> None:
    import tempfile

    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
