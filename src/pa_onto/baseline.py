"""Known findings: a baseline holds them, so that only new ones count.

A finding is known by its fingerprint: what was broken (shape and component), by which record,
at which path. Messages and places leave it alone, so that a better wording or a record moved
down a line is not new. The file is JSON with an entry a line, sorted, for people to review.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from .errors import InputError, UsageError
from .model import Finding, Report, grouped

_FORMAT: Final = "pa-onto-baseline"
_VERSION: Final = 1
_NAMED: Final = 3


class Fingerprint(NamedTuple):
    """What two findings share that are the same to a baseline.

    ``record`` is the id of the record. Records without an id are known by their ``file`` alone,
    which is empty for all others: such findings are counted a file, since nothing else of them
    stays. ``path`` is the JSON key for findings made before there was a graph.
    """

    record: str
    shape: str
    component: str
    path: str
    file: str


class Baseline(NamedTuple):
    """The findings that are known, how often each, and the file that says so."""

    counts: Mapping[Fingerprint, int]
    file: str = ""


def fingerprint(finding: Finding) -> Fingerprint:
    """Return what a baseline knows a finding by."""
    record = finding.record or finding.focus_node
    path = (finding.key if finding.path is None else finding.path) or ""
    file = ""
    if record.startswith("_:"):
        # The label of a blank node counts records: it changes with every record before it.
        record = ""
        file = finding.location.file if finding.location else ""
    return Fingerprint(record, finding.shape, finding.component, path, file)


def write(report: Report) -> bytes:
    """Return the baseline that knows every finding of a report.

    Raises UsageError for a report that a limit cut: the baseline would not know them all.
    """
    _whole(report)
    counts = Counter(map(fingerprint, report.findings))
    entries = ",\n".join(f"    {_entry(known, counts[known])}" for known in sorted(counts))
    findings = f"[\n{entries}\n  ]" if entries else "[]"
    head = f'{{\n  "format": "{_FORMAT}",\n  "version": {_VERSION},\n  "findings": '
    # A name of a file may hold bytes that are no text; JSON escapes bring them back.
    return f"{head}{findings}\n}}\n".encode("utf-8", "backslashreplace")


def read(path: Path) -> Baseline:
    """Read a baseline.

    Raises InputError for a file that is missing, unreadable, of another version or not exactly
    what :func:`write` writes: a baseline misread would let findings pass.
    """
    try:
        document = json.loads(path.read_bytes(), object_pairs_hook=_unique)
    except OSError as error:
        raise InputError(
            f"The baseline cannot be read: {error.strerror or error}.",
            cure="Write it first, or name another file.",
            file=str(path),
        ) from error
    except (ValueError, RecursionError) as error:
        raise _malformed(path, f"it is not JSON ({error})") from error
    return Baseline(_checked(document, path), str(path))


def apply(report: Report, baseline: Baseline) -> Report:
    """Return the report with the findings known that the baseline holds.

    An entry knows as many findings as it counts, the first ones; what comes beyond is new. A
    notice names the entries that no longer occur. Apply it before a limit cuts the findings:
    raises UsageError for a report that was cut, where a count would mean nothing.
    """
    _whole(report)
    left = dict(baseline.counts)
    findings = []
    for finding in report.findings:
        known = fingerprint(finding)
        if not finding.known and left.get(known, 0) > 0:
            left[known] -= 1
            finding = finding._replace(known=True)
        findings.append(finding)
    stale = {known: count for known, count in left.items() if count}
    notices = (*report.notices, _stale(stale, baseline.file)) if stale else report.notices
    return report._replace(findings=tuple(findings), groups=grouped(findings), notices=notices)


def _whole(report: Report) -> None:
    if report.total != len(report.findings):
        raise UsageError(
            f"The report lists {len(report.findings)} findings of {report.total}.",
            cure="A baseline needs them all; do without the limit.",
        )


def _stale(left: Mapping[Fingerprint, int], file: str) -> str:
    count = sum(left.values())
    some = "; ".join(_described(known) for known in sorted(left)[:_NAMED])
    more = f"; and {len(left) - _NAMED} more entries" if len(left) > _NAMED else ""
    what = "finding does" if count == 1 else "findings do"
    return (
        f"{count} {what} not occur any more that the baseline {file} holds ({some}{more}). "
        "Write it anew, or the same faults will pass when they come back."
    )


def _described(known: Fingerprint) -> str:
    parts = (known.record or known.file, known.shape or known.component, known.path)
    return " ".join(part for part in parts if part)


def _entry(known: Fingerprint, count: int) -> str:
    fields = {name: value for name, value in known._asdict().items() if value or name != "file"}
    return json.dumps({**fields, "count": count}, ensure_ascii=False)


def _checked(document: object, path: Path) -> dict[Fingerprint, int]:
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        raise _malformed(path, f'its "format" is not "{_FORMAT}"')
    version = document.get("version")
    if version != _VERSION or isinstance(version, bool):
        raise _malformed(path, f"it is of version {version!r}, not {_VERSION}")
    entries = document.get("findings")
    if set(document) != {"format", "version", "findings"} or not isinstance(entries, list):
        raise _malformed(path, 'it must hold "format", "version" and an array "findings"')
    counts: dict[Fingerprint, int] = {}
    for number, entry in enumerate(entries, start=1):
        known, count = _read_entry(entry, number, path)
        if known in counts:
            raise _malformed(path, f"entry {number} stands there twice")
        counts[known] = count
    return counts


def _read_entry(entry: object, number: int, path: Path) -> tuple[Fingerprint, int]:
    required = {"record", "shape", "component", "path", "count"}
    if not isinstance(entry, dict) or set(entry) - {"file"} != required:
        raise _malformed(path, f"entry {number} must have {', '.join(sorted(required))}")
    count = entry.pop("count")
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise _malformed(path, f"the count of entry {number} is not a whole number from 1")
    if not all(isinstance(value, str) for value in entry.values()):
        raise _malformed(path, f"entry {number} holds something else than texts")
    return Fingerprint(**{"file": "", **entry}), count


def _malformed(path: Path, why: str) -> InputError:
    return InputError(
        f"Not a baseline: {why}.",
        cure="Restore the file, or write the baseline anew and review what it holds.",
        file=str(path),
    )


def _unique(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Make an object of its members, none of which may come twice."""
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the key {name!r} occurs twice in one object")
        found[name] = value
    return found
