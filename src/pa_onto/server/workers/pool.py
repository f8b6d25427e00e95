"""Hand requests to workers, watch the clock, and replace workers that die or are ended."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections import deque
from contextlib import suppress
from typing import Any, Final, NamedTuple

from ...errors import InputError
from ...project import Project
from .frames import pack, receive_from
from .isolation import check_system
from .limits import Answer, Limits

_DIED: Final = Answer.refusal(
    503, "That took more memory than it may, or ended its process; make it simpler."
)
_BUSY: Final = Answer.refusal(503, "Too many requests are waiting; come back in a moment.")


class _Worker(NamedTuple):
    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def end(self) -> None:
        """End the process at once, whatever it is doing."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.writer.close()


class Pool:
    """Workers of one service for a project. Start it inside the event loop that uses it."""

    def __init__(
        self, service: str, project: Project, limits: Limits, options: dict[str, Any] | None = None
    ) -> None:
        check_system()
        self.limits = limits
        #: What the service says of what is loaded, once the pool is started.
        self.summary: dict[str, Any] = {}
        #: How many workers were ended or died, by reason.
        self.lost = {"timeout": 0, "died": 0, "left": 0}
        self._settings = {
            "service": service,
            "project": [str(project.root.absolute()), *project[1:]],
            "options": options or {},
            "limits": list(limits),
        }
        self._idle: deque[_Worker] = deque()
        self._turns = asyncio.Semaphore(limits.workers)
        self._waiting = 0
        self._nursery: asyncio.subprocess.Process | None = None
        self._control: socket.socket | None = None
        self._starting = asyncio.Lock()

    @property
    def waiting(self) -> int:
        """How many requests wait for a worker or are with one."""
        return self._waiting

    async def alive(self) -> bool:
        """Return whether a worker can be had; starts the nursery again when it is gone."""
        if self._nursery is not None and self._nursery.returncode is None:
            return True
        try:
            (await self._fork()).end()
        except (OSError, asyncio.IncompleteReadError, InputError):
            return False
        return True

    async def start(self) -> None:
        """Load the service and have all workers ready. Raises InputError when that fails."""
        async with self._starting:
            if self._control is None:
                await self._start_nursery()
        self._idle.extend([await self._fork() for _ in range(self.limits.workers)])

    async def stop(self) -> None:
        """End all workers."""
        while self._idle:
            self._idle.pop().end()
        if self._control is not None:
            self._control.close()
        if self._nursery is not None:
            await self._nursery.wait()

    async def ask(self, head: Any, body: bytes = b"") -> Answer:
        """Return the answer to a request; 503 when it costs too much or too many wait."""
        if self._waiting >= self.limits.workers + self.limits.waiting:
            return _BUSY
        self._waiting += 1
        try:
            async with self._turns:
                return await self._ask(pack(head, body))
        finally:
            self._waiting -= 1

    async def _ask(self, message: bytes) -> Answer:
        try:
            worker = await self._take()
        except (OSError, asyncio.IncompleteReadError, InputError) as error:
            return Answer.refusal(503, f"No worker can be had: {error}")
        lost = "left"
        try:
            async with asyncio.timeout(self.limits.seconds):
                worker.writer.write(message)
                head, body = await receive_from(worker.reader)
            lost = ""
        except TimeoutError:
            lost = "timeout"
            return Answer.refusal(503, f"That took longer than {self.limits.seconds:g} seconds.")
        except (OSError, asyncio.IncompleteReadError):
            lost = "died"
            return _DIED
        finally:
            # Cancelled: who asked is gone, and nobody else waits for that answer.
            if lost:
                self.lost[lost] += 1
                worker.end()
        if head["retires"]:
            worker.writer.close()
        else:
            self._idle.append(worker)
        return Answer(head["status"], head["media"], body)

    async def _take(self) -> _Worker:
        """Return a worker that is ready; one that died while it was idle is not."""
        while self._idle:
            worker = self._idle.pop()
            if not worker.reader.at_eof():
                return worker
            worker.end()
        return await self._fork()

    async def _fork(self) -> _Worker:
        ours, theirs = socket.socketpair()
        with theirs:
            if not self._order(theirs):
                async with self._starting:
                    if not self._order(theirs):
                        await self._start_nursery()
                        self._order(theirs)
        reader, writer = await asyncio.open_connection(sock=ours)
        head, _ = await receive_from(reader)
        return _Worker(head["pid"], reader, writer)

    def _order(self, channel: socket.socket) -> bool:
        """Ask for a worker at the other end of a channel; False when there is no nursery."""
        if self._control is None:
            return False
        try:
            socket.send_fds(self._control, [b"."], [channel.fileno()])
        except OSError:
            return False
        return True

    async def _start_nursery(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._nursery = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", f"{__package__}.nursery", str(theirs.fileno())),
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
            )
        try:
            self.summary = await _greeted(ours, self._settings)
        except BaseException:
            # Nobody is there to whom it would matter any more.
            ours.close()
            raise
        self._control = ours


async def _greeted(control: socket.socket, settings: dict[str, Any]) -> dict[str, Any]:
    """Tell a nursery what to load and return what it found. The socket stays blocking after."""
    copy = control.dup()
    reader, writer = await asyncio.open_connection(sock=copy)
    writer.write(pack(settings))
    try:
        head, _ = await receive_from(reader)
    except asyncio.IncompleteReadError as error:
        raise InputError(
            "What is served could not be loaded: the process that did it died."
        ) from error
    finally:
        writer.close()
        control.setblocking(True)
    if "error" in head:
        raise InputError(str(head["error"]))
    return dict(head)
