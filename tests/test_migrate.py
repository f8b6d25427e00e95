"""``pa-onto migrate``: what is changed, what is left to a person, and that nothing else moves."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pa_onto.migration import Migrated, Placed, migrate
from pa_onto.project import Project
from tests.conftest import ROOT, Run

BASE = "https://w3id.org/pa-onto/"
# Withdrawn concepts by code, with their successors.
WITHDRAWN = {
    "title/key-second": ["title/second-assistant-director"],
    "title/chain": ["title/link"],
    "title/link": ["title/key-second"],
    "title/meeting": ["title/link", "title/key-second"],
    "title/split": ["title/runner", "title/office-assistant"],
    "title/ring": ["title/round"],
    "title/round": ["title/ring"],
    "title/nowhere": ["title/missing"],
    "title/elsewhere": ["role/crew-member"],
    "level/junior": ["level/entry"],
    "department/production-office": ["department/production"],
}


def _statements() -> Iterator[str]:
    skos, dcterms = "http://www.w3.org/2004/02/skos/core#", "http://purl.org/dc/terms/"
    true = '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
    for place, successors in WITHDRAWN.items():
        scheme, _, code = place.partition("/")
        node = f"<{BASE}{place}>"
        yield f"{node} <http://www.w3.org/2002/07/owl#deprecated> {true} .\n"
        yield f"{node} <{skos}inScheme> <{BASE}{scheme}> .\n"
        yield f'{node} <{skos}notation> "{code}" .\n'
        for successor in successors:
            yield f"{node} <{dcterms}isReplacedBy> <{BASE}{successor}> .\n"
    for property, value in (("atLevel", "level/senior"), ("inDepartment", "department/art")):
        yield f"<{BASE}title/key-second> <{BASE}ns#{property}> <{BASE}{value}> .\n"


@pytest.fixture(scope="session")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose published vocabulary has withdrawn much."""
    folder = tmp_path_factory.mktemp("vocabulary")
    (folder / "ontology").mkdir()
    (folder / "dist").mkdir()
    (folder / "pyproject.toml").write_text('[tool.pa-onto]\nname = "pa-onto"\n')
    for name in ("context.jsonld", "record.schema.json", "pa-onto.nt"):
        shutil.copy(ROOT / "dist" / name, folder / "dist")
    with (folder / "dist" / "pa-onto.nt").open("a") as file:
        file.writelines(_statements())
    return folder


@pytest.fixture
def crew(vocabulary: Path, tmp_path: Path) -> Path:
    """A folder of its own inside the project, where records may be changed."""
    folder = vocabulary / tmp_path.name
    folder.mkdir()
    return folder


def values(result: Any) -> list[tuple[str, str | None]]:
    return [(value["old"], value["new"]) for value in json.loads(result.stdout)["values"]]


def run(pa_onto: Run, crew: Path, name: str, text: str, *options: str) -> Any:
    (crew / name).write_bytes(text.encode())
    return pa_onto("migrate", name, "--format", "json", *options, cwd=crew)


def record(**keys: Any) -> str:
    return json.dumps({"type": "Position", "id": "https://hr.example.com/1"} | keys) + "\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("key-second", "second-assistant-director"),
        ("chain", "second-assistant-director"),
        ("meeting", "second-assistant-director"),
        (f"{BASE}title/key-second", f"{BASE}title/second-assistant-director"),
    ],
)
def test_codes_stay_codes_and_iris_iris(old: str, new: str, pa_onto: Run, crew: Path) -> None:
    text = record(title=old, note="key-second is what it was called")
    result = run(pa_onto, crew, "crew.jsonl", text)
    assert (result.returncode, values(result)) == (0, [(old, new)])
    assert (crew / "crew.jsonl").read_text() == text.replace(f'"{old}"', f'"{new}"')


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [("level", "junior", "entry"), ("department", "production-office", "production")],
)
def test_every_key_with_codes(key: str, old: str, new: str, pa_onto: Run, crew: Path) -> None:
    result = run(pa_onto, crew, "crew.jsonl", record(**{"title": "runner", key: old}))
    assert values(result) == [(old, new)]


