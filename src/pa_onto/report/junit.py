"""The report as JUnit XML, in the dialect of the Jenkins xUnit plugin (junit-10.xsd).

A file is a test suite, a kind of finding in it a test case: continuous integration shows case
by case what broke, follows a case from run to run, and is not flooded by a million records.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from ..model import Finding, Group, Report
from ..namespaces import local_name
from .human import line
from .settings import Settings
from .summary import counts, kind, plural, unlisted
from .text import printable, readable_path

#: The findings that one test case names; the others are counted.
LISTED: Final = 100
# What XML 1.0 lets in nowhere, not even as a reference (section 2.2, production 2).
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}
)


class _Case(NamedTuple):
    """A test case: its outcome is an element of JUnit, empty when it passed."""

    name: str
    outcome: str = ""
    type: str = ""
    message: str = ""
    text: str = ""


def as_junit(report: Report, settings: Settings) -> Iterator[str]:
    """Yield a report as test suites."""
    suites = {name: list(cases) for name, cases in _suites(report, settings)}
    cases = [case for suite in suites.values() for case in suite]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="pa-onto" {_tally(cases, skipped=False)}>\n'
    for name, suite in suites.items():
        yield f'  <testsuite name="{_named(name)}" {_tally(suite, skipped=True)}>\n'
        for case in suite:
            yield from _testcase(name, case)
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def _suites(report: Report, settings: Settings) -> Iterator[tuple[str, Iterator[_Case]]]:
    """Yield a suite for every file, and one for what is not listed."""
    files: dict[str, dict[object, list[Finding]]] = {file: {} for file in report.files}
    for finding in report.findings:
        kinds = files.setdefault(_file(finding, report), {})
        kinds.setdefault(kind(finding), []).append(finding)
    complete = not counts(report).unlisted
    for file, kinds in (files or {"data": {}}).items():
        yield file, _cases(kinds.values(), settings, complete)
    if not complete:
        yield "findings not listed", (_not_listed(*entry, settings) for entry in unlisted(report))


def _file(finding: Finding, report: Report) -> str:
    if finding.location:
        return finding.location.file
    return report.files[0] if len(report.files) == 1 else "data"


def _cases(kinds: Iterable[list[Finding]], settings: Settings, complete: bool) -> Iterator[_Case]:
    """Yield the test cases of a file; a file without findings has one that passed."""
    found = sorted(kinds, key=lambda findings: -findings[0].severity)
    for findings in found:
        yield _case(findings, settings)
    if not found:
        yield _Case("conforms" if complete else "no finding listed")


def _case(findings: list[Finding], settings: Settings) -> _Case:
    first = next((finding for finding in findings if not finding.known), findings[0])
    name = _name(first.rule, first.component, first.path)
    new = sum(not finding.known for finding in findings)
    known = len(findings) - new
    if not new:
        return _Case(name, "skipped", message=plural(known, "known finding"))
    severity = first.severity.label
    beside = f" beside {plural(known, 'known finding')}" if known else ""
    message = f"{plural(new, severity.lower())}{beside}: {printable(first.message)}"
    failed = first.severity >= settings.fail_on
    return _Case(name, "failure" if failed else "system-out", severity, message, _lines(findings))


def _not_listed(group: Group, count: int, settings: Settings) -> _Case:
    """Return a case for the findings of a kind that a limit cut off."""
    component = group.component.removesuffix("ConstraintComponent")
    name = _name(local_name(group.shape) or component, group.component, group.path)
    severity = group.severity.label
    message = f"{plural(count, 'finding')} not listed"
    failed = group.new and group.severity >= settings.fail_on
    return _Case(name, "failure" if failed else "skipped", severity, message)


def _name(rule: str, component: str, path: str | None) -> str:
    component = component.removesuffix("ConstraintComponent")
    what = rule if rule == component else f"{rule} {component}"
    return f"{what} {readable_path(path)}" if path else what


def _lines(findings: list[Finding]) -> str:
    new = [finding for finding in findings if not finding.known]
    lines = [line(finding) for finding in islice(new, LISTED)]
    if len(new) > LISTED:
        lines.append(f"… and {len(new) - LISTED} more")
    return "\n".join(lines)


def _testcase(suite: str, case: _Case) -> Iterator[str]:
    head = f'    <testcase classname="{_named(suite)}" name="{_named(case.name)}"'
    if not case.outcome:
        yield f"{head}/>\n"
        return
    text = _escaped(case.text)
    if case.outcome == "system-out":
        yield f"{head}>\n      <system-out>{_escaped(case.message)}\n{text}</system-out>\n"
    else:
        kind = f' type="{case.type}"' if case.type else ""
        message = _escaped(case.message)
        yield f'{head}>\n      <{case.outcome}{kind} message="{message}">{text}</{case.outcome}>\n'
    yield "    </testcase>\n"


def _tally(cases: list[_Case], *, skipped: bool) -> str:
    failures = sum(case.outcome == "failure" for case in cases)
    tally = f'tests="{len(cases)}" failures="{failures}" errors="0"'
    if skipped:
        tally += f' skipped="{sum(case.outcome == "skipped" for case in cases)}"'
    return tally


def _named(text: str) -> str:
    return _escaped(printable(text))


def _escaped(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text).translate(_ESCAPES)
