"""Change the version in the settings of a project, and nothing else in the file."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from ..errors import InputError

_TABLE: Final = re.compile(r"^[ \t]*\[tool\.pa-onto\][ \t]*(?:#.*)?$", re.MULTILINE)
_NEXT: Final = re.compile(r"^[ \t]*\[", re.MULTILINE)
_VERSION: Final = re.compile(
    r"""^([ \t]*version[ \t]*=[ \t]*)(?:"[^"\n]*"|'[^'\n]*')""", re.MULTILINE
)


def with_version(path: Path, version: str) -> bytes:
    """Return ``pyproject.toml`` with another version under ``[tool.pa-onto]``.

    Raises InputError when that cannot be done by changing one line.
    """
    text = path.read_bytes().decode()
    if _read(text) == _expected(text, version):
        return text.encode()
    changed = _changed(text, version)
    if changed is None or _read(changed) != _expected(text, version):
        raise InputError(
            "The version under [tool.pa-onto] is not a line of its own.",
            cure=f'Write version = "{version}" there by hand, and release again.',
            file=str(path),
        )
    return changed.encode()


def _changed(text: str, version: str) -> str | None:
    head = _TABLE.search(text)
    if head is None:
        return None
    after = _NEXT.search(text, head.end())
    end = after.start() if after else len(text)
    found = _VERSION.search(text, head.end(), end)
    line = f'version = "{version}"'
    if found is None:
        return f"{text[: head.end()]}\n{line}{text[head.end() :]}"
    return f'{text[: found.start()]}{found[1]}"{version}"{text[found.end() :]}'


def _expected(text: str, version: str) -> dict[str, Any]:
    settings = tomllib.loads(text)
    settings["tool"]["pa-onto"]["version"] = version
    return settings


def _read(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
