"""The best routes over a ladder, in an order that is the same every time.

Routes without a repeated title are enumerated best first by Yen's algorithm (1971) with
Lawler's partition (1972): a route that was found splits what is left into the routes that
leave it at one of its titles. Each part waits under a bound, the best walk that leaves there;
where that walk repeats no title it is the best of its part, and only otherwise is the part
searched. One search is Dijkstra's, towards the goal.

A rung of 2,500 titles above another of 2,500 makes six million steps, and so does a way to
advance with as many starts and ends. Both are nodes of the network, between the titles, so
that a search takes time in the number of facts and not of steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from .ladder import Ladder

#: Alternatives leave a route at one of its first titles; no ladder has as many rungs.
BRANCHES: Final = 50
# One part of a cost counts steps, the other derived steps; no route has as many of either.
_UNIT: Final = 1 << 32
_UNREACHED: Final = 1 << 80


class Cost(NamedTuple):
    """What a stated and a derived step cost."""

    stated: int
    derived: int


#: Fewest derived steps first, then fewest steps.
STATED_FIRST: Final = Cost(1, _UNIT + 1)
#: Fewest steps first, then fewest derived ones.
SHORTEST_FIRST: Final = Cost(_UNIT, _UNIT + 1)


class _Part(NamedTuple):
    """The routes that begin with ``titles[:kept]`` and do not go on to one of ``barred``.

    ``titles`` is the best walk among them and ``cost`` its cost; compared in this order.
    """

    cost: int
    titles: tuple[int, ...]
    kept: int
    barred: frozenset[int]


class Network:
    """Titles by number, in the order of their labels, and after them what joins many to many."""

    def __init__(self, ladder: Ladder, *, only_stated: bool = False) -> None:
        self.names = sorted(ladder.titles, key=ladder.order)
        self.number = {name: number for number, name in enumerate(self.names)}
        self._stated = [
            frozenset(self.number[other] for other in ladder.advances_to(name))
            for name in self.names
        ]
        self._members: list[tuple[int, ...]] = []
        self._to_many: list[list[tuple[int, bool]]] = [[] for _ in self.names]
        for way in ladder.ways:
            self._join(way.starts, way.leads_to, derived=False)
        if not only_stated:
            self._join_rungs(ladder)

    def best(self, start: str, goal: str, cost: Cost = STATED_FIRST) -> Iterator[tuple[str, ...]]:
        """Yield the routes from one title to another by cost, equal ones by their labels."""
        routes = _Routes(self, self.number[goal], cost)
        for titles in routes.from_title(self.number[start]):
            yield tuple(self.names[title] for title in titles)

    def reachable(self, start: str) -> list[str]:
        """Return the titles that can be reached from a title, that one left out."""
        found, pending, spread = {self.number[start]}, [self.number[start]], set[int]()
        while pending:
            title = pending.pop()
            joints = [joint for joint, _ in self._to_many[title] if joint not in spread]
            spread.update(joints)
            new = set(self._stated[title]).union(*(self._members[j] for j in joints)) - found
            found |= new
            pending += new
        return [self.names[title] for title in sorted(found - {self.number[start]})]

    def leading_to(self, goal: str) -> list[str]:
        """Return the titles from which a title can be reached, that one left out."""
        routes = _Routes(self, self.number[goal], STATED_FIRST)
        return [name for name in self.names if name != goal and routes.start_at(self.number[name])]

    def steps(self, title: int, cost: Cost) -> dict[int, int]:
        """Return the titles one step from a title, and what the step costs."""
        found: dict[int, int] = {}
        for derived in (True, False):
            price = cost.derived if derived else cost.stated
            for joint, is_derived in self._to_many[title]:
                if is_derived == derived:
                    found.update(dict.fromkeys(self._members[joint], price))
        found.update(dict.fromkeys(self._stated[title], cost.stated))
        return found

    def backwards(self, cost: Cost) -> list[list[tuple[int, int]]]:
        """Return for every title and joint what comes before it, and at what cost."""
        count = len(self.names)
        before: list[list[tuple[int, int]]] = [[] for _ in range(count + len(self._members))]
        for title in range(count):
            for other in self._stated[title]:
                before[other].append((title, cost.stated))
            for joint, derived in self._to_many[title]:
                before[count + joint].append((title, cost.derived if derived else cost.stated))
        for joint, members in enumerate(self._members):
            for member in members:
                before[member].append((count + joint, 0))
        return before

    def _join(self, starts: Iterable[str], ends: Iterable[str], *, derived: bool) -> None:
        for start in starts:
            self._to_many[self.number[start]].append((len(self._members), derived))
        self._members.append(tuple(self.number[end] for end in ends))

    def _join_rungs(self, ladder: Ladder) -> None:
        for (department, rank), members in ladder.rungs.items():
            self._join(ladder.rungs.get((department, rank - 1), []), members, derived=True)


class _Routes:
    """The routes to one goal."""

    def __init__(self, network: Network, goal: int, cost: Cost) -> None:
        self._network = network
        self._goal = goal
        self._cost = cost
        self._before = network.backwards(cost)
        self._distance = self._distances(())
        self._next: dict[int, int] = {}

    def start_at(self, title: int) -> bool:
        """Tell whether there is a route from a title."""
        return self._distance[title] < _UNREACHED

    def from_title(self, start: int) -> Iterator[tuple[int, ...]]:
        """Yield the routes from a title, best first."""
        waiting: list[_Part] = []
        self._wait(waiting, (start,), 0, frozenset())
        while waiting:
            part = heappop(waiting)
            if len(set(part.titles)) < len(part.titles):
                self._search(waiting, part)
                continue
            yield part.titles
            paid = self._prices(part.titles)
            for kept in range(part.kept, min(len(part.titles), BRANCHES + 1)):
                barred = part.barred if kept == part.kept else frozenset[int]()
                barred |= {part.titles[kept]}
                self._wait(waiting, part.titles[:kept], paid[kept - 1], barred)

    def _wait(
        self, waiting: list[_Part], titles: tuple[int, ...], paid: int, barred: frozenset[int]
    ) -> None:
        """Let the routes that go on from some titles wait under their best walk."""
        first = self._step(titles[-1], self._distance, barred)
        if first is None:
            return
        walk = [title := first[1]]
        while title != self._goal:
            if title not in self._next and (step := self._step(title, self._distance)):
                self._next[title] = step[1]
            walk.append(title := self._next[title])
        heappush(waiting, _Part(paid + first[0], titles + tuple(walk), len(titles), barred))

    def _search(self, waiting: list[_Part], part: _Part) -> None:
        """Find the best route of a part whose best walk repeats a title."""
        titles = part.titles[: part.kept]
        distance = self._distances(titles)
        cost = self._prices(titles)[-1]
        step = self._step(titles[-1], distance, part.barred)
        if step is not None:
            cost += step[0]
        while step is not None:
            titles = (*titles, step[1])
            step = self._step(step[1], distance)
        if titles[-1] == self._goal:
            heappush(waiting, part._replace(cost=cost, titles=titles))

    def _step(
        self, title: int, distance: list[int], barred: frozenset[int] = frozenset()
    ) -> tuple[int, int] | None:
        """Return the step that is cheapest to the goal, the first by label among equal ones.

        None where no step leads there, and at the goal.
        """
        if title == self._goal:
            return None
        steps = self._network.steps(title, self._cost).items()
        ahead = [
            (price + distance[other], other)
            for other, price in steps
            if distance[other] < _UNREACHED and other != title and other not in barred
        ]
        return min(ahead, default=None)

    def _prices(self, titles: tuple[int, ...]) -> list[int]:
        """Return what it costs from the first title to each."""
        prices = (self._network.steps(a, self._cost)[b] for a, b in pairwise(titles))
        return list(accumulate(prices, initial=0))

    def _distances(self, closed: tuple[int, ...]) -> list[int]:
        """Return what it costs to come to the goal from everywhere, some titles closed."""
        distance = [_UNREACHED] * len(self._before)
        distance[self._goal] = 0
        waiting = [(0, self._goal)]
        shut = frozenset(closed)
        while waiting:
            cost, node = heappop(waiting)
            if cost > distance[node]:
                continue
            for other, price in self._before[node]:
                if cost + price < distance[other] and other not in shut:
                    distance[other] = cost + price
                    heappush(waiting, (cost + price, other))
        return distance
