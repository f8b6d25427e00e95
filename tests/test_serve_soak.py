"""The server under fifty clients of whom some are hostile; a longer run is in the bench."""

from __future__ import annotations

import asyncio

import pytest

from tests.servers import serving
from tests.soak import CLIENTS, memory_of, soak

LIMITS = ["--timeout", "0.5", "--memory-mb", "128", "--max-mb", "4", "--patience", "3", "-q"]


@pytest.mark.long
def test_every_client_is_answered_and_the_server_lives_on() -> None:
    with serving(*LIMITS) as server:
        server.query("ASK {}")
        before = memory_of(server.process.pid)
        soaked = asyncio.run(soak(server.port, 8.0))
        assert server.process.poll() is None
        assert soaked.unanswered == []
        assert len(soaked.simple) > 5 * CLIENTS
        assert soaked.hostile > CLIENTS
        assert set(soaked.statuses) <= {200, 400, 403, 413, 503}
        assert memory_of(server.process.pid) - before < 150 << 20
        assert server.query("ASK {}").status == 200
