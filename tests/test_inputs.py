"""Every form that input may have: the same records give the same findings, each in its place."""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from pa_onto.errors import InputError
from pa_onto.model import Finding, Report
from pa_onto.reading import Readers, inputs
from pa_onto.validation import validate
from tests.conftest import COMMAND, PATIENCE, ROOT, Run
from tests.judging import CONTEXT, HR, PROJECT, report

Node = dict[str, Any]
PA = "https://w3id.org/pa-onto/"


def _position(number: int, **more: object) -> Node:
    record = {"id": f"{HR}{number}", "type": "Position", "title": "runner"}
    return {**record, "production": f"{HR}p", "startDate": "2026-01-12", **more}


# What every format can say.
RECORDS: list[Node] = [
    {"id": f"{HR}p", "type": "Production", "name": 'P, "Q" & <R>'},
    _position(1, title="runer"),
    _position(2, startDate="2026-13-12", weeklyRate=-3, currency="USD"),
    _position(3, reportsTo=f"{HR}9"),
    _position(4, department="Set", weeklyRate=1450.5, currency="USD"),
    _position(5, title="second-assistant-directr", reportsTo=f"{HR}3"),
    _position(6, level="entri", reportsTo=f"{HR}6"),
    {"id": f"{HR}7", "type": "Position", "production": f"{HR}p", "startDate": "2026-01-12"},
]
#: Record, key, component and what is written, for each finding.
EXPECTED = {
    ("1", "title", "ClassConstraintComponent", "runer"),
    ("2", "startDate", "DatatypeConstraintComponent", "2026-13-12"),
    ("2", "weeklyRate", "OrConstraintComponent", "-3"),
    ("3", "reportsTo", "ClassConstraintComponent", f"{HR}9"),
    ("4", "department", "ClassConstraintComponent", "Set"),
    ("5", "title", "ClassConstraintComponent", "second-assistant-directr"),
    ("6", "level", "ClassConstraintComponent", "entri"),
    ("6", "reportsTo", "SPARQLConstraintComponent", f"{HR}6"),
    ("7", "title", "MinCountConstraintComponent", None),
}
SUGGESTED = {"runer": "runner", "Set": "set", "entri": "entry"}
SUGGESTED["second-assistant-directr"] = "second-assistant-director"
SPACES = {"title": "title/", "level": "level/", "department": "department/"}


def _json_lines() -> str:
    return "".join(json.dumps(record) + "\n" for record in RECORDS)


def _table(delimiter: str = ",", line_end: str = "\n", quoting: int = csv.QUOTE_MINIMAL) -> str:
    stream = StringIO()
    columns = list(dict.fromkeys(key for record in RECORDS for key in record))
    writer = csv.DictWriter(
        stream, columns, delimiter=delimiter, lineterminator=line_end, quoting=quoting
    )
    writer.writeheader()
    writer.writerows(RECORDS)
    return stream.getvalue()


def _page() -> str:
    graph = json.dumps({"@context": CONTEXT, "@graph": RECORDS[4:]})
    return (
        "<!DOCTYPE html>\n<html><head><title>Crew</title>\n"
        '<!-- <script type="application/ld+json">{</script> -->\n'
        "<script>var a = {};</script>\n"
        f'<SCRIPT id="x"\n   TYPE="Application/LD+JSON">{json.dumps(RECORDS[:4], indent=1)}'
        "</SCRIPT><p>Text</p>\n"
        "<script type='application/ld+json; charset=utf-8' async>  \n"
        f"  {graph}\n</script><script type='application/ld+json'> </script></html>\n"
    )


def _rdf(format: str) -> str:
    from rdflib import Graph

    graph = Graph().parse(data=_triples(), format="nt")
    graph.bind("title", PA + "title/", replace=True)
    return graph.serialize(format=format)


def _triples() -> str:
    from tempfile import TemporaryDirectory

    from pa_onto.reading import read_ntriples

    with TemporaryDirectory() as folder:
        path = Path(folder) / "crew.jsonl"
        path.write_text(_json_lines())
        return read_ntriples([str(path)], Readers(PROJECT.context, PROJECT.record_schema))


