"""What every format says about a report as a whole: counts, kinds, and what is not listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from ..model import Finding, Group, Report, Severity
from ..namespaces import shorten
from .text import readable_path

Kind = tuple[Severity, str, str | None, str]

#: The severities, gravest first.
SEVERITIES: Final = tuple(sorted(Severity, reverse=True))
_FILES_NAMED: Final = 3


class Counts(NamedTuple):
    """How many findings there are: ``listed`` are those a report still carries."""

    total: int
    new: int
    known: int
    listed: int

    @property
    def unlisted(self) -> int:
        """The number of findings that a limit cut off."""
        return self.total - self.listed


def counts(report: Report) -> Counts:
    """Count the findings of a report, by its groups, which are complete."""
    new = sum(group.new for group in report.groups)
    known = sum(group.known for group in report.groups)
    return Counts(new + known, new, known, len(report.findings))


def new_by_severity(report: Report) -> dict[Severity, int]:
    """Count the findings that no baseline knows, gravest first."""
    found = dict.fromkeys(SEVERITIES, 0)
    for group in report.groups:
        found[group.severity] += group.new
    return found


def kind(finding: Finding) -> Kind:
    """Return what a group counts by."""
    return (finding.severity, finding.shape, finding.path, finding.component)


def keys(report: Report) -> dict[Kind, str]:
    """Return the JSON key of every kind of findings that share one.

    Where no shape tells the key, findings that are not listed may have another.
    """
    unsure = {group[:4] for group, _ in unlisted(report) if not group.shape}
    found: dict[Kind, set[str | None]] = {}
    for finding in report.findings:
        found.setdefault(kind(finding), set()).add(finding.key)
    return {
        kind: key
        for kind, (key, *more) in found.items()
        if key is not None and not more and kind not in unsure
    }


def gravest_first(report: Report) -> Iterator[Finding]:
    """Yield the findings that no baseline knows, gravest first, else in their order."""
    yield from sorted(
        (finding for finding in report.findings if not finding.known),
        key=lambda finding: -finding.severity,
    )


def unlisted(report: Report) -> list[tuple[Group, int]]:
    """Return the groups with findings that a limit cut off, and how many."""
    listed = Counter(map(kind, report.findings))
    missing = ((group, group.new + group.known - listed[group[:4]]) for group in report.groups)
    return [(group, count) for group, count in missing if count > 0]


def plural(count: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def total(report: Report) -> str:
    """Return the line that says what was looked at and what was found."""
    checked = (
        f"{plural(report.records, 'record')} read, "
        f"{plural(report.focus_nodes, 'focus node')} checked against "
        f"{plural(report.shapes, 'shape')}, "
        f"{plural(report.unchecked, 'record')} no shape looked at"
    )
    if off := sum(use.deactivated for use in report.uses):
        checked += f", {plural(off, 'shape')} deactivated"
    if report.set_aside:
        checked += f"; not judged in full: {report.set_aside} of the shapes' demands not run"
    return f"{_files(report)} {_verdict(report)} ({checked})."


def _verdict(report: Report) -> str:
    one = len(report.files) == 1
    found = counts(report)
    if not found.total:
        return "conforms" if one else "conform"
    if not found.new:
        return f"{'has' if one else 'have'} nothing new: {plural(found.known, 'known finding')}"
    new = ", ".join(
        plural(count, severity.label.lower())
        for severity, count in new_by_severity(report).items()
        if count
    )
    known = f" beside {plural(found.known, 'known finding')}" if found.known else ""
    return f"{'does' if one else 'do'} not conform: {new}{known}"


def _files(report: Report) -> str:
    named = ", ".join(report.files[:_FILES_NAMED])
    more = len(report.files) - _FILES_NAMED
    if more > 0:
        return f"{named} and {plural(more, 'more file')}"
    return named or "The data"


def shape_lines(report: Report) -> Iterator[str]:
    """Yield a line for every shape with a target: how many focus nodes it had."""
    for use in report.uses:
        name = shorten(use.shape) if use.shape else "a shape without a name"
        off = ", deactivated: none was judged" if use.deactivated else ""
        targets = readable_path(", ".join(use.targets))
        yield f"{name}: {plural(use.focus_nodes, 'focus node')}{off} ({targets})"
