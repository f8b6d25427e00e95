"""Write files: plain ones whole or not at all; devices, pipes and links are written through.

A plain file is written beside its place, flushed to the disk and renamed, so that a reader
sees the old file or the new one. What is no plain file is never replaced by one: a device, a
pipe or an open descriptor (``/dev/stdout``, ``/dev/fd/3``) gets the bytes as they come, a
symbolic link stays and its target is replaced, and a file with several names keeps them all.
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

from ..errors import InputError, UsageError

_BLOCK: Final = 1 << 20
# How many links may lead to a file (Linux follows as many).
_LINKS: Final = 40
# A file that is mounted by itself has a place that no other file can take.
_FIXED: Final = (errno.EBUSY, errno.EXDEV)
#: Temporary files of this process that have not taken their names yet.
_pending: set[str] = set()


def write_whole(path: Path, content: bytes, *, apart: bool = False) -> bool:
    """Write ``content`` to ``path`` and return whether that changed anything.

    Raises InputError like :func:`whole_file`, and takes ``apart`` like that.
    """
    try:
        if is_plain(path) and path.read_bytes() == content:
            return False
    except OSError as error:
        raise unwritable(error, path) from error
    with whole_file(path, apart=apart) as file:
        file.write(content)
    return True


def is_plain(path: Path) -> bool:
    """Return whether a plain file stands there that can be read before it is written."""
    return os.path.isfile(path) and _descriptor(path) is None  # noqa: PTH113


@contextmanager
def whole_file(path: Path, *, apart: bool = False) -> Iterator[IO[bytes]]:
    """Give a file to write to, which takes the name ``path`` when all went well.

    Its ``tell`` counts what was written to it. ``apart`` leaves the other names of a file what
    it was, so that copies by hard links stay. Raises InputError where nothing can be written;
    a plain file is then what it was before. A pipe that nobody reads is a BrokenPipeError.
    """
    try:
        through = _opened_through(path)
        if through is None:
            target = Path(os.path.realpath(path))
            before = target.stat() if target.exists() else None
            target.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = _temporary(target, before)
    except (OSError, ValueError) as error:
        raise unwritable(error, path) from error
    if through is not None:
        with _output(through, path) as file:
            yield file
        return
    _pending.add(name)
    try:
        with _output(descriptor, path) as file:
            yield file
            file.flush()
            os.fsync(descriptor)
            if before is not None:
                _keep(descriptor, before)
        _settle(name, target, before, apart=apart)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(error, path) from error
    finally:
        with suppress(OSError):
            Path(name).unlink(missing_ok=True)
        _pending.discard(name)


def discard_pending() -> None:
    """Take away what was not finished, for a process that is about to end at once."""
    for name in list(_pending):
        with suppress(OSError):
            os.unlink(name)  # noqa: PTH108 (as short as can be)


class _Output(io.FileIO):
    """Bytes on their way to a descriptor, counted from its opening."""

    def __init__(self, descriptor: int, file: Path) -> None:
        super().__init__(descriptor, "wb")
        self._file = file
        self._count = 0

    def write(self, data: Any) -> int:
        """Write some bytes and return how many. Raises InputError when there is no room."""
        try:
            count = super().write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise unwritable(error, self._file) from error
        self._count += count or 0
        return count

    def tell(self) -> int:
        """Return how many bytes were written, to a pipe as well."""
        return self._count


def _output(descriptor: int, file: Path) -> io.BufferedWriter:
    return io.BufferedWriter(_Output(descriptor, file), _BLOCK >> 4)


def unwritable(error: OSError | ValueError, file: Path | str) -> InputError:
    """Return the error that tells why something cannot be written."""
    problem = f"Could not write: {getattr(error, 'strerror', None) or error}."
    return InputError(problem, cure="Check the place and its permissions.", file=str(file))


def check_outputs(outputs: Iterable[Path], inputs: Iterable[Path | int] = ()) -> None:
    """Raise UsageError for a folder, for two outputs in one file, and for one that is an input.

    ``inputs`` are paths and open descriptors. Names are compared by the file they lead to;
    devices and pipes may be named twice.
    """
    read = {_identity(place) for place in inputs} - {None}
    written: set[object] = set()
    for path in outputs:
        # What is no possible name is told when it is opened.
        if os.path.isdir(path):  # noqa: PTH112
            raise UsageError("Is a folder.", cure="Name a file.", file=str(path))
        found = _identity(path)
        if found in read:
            cure = "Name another file."
            raise UsageError("An input would be overwritten.", cure=cure, file=str(path))
        if found in written:
            cure = "Name a file each."
            raise UsageError("Two outputs are one file.", cure=cure, file=str(path))
        written |= {found} - {None}


def same_file(one: Path, two: Path) -> bool:
    """Return whether two names lead to one plain file, there already or not."""
    found = _identity(one)
    return found is not None and found == _identity(two)


def _identity(place: Path | int) -> object:
    """Return what a plain file is told by, None for what may be written to by several."""
    if not isinstance(place, int) and _descriptor(place) is not None:
        return None
    try:
        found = os.stat(place)  # noqa: PTH116 (a descriptor as well)
    except (OSError, ValueError):
        return None if isinstance(place, int) else os.path.realpath(place)
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None


def _opened_through(path: Path) -> int | None:
    """Open what is no plain file as it is; return None for a plain file, and for none."""
    number = _descriptor(path)
    if number is not None and number >= 0:
        # A descriptor of our own: one that is opened anew would begin at its start again.
        return os.dup(number)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISREG(mode) and number is None:
        return None
    if stat.S_ISDIR(mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    append = os.O_APPEND if stat.S_ISREG(mode) else 0
    return os.open(path, os.O_WRONLY | append | getattr(os, "O_BINARY", 0))


def _descriptor(path: Path) -> int | None:
    """Return the descriptor of this process that a path names; -1 for one of another process.

    None for all other paths, whether anything is there or not.
    """
    place = os.fspath(path)
    for _ in range(_LINKS):
        folder, name = os.path.split(place)
        folder = os.path.realpath(folder)
        owner = re.fullmatch(r"/dev/fd|/proc/(\d+)(?:/task/\d+)?/fd", folder)
        if owner and name.isdecimal():
            ours = owner[1] is None or int(owner[1]) == os.getpid()
            return int(name) if ours else -1
        try:
            place = os.path.join(folder, os.readlink(os.path.join(folder, name)))  # noqa: PTH115, PTH118
        except (OSError, ValueError):
            return None
    return None


def _temporary(target: Path, before: os.stat_result | None) -> tuple[int, str]:
    """Open a new file beside a target, which nobody else may read if that is so of the target."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        name = str(target.with_name(f".pa-onto-{os.urandom(6).hex()}"))
        with suppress(FileExistsError):
            return os.open(name, flags, 0o666 if before is None else 0o600), name


