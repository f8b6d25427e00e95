"""Reading: what a record means, whatever way it takes through the readers."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

import pa_onto as api
from pa_onto.errors import InputError
from pa_onto.project import find_project
from pa_onto.reading import Contexts, Readers, format_of, read_ntriples
from pa_onto.reading.plain import Plain
from pa_onto.reading.rdf import to_ntriples
from pa_onto.shacl.data import with_predicates
from pa_onto.triples import as_ntriples, triples_of
from tests.conftest import ROOT

PROJECT = find_project(ROOT)
CONTEXTS = Contexts.from_file(PROJECT.context)
PLAIN = Plain(CONTEXTS)
RECORD = {
    "id": "https://hr.example/1",
    "type": "Position",
    "title": "runner",
    "level": "https://w3id.org/pa-onto/level/entry",
    "department": "production",
    "production": "https://hr.example/p",
    "startDate": "2026-01-12",
    "weeklyRate": 1450.5,
    "currency": "USD",
    "endDate": None,
}


def _read(path: Path) -> rdflib.Graph:
    readers = Readers(PROJECT.context, PROJECT.record_schema)
    return rdflib.Graph().parse(data=read_ntriples([str(path)], readers), format="nt")


@pytest.mark.parametrize(
    ("change", "plain"),
    [
        ({}, True),
        ({"type": "Person", "name": "A: B"}, False),
        ({"type": "Position", "holder": "https://hr.example/7", "employmentType": "a: b"}, True),
        ({"title": ["runner", "office-assistant"]}, False),
        ({"title": "pa:runner"}, False),
        ({"production": {"id": "https://hr.example/p", "type": "Production", "name": "P"}}, False),
        ({"type": ["Position"]}, False),
        ({"type": "@version"}, False),
        ({"type": "https://w3id.org/pa-onto/ns#Position"}, False),
        ({"skos:note": "x"}, False),
        ({"type": "JobPosting", "title": "2nd AD"}, False),
        ({"type": "JobTitle", "label": {"en": "x"}}, False),
    ],
    ids=str,
)
def test_plain_records_mean_what_the_whole_context_says(
    change: dict[str, object], plain: bool, tmp_path: Path
) -> None:
    record = RECORD | change
    assert (PLAIN.ntriples(record, "_:b") is not None) is plain
    path = tmp_path / "record.json"
    path.write_text(json.dumps(record))
    whole = json.dumps({"@context": CONTEXTS.terms, "@graph": [record]})
    quads = ox.parse(whole, format=ox.RdfFormat.JSON_LD)
    lines = to_ntriples(as_ntriples(triples_of(quads)), format_of("x.nt"), "x", other_forms=True)
    assert isomorphic(_read(path), rdflib.Graph().parse(data=lines, format="nt"))


def test_lines_end_with_a_line_feed_only(tmp_path: Path) -> None:
    """The other line ends of Unicode may stand inside strings and literals."""
    name = "a\u2028b\u0085c"
    path = tmp_path / "records.jsonl"
    record = {"id": "https://hr.example/p", "type": "Production", "name": name}
    path.write_text(json.dumps(record, ensure_ascii=False) + "\r\n\n", encoding="utf-8")
    report = api.validate([str(path)], project=find_project(ROOT))
    assert [finding.component for finding in report.findings] == ["InvisibleCharacter"]
    triple = f'<x:a> <x:p> "{name}" .\n'
    assert "".join(with_predicates(triple + "<x:a> <x:q> 1 .\n", {"x:p"})) == triple


def test_n_triples_written_the_unusual_way_are_read_all_the_same(tmp_path: Path) -> None:
    graph = rdflib.Graph().parse(ROOT / "data" / "crew.ttl")
    lines = graph.serialize(format="nt")
    path = tmp_path / "crew.nt"
    for text in (
        lines,
        lines.replace(" <", "\t<"),
        f"# a comment\n\n{lines}".replace(" <", "  <"),
    ):
        path.write_text(text)
        report = api.validate([str(path)], project=find_project(ROOT))
        assert (report.conforms, report.records) == (True, 72)


def test_malformed_n_triples_are_located(tmp_path: Path) -> None:
    path = tmp_path / "data.nt"
    path.write_text('<x:a> <x:b> "1" .\n<x:a> <x:b c> "1" .\n')
    for engine in ("shacl", "pyshacl"):
        with pytest.raises(InputError) as caught:
            api.validate([str(path)], project=find_project(ROOT), engine=engine)
        assert (caught.value.line, caught.value.file) == (2, str(path))


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    files = []
    for name in ("one", "two"):
        path = tmp_path / f"{name}.nt"
        path.write_text(
            "_:a <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
            "<https://w3id.org/pa-onto/ns#Production> .\n"
            f'_:a <https://schema.org/name> "{name}" .\n'
        )
        files.append(str(path))
    assert api.validate(files, project=find_project(ROOT)).conforms
