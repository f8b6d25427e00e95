"""``pa-onto diff``: each kind of change, every sort of input, and nothing that is no change."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pa_onto.changes import KINDS, Version, advised, compare, effect_of
from pa_onto.changes.change import Effect
from tests.conftest import ROOT, Run

PREFIXES = """
@prefix : <https://music.example.org/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix t: <https://music.example.org/terms#> .
@prefix wd: <http://www.wikidata.org/entity/> .
"""
# A vocabulary of a different make: no level, no department, two languages.
MUSIC = (
    PREFIXES
    + """
<https://music.example.org/> a owl:Ontology ; owl:versionInfo "1.4.2" ;
    dcterms:license <https://example.org/free> .
:scheme a skos:ConceptScheme ; skos:prefLabel "Instruments"@en .
t:Family a owl:Class ; rdfs:subClassOf skos:Concept .
t:pitch a owl:ObjectProperty, owl:FunctionalProperty ; skos:prefLabel "tuned to"@en .
t:madeBy a owl:ObjectProperty ; skos:prefLabel "made by"@en ; rdfs:domain skos:Concept .
t:strings a owl:DatatypeProperty .
:luthier a skos:Concept ; skos:prefLabel "Luthier"@en .
:low a skos:Concept ; skos:prefLabel "Low"@en .
:high a skos:Concept ; skos:prefLabel "High"@en .
:strings a skos:Concept ; skos:prefLabel "Strings"@en .
:bowed a skos:Concept ; skos:prefLabel "Bowed"@en .
:fiddle a skos:Concept ; skos:prefLabel "Fiddle"@en, "Fiedel"@de ;
    skos:altLabel "Violin"@en ; skos:hiddenLabel "Fidle"@en ;
    skos:notation "fid" ; skos:definition "A small one."@en ; skos:note "Folk."@en ;
    skos:broader :strings ; skos:inScheme :scheme ; skos:closeMatch wd:Q1 ;
    t:pitch :high ; t:madeBy :luthier ; t:strings 4 .
:rebec a skos:Concept ; skos:prefLabel "Rebec"@en ; owl:deprecated true ;
    dcterms:isReplacedBy :fiddle .
