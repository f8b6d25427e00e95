"""Judged in parts of a few records, data give exactly the findings that they give as one graph."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pa_onto.errors import InputError
from pa_onto.reading.sources import read_ntriples
from pa_onto.validation import parts as parts_module
from pa_onto.validation import validate
from tests.conftest import ROOT
from tests.judging import (
    CONTEXT,
    HR,
    PROJECT,
    READERS,
    TITLE,
    TYPE,
    brief,
    plan_for,
    report,
    same_both_ways,
    tiny,
    why_whole,
)

__all__ = ["tiny"]

pytestmark = pytest.mark.usefixtures("tiny")

Node = dict[str, Any]

POSTINGS: list[Node] = [
    *json.loads((ROOT / "data" / "postings.jsonld").read_text()),
    *json.loads((ROOT / "data" / "broken" / "postings.jsonld").read_text()),
]
TITLES = ["runner", "line-producer", "second-assistant-director", "own-a", "own-b", "runer"]
LEVELS = ["entry", "vp", "mid", "middle", "https://hr.example/level"]
DEPARTMENTS = ["set", "camera", "production", "post-production", "editing", "nope"]
FORMATS = ["lines", "arrays", "array", "graph", "csv", "nt", "scattered", "odd", "turtle"]
COLUMNS = ["id", "type", "title", "level", "department", "production", "reportsTo", "startDate"]


class Crew:
    """Random records: ids come twice, links lead anywhere, titles are made up."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.size = self.random.choice([3, 6, 12])

    def records(self) -> list[Node]:
        return [self.record() for _ in range(self.random.randrange(1, 2 * self.size))]

    def record(self, depth: int = 0) -> Node:
        kind = self.random.random()
        if kind < 0.06:
            return self.title()
        if kind < 0.12:
            return self.production()
        if kind < 0.22 and not depth:
            return self.posting()
        return self.position(depth)

    def title(self) -> Node:
        level, department = self.random.choice(["entry", "vp"]), self.random.choice(DEPARTMENTS)
        return {
            "id": TITLE + self.random.choice(["own-a", "own-b"]),
            "type": "JobTitle",
            "pa:atLevel": {"@id": f"https://w3id.org/pa-onto/level/{level}"},
            "pa:inDepartment": {"@id": f"https://w3id.org/pa-onto/department/{department}"},
        }

    def production(self) -> Node:
        name = self.random.choice(["A", "A", "B", ""])
        return {"id": f"{HR}p{self.random.randrange(3)}", "type": "Production", "name": name}

    def position(self, depth: int) -> Node:
        chance = self.random.random
        record: Node = {"id": self.id(), "type": "Position", "startDate": "2026-01-12"}
        record["title"] = self.random.choice([*TITLES, TITLE + "runner", "https://hr.example/t"])
        record["level"] = self.random.choice(LEVELS)
        record["department"] = self.random.choice(DEPARTMENTS)
        record["production"] = self.random.choice(
            [f"{HR}p{self.random.randrange(3)}", self.production(), {"type": "Production"}]
        )
        record["reportsTo"] = self.boss(record["id"], depth)
        record["endDate"] = "2025-01-12"
        record["endDat"] = "2026-01-12"
        kept = {"title": 0.9, "level": 0.3, "department": 0.3, "production": 0.9, "id": 0.9}
        kept |= {"reportsTo": 0.8, "startDate": 0.9, "endDate": 0.2, "endDat": 0.1, "type": 0.95}
        return {key: value for key, value in record.items() if chance() < kept[key]}

    def boss(self, own: str, depth: int) -> object:
        kind = self.random.random()
        if kind < 0.75 or depth > 1:
            return self.id(2)
        if kind < 0.85:
            return [self.id(2), self.id(2)]
        return own if kind < 0.9 else self.record(depth + 1)

    def posting(self) -> Node:
        posting: Node = json.loads(json.dumps(self.random.choice(POSTINGS)))
        posting["@id"] = f"{HR}j{self.random.randrange(self.size)}"
        occupation = self.random.choice(
            ["https://occ.example/1", TITLE + "runner", TITLE + "own-a"]
        )
        if self.random.random() < 0.3:
            posting["relevantOccupation"] = {"@id": occupation}
        elif self.random.random() < 0.3:
            node = {"@id": "https://occ.example/1", "@type": "Occupation", "name": "x"}
            posting["relevantOccupation"] = node
        if self.random.random() < 0.2:
            name = {"name": "x"} if self.random.random() < 0.5 else {}
            posting["hiringOrganization"] = {"@id": f"{HR}o", "@type": "Organization", **name}
        if self.random.random() < 0.5:
            posting["title"] = self.random.choice(["2nd AD", "Set PA", "Coordinator", "Gaffer"])
        if self.random.random() < 0.5:
            posting["occupationalCategory"] = self.category()
        return posting

    def category(self) -> Node:
        """Return a code with its id, or without, or its id alone: it may be told elsewhere."""
        code = self.random.choice(["runner", "second-assistant-director", "line-producer"])
        name = {"@id": f"https://occ.example/{code}"}
        if self.random.random() < 0.3:
            return name
        said = {"@type": "CategoryCode", "codeValue": code, "inCodeSet": {"@id": TITLE[:-1]}}
        return {**name, **said} if self.random.random() < 0.5 else said

    def id(self, beyond: int = 0) -> str:
        return HR + str(self.random.randrange(self.size + beyond))

    def files(self, folder: Path, records: list[Node]) -> list[Path]:
        """Write the records to one or two files, each in a format of its own."""
        cut = len(records)
        if self.random.random() < 0.4:
            cut = self.random.randrange(len(records) + 1)
        written = []
        for number, part in enumerate((records[:cut], records[cut:])):
            name = self.random.choice(FORMATS)
            if part and (text := self.text(name, part)):
                path = folder / f"{number}.{_EXTENSIONS.get(name, 'nt')}"
                path.write_text(text)
                written.append(path)
        return written

    def text(self, name: str, records: list[Node]) -> str:
        """Return records in a format, nothing when they cannot be written in it."""
        write: dict[str, Callable[[], str]] = {
            "lines": lambda: "\n".join(map(json.dumps, records)),
            "arrays": lambda: "\n".join(json.dumps(pair) for pair in batched(records, 2)),
            "array": lambda: json.dumps(records, indent=self.random.choice([None, 1])),
            "graph": lambda: json.dumps({"@context": CONTEXT, "@graph": records}, indent=1),
            "csv": lambda: _table(records, self.random.choice(["\n", "\r\n"])),
            "turtle": lambda: "\n".join(_statements(records)),
        }
        try:
            return write.get(name, lambda: self.statements(name, _statements(records)))()
        except InputError:
            return ""

    def statements(self, name: str, statements: list[str]) -> str:
        if name == "odd":
            odd = [self.oddly(statement) for statement in statements]
            return "\n".join(odd) + self.random.choice(["\n", ""])
        named = sorted({line for line in statements if "_:" not in line})
        if name == "scattered":
            self.random.shuffle(named)
        return "\n".join(named)

    def oddly(self, line: str) -> str:
        """Write a statement of N-Triples in a way that its grammar allows."""
        forms = [line, line, line.replace(" ", "\t", 1), f"{line} # c", f"# <x:c>\n{line}"]
        forms += [f"{line}\r", f" {line}", f"\n{line}", line.replace(" ", "  "), f"#{line}\n{line}"]
        return self.random.choice(forms)