@pytest.mark.parametrize(
    ("code", "reason", "candidates"),
    [
        ("split", "it was split", ["office-assistant", "runner"]),
        ("ring", "its successors lead in a circle", []),
        ("nowhere", "a successor of it is not in use", []),
        ("elsewhere", "its successor is in another scheme", [BASE + "role/crew-member"]),
    ],
)
def test_what_a_person_has_to_decide_stops_its_record(
    code: str, reason: str, candidates: list[str], pa_onto: Run, crew: Path
) -> None:
    stuck = record(title=code, level="junior")
    text = record(title="chain") + stuck + record(title="key-second")
    result = run(pa_onto, crew, "crew.jsonl", text)
    assert result.returncode == 1
    (left,) = [v for v in json.loads(result.stdout)["values"] if v["kind"] == "left"]
    assert (left["line"], left["pointer"], left["key"]) == (2, "/title", "title")
    assert (left["record"], left["reason"]) == ("https://hr.example.com/1", reason)
    assert left["candidates"] == candidates
    lines = (crew / "crew.jsonl").read_text().splitlines(keepends=True)
    assert lines[0] == lines[2] == record(title="second-assistant-director")
    assert lines[1] == stuck


def test_level_and_department_are_looked_at_and_not_touched(pa_onto: Run, crew: Path) -> None:
    text = record(title="key-second", level="senior", department="art")
    result = run(pa_onto, crew, "crew.jsonl", text)
    assert result.returncode == 1
    found = json.loads(result.stdout)["values"]
    assert [(v["kind"], v["key"], v["candidates"]) for v in found] == [
        ("changed", "title", []),
        ("doubt", "level", ["mid"]),
        ("doubt", "department", ["set"]),
    ]
    expected = text.replace("key-second", "second-assistant-director")
    assert (crew / "crew.jsonl").read_text() == expected
    fitting = record(title="key-second", level="mid", department="set")
    assert run(pa_onto, crew, "fits.jsonl", fitting).returncode == 0


POSTING = """[
  {"@context": "https://schema.org", "@type": "JobPosting", "title": "key-second",
   "relevantOccupation": "https:\\/\\/w3id.org/pa-onto/title/chain",
   "occupationalCategory": [
     {"@type": "CategoryCode", "inCodeSet": "https://w3id.org/pa-onto/title",
      "codeValue": "key-second", "name": "key-second"},
     {"@type": "CategoryCode", "inCodeSet": "https://www.onetonline.org/",
      "codeValue": "key-second"}]},
  {"@context": ["https://schema.org"], "@type": "JobPosting",
   "relevantOccupation": {"@id": "https://w3id.org/pa-onto/title/chain", "@type": "Occupation"},
   "occupationalCategory": {"@type": "CategoryCode",
      "inCodeSet": {"@id": "https://w3id.org/pa-onto/title"}, "codeValue": "chain"}}
]"""


def test_postings(pa_onto: Run, crew: Path) -> None:
    result = run(pa_onto, crew, "postings.jsonld", POSTING)
    assert result.returncode == 0, result.stdout
    new = "second-assistant-director"
    expected = (
        POSTING.replace("https:\\/\\/w3id.org/pa-onto/title/chain", f"{BASE}title/{new}")
        .replace(f'"{BASE}title/chain"', f'"{BASE}title/{new}"')
        .replace('"codeValue": "chain"', f'"codeValue": "{new}"')
        .replace('"codeValue": "key-second", "name"', f'"codeValue": "{new}", "name"')
    )
    assert (crew / "postings.jsonld").read_text() == expected


def test_a_context_of_its_own_is_followed(pa_onto: Run, crew: Path) -> None:
    own = {
        "job": {
            "@id": "http://www.w3.org/ns/org#role",
            "@type": "@vocab",
            "@context": {"@vocab": BASE + "title/"},
        },
        "note": "https://schema.org/description",
        "uri": "@id",
        "t": BASE + "title/",
        "next": {"@id": "https://schema.org/about", "@type": "@id"},
    }
    keys = {"job": ["chain", "runner"], "next": "t:chain", "note": "chain", "title": "chain"}
    inside = {"about": {"uri": "t:key-second"}}
    text = json.dumps({"@context": own, **keys, **inside})
    result = run(pa_onto, crew, "own.json", text)
    new = "second-assistant-director"
    assert values(result) == [("chain", new), ("t:chain", f"t:{new}"), ("t:key-second", f"t:{new}")]
    changed = {"job": [new, "runner"], "next": f"t:{new}", "about": {"uri": f"t:{new}"}}
    assert json.loads((crew / "own.json").read_text()) == {"@context": own} | keys | changed
    other = json.dumps({"@context": "https://example.org/ctx", "title": "chain"})
    result = run(pa_onto, crew, "other.json", other)
    assert result.returncode == 2
    assert "nothing is fetched" in result.stderr
    assert (crew / "other.json").read_text() == other


