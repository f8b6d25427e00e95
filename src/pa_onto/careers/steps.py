"""What a career is made of: routes of steps, and what each step asks for."""

from __future__ import annotations

from typing import NamedTuple

from .ladder import Ladder, Named, Title, Way


class Step(NamedTuple):
    """One step of a career: from the title before to the next one.

    ``derived`` says that nobody states it: the title is in the same department and on the
    next level. ``skills`` and ``duties`` are those stated of this very title and not of the
    one before. ``ways`` are the ways to advance that start from the title before, first those
    that lead to this one by name, then those that lead to none in particular.
    """

    before: Title
    title: Title
    derived: bool
    skills: tuple[Named, ...]
    duties: tuple[Named, ...]
    ways: tuple[Way, ...]


class Route(NamedTuple):
    """Steps from one title to another."""

    steps: tuple[Step, ...]

    @property
    def derived(self) -> int:
        """The number of derived steps."""
        return sum(step.derived for step in self.steps)


class Career(NamedTuple):
    """How a career leads from one title to another.

    ``routes`` come in order, the best first; ``more`` says that there are others, and
    ``fewest`` how many steps the shortest of all has. Where there is none, ``reachable`` are
    the titles at the highest level that can be reached from the start, ``before`` those one
    step before the goal, ``instead`` titles like the start (similar or broader) from which steps
    lead to the goal; ``backwards`` says that steps lead from the goal to the start, and
    ``derivable`` that there are routes with derived steps, which were not asked for.
    ``notices`` say what messy titles were taken for.
    """

    start: Title
    goal: Title
    routes: tuple[Route, ...] = ()
    fewest: int = 0
    more: bool = False
    reachable: tuple[Title, ...] = ()
    before: tuple[Title, ...] = ()
    instead: tuple[Title, ...] = ()
    backwards: bool = False
    derivable: bool = False
    only_stated: bool = False
    notices: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """``found``, ``none``, or ``same`` where start and goal are one title."""
        if self.start.iri == self.goal.iri:
            return "same"
        return "found" if self.routes else "none"


def step_between(ladder: Ladder, before: str, after: str) -> Step:
    """Return the step from one title to another."""
    return Step(
        ladder.titles[before],
        ladder.titles[after],
        not ladder.is_stated(before, after),
        _new(ladder, before, after, "requiresSkill"),
        _new(ladder, before, after, "hasDuty"),
        _ways(ladder, before, after),
    )


def _new(ladder: Ladder, before: str, after: str, predicate: str) -> tuple[Named, ...]:
    had = {term.iri for term in ladder.asked_of(before, predicate)}
    return tuple(term for term in ladder.asked_of(after, predicate) if term.iri not in had)


def _ways(ladder: Ladder, before: str, after: str) -> tuple[Way, ...]:
    ways = ladder.ways_from(before)
    named = [way for way in ways if after in way.leads_to]
    return (*named, *(way for way in ways if not way.leads_to))
