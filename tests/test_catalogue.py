"""Entries and their places: no path climbs, hides, or is another one in disguise."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from unicodedata import normalize

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pa_onto.catalogue import Catalogue, Kind, documents, safe_path
from pa_onto.catalogue.entries import entries
from pa_onto.catalogue.paths import RESERVED
from pa_onto.triples import grouped, triples_of

SKOS = "http://www.w3.org/2004/02/skos/core#"
BASE = "https://x.example/vocab/"
DEVICES = {"con", "prn", "aux", "nul", "com1", "lpt9"}
EXTENSIONS = (".html", ".ttl", ".jsonld", ".json", ".csv", ".nt")

# IRIs that share folders, differ in case or composition, or look like something else.
_AWKWARD = (
    "a|A|ß|ss|é|e\u0301|..|.||con|COM1.x|index|Index|assets|1.0.0|a.html|a.ttl|.git|a.|%2e%2e|a b|"
    "\u202ea|हिन्दी|name|context|a-b|a+b|~|shapes|404"
)
PARTS = st.sampled_from([*_AWKWARD.split("|"), "x" * 300]) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=8
)
RESTS = st.lists(st.tuples(st.sampled_from("/#?"), PARTS), min_size=1, max_size=4).map(
    lambda parts: "".join(mark + part for mark, part in parts).removeprefix("/")
)
SPACES = st.sampled_from([BASE, "https://x.example/vocab", "http://other.example/", "urn:x:"])


@settings(deadline=None, max_examples=400)
@given(st.sets(st.builds(lambda space, rest: space + rest, SPACES, RESTS), max_size=12))
@example({"http://a.example/x", "http://b.example/x", "http://c.example/x", "https://d.example/X"})
@example({BASE + "a", BASE + "a.ttl", BASE + "a.html/b", BASE + "A", BASE + "a#b", BASE + "a/b"})
def test_paths_are_safe_and_no_two_are_alike(iris: set[str]) -> None:
    types = {iri: [SKOS + "Concept"] for iri in iris}
    found = list(entries(types, BASE, ["name"]))
    assert {entry.iri for entry in found} == iris | {BASE}
    paths = {entry.path for entry in found}
    assert len({_folded(path) for path in paths}) == len(found)
    for path in paths | {entry.document for entry in found}:
        _check(path)
    pages = {entry.document: entry.iri.partition("#")[0] for entry in found}
    for entry in found:
        # A page belongs to one IRI without fragment, the vocabulary's own apart.
        if entry.document != "index":
            assert pages[entry.document] == entry.iri.partition("#")[0]
        if not entry.fragment and entry.path != "index":
            assert entry.document == entry.path or "#" in entry.iri
    # A file of one path is no folder of another.
    folders = {_folded(str(parent)) for path in paths for parent in PurePosixPath(path).parents}
    assert not {_folded(path + end) for path in paths for end in EXTENSIONS} & folders


def _check(path: str) -> None:
    parts = path.split("/")
    assert all(parts), path
    assert not any(part.startswith(".") or part.endswith(".") for part in parts), path
    assert not {part.partition(".")[0].casefold() for part in parts} & DEVICES, path
    assert not re.search(r"[\x00-\x1f\x7f<>:\"|?*\\%\s#]", path), path
    assert all(len(part.encode()) <= 120 for part in parts) and len(path.encode()) <= 240, path
    assert not re.fullmatch(r"\d+\.\d+\.\d+", parts[0]), path
    if path != "index":
        assert path.casefold() not in RESERVED | {"name"}, path
        assert parts[0].casefold() not in ("assets", "queries"), path


def _folded(path: str) -> str:
    return normalize("NFKC", normalize("NFC", path).casefold())


@pytest.mark.parametrize(
    ("rest", "path"),
    [
        ("title/runner", "title/runner"),
        ("ns#JobTitle", "ns/JobTitle"),
        ("../../etc/passwd", "_/_/etc/passwd"),
        ("مواد/خشب", "مواد/خشب"),
        ("concept?id=5&x=<y>", "concept-id-5-x--y-"),
        (".well-known/x.html", "_well-known/x-html"),
    ],
)
def test_a_path_keeps_what_it_can(rest: str, path: str) -> None:
    assert safe_path(rest) == path


def test_adding_an_entry_moves_no_other() -> None:
    few = {BASE + name: [SKOS + "Concept"] for name in ("b", "c/d", "ns#e")}
    many = few | {BASE + name: [SKOS + "Concept"] for name in ("a", "z", "c", "ns#a", "ns")}
    before = {entry.iri: entry for entry in entries(few, BASE)}
    after = {entry.iri: entry for entry in entries(many, BASE)}
    assert {iri: after[iri] for iri in before} == before


def _catalogue(turtle: str, iri: str) -> Catalogue:
    prefix = f"@prefix skos: <{SKOS}> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."
    return Catalogue(iri, list(triples_of(ox.parse(prefix + turtle, format=ox.RdfFormat.TURTLE))))


TURTLE = """
<https://x.example/v> a owl:Ontology .
<https://x.example/v/ns#A> a owl:Class ; skos:note [ skos:note "inside" ] .
<https://x.example/v/ns#B> a owl:Class .
<https://x.example/v/s> a skos:ConceptScheme .
<https://x.example/v/s/1> a skos:Concept ; skos:inScheme <https://x.example/v/s> ;
    skos:prefLabel "one"@en ; skos:definition "One."@en .
