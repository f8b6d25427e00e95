"""``pa-onto check``."""

from __future__ import annotations

import click

from .options import REPORT_FORMATS, engine_option, print_report


@click.command("check")
@engine_option
@click.option("--fair", is_flag=True, help="Judge it by the FAIR principles instead.")
@click.option("--format", type=click.Choice(REPORT_FORMATS), default="human", show_default=True)
def command(engine: str, fair: bool, format: str) -> int:
    """Check the vocabulary itself: its shapes, SKOS integrity and OWL 2 RL consistency.

    --fair asks the 24 questions of the pitfall scanner FOOPS! instead, of the vocabulary and of
    what is published in dist/, without a network; what only others can tell is left open. Exit
    code 1: something was found, or a test failed.

    \b
    Examples:
      pa-onto check
      pa-onto check --engine pyshacl --format json
      pa-onto check --fair
    """
    if fair:
        from .fair import check_fair

        return check_fair(format)
    from ..quality import check

    report = check(engine=engine)
    print_report(report, format)
    return 0 if report.conforms else 1
