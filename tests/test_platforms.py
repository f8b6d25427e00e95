"""Systems that lack what Linux has: each verb works there, or says why it does not.

What such a system lacks is hidden from the interpreter before anything of ours is imported.
"""

from __future__ import annotations

import importlib
import os
import sys
import types
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from pa_onto.disk import locked
from pa_onto.errors import InputError
from pa_onto.server.workers import isolation
from tests.conftest import ROOT, Run
from tests.servers import serving

HIDE = """
import builtins, io, os, signal, socket, sys

for name in {modules!r}:
    sys.modules[name] = None
for module, names in ((os, {os!r}), (signal, {signal!r}), (socket, {socket!r})):
    for name in names:
        if hasattr(module, name):
            delattr(module, name)

def hidden(function):
    def call(path, *arguments, **options):
        if isinstance(path, (str, os.PathLike)) and os.fspath(path).startswith("/proc"):
            raise FileNotFoundError(2, "No such file or directory", path)
        return function(path, *arguments, **options)
    return call

io.open = builtins.open = hidden(io.open)
os.stat = hidden(os.stat)
"""
#: Windows on arm64 has none of these, and no msvcrt is here in their place.
WINDOWS = {
    "modules": ["fcntl", "grp", "pwd", "pty", "resource", "shacl", "syslog", "termios", "uvloop"],
    "os": [
        *("chown", "fork", "forkpty", "getegid", "geteuid", "getgid", "getpgid", "getuid"),
        *("killpg", "mkfifo", "nice", "posix_spawn", "sched_getaffinity", "set_blocking"),
        *("setpgid", "setsid", "statvfs", "sync", "sysconf", "uname", "O_DIRECTORY"),
    ],
    "signal": ["SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "alarm"],
    "socket": ["AF_UNIX", "SCM_RIGHTS", "recv_fds", "send_fds"],
}
#: macOS has no /proc, which is hidden in any case.
MACOS: dict[str, list[str]] = {"modules": ["uvloop"], "os": [], "signal": [], "socket": []}


def without(system: dict[str, list[str]], folder: Path) -> dict[str, str]:
    """Return an environment in which Python lacks what a system lacks."""
    (folder / "sitecustomize.py").write_text(HIDE.format(**system), encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--version",), 0, "version"),
        (("check",), 0, "conforms"),
        (("format", "--check"), 0, ""),
        (("validate", "data/crew.jsonl"), 0, "conforms"),
        (("validate", "data/postings.jsonld", "--engine", "pyshacl"), 0, "conforms"),
        (("query", "-e", "ASK {}"), 0, "yes"),
        (("show", "2nd AD"), 0, "second-assistant-director"),
        (("path", "production-assistant", "line-producer"), 0, ""),
        (("resolve", "2nd AD"), 0, "second-assistant-director"),
        (("import", "CSV", "--guess"), 0, "title"),
        (("migrate", "data/crew.jsonl"), 0, ""),
        (("push", "--list"), 0, "fuseki"),
        (("diff", "dist/pa-onto.nt", "dist/pa-onto.nt"), 0, ""),
        (("publish", "--out", "OUT"), 0, "files in"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_each_verb_works_on_a_system_without(
    arguments: tuple[str, ...], code: int, says: str, pa_onto: Run, tmp_path: Path
) -> None:
    table = tmp_path / "crew.csv"
    table.write_text("job title,start date\n2nd AD,2026-01-12\n", encoding="utf-8")
    given = [{"CSV": str(table), "OUT": str(tmp_path / "out")}.get(a, a) for a in arguments]
    result = pa_onto(*given, env=without(WINDOWS, tmp_path))
    assert result.returncode == code, result.stderr
    assert says in result.stdout + result.stderr
    slow = "The engine shacl is not installed" in result.stderr
    assert slow is (arguments[0] in ("check", "validate") and "--engine" not in arguments)
    if slow:
        assert "The slow engine pyshacl took over." in result.stderr


def test_findings_are_the_same_without_the_fast_engine(pa_onto: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text(
        (ROOT / "data" / "crew.jsonl").read_text(encoding="utf-8").replace("2026-", "2026-1"),
        encoding="utf-8",
    )
    fast = pa_onto("validate", bad)
    slow = pa_onto("validate", bad, env=without(WINDOWS, tmp_path))
    assert fast.returncode == slow.returncode == 1
    assert fast.stdout == slow.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("load", "--store", "STORE", "data/crew.jsonl"), "no locks on files"),
        (("serve", "--port", "0"), "no fork"),
    ],
    ids=["load", "serve"],
)
def test_what_cannot_be_done_is_refused_with_its_reason(
    arguments: tuple[str, ...], says: str, pa_onto: Run, tmp_path: Path
) -> None:
    given = [str(tmp_path / "store") if a == "STORE" else a for a in arguments]
    result = pa_onto(*given, env=without(WINDOWS, tmp_path))
    assert result.returncode == 2
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "store").exists()


