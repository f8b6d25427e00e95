"""What people give instead of a file that can be read, and what they do next."""

from __future__ import annotations

import os
import re
from itertools import islice
from typing import Final

from ..errors import InputError
from .nearest import nearest

_TABLE: Final = "Save the sheet as CSV (UTF-8) and give that file."
_PACKED: Final = "Unpack it and give the files in it."
_PROSE: Final = "Put its table into a spreadsheet, and save that as CSV (UTF-8)."
_SQL: Final = "Export the table as CSV and give that file."


def _frame(read: str) -> str:
    """Return how to turn a file of data frames into a table, the file being FILE."""
    return f"""Turn it into CSV: python -c 'import pandas; pandas.{read}("FILE").to_csv("CSV")'."""


#: What files of other kinds begin with, what they are called, and what to do with them.
_SIGNS: Final = (
    (b"PK\x03\x04", "a spreadsheet or zip archive", "Export it as CSV, or unpack it."),
    (b"\xd0\xcf\x11\xe0", "an old Office document", _TABLE),
    (b"%PDF", "a PDF document", _PROSE),
    (b"{\\rtf", "a rich-text document", _PROSE),
    (b"PAR1", "Parquet data", _frame("read_parquet")),
    (b"ARROW1", "Arrow data", _frame("read_feather")),
    (b"Obj\x01", "Avro data", "Turn it into JSON lines: avro-tools tojson FILE."),
    (b"ORC", "ORC data", _frame("read_orc")),
    (b"SQLite format 3", "an SQLite database", _SQL),
    (b"7z\xbc\xaf", "a 7z archive", _PACKED),
    (b"\x28\xb5\x2f\xfd", "zstd data", "Unpack it: zstd -d FILE."),
    (b"BZh", "bzip2 data", "Unpack it: bunzip2 FILE."),
    (b"\xfd7zXZ", "xz data", "Unpack it: unxz FILE."),
)
#: What an extension says of a file that is none of ours.
_KINDS: Final = {
    **dict.fromkeys((".xlsx", ".xlsm", ".xlsb", ".xls", ".xltx"), ("an Excel workbook", _TABLE)),
    **dict.fromkeys((".ods", ".fods"), ("an OpenDocument spreadsheet", _TABLE)),
    ".numbers": ("a Numbers spreadsheet", _TABLE),
    **dict.fromkeys((".docx", ".doc", ".odt", ".rtf", ".pages"), ("a text document", _PROSE)),
    ".pdf": ("a PDF document", _PROSE),
    ".parquet": ("Parquet data", _frame("read_parquet")),
    **dict.fromkeys((".arrow", ".feather"), ("Arrow data", _frame("read_feather"))),
    ".zip": ("a zip archive", _PACKED),
}
#: The kinds of files that hold tables, which somebody may think are read.
TABLES: Final = frozenset(
    kind for kind, (_, cure) in _KINDS.items() if cure not in (_PACKED, _PROSE)
)
_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/")
_MANY: Final = 10_000


def to_type(verb: str, file: str) -> str:
    """Return the command line that does something with a file."""
    return f"pa-onto {verb} {'-' if file == '<stdin>' else quoted(file)}"


def quoted(text: str) -> str:
    """Return a text as a shell takes it for one word."""
    from shlex import quote

    return quote(" ".join(text.split()) if "\n" in text else text)


def check_kind(head: bytes, file: str, format: str = "") -> None:
    """Raise InputError for a file whose first bytes are those of a kind that is not read.

    ``format`` is what it is taken for.
    """
    for sign, what, cure in _SIGNS:
        if head.startswith(sign):
            if found := _KINDS.get(_extension(file)):
                raise _other_kind(file, *found)
            raise _other_kind(file, what, cure, format)


def check_extension(file: str) -> None:
    """Raise InputError for the name of a file of a kind that is not read."""
    if found := _KINDS.get(_extension(file)):
        raise _other_kind(file, *found)


def is_url(file: str) -> bool:
    """Return whether what should be the name of a file is a URL."""
    return _URL.match(file) is not None


def check_url(file: str) -> None:
    """Raise InputError for a URL: nothing is fetched."""
    found = _URL.match(file)
    if found is None or os.path.lexists(file):
        return
    # A path has one slash where a URL has two.
    file = re.sub("^([^:]+):/+(?=[^/])", r"\1://", file)
    cure = f"Fetch it first, as with curl -LO '{file}', and name the file."
    if found[1].lower() == "file":
        cure = f"Name the file: {re.sub('^file:/*', '/', file)}."
    elif not found[1].lower().startswith(("http", "ftp")):
        cure = "Fetch it first, and name the file."
    raise InputError("Is a URL, and nothing is fetched.", cure=cure, file=file)


def where_instead(file: str) -> str:
    """Say what may have been meant by the name of a file that is not there."""
    if file.lstrip()[:1] in ("{", "["):
        return "That looks like JSON itself: write it to a file and name that, or pipe it to -."
    folder, name = os.path.split(file)
    try:
        with os.scandir(folder or ".") as found:
            names = [entry.name for entry in islice(found, _MANY)]
    except (OSError, ValueError):
        parent = os.path.dirname(folder.rstrip("/"))  # noqa: PTH120
        place = f" {folder!r}" if folder and parent != folder else ""
        return f"There is no folder{place}." if not os.path.isdir(folder) else "Check the path."  # noqa: PTH112
    folded = {name.casefold(): name for name in names}
    close = nearest(name.casefold(), folded, 0.6)
    if close is None:
        return "Check the path."
    return f"Did you mean {os.path.join(folder, folded[close])}?"  # noqa: PTH118


def _other_kind(file: str, what: str, cure: str, format: str = "") -> InputError:
    # In the quotes of a shell and of Python no quotes can stand.
    named = os.path.basename(file) if set(file) & set("'\"\\") else file  # noqa: PTH119
    stem = os.path.splitext(named)[0]  # noqa: PTH122
    csv = f"{stem or 'crew'}.csv" if f"{stem}.csv" != named else f"{stem}.table.csv"
    cure = cure.replace("FILE", named).replace('"CSV"', f'"{csv}", index=False')
    problem = (
        f"Begins like {what}, not like {format}." if format else f"Is {what}, which is not read."
    )
    return InputError(problem, cure=cure, file=file)


def _extension(file: str) -> str:
    return os.path.splitext(file.lower())[1]  # noqa: PTH122
