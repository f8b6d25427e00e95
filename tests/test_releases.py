"""``pa-onto publish --release``: what is refused, what is written, and what never changes."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from pa_onto.project import Project, find_project
from pa_onto.publication import Edition
from pa_onto.vocabulary import build
from tests.conftest import COMMAND, ROOT, Run

EXAMPLE = ROOT / "docs" / "examples" / "withdrawal"
CREW = "https://jobs.example.org/"
FILES = {
    "SHA256SUMS",
    "context.jsonld",
    "crew.jsonld",
    "crew.nt",
    "crew.rdf",
    "crew.trig",
    "crew.ttl",
    "record.schema.json",
}


@pytest.fixture
def crew(tmp_path: Path) -> Path:
    """A small project of another make, with two withdrawals, that has released nothing yet."""
    folder = tmp_path / "crew"
    shutil.copytree(EXAMPLE, folder)
    shutil.rmtree(folder / "dist")
    (folder / "CHANGELOG.md").unlink()
    return folder


def edit(folder: Path, old: str, new: str) -> None:
    file = folder / "ontology" / "crew.ttl"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def add_title(folder: Path, name: str) -> None:
    file = folder / "ontology" / "crew.ttl"
    file.write_text(
        file.read_text()
        + f'title:{name} a crew:Title ; skos:prefLabel "{name}"@en ; skos:notation "{name}" ;\n'
        + '    skos:definition "Member of the crew."@en ; crew:inDepartment department:costume .\n'
    )


def release(pa_onto: Run, folder: Path, version: str) -> None:
    result = pa_onto("publish", "--release", version, cwd=folder)
    assert result.returncode == 0, result.stdout + result.stderr


def said(folder: Path, property: str, file: str = "dist/crew.nt") -> list[str]:
    found = []
    for quad in ox.parse(path=str(folder / file)):
        if quad.predicate.value.endswith(f"#{property}") and str(quad.subject) == f"<{CREW}>":
            found.append(quad.object.value)  # type: ignore[union-attr]
    return found


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_first_release(pa_onto: Run, crew: Path) -> None:
    settings = (crew / "pyproject.toml").read_text()
    release(pa_onto, crew, "1.0.0")
    assert {path.name for path in (crew / "dist" / "1.0.0").iterdir()} == FILES
    check = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    assert subprocess.run(check, cwd=crew / "dist" / "1.0.0", capture_output=True).returncode == 0
    assert (crew / "pyproject.toml").read_text() == settings
    assert (crew / "CHANGELOG.md").read_text() == (
        "# Changelog\n\n## 1.0.0 — 2026-02-02\n\n### Changes to the vocabulary\n\n"
        "- First release: 7 concepts, 2 classes, 2 schemes, 1 property.\n"
    )
    for file in ("dist/crew.nt", "dist/1.0.0/crew.nt"):
        assert said(crew, "versionIRI", file) == [CREW + "1.0.0"]
        assert said(crew, "versionInfo", file) == ["1.0.0"]
        assert said(crew, "priorVersion", file) == []
    assert pa_onto("publish", "--check", cwd=crew).returncode == 0
    before = tree(crew)
    release(pa_onto, crew, "1.0.0")
    assert tree(crew) == before


def test_a_released_document_is_read_with_the_context_beside_it(pa_onto: Run, crew: Path) -> None:
    release(pa_onto, crew, "1.0.0")
    folder = crew / "dist" / "1.0.0"
    document = json.loads((folder / "crew.jsonld").read_text())
    context = json.loads((folder / "context.jsonld").read_text())
    assert document["@context"] == context["id"] == CREW + "1.0.0/context.jsonld"
    inlined = json.dumps(document | {"@context": context["@context"]})

    def canonical(quads: Any) -> set[ox.Quad]:
        dataset = ox.Dataset(quads)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return set(dataset)

    assert canonical(ox.parse(inlined, format=ox.RdfFormat.JSON_LD)) == canonical(
        ox.parse(path=str(folder / "crew.nt"))
    )
    schema = json.loads((folder / "record.schema.json").read_text())
    assert schema["$id"] == CREW + "1.0.0/record.schema.json"


def test_between_releases_it_is_a_draft(pa_onto: Run, crew: Path) -> None:
    release(pa_onto, crew, "1.0.0")
    edit(crew, "who designs the clothes", "who draws the clothes")
    assert pa_onto("publish", cwd=crew).returncode == 0
    assert said(crew, "versionInfo") == ["1.0.1-draft"]
    assert said(crew, "versionIRI") == []
    assert said(crew, "priorVersion") == [CREW + "1.0.0"]
    add_title(crew, "draper")
    assert pa_onto("publish", cwd=crew).returncode == 0
    assert said(crew, "versionInfo") == ["1.1.0-draft"]
    planned = (crew / "pyproject.toml").read_text().replace("1.0.0", "2.0.0")
    (crew / "pyproject.toml").write_text(planned)
    assert pa_onto("publish", cwd=crew).returncode == 0
    assert said(crew, "versionInfo") == ["2.0.0-draft"]
    release(pa_onto, crew, "2.0.0")
    assert said(crew, "versionInfo") == ["2.0.0"]
    assert said(crew, "versionIRI") == [CREW + "2.0.0"]
    assert said(crew, "priorVersion") == [CREW + "1.0.0"]
    assert "1.0.0" in (crew / "dist" / "1.0.0" / "crew.nt").read_text()


@pytest.mark.parametrize(
    ("change", "small", "enough", "named"),
    [
        (("designs the clothes", "draws the clothes"), None, "1.0.1", ""),
        (None, "1.0.1", "1.1.0", "added"),
        (('"Wardrobe"@en', '"Clothes"@en'), "1.1.0", "2.0.0", "pref label"),
        (
            ("crew:inDepartment department:costume", "crew:inDepartment department:continuity"),
            "1.9.9",
            "2.0.0",
            "in department Costume → Continuity",
        ),
    ],
)
@pytest.mark.long
def test_a_step_that_is_too_small_is_refused(
    change: tuple[str, str] | None,
    small: str | None,
    enough: str,
    named: str,
    pa_onto: Run,
    crew: Path,
) -> None:
    release(pa_onto, crew, "1.0.0")
    if change:
        edit(crew, *change)
    else:
        add_title(crew, "draper")
    if small:
        before = tree(crew)
        result = pa_onto("publish", "--release", small, cwd=crew)
        assert result.returncode == 1
        assert f"{small} is too small a step from 1.0.0: release {enough}." in result.stderr
        assert named in result.stdout or named == "added"
        assert "draper" in result.stdout or named != "added"
        assert tree(crew) == before
    release(pa_onto, crew, enough)
    assert f'version = "{enough}"' in (crew / "pyproject.toml").read_text()


def test_what_else_is_refused(pa_onto: Run, crew: Path) -> None:
    release(pa_onto, crew, "1.1.0")
    before = tree(crew)
    for version, code, reason in [
        ("1.0.0", 1, "1.0.0 does not come after 1.1.0"),
        ("1.2.0", 1, "Nothing has changed since 1.1.0."),
        ("1.2", 2, "'1.2' is no version."),
        ("v1.2.0", 2, "is no version"),
        ("01.2.0", 2, "is no version"),
        ("1.2.0-rc.1", 2, "is no version"),
        ("../../x", 2, "is no version"),
        ("\uff11.2.3", 2, "is no version"),
    ]:
        result = pa_onto("publish", "--release", version, cwd=crew)
        assert (result.returncode, result.stdout) == (code, ""), version
        assert reason in result.stderr
    for more in (["--check"], ["--out", "elsewhere"]):
        result = pa_onto("publish", "--release", "1.2.0", *more, cwd=crew)
        assert result.returncode == 2
        assert "--release goes with neither" in result.stderr
    edit(crew, "who designs the clothes", "who draws the clothes")
    changed = tree(crew)
    result = pa_onto("publish", "--release", "1.1.0", cwd=crew)
    assert result.returncode == 1
    assert "1.1.0 has been released before, and what it holds never changes." in result.stderr
    edit(crew, "who draws the clothes", "who designs the clothes")
    assert tree(crew) == before != changed


def test_other_rules_for_records_are_a_release(pa_onto: Run, crew: Path) -> None:
    release(pa_onto, crew, "1.0.0")
    shapes = crew / "shapes" / "data" / "position.ttl"
    text = shapes.read_text()
    assert text.count("sh:minCount 1") == 1
    shapes.write_text(text.replace("sh:minCount 1", "sh:minCount 0"))
    release(pa_onto, crew, "1.0.1")
    assert (
        "## 1.0.1 — 2026-02-02\n\n### Changes to the vocabulary\n\nNone.\n"
        in (crew / "CHANGELOG.md").read_text()
    )
    assert pa_onto("publish", "--release", "1.0.2", cwd=crew).returncode == 1


def test_a_failing_check_is_no_release(pa_onto: Run, crew: Path) -> None:
    edit(crew, 'skos:prefLabel "Wardrobe"@en ;', "")
    result = pa_onto("publish", "--release", "1.0.0", cwd=crew)
    assert result.returncode == 1
    assert "title/wardrobe" in result.stdout
    assert "1.0.0 is not released: the check found something." in result.stderr
    assert not (crew / "dist").exists()


def test_outside_a_project_there_is_nothing_to_release(pa_onto: Run, tmp_path: Path) -> None:
    result = pa_onto("publish", "--release", "1.0.0", cwd=tmp_path)
    assert result.returncode == 2
    assert "There is no project here." in result.stderr


def _states(crew: Path, pa_onto: Run) -> list[Callable[[], None]]:
    """Return what puts a project into each state that an interrupted release may leave."""
    settings, changelog = crew / "pyproject.toml", crew / "CHANGELOG.md"
    old = {path: path.read_bytes() for path in (settings, changelog)}
    dist = {k: v for k, v in tree(crew / "dist").items()}

    def partial() -> None:
        folder = crew / "dist" / ".1.1.0.partial"
        folder.mkdir()
        (folder / "crew.nt").write_bytes(b"half")
        shutil.rmtree(crew / "dist" / "1.1.0")
        for path, content in old.items():
            path.write_bytes(content)

    def folder_alone() -> None:
        for path, content in old.items():
            path.write_bytes(content)
        for name, content in dist.items():
            (crew / "dist" / name).write_bytes(content)

    def without_changelog() -> None:
        changelog.write_bytes(old[changelog])

    def without_dist() -> None:
        for name, content in dist.items():
            (crew / "dist" / name).write_bytes(content)

    return [partial, folder_alone, without_changelog, without_dist]


def test_an_interrupted_release_is_completed(pa_onto: Run, crew: Path) -> None:
    release(pa_onto, crew, "1.0.0")
    states = _states(crew, pa_onto)
    add_title(crew, "draper")
    release(pa_onto, crew, "1.1.0")
    whole = tree(crew)
    for state in states:
        state()
        assert tree(crew) != whole
        release(pa_onto, crew, "1.1.0")
        assert tree(crew) == whole, state.__name__


@pytest.mark.parametrize("delay", [0.4, 0.6, 0.8, 1.0])
@pytest.mark.long
def test_a_release_that_is_killed_is_completed(delay: float, pa_onto: Run, crew: Path) -> None:
    """Whenever the process dies, the same command finishes what it began."""
    whole = crew.with_name("whole")
    shutil.copytree(crew, whole)
    release(pa_onto, whole, "1.0.0")
    process = subprocess.Popen(
        [COMMAND, "publish", "--release", "1.0.0"],
        cwd=crew,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(delay)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    release(pa_onto, crew, "1.0.0")
    left = {name for name in tree(crew) if "/.publish-" in name}
    assert {name: text for name, text in tree(crew).items() if name not in left} == tree(whole)


def test_released_files_never_change(pa_onto: Run, crew: Path) -> None:
    release(pa_onto, crew, "1.0.0")
    add_title(crew, "draper")
    release(pa_onto, crew, "1.1.0")
    assert pa_onto("publish", "--check", cwd=crew).returncode == 0
    folder = crew / "dist" / "1.0.0"
    good = tree(folder)
    (folder / "crew.ttl").write_bytes(good["crew.ttl"] + b"\n")
    (folder / "crew.rdf").unlink()
    (folder / "more.txt").write_text("more")
    result = pa_onto("publish", "--check", cwd=crew)
    assert result.returncode == 1
    told = [line for line in result.stdout.splitlines() if "was released" in line]
    assert told == [
        f"1.0.0/{name} is not as it was released; restore it."
        for name in ("crew.rdf", "crew.ttl", "more.txt")
    ]
    (folder / "SHA256SUMS").unlink()
    assert pa_onto("publish", "--check", cwd=crew).returncode == 1


def test_the_same_sources_give_the_same_release(pa_onto: Run, crew: Path) -> None:
    other = crew.with_name("other")
    shutil.copytree(crew, other)
    release(pa_onto, crew, "1.0.0")
    result = pa_onto(
        "publish", "--release", "1.0.0", cwd=other, env={"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    )
    assert result.returncode == 0
    assert tree(crew) == tree(other)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, "# Changelog\n\nSECTION"),
        ("# Changelog\n\nWords.\n", "# Changelog\n\nWords.\n\nSECTION"),
        (
            "# Changes\n\n## Unreleased\n\n- Tools.\n\n## 0.9.0\n\n- Old.\n",
            "# Changes\n\n## Unreleased\n\n- Tools.\n\nSECTION\n## 0.9.0\n\n- Old.\n",
        ),
        ("## [Unreleased]\n\n- Tools.\n", "## [Unreleased]\n\n- Tools.\n\nSECTION"),
        (
            "# Changes\n\n## 1.0.0 — unreleased\n\nProse.\n\n## 0.9.0\n",
            "# Changes\n\nHEADING\n\nProse.\n\nBODY\n## 0.9.0\n",
        ),
        ("## 1.0.0\n\nBy hand.\n", "## 1.0.0\n\nBy hand.\n"),
        ("## 11.0.0\n\n## 1.0.0.1\n", "SECTION\n## 11.0.0\n\n## 1.0.0.1\n"),
    ],
)
@pytest.mark.long
def test_the_changelog(before: str | None, after: str, pa_onto: Run, crew: Path) -> None:
    heading = "## 1.0.0 — 2026-02-02"
    body = (
        "### Changes to the vocabulary\n\n"
        "- First release: 7 concepts, 2 classes, 2 schemes, 1 property.\n"
    )
    file = crew / "CHANGELOG.md"
    for newline in ("\n", "\r\n"):
        shutil.rmtree(crew / "dist", ignore_errors=True)
        file.unlink(missing_ok=True)
        if before is not None:
            file.write_bytes(before.replace("\n", newline).encode())
        release(pa_onto, crew, "1.0.0")
        expected = after.replace("SECTION", "HEADING\n\nBODY")
        expected = expected.replace("HEADING", heading).replace("BODY", body).lstrip("\n")
        newline = newline if before is not None else "\n"
        assert file.read_bytes().decode() == expected.replace("\n", newline)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[tool.pa-onto]\nname = "crew"\n', '[tool.pa-onto]\nversion = "1.0.0"\nname = "crew"\n'),
        (
            '# a\r\n[project]\r\nversion = "7.0.0"\r\n[tool.pa-onto]  # b\r\n'
            "version = '0.1.0' # c\r\n"
            'name = "crew"\r\n[tool.x]\r\nversion = "8.0.0"\r\n',
            '# a\r\n[project]\r\nversion = "7.0.0"\r\n[tool.pa-onto]  # b\r\n'
            'version = "1.0.0" # c\r\n'
            'name = "crew"\r\n[tool.x]\r\nversion = "8.0.0"\r\n',
        ),
    ],
)
def test_the_settings_change_in_one_place(
    before: str, after: str, pa_onto: Run, crew: Path
) -> None:
    (crew / "pyproject.toml").write_bytes(before.encode())
    release(pa_onto, crew, "1.0.0")
    assert (crew / "pyproject.toml").read_bytes().decode() == after


def test_settings_that_are_written_oddly_are_left_to_a_person(pa_onto: Run, crew: Path) -> None:
    odd = '[tool.pa-onto]\nname = "crew"\n"version" = "0.1.0"\n'
    (crew / "pyproject.toml").write_text(odd)
    result = pa_onto("publish", "--release", "1.0.0", cwd=crew)
    assert result.returncode == 2
    assert 'Write version = "1.0.0" there by hand, and release again.' in result.stderr
    assert (crew / "pyproject.toml").read_text() == odd
    assert not (crew / "dist").exists()
    (crew / "pyproject.toml").write_text(odd.replace("0.1.0", "1.0.0"))
    release(pa_onto, crew, "1.0.0")


def test_a_scheme_without_an_ontology_is_released_too(pa_onto: Run, crew: Path) -> None:
    edit(
        crew,
        "<https://jobs.example.org/> a owl:Ontology",
        "<https://jobs.example.org/> a owl:Thing",
    )
    settings = (
        '[tool.pa-onto]\nname = "crew"\nversion = "1.0.0"\niri = "https://jobs.example.org/"\n'
    )
    (crew / "pyproject.toml").write_text(settings)
    release(pa_onto, crew, "1.0.0")
    assert said(crew, "versionInfo") == ["1.0.0"]
    assert said(crew, "versionIRI") == []
    add_title(crew, "draper")
    assert pa_onto("diff", "dist/1.0.0", ".", cwd=crew).returncode == 1
    assert pa_onto("publish", "--release", "1.0.1", cwd=crew).returncode == 1
    release(pa_onto, crew, "1.1.0")


def test_the_history_of_an_entry(pa_onto: Run, crew: Path) -> None:
    release(pa_onto, crew, "1.0.0")
    add_title(crew, "draper")
    edit(crew, "2026-02-02", "2026-03-03")
    release(pa_onto, crew, "1.1.0")
    edit(crew, "who designs the clothes", "who draws the clothes")

    def history(name: str) -> list[tuple[str, str, str]]:
        found = edition.history(f"{CREW}title/{name}")
        return [(event.version, event.issued, event.change.kind) for event in found]

    project = find_project(crew)
    edition = Edition(project, build(project))
    assert [r.version for r in edition.releases] == ["1.1.0", "1.0.0"]
    assert [r.issued for r in edition.releases] == ["2026-03-03", "2026-02-02"]
    assert history("draper") == [("1.1.0", "2026-03-03", "added")]
    assert history("costume-designer") == [
        ("", "", "redefined"),
        ("1.0.0", "2026-02-02", "added"),
    ]
    assert history("nobody") == []


def test_without_a_release_there_is_no_history(project: Path) -> None:
    shutil.rmtree(project / "dist")
    found = Project(project, "pa-onto", "0.1.0")
    edition = Edition(found, build(found))
    assert edition.releases == ()
    assert edition.history("https://w3id.org/pa-onto/title/runner") == []
    assert edition.version == "0.1.0"


def findings(pa_onto: Run, folder: Path) -> list[tuple[str, str, str]]:
    result = pa_onto("check", "--format", "json", cwd=folder)
    found = json.loads(result.stdout)["findings"]
    assert result.returncode == (1 if found else 0)
    return sorted((f["component"], f["severity"], f["focusNode"].removeprefix(CREW)) for f in found)


def test_what_was_published_may_not_be_removed(pa_onto: Run, crew: Path) -> None:
    release(pa_onto, crew, "1.0.0")
    add_title(crew, "draper")
    release(pa_onto, crew, "1.1.0")
    file = crew / "ontology" / "crew.ttl"
    text = file.read_text()
    begin = text.index("title:wardrobe a ")
    file.write_text(text[:begin] + text[text.index("\n\n", begin) + 2 :].split("title:draper")[0])
    assert findings(pa_onto, crew) == [
        ("PublishedTerm", "Violation", "title/draper"),
        ("PublishedTerm", "Violation", "title/wardrobe"),
    ]
    result = pa_onto("check", cwd=crew)
    assert "title/wardrobe was published in 1.1.0 and is gone" in result.stdout
    assert "owl:deprecated true" in result.stdout
    assert pa_onto("publish", "--release", "2.0.0", cwd=crew).returncode == 1
    assert not (crew / "dist" / "2.0.0").exists()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "isReplacedBy title:script-supervisor",
            "isReplacedBy title:script-girl",
            [("SuccessorCircle", "Violation", "title/script-girl")],
        ),
        (
            "isReplacedBy title:script-supervisor",
            "isReplacedBy title:wardrobe",
            [],
        ),
        (
            "crew:inDepartment department:continuity .\n",
            "crew:inDepartment department:continuity ; skos:related title:script-girl .\n",
            [("WithdrawnValue", "Warning", "title/script-supervisor")],
        ),
    ],
)
def test_withdrawals_that_lead_nowhere(
    old: str, new: str, expected: list[tuple[str, str, str]], pa_onto: Run, crew: Path
) -> None:
    file = crew / "ontology" / "crew.ttl"
    text = file.read_text()
    begin = text.index("title:script-supervisor a " if "related" in new else "title:script-girl a ")
    file.write_text(text[:begin] + text[begin:].replace(old, new, 1))
    assert findings(pa_onto, crew) == expected


def test_successors_that_are_all_withdrawn(pa_onto: Run, crew: Path) -> None:
    file = crew / "ontology" / "crew.ttl"
    text = file.read_text()
    for name in ("costume-designer", "costume-supervisor"):
        note = 'skos:historyNote "Withdrawn in 2026."@en'
        text = text.replace(
            f"title:{name} a crew:Title ;",
            f"title:{name} a crew:Title ; owl:deprecated true ; {note} ;"
            " dcterms:isReplacedBy title:wardrobe ;",
        )
    file.write_text(text)
    assert [component for component, *_ in findings(pa_onto, crew)] == ["SuccessorCircle"] * 3


def test_released_versions_go_where_the_rest_is_published(pa_onto: Run, crew: Path) -> None:
    release(pa_onto, crew, "1.0.0")
    assert pa_onto("publish", "--out", "site", cwd=crew).returncode == 0
    assert tree(crew / "site" / "1.0.0") == tree(crew / "dist" / "1.0.0")
    assert pa_onto("publish", "--out", "site", "--check", cwd=crew).returncode == 0
    (crew / "site" / "1.0.0" / "crew.nt").unlink()
    result = pa_onto("publish", "--out", "site", "--check", cwd=crew)
    assert result.returncode == 1
    assert "1.0.0/crew.nt is missing" in result.stdout


def test_records_may_name_the_context_of_a_released_version(pa_onto: Run, crew: Path) -> None:
    release(pa_onto, crew, "1.0.0")
    record = {"type": "Position", "id": "https://hr.example.org/1", "title": "costume-designer"}
    for version, code in (("1.0.0", 0), ("1.0.1", 2), ("1.0.0/../1.0.0", 2), ("\u0660.0.0", 2)):
        context = {"@context": f"{CREW}{version}/context.jsonld"}
        (crew / "record.json").write_text(json.dumps(context | record))
        result = pa_onto("validate", "record.json", cwd=crew)
        assert result.returncode == code, version
        assert code == 0 or "is not bundled, and nothing is fetched" in result.stderr
