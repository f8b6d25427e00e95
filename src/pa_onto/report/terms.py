"""The description of a term as text for people and as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from ..namespaces import PA, SKOS, shorten
from ..terms import Description, Mapping, Neighbour, Standing
from .text import padded, printable, well_formed, width_of

_WIDTH: Final = 88
_RELATIONS: Final = frozenset(
    SKOS + kind + "Match" for kind in ("exact", "close", "broad", "narrow", "related")
)
_LADDER: Final = frozenset(PA + name for name in ("atLevel", "inDepartment", "advancesTo"))
_PEOPLE: Final = frozenset(
    PA + name for name in ("reportsTo", "supervises", "assists", "worksWith")
)
_WORK: Final = frozenset(PA + name for name in ("hasDuty", "requiresSkill", "worksIn"))
#: What people read for the relations between titles.
_HEADINGS: Final = {
    "reportsTo": "reports to",
    "reportedToBy": "takes reports from",
    "supervises": "supervises",
    "supervisedBy": "supervised by",
    "assists": "assists",
    "assistedBy": "assisted by",
    "worksWith": "works with",
    "workedWithBy": "partner of",
}

#: A heading, its values, and what stands between them.
_Row = tuple[str, Sequence[str], str]


def term_as_text(term: Description) -> str:
    """Return the description of a term for people: of a title in sections, of others as a list."""
    lines = [printable(f"{term.label}  {term.name}"), printable(term.iri)]
    if term.definition:
        lines += ["", *textwrap.wrap(printable(term.definition), _WIDTH)]
    sections = (
        [("", list(_all(term)))] if term.ladder is None else list(_sections(term, term.ladder))
    )
    indent = max((width_of(row[0]) for _, rows in sections for row in rows), default=0) + 4
    for name, rows in sections:
        if rows:
            lines += ["", *([name] if name else [])]
            for row in rows:
                lines += _lines(row, indent)
    return "\n".join(lines)


def term_as_json(term: Description) -> str:
    """Return the description of a term as one JSON object.

    ``ladder`` is null for what is no title, and so is its ``level`` where a title has none;
    ``people`` has every relation between titles, ``mappings`` those of any term.
    """
    content = {
        "id": term.iri,
        "type": term.types,
        "label": term.label,
        "definition": term.definition,
        "properties": dict(term.properties),
        "inbound": dict(term.inbound),
        "ladder": _ladder_object(term.ladder) if term.ladder else None,
        "people": {name: list(map(_object, terms)) for name, terms in term.people},
        "mappings": list(map(_mapping_object, term.mappings)),
    }
    return well_formed(json.dumps(content, ensure_ascii=False, indent=2))


def _all(term: Description) -> Iterator[_Row]:
    yield from (_row(*pair) for pair in term.properties)
    yield from (_row(f"← {heading}", values) for heading, values in term.inbound)


def _sections(term: Description, standing: Standing) -> Iterator[tuple[str, list[_Row]]]:
    facts = list(zip(term.predicates, term.properties, strict=True))
    told = _LADDER | _PEOPLE | _WORK | _RELATIONS
    yield "Ladder", list(_ladder(standing))
    yield "People", [_row(_HEADINGS[name], _labels(who)) for name, who in term.people if who]
    yield "Mappings", list(_mappings(term.mappings))
    yield "Work", [_row(*pair) for iri, pair in facts if iri in _WORK]
    yield "Names and notes", [_row(*pair) for iri, pair in facts if iri not in told]


def _ladder(standing: Standing) -> Iterator[_Row]:
    level = standing.level
    height = f" ({level.rank} of {standing.height})" if level and level.rank else ""
    yield _row("level", [level.label + height if level else "none is stated"])
    yield _row("department", _labels(standing.departments) or ["none is stated"])
    yield _row("comes from", _steps(standing.before))
    yield _row("leads to", _steps(standing.after))
    if standing.ways:
        yield _row("ways to advance", _labels(standing.ways))


def _steps(neighbours: tuple[Neighbour, ...]) -> list[str]:
    """Return the titles one step away, stated steps first."""
    ordered = sorted(neighbours, key=lambda step: step.derived)
    shown = [step.label + " (derived)" * step.derived for step in ordered]
    return shown or ["no step is known"]


def _mappings(mappings: Iterable[Mapping]) -> Iterator[_Row]:
    found: dict[str, list[str]] = {}
    for mapping in mappings:
        label = f" “{mapping.label}”" if mapping.label else ""
        line = f"{mapping.relation}{label} {shorten(mapping.iri)}"
        found.setdefault(mapping.classification, []).append(line)
    for classification, lines in found.items():
        yield classification, lines, "\n"


def _row(heading: str, values: Sequence[str]) -> _Row:
    # Sentences get a line each, names share one; several sources may have one name.
    sentences = any(value.endswith(".") and value.count(" ") > 2 for value in values)
    return heading, list(dict.fromkeys(values)), "\n" if sentences else "; "


def _lines(row: _Row, indent: int) -> Iterator[str]:
    """Yield a row as lines: the heading, and the values folded beside it."""
    heading, values, between = row
    head = f"  {padded(printable(heading), indent - 2)}"
    for text in between.join(map(printable, values)).split("\n"):
        for line in textwrap.wrap(text, max(_WIDTH - indent, 30), break_long_words=False) or [""]:
            yield (head + line).rstrip()
            head = " " * indent


def _labels(terms: Iterable[Any]) -> list[str]:
    return [term.label for term in terms]


def _ladder_object(standing: Standing) -> dict[str, Any]:
    level = standing.level
    return {
        "level": {**_object(level), "rank": level.rank} if level else None,
        "departments": list(map(_object, standing.departments)),
        "before": [{**_object(step), "derived": step.derived} for step in standing.before],
        "after": [{**_object(step), "derived": step.derived} for step in standing.after],
        "ways": list(map(_object, standing.ways)),
    }


def _mapping_object(mapping: Mapping) -> dict[str, str | None]:
    return {
        "classification": mapping.classification,
        "relation": mapping.relation,
        "id": mapping.iri,
        "label": mapping.label or None,
    }


def _object(term: Any) -> dict[str, Any]:
    return {"id": term.iri, "label": term.label}