FORMS: dict[str, Callable[[], str]] = {
    "lines.jsonl": _json_lines,
    "crlf.ndjson": lambda: _json_lines().replace("\n", "\r\n\r\n").rstrip(),
    "array.json": lambda: json.dumps(RECORDS, indent=2),
    "flat.jsonld": lambda: json.dumps(RECORDS),
    "graph.jsonld": lambda: json.dumps({"@context": CONTEXT, "@graph": RECORDS}, indent=1),
    "arrays.jsonl": lambda: f"{json.dumps(RECORDS[:4])}\n{json.dumps({'@graph': RECORDS[4:]})}",
    "comma.csv": _table,
    "semicolon.csv": lambda: _table(";", "\r\n"),
    "bom.csv": lambda: "\ufeff" + _table().replace("\n", "\n\n").rstrip(),
    "quoted.csv": lambda: _table(quoting=csv.QUOTE_ALL),
    "tab.tsv": lambda: _table("\t"),
    "page.html": _page,
    "triples.nt": _triples,
    "spaced.nt": lambda: _triples().replace(" <", "\t <").replace(" .\n", " . # x\n"),
    "quads.nq": lambda: _triples().replace(" .\n", " <https://hr.example/g> .\n"),
    "turtle.ttl": lambda: _rdf("turtle"),
    "named.trig": lambda: _rdf("turtle").replace("\n\n", "\n\n<https://hr.example/g> {\n", 1) + "}",
    "pretty.rdf": lambda: _rdf("pretty-xml"),
    "flat.xml": lambda: _rdf("xml"),
}
JSON = [name for name in FORMS if name.endswith((".jsonl", ".ndjson", ".json", ".jsonld", ".html"))]
TABLES = [name for name in FORMS if name.endswith(("csv", "tsv"))]
RDF = [name for name in FORMS if name not in JSON and name not in TABLES]


def _file(folder: Path, name: str, *, packed: bool = False) -> Path:
    raw = FORMS[name]().encode()
    path = folder / (f"{name}.gz" if packed else name)
    path.write_bytes(gzip.compress(raw) if packed else raw)
    return path


def _report(path: Path) -> Report:
    found = report([path], parts=False)
    assert not isinstance(found, str), found
    return found


def _shown(finding: Finding) -> tuple[str, str | None, str, str | None]:
    node = finding.record or finding.focus_node
    written = finding.written and finding.written.removeprefix("title:")
    for key, space in SPACES.items():
        if finding.key == key and written:
            written = written.removeprefix(PA + space)
    return node.removeprefix(HR), finding.key, finding.component, written


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("packed", [False, True], ids=["", "gz"])
def test_every_form_gives_the_same_findings(name: str, packed: bool, tmp_path: Path) -> None:
    path = _file(tmp_path, name, packed=packed)
    found = _report(path)
    assert {_shown(finding) for finding in found.findings} == EXPECTED
    assert len(found.findings) == len(EXPECTED)
    assert (found.records, found.focus_nodes, found.unchecked) == (8, 8, 0)
    for finding in found.findings:
        written = _shown(finding)[3] or ""
        if finding.key in SPACES and finding.component == "ClassConstraintComponent":
            assert finding.suggestion == SUGGESTED[written]
        place = finding.location
        assert place and place.file == str(path) and place.line and place.column


def _at(text: str, finding: Finding) -> str:
    """Return what stands at the place of a finding."""
    place = finding.location
    assert place and place.line and place.column
    line = text.removeprefix("\ufeff").split("\n")[place.line - 1]
    return line[place.column - 1 :]


@pytest.mark.parametrize("name", JSON)
def test_places_in_json(name: str, tmp_path: Path) -> None:
    text = FORMS[name]()
    for finding in _report(_file(tmp_path, name)).findings:
        there = _at(text, finding)
        assert finding.location and finding.location.pointer is not None
        if finding.written is not None:
            assert there.startswith((json.dumps(finding.written), finding.written))
            assert finding.location.pointer.endswith(f"/{finding.key}")
        elif finding.component == "MinCountConstraintComponent":
            assert there.startswith("{")
            assert not finding.location.pointer.endswith(f"/{finding.key}")


@pytest.mark.parametrize("name", TABLES)
def test_places_in_tables(name: str, tmp_path: Path) -> None:
    text = FORMS[name]()
    for finding in _report(_file(tmp_path, name)).findings:
        place = finding.location
        assert place and place.field == finding.key and place.pointer is None
        number = int(finding.focus_node.removeprefix(HR))
        assert place.row == number + 2
        if finding.written is not None:
            assert _at(text, finding).lstrip('"').startswith(finding.written)


@pytest.mark.parametrize("name", RDF)
def test_places_in_rdf(name: str, tmp_path: Path) -> None:
    text = FORMS[name]()
    for finding in _report(_file(tmp_path, name)).findings:
        there = _at(text, finding)
        if finding.written is not None:
            assert there.lstrip("<\"'").startswith(finding.written)
        else:
            assert finding.focus_node in there.split("\n")[0]


