"""Work on some parts while others are read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

#: Parts worked on at once, and how many may wait: reading goes on meanwhile.
_WORKERS = 2
_WAITING = 3


def overlapping(work: Callable[[T], R], parts: Iterator[T]) -> Iterator[tuple[T, R]]:
    """Yield parts with what became of them, in order, working on some while others are read.

    A single part is worked on here: a thread costs more than a short run takes.
    """
    first, second = next(parts, None), next(parts, None)
    if first is None:
        return
    if second is None:
        yield first, work(first)
        return
    from concurrent.futures import Future, ThreadPoolExecutor

    waiting: deque[tuple[T, Future[R]]] = deque()
    pool = ThreadPoolExecutor(_WORKERS)
    try:
        for part in chain((first, second), parts):
            waiting.append((part, pool.submit(work, part)))
            while waiting and (len(waiting) > _WAITING or waiting[0][1].done()):
                done, result = waiting.popleft()
                yield done, result.result()
        for done, result in waiting:
            yield done, result.result()
    finally:
        # After an error or a Ctrl-C nobody waits for what has not been begun.
        pool.shutdown(wait=False, cancel_futures=True)
