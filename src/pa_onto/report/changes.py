"""What changed between two versions, as text, Markdown or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from ..changes import Change, Kind, Value, Version, advised, effect_of
from ..namespaces import shorten
from .text import printable

_HEADINGS: Final = {
    Kind.REMOVED: "Removed",
    Kind.WITHDRAWN: "Withdrawn",
    Kind.REINSTATED: "In use again",
    Kind.SUCCEEDED: "Other successors",
    Kind.ADDED: "Added",
    Kind.RELABELLED: "Relabelled",
    Kind.RECODED: "Codes",
    Kind.REDEFINED: "Redefined",
    Kind.REPARENTED: "Hierarchy",
    Kind.REASSIGNED: "Reassigned",
    Kind.RELATED: "Relations",
    Kind.MAPPED: "Mappings",
    Kind.RETYPED: "Classes",
    Kind.RESTRICTED: "Restrictions",
    Kind.DOCUMENTED: "Notes",
    Kind.OTHER: "Other statements",
}
_MARKDOWN: Final = re.compile(r"([\\`*_\[\]<>&|#~!])")


def as_text(old: Version, new: Version, changes: Sequence[Change], *, derived: bool) -> str:
    """Return changes for people, kind by kind; ``derived`` tells consequences as well."""
    told, untold = _told(changes, derived)
    lines = [printable(_summary(old, new, changes))]
    for kind, group in groupby(told, key=lambda change: change.kind):
        lines += ["", _HEADINGS[kind]]
        lines.append(as_items(group))
    if untold:
        lines += ["", f"{untold} more follow from these; --derived lists them."]
    return "\n".join(lines)


def as_items(changes: Iterable[Change]) -> str:
    """Return a line for each change: its effect, what it is of, and what it is."""
    lines = (f"  {change.effect.label:5}  {_line(change)}" for change in changes)
    return "\n".join(map(printable, lines))


def as_markdown(changes: Sequence[Change], *, derived: bool = False, level: int = 3) -> str:
    """Return changes as Markdown: a heading a kind, an item a change."""
    told, _ = _told(changes, derived)
    parts = []
    for kind, group in groupby(told, key=lambda change: change.kind):
        items = (f"- {_item(change)}\n" for change in group)
        parts.append(f"{'#' * level} {_HEADINGS[kind]}\n\n{''.join(items)}")
    return "\n".join(parts)


def as_json(old: Version, new: Version, changes: Sequence[Change]) -> Iterator[str]:
    """Yield changes as one JSON document, consequences among them."""
    effect = effect_of(changes)
    head = {
        "old": old.name,
        "new": new.name,
        "version": old.number or None,
        "step": effect.label if effect else None,
        "next": advised(old.number, effect) if old.number else None,
    }
    yield json.dumps(head, ensure_ascii=False, indent=2)[:-2] + ',\n  "changes": ['
    between = "\n    "
    for change in changes:
        yield between + json.dumps(as_object(change), ensure_ascii=False)
        between = ",\n    "
    yield "\n  ]\n}\n" if changes else "]\n}\n"


def as_object(change: Change) -> dict[str, Any]:
    """Return one change as JSON has it."""
    return {
        "kind": change.kind,
        "iri": change.iri or None,
        "label": change.label,
        "what": change.what,
        "effect": change.effect.label,
        "property": change.predicate or None,
        "name": change.name or None,
        "before": [value._asdict() for value in change.before],
        "after": [value._asdict() for value in change.after],
        "derived": change.derived,
    }


def _told(changes: Sequence[Change], derived: bool) -> tuple[list[Change], int]:
    """Return the changes to tell, and how many consequences are left out.

    What follows from statements that nobody changed has another cause, a rule: it is told.
    """
    told = [change for change in changes if derived or not change.derived]
    told = told or list(changes)
    return told, len(changes) - len(told)


def _summary(old: Version, new: Version, changes: Sequence[Change]) -> str:
    if not (effect := effect_of(changes)):
        return f"{old.name} and {new.name} say the same."
    count = f"{len(changes)} change{'s' if len(changes) != 1 else ''}"
    step = f" ({old.number} → {advised(old.number, effect)})" if old.number else ""
    return f"{old.name} → {new.name}: {count}, a {effect.label} step{step}."


def _line(change: Change) -> str:
    name = shorten(change.iri)
    thing = f"{change.label} ({name})" if name and name != change.label else change.label
    return f"{_what(change)}{thing}{_difference(change)}"


def _what(change: Change) -> str:
    return f"{change.what} " if change.kind in (Kind.ADDED, Kind.REMOVED) else ""


def _difference(change: Change) -> str:
    if change.kind == Kind.WITHDRAWN:
        return f", replaced by {_listed(change.after)}" if change.after else ", without a successor"
    if not (change.before or change.after):
        return ""
    return f": {' '.join(filter(None, (change.name, _values(change))))}"


def _values(change: Change) -> str:
    before, after = change.before, change.after
    if len(before) == len(after) == 1:
        return f"{before[0].text} → {after[0].text}"
    parts = [
        f"{mark} {_listed(values)}" for mark, values in (("-", before), ("+", after)) if values
    ]
    return "; ".join(parts)


def _listed(values: Iterable[Value]) -> str:
    return ", ".join(value.text for value in values)


def _item(change: Change) -> str:
    difference = _escaped(_difference(change))
    name = shorten(change.iri)
    place = f" (`{name}`)" if name and "`" not in name and name != change.label else ""
    return f"{_what(change)}**{_escaped(change.label)}**{place}{difference}"


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", printable(text))
