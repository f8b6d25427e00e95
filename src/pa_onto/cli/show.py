"""``pa-onto show``."""

from __future__ import annotations

import click

from .options import write_bytes, write_text


@click.command("show")
@click.argument("term")
@click.option(
    "--format", type=click.Choice(["text", "json", "turtle"]), default="text", show_default=True
)
@click.option("--lang", default="en", show_default=True, help="The language of the labels.")
def command(term: str, format: str, lang: str) -> int:
    """Show TERM, given as a code, a label in any case, a CURIE or an IRI.

    Exits 1 when nothing is called that.

    \b
    Examples:
      pa-onto show second-assistant-director
      pa-onto show UPM
      pa-onto show skill:communication-skills --format turtle
    """
    from ..terms import describe

    try:
        found = describe(term, language=lang)
    except LookupError as error:
        click.echo(f"pa-onto: {error.args[0]}", err=True)
        return 1
    if format == "turtle":
        from ..canonical.turtle import to_turtle

        write_bytes(to_turtle(found.triples))
    elif format == "json":
        import json

        content = {
            "id": found.iri,
            "type": found.types,
            "label": found.label,
            "definition": found.definition,
            "properties": dict(found.properties),
            "inbound": dict(found.inbound),
        }
        write_text(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        from ..report import description

        write_text(description(found))
    return 0
