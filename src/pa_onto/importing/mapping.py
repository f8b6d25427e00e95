"""Read a mapping: a TOML file that says which column of an export holds which key.

Everything in it is checked before a row is read, and an error names the file and the key.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from ..errors import InputError, PaOntoError
from ..project import Project, find_project
from ..reading.inputs import read_path
from ..reading.nearest import nearest
from .dates import date_reader
from .fields import Field, Fields, read_fields
from .numbers import NumberFormat
from .templates import Template, as_iri, parse_template

_T = TypeVar("_T")
_SECTIONS: Final = (
    *("type", "id", "encoding", "delimiter", "header"),
    *("columns", "constants", "context", "dates", "numbers", "values"),
)
_CONTEXT: Final = ("department", "employer")
_NUMBERS: Final = ("decimal", "thousands", "symbols", "times", "per")
_FORMAT: Final = "YYYY-MM-DD"
# Beyond it two numbers may be one in JSON; not a number is less than nothing.
_LARGE: Final = 10**15


class Mapping(NamedTuple):
    """What a mapping says, by key; ``fields`` are the keys of its type of record.

    ``dates`` has the formats of a key, ``values`` its values by what the export writes for
    them, in lower case; ``context`` the columns that help to tell what a title means.
    """

    file: str
    fields: Fields
    id: Template
    columns: dict[str, Template]
    constants: dict[str, Any]
    context: dict[str, str]
    dates: dict[str, tuple[str, ...]]
    numbers: dict[str, NumberFormat]
    values: dict[str, dict[str, str]]
    encoding: str = "utf-8"
    delimiter: str = ""
    header: int = 1

    def used(self) -> Iterable[tuple[str, str]]:
        """Yield every column that is named, with the place in the mapping that names it."""
        yield from ((column, "id") for column in self.id.columns)
        for key, template in self.columns.items():
            yield from ((column, f"columns.{key}") for column in template.columns)
        yield from ((column, f"context.{name}") for name, column in self.context.items())
        yield from ((n.per, f"numbers.{key}.per") for key, n in self.numbers.items() if n.per)


def read_mapping(path: str | Path, project: Project | None = None) -> Mapping:
    """Read a mapping for the records of a project.

    Raises InputError for what is no TOML, and for what the project has no key or no value for.
    """
    file = str(path)
    try:
        content = tomllib.loads(read_path(file))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"Not TOML: {error}.", cure="Correct the line.", file=file) from error
    return _Reader(file, content, project or find_project()).mapping()


class _Reader:
    """Checks one mapping section by section."""

    def __init__(self, file: str, content: dict[str, Any], project: Project) -> None:
        self._file = file
        self._content = content
        self._known(content, _SECTIONS, "")
        type = self._text(content, "type", "")
        self._fields = self._guarded("type", lambda: read_fields(project, type))

    def mapping(self) -> Mapping:
        """Return the mapping when all of it is right."""
        columns = {key: self._template(key) for key in self._keys("columns")}
        constants = {key: self._constant(key) for key in self._keys("constants")}
        for key in columns.keys() & constants.keys():
            cure = 'A value for empty cells is written under [values.…] as "" = "value".'
            raise self._wrong(f"constants.{key}", "stands in [columns] too.", cure)
        return Mapping(
            self._file,
            self._fields,
            self._id(),
            columns,
            constants,
            self._context(),
            self._dates(),
            {key: self._number(key) for key in self._keys("numbers", "number")},
            {key: self._values(self._fields.by_name[key]) for key in self._keys("values")},
            self._encoding(),
            self._delimiter(),
            self._header(),
        )

    def _id(self) -> Template:
        template = self._parsed(self._text(self._content, "id", ""), "id")
        self._iri(template, "id")
        return template

    def _template(self, key: str) -> Template:
        text = self._text(self._section("columns"), key, "columns.")
        template = self._parsed(text, f"columns.{key}")
        if self._fields.by_name[key].kind == "link":
            self._iri(template, f"columns.{key}")
        return template

    def _parsed(self, text: str, place: str) -> Template:
        template = self._guarded(place, lambda: parse_template(text))
        if not template.columns or "" in template.columns:
            cure = "Name a column, in braces where text stands around it."
            raise self._wrong(place, "names no column.", cure)
        return template

    def _iri(self, template: Template, place: str) -> None:
        """Refuse a template that makes no absolute IRI whatever the cells are."""
        import pyoxigraph as ox

        if template.is_column:
            return
        iri, why = as_iri(template, ["1"] * len(template.columns))
        try:
            ox.NamedNode(iri)
        except ValueError as error:
            why = str(error)
        if why or not template.texts[0].partition(":")[1]:
            cure = "Begin it like https://hr.example.com/positions/{Number}."
            raise self._wrong(place, "makes no absolute IRI.", cure)

    def _constant(self, key: str) -> Any:
        value = self._section("constants")[key]
        if isinstance(value, datetime.date):
            value = value.isoformat()
        number = isinstance(value, int | float) and abs(value) < _LARGE
        if not number and (not isinstance(value, str) or not value):
            raise self._wrong(f"constants.{key}", "is neither a text nor a number.", "")
        return self._checked(self._fields.by_name[key], value, f"constants.{key}")

    def _context(self) -> dict[str, str]:
        section = self._section("context")
        self._known(section, _CONTEXT, "context.")
        return {name: self._text(section, name, "context.").strip() for name in section}

    def _dates(self) -> dict[str, tuple[str, ...]]:
        dates = (name for name, field in self._fields.by_name.items() if field.kind == "date")
        found: dict[str, tuple[str, ...]] = dict.fromkeys(dates, (_FORMAT,))
        for key in self._keys("dates", "date"):
            formats = self._texts(self._section("dates")[key], f"dates.{key}")
            for format in formats:
                self._guarded(f"dates.{key}", partial(date_reader, format))
            found[key] = formats
        return found

    def _number(self, key: str) -> NumberFormat:
        place, section = (
            f"numbers.{key}",
            self._table(self._section("numbers")[key], f"numbers.{key}"),
        )
        self._known(section, _NUMBERS, f"{place}.")
        decimal, thousands = section.get("decimal", "."), section.get("thousands", "")
        for name, mark in (("decimal", decimal), ("thousands", thousands)):
            if not isinstance(mark, str) or len(mark) > 1 or mark.isalnum():
                raise self._wrong(f"{place}.{name}", "is no mark of one character.", "")
        if decimal in ("", thousands):
            raise self._wrong(place, "has one mark for two things.", "Write decimal and thousands.")
        symbols = self._texts(section.get("symbols", []), f"{place}.symbols")
        symbols = tuple(sorted(symbols, key=lambda symbol: (-len(symbol), symbol)))
        times, per = section.get("times", 1), section.get("per", "")
        if isinstance(times, dict) != bool(per) or not isinstance(per, str):
            cure = "Name the column with per, and give times a value for each of its cells."
            raise self._wrong(f"{place}.times", "and per go together.", cure)
        if isinstance(times, dict):
            rates = {_folded(cell): self._rate(n, place) for cell, n in times.items()}
            return NumberFormat(decimal, thousands, symbols, per=per.strip(), rates=rates)
        return NumberFormat(decimal, thousands, symbols, self._rate(times, place))

    def _rate(self, number: Any, place: str) -> Decimal:
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number < 1e6:
            raise self._wrong(f"{place}.times", "is no positive number.", "")
        return Decimal(str(number))

    def _values(self, field: Field) -> dict[str, str]:
        place = f"values.{field.name}"
        section = self._table(self._section("values")[field.name], place)
        found: dict[str, str] = {}
        for cell, value in section.items():
            if not isinstance(value, str):
                raise self._wrong(f"{place}.{cell!r}", "is no text.", "Put it in quotation marks.")
            value = self._checked(field, value, f"{place}.{cell!r}") if value else value
            if found.setdefault(_folded(cell), value) != value:
                raise self._wrong(f"{place}.{cell!r}", "is given twice, whatever the case.", "")
        return found

    def _checked(self, field: Field, value: Any, place: str) -> Any:
        """Return a value; raise InputError when it is none of those that a key may have."""
        if field.codes and value not in field.codes and ":" not in str(value):
            close = nearest(str(value), field.codes, 0.5)
            hint = f"Did you mean {close}?" if close else f"Use {', '.join(field.codes[:12])}."
            raise self._wrong(place, f"is no {field.name}: {value!r}.", hint)
        return value

    def _encoding(self) -> str:
        encoding = self._content.get("encoding", "utf-8")
        try:
            "".encode(encoding)
        except (LookupError, TypeError, ValueError):
            cure = "Use utf-8, utf-16 or windows-1252."
            raise self._wrong("encoding", f"is unknown: {encoding!r}.", cure) from None
        return str(encoding)

    def _delimiter(self) -> str:
        delimiter = self._content.get("delimiter", "")
        if not isinstance(delimiter, str) or len(delimiter) > 1 or delimiter in ('"', "\r", "\n"):
            raise self._wrong("delimiter", "is no single character.", 'Write "\\t" for a tab.')
        return delimiter

    def _header(self) -> int:
        header = self._content.get("header", 1)
        if isinstance(header, bool) or not isinstance(header, int) or not 0 < header < 10_000:
            cure = "Give the number of the line that names the columns."
            raise self._wrong("header", f"is no line: {header!r}.", cure)
        return header

    def _keys(self, section: str, kind: str = "") -> list[str]:
        """Return the keys of a section, of which the records must have each."""
        found = self._section(section)
        known = [n for n, f in self._fields.by_name.items() if kind in ("", f.kind)]
        self._known(found, known, f"{section}.")
        return list(found)

    def _section(self, name: str) -> dict[str, Any]:
        return self._table(self._content.get(name, {}), name)

    def _table(self, value: Any, place: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._wrong(place, "is no table.", f"Write [{place}] and its keys below it.")
        return value

    def _text(self, section: dict[str, Any], name: str, place: str) -> str:
        value = section.get(name)
        if not isinstance(value, str) or not value.strip():
            problem = "is missing." if value is None else "is no text."
            raise self._wrong(place + name, problem, f'Write {name} = "…".')
        return value

    def _texts(self, value: Any, place: str) -> tuple[str, ...]:
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(v, str) and v for v in values):
            raise self._wrong(place, "is neither a text nor a list of texts.", "")
        return tuple(values)

    def _known(self, found: Iterable[str], known: Iterable[str], place: str) -> None:
        names = list(known)
        for name in found:
            if name not in names:
                close = nearest(name, names, 0.5)
                hint = f"Did you mean {close}?" if close else f"Use {', '.join(names)}."
                raise self._wrong(place + name, "is unknown here.", hint)

    def _guarded(self, place: str, read: Callable[[], _T]) -> _T:
        try:
            return read()
        except PaOntoError as error:
            if error.file:
                raise
            raise self._wrong(place, f"is wrong. {error.message}", error.cure) from error

    def _wrong(self, place: str, problem: str, cure: str) -> InputError:
        return InputError(f"{place} {problem}", cure=cure, file=self._file)


def _folded(cell: str) -> str:
    return cell.strip().casefold()
