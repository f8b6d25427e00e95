"""Hand requests to workers, watch the clock, and replace workers that die or are ended."""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections import OrderedDict, deque
from contextlib import suppress
from typing import Any, Final

from ...errors import InputError
from ...project import Project
from .frames import pack, receive_from
from .isolation import check_system
from .limits import Answer, Limits
from .places import Places
from .worker import Worker

_DIED: Final = Answer.refusal(
    503, "That took more memory than it may, or ended its process; make it simpler."
)
_BUSY: Final = Answer.refusal(503, "Too many requests are waiting; come back in a moment.")
_CROWDED: Final = Answer.refusal(
    503, "Too many requests that take long are waiting; come back later, or make it simpler."
)
# How often a worker is looked at, and after how many seconds of work a request counts as long:
# of processor time, or of waiting for the disk.
_GLANCE: Final = 0.05
_LONG: Final = 0.05
_SLOW: Final = 2.0
# So many requests that took long are remembered, for those who ask them again.
_REMEMBERED: Final = 1_000
# A text is read in a fraction of a millisecond.
_READING: Final = 1.0


class _Run:
    """One request with its worker; ``end`` says why the worker was ended, if it was."""

    def __init__(self, worker: Worker, message: bytes, *, light: bool) -> None:
        self.worker = worker
        self.message = message
        self.light = light
        self.begun = time.monotonic()
        self.end = ""
        self.timer: asyncio.TimerHandle | None = None

    def is_long(self, *, slow: bool) -> bool:
        """Whether the request takes long; one that only waits does so where ``slow`` counts."""
        took = time.monotonic() - self.begun
        spent = self.worker.spends()
        return (took if spent is None else spent) > _LONG or (slow and took > _SLOW)


