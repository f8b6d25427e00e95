"""Pictures as values: nothing overlaps, nothing is left out, thousands collapse."""

from __future__ import annotations

import re
from itertools import combinations

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from pa_onto.catalogue import Catalogue
from pa_onto.namespaces import OWL, PA, PREFIXES, RDF_TYPE, SKOS
from pa_onto.publication.site.drawings import MOST_LINES, MOST_NODES, Drawings
from pa_onto.publication.site.hierarchy import Hierarchy
from pa_onto.publication.site.names import Names
from pa_onto.publication.site.pictures import MOST, Node, Picture, network
from pa_onto.publication.site.pictures.layering import layered
from pa_onto.publication.site.pictures.picture import Box, text_width, wrapped
from pa_onto.triples import Triple

BASE = "https://example.org/v/"
_KEYS = st.sampled_from([f"n{number}" for number in range(14)])
_EDGES = st.lists(st.tuples(_KEYS, _KEYS), max_size=40)


def _apart(one: Box, two: Box) -> bool:
    return (
        one.x + one.width <= two.x
        or two.x + two.width <= one.x
        or one.y + one.height <= two.y
        or two.y + two.height <= one.y
    )


def _nodes(count: int) -> dict[str, Node]:
    return {f"n{n}": Node(f"n{n}", f"Node {n} " + "with words " * (n % 5)) for n in range(count)}


@settings(deadline=None)
@given(_EDGES)
def test_any_relation_is_drawn_whole_and_without_overlaps(edges: list[tuple[str, str]]) -> None:
    real = {edge for edge in edges if edge[0] != edge[1]}
    picture = network("k", "t", "d", _nodes(14), edges)
    if not real:
        assert picture is None
        return
    assert picture is not None
    assert {box.node.key for box in picture.boxes} == {key for edge in real for key in edge}
    assert len(picture.lines) == len(real)
    for one, two in combinations(picture.boxes, 2):
        assert _apart(one, two)
    for box in picture.boxes:
        assert box.x >= 0 and box.x + box.width <= picture.width
        assert box.y >= 0 and box.y + box.height <= picture.height


@settings(deadline=None)
@given(_EDGES)
def test_lines_begin_and_end_at_their_boxes(edges: list[tuple[str, str]]) -> None:
    nodes = _nodes(14)
    picture = network("k", "t", "d", nodes, edges)
    boxes = {box.node.label: box for box in picture.boxes} if picture else {}
    for line in picture.lines if picture else ():
        source, target = (boxes[label] for label in line.title.split(" → "))
        numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", line.path.replace("H", "H "))]
        assert numbers[0] in (source.x, source.x + source.width)
        assert abs(numbers[1] - (source.y + source.height / 2)) < 0.2
        assert numbers[-1 if "H" in line.path[-8:] else -2] in (target.x, target.x + target.width)


@settings(deadline=None)
@given(_EDGES)
def test_edges_without_a_circle_lead_from_left_to_right(edges: list[tuple[str, str]]) -> None:
    forward = [(a, b) for a, b in edges if int(a[1:]) < int(b[1:])]
    picture = network("k", "t", "d", _nodes(14), forward)
    left = {box.node.key: box.x for box in picture.boxes} if picture else {}
    assert all(left[a] < left[b] for a, b in forward)


def test_a_tree_is_drawn_without_crossings() -> None:
    tree = [(f"n{(n - 1) // 3}", f"n{n}") for n in range(1, 40)]
    order = sorted(tree, key=lambda edge: hash_of(edge[1]))
    layers = layered(order, lambda key: 30, 8)
    for upper, lower in zip(layers.layers, layers.layers[1:], strict=False):
        places = [lower.index(b) for a in upper for x, b in tree if x == a]
        assert all(
            not (upper.index(a) < upper.index(c) and lower.index(b) > lower.index(d))
            for a, b in tree
            for c, d in tree
            if a in upper and c in upper
        ), places


def hash_of(text: str) -> int:
    """A fixed shuffle."""
    return int(text[1:]) * 7919 % 41


