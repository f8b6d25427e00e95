"""What the server refuses, what it ends, and that it lives on."""

from __future__ import annotations

import asyncio
import http.client
import os
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from pa_onto.project import find_project
from pa_onto.server.sparql.questions import Question
from pa_onto.server.sparql.service import answer
from pa_onto.server.workers.limits import Answer, Limits
from pa_onto.server.workers.places import Places
from pa_onto.server.workers.pool import Pool
from pa_onto.stores import in_memory
from tests.conftest import PATIENCE, ROOT
from tests.servers import Reply, Server, serving
from tests.test_no_network import SPELLINGS, listener

__all__ = ["listener"]

#: What a worker is told that serves the vocabulary alone.
NOTHING = {"data": [], "store": None, "base": None, "input_format": None}


CROSS = "SELECT (COUNT(?a) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?g) }"
HOARD = "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    limits = ["--timeout", "1", "--max-rows", "1000", "--max-mb", "1", "--memory-mb", "64"]
    with serving(*limits, "--patience", "2") as started:
        yield started


@pytest.fixture(autouse=True)
def alive(server: Server) -> Iterator[None]:
    """After every test, the server answers and is the process that it was."""
    yield
    assert server.process.poll() is None
    assert server.query("ASK {}").text == '{"head":{},"boolean":true}'


def _lost(server: Server, reason: str) -> float:
    for line in server.get("/metrics").text.splitlines():
        if line.startswith(f'pa_onto_workers_lost_total{{reason="{reason}"}}'):
            return float(line.split()[1])
    raise AssertionError("no such metric")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_query_asks_another_server(
    spelling: str, server: Server, listener: tuple[str, list[object]]
) -> None:
    url, called = listener
    reply = server.query(spelling.format(url=url))
    assert reply.status == 403, reply.text
    assert called == []


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <{url}/>",
        "load SILENT <{url}/> INTO GRAPH <x:g>",
        "SELECT * FROM <{url}/> {{ ?s ?p ?o }}",
        "SELECT * fRoM NaMeD <{url}/> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "PREFIX e: <{url}/> SELECT * FROM#\ne:x {{ ?s ?p ?o }}",
        "BASE <{url}/> SELECT * FROM <x> {{ ?s ?p ?o }}",
        "SELECT * FROM <{url}/\\u0061> {{ ?s ?p ?o }}",
        "DESCRIBE <{url}/>",
        "SELECT * {{ GRAPH <{url}/> {{ ?s ?p ?o }} }}",
    ],
)
def test_no_graph_is_fetched(text: str, server: Server, listener: tuple[str, list[object]]) -> None:
    url, called = listener
    reply = server.query(text.format(url=url))
    named = text.startswith(("DESCRIBE", "SELECT * {"))
    assert reply.status == (200 if named else 400), reply.text
    form = {"content-type": "application/x-www-form-urlencoded"}
    for body in ("update=LOAD+%3C" + url + "%3E", "query=ASK%7B%7D&using-graph-uri=" + url):
        assert server.ask("POST", "/sparql", body, form).status == 403
    for name in ("default-graph-uri", "named-graph-uri"):
        assert server.get(f"/sparql?query=ASK%7B%7D&{name}={url}").status == 400
    assert called == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_what_slips_through_reaches_nothing(
    spelling: str, listener: tuple[str, list[object]]
) -> None:
    """A worker that is asked behind the back of the protocol has no way out all the same."""
    url, called = listener

    async def ask() -> Answer:
        pool = Pool("sparql", find_project(ROOT), Limits(seconds=5), NOTHING)
        await pool.start()
        try:
            text = spelling.format(url=url)
            return await pool.ask(Question(text, media=("application/sparql-results+json",)))
        finally:
            await pool.stop()

    answer = asyncio.run(ask())
    assert answer.status in (200, 400, 406, 503)
    assert called == []


def test_the_access_log_tells_no_secrets() -> None:
    with serving() as server:
        secret = server.query("ASK { <x:secret-salary> ?p ?o }")
        assert secret.status == 200
        server.get("/api/resolve?text=secret-name")
        server.process.send_signal(signal.SIGTERM)
        _, said = server.process.communicate(timeout=PATIENCE)
    assert "GET '/sparql' 200" in said
    assert "GET '/api/resolve' 200" in said
    assert "secret" not in said


