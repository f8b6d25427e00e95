"""``pa-onto publish``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("publish")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder; default dist/."
)
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit 1 on any difference."
)
def command(out: Path | None, only_check: bool) -> int:
    """Write the vocabulary as Turtle, N-Triples, RDF/XML, JSON-LD and TriG, with its context.

    The same sources give the same bytes, on any machine and at any time.

    \b
    Examples:
      pa-onto publish
      pa-onto publish --check
      pa-onto publish --out /tmp/site
    """
    from ..publication import drift, publish

    if only_check:
        names = drift(out=out)
        for name in names:
            click.echo(f"{name} differs from what the sources give; run `pa-onto publish`.")
        if not names:
            click.echo("Everything published is up to date.", err=True)
        return 1 if names else 0
    done = publish(out=out)
    for name in sorted((*done.written, *done.unchanged)):
        click.echo(f"{'wrote' if name in done.written else 'unchanged':9}  {done.folder / name}")
    click.echo(f"{done.stated} statements and {done.derived} derived ones.", err=True)
    return 0
