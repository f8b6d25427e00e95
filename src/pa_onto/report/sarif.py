"""The report as a SARIF 2.1.0 log, for code scanning.

Every shape with findings is a rule; findings made before there was a graph have a rule for
their component.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from .. import __version__
from ..baseline import fingerprint
from ..model import Finding, Location, Report, Severity
from ..namespaces import BASE, local_name, shorten
from .human import explained
from .settings import Settings
from .streaming import encode, pieces_of
from .summary import counts, plural

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
#: GitHub rejects a run with more results.
LIMIT: Final = 25_000
_LEVELS: Final = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_ROOT: Final = "%SRCROOT%"


def as_sarif(report: Report, settings: Settings) -> Iterator[str]:
    """Yield a report as a log with one run (SARIF sections 3.13 and 3.14)."""
    findings = sorted(report.findings, key=lambda f: (f.known, -f.severity))[:LIMIT]
    rules = _rules(findings)
    indexes = {rule: index for index, rule in enumerate(rules)}
    compared = settings.baseline or any(group.known for group in report.groups)
    yield f'{{"$schema": {encode(SCHEMA)}, "version": "2.1.0", "runs": [\n'
    yield from pieces_of(
        {
            "tool": {"driver": _driver(rules)},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {_ROOT: {"description": _message("The working folder.")}},
            "invocations": [_invocation(report, len(findings))],
            "results": (_result(finding, indexes, compared) for finding in findings),
        }
    )
    yield "]}\n"


def _driver(rules: dict[str, dict[str, object]]) -> dict[str, object]:
    return {
        "name": "pa-onto",
        "version": __version__,
        "informationUri": BASE,
        "rules": list(rules.values()),
    }


def _rules(findings: Iterable[Finding]) -> dict[str, dict[str, object]]:
    """Return the rule of every finding by its id, in order (SARIF section 3.49)."""
    first: dict[str, Finding] = {}
    several: set[str] = set()
    for finding in findings:
        other = first.setdefault(_rule_id(finding), finding)
        if other.message != finding.message:
            several.add(_rule_id(finding))
    return {rule: _rule(rule, first[rule], rule not in several) for rule in sorted(first)}


def _rule(identifier: str, finding: Finding, one_message: bool) -> dict[str, object]:
    """Describe a rule by its message, or by its name where messages speak of one record."""
    spoken = one_message and finding.shape and finding.message
    return {
        "id": identifier,
        "name": finding.rule,
        "shortDescription": _message(finding.message if spoken else _words(finding.rule)),
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
    }


def _rule_id(finding: Finding) -> str:
    return shorten(finding.shape) or local_name(finding.component)


def _words(name: str) -> str:
    """Return a name in words, as a sentence: ``UnknownKey`` is ``Unknown key.``."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|-", " ", name).split()
    return " ".join([*words[:1], *(word.lower() for word in words[1:])]) + "."


def _result(finding: Finding, indexes: dict[str, int], compared: bool) -> dict[str, object]:
    """Return a finding as a result (SARIF section 3.27)."""
    rule = _rule_id(finding)
    result = {
        "ruleId": rule,
        "ruleIndex": indexes[rule],
        "level": _LEVELS[finding.severity],
        "message": _message(explained(finding)),
        "locations": [_location(finding)],
        "partialFingerprints": {"findingFingerprint/v1": _hash(finding)},
        "properties": _properties(finding),
    }
    if compared:
        # Section 3.27.23: where one result tells whether it is suppressed, all do.
        known = {"kind": "external", "status": "accepted", "justification": "In the baseline."}
        result["baselineState"] = "unchanged" if finding.known else "new"
        result["suppressions"] = [known] if finding.known else []
    return result


def _properties(finding: Finding) -> dict[str, object]:
    found = {
        "focusNode": finding.focus_node,
        "component": finding.component,
        "path": finding.path,
        "key": finding.key,
        "value": finding.value,
        "written": finding.written,
        "suggestion": finding.suggestion,
    }
    properties: dict[str, object] = {
        name: value for name, value in found.items() if value is not None
    }
    if finding.details:
        properties["details"] = [_detail(detail) for detail in finding.details]
    return properties


def _detail(finding: Finding) -> dict[str, object]:
    """Return what failed inside a nested shape."""
    inner = [_detail(detail) for detail in finding.details]
    return {
        "focusNode": finding.focus_node,
        "component": finding.component,
        "message": finding.message,
        **{k: v for k, v in (("path", finding.path), ("value", finding.value)) if v is not None},
        **({"details": inner} if inner else {}),
    }


def _location(finding: Finding) -> dict[str, object]:
    """Return file, line and column, and the record with its place in it (section 3.28)."""
    place = finding.location
    logical = {"name": finding.record or finding.focus_node, "kind": "record"}
    inside = _inside(place) if place else None
    if inside:
        logical["fullyQualifiedName"] = inside
    location: dict[str, object] = {"logicalLocations": [logical]}
    if place:
        location["physicalLocation"] = _physical(place)
    return location


def _inside(place: Location) -> str | None:
    """Return the JSON Pointer, or row and field of a table joined by a slash."""
    if place.pointer is not None:
        return place.pointer
    parts = [str(part) for part in (place.row, place.field) if part is not None]
    return "/".join(parts) or None


def _physical(place: Location) -> dict[str, object]:
    """Return file, line and column; a line that is not known is left out (section 3.29.4)."""
    physical: dict[str, object] = {"artifactLocation": _artifact(place.file)}
    if place.line:
        column = {"startColumn": place.column} if place.column else {}
        physical["region"] = {"startLine": place.line, **column}
    return physical


def _artifact(file: str) -> dict[str, object]:
    """Return a file as a URI reference relative to the working folder (section 3.4)."""
    path = Path(file)
    if path.is_absolute():
        # A path of Windows starts with a drive, which stands after a slash (RFC 8089 appendix E).
        return {"uri": "file:///" + _quoted(path.as_posix().removeprefix("/"), safe="/:")}
    return {"uri": _quoted(path.as_posix(), safe="/"), "uriBaseId": _ROOT}


def _quoted(path: str, safe: str) -> str:
    """Percent-encode the bytes of a path (RFC 3986 section 2.1), of names not in UTF-8 too."""
    errors = "surrogateescape" if _is_escaped(path) else "replace"
    return quote(path.encode("utf-8", errors), safe=safe)


def _is_escaped(path: str) -> bool:
    """Return whether all lone surrogates in a path stand for bytes (PEP 383)."""
    return not re.search("[\ud800-\udc7f\udd00-\udfff]", path)


def _hash(finding: Finding) -> str:
    """Return the fingerprint that baselines use as one word; it leaves the message out."""
    return hashlib.sha256(encode(fingerprint(finding)).encode("utf-8", "replace")).hexdigest()


def _invocation(report: Report, listed: int) -> dict[str, object]:
    """Return how the run went, with what the reader must know (SARIF section 3.20)."""
    notices = [(notice, "warning") for notice in report.notices]
    missing = counts(report).total - listed
    if missing:
        more = f"{plural(missing, 'more finding')} of {counts(report).total} not listed here"
        why = f"; a run may have {LIMIT} results" if len(report.findings) > LIMIT else ""
        notices.append((f"{more}{why}.", "error"))
    return {
        "executionSuccessful": True,
        "toolExecutionNotifications": [
            {"message": _message(notice), "level": level} for notice, level in notices
        ],
    }


def _message(text: str) -> dict[str, object]:
    """Return a plain text message without placeholders (3.11.5) or links (3.11.6)."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}
