"""``pa-onto serve``."""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click

from .options import data_options, reads_folders

_MEGABYTE = 1 << 20


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8000, show_default=True)
@click.option("--data", multiple=True, metavar="FILE", help="Serve these files as well.")
@data_options
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
@click.option("--heavy", type=click.IntRange(1, 64), default=4, show_default=True)
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
    rows and --max-mb megabytes; --workers are answered at a time. A query that takes long makes
    room for others: --heavy of those are worked on beside them.

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
    with kept(options["data"]) as options["data"]:
        run(
            find_project(),
            _settings(options),
            lambda text: click.echo(f"pa-onto: {text}", err=True),
        )
    return 0


@contextmanager
def kept(paths: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Keep what can be read only once, pipes and standard input, for as long as we serve."""
    from ..reading.inputs import is_pipe

    once = {path for path in paths if path == "-" or is_pipe(path)}
    with tempfile.TemporaryDirectory(prefix="pa-onto-") if once else nullcontext("") as folder:
        copies = [_copy(path, Path(folder, str(n))) for n, path in enumerate(paths) if path in once]
        yield (*(path for path in paths if path not in once), *copies)


def _copy(path: str, place: Path) -> str:
    with nullcontext(sys.stdin.buffer) if path == "-" else Path(path).open("rb") as stream:
        place.mkdir()
        head = stream.read(2)
        # A file is known to be packed by its name.
        name = Path(path).name if path != "-" else "stdin"
        copy = place / (f"{name}.gz" if head == b"\x1f\x8b" and name[-3:] != ".gz" else name)
        with copy.open("wb") as target:
            target.write(head)
            shutil.copyfileobj(stream, target)
    return str(copy)


def _settings(options: dict[str, Any]) -> Any:
    from ..server.settings import LOOPBACK, Settings
    from ..server.workers.limits import Limits

    limits = Limits(
        seconds=options["timeout"],
        memory=options["memory_mb"] * _MEGABYTE,
        rows=options["max_rows"],
        size=options["max_mb"] * _MEGABYTE,
        workers=options["workers"],
        heavy=options["heavy"],
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
        options["base"],
        options["input_format"],
    )


def _log(*, quiet: bool) -> None:
    """Write the access log and faults to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log = logging.getLogger("pa_onto")
    log.addHandler(handler)
    log.setLevel(logging.WARNING if quiet else logging.INFO)
