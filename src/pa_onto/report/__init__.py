"""Turn reports, answers, descriptions and careers into text.

Each format of a report has a module of its own, imported when the format is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Final

from ..errors import UsageError
from ..model import Report, Severity, grouped
from .settings import Settings
from .text import printable, readable, table, well_formed

__all__ = ["FORMATS", "printable", "readable", "render", "table"]

#: The module and the function behind every format.
_HOME: Final = {
    "human": ("human", "as_text"),
    "json": ("objects", "as_json"),
    "jsonl": ("objects", "as_lines"),
    "sarif": ("sarif", "as_sarif"),
    "junit": ("junit", "as_junit"),
    "github": ("github", "as_commands"),
    "turtle": ("graph", "as_turtle"),
    "json-ld": ("graph", "as_jsonld"),
}

#: The formats of a report, the default first.
FORMATS: Final = tuple(_HOME)


def render(
    report: Report,
    format: str = "human",
    *,
    color: bool = False,
    baseline: bool = False,
    fail_on: Severity = Severity.VIOLATION,
) -> Iterator[str]:
    """Return the pieces of a report in a format: text that is legal in UTF-8 and ends a line.

    ``color`` lets the human form use the colours of a terminal. ``baseline`` says that a
    baseline was applied, which SARIF tells of every result. ``fail_on`` is the least severity
    that is a failure to JUnit. Raises UsageError for an unknown format, before any piece.
    """
    if format not in _HOME:
        raise UsageError(f"Unknown format {format!r}.", cure=f"Use one of {', '.join(FORMATS)}.")
    if report.findings and not report.groups:
        report = report._replace(groups=grouped(report.findings))
    module, name = _HOME[format]
    form: Callable[[Report, Settings], Iterator[str]] = getattr(
        import_module(f".{module}", __name__), name
    )
    return map(well_formed, form(report, Settings(color, baseline, fail_on)))