def _keep(descriptor: int, before: os.stat_result) -> None:
    """Give a file the owner and the permissions of the one that it replaces."""
    if hasattr(os, "fchown"):
        with suppress(OSError):
            os.fchown(descriptor, before.st_uid, before.st_gid)
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, stat.S_IMODE(before.st_mode))


def _settle(name: str, target: Path, before: os.stat_result | None, *, apart: bool) -> None:
    """Put a finished file in its place, by its name or where it has others by its content."""
    if before is None or before.st_nlink < 2 or apart:
        try:
            Path(name).replace(target)
            return
        except OSError as error:
            if before is None or error.errno not in _FIXED:
                raise
    import shutil

    with open(name, "rb") as fresh, target.open("r+b") as file:  # noqa: PTH123
        size = os.fstat(fresh.fileno()).st_size
        _reserve(file, size)
        shutil.copyfileobj(fresh, file, _BLOCK)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _reserve(file: IO[bytes], size: int) -> None:
    """Make room for a content before the old one is lost. Raises OSError when there is none."""
    before = os.fstat(file.fileno()).st_size
    if size <= before or not hasattr(os, "posix_fallocate"):
        return
    try:
        os.posix_fallocate(file.fileno(), 0, size)
    except OSError as error:
        file.truncate(before)
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
