"""Split the inputs into records that pass and records that do not, byte for byte."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from ..canonical.files import whole_file
from ..errors import UsageError
from ..reading.sources import Source

#: Formats whose files can be joined, and those of which one file is one document.
_JOINED: Final = ("json-lines", "csv", "tsv")
_SINGLE: Final = ("json-ld",)


def check(sources: list[Source], valid: Path | None, invalid: Path | None) -> None:
    """Raise UsageError when the inputs cannot be split, or not into those files."""
    targets = [path.resolve() for path in (valid, invalid) if path is not None]
    names = {source.input.format.name for source in sources}
    if not targets:
        return
    if len(set(targets)) < len(targets):
        raise UsageError("--valid-out and --invalid-out are one file.", cure="Name two.")
    if any(source.input.path.resolve() in targets for source in sources):
        raise UsageError("An input would be overwritten.", cure="Name other files for the output.")
    if not names <= {*_JOINED, *_SINGLE}:
        wrong = ", ".join(sorted(names - {*_JOINED, *_SINGLE}))
        raise UsageError(
            f"{wrong} cannot be split into records.", cure="Split JSON lines, CSV or JSON-LD."
        )
    if len(sources) > 1 and (len(names) > 1 or names <= set(_SINGLE)):
        raise UsageError(
            "These inputs cannot be joined into one file.", cure="Split them one at a time."
        )


def split(
    sources: list[Source],
    invalid_records: Mapping[int, set[int]],
    valid: Path | None,
    invalid: Path | None,
) -> None:
    """Write the records, told by source and ordinal, to the file they belong in.

    Both files appear when both are complete. Raises InputError when one cannot be written.
    """
    with ExitStack() as stack:
        good, bad = (
            stack.enter_context(whole_file(path)) if path is not None else None
            for path in (valid, invalid)
        )
        for number, source in enumerate(sources):
            source.split(invalid_records.get(number, set()), good, bad)
