"""Turn the cells of a row into a record, or say everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from ..project import Project
from ..vocabulary import published_text
from .mapping import Mapping
from .positions import Titles
from .templates import Template, as_text
from .values import Reason, Value, Values, odd_text

#: How many different cells of one key are kept with what they mean.
_REMEMBERED: Final = 1 << 14
_SHORT: Final = 200


class Draft(NamedTuple):
    """A record as its row has it, and what is wrong with it."""

    record: dict[str, Any]
    reasons: list[Reason]


class _Step(NamedTuple):
    """How one key is read: the places of its cells, what reads them, and what is known."""

    key: str
    places: tuple[int, ...]
    read: Callable[[tuple[str, ...]], Value]
    known: dict[tuple[str, ...], Value]


class Converter:
    """Converts the rows of one export by one mapping."""

    def __init__(self, mapping: Mapping, header: Sequence[str], project: Project) -> None:
        self._mapping = mapping
        self._places = {name: place for place, name in enumerate(header)}
        self._titles = Titles(project, mapping.fields)
        self._values = Values(mapping, self._titles, published_text(project))
        self._steps = [self._step("id", mapping.id.columns, self._values.id)]
        self._steps += [
            self._value_step(key, template)
            for key, template in mapping.columns.items()
            if key != self._titles.key
        ]
        self._title = mapping.columns.get(self._titles.key)
        self._order = ("id", "type", *mapping.fields.by_name)

    def convert(self, cells: Sequence[str]) -> Draft:
        """Return the record of a row that has as many cells as the header."""
        clean = [cell.strip() for cell in cells]
        found: dict[str, Any] = {"type": self._mapping.fields.type}
        reasons: list[Reason] = []
        for step in self._steps:
            value = _read(step, tuple([clean[place] for place in step.places]))
            if isinstance(value, Reason):
                reasons.append(value)
            elif value is not None:
                found[step.key] = value
        found |= self._mapping.constants
        if self._title is not None:
            self._resolve(self._title, found, reasons, clean)
        self._drop_needy(found)
        return Draft({key: found[key] for key in self._order if key in found}, reasons)

    def _step(
        self, key: str, columns: Sequence[str], read: Callable[[tuple[str, ...]], Value]
    ) -> _Step:
        return _Step(key, tuple(self._places[column] for column in columns), read, {})

    def _value_step(self, key: str, template: Template) -> _Step:
        field = self._mapping.fields.by_name[key]
        numbers = self._mapping.numbers.get(key)
        period = (numbers.per,) if numbers and numbers.per else ()
        columns = (*template.columns, *period)
        return self._step(key, columns, lambda cells: self._values.value(field, template, cells))

    def _resolve(
        self, template: Template, record: dict[str, Any], reasons: list[Reason], clean: list[str]
    ) -> None:
        """Add the title of a row, and what follows from it."""
        key = self._titles.key
        text = as_text(template, [clean[self._places[c]] for c in template.columns]).strip()
        known = text.casefold() in self._mapping.values.get(key, {})
        text = self._values.translated(key, text)
        if not text:
            return
        if odd := odd_text(key, text):
            reasons.append(odd)
            return
        department = self._beside("department", clean, record)
        employer = self._beside("employer", clean, record)
        found = self._titles.title(text, department, employer, known=known)
        if found.why:
            reasons.append(Reason(key, found.status, f"{key}: {found.why}"))
            return
        record[key] = found.code
        for problem in self._titles.fill(record, found, {reason.key for reason in reasons}):
            reasons.append(Reason(self._titles.department_key, "contradicts title", problem))

    def _beside(self, name: str, clean: list[str], record: dict[str, Any]) -> str:
        """Return what stands beside a title: in the column for it, or else in the record."""
        if name in self._mapping.context:
            return clean[self._places[self._mapping.context[name]]]
        return str(record.get(self._titles.department_key, "")) if name == "department" else ""

    def _drop_needy(self, record: dict[str, Any]) -> None:
        """Take out constants that mean nothing without another key, as currency without pay."""
        for key, other in self._mapping.fields.needs:
            if key in self._mapping.constants and other not in record:
                record.pop(key, None)


def _read(step: _Step, cells: tuple[str, ...]) -> Value:
    """Return what cells mean for a key; most cells come again and again."""
    if cells in step.known:
        return step.known[cells]
    value = step.read(cells)
    if len(step.known) < _REMEMBERED and sum(map(len, cells)) < _SHORT:
        step.known[cells] = value
    return value
