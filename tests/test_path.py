"""``pa-onto path``: the steps against SPARQL, the routes against trying all of them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pa_onto
from pa_onto.careers import Career, Ladder, career
from pa_onto.namespaces import PA, RDF_TYPE, SKOS
from pa_onto.report.careers import career_as_dot, career_as_json, career_as_text
from tests.conftest import PATIENCE, Run

TITLE = "https://w3id.org/pa-onto/title/"
PREFIXES = f"PREFIX pa: <{PA}> PREFIX skos: <{SKOS}> "

STATED = """SELECT DISTINCT ?a ?b {
  { ?a pa:advancesTo ?b } UNION { ?way pa:advancesFrom ?a ; pa:leadsTo ?b }
  FILTER (?a != ?b)
}"""
DERIVED = """SELECT DISTINCT ?a ?b {
  ?a a pa:JobTitle ; pa:inDepartment ?place ; pa:atLevel/pa:rank ?low .
  ?b a pa:JobTitle ; pa:inDepartment ?place ; pa:atLevel/pa:rank ?high .
  FILTER (?high = ?low + 1)
}"""

LABELS = "SELECT ?a (LCASE(STR(?label)) AS ?b) { ?a a pa:JobTitle ; skos:prefLabel ?label }"


class Graph(NamedTuple):
    """Steps by the title before; ``derived`` are those that nobody states."""

    stated: dict[str, set[str]]
    derived: dict[str, set[str]]

    def after(self, title: str, only_stated: bool) -> set[str]:
        found = self.stated.get(title, set())
        return found if only_stated else found | self.derived.get(title, set())


def steps_of(store: ox.Store) -> Graph:
    """Return the steps of a vocabulary as SPARQL finds them."""
    graph = Graph({}, {})
    for a, b in pairs(store, STATED):
        graph.stated.setdefault(a, set()).add(b)
    for a, b in pairs(store, DERIVED):
        if b not in graph.stated.get(a, set()):
            graph.derived.setdefault(a, set()).add(b)
    return graph


def pairs(store: ox.Store, query: str) -> Iterator[tuple[str, str]]:
    solutions = store.query(PREFIXES + query)
    assert isinstance(solutions, ox.QuerySolutions)
    for row in solutions:
        yield row[0].value, row[1].value


def all_routes(
    graph: Graph,
    start: str,
    goal: str,
    only_stated: bool,
    label: Callable[[str], str] = str.casefold,
) -> list[list[str]]:
    """Return every route by trying all ways, in the order that is promised."""
    found: list[list[str]] = []

    def go(titles: list[str]) -> None:
        if titles[-1] == goal:
            found.append(titles)
            return
        for title in graph.after(titles[-1], only_stated):
            if title not in titles:
                go([*titles, title])

    def order(titles: list[str]) -> tuple[int, int, list[str]]:
        derived = sum(b not in graph.stated.get(a, set()) for a, b in pairwise(titles))
        return derived, len(titles), list(map(label, titles))

    go([start])
    return sorted(found, key=order)


def routes_of(found: Career) -> list[list[str]]:
    return [[found.start.iri, *(s.title.iri for s in route.steps)] for route in found.routes]


def expected(every: list[list[str]], most: int) -> list[list[str]]:
    """Return the routes that are listed: the best, the shortest of all among them."""
    routes = every[:most]
    shortest = min(map(len, every), default=0)
    if most > 1 and routes and min(map(len, routes)) > shortest:
        routes[-1] = next(route for route in every if len(route) == shortest)
    return routes


@pytest.fixture(scope="module")
def ladder(published: ox.Store) -> Ladder:
    return Ladder(published)


@pytest.mark.parametrize("only_stated", [False, True])
@pytest.mark.parametrize("most", [1, 3, 50])
def test_every_pair_of_titles_has_the_routes_that_trying_all_ways_finds(
    most: int, only_stated: bool, published: ox.Store, ladder: Ladder
) -> None:
    graph = steps_of(published)
    labels = dict(pairs(published, LABELS))
    assert set(labels) == set(ladder.titles)
    assert len(labels) == 29
    found = 0
    for start in ladder.titles:
        for goal in ladder.titles:
            answer = career(ladder, start, goal, most=most, only_stated=only_stated)
            if start == goal:
                assert (answer.status, answer.routes) == ("same", ())
                continue
            every = all_routes(graph, start, goal, only_stated, labels.__getitem__)
            assert routes_of(answer) == expected(every, most)
            assert answer.more == (len(every) > most)
            assert answer.status == ("found" if every else "none")
            found += bool(every)
            for form in (career_as_text, career_as_json, career_as_dot):
                assert form(answer)
    assert found == (5 if only_stated else 50)


def test_what_can_be_reached_is_what_a_property_path_reaches(
    published: ox.Store, ladder: Ladder
) -> None:
    reached = set(pairs(published, "SELECT ?a ?b { ?a pa:advancesTo+ ?b }"))
    steps = ox.Store()
    for kind in (STATED, DERIVED):
        for a, b in pairs(published, kind):
            steps.add(ox.Quad(ox.NamedNode(a), ox.NamedNode("u:step"), ox.NamedNode(b)))
    reached_at_all = set(pairs(steps, "SELECT ?a ?b { ?a <u:step>+ ?b }"))
    assert (len(reached), len(reached_at_all)) == (5, 50)
    for only_stated, all_pairs in ((True, reached), (False, reached_at_all)):
        found = {
            (start, goal)
            for start in ladder.titles
            for goal in ladder.titles
            if career(ladder, start, goal, most=1, only_stated=only_stated).routes
        }
        assert found == all_pairs


def test_titles_like_the_start_from_which_steps_lead_there_are_named(
    published: ox.Store, ladder: Ladder
) -> None:
    like = set(pairs(published, "SELECT ?a ?b { ?a pa:similarTo|skos:broader ?b }"))
    named = 0
    for start in ladder.titles:
        for goal in ladder.titles:
            found = career(ladder, start, goal, most=1, only_stated=False)
            if found.status != "none":
                continue
            expected = {
                other
                for other in ladder.titles
                if (start, other) in like
                and career(ladder, other, goal, most=1, only_stated=False).status == "found"
            }
            assert {title.iri for title in found.instead} == expected
            named += len(expected)
    assert named > 20


@pytest.mark.parametrize("fact", ["requiresSkill", "hasDuty"])
def test_a_step_asks_for_what_the_title_before_did_not(
    fact: str, published: ox.Store, ladder: Ladder
) -> None:
    graph = steps_of(published)
    has = {
        title: {b for a, b in pairs(published, f"SELECT ?a ?b {{ ?a pa:{fact} ?b }}") if a == title}
        for title in ladder.titles
    }
    seen = 0
    for start in ladder.titles:
        for goal in graph.after(start, only_stated=False):
            (route, *_) = career(ladder, start, goal, most=1, only_stated=False).routes
            (step,) = route.steps
            asked = step.skills if fact == "requiresSkill" else step.duties
            assert {term.iri for term in asked} == has[goal] - has[start]
            assert step.derived == (goal not in graph.stated.get(start, set()))
            seen += len(asked)
    assert seen >= 25


_NAMES = st.integers(0, 5).map(lambda number: f"u:{number}")
_PAIRS = st.sets(st.tuples(_NAMES, _NAMES), max_size=12)


@st.composite
def vocabularies(draw: st.DrawFn) -> list[ox.Quad]:
    """Return titles with levels and departments, some with none or two, and all kinds of steps."""

    def quad(subject: str, predicate: str, object: str) -> ox.Quad:
        term = ox.Literal(int(object)) if object.isdigit() else ox.NamedNode(object)
        return ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), term)

    quads = [quad(f"u:level{rank}", PA + "rank", str(rank)) for rank in (1, 2, 3)]
    for name in [f"u:{number}" for number in range(6)]:
        quads.append(quad(name, RDF_TYPE, PA + "JobTitle"))
        level = draw(st.sampled_from([None, 1, 2, 3]))
        if level:
            quads.append(quad(name, PA + "atLevel", f"u:level{level}"))
        for place in draw(st.sets(st.sampled_from(["a", "b"]))):
            quads.append(quad(name, PA + "inDepartment", f"u:{place}"))
    quads += [quad(a, PA + "advancesTo", b) for a, b in draw(_PAIRS)]
    for way in draw(st.sampled_from([[], ["u:way"], ["u:way", "u:other-way"]])):
        quads += [quad(way, PA + "advancesFrom", a) for a in draw(st.sets(_NAMES, max_size=3))]
        quads += [quad(way, PA + "leadsTo", b) for b in draw(st.sets(_NAMES, max_size=3))]
    return quads


@settings(max_examples=250, deadline=None, derandomize=True, database=None)
@given(vocabularies(), st.sampled_from([1, 2, 3, 50]), st.booleans())
def test_routes_of_any_vocabulary_are_those_that_trying_all_ways_finds(
    quads: list[ox.Quad], most: int, only_stated: bool
) -> None:
    store = ox.Store()
    store.extend(quads)
    graph, ladder = steps_of(store), Ladder(store)
    for goal in ("u:1", "u:5"):
        every = all_routes(graph, "u:0", goal, only_stated)
        answer = career(ladder, "u:0", goal, most=most, only_stated=only_stated)
        assert routes_of(answer) == expected(every, most)
        assert answer.more == (len(every) > most)
        assert answer.fewest == min(map(len, every), default=1) - 1
        if not every:
            reversed_too = bool(all_routes(graph, goal, "u:0", only_stated))
            assert answer.backwards == reversed_too


def test_steps_in_and_out_are_those_of_sparql(published: ox.Store, ladder: Ladder) -> None:
    graph = steps_of(published)
    for title in ladder.titles:
        out = ladder.steps_from(title)
        assert {iri for iri in out if not out[iri]} == graph.stated.get(title, set())
        assert {iri for iri in out if out[iri]} == graph.derived.get(title, set())
        into = {iri for iri in ladder.titles if title in graph.after(iri, only_stated=False)}
        assert set(ladder.steps_to(title)) == into


def answer(result: subprocess.CompletedProcess[str], code: int = 0) -> dict[str, Any]:
    assert result.returncode == code, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_table_has_every_step_and_marks_derived_ones(pa_onto: Run) -> None:
    result = pa_onto("path", "Production Assistant", "VP of Production", "--most", "4")
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "Production Assistant (Entry Level, no department)"
    assert "4 routes, the best first; the shortest takes 4 steps." in lines
    assert lines.count("  → Assistant Production Manager") == 2
    assert lines.count("  ⇢ Director of Production  (derived)") == 4
    assert lines.count("Route 1: 4 steps, 2 derived") == 1
    assert "way there    Apply for promotions and new roles (builds confidence" in result.stdout
    assert max(map(len, lines)) <= 88
    fewer = pa_onto("path", "Production Assistant", "VP of Production").stdout
    assert "3 routes of more, which --most shows; the shortest takes 4 steps." in fewer


def test_json_names_everything_by_iri(pa_onto: Run) -> None:
    found = answer(pa_onto("path", "production-assistant", "UPM", "--format", "json"))
    assert list(found)[:3] == ["from", "to", "status"]
    assert (found["status"], found["fewestSteps"], found["more"]) == ("found", 2, False)
    assert found["from"]["level"]["rank"] == 1
    first, second = found["routes"]
    assert (first["derived"], first["shortest"]) == (0, True)
    assert second["derived"] == 1
    step = first["steps"][0]
    assert (step["from"], step["derived"]) == (TITLE + "production-assistant", False)
    assert step["to"]["id"] == TITLE + "assistant-production-manager"
    assert [way["leadsTo"] for way in step["ways"]] == [True, False, False, False, False]
    assert {term["label"] for term in step["ways"][0]["builds"]} == {
        "confidence",
        "persistence",
        "work ethic",
    }


@pytest.mark.parametrize(
    "name",
    [
        "second-assistant-director",
        "title:second-assistant-director",
        TITLE + "second-assistant-director",
        " 2nd  ad ",
        "2ND ASST DIR.",
        "Key 2nd",
    ],
)
def test_titles_are_found_by_any_name_and_messy_ones_resolved(name: str, pa_onto: Run) -> None:
    result = pa_onto("path", name, "1st AD", "--format", "json")
    assert answer(result)["from"]["id"] == TITLE + "second-assistant-director"
    messy = name == "2ND ASST DIR."
    assert ("is taken for Second Assistant Director" in result.stderr) == messy


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Gaffer", "Nothing is called 'Gaffer'."),
        ("VP", "title:vice-president-of-production"),
        ("Coordinator", "may mean several titles"),
        ("2nd 2nd AD", "The nearest, another job: title:second-assistant-director"),
        ("editing", "department:editing is no job title."),
        ("title:runnr", "Nothing is called 'title:runnr'."),
        ("", "Nothing is called ''."),
        ("x" * 5000, "Nothing is called"),
        ("<script>\x1b[31m", "Nothing is called"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_what_is_no_title_is_said_with_candidates(
    first: bool, name: str, says: str, pa_onto: Run
) -> None:
    result = pa_onto("path", *((name, "runner") if first else ("runner", name)))
    assert (result.returncode, result.stdout) == (1, "")
    assert says in result.stderr
    assert "\x1b" not in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("start", "goal", "says"),
    [
        ("Art PA", "UPM", "no title of its department is on the next level."),
        ("Art PA", "UPM", "Steps lead there from Production Assistant, like Art Department"),
        ("UPM", "runner", "a step down, from Senior Level to Entry Level"),
        ("1st AD", "2nd AD", "First Assistant Director comes after Second Assistant Director"),
        ("UPM", "Line Producer", "It would be a step aside: both are at Senior Level."),
        ("runner", "UPM", "Nothing follows Runner, which has no department to derive steps from."),
        ("Office Assistant", "UPM", "which has no level to derive steps from"),
        ("UPM", "AD", "lead as far as Vice President of Production at Vice President Level."),
        ("runner", "VP of Locations", "One step before Vice President of Locations is Director"),
    ],
)
def test_where_no_steps_lead_the_answer_says_what_there_is(
    start: str, goal: str, says: str, pa_onto: Run
) -> None:
    result = pa_onto("path", start, goal)
    assert (result.returncode, result.stderr) == (1, "")
    assert says in " ".join(result.stdout.split())
    found = answer(pa_onto("path", start, goal, "--format", "json"), 1)
    assert (found["status"], found["routes"]) == ("none", [])


def test_only_stated_leaves_derived_steps_out_and_says_so(pa_onto: Run) -> None:
    found = answer(pa_onto("path", "pa", "UPM", "--only-stated", "--format", "json"))
    assert [route["derived"] for route in found["routes"]] == [0]
    result = pa_onto("path", "Set PA", "1st AD", "--only-stated")
    assert result.returncode == 1
    assert "There are routes with derived steps; leave --only-stated out." in " ".join(
        result.stdout.split()
    )


def test_the_same_title_needs_no_step(pa_onto: Run) -> None:
    result = pa_onto("path", "UPM", "production-manager")
    assert result.returncode == 0
    assert "Both are one title; no step is needed." in result.stdout
    assert answer(pa_onto("path", "UPM", "PM", "--format", "json"))["status"] == "same"


@pytest.mark.parametrize("most", ["0", "51", "x"])
def test_the_number_of_routes_has_bounds(most: str, pa_onto: Run) -> None:
    assert pa_onto("path", "pa", "UPM", "--most", most).returncode == 2


_LABEL = r'"(?:[^"\\]|\\.)*"'
_DOT = re.compile(
    rf"digraph career \{{|\}}|  rankdir=BT;|  (?:node|edge) \[.*\];"
    rf"|  {_LABEL} \[label={_LABEL}, URL={_LABEL}\];"
    rf'|  {_LABEL} -> {_LABEL}(?: \[style=dashed, label="  derived"\])?;'
)
HOSTILE = 'A "quoted" \\N \\ &lt; <b>\x1b[31m\nnew line é 职位'


def test_the_graph_is_legal_and_dashes_what_is_derived(pa_onto: Run) -> None:
    result = pa_onto("path", "pa", "VP of Production", "--most", "9", "--format", "dot")
    assert result.returncode == 0
    assert all(_DOT.fullmatch(line) for line in result.stdout.splitlines())
    edges = [line for line in result.stdout.splitlines() if " -> " in line]
    assert len(edges) == 9
    assert '  "title:assistant-production-manager" -> "title:production-manager";' in edges
    assert sum("dashed" in edge for edge in edges) == 6
    # No way there is a graph as well, of two titles.
    none = pa_onto("path", "runner", "UPM", "--format", "dot")
    assert (none.returncode, none.stdout.count("label=")) == (1, 2)


def vocabulary(project: Path, *facts: str) -> Path:
    """Make a project publish some facts and nothing else."""
    text = "".join(f"{fact} .\n" for fact in facts)
    (project / "dist" / "pa-onto.nt").write_text(text)
    return project


def titles(*names: str) -> list[str]:
    return [f"<u:{name}> <{RDF_TYPE}> <{PA}JobTitle>" for name in names]


def hostile_project(project: Path) -> Path:
    label = str(ox.Literal(HOSTILE))
    facts = [f"<u:{name}> <{SKOS}prefLabel> {label}" for name in ("a", "b")]
    return vocabulary(project, *titles("a", "b"), *facts, f"<u:a> <{PA}advancesTo> <u:b>")


def test_labels_of_all_kinds_are_shown_and_steer_nothing(pa_onto: Run, project: Path) -> None:
    hostile_project(project)
    graph = pa_onto("path", "u:a", "u:b", "--format", "dot", cwd=project)
    assert all(_DOT.fullmatch(line) for line in graph.stdout.splitlines()), graph.stdout
    table = pa_onto("path", "u:a", "u:b", cwd=project)
    assert (table.returncode, "\x1b" in graph.stdout + table.stdout) == (0, False)
    found = answer(pa_onto("path", "u:a", "u:b", "--format", "json", cwd=project))
    assert found["from"]["label"] == HOSTILE
    shown = pa_onto("show", "u:a", cwd=project)
    assert (shown.returncode, "\x1b" in shown.stdout) == (0, False)


def test_graphviz_reads_the_graph(pa_onto: Run, project: Path) -> None:
    if shutil.which("dot") is None:
        pytest.skip("Graphviz is not installed, so its `dot` cannot be asked")
    hostile_project(project)
    graph = pa_onto("path", "u:a", "u:b", "--format", "dot", cwd=project).stdout
    drawn = subprocess.run(
        ["dot", "-Tjson0"], input=graph, capture_output=True, encoding="utf-8", timeout=PATIENCE
    )
    assert (drawn.returncode, drawn.stderr) == (0, "")
    read = json.loads(drawn.stdout)
    assert [node["name"] for node in read["objects"]] == ["u:a", "u:b"]
    svg = subprocess.run(
        ["dot", "-Tsvg"], input=graph, capture_output=True, encoding="utf-8", timeout=PATIENCE
    ).stdout
    assert "A &quot;quoted&quot; \\N \\ &amp;lt; &lt;b&gt;" in svg


def test_a_vocabulary_without_job_titles_says_so(pa_onto: Run, project: Path) -> None:
    vocabulary(project, f'<u:a> <{SKOS}prefLabel> "A"@en')
    result = pa_onto("path", "A", "A", cwd=project)
    assert (result.returncode, result.stdout) == (2, "")
    assert "The vocabulary has no job titles" in result.stderr
    assert pa_onto("show", "A", cwd=project).returncode == 0


def test_titles_without_levels_departments_and_labels_are_coped_with(
    pa_onto: Run, project: Path
) -> None:
    rank = f"<u:l1> <{PA}rank>"
    vocabulary(
        project,
        *titles("a", "b", "c", "d"),
        f"<u:a> <{PA}advancesTo> <u:b>",
        f"<u:b> <{PA}advancesTo> <u:a>",
        f"<u:b> <{PA}advancesTo> <u:b>",
        f"<u:c> <{PA}atLevel> <u:l1>",
        f"<u:c> <{PA}atLevel> _:level",
        f'{rank} "one"',
        f'{rank} "{"9" * 5000}"',
        f"<u:way> <{PA}advancesFrom> <u:b>",
        f"<u:way> <{PA}leadsTo> <u:outside>",
    )
    found = answer(pa_onto("path", "u:a", "u:outside", "--format", "json", cwd=project))
    assert [len(route["steps"]) for route in found["routes"]] == [2]
    assert found["from"]["level"] is None
    for goal in ("u:c", "u:d"):
        result = pa_onto("path", "u:a", goal, cwd=project)
        assert (result.returncode, result.stderr) == (1, "")
    assert "no step is known" in pa_onto("show", "u:d", cwd=project).stdout


def test_a_title_that_several_are_called_is_asked_for_by_its_iri(
    pa_onto: Run, project: Path
) -> None:
    same = [f'<u:{name}> <{SKOS}prefLabel> "Same"@en' for name in ("a", "b")]
    vocabulary(project, *titles("a", "b", "c"), *same)
    result = pa_onto("path", "same", "u:c", cwd=project)
    assert (result.returncode, result.stdout) == (1, "")
    assert "Name one of u:a, u:b." in result.stderr


def test_a_large_and_dense_vocabulary_is_answered(pa_onto: Run, project: Path) -> None:
    names = [f"t{number}" for number in range(5000)]
    facts = [f'<u:l{rank}> <{PA}rank> "{rank}"' for rank in range(1, 6)]
    for number, name in enumerate(names):
        facts += [
            f"<u:{name}> <{PA}atLevel> <u:l{number % 5 + 1}>",
            f"<u:{name}> <{PA}inDepartment> <u:d>",
            # One way from every title to every title: 25 million steps.
            f"<u:way> <{PA}advancesFrom> <u:{name}>",
            f"<u:way> <{PA}leadsTo> <u:{name}>",
        ]
    vocabulary(project, *titles(*names), *facts)
    found = answer(pa_onto("path", "u:t0", "u:t4", "--most", "50", "--format", "json", cwd=project))
    assert [len(route["steps"]) for route in found["routes"]] == [1] + [2] * 49


def test_the_shortest_route_is_listed_last_where_the_rule_would_leave_it_out() -> None:
    facts = [*titles(*"abcxyz"), f'<u:1> <{PA}rank> "1"', f'<u:2> <{PA}rank> "2"']
    for chain in ("abz", "acz", "axyz", "axbz"):
        facts += [f"<u:{a}> <{PA}advancesTo> <u:{b}>" for a, b in pairwise(chain)]
    for name, level in (("a", 1), ("z", 2)):
        facts += [f"<u:{name}> <{PA}atLevel> <u:{level}>", f"<u:{name}> <{PA}inDepartment> <u:d>"]
    store = ox.Store()
    store.load("".join(f"{fact} .\n" for fact in facts), format=ox.RdfFormat.N_TRIPLES)
    found = career(Ladder(store), "u:a", "u:z", most=2, only_stated=False)
    assert [(len(route.steps), route.derived) for route in found.routes] == [(2, 0), (1, 1)]
    assert (found.fewest, found.more) == (1, True)
    (best,) = career(Ladder(store), "u:a", "u:z", most=1, only_stated=False).routes
    assert (len(best.steps), best.derived) == (2, 0)


def test_path_is_public() -> None:
    found = pa_onto.path("Set PA", "1st AD")
    assert isinstance(found, pa_onto.Career)
    assert [step.derived for step in found.routes[0].steps] == [False, True]
    with pytest.raises(LookupError):
        pa_onto.path("gaffer", "1st AD")


def test_the_stored_question_about_steps_has_the_same_answer(pa_onto: Run) -> None:
    result = pa_onto(
        *("query", "career-steps-from", "--param", "title=set-production-assistant"),
        *("--format", "json"),
    )
    codes = [row["code"]["value"] for row in json.loads(result.stdout)["results"]["bindings"]]
    assert codes == ["second-assistant-director"]
    for code in codes:
        found = answer(
            pa_onto("path", "set-production-assistant", code, "--only-stated", "--format", "json")
        )
        assert found["routes"][0]["steps"][0]["to"]["code"] == code
