"""A rule in SPARQL finds the same however its names are spelled, with both engines, in parts too.

Shapes are transformed, and the findings must not change: prefixes that `sh:prefixes` declares, a
prologue of the query's own, full IRIs, a BASE, and a prologue that replaces wrong declarations.
The transformation here knows nothing of how the toolkit reads names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from pa_onto.errors import PaOntoError
from pa_onto.namespaces import SH
from pa_onto.project import find_project
from pa_onto.reading.rdf import parse_file
from pa_onto.shacl import DataGraph, ShapesGraph, run_engine
from pa_onto.shacl.results import Result
from pa_onto.triples import Triple, as_ntriples, triples_of
from pa_onto.validation import load_shapes, validate
from pa_onto.validation.plan import Plan
from pa_onto.validation.titles import titles_of
from pa_onto.vocabulary import published_text
from tests.conftest import ROOT
from tests.judging import brief, same_both_ways, tiny

__all__ = ["tiny"]

ENGINES = ("shacl", "pyshacl")
EXAMPLES = ROOT / "tests" / "shapes"
DASH = "http://datashapes.org/dash"
SUITE = ROOT.parent / "shared" / "w3c" / "shacl" / "sparql"
CASES = sorted(p for p in SUITE.glob("*/*.ttl") if "sht:Validate" in p.read_text(encoding="utf-8"))
#: Cases whose shapes must be refused, in any spelling.
REFUSED = {path.stem for path in CASES if "sht:Failure" in path.read_text(encoding="utf-8")}

Prefixes = Mapping[str, str]

# Names in the queries of the suite and of our shapes; strings, comments and IRIs are passed over.
_NAME = re.compile(
    r"(?P<other>\"\"\"[\s\S]*?\"\"\"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>|#[^\n]*)"
    r"|(?P<prefix>[A-Za-z][\w-]*|):(?P<local>[\w-]*)"
)


def declared(query: str, prefixes: Prefixes) -> str:
    """Return a query as it is: its prefixes are declared outside."""
    return query


def inline(query: str, prefixes: Prefixes) -> str:
    """Return a query with a prologue, in a case of its own, and comments that look like one."""
    lines = [f"pReFiX {name}:<{space}>#PREFIX {name}: <x:no#>" for name, space in prefixes.items()]
    return "\r\n".join(["# PREFIX no: <x:no#>", *lines, query])


def in_full(query: str, prefixes: Prefixes) -> str:
    """Return a query with every name written out."""

    def full(match: re.Match[str]) -> str:
        return match[0] if match["other"] else f"<{prefixes[match['prefix']]}{match['local']}>"

    return _NAME.sub(full, query)


def relative(query: str, prefixes: Prefixes) -> str:
    """Return a query with namespaces relative to the longest one that can be a base."""
    bases = [space for space in prefixes.values() if re.match(r"https?://[^/]+/", space)]
    if not bases:
        return inline(query, prefixes)
    base = max(bases, key=len)
    root = re.match(r"https?://[^/]+", base)
    assert root
    short = {p: s.replace(root[0], "", 1) if s == base else s for p, s in prefixes.items()}
    lines = "".join(f"PREFIX {name}: <{space}> " for name, space in short.items())
    return f"BASE <{base}> {lines}{query}"


#: How to spell a query, and what namespaces are declared for it outside: right ones, none, wrong.
SPELLINGS: dict[str, tuple[Callable[[str, Prefixes], str], str]] = {
    "declared": (declared, "right"),
    "inline": (inline, "none"),
    "full": (in_full, "none"),
    "base": (relative, "none"),
    "replaced": (inline, "wrong"),
}


#: The spellings that every run tries; a long one tries them all, on more examples.
THREE = ("declared", "inline", "full")
WAYS = [
    pytest.param(THREE, 16, id="three"),
    pytest.param(tuple(SPELLINGS), 4, id="all", marks=pytest.mark.long),
]


def spelled(graph: ShapesGraph, spelling: str) -> list[Triple]:
    """Return the triples of a shapes graph with its queries spelled in another way."""
    write, outside = SPELLINGS[spelling]
    found = []
    for triple in graph.triples:
        name = triple.predicate.value.removeprefix(SH)
        if name in ("select", "ask"):
            spaces = {p: spaces[0] for p, spaces in graph.declared(triple.subject).items()}
            text = ox.Literal(write(triple.object.value, spaces))
            found.append(Triple(triple.subject, triple.predicate, text))
        elif name == "namespace" and outside == "wrong":
            found.append(Triple(triple.subject, triple.predicate, ox.Literal("x:wrong#")))
        elif name != "prefixes" or outside != "none":
            found.append(triple)
    return found


# The suite of the W3C.


@pytest.mark.skipif(not CASES, reason=f"the W3C SHACL suite is not here: {SUITE}")
def test_every_case_of_the_suite_is_there() -> None:
    assert len(CASES) == 23
    assert len(REFUSED) == 7


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("spellings", "step"), WAYS)
@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case_of_the_suite_finds_the_same(
    path: Path, spellings: tuple[str, ...], step: int, tmp_path: Path
) -> None:
    quads = ox.parse(path=str(path), base_iri=path.as_uri(), rename_blank_nodes=True)
    graph = ShapesGraph(triples_of(quads))
    data, empty = tmp_path / "data.nt", tmp_path / "empty.ttl"
    data.write_text(as_ntriples(graph.triples))
    empty.write_text("")
    found = {}
    for spelling in spellings:
        shapes = tmp_path / f"{spelling}.nt"
        shapes.write_text(as_ntriples(spelled(graph, spelling)))
        for engine in ENGINES:
            for parts in (False, True) if engine == "shacl" else (False,):
                key = f"{engine}, {spelling}, {'in parts' if parts else 'whole'}"
                found[key] = _outcome(data, shapes, empty, engine, parts=parts)
    for engine in ENGINES:
        mine = {key: rows for key, rows in found.items() if key.startswith(f"{engine},")}
        first = mine[f"{engine}, declared, whole"]
        assert all(rows == first for rows in mine.values()), mine
        assert (first is None) == (path.stem in REFUSED or _unknown(path, engine)), first


def _unknown(path: Path, engine: str) -> bool:
    """Return whether an engine has no $shapesGraph, which is optional (SHACL section 5.3.1)."""
    return engine == "pyshacl" and path.stem == "shapesGraph-001"


def _outcome(data: Path, shapes: Path, empty: Path, engine: str, *, parts: bool) -> object:
    """Return the findings, None where the shapes are refused."""
    try:
        report = validate(
            [str(data)],
            shapes=[shapes],
            vocabulary=[empty],
            engine=engine,
            project=find_project(ROOT),
            parts=parts,
            # One case imports DASH, and uses nothing of it.
            imports={DASH: empty} if f"imports> <{DASH}>" in shapes.read_text() else {},
        )
    except PaOntoError:
        return None
    assert report.notices == (), "the other engine took over"
    return sorted((f.focus_node, f.path, f.value or "", f.component) for f in report.findings)


# Our own shapes, on the examples that their rules find something in, and on the broken samples.


@cache
def _ours(kind: str, spelling: str) -> ShapesGraph:
    shapes = load_shapes([ROOT / "shapes" / kind, ROOT / "shapes" / "prefixes.ttl"])
    return ShapesGraph(spelled(shapes, spelling))


def _examples() -> Iterator[tuple[str, Path]]:
    records = {path.stem for path in (ROOT / "shapes" / "data").glob("*.ttl")}
    for path in sorted(EXAMPLES.glob("*/fail-*.ttl")):
        if "SPARQLConstraintComponent" in path.read_text():
            yield ("data" if path.parent.name in records else "ontology"), path


FAILING = list(_examples())


@cache
def _data(path: Path, *, vocabulary: bool) -> str:
    text = as_ntriples(parse_file(path))
    more = EXAMPLES / "vocabulary.ttl"
    return text + (as_ntriples(parse_file(more)) if vocabulary else "")


def _rows(results: list[Result]) -> list[tuple[str, ...]]:
    return sorted(
        (r.focus_node, r.shape, r.component, r.path or "", r.value or "") for r in results
    )


def test_the_rules_of_our_shapes_have_examples() -> None:
    assert len(FAILING) >= 30
    assert {kind for kind, _ in FAILING} == {"data", "ontology"}


@pytest.mark.parametrize(("spellings", "step"), WAYS)
@pytest.mark.parametrize("engine", ENGINES)
def test_our_rules_find_the_same(engine: str, spellings: tuple[str, ...], step: int) -> None:
    """A short run asks the slow engine about a few examples only."""
    for kind, path in FAILING if engine == "shacl" else FAILING[::step]:
        data = _data(path, vocabulary=kind == "data")
        found = {}
        for spelling in spellings:
            shapes = _ours(kind, spelling)
            narrow = DataGraph(data, predicates=shapes.rule_predicates())
            results, notices = run_engine(engine, shapes, narrow)
            assert notices == []
            found[spelling] = _rows(results)
        assert all(rows == found["declared"] for rows in found.values()), path
        assert any(row[2] == "SPARQLConstraintComponent" for row in found["declared"]), path


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(("spellings", "step"), WAYS)
@pytest.mark.parametrize("name", ["crew", "postings"])
def test_our_rules_find_the_same_in_parts(name: str, spellings: tuple[str, ...], step: int) -> None:
    project = find_project(ROOT)
    vocabulary = published_text(project)
    titles = titles_of(project, vocabulary)
    sample = ROOT / "data" / "broken" / f"{name}.jsonld"
    found = {}
    for spelling in spellings:
        plan = Plan(_ours("data", spelling), vocabulary, "shacl", titles)
        report = same_both_ways([sample], plan)
        assert not isinstance(report, str)
        assert len(report.findings) >= 30
        found[spelling] = (len(report.findings), brief(report.findings))
    assert all(seen == found["declared"] for seen in found.values())


@pytest.mark.parametrize("kind", ["data", "ontology"])
@pytest.mark.parametrize("spelling", list(SPELLINGS))
def test_no_spelling_of_our_shapes_makes_them_look_further(kind: str, spelling: str) -> None:
    """Names that are told with certainty are told alike, so that no spelling is slow."""
    from pa_onto.shacl.reach import reach

    other, ours = _ours(kind, spelling), _ours(kind, "declared")
    assert not other.unsure
    # What declares the prefixes, where they are declared, is counted for a predicate.
    declares = {"https://w3id.org/pa-onto/shapes"}
    for asked in ("predicates", "rule_predicates"):
        predicates = getattr(other, asked)()
        assert predicates is not None
        assert predicates - declares == getattr(ours, asked)() - declares
    assert reach(other) == reach(ours)
