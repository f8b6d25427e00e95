"""``pa-onto show``."""

from __future__ import annotations

import click

from ..errors import NotFoundError
from .options import write_bytes, write_text


@click.command("show")
@click.argument("term")
@click.option(
    "--format", type=click.Choice(["text", "json", "turtle"]), default="text", show_default=True
)
@click.option("--lang", default="en", show_default=True, help="The language of the labels.")
def command(term: str, format: str, lang: str) -> int:
    """Show TERM, given as a code, a label in any case, a CURIE or an IRI.

    A title comes in sections: where it stands on the ladder, with the steps into and out of
    it; who is who to it; what it is mapped to; the work; names and notes. A messy title is
    resolved where no label is that. Exits 1 when nothing is called that.

    \b
    Examples:
      pa-onto show second-assistant-director
      pa-onto show UPM
      pa-onto show "2ND ASST DIR." --format json
      pa-onto show skill:communication-skills --format turtle
    """
    from ..terms import describe

    try:
        found = describe(term, language=lang)
    except NotFoundError as error:
        from .mistakes import file_hint

        error.cure = file_hint([term]) or error.cure
        raise
    if found.notice:
        click.echo(f"pa-onto: {found.notice}", err=True)
    if format == "turtle":
        from ..canonical.turtle import to_turtle

        write_bytes(to_turtle(found.triples))
        return 0
    from ..report.terms import term_as_json, term_as_text

    write_text(term_as_json(found) if format == "json" else term_as_text(found))
    return 0
