"""Write a first mapping for an export, from its header and the cells below it.

What the cells decide is written down; what they do not is a line in a comment, marked DECIDE.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from ..errors import InputError
from ..project import Project
from ..vocabulary import published_text
from .cells import shown
from .evidence import date_form, number_form
from .fields import Field, Fields, read_fields
from .headers import Headers, Use
from .names import Names, labelled
from .positions import Titles
from .rows import Export, batches, open_export

_ROWS: Final = 10_000
_BYTES: Final = 1 << 28
#: Distinct cells of a column that are looked at.
_CELLS: Final = 500
_VALUES: Final = 40
#: The lines of a mapping that somebody has to complete.
DECIDE: Final = "DECIDE"


class Guess(NamedTuple):
    """The text of a mapping, and how many lines of it are left to be decided."""

    text: str
    open: int


def guess_mapping(
    file: str, project: Project, *, base: str = "https://hr.example.com/", type: str = "Position"
) -> Guess:
    """Return a first mapping for an export; ids begin with ``base``.

    Raises InputError for an export that cannot be read.
    """
    if not base.endswith(("/", "#", ":")):
        base += "/"
    fields = read_fields(project, type)
    export, rows = _sample(file)
    writer = _Writer(fields, export, rows, project, base)
    lines = [line.rstrip() for line in writer.lines()]
    text = "\n".join(lines) + "\n"
    return Guess(text, sum(f"{DECIDE}:" in line for line in lines))


def _sample(file: str) -> tuple[Export, list[list[str]]]:
    """Return an export and its first rows, in the encoding that reads them."""
    for encoding in _encodings(file):
        try:
            export = open_export(file, encoding=encoding)
            sample = next(batches(export.rows, _ROWS, _BYTES), [])
        except InputError as error:
            if file == "-" or not error.message.startswith("Not utf-8"):
                raise
            continue
        width = len(export.header)
        return export, [row.cells for row in sample if len(row.cells) == width]
    raise InputError("Its encoding is unknown.", cure="Save it as UTF-8.", file=file)


def _encodings(file: str) -> tuple[str, ...]:
    if file == "-":
        return ("utf-8",)
    try:
        with Path(file).open("rb") as stream:
            head = stream.read(2)
    except OSError:
        head = b""
    return ("utf-16",) if head in (b"\xff\xfe", b"\xfe\xff") else ("utf-8", "windows-1252")


class _Writer:
    """Writes the lines of one mapping."""

    def __init__(
        self, fields: Fields, export: Export, rows: list[list[str]], project: Project, base: str
    ) -> None:
        self._fields = fields
        self._export = export
        self._rows = rows
        self._base = base
        self._titles = Titles(project, fields)
        self._headers = Headers(project, fields, self._titles)
        self._uses = self._headers.uses(export.header)
        self._vocabulary = published_text(project)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the mapping."""
        name = Path(self._export.file).name
        yield f"# How {shown(name)[1:-1]} becomes records, guessed by `pa-onto import --guess`."
        yield f"# Lines marked {DECIDE} wait for somebody who knows; take the # away from those"
        yield "# that are right. Look at the others as well."
        yield f'type = "{self._fields.type}"'
        if self._export.encoding != "utf-8":
            yield f'encoding = "{self._export.encoding}"  # check letters with accents'
        yield from self._id()
        yield from (
            "",
            "# Which column holds which key; a text with columns in {braces} is a template.",
        )
        yield "[columns]"
        for key, use in self._uses.items():
            if key in self._fields.by_name:
                line = f"{key} = {self._column(self._fields.by_name[key], use)}"
                yield f"# {line}  # {DECIDE}: times, below, makes it that" if use.times else line
        missing = self._missing()
        for field in missing:
            if not (field.codes or field.kind == "link"):
                yield f'# {field.name} = "COLUMN"  # {DECIDE}: which one?'
        yield from self._constants([f for f in missing if f.codes or f.kind == "link"])
        yield from self._context()
        yield from self._dates()
        for key, use in self._of_kind("number"):
            yield from self._numbers(key, use)
        for key, use in self._uses.items():
            yield from self._values(key, use)
        yield from self._unused()

    def _id(self) -> Iterator[str]:
        use = self._uses.get("id")
        yield "# What ids are made of; each row must give another one, and always the same."
        if use is not None:
            yield f"id = {self._iri(use)}"
            return
        column = next((name for name in self._export.header if _usable(name)), "Number")
        example = _quoted(f"{self._base}{self._fields.type.lower()}s/{{{column}}}")
        yield f"# id = {example}  # {DECIDE}: which column tells one row from all others?"

    def _column(self, field: Field, use: Use) -> str:
        return self._iri(use) if field.kind == "link" else _quoted(use.column)

    def _iri(self, use: Use) -> str:
        cells = self._cells(use.column)
        if cells and all(cell.startswith(("http://", "https://")) for cell in cells):
            return _quoted(use.column)
        return _quoted(f"{self._base}{use.folder}/{{{use.column}}}")

    def _missing(self) -> list[Field]:
        """Return what every record needs and no column seems to hold."""
        fields = self._fields.by_name
        paired = {other for key, other in self._fields.needs if key in self._uses}
        needed = (field for field in fields.values() if field.required or field.name in paired)
        return [field for field in needed if field.name not in self._uses]

    def _constants(self, missing: list[Field]) -> Iterator[str]:
        if missing:
            yield from ("", "# What is the same in all records.", "[constants]")
        for field in missing:
            link = f"{self._base}{field.name}s/NAME"
            value = link if field.kind == "link" else field.codes[0]
            yield f"# {field.name} = {_quoted(value)}  # {DECIDE}: no column looks like it"

    def _context(self) -> Iterator[str]:
        named = {
            name: self._headers.beside(self._export.header, name)
            for name in ("department", "employer")
        }
        if any(named.values()):
            yield from ("", "# Columns that help to tell what a title means.", "[context]")
            yield from (f"{name} = {_quoted(column)}" for name, column in named.items() if column)

    def _dates(self) -> Iterator[str]:
        uses = self._of_kind("date")
        if uses:
            yield from (
                "",
                "# How dates are written: YYYY, MM, DD; M and D for one digit; MMM for Jan.",
            )
            yield "[dates]"
        for key, use in uses:
            form, why = date_form(self._cells(use.column))
            if form is None:
                yield f'# {key} = "DD/MM/YYYY"  # {DECIDE}: {why or "there are no dates to tell"}'
            else:
                yield f"{key} = {_quoted(form)}" + (f"  # {why}" if why else "")

    def _numbers(self, key: str, use: Use) -> Iterator[str]:
        yield from ("", f"# How the numbers of {key} are written.", f"[numbers.{key}]")
        if use.times:
            yield f"times = {use.times}  # how many there are in a week"
        form, why = number_form(self._cells(use.column))
        if form is None:
            decide = f"{DECIDE}: {why or 'there are no numbers to tell'}"
            yield f'# decimal = "."  # {decide}'
            return
        yield f"decimal = {_quoted(form.decimal)}" + (f"  # {why}" if why else "")
        if form.thousands:
            yield f"thousands = {_quoted(form.thousands)}"
        if form.symbols:
            yield f"symbols = [{', '.join(map(_quoted, form.symbols))}]"

    def _values(self, key: str, use: Use) -> Iterator[str]:
        """Yield what the cells of a key mean, where they are not its values themselves."""
        field = self._fields.by_name.get(key)
        if field is None or not field.codes or key == self._titles.key:
            return
        names = labelled(field.space, field.codes, self._vocabulary)
        unknown = [cell for cell in self._cells(use.column) if not self._find(field, names, cell)]
        if not unknown:
            return
        yield from ("", f'# What the cells of {key} mean; "" is for not given.', f"[values.{key}]")
        for cell in unknown[:_VALUES]:
            meant = self._headers.meant(key, cell)
            if meant in field.codes:
                yield f"{_quoted(cell)} = {_quoted(meant)}"
            else:
                choice = f"one of {', '.join(field.codes)}" if len(field.codes) < 13 else "a code"
                yield f'# {_quoted(cell)} = ""  # {DECIDE}: {choice}'

    def _find(self, field: Field, names: Names, cell: str) -> str | None:
        found = names.find(cell)
        if found is None and field.name == self._titles.department_key:
            found = self._titles.department(cell)
        return found

    def _unused(self) -> Iterator[str]:
        used = {use.column for use in self._uses.values()}
        used |= {self._headers.beside(self._export.header, "employer")}
        unused = [shown(name)[1:-1] for name in self._export.header if name and name not in used]
        if unused:
            yield from ("", f"# Not used: {', '.join(unused)}.")

    def _of_kind(self, kind: str) -> list[tuple[str, Use]]:
        fields = self._fields.by_name
        return [(k, use) for k, use in self._uses.items() if k in fields and fields[k].kind == kind]

    def _cells(self, column: str) -> dict[str, int]:
        """Return the cells of a column, the most usual first, with how often each comes."""
        place = self._export.header.index(column)
        counts = Counter(cells[place].strip() for cells in self._rows)
        del counts[""]
        return dict(counts.most_common(_CELLS))


def _usable(column: str) -> bool:
    return bool(column) and not set(column) & set("{}")


def _quoted(text: str) -> str:
    """Return a TOML basic string (TOML 1.0, section String)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
