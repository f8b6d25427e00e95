"""Read titles from a file: lines of text, CSV, TSV, JSON lines, or a JSON array.

A row keeps its cells as they were written, so that a table can be written again with the
answers beside them. No more than some rows are held.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from ..errors import InputError, UsageError
from ..reading.formats import HEAD, format_named, known_format
from ..reading.hints import check_extension, check_kind, check_url
from ..reading.inputs import MAX_LINE, Input, is_pipe, open_bytes, standard_input, unreadable

if TYPE_CHECKING:
    from .json_records import Record

#: The formats that titles are read from, by the ends of file names.
FORMATS: Final = {
    ".txt": "text",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "json-lines",
    ".ndjson": "json-lines",
    ".json": "json",
}
_NAMES: Final = tuple(dict.fromkeys(FORMATS.values()))
_DELIMITERS: Final = ",;\t"
# Records that tell which columns there are, where not all can be asked.
_FIRST: Final = 1_000
# More names than these help nobody.
_NAMED: Final = 40


class Row(NamedTuple):
    """One title with what stands beside it; ``cells`` is the whole row, empty for a blank one."""

    text: str
    department: str = ""
    employer: str = ""
    cells: Sequence[str] = ()


class Table(NamedTuple):
    """The rows of an input, read as they are asked for.

    ``header`` names the columns, nothing in lines of text. ``done`` tells how many bytes were
    read, out of ``size``, 0 where that is not known.
    """

    header: list[str]
    rows: Iterator[Row]
    delimiter: str = ","
    line_end: str = "\n"
    size: int = 0
    done: Callable[[], int] = int


def read_table(
    file: str,
    *,
    column: str | None = None,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    complete: bool = False,
) -> Table:
    """Open a file, or standard input for ``-``, and find the column with the titles.

    ``columns`` says of header names in lower case whether they hold ``title``, ``department``
    or ``employer``. ``complete`` asks for every key that any JSON record has, for which the
    input is read once more before; else the header has those of the first records. Raises
    InputError for what cannot be read and UsageError for a column that is not there.
    """
    format = format or _format(file)
    raw, size = _opened(file)
    name = "<stdin>" if file == "-" else file
    known = columns or {}
    if format == "text":
        if column is not None:
            cure = "Name a CSV or JSON file, or give --input-format."
            raise UsageError("Lines of text have no columns.", cure=cure)
        table = Table([], (Row(line.rstrip("\r\n")) for line in _lines(_text(raw), name)))
    elif format in ("json-lines", "json"):
        header = None
        if complete:
            raw = raw if size else _spooled(raw)
            header = list(dict.fromkeys(chain.from_iterable(_records(raw, format, name))))
            raw.seek(0)
        table = _json(_records(raw, format, name), header, column, known, name)
    else:
        table = _separated(_lines(_text(raw), name), format, column, known, name)
    return table._replace(size=size, done=lambda: raw.tell() if size and not raw.closed else size)


def _format(file: str) -> str:
    """Return the format of titles that a name tells. Raises UsageError for others."""
    named = file.lower().removesuffix(".gz")
    found = FORMATS.get(Path(named).suffix)
    if found is None:
        check_url(file)
        check_extension(file)
        if other := known_format(named):
            cure = f"Say how to read it with --input-format: {', '.join(_NAMES)}."
            raise UsageError(
                f"Is {other.name}, which titles are not read from.", cure=cure, file=file
            )
    return found or "text"


def _opened(file: str) -> tuple[IO[bytes], int]:
    """Return the bytes of a file, and their number where it is known."""
    if file == "-":
        return standard_input(), 0
    check_url(file)
    path = Path(file)
    if is_pipe(file):
        return path.open("rb"), 0
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
        packed = head.startswith(b"\x1f\x8b")
        check_kind(head, file)
        size = 0 if packed else path.stat().st_size
    except (OSError, ValueError) as error:
        problem = error if isinstance(error, OSError) else OSError(str(error))
        raise unreadable(problem, file) from error
    return open_bytes(Input(file, path, format_named("csv"), packed)), size


def _spooled(raw: IO[bytes]) -> IO[bytes]:
    """Return bytes that can be read only once as a file that can be read again."""
    import shutil
    from tempfile import TemporaryFile

    spool = TemporaryFile(prefix="pa-onto-")  # noqa: SIM115 - it is gone when it is closed
    shutil.copyfileobj(raw, spool)
    spool.seek(0)
    return spool


def _text(raw: IO[bytes]) -> io.TextIOWrapper:
    # What is no UTF-8 is refused with its place by those who read.
    return io.TextIOWrapper(raw, encoding="utf-8-sig", errors="strict", newline="")


def _lines(text: IO[str], file: str) -> Iterator[str]:
    """Yield lines with their ends. Raises InputError for bytes that are no UTF-8."""
    number = 0
    try:
        for number, line in enumerate(text, 1):
            if len(line) > MAX_LINE:
                raise InputError("A line is too long.", file=file, line=number)
            yield line
    except UnicodeDecodeError as error:
        raise _not_utf8(file, number + 1) from error
    except OSError as error:
        raise unreadable(error, file) from error


def _records(raw: IO[bytes], format: str, file: str) -> Iterator[Record]:
    """Yield the records of a JSON input, which stays open; raises InputError like _lines."""
    from .json_records import of_array, of_lines

    text = _text(raw)
    try:
        if format == "json":
            yield from of_array(text, file)
        else:
            yield from of_lines(_lines(text, file), file)
    except UnicodeDecodeError as error:
        raise _not_utf8(file, None) from error
    except OSError as error:
        raise unreadable(error, file) from error
    finally:
        text.detach()


def _not_utf8(file: str, line: int | None) -> InputError:
    return InputError("Not UTF-8.", cure="Save the file as UTF-8.", file=file, line=line)


def _separated(
    lines: Iterator[str], format: str, column: str | None, known: Mapping[str, str], file: str
) -> Table:
    import csv

    first = next(lines, "")
    if not first.strip():
        raise InputError("Has no header.", cure="Name the columns in the first row.", file=file)
    delimiter = "\t" if format == "tsv" else max(_DELIMITERS, key=first.count)
    csv.field_size_limit(MAX_LINE)
    reader = csv.reader(chain([first], lines), delimiter=delimiter)
    header = next(_checked(reader, file))
    places = _places(header, column, known, file)
    line_end = "\r\n" if first.endswith("\r\n") else "\n"
    return Table(header, _rows(reader, len(header), places, file), delimiter, line_end)


def _checked(reader: Any, file: str) -> Iterator[list[str]]:
    from csv import Error

    try:
        yield from reader
    except Error as error:
        raise InputError(
            f"Not a table: {error}.", cure="Quote the cell.", file=file, line=reader.line_num
        ) from error


def _rows(reader: Any, width: int, places: tuple[int, int, int], file: str) -> Iterator[Row]:
    at, department, employer = places
    for cells in _checked(reader, file):
        if len(cells) > width:
            raise InputError(
                f"The row has {len(cells)} cells, the header {width}.",
                cure="Quote cells that hold delimiters.",
                file=file,
                line=reader.line_num,
            )
        if not cells:
            yield Row("")
            continue
        cells += [""] * (width - len(cells))
        yield Row(
            cells[at],
            cells[department] if department >= 0 else "",
            cells[employer] if employer >= 0 else "",
            cells,
        )


def _places(
    header: list[str], column: str | None, known: Mapping[str, str], file: str
) -> tuple[int, int, int]:
    """Return where title, department and employer stand; -1 for what is not there."""
    says = [known.get(name.strip().casefold(), "") for name in header]
    if column is not None:
        if column not in header:
            raise UsageError(f"No column {column!r}.", cure=_listed(header), file=file)
        at = header.index(column)
    elif "title" in says:
        at = says.index("title")
    elif len(header) == 1:
        at = 0
    else:
        raise UsageError("No column looks like a title.", cure=_listed(header), file=file)
    department, employer = (
        next((n for n, said in enumerate(says) if said == kind and n != at), -1)
        for kind in ("department", "employer")
    )
    return at, department, employer


def _listed(header: list[str]) -> str:
    some = ", ".join(header[:_NAMED])
    more = f" and {len(header) - _NAMED} more" if len(header) > _NAMED else ""
    return f"Name one with --column: {some}{more}."


def _json(
    records: Iterator[Record],
    header: list[str] | None,
    column: str | None,
    known: Mapping[str, str],
    file: str,
) -> Table:
    """Return JSON records as a table; without a header the first of them tell the columns."""
    from .json_records import cell

    if header is None:
        first = list(islice(records, _FIRST))
        header = list(dict.fromkeys(chain.from_iterable(first)))
        records = chain(first, records)
    if not header:
        return Table([], iter(()))
    at, department, employer = _places(header, column, known, file)
    rows = ([cell(record.get(name)) for name in header] for record in records)
    return Table(
        header,
        (
            Row(
                cells[at],
                cells[department] if department >= 0 else "",
                cells[employer] if employer >= 0 else "",
                cells,
            )
            for cells in rows
        ),
    )
