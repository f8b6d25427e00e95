"""A career as text for people, as JSON, and as a graph in the DOT language of Graphviz."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any, Final

from ..careers import Career, Level, Named, Route, Step, Title, Way
from ..namespaces import shorten
from .summary import plural
from .text import printable, well_formed

_WIDTH: Final = 88
_INDENT: Final = 19


def career_as_text(career: Career) -> str:
    """Return a career for people: one route under the other, each step with what it asks for.

    What a step asks for is told once, in the first route that takes it.
    """
    head = f"{_place(career.start)}\nto {_place(career.goal)}\n"
    if career.status == "same":
        return f"{head}\nBoth are one title; no step is needed."
    if career.status == "none":
        return "\n".join([head, *(line for why in _why_none(career) for line in _folded(why, ""))])
    told: set[tuple[str, str]] = set()
    lines = [head, *_summary(career)]
    for number, route in enumerate(career.routes, start=1):
        lines += ["", f"Route {number}: {_counts(route)}", f"  {printable(career.start.label)}"]
        for step in route.steps:
            lines += _step(step, told)
    return "\n".join(lines)


def career_as_json(career: Career) -> str:
    """Return a career as one JSON object.

    ``from``, ``to``, ``reachable``, ``before`` and ``instead`` are titles: ``id``, ``code``,
    ``label``, ``level`` (null where there is none) and ``departments``. ``status`` is
    ``found``, ``none`` or ``same``. ``routes`` have ``steps``, each with the id of the title
    before (``from``), the title (``to``), ``derived``, and the ``skills``, ``duties`` and
    ``ways`` of :class:`Step`.
    """
    content = {
        "from": title_as_object(career.start),
        "to": title_as_object(career.goal),
        "status": career.status,
        "onlyStated": career.only_stated,
        "fewestSteps": career.fewest if career.status == "found" else None,
        "more": career.more,
        "routes": [
            {
                "derived": route.derived,
                "shortest": len(route.steps) == career.fewest,
                "steps": list(map(_step_object, route.steps)),
            }
            for route in career.routes
        ],
        "reachable": list(map(title_as_object, career.reachable)),
        "before": list(map(title_as_object, career.before)),
        "instead": list(map(title_as_object, career.instead)),
        "backwards": career.backwards,
    }
    return well_formed(json.dumps(content, ensure_ascii=False, indent=2))


def career_as_dot(career: Career) -> str:
    """Return a career as a directed graph: derived steps dashed, one level a row."""
    titles = {title.iri: title for title in (career.start, career.goal)}
    steps = {}
    for route in career.routes:
        for step in route.steps:
            titles[step.title.iri] = step.title
            steps[step.before.iri, step.title.iri] = step
    lines = [
        "digraph career {",
        "  rankdir=BT;",
        '  node [shape=box, style=rounded, fontname="Helvetica"];',
        '  edge [fontname="Helvetica", fontsize=10];',
        *(f"  {_node(title)}" for title in titles.values()),
        *(f"  {_edge(step)}" for step in steps.values()),
        "}",
    ]
    return well_formed("\n".join(lines))


def _summary(career: Career) -> Iterator[str]:
    count = len(career.routes)
    steps = plural(career.fewest, "step")
    if career.more:
        routes = f"{plural(count, 'route')} of more, which --most shows"
        yield f"{routes}; the shortest takes {steps}."
    elif count == 1:
        yield f"The only route takes {steps}."
    else:
        yield f"{count} routes, the best first; the shortest takes {steps}."
    if any(route.derived for route in career.routes):
        yield "→ is a stated step, ⇢ a derived one: same department, next level."


def _counts(route: Route) -> str:
    steps = plural(len(route.steps), "step")
    if not route.derived:
        return f"{steps}, stated"
    return f"{steps}, {route.derived} derived"


def _step(step: Step, told: set[tuple[str, str]]) -> Iterator[str]:
    arrow, kind = ("⇢", "  (derived)") if step.derived else ("→", "")
    yield f"  {arrow} {printable(step.title.label)}{kind}"
    pair = (step.before.iri, step.title.iri)
    if pair in told:
        return
    told.add(pair)
    for heading, text in _details(step):
        if text:
            yield from _folded(text, f"      {heading}".ljust(_INDENT))


def _details(step: Step) -> Iterator[tuple[str, str]]:
    before, after = step.before, step.title
    yield "level", _change(_level(before.level), _level(after.level))
    yield "department", _change(_listed(before.departments), _listed(after.departments))
    yield "new skills", _listed(step.skills)
    yield "new duties", _listed(step.duties)
    named = [way for way in step.ways if way.leads_to]
    yield "way there", "; ".join(map(_way, named))
    yield "helps", _listed([way for way in step.ways if not way.leads_to])


def _change(before: str, after: str) -> str:
    """Say where a step leads, and from where; nothing where it changes nothing."""
    if before == after:
        return ""
    return f"{after or 'none'} (before: {before or 'none'})"


def _level(level: Level | None) -> str:
    return level.label if level else ""


def _way(way: Way) -> str:
    builds = f" (builds {', '.join(term.label for term in way.builds)})" if way.builds else ""
    return way.label + builds


def _listed(terms: Iterable[Named | Way]) -> str:
    return "; ".join(term.label for term in terms)


def _place(title: Title) -> str:
    """Return a title with where it stands."""
    where = [_level(title.level) or "no level", _listed(title.departments) or "no department"]
    return printable(f"{title.label} ({', '.join(where)})")


def _why_none(career: Career) -> Iterator[str]:
    """Yield sentences that say why there is no route, and what there is instead."""
    start, goal = career.start, career.goal
    stated = "stated steps" if career.only_stated else "steps"
    yield f"No {stated} lead from {start.label} to {goal.label}."
    if career.derivable:
        yield "There are routes with derived steps; leave --only-stated out."
    yield from _direction(career)
    if career.reachable:
        level = career.reachable[0].level
        height = f" at {level.label}" if level else ""
        yield f"Steps from {start.label} lead as far as {_either(career.reachable)}{height}."
    else:
        yield f"Nothing follows {start.label}{_lacks(start, career, 'next level')}."
    if career.instead:
        like = f"like {start.label} (similar or broader)"
        yield f"Steps lead there from {_either(career.instead)}, {like}."
    if career.before:
        yield f"One step before {goal.label} is {_either(career.before)}."
    else:
        yield f"Nothing comes before {goal.label}{_lacks(goal, career, 'level below')}."


def _direction(career: Career) -> Iterator[str]:
    start, goal = career.start, career.goal
    if career.backwards:
        yield f"It would be a step down: {start.label} comes after {goal.label}."
    elif start.level and goal.level and start.rank and goal.rank:
        if goal.rank < start.rank:
            yield f"It would be a step down, from {start.level.label} to {goal.level.label}."
        elif goal.rank == start.rank:
            yield f"It would be a step aside: both are at {goal.level.label}."


def _lacks(title: Title, career: Career, level: str) -> str:
    """Say why no step can be derived: what a title lacks, or that nobody is on a level."""
    if career.only_stated:
        return ""
    missing = [
        *(["level"] if title.rank is None else []),
        *(["department"] if not title.departments else []),
    ]
    if missing:
        return f", which has no {' and no '.join(missing)} to derive steps from"
    return f": no title of its department is on the {level}"


def _either(titles: tuple[Title, ...]) -> str:
    shown = [title.label for title in titles[:5]]
    if len(titles) > len(shown):
        shown.append(f"{len(titles) - len(shown)} others")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _folded(text: str, head: str) -> list[str]:
    """Return a text as lines, the first after a head and the rest below it."""
    return textwrap.wrap(
        printable(text),
        _WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )


def title_as_object(title: Title) -> dict[str, Any]:
    """Return a title and where it stands, as JSON has it."""
    level = title.level
    return {
        "id": title.iri,
        "code": title.code,
        "label": title.label,
        "level": {"id": level.iri, "label": level.label, "rank": level.rank} if level else None,
        "departments": list(map(_term, title.departments)),
    }


def _step_object(step: Step) -> dict[str, Any]:
    return {
        "from": step.before.iri,
        "to": title_as_object(step.title),
        "derived": step.derived,
        "skills": list(map(_term, step.skills)),
        "duties": list(map(_term, step.duties)),
        "ways": [
            {**_term(way), "leadsTo": bool(way.leads_to), "builds": list(map(_term, way.builds))}
            for way in step.ways
        ],
    }


def _term(term: Named | Way) -> dict[str, str]:
    return {"id": term.iri, "label": term.label}


def _node(title: Title) -> str:
    where = [_level(title.level), _listed(title.departments)]
    lines = [title.label, ", ".join(filter(None, where))]
    label = "\\n".join(_escaped(line) for line in lines if line)
    return f'"{_name(title)}" [label="{label}", URL="{_escaped(title.iri)}"];'


def _edge(step: Step) -> str:
    look = ' [style=dashed, label="  derived"]' if step.derived else ""
    return f'"{_name(step.before)}" -> "{_name(step.title)}"{look};'


def _name(title: Title) -> str:
    # Nothing but a quotation mark is special in the name of a node.
    return printable(shorten(title.iri)).replace("\\", "%5C").replace('"', "%22")


def _escaped(text: str) -> str:
    """Return a text as a label: backslashes and character entities mean nothing in it."""
    text = printable(text).replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("&", "&amp;")
