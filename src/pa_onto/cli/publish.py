"""``pa-onto publish``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click

if TYPE_CHECKING:
    from ..publication import Published
    from ..publication.releasing import Plan

T = TypeVar("T")
#: So many files are named without being asked for.
_SHOWN: Final = 20
_DRIFT: Final = {
    "changed": "differs from what the sources give",
    "missing": "is missing",
    "stale": "is published no more",
}


@click.command("publish")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder; default dist/."
)
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit 1 on any difference."
)
@click.option("-v", "--verbose", is_flag=True, help="Name every file.")
@click.option("--self-test", is_flag=True, help="Serve the published files and ask for all.")
@click.option(
    "--format",
    type=click.Choice(["human", "json"]),
    default="human",
    show_default=True,
    help="Format of what --self-test finds.",
)
@click.option("--release", metavar="X.Y.Z", help="Release this version; see docs/releases.md.")
def command(
    out: Path | None,
    only_check: bool,
    verbose: bool,
    self_test: bool,
    format: str,
    release: str | None,
) -> int:
    """Write the vocabulary as Turtle, N-Triples, RDF/XML, JSON-LD and TriG, with its context.

    The same sources give the same bytes, on any machine and at any time. --release writes
    dist/X.Y.Z/ besides, which never changes, the version in pyproject.toml and the section in
    CHANGELOG.md. It exits 1 when the check of the vocabulary finds something, and when the step
    from the last release is too small for what has changed. --self-test serves the published
    files by Apache, nginx and our own reading of the redirect rules, asks for every IRI in every
    format, and exits 1 on any wrong answer.

    \b
    Examples:
      pa-onto publish
      pa-onto publish --check
      pa-onto publish --out /tmp/site
      pa-onto publish --self-test
      pa-onto publish --release 0.2.0
    """
    if self_test:
        if only_check or release is not None:
            message = "--self-test goes with neither --check nor --release."
            raise click.UsageError(message, click.get_current_context())
        from .self_test import self_test as run

        return run(out, format)
    if release is not None:
        if out or only_check:
            message = "--release goes with neither --out nor --check."
            raise click.UsageError(message, click.get_current_context())
        return _release(release)
    return _check(out, verbose) if only_check else _publish(out, verbose)


def _check(out: Path | None, verbose: bool) -> int:
    from ..project import find_project
    from ..publication import drift
    from ..publication.releases import damaged
    from .progress import Bar

    changed = damaged(out or find_project().dist)
    for name in changed:
        click.echo(f"{name} is not as it was released; restore it.")
    with Bar("comparing") as bar:
        found = drift(out=out, progress=bar.update)
    for path, problem in _some(found, verbose):
        click.echo(f"{path} {_DRIFT[problem]}; run `pa-onto publish`.")
    if not found and not changed:
        click.echo("Everything published is up to date.", err=True)
    return 1 if found or changed else 0


def _publish(out: Path | None, verbose: bool) -> int:
    from ..publication import publish
    from .progress import Bar

    with Bar("publishing") as bar:
        done = publish(out=out, progress=bar.update)
    changes = [*(("wrote", path) for path in done.written)]
    changes += [*(("removed", path) for path in done.removed)]
    if verbose:
        changes += [("unchanged", path) for path in done.unchanged]
    for verb, path in _some(sorted(changes, key=lambda change: change[1]), verbose):
        click.echo(f"{verb:9}  {done.folder / path}")
    for path in done.kept:
        click.echo(
            f"pa-onto: {done.folder / path} is published no more, but was changed by hand.",
            err=True,
        )
    click.echo(_summary(done))
    click.echo(f"{done.stated} statements and {done.derived} derived ones.", err=True)
    return 0


def _some(lines: list[T], verbose: bool) -> list[T]:
    """Return as many lines as somebody reads, and say how many there are besides."""
    if verbose or len(lines) <= _SHOWN:
        return lines
    click.echo(f"pa-onto: {len(lines)} files, {_SHOWN} of them below; -v names all.", err=True)
    return lines[:_SHOWN]


def _summary(done: Published) -> str:
    """Return how many files there are of each kind, and how many of them are new."""
    from ..publication.folder import kinds

    files = [*done.written, *done.unchanged]
    counts = ", ".join(f"{count} {kind}" for kind, count in kinds(files).items())
    removed = f", {len(done.removed)} removed" if done.removed else ""
    changed = f"{len(done.written)} written{removed}, {len(done.unchanged)} unchanged"
    return f"{len(files)} files in {done.folder} ({counts}): {changed}."


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
    click.echo(f"{'wrote' if done.written else 'unchanged':9}  {done.folder}")
    return 0


def _refuse(asked: Plan) -> None:
    from ..report.changes import as_items
    from .options import write_text

    click.echo(f"pa-onto: {asked.problem}", err=True)
    if asked.demanding:
        write_text(as_items(asked.demanding))
