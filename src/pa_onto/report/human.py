"""The report for people: groups with counts, the first findings, the total."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from ..model import Finding, Report, Severity
from ..namespaces import local_name, shorten
from .settings import Settings
from .summary import counts, gravest_first, keys, total
from .text import cut, printable, readable, readable_path, table

_SHOWN: Final = 50
# What is longer stands in full in the formats for programs.
_NAME_LENGTH: Final = 200
_MESSAGE_LENGTH: Final = 1_000
_INSIDE: Final = 10
# Red, yellow and blue in bold face, as ECMA-48 numbers them (section 8.3.117).
_COLORS: Final = {Severity.VIOLATION: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;34"}


def as_text(report: Report, settings: Settings) -> Iterator[str]:
    """Yield a report for people; findings a baseline knows are counted and not listed."""
    new = counts(report).new
    if new:
        yield groups(report) + "\n\n"
    for finding in islice(gravest_first(report), _SHOWN):
        yield line(finding, settings.color) + "\n"
    yield _rest(report)
    yield ("\n" if new else "") + printable(total(report)) + "\n"


def groups(report: Report) -> str:
    """Return the groups with new findings as a table, their known ones in a column apart."""
    found = [group for group in report.groups if group.new]
    known = any(group.known for group in found)
    named = keys(report)
    rows = []
    for group in found:
        numbers = [str(group.new), str(group.known)] if known else [str(group.new)]
        path = named.get(group[:4]) or readable_path(group.path or "")
        component = group.component.removesuffix("ConstraintComponent")
        rows.append(
            [*numbers, group.severity.label, local_name(group.shape) or "-", path or "-", component]
        )
    numbers = ["new", "known"] if known else ["count"]
    return table([*numbers, "severity", "shape", "path", "component"], rows)


def line(finding: Finding, color: bool = False) -> str:
    """Return a finding in one line: place, severity, record, message, value, suggestion."""
    place = printable(_place(finding))
    label = finding.severity.label
    if color:
        label = f"\x1b[{_COLORS[finding.severity]}m{label}\x1b[0m"
    return f"{place}{label}{printable(_record(finding))}: {explained(finding)}"


def explained(finding: Finding) -> str:
    """Return the message of a finding, with its value, what failed inside, what may be meant.

    The value is as it is written.
    """
    parts = [cut(finding.message or finding.rule, _MESSAGE_LENGTH)]
    if value := value_of(finding):
        value = cut(value, _NAME_LENGTH)
        parts.append(value if value.startswith(("[", "{")) else f"[{value}]")
    if inside := _inside(finding):
        parts.append(f"({inside})")
    if finding.suggestion and finding.suggestion not in finding.message:
        parts.append(f"Did you mean {cut(finding.suggestion, _NAME_LENGTH)}?")
    return printable(" ".join(parts))


def _inside(finding: Finding) -> str:
    """Return the messages of what failed inside that the message itself does not have.

    They speak of paths: who writes a key is told by the message alone.
    """
    if finding.key is not None:
        return ""
    said = (detail.message.rstrip(". ") or detail.rule for detail in finding.details)
    new = [text for text in dict.fromkeys(said) if text not in finding.message]
    more = f"; and {len(new) - _INSIDE} more" if len(new) > _INSIDE else ""
    return cut("; ".join(new[:_INSIDE]), _MESSAGE_LENGTH) + more


def value_of(finding: Finding) -> str:
    """Return the value as it is written, nothing for the focus node itself and for labels."""
    if finding.written is not None:
        return finding.written
    value = finding.value or ""
    if value.startswith("_:") or value.strip("<>") == finding.focus_node:
        return ""
    return readable(value)


def record_of(finding: Finding) -> str:
    """Return the record of a finding, empty where only a label of ours could name it."""
    record = finding.record or finding.focus_node
    return "" if record.startswith("_:") else cut(shorten(record), _NAME_LENGTH)


def _record(finding: Finding) -> str:
    named = record_of(finding)
    return f" {named}" if named else ""


def _place(finding: Finding) -> str:
    place = finding.location
    if place is None:
        return ""
    row = f" row {place.row}" if place.row and place.row != place.line else ""
    # Where there is a line, what stands inside the file is for programs.
    return f"{place._replace(pointer=None, field=None) if place.line else place}{row}: "


def _rest(report: Report) -> str:
    """Say how many new findings come after those shown, and how many no format can list."""
    new = counts(report).new
    listed = sum(not finding.known for finding in report.findings)
    more = new - min(listed, _SHOWN)
    if not more:
        return ""
    if listed == new:
        return f"… and {more} more; --format json has them all.\n"
    cut_off = new - listed
    which = "all" if cut_off == more else str(cut_off)
    return f"… and {more} more, {which} of them cut off by a limit.\n"
