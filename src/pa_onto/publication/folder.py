"""The published folder as a whole: what stands in it, what no longer belongs there.

``SHA256SUMS`` lists every published file but itself and the released versions, in the form that
``sha256sum --check`` reads. What it lists and no producer makes any more is removed, provided
it is still as it was written; nothing else in the folder is ever touched.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from ..canonical.files import unwritable, write_whole
from ..errors import InputError, InternalError
from .edition import Files

SUMS: Final = "SHA256SUMS"
_LINE: Final = re.compile(r"([0-9a-f]{64})  (.+)")
_COMMON: Final = 5
_VERSION: Final = re.compile(r"\d+\.\d+\.\d+")

#: Called with the number of files that are done.
Progress = Callable[[int], None]


class Written(NamedTuple):
    """What a run did: paths that were written, were right, were removed, or were kept.

    ``kept`` are files that no longer belong there and that somebody has changed since.
    """

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]


class Difference(NamedTuple):
    """A published file that is ``missing``, ``changed``, or ``stale``: made no more."""

    path: str
    problem: str


def write(folder: Path, files: Files, progress: Progress = lambda done: None) -> Written:
    """Write files below a folder, each whole or not at all, and remove stale ones.

    Raises InputError when the folder cannot be written to, or leads out of itself.
    """
    before = listed(folder)
    after: dict[str, str] = {}
    written: list[str] = []
    try:
        with _replacing(folder) as replace:
            for path, content in _once(files, after):
                if replace(path, content):
                    written.append(path)
                progress(len(after))
    except BaseException:
        # What stands there now is ours as well, the next run must know.
        with suppress(InputError):
            if written:
                there = {path: after[path] for path in after if (folder / path).is_file()}
                write_whole(folder / SUMS, _listing(before | there), apart=True)
        raise
    removed, kept = _remove(folder, {p: d for p, d in before.items() if p not in after})
    write_whole(folder / SUMS, _listing(after), apart=True)
    unchanged = set(after) - set(written)
    return Written(tuple(written), tuple(sorted(unchanged)), tuple(removed), tuple(kept))


def differences(
    folder: Path, files: Files, progress: Progress = lambda done: None
) -> Iterator[Difference]:
    """Yield what differs between a folder and the files that should stand there."""
    after: dict[str, str] = {}
    for path, content in _once(files, after):
        progress(len(after))
        if problem := _compared(folder / path, content):
            yield Difference(path, problem)
    if problem := _compared(folder / SUMS, _listing(after)):
        yield Difference(SUMS, problem)
    for path in sorted(set(listed(folder)) - set(after)):
        if os.path.lexists(folder / path):
            yield Difference(path, "stale")


def listed(folder: Path) -> dict[str, str]:
    """Return the digests of the files that a folder lists, by path; none where it has no list.

    Raises InputError for a list that is damaged or names what is not in the folder.
    """
    path = folder / SUMS
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(path) from error
    found = {}
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        if match is None or not _is_inside(match[2]):
            raise _damaged(path, number)
        found[match[2]] = match[1]
    return found


def _is_inside(path: str) -> bool:
    """Return whether a listed path stays in the folder and out of the released versions."""
    parts = path.split("/")
    climbs = any(part in ("", ".", "..") for part in parts) or "\\" in path or ":" in parts[0]
    return not climbs and not _VERSION.fullmatch(parts[0]) and path != SUMS


def _once(files: Files, seen: dict[str, str]) -> Files:
    """Yield files, and note their digests. Raises InternalError for what no folder can hold."""
    for path, content in files:
        if path in seen or not _is_inside(path):
            raise InternalError(f"{path} is published twice, or outside of the folder.")
        seen[path] = sha256(content).hexdigest()
        yield path, content


def _listing(digests: dict[str, str]) -> bytes:
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode()


def _compared(path: Path, content: bytes) -> str:
    try:
        return "" if path.read_bytes() == content else "changed"
    except OSError:
        return "changed" if path.exists() else "missing"


@contextmanager
def _replacing(folder: Path) -> Iterator[Callable[[str, bytes], bool]]:
    """Give a function that writes one file whole and says whether that changed anything.

    A file is written beside the others and takes its name when it is complete. That each is
    flushed to the disk would more than double the time; all are once, at the end, before the
    list of them is written: after a power failure the list tells what has to be written again.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = tempfile.mkdtemp(dir=folder, prefix=".publish-")
    except OSError as error:
        raise unwritable(error, folder) from error
    known: set[Path] = set()
    changed = False

    def replace(path: str, content: bytes) -> bool:
        nonlocal changed
        target = folder / path
        try:
            _prepare(target.parent, folder, known)
            if _holds(target, content):
                return False
            if os.path.lexists(target) and (target.is_symlink() or not target.is_file()):
                _keep_inside(target, folder)
                write_whole(target, content, apart=True)
            else:
                _put(os.path.join(beside, "file"), target, content)  # noqa: PTH118 (15,000 times)
        except OSError as error:
            raise unwritable(error, target) from error
        changed = True
        return True

    try:
        yield replace
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    if changed and hasattr(os, "sync"):
        os.sync()


