"""Find what is to be read: files, folders, patterns, compressed files, standard input."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO, Final, NamedTuple

from ..errors import InputError, UsageError
from .formats import (
    HEAD,
    Format,
    check_content,
    format_named,
    format_of,
    format_of_content,
    known_format,
)
from .hints import TABLES, check_kind, check_url, is_url, where_instead

#: Limits of compressed input: bytes it may unpack to, and how many for each packed byte.
MAX_UNPACKED: Final = 8 << 30
MAX_RATIO: Final = 400
#: The longest text that is held whole; JSON lines and tables are not.
MAX_WHOLE: Final = 4 << 30
#: The longest line of JSON lines or a table.
MAX_LINE: Final = 64 << 20

_BLOCK: Final = 1 << 20
_MAGIC: Final = b"\x1f\x8b"


class Input(NamedTuple):
    """One file to read: its name as it was given, where its bytes are, its format.

    ``size`` is the number of bytes on disk, 0 where it is not known.
    """

    file: str
    path: Path
    format: Format
    packed: bool = False
    size: int = 0


def expand(paths: Iterable[str], name: str | None, spool: Path | None) -> list[Input]:
    """Return the inputs that paths stand for: files, folders, patterns, and ``-``.

    Standard input is first written to ``spool``. A file that is named twice is read once.
    Raises UsageError when nothing is named, InputError for what is not there.
    """
    found: dict[Path, Input] = {}
    for path in paths:
        for item in _expanded(path, name, spool):
            found.setdefault(item.path.resolve(), item)
    if not found:
        raise UsageError("No file is named.", cure="Name files, or - for standard input.")
    return list(found.values())


def open_bytes(source: Input) -> IO[bytes]:
    """Open an input for reading, unpacked. Raises InputError when that cannot be done."""
    try:
        stream = source.path.open("rb")
    except OSError as error:
        raise unreadable(error, source.file) from error
    if not source.packed:
        return stream
    from .unpacking import Unpacked

    return Unpacked(stream, source.file, MAX_UNPACKED, MAX_RATIO)


def read_text(source: Input) -> str:
    """Return the whole text of an input without its byte order mark.

    Raises InputError when it cannot be read, is too large or is not UTF-8.
    """
    if source.path.exists() and source.path.stat().st_size > MAX_WHOLE:
        raise _too_long(source)
    with open_bytes(source) as stream:
        try:
            # A file's buffer is as large as what is asked for: no more is, than there is.
            raw = stream.read(MAX_WHOLE + 1) if source.packed else stream.read()
        except OSError as error:
            raise unreadable(error, source.file) from error
    if len(raw) > MAX_WHOLE:
        raise _too_long(source)
    return decoded(raw, source.file)


def read_path(path: str) -> str:
    """Return the text of a file. Raises InputError like :func:`read_text`."""
    return read_text(Input(path, Path(path), format_named("turtle")))


def decoded(raw: bytes, file: str, line: int = 1) -> str:
    """Return bytes as text; ``line`` is that of their first. Raises InputError if not UTF-8."""
    try:
        return raw.decode("utf-8-sig" if line == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"Not UTF-8 at byte {error.start} of line {raw.count(10, 0, error.start) + line}.",
            cure="Save the file as UTF-8.",
            file=file,
            line=raw.count(10, 0, error.start) + line,
        ) from error


def blocks(source: Input, size: int) -> Iterator[bytes]:
    """Yield the bytes of an input, about ``size`` at a time, without a byte order mark."""
    with open_bytes(source) as stream:
        block = _read(stream, source.file, size)
        yield block.removeprefix(b"\xef\xbb\xbf")
        while block := _read(stream, source.file, size):
            yield block


def check_line(line: bytes, source: Input) -> None:
    """Raise InputError for a line longer than :data:`MAX_LINE`."""
    if len(line) > MAX_LINE:
        raise InputError(
            f"A line is longer than {MAX_LINE >> 20} MiB.",
            cure="Write one record a line.",
            file=source.file,
        )


def line_blocks(source: Input) -> Iterator[list[bytes]]:
    """Yield the lines of an input, some hundred kilobytes of them at a time, without line feeds.

    Raises InputError for a line that is too long.
    """
    carry = b""
    for block in blocks(source, _BLOCK):
        *lines, carry = (carry + block).split(b"\n")
        check_line(carry, source)
        yield lines
    if carry:
        yield [carry]


def numbered_lines(source: Input) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of an input with their numbers, from 1, like :func:`line_blocks`."""
    return enumerate(chain.from_iterable(line_blocks(source)), 1)