def test_pages_elsewhere_read_records_only_when_they_are_named(tmp_path: Path) -> None:
    data = ["--data", ROOT / "data" / "crew.jsonld"]
    named = "https://hr.example.com"
    with serving("-q", *data, "--allow-origin", named) as server:
        allowed = server.get("/sparql?query=ASK%7B%7D", origin=named)
        assert allowed.headers["access-control-allow-origin"] == named
        for origin in ("https://evil.example", "null"):
            refused = server.get("/sparql?query=ASK%7B%7D", origin=origin)
            assert "access-control-allow-origin" not in refused.headers
            assert "origin" in refused.headers["vary"]


def test_a_slow_query_is_ended(server: Server) -> None:
    before = _lost(server, "timeout")
    reply = server.query(CROSS)
    assert (reply.status, reply.text) == (503, "That took longer than 1 seconds.\n")
    assert reply.headers["retry-after"] == "5"
    assert _lost(server, "timeout") == before + 1


def test_a_query_that_hoards_memory_is_ended(server: Server) -> None:
    with serving("--memory-mb", "32", "--timeout", "60") as small:
        reply = small.query(HOARD)
        assert (reply.status, _lost(small, "died")) == (503, 1.0)
        assert "memory" in reply.text
        assert small.query("ASK {}").status == 200


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * " + "{" * 5000,
        "SELECT * { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }",
        "SELECT * { FILTER(" + "!" * 30_000 + "true) }",
        "SELECT * { ?a " + "^" * 30_000 + "<x:p> ?b }",
        "SELECT * { FILTER(1" + "+1" * 15_000 + ") }",
    ],
    ids=["braces", "parentheses", "negations", "inversions", "sums"],
)
def test_nested_queries_end_no_more_than_a_worker(text: str, server: Server) -> None:
    reply = server.ask("POST", "/sparql", text, {"content-type": "application/sparql-query"})
    assert reply.status in (200, 400, 503)


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv"])
def test_an_answer_is_whole_or_none(accept: str, server: Server) -> None:
    everything = "SELECT * { ?s ?p ?o }"
    reply = server.query(everything, accept)
    assert (reply.status, reply.media) == (400, "text/plain")
    assert "add a LIMIT" in reply.text
    assert server.query(everything + " LIMIT 1000", accept).status == 200
    assert server.query(everything + " LIMIT 1001", accept).status == 400
    wide = "SELECT * { ?s ?p ?o BIND(CONCAT(STR(?s), STR(?p), STR(?o), STR(?s)) AS ?a) }"
    assert server.query(wide, accept).status == 400
    assert server.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }").status == 400


def _asked_at_once(server: Server, texts: Iterable[str]) -> list[Future[Reply]]:
    """Ask queries, each from a client of its own, and return their replies to come."""
    clients = ThreadPoolExecutor(100)
    asked = [clients.submit(server.query, text, timeout=PATIENCE) for text in texts]
    clients.shutdown(wait=False)
    return asked


def _heavies(count: int) -> list[str]:
    return [CROSS.replace("?a != ?g", f"?a != ?g && ?b != {number}") for number in range(count)]


def _metric(server: Server, name: str) -> float:
    for line in server.get("/metrics").text.splitlines():
        if line.startswith(f"{name} "):
            return float(line.split()[1])
    raise AssertionError("no such metric")


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_too_many_wait_for_none() -> None:
    """More than may wait are turned away at once, and nobody is forgotten."""
    with serving("--timeout", "1", "--workers", "1", "--heavy", "1", "-q") as server:
        replies = [asked.result() for asked in _asked_at_once(server, _heavies(100))]
    assert {reply.status for reply in replies} == {503}
    assert {reply.headers["retry-after"] for reply in replies} == {"5"}
    assert any("Too many" in reply.text for reply in replies)


