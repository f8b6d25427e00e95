"""Do work in a process of its own, which ends when it costs too much.

The engines cannot be interrupted from Python, and a query can take all memory or end the
process that reads it. So a child does the work and writes the result; its parent waits, and
says what became of it. The system itself keeps the bounds: an alarm, a limit of memory, and a
signal when the parent is gone.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

from ..errors import EngineError, PaOntoError

#: What a child tells its parent: the data are read, or a part of the result is written.
_READ: Final = b"r"
_WRITTEN: Final = b"w"

_BLOCK: Final = 1 << 16
_MEMORY: Final = Path("/proc/self/statm")
_MEGABYTE: Final = 1 << 20
# What a process is started with where none can be forked.
_ALONE: Final = "from pa_onto.cli.confined import run_alone; run_alone()"


class Bounds(NamedTuple):
    """What work may cost: ``seconds`` of wall time, and ``memory`` in bytes beyond the data."""

    seconds: float
    memory: int


class Output:
    """Standard output in blocks; the clock stands while a block waits for its reader.

    What is shorter than a block is written whole or not at all.
    """

    def __init__(self, tell: Callable[[bytes], None] = lambda stage: None) -> None:
        self._tell = tell
        self._pieces: list[bytes] = []
        self._size = 0
        self._last = b""
        self._told = False

    def write(self, piece: bytes) -> int:
        """Take a piece. Raises InputError when standard output is full or closed."""
        self._pieces.append(bytes(piece))
        self._size += len(piece)
        if self._size >= _BLOCK:
            self._send()
        return len(piece)

    def flush(self) -> None:
        """Do nothing: blocks are full, but for the last."""

    def close(self) -> None:
        """Write what is left, and a line end where there is none."""
        last = next((piece for piece in reversed(self._pieces) if piece), self._last)
        if not last.endswith(b"\n"):
            self._pieces.append(b"\n")
        self._send()

    def _send(self) -> None:
        block = b"".join(self._pieces)
        self._pieces, self._size, self._last = [], 0, block[-1:]
        left = _stop_clock()
        if not self._told:
            # Once: nobody reads what is told until all is over.
            self._told = True
            self._tell(_WRITTEN)
        _put_out(block)
        if left:
            signal.setitimer(signal.ITIMER_REAL, left)


def _put_out(block: bytes) -> None:
    """Write to standard output. Raises InputError when it takes no more or is closed."""
    try:
        descriptor = sys.stdout.fileno()
    except io.UnsupportedOperation:
        # What stands in the place of a closed one tells so.
        sys.stdout.buffer.write(block)
        sys.stdout.flush()
        return
    try:
        with open(descriptor, "wb", buffering=0, closefd=False) as output:
            while block:
                block = block[output.write(block) or 0 :]
    except BrokenPipeError:
        raise
    except OSError as error:
        from ..canonical.files import unwritable

        raise unwritable(error, "<stdout>") from error


class Task:
    """What confined work knows of its confinement: where to write, and when the data are read."""

    def __init__(self, bounds: Bounds, tell: Callable[[bytes], None] = lambda stage: None) -> None:
        self.output = Output(tell)
        self._bounds = bounds
        self._tell = tell
        if can_limit_memory():
            # What the machine does not have would be taken from others, or end them.
            limit_memory(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGESIZE"))

    def begin(self) -> None:
        """Say that the data are read: from here on, memory counts."""
        self._tell(_READ)
        limit_memory(self._bounds.memory)


def can_limit_memory() -> bool:
    """Return whether the system keeps a process to a limit of memory."""
    try:
        import resource
    except ModuleNotFoundError:
        return False
    # Elsewhere a process cannot tell what it has; macOS takes the limit and does not keep it.
    return hasattr(resource, "RLIMIT_AS") and _MEMORY.exists()


def limit_memory(memory: int) -> None:
    """Let this process take so many bytes more than it has, where the system can see to it."""
    if not can_limit_memory():
        return
    import resource

    mapped = int(_MEMORY.read_bytes().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = mapped + memory
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def confined(work: Callable[[Task], int], bounds: Bounds) -> int:
    """Do work in a child and return its exit code.

    Raises EngineError when the work takes too long, too much memory, or ends its process.
    """
    if _alone:
        return _work_alone(work, bounds)
    if not hasattr(os, "fork"):
        return _spawned(bounds)
    told, telling = os.pipe()
    living, life = os.pipe()
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        os.close(told)
        os.close(life)
        _be_child(work, bounds, telling, living, parent)
    os.close(telling)
    os.close(living)
    status = _awaited(child)
    stages = os.read(told, _BLOCK)
    if os.WIFEXITED(status):
        return os.WEXITSTATUS(status)
    if os.WTERMSIG(status) == signal.SIGINT:
        return 130
    raise _ended(os.WTERMSIG(status), bounds, stages)


def _be_child(
    work: Callable[[Task], int], bounds: Bounds, telling: int, living: int, parent: int
) -> NoReturn:
    """Do the work within its bounds, and end the process with the code that says how it went."""
    from .main import guarded

    code = 3
    try:
        _die_with(living, parent)
        _be_silent_in_death()
        # A signal that kills needs nobody to handle it, and who started us may ignore it.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM, signal.SIGIO])
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, bounds.seconds)
        task = Task(bounds, lambda stage: _put(telling, stage))
        code = guarded(lambda: _fed(work, task))
        _stop_clock()
        with suppress(OSError, PaOntoError):
            sys.stdout.flush()
            sys.stderr.flush()
    except BaseException:
        # No memory is left, or the engine panicked; there may be none to say it with.
        os.abort()
    finally:
        os._exit(code)


def _fed(work: Callable[[Task], int], task: Task) -> int:
    try:
        return work(task)
    except MemoryError as error:
        from ..reading.guards import is_too_long

        if is_too_long(error):
            raise
        # What has run out would be needed to say so; the parent says it.
        os.abort()


def _put(telling: int, stage: bytes) -> None:
    with suppress(OSError):
        os.write(telling, stage)


def _die_with(living: int, parent: int) -> None:
    """See to it that this process ends when its parent does: its end of a pipe is closed then."""
    try:
        if sys.platform != "linux":
            raise ImportError
        import fcntl
    except ImportError:
        import _thread

        # The engines let other threads run.
        _thread.start_new_thread(lambda: (os.read(living, 1), os._exit(2)), ())
        return
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(living, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(living, fcntl.F_SETFL, os.O_ASYNC)
    if os.getppid() != parent:
        os._exit(2)


def _be_silent_in_death() -> None:
    """Keep what engines say when they crash from standard error; ours still comes there."""
    ours = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    sys.stderr = os.fdopen(ours, "w", 1, sys.stderr.encoding, "backslashreplace")
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _awaited(child: int) -> int:
    """Wait for a child and return its status; a signal that would end us ends it first."""

    def end(number: int, frame: object) -> None:
        # The child may have ended by itself, and its status been taken.
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end)
    try:
        return os.waitpid(child, 0)[1]
    except KeyboardInterrupt:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise


def _ended(number: int, bounds: Bounds, stages: bytes) -> EngineError:
    """Say why a child was ended by a signal."""
    what = "The query" if _READ in stages else "Reading the data"
    cure = "Make it simpler" if _READ in stages else "Give it less data"
    if number == signal.SIGALRM:
        message = f"{what} took longer than {bounds.seconds:g} seconds."
        cure += ", or let it take more with --timeout."
    elif number in (signal.SIGSEGV, signal.SIGBUS):
        message = f"{what} ended its process: something in it nests too deeply."
        cure += "."
    elif number == signal.SIGABRT and _READ in stages:
        most = f"{bounds.memory // _MEGABYTE} MB of memory"
        message = f"{what} took more than {most}, or ended its process."
        cure += ", or let it take more with --memory-mb."
    elif number == signal.SIGABRT:
        message = f"{what} took more memory than there is, or ended its process."
        cure += ", or fill a store with `pa-onto load`."
    else:
        name = signal.Signals(number).name
        message = f"{what} was ended by the system ({name}), most often for want of memory."
        cure += "."
    return EngineError(message, cure=cure + _warning(_WRITTEN in stages))


def _warning(written: bool) -> str:
    return " What was written is not the whole result." if written else ""


def _stop_clock() -> float:
    """Stop the alarm, if there is one, and return the seconds that were left."""
    if not hasattr(signal, "setitimer"):
        return 0.0
    return signal.setitimer(signal.ITIMER_REAL, 0)[0]


# Where no process can be forked, the command is run once more, and knows that it is.
_alone = False


def run_alone() -> None:
    """Be the process that does the work, started with the command line of its parent."""
    global _alone
    from .main import run

    _alone = True
    run()


def _work_alone(work: Callable[[Task], int], bounds: Bounds) -> int:
    from .watch import watch

    # The parent keeps the time; this is for when the parent is gone.
    watch(bounds.seconds + 5)
    try:
        return work(Task(bounds))
    except MemoryError:
        raise _ended(signal.SIGABRT, bounds, _READ) from None


def _spawned(bounds: Bounds) -> int:
    import subprocess

    process: Any = subprocess.Popen([sys.executable, "-c", _ALONE, *sys.argv[1:]])
    try:
        code = int(process.wait(bounds.seconds))
    except subprocess.TimeoutExpired:
        raise EngineError(
            f"The query took longer than {bounds.seconds:g} seconds.",
            cure="Make it simpler, or let it take more with --timeout." + _warning(written=True),
        ) from None
    finally:
        process.kill()
        process.wait()
    if 0 <= code <= 3 or code in (130, 141):
        return code
    raise EngineError(
        "The query ended its process: it takes too much memory, or nests too deeply.",
        cure="Make it simpler." + _warning(written=True),
    )