def _prepare(parent: Path, folder: Path, known: set[Path]) -> None:
    """Make a folder; one that leads elsewhere is refused."""
    if parent in known:
        return
    parent.mkdir(parents=True, exist_ok=True)
    _keep_inside(parent, folder)
    known.add(parent)


def _keep_inside(path: Path, folder: Path) -> None:
    """Raise InputError for a link that leads out of the published folder."""
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(
            "Leads out of the published folder.",
            cure="Remove the link, or publish elsewhere with --out.",
            file=str(path),
        )


def _holds(target: Path, content: bytes) -> bool:
    try:
        with open(target, "rb", buffering=0) as file:  # noqa: PTH123 (15,000 times)
            return os.fstat(file.fileno()).st_size == len(content) and file.readall() == content
    except FileNotFoundError:
        return False


def _put(beside: str, target: Path, content: bytes) -> None:
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    with open(descriptor, "wb") as file:  # noqa: PTH123 (a descriptor)
        file.write(content)
        if not hasattr(os, "sync"):  # Windows: there is no flushing of everything at the end.
            file.flush()
            os.fsync(file.fileno())
    os.replace(beside, target)  # noqa: PTH105 (15,000 times)


def _remove(folder: Path, stale: dict[str, str]) -> tuple[list[str], list[str]]:
    """Remove files that are made no more, as long as they are what was written."""
    removed, kept = [], []
    inside = folder.resolve()
    for path, digest in sorted(stale.items()):
        target = folder / path
        if not target.is_file() or not target.resolve().is_relative_to(inside):
            continue
        try:
            if sha256(target.read_bytes()).hexdigest() != digest:
                kept.append(path)
                continue
            target.unlink()
        except OSError as error:
            raise unwritable(error, target) from error
        removed.append(path)
        _remove_empty(target.parent, folder)
    return removed, kept


def _remove_empty(parent: Path, folder: Path) -> None:
    """Remove the folders that a removed file leaves empty."""
    while parent != folder:
        try:
            parent.rmdir()
        except OSError:
            return
        parent = parent.parent


def _damaged(path: Path, line: int | None = None) -> InputError:
    return InputError(
        "Not a list of published files.",
        cure="Restore it, or remove it and publish: nothing is taken away then.",
        file=str(path),
        line=line,
    )


def estimated(folder: Path, entries: int) -> int:
    """Return about how many files there will be, for those who wait."""
    with suppress(InputError):
        if count := len(listed(folder)):
            return count
    return 3 * entries + 50


def kinds(files: Iterable[str]) -> dict[str, int]:
    """Return how many files there are of each extension, the most first, rare ones together."""
    counts = Counter(path.rpartition("/")[2].rpartition(".")[2] for path in files)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    common = {kind: count for kind, count in ranked if count >= _COMMON}
    others = sum(counts.values()) - sum(common.values())
    return common | ({"others": others} if others else {})


def published_files(folder: Path) -> set[str]:
    """Return the paths of all files in a published folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
