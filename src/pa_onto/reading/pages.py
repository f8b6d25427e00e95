"""Find the JSON-LD in an HTML page (JSON-LD 1.1, section 7)."""

from __future__ import annotations

from html.parser import HTMLParser

from ..errors import InputError


def scripts(text: str, file: str) -> list[tuple[str, int, int]]:
    """Return every JSON-LD script element of a page with the line and column it begins at.

    Raises InputError when there is none.
    """
    finder = _Finder()
    finder.feed(text)
    finder.close()
    found = [script for script in finder.found if script[0].strip()]
    if not found:
        raise InputError(
            'Holds no <script type="application/ld+json">.', cure="Check the page.", file=file
        )
    return found


class _Finder(HTMLParser):
    """Collects the text of script elements; HTML leaves what is inside them as it is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[str, int, int]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a script of the right type."""
        kind = (dict(attrs).get("type") or "").partition(";")[0].strip().lower()
        self._inside = tag == "script" and kind == "application/ld+json"
        if self._inside:
            line, column = self.getpos()
            begin = self.get_starttag_text() or ""
            column = len(begin) - begin.rfind("\n") if "\n" in begin else column + len(begin) + 1
            self.found.append(("", line + begin.count("\n"), column))

    def handle_endtag(self, tag: str) -> None:
        """End the script."""
        self._inside = False

    def handle_data(self, data: str) -> None:
        """Add to the script; its text may come in several pieces."""
        if self._inside:
            text, line, column = self.found[-1]
            self.found[-1] = (text + data, line, column)
