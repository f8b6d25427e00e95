"""Constraint components for ``pyshacl`` that judge literals as the specification does.

Its own leave that to Python: dates are compared with times of day, a missing time zone is not
missed, ``$`` matches before a final newline, and white space or digits of other scripts make a
number. Those here take values and order from :mod:`.literals` and patterns from
:mod:`.matching`; the rest of each component is inherited.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, Final

from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.core import property_pair_constraints as pairs
from pyshacl.constraints.core import string_based_constraints as strings
from pyshacl.constraints.core import value_constraints as values
from pyshacl.constraints.core import value_range_constraints as ranges
from rdflib import RDF, XSD, BNode, Literal, URIRef

from ..namespaces import SH
from .literals import is_ill_typed, order
from .matching import Matcher


class _Judging:
    """A component that judges each value node by itself."""

    shape: Any

    def holds(self, value: Any) -> bool:
        """Return whether a value node meets the constraint."""
        raise NotImplementedError

    def evaluate(
        self, executor: Any, graph: Any, nodes: Mapping[Any, Any], _path: Any
    ) -> tuple[bool, list[Any]]:
        """Return whether all value nodes of all focus nodes hold, and a result for each other."""
        make: Any = self.make_v_result  # type: ignore[attr-defined]
        reports = [
            make(graph, focus, value_node=value)
            for focus, found in nodes.items()
            for value in found
            if not self.holds(value)
        ]
        return not reports, reports


class _Datatype(_Judging, values.DatatypeConstraintComponent):
    """SHACL section 4.1.2: the datatype is that of SPARQL, and the literal is not ill-typed."""

    def holds(self, value: Any) -> bool:
        if not isinstance(value, Literal):
            return False
        datatype = _datatype(value)
        return datatype == str(self.datatype_rule) and not is_ill_typed(str(value), datatype)


class _Bounded(_Judging):
    """SHACL section 4.3: the comparison of the value with the bound is true."""

    accepted: ClassVar[tuple[int, ...]]

    def holds(self, value: Any) -> bool:
        bounds: Any = getattr(self, "min_vals", None) or self.max_vals  # type: ignore[attr-defined]
        return all(_order(value, bound) in self.accepted for bound in bounds)


class _MinExclusive(_Bounded, ranges.MinExclusiveConstraintComponent):
    accepted = (1,)


class _MinInclusive(_Bounded, ranges.MinInclusiveConstraintComponent):
    accepted = (0, 1)


class _MaxExclusive(_Bounded, ranges.MaxExclusiveConstraintComponent):
    accepted = (-1,)


class _MaxInclusive(_Bounded, ranges.MaxInclusiveConstraintComponent):
    accepted = (-1, 0)


class _Paired:
    """SHACL sections 4.5.3 and 4.5.4: a pair that cannot be compared is a violation."""

    accepted: ClassVar[tuple[int, ...]]

    def _pairs(self, nodes: Any, others: Any, graph: Any, focus: Any) -> tuple[bool, list[Any]]:
        make: Any = self.make_v_result  # type: ignore[attr-defined]
        reports = [
            make(graph, focus, value_node=value)
            for value in nodes
            for other in others
            if _order(value, other) not in self.accepted
        ]
        return bool(reports), reports


class _LessThan(_Paired, pairs.LessThanConstraintComponent):
    accepted = (-1,)
    _compare_lt = _Paired._pairs


class _LessThanOrEquals(_Paired, pairs.LessThanOrEqualsConstraintComponent):
    accepted = (-1, 0)
    _compare_ltoe = _Paired._pairs


class _MinLength(_Judging, strings.MinLengthConstraintComponent):
    """SHACL section 4.4.1: blank nodes have no length, not even 0."""

    def holds(self, value: Any) -> bool:
        least: Any = self.string_rules[0]
        return not isinstance(value, BNode) and len(str(value)) >= int(least)


class _MaxLength(_Judging, strings.MaxLengthConstraintComponent):
    """SHACL section 4.4.2."""

    def holds(self, value: Any) -> bool:
        most: Any = self.string_rules[0]
        return not isinstance(value, BNode) and len(str(value)) <= int(most)


class _Pattern(_Judging, strings.PatternConstraintComponent):
    """SHACL section 4.4.3: the REGEX function of SPARQL, with all its flags."""

    def __init__(self, shape: Any) -> None:
        # Theirs compiles the pattern for Python, which may not be able to.
        strings.StringBasedConstraintBase.__init__(self, shape)
        self.string_rules = list(shape.objects(_PATTERN))
        flags = "".join(map(str, shape.objects(_FLAGS)))
        self._matchers = [Matcher(str(pattern), flags) for pattern in self.string_rules]

    def holds(self, value: Any) -> bool:
        return not isinstance(value, BNode) and all(m.matches(str(value)) for m in self._matchers)


class _LanguageIn(_Judging, strings.LanguageInConstraintComponent):
    """SHACL section 4.4.4: the basic filtering of language ranges (RFC 4647, section 3.3.1)."""

    def holds(self, value: Any) -> bool:
        tag = str(getattr(value, "language", None) or "").lower()
        ranges = (str(r).lower() for r in self.shape.sg.graph.items(self.string_rules[0]))
        return bool(tag) and any(r == "*" or f"{tag}-".startswith(f"{r}-") for r in ranges)


_PATTERN: Final = URIRef(SH + "pattern")
_FLAGS: Final = URIRef(SH + "flags")
_OURS: Final = (
    *(_Datatype, _MinExclusive, _MinInclusive, _MaxExclusive, _MaxInclusive),
    *(_LessThan, _LessThanOrEquals, _MinLength, _MaxLength, _Pattern, _LanguageIn),
)


@contextmanager
def installed() -> Iterator[None]:
    """Let ``pyshacl`` use these components; its own are back afterwards."""
    before = dict(CONSTRAINT_PARAMETERS_MAP)
    CONSTRAINT_PARAMETERS_MAP.update({p: c for c in _OURS for p in c.constraint_parameters()})
    try:
        yield
    finally:
        CONSTRAINT_PARAMETERS_MAP.update(before)


def _datatype(literal: Any) -> str:
    """Return the datatype of a literal as SPARQL knows it (SPARQL 1.1, section 17.4.2.7)."""
    return str(literal.datatype or (RDF.langString if literal.language else XSD.string))


def _order(value: Any, other: Any) -> int | None:
    """Return -1, 0 or 1 as SPARQL orders two nodes, None where it does not."""
    for node in (value, other):
        if not isinstance(node, Literal) or node.language:
            return None
    return order(str(value), _datatype(value), str(other), _datatype(other))
