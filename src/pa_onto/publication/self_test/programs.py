"""Apache and nginx, started with the published rules for as long as a test lasts.

They listen on the loopback interface only, write into a folder of their own, and are stopped
whatever happens.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from string import Template
from typing import Final

from ...errors import EngineError

_TEMPLATES: Final = Path(__file__).parent / "templates"
_PLACES: Final = ("/usr/sbin", "/usr/local/sbin", "/sbin")
_MODULES: Final = (
    "/usr/lib/apache2/modules",
    "/usr/lib64/httpd/modules",
    "/usr/libexec/apache2",
    "/usr/local/libexec/apache2",
)
_SECONDS: Final = 10.0


def found(*names: str) -> str | None:
    """Return the path of the first of some programs that is installed."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *_PLACES])
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


@contextmanager
def apache(program: str, folder: Path, sites: Sequence[Path]) -> Iterator[list[int]]:
    """Run Apache over some document roots and give their ports; ``folder`` is for its files."""
    modules = next((place for place in _MODULES if Path(place).is_dir()), "modules")
    ports = free_ports(len(sites))
    hosts = "\n".join(
        f'Listen 127.0.0.1:{port}\n<VirtualHost 127.0.0.1:{port}>\n    DocumentRoot "{site}"\n'
        "</VirtualHost>"
        for port, site in zip(ports, sites, strict=True)
    )
    configuration = folder / "apache.conf"
    text = _filled("apache.conf", folder=folder, modules=modules, hosts=hosts, user=_user())
    configuration.write_text(text, encoding="utf-8")
    command = [program, "-f", str(configuration), "-D", "FOREGROUND"]
    with _running(command, folder / "apache.log", ports):
        yield ports


@contextmanager
def nginx(program: str, folder: Path, site: Path, maps: Path, locations: Path) -> Iterator[int]:
    """Run nginx over a document root with the published rules, and give its port."""
    (port,) = free_ports(1)
    configuration = folder / "nginx.conf"
    text = _filled(
        "nginx.conf", folder=folder, port=port, site=site, maps=maps, locations=locations
    )
    configuration.write_text(text, encoding="utf-8")
    # The log of errors is named before the configuration is read, or it would be the system's.
    log = folder / "nginx.log"
    command = [program, "-e", str(log), "-p", str(folder), "-c", str(configuration)]
    with _running(command, log, [port]):
        yield port


def open_folder() -> Path:
    """Return a folder for temporary files that Apache can enter.

    Started by root it works as somebody else, who may not be let into root's own folders.
    """
    folder = Path(tempfile.gettempdir()).resolve()
    if _is_root() and not all(p.stat().st_mode & 0o001 for p in (folder, *folder.parents)):
        return Path("/tmp")
    return folder


def free_ports(count: int) -> list[int]:
    """Return ports of 127.0.0.1 that nobody listens on at the moment."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


@contextmanager
def _running(command: list[str], log: Path, ports: Sequence[int]) -> Iterator[None]:
    """Run a program until the end of the block; raises EngineError when it does not start."""
    if helper := shutil.which("setpriv"):
        # Should we be killed, it ends as well.
        command = [helper, "--pdeathsig", "TERM", *command]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait(process, command, log, ports)
        yield
    finally:
        _stop(process)


def _wait(
    process: subprocess.Popen[bytes], command: list[str], log: Path, ports: Sequence[int]
) -> None:
    limit = time.monotonic() + _SECONDS
    waiting = list(ports)
    while waiting and process.poll() is None and time.monotonic() < limit:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", waiting[0]), 0.2).close()
            waiting.pop(0)
            continue
        time.sleep(0.02)
    if waiting:
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        name = next(part for part in command if Path(part).name in ("apache2", "httpd", "nginx"))
        raise EngineError(
            f"{name} does not start: {' '.join(said[-3:]) or 'it says nothing'}.",
            cure="Remove it, or mend the rules.",
        )


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a program and all that it has started."""
    if not hasattr(os, "killpg"):
        process.terminate()
        process.wait()
        return
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)
            break
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _user() -> str:
    """Return the lines that name the user of Apache's processes, where it starts as root."""
    if not _is_root():
        return ""
    import grp
    import pwd

    for name in ("www-data", "apache", "nobody"):
        with suppress(KeyError):
            group = grp.getgrgid(pwd.getpwnam(name).pw_gid).gr_name
            return f"User {name}\nGroup {group}"
    return ""


def _filled(template: str, **parts: object) -> str:
    return Template((_TEMPLATES / template).read_text(encoding="utf-8")).substitute(parts)
