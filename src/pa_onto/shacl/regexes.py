"""Tell patterns that a backtracking engine may never finish with.

The engine ``shacl`` and the store match in linear time. Python's ``re``, which ``pyshacl``
uses, tries one way after another: exponentially many where a repeat can split the same text in
several ways, and a power of its length where several repeats compete for it. What is told here
as dangerous may be harmless; what is not told is not.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final, NamedTuple

_SAMPLES: Final = [chr(code) for code in [*range(256), 0x3B1, 0x410, 0x4E00, 0x2028, 0x1F600]]
_EVERYTHING: Final = frozenset(_SAMPLES)
_REPEATS: Final = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


class Element(NamedTuple):
    """A part of a pattern: the characters it can take, and how often.

    ``varying`` parts may take them more than once, some time more often than another;
    ``ambiguous`` ones can take the same text in two ways.
    """

    characters: frozenset[str]
    optional: bool
    varying: bool
    ambiguous: bool = False


class _DangerousError(Exception):
    """The pattern can take longer than anybody waits."""


def danger(pattern: str, flags: str = "") -> str | None:
    """Return what makes a pattern dangerous for Python's ``re``, None when nothing does."""
    letters = [letter for letter in flags.lower() if letter in "imsx"]
    options = sum({re.RegexFlag[letter.upper()] for letter in letters})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = parser.parse(pattern, options)
        elements = list(_elements(tree))
    except (re.error, Warning) as error:
        return f"Python reads it differently: {error}"
    except (_DangerousError, RecursionError) as error:
        return str(error) or "it nests too deeply"
    anchored = bool(tree) and tree[0][0] is codes.AT and "BEGINNING" in str(tree[0][1])
    if _competing(elements) + (not anchored) > 2:
        return "several of its repeats compete for the same text"
    return None


def _elements(sequence: Iterable[Any]) -> Iterator[Element]:
    """Yield the parts of a sequence, groups taken apart."""
    for kind, value in sequence:
        if kind in _REPEATS:
            yield _repeated(*value)
        elif kind in (codes.SUBPATTERN, codes.ATOMIC_GROUP):
            yield from _elements(value[-1] if kind is codes.SUBPATTERN else value)
        elif kind is codes.BRANCH:
            yield _either([list(_elements(branch)) for branch in value[1]])
        elif kind in (codes.ASSERT, codes.ASSERT_NOT):
            if _competing(list(_elements(value[1]))) > 1:
                raise _DangerousError("several repeats of a look-around compete")
        elif kind in (codes.GROUPREF, codes.GROUPREF_EXISTS, codes.GROUPREF_IGNORE):
            raise _DangerousError("it refers back to a group")
        elif kind is not codes.AT:
            yield Element(_characters(kind, value), optional=False, varying=False)


def _repeated(least: int, most: int, body: Iterable[Any]) -> Element:
    """Return a repeat as one part, when each text splits in one way only."""
    parts = list(_elements(body))
    if most > 1 and (problem := _ambiguity(parts)):
        raise _DangerousError(problem)
    whole = _together(parts, optional=least == 0)
    return whole._replace(varying=whole.varying or (most > 1 and most != least))


def _ambiguity(parts: list[Element]) -> str | None:
    """Return why a text may be split into repetitions of these parts in several ways."""
    if any(part.ambiguous for part in parts):
        return "a repeat holds alternatives that may begin alike"
    if all(part.optional for part in parts):
        return "a repeat holds one that may be empty"
    flexible = [part for part in parts if part.varying or part.optional]
    for number, part in enumerate(flexible):
        if any(part.characters & other.characters for other in flexible[number + 1 :]):
            return "a repeat holds repeats that compete for the same text"
    taken = frozenset[str]().union(*(part.characters for part in flexible))
    firm = [part for part in parts if not part.optional and not part.varying]
    if flexible and all(part.characters & taken for part in firm):
        return "a repeat holds a repeat, and nothing separates them"
    return None


def _together(parts: list[Element], *, optional: bool) -> Element:
    return Element(
        frozenset[str]().union(*(part.characters for part in parts)),
        optional=optional or all(part.optional for part in parts),
        varying=any(part.varying for part in parts),
        ambiguous=any(part.ambiguous for part in parts),
    )


def _either(branches: list[list[Element]]) -> Element:
    """Return alternatives as one part: optional where one is, so that it separates nothing."""
    firsts = [_first(branch) for branch in branches]
    alike = any(
        first & other for number, first in enumerate(firsts) for other in firsts[number + 1 :]
    )
    wholes = [_together(branch, optional=False) for branch in branches]
    return Element(
        frozenset[str]().union(*(whole.characters for whole in wholes)),
        optional=any(whole.optional for whole in wholes),
        varying=any(whole.varying for whole in wholes),
        ambiguous=alike
        or sum(whole.optional for whole in wholes) > 1
        or any(whole.ambiguous for whole in wholes),
    )


def _first(parts: list[Element]) -> frozenset[str]:
    """Return the characters that a sequence may begin with."""
    found = frozenset[str]()
    for part in parts:
        found |= part.characters
        if not part.optional:
            break
    return found


def _competing(parts: list[Element]) -> int:
    """Return how many repeats in a row can take each other's text, whatever is between them."""
    best = 0
    for start, first in enumerate(parts):
        if not first.varying:
            continue
        count, taken = 1, first.characters
        for part in parts[start + 1 :]:
            shared = bool(part.characters & taken)
            if not shared and not part.optional:
                break
            count += part.varying and shared
        best = max(best, count)
    return best


def _characters(kind: Any, value: Any) -> frozenset[str]:
    if kind is codes.LITERAL:
        return _both_cases(value, value)
    if kind is codes.NOT_LITERAL:
        return _EVERYTHING - {chr(value)}
    if kind is codes.IN:
        negated = value[:1] == [(codes.NEGATE, None)]
        found = frozenset[str]().union(*(_members(*item) for item in value[negated:]))
        return _EVERYTHING - found if negated else found
    return _EVERYTHING  # a dot


def _members(kind: Any, value: Any) -> frozenset[str]:
    if kind is codes.LITERAL:
        return _both_cases(value, value)
    if kind is codes.RANGE:
        return _both_cases(*value)
    letter = str(value).removeprefix("CATEGORY_").removeprefix("NOT_")[0].lower()
    category = re.compile("\\" + (letter.upper() if "NOT" in str(value) else letter))
    return frozenset(c for c in _SAMPLES if category.match(c))


def _both_cases(low: int, high: int) -> frozenset[str]:
    """Return the samples for a range of characters, as if case did not matter.

    Characters beyond the samples stand for all that are.
    """
    found = {c for c in _SAMPLES if low <= ord(c) <= high or (high > 255 and ord(c) > 255)}
    return frozenset(found | {c.lower() for c in found} | {c.upper() for c in found})
