"""What is published, read back by those who will: the same facts for each of them.

JSON-LD is read by jsonld.js (npm), pyld, rdflib and pyoxigraph, the tables and the JSON by
Python's own csv and json. The facts they are held to are those of the N-Triples.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest
import rdflib
from pyld import jsonld

from pa_onto.canonical import same_facts
from pa_onto.triples import Triple, triples_of
from tests.conftest import COMMAND, PATIENCE, ROOT, at_least
from tests.javascript import folder_of, missing

SKOS = "http://www.w3.org/2004/02/skos/core#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
#: What the tables leave out, as they say.
LEFT_OUT = {RDF_TYPE, RDFS_LABEL, SKOS + "inScheme", SKOS + "topConceptOf", SKOS + "narrower"}

Json = dict[str, Any]
Reader = Callable[[list[Json], Json], list[list[Triple]]]


class Site(NamedTuple):
    """A published folder and the name of its vocabulary."""

    folder: Path
    name: str

    @property
    def context(self) -> Json:
        context: Json = json.loads((self.folder / "context.jsonld").read_text())
        return context

    @property
    def facts(self) -> list[Triple]:
        return _parsed((self.folder / f"{self.name}.nt").read_text(), "n-triples")

    def document(self, path: str) -> Json:
        document: Json = json.loads((self.folder / path).read_text())
        assert document["@context"] == self.context["id"]
        return document


VOCABULARIES = {
    "pa-onto": (ROOT, "pa-onto"),
    "materials": (ROOT / "tests" / "vocabularies" / "materials", "materials"),
    "districts": (ROOT / "tests" / "vocabularies" / "districts", "vocabulary"),
}


@pytest.fixture(scope="module", params=VOCABULARIES)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Site:
    project, name = VOCABULARIES[request.param]
    folder = tmp_path_factory.mktemp("site") / "dist"
    subprocess.run([COMMAND, "publish", "--out", folder], cwd=project, check=True)
    return Site(folder, name)


def _parsed(text: str, format: str) -> list[Triple]:
    syntax = {"n-triples": ox.RdfFormat.N_TRIPLES, "n-quads": ox.RdfFormat.N_QUADS}
    return list(triples_of(ox.parse(text, format=syntax[format])))


def _inline(document: Json, context: Json) -> Json:
    return document | {"@context": context["@context"]}


def by_pyoxigraph(documents: list[Json], context: Json) -> list[list[Triple]]:
    texts = [json.dumps(_inline(document, context)) for document in documents]
    return [list(triples_of(ox.parse(text, format=ox.RdfFormat.JSON_LD))) for text in texts]


def by_rdflib(documents: list[Json], context: Json) -> list[list[Triple]]:
    found = []
    # The text of literals stays as it was written.
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        for document in documents:
            text = json.dumps(_inline(document, context))
            graph = rdflib.Graph().parse(data=text, format="json-ld")
            found.append(_parsed(graph.serialize(format="nt"), "n-triples"))
    finally:
        rdflib.NORMALIZE_LITERALS = before
    return found


def by_pyld(documents: list[Json], context: Json) -> list[list[Triple]]:
    def loader(url: str, options: Json) -> Json:
        assert url == context["id"], "asks for something else"
        return {"contextUrl": None, "documentUrl": url, "document": context}

    options = {"format": "application/n-quads", "documentLoader": loader}
    return [_parsed(jsonld.to_rdf(document, options), "n-quads") for document in documents]


def by_jsonld_js(documents: list[Json], context: Json) -> list[list[Triple]]:
    if problem := missing("readers"):
        pytest.skip(f"jsonld.js reads nothing back here: {problem}")
    asked = {"url": context["id"], "context": context, "documents": documents}
    run = subprocess.run(
        ["node", ROOT / "tests" / "node" / "readers" / "read.mjs", folder_of("readers")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE,
    )
    assert run.returncode == 0, run.stderr
    return [_parsed(text, "n-quads") for text in json.loads(run.stdout)]


READERS = [by_pyoxigraph, by_rdflib, by_pyld, by_jsonld_js]
each_reader = pytest.mark.parametrize("read", READERS)


@each_reader
@pytest.mark.long
def test_the_whole_vocabulary(read: Reader, site: Site) -> None:
    (found,) = read([site.document(f"{site.name}.jsonld")], site.context)
    assert same_facts(site.facts, found)


@each_reader
def test_the_entry_files_say_what_their_turtle_says(read: Reader, site: Site) -> None:
    paths = _entry_paths(site)
    # Reading hundreds of small files takes the slower ones long: of ours they get every fifth.
    chosen = paths if len(paths) < 100 or read is by_pyoxigraph else paths[::5]
    documents = [site.document(f"{path}.jsonld") for path in chosen]
    for path, found in zip(chosen, read(documents, site.context), strict=True):
        turtle = ox.parse(path=str(site.folder / f"{path}.ttl"))
        assert same_facts(triples_of(turtle), found), path


def test_the_entry_files_together_are_the_vocabulary(site: Site) -> None:
    documents = [site.document(f"{path}.jsonld") for path in _entry_paths(site)]
    found = {_masked(t) for triples in by_pyoxigraph(documents, site.context) for t in triples}
    assert found == {_masked(triple) for triple in site.facts}


def test_the_turtle_of_the_vocabulary(site: Site) -> None:
    for end in ("ttl", "rdf", "trig"):
        path = str(site.folder / f"{site.name}.{end}")
        assert same_facts(site.facts, triples_of(ox.parse(path=path))), end


def _entry_paths(site: Site) -> list[str]:
    """The small files: under the published context, with a Turtle twin."""
    paths = [path for path in site.folder.rglob("*.jsonld") if path.with_suffix(".ttl").is_file()]
    url = site.context["id"]
    small = [p for p in paths if json.loads(p.read_text())["@context"] == url]
    names = sorted(str(p.relative_to(site.folder))[: -len(".jsonld")] for p in small)
    assert "index" in names and len(names) > 5
    return [name for name in names if name != site.name]


def _masked(triple: Triple) -> tuple[str, str, str]:
    """A statement without the labels of blank nodes, which mean nothing in another file."""
    subject, predicate, object = (str(x) for x in (triple.subject, triple.predicate, triple.object))
    return (re.sub("^_:.*", "_:", subject), predicate, re.sub("^_:.*", "_:", object))


def _about_concepts(site: Site) -> dict[str, set[tuple[str, str]]]:
    """Property and value of every concept, links and texts alike, blank nodes left out."""
    kinds = {(t.subject, t.object.value) for t in site.facts if t.predicate.value == RDF_TYPE}
    concepts = {str(subject)[1:-1] for subject, kind in kinds if kind == SKOS + "Concept"}
    found: dict[str, set[tuple[str, str]]] = {}
    for triple in site.facts:
        subject = str(triple.subject)[1:-1]
        if subject in concepts and not isinstance(triple.object, ox.BlankNode):
            fact = (triple.predicate.value, triple.object.value)
            found.setdefault(subject, set()).add(fact)
    return found


def _property(name: str, context: Json) -> str:
    """The property that a key or a CURIE stands for."""
    term = context["@context"].get(name, name)
    iri: str = term["@id"] if isinstance(term, dict) else term
    prefix, colon, local = iri.partition(":")
    space = context["@context"].get(prefix) if colon and not local.startswith("//") else None
    return space + local if isinstance(space, str) else iri


def test_plain_json(site: Site) -> None:
    """Somebody who knows the keys, language maps and codes, and nothing of JSON-LD."""
    context = site.context
    document = json.loads((site.folder / f"{site.name}.jsonld").read_text())
    expected = _about_concepts(site)
    for node in at_least(document["concepts"], 4):
        found = set()
        for key, value in node.items():
            if key in ("id", "type"):
                continue
            term = context["@context"].get(key, {})
            space = term.get("@context", {}).get("@vocab", "") if isinstance(term, dict) else ""
            for text in _texts(value):
                link = space + text if space and ":" not in text else text
                found.add((_property(key, context), link))
        wanted = {fact for fact in expected[node["id"]] if fact[0] != RDF_TYPE}
        assert found == wanted, node["id"]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict) and ("@value" in value or "id" in value):
        yield str(value.get("@value", value.get("id")))
    elif isinstance(value, dict):
        if not any(
            isinstance(inside, list) and inside and isinstance(inside[0], dict)
            for inside in value.values()
        ):
            for item in value.values():
                yield from _texts(item)
    else:
        yield str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_the_tables(kind: str, site: Site) -> None:
    expected = _about_concepts(site)
    seen = set()
    schemes = [path for path in sorted(site.folder.rglob("*.csv"))]
    for path in at_least(schemes, 1):
        rows = _csv(path) if kind == "csv" else json.loads(path.with_suffix(".json").read_text())
        codes = {row["code"]: row["id"] for row in rows if isinstance(row.get("code"), str)}
        for row in at_least(rows, 2):
            seen.add(row["id"])
            found = set(_facts(row, site.context, codes))
            wanted = {fact for fact in expected[row["id"]] if fact[0] not in LEFT_OUT}
            assert found == wanted, row["id"]
    assert seen == set(expected)


def _facts(row: Json, context: Json, codes: dict[str, str]) -> Iterator[tuple[str, str]]:
    for column, value in row.items():
        name = column.partition("@")[0]
        if name == "id" or value in ("", []):
            continue
        term = context["@context"].get(name, {})
        link = isinstance(term, dict) and term.get("@type") in ("@id", "@vocab")
        space = term.get("@context", {}).get("@vocab", "") if isinstance(term, dict) else ""
        for item in value if isinstance(value, list) else [value]:
            text = str(item).lower() if isinstance(item, bool) else str(item)
            if link and ":" not in text:
                text = codes.get(text) or space + text
            yield _property(name, context), text


def _csv(path: Path) -> list[Json]:
    """A table as its documentation says: bars part values, an apostrophe stands before formulas."""
    types = {
        name: value
        for row in json.loads(path.with_suffix(".json").read_text())
        for name, value in row.items()
    }
    with path.open(encoding="utf-8", newline="") as file:
        rows: list[Json] = list(csv.DictReader(file))
    for row in rows:
        for name, cell in row.items():
            text = cell[1:] if re.match(r"'+[=+\-@\t\r]", cell) else cell
            if isinstance(types.get(name), list):
                parts = re.findall(r"((?:\\.|[^|\\])+)", text, re.DOTALL)
                row[name] = [re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part in parts]
            else:
                row[name] = text
    return rows


def test_no_cell_is_a_formula(site: Site) -> None:
    cells = 0
    for path in site.folder.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                cells += len(row)
                assert not [cell for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert cells > 20
