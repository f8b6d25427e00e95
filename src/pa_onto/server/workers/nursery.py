"""Load a service once and fork a worker whenever one is asked for.

Workers that are forked share the memory of what is loaded and the labels of their blank nodes, and
are there in a few milliseconds. The process runs no event loop and no thread of its own, so
that forking it is safe. It ends when the server that started it is gone, and takes its workers
with it.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from ...errors import PaOntoError
from ...project import Project
from .frames import pack, receive
from .isolation import confine, die_with, leave_network, peak
from .limits import Limits
from .service import Service, load_service

# Where the system does not tell of whom a process is, ours are kept until we have asked.
_KNOWS_PARENTS: Final = Path("/proc/self/stat").exists()


def main() -> None:
    """Serve the control socket whose number is the only argument."""
    # The terminal's Ctrl-C is for the server, which ends us in good order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if _KNOWS_PARENTS:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # Workers inherit it: making a network of its own for each would take longer than a fork.
    leave_network()
    control = socket.socket(fileno=int(sys.argv[1]))
    message = receive(control)
    if message is None:
        return
    settings, _ = message
    limits = Limits(*settings["limits"])
    try:
        service = load_service(
            settings["service"], _project(settings["project"]), settings["options"], limits
        )
    except PaOntoError as error:
        control.sendall(pack({"error": str(error)}))
        return
    control.sendall(pack(service.summary()))
    descriptor = _serve(control)
    if descriptor is not None:
        with socket.socket(fileno=descriptor) as channel, suppress(OSError, MemoryError):
            _work(channel, service, limits.memory)


def _work(channel: socket.socket, service: Service, memory: int) -> None:
    """Answer what comes through a channel until it is closed."""
    service.open()
    most = confine(memory, sealed=service.sealed)
    channel.sendall(pack({"pid": os.getpid()}))
    while (message := receive(channel)) is not None:
        answer = service.reply(*message)
        # Memory that was given back stays with the process: it makes room for a fresh one.
        retires = peak() > most
        head = {
            "status": answer.status,
            "media": answer.media,
            "retires": retires,
            "used": time.process_time(),
        }
        channel.sendall(pack(head, answer.body))
        if retires:
            return


def _serve(control: socket.socket) -> int | None:
    """Fork a worker for every socket that comes, until the server is gone.

    Returns twice: in a worker, the number of its socket; at the end, None.
    """
    workers: list[int] = []
    nursery = os.getpid()
    while True:
        _, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not descriptors:
            break
        child = os.fork()
        if child == 0:
            control.close()
            die_with(nursery)
            return descriptors[0]
        os.close(descriptors[0])
        workers = [pid for pid in workers if _is_ours(pid)] + [child]
    for pid in workers:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return None


def _is_ours(pid: int) -> bool:
    """Return whether a process is still there and still our child: numbers are used again."""
    if not _KNOWS_PARENTS:
        with suppress(ChildProcessError):
            return os.waitpid(pid, os.WNOHANG)[0] == 0
        return False
    with suppress(OSError, IndexError, ValueError):
        status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(status[1]) == os.getpid()
    return False


def _project(fields: list[Any]) -> Project:
    root, *rest = fields
    return Project(Path(root), *rest)


if __name__ == "__main__":
    main()