def test_the_sample_crew_is_one_graph_in_four_formats(pa_onto: Run) -> None:
    from rdflib import Graph
    from rdflib.compare import isomorphic

    from pa_onto.reading import read_ntriples

    readers = Readers(PROJECT.context, PROJECT.record_schema)
    graphs = [
        Graph().parse(data=read_ntriples([str(ROOT / "data" / name)], readers), format="nt")
        for name in ("crew.jsonl", "crew.csv")
    ]
    assert isomorphic(*graphs)
    for name in ("crew.csv", "postings.html"):
        result = pa_onto("validate", f"data/{name}", "--fail-on", "info")
        assert result.returncode == 0, result.stdout


# Tables.


def _csv(folder: Path, text: str, name: str = "crew.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


HEADER = "id,type,title,production,startDate"
ROW = f"{HR}1,Position,runner,{HR}p,2026-01-12"


def test_a_cell_may_hold_delimiters_quotes_and_line_ends(tmp_path: Path) -> None:
    text = f'type,id,name\r\nProduction,{HR}p,"A, ""B""\r\nC"\r\nProduction,{HR}q,\r\n'
    found = _report(_csv(tmp_path, text))
    assert found.records == 2
    (finding,) = found.findings
    assert finding.location and finding.location[1:] == (
        4,
        len(f"Production,{HR}q,") + 1,
        None,
        3,
        "name",
    )
    text = f'id,name,type\n{HR}p,"A\nB","Productoin"\n'
    (finding,) = _report(_csv(tmp_path, text)).findings
    assert finding.component == "UnknownType" and finding.written == "Productoin"
    assert finding.location and finding.location[1:] == (3, 4, None, 2, "type")


def test_without_a_type_column_the_keys_tell_the_type(tmp_path: Path) -> None:
    rows = "\n".join(row.replace(",Position,", ",") for row in (ROW, ROW.replace("/1,", "/2,")))
    found = _report(_csv(tmp_path, HEADER.replace(",type", "") + "\n" + rows))
    assert (found.records, found.findings) == (2, ())
    found = _report(_csv(tmp_path, f"name;id\nP;{HR}p"))
    assert (found.records, found.findings) == (1, ())
    error = report([_csv(tmp_path, "id,nam\n1,2\n")], parts=False)
    assert isinstance(error, str) and "do not tell the type" in error


def test_records_without_an_id_are_told_by_their_rows(tmp_path: Path) -> None:
    row = ROW.removeprefix(f"{HR}1")
    found = _report(_csv(tmp_path, f"{HEADER}\n{row}\n{row.replace('runner', '')}\n"))
    assert found.records == 2
    (finding,) = found.findings
    assert finding.location and finding.location.row == 3
    assert (finding.key, finding.written) == ("title", None)


def test_an_unknown_column_is_one_finding_at_the_header(tmp_path: Path, pa_onto: Run) -> None:
    text = f'{HEADER},"titel"\n' + "".join(f"{ROW},x\n".replace("/1,", f"/{n},") for n in range(5))
    path = _csv(tmp_path, text)
    (finding,) = _report(path).findings
    assert (finding.key, finding.component, finding.suggestion) == ("titel", "UnknownKey", "title")
    assert finding.location and finding.location[1:] == (1, len(HEADER) + 2, None, 1, "titel")
    for format in ("json", "text", "sarif", "junit", "github", "turtle", "json-ld"):
        result = pa_onto("validate", path, "--format", format)
        if result.returncode != 2 or "Invalid value" not in result.stderr:
            assert result.returncode == 1, result.stderr
            assert "titel" in result.stdout


def test_cells_that_are_odd(tmp_path: Path) -> None:
    text = f"{HEADER},weeklyRate,currency\n{ROW},1450.00,USD\n"
    assert _report(_csv(tmp_path, text)).conforms
    (finding,) = _report(_csv(tmp_path, text.replace("1450.00", '"1,450"'))).findings
    assert (finding.key, finding.written) == ("weeklyRate", "1,450")
    (finding,) = _report(_csv(tmp_path, f"{text}{ROW.replace('/1,', '/2,')}\n")).findings
    assert (finding.component, finding.location and finding.location.row) == ("CellCount", 3)
    formula = text.replace("runner", "=cmd()")
    assert "SpreadsheetFormula" in {f.component for f in _report(_csv(tmp_path, formula)).findings}


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("", "Is empty", None),
        ("\n\n", "Is empty", None),
        (f"{HEADER},id\n{ROW},x\n", "'id' comes twice", 1),
        (f"{HEADER},\n{ROW},\n", "has no name", 1),
        (f'{HEADER}\n{ROW}\n"{ROW}\n{ROW}\n', "not closed", 3),
        (f'{HEADER}\n{ROW}\n"a"b,{ROW}\n', "Not CSV", 3),
        (f"{HEADER}\r{ROW}\r", "carriage return", 1),
    ],
)
def test_what_is_no_table(text: str, problem: str, line: int | None, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        validate([str(_csv(tmp_path, text))], project=PROJECT)
    assert problem in str(caught.value)
    assert caught.value.line == line


def test_a_lost_quotation_mark_does_not_take_the_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pa_onto.reading import tables

    monkeypatch.setattr(tables, "MAX_LINE", 1000)
    monkeypatch.setattr(inputs, "_BLOCK", 100)
    path = _csv(tmp_path, f'{HEADER}\n{ROW}\n"{ROW}\n' + f"{ROW}\n" * 1000)
    taken = 0
    original = tables.numbered_lines

    def counted(source: inputs.Input) -> Any:
        nonlocal taken
        for pair in original(source):
            taken += 1
            yield pair

    monkeypatch.setattr(tables, "numbered_lines", counted)
    with pytest.raises(InputError, match="not closed"):
        validate([str(path)], project=PROJECT)
    assert taken < 50


# Records and their ids.


def test_the_nearest_title_is_found_by_code_and_by_label(tmp_path: Path) -> None:
    meant = {
        "second assistant directr": "second-assistant-director",
        "2nd AD": "second-assistant-director",
        "2nd-AD": "second-assistant-director",
        "UPM": "production-manager",
        "Line Producer": "line-producer",
        "runer": "runner",
    }
    records = [_position(number, title=title) for number, title in enumerate(meant)]
    lines = tmp_path / "crew.jsonl"
    lines.write_text("\n".join(map(json.dumps, records)))
    array = tmp_path / "crew.json"
    array.write_text(json.dumps(records))
    table = _csv(
        tmp_path,
        HEADER + "\n" + "".join(",".join(record.values()) + "\n" for record in records),
    )
    for path in (lines, array, table):
        found = {f.written: f.suggestion for f in _report(path).findings if f.key == "title"}
        assert found == meant
        assert len(_report(path).findings) == len(meant)


def test_ids_that_come_again(tmp_path: Path) -> None:
    """In a line, in a file and in another file; a node inside a record is no record."""
    one = tmp_path / "a.jsonl"
    one.write_text(
        f"{json.dumps([_position(1), _position(1)])}\n{json.dumps(_position(1))}\n"
        + json.dumps(_position(2, production={"id": f"{HR}p", "type": "Production", "name": "P"}))
    )
    two = tmp_path / "b.csv"
    two.write_text(f"id,type,name,title,production,startDate\n{HR}p,Production,P,,,\n")
    with two.open("a") as stream:
        stream.write(f"{HR}1,Position,,runner,{HR}p,2026-01-12\n")
    found = report([one, two], parts=False)
    assert not isinstance(found, str)
    assert {finding.component for finding in found.findings} == {"DuplicateId"}
    second = len(json.dumps(_position(1))) + len('[, {"id": ') + 1
    places = [(str(f.location), f.location and f.location.row) for f in found.findings]
    assert places == [
        (f"{one}:1:{second}#/1/id", None),
        (f"{one}:2:8#/id", None),
        (f"{two}:3:1#id", 3),
    ]
    assert all(f"{one}, record 1;" in f.message for f in found.findings)
    assert found.records == 6


def test_a_finding_on_a_nested_node_names_the_record_around_it(tmp_path: Path) -> None:
    record = _position(1, production={"id": f"{HR}p", "type": "Production", "name": ["A", "B"]})
    path = tmp_path / "crew.json"
    path.write_text(json.dumps([_position(0), record], indent=1))
    (finding,) = _report(path).findings
    assert (finding.focus_node, finding.record) == (f"{HR}p", f"{HR}1")
    assert finding.location and finding.location.pointer == "/1/production/name"
    inner = {"type": "Production", "name": ""}
    path.write_text(json.dumps([_position(1, production=[inner])]))
    found = [f for f in _report(path).findings if f.key == "name"]
    assert [f.location and f.location.pointer for f in found] == ["/0/production/0/name"]
    assert [f.record for f in found] == [f"{HR}1"]


# Where input comes from; the command runs for real.


def _findings(result: subprocess.CompletedProcess[str]) -> list[Node]:
    assert result.returncode == 1, result.stderr
    found: list[Node] = json.loads(result.stdout)["findings"]
    return found


def test_folders_and_patterns(tmp_path: Path, pa_onto: Run) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / ".hidden").mkdir()
    good = json.dumps(_position(1))
    bad = json.dumps(_position(2, title="runer"))
    for name, text in (
        ("in/a.jsonl", good),
        ("in/deep/b.json", bad),
        ("in/deep/c.CSV", f"{HEADER}\n{ROW.replace('/1,', '/3,')}\n"),
        ("in/.hidden/d.json", "no JSON"),
        ("in/.e.json", "no JSON"),
        ("in/readme.txt", "no data"),
    ):
        (tmp_path / name).write_text(text)
    result = pa_onto("validate", "in", "--format", "json", cwd=tmp_path)
    assert [finding["file"] for finding in _findings(result)] == ["in/deep/b.json"]
    assert json.loads(result.stdout)["records"] == 3
    for pattern, records in (("in/**/*.json", 1), ("in/*/?.[jC]*", 2), ("in/deep/*", 2)):
        result = pa_onto("validate", pattern, "--format", "json", cwd=tmp_path)
        assert json.loads(result.stdout)["records"] == records
    result = pa_onto(
        "validate", "in", "in/deep/b.json", "in/*/b*", "--format", "json", cwd=tmp_path
    )
    assert len(_findings(result)) == 1
    assert "in/.e.json" in pa_onto("validate", "in/.[e]*", cwd=tmp_path).stderr
    assert pa_onto("validate", "in/*.xml", cwd=tmp_path).returncode == 2
    (tmp_path / "empty").mkdir()
    result = pa_onto("validate", "empty", cwd=tmp_path)
    assert (result.returncode, "no file of a known format" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("lines.jsonl", "json-lines"),
        ("graph.jsonld", "json-ld"),
        ("semicolon.csv", "csv"),
        ("tab.tsv", "tsv"),
        ("page.html", "html"),
        ("turtle.ttl", "turtle"),
        ("spaced.nt", "n-triples"),
        ("pretty.rdf", "rdf-xml"),
    ],
)
@pytest.mark.parametrize("packed", [False, True], ids=["", "gz"])
def test_standard_input(name: str, format: str, packed: bool, tmp_path: Path) -> None:
    raw = _file(tmp_path, name, packed=packed).read_bytes()
    result = subprocess.run(
        [COMMAND, "validate", "-", "--input-format", format, "--format", "json"],
        input=raw,
        capture_output=True,
        cwd=ROOT,
        timeout=PATIENCE,
    )
    assert result.returncode == 1, result.stderr
    findings = json.loads(result.stdout)["findings"]
    assert len(findings) == len(EXPECTED)
    assert {finding["file"] for finding in findings} == {"<stdin>"}
    assert all(finding["line"] for finding in findings)


