"""``pa-onto import``."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from .progress import Bar

if TYPE_CHECKING:
    from ..importing import Import, Outcome
    from ..importing.rejection import RejectedRows

# More kinds of reasons than these are told by the file of rejected rows.
_REASONS = 12
_KINDS = 10_000


@click.command("import")
@click.argument("file", metavar="FILE")
@click.option("--mapping", metavar="FILE", help="TOML: which column holds what.")
@click.option("--guess", is_flag=True, help="Write a first mapping from the header and the cells.")
@click.option(
    "--base",
    metavar="IRI",
    default="https://hr.example.com/",
    show_default=True,
    help="What ids begin with in a guessed mapping.",
)
@click.option("--out", metavar="FILE", help="Default: standard output.")
@click.option(
    "--format",
    type=click.Choice(["json-lines", "json-ld", "csv"]),
    default="json-lines",
    show_default=True,
)
@click.option(
    "--rejected",
    metavar="FILE",
    help="Takes the rows that are no records. Default: crew.rejected.csv beside crew.csv.",
)
@click.option("-q", "--quiet", is_flag=True, help="No counts and no progress.")
def command(file: str, mapping: str | None, guess: bool, **options: Any) -> int:
    """Turn the rows of FILE, an export as CSV or TSV, into valid records.

    A mapping says which column holds which key, how dates and numbers are written, and what ids
    are made of; --guess writes a first one, to standard output or to the file that --mapping
    names if there is none yet. Titles are resolved, and every record is judged by the shapes.
    Rows that cannot become records go to a file of their own, as they were, with all reasons;
    mend them there and import that file with the same mapping. Rows are counted as
    spreadsheets do, the header being 1.

    Exits 0 when all rows became records, 1 when some were rejected, 2 when export or mapping
    cannot be used.

    \b
    Examples:
      pa-onto import crew.csv --guess --mapping crew.toml
      pa-onto import crew.csv --mapping crew.toml --out crew.jsonl
      pa-onto import crew.rejected.csv --mapping crew.toml --out mended.jsonl
      gpg -d payroll.csv.gpg | pa-onto import - --mapping crew.toml --format csv > records.csv
    """
    if guess:
        return _guess(file, mapping, options["base"], quiet=options["quiet"])
    if mapping is None:
        from ..errors import UsageError
        from ..reading.hints import to_type

        first = f"{to_type('import', file)} --guess --mapping {_named_like(file)}"
        cure = f"Or have one written: {first}."
        raise UsageError("Name a mapping with --mapping.", cure=cure)
    return _import(file, mapping, options)


def _named_like(file: str) -> str:
    from ..reading.hints import quoted

    return "mapping.toml" if file == "-" else quoted(f"{Path(file.removesuffix('.gz')).stem}.toml")


def _guess(file: str, mapping: str | None, base: str, *, quiet: bool) -> int:
    from ..canonical.files import is_plain, write_whole
    from ..errors import UsageError
    from ..importing.guess import guess_mapping
    from ..project import find_project
    from .options import write_text

    if mapping is not None and is_plain(Path(mapping)):
        cure = "Name another file, or leave --guess out to use it."
        raise UsageError("The mapping exists and is not overwritten.", cure=cure, file=mapping)
    guessed = guess_mapping(file, find_project(), base=base)
    if mapping is None:
        write_text(guessed.text)
    else:
        write_whole(Path(mapping), guessed.text.encode())
    if not quiet:
        lines = f"{guessed.open} line{'s are' if guessed.open != 1 else ' is'}"
        click.echo(f"pa-onto: {lines} left to decide; look the others over.", err=True)
    return 0


def _import(file: str, mapping: str, options: dict[str, Any]) -> int:
    from ..importing import open_import, read_mapping
    from ..importing.output import written
    from ..importing.rejection import rejected_rows
    from ..project import find_project

    project = find_project()
    target = Path(options["rejected"] or _unused(_beside(file)))
    _keep_apart(file, mapping, options["out"], target)
    counts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    opened = open_import(file, read_mapping(mapping, project), project)
    with ExitStack() as stack:
        rejected = stack.enter_context(rejected_rows(target, opened.export))
        out = stack.enter_context(_output(options["out"]))
        bar = stack.enter_context(Bar("importing", shown=not options["quiet"]))
        records = _records(opened, rejected, bar, counts, kinds)
        for text in written(records, opened.mapping.fields, options["format"]):
            out.write(text.encode())
        # Either file is there only if the other one could be written too.
        rejected.flush()
    if not options["quiet"]:
        for line in _summary(counts, kinds, target):
            click.echo(f"pa-onto: {line}", err=True)
    return 1 if counts["rejected"] else 0


@contextmanager
def _output(name: str | None) -> Iterator[IO[bytes]]:
    """Give what takes the records: a file, written whole or not at all, or standard output."""
    from ..canonical.files import whole_file

    if name is not None:
        with whole_file(Path(name)) as file:
            yield file
        return
    sys.stdout.flush()
    yield sys.stdout.buffer
    sys.stdout.flush()


def _records(
    opened: Import, rejected: RejectedRows, bar: Bar, counts: Counter[str], kinds: Counter[str]
) -> Iterator[dict[str, Any]]:
    """Yield the records, write the rows that are none, and count both."""
    from ..errors import InputError

    export = opened.export
    for outcome in opened.outcomes:
        if outcome.record is not None:
            counts["records"] += 1
            yield outcome.record
        elif outcome.is_blank:
            counts["blank"] += 1
        else:
            counts["rejected"] += 1
            kinds.update(_kinds(outcome) if len(kinds) < _KINDS else ())
            rejected.add(outcome.row, [reason.message for reason in outcome.reasons])
        if outcome.row.number % 1000 == 0:
            bar.update(export.done(), export.size)
    if not counts["records"] + counts["rejected"]:
        problem = "There is no row below the header."
        raise InputError(problem, cure="Check the export.", file=export.file)


def _kinds(outcome: Outcome) -> set[str]:
    return {f"{reason.key}: {reason.kind[:80]}" for reason in outcome.reasons}


def _summary(counts: Counter[str], kinds: Counter[str], rejected: Path) -> Iterator[str]:
    total = counts.total()
    parts = [f"{counts['records']} record{'s' if counts['records'] != 1 else ''}"]
    parts += [f"{counts['rejected']} rejected"]
    parts += [f"{counts['blank']} blank"] if counts["blank"] else []
    yield f"{total} row{'s' if total != 1 else ''}: {', '.join(parts)}."
    for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0]))[:_REASONS]:
        yield f"{count:5}  {kind}"
    if counts["rejected"]:
        yield f"The rejected rows are in {rejected}; mend them and import that file."


def _beside(file: str) -> str:
    """Return the name of the file of rejected rows: ``crew.rejected.csv`` for ``crew.csv.gz``."""
    path = Path(file.removesuffix(".gz"))
    if file == "-" or not path.name:
        return "rejected.csv"
    return str(path.with_name(f"{path.stem}.rejected{path.suffix or '.csv'}"))


def _unused(rejected: str) -> str:
    """Return the name of a file unless there is one: somebody may be mending its rows."""
    from ..errors import UsageError

    if os.path.exists(rejected):  # noqa: PTH110 (any name)
        cure = f"Import or remove it, or say --rejected {rejected} to replace it."
        raise UsageError("Holds the rejected rows of another import.", cure=cure, file=rejected)
    return rejected


def _keep_apart(file: str, mapping: str, out: str | None, rejected: Path) -> None:
    """Refuse to write over what is read, or two things to one file."""
    from ..canonical.files import check_outputs

    written = [Path(out)] if out else []
    read = [0 if name == "-" else Path(name) for name in (file, mapping)]
    check_outputs([*written, rejected], read)
