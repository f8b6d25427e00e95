"""What a server is started with."""

from __future__ import annotations

from typing import NamedTuple

from .workers.limits import Limits

#: The names by which this machine calls itself.
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class Settings(NamedTuple):
    """Where a server listens, what it serves, and how much a query may cost.

    ``data`` are files beside the vocabulary, ``store`` is the folder of a store on disk that
    is served instead; ``hosts`` are the names requests may ask for, ``origins`` the pages whose
    scripts may read what is not published; ``patience`` are the
    seconds for which a client may be silent in the middle of a request or an answer. ``base``
    is that of relative IRIs in the data, ``input_format`` the format of all of them.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    data: tuple[str, ...] = ()
    store: str | None = None
    hosts: tuple[str, ...] = LOOPBACK
    origins: tuple[str, ...] = ()
    limits: Limits = Limits()
    patience: float = 15.0
    base: str | None = None
    input_format: str | None = None

    @property
    def readers(self) -> tuple[str, ...] | None:
        """The origins whose scripts may read answers: all, as long as all is published."""
        return self.origins if self.data or self.store else None
