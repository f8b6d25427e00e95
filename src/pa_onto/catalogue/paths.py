"""Paths for IRIs that no file system and no web server takes for anything else."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container
from typing import Final

#: Names of files and folders that the published folder has itself.
RESERVED: Final = frozenset(
    ["index", "assets", "404", "context", "search", "changes", "use", "queries", "shapes"]
)
# Names of devices, which Windows takes for no file whatever their extension.
_DEVICES: Final = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))]
)
_UNSAFE: Final = re.compile(r"[^\w.~-]")
_VERSION: Final = re.compile(r"\d+\.\d+\.\d+").fullmatch
_LONGEST: Final = 100


def safe_path(rest: str, taken: Container[str] = ()) -> str:
    """Return a relative path for the part of an IRI after its base.

    ``/`` and ``#`` part folders; letters and digits of any script stay, everything else becomes
    a hyphen. Paths never climb, hide, or name a device, and no two differ in case alone:
    ``taken`` holds the case-folded paths that are in use.

    >>> safe_path("title/runner")
    'title/runner'
    >>> safe_path("../../etc/passwd")
    '_/_/etc/passwd'
    """
    path = "/".join(map(_segment, re.split(r"[/#]", rest.strip("/#")) or [""]))
    reserved = "/" not in path and (path.casefold() in RESERVED or _VERSION(path))
    if reserved or path.casefold() in taken:
        path += "-" + hashlib.sha256(rest.encode()).hexdigest()[:8]
    return path


def _segment(text: str) -> str:
    segment = _UNSAFE.sub("-", text)
    if not segment.strip("."):
        return "_"
    if segment.startswith(".") or segment.partition(".")[0].casefold() in _DEVICES:
        segment = "_" + segment.lstrip(".")
    if segment.endswith("."):
        segment = segment.rstrip(".") + "_"
    if len(segment.encode()) > _LONGEST:
        mark = hashlib.sha256(text.encode()).hexdigest()[:8]
        segment = segment.encode()[: _LONGEST - 9].decode(errors="ignore") + "-" + mark
    return segment