@pytest.mark.parametrize("heavy", [2, 4, 8])
@pytest.mark.long
def test_small_queries_go_on_beside_heavy_ones(heavy: int) -> None:
    with serving("-q", "--timeout", str(PATIENCE)) as server:
        slow = _asked_at_once(server, _heavies(heavy))
        _until(lambda: _metric(server, "pa_onto_queries_open") >= heavy)
        small = [
            f"SELECT * {{ ?s ?p ?o FILTER(1 < {number + 2}) }} LIMIT 3" for number in range(320)
        ]
        with ThreadPoolExecutor(16) as clients:
            replies = list(clients.map(lambda text: server.query(text, timeout=PATIENCE), small))
        assert {reply.status for reply in replies} == {200}
        assert not any(asked.done() for asked in slow)
        # What is read and refused waits for nobody.
        assert server.query("SELECT * {").status == 400
        children = _descendants(server.process.pid)
        # Two nurseries; of each, two workers at work and three ready; a reader; four heavy ones.
        assert len(children) <= 2 + 2 * (2 + 3) + 1 + 4
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(PATIENCE)
        _until(_ended(children))


def test_what_is_no_query_is_told_so_though_all_wait() -> None:
    """With every place taken and a queue, a text is still read."""

    async def ask() -> tuple[Answer, list[Answer]]:
        limits = Limits(seconds=PATIENCE, workers=1, heavy=1, queueing=1.0)
        pool = Pool("sparql", find_project(ROOT), limits, NOTHING)
        await pool.start()
        # Nobody gives this place back.
        assert pool._light.take()
        try:
            media = ("application/sparql-results+json",)
            asked = [Question(text, media=media) for text in ("SELECT * {", "ASK {}", "ASK { ?a")]
            asking = [
                pool.ask(question, check=question._replace(only_read=True)) for question in asked
            ]
            waits, *read = await asyncio.gather(asking[1], asking[0], asking[2])
            return waits, read
        finally:
            await pool.stop()

    waits, read = asyncio.run(ask())
    assert (waits.status, waits.body) == (
        503,
        b"Too many requests are waiting; come back in a moment.\n",
    )
    assert [answer.status for answer in read] == [400, 400]
    assert all(answer.body.startswith(b"Not SPARQL") for answer in read)


@pytest.mark.parametrize(
    "text", ["ASK {}", CROSS, "CONSTRUCT WHERE { ?a ?b ?c }", "DESCRIBE ?a { ?a ?b ?c }"]
)
def test_a_query_that_is_only_read_is_not_answered(text: str) -> None:
    store = in_memory(find_project(ROOT))
    assert answer(store, Question(text, only_read=True), Limits()).status == 200
    broken = answer(store, Question(text + "}", only_read=True), Limits())
    assert (broken.status, broken.body[:10]) == (400, b"Not SPARQL")


def test_places_are_given_to_who_waits_and_never_lost() -> None:
    async def run() -> list[bool]:
        places = Places(1, 2)
        assert places.take()
        first, second = (asyncio.create_task(places.wait(PATIENCE)) for _ in range(2))
        await asyncio.sleep(0)
        assert not await places.wait(PATIENCE)
        places.give()
        # The place was given to the first, who leaves at the same moment.
        first.cancel()
        got = [await second]
        assert not places.is_free
        places.give()
        got.append(places.take())
        got.append(await places.wait(0.01))
        return got

    assert asyncio.run(run()) == [True, True, False]