def _too_long(source: Input) -> InputError:
    return InputError(
        f"Longer than {MAX_WHOLE >> 30} GiB.",
        cure="Write it as JSON lines or CSV, which are read in parts.",
        file=source.file,
    )


def not_split(file: str, what: str) -> InputError:
    """Return the error for an input whose records cannot be told apart byte by byte."""
    return InputError(
        f"{what} cannot be split into records.",
        cure="Split JSON lines, CSV or JSON-LD.",
        file=file,
    )


def unreadable(error: OSError, file: str) -> InputError:
    """Return the error that tells why a file cannot be read."""
    problem = f"Cannot be read: {error.strerror or error}."
    cure = "Check the path."
    if isinstance(error, FileNotFoundError):
        cure = where_instead(file)
    return InputError(problem, cure=cure, file=file)


def is_pipe(path: str) -> bool:
    """Return whether a path leads to a pipe, which can be read only once."""
    return stat.S_ISFIFO(_mode(path))


def _mode(path: str) -> int:
    """Return what kind of file a path leads to; 0 where it leads to none."""
    try:
        return Path(path).stat().st_mode
    except (OSError, ValueError):
        return 0


def _read(stream: IO[bytes], file: str, size: int) -> bytes:
    try:
        return stream.read(size)
    except OSError as error:
        raise unreadable(error, file) from error


def _expanded(path: str, name: str | None, spool: Path | None) -> Iterator[Input]:
    if path == "-":
        assert spool is not None
        yield _spooled("<stdin>", standard_input(), format_of(path, name), spool)
    elif not path:
        problem = "An empty name names no file."
        raise UsageError(problem, cure="Check the variable that should have held it.")
    elif is_url(path):
        yield one_file(path, name)
    elif "\0" in path:
        raise InputError("Holds a NUL character.", cure="Check the path.", file=repr(path))
    elif stat.S_ISDIR(_mode(path)):
        yield from _folder(Path(path), name)
    elif not os.path.lexists(path) and any(mark in path for mark in "*?["):
        yield from _pattern(path, name)
    elif spool is not None and is_pipe(path):
        with open_bytes(Input(path, Path(path), format_named("turtle"))) as stream:
            # Several pipes may be named, each like the other but for its folder.
            place = spool.with_name(path.replace("%", "%25").replace("/", "%2F")[-200:])
            yield _spooled(path, stream, format_of(path, name), place)
    else:
        yield one_file(path, name)


def standard_input() -> IO[bytes]:
    """Return the bytes of standard input. Raises InputError where it is closed."""
    if sys.stdin is None:
        raise InputError("Is closed.", cure="Pipe something to it.", file="<stdin>")
    return sys.stdin.buffer


def _spooled(file: str, stream: IO[bytes], format: Format, spool: Path) -> Input:
    """Write a pipe to a file: what is checked in parts is looked up again at the end."""
    import shutil

    with spool.open("wb") as target:
        shutil.copyfileobj(stream, target, _BLOCK)
    head = _head(spool, file)
    packed = head.startswith(_MAGIC)
    if packed:
        head = _unpacked_head(spool, file)
    check_content(head, format, file)
    return Input(file, spool, format, packed, spool.stat().st_size)


def _folder(folder: Path, name: str | None) -> Iterator[Input]:
    files = _names(str(folder))
    if not files:
        cure = "Name a folder with data files, or the files themselves."
        raise InputError("Holds no file of a known format.", cure=cure, file=str(folder))
    for path in files:
        yield one_file(path, name)


def listed(paths: Iterable[str], exclude: Iterable[str]) -> tuple[list[str], int]:
    """Return the files that paths stand for without some, and how many these are.

    ``exclude`` are patterns of names, of paths below a named folder, or of whole paths; what is
    in a folder that matches is left out as well. Raises UsageError when nothing is left.
    """
    patterns = [pattern.rstrip("/") for pattern in exclude]
    kept: list[str] = []
    out = 0
    for path in paths:
        root = path if stat.S_ISDIR(_mode(path)) else ""
        for found in [path] if path == "-" else _names(path):
            if path != "-" and _is_out(found, root, patterns):
                out += 1
            else:
                kept.append(found)
    if not kept:
        cure = "Name other files, or leave less out."
        raise UsageError("No file is left of those that are named.", cure=cure)
    return kept, out


