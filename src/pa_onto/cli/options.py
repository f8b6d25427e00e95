"""Options and outputs that several verbs share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

if TYPE_CHECKING:
    from ..model import Report, Severity
    from ..remote import Settings
    from ..stores import Loading

Command = TypeVar("Command", bound=Callable[..., Any])

REPORT_FORMATS = ["human", "json", "jsonl", "sarif", "junit", "github", "turtle", "json-ld"]


def _named_outputs(
    context: click.Context, option: click.Parameter, values: tuple[str, ...]
) -> list[tuple[str, Path]]:
    """Take ``sarif=report.sarif`` apart: a report format and the file that takes it."""
    outputs = []
    for value in values:
        format, _, file = value.partition("=")
        if format not in REPORT_FORMATS or not file:
            kinds = {".sarif": "sarif", ".xml": "junit", ".ttl": "turtle", ".jsonld": "json-ld"}
            guess = kinds.get(Path(value).suffix, Path(value).suffix[1:])
            such = f" Say --output {guess}={value}." if guess in REPORT_FORMATS else ""
            raise click.BadParameter(
                f"{value!r} is not FORMAT=FILE, with one of {', '.join(REPORT_FORMATS)}.{such}",
                context,
                option,
            )
        outputs.append((format, Path(file)))
    return outputs


engine_option = click.option(
    "--engine",
    type=click.Choice(["shacl", "pyshacl"]),
    default="shacl",
    show_default=True,
    help="The SHACL engine: shacl is fast, pyshacl slow but everywhere.",
)
report_format_option = click.option(
    "--format",
    type=click.Choice(REPORT_FORMATS),
    help="Default: human, in GitHub Actions github.",
)
output_option = click.option(
    "--output",
    multiple=True,
    metavar="FORMAT=FILE",
    callback=_named_outputs,
    help="Write the report to a file as well, in a format of its own; may be given again.",
)
color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colours in the human form; auto: on a terminal, unless NO_COLOR is set.",
)


def data_options(command: Command) -> Command:
    """Add the options of commands that read files into a dataset."""
    for option in (
        click.option(
            "--base",
            metavar="IRI",
            help="What relative IRIs in the files are resolved against.",
        ),
        click.option(
            "--input-format",
            metavar="FORMAT",
            help="The format of all files; by default told by extension. Needed for -.",
        ),
    ):
        command = option(command)
    return command


def data_loading(options: dict[str, Any], **more: Any) -> Loading:
    """Take the options of ``data_options`` out of all; notices go to standard error."""
    from ..report import printable
    from ..stores import Loading

    def notice(text: str) -> None:
        click.echo(f"pa-onto: {printable(text)}", err=True)

    given = {"base": options.pop("base"), "format": options.pop("input_format")}
    return Loading(**given, **{"notice": notice, **more})


def reads_folders(name: str) -> Callable[[Command], Command]:
    """Return a decorator for a command whose option ``name`` takes files and folders.

    It adds --exclude, and tells of it where a file in a folder cannot be read.
    """

    def decorate(command: Command) -> Command:
        @click.option(
            "--exclude",
            multiple=True,
            metavar="GLOB",
            help="Leave out files whose name or path matches; may be given again.",
        )
        @wraps(command)
        def run(*, exclude: tuple[str, ...], **options: Any) -> Any:
            files = options[name]
            if exclude and files:
                options[name] = _without(files, exclude, quiet=options.get("quiet", False))
            with strays_told(files):
                return command(**options)

        return cast("Command", run)

    return decorate


def _without(files: tuple[str, ...], exclude: tuple[str, ...], *, quiet: bool) -> tuple[str, ...]:
    from ..reading.inputs import listed, passed_over

    kept, out = listed(files, exclude)
    for file in passed_over(files, exclude):
        click.echo(f"pa-onto: Not read: {file}. Save it as CSV to have it read.", err=True)
    if not quiet:
        count = f"{out} file{' is' if out == 1 else 's are'}"
        click.echo(f"pa-onto: {count} left out by --exclude.", err=True)
    return tuple(kept)


@contextmanager
def strays_told(files: tuple[str, ...]) -> Iterator[None]:
    """Say how to leave out a file that was found in a folder and cannot be read."""
    from ..errors import InputError

    try:
        yield
    except InputError as error:
        place = Path(error.file or "")
        folders = [Path(file) for file in files if file != "-" and os.path.isdir(file)]  # noqa: PTH112
        if error.file and any(folder in place.parents for folder in folders):
            from ..reading.hints import quoted

            error.cure = f"{error.cure} Or leave it out: --exclude {quoted(place.name)}.".strip()
        raise


def remote_options(
    timeout: int, about: str = "For each request to a server, its retries included."
) -> Callable[[Command], Command]:
    """Return a decorator with the options of commands that ask other servers.

    ``about`` says what has ``timeout`` seconds.
    """
    options = [
        click.option(
            "--timeout",
            type=click.FloatRange(min=0, min_open=True, max=86_400),
            default=timeout,
            show_default=True,
            metavar="SECONDS",
            help=about,
        ),
        click.option(
            "--retries",
            type=click.IntRange(min=0, max=20),
            default=3,
            show_default=True,
            help="On 502, 503 and 504.",
        ),
        click.option(
            "--allow-plain-http", is_flag=True, help="Send credentials without encryption."
        ),
    ]

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def remote_settings(options: dict[str, Any]) -> Settings:
    """Take the options of ``remote_options`` out of all."""
    from ..remote import Settings

    return Settings(
        timeout=options.pop("timeout"),
        retries=options.pop("retries"),
        allow_plain_http=options.pop("allow_plain_http"),
    )


def print_report(
    report: Report,
    format: str | None = None,
    *,
    color: str = "auto",
    baseline: bool = False,
    fail_on: Severity | None = None,
) -> None:
    """Print a report on standard output, its notices on standard error.

    Without a format it is ``github`` inside GitHub Actions and ``human`` elsewhere.
    """
    from ..model import Severity
    from ..report import printable, render

    format = format or default_report_format()
    pieces = render(
        report,
        format,
        color=_wants_color(color),
        baseline=baseline,
        fail_on=fail_on or Severity.VIOLATION,
    )
    for notice in report.notices:
        text = printable(notice)
        if format == "github":
            from ..report.github import plain

            text = plain(text)
        click.echo(f"pa-onto: {text}", err=True)
    write_pieces(pieces)


def write_reports(
    report: Report,
    outputs: Iterable[tuple[str, Path]],
    *,
    baseline: bool = False,
    fail_on: Severity | None = None,
) -> None:
    """Write a report to files, all of them or none.

    Raises UsageError when a file is one of those that were judged.
    """
    from ..canonical.files import check_outputs, whole_file
    from ..model import Severity
    from ..report import render

    outputs = list(outputs)
    check_outputs((path for _, path in outputs), map(Path, report.files))
    severity = fail_on or Severity.VIOLATION
    with ExitStack() as stack:
        for format, path in outputs:
            pieces = render(report, format, baseline=baseline, fail_on=severity)
            file = stack.enter_context(whole_file(path))
            file.writelines(piece.encode("utf-8", "backslashreplace") for piece in pieces)
            file.flush()


def default_report_format() -> str:
    """Return the format of a report where none was asked for."""
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "human"


def write_pieces(pieces: Iterable[str]) -> None:
    """Write pieces of text to standard output as they come."""
    sys.stdout.flush()
    for piece in pieces:
        sys.stdout.buffer.write(piece.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def write_text(text: str) -> None:
    """Write a text to standard output, with a line end when it lacks one."""
    write_bytes(text.encode("utf-8", "backslashreplace"))


def write_bytes(content: bytes) -> None:
    """Write all bytes to standard output, with a line end when they lack one."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content if content.endswith(b"\n") else content + b"\n")
    sys.stdout.buffer.flush()


def _wants_color(choice: str) -> bool:
    """Decide on colours; NO_COLOR counts when it is set and not empty (no-color.org)."""
    if choice != "auto":
        return choice == "always"
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not plain
