"""Options and outputs that several verbs share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

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
            raise click.BadParameter(
                f"{value!r} is not FORMAT=FILE, with one of {', '.join(REPORT_FORMATS)}.",
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
    help="The SHACL engine: shacl is fast, pyshacl the reference.",
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
    from ..stores import Loading

    def notice(text: str) -> None:
        from ..report import printable

        click.echo(f"pa-onto: {printable(text)}", err=True)

    given = {"base": options.pop("base"), "format": options.pop("input_format")}
    return Loading(**given, **{"notice": notice, **more})


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
    """Write a report to files, each whole or not at all.

    Raises UsageError when a file is one of those that were judged.
    """
    from ..canonical.files import whole_file
    from ..errors import UsageError
    from ..model import Severity
    from ..report import render

    judged = {Path(file).resolve() for file in report.files}
    for format, path in outputs:
        if path.resolve() in judged:
            raise UsageError("An input would be overwritten.", cure="Name another file.")
        pieces = render(report, format, baseline=baseline, fail_on=fail_on or Severity.VIOLATION)
        with whole_file(path) as file:
            file.writelines(piece.encode("utf-8", "backslashreplace") for piece in pieces)


def default_report_format() -> str:
    """Return the format of a report where none was asked for."""
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "human"


def write_pieces(pieces: Iterable[str]) -> None:
    """Write pieces of text to standard output as they come."""
    sys.stdout.flush()
    with open(sys.stdout.fileno(), "wb", closefd=False) as output:
        for piece in pieces:
            output.write(piece.encode("utf-8", "backslashreplace"))


def write_text(text: str) -> None:
    """Write a text to standard output, with a line end when it lacks one."""
    write_bytes(text.encode("utf-8", "backslashreplace"))


def write_bytes(content: bytes) -> None:
    """Write all bytes to standard output, with a line end when they lack one.

    Where Python runs unbuffered, ``sys.stdout`` may write a part and say nothing.
    """
    sys.stdout.flush()
    with open(sys.stdout.fileno(), "wb", closefd=False) as output:
        output.write(content if content.endswith(b"\n") else content + b"\n")


def _wants_color(choice: str) -> bool:
    """Decide on colours; NO_COLOR counts when it is set and not empty (no-color.org)."""
    if choice != "auto":
        return choice == "always"
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not plain
