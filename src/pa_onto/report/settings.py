"""What the caller may choose about a report."""

from __future__ import annotations

from typing import NamedTuple

from ..model import Severity


class Settings(NamedTuple):
    """The choices of :func:`pa_onto.report.render`; a format takes what concerns it."""

    color: bool = False
    baseline: bool = False
    fail_on: Severity = Severity.VIOLATION
