"""A Dagster asset check that keeps records which do not conform from what is downstream."""

import os
import subprocess
from pathlib import Path

import dagster as dg

import pa_onto
from pa_onto.report import render

EXPORT = Path(os.environ.get("CREW_EXPORT", "crew.jsonl"))


@dg.asset
def crew() -> None:
    """The export of the HR system."""
    with EXPORT.open("wb") as file:
        subprocess.run(["hr-export"], stdout=file, check=True)


@dg.asset_check(asset=crew, blocking=True)
def crew_conforms() -> dg.AssetCheckResult:
    """Violations block what is downstream, warnings are shown.

    A PaOntoError means that nothing was judged: it fails the run.
    """
    report = pa_onto.validate([str(EXPORT)])
    worst = report.worst()
    return dg.AssetCheckResult(
        passed=worst is None or worst < pa_onto.Severity.WARNING,
        severity=(
            dg.AssetCheckSeverity.ERROR
            if worst == pa_onto.Severity.VIOLATION
            else dg.AssetCheckSeverity.WARN
        ),
        metadata={
            "records": report.records,
            "findings": report.total,
            "report": dg.MetadataValue.text("".join(render(report))),
        },
    )


@dg.asset(deps=[crew])
def loaded() -> None:
    """The records in the warehouse."""
    subprocess.run(["hr-load", EXPORT], check=True)


defs = dg.Definitions(assets=[crew, loaded], asset_checks=[crew_conforms])
