"""Places to work in: so many are taken at a time, and who finds none free may wait a while."""

from __future__ import annotations

import asyncio
from collections import deque


class Places:
    """``count`` places, and ``waiting`` who may wait for one. Used inside one event loop."""

    def __init__(self, count: int, waiting: int) -> None:
        self._free = count
        self._most = waiting
        self._queue: deque[asyncio.Future[bool]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._queue)

    @property
    def is_free(self) -> bool:
        """Whether a place can be taken at once."""
        return self._free > 0

    def take(self) -> bool:
        """Take a place that is free; False when there is none."""
        if not self._free:
            return False
        self._free -= 1
        return True

    def give(self) -> None:
        """Give a place back, to who has waited longest."""
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(True)
                return
        self._free += 1

    async def wait(self, seconds: float) -> bool:
        """Wait for a place and take it; False when too many wait, or it takes too long."""
        if self.take():
            return True
        if len(self._queue) >= self._most:
            return False
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[bool] = loop.create_future()
        self._queue.append(turn)
        clock = loop.call_later(seconds, _expire, turn)
        try:
            return await turn
        except asyncio.CancelledError:
            # It may have been given to who is leaving.
            if turn.done() and not turn.cancelled() and turn.result():
                self.give()
            raise
        finally:
            clock.cancel()
            if turn in self._queue:
                self._queue.remove(turn)


def _expire(turn: asyncio.Future[bool]) -> None:
    if not turn.done():
        turn.set_result(False)