def test_a_record_about_something_withdrawn_keeps_its_id(pa_onto: Run, crew: Path) -> None:
    text = json.dumps({"@id": BASE + "title/chain", "type": "Position"})
    assert values(run(pa_onto, crew, "self.json", text)) == []


def test_in_place_beside_and_dry(pa_onto: Run, crew: Path) -> None:
    text = record(title="chain") + record(title="split")
    old, new = "chain", "second-assistant-director"
    file = crew / "crew.jsonl"
    file.write_text(text)
    file.chmod(0o640)
    link = crew / "link.jsonl"
    link.symlink_to("crew.jsonl")
    dry = pa_onto("migrate", "--dry-run", "crew.jsonl", cwd=crew)
    assert dry.returncode == 1
    assert dry.stdout.splitlines() == [
        f"crew.jsonl:1:65#/title: {old} → {new}",
        "crew.jsonl:2:65#/title: split was left: it was split;"
        " choose among office-assistant, runner.",
    ]
    assert dry.stderr == "pa-onto: 1 file: 1 value to change, 1 to look at.\n"
    beside = pa_onto("migrate", "crew.jsonl", "--out", "new", "-q", cwd=crew)
    assert (beside.returncode, beside.stderr) == (1, "")
    assert file.read_text() == text
    assert (crew / "new" / "crew.jsonl").read_text() == text.replace(old, new)
    assert pa_onto("migrate", "link.jsonl", cwd=crew).returncode == 1
    assert link.is_symlink()
    assert file.read_text() == text.replace(old, new)
    assert file.stat().st_mode & 0o777 == 0o640
    before = file.stat()
    again = pa_onto("migrate", "crew.jsonl", cwd=crew)
    assert "0 values changed, 1 to look at." in again.stderr
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert sorted(path.name for path in crew.iterdir()) == ["crew.jsonl", "link.jsonl", "new"]


def test_a_filter(pa_onto: Run, crew: Path) -> None:
    text = record(title="chain") + record(title="split")
    options = ("migrate", "-", "--input-format", "json-lines")
    result = pa_onto(*options, cwd=crew, stdin=text)
    assert result.returncode == 1
    assert result.stdout == text.replace("chain", "second-assistant-director")
    assert result.stderr.startswith("<stdin>:2:65#/title: split was left")
    clean = pa_onto(*options, cwd=crew, stdin=record(title="runner"))
    assert (clean.returncode, clean.stdout) == (0, record(title="runner"))
    broken = pa_onto(*options, cwd=crew, stdin=text + '{"title": "chain"\n')
    assert (broken.returncode, broken.stdout) == (2, "")
    assert "<stdin>:3:" in broken.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-"], "--input-format"),
        (["-", "crew.jsonl", "--input-format", "csv"], "stands alone"),
        (["missing.jsonl"], "missing.jsonl"),
        (["crew.ttl"], "Records in turtle are not migrated."),
        (["crew.jsonl", "--out", "."], "would be overwritten"),
        (["crew.jsonl", "sub/crew.jsonl", "--out", "new"], "are one file"),
        (["bad.csv"], "bad.csv:2: Not CSV"),
        (["open.csv"], "A quoted cell is not closed."),
        (["latin.jsonl"], "Not UTF-8"),
        (["twice.csv"], "comes twice"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str], said: str, pa_onto: Run, crew: Path
) -> None:
    (crew / "sub").mkdir()
    for name in ("crew.jsonl", "sub/crew.jsonl"):
        (crew / name).write_text(record(title="chain"))
    (crew / "crew.ttl").write_text("<x:a> <x:b> <x:c> .")
    (crew / "bad.csv").write_text('type,title\nPosition,"chain" x\n')
    (crew / "open.csv").write_text('type,title\nPosition,"chain\n')
    (crew / "twice.csv").write_text("title,title\nchain,chain\n")
    (crew / "latin.jsonl").write_bytes(b'{"title": "chain", "note": "\xe9"}\n')
    before = {path: path.read_bytes() for path in crew.rglob("*") if path.is_file()}
    result = pa_onto("migrate", *arguments, cwd=crew)
    assert result.returncode == 2, result.stdout
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert {path: path.read_bytes() for path in crew.rglob("*") if path.is_file()} == before


