"""What the default engine reads otherwise than SHACL means it, in shapes, data and results.

Where something of the kind is there, it is not asked, or what it says does not count, and the
fallback judges. What is told here may be harmless; what is not told was compared with the
specifications, pair by pair of literals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

import pyoxigraph as ox

from ..namespaces import SH, XSD
from ..triples import Resource, Triple
from .matching import rewritten
from .results import Result
from .shapes import ShapesGraph
from .structure import path_text

_BOUNDS: Final = ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive")
_PAIRS: Final = ("lessThan", "lessThanOrEquals")
#: Types that it takes any text for, or any number.
_UNCHECKED: Final[tuple[str, ...]] = (
    *("gYear", "gYearMonth", "gMonthDay", "gDay", "gMonth", "dateTimeStamp"),
    *("duration", "dayTimeDuration", "yearMonthDuration"),
)
_WHOLE: Final = (
    *("long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort"),
    *("unsignedByte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"),
    "negativeInteger",
)
#: Types that it has another order for, or none: it compares all kinds of text, for instance.
_ORDERED: Final = frozenset(XSD + name for name in (*_UNCHECKED, "string", "anyURI"))
_ODD_ORDER: Final = rf"(?:@|\^\^<{XSD}({'|'.join((*_UNCHECKED, *_WHOLE, 'anyURI'))})>)"
#: Times of day after the end of the day, and signs that no number has: the types, what to look
#: for first, since that is fast, and then.
_NO_VALUE: Final = (
    (("dateTime", "dateTimeStamp"), "T24:", r'"[^"\s]*T24:(?!00:00(?:\.0+)?[Z+"-])[^"\s]*"\^\^'),
    (("time",), '"24:', r'"24:(?!00:00(?:\.0+)?[Z+"-])[^"\s]*"\^\^'),
    (("double", "float"), '-NaN"', r'"-NaN"\^\^'),
    (("double", "float"), '+NaN"', r'"\+NaN"\^\^'),
)
#: More digits than it has room for.
_LONG: Final = re.compile(rf'"[^"]*[0-9]{{18}}[^"]*"\^\^<{XSD}')


def of_shapes(shapes: ShapesGraph) -> str | None:
    """Return what of the shapes the engine misreads, None when nothing is."""
    for reason in shapes.unsure.values():
        # It reads names by sh:declare alone, whatever the query says of them.
        return f"The names in a query cannot be told: {reason}."
    for name, triple in shapes.having("closed", "qualifiedValueShapesDisjoint"):
        # It takes the focus node, SHACL the value nodes (section 4.8.1).
        if name == "closed" and shapes.objects(triple.subject, SH + "path"):
            return "It misreads sh:closed of a property shape."
        if name == "qualifiedValueShapesDisjoint" and _is_its_own_sibling(shapes, triple.subject):
            return "It misreads sh:qualifiedValueShapesDisjoint where shapes share a value shape."
    for name, triple in shapes.having(*_BOUNDS):
        from .literals import is_ill_typed

        bound = triple.object
        if isinstance(bound, ox.Literal) and (
            bound.language
            or bound.datatype.value in _ORDERED
            or is_ill_typed(bound.value, bound.datatype.value)
        ):
            return f"It misreads sh:{name} with {bound}."
    for _, triple in shapes.having("pattern"):
        pattern = triple.object.value
        flags = shapes.value(triple.subject, SH + "flags") or ""
        # To it, a # begins a comment in a pattern with white space, and a class drops blanks.
        comment = "x" in flags and "q" not in flags and ("#" in pattern or "[" in pattern)
        if comment or rewritten(pattern, flags.replace("x", ""))[0] != pattern:
            return f"It misreads the sh:pattern {pattern!r}."
    return None


def _is_its_own_sibling(shapes: ShapesGraph, shape: Resource) -> bool:
    """Return whether another property shape beside this one has the same value shape.

    That is no sibling of itself (SHACL section 4.7.3); the engine takes it for one.
    """
    own = {triple.object for triple in shapes.objects(shape, SH + "qualifiedValueShape")}
    beside = [
        triple.object
        for owner in shapes.owners.get(shape, ())
        for triple in shapes.objects(owner, SH + "property")
        if triple.object != shape
    ]
    others = (
        t.object for other in beside for t in shapes.objects(other, SH + "qualifiedValueShape")
    )
    return not own.isdisjoint(others)


class Watch:
    """Looks for literals that the engine misreads, where shapes look at them."""

    def __init__(self, shapes: ShapesGraph) -> None:
        datatypes = {t.object.value.removeprefix(XSD) for _, t in shapes.having("datatype")}
        pairs = [triple for _, triple in shapes.having(*_PAIRS)]
        # What has to have a datatype besides is found to be ill-typed.
        loose = [
            triple
            for _, triple in shapes.having(*_BOUNDS)
            if not shapes.objects(triple.subject, SH + "datatype")
        ]
        looked = datatypes | ({"dateTime", "time"} if loose or pairs else set())
        self._signs = [
            (sign, pattern) for names, sign, pattern in _NO_VALUE if not looked.isdisjoint(names)
        ]
        self._compared = {str(t.object) for t in pairs} | _led_to(shapes, pairs)
        self._checked = {name for name in _UNCHECKED if name in datatypes}
        # Where a shape inside another is broken for a long number, the result may name no value.
        inside = _inside(shapes)
        numbers = [t for _, t in shapes.having(*_BOUNDS, *_PAIRS)]
        numbers += [t for _, t in shapes.having("datatype") if t.object.value == XSD + "decimal"]
        self._counts_digits = any(triple.subject in inside for triple in numbers)
        for triple in loose:
            self._compared |= (predicates := _led_to(shapes, [triple]))
            self._checked |= set() if predicates else set(_WHOLE)

    def of_data(self, ntriples: str) -> str | None:
        """Return what the engine misreads of the data, None when nothing is."""
        long = _long_numbers(ntriples) if self._counts_digits else ()
        found = next(chain(self._literals(ntriples), long), None)
        return f"It misreads the literal {found}." if found else None

    def _literals(self, ntriples: str) -> Iterator[str]:
        from .literals import is_ill_typed

        for sign, pattern in self._signs:
            if sign in ntriples:
                yield from (found[0].removesuffix("^^") for found in re.finditer(pattern, ntriples))
        types = f"<({XSD}(?:{'|'.join(sorted(self._checked))}))>"
        if self._checked and re.search(types, ntriples):
            for found in re.finditer(rf'"((?:[^"\\\n]|\\.)*+)"\^\^{types}', ntriples):
                if is_ill_typed(found[1], found[2]):
                    yield found[0]
        for predicate in self._compared:
            if predicate in ntriples:
                pattern = rf'{re.escape(predicate)}[ \t]*("((?:[^"\\\n]|\\.)*+)"{_ODD_ORDER})'
                for found in re.finditer(pattern, ntriples):
                    if found[3] not in _WHOLE or is_ill_typed(found[2], XSD + found[3]):
                        yield found[1]

    def of_results(self, results: Iterable[Result]) -> str | None:
        """Return what the engine cannot have read among what it found, None when nothing is."""
        long = (r.value for r in results if r.value and _LONG.match(r.value))
        return f"It has no room for the literal {found}." if (found := next(long, None)) else None


def _inside(shapes: ShapesGraph) -> set[Resource]:
    """Return the shapes by which other shapes judge values, and all inside them."""
    found: set[Resource] = set()
    inner: dict[Resource, list[Resource]] = {}
    for link in shapes.links:
        inner.setdefault(link.source, []).append(link.target)
    todo = [link.target for link in shapes.links if link.parameter != "property"]
    while todo:
        if (shape := todo.pop()) not in found:
            found.add(shape)
            todo += inner.get(shape, ())
    return found


def _long_numbers(ntriples: str) -> Iterator[str]:
    """Yield numbers of more digits than the engine has room for."""
    for name in ("decimal", "integer"):
        mark = f'"^^<{XSD}{name}>'
        # Cut at what ends a number: to look for digits everywhere would take as long as judging.
        for piece in ntriples.split(mark)[:-1]:
            number = piece[piece.rfind('"') + 1 :]
            if sum(map(str.isdigit, number)) >= 18:
                yield f'"{number}{mark}'


def _led_to(shapes: ShapesGraph, constraints: Iterable[Triple]) -> set[str]:
    """Return the predicates in the paths of property shapes with constraints."""
    paths = (
        path_text(shapes, path.object)
        for constraint in constraints
        for path in shapes.objects(constraint.subject, SH + "path")
    )
    return set(re.findall(r"<[^<>]*>", " ".join(paths)))