def passed_over(paths: Iterable[str], exclude: Iterable[str] = ()) -> list[str]:
    """Return the files in named folders that hold tables and are of a kind that is not read."""
    patterns = list(exclude)
    folders = (path for path in paths if path != "-" and stat.S_ISDIR(_mode(path)))
    return [
        path
        for folder in folders
        for path in files_below(Path(folder))
        if Path(path).suffix.lower() in TABLES and not _is_out(path, folder, patterns)
    ]


def _is_out(path: str, root: str, patterns: list[str]) -> bool:
    from fnmatch import fnmatchcase

    if not patterns:
        return False
    below = Path(path).relative_to(root) if root else Path(path)
    places = [below, *below.parents[:-1]]
    names = [path, *(name for place in places for name in (place.name, place.as_posix()))]
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def _names(path: str) -> list[str]:
    """Return the files that a path stands for, in a known format where it is a folder."""
    if stat.S_ISDIR(_mode(path)):
        return [file for file in files_below(Path(path)) if known_format(file)]
    if not os.path.lexists(path) and any(mark in path for mark in "*?["):
        return _matching(path)
    return [path]


def files_below(folder: Path) -> list[str]:
    """Return the files in a folder and the folders in it, but for hidden ones, in order.

    Raises InputError for a folder that cannot be read, and for the root of the file system.
    """
    if folder.resolve() == Path(folder.resolve().anchor):
        cure = "Name the folder with the data."
        problem = "Is the root of the file system, which is not walked."
        raise InputError(problem, cure=cure, file=str(folder))
    found: list[tuple[tuple[str, ...], str]] = []

    def refuse(error: OSError) -> None:
        raise unreadable(error, error.filename or str(folder))

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        place = place.removeprefix(f".{os.sep}") if place != "." else ""
        parts = Path(place).parts
        for name in names:
            path = os.path.join(place, name)  # noqa: PTH118 (many times)
            if not name.startswith(".") and stat.S_ISREG(_mode(path)):
                found.append(((*parts, name), path))
    return [path for _, path in sorted(found)]


def _pattern(pattern: str, name: str | None) -> Iterator[Input]:
    files = _matching(pattern)
    if not files:
        json = pattern.lstrip().startswith(("[", "{"))
        cure = where_instead(pattern) if json else "Check the pattern."
        raise InputError("Matches no file.", cure=cure, file=pattern)
    for path in files:
        yield one_file(path, name)


def _matching(pattern: str) -> list[str]:
    anchor = Path(pattern).anchor
    root = Path(anchor) if anchor else Path()
    # As in a shell, what is hidden is matched by what begins with a dot itself.
    dotted = [part for part in Path(pattern).parts if part.startswith(".")]
    return [
        str(path)
        for path in sorted(root.glob(pattern.removeprefix(anchor)))
        if path.is_file()
        and all(any(map(Path(part).match, dotted)) for part in path.parts if part.startswith("."))
    ]


def one_file(path: str, name: str | None = None) -> Input:
    """Return the input that one file is, in the format called ``name`` or the one it shows.

    Raises InputError for what cannot be read, or is of a kind that is not.
    """
    check_url(path)
    place = Path(path)
    head = _head(place, path)
    packed = path.lower().endswith(".gz")
    format = format_named(name) if name else known_format(path)
    if packed:
        head = _unpacked_head(place, path)
    if format is None:
        check_kind(head, path)
        format = format_of_content(head) or format_of(path)
    check_content(head, format, path)
    return Input(path, place, format, packed, place.stat().st_size)


def _head(path: Path, file: str) -> bytes:
    """Return the first bytes of a file. Raises InputError for what is no regular file."""
    try:
        with path.open("rb") as stream:
            if not path.is_file():
                raise InputError("Not a regular file.", cure="Name a file.", file=file)
            return stream.read(HEAD)
    except OSError as error:
        raise unreadable(error, file) from error


def _unpacked_head(path: Path, file: str) -> bytes:
    with open_bytes(Input(file, path, format_named("turtle"), packed=True)) as stream:
        return stream.read(HEAD)
