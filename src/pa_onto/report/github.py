"""The report as workflow commands of GitHub Actions, which become annotations.

GitHub shows ten errors and ten warnings of a step: the gravest come first, and the groups and
the total follow as plain text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..model import Finding, Report, Severity
from .human import explained, groups, record_of
from .settings import Settings
from .summary import counts, gravest_first, plural, total
from .text import printable

_COMMANDS: Final = {
    Severity.VIOLATION: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
}
_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def as_commands(report: Report, settings: Settings) -> Iterator[str]:
    """Yield a command for every finding that no baseline knows, then groups and total."""
    for finding in gravest_first(report):
        yield _command(finding)
    if counts(report).new:
        yield plain(groups(report)) + "\n"
    found = counts(report)
    if found.unlisted:
        yield f"pa-onto: {plural(found.unlisted, 'finding')} of {found.total} not listed.\n"
    yield f"pa-onto: {plain(printable(total(report)))}\n"


def plain(text: str) -> str:
    """Return text that holds no workflow command of the older form, ``##[name]``.

    That form counts anywhere in a line, ``::name::`` at its start only, where our words stand.
    """
    return text.replace("##[", "## [")


def _command(finding: Finding) -> str:
    place = finding.location
    properties: dict[str, object] = {"title": finding.rule}
    if place:
        properties = {"file": place.file, **properties}
        if place.line:
            column = {"col": place.column} if place.column else {}
            properties = {"file": place.file, "line": place.line, **column, **properties}
    named = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {named}::{_data(_message(finding))}\n"


def _message(finding: Finding) -> str:
    """Return what the annotation says; the log shows nothing else of a command."""
    place = printable(str(finding.location)) if finding.location else ""
    where = " ".join(part for part in (printable(record_of(finding)), place) if part)
    return "\n".join(part for part in (explained(finding), where) if part)


def _data(text: str) -> str:
    return text.translate(_DATA)


def _property(value: object) -> str:
    return printable(str(value)).translate(_PROPERTY)
