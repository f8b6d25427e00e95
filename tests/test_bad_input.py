"""Hostile and broken input: one line and exit 2, or findings and exit 1, and never a pass.

``tests/bad`` has a file for each defect and format, named after the defect; ``tests/bad.tsv``
says how each must end: the exit code, and words of the error or the component of a finding. A
row for one file stands above one for the defect. Exit 0 is for defects that are warnings.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pa_onto import validation
from pa_onto.errors import InputError, PaOntoError
from pa_onto.model import Report, Severity
from pa_onto.project import find_project
from pa_onto.reading import Readers, open_sources
from pa_onto.reading.guards import check_elements, check_nesting
from pa_onto.reading.json_text import parse
from pa_onto.reading.pages import scripts
from pa_onto.validation.plan import Plan
from tests.conftest import PATIENCE, ROOT, Run

BAD = ROOT / "tests" / "bad"
FILES = sorted(path.name for path in BAD.iterdir())
ROWS = {
    row["defect"]: (int(row["exit"]), row["says"])
    for row in csv.DictReader((ROOT / "tests" / "bad.tsv").read_text().splitlines(), delimiter="\t")
}
RECORD = {"id": "https://x.example/1", "type": "Production", "name": "Night Shoot"}
GRAPH = "<https://x.example/1> a <https://w3id.org/pa-onto/ns#Production> ; <{}> {} .\n"
NAME = "https://schema.org/name"

Judge = Callable[..., Report]


def expected(name: str) -> tuple[int, str]:
    return ROWS.get(name) or ROWS[name.partition(".")[0]]


def one_of_each() -> list[str]:
    """The first file of every row."""
    first: dict[tuple[str, tuple[int, str]], str] = {}
    for name in FILES:
        first.setdefault((name.partition(".")[0], expected(name)), name)
    return list(first.values())


@pytest.fixture(scope="session")
def judge() -> Judge:
    """Validate as the command does, with shapes that are read once for all."""
    project = find_project(ROOT)
    shapes = validation.load_shapes([project.shapes / "data", project.shapes / "prefixes.ttl"])
    vocabulary = validation._vocabulary([], project)
    plans = {engine: Plan(shapes, vocabulary, engine) for engine in ("shacl", "pyshacl")}
    readers = Readers(project.context, project.record_schema)

    def run(path: Path, engine: str = "shacl", parts: bool = False) -> Report:
        sources = open_sources([str(path)], readers, spool=path.parent / "spool")
        return validation._report(*validation._judged(plans[engine], sources, None, parts))

    return run


def check(name: str, path: Path, judged: Callable[[Path], Report]) -> None:
    """Compare how a file ends with what its row says."""
    code, says = expected(name)
    try:
        report = judged(path)
    except PaOntoError as error:
        assert (error.exit_code, error.file, bool(error.cure)) == (code, str(path), True)
        assert says in str(error)
        assert "\n" not in str(error)
        return
    worst = report.worst()
    assert worst is not None, "a silent pass"
    assert (1 if worst is Severity.VIOLATION else 0) == code, report.findings
    components = {
        finding.component.removesuffix("ConstraintComponent"): finding.location
        for finding in report.findings
    }
    assert says in components
    assert components[says] is not None


def test_every_bad_file_has_its_row_and_every_row_its_file() -> None:
    assert len(FILES) >= 300
    stems = {name.partition(".")[0] for name in FILES}
    assert set(ROWS) <= {*FILES, *stems}
    assert all(expected(name) for name in FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_ends_as_its_row_says(name: str, judge: Judge) -> None:
    check(name, BAD / name, judge)
    check(name, BAD / name, lambda path: judge(path, parts=True))


@pytest.mark.parametrize("name", [n for n in one_of_each() if expected(n)[0] < 2])
def test_the_fallback_finds_it_too(name: str, judge: Judge) -> None:
    check(name, BAD / name, lambda path: judge(path, engine="pyshacl"))


@pytest.mark.parametrize("name", {expected(name): name for name in one_of_each()}.values())
def test_the_command_tells_what_is_bad(name: str, in_process: Run) -> None:
    code, says = expected(name)
    result = in_process("validate", BAD / name, "--format", "json")
    assert result.returncode == code, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    if code == 2:
        assert result.stdout == ""
        assert result.stderr.startswith("pa-onto: ")
        assert len(result.stderr.strip().splitlines()) == 1
        assert name in result.stderr
        assert says in result.stderr
    else:
        assert says in result.stdout


@pytest.mark.parametrize("name", [n for n in one_of_each() if expected(n)[0] == 0])
def test_a_warning_fails_where_warnings_do(name: str, in_process: Run) -> None:
    assert in_process("validate", BAD / name, "--fail-on", "warning").returncode == 1


def good() -> dict[str, bytes]:
    """The same record in every format."""
    graph = GRAPH.format(NAME, '"Night Shoot"')
    triples = (
        "<https://x.example/1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<https://w3id.org/pa-onto/ns#Production> .\n"
        f'<https://x.example/1> <{NAME}> "Night Shoot" .\n'
    )
    xml = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:pa="https://w3id.org/pa-onto/ns#" xmlns:s="https://schema.org/">'
        '<pa:Production rdf:about="https://x.example/1"><s:name>Night Shoot</s:name>'
        "</pa:Production></rdf:RDF>"
    )
    record = json.dumps(RECORD)
    texts = {
        **{".ttl": graph, ".trig": "<x:g> {" + graph + "}", ".nt": triples, ".nq": triples},
        **{".rdf": f'<?xml version="1.0"?>{xml}', ".json": record, ".jsonl": record + "\n"},
        ".html": f'<p><script type="application/ld+json">{record}</script>',
        ".csv": ",".join(RECORD) + "\n" + ",".join(RECORD.values()) + "\n",
        ".tsv": "\t".join(RECORD) + "\n" + "\t".join(RECORD.values()) + "\n",
    }
    return {extension: text.encode() for extension, text in texts.items()}


@pytest.mark.parametrize("extension", good())
def test_a_byte_order_mark_changes_nothing(extension: str, judge: Judge, tmp_path: Path) -> None:
    for ends in (b"\n", b"\r\n"):
        content = good()[extension].replace(b"\n", ends)
        for name, data in (
            (f"plain{extension}", content),
            (f"marked{extension}", b"\xef\xbb\xbf" + content),
            (f"marked{extension}.gz", gzip.compress(b"\xef\xbb\xbf" + content)),
        ):
            (tmp_path / name).write_bytes(data)
            report = judge(tmp_path / name)
            assert (report.findings, report.records, report.focus_nodes) == ((), 1, 1), name


@pytest.mark.parametrize("extension", good())
def test_cut_or_flipped_gzip_data_are_refused(extension: str, judge: Judge, tmp_path: Path) -> None:
    packed = gzip.compress(good()[extension])
    path = tmp_path / f"data{extension}.gz"
    flipped = bytes([packed[-5] ^ 1])
    for content in (packed[:-1], packed[: len(packed) // 2], packed[:-5] + flipped + packed[-4:]):
        path.write_bytes(content)
        with pytest.raises(InputError, match="gzip"):
            judge(path)


def test_a_small_file_does_not_unpack_without_end(judge: Judge, tmp_path: Path) -> None:
    for extension in (".jsonl", ".nt", ".csv"):
        path = tmp_path / f"bomb{extension}.gz"
        path.write_bytes(gzip.compress(b" \n" * (16 << 20), 9))
        with pytest.raises(InputError, match="times its size"):
            judge(path)


DEEP = {
    "objects.json": '{"id":' * 5000 + "1" + "}" * 5000,
    "arrays.json": "[" * 5000 + "]" * 5000,
    "open.json": "[" * 100_000,
    "objects.jsonl": '{"id": "x:1"}\n' + '{"id":' * 5000 + "1" + "}" * 5000 + "\n",
    "nodes.ttl": "<x:a> <x:b> " + "[ <x:c> " * 20_000 + "1" + " ]" * 20_000 + " .",
    "lists.ttl": "<x:a> <x:b> " + "(" * 20_000 + ")" * 20_000 + " .",
    "after-escape.ttl": "@prefix a: <x:> . <x:a> a:\\# " + "[ a:b " * 5000 + "1" + "]" * 5000,
    "after-code-point.ttl": "<x:a> <x:\\u0041#> " + "(" * 5000 + "1" + ")" * 5000 + " .",
    "after-quotes.ttl": '<x:a> <x:b> """a"b""c""", ' + "(" * 5000 + ")" * 5000 + " .",
    "nodes.trig": "<x:g> { <x:a> <x:b> " + "[ <x:c> " * 5000 + "1" + " ]" * 5000 + " . }",
    "elements.rdf": "<rdf:RDF>" + "<a:b>" * 5000 + "</a:b>" * 5000 + "</rdf:RDF>",
    "elements-in-quotes.rdf": "<rdf:RDF>" + "<a b='/>'>" * 5000 + "</a>" * 5000 + "</rdf:RDF>",
    "page.html": '<script type="application/ld+json">' + "[" * 5000 + "]" * 5000,
}


