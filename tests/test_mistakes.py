"""First mistakes: each is told with what to type next."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run

HR = "Employee No;Job Title;Show;Start Date\n1;2nd AD;Night Shoot;2026-01-12\n"
FOREIGN = {
    "crew.xlsx": b"PK\x03\x04\x14\x00rest",
    "crew.xlsm": b"PK\x03\x04\x14\x00rest",
    "crew.ods": b"PK\x03\x04\x14\x00rest",
    "crew.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "crew.docx": b"PK\x03\x04\x14\x00rest",
    "crew.pdf": b"%PDF-1.7\n",
    "crew.parquet": b"PAR1\x15\x04",
    "crew.arrow": b"ARROW1\0\0",
    "crew.zip": b"PK\x03\x04\x14\x00rest",
    "crew.sqlite": b"SQLite format 3\0",
    # Whatever it is called.
    "renamed.csv": b"PK\x03\x04\x14\x00rest",
    "renamed.json": b"PAR1\x15\x04",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What somebody may have at hand who tries the command for the first time."""
    for name in ("crew.jsonl", "crew.csv", "crew.ttl"):
        shutil.copy(ROOT / "data" / name, tmp_path)
    (tmp_path / "hr.csv").write_text(HR)
    (tmp_path / "my hr.tsv").write_text(HR.replace(";", "\t"))
    (tmp_path / "untyped.jsonl").write_text('{"title": "runner"}\n')
    (tmp_path / "untyped.ttl").write_text("<urn:x> <urn:p> 1 .\n")
    (tmp_path / "hr.json").write_text(json.dumps([{"job title": "UPM", "start date": "1 May"}]))
    shapes = ROOT / "shapes" / "data"
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<urn:s> a sh:NodeShape ; sh:targetClass <urn:c> ; "
        "sh:property [ sh:path <urn:p> ; sh:minCount 1 ; sh:message 'One.'@en ] .\n"
    )
    assert shapes.is_dir()
    (tmp_path / "export").mkdir()
    shutil.copy(ROOT / "data" / "crew.csv", tmp_path / "export")
    (tmp_path / "export" / "phones.csv").write_text("Name,Phone\nAda,1\n")
    for name, content in FOREIGN.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


