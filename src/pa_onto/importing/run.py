"""Import an export: every row comes out once, as a record or with the reasons why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from ..arguments import PathLike, as_path
from ..errors import InputError
from ..project import Project, project_given
from ..reading.nearest import nearest
from .conversion import Converter, Draft
from .judging import Judge
from .mapping import Mapping, read_mapping
from .rows import Export, Row, batches, open_export
from .values import Reason

#: How many rows are judged together.
_BATCH: Final = 3000
#: About how many bytes of cells are held at once.
_BYTES: Final = 1 << 26
_SHOWN: Final = 200


class Outcome(NamedTuple):
    """What became of a row: a record, or reasons why there is none, or a blank row."""

    row: Row
    record: dict[str, Any] | None
    reasons: tuple[Reason, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether there was nothing in the row."""
        return self.record is None and not self.reasons


class Import(NamedTuple):
    """An open export with its mapping; ``outcomes`` come in the order of the rows."""

    export: Export
    mapping: Mapping
    outcomes: Iterator[Outcome]


def import_records(
    file: PathLike, mapping: PathLike, *, project: Project | PathLike | None = None
) -> Iterator[Outcome]:
    """Yield what becomes of each row of an export, by a mapping.

    ``file`` is CSV or TSV, also packed; ``-`` is standard input. An outcome has the row, its
    record or its reasons. Raises InputError for an export or a mapping that cannot be used.

    >>> outcomes = import_records("data/export/crew.csv", "data/export/crew.toml")
    >>> next(outcomes).record["title"]  # doctest: +SKIP
    'line-producer'
    """
    named, mapped = as_path(file, "file"), as_path(mapping, "mapping")
    project = project_given(project)
    return open_import(named, read_mapping(mapped, project), project).outcomes


def open_import(file: str, mapping: Mapping, project: Project) -> Import:
    """Open an export and check that it has the columns that a mapping names.

    Raises InputError like :func:`import_records`.
    """
    export = open_export(
        file, encoding=mapping.encoding, delimiter=mapping.delimiter, header=mapping.header
    )
    _check_columns(mapping, export)
    importer = _Importer(mapping, export, project)
    return Import(export, mapping, importer.outcomes())


def _check_columns(mapping: Mapping, export: Export) -> None:
    for column, place in mapping.used():
        count = export.header.count(column)
        if count == 1:
            continue
        if count:
            problem = f"{place} names the column {column!r}, which {export.file} has {count} times."
            raise InputError(problem, cure="Rename one of them.", file=mapping.file)
        close = nearest(column, export.header, 0.5)
        names = ", ".join(name for name in export.header if name)
        cure = f"Did you mean {close!r}?" if close else f"It has {names[:300]}."
        problem = f"{place} names the column {column!r}, which {export.file} lacks."
        raise InputError(problem, cure=cure, file=mapping.file)


class _Importer:
    """Converts and judges the rows of one export, some thousand at a time."""

    def __init__(self, mapping: Mapping, export: Export, project: Project) -> None:
        self._export = export
        self._convert: Callable[[list[str]], Draft] = Converter(
            mapping, export.header, project
        ).convert
        self._judge = Judge(project)
        self._first: dict[bytes, int] = {}

    def outcomes(self) -> Iterator[Outcome]:
        """Yield the outcome of every row."""
        for rows in batches(self._export.rows, _BATCH, _BYTES):
            found = {}
            drafts = []
            for place, row in enumerate(rows):
                if row.is_blank:
                    found[place] = Outcome(row, None)
                elif len(row.cells) != len(self._export.header):
                    found[place] = Outcome(row, None, (self._ragged(row),))
                else:
                    drafts.append((place, self._draft(row)))
            judged = self._judge.judge([_alone(draft) for _, draft in drafts])
            for (place, draft), reasons in zip(drafts, judged, strict=True):
                wrong = (*draft.reasons, *reasons)
                found[place] = Outcome(rows[place], None if wrong else draft.record, wrong)
            yield from (found[place] for place in range(len(rows)))

    def _draft(self, row: Row) -> Draft:
        draft = self._convert(row.cells)
        if "id" not in draft.record:
            return draft
        identifier = str(draft.record["id"])
        # A digest tells ids apart for certain and takes a fraction of their memory.
        digest = blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        first = self._first.setdefault(digest, row.number)
        if first != row.number:
            message = f"id: {identifier[:_SHOWN]} is the id of row {first} already"
            draft.reasons.append(Reason("id", "given before", message))
        return draft

    def _ragged(self, row: Row) -> Reason:
        cells, columns = len(row.cells), len(self._export.header)
        message = f"The row has {cells} cells, the header {columns}; quote cells with delimiters"
        return Reason("row", "number of cells", message)


def _alone(draft: Draft) -> Draft:
    """Return a draft without an id that is wrong, or that of another record."""
    if any(reason.key == "id" for reason in draft.reasons):
        record = {key: value for key, value in draft.record.items() if key != "id"}
        return Draft(record, draft.reasons)
    return draft
