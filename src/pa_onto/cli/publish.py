"""``pa-onto publish``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..publication.releasing import Plan


@click.command("publish")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder; default dist/."
)
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit 1 on any difference."
)
@click.option("--release", metavar="X.Y.Z", help="Release this version; see docs/releases.md.")
def command(out: Path | None, only_check: bool, release: str | None) -> int:
    """Write the vocabulary as Turtle, N-Triples, RDF/XML, JSON-LD and TriG, with its context.

    The same sources give the same bytes, on any machine and at any time. --release writes
    dist/X.Y.Z/ besides, which never changes, the version in pyproject.toml and the section in
    CHANGELOG.md. It exits 1 when the check of the vocabulary finds something, and when the step
    from the last release is too small for what has changed.

    \b
    Examples:
      pa-onto publish
      pa-onto publish --check
      pa-onto publish --out /tmp/site
      pa-onto publish --release 0.2.0
    """
    if release is not None:
        if out or only_check:
            message = "--release goes with neither --out nor --check."
            raise click.UsageError(message, click.get_current_context())
        return _release(release)
    return _check(out) if only_check else _publish(out)


def _check(out: Path | None) -> int:
    from ..project import find_project
    from ..publication import drift
    from ..publication.releases import damaged

    changed = damaged(find_project().dist)
    for name in changed:
        click.echo(f"{name} is not as it was released; restore it.")
    names = drift(out=out)
    for name in names:
        click.echo(f"{name} differs from what the sources give; run `pa-onto publish`.")
    if not names and not changed:
        click.echo("Everything published is up to date.", err=True)
    return 1 if names or changed else 0


def _publish(out: Path | None) -> int:
    from ..publication import publish

    done = publish(out=out)
    for name in sorted((*done.written, *done.unchanged)):
        click.echo(f"{'wrote' if name in done.written else 'unchanged':9}  {done.folder / name}")
    click.echo(f"{done.stated} statements and {done.derived} derived ones.", err=True)
    return 0


def _release(version: str) -> int:
    from ..project import find_project
    from ..publication import publish
    from ..publication.releasing import plan, release
    from ..quality import check

    project = find_project()
    asked = plan(project, version)
    if asked.problem:
        _refuse(asked)
        return 1
    report = check(project)
    if not report.conforms:
        from .options import print_report

        print_report(report, "human")
        click.echo(f"pa-onto: {version} is not released: the check found something.", err=True)
        return 1
    for path in release(asked):
        click.echo(f"wrote      {path}")
    done = publish(find_project())
    count = len(done.written) + len(done.unchanged)
    click.echo(f"wrote      {len(done.written)} of {count} files in {done.folder}")
    return 0


def _refuse(asked: Plan) -> None:
    from ..report.changes import as_items
    from .options import write_text

    click.echo(f"pa-onto: {asked.problem}", err=True)
    if asked.demanding:
        write_text(as_items(asked.demanding))
