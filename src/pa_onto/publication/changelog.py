"""Write the section of a release into the changelog, below what is not released yet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ..changes import Change, Kind
from ..report.changes import as_markdown

_SECTION: Final = re.compile(r"^## .*$", re.MULTILINE)
_UNRELEASED: Final = re.compile(r"unreleased", re.IGNORECASE)
_HEAD: Final = "# Changelog\n"
_PLURAL: Final = {"property": "properties", "class": "classes"}


def with_section(
    path: Path, version: str, issued: str, changes: Sequence[Change], first: bool
) -> bytes:
    """Return the changelog with the section of a release; the same when it has one.

    A section called by the version and "unreleased" becomes that of the release and keeps its
    text. Otherwise the new one stands before the newest release, below ``## Unreleased``.
    """
    text = path.read_bytes().decode() if path.is_file() else _HEAD
    newline = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n")
    heading = f"## {version} — {issued}" if issued else f"## {version}"
    list_of_changes = _first(changes) if first else as_markdown(changes, level=4)
    body = f"### Changes to the vocabulary\n\n{list_of_changes or 'None.'}".rstrip("\n") + "\n"
    return _inserted(text, version, heading, body).replace("\n", newline).encode()


def _inserted(text: str, version: str, heading: str, body: str) -> str:
    sections = list(_SECTION.finditer(text))
    ends = [*(section.start() for section in sections[1:]), len(text)]
    for section, end in zip(sections, ends, strict=False):
        if not re.match(rf"## \[?v?{re.escape(version)}\b(?!\.\d)", section[0]):
            continue
        if not _UNRELEASED.search(section[0]):
            return text
        kept = text[section.end() : end].strip("\n")
        before, after = text[: section.start()], text[end:]
        return before + _joined(heading, kept, body) + ("\n" + after if after else "")
    place = next(
        (section.start() for section in sections if not _UNRELEASED.search(section[0])), len(text)
    )
    before, after = text[:place].rstrip("\n"), text[place:]
    written = _joined(heading, body) + ("\n" + after if after else "")
    return f"{before}\n\n{written}" if before else written


def _joined(*parts: str) -> str:
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def _first(changes: Sequence[Change]) -> str:
    """Return a line that counts what a first release has."""
    counts = Counter(change.what for change in changes if change.kind == Kind.ADDED)
    counted = [
        f"{count} {what if count == 1 else _PLURAL.get(what, what + 's')}"
        for what, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if what != "node"
    ]
    return f"- First release: {', '.join(counted)}." if counted else "- First release."
