"""What is said of the published data: VoID, DCAT, stored queries, shapes, sitemap."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
import rdflib
from lxml import etree
from rdflib.compare import isomorphic

from pa_onto.publication.metadata.defaults import with_values
from pa_onto.publication.metadata.sitemap import sitemaps
from tests.conftest import COMMAND, PATIENCE, ROOT, Run

NAMES = ("ours", "districts", "materials")
BASES = {
    "ours": "https://w3id.org/pa-onto/",
    "districts": "https://daten.beispielstadt.example/def/bezirk/",
    "materials": "https://museum.example/vocab/materials/",
}
VOID = "http://rdfs.org/ns/void#"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PREFIXES = {
    "void": VOID,
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "spdx": "http://spdx.org/rdf/terms#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
# The three queries with which the SPARQL editor of the SIB asks a store what it is to offer, in
# the variables and properties that they use.
EDITOR_EXAMPLES = """
SELECT DISTINCT ?sq ?comment ?query WHERE {
  ?sq a sh:SPARQLExecutable ; <http://www.w3.org/2000/01/rdf-schema#comment> ?comment ;
    sh:select|sh:ask|sh:construct|sh:describe ?query .
}"""
EDITOR_PREFIXES = "SELECT DISTINCT ?prefix ?space { [] sh:namespace ?space ; sh:prefix ?prefix }"
EDITOR_CLASSES = """
SELECT DISTINCT ?class ?property ?object ?datatype WHERE {
  ?part void:class ?class ; void:propertyPartition ?properties .
  ?properties void:property ?property .
  OPTIONAL {
    { ?properties void:classPartition [ void:class ?object ] }
    UNION { ?properties <http://ldf.fi/void-ext#datatypePartition>
              [ <http://ldf.fi/void-ext#datatype> ?datatype ] }
  }
}"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Publish the vocabularies once and return the published folders."""
    found = {}
    for name in NAMES:
        root = tmp_path_factory.mktemp(name) / name
        if name == "ours":
            for part in ("ontology", "shapes"):
                shutil.copytree(ROOT / part, root / part)
            (root / "pyproject.toml").write_text(
                '[tool.pa-onto]\nname = "pa-onto"\nversion = "0.1.0"\n'
            )
        else:
            shutil.copytree(ROOT / "tests" / "vocabularies" / name, root)
        result = subprocess.run(
            [COMMAND, "publish"], cwd=root, capture_output=True, text=True, timeout=PATIENCE
        )
        assert result.returncode == 0, result.stderr
        found[name] = root / "dist"
    return found


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def folder(name: str, folders: dict[str, Path]) -> Path:
    return folders[name]


def _store(path: Path) -> ox.Store:
    store = ox.Store()
    kind = ox.RdfFormat.JSON_LD if path.suffix == ".jsonld" else None
    store.bulk_load(path=str(path), format=kind)
    return store


def _rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    rows = store.query(query, prefixes=PREFIXES)
    assert isinstance(rows, ox.QuerySolutions)
    return [tuple("" if term is None else term.value for term in row) for row in rows]


def _vocabulary(folder: Path) -> ox.Store:
    (path,) = folder.glob("*.nt")
    return _store(path)


def _number(store: ox.Store, pattern: str) -> int:
    ((number,),) = _rows(store, pattern)
    return int(number)


@pytest.mark.parametrize("document", ["void", "dcat", "queries", "shapes"])
def test_turtle_and_jsonld_say_the_same(document: str, folder: Path, name: str) -> None:
    if document == "shapes" and name != "ours":
        # Who has no shapes of their own publishes none.
        assert not (folder / "shapes.ttl").exists()
        return
    turtle = rdflib.Graph().parse(folder / f"{document}.ttl")
    jsonld = rdflib.Graph().parse(folder / f"{document}.jsonld", format="json-ld")
    assert len(turtle) > 20
    # Canonical forms first: rdflib's own comparison does not end on hundreds of like nodes.
    assert _canonical(folder / f"{document}.ttl") == _canonical(folder / f"{document}.jsonld")
    if len(turtle) < 500:
        assert isomorphic(turtle, jsonld)
    assert len(turtle) == len(jsonld)


def _canonical(path: Path) -> set[str]:
    kind = ox.RdfFormat.JSON_LD if path.suffix == ".jsonld" else None
    dataset = ox.Dataset(ox.parse(path=str(path), format=kind))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(map(str, dataset))


@pytest.mark.parametrize("document", ["void", "dcat"])
def test_descriptions_conform_to_shapes(document: str, folder: Path, pa_onto: Run) -> None:
    shapes = ROOT / "tests" / "metadata" / f"{document}.ttl"
    for engine in ("shacl", "pyshacl"):
        result = pa_onto(
            "validate", folder / f"{document}.ttl", "--shapes", shapes, "--engine", engine
        )
        assert result.returncode == 0, result.stdout + result.stderr


def test_the_shapes_find_what_is_wrong(
    folders: dict[str, Path], pa_onto: Run, tmp_path: Path
) -> None:
    wrong = tmp_path / "dcat.ttl"
    text = (folders["ours"] / "dcat.ttl").read_text()
    assert "dcat:downloadURL" in text
    wrong.write_text(text.replace("dcat:downloadURL", "dcat:uploadURL"))
    result = pa_onto("validate", wrong, "--shapes", ROOT / "tests" / "metadata" / "dcat.ttl")
    assert result.returncode == 1


COUNTS = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "entities": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o FILTER (ISIRI(?s)) }",
    "classes": "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
}


