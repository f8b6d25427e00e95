"""Paths for IRIs that no file system and no web server takes for anything else."""

from __future__ import annotations

import hashlib
import re
from typing import Final
from unicodedata import category, normalize

#: Names of files and folders that the published folder has itself.
RESERVED: Final = frozenset(
    [
        *("index", "assets", "404", "context", "search", "changes", "use", "queries", "shapes"),
        *("versions", "redirects", "void", "dcat", "sitemap", "robots", "logo"),
    ]
)
# Names of devices, which Windows takes for no file whatever their extension.
_DEVICES: Final = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))]
)
# A folder `x.ttl` would stand where the file of the path `x` does.
_EXTENSION: Final = re.compile(
    r"\.(?=(?:html?|ttl|jsonld|json|csv|nt|rdf|trig|svg|xml|txt|gz|js|css)$)", re.IGNORECASE
)
# Folders that hold something else: those of the site, and those of released versions.
_FOLDERS: Final = frozenset(["assets", "queries", "shapes", "versions", "redirects"])
_VERSION: Final = re.compile(r"\d+\.\d+\.\d+").fullmatch
_LONGEST: Final = 100
_LONGEST_PATH: Final = 200


class Paths:
    """Gives out paths, none of them twice: no two differ in case or composition alone.

    ``reserved`` are paths that are not given out.
    """

    def __init__(self, reserved: frozenset[str] = RESERVED) -> None:
        self._taken = {_folded(path) for path in reserved}

    def give(self, rest: str, iri: str) -> str:
        """Return the path for an IRI; ``rest`` is what tells it from others below its base."""
        wanted = path = _moved(safe_path(rest))
        salt = iri
        while _folded(path) in self._taken:
            path = f"{wanted}-{_mark(salt)}"
            salt += "+"
        self._taken.add(_folded(path))
        return path


def safe_path(rest: str) -> str:
    """Return a relative path for the part of an IRI after its base.

    ``/`` and ``#`` part folders; letters and digits of any script stay, everything else becomes
    a hyphen. Paths never climb, hide, name a device or end like one of the published files.

    >>> safe_path("title/runner")
    'title/runner'
    >>> safe_path("../../etc/passwd")
    '_/_/etc/passwd'
    """
    parts = re.split(r"[/#]", normalize("NFC", rest).strip("/#"))
    path = "/".join(map(_segment, parts))
    if len(path.encode()) <= _LONGEST_PATH:
        return path
    return f"{_cut(path, _LONGEST_PATH - 9).rstrip('/.')}-{_mark(rest)}"


def _moved(path: str) -> str:
    """Return a path outside of the folders that hold something else."""
    first, slash, rest = path.partition("/")
    if _VERSION(first) or first.casefold() in _FOLDERS:
        return f"{first}-{_mark(first)}{slash}{rest}"
    return path


def _segment(text: str) -> str:
    segment = "".join(c if c in "_.~-" or category(c)[0] in "LMN" else "-" for c in text)
    if not segment.strip("."):
        return "_"
    if segment.startswith(".") or segment.partition(".")[0].casefold() in _DEVICES:
        segment = "_" + segment.lstrip(".")
    if segment.endswith("."):
        segment = segment.rstrip(".") + "_"
    segment = _EXTENSION.sub("-", segment)
    if len(segment.encode()) > _LONGEST:
        segment = f"{_cut(segment, _LONGEST - 9)}-{_mark(text)}"
    return segment


def _cut(text: str, length: int) -> str:
    return text.encode()[:length].decode(errors="ignore")


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _folded(path: str) -> str:
    return normalize("NFKC", normalize("NFKC", path).casefold())
