"""Rewrite records that use withdrawn concepts, and nothing else in them.

What refers to something withdrawn is changed in the text itself, at the place where it stands.
A record for which a person has to decide is left as it is, whole.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Final, NamedTuple

from ..canonical.files import check_outputs, whole_file
from ..errors import InputError, UsageError
from ..project import Project, find_project
from ..reading.contexts import Contexts
from ..reading.formats import format_named
from ..reading.inputs import Input, expand
from ..reading.plain import Plain
from ..reading.rdf import parse_graph
from ..vocabulary import published_text
from .contexts import Reading
from .files import Changer, packed
from .references import CHANGED, DOUBT, LEFT, Finder, Item
from .texts import Placed
from .withdrawals import Withdrawals

__all__ = ["CHANGED", "DOUBT", "LEFT", "Item", "Migrated", "Placed", "migrate"]

_FORMATS: Final = ("json-ld", "json-lines", "csv", "tsv")
_BLOCK: Final = 1 << 20

#: Called with the bytes read so far and all there are.
Progress = Callable[[int, int], None]


class Migrated(NamedTuple):
    """What became of a file: where it was written, None when it was not; values by kind."""

    file: str
    written: Path | None
    changed: int = 0
    left: int = 0
    doubt: int = 0


class _UnchangedError(Exception):
    """Nothing was changed: the file that was being written is not needed."""


def migrate(
    paths: Iterable[str],
    *,
    project: Project | None = None,
    format: str | None = None,
    out: Path | None = None,
    dry_run: bool = False,
    stdout: IO[bytes] | None = None,
    progress: Progress | None = None,
) -> Iterator[Placed | Migrated]:
    """Change what in files refers to something that the vocabulary has withdrawn.

    Yields what was found as it is found, and after each file what became of it. A file is
    replaced, or written into the folder ``out``, whole or not at all; one without a change is
    not touched. ``-`` is standard input, in ``format``, and is written to ``stdout`` in the end.
    Raises UsageError for what does not go together and InputError for what cannot be read; the
    files before that one are then done.
    """
    named = list(paths)
    if "-" in named and (len(named) > 1 or out):
        raise UsageError("Standard input stands alone.", cure="Name files, or - and nothing else.")
    changer = _changer(project or find_project())
    with TemporaryDirectory(prefix="pa-onto-") as folder:
        inputs = expand(named, format, Path(folder) / "input")
        runs = [
            _Run(source, target, changer, progress)
            for source, target in zip(inputs, _targets(inputs, out, Path(folder)), strict=True)
        ]
        for run in runs:
            if dry_run:
                yield from run.through(None)
                yield run.outcome(None)
            else:
                yield from run.filtered(stdout) if run.target is None else run.replaced(run.target)


def _changer(project: Project) -> Changer:
    text = published_text(project)
    withdrawals = Withdrawals(parse_graph(text, format_named("n-triples"), str(project.published)))
    contexts = Contexts.from_file(project.context)
    mention = withdrawals.mention or re.compile(rb"(?!)")
    return Changer(Finder(Reading(contexts), withdrawals), mention, dict(Plain(contexts).types))


def _targets(inputs: list[Input], out: Path | None, spool: Path) -> list[Path | None]:
    """Return where each input is written, None for standard output.

    Raises InputError for what is not migrated, UsageError where one file would be two.
    """
    targets: list[Path | None] = []
    for source in inputs:
        if source.format.name not in _FORMATS:
            raise InputError(
                f"Records in {source.format.name} are not migrated.",
                cure="Give JSON-LD, JSON lines, CSV or TSV.",
                file=source.file,
            )
        if source.file != "<stdin>" and source.path.parent == spool:
            cure = "Give it as standard input, with -."
            raise UsageError("A pipe cannot be replaced.", cure=cure, file=source.file)
        place = out / Path(source.file).name if out else source.path.resolve()
        targets.append(None if source.file == "<stdin>" else place)
    originals = [source.path for source in inputs] if out else []
    check_outputs((target for target in targets if target), originals)
    return targets


class _Run:
    """The migration of one file to ``target``; None is standard output."""

    def __init__(
        self, source: Input, target: Path | None, changer: Changer, progress: Progress | None
    ) -> None:
        self.source = source
        self.target = target
        self._changer = changer
        self._progress = progress
        self._counts = dict.fromkeys((CHANGED, LEFT, DOUBT), 0)

    def replaced(self, target: Path) -> Iterator[Placed | Migrated]:
        """Yield what is found while the target is written beside and renamed."""
        try:
            with whole_file(target) as file:
                with packed(file, self.source) as output:
                    yield from self.through(output)
                if not self._counts[CHANGED]:
                    raise _UnchangedError
        except _UnchangedError:
            if target == self.source.path.resolve():
                yield self.outcome(None)
                return
            with whole_file(target) as file:
                self._copy(file)
        yield self.outcome(target)

    def filtered(self, stdout: IO[bytes] | None) -> Iterator[Placed | Migrated]:
        """Yield what is found, and give everything to standard output in the end."""
        with TemporaryFile() as spool:
            with packed(spool, self.source) as output:
                yield from self.through(output)
            if stdout is not None and self._counts[CHANGED]:
                spool.seek(0)
                shutil.copyfileobj(spool, stdout, _BLOCK)
            elif stdout is not None:
                self._copy(stdout)
        yield self.outcome(None)

    def through(self, output: IO[bytes] | None) -> Iterator[Placed]:
        """Yield what is found while the file goes through."""
        for piece, found in self._changer.pieces(self.source, self._read):
            for placed in found:
                self._counts[placed.item.kind] += 1
                yield placed
            if output is not None:
                output.write(piece)

    def outcome(self, written: Path | None) -> Migrated:
        """Return what became of the file."""
        counts = self._counts
        return Migrated(self.source.file, written, counts[CHANGED], counts[LEFT], counts[DOUBT])

    def _read(self, done: int) -> None:
        # How much a packed file unpacks to is not known before.
        if self._progress and not self.source.packed:
            self._progress(done, self.source.size)

    def _copy(self, output: IO[bytes]) -> None:
        with self.source.path.open("rb") as file:
            shutil.copyfileobj(file, output, _BLOCK)
