"""What callers give to public functions: taken for what it is, or refused with what is taken.

A string or a path is one path. Nothing is guessed: what only happens to be iterable (a dict, a
frame, an open file, a graph) is no list of paths, and a name of an option is no truth value.
"""

from __future__ import annotations

import errno
import io
import operator
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set, ValuesView
from typing import TYPE_CHECKING, Any, Final, TypeGuard, TypeVar

from .errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

#: One path, or several.
PathLike = str | os.PathLike[str]
Paths = PathLike | Iterable[PathLike]

_T = TypeVar("_T")
_ONE: Final = "Give a path, as str or Path."
#: Why nothing can be at a place, nor be put there.
_NO_PLACE: Final = (errno.ENAMETOOLONG, errno.EACCES, errno.ELOOP)
_SEVERAL: Final = "Give a path, as str or Path, or several in a list."
#: What to do with an object instead, by the package and the class that it is of.
_CURES: Final = {
    ("pandas", "DataFrame"): 'Write it first: frame.to_csv("crew.csv", index=False).',
    ("pandas", ""): "Give its values: .tolist().",
    ("numpy", ""): "Give its values: .tolist().",
    ("polars", "DataFrame"): 'Write it first: frame.write_csv("crew.csv").',
    ("polars", "LazyFrame"): 'Write it first: frame.sink_csv("crew.csv").',
    ("polars", ""): "Give its values: .to_list().",
    ("pyarrow", ""): "Write it first: pyarrow.csv.write_csv(table, path).",
    ("rdflib", ""): 'Write it first: graph.serialize("data.ttl", format="turtle").',
    ("pyoxigraph", "Store"): 'Write it first: store.dump("data.nq", RdfFormat.N_QUADS).',
    ("pyoxigraph", ""): "Write it first, with pyoxigraph.serialize.",
}


def as_paths(value: object, name: str) -> list[str]:
    """Return the paths that an argument names, one at the least.

    Raises UsageError for what is neither a path nor several of them.
    """
    if isinstance(value, str | os.PathLike):
        return [as_path(value, name)]
    if not _is_many(value):
        raise refused(value, name, _cure(value, _SEVERAL))
    items = sorted(value, key=str) if isinstance(value, Set) else list(value)
    if not items:
        problem = f"{name} is empty: no file is named."
        raise UsageError(problem, cure="Name files; a pattern may have matched none.")
    return [as_path(item, f"{name}[{place}]") for place, item in enumerate(items)]


def as_several(value: object, name: str) -> list[str]:
    """Return the paths of an argument that may be left out: None, or an empty tuple."""
    left_out = value is None or (isinstance(value, tuple) and not value)
    return [] if left_out else as_paths(value, name)


def as_path(value: object, name: str) -> str:
    """Return one path. Raises UsageError for what is none."""
    if not isinstance(value, str | os.PathLike):
        raise refused(value, name, _cure(value, _ONE))
    try:
        found = os.fspath(value)
    except TypeError:
        # A class may have what makes a path, and make none.
        found = None
    if not isinstance(found, str):
        raise refused(value, name, _ONE)
    if not found:
        raise UsageError(f"{name} is an empty text, which names no file.", cure=_ONE)
    if "\0" in found:
        raise UsageError(f"{name} holds a NUL character.", cure="Check the path.", file=found)
    try:
        os.lstat(found)
    except UnicodeEncodeError:
        problem = f"{name} is {found!r}, which no system can write."
        raise UsageError(problem, cure="Check the path.") from None
    except OSError as error:
        # What is not there is told by what looks for it; a URL or a pattern is no name of a file.
        if error.errno in _NO_PLACE and "://" not in found:
            problem = f"Cannot be used: {error.strerror}."
            raise UsageError(problem, cure="Check the path.", file=found) from None
    return found


def as_place(value: object, name: str) -> Path | None:
    """Return one path that may be left out."""
    from pathlib import Path  # Which costs a short command more than all of this.

    return None if value is None else Path(as_path(value, name))


def as_text(value: object, name: str) -> str:
    """Return a text. Raises UsageError for anything else."""
    if not isinstance(value, str):
        raise refused(value, name, "Give a text.")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            problem = f"{name} holds {value[error.start]!r}, which is no character."
            raise UsageError(problem, cure="Write it in UTF-8.") from None
    return value