@settings(deadline=None)
@given(st.text(max_size=400), st.integers(1, 4))
def test_wrapped_text_fits_and_loses_nothing_but_what_is_cut(text: str, most: int) -> None:
    lines = wrapped(text, 138, most)
    assert 1 <= len(lines) <= most
    assert all(text_width(line) <= 138.01 for line in lines)
    if not lines[-1].endswith("…"):
        assert "".join("".join(lines).split()) == "".join(text.split())


def _drawings(lines: list[str]) -> Drawings:
    graph = f"@prefix skos: <{SKOS}> . @prefix pa: <{PA}> . @prefix owl: <{OWL}> .\n"
    text = f"{graph}@prefix : <{BASE}> .\n:s a skos:ConceptScheme .\n" + "\n".join(lines)
    triples = [
        Triple(q.subject, q.predicate, q.object) for q in ox.parse(text, format=ox.RdfFormat.TURTLE)
    ]
    assert any(t.predicate.value == RDF_TYPE for t in triples)
    catalogue = Catalogue(BASE, triples)
    names = Names(catalogue, PREFIXES)
    return Drawings(catalogue, names, Hierarchy(catalogue, names))


def _company(count: int) -> list[str]:
    lines = [
        f":l{n} a skos:Concept ; skos:prefLabel 'Level {n}' ; pa:rank {9 - n} ." for n in range(5)
    ]
    lines += [f":d{n} a skos:Concept ; skos:prefLabel 'Department {n}' ." for n in range(7)]
    for n in range(count):
        lines.append(
            f":c{n} a skos:Concept ; skos:inScheme :s ; skos:prefLabel 'Title {n}' ;"
            f" pa:atLevel :l{n % 5} ; pa:inDepartment :d{n % 7} ; pa:supervises :c{n // 3} ;"
            f" pa:advancesTo :c{n + 1} ."
        )
    return [*lines, f":c{count} a skos:Concept ."]


def test_a_ladder_of_thousands_keeps_its_size() -> None:
    picture = _drawings(_company(3000)).ladder()
    assert picture is not None
    assert len(picture.boxes) <= 5 * 7 * MOST + MOST
    more = [box for box in picture.boxes if box.node.style == "more"]
    assert more[0].node.label == f"and {3000 // 35 + 1 - MOST + 1} more"
    assert all(box.node.href for box in more)
    for one, two in combinations(picture.boxes, 2):
        assert _apart(one, two)


def test_a_ladder_has_levels_in_the_order_of_their_numbers() -> None:
    picture = _drawings(_company(20)).ladder()
    assert picture is not None
    heads = [c.lines[0][1] for c in picture.captions if c.style == "heading"]
    assert heads[:5] == [f"Level {n}" for n in (4, 3, 2, 1, 0)]


def test_a_relation_between_thousands_is_drawn_between_groups() -> None:
    picture = _drawings(_company(3000)).relation()
    assert picture is not None
    assert {box.node.label for box in picture.boxes} <= {f"Department {n}" for n in range(7)}
    assert "Groups stand for their members" in picture.description


def test_a_relation_without_groups_keeps_the_most_joined() -> None:
    lines = [
        f":c{n} a skos:Concept ; skos:inScheme :s ; skos:prefLabel 'c{n}' ;"
        f" pa:supervises {', '.join(f':c{(n * k + 1) % 900}' for k in range(2, 9))} ."
        for n in range(900)
    ]
    picture = _drawings(lines).relation()
    assert picture is not None
    assert 2 <= len(picture.boxes) <= MOST_NODES
    assert len(picture.lines) <= MOST_LINES


def test_nothing_is_drawn_of_what_is_not_there() -> None:
    drawings = _drawings([":a a skos:Concept ; skos:prefLabel 'a' ; skos:inScheme :s ."])
    assert drawings.ladder() is None
    assert drawings.relation() is None
    assert drawings.around(f"{BASE}a") is None


def test_what_is_around_a_concept_stays_small() -> None:
    lines = [f":n{n} a skos:Concept ; skos:inScheme :s ; skos:broader :a ." for n in range(1000)]
    lines.append(":a a skos:Concept ; skos:inScheme :s ; skos:related :n1 .")
    picture: Picture | None = _drawings(lines).around(f"{BASE}a")
    assert picture is not None
    assert len(picture.boxes) < 16
    assert any(re.fullmatch(r"and 99\d more", box.node.label) for box in picture.boxes)
