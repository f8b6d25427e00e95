"""What every engine returns."""

from __future__ import annotations

from typing import NamedTuple


class Result(NamedTuple):
    """One validation result (SHACL section 3.6.2).

    ``focus_node`` and ``value`` are terms in N-Triples syntax, ``path`` is a SPARQL property
    path, ``shape`` the IRI of the nearest shape that has one, ``component`` and ``severity``
    are local names.
    """

    focus_node: str
    path: str | None
    value: str | None
    shape: str
    component: str
    severity: str
    message: str
