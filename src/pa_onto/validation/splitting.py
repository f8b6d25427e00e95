"""Split the inputs into records that pass and records that do not, byte for byte.

A record fails for what is wrong with it, with a node inside it, or with its links: a boss who
fails takes nobody along. Where something is wrong with the file itself, such as a column that
nobody knows, all of its records fail.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final, cast

from ..canonical.files import check_outputs, whole_file
from ..errors import UsageError
from ..model import Finding, Severity
from ..reading.sources import Source
from .run import Run

#: Formats whose files can be joined, and those of which one file is one document.
_JOINED: Final = ("json-lines", "csv", "tsv")
_SINGLE: Final = ("json-ld",)


class Everything(Container[int]):
    """Holds every record."""

    def __contains__(self, ordinal: object) -> bool:
        """Return True."""
        return True


def check(sources: list[Source], valid: Path | None, invalid: Path | None) -> None:
    """Raise UsageError when the inputs cannot be split, or not into those files."""
    targets = [path for path in (valid, invalid) if path is not None]
    if not targets:
        return
    standard = [0] if any(source.input.file == "<stdin>" for source in sources) else []
    check_outputs(targets, [*(source.input.path for source in sources), *standard])
    _check_formats(sources)


def _check_formats(sources: list[Source]) -> None:
    names = {source.input.format.name for source in sources}
    if not names <= {*_JOINED, *_SINGLE}:
        wrong = ", ".join(sorted(names - {*_JOINED, *_SINGLE}))
        raise UsageError(
            f"{wrong} cannot be split into records.", cure="Split JSON lines, CSV or JSON-LD."
        )
    apart = UsageError(
        "These inputs cannot be joined into one file.", cure="Split them one at a time."
    )
    if len(sources) > 1 and (len(names) > 1 or names <= set(_SINGLE)):
        raise apart
    if len(sources) > 1 and names <= {"csv", "tsv"}:
        from ..reading.tables import Table

        if len({source.header() for source in sources if isinstance(source, Table)}) > 1:
            raise apart


def split(
    sources: list[Source],
    invalid_records: Mapping[int, Container[int]],
    valid: Path | None,
    invalid: Path | None,
) -> None:
    """Write the records, told by source and ordinal, to the file they belong in.

    Files are packed when their name ends in ``.gz``. Both appear when both are complete.
    Raises InputError when one cannot be written.
    """
    with ExitStack() as whole, ExitStack() as packing:
        good, bad = (
            _packed(path, whole.enter_context(whole_file(path)), packing) if path else None
            for path in (valid, invalid)
        )
        for number, source in enumerate(sources):
            source.split(invalid_records.get(number, ()), good, bad)


def _packed(path: Path, file: IO[bytes], stack: ExitStack) -> IO[bytes]:
    """Return a file to write to, which packs what it gets where the name says so."""
    if path.suffix.lower() != ".gz":
        # What cannot be written is noticed before any file takes its name.
        stack.callback(file.flush)
        return file
    import gzip

    packed = stack.enter_context(gzip.GzipFile(path.stem, "wb", fileobj=file, mtime=0))
    return cast("IO[bytes]", packed)


def failed(run: Run, findings: tuple[Finding, ...], fail_on: Severity) -> dict[int, Container[int]]:
    """Return the ordinals of the records that a new finding of a severity or worse is about.

    A node may be described inside several records: all of them fail with it.
    """
    failing = [
        placed
        for placed, finding in zip(run.found, findings, strict=True)
        if finding.severity >= fail_on and not finding.known
    ]
    ordinals: dict[int, set[int]] = {}
    for placed in failing:
        ordinals.setdefault(placed.source, set()).add(placed.order)
    nodes = {placed.finding.focus_node for placed in failing}
    for number, source in enumerate(run.sources) if run.nests else ():
        for chunk in source.chunks():
            for name in chunk.nested.keys() & nodes:
                around = (node.place.ordinal for node in chunk.nested[name])
                ordinals.setdefault(number, set()).update(around)
    whole = {placed.source for placed in failing if not placed.in_record}
    return {**ordinals, **dict.fromkeys(whole, Everything())}
