"""``pa-onto migrate``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import reads_folders, write_pieces
from .progress import Bar

if TYPE_CHECKING:
    from ..migration import Migrated, Placed

_Found = Iterator["Placed | Migrated"]


@click.command("migrate")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--input-format",
    type=click.Choice(["json-ld", "json-lines", "csv", "tsv"]),
    help="By default told by extension and content; needed for standard input.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing; list what would change.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write into this folder instead of in place.",
)
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-q", "--quiet", is_flag=True, help="No counts and no progress.")
@reads_folders("files")
def command(
    files: tuple[str, ...],
    input_format: str | None,
    dry_run: bool,
    out: Path | None,
    format: str,
    quiet: bool,
) -> int:
    """Rewrite records that use withdrawn concepts to the successors that are in use.

    FILE is JSON-LD, JSON lines, CSV or TSV, also packed, a folder or a pattern; - reads standard
    input and writes standard output, the list then going to standard error. Nothing else in a
    file changes by a byte. A record with a concept that was split, or whose successors lead
    nowhere, is left as it is and listed. Exits 0 when all was done, 1 when a person has to look
    at something, 2 when a file could not be read.

    \b
    Examples:
      pa-onto migrate --dry-run crew.jsonl
      pa-onto migrate crew.csv postings.jsonld
      pa-onto migrate records/ --out migrated/
      pa-onto migrate - --input-format csv < crew.csv > new.csv
    """
    from ..migration import migrate

    filter = "-" in files
    look: list[Migrated] = []
    with Bar("migrating", shown=not quiet) as bar:
        found = migrate(
            files,
            format=input_format,
            out=out,
            dry_run=dry_run,
            stdout=sys.stdout.buffer if filter else None,
            progress=bar.update,
        )
        pieces = _pieces(_noted(found, look), format, listed=dry_run)
        if filter and not dry_run:
            for piece in pieces:
                click.echo(piece, err=True, nl=False)
        else:
            write_pieces(pieces)
    if not quiet:
        click.echo(f"pa-onto: {_summary(look, dry_run)}", err=True)
    return 1 if any(file.left or file.doubt for file in look) else 0


def _noted(found: _Found, files: list[Migrated]) -> _Found:
    """Pass on what is found, and keep what became of each file."""
    from ..migration import Migrated

    for one in found:
        if isinstance(one, Migrated):
            files.append(one)
        yield one


def _pieces(found: _Found, format: str, *, listed: bool) -> Iterable[str]:
    """Return what is printed: for people, what changes only where it is asked for."""
    from ..migration import CHANGED, Placed
    from ..report import migration as forms

    if format == "json":
        return forms.as_json(found)
    return (
        forms.as_line(one) + "\n"
        for one in found
        if isinstance(one, Placed) and (listed or one.item.kind != CHANGED)
    )


def _summary(files: list[Migrated], dry_run: bool) -> str:
    changed = sum(file.changed for file in files)
    values = f"{changed} value{'s' if changed != 1 else ''}"
    count = f"{len(files)} file{'s' if len(files) != 1 else ''}"
    look = sum(file.left + file.doubt for file in files)
    done = "to change" if dry_run else "changed"
    return f"{count}: {values} {done}, {look} to look at."