@pytest.mark.parametrize("name", DEEP)
def test_deep_nesting_is_refused(name: str, judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(DEEP[name])
    with pytest.raises(InputError, match="deeper than 128"):
        judge(path)


def test_the_command_survives_deep_nesting(pa_onto: Run, tmp_path: Path) -> None:
    for name in ("objects.json", "nodes.ttl", "elements.rdf"):
        path = tmp_path / name
        path.write_text(DEEP[name])
        result = pa_onto("validate", path)
        assert (result.returncode, "deeper than 128" in result.stderr) == (2, True), name


@pytest.mark.parametrize(
    "where",
    ["{" * 5000 + "}" * 5000, "{ FILTER (" + "(" * 5000 + "1" + ")" * 5000 + ") }"],
    ids=["groups", "brackets"],
)
def test_deep_nesting_in_shapes_is_refused(where: str, pa_onto: Run, tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<x:S> a sh:NodeShape ; sh:targetClass <x:B> ; sh:sparql [ "
        f'sh:select "SELECT $this WHERE {where}" ] .\n'
    )
    result = pa_onto("validate", ROOT / "data" / "crew.ttl", "--shapes", shapes)
    assert result.returncode == 2, result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_nothing_takes_time_that_grows_with_the_square() -> None:
    """Each of these texts took minutes at a tenth of its length, or would."""
    for page in (
        "<!--" * 200_000,
        "<script a='" * 100_000,
        "<style>" * 100_000,
        "</scrip" * 99_999,
    ):
        with pytest.raises(InputError, match="Holds no"):
            scripts(page, "page")
    keys = ",".join(f'"k{number}":1' for number in range(100_000))
    with pytest.raises(InputError, match="occurs twice"):
        parse(f'{{"a":1,{keys},"k99999":1}}', "record")
    for text in ('"' * 200_000, '"""\\' * 50_000, "'" * 199_999, "\\u" * 100_000, "<a " * 200_000):
        check_nesting("[(" * 60 + text, "graph")
    for text in ('<a b="' * 50_000, "<!--" * 100_000, "<![CDATA[" * 50_000):
        check_elements(text, "graph")


def test_large_values_are_values(judge: Judge, tmp_path: Path) -> None:
    long = "x" * (1 << 20)
    for name, text in (
        ("long.json", json.dumps({**RECORD, "name": long})),
        ("long.jsonl", json.dumps({**RECORD, "name": long})),
        ("long.csv", f"id,type,name\nhttps://x.example/1,Production,{long}\n"),
        ("long.ttl", GRAPH.format(NAME, f'"{long}"')),
        ("blank-nodes.ttl", GRAPH.format(NAME, '"x"') + "[] <x:p> [] .\n" * 20_000),
        ("long-id.json", json.dumps({**RECORD, "id": f"https://x.example/{long}"})),
    ):
        (tmp_path / name).write_text(text)
        report = judge(tmp_path / name)
        assert report.focus_nodes == 1, name
        assert not report.findings, name


def test_a_line_without_end_is_refused(judge: Judge, tmp_path: Path) -> None:
    for extension, begin in ((".jsonl", b'{"a":"'), (".csv", b"id,type,name\n")):
        path = tmp_path / f"long{extension}"
        path.write_bytes(begin + b"x" * (66 << 20))
        with pytest.raises(InputError, match="longer than 64 MiB"):
            judge(path)


def test_what_is_no_file_is_refused(pa_onto: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.txt").write_text("x")
    (tmp_path / "loop.ttl").symlink_to(tmp_path / "loop.ttl")
    (tmp_path / "zero.ttl").symlink_to("/dev/zero")
    (tmp_path / "dangling.ttl").symlink_to(tmp_path / "nowhere.ttl")
    for name, says in (
        ("missing.ttl", "No such file"),
        ("folder", "no file of a known format"),
        ("loop.ttl", "symbolic links"),
        ("zero.ttl", "Not a regular file"),
        ("dangling.ttl", "No such file"),
        ("*.nothing", "Matches no file"),
        ("x" * 300 + ".ttl", "too long"),
    ):
        result = pa_onto("validate", tmp_path / name)
        assert (result.returncode, result.stdout) == (2, ""), name
        assert says in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(pa_onto: Run, tmp_path: Path) -> None:
    path = tmp_path / "secret.ttl"
    path.write_bytes(good()[".ttl"])
    path.chmod(0)
    result = pa_onto("validate", path)
    assert result.returncode == 2
    assert "Permission denied" in result.stderr


def test_a_pipe_is_read_once_and_checked(tmp_path: Path, pa_onto: Run) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b'{"id": NaN}',))
    writer.start()
    result = pa_onto("validate", pipe)
    writer.join()
    assert result.returncode == 2
    assert "NaN is no JSON number" in result.stderr


@pytest.mark.parametrize(
    "name", ["two\nlines.ttl", "\x1b[2Jcolour.ttl", "\u202eback.ttl", "\udcff.ttl"]
)
def test_a_file_name_steers_no_terminal(name: str, pa_onto: Run, tmp_path: Path) -> None:
    for content, code in ((b"<x:a> <x:b>", 2), (GRAPH.format(NAME, "7").encode(), 1)):
        (tmp_path / name).write_bytes(content)
        result = pa_onto("validate", tmp_path / name)
        assert result.returncode == code
        printed = (result.stdout + result.stderr).replace("\n", "")
        assert printed.isprintable()
        assert "Traceback" not in printed
    assert "lines.ttl:2" not in result.stdout.splitlines()[0]


def test_late_findings_are_kept_in_every_format(judge: Judge, tmp_path: Path) -> None:
    """What looks from one record to another is judged last, and was lost in Turtle."""
    for extension, prefix in ((".ttl", "@prefix x: <https://x.example/> .\n"), (".trig", "")):
        text = prefix + "".join(
            f"<https://x.example/{number}> a <https://w3id.org/pa-onto/ns#Position> ; "
            "<http://www.w3.org/ns/org#role> <https://x.example/t> .\n".replace(
                "<https://x.example/", "x:" if prefix else "<https://x.example/"
            )
            .replace(f"x:{number}>", f"x:{number}")
            .replace("x:t>", "x:t")
            for number in range(3)
        )
        path = tmp_path / f"crew{extension}"
        path.write_text(text)
        whole, parts = judge(path), judge(path, parts=True)
        assert sum("title-known" in finding.shape for finding in parts.findings) == 3
        assert [f.location for f in whole.findings] == [f.location for f in parts.findings]


def test_a_short_fuzz_run_finds_nothing() -> None:
    result = subprocess.run(
        [sys.executable, ROOT / "tests/bench/fuzz.py", "--count", "300", "--seed", "1"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 faults, 0 hangs, 0 crashes" in result.stdout