_EXTENSIONS = {"lines": "jsonl", "arrays": "jsonl", "array": "json", "graph": "jsonld"}
_EXTENSIONS |= {"csv": "csv", "turtle": "ttl"}


def batched(records: list[Node], size: int) -> Iterator[list[Node]]:
    return (records[at : at + size] for at in range(0, len(records), size))


def _table(records: list[Node], line_end: str) -> str:
    from io import StringIO

    stream = StringIO()
    table = csv.DictWriter(stream, COLUMNS, extrasaction="ignore", lineterminator=line_end)
    table.writeheader()
    for record in records:
        table.writerow({key: value for key, value in record.items() if isinstance(value, str)})
    return stream.getvalue()


def _statements(records: list[Node]) -> list[str]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "records.json"
        path.write_text(json.dumps(records))
        return read_ntriples([str(path)], READERS).splitlines()


SEEDS = st.integers(0, 1 << 32)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(SEEDS)
def test_random_crews_are_judged_the_same_in_parts(seed: int) -> None:
    """Whatever the formats, and however often an id comes back in another file or chunk."""
    crew = Crew(seed)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        # Files are judged together one by one, some of them, or as many as there are.
        patch.setattr(parts_module, "_TOGETHER", (0, 900, 1 << 18)[seed % 3])
        if files := crew.files(Path(folder), crew.records()):
            same_both_ways(files)


