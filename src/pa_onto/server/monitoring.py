"""Tell those who run the server how it is: ``/health`` and ``/metrics``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from .. import __version__
from .responses import OPEN, Receive, Response, Scope, Send
from .workers.pool import Pool

_SECONDS: Final = (0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0)


class Metrics:
    """Counts requests by part and status, and shows the counts to Prometheus."""

    def __init__(self, pool: Pool) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "pa_onto_requests",
            "Requests answered, by part of the server and status.",
            ["part", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "pa_onto_request_seconds",
            "Seconds until an answer was sent, by part of the server.",
            ["part"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._registry.register(_Workers(pool))
        # Looking up a label takes longer than counting.
        self._known: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def count(self, part: str, status: int, seconds: float) -> None:
        """Count one request that was answered."""
        known = self._known.get((part, status))
        if known is None:
            known = self._requests.labels(part, status), self._seconds.labels(part)
            self._known[part, status] = known
        known[0].inc()
        known[1].observe(seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with all counts in the text format 0.0.4."""
        headers = [(b"content-type", CONTENT_TYPE_PLAIN_0_0_4.encode()), *OPEN]
        response = Response(200, [*headers, _FRESH], generate_latest(self._registry))
        await response.answer(scope, receive, send)


class _Workers(Collector):
    """What the pool of workers knows of itself, read when it is asked for."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def collect(self) -> Iterator[Metric]:
        """Yield the numbers of statements, of open questions, and of workers lost by reason."""
        statements = ("pa_onto_statements", "Statements that are served.")
        yield GaugeMetricFamily(*statements, value=self._pool.summary["statements"])
        waiting = ("pa_onto_queries_open", "Queries that wait for a worker or are with one.")
        yield GaugeMetricFamily(*waiting, value=self._pool.waiting)
        lost = CounterMetricFamily(
            "pa_onto_workers_lost", "Workers ended or dead, by reason.", labels=["reason"]
        )
        for reason, count in self._pool.lost.items():
            lost.add_metric([reason], count)
        yield lost


class Health:
    """Says that the server is there and what it serves."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 200 while queries can be answered, 503 when no worker can be had."""
        alive = await self._pool.alive()
        state = {
            "status": "ok" if alive else "no worker can be had",
            "version": __version__,
            "statements": self._pool.summary["statements"],
            "graphs": list(self._pool.summary["graphs"]),
        }
        headers = [(b"content-type", b"application/json"), *OPEN, _FRESH]
        response = Response(200 if alive else 503, headers, json.dumps(state).encode())
        await response.answer(scope, receive, send)


_FRESH: Final = (b"cache-control", b"no-store")
