"""``pa-onto validate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import (
    color_option,
    default_report_format,
    engine_option,
    output_option,
    print_report,
    reads_folders,
    report_format_option,
    write_reports,
)
from .progress import Bar
from .watch import watch

if TYPE_CHECKING:
    from ..model import Report

_PATH = click.Path(path_type=Path)
# More than a report for people shows, and little enough for a file in which all is wrong.
_FOR_PEOPLE = 10_000
_FILE = click.Path(path_type=Path, dir_okay=False)


def _named_imports(
    context: click.Context, option: click.Parameter, values: tuple[str, ...]
) -> dict[str, Path]:
    """Take ``IRI=FILE`` apart, at the first = that a file or a folder stands after."""
    imports: dict[str, Path] = {}
    for value in values:
        marks = [at for at, character in enumerate(value) if character == "="]
        at = next((at for at in marks if Path(value[at + 1 :]).exists()), None)
        if not at:
            named = marks and marks[-1] and value[marks[-1] + 1 :]
            why = f"there is no file {named!r}" if named else "it is not IRI=FILE"
            raise click.BadParameter(f"{value!r}: {why}.", context, option)
        iri, file = value[:at], Path(value[at + 1 :])
        if imports.setdefault(iri, file) != file:
            why = f"it means {imports[iri]} already; put both into a folder and name that"
            raise click.BadParameter(f"{value!r}: {why}.", context, option)
    return imports


@click.command("validate")
@click.argument("files", nargs=-1, required=True)
@click.option(
    "--shapes", multiple=True, type=_PATH, help="Shapes, a file or a folder, in place of our own."
)
@click.option(
    "--add-shapes", multiple=True, type=_PATH, help="Shapes to use together with our own."
)
@click.option(
    "--import",
    "imports",
    multiple=True,
    metavar="IRI=FILE",
    callback=_named_imports,
    help="The file of shapes that owl:imports means by this IRI; may be given again.",
)
@click.option(
    "--lenient-shapes",
    is_flag=True,
    help="Set aside the shapes that cannot be judged by, and say which.",
)
@click.option("--vocabulary", multiple=True, type=_PATH, help="Vocabulary in place of our own.")
@engine_option
@click.option(
    "--fail-on",
    type=click.Choice(["violation", "warning", "info"]),
    default="violation",
    show_default=True,
    help="The least severity that makes the exit code 1.",
)
@report_format_option
@output_option
@click.option("--base", metavar="IRI", help="What relative IRIs are resolved against.")
@click.option("--input-format", help="The format of the input; by default told by extension.")
@click.option(
    "--max-findings", type=click.IntRange(min=0), help="List no more findings; count them all."
)
@click.option(
    "--max-unchecked",
    type=click.IntRange(min=0),
    help="Fail when more records than this are left that no shape looks at.",
)
@click.option("--baseline", type=_FILE, help="Findings in this file are known and do not fail.")
@click.option("--write-baseline", type=_FILE, help="Write all findings to this file; exit 0.")
@click.option("--valid-out", type=_FILE, help="Write the records without a failure here.")
@click.option("--invalid-out", type=_FILE, help="Write the records with a failure here.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), help="Give up after these seconds."
)
@color_option
@click.option("-q", "--quiet", is_flag=True, help="No report: the exit code says it all.")
@click.option("-v", "--verbose", is_flag=True, help="Say how the rules were evaluated.")
@reads_folders("files")
def command(files: tuple[str, ...], **options: Any) -> int:
    """Validate FILES, records or job postings, against the shapes and the vocabulary.

    FILES are files, folders or patterns; - is standard input. Reads JSON lines, CSV and TSV
    (the header has the keys of records), JSON-LD (an object, an array, @graph, or inside an
    HTML page), Turtle, N-Triples, N-Quads, TriG and RDF/XML, each also as .gz. Exits 0 when
    nothing of the --fail-on severity was found, 1 when something was, 2 when the data could
    not be judged.

    \b
    Examples:
      pa-onto validate crew.jsonld
      pa-onto validate export/ --fail-on warning --format sarif > report.sarif
      pa-onto validate export/ --output sarif=report.sarif --output junit=report.xml
      cat crew.jsonl | pa-onto validate - --input-format json-lines
      pa-onto validate crew.csv --valid-out good.csv --invalid-out bad.csv
      pa-onto validate crew.csv --write-baseline known.json
      pa-onto validate crew.csv --baseline known.json
      pa-onto validate crew.ttl --max-unchecked 0
      pa-onto validate people.ttl --shapes my-shapes/ --format json
    """
    from ..model import Severity

    watch(options["timeout"])
    fail_on = Severity.of(options["fail_on"])
    _keep_apart(files, options)
    report = _validated(files, fail_on, options)
    if options["write_baseline"]:
        write_reports(report, options["output"], fail_on=fail_on)
        return _write_baseline(report, options["write_baseline"])
    if options["verbose"]:
        _tell_how(report)
    told: dict[str, Any] = {"baseline": options["baseline"] is not None, "fail_on": fail_on}
    if options["output"]:
        write_reports(report, options["output"], **told)
    if options["quiet"] and report.set_aside:
        click.echo(f"pa-onto: Not judged in full: {report.set_aside} set aside.", err=True)
    if not options["quiet"]:
        print_report(report, options["format"], color=options["color"], **told)
    worst = report.worst()
    return 1 if worst is not None and worst >= fail_on else 0


def _keep_apart(files: tuple[str, ...], options: dict[str, Any]) -> None:
    """Refuse to write two things to one file, or over what is read, before the work is done."""
    from ..canonical.files import check_outputs

    outputs = [path for _, path in options["output"]]
    outputs += filter(None, map(options.get, ("valid_out", "invalid_out", "write_baseline")))
    inputs: list[Path | int] = [0 if name == "-" else Path(name) for name in files]
    inputs += [path for kind in ("shapes", "add_shapes", "vocabulary") for path in options[kind]]
    if options["baseline"] and not options["write_baseline"]:
        inputs.append(options["baseline"])
    check_outputs(outputs, inputs)


def _validated(files: tuple[str, ...], fail_on: Any, options: dict[str, Any]) -> Report:
    from ..validation import validate

    with Bar("validating", shown=not options["quiet"]) as bar:
        return validate(
            files,
            shapes=options["shapes"] or None,
            add_shapes=options["add_shapes"] or None,
            vocabulary=options["vocabulary"] or None,
            engine=options["engine"],
            format=options["input_format"],
            base=options["base"],
            fail_on=fail_on,
            max_findings=_limit(options),
            max_unchecked=None if options["write_baseline"] else options["max_unchecked"],
            baseline=options["baseline"],
            valid_out=options["valid_out"],
            invalid_out=options["invalid_out"],
            imports=options["imports"],
            lenient_shapes=options["lenient_shapes"],
            progress=bar.update,
        )


def _tell_how(report: Report) -> None:
    """Say how it was judged, and how many focus nodes every shape had."""
    from ..report.summary import shape_lines
    from ..report.text import printable

    for line in (*report.details, *shape_lines(report)):
        click.echo(f"pa-onto: {printable(line)}", err=True)


def _limit(options: dict[str, Any]) -> int | None:
    """Return how many findings to keep: people are shown few, programs all."""
    if options["write_baseline"]:
        return None
    format = options["format"] or default_report_format()
    for_people = options["quiet"] or format == "human"
    if options["max_findings"] is None and for_people and not options["output"]:
        return _FOR_PEOPLE
    limit: int | None = options["max_findings"]
    return limit


def _write_baseline(report: Report, path: Path) -> int:
    from ..baseline import read, write
    from ..canonical.files import is_plain, write_whole

    before = sum(read(path).counts.values()) if is_plain(path) else None
    write_whole(path, write(report))
    than = "" if before is None else f", {before} before"
    click.echo(f"pa-onto: {path} knows {report.total} findings now{than}.", err=True)
    return 0
