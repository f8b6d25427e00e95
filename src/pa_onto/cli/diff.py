"""``pa-onto diff``."""

from __future__ import annotations

import click

from .options import write_pieces, write_text


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--format",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
)
@click.option("--derived", is_flag=True, help="Tell what merely follows from other changes too.")
def command(old: str, new: str, format: str, derived: bool) -> int:
    """Say what changed from the vocabulary OLD to NEW, and which version step that asks for.

    Each is a file in any RDF format, a project, its ontology/, a published or released folder,
    or a git revision: REV is the project at that revision, REV:PATH a file or folder there.
    Names of blank nodes and the order of statements never show up. Exits 0 when both say the
    same, 1 when they differ, 2 when one cannot be read.

    \b
    Examples:
      pa-onto diff dist/0.1.0 .
      pa-onto diff HEAD~3 HEAD
      pa-onto diff v0.1.0 ontology --format markdown
      pa-onto diff old.ttl new.jsonld --format json
    """
    from ..changes import compare
    from ..changes.revisions import version_at
    from ..report import changes as forms

    before, after = version_at(old), version_at(new)
    found = compare(before, after)
    if format == "json":
        write_pieces(forms.as_json(before, after, found))
    elif format == "markdown":
        write_text(forms.as_markdown(found, derived=derived) or "Nothing changed.")
    else:
        write_text(forms.as_text(before, after, found, derived=derived))
    return 1 if found else 0
