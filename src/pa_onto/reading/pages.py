"""Find the JSON-LD in an HTML page (JSON-LD 1.1, section 7).

Python's own HTML parser needs minutes for some pages of a few hundred kilobytes; here each
character is looked at a fixed number of times, whatever the page holds.
"""

from __future__ import annotations

import re
from typing import Final

from ..errors import InputError

# Comments and raw text (HTML, sections 13.1.6 and 13.2.5.2) hide what looks like a tag; what
# is begun and never ended reaches to the end of the page.
_ELEMENT: Final = re.compile(
    r"<!--(?:-?>|.*?--!?>|.*\Z)"
    r"|<(?P<tag>script|style)(?=[\s/>])"
    r"(?:(?P<attributes>(?:=\s*\"[^\"]*\"|=\s*'[^']*'|[^>])*+)>"
    r"(?P<text>.*?)(?=</(?P=tag)[\s/>]|\Z)|.*\Z)",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(
    r"([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?"
)


def scripts(text: str, file: str) -> list[tuple[str, int, int]]:
    """Return every JSON-LD script element of a page with the line and column it begins at.

    Raises InputError when there is none.
    """
    found = []
    line, counted = 1, 0
    for match in _ELEMENT.finditer(text):
        if (match["tag"] or "").lower() == "script" and _holds_json_ld(match["attributes"] or ""):
            start = match.start("text")
            line += text.count("\n", counted, start)
            counted = start
            if match["text"].strip():
                found.append((match["text"], line, start - text.rfind("\n", 0, start)))
    if not found:
        raise InputError(
            'Holds no <script type="application/ld+json">.', cure="Check the page.", file=file
        )
    return found


def _holds_json_ld(attributes: str) -> bool:
    """Return whether the first ``type`` among the attributes is that of JSON-LD."""
    from html import unescape

    for name, *values in _ATTRIBUTE.findall(attributes):
        if name.lower() == "type":
            kind: str = unescape("".join(values)).partition(";")[0].strip()
            return kind.lower() == "application/ld+json"
    return False
