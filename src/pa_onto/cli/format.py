"""``pa-onto format``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("format")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit 1 on any difference."
)
def command(paths: tuple[Path, ...], only_check: bool) -> int:
    """Format Turtle files: one order of terms and properties, one object a line.

    PATHS are files or folders; the default is ontology/ and shapes/ of the project. Comments
    are dropped: prose belongs into annotations.

    \b
    Examples:
      pa-onto format
      pa-onto format --check
      pa-onto format ontology/schemes/titles/mid.ttl
    """
    from ..canonical import write_whole
    from ..canonical.turtle import to_turtle
    from ..project import find_project
    from ..reading.rdf import parse_file, turtle_files

    project = find_project()
    changed = False
    for path in paths or (project.ontology, project.shapes):
        for file in turtle_files(path) if path.is_dir() else [path]:
            content = to_turtle(parse_file(file))
            if file.read_bytes() != content:
                changed = True
                click.echo(f"{'would reformat' if only_check else 'reformatted'}  {file}")
                if not only_check:
                    write_whole(file, content)
    return 1 if changed and only_check else 0