#: A call, its exit code, and what is said on standard error.
MISTAKES: list[tuple[str, int, str]] = [
    ("", 2, 'pa-onto show "2nd AD"'),
    ("validate hr.csv", 2, "`pa-onto import --guess hr.csv`"),
    ("validate 'my hr.tsv'", 2, "`pa-onto import --guess 'my hr.tsv'`"),
    ("migrate hr.csv", 2, "`pa-onto import --guess hr.csv`"),
    ("query -e 'ASK {}' --data hr.csv", 2, "`pa-onto import --guess hr.csv`"),
    ("validate https://example.org/crew.csv", 2, "curl -LO 'https://example.org/crew.csv'"),
    ("validate s3://crew/crew.csv?x=1", 2, "Fetch it first"),
    ("validate file:///tmp/crew.csv", 2, "/tmp/crew.csv"),
    ("import https://example.org/crew.csv --guess", 2, "curl"),
    ("resolve --input https://example.org/crew.csv", 2, "curl"),
    ("migrate https://example.org/crew.csv", 2, "curl"),
    ("query -e 'ASK {}' --data https://example.org/crew.ttl", 2, "curl"),
    ("validate crew.csv --shapes https://example.org/s.ttl", 2, "curl"),
    ("format https://example.org/s.ttl", 2, "curl"),
    ("query 'SELECT * { ?s ?p ?o }'", 2, "pa-onto query -e 'SELECT * { ?s ?p ?o }'"),
    ("query 'PREFIX x: <x:> ASK {}'", 2, "pa-onto query -e"),
    ("query crew.ttl", 2, "--data crew.ttl"),
    ("query -e crew.rq", 2, "pa-onto query crew.rq"),
    ("query titles-at-level level=mid", 2, "-p level=mid"),
    ("query titles-at-level -p level=medium", 2, "Use director, entry, mid, senior, vp."),
    ("query titles-at-levle", 2, "Did you mean titles-at-level?"),
    ("query", 2, "For example: `pa-onto query --list`"),
    ("validate untyped.ttl", 2, "pa:Position, pa:Production, schema:JobPosting"),
    ("validate export", 2, "--exclude phones.csv"),
    ("migrate export", 2, "--exclude phones.csv"),
    ("load --store s export", 2, "--exclude phones.csv"),
    ("query -e 'ASK {}' --data export", 2, "--exclude phones.csv"),
    ("validate", 2, "For example: `pa-onto validate crew.jsonld`"),
    ("load crew.csv", 2, "For example: `pa-onto load --store"),
    ("push", 2, "For example: `pa-onto push"),
    ("push localhost:3030", 2, "http://localhost:3030"),
    ("import hr.csv", 2, "pa-onto import hr.csv --guess --mapping hr.toml"),
    ("import hr.csv --guess crew.toml", 2, "--mapping crew.toml"),
    ("import crew.jsonl --guess", 2, "`pa-onto validate crew.jsonl`"),
    ("vaildate crew.csv", 2, "Did you mean validate?"),
    ("lint crew.csv", 2, "Did you mean validate?"),
    ("help", 2, "`pa-onto --help`"),
    ("help validate", 2, "`pa-onto validate --help`"),
    ("version", 2, "`pa-onto --version`"),
    ("crew.csv", 2, "`pa-onto validate crew.csv`"),
    ("'2nd AD'", 2, "`pa-onto show '2nd AD'`"),
    ("'SELECT * { ?s ?p ?o }'", 2, "`pa-onto query -e 'SELECT * { ?s ?p ?o }'`"),
    ("validate crew.csv --fomat json", 2, "'--format'"),
    ("validate crew.csv --outptu json=x", 2, "'--output'"),
    ("validate crew.csv --output report.json", 2, "--output json=report.json"),
    ("validate crew.csv --output r.xml", 2, "--output junit=r.xml"),
    ("validate crew.csv --fail-on error", 2, "'violation', 'warning', 'info'"),
    ("validate shapes.ttl", 2, "--shapes shapes.ttl"),
    ("validate crew.jsonl shapes.ttl", 0, "--shapes shapes.ttl"),
    ("validate crew.ttl --shapes crew.ttl", 2, "pa-onto validate FILE"),
    ("validate crew.ttl --shapes crew.csv", 2, "Give Turtle"),
    ("validate crew.josnl", 2, "Did you mean crew.jsonl?"),
    ("validate CREW.CSV", 2, "Did you mean crew.csv?"),
    ("validate exprot/crew.csv", 2, "no folder 'exprot'"),
    ("validate ''", 2, "names no file"),
    ("validate /", 2, "not walked"),
    ('validate \'[{"type": "Position"}]\'', 2, "JSON itself"),
    ("validate -", 2, "--input-format: turtle"),
    ("show crew.csv", 1, "`pa-onto resolve --input crew.csv`"),
    ("show 'no such title'", 1, "pa-onto query -e"),
    ("show 2nd AD", 2, "quotation marks"),
    ("resolve crew.csv", 1, "`pa-onto resolve --input crew.csv`"),
    ("resolve hr.csv --column 'Job Title'", 2, "pa-onto resolve --input hr.csv"),
    ("resolve --input hr.csv --column Job", 2, "Job Title"),
    ("resolve", 2, "For example: `pa-onto resolve"),
    ("path PA", 2, "For example: `pa-onto path"),
    ("check crew.csv", 2, "pa-onto validate crew.csv"),
    ("serve crew.csv", 2, "--data crew.csv"),
    ("completion", 2, "bash, zsh, fish"),
    ("publish", 2, "--out DIR"),
]


@pytest.mark.parametrize(("call", "code", "said"), MISTAKES, ids=[call for call, *_ in MISTAKES])
def test_a_first_mistake_says_what_to_type(
    call: str, code: int, said: str, folder: Path, pa_onto: Run
) -> None:
    result = pa_onto(*shlex.split(call), cwd=folder)
    assert result.returncode == code, result.stdout + result.stderr
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert code != 2 or result.stdout == ""
    assert not call or len(result.stderr.splitlines()) <= 2


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.long
def test_files_of_other_kinds_are_told_in_every_verb(name: str, folder: Path, pa_onto: Run) -> None:
    for call in (
        ["validate", name],
        ["import", name, "--guess"],
        ["resolve", "--input", name],
        ["migrate", name],
        ["query", "-e", "ASK {}", "--data", name],
        ["load", "--store", "s", name],
        ["push", "http://127.0.0.1:9/", "--graph", "x:g", "--data", name],
        ["serve", "--port", "0", "--data", name],
        ["validate", "crew.csv", "--shapes", name],
        ["format", name],
    ):
        result = pa_onto(*call, cwd=folder)
        assert result.returncode == 2, (call, result.stderr)
        said = result.stderr.removeprefix(f"pa-onto: {name}: ")
        assert said.startswith(("Is ", "Begins like ")), result.stderr
        assert "not read" in said or "not like" in said
        words = ("CSV", "Unpack", "python -c", "Export")
        assert any(word in result.stderr for word in words), result.stderr