def as_texts(value: object, name: str) -> list[str]:
    """Return one text, or several, as a list. Raises UsageError for anything else."""
    if isinstance(value, str):
        return [value]
    if not _is_many(value):
        raise refused(value, name, "Give a text, or several in a list.")
    return [as_text(item, f"{name}[{place}]") for place, item in enumerate(value)]


def as_mapping(value: object, name: str) -> dict[str, str]:
    """Return names with texts; none for None. Raises UsageError for anything else."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise refused(value, name, 'Give a dict, such as {"level": "senior"}.')
    return {
        as_text(key, f"a name in {name}"): as_text(v, f"{name}[{key!r}]")
        for key, v in value.items()
    }


def as_files(value: object, name: str) -> dict[str, str]:
    """Return names with a path each; none for None. Raises UsageError for anything else."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise refused(value, name, "Give a dict of paths.")
    return {
        as_text(key, f"a name in {name}"): as_path(path, f"{name}[{key!r}]")
        for key, path in value.items()
    }


def as_flag(value: object, name: str) -> bool:
    """Return a truth value. Raises UsageError for what merely could be read as one."""
    if not isinstance(value, bool):
        raise refused(value, name, "Give True or False.")
    return value


def as_number(value: object, name: str, least: int = 0) -> int:
    """Return a whole number of ``least`` or more. Raises UsageError for anything else."""
    cure = f"Give a whole number from {least} on."
    try:
        if isinstance(value, bool):
            raise TypeError
        found = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise refused(value, name, cure) from None
    if found < least:
        raise UsageError(f"{name} is {found}.", cure=cure)
    return found


def optional(read: Callable[[object, str], _T], value: object, name: str) -> _T | None:
    """Return what ``read`` makes of an argument, None where it is left out."""
    return None if value is None else read(value, name)


def as_choice(value: object, name: str, choices: Iterable[str]) -> str:
    """Return one of several names. Raises UsageError, which lists them, for anything else."""
    names = list(choices)
    if not isinstance(value, str):
        raise refused(value, name, f"Use one of {', '.join(names)}.")
    if value not in names:
        raise UsageError(f"{name} is {value!r}.", cure=f"Use one of {', '.join(names)}.")
    return value


def as_function(value: object, name: str) -> Any:
    """Return something to be called, None where it is left out."""
    if value is not None and not callable(value):
        raise refused(value, name, "Give a function.")
    return value


def as_instance(value: object, name: str, kind: type[_T]) -> _T:
    """Return a value of a class. Raises UsageError for any other."""
    if not isinstance(value, kind):
        raise refused(value, name, f"Give a {kind.__module__}.{kind.__qualname__}.")
    return value


def refused(value: object, name: str, cure: str) -> UsageError:
    """Return the error that says what an argument is, and what is taken for it."""
    return UsageError(f"{name} is {_described(value)}, which is not understood.", cure=cure)


def _is_many(value: object) -> TypeGuard[Iterable[object]]:
    """Return whether an argument is made to hold several things, and not merely iterable."""
    if isinstance(value, bytes | bytearray | memoryview | io.IOBase | range):
        return False
    return isinstance(value, Sequence | Set | Iterator | ValuesView) and not _kind(value)[0]


def _described(value: object) -> str:
    if value is None:
        return "None"
    if isinstance(value, bool | int | float):
        return repr(value)
    inner = value[0] if isinstance(value, list | tuple) and value else None
    more = f" of {_article(type(inner).__name__)[1]}s" if inner is not None else ""
    package = _kind(value)[0]
    known = f"{package} " if package else ""
    return f"{_article(f'{known}{type(value).__name__}')[0]}{more}"


def _article(noun: str) -> tuple[str, str]:
    return f"{'an' if noun[0].lower() in 'aeiou' else 'a'} {noun}", noun


def _cure(value: object, usual: str) -> str:
    """Say what to do with a value that holds data, or else what is taken."""
    if isinstance(value, io.IOBase):
        return f"{usual} An open file is given by its name."
    if isinstance(value, Mapping) or (
        isinstance(value, list | tuple) and value and isinstance(value[0], Mapping)
    ):
        return f"{usual} Records are written first: one json.dumps(record) a line."
    package, kind = _kind(value)
    cure = _CURES.get((package, kind)) or _CURES.get((package, ""))
    return f"{usual} {cure}" if cure else usual


def _kind(value: object) -> tuple[str, str]:
    """Return which package with data of its own a value comes from, and its class there."""
    for kind in type(value).__mro__:
        package = kind.__module__.partition(".")[0]
        if any(package == known for known, _ in _CURES):
            return package, kind.__name__
    return "", ""
