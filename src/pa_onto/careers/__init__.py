"""Careers: the steps that lead from one job title to another.

Routes are ordered by one rule: the fewest derived steps first, then the fewest steps, then
the labels of the titles. A stated step is what the vocabulary says, a derived one what we
conclude from a department and two levels; so a route is as good as its conclusions are few,
and among routes as good as each other the shorter one is better. The shortest of all routes
is among those that are returned, last where the rule would have left it out.
"""

from __future__ import annotations

from itertools import islice, pairwise

import pyoxigraph as ox

from ..arguments import PathLike, as_flag, as_number, as_text
from ..errors import NotFoundError, UsageError
from ..lookup import not_found, taken_for, terms_called, title_meant, unanswered
from ..namespaces import expand, shorten
from ..project import Project, project_given
from ..vocabulary import published_text
from .ladder import Ladder, Level, Named, Title, Way
from .routes import SHORTEST_FIRST, Network
from .steps import Career, Route, Step, step_between

__all__ = ["Career", "Ladder", "Level", "Named", "Route", "Step", "Title", "Way", "path"]


def path(
    start: str,
    goal: str,
    *,
    most: int = 3,
    only_stated: bool = False,
    project: Project | PathLike | None = None,
    language: str = "en",
) -> Career:
    """Return the career steps from one title to another, at most ``most`` routes.

    Titles are given as IRI, CURIE, code or label in any case; what is none of them is
    resolved as a messy title. ``only_stated`` leaves derived steps out.

    Raises NotFoundError when no job title, or more than one, is called that, and UsageError
    for a vocabulary that knows no job titles.

    >>> route = path("Set PA", "1st AD").routes[0]
    >>> [(step.title.label, step.derived) for step in route.steps]
    [('Second Assistant Director', False), ('First Assistant Director', True)]
    """
    start, goal = as_text(start, "start"), as_text(goal, "goal")
    most, only_stated = as_number(most, "most", 1), as_flag(only_stated, "only_stated")
    language, project = as_text(language, "language"), project_given(project)
    store = ox.Store()
    store.load(published_text(project), format=ox.RdfFormat.N_TRIPLES, lenient=True)
    ladder = Ladder(store, language)
    if not ladder.titles:
        raise UsageError(
            "The vocabulary has no job titles, so there are no steps between them.",
            cure="Declare titles as pa:JobTitle, and steps with pa:advancesTo.",
        )
    notices: list[str] = []
    ends = [_title(name, ladder, store, project, notices) for name in (start, goal)]
    return career(ladder, ends[0], ends[1], most=most, only_stated=only_stated)._replace(
        notices=tuple(notices)
    )


def career(ladder: Ladder, start: str, goal: str, *, most: int, only_stated: bool) -> Career:
    """Return the career between two titles of a ladder, given by their IRIs.

    The first half of the work goes in the number of facts; each alternative costs at most as
    many searches as a route has steps.
    """
    ends = ladder.titles[start], ladder.titles[goal]
    if start == goal:
        return Career(*ends, only_stated=only_stated)
    network = Network(ladder, only_stated=only_stated)
    found = list(islice(network.best(start, goal), most + 1))
    if not found:
        return _none(ladder, network, start, goal, only_stated)
    routes = found[:most]
    shortest = next(network.best(start, goal, SHORTEST_FIRST))
    if most > 1 and len(shortest) < min(map(len, routes)):
        routes[most - 1 :] = [shortest]
    return Career(
        *ends,
        tuple(_route(ladder, titles) for titles in routes),
        fewest=len(shortest) - 1,
        more=len(found) > most,
        only_stated=only_stated,
    )


def _route(ladder: Ladder, titles: tuple[str, ...]) -> Route:
    return Route(tuple(step_between(ladder, *pair) for pair in pairwise(titles)))


def _none(ladder: Ladder, network: Network, start: str, goal: str, only_stated: bool) -> Career:
    """Return what can be said where no steps lead from one title to another."""
    ahead = [ladder.titles[title] for title in network.reachable(start)]
    highest = max((title.rank or 0 for title in ahead), default=0)
    before = ladder.steps_to(goal)
    leading = set(network.leading_to(goal))
    return Career(
        ladder.titles[start],
        ladder.titles[goal],
        reachable=tuple(title for title in ahead if (title.rank or 0) == highest),
        before=tuple(
            ladder.titles[title] for title in before if not (only_stated and before[title])
        ),
        instead=tuple(ladder.titles[title] for title in ladder.like(start) if title in leading),
        backwards=start in network.reachable(goal),
        derivable=only_stated and goal in Network(ladder).reachable(start),
        only_stated=only_stated,
    )


def _title(name: str, ladder: Ladder, store: ox.Store, project: Project, notices: list[str]) -> str:
    """Return the IRI of the title that is called so. Raises NotFoundError."""
    if (iri := expand(name.strip()) or name.strip()) in ladder.titles:
        return iri
    called = terms_called(name, store)
    titles = [node.value for node in called if node.value in ladder.titles]
    if len(titles) == 1:
        return titles[0]
    if titles:
        names = ", ".join(map(shorten, titles))
        raise NotFoundError(f"Several titles are called {name!r}. Name one of {names}.")
    answer = title_meant(name, project)
    if answer and answer.title in ladder.titles:
        notices.append(taken_for(answer))
        return answer.title
    if called and not (answer and answer.candidates):
        raise NotFoundError(f"{shorten(called[0].value)} is no job title.")
    raise NotFoundError(unanswered(answer, store) if answer else not_found(name, store))
