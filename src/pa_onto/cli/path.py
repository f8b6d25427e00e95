"""``pa-onto path``."""

from __future__ import annotations

import click

from .options import write_text


@click.command("path")
@click.argument("start", metavar="FROM")
@click.argument("goal", metavar="TO")
@click.option(
    "--most",
    type=click.IntRange(1, 50),
    default=3,
    show_default=True,
    help="How many routes at the most.",
)
@click.option("--only-stated", is_flag=True, help="Leave derived steps out.")
@click.option(
    "--format", type=click.Choice(["table", "json", "dot"]), default="table", show_default=True
)
@click.option("--lang", default="en", show_default=True, help="The language of the labels.")
def command(start: str, goal: str, most: int, only_stated: bool, format: str, lang: str) -> int:
    """Show the career steps that lead FROM one title TO another.

    Titles are given as codes, labels in any case, CURIEs or IRIs; messy ones are resolved.
    A step is stated by the vocabulary, or derived: same department, next level. Routes with
    the fewest derived steps come first, then those with the fewest steps; the shortest of all
    is always among them. Every step says which skills and duties it asks for that the title
    before did not. Exits 1 when no steps lead there, or no title is called that.

    \b
    Examples:
      pa-onto path "Production Assistant" "Line Producer"
      pa-onto path "2ND ASST DIR." "1st AD" --most 1
      pa-onto path PA UPM --only-stated
      pa-onto path "Set PA" "1st AD" --format json
      pa-onto path "Office PA" "VP of Production" --format dot | dot -Tsvg > career.svg
    """
    from ..careers import path

    career = path(start, goal, most=most, only_stated=only_stated, language=lang)
    for notice in career.notices:
        click.echo(f"pa-onto: {notice}", err=True)
    from ..report import careers as forms

    as_text = {
        "table": forms.career_as_text,
        "json": forms.career_as_json,
        "dot": forms.career_as_dot,
    }
    write_text(as_text[format](career))
    return 1 if career.status == "none" else 0
