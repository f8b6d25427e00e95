"""``pa-onto serve``."""

from __future__ import annotations

import logging
import sys
from typing import Any

import click

from .options import reads_folders

_MEGABYTE = 1 << 20


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8000, show_default=True)
@click.option("--data", multiple=True, metavar="FILE", help="Serve these records as well.")
@click.option(
    "--store",
    type=click.Path(exists=True, file_okay=False),
    help="Serve the store in this folder, filled by `pa-onto load`.",
)
@click.option(
    "--allow-host", multiple=True, metavar="NAME", help="A name under which clients may ask."
)
@click.option(
    "--allow-origin",
    multiple=True,
    metavar="ORIGIN",
    help="A page whose scripts may read records; the vocabulary alone is open to all.",
)
@click.option("--timeout", type=click.FloatRange(0.1), default=30.0, show_default=True)
@click.option("--max-rows", type=click.IntRange(1), default=100_000, show_default=True)
@click.option("--max-mb", type=click.IntRange(1), default=32, show_default=True)
@click.option("--memory-mb", type=click.IntRange(16), default=1_024, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option(
    "--patience",
    type=click.FloatRange(0.1),
    default=15.0,
    show_default=True,
    help="Seconds for which a client may be silent in the middle of something.",
)
@click.option("-q", "--quiet", is_flag=True, help="No access log.")
@reads_folders("data")
def command(**options: Any) -> int:
    """Serve the vocabulary: SPARQL, its pages, a JSON API and reconciliation.

    Listens at this machine alone unless --host says otherwise, and changes nothing. One query
    may take --timeout seconds and --memory-mb megabytes beyond the data, and give --max-rows
    rows and --max-mb megabytes; --workers are answered at a time.

    \b
    Examples:
      pa-onto serve
      pa-onto serve --data crew.jsonl --port 8080
      pa-onto serve --store /var/lib/crew --host 0.0.0.0 --allow-host vocab.example.org
    """
    from ..errors import UsageError
    from ..project import find_project

    try:
        from ..server.http import run
    except ModuleNotFoundError as error:
        raise UsageError(
            f"The server needs {error.name}, which is not installed.",
            cure="Install it: pip install 'pa-onto[serve]'.",
        ) from error
    _log(quiet=options["quiet"])
    run(find_project(), _settings(options), lambda text: click.echo(f"pa-onto: {text}", err=True))
    return 0


def _settings(options: dict[str, Any]) -> Any:
    from ..server.settings import LOOPBACK, Settings
    from ..server.workers.limits import Limits

    limits = Limits(
        seconds=options["timeout"],
        memory=options["memory_mb"] * _MEGABYTE,
        rows=options["max_rows"],
        size=options["max_mb"] * _MEGABYTE,
        workers=options["workers"],
    )
    return Settings(
        options["host"],
        options["port"],
        options["data"],
        options["store"],
        tuple({*LOOPBACK, options["host"], *options["allow_host"]}),
        options["allow_origin"],
        limits,
        options["patience"],
    )


def _log(*, quiet: bool) -> None:
    """Write the access log and faults to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log = logging.getLogger("pa_onto")
    log.addHandler(handler)
    log.setLevel(logging.WARNING if quiet else logging.INFO)