def test_a_record_without_a_type_is_told_the_types(folder: Path, pa_onto: Run) -> None:
    for name in ("untyped.jsonl", "hr.json"):
        result = pa_onto("validate", name, cwd=folder)
        assert result.returncode == 1
        assert 'such as "type": "' in result.stdout
        for kind in ("JobPosting", "Position", "Production"):
            assert kind in result.stdout


def test_files_of_folders_can_be_left_out(folder: Path, pa_onto: Run) -> None:
    (folder / "export" / "old").mkdir()
    shutil.copy(folder / "export" / "phones.csv", folder / "export" / "old" / "a.csv")
    for exclude in (
        ["phones.csv", "old"],
        ["phones.csv", "old/"],
        ["ph*", "old/*"],
        ["phones.csv", "old/a.csv"],
        ["*/phones.csv", "a.csv"],
        ["export/phones.csv", "export/old/a.csv"],
    ):
        options = [part for glob in exclude for part in ("--exclude", glob)]
        result = pa_onto("validate", "export", *options, cwd=folder)
        assert result.returncode == 0, (exclude, result.stderr)
        assert result.stderr == "pa-onto: 2 files are left out by --exclude.\n"
        assert result.stdout.startswith("export/crew.csv conforms (72 records")
    result = pa_onto("validate", "export/*.csv", "crew.ttl", "--exclude", "p*", cwd=folder)
    assert result.stdout.startswith("export/crew.csv, crew.ttl conform"), result.stderr
    none = pa_onto("validate", "export", "--exclude", "*", cwd=folder)
    assert none.returncode == 2
    assert "No file is left" in none.stderr
    for call in (
        ["migrate", "--dry-run", "export"],
        ["load", "--store", "s", "export"],
        ["query", "-e", "ASK {}", "--data", "export"],
    ):
        assert (
            pa_onto(*call, "--exclude", "phones.csv", "--exclude", "old", cwd=folder).returncode
            == 0
        )


def test_what_is_not_read_of_a_folder_is_said(folder: Path, pa_onto: Run) -> None:
    (folder / "export" / "more.xlsx").write_bytes(FOREIGN["crew.xlsx"])
    (folder / "export" / "README.md").write_text("No data.")
    for options, said in (
        (["--exclude", "phones.csv"], True),
        (["--exclude", "phones.csv", "--exclude", "*.xlsx"], False),
    ):
        result = pa_onto("validate", "export", *options, cwd=folder)
        assert result.returncode == 0
        assert ("more.xlsx" in result.stderr) is said
    (folder / "export" / "phones.csv").unlink()
    result = pa_onto("validate", "export", "--format", "json", cwd=folder)
    assert "Not read: export/more.xlsx" in result.stderr
    assert "README" not in result.stderr


def test_a_folder_that_cannot_be_read_is_no_empty_one(folder: Path, pa_onto: Run) -> None:
    import os

    if os.geteuid() == 0:
        pytest.skip("root may read anywhere")
    (folder / "export" / "phones.csv").unlink()
    (folder / "export" / "closed").mkdir(mode=0)
    result = pa_onto("validate", "export", cwd=folder)
    assert result.returncode == 2
    assert "closed" in result.stderr


def test_a_project_needs_no_file_of_prefixes(project: Path, pa_onto: Run) -> None:
    """Its shapes may declare the prefixes of their queries themselves, or have no queries."""
    shutil.rmtree(project / "shapes")
    (project / "shapes" / "data").mkdir(parents=True)
    (project / "shapes" / "data" / "own.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "@prefix pa: <https://w3id.org/pa-onto/ns#> .\n"
        "<urn:s> a sh:NodeShape ; sh:targetClass pa:Position ; sh:property [ "
        "sh:path pa:atLevel ; sh:minCount 1 ; sh:message 'Give a level.'@en ] .\n"
    )
    data = ROOT / "data"
    (project / "m.toml").write_bytes((data / "export" / "crew.toml").read_bytes())
    for call, codes in (
        (["validate", str(data / "crew.jsonl")], (0, 1)),
        (["import", str(data / "export" / "crew.csv"), "--guess"], (0,)),
        (
            [
                *("import", str(data / "export" / "crew.csv"), "--mapping", "m.toml"),
                *("--rejected", "/dev/null"),
            ],
            (0, 1),
        ),
        (["check"], (0, 1)),
        (["show", "UPM"], (0,)),
        (["query", "titles-at-level"], (0,)),
        (["format", "--check"], (0, 1)),
        (["migrate", "--dry-run", str(data / "crew.jsonl")], (0,)),
        (["publish"], (0,)),
        (["diff", ".", "dist/pa-onto.nt"], (0, 1)),
    ):
        result = pa_onto(*call, cwd=project)
        assert result.returncode in codes, (call, result.stderr)
