"""Keep a process to what it needs, as far as the system lets us."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from ...errors import UsageError

try:
    import resource
except ImportError:  # Windows has none, and its memory is not limited.
    resource = None  # type: ignore[assignment]

# Of sched.h; Python knows them from 3.12 on.
_NEW_USER: Final = 0x10000000
_NEW_NETWORK: Final = 0x40000000
# PR_SET_PDEATHSIG of sys/prctl.h.
_DEATH_SIGNAL: Final = 1


def check_system() -> None:
    """Raise UsageError where workers cannot be forked, or handed the sockets they answer at."""
    needed = {"fork": os, "kill": os, "send_fds": socket, "recv_fds": socket, "socketpair": socket}
    missing = [name for name, module in needed.items() if not hasattr(module, name)]
    if missing:
        raise UsageError(
            f"The server cannot run on this system, which has no {' and no '.join(missing)}.",
            cure="Run it on Linux or macOS; on Windows, in WSL or in a container.",
        )


def limits_memory() -> bool:
    """Return whether the system lets us limit the memory of a process beyond what it has."""
    return resource is not None and Path("/proc/self/statm").exists()


def leave_network() -> bool:
    """Move the process into a network of its own, which has no way out; False when refused.

    A query that could call a server is refused before it comes here; this is for the spelling
    that nobody has thought of.
    """
    try:
        unshare = ctypes.CDLL(None, use_errno=True).unshare
    except (AttributeError, OSError):
        return False
    return any(unshare(flags) == 0 for flags in (_NEW_NETWORK, _NEW_USER | _NEW_NETWORK))


def die_with(parent: int) -> None:
    """End this process when its parent ends, whatever it is doing then; Linux alone knows how."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)


def confine(memory: int, *, sealed: bool) -> int:
    """Let the process take so much more memory; return the peak at which it retires.

    Where the system keeps no such limit, only the time of a query is limited.
    """
    if resource is None:
        return sys.maxsize
    with suppress(ValueError, OSError):
        most = _mapped() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sealed:
            resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    return peak() + memory // 4


def _mapped() -> int:
    """Return the bytes of address space in use. Raises OSError where there is no /proc."""
    return int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()


def peak() -> int:
    """Return the most memory, in bytes, that the process has had."""
    if resource is None:
        return 0
    # macOS counts in bytes, others in KiB.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