def test_who_leaves_is_not_waited_for(server: Server) -> None:
    before = _lost(server, "left")
    client = http.client.HTTPConnection("127.0.0.1", server.port)
    client.request("POST", "/sparql", "query=" + CROSS.replace(" ", "+").replace("?", "%3F"), FORM)
    time.sleep(0.5)
    client.close()
    _until(lambda: _lost(server, "left") > before)


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("PUT", "/sparql?query=ASK%7B%7D", None, {}, 405),
        ("POST", "/sparql", "query=ASK{}", {}, 415),
        ("POST", "/sparql", "query=ASK{}", {"content-type": "text/plain"}, 415),
        ("POST", "/sparql", b"\xff\xfe", {"content-type": "application/sparql-query"}, 400),
        ("POST", "/sparql", "query=%FF", FORM, 400),
        ("POST", "/sparql", "x=1", FORM, 400),
        ("POST", "/sparql", "&".join(f"a{n}=1" for n in range(200)), FORM, 400),
        ("POST", "/sparql", "query=" + "a" * (1 << 17), FORM, 413),
        ("POST", "/sparql", "query=" + "a" * (1 << 21), FORM, 413),
        ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", None, {}, 400),
        ("GET", "/sparql?query=ASK%7B%7D&default-graph-uri=file%3A///etc/passwd", None, {}, 400),
        ("GET", "/sparql?query=ASK+FROM+%3Cfile%3A///etc/passwd%3E+%7B%7D", None, {}, 400),
        ("GET", "/sparql?query=ASK%7B%7D", None, {"accept": "image/png"}, 406),
        ("GET", "/sparql?query=ASK%7B%7D", None, {"host": "evil.example"}, 421),
        ("GET", "/sparql?query=ASK%7B%7D", None, {"x-long": "a" * 300_000}, 400),
    ],
)
def test_bad_requests_are_told_so_in_a_line(
    method: str,
    path: str,
    body: str | bytes | None,
    headers: dict[str, str],
    status: int,
    server: Server,
) -> None:
    reply = server.ask(method, path, body, headers)
    assert reply.status == status, reply.text
    assert len(reply.text.strip().splitlines()) == 1
    assert "Traceback" not in reply.text


def test_a_method_that_is_not_allowed_says_which_are(server: Server) -> None:
    assert server.ask("DELETE", "/sparql").headers["allow"] == "GET, HEAD, POST, OPTIONS"
    options = server.ask("OPTIONS", "/sparql")
    assert options.status == 204
    assert options.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in options.headers


def test_silent_clients_are_cut_off(server: Server) -> None:
    for sent in (b"", b"GET /sparql HTTP/1.1\r\nhost: local", _head(100) + b"query=A"):
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as client:
            client.sendall(sent)
            answer = client.recv(4096)
            assert answer == b"" or answer.startswith(b"HTTP/1.1 408 ")


def test_clients_that_do_not_read_are_cut_off(server: Server) -> None:
    query = b"query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D+LIMIT+1000"
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as client:
        # What the system buffers on both sides is far less than what is asked for.
        client.sendall((_head(len(query)) + query) * 300)
        time.sleep(4)
        received = 0
        try:
            while piece := client.recv(1 << 16):
                received += len(piece)
        except ConnectionResetError:
            pass
        assert received < 300 * 100_000


def test_workers_go_with_the_server_when_all_above_them_are_killed_at_work() -> None:
    with serving("--timeout", str(PATIENCE), "-q") as server:
        slow = _asked_at_once(server, _heavies(3))
        _until(lambda: _metric(server, "pa_onto_queries_open") >= 3)
        children = _descendants(server.process.pid)
        nurseries = [pid for pid in children if _descendants(pid)]
        os.kill(server.process.pid, signal.SIGSTOP)
        for pid in (*nurseries, server.process.pid):
            os.kill(pid, signal.SIGKILL)
        _until(_ended(children))
        assert all(asked.exception() for asked in slow)


def test_children_go_with_the_server(tmp_path: Path) -> None:
    for stop, code in ((signal.SIGTERM, 0), (signal.SIGINT, 130), (signal.SIGKILL, -9)):
        with serving() as server:
            assert server.query("ASK {}").status == 200
            children = _descendants(server.process.pid)
            assert len(children) >= 3
            server.process.send_signal(stop)
            assert server.process.wait(PATIENCE) == code
            _until(_ended(children))


def test_workers_that_die_are_replaced(server: Server) -> None:
    children = _descendants(server.process.pid)
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    _until(_ended(children))
    assert server.get("/health").status == 200
    assert server.query("ASK { ?died ?p ?o }").status == 200


def _ended(processes: list[int]) -> Callable[[], bool]:
    return lambda: not any(map(_runs, processes))


def _head(length: int) -> bytes:
    return (
        b"POST /sparql HTTP/1.1\r\nhost: localhost\r\ncontent-type: "
        b"application/x-www-form-urlencoded\r\ncontent-length: %d\r\n\r\n" % length
    )


def _descendants(pid: int) -> list[int]:
    """Return the processes below a process."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == pid:
                found += [int(folder.name), *_descendants(int(folder.name))]
    return found


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
