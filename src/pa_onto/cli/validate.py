"""``pa-onto validate``."""

from __future__ import annotations

from pathlib import Path

import click

from .options import engine_option, print_report

_PATH = click.Path(path_type=Path)


@click.command("validate")
@click.argument("files", nargs=-1, required=True)
@click.option("--shapes", multiple=True, type=_PATH, help="Shapes to use in place of our own.")
@click.option("--vocabulary", multiple=True, type=_PATH, help="Vocabulary in place of our own.")
@engine_option
@click.option(
    "--fail-on",
    type=click.Choice(["violation", "warning", "info"]),
    default="violation",
    show_default=True,
    help="The least severity that makes the exit code 1.",
)
@click.option("--format", type=click.Choice(["human", "json"]), default="human", show_default=True)
@click.option("--input-format", help="The format of the input; default by extension.")
def command(
    files: tuple[str, ...],
    shapes: tuple[Path, ...],
    vocabulary: tuple[Path, ...],
    engine: str,
    fail_on: str,
    format: str,
    input_format: str | None,
) -> int:
    """Validate FILES, records or job postings, against the shapes and the vocabulary.

    Reads Turtle, N-Triples, N-Quads, TriG, RDF/XML, JSON-LD (an object, an array, @graph) and
    JSON lines; - is standard input. Exits 0 when nothing of the --fail-on severity was found,
    1 when something was, 2 when the data could not be judged.

    \b
    Examples:
      pa-onto validate crew.jsonld
      pa-onto validate --fail-on warning postings.jsonld
      cat crew.jsonl | pa-onto validate - --input-format json-lines
      pa-onto validate people.ttl --shapes my-shapes/ --format json
    """
    from ..model import Severity
    from ..validation import validate

    report = validate(
        files, shapes=shapes, vocabulary=vocabulary, engine=engine, format=input_format
    )
    print_report(report, format)
    worst = report.worst()
    return 1 if worst is not None and worst >= Severity.of(fail_on) else 0