:set a skos:Collection ; skos:prefLabel "Set"@en ; skos:member :fiddle .
"""
)

Edit = tuple[str, str]
Told = list[tuple[str, str, str, str]]


def told(result: subprocess.CompletedProcess[str]) -> Told:
    assert result.returncode in (0, 1), result.stderr
    document = json.loads(result.stdout)
    return [
        (
            c["kind"],
            (c["iri"] or "").removeprefix("https://music.example.org/"),
            c["name"],
            c["effect"],
        )
        for c in document["changes"]
    ]


def compared(pa_onto: Run, folder: Path, old: str, new: str) -> Any:
    (folder / "old.ttl").write_text(old)
    (folder / "new.ttl").write_text(new)
    return pa_onto("diff", "old.ttl", "new.ttl", "--format", "json", cwd=folder)


# What is edited, and what that must be called.
CASES: list[tuple[str, list[Edit], Told]] = [
    (
        "added",
        [(":luthier a", ':viol a skos:Concept ; skos:prefLabel "Viol"@en .\n:luthier a')],
        [("added", "viol", "", "minor")],
    ),
    (
        "class added",
        [("t:Family a", "t:Kind a owl:Class .\nt:Family a")],
        [("added", "terms#Kind", "", "minor")],
    ),
    (
        "removed",
        [(':low a skos:Concept ; skos:prefLabel "Low"@en .\n', "")],
        [("removed", "low", "", "major")],
    ),
    (
        "withdrawn, its notes and relations with it",
        [
            (
                ':low a skos:Concept ; skos:prefLabel "Low"@en .',
                ':low a skos:Concept ; skos:prefLabel "Low"@en ; owl:deprecated true ;'
                ' dcterms:isReplacedBy :high ; skos:historyNote "Gone in 2026."@en .',
            )
        ],
        [("withdrawn", "low", "", "minor")],
    ),
    (
        "pointed to the successor of what is withdrawn",
        [
            (
                ':high a skos:Concept ; skos:prefLabel "High"@en .',
                ':high a skos:Concept ; skos:prefLabel "High"@en ; owl:deprecated true ;'
                " dcterms:isReplacedBy :low .",
            ),
            ("t:pitch :high", "t:pitch :low"),
        ],
        [("withdrawn", "high", "", "minor"), ("reassigned", "fiddle", "tuned to", "minor")],
    ),
    (
        "in use again",
        [("owl:deprecated true ;\n    dcterms:isReplacedBy :fiddle", "skos:inScheme :scheme")],
        [
            ("reinstated", "rebec", "", "minor"),
            ("related", "rebec", "in scheme", "minor"),
        ],
    ),
    (
        "another successor",
        [("isReplacedBy :fiddle", "isReplacedBy :bowed")],
        [("succeeded", "rebec", "is replaced by", "minor")],
    ),
    (
        "a label that leads nowhere now",
        [('"Violin"@en', '"Violino"@en')],
        [("relabelled", "fiddle", "alt label", "major")],
    ),
    (
        "a misspelling that leads nowhere now",
        [('skos:hiddenLabel "Fidle"@en ;', "")],
        [("relabelled", "fiddle", "hidden label", "major")],
    ),
    (
        "another preferred label, the old one kept",
        [
            ('"Fiddle"@en,', '"Violin"@en,'),
            ('skos:altLabel "Violin"@en', 'skos:altLabel "Fiddle"@en'),
        ],
        [
            ("relabelled", "fiddle", "alt label", "patch"),
            ("relabelled", "fiddle", "pref label", "minor"),
        ],
    ),
    (
        "capitals",
        [('"Fiddle"@en,', '"fiddle"@en,')],
        [("relabelled", "fiddle", "pref label", "patch")],
    ),
    (
        "one more label",
        [('"Violin"@en', '"Violin"@en, "Geige"@de')],
        [("relabelled", "fiddle", "alt label", "minor")],
    ),
    ("another code", [('"fid"', '"fdl"')], [("recoded", "fiddle", "notation", "major")]),
    ("one more code", [('"fid"', '"fid", "f"')], [("recoded", "fiddle", "notation", "minor")]),
    (
        "redefined",
        [("A small one.", "A tiny one.")],
        [("redefined", "fiddle", "definition", "patch")],
    ),
    (
        "noted",
        [('"Folk."@en', '"Folk."@en, "Old."@en')],
        [("documented", "fiddle", "note", "patch")],
    ),
    (
        "moved",
        [("skos:broader :strings", "skos:broader :bowed")],
        [("reparented", "fiddle", "broader", "major")],
    ),
    (
        "one more broader",
        [("skos:broader :strings", "skos:broader :strings, :bowed")],
        [("reparented", "fiddle", "broader", "minor")],
    ),
    (
        "another level",
        [("t:pitch :high", "t:pitch :low")],
        [("reassigned", "fiddle", "tuned to", "major")],
    ),
    ("a relation less", [("t:madeBy :luthier ;", "")], [("related", "fiddle", "made by", "major")]),
    (
        "a relation more",
        [("t:madeBy :luthier", "t:madeBy :luthier, :low")],
        [("related", "fiddle", "made by", "minor")],
    ),
    (
        "a weaker mapping",
        [("skos:closeMatch wd:Q1", "skos:relatedMatch wd:Q1")],
        [
            ("mapped", "fiddle", "close match", "major"),
            ("mapped", "fiddle", "related match", "minor"),
        ],
    ),
    (
        "one more mapping",
        [("skos:closeMatch wd:Q1", "skos:closeMatch wd:Q1, wd:Q2")],
        [("mapped", "fiddle", "close match", "minor")],
    ),
    (
        "another class",
        [(":fiddle a skos:Concept", ":fiddle a skos:Concept, t:Family")],
        [("retyped", "fiddle", "type", "minor")],
    ),
    (
        "narrower range of use",
        [("rdfs:domain skos:Concept", "rdfs:domain t:Family")],
        [("restricted", "terms#madeBy", "domain", "major")],
    ),
    ("another value", [("t:strings 4", "t:strings 5")], [("other", "fiddle", "strings", "major")]),
    (
        "out of the collection",
        [("skos:member :fiddle", "skos:member :bowed")],
        [("related", "set", "member", "major")],
    ),
    (
        "another licence",
        [("<https://example.org/free>", "<https://example.org/paid>")],
        [("related", "", "license", "major")],
    ),
    (
        "another author",
        [('owl:versionInfo "1.4.2"', 'dcterms:creator "A. Amati"')],
        [("other", "", "creator", "patch")],
    ),
    ("another version alone", [('"1.4.2"', '"2.0.0"')], []),
    ("order alone", [('"Fiddle"@en, "Fiedel"@de', '"Fiedel"@de, "Fiddle"@en')], []),
]


@pytest.mark.parametrize(
    ("name", "edits", "expected"), CASES, ids=lambda v: v if isinstance(v, str) else ""
)
def test_every_kind_of_change(
    name: str, edits: list[Edit], expected: Told, pa_onto: Run, tmp_path: Path
) -> None:
    new = MUSIC
    for old_text, new_text in edits:
        assert new.count(old_text) == 1, old_text
        new = new.replace(old_text, new_text)
    result = compared(pa_onto, tmp_path, MUSIC, new)
    assert [(kind, iri, of or "", effect) for kind, iri, of, effect in told(result)] == expected
    assert result.returncode == (1 if expected else 0)


def test_every_kind_is_tried_and_documented() -> None:
    tried = {kind for _, _, expected in CASES for kind, *_ in expected}
    assert tried == set(KINDS)
    page = (ROOT / "docs" / "releases.md").read_text()
    assert all(f"| `{kind}` |" in page for kind in KINDS)


def test_the_forms(pa_onto: Run, tmp_path: Path) -> None:
    new = MUSIC.replace("t:pitch :high", "t:pitch :low").replace('"Folk."@en', '"<b>*Folk*</b>"@en')
    document = json.loads(compared(pa_onto, tmp_path, MUSIC, new).stdout)
    assert (document["old"], document["new"]) == ("old.ttl", "new.ttl")
    assert (document["version"], document["step"], document["next"]) == ("1.4.2", "major", "2.0.0")
    change = document["changes"][0]
    assert change["before"] == [{"term": "<https://music.example.org/high>", "text": "High"}]
    assert change["property"] == "https://music.example.org/terms#pitch"
    assert change["derived"] is False
    text = pa_onto("diff", "old.ttl", "new.ttl", cwd=tmp_path)
    assert "old.ttl → new.ttl: 2 changes, a major step (1.4.2 → 2.0.0)." in text.stdout
    assert (
        "  major  Fiddle (https://music.example.org/fiddle): tuned to High → Low\n" in text.stdout
    )
    markdown = pa_onto("diff", "old.ttl", "new.ttl", "--format", "markdown", cwd=tmp_path)
    assert "### Reassigned\n\n- **Fiddle**" in markdown.stdout
    assert r"\<b\>\*Folk\*\</b\>" in markdown.stdout
    page = (ROOT / "docs" / "releases.md").read_text()
    assert all(f"`{field}`" in page for field in (*document, *change))
    same = pa_onto("diff", "old.ttl", "old.ttl", cwd=tmp_path)
    assert (same.returncode, same.stdout) == (0, "old.ttl and old.ttl say the same.\n")
    empty = pa_onto("diff", "old.ttl", "old.ttl", "--format", "json", cwd=tmp_path)
    assert json.loads(empty.stdout)["changes"] == []


def test_control_characters_steer_no_terminal(pa_onto: Run, tmp_path: Path) -> None:
    new = MUSIC.replace('"Fiddle"@en', '"Fid\\u001B[2Jdle\\n## x"@en')
    compared(pa_onto, tmp_path, MUSIC, new)
    for format in ("text", "markdown"):
        result = pa_onto("diff", "old.ttl", "new.ttl", "--format", format, cwd=tmp_path)
        assert "\x1b" not in result.stdout
        assert "\n## x" not in result.stdout


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        (":s :p [ :q 1 ; :r [ :q 2 ] ] .", "_:z :r _:y ; :q 1 . _:y :q 2 . :s :p _:z .", True),
        (":s :p [ :q 1 ; :r [ :q 2 ] ] .", ":s :p [ :q 1 ; :r [ :q 3 ] ] .", False),
        (":s :p ( 1 2 3 ) .", ":s :p ( 1 3 2 ) .", False),
        (":s :p [ :q 1 ] .", ":s :p [ :q 1 ], [ :q 1 ] .", False),
        (":s :p _:a . _:a :q 1, 1 . :s :p _:a .", ":s :p [ :q 1 ] .", True),
        (":s :p _:a, _:a . _:a :q _:a, _:a .", ":s :p _:b . _:b :q _:b .", True),
        (
            "[] a owl:AllDisjointClasses ; owl:members ( :a :b ) .",
            "[ owl:members ( :a :b ) ] a owl:AllDisjointClasses .",
            True,
        ),
        (
            "[] a owl:AllDisjointClasses ; owl:members ( :a :b ) .",
            "[] a owl:AllDisjointClasses ; owl:members ( :a :c ) .",
            False,
        ),
        (":s :p _:a . _:a :q _:b . _:b :q _:a .", ":s :p _:x . _:y :q _:x . _:x :q _:y .", True),
        (
            ":s :p _:a . _:a :q _:b . _:b :q _:a .",
            ":s :p _:a . _:a :q _:b . _:b :q _:c . _:c :q _:a .",
            False,
        ),
        (":s :p _:a ; :q _:a .", ":s :p _:a ; :q _:b . _:a :r 1 . _:b :r 1 .", False),
        (":s :p _:a ; :q _:a . _:a :r 1 .", ":s :p _:a ; :q _:b . _:a :r 1 . _:b :r 1 .", False),
    ],
)
def test_blank_nodes(old: str, new: str, same: bool, pa_onto: Run, tmp_path: Path) -> None:
    result = compared(pa_onto, tmp_path, PREFIXES + old, PREFIXES + new)
    assert result.returncode == (0 if same else 1), result.stdout + result.stderr


NODES = st.sampled_from(
    [*(ox.BlankNode(f"b{n}") for n in range(6)), ox.NamedNode("x:a"), ox.NamedNode("x:b")]
)
VALUES = st.one_of(NODES, st.integers(0, 2).map(ox.Literal))
GRAPHS = st.lists(
    st.builds(
        ox.Triple, NODES, st.sampled_from([ox.NamedNode("x:p"), ox.NamedNode("x:q")]), VALUES
    ),
    max_size=14,
)


def _version(triples: list[Any]) -> Version:
    return Version("", "", list(dict.fromkeys(triples)))


def _renamed(triples: list[Any], names: dict[str, str]) -> list[Any]:
    def anew(term: Any) -> Any:
        return ox.BlankNode(names[term.value]) if isinstance(term, ox.BlankNode) else term

    return [ox.Triple(anew(t.subject), t.predicate, anew(t.object)) for t in triples]


@settings(max_examples=300, deadline=None)
@given(GRAPHS, st.randoms(use_true_random=False))
def test_names_of_blank_nodes_and_order_are_no_change(
    triples: list[Any], chance: random.Random
) -> None:
    numbers = list(range(6))
    chance.shuffle(numbers)
    other = _renamed(triples, {f"b{n}": f"c{m}" for n, m in enumerate(numbers)})
    chance.shuffle(other)
    assert compare(_version(triples), _version(other)) == []
    assert compare(_version(triples), _version(triples)) == []


@settings(max_examples=300, deadline=None)
@given(GRAPHS, GRAPHS)
def test_what_is_not_isomorphic_differs(one: list[Any], other: list[Any]) -> None:
    def canonical(triples: list[Any]) -> set[Any]:
        dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return set(dataset)

    assert (compare(_version(one), _version(other)) == []) == (canonical(one) == canonical(other))


def test_long_chains_and_dense_graphs_take_a_moment() -> None:
    p = ox.NamedNode("x:p")
    chain = [ox.Triple(ox.BlankNode(f"n{n}"), p, ox.BlankNode(f"n{n + 1}")) for n in range(20_000)]
    assert compare(_version(chain), _version(chain[::-1])) == []
    clique: list[Any] = [
        ox.Triple(ox.BlankNode(f"n{n}"), p, ox.BlankNode(f"n{m}"))
        for n in range(30)
        for m in range(30)
        if n != m
    ]
    assert compare(_version(clique), _version(clique[::-1])) == []


@pytest.mark.parametrize(
    ("effect", "next_one"),
    [(Effect.MAJOR, "2.0.0"), (Effect.MINOR, "1.5.0"), (Effect.PATCH, "1.4.3"), (None, "1.4.2")],
)
def test_the_step_that_is_advised(effect: Effect | None, next_one: str) -> None:
    assert advised("1.4.2", effect) == next_one
    assert effect_of([]) is None


def test_a_project_is_what_it_publishes(pa_onto: Run, project: Path) -> None:
    assert pa_onto("publish", cwd=project).returncode == 0
    for name in ("dist", "ontology", "dist/pa-onto.jsonld", "dist/pa-onto.rdf", "dist/pa-onto.nt"):
        result = pa_onto("diff", name, ".", cwd=project)
        assert (result.returncode, result.stderr) == (0, ""), result.stdout
    packed = project / "packed.ttl.gz"
    packed.write_bytes(gzip.compress((project / "dist" / "pa-onto.ttl").read_bytes()))
    assert pa_onto("diff", packed, "dist", cwd=project).returncode == 0


def test_consequences_are_told_once(pa_onto: Run, project: Path) -> None:
    assert pa_onto("publish", cwd=project).returncode == 0
    titles = project / "ontology" / "schemes" / "titles"
    moved = titles / "mid.ttl"
    text = moved.read_text()
    begin = text.index("title:second-assistant-director a")
    rest = text[begin:].replace("level:mid", "level:senior", 1)
    moved.write_text(text[:begin] + rest.replace("department:set", "department:art", 1))
    parted = titles / "entry.ttl"
    text = parted.read_text()
    begin = text.index("title:runner a")
    link = "    pa:similarTo title:production-assistant ;\n"
    parted.write_text(text[:begin] + text[begin:].replace(link, "", 1))
    result = pa_onto("diff", "dist", ".", cwd=project)
    assert result.returncode == 1
    lines = [line for line in result.stdout.splitlines() if line.startswith("  major")]
    assert [line.partition("): ")[2] for line in lines] == [
        "at level Mid Level → Senior Level",
        "similar to - Production Assistant",
        "in department Set Department → Art Department",
    ]
    assert "follow from these; --derived lists them." in result.stdout
    assert len(pa_onto("diff", "dist", ".", "--derived", cwd=project).stdout) > len(result.stdout)


def test_another_rule_is_told(pa_onto: Run, project: Path) -> None:
    assert pa_onto("publish", cwd=project).returncode == 0
    (project / "ontology" / "rules" / "similar-is-symmetric.rq").unlink()
    result = pa_onto("diff", "dist", ".", cwd=project)
    assert result.returncode == 1
    assert "similar to - " in result.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A project below the root of a git repository, with two revisions and one change more."""
    root = tmp_path / "repository"
    place = root / "inner"
    shutil.copytree(ROOT / "ontology", place / "ontology")
    (place / "pyproject.toml").write_text('[tool.pa-onto]\nversion = "0.1.0"\n')
    titles = place / "ontology" / "schemes" / "titles" / "entry.ttl"
    _git(root, "init", "-q", "-b", "main")
    for number, text in enumerate(("Floor Runner", "Stage Runner", "Studio Runner")):
        titles.write_text(
            titles.read_text().replace("Floor Runner", text).replace("Stage Runner", text)
        )
        if number < 2:
            _git(root, "add", "-A")
            _git(root, "commit", "-q", "-m", text)
            _git(root, "tag", f"v0.{number}.0")
    return place


