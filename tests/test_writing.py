"""What is written: plain files whole or not at all; devices, pipes and links are kept."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from pa_onto.canonical.files import check_outputs, same_file, whole_file, write_whole
from pa_onto.errors import InputError, UsageError
from tests.conftest import COMMAND, ROOT, Run

if os.name == "nt":
    pytest.skip("devices and pipes have other names here", allow_module_level=True)

HEADER = "Number,Job,Show,Start"
MAPPING = """
type = "Position"
id = "https://hr.example.com/positions/{Number}"
[columns]
title = "Job"
production = "https://hr.example.com/productions/{Show}"
startDate = "Start"
"""
RECORD = {
    "@context": "https://w3id.org/pa-onto/context.jsonld",
    "id": "https://hr.example.com/positions/1",
    "type": "Position",
    "title": "line-producer",
    "level": "senior",
    "department": "production",
    "production": "https://hr.example.com/productions/a",
    "startDate": "2026-01-12",
}


class Way(NamedTuple):
    """A way to have something written: the call without the name of the output."""

    arguments: tuple[str, ...]
    prefix: str = ""

    def call(self, place: str | Path) -> list[str]:
        return [*self.arguments, f"{self.prefix}{place}"]


_VALIDATE = ("validate", "crew.jsonl", "-q")
_IMPORT = ("import", "crew.csv", "-q", "--mapping", "m.toml")
#: Every option that names a file, with a call that has something to write to it.
WAYS = {
    **{f"--output {form}": Way((*_VALIDATE, "--output"), f"{form}=") for form in ("json", "junit")},
    "--valid-out": Way((*_VALIDATE, "--valid-out")),
    "--invalid-out": Way((*_VALIDATE, "--invalid-out")),
    "--write-baseline": Way((*_VALIDATE, "--write-baseline")),
    "--out": Way((*_IMPORT, "--rejected", "/dev/null", "--out")),
    "--rejected": Way((*_IMPORT, "--out", "/dev/null", "--rejected")),
    "--mapping": Way(("import", "crew.csv", "-q", "--guess", "--mapping")),
}
FORMS = pytest.mark.parametrize("name", WAYS)


@pytest.fixture
def crew(tmp_path: Path) -> Path:
    wrong = {**RECORD, "id": "https://hr.example.com/positions/2", "level": "entry"}
    lines = [json.dumps(record) + "\n" for record in (RECORD, wrong)]
    (tmp_path / "crew.jsonl").write_text("".join(lines))
    rows = (HEADER, "1,UPM,a,2026-01-01", "2,Gaffer's dog,a,2026-01-01")
    (tmp_path / "crew.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "m.toml").write_text(MAPPING)
    return tmp_path


def ran(call: list[str], folder: Path, **more: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([COMMAND, *call], cwd=folder, capture_output=True, **more)  # type: ignore[call-overload, no-any-return]


def expected(way: Way, folder: Path) -> bytes:
    """What the call writes to a plain file."""
    assert ran(way.call("plain"), folder).returncode in (0, 1)
    content = (folder / "plain").read_bytes()
    (folder / "plain").unlink()
    assert content
    return content


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@FORMS
def test_a_device_stays_a_device(name: str, crew: Path) -> None:
    device = crew / "null"
    try:
        os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        device.open("wb").close()
    except OSError as error:
        pytest.skip(f"no device can be made here: {error}")
    result = ran(WAYS[name].call(device), crew)
    assert result.returncode in (0, 1), result.stderr
    assert stat.S_ISCHR(device.stat().st_mode)


@FORMS
def test_a_pipe_gets_all_of_it(name: str, crew: Path) -> None:
    content = expected(WAYS[name], crew)
    pipe = crew / "pipe"
    os.mkfifo(pipe)
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_bytes()), daemon=True)
    reader.start()
    result = ran(WAYS[name].call(pipe), crew)
    assert result.returncode in (0, 1), result.stderr
    reader.join()
    assert found == [content]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@FORMS
def test_process_substitution(name: str, crew: Path) -> None:
    content = expected(WAYS[name], crew)
    call = WAYS[name].call(">(cat > got; touch done)")
    quoted = [
        part if part.startswith((">", f"{WAYS[name].prefix}>")) else f"'{part}'" for part in call
    ]
    script = f"'{COMMAND}' {' '.join(quoted)}; while ! [ -e done ]; do sleep 0.01; done"
    result = subprocess.run(["bash", "-c", script], cwd=crew, capture_output=True)
    assert (crew / "got").read_bytes() == content, result.stderr


@FORMS
@pytest.mark.parametrize(
    ("place", "file"), [("/dev/stdout", True), ("/dev/fd/1", False), ("link", True)]
)
@pytest.mark.long
def test_standard_output_by_its_name(name: str, place: str, file: bool, crew: Path) -> None:
    if not Path(place).parent.exists():
        pytest.skip(f"there is no {place} here")
    content = expected(WAYS[name], crew)
    if place == "link":
        (crew / "link").symlink_to("/dev/stdout")
    before = (crew / "crew.jsonl").read_bytes()
    if not file:
        assert ran(WAYS[name].call(place), crew).stdout == content
    else:
        with (crew / "all").open("wb") as all:
            all.write(b"before\n")
            all.flush()
            subprocess.run([COMMAND, *WAYS[name].call(place)], cwd=crew, stdout=all)
            all.write(b"after\n")
        assert (crew / "all").read_bytes() == b"before\n" + content + b"after\n"
    assert Path("/dev/stdout").is_symlink()
    assert (crew / "crew.jsonl").read_bytes() == before


def test_a_descriptor_of_the_caller(crew: Path) -> None:
    way = WAYS["--output json"]
    content = expected(way, crew)
    reading, writing = os.pipe()
    call = [COMMAND, *way.call(f"/dev/fd/{writing}")]
    subprocess.run(call, cwd=crew, pass_fds=[writing])
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        assert file.read() == content
    result = ran(way.call("/dev/fd/77"), crew)
    assert (result.returncode, result.stdout) == (2, b"")
    assert b"/dev/fd/77: Could not write: Bad file descriptor" in result.stderr


@FORMS
def test_a_link_stays_and_its_target_is_written(name: str, crew: Path) -> None:
    content = expected(WAYS[name], crew)
    (crew / "real").mkdir()
    (crew / "real" / "file").touch(mode=0o640)
    (crew / "one").symlink_to("two")
    (crew / "two").symlink_to("real/file")
    if name == "--write-baseline":
        (crew / "real" / "file").write_bytes(content)
    elif name == "--mapping":
        (crew / "real" / "file").unlink()
    result = ran(WAYS[name].call("one"), crew)
    assert result.returncode in (0, 1), result.stderr
    assert (crew / "one").is_symlink()
    assert (crew / "two").is_symlink()
    assert (crew / "real" / "file").read_bytes() == content
    assert names(crew / "real") == {"file"}


@FORMS
def test_a_link_to_nothing_makes_the_file(name: str, crew: Path) -> None:
    content = expected(WAYS[name], crew)
    (crew / "link").symlink_to("folder/new")
    assert ran(WAYS[name].call("link"), crew).returncode in (0, 1)
    assert (crew / "link").is_symlink()
    assert (crew / "folder" / "new").read_bytes() == content


@FORMS
def test_what_cannot_be_written_is_exit_2_and_leaves_nothing(name: str, crew: Path) -> None:
    (crew / "loop").symlink_to("loop")
    (crew / "folder").mkdir()
    before = names(crew)
    for place, said in (
        ("loop", b"Too many levels"),
        ("folder", b"folder"),
        ("crew.csv/file", b"Could not write"),
        ("/proc/nothing/file", b"Could not write"),
        ("x" * 300, b"File name too long"),
    ):
        result = ran(WAYS[name].call(place), crew)
        assert (result.returncode, result.stdout) == (2, b""), (place, result.stderr)
        assert said in result.stderr
        assert b"fault of ours" not in result.stderr
        assert names(crew) == before
    assert not list((crew / "folder").iterdir())


@FORMS
def test_a_folder_that_may_not_be_written_to(name: str, crew: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    (crew / "closed").mkdir(mode=0o555)
    result = ran(WAYS[name].call("closed/file"), crew)
    assert result.returncode == 2
    assert b"closed/file: Could not write: Permission denied" in result.stderr


@FORMS
def test_a_device_that_is_full(name: str, crew: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    result = ran(WAYS[name].call("/dev/full"), crew)
    assert result.returncode == 2
    assert b"/dev/full: Could not write: No space left on device" in result.stderr


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("disk")
    call = ["mount", "-t", "tmpfs", "-o", "size=64k,nr_inodes=64", "tmpfs", str(folder)]
    try:
        made = subprocess.run(call, capture_output=True)
    except OSError as error:
        pytest.skip(f"no disk can be made here: {error}")
    if made.returncode:
        pytest.skip(f"no disk can be made here: {made.stderr.decode()}")
    yield folder
    subprocess.run(["umount", str(folder)])


@FORMS
@pytest.mark.parametrize("named_twice", [False, True])
@pytest.mark.long
def test_a_full_disk_leaves_the_old_file(
    name: str, named_twice: bool, crew: Path, small_disk: Path
) -> None:
    for path in small_disk.iterdir():
        path.unlink()
    target = small_disk / "out"
    old = expected(WAYS[name], crew) if name == "--write-baseline" else b"old\n"
    if name != "--mapping":
        target.write_bytes(old)
        if named_twice:
            os.link(target, small_disk / "other")
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            pass
    records = [{**RECORD, "id": f"https://hr.example.com/{n}", "level": "vp"} for n in range(400)]
    lines = [json.dumps(record) + "\n" for record in [*records, RECORD]]
    (crew / "crew.jsonl").write_text("".join(lines))
    before = names(small_disk)
    result = ran(WAYS[name].call(target), crew)
    assert result.returncode == 2, result.stderr
    assert b"Could not write: No space left on device" in result.stderr
    assert names(small_disk) == before
    if name != "--mapping":
        assert target.read_bytes() == old


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755, 0o444])
def test_permissions_stay(mode: int, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")
    file.chmod(mode)
    seen = []
    with whole_file(file) as out:
        out.write(b"new")
        out.flush()
        (beside,) = set(tmp_path.iterdir()) - {file}
        seen.append(beside.stat().st_mode & 0o077)
    assert seen == [0], "others could read what is not finished"
    assert (file.read_text(), file.stat().st_mode & 0o7777) == ("new", mode)


def test_a_new_file_has_the_permissions_of_new_files(tmp_path: Path) -> None:
    for mask in (0o022, 0o077, 0o002):
        before = os.umask(mask)
        try:
            write_whole(tmp_path / f"{mask}", b"x")
        finally:
            os.umask(before)
        assert (tmp_path / f"{mask}").stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_file_with_two_names_keeps_both(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for content in (b"longer than before", b"short"):
        one.write_bytes(b"old content")
        two.unlink(missing_ok=True)
        os.link(one, two)
        assert write_whole(one, content)
        assert two.read_bytes() == content
        assert one.samefile(two)
        write_whole(one, b"apart", apart=True)
        assert (one.read_bytes(), two.read_bytes()) == (b"apart", content)
    assert names(tmp_path) == {"one", "two"}


def test_a_failure_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")
    os.link(file, tmp_path / "other")
    for failure in (ValueError, KeyboardInterrupt, OSError):
        with pytest.raises((failure, InputError)), whole_file(file) as out:
            out.write(b"half")
            raise failure
    assert file.read_text() == (tmp_path / "other").read_text() == "old"
    assert names(tmp_path) == {"file", "other"}


def test_the_place_in_the_output_is_counted_for_every_kind(tmp_path: Path) -> None:
    for place in (tmp_path / "file", Path("/dev/null")):
        with whole_file(place) as out:
            assert out.tell() == 0
            out.write(b"abc")
            assert out.tell() == 3


# Which names are one file.


def test_outputs_are_kept_apart(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    os.link(tmp_path / "a", tmp_path / "hard")
    (tmp_path / "soft").symlink_to("a")
    (tmp_path / "none").symlink_to("new")
    (tmp_path / "up").symlink_to(".")
    same = [
        [("a", "a"), ("a", "hard"), ("a", "soft"), ("soft", "hard"), ("a", "up/a")],
        [("new", "new"), ("new", "none"), ("new", "up/./new")],
    ]
    for one, two in [*same[0], *same[1]]:
        places = [tmp_path / one, tmp_path / two]
        assert same_file(*places)
        with pytest.raises(UsageError, match="are one file"):
            check_outputs(places)
        with pytest.raises(UsageError, match="would be overwritten"):
            check_outputs(places[:1], places[1:])
    check_outputs([tmp_path / "a", tmp_path / "new", tmp_path / "other"])
    check_outputs([Path("/dev/null"), Path("/dev/null")], [Path("/dev/null")])
    with pytest.raises(UsageError, match="folder"):
        check_outputs([tmp_path])


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--output", "json=crew.jsonl"), "would be overwritten"),
        (("--output", "json=link"), "would be overwritten"),
        (("--write-baseline", "crew.jsonl"), "would be overwritten"),
        (("--output", "json=a", "--output", "sarif=a"), "are one file"),
        (("--output", "json=a", "--valid-out", "./a"), "are one file"),
        (("--write-baseline", "a", "--invalid-out", "a"), "are one file"),
        (("--output", "json=m.toml", "--baseline", "m.toml"), "would be overwritten"),
        (("--output", "json=s.ttl", "--shapes", "s.ttl"), "would be overwritten"),
        (
            (
                "--output",
                "json=.",
            ),
            "Is a folder",
        ),
    ],
)
def test_an_output_is_no_input_and_no_other_output(
    more: tuple[str, ...], said: str, crew: Path
) -> None:
    (crew / "link").symlink_to("crew.jsonl")
    (crew / "s.ttl").write_bytes((ROOT / "shapes" / "prefixes.ttl").read_bytes())
    before = {path.name: path.read_bytes() for path in crew.iterdir()}
    result = ran(["validate", "crew.jsonl", *more], crew)
    assert result.returncode == 2
    assert said in result.stderr.decode()
    assert {path.name: path.read_bytes() for path in crew.iterdir()} == before


def test_standard_input_is_an_input(crew: Path) -> None:
    call = ["validate", "-", "--input-format", "json-lines", "--valid-out", "crew.jsonl"]
    before = (crew / "crew.jsonl").read_bytes()
    with (crew / "crew.jsonl").open("rb") as file:
        result = ran(call, crew, stdin=file)
    assert result.returncode == 2
    assert b"would be overwritten" in result.stderr
    assert (crew / "crew.jsonl").read_bytes() == before


def test_reports_appear_together_or_not_at_all(crew: Path) -> None:
    call = ["validate", "crew.jsonl", "--output", "json=a", "--output", "sarif=m.toml/b"]
    assert ran(call, crew).returncode == 2
    assert not (crew / "a").exists()


# Standard output.

VERBS: list[tuple[str, ...]] = [
    ("--help",),
    ("--version",),
    ("validate", "--help"),
    ("query", "--list"),
    ("query", "-e", "ASK {}"),
    ("query", "-e", "SELECT * { ?s ?p ?o }", "--format", "json"),
    ("query", "-e", "CONSTRUCT WHERE { ?s ?p ?o }"),
    ("show", "UPM"),
    ("show", "UPM", "--format", "turtle"),
    ("path", "PA", "UPM"),
    ("resolve", "UPM"),
    ("validate", "{crew}/crew.jsonl"),
    ("validate", "{crew}/crew.jsonl", "--format", "json"),
    ("diff", "dist/pa-onto.nt", "ontology"),
    ("check", "--fair"),
    ("push", "--list"),
    ("import", "{crew}/crew.csv", "--guess"),
    ("import", "{crew}/crew.csv", "--mapping", "{crew}/m.toml", "--rejected", "/dev/null"),
    ("migrate", "-", "--input-format", "json-lines"),
    ("format", "--check", "{crew}/odd.ttl"),
]


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_a_full_standard_output_is_no_fault_of_ours(verb: tuple[str, ...], crew: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    (crew / "odd.ttl").write_text("@prefix x: <x:> .\n\n\nx:a    x:b x:c .")
    call = [COMMAND, *(part.replace("{crew}", str(crew)) for part in verb)]
    more = {"input": (crew / "crew.jsonl").read_bytes(), "cwd": ROOT, "stderr": subprocess.PIPE}
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(call, stdout=full, **more)  # type: ignore[call-overload]
    assert result.returncode == 2
    assert b"<stdout>: Could not write: No space left on device" in result.stderr
    assert len(result.stderr.splitlines()) == 1 or verb[0] == "migrate"
    # Closed from the beginning.
    script = " ".join(f"'{part}'" for part in map(str, call)) + " >&-"
    closed = subprocess.run(["bash", "-c", script], **more)  # type: ignore[call-overload]
    assert closed.returncode == 2
    assert b"<stdout>: Could not write" in closed.stderr


@pytest.mark.parametrize("lost", ["2>&-", "2>/dev/full"])
def test_messages_that_get_lost_change_no_exit_code(lost: str, crew: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    for call, code in (
        ("resolve UPM", 0),
        ("validate crew.jsonl", 1),
        ("show 'no such thing'", 1),
        ("validate nothing.csv", 2),
        ("nonsense", 2),
    ):
        script = f"'{COMMAND}' {call} {lost}"
        result = subprocess.run(["bash", "-c", script], cwd=crew, capture_output=True)
        assert result.returncode == code, script


def test_a_pipe_that_is_closed_ends_it_quietly(crew: Path) -> None:
    script = "import sys; sys.stdin.close()"
    for call in (
        "query -e 'SELECT * { ?s ?p ?o }' --format json",
        "validate crew.jsonl --output json=/dev/stdout -q",
        "import crew.csv --mapping m.toml --out /dev/stdout --rejected /dev/null -q",
    ):
        line = f"'{COMMAND}' {call} | '{sys.executable}' -c '{script}'; echo ${{PIPESTATUS[0]}}"
        result = subprocess.run(["bash", "-c", line], cwd=crew, capture_output=True)
        assert result.stderr == b"", call
        assert result.stdout in (b"141\n", b"0\n", b"1\n")


def test_published_files_are_written_through_links_inside(pa_onto: Run, project: Path) -> None:
    dist = project / "dist"
    (dist / "store").mkdir()
    (dist / "pa-onto.nt").rename(dist / "store" / "pa-onto.nt")
    (dist / "pa-onto.nt").symlink_to("store/pa-onto.nt")
    (dist / "store" / "pa-onto.nt").write_text("old")
    copy = project / "copy"
    copy.mkdir()
    (dist / "pa-onto.ttl").write_text("old")
    for name in ("pa-onto.ttl", "SHA256SUMS"):
        os.link(dist / name, copy / name)
    before = (copy / "SHA256SUMS").read_bytes()
    sources = project / "ontology" / "pa-onto.ttl"
    sources.write_text(sources.read_text().replace("title", "title", 1) + "\n<urn:x> a <urn:y> .\n")
    result = pa_onto("publish", cwd=project)
    assert result.returncode == 0, result.stderr
    assert (dist / "pa-onto.nt").is_symlink()
    assert (dist / "store" / "pa-onto.nt").stat().st_size > 1000
    # A copy by hard links is another edition, which stays.
    assert (copy / "pa-onto.ttl").read_text() == "old"
    assert (copy / "SHA256SUMS").read_bytes() == before
    (dist / "pa-onto.nt").unlink()
    (dist / "pa-onto.nt").symlink_to(project / "elsewhere.nt")
    refused = pa_onto("publish", cwd=project)
    assert refused.returncode == 2
    assert "Leads out of the published folder" in refused.stderr
    assert not (project / "elsewhere.nt").exists()
