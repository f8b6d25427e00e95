"""The test suites of the W3C for RDF, JSON-LD and SPARQL: what each test gives and wants.

The suites are data of the W3C and stand beside the checkout, where there are any.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest

from pa_onto.namespaces import RDF, RDF_TYPE
from tests.conftest import ROOT

SUITES = ROOT.parent / "shared" / "w3c"
_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
_JSON_LD = SUITES / "json-ld"

Values = dict[str, list[Any]]


def suite(name: str) -> Path:
    """Return the folder of a suite, or skip the test that asks for it."""
    folder = SUITES / name
    if not folder.is_dir():
        pytest.skip(f"the W3C suite is not here: {folder}")
    return folder


class Case(NamedTuple):
    """A test: its name, its kind, and what it is about (the IRIs of files are kept as such)."""

    name: str
    kind: str
    action: Path | None = None
    result: Path | None = None
    base: str = ""
    query: Path | None = None
    data: tuple[Path, ...] = ()
    graphs: tuple[Path, ...] = ()

    @property
    def negative(self) -> bool:
        return "Negative" in self.kind


def manifest_cases(folder: Path) -> Iterator[Case]:
    """Yield the tests of every manifest in a folder and below."""
    for manifest in sorted(folder.rglob("manifest.ttl")):
        yield from _Manifest(manifest).cases()


class _Manifest:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._nodes: dict[str, Values] = defaultdict(lambda: defaultdict(list))
        with path.open("rb") as file:
            for quad in ox.parse(file, format=ox.RdfFormat.TURTLE, base_iri=path.as_uri()):
                self._nodes[str(quad.subject)][quad.predicate.value].append(quad.object)
        bases = [values[_MF + "assumedTestBase"] for values in self._nodes.values()]
        self._base = next((found[0].value for found in bases if found), "")

    def cases(self) -> Iterator[Case]:
        for values in self._nodes.values():
            for entry in values.get(_MF + "entries", ()):
                for test in self._list(entry):
                    if (case := self._case(str(test))) is not None:
                        yield case

    def _list(self, node: Any) -> Iterator[Any]:
        while str(node) != f"<{RDF}nil>":
            cell = self._nodes[str(node)]
            yield cell[RDF + "first"][0]
            node = cell[RDF + "rest"][0]

    def _case(self, name: str) -> Case | None:
        values = self._nodes[name]
        if not values.get(RDF_TYPE) or not values.get(_MF + "action"):
            return None
        kind = values[RDF_TYPE][0].value.rpartition("#")[2]
        action = values[_MF + "action"][0]
        told = f"{self._path.parent.name}/{name.rpartition('#')[2].rpartition('/')[2][:-1]}"
        if isinstance(action, ox.NamedNode):
            result = values.get(_MF + "result")
            file = _path(action)
            return Case(
                told,
                kind,
                file,
                _path(result[0]) if result and isinstance(result[0], ox.NamedNode) else None,
                self._base + file.name,
            )
        parts = self._nodes[str(action)]
        query = parts.get(_QT + "query")
        if not query:
            return None
        found = tuple(_path(node) for node in parts.get(_QT + "data", ()))
        named = tuple(_path(node) for node in parts.get(_QT + "graphData", ()))
        return Case(told, kind, query=_path(query[0]), data=found, graphs=named)


def _path(node: ox.NamedNode) -> Path:
    from urllib.parse import unquote, urlsplit

    return Path(unquote(urlsplit(node.value).path))


class JsonCase(NamedTuple):
    """A test of the JSON-LD suite: what it reads, what comes of it, and its options."""

    name: str
    negative: bool
    syntax: bool
    source: Path
    result: Path | None
    base: str
    options: dict[str, Any]


def json_ld_cases() -> Iterator[JsonCase]:
    """Yield the tests that turn JSON-LD 1.1 into RDF."""
    folder = suite("json-ld")
    manifest = json.loads((folder / "toRdf-manifest.jsonld").read_text())
    for test in manifest["sequence"]:
        options = test.get("option", {})
        yield JsonCase(
            test["@id"][1:],
            "jld:NegativeEvaluationTest" in test["@type"],
            "jld:PositiveSyntaxTest" in test["@type"],
            folder / test["input"],
            folder / test["expect"] if "expect" in test else None,
            options.get("base", manifest["baseIri"] + test["input"]),
            options,
        )


def canonical(quads: Iterable[ox.Quad]) -> ox.Dataset:
    """Return a dataset that equals another one when the two are isomorphic."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def bare(path: Path, base: str) -> list[ox.Quad] | None:
    """Return the quads of a file as an engine alone loads them, None where it refuses."""
    store = ox.Store()
    try:
        store.load(path=str(path), base_iri=base)
    except (SyntaxError, ValueError):
        return None
    return list(store)
