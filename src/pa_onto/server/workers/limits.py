"""How much one request may cost, and what a worker answers."""

from __future__ import annotations

from typing import Final, NamedTuple

PLAIN: Final = "text/plain; charset=utf-8"


class Limits(NamedTuple):
    """How much one request may cost a worker.

    ``seconds`` of wall time and ``memory`` in bytes beyond what is loaded end the worker;
    ``rows`` and ``size`` in bytes bound an answer; ``query`` is the longest text in characters.
    ``workers`` answer at a time, and ``heavy`` ones beside them have requests that take long;
    ``waiting`` requests may wait for each of the two, ``queueing`` seconds for the first, and
    for the second as long as a request may take.
    """

    seconds: float = 30.0
    memory: int = 1 << 30
    rows: int = 100_000
    size: int = 32 << 20
    query: int = 1 << 16
    workers: int = 2
    waiting: int = 64
    heavy: int = 4
    queueing: float = 10.0


class Answer(NamedTuple):
    """A status of HTTP, a media type, and the body: an answer, or one line of what is wrong."""

    status: int
    media: str
    body: bytes

    @classmethod
    def refusal(cls, status: int, text: str) -> Answer:
        """Return one line of text."""
        return cls(status, PLAIN, text.encode() + b"\n")
