"""What a mapping says of one key: a column, or a text with the names of columns in braces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple
from urllib.parse import quote

from ..errors import InputError
from .cells import normalized, odd_character

_PART: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|([{}])")
_DOTS: Final = re.compile(r"(?<=/)\.{1,2}(?=[/?#]|$)")


class Template(NamedTuple):
    """Texts with a column after each but the last; without texts the one column itself."""

    texts: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def is_column(self) -> bool:
        """Whether this is nothing but the name of a column."""
        return not self.texts


def parse_template(text: str) -> Template:
    """Return what a text stands for; doubled braces are braces.

    Raises InputError for a brace that is alone. Without braces it is the name of a column.
    """
    if "{" not in text and "}" not in text:
        return Template((), (text.strip(),))
    texts, columns, start = [""], [], 0
    for found in _PART.finditer(text):
        texts[-1] += text[start : found.start()]
        start = found.end()
        if found[2]:
            raise InputError(f"A brace is alone in {text!r}.", cure="Double braces that are text.")
        if found[1] is None:
            texts[-1] += found[0][0]
        else:
            columns.append(found[1].strip())
            texts.append("")
    texts[-1] += text[start:]
    return Template(tuple(texts), tuple(columns))


def as_text(template: Template, cells: Sequence[str]) -> str:
    """Return the text of a template with cells in it."""
    if template.is_column:
        return cells[0]
    return template.texts[0] + "".join(
        cell + text for cell, text in zip(cells, template.texts[1:], strict=True)
    )


def as_iri(template: Template, cells: Sequence[str]) -> tuple[str, str]:
    """Return an IRI and why there is none, one of them empty.

    Cells are composed (Unicode normalization form C) and percent-encoded (RFC 3986, section
    2.1), so that none can end a part of the IRI and begin another.
    """
    for cell in cells:
        if found := odd_character(cell):
            return "", f"holds {found}, which nobody can see"
    if template.is_column:
        return cells[0], ""
    iri = as_text(template, [quote(normalized(cell), safe="") for cell in cells])
    if _DOTS.search(iri.partition("://")[2]):
        return "", "is nothing but dots, which lead to another folder"
    return iri, ""