def test_windows_locks_files_by_its_own_means(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []

    def locking(descriptor: int, mode: int, size: int) -> None:
        if taken:
            raise PermissionError
        taken.append(descriptor)

    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(InputError, match="no locks on files"), locked(tmp_path / "lock"):
        pass
    windows = types.ModuleType("msvcrt")
    windows.__dict__.update(locking=locking, LK_NBLCK=2)
    monkeypatch.setitem(sys.modules, "msvcrt", windows)
    with locked(tmp_path / "lock") as first, locked(tmp_path / "lock") as second:
        assert (first, second) == (True, False)


def test_load_works_without_proc(pa_onto: Run, tmp_path: Path) -> None:
    env = without(MACOS, tmp_path)
    store = tmp_path / "store"
    result = pa_onto("load", "--store", store, "data/crew.jsonl", env=env)
    assert result.returncode == 0, result.stderr
    assert "statements are in" in result.stderr


def test_the_server_works_without_proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in without(MACOS, tmp_path).items():
        monkeypatch.setenv(name, value)
    with serving("--timeout", "5", "--workers", "1") as server:
        assert server.query("ASK { ?s ?p ?o }", "text/csv").status == 200
        # Its worker is ended, and another takes its place.
        assert (
            server.query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }").status == 503
        )
        assert server.query("ASK { ?s ?p ?o }", "text/csv").status == 200


def test_memory_is_counted_in_the_units_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    used = types.SimpleNamespace(ru_maxrss=3_000)
    monkeypatch.setattr(isolation.resource, "getrusage", lambda who: used)
    monkeypatch.setattr(isolation.sys, "platform", "linux")
    assert isolation.peak() == 3_000 * 1024
    monkeypatch.setattr(isolation.sys, "platform", "darwin")
    assert isolation.peak() == 3_000
    monkeypatch.setattr(isolation, "resource", None)
    assert isolation.peak() == 0
    assert isolation.confine(1 << 30, sealed=True) > 1 << 60


def environment(**values: str) -> dict[str, str]:
    return {"implementation_name": "cpython", "python_version": "3.11", **values}


@pytest.mark.parametrize(
    ("platform", "machine", "asked"),
    [
        ("linux", "x86_64", True),
        ("linux", "aarch64", False),
        ("linux", "armv7l", False),
        ("darwin", "arm64", True),
        ("darwin", "x86_64", True),
        ("win32", "AMD64", True),
        ("win32", "ARM64", False),
        ("freebsd14", "amd64", False),
    ],
)
def test_the_fast_engine_is_asked_for_where_there_is_one(
    platform: str, machine: str, asked: bool
) -> None:
    tomllib = importlib.import_module("tomllib")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {Requirement(text).name: Requirement(text) for text in project["dependencies"]}
    marker = wanted.pop("shacl").marker
    assert marker is not None
    assert marker.evaluate(environment(sys_platform=platform, platform_machine=machine)) is asked
    assert all(requirement.marker is None for requirement in wanted.values())


@pytest.mark.parametrize(("libc", "asked"), [("musl", False), ("glibc", True)])
def test_a_wheel_for_musl_asks_for_less_and_says_what_it_is_for(
    libc: str, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    monkeypatch.setenv("PA_ONTO_LIBC", libc)
    hooks = importlib.import_module("hatch_build")
    metadata = {"dependencies": ["click>=8", "shacl>=0.3; sys_platform == 'linux'", "pyshacl>=0.4"]}
    hooks.Requirements(str(ROOT), {}).update(metadata)
    names = [Requirement(text).name for text in metadata["dependencies"]]
    assert names == ["click", *(["shacl"] if asked else []), "pyshacl"]
    for version in ("standard", "editable"):
        data: dict[str, str] = {}
        hooks.Tags.initialize(types.SimpleNamespace(), version, data)
        platforms = data.get("tag", "")
        assert platforms.startswith("py3-none-musllinux") is (not asked and version == "standard")


def test_the_environment_of_these_tests_has_what_others_lack() -> None:
    """Hiding what is not there would prove nothing."""
    assert all(hasattr(os, name) for name in ("fork", "geteuid", "killpg", "sync"))
    assert all(importlib.util.find_spec(name) for name in ("fcntl", "resource", "shacl", "uvloop"))
