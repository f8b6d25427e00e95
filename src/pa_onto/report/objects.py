"""The report as JSON objects: one document, or a finding a line.

``report.schema.json`` beside this module describes both (JSON Schema draft 2020-12).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..model import Finding, Report
from ..namespaces import BASE, SH
from .settings import Settings
from .streaming import encode, pieces_of
from .summary import counts, keys, new_by_severity

#: Where the schema is published; the file is package data.
SCHEMA: Final = BASE + "report.schema.json"


def as_json(report: Report, settings: Settings) -> Iterator[str]:
    """Yield a report as one JSON object, a finding a line."""
    members = {"$schema": SCHEMA, **_summary(report), "findings": map(_finding, report.findings)}
    yield from pieces_of(members)
    yield "\n"


def as_lines(report: Report, settings: Settings) -> Iterator[str]:
    """Yield a finding a line, and last a line with the summary: without it a file is cut off."""
    for finding in report.findings:
        yield encode(_finding(finding)) + "\n"
    summary = _summary(report)
    yield encode({"summary": {**summary, "groups": list(_groups(report))}}) + "\n"


def _summary(report: Report) -> dict[str, object]:
    found = counts(report)
    return {
        "conforms": report.conforms,
        "files": report.files,
        "engine": report.engine,
        "records": report.records,
        "focusNodes": report.focus_nodes,
        "unchecked": report.unchecked,
        "shapes": report.shapes,
        "counts": {
            "total": found.total,
            "new": found.new,
            "known": found.known,
            "listed": found.listed,
            "unlisted": found.unlisted,
            "newBySeverity": {
                severity.label: count for severity, count in new_by_severity(report).items()
            },
        },
        "notices": report.notices,
        "setAside": report.set_aside,
        "shapeUses": [
            {
                "shape": use.shape,
                "targets": use.targets,
                "focusNodes": use.focus_nodes,
                "deactivated": use.deactivated,
            }
            for use in report.uses
        ],
        "groups": _groups(report),
    }


def _groups(report: Report) -> Iterator[dict[str, object]]:
    named = keys(report)
    for group in report.groups:
        yield {
            "severity": group.severity.label,
            "shape": group.shape,
            "path": group.path,
            "key": named.get(group[:4]),
            "component": group.component,
            "new": group.new,
            "known": group.known,
        }


def _finding(finding: Finding) -> dict[str, object]:
    place = finding.location
    return {
        "record": finding.record or finding.focus_node,
        "focusNode": finding.focus_node,
        "severity": finding.severity.label,
        "severityIri": finding.severity_iri or SH + finding.severity.label,
        "message": finding.message,
        "key": finding.key,
        "value": finding.value,
        "written": finding.written,
        "suggestion": finding.suggestion,
        "path": finding.path,
        "shape": finding.shape,
        "component": finding.component,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "pointer": place.pointer if place else None,
        "row": place.row if place else None,
        "field": place.field if place else None,
        "known": finding.known,
        "details": [_detail(detail) for detail in finding.details],
    }


def _detail(finding: Finding) -> dict[str, object]:
    """Return what failed inside a nested shape, which has no place of its own."""
    return {
        "focusNode": finding.focus_node,
        "severity": finding.severity.label,
        "message": finding.message,
        "value": finding.value,
        "path": finding.path,
        "shape": finding.shape,
        "component": finding.component,
        "details": [_detail(detail) for detail in finding.details],
    }
