"""``pa-onto check --fair``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .options import print_report, write_text

if TYPE_CHECKING:
    from ..quality.fair import Assessment, Verdict


def check_fair(format: str) -> int:
    """Judge the vocabulary by the FAIR tests and print the verdicts."""
    from ..project import find_project
    from ..quality.fair import as_report, assess

    project = find_project()
    found = assess(project)
    if format == "human":
        write_text(_as_text(found))
    elif format == "json":
        write_text(json.dumps(_as_object(found), ensure_ascii=False, indent=2))
    else:
        print_report(as_report(found, str(project.ontology)), format)
    return 1 if found.fails else 0


def _as_text(found: Assessment) -> str:
    """Return the verdicts by principle, with a score for each and for all."""
    from ..quality.fair import PRINCIPLES
    from ..report import printable

    lines = []
    for letter, name in PRINCIPLES.items():
        verdicts = found.of(letter)
        lines.append(f"{name}: {_score(verdicts)}")
        for verdict in verdicts:
            test = verdict.test
            lines.append(
                printable(f"  {verdict.outcome:10}  {test.id:10}  {test.title}: {verdict.reason}")
            )
            if verdict.cure:
                lines.append(printable(f"{'':14}{'':10}  {verdict.cure}"))
        lines.append("")
    named = " ".join(part for part in (found.iri, found.version) if part)
    lines.append(printable(f"{named}: {_score(found.verdicts)}."))
    return "\n".join(lines)


def _score(verdicts: tuple[Verdict, ...] | list[Verdict]) -> str:
    passed, judged, total = _counts(verdicts)
    rest = f", {total - judged} not judged" if total > judged else ""
    return f"{passed} of {judged} pass{rest}"


def _counts(verdicts: tuple[Verdict, ...] | list[Verdict]) -> tuple[int, int, int]:
    """Return how many passed, how many were judged, and how many there are."""
    from ..quality.fair import Outcome

    passed = sum(verdict.outcome is Outcome.PASS for verdict in verdicts)
    judged = sum(verdict.outcome is not Outcome.OPEN for verdict in verdicts)
    return passed, judged, len(verdicts)


def _as_object(found: Assessment) -> dict[str, Any]:
    from ..quality.fair import PRINCIPLES

    groups = {name: found.of(letter) for letter, name in PRINCIPLES.items()}
    keys = ("passed", "judged", "tests")
    return {
        "vocabulary": found.iri,
        "version": found.version,
        "score": dict(zip(keys, _counts(found.verdicts), strict=True)),
        "principles": {
            name: dict(zip(keys, _counts(verdicts), strict=True))
            for name, verdicts in groups.items()
        },
        "tests": [
            {
                "id": verdict.test.id,
                "principle": verdict.test.principle,
                "title": verdict.test.title,
                "outcome": str(verdict.outcome),
                "reason": verdict.reason,
                "cure": verdict.cure,
            }
            for verdict in found.verdicts
        ],
    }
