"""``pa-onto load``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .options import data_loading, data_options, reads_folders
from .progress import Bar


@click.command("load")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option(
    "--store",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the store; made when it is not there.",
)
@click.option("--no-vocabulary", is_flag=True, help="Load the files alone.")
@data_options
@click.option("-q", "--quiet", is_flag=True, help="No progress and no count.")
@reads_folders("files")
def command(
    files: tuple[str, ...], store: Path, no_vocabulary: bool, quiet: bool, **options: Any
) -> int:
    """Load the vocabulary and each FILE into a store on disk, for `pa-onto serve --store`.

    Takes files of every format that validate takes, folders, patterns, and - for standard
    input, and adds to what the store holds; what stands in named graphs is in the default
    graph as well. The store is
    changed when all files are in it and on the disk, or not at all; a server that runs on it
    goes on with what it had until it is started again.

    \b
    Examples:
      pa-onto load --store crew.store crew.jsonl
      pa-onto load --store crew.store more/*.nt.gz --no-vocabulary
    """
    from ..project import find_project
    from ..stores import fill

    with Bar("loading", shown=not quiet) as bar:
        loading = data_loading(options, union=True, progress=bar.update)
        vocabulary = not no_vocabulary
        count = fill(store, find_project(), files, vocabulary=vocabulary, loading=loading)
    if not quiet:
        click.echo(f"pa-onto: {count} statements are in {store}.", err=True)
    return 0