class Pool:
    """Workers of one service for a project. Start it inside the event loop that uses it.

    A request that takes long makes room: its worker steps back and keeps it, and another takes
    its place. Of such requests a few are worked on at a time, and others wait, each begun
    again by a fresh worker in its turn: so those that are done in a moment never wait long.
    """

    def __init__(
        self, service: str, project: Project, limits: Limits, options: dict[str, Any] | None = None
    ) -> None:
        check_system()
        self.limits = limits
        #: What the service says of what is loaded, once the pool is started.
        self.summary: dict[str, Any] = {}
        #: How many workers were ended or died, by reason.
        self.lost = {"timeout": 0, "died": 0, "left": 0, "crowded": 0}
        self._settings = {
            "service": service,
            "project": [str(project.root.absolute()), *project[1:]],
            "options": options or {},
            "limits": list(limits),
        }
        self._idle: deque[Worker] = deque()
        self._busy: set[Worker] = set()
        self._light = Places(limits.workers, limits.waiting)
        self._heavy = Places(limits.heavy, limits.waiting)
        self._long: OrderedDict[int, None] = OrderedDict()
        self._proofreader: Worker | None = None
        self._proofreading = asyncio.Lock()
        self._hiring: asyncio.Task[None] | None = None
        self._stopped = False
        self._nursery: asyncio.subprocess.Process | None = None
        self._control: socket.socket | None = None
        self._starting = asyncio.Lock()

    @property
    def waiting(self) -> int:
        """How many requests wait for a worker or are with one."""
        return self._light.waiting + self._heavy.waiting + len(self._busy)

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
        await self._hire()

    async def stop(self) -> None:
        """End all workers, those that are at work as well."""
        self._stopped = True
        if self._hiring is not None:
            self._hiring.cancel()
        for worker in (*self._idle, *self._busy):
            worker.end()
        self._idle.clear()
        if self._proofreader is not None:
            self._proofreader.end()
        if self._control is not None:
            self._control.close()
        if self._nursery is not None:
            await self._nursery.wait()

    async def ask(self, head: Any, body: bytes = b"", *, check: Any = None) -> Answer:
        """Return the answer to a request; 503 when it costs too much or too many wait.

        ``check`` is a request that is answered in no time: when there is a queue it is asked
        first, and unless its answer is 200 that answer will do.
        """
        message = pack(head, body)
        if hash(message) not in self._long:
            if not self._light.take():
                refused = await self._proofread(pack(check)) if check is not None else None
                if refused is not None or not await self._light.wait(self.limits.queueing):
                    return refused or _BUSY
            answer = await self._answered(message, light=True)
            if answer is not None:
                return answer
        if not await self._heavy.wait(self.limits.seconds):
            return _CROWDED
        answer = await self._answered(message, light=False)
        assert answer is not None
        return answer

    async def _answered(self, message: bytes, *, light: bool) -> Answer | None:
        """Return the answer in a place that is taken, and give the place back.

        None when the request takes long, and there is no place for such requests.
        """
        places = self._light if light else self._heavy
        try:
            worker = await self._take()
        except (OSError, asyncio.IncompleteReadError, InputError) as error:
            places.give()
            return Answer.refusal(503, f"No worker can be had: {error}")
        except BaseException:
            places.give()
            raise
        run = _Run(worker, message, light=light)
        if not light:
            worker.step_back()
        self._busy.add(worker)
        self._watch(run)
        lost = "left"
        try:
            head, body = await worker.exchange(message)
            lost = ""
        except (OSError, asyncio.IncompleteReadError):
            lost = run.end or "died"
            return self._excuse(lost)
        finally:
            # Left: who asked is gone, and nobody else waits for that answer.
            self._part(run, lost)
        self._keep(run, retires=head["retires"])
        return Answer(head["status"], head["media"], body)

    def _excuse(self, lost: str) -> Answer | None:
        if lost == "timeout":
            return Answer.refusal(503, f"That took longer than {self.limits.seconds:g} seconds.")
        return None if lost == "crowded" else _DIED

    def _watch(self, run: _Run) -> None:
        """Look at a run again when something may have to be done about it."""
        left = run.begun + self.limits.seconds - time.monotonic()
        delay = min(_GLANCE, left) if run.light else left
        loop = asyncio.get_running_loop()
        run.timer = loop.call_later(max(delay, 0), self._look, run)

    def _look(self, run: _Run) -> None:
        """End a run that has no time left; let one that takes long make room."""
        if time.monotonic() - run.begun >= self.limits.seconds:
            run.end = "timeout"
            run.worker.end()
            return
        if run.light and run.is_long(slow=self._heavy.is_free):
            self._long[hash(run.message)] = None
            if len(self._long) > _REMEMBERED:
                self._long.popitem(last=False)
            if not self._heavy.take():
                run.end = "crowded"
                run.worker.end()
                return
            run.light = False
            run.worker.step_back()
            self._light.give()
        self._watch(run)

    def _part(self, run: _Run, lost: str) -> None:
        """Give back the place of a run that is over, and end its worker if it was lost."""
        if run.timer is not None:
            run.timer.cancel()
        self._busy.discard(run.worker)
        if lost:
            self.lost[lost] += 1
            run.worker.end()
            self._refill()
        (self._light if run.light else self._heavy).give()

    def _keep(self, run: _Run, *, retires: bool) -> None:
        """Keep a worker, unless it has grown or stepped back, or there are enough without it."""
        enough = len(self._idle) > self.limits.workers
        if run.light and not (retires or run.end or enough):
            self._idle.append(run.worker)
            return
        run.worker.dismiss()
        self._refill()

    def _refill(self) -> None:
        if self._hiring is None or self._hiring.done():
            self._hiring = asyncio.create_task(self._hire_quietly())

    async def _hire_quietly(self) -> None:
        # Whoever needs a worker is told what is wrong.
        with suppress(OSError, asyncio.IncompleteReadError, InputError):
            await self._hire()

    async def _hire(self) -> None:
        """Have workers ready for all places, and one to spare."""
        while len(self._idle) < self.limits.workers + 1:
            self._idle.append(await self._fork())

    async def _proofread(self, message: bytes) -> Answer | None:
        """Return what a check says is wrong, None when it finds nothing or cannot be made."""
        sound = False
        try:
            async with asyncio.timeout(_READING), self._proofreading:
                try:
                    if self._proofreader is None or not self._proofreader.is_there:
                        self._proofreader = await self._fork()
                    head, body = await self._proofreader.exchange(message)
                    sound = True
                finally:
                    # Half an exchange would be taken for the next one's.
                    if not sound and self._proofreader is not None:
                        self._proofreader.end()
                        self._proofreader = None
        except (OSError, asyncio.IncompleteReadError, InputError):
            return None
        answer = Answer(head["status"], head["media"], body)
        return None if answer.status == 200 else answer

    async def _take(self) -> Worker:
        """Return a worker that is ready; one that died while it was idle is not."""
        while self._idle:
            worker = self._idle.pop()
            if worker.is_there:
                return worker
            worker.end()
        return await self._fork()

    async def _fork(self) -> Worker:
        if self._stopped:
            raise InputError("The server is stopping.")
        ours, theirs = socket.socketpair()
        with theirs:
            if not self._order(theirs):
                async with self._starting:
                    if not self._order(theirs):
                        await self._start_nursery()
                        self._order(theirs)
        reader, writer = await asyncio.open_connection(sock=ours)
        head, _ = await receive_from(reader)
        return Worker(head["pid"], reader, writer)

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
