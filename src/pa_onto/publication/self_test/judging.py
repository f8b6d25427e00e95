"""Ask a server everything, and tell what was right from what was not."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote, unquote, urljoin

from ..dereferencing.formats import content_type
from .answers import Asker, Reply, local
from .bodies import Bodies
from .cases import Case

_THREADS: Final = 4
# Redirects before the one that counts, such as the one that adds a slash.
_EXTRA: Final = 3
_REDIRECTS: Final = (301, 302, 303, 307, 308)

#: Told how many requests are done, out of how many.
Progress = Callable[[int, int], None]


class Miss(NamedTuple):
    """A request that was not answered as it should have been."""

    server: str
    case: str
    path: str
    accept: str | None
    problem: str


class Result(NamedTuple):
    """What came of the requests to one server: counts by the name of the case, and misses."""

    server: str
    asked: Counter[str]
    misses: tuple[Miss, ...]

    def missed(self, case: str) -> int:
        """Return how many requests of a case went wrong."""
        return sum(miss.case == case for miss in self.misses)


class Served(NamedTuple):
    """A server under test.

    ``prefix`` is the path of the folder there. ``elsewhere`` is the URL to which it sends
    requests on, "" when it has the files itself; they are then asked of ``files_port``.
    ``negotiates`` is False for hosts that look at no header.
    """

    name: str
    port: int
    prefix: str
    elsewhere: str = ""
    files_port: int = 0
    negotiates: bool = True


class Judge:
    """Judges one server against the published folder."""

    def __init__(self, served: Served, folder: Path, bodies: Bodies) -> None:
        self._served = served
        self._folder = folder
        self._bodies = bodies
        self._own = threading.local()
        self._lock = threading.Lock()
        self._got: dict[str, tuple[Reply, str]] = {}
        self._askers: list[Asker] = []

    def run(self, cases: Sequence[Case], progress: Progress) -> Result:
        """Ask everything and return what came of it."""
        asked = Counter(case.name for case in cases)
        misses: list[Miss] = []
        with ThreadPoolExecutor(_THREADS) as pool:
            for done, (case, problem) in enumerate(pool.map(self._judged, cases, chunksize=1), 1):
                if problem:
                    path = self._served.prefix + case.path
                    misses.append(Miss(self._served.name, case.name, path, case.accept, problem))
                progress(done, len(cases))
        for asker in self._askers:
            asker.close()
        return Result(self._served.name, asked, tuple(misses))

    def _judged(self, case: Case) -> tuple[Case, str]:
        try:
            return case, self._problem(case)
        except OSError as error:
            return case, str(error)

    def _problem(self, case: Case) -> str:
        """Return what is wrong with the answer to one request, "" when nothing is."""
        path = self._served.prefix + case.path
        reply = self._asker(self._served.port).ask(path, case.accept, case.method)
        if case.method == "OPTIONS":
            return _status(reply, 204) or _open(reply)
        for _ in range(_EXTRA):
            if not self._leads_to_itself(reply, path):
                break
            path = local(reply.location, self._served.port)
            reply = self._asker(self._served.port).ask(path, case.accept, case.method)
        if not self._served.negotiates or case.direct:
            return self._file(case, reply, path)
        if not case.file:
            return _status(reply, 406) or _open(reply) or _varies(reply)
        return self._redirect(case, reply)

    def _leads_to_itself(self, reply: Reply, path: str) -> bool:
        """True for a redirect that only adds a slash at the end."""
        return reply.status in (301, 302, 308) and (
            local(reply.location, self._served.port) == path + "/"
        )

    def _redirect(self, case: Case, reply: Reply) -> str:
        """Judge the answer for a document: 303 to the right file, which is what it says."""
        wanted = (self._served.elsewhere or self._served.prefix) + quote(case.file)
        place = reply.location
        if not self._served.elsewhere:
            place = local(place, self._served.port)
        if problem := _status(reply, 303) or _open(reply) or _varies(reply):
            return problem
        if unquote(place) != unquote(wanted) or not place.isascii():
            return f"leads to {place or 'nowhere'} instead of {wanted}"
        return self._content(case)

    def _file(self, case: Case, reply: Reply, path: str) -> str:
        """Judge the answer for a file, or of a host that looks at no header."""
        if self._served.elsewhere:
            wanted = self._served.elsewhere + case.path
            leads = unquote(reply.location) == unquote(wanted)
            problem = _status(reply, 302) or _open(reply)
            return problem or ("" if leads else f"leads to {reply.location} instead of {wanted}")
        for _ in range(_EXTRA):
            place = reply.location if reply.status in _REDIRECTS else reply.refresh
            if not place or case.direct:
                break
            path = local(urljoin(path, place), self._served.port)
            reply = self._asker(self._served.port).ask(path, case.accept)
        return self._right(case, reply)

    def _content(self, case: Case) -> str:
        """Judge the file a redirect leads to; it is asked for once."""
        with self._lock:
            known = self._got.get(case.file)
        if known is None:
            port = self._served.files_port or self._served.port
            reply = self._asker(port).ask(self._served.prefix + quote(case.file), case.accept)
            known = (reply, self._right(case._replace(iris=()), reply))
            with self._lock:
                self._got[case.file] = known
        reply, problem = known
        return problem or self._about(case, reply)

    def _right(self, case: Case, reply: Reply) -> str:
        """Judge status, headers and content of a file."""
        wanted = content_type(case.file)
        kind = ";".join(part.strip() for part in reply.headers.get("content-type", "").split(";"))
        problem = _status(reply, 200) or _open(reply)
        if not problem and kind.lower() != wanted.replace("; ", ";"):
            problem = f"{case.file} is sent as {kind or 'nothing'} instead of {wanted}"
        if not problem and self._served.negotiates:
            published = self._folder / case.file
            if not published.is_file() or published.read_bytes() != reply.body:
                problem = f"{case.file} is not what was published"
        return problem or self._about(case, reply)

    def _about(self, case: Case, reply: Reply) -> str:
        with self._lock:
            problem = self._bodies.problem(case.file, reply.body, case.iris)
        return f"{case.file} {problem}" if problem else ""

    def _asker(self, port: int) -> Asker:
        """Return the connection of this thread to a server."""
        askers: dict[int, Asker] = self._own.__dict__.setdefault("askers", {})
        if port not in askers:
            askers[port] = Asker(port)
            self._askers.append(askers[port])
        return askers[port]


def cases_of(results: Iterable[Result]) -> list[str]:
    """Return the names of all cases, in the order in which they come first."""
    return list(dict.fromkeys(name for result in results for name in result.asked))


def _status(reply: Reply, wanted: int) -> str:
    return "" if reply.status == wanted else f"status {reply.status} instead of {wanted}"


def _open(reply: Reply) -> str:
    if reply.headers.get("access-control-allow-origin") == "*":
        return ""
    return "no Access-Control-Allow-Origin: *"


def _varies(reply: Reply) -> str:
    named = {name.strip().lower() for name in reply.headers.get("vary", "").split(",")}
    return "" if named & {"accept", "*"} else "no Vary: Accept"