def _git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    return subprocess.run(
        ["git", *identity, *arguments],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_revisions(pa_onto: Run, repository: Path) -> None:
    before = _git(repository, "status", "--porcelain")
    for old, new, went, came in [
        ("v0.0.0", "v0.1.0", "Floor Runner", "Stage Runner"),
        ("HEAD~1", "HEAD", "Floor Runner", "Stage Runner"),
        ("HEAD", ".", "Stage Runner", "Studio Runner"),
        ("main:inner/ontology", "ontology", "Stage Runner", "Studio Runner"),
        ("HEAD:./ontology", ".", "Stage Runner", "Studio Runner"),
    ]:
        result = pa_onto("diff", old, new, cwd=repository)
        assert result.returncode == 1, result.stderr
        assert f"alt label “{went}” (en-gb) → “{came}” (en-gb)" in result.stdout
    file = "ontology/schemes/titles/entry.ttl"
    result = pa_onto("diff", f"HEAD:inner/{file}", file, cwd=repository)
    assert "“Stage Runner” (en-gb) → “Studio Runner” (en-gb)" in result.stdout
    assert _git(repository, "status", "--porcelain") == before


@pytest.mark.parametrize(
    "name",
    [
        "--output=/dev/null",
        "--exec=touch owned",
        "-h",
        "v9.9.9",
        "HEAD:missing.ttl",
        "HEAD:../../etc/passwd",
        "HEAD:/etc/passwd",
        ":(glob)**",
        "HEAD\nHEAD",
        "$(touch owned)",
        "a" * 10_000,
        "",
    ],
)
def test_a_name_of_nothing_is_an_error(name: str, pa_onto: Run, repository: Path) -> None:
    result = pa_onto("diff", "HEAD", "--", name, cwd=repository)
    assert result.returncode == 2, result.stdout
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert not list(repository.glob("owned*"))


def test_what_cannot_be_read_is_named(pa_onto: Run, repository: Path) -> None:
    (repository / "ontology" / "bad.ttl").write_text("<a> <b>")
    result = pa_onto("diff", "HEAD", "ontology/bad.ttl", cwd=repository)
    assert result.returncode == 2
    assert "ontology/bad.ttl:1:" in result.stderr
    _git(repository, "add", "-A")
    _git(repository, "commit", "-q", "-m", "bad")
    result = pa_onto("diff", "HEAD", "HEAD~1", cwd=repository)
    assert result.returncode == 2
    assert result.stderr.startswith("pa-onto: HEAD:inner/ontology/bad.ttl:1:"), result.stderr
    result = pa_onto("diff", ROOT / "data" / "crew.csv", "HEAD~1", cwd=repository)
    assert result.returncode == 2
    assert "A vocabulary is RDF, not csv." in result.stderr


def test_links_in_a_revision_lead_nowhere(pa_onto: Run, repository: Path) -> None:
    secret = repository.parent.parent / "secret.ttl"
    secret.write_text("<https://w3id.org/pa-onto/secret> a <x:y> .")
    (repository / "ontology" / "link.ttl").symlink_to(secret)
    _git(repository, "add", "-A")
    _git(repository, "commit", "-q", "-m", "link")
    result = pa_onto("diff", "HEAD~1", "HEAD", cwd=repository)
    assert "secret" not in result.stdout