def test_a_pipe_with_a_name(tmp_path: Path) -> None:
    """As the shell gives it for ``<(…)``, whose name has no extension."""
    path = _file(tmp_path, "comma.csv")
    line = f"{COMMAND} validate <(cat {path}) <(gzip -c {path}) --input-format csv --format json"
    result = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=PATIENCE)
    assert result.returncode == 1, result.stderr
    findings = json.loads(result.stdout)["findings"]
    twice = [finding for finding in findings if finding["component"] == "DuplicateId"]
    assert len(twice) == 8
    assert {finding["file"][:8] for finding in findings} == {"/dev/fd/"}
    fifo = tmp_path / "crew.jsonl"
    os.mkfifo(fifo)
    with subprocess.Popen([COMMAND, "validate", fifo, "--format", "json"], stdout=-1) as process:
        fifo.write_text(_json_lines())
        output, _ = process.communicate(timeout=PATIENCE)
    assert len(json.loads(output)["findings"]) == len(EXPECTED)


def test_a_format_that_is_named_wins(tmp_path: Path, pa_onto: Run) -> None:
    path = tmp_path / "crew.txt"
    path.write_text(_table("\t"))
    result = pa_onto("validate", path, "--input-format", "tsv", "--format", "json")
    assert len(_findings(result)) == len(EXPECTED)
    result = pa_onto("validate", path, "--input-format", "excel")
    assert (result.returncode, "Use one of" in result.stderr) == (2, True)
