"""Turn reports, answers and descriptions into text."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .model import Finding, Report, Severity
from .namespaces import local_name, shorten

if TYPE_CHECKING:
    from .terms import Description

_SHOWN = 50


def human(report: Report) -> str:
    """Return a report for people: groups with counts, the first findings, the total."""
    parts = [_groups(report.findings), _first(report.findings), total(report)]
    return "\n\n".join(part for part in parts if part)


def total(report: Report) -> str:
    """Return the line that says what was looked at and what was found."""
    counts = Counter(finding.severity for finding in report.findings)
    found = ", ".join(
        f"{counts[severity]} {severity.label.lower()}{'s' if counts[severity] != 1 else ''}"
        for severity in sorted(Severity, reverse=True)
        if counts[severity]
    )
    checked = (
        f"{report.records} records read, {report.focus_nodes} focus nodes checked against "
        f"{report.shapes} shapes, {report.unchecked} records no shape looked at"
    )
    verdict = f"does not conform: {found}" if found else "conforms"
    return f"{', '.join(report.files)} {verdict} ({checked})."


def as_json(report: Report) -> str:
    """Return a report as one JSON object."""
    document = {
        "conforms": report.conforms,
        "files": report.files,
        "engine": report.engine,
        "records": report.records,
        "focusNodes": report.focus_nodes,
        "unchecked": report.unchecked,
        "shapes": report.shapes,
        "notices": report.notices,
        "findings": [_finding(finding) for finding in report.findings],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows as aligned columns under a header."""
    lines = [list(header), *(list(map(_printable, row)) for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["─" * width for width in widths])
    return "\n".join(
        "  ".join(_padded(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def description(term: Description, width: int = 88) -> str:
    """Return the description of a term for people."""
    import textwrap

    lines = [f"{term.label}  {shorten(term.iri)}", term.iri]
    if term.definition:
        lines += ["", *textwrap.wrap(term.definition, width)]
    inbound = [(f"← {heading}", values) for heading, values in term.inbound]
    rows = [*term.properties, *inbound]
    indent = max((_width(heading) for heading, _ in rows), default=0) + 4
    if rows:
        lines.append("")
    for heading, values in rows:
        # Sentences get a line each, names share one.
        between = "\n" if any(value.endswith(".") for value in values) else "; "
        folded = [
            line
            for text in between.join(map(_printable, values)).split("\n")
            for line in textwrap.wrap(text, max(width - indent, 30), break_long_words=False)
        ]
        lines.append(f"  {_padded(heading, indent - 2)}{folded[0]}")
        lines += [" " * indent + line for line in folded[1:]]
    return "\n".join(lines)


def readable(term: str) -> str:
    """Return a term in N-Triples syntax as people read it."""
    if term.startswith("<"):
        return shorten(term[1:-1])
    if term.startswith('"'):
        return str(json.loads(term[: term.rindex('"') + 1]))
    return term


def _groups(findings: Sequence[Finding]) -> str:
    groups = Counter(
        (-finding.severity, local_name(finding.shape) or finding.component, finding.component)
        for finding in findings
    )
    rows = [
        (
            str(count),
            Severity(-severity).label,
            shape,
            component.removesuffix("ConstraintComponent"),
        )
        for (severity, shape, component), count in sorted(groups.items())
    ]
    return table(("count", "severity", "shape", "component"), rows) if rows else ""


def _first(findings: Sequence[Finding]) -> str:
    ordered = sorted(findings, key=lambda finding: -finding.severity)
    lines = [_line(finding) for finding in ordered[:_SHOWN]]
    if len(ordered) > _SHOWN:
        lines.append(f"… and {len(ordered) - _SHOWN} more; --format json has them all.")
    return "\n".join(lines)


def _line(finding: Finding) -> str:
    place = f"{finding.location}: " if finding.location else ""
    named = finding.value and finding.value.strip("<>") != finding.focus_node
    value = f" [{_printable(readable(finding.value or ''))}]" if named else ""
    name = shorten(finding.focus_node)
    return f"{place}{finding.severity.label} {name}: {_printable(finding.message)}{value}"


def _finding(finding: Finding) -> dict[str, object]:
    place = finding.location
    return {
        "record": finding.focus_node,
        "severity": finding.severity.label,
        "message": finding.message,
        "key": finding.key,
        "value": finding.value,
        "path": finding.path,
        "shape": finding.shape,
        "component": finding.component,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "pointer": place.pointer if place else None,
    }


def _printable(text: str) -> str:
    """Replace what could steer a terminal, and keep every cell on one line."""
    return "".join(
        character if unicodedata.category(character)[0] != "C" else " " for character in text
    )


def _width(text: str) -> int:
    """Return the columns a text takes on a terminal."""
    return sum(
        2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
        if not unicodedata.combining(character)
    )


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
