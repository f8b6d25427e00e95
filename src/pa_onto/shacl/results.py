"""What every engine returns."""

from __future__ import annotations

from typing import NamedTuple

from ..namespaces import SH


class Result(NamedTuple):
    """One validation result (SHACL section 3.6.2).

    ``focus_node`` and ``value`` are terms in N-Triples syntax, ``path`` is a SPARQL property
    path, ``shape`` the IRI of the nearest shape that has one, ``component`` is a local name, and
    so is ``severity``, but for one that is not SHACL's own: that is an IRI. ``source`` is the
    very shape, in N-Triples syntax; ``details`` are the results that explain this one.
    """

    focus_node: str
    path: str | None
    value: str | None
    shape: str
    component: str
    severity: str
    message: str
    source: str = ""
    details: tuple[Result, ...] = ()


def severity_of(iri: str) -> str:
    """Return the local name of a severity of SHACL, and the IRI of any other."""
    name = iri.removeprefix(SH)
    return name if name in ("Info", "Warning", "Violation") else iri
