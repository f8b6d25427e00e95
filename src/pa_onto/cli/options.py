"""Options and outputs that several verbs share."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..model import Report

engine_option = click.option(
    "--engine",
    type=click.Choice(["shacl", "pyshacl"]),
    default="shacl",
    show_default=True,
    help="The SHACL engine: shacl is fast, pyshacl the reference.",
)


def print_report(report: Report, format: str) -> None:
    """Print a report on standard output, its notices on standard error."""
    for notice in report.notices:
        click.echo(f"pa-onto: {notice}", err=True)
    if format == "json":
        from ..report import as_json

        write_text(as_json(report))
    else:
        from ..report import human

        write_text(human(report))


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
