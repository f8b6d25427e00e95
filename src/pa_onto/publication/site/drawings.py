"""The pictures of a vocabulary: which of its facts each of them draws.

The properties are named here and nowhere else; where a vocabulary has none of them, nothing is
drawn.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import pyoxigraph as ox

from ...catalogue import Catalogue
from ...namespaces import OWL, PA, RDF_TYPE, RDFS, SKOS
from .hierarchy import Hierarchy
from .names import Names
from .pictures import MOST, Axis, Cell, Node, Picture, Side, grid, neighbourhood, network
from .sections import APART

#: A picture of a relation has at most so many boxes and lines; a grid so many rows.
MOST_NODES: Final = 120
MOST_LINES: Final = 240
_MOST_ROWS: Final = 24
#: So many boxes stand on either side of a concept.
_MOST_BESIDE: Final = 9


class Drawn(NamedTuple):
    """The properties that pictures are made of: a grid of levels and groups, and a relation."""

    level: str = PA + "atLevel"
    group: str = PA + "inDepartment"
    step: str = PA + "advancesTo"
    relation: str = PA + "supervises"


#: The properties of the job-title vocabulary, which others may use as well.
DRAWN: Final = Drawn()


class Drawings:
    """Draws pictures of one catalogue."""

    def __init__(
        self, catalogue: Catalogue, names: Names, hierarchy: Hierarchy, drawn: Drawn = DRAWN
    ) -> None:
        self._catalogue, self._names, self._hierarchy = catalogue, names, hierarchy
        self._drawn = drawn
        self._live = {iri for iri in hierarchy.parents if not names.is_withdrawn(iri)}
        self._plain = {
            *(SKOS + name for name in ("broader", "narrower", "related")),
            *catalogue.subjects(RDF_TYPE, OWL + "SymmetricProperty"),
        }

    def ladder(self) -> Picture | None:
        """Draw concepts by level and group with the steps between them; None without levels."""
        of = {iri: self._first(iri, self._drawn.level) for iri in sorted(self._live)}
        levels = self._ordered({level for level in of.values() if level})
        if len(levels) < 2:
            return None
        inside = self._in_schemes_of([iri for iri, level in of.items() if level])
        cells: dict[tuple[str, str], list[str]] = defaultdict(list)
        for iri in self._names.by_name(inside):
            cells[of[iri], self._first(iri, self._drawn.group)].append(iri)
        rows = Counter(group for (_, group), found in cells.items() for _ in found)
        groups = sorted(rows, key=lambda g: (g != "", -rows[g], self._names.name(g).text))
        columns = [*levels, *([""] if any(not level for level, _ in cells) else [])]
        return grid(
            self._ladder_words(),
            [self._axis(level, self._drawn.level) for level in columns],
            [self._axis(group, self._drawn.group) for group in groups[:_MOST_ROWS]],
            [self._cell(level, group, found) for (level, group), found in cells.items()],
            self._edges(self._drawn.step, inside),
        )

    def relation(self) -> Picture | None:
        """Draw one relation between concepts; None where it is not used.

        With too many concepts, groups stand for their members, and the most connected remain.
        """
        edges = list(dict.fromkeys(self._edges(self._drawn.relation, sorted(self._live))))
        about = ""
        if len(_ends(edges)) > MOST_NODES or len(edges) > MOST_LINES:
            edges = _most_joined(
                (self._stands_for(one), self._stands_for(two)) for one, two in edges
            )
            about = " Groups stand for their members."
        name = self._names.name(self._drawn.relation).text
        words = (
            f"An arrow from one box to another says: {name}. Where a longer way joins them as "
            f"well, it is dashed. Dashed boxes are of another scheme.{about}"
        )
        nodes = self._styled(_ends(edges))
        return network("page-relation", f"Who {name} whom", words, nodes, edges, name)

    def around(self, iri: str) -> Picture | None:
        """Draw a concept among those of its scheme that it is related to; None without any."""
        before = [self._side(SKOS + "broader", self._hierarchy.parents.get(iri, []))]
        after = [self._side(SKOS + "narrower", self._hierarchy.children.get(iri, []))]
        schemes = set(self._catalogue.nodes(iri, SKOS + "inScheme"))
        about, inbound = self._catalogue.about(iri), self._catalogue.inbound(iri)
        for predicate in sorted({*about, *inbound} - APART):
            out = self._same(self._catalogue.nodes(iri, predicate), schemes, iri)
            after.append(self._side(predicate, out))
            others = [node for node in inbound.get(predicate, ()) if node not in out]
            before.append(self._side(predicate, self._same(others, schemes, iri)))
        sides = [_at_most([side for side in part if side.nodes]) for part in (before, after)]
        if not any(sides):
            return None
        label = self._names.name(iri).text
        words = ("page-around", f"What is around {label}", "Relations within the same scheme.")
        return neighbourhood(words, sides[0], self._node(iri)._replace(style="self"), sides[1])

    def _same(self, nodes: Iterable[str], schemes: set[str], iri: str) -> list[str]:
        return [
            node
            for node in nodes
            if node in self._hierarchy.parents
            and node != iri
            and not schemes.isdisjoint(self._catalogue.nodes(node, SKOS + "inScheme"))
        ]

    def _side(self, predicate: str, nodes: Sequence[str]) -> Side:
        name = self._names.name(predicate)
        style = "plain" if predicate in self._plain else "step"
        boxes = tuple(self._node(node) for node in self._names.by_name(nodes))
        return Side(name.text, name.language, boxes, style)

    def _node(self, iri: str, style: str = "node") -> Node:
        link = self._names.link(iri)
        return Node(iri, link.text, link.language, "" if link.outside else link.href, style)

    def _styled(self, iris: Iterable[str]) -> dict[str, Node]:
        """Return nodes; those of other schemes than most of them look different."""
        scheme = {iri: self._first(iri, SKOS + "inScheme") for iri in sorted(iris)}
        usual = Counter(scheme.values()).most_common(1)
        return {
            iri: self._node(iri, "node" if found == usual[0][0] else "other")
            for iri, found in scheme.items()
        }

    def _first(self, iri: str, predicate: str) -> str:
        nodes = self._catalogue.nodes(iri, predicate)
        return next((node for node in nodes if node in self._catalogue.entries), "")

    def _edges(self, predicate: str, sources: Iterable[str]) -> Iterable[tuple[str, str]]:
        for iri in sources:
            for target in self._catalogue.nodes(iri, predicate):
                if target in self._live:
                    yield iri, target

    def _in_schemes_of(self, iris: Sequence[str]) -> list[str]:
        schemes = {
            scheme for iri in iris for scheme in self._catalogue.nodes(iri, SKOS + "inScheme")
        }
        return sorted(
            self._live.intersection(i for s in schemes for i in self._hierarchy.schemes.get(s, ()))
            | set(iris)
        )

    def _ordered(self, levels: set[str]) -> list[str]:
        """Return levels in the order of a collection, else of a number they have, else by name."""
        for members in self._hierarchy.members.values():
            if levels.issubset(members):
                return [member for member in members if member in levels]
        numbers = {level: self._number(level) for level in levels}
        return sorted(levels, key=lambda level: (numbers[level], self._names.name(level).text))

    def _number(self, iri: str) -> float:
        for _, values in sorted(self._catalogue.about(iri).items()):
            for value in values:
                if isinstance(value, ox.Literal) and value.datatype.value.endswith("integer"):
                    return int(value.value)
        return 0

    def _axis(self, iri: str, predicate: str) -> Axis:
        if iri:
            return Axis(iri, *self._names.link(iri)[:3])
        return Axis("", f"No single {self._kind(predicate)}")

    def _kind(self, predicate: str) -> str:
        """Return what the values of a property are called."""
        return self._names.name(self._first(predicate, RDFS + "range") or predicate).text

    def _cell(self, level: str, group: str, iris: Sequence[str]) -> Cell:
        nodes = [self._node(iri, "node" if level else "other") for iri in iris]
        if len(nodes) > MOST:
            more = f"and {len(nodes) - MOST + 1} more"
            href = self._names.href(group) or self._names.href(level)
            nodes[MOST - 1 :] = [Node(f"{level} {group}", more, "", href, "more")]
        return Cell(level, group, tuple(nodes))

    def _stands_for(self, iri: str) -> str:
        above = self._hierarchy.path_to(iri)
        return self._first(iri, self._drawn.group) or (above[0] if above else iri)

    def _ladder_words(self) -> tuple[str, str, str]:
        level, group = (self._kind(iri) for iri in (self._drawn.level, self._drawn.group))
        step = self._names.name(self._drawn.step).text
        about = f"Columns: {level}. Rows: {group}. An arrow from one box to another says: {step}."
        return "page-ladder", "Career ladder", about


def _ends(edges: Iterable[tuple[str, str]]) -> set[str]:
    return {iri for edge in edges for iri in edge}


def _most_joined(edges: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the edges between the nodes with the most of them, as many as can be drawn."""
    unique = [edge for edge in dict.fromkeys(edges) if edge[0] != edge[1]]
    counts = Counter(iri for edge in unique for iri in edge)
    ranked = sorted(counts, key=lambda iri: (-counts[iri], iri))
    most = MOST_NODES
    while True:
        kept = set(ranked[:most])
        found = [edge for edge in unique if kept.issuperset(edge)]
        if len(found) <= MOST_LINES:
            return found
        most = most * 3 // 4


def _at_most(sides: Sequence[Side]) -> list[Side]:
    """Return sides with so many nodes that the picture stays small, each with its share."""
    room = max(1, _MOST_BESIDE // len(sides)) if sides else 0
    free = _MOST_BESIDE - sum(min(len(side.nodes), room) for side in sides)
    found = []
    for side in sides[:_MOST_BESIDE]:
        extra = min(max(0, len(side.nodes) - room), max(0, free))
        free -= extra
        kept = side.nodes[: room + extra]
        if more := len(side.nodes) - len(kept):
            kept = (*kept, Node("", f"and {more} more", style="more"))
        found.append(side._replace(nodes=kept))
    return found
