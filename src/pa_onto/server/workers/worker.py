"""A worker as the server sees it: a process with a channel, and what it has cost so far."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from .frames import receive_from

# Others come first, whatever they cost; on a machine that has time to spare it is no loss.
_NICE: Final = 10


class Worker:
    """One process; it has one request at a time."""

    def __init__(
        self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.pid = pid
        self._reader = reader
        self._writer = writer
        #: Processor seconds that it had used when it was last heard of.
        self.used = 0.0

    @property
    def is_there(self) -> bool:
        """Whether its end of the channel is open."""
        return not self._reader.at_eof()

    async def exchange(self, message: bytes) -> tuple[Any, bytes]:
        """Send a request and return the reply.

        Raises OSError or IncompleteReadError when the process ends meanwhile.
        """
        self._writer.write(message)
        head, body = await receive_from(self._reader)
        self.used = head["used"]
        return head, body

    def spends(self) -> float | None:
        """Return the processor seconds of its present request, None where nobody knows."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
            ticks = int(fields[11]) + int(fields[12])
        except (OSError, ValueError, IndexError):
            return None
        return ticks / os.sysconf("SC_CLK_TCK") - self.used

    def step_back(self) -> None:
        """Let every other process come first, from now on."""
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, self.pid, _NICE)

    def dismiss(self) -> None:
        """Close the channel of a worker that does nothing: it ends by itself."""
        self._writer.close()

    def end(self) -> None:
        """End the process at once, whatever it is doing."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        self._writer.close()