<https://x.example/v/g> a skos:OrderedCollection ; skos:memberList ( <https://x.example/v/s/1> ) .
skos:note a owl:AnnotationProperty .
[] a owl:AllDisjointClasses .
"""


def test_the_documents_together_hold_everything() -> None:
    catalogue = _catalogue(TURTLE, "https://x.example/v")
    found = {document.path: document for document in documents(catalogue)}
    assert set(found) == {"index", "ns", "ns/A", "ns/B", "s", "s/1", "g"}
    facts = {
        (node, predicate, str(term))
        for nodes in [document.nodes for document in found.values()]
        for node, values in nodes.items()
        for predicate, terms in values.items()
        for term in terms
    }
    assert facts == {
        (node, predicate, str(term))
        for node, values in grouped(catalogue.triples).items()
        for predicate, terms in values.items()
        for term in terms
    }


def test_a_hash_namespace_has_one_document_with_all_its_terms() -> None:
    catalogue = _catalogue(TURTLE, "https://x.example/v")
    found = {document.path: document for document in documents(catalogue)}
    assert found["ns"].iri is None
    named = {node for node in found["ns"].nodes if not node.startswith("_:")}
    assert named == {"https://x.example/v/ns#A", "https://x.example/v/ns#B"}
    term = catalogue.entries["https://x.example/v/ns#A"]
    assert (term.path, term.document, term.fragment) == ("ns/A", "ns", "A")


def test_a_scheme_and_a_collection_name_their_members() -> None:
    catalogue = _catalogue(TURTLE, "https://x.example/v")
    found = {document.path: document for document in documents(catalogue)}
    for path in ("s", "g"):
        member = found[path].nodes["https://x.example/v/s/1"]
        assert SKOS + "prefLabel" in member
        assert SKOS + "definition" not in member


def test_what_has_no_page_stands_with_the_vocabulary() -> None:
    catalogue = _catalogue(TURTLE, "https://x.example/v")
    index = next(document for document in documents(catalogue) if document.path == "index")
    assert SKOS + "note" in index.nodes
    assert any(node.startswith("_:") for node in index.nodes)


def test_a_hash_vocabulary_is_one_document() -> None:
    turtle = TURTLE.replace("https://x.example/v/ns#", "https://x.example/v#")
    catalogue = _catalogue(turtle, "https://x.example/v")
    assert catalogue.entries["https://x.example/v#A"].document == "index"
    index = next(document for document in documents(catalogue) if document.path == "index")
    assert "https://x.example/v#A" in index.nodes


def test_kinds_are_told_by_class() -> None:
    catalogue = _catalogue(TURTLE, "https://x.example/v")
    kinds = {entry.path: entry.kind for entry in catalogue.entries.values()}
    assert kinds["ns/A"] is Kind.CLASS
    assert kinds["s"] is Kind.SCHEME
    assert kinds["g"] is Kind.COLLECTION
    assert "http://www.w3.org/2004/02/skos/core#note" not in catalogue.entries
