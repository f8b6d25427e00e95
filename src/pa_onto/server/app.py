"""Put the parts of the server together: one ASGI application that sends requests on."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from ..errors import InputError, PaOntoError
from .monitoring import Metrics
from .responses import App, Headers, Message, Receive, Scope, Send, header, plain
from .workers.pool import Pool

_ACCESS: Final = logging.getLogger("pa_onto.access")
_ELSEWHERE: Final = plain(421, "This host is not served here; start with --allow-host NAME.")
_NOTHING: Final = plain(404, "There is nothing here.")
_STOPPING: Final = plain(503, "The server is stopping.")
_FAULTS: Final = logging.getLogger("pa_onto.server")


class Application:
    """Sends a request to the part that is named by the first segment of its path, or to ``/``.

    ``hosts`` are the names that a request may ask for (Host), against pages elsewhere that
    make their visitors' browsers ask this machine; empty lets any in. ``origins`` are the pages
    whose scripts may read answers (CORS), None for all.
    """

    def __init__(
        self,
        pools: Sequence[Pool],
        metrics: Metrics,
        parts: Mapping[str, App],
        hosts: Collection[str],
        origins: Collection[str] | None = None,
    ) -> None:
        self.pools = pools
        self._metrics = metrics
        #: Called when requests can be answered.
        self.ready: Callable[[], None] = lambda: None
        #: Why the application could not be started, if so.
        self.trouble: PaOntoError | None = None
        self._parts = parts
        self._rest = parts.get("/", _NOTHING.answer)
        self._hosts = frozenset(host.lower() for host in hosts)
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or start and stop with the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = 0
        started = time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            if self._origins is not None and "headers" in message:
                message["headers"] = _shared(message["headers"], scope, self._origins)
            await send(message)

        name, part = self._part(scope)
        try:
            await part(scope, receive, watched)
        except ConnectionError:
            status = status or 499
        except asyncio.CancelledError:
            # The server stops and has waited long enough.
            if not status:
                await _STOPPING.send(watched)
        except Exception as error:
            _FAULTS.error("%s: %s", type(error).__name__, error)
            if not status:
                await plain(500, "This is a fault of ours.").send(watched)
        took = time.perf_counter() - started
        self._metrics.count(name, status, took)
        if _ACCESS.isEnabledFor(logging.INFO):
            # Parameters may hold what is nobody's business.
            _ACCESS.info("%s %r %d %.1f ms", scope["method"], scope["path"], status, took * 1000)

    def _part(self, scope: Scope) -> tuple[str, App]:
        if self._hosts and _host(scope) not in self._hosts:
            return "refused", _ELSEWHERE.answer
        prefix = "/" + scope["path"].split("/", 2)[1] if scope["path"][:1] == "/" else ""
        part = self._parts.get(prefix)
        if part is not None:
            return prefix, part
        return "/", self._rest

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start the workers before the first request, end them after the last (ASGI lifespan)."""
        warming: list[asyncio.Task[None]] = []
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self.pools[0].start()
                except (PaOntoError, OSError) as error:
                    self.trouble = error if isinstance(error, PaOntoError) else _no_start(error)
                    await send({"type": "lifespan.startup.failed", "message": ""})
                    return
                # The others are there when they are asked; nobody need wait for them now.
                warming = [asyncio.create_task(pool.start()) for pool in self.pools[1:]]
                await send({"type": "lifespan.startup.complete"})
                self.ready()
            elif message["type"] == "lifespan.shutdown":
                for task in warming:
                    task.cancel()
                await asyncio.gather(*(pool.stop() for pool in self.pools))
                await send({"type": "lifespan.shutdown.complete"})
                return


def _no_start(error: OSError) -> InputError:
    """Say which limit of the system, or of the user, is in the way of the workers."""
    problem = f"The server could not start its workers: {error.strerror or error}."
    return InputError(problem, cure="Check the limits of processes, memory and open files.")


class Mounted:
    """Puts an application under a path; it is built when it is first asked (ASGI root_path).

    ``rooted`` applications know their own address as ``/`` alone.
    """

    def __init__(self, prefix: str, build: Callable[[], App], *, rooted: bool = False) -> None:
        self._prefix = prefix
        self._build = build
        self._rooted = rooted
        self._app: App | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with the path that it is mounted at."""
        if self._app is None:
            self._app = self._build()
        root = scope.get("root_path", "") + self._prefix
        path = scope["path"]
        if self._rooted and path == root:
            path += "/"
        await self._app({**scope, "root_path": root, "path": path}, receive, send)


def _shared(headers: Headers, scope: Scope, origins: Collection[str]) -> Headers:
    """Let scripts of the named pages read an answer, and no others (Fetch, section 3.3)."""
    kept = [pair for pair in headers if pair[0] != b"access-control-allow-origin"]
    origin = header(scope, b"origin")
    if origin in origins:
        kept.append((b"access-control-allow-origin", origin.encode()))
    return [*kept, (b"vary", b"origin")]


def _host(scope: Scope) -> str:
    """Return the name that a request asks for, without its port."""
    host = header(scope, b"host").lower()
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host
