"""``pa-onto check``."""

from __future__ import annotations

import click

from .options import engine_option, print_report


@click.command("check")
@engine_option
@click.option("--format", type=click.Choice(["human", "json"]), default="human", show_default=True)
def command(engine: str, format: str) -> int:
    """Check the vocabulary itself: its shapes, SKOS integrity and OWL 2 RL consistency.

    \b
    Examples:
      pa-onto check
      pa-onto check --engine pyshacl --format json
    """
    from ..quality import check

    report = check(engine=engine)
    print_report(report, format)
    return 0 if report.conforms else 1
