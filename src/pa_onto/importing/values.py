"""Read the cells of one key as the value it has in a record, by what a mapping says of it."""

from __future__ import annotations

from typing import NamedTuple

from .cells import odd_character, shown
from .dates import date_reader
from .fields import Field
from .mapping import Mapping
from .names import Names, labelled
from .numbers import NumberFormat, as_json, read_number
from .positions import Titles
from .templates import Template, as_iri, as_text


class Reason(NamedTuple):
    """Why a row became no record: the key at fault, what kind of fault, and a sentence."""

    key: str
    kind: str
    message: str


#: A text, number or truth value, None for what is not given, or why there is none.
Value = str | int | float | bool | Reason | None


class Values:
    """Reads values by one mapping."""

    def __init__(self, mapping: Mapping, titles: Titles, vocabulary: str) -> None:
        self._mapping = mapping
        self._titles = titles
        self._names = {
            name: labelled(field.space, field.codes, vocabulary)
            if field.space
            else Names(field.codes)
            for name, field in mapping.fields.by_name.items()
            if field.codes
        }

    def id(self, cells: tuple[str, ...]) -> Value:
        """Return the id that cells make, one for each column of its template."""
        template = self._mapping.id
        for column, cell in zip(template.columns, cells, strict=True):
            if not cell:
                return Reason("id", "empty cell", f"id: the cell of {shown(column)} is empty")
        return _link("id", template, cells)

    def value(self, field: Field, template: Template, cells: tuple[str, ...]) -> Value:
        """Return the value of a key that cells make, one for each column of its template.

        A number whose period stands in a column has the cell of that column at the end.
        """
        count = len(template.columns)
        translated = tuple(self.translated(field.name, cell) for cell in cells[:count])
        if not all(translated):
            return None
        text = as_text(template, translated)
        if odd := odd_text(field.name, text):
            return odd
        if field.kind == "link":
            return _link(field.name, template, translated)
        if field.kind == "number":
            return self._number(field, text, cells[count:])
        return self._text(field, text)

    def translated(self, key: str, cell: str) -> str:
        """Return what the mapping says that a cell means, or else the cell."""
        values = self._mapping.values.get(key)
        return values.get(cell.casefold(), cell) if values else cell

    def _text(self, field: Field, text: str) -> Value:
        if field.kind == "date":
            return self._date(field, text)
        if field.codes:
            return self._code(field, text)
        if field.kind == "boolean" and text.casefold() in ("true", "false"):
            return text.casefold() == "true"
        return text

    def _date(self, field: Field, text: str) -> Value:
        formats = self._mapping.dates[field.name]
        for format in formats:
            if (found := date_reader(format)(text)) is not None:
                return found
        wanted = " or ".join(formats)
        return Reason(field.name, "no date", f"{field.name}: {shown(text)} is no date {wanted}")

    def _number(self, field: Field, text: str, period: tuple[str, ...]) -> Value:
        format = self._mapping.numbers.get(field.name, NumberFormat())
        number, times = read_number(text, format), format.times
        if number is None:
            message = f"{field.name}: {shown(text)} is no number as the mapping has them"
            return Reason(field.name, "no number", message)
        for per in period:
            if per.casefold() not in format.rates:
                what = shown(per) if per else "an empty cell"
                message = f"{field.name}: {what} in {shown(format.per)} is no period of the mapping"
                return Reason(field.name, "unknown period", message)
            times = format.rates[per.casefold()]
        found = as_json(number * times)
        if found is None:
            message = f"{field.name}: {shown(text)} has too many digits"
            return Reason(field.name, "no number", message)
        return found

    def _code(self, field: Field, text: str) -> Value:
        names = self._names[field.name]
        code = names.find(text)
        if code is None and field.name == self._titles.department_key:
            code = self._titles.department(text)
        if code is not None:
            return code
        if text.startswith(("http://", "https://")) and field.space:
            # A full IRI is left to the shapes, which know whether there is such a concept.
            return text
        close = names.nearest(text)
        hint = f"did you mean {close}?" if close else f"translate it under [values.{field.name}]"
        message = f"{field.name}: {shown(text)} is no {field.label} that is known; {hint}"
        return Reason(field.name, "unknown value", message)


def odd_text(key: str, text: str) -> Reason | None:
    """Return what is wrong with a text in which there are control characters."""
    found = odd_character(text, controls=True)
    if not found:
        return None
    return Reason(key, "invisible character", f"{key}: {shown(text)} holds {found}; take it out")


def _link(key: str, template: Template, cells: tuple[str, ...]) -> Value:
    iri, why = as_iri(template, cells)
    return Reason(key, "no IRI", f"{key}: {shown(' '.join(cells))} {why}") if why else iri
