"""``pa-onto resolve``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from .mistakes import file_hint
from .options import write_pieces
from .progress import Bar
from .watch import watch

if TYPE_CHECKING:
    from ..model import Match
    from ..titles import Resolver
    from ..titles.tables import Table

_Answered = Iterator[tuple[Sequence[str], "Match"]]


@click.command("resolve")
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@click.option("--input", "file", metavar="FILE", help="Read titles from a file; - is stdin.")
@click.option("--column", metavar="NAME", help="The column with the titles.")
@click.option(
    "--input-format",
    type=click.Choice(["text", "csv", "tsv", "json-lines", "json"]),
    help="By default told by extension; text where that tells nothing.",
)
@click.option("--department", metavar="TEXT", help="The department of all titles.")
@click.option("--employer", metavar="TEXT", help="The employer of all titles.")
@click.option(
    "--format",
    type=click.Choice(["table", "json", "jsonl", "csv"]),
    default="table",
    show_default=True,
)
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), help="Give up after these seconds."
)
@click.option("-q", "--quiet", is_flag=True, help="No counts and no progress.")
def command(texts: tuple[str, ...], file: str | None, quiet: bool, **options: Any) -> int:
    """Say which title of the vocabulary each TEXT means, and why.

    An answer is match, ambiguous (with the candidates and what would decide) or none. Columns
    named like department or employer are read along with the titles of a file, and CSV keeps
    every column and row as it was. Exits 0 when all texts matched, 1 when some did not, 2 when
    the input could not be read.

    \b
    Examples:
      pa-onto resolve "2ND ASST DIR." "Key 2nd" "VP, Post Production (Remote)"
      pa-onto resolve Coordinator --department Locations
      pa-onto resolve --input crew.csv --column "Job Title" --format csv > resolved.csv
      pa-onto resolve --input crew.json --column job --format csv > resolved.csv
      cut -f3 payroll.tsv | pa-onto resolve --input - --format jsonl
    """
    from ..project import find_project
    from ..titles import load_resolver

    if bool(texts) == (file is not None):
        message = "Give titles, or name a file with --input."
        raise click.UsageError(message, click.get_current_context())
    watch(options["timeout"])
    resolver = load_resolver(find_project())
    counts: Counter[str] = Counter()
    # Where the answers come to the terminal as they are found, they show how far it is.
    with Bar("resolving", shown=not (quiet or sys.stdout.isatty())) as bar:
        table = _table(texts, file, resolver, options)
        answered = _counted(_answers(table, resolver, options, bar), counts)
        _print(answered, table, options["format"])
    if not quiet:
        click.echo(f"pa-onto: {_summary(counts)}", err=True)
    if counts["none"] and (hint := file_hint(texts)):
        click.echo(f"pa-onto: {hint}", err=True)
    return 0 if counts["match"] == counts.total() else 1


def _table(
    texts: tuple[str, ...], file: str | None, resolver: Resolver, options: dict[str, Any]
) -> Table:
    from ..errors import UsageError
    from ..reading.hints import to_type
    from ..titles.tables import Row, Table, read_table

    if file is None:
        if options["column"] or options["input_format"]:
            cure = f"Name one with --input: {to_type('resolve --input', texts[0])}."
            raise UsageError("Only files have columns and formats.", cure=cure)
        return Table([], (Row(text) for text in texts))
    return read_table(
        file,
        column=options["column"],
        format=options["input_format"],
        columns=resolver.index.reader.grammar.context.get("column"),
        complete=options["format"] == "csv",
    )


def _answers(table: Table, resolver: Resolver, options: dict[str, Any], bar: Bar) -> _Answered:
    department, employer = options["department"], options["employer"]
    for number, row in enumerate(table.rows):
        answers = resolver.answers(
            row.department if department is None else department,
            row.employer if employer is None else employer,
        )
        cells = row.cells if table.header else (row.text,)
        yield cells, answers[row.text]
        if number % 1000 == 0:
            bar.update(table.done(), table.size)


def _counted(answered: _Answered, counts: Counter[str]) -> _Answered:
    """Count answers by status. Raises InputError when there is none."""
    from ..errors import InputError

    for cells, match in answered:
        if cells:
            counts[match.status] += 1
        yield cells, match
    if not counts:
        raise InputError("There is no title to resolve.", cure="Check the input.")


def _print(answered: _Answered, table: Table, format: str) -> None:
    from ..report import matches as forms
    from ..report.text import well_formed

    if format == "csv":
        pieces: Iterable[str] = forms.as_csv(
            answered,
            table.header or ["text"],
            delimiter=table.delimiter,
            line_end=table.line_end,
        )
    else:
        found = (match for cells, match in answered if cells)
        form = {"table": forms.as_table, "jsonl": forms.as_lines, "json": forms.as_json}[format]
        pieces = form(found)
    write_pieces(map(well_formed, pieces))


def _summary(counts: Counter[str]) -> str:
    texts = f"{counts.total()} text{'s' if counts.total() != 1 else ''}"
    parts = [f"{counts[status]} {status}" for status in ("match", "ambiguous", "none")]
    return f"{texts}: {', '.join(parts)}."