def test_packed_files_stay_packed(pa_onto: Run, crew: Path) -> None:
    text = record(title="chain") * 3
    (crew / "crew.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    assert pa_onto("migrate", "crew.jsonl.gz", cwd=crew).returncode == 0
    content = (crew / "crew.jsonl.gz").read_bytes()
    expected = text.replace("chain", "second-assistant-director")
    assert gzip.decompress(content).decode() == expected
    assert content[4:8] == b"\0\0\0\0"  # no time: the same content gives the same bytes
    assert pa_onto("migrate", "crew.jsonl.gz", cwd=crew).returncode == 0
    assert (crew / "crew.jsonl.gz").read_bytes() == content


def test_a_folder(pa_onto: Run, crew: Path) -> None:
    folder = crew / "records"
    folder.mkdir()
    (folder / "a.jsonl").write_text(record(title="chain"))
    (folder / "b.csv").write_text("type,title\nPosition,chain\n")
    result = pa_onto("migrate", "records", cwd=crew)
    assert result.stderr == "pa-onto: 2 files: 2 values changed, 0 to look at.\n"


def test_the_json_form_is_documented(pa_onto: Run, crew: Path) -> None:
    result = run(pa_onto, crew, "crew.jsonl", record(title="chain"))
    document = json.loads(result.stdout)
    page = (ROOT / "docs" / "releases.md").read_text()
    for field in (*document, *document["values"][0], *document["files"][0]):
        assert f"`{field}`" in page, field
    nothing = run(pa_onto, crew, "none.jsonl", record(title="runner"))
    assert json.loads(nothing.stdout)["values"] == []


def test_a_vocabulary_that_withdrew_nothing_changes_nothing(pa_onto: Run, tmp_path: Path) -> None:
    shutil.copy(ROOT / "data" / "crew.jsonl", tmp_path)
    result = pa_onto("migrate", "crew.jsonl", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr == "pa-onto: 1 file: 0 values changed, 0 to look at.\n"


# Any text beside the codes, and any way to write it.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
BLANKS = st.text(" \t\r\n", max_size=3)
CODES = st.sampled_from(["chain", "key-second", "runner", "split", BASE + "title/link"])
NEW = {
    "chain": "second-assistant-director",
    "key-second": "second-assistant-director",
    BASE + "title/link": BASE + "title/second-assistant-director",
}


@st.composite
def records(draw: st.DrawFn) -> list[dict[str, str]]:
    """Draw records with a title and other keys in any order."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        keys = draw(st.permutations(["title", "type", "id", "currency", "employmentType"]))
        number = draw(st.integers(0, 99))
        given_ = {
            "title": draw(CODES),
            "type": "Position",
            "id": f"https://hr.example.com/{number}",
            "currency": draw(TEXTS),
            "employmentType": draw(TEXTS),
        }
        found.append({key: given_[key] for key in keys})
    return found


def _in_place(project: Path, name: str, content: bytes) -> tuple[bytes, list[Placed], Migrated]:
    file = project / name
    file.write_bytes(content)
    *placed, outcome = migrate([str(file)], project=Project(project, "pa-onto"))
    assert isinstance(outcome, Migrated)
    return file.read_bytes(), [one for one in placed if isinstance(one, Placed)], outcome


def _told(placed: list[Placed]) -> list[tuple[str, str, str, str | None]]:
    return [(one.record, one.item.kind, one.item.old, one.item.new) for one in placed]


@settings(max_examples=60, deadline=None)
@given(data=st.data(), found=records(), escaped=st.booleans(), mark=st.booleans())
@pytest.mark.long
def test_json_outside_of_the_values_is_the_same(
    vocabulary: Path, data: st.DataObject, found: list[dict[str, str]], escaped: bool, mark: bool
) -> None:
    """Written by hand with any blanks: what stands before and after each value stays."""

    def text(old: bool) -> str:
        blanks = iter(gaps)
        lines = []
        for one in found:
            members = []
            for key, value in one.items():
                shown = value if old or key != "title" else NEW.get(value, value)
                written = json.dumps(shown, ensure_ascii=escaped)
                members.append(f'{next(blanks)}"{key}"{next(blanks)}:{next(blanks)}{written}')
            lines.append("{" + ",".join(members) + next(blanks) + "}")
        return ("\ufeff" if mark else "") + "[" + ",".join(lines) + next(blanks) + "]\n"

    gaps = data.draw(st.lists(BLANKS, min_size=80, max_size=80))
    old, new = text(True).encode(), text(False).encode()
    changed, placed, outcome = _in_place(vocabulary, "any.json", old)
    assert changed == new
    assert outcome.changed == sum(one["title"] in NEW for one in found)
    assert outcome.left == sum(one["title"] == "split" for one in found)
    again, _, later = _in_place(vocabulary, "any.json", changed)
    assert (again, later.changed, later.written) == (changed, 0, None)
    lines = b"".join(json.dumps(one).encode() + b"\r\n" for one in found)
    assert _told(_in_place(vocabulary, "any.jsonl", lines)[1]) == _told(placed)


def _table(found: list[dict[str, str]], delimiter: str, end: str, quote: Any) -> str:
    """Write records as a table by hand, so that what is quoted and what not is known."""

    def cell(text: str) -> str:
        needed = any(mark in text for mark in (delimiter, '"', "\r", "\n"))
        return '"' + text.replace('"', '""') + '"' if needed or next(quote) else text

    header = list(found[0])
    rows = [header, *([one[key] for key in header] for one in found)]
    return end.join(delimiter.join(map(cell, row)) for row in rows) + end


@settings(max_examples=60, deadline=None)
@given(
    found=records(),
    form=st.sampled_from([("csv", ","), ("csv", ";"), ("tsv", "\t")]),
    end=st.sampled_from(["\n", "\r\n"]),
    mark=st.booleans(),
    chance=st.lists(st.booleans(), min_size=60, max_size=60),
)
@pytest.mark.long
def test_tables_outside_of_the_values_are_the_same(
    vocabulary: Path,
    found: list[dict[str, str]],
    form: tuple[str, str],
    end: str,
    mark: bool,
    chance: list[bool],
) -> None:
    extension, delimiter = form
    renewed = [one | {"title": NEW.get(one["title"], one["title"])} for one in found]
    head = "\ufeff" if mark else ""
    old = head + _table(found, delimiter, end, iter(chance))
    new = head + _table(renewed, delimiter, end, iter(chance))
    changed, placed, _ = _in_place(vocabulary, f"any.{extension}", old.encode())
    assert changed.decode() == new
    lines = b"".join(json.dumps(one).encode() + b"\n" for one in found)
    assert _told(_in_place(vocabulary, "any.jsonl", lines)[1]) == _told(placed)
    rows = list(
        csv.DictReader(io.StringIO(new.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    )
    assert [row["title"] for row in rows] == [one["title"] for one in renewed]


def test_long_lines_of_records_are_not_held(pa_onto: Run, crew: Path) -> None:
    """Fifty thousand records, few of them to change, through the command."""
    usual = record(title="runner", level="entry")
    with (crew / "long.jsonl").open("w") as file:
        for number in range(50_000):
            file.write(record(title="chain") if number % 10_000 == 7 else usual)
    size = (crew / "long.jsonl").stat().st_size
    result = pa_onto("migrate", "long.jsonl", cwd=crew)
    assert result.stderr == "pa-onto: 1 file: 5 values changed, 0 to look at.\n"
    longer = len("second-assistant-director") - len("chain")
    assert (crew / "long.jsonl").stat().st_size == size + 5 * longer
