"""``pa-onto push``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from .options import (
    data_loading,
    data_options,
    reads_folders,
    remote_options,
    remote_settings,
    write_text,
)
from .progress import Bar

if TYPE_CHECKING:
    from ..remote import Pushed

_KINDS = ["fuseki", "oxigraph", "graphdb", "virtuoso", "neptune", "qlever", "generic"]


@click.command("push")
@click.argument("url", required=False)
@click.option("--graph", metavar="IRI", help="The graph; by default that of the vocabulary.")
@click.option("--data", multiple=True, metavar="FILE", help="Push files, not the vocabulary.")
@data_options
@click.option("--add", is_flag=True, help="Keep what is in the graph.")
@click.option(
    "--store-kind", "kind", type=click.Choice(_KINDS), help="By default told by URL and server."
)
@click.option("--query-url", "query", metavar="URL", help="Where the store takes queries.")
@click.option("--update-url", "update", metavar="URL", help="Where the store takes updates.")
@click.option("--no-verify", is_flag=True, help="Do not look at what the store holds.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; nothing is written.")
@click.option("--list", "only_list", is_flag=True, help="List the kinds of stores.")
@remote_options(timeout=600)
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-q", "--quiet", is_flag=True, help="No progress and no notices.")
@reads_folders("data")
def command(
    url: str | None, only_list: bool, no_verify: bool, format: str, quiet: bool, **options: Any
) -> int:
    """Put the published vocabulary, or files, into a named graph of the store at URL.

    Uses the Graph Store Protocol: PUT, or POST with --add; where a store has none, SPARQL
    Update into a graph that takes the place of the old one at the end. The result is counted
    and compared. When a push fails, the error says what the graph holds.

    URL is what --list shows for the kind of store. User and password come from PA_ONTO_USER
    and PA_ONTO_PASSWORD or ~/.netrc, a token from PA_ONTO_TOKEN.

    \b
    Examples:
      pa-onto push http://localhost:7878 --dry-run
      pa-onto push http://localhost:3030/jobs --store-kind fuseki
      pa-onto push http://localhost:8890 --graph https://hr.example.com/crew --data crew.jsonl
    """
    if only_list:
        write_text(_listing())
        return 0
    if url is None:
        raise click.UsageError("Name the URL of a store.", click.get_current_context())
    from ..remote import push

    settings = remote_settings(options)
    loading = data_loading(options, **({"notice": lambda text: None} if quiet else {}))
    with Bar("pushing", shown=not quiet) as bar:
        pushed = push(
            url,
            settings=settings,
            verify=not no_verify,
            progress=bar.update,
            loading=loading,
            **options,
        )
    if pushed.notice and not quiet:
        click.echo(f"pa-onto: {pushed.notice}", err=True)
    write_text(_shown(pushed, dry_run=options["dry_run"], format=format))
    return 0


def _shown(pushed: Pushed, *, dry_run: bool, format: str) -> str:
    if format == "json":
        return json.dumps({**pushed._asdict(), "dry_run": dry_run}, ensure_ascii=False)
    from ..report import printable

    before = "unknown" if pushed.before is None else f"{pushed.before} statements"
    rows = [
        ("would push" if dry_run else "pushed", f"{pushed.statements} statements"),
        ("by", pushed.method),
        ("to", f"{pushed.url} ({pushed.kind})"),
        ("graph", pushed.graph),
        ("before", f"{before}{', kept' if pushed.method == 'POST' else ''}"),
    ]
    if not dry_run:
        now = "not looked at" if pushed.now is None else f"{pushed.now} statements"
        rows.append(("now", f"{now}{', ' if pushed.verified else ''}{pushed.verified}"))
    return "\n".join(f"{name:10}  {printable(value)}" for name, value in rows)


def _listing() -> str:
    from ..remote import PRESETS
    from ..report import table

    rows = [
        (
            kind,
            preset.base,
            _path(preset.store),
            _path(preset.query),
            _path(preset.update),
        )
        for kind, preset in PRESETS.items()
    ]
    return table(("kind", "URL", "graph store", "queries", "updates"), rows)


def _path(path: str) -> str:
    return f"/{path}" if path else "the same"
