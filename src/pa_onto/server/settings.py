"""What a server is started with."""

from __future__ import annotations

from typing import NamedTuple

from .workers.limits import Limits

#: The names by which this machine calls itself.
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class Settings(NamedTuple):
    """Where a server listens, what it serves, and how much a query may cost.

    ``data`` are files beside the vocabulary, ``store`` is the folder of a store on disk that
    is served instead; ``hosts`` are the names requests may ask for; ``patience`` are the
    seconds for which a client may be silent in the middle of a request or an answer.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    data: tuple[str, ...] = ()
    store: str | None = None
    hosts: tuple[str, ...] = LOOPBACK
    limits: Limits = Limits()
    patience: float = 15.0