@pytest.mark.parametrize("count", COUNTS)
def test_void_counts_what_there_is(count: str, folder: Path, name: str) -> None:
    iri = BASES[name] if name == "ours" else BASES[name].rstrip("/")
    said = _rows(_store(folder / "void.ttl"), f"SELECT ?n {{ <{iri}> void:{count} ?n }}")
    assert said == [(str(_number(_vocabulary(folder), COUNTS[count])),)]


def test_partitions_count_what_there_is(folder: Path) -> None:
    void, vocabulary = _store(folder / "void.ttl"), _vocabulary(folder)
    said = _rows(
        void, "SELECT ?c ?n { [] void:classPartition ?p . ?p void:class ?c ; void:entities ?n }"
    )
    there = _rows(vocabulary, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c")
    assert sorted(said) == sorted(there)
    said = _rows(
        void,
        "SELECT ?c ?p ?n { [] void:class ?c ; void:propertyPartition ?x ."
        " ?x void:property ?p ; void:triples ?n }",
    )
    there = _rows(vocabulary, "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o } GROUP BY ?c ?p")
    assert sorted(said) == sorted(there)
    said = _rows(
        void,
        "SELECT ?p ?n { ?d a void:Dataset ; void:propertyPartition ?x ."
        " ?x void:property ?p ; void:triples ?n }",
    )
    there = _rows(vocabulary, "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p")
    assert sorted(said) == sorted(there)


def test_linksets_count_the_mappings_to_others(folder: Path, name: str) -> None:
    said = _rows(
        _store(folder / "void.ttl"),
        "SELECT ?p (SUM(?n) AS ?all) { ?l void:linkPredicate ?p ; void:triples ?n } GROUP BY ?p",
    )
    there = _rows(
        _vocabulary(folder),
        "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o FILTER (REGEX(STR(?p), 'core#[a-z]+Match$') &&"
        f" !STRSTARTS(STR(?o), '{BASES[name]}')) }} GROUP BY ?p",
    )
    assert sorted(said) == sorted(there)
    assert name != "ours" or len(said) >= 3


def test_targets_of_links_are_told_by_their_prefix(folders: dict[str, Path]) -> None:
    rows = _rows(
        _store(folders["ours"] / "void.ttl"),
        "SELECT ?space { ?l a void:Linkset ; void:objectsTarget [ void:uriSpace ?space ] }",
    )
    assert ("http://www.wikidata.org/entity/",) in rows
    assert ("http://data.europa.eu/esco/isco/C",) in rows


def test_dumps_and_examples_are_there(folder: Path, name: str) -> None:
    base, void = BASES[name], _store(folder / "void.ttl")
    dumps = [row[0] for row in _rows(void, "SELECT ?d { [] void:dataDump ?d }")]
    assert len(dumps) == 5
    assert all((folder / dump.removeprefix(base)).is_file() for dump in dumps)
    vocabulary = _vocabulary(folder)
    for (example,) in _rows(void, "SELECT ?e { [] void:exampleResource ?e }"):
        assert any(vocabulary.quads_for_pattern(ox.NamedNode(example), None, None))


def test_distributions_are_the_files(folder: Path, name: str) -> None:
    rows = _rows(
        _store(folder / "dcat.ttl"),
        "SELECT ?url ?size ?sum ?type { ?d a dcat:Distribution ; dcat:downloadURL ?url ;"
        " dcat:byteSize ?size ; spdx:checksum/spdx:checksumValue ?sum ; dcat:mediaType ?type }",
    )
    files = {url.removeprefix(BASES[name]) for url, *_ in rows}
    (stem,) = (path.stem for path in folder.glob("*.nt"))
    assert files >= {f"{stem}.{extension}" for extension in ("ttl", "nt", "rdf", "trig", "jsonld")}
    for url, size, checksum, _ in rows:
        content = (folder / url.removeprefix(BASES[name])).read_bytes()
        assert len(content) == int(size)
        assert hashlib.sha256(content).hexdigest() == checksum


def test_the_catalogue_says_what_the_header_says(folders: dict[str, Path]) -> None:
    (row,) = _rows(
        _store(folders["ours"] / "dcat.ttl"),
        "SELECT ?version ?license ?issued { ?d a dcat:Dataset ; dcat:version ?version ;"
        " dcterms:license ?license ; dcterms:issued ?issued }",
    )
    assert row == ("0.1.0", "https://creativecommons.org/licenses/by/4.0/", "2026-11-24")


def test_an_editor_finds_the_queries(folders: dict[str, Path]) -> None:
    """What the editor shows runs as it stands, and answers something."""
    folder = folders["ours"]
    rows = _rows(_store(folder / "queries.ttl"), EDITOR_EXAMPLES)
    files = list((ROOT / "ontology" / "queries").glob("*.rq"))
    assert len(rows) == len(files) >= 15
    vocabulary = _vocabulary(folder)
    for iri, comment, query in rows:
        assert iri.startswith(BASES["ours"] + "queries#")
        assert len(comment) > 10
        answer = vocabulary.query(query)
        assert isinstance(answer, ox.QueryBoolean) or any(True for _ in answer), iri


def test_defaults_stand_where_a_filter_sees_them() -> None:
    text = (
        "CONSTRUCT { ?x a ?t } WHERE { # {\n"
        "  { SELECT ?x ?t { ?x ?p ?t FILTER (?t = '{') } } UNION { FILTER NOT EXISTS { ?x a ?t } }"
        "} ORDER BY ?t"
    )
    assert with_values(text, {"t": "<a:b>"}) == (
        "CONSTRUCT { ?x a ?t } WHERE { # {\n"
        "  { SELECT ?x ?t { VALUES ?t { <a:b> } ?x ?p ?t FILTER (?t = '{') } } UNION"
        " { FILTER NOT EXISTS { VALUES ?t { <a:b> } ?x a ?t } }} ORDER BY ?t"
    )


def test_an_editor_finds_prefixes_and_classes(folder: Path, name: str) -> None:
    prefixes = dict(_rows(_store(folder / "queries.ttl"), EDITOR_PREFIXES))
    assert prefixes["skos"] == PREFIXES["skos"]
    assert name != "ours" or prefixes["pa"] == BASES["ours"] + "ns#"
    rows = _rows(_store(folder / "void.ttl"), EDITOR_CLASSES)
    concept, label = PREFIXES["skos"] + "Concept", PREFIXES["skos"] + "prefLabel"
    text = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
    assert (concept, label, "", text) in rows
    if name == "ours":
        pa = BASES["ours"] + "ns#"
        assert (pa + "JobTitle", pa + "atLevel", pa + "Level", "") in rows


def test_parameters_of_queries_are_documented(folders: dict[str, Path]) -> None:
    rows = _rows(
        _store(folders["ours"] / "queries.ttl"),
        "SELECT ?query ?name ?path ?default { ?query sh:parameter ?p . ?p sh:name ?name ;"
        " sh:path ?path ; sh:description ?about OPTIONAL { ?p sh:defaultValue ?default } }",
    )
    found = {(query.rpartition("#")[2], name): default for query, name, _, default in rows}
    assert found["titles-at-level", "level"] == BASES["ours"] + "level/senior"
    assert found["find-title", "text"] == "UPM"
    assert all(path.endswith("#" + name) for _, name, path, _ in rows)


def test_the_shapes_are_published_whole(folders: dict[str, Path]) -> None:
    published = _store(folders["ours"] / "shapes.ttl")
    named = {
        str(quad.subject)
        for path in (ROOT / "shapes").rglob("*.ttl")
        for quad in ox.parse(path=str(path))
        if isinstance(quad.subject, ox.NamedNode)
    }
    assert len(named) > 100
    assert named <= {str(quad.subject) for quad in published}


def test_the_sitemap_lists_the_pages(folder: Path, name: str) -> None:
    root = etree.parse(folder / "sitemap.xml").getroot()
    assert root.tag == SITEMAP + "urlset"
    urls = [element.text or "" for element in root.iter(SITEMAP + "loc")]
    assert not list(root.iter(SITEMAP + "lastmod"))
    assert len(urls) == len(set(urls))
    pages = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    listed = {unquote(url.removeprefix(BASES[name])) for url in urls}
    # Left out: what is not found, and pages that only lead on.
    left = {page for page in pages - listed if not page.endswith("/index.html")}
    assert left == {"404.html"}
    assert listed <= pages
    assert f"Sitemap: {BASES[name]}sitemap.xml\n" in (folder / "robots.txt").read_text()


def test_a_long_sitemap_has_an_index() -> None:
    pages = [f"c/{number}&.html" for number in range(25)]
    found = dict(sitemaps(pages, "https://a.example/", longest=10))
    assert sorted(found) == ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml", "sitemap.xml"]
    index = etree.fromstring(found["sitemap.xml"].encode())
    assert index.tag == SITEMAP + "sitemapindex"
    parts = [(e.text or "").removeprefix("https://a.example/") for e in index.iter(SITEMAP + "loc")]
    urls = [
        element.text
        for part in parts
        for element in etree.fromstring(found[part].encode()).iter(SITEMAP + "loc")
    ]
    assert len(urls) == len(set(urls)) == 25
    assert "https://a.example/c/7%26.html" in urls


def test_the_logo_is_published(folders: dict[str, Path]) -> None:
    assert (folders["ours"] / "logo.svg").read_bytes() == (ROOT / "ontology/logo.svg").read_bytes()
    assert not (folders["materials"] / "logo.svg").exists()


def test_jsonld_needs_no_other_context(folder: Path) -> None:
    for document in ("void", "dcat", "queries"):
        context = json.loads((folder / f"{document}.jsonld").read_text())["@context"]
        assert all(isinstance(value, str) for value in context.values())