def _lines(folder: Path, *records: Node, name: str = "crew.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def _position(number: int, **more: object) -> Node:
    record = {"id": f"{HR}{number}", "type": "Position", "title": "runner"}
    return {**record, "production": f"{HR}p", "startDate": "2026-01-12", **more}


def _chain(size: int, step: int = 1) -> list[Node]:
    """Return positions that each report to the one ``step`` further on, the last to the first."""
    return [_position(n, reportsTo=f"{HR}{(n + step) % size}") for n in range(size)]


@pytest.mark.parametrize("step", [1, 7, 19])
def test_a_circle_across_parts_is_found_at_each_of_its_positions(tmp_path: Path, step: int) -> None:
    found = same_both_ways([_lines(tmp_path, *_chain(20, step))])
    assert why_whole(found) == ""
    circles = [f for f in found.findings if f.shape.endswith("Position-reportsTo-acyclic")]
    assert {f.focus_node for f in circles} == {f"{HR}{n}" for n in range(20)}
    for finding in circles:
        place = finding.location
        assert place and place.line == int(finding.focus_node.removeprefix(HR)) + 1
        assert finding.written == f"{HR}{(place.line - 1 + step) % 20}"


def test_a_chain_across_files_that_leads_to_nobody(tmp_path: Path) -> None:
    records = _chain(24)
    first = _lines(tmp_path, *records[:9], name="a.jsonl")
    second = tmp_path / "b.json"
    second.write_text(json.dumps(records[9:20]))
    found = same_both_ways([first, second])
    assert why_whole(found) == ""
    (finding,) = found.findings
    assert finding.focus_node == f"{HR}19" and finding.written == f"{HR}20"
    assert finding.location and finding.location.pointer == "/10/reportsTo"


def test_reports_to_a_junior_in_another_part(tmp_path: Path) -> None:
    boss = _position(30)
    seniors = [_position(n, title="line-producer", reportsTo=f"{HR}30") for n in range(8)]
    found = same_both_ways([_lines(tmp_path, *seniors, *_chain(9)[8:], boss)])
    juniors = [f for f in found.findings if f.shape.endswith("reportsTo-senior")]
    assert len(juniors) == 8


def test_titles_that_the_data_define(tmp_path: Path) -> None:
    title = {"id": TITLE + "best-boy", "type": "JobTitle"}
    title["pa:atLevel"] = {"@id": "https://w3id.org/pa-onto/level/vp"}
    positions = [_position(n, title="best-boy", level="entry") for n in range(9)]
    found = same_both_ways([_lines(tmp_path, *positions, title)])
    assert why_whole(found) == ""
    assert {f.rule for f in found.findings} == {"Position-level-agrees"}
    assert len(found.findings) == 9


def test_an_id_that_comes_again_in_another_part(tmp_path: Path) -> None:
    """All that is said of it counts, and each record but the first is found to be a repetition."""
    other = _position(0, title="line-producer", reportsTo=f"{HR}1")
    found = same_both_ways([_lines(tmp_path, *_chain(12), other, _position(0))])
    assert why_whole(found) == ""
    assert found.records == 14 and found.focus_nodes == 12
    repeated = [f for f in found.findings if f.component == "DuplicateId"]
    assert [f.location and f.location.line for f in repeated] == [13, 14]
    assert all("record 1" in f.message for f in repeated)
    assert (f"{HR}0", "Position-title", "Position-title") in brief(found.findings)


def test_a_production_nested_in_every_record(tmp_path: Path) -> None:
    good = {"id": f"{HR}p", "type": "Production", "name": "P"}
    bad = {**good, "name": ""}
    records = [_position(n, production=bad) for n in range(9)]
    found = same_both_ways([_lines(tmp_path, *records)])
    assert [f.location and f.location.line for f in found.findings] == [1]
    records[7]["production"] = good
    found = same_both_ways([_lines(tmp_path, *records)])
    assert {f.component for f in found.findings} == {
        "MaxCountConstraintComponent",
        "MinLengthConstraintComponent",
    }
    assert {f.record for f in found.findings} == {f"{HR}0"}


def test_positions_nested_in_records_are_placed_where_they_stand(tmp_path: Path) -> None:
    inner = {"type": "Position", "title": "line-producer", "reportsTo": f"{HR}20"}
    inner |= {"production": f"{HR}p", "startDate": "2026-01-12"}
    records = [_position(n, reportsTo=inner) for n in range(7)]
    found = same_both_ways([_lines(tmp_path, *records, _position(20))])
    assert why_whole(found) == ""
    seniors = [
        f for f in found.findings if f.location and f.location.pointer == "/reportsTo/reportsTo"
    ]
    assert len(seniors) == 7
    assert [f.record for f in seniors] == [f"{HR}{n}" for n in range(7)]
    assert {f.written for f in seniors} == {f"{HR}20"}


def test_what_reading_explains_is_no_finding_at_the_end_either(tmp_path: Path) -> None:
    """One boss is no IRI and is dropped; that says it all about this key."""
    record = _position(0, reportsTo=["not an iri", f"{HR}99"])
    found = same_both_ways([_lines(tmp_path, record, *_chain(9)[1:8], _position(8))])
    mine = [f for f in found.findings if f.key == "reportsTo" and f.focus_node == f"{HR}0"]
    assert [f.component for f in mine] == ["MalformedIRI"]


NAMED = f"""\
<x:a> {TYPE} <x:A> .
<x:a> <x:p> <x:b> .
<x:b> {TYPE} <x:B> .
<x:b> <x:p> <x:c> .
<x:c> {TYPE} <x:A> .
<x:c> <x:p> <x:a> .
<x:d> {TYPE} <x:B> .
<x:d> <x:p> <x:z> .
<x:e> {TYPE} <x:A> .
<x:e> <x:q> "1" .
"""


@pytest.mark.parametrize(
    ("shapes", "data", "why"),
    [
        ("<x:S> a sh:NodeShape ; sh:targetNode <x:a> ; sh:class <x:B> .", NAMED, "sh:targetNode"),
        ("<x:S> a sh:NodeShape ; sh:targetObjectsOf <x:p> ; sh:class <x:B> .", NAMED, "selects"),
        (
            "<x:S> a sh:NodeShape ; sh:targetClass <x:A> ; "
            "sh:property [ sh:path [ sh:inversePath <x:p> ] ; sh:minCount 1 ] .",
            NAMED,
            "x:p is read against its direction",
        ),
        (
            '<x:S> a sh:NodeShape ; sh:targetClass <x:A> ; sh:sparql [ sh:message "m" ; '
            'sh:select "SELECT $this WHERE { ?other <x:p> $this }" ] .',
            NAMED,
            "x:p is read against its direction",
        ),
        (
            '<x:S> a sh:NodeShape ; sh:targetClass <x:A> ; sh:sparql [ sh:message "m" ; '
            'sh:select "SELECT $this ?value WHERE { $this ?any ?value }" ] .',
            NAMED,
            "the SPARQL of S may read anything",
        ),
        (
            "<x:S> a sh:NodeShape ; sh:targetClass <x:A> ; sh:closed true ; "
            "sh:property [ sh:path <x:p> ; sh:class <x:A> ] .",
            NAMED,
            "a closed shape",
        ),
        (
            "<x:S> a sh:NodeShape ; sh:targetClass <x:A> ; "
            "sh:property [ sh:path <x:p> ; sh:property [ sh:path <x:p> ; sh:minCount 2 ] ] .",
            NAMED,
            "focus nodes of values",
        ),
        (
            "<x:S> a sh:NodeShape ; sh:targetClass <x:A> ; sh:property <x:P> . "
            "<x:P> sh:path <x:p> ; sh:minCount 2 .",
            f"{NAMED}<x:B> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <x:A> .\n",
            "subClassOf is read against its direction",
        ),
        (
            "<x:S> a sh:NodeShape ; sh:targetClass <x:A> ; sh:property <x:P> . "
            "<x:P> sh:path <x:p> ; sh:minCount 2 .",
            f"{NAMED}_:b {TYPE} <x:A> .\n",
            "data.nt has blank nodes",
        ),
    ],
)
def test_what_parts_cannot_tell_is_judged_as_one_graph(
    shapes: str, data: str, why: str, tmp_path: Path
) -> None:
    path = tmp_path / "data.nt"
    path.write_text(data)
    found = same_both_ways([path], plan_for(shapes))
    assert why in why_whole(found)
    assert found.findings


@pytest.mark.parametrize(
    ("vocabulary", "why"),
    [
        (f"<x:b> {TYPE} <x:Code> .\n", "the data say something of <x:b>"),
        (f"<x:v> {TYPE} <x:Code> .\n<x:v> <x:p> <x:b> .\n", "the data say something of <x:b>"),
        (f"<x:v> {TYPE} <x:A> .\n", "shapes look at nodes of the vocabulary"),
    ],
)
def test_data_about_the_vocabulary_are_judged_as_one_graph(
    vocabulary: str, why: str, tmp_path: Path
) -> None:
    shapes = "<x:S> a sh:NodeShape ; sh:targetClass <x:A> ; sh:property <x:P> . "
    shapes += "<x:P> sh:path ( <x:p> <x:p> ) ; sh:class <x:Code> ."
    path = tmp_path / "data.nt"
    path.write_text(NAMED)
    found = same_both_ways([path], plan_for(shapes, vocabulary))
    assert why in why_whole(found)


@pytest.mark.parametrize(
    "shapes",
    [
        "sh:property [ sh:path ( <x:p> <x:p> ) ; sh:class <x:A> ]",
        "sh:property [ sh:path ( <x:p> <x:q> ) ; sh:minCount 1 ]",
        "sh:property [ sh:path [ sh:oneOrMorePath <x:p> ] ; sh:class <x:B> ]",
        "sh:property [ sh:path <x:p> ; sh:node [ sh:property [ sh:path <x:p> ; "
        "sh:class <x:A> ] ] ]",
        "sh:property [ sh:path <x:p> ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape "
        "[ sh:class <x:B> ] ]",
        "sh:not [ sh:path <x:p> ; sh:class <x:B> ]",
        'sh:sparql [ sh:message "m" ; sh:select "SELECT $this ?value WHERE '
        '{ $this <x:p> ?value . ?value <x:p>+ $this }" ]',
        'sh:sparql [ sh:message "m" ; sh:select "SELECT $this ?value WHERE '
        '{ $this <x:p> ?value . FILTER NOT EXISTS { ?value a <x:B> } }" ]',
    ],
)
def test_shapes_that_look_from_part_to_part(shapes: str, tmp_path: Path) -> None:
    """Both engines agree on what is found."""
    path = tmp_path / "data.nt"
    path.write_text(NAMED)
    turtle = f"<x:S> a sh:NodeShape ; sh:targetClass <x:A> ; {shapes} ."
    found = same_both_ways([path], plan_for(turtle))
    assert why_whole(found) == ""
    assert found.findings
    reference = report([path], parts=True, plan=plan_for(turtle, engine="pyshacl"))
    assert "the engine pyshacl is asked once" in why_whole(reference)
    assert brief(reference.findings) == brief(found.findings)


@pytest.mark.parametrize("name", ["crew", "postings"])
def test_the_broken_samples_in_parts(name: str) -> None:
    found = same_both_ways([ROOT / "data" / "broken" / f"{name}.jsonld"])
    assert len(found.findings) >= 30


def test_blank_nodes_are_placed_by_their_labels(tmp_path: Path) -> None:
    """The fast engine numbers them; records without an id are found again all the same."""
    records = [_position(n, title="runer") for n in range(5)]
    for record in records:
        del record["id"]
    found = same_both_ways([_lines(tmp_path, *records)])
    assert [f.location and f.location.line for f in found.findings] == [1, 2, 3, 4, 5]
    assert {f.written for f in found.findings} == {"runer"}
    path = tmp_path / "data.nt"
    path.write_text(f'# "_:x" _:y\n<x:_:z> <x:p> "_:q" .\n_:n.1 {TYPE} <x:A> .\n')
    plan = plan_for(
        "<x:S> a sh:NodeShape ; sh:targetClass <x:A> ; sh:property [ sh:path <x:p> ; "
        "sh:minCount 1 ] ; sh:not [ sh:class <x:A> ] ."
    )
    for engine_found in (report([path], parts=False, plan=plan), same_both_ways([path], plan)):
        assert {f.focus_node for f in engine_found.findings} == {"_:n.1"}
        assert {f.location and f.location.line for f in engine_found.findings} == {3}


def test_packed_n_triples_with_blank_nodes_are_read(tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "data.nt.gz"
    path.write_bytes(gzip.compress(f"{NAMED}_:b {TYPE} <x:A> .\n".encode()))
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <x:S> a sh:NodeShape ; "
        "sh:targetClass <x:A> ; sh:property [ sh:path <x:p> ; sh:minCount 1 ] ."
    )
    for parts in (None, False, True):
        found = validate([str(path)], shapes=[shapes], project=PROJECT, parts=parts)
        assert len(found.findings) == 2


def test_progress_goes_from_start_to_end_even_when_parts_are_read_twice(tmp_path: Path) -> None:
    path = _lines(tmp_path, *_chain(12), _position(0, title="line-producer"))
    told: list[tuple[int, int]] = []
    validate([str(path)], project=PROJECT, parts=True, progress=lambda *pair: told.append(pair))
    assert len(told) > 8
    assert all(0 <= done <= total == path.stat().st_size for done, total in told)
