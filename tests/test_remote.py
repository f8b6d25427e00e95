"""Queries at endpoints of others: a real store, and a server that does what it should not."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

import pa_onto
from pa_onto.errors import PaOntoError, RemoteError, UsageError
from pa_onto.project import find_project
from pa_onto.queries import find_query, run, stored_queries
from pa_onto.reading.tokens import unescaped
from pa_onto.remote import Settings, ask
from pa_onto.remote.client import Client
from pa_onto.remote.credentials import find_credentials
from pa_onto.remote.exchange import Reply, Request
from pa_onto.remote.parameters import bind, form_of
from pa_onto.remote.urls import Origin
from pa_onto.stores import in_memory
from tests.conftest import PATIENCE, ROOT, Run
from tests.stores import Asked, Script, Scripted, oxigraph, reply

PROJECT = find_project(ROOT)
GRAPH = "https://w3id.org/pa-onto/"
NAMES = [stored.name for stored in stored_queries(PROJECT)]
QUICK = Settings(timeout=PATIENCE, retries=0)
RESULTS = "application/sparql-results+json"
ROW = '{"head": {"vars": ["a"]}, "results": {"bindings": [{"a": {"type": "uri", "value": "x:1"}}]}}'
SECRET = "hunter2-and-more"

#: Values that mean something in a query text, if ever they were pasted into one.
HOSTILE = [
    '" } ?a ?b ?c { "',
    "\\u0022 } ?a ?b ?c { \\u0022",
    "\\U00000022 } INSERT DATA { <x:a> <x:b> 1",
    "\\\\u0022",
    "\\u005C",
    "\\",
    'a\\"b',
    "\n\r\t\b\f",
    "''' \"\"\" # }",
    "é日本\U0001f3ac",
    "?text",
]


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("PA_ONTO_USER", "PA_ONTO_PASSWORD", "PA_ONTO_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "no-netrc"))


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An Oxigraph server with the vocabulary in its graph."""
    with oxigraph(tmp_path_factory.mktemp("store")) as url:
        pa_onto.push(url, project=PROJECT)
        yield f"{url}/query"


def _always(answer: bytes) -> Script:
    return lambda asked, connection: answer


def _failure(script: Script, text: str = "SELECT ?a { ?a ?b ?c }", **settings: float) -> str:
    """Ask a scripted server and return the error that comes of it."""
    with Scripted(script) as server, pytest.raises(RemoteError) as caught:
        list(ask(server.url, text, settings=QUICK._replace(**settings)).rows())
    return str(caught.value)


# The same answers as at home.


@pytest.mark.parametrize("name", NAMES)
def test_stored_queries_answer_as_at_home(name: str, endpoint: str) -> None:
    stored = find_query(name, PROJECT)
    graph = form_of(stored.text) == "CONSTRUCT"
    for format in ("turtle", "n-triples", "json-ld") if graph else ("csv", "json", "tsv", "xml"):
        here = run(stored, in_memory(PROJECT), {}).serialize(format)
        there = ask(endpoint, stored, graphs=[GRAPH], project=PROJECT, settings=QUICK)
        assert there.serialize(format) == here
        assert len(here) >= 4


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (["titles-at-level", "-p", "level=vp"], 6),
        (["is-known-title", "-p", "text=upm", "--format", "table"], 1),
        (["title-graph", "-p", "title=runner"], 20),
        (["-e", "SELECT ?t { ?t a pa:JobTitle }", "--format", "table"], 32),
        (["-e", "SELECT ?x { ?x a pa:Level ; pa:rank ?rank FILTER(?rank < 3) }"], 3),
    ],
)
def test_the_command_prints_what_it_prints_at_home(
    arguments: list[str], lines: int, endpoint: str, pa_onto: Run
) -> None:
    here = pa_onto("query", *arguments)
    there = pa_onto("query", *arguments, "--endpoint", endpoint, "--graph", GRAPH)
    assert (there.returncode, there.stderr) == (0, "")
    # Without an order, that of the rows is the store's own.
    assert sorted(there.stdout.splitlines()) == sorted(here.stdout.splitlines())
    assert len(there.stdout.splitlines()) >= lines


@pytest.mark.parametrize("value", HOSTILE)
def test_values_stay_values(value: str, endpoint: str) -> None:
    for name in ("find-title", "is-known-title", "titles-with-duty"):
        stored = find_query(name, PROJECT)
        here = run(stored, in_memory(PROJECT), {"text": value}).serialize("json")
        there = ask(
            endpoint, stored, parameters={"text": value}, graphs=[GRAPH], project=PROJECT
        ).serialize("json")
        assert there == here
    echo = "# parameter: text (text)\nSELECT ?text WHERE { }"
    answer = ask(endpoint, echo, parameters={"text": value}, project=PROJECT)
    assert list(answer.rows()) == [[str(ox.Literal(value))]]


@pytest.mark.parametrize("value", HOSTILE)
def test_values_are_the_same_to_both_readings_of_escapes(value: str) -> None:
    """SPARQL 1.1 resolves code points before it reads strings, engines often within them."""
    text = bind("SELECT ?text WHERE { }", {"text": ox.Literal(value)})
    for spelling in (text, unescaped(text)):
        (row,) = ox.Store().query(spelling)
        assert row["text"] == ox.Literal(value)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?t ?x { ?t ?p ?x }",
        "SELECT ?t ?x { ?s ?p ?x OPTIONAL { ?t ?q ?x } }",
        "SELECT ?t ?x { { ?t ?p ?x } UNION { ?x ?p ?t FILTER(?t != ?x) } }",
        "SELECT ?t ?x { ?x ?p 1 FILTER EXISTS { ?t ?q ?x } }",
        "SELECT ?t ?x { ?x ?p ?o MINUS { ?t ?q ?x } }",
        "SELECT ?t ?n { { SELECT ?t (COUNT(*) AS ?n) { ?t ?p ?x } GROUP BY ?t } }",
        "SELECT ?t ?x { VALUES ?x { <x:a> <x:b> } VALUES (?y ?z) { (1 2) } ?t ?p ?x } # { ?t",
        "SELECT ?t ('{ ?t' AS ?x) WHERE { ?t ?p ?o }",
        "SELECT ?t ?x { GRAPH ?g { ?t ?p ?x } }",
        "ASK { ?t ?p <x:b> }",
        "CONSTRUCT { ?t <x:q> ?x } WHERE { ?t ?p ?x }",
        "DESCRIBE ?t WHERE { ?t ?p ?x }",
    ],
)
def test_bound_queries_mean_what_substitution_means(text: str) -> None:
    store = ox.Store()
    data = "<x:a> <x:p> <x:b>, 1 . <x:b> <x:p> <x:a>, 1 . <x:c> <x:p> <x:a> ."
    store.load(data, format=ox.RdfFormat.TURTLE)
    store.load(data, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("x:g"))
    term = ox.NamedNode("x:a")

    def told(answer: object) -> object:
        if isinstance(answer, ox.QueryBoolean):
            return bool(answer)
        if isinstance(answer, ox.QuerySolutions):
            names = answer.variables
            return sorted(str([row[name] for name in names]) for row in answer)
        return sorted(map(str, answer))  # type: ignore[call-overload]

    bound = told(store.query(bind(text, {"t": term})))
    assert bound == told(store.query(text, substitutions={ox.Variable("t"): term}))


def test_what_cannot_be_bound_is_said(endpoint: str) -> None:
    for text in ("SELECT ?x { ?x ?y ?z }", "CONSTRUCT WHERE { ?t ?p ?o }", "DESCRIBE ?t"):
        with pytest.raises(UsageError, match="cannot be bound"):
            ask(endpoint, text, parameters={"t": "x"}, project=PROJECT)
    with pytest.raises(UsageError, match="Did you mean senior"):
        ask(endpoint, find_query("titles-at-level", PROJECT), parameters={"level": "senoir"})


def test_an_endpoint_may_refuse_a_query(endpoint: str, pa_onto: Run) -> None:
    result = pa_onto("query", "-e", "SELECT ?x FRMO", "--endpoint", endpoint)
    assert result.returncode == 2
    assert result.stdout == ""
    assert re.search(r"HTTP 400: error at 1:\d+: expected", result.stderr)


def test_options_that_would_do_nothing_are_refused(endpoint: str, pa_onto: Run) -> None:
    for arguments, word in (
        (["--data", "data/crew.jsonld", "--endpoint", endpoint], "--data"),
        (["--no-vocabulary", "--endpoint", endpoint], "--no-vocabulary"),
        (["--memory-mb", "64", "--endpoint", endpoint], "--memory-mb"),
        (["--retries", "3"], "--retries"),
        (["--graph", GRAPH], "--graph"),
    ):
        result = pa_onto("query", "-e", "ASK {}", *arguments)
        assert result.returncode == 2
        assert word in result.stderr


# Servers that are busy, slow or broken.


def _client(server: Scripted, pauses: list[float], **settings: float) -> Client:
    return Client(server.url, QUICK._replace(retries=3, **settings), sleep=pauses.append)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_busy_servers_are_asked_again_with_longer_pauses(status: int) -> None:
    answers = iter([reply(status)] * 3 + [reply(200, ROW, RESULTS)])
    pauses: list[float] = []
    with Scripted(lambda asked, connection: next(answers)) as server:
        assert _client(server, pauses).send(Request("GET", server.url)).status == 200
        assert len(server.asked) == 4
    assert [0.5 <= pauses[0] < 1, 1 <= pauses[1] < 2, 2 <= pauses[2] < 4] == [True] * 3


def test_patience_has_an_end() -> None:
    pauses: list[float] = []
    with Scripted(_always(reply(503, "too busy"))) as server:
        client = _client(server, pauses)
        with pytest.raises(RemoteError, match=r"HTTP 503: too busy\. Try again later"):
            client.asked(Request("GET", server.url))
        assert len(server.asked) == 4
        client.send(Request("GET", server.url), again=False)
        assert len(server.asked) == 5


def test_the_command_tries_again_as_often_as_it_is_told(pa_onto: Run) -> None:
    for retries, attempts in (("0", 1), ("1", 2)):
        with Scripted(_always(reply(504))) as server:
            arguments = ["-e", "ASK {}", "--endpoint", server.url, "--retries", retries]
            result = pa_onto("query", *arguments)
            assert (result.returncode, result.stdout) == (2, "")
            assert "HTTP 504" in result.stderr
            assert len(server.asked) == attempts


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 429, 500])
def test_other_failures_are_final(status: int) -> None:
    pauses: list[float] = []
    with Scripted(_always(reply(status))) as server:
        assert _client(server, pauses).send(Request("GET", server.url)).status == status
        assert len(server.asked) == 1
    assert pauses == []


def test_servers_may_say_how_long_to_wait() -> None:
    for value, least, most in (
        ("7", 7, 7),
        (time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 9)), 1, 10),
        ("nonsense", 0.5, 1),
    ):
        answers = iter([reply(503, Retry_After=value), reply(200)])
        pauses: list[float] = []
        with Scripted(lambda asked, connection, answers=answers: next(answers)) as server:
            assert _client(server, pauses).send(Request("GET", server.url)).status == 200
        assert least <= pauses[0] <= most
    pauses = []
    with (
        Scripted(_always(reply(503, Retry_After="3600"))) as server,
        pytest.raises(RemoteError, match="It asks to wait 3600 seconds"),
    ):
        _client(server, pauses).asked(Request("GET", server.url))
    assert pauses == []


def _drip(text: bytes) -> Script:
    """Send a text, then a byte now and then for as long as somebody listens."""

    def script(asked: Asked, connection: socket.socket) -> None:
        connection.sendall(text)
        for _ in range(600):
            connection.sendall(b"x")
            time.sleep(0.05)

    return script


@pytest.mark.parametrize(
    "begun",
    [
        b"HTTP/1.1 200 ",
        b"HTTP/1.1 200 OK\r\nX-Long: ",
        f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\nContent-Length: 99999\r\n\r\n".encode(),
        f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\n\r\n".encode(),
    ],
)
def test_slow_answers_end_when_the_time_is_over(begun: bytes) -> None:
    assert "No answer in time." in _failure(_drip(begun), timeout=1)


def test_silent_servers_end_when_the_time_is_over(pa_onto: Run) -> None:
    done = threading.Event()
    with Scripted(lambda asked, connection: (done.wait(60), None)[1]) as server:
        arguments = ["-e", "ASK {}", "--endpoint", server.url, "--timeout", "1"]
        result = pa_onto("query", *arguments)
        done.set()
    assert (result.returncode, result.stdout) == (2, "")
    assert "No answer in time." in result.stderr


_HEAD = f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\n"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (f"{_HEAD}Content-Length: 900\r\n\r\n{ROW}", "ended before the answer did"),
        (f"{_HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\n{ROW[:5]}\r\n", "ended before"),
        (f"{_HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n{ROW[:5]}\r\n", "ended before"),
        ("", "ended before the answer did"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "What answers is no HTTP."),
        ("HTTP/1.1 200 OK\r\n" + "X-A: b\r\n" * 200 + "\r\n", "What answers is no HTTP."),
        (f"{_HEAD}Content-Length: 40\r\n\r\n{ROW[:40]}", "cannot be read"),
    ],
)
def test_broken_answers_are_errors(answer: str, words: str) -> None:
    def script(asked: Asked, connection: socket.socket) -> bytes | None:
        return answer.encode() or None

    assert words in _failure(script)


_XML = '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="a"/></head>'
_NESTED = '{"type": "triple", "value": {"subject": {"type": "uri", "value": "x:a"}, "object": '


@pytest.mark.parametrize(
    ("media", "body", "words"),
    [
        ("text/html", "<html><body>Please log in</body></html>", "web page: a login"),
        ("application/octet-stream", ROW, "application/octet-stream, which holds no such"),
        ("", ROW, "no media type"),
        ("text/csv", "a\r\nx:1\r\n", "text/csv, which"),
        (RESULTS, "", "cannot be read"),
        (RESULTS, "[]", "cannot be read"),
        (RESULTS, ROW[:-5], "cannot be read"),
        (RESULTS, b"\xff\xfe" + ROW.encode(), "cannot be read"),
        (RESULTS, "[" * 200_000, "nests deeper"),
        (RESULTS, ROW[:50] + _NESTED * 100_000, "nests deeper"),
        (RESULTS, '{"x": "' + "\\u0041[" * 300_000 + '", "y": ' + "[" * 99, "nests deeper"),
        ("application/sparql-results+xml", f"{_XML}<results><result></result>", "cannot be read"),
        ("application/sparql-results+xml", f"<!DOCTYPE x>{_XML}</sparql>", "DOCTYPE"),
    ],
)
def test_answers_that_are_none_are_errors(media: str, body: bytes | str, words: str) -> None:
    assert words in _failure(_always(reply(200, body, media)))


@pytest.mark.parametrize(
    ("media", "body", "words"),
    [
        ("application/n-triples", "<x:a> <x:b> <x:c> .\n<x:a> <x:b", "cannot be read"),
        ("application/n-triples", "<x:a> <x:b> " + "<<( <x:a> <x:b> " * 100_000, "nest deeper"),
        ("application/n-triples", "<x:a> <x:b> <<( <x:a> <x:b> <x:c> )>> .", "Triple terms"),
        ("text/turtle", "<x:a> <x:b> " + "[ <x:b> " * 100_000, "nest deeper"),
        ("text/turtle", "<a> <b> <c> .", "cannot be read"),
        ("application/rdf+xml", "<!DOCTYPE x><rdf:RDF/>", "DOCTYPE"),
        ("text/html", "<p>Hello", "web page"),
    ],
)
def test_graphs_that_are_none_are_errors(media: str, body: str, words: str) -> None:
    assert words in _failure(_always(reply(200, body, media)), "CONSTRUCT WHERE { ?s ?p ?o }")


def test_long_strings_are_read_across_pieces() -> None:
    """The look at nesting reads a piece at a time; a string may begin in one and end in another."""
    text = "[\\\\" * (1 << 19) + '\\"' * 99
    body = ROW.replace("x:1", text).replace('"uri"', '"literal"')
    with Scripted(_always(reply(200, body, RESULTS))) as server:
        ((found,),) = ask(server.url, "SELECT ?a {}", settings=QUICK).rows()
    assert found == str(ox.Literal(json.loads(f'"{text}"')))


def test_huge_answers_are_cut_short() -> None:
    sent = []

    def script(asked: Asked, connection: socket.socket) -> None:
        connection.sendall(f"{_HEAD}\r\n".encode())
        for _ in range(4096):
            connection.sendall(b" " * 65536)
            sent.append(65536)

    assert "longer than 1 MB" in _failure(script, size=1 << 20)
    assert sum(sent) < 64 << 20


def test_what_servers_say_steers_no_terminal(pa_onto: Run) -> None:
    said = "no \x1b[31mred\x1b[0m \u202e here\r\n\x07" + "x" * 5000
    with Scripted(_always(reply(500, said))) as server:
        result = pa_onto("query", "-e", "ASK {}", "--endpoint", server.url)
    assert result.returncode == 2
    assert result.stderr.rstrip("\n").isprintable()
    assert len(result.stderr) < 500
    page = "<html><head><style>x</style></head><script>evil()</script><h1>Bad  Query</h1></html>"
    assert "HTTP 400: Bad Query." in _failure(_always(reply(400, page, "text/html")))


def test_nobody_there(pa_onto: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    result = pa_onto("query", "-e", "ASK {}", "--endpoint", f"http://127.0.0.1:{port}/")
    assert result.returncode == 2
    assert "Connection refused. Is the server running?" in result.stderr


def test_certificates_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes a certificate, is not here")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command, *names, *files], check=True, capture_output=True, timeout=PATIENCE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def script(asked: Asked, connection: socket.socket) -> bytes:
        return reply(200, ROW, RESULTS)

    with Scripted(script, context) as server:
        url = server.url.replace("http:", "https:")
        with pytest.raises(RemoteError, match="The certificate does not hold: self-signed"):
            ask(url, "SELECT ?a {}", settings=QUICK)
        assert server.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert len(list(ask(url, "SELECT ?a {}", settings=QUICK).rows())) == 1


# Redirects and credentials.


def _login(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PA_ONTO_USER", "ada")
    monkeypatch.setenv("PA_ONTO_PASSWORD", SECRET)
    return "Basic " + base64.b64encode(f"ada:{SECRET}".encode()).decode()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_credentials_do_not_follow_to_another_host(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = _login(monkeypatch)
    with (
        Scripted(_always(reply(200, ROW, RESULTS))) as other,
        Scripted(_always(reply(status, Location=f"{other.url}/x?y#z"))) as server,
    ):
        assert len(list(ask(server.url, "SELECT ?a {}", settings=QUICK).rows())) == 1
        (first,), (second,) = server.asked, other.asked
    assert first.headers["authorization"] == header
    assert "authorization" not in second.headers
    assert second.target == "/x?y"
    assert second.method == ("GET" if status == 303 else "POST")


def test_another_host_that_asks_gets_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    _login(monkeypatch)
    challenge = 'Digest realm="x", nonce="1", qop="auth"'
    with (
        Scripted(_always(reply(401, WWW_Authenticate=challenge))) as other,
        Scripted(_always(reply(307, Location=f"{other.url}/"))) as server,
    ):
        with pytest.raises(RemoteError, match="HTTP 401"):
            ask(server.url, "SELECT ?a {}", settings=QUICK)
        assert [asked.headers.get("authorization") for asked in other.asked] == [None]


def test_credentials_follow_within_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    header = _login(monkeypatch)
    answers = iter([reply(307, Location="/further"), reply(200, ROW, RESULTS)])
    with Scripted(lambda asked, connection: next(answers)) as server:
        assert len(list(ask(server.url, "SELECT ?a {}", settings=QUICK).rows())) == 1
        assert [asked.headers["authorization"] for asked in server.asked] == [header] * 2
        assert server.asked[1].target == "/further"


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("/again", "One redirect follows another"),
        ("ftp://127.0.0.1/", "Redirected to what is no URL"),
        ("http://ada:pw@127.0.0.1/", "Redirected to what is no URL"),
        ("http://[", "Redirected to what is no URL"),
        ("file:///etc/passwd", "Redirected to what is no URL"),
    ],
)
def test_redirects_that_lead_nowhere(location: str, words: str) -> None:
    assert words in _failure(_always(reply(302, Location=location)))


def test_origins() -> None:
    plain, secure = Origin("http", "a.example", 80), Origin("https", "a.example", 443)
    assert plain.extends_to(plain)
    assert plain.extends_to(secure)
    for other in (
        (secure, plain),
        (plain, Origin("https", "a.example", 8443)),
        (plain, Origin("https", "b.example", 443)),
        (Origin("http", "a.example", 8080), Origin("https", "a.example", 8443)),
    ):
        assert not other[0].extends_to(other[1])


@pytest.mark.parametrize(
    "url",
    [
        f"http://ada:{SECRET}@127.0.0.1:9/",
        f"https://{SECRET}@example.org/",
        f"http://ada:{SECRET}@[",
        f"//ada:{SECRET}@example.org",
    ],
)
def test_urls_with_credentials_are_refused_and_not_shown(url: str, pa_onto: Run) -> None:
    for command in (["query", "-e", "ASK {}", "--endpoint", url], ["push", url]):
        result = pa_onto(*command)
        assert result.returncode == 2
        assert SECRET not in result.stderr + result.stdout
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "url", ["", "x", "ftp://example.org/", "http://", "http:///x", "http://a b/", "http://é/",
            "http://127.0.0.1:99999/", "http://127.0.0.1/#x", "file:///etc/passwd", "-"]
)  # fmt: skip
def test_what_is_no_url_is_said(url: str, pa_onto: Run) -> None:
    for command in (["query", "-e", "ASK {}", "--endpoint", url], ["push", "--", url]):
        result = pa_onto(*command)
        assert result.returncode == 2
        assert "URL" in result.stderr
        assert "Traceback" not in result.stderr


def _authorization(monkeypatch: pytest.MonkeyPatch, port_of: Callable[[int], None]) -> str | None:
    with Scripted(_always(reply(200, ROW, RESULTS))) as server:
        port_of(server.port)
        list(ask(server.url, "SELECT ?a {}", settings=QUICK).rows())
        return server.asked[0].headers.get("authorization")


def test_where_credentials_come_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    nothing = lambda port: None  # noqa: E731
    assert _authorization(monkeypatch, nothing) is None
    netrc = tmp_path / "netrc"
    monkeypatch.setenv("NETRC", str(netrc))

    def entry(port: int) -> None:
        netrc.write_text(f"machine 127.0.0.1:{port} login ada password {SECRET}\n")
        netrc.chmod(0o600)

    basic = _login(monkeypatch)
    monkeypatch.delenv("PA_ONTO_USER")
    monkeypatch.delenv("PA_ONTO_PASSWORD")
    assert _authorization(monkeypatch, entry) == basic
    assert _authorization(monkeypatch, nothing) is None, "an entry for another port"
    netrc.write_text(f"machine 127.0.0.1 login ada password {SECRET}\n")
    assert _authorization(monkeypatch, nothing) == basic
    netrc.write_text(f"default login ada password {SECRET}\n")
    assert _authorization(monkeypatch, nothing) is None, "default is for no host"
    monkeypatch.setenv("PA_ONTO_TOKEN", "abc.def")
    assert _authorization(monkeypatch, nothing) == "Bearer abc.def"
    monkeypatch.setenv("PA_ONTO_TOKEN", "GDB abc.def")
    assert _authorization(monkeypatch, nothing) == "GDB abc.def"


@pytest.mark.parametrize(
    ("environment", "netrc", "mode", "words"),
    [
        ({"PA_ONTO_USER": "ada"}, "", 0o600, "go together"),
        ({"PA_ONTO_PASSWORD": SECRET}, "", 0o600, "go together"),
        ({"PA_ONTO_USER": "a:b", "PA_ONTO_PASSWORD": SECRET}, "", 0o600, "no login can have"),
        ({"PA_ONTO_USER": "a", "PA_ONTO_PASSWORD": f"{SECRET}\r\nX: y"}, "", 0o600, "no login"),
        ({"PA_ONTO_TOKEN": f"{SECRET}\nX: y"}, "", 0o600, "is no token"),
        ({}, f"machine 127.0.0.1 login ada password {SECRET}", 0o640, "Others may read"),
        ({}, f"machine 127.0.0.1 login ada password {SECRET}", 0o604, "Others may read"),
        ({}, f"machine 127.0.0.1 login ada pasword {SECRET}", 0o600, "Not a netrc file"),
        ({}, f"{SECRET}", 0o600, "Not a netrc file"),
    ],
)
def test_bad_credentials_are_said_and_never_shown(
    environment: dict[str, str], netrc: str, mode: int, words: str, pa_onto: Run, tmp_path: Path
) -> None:
    file = tmp_path / "netrc"
    file.write_text(netrc)
    file.chmod(mode)
    with Scripted(_always(reply(200, ROW, RESULTS))) as server:
        for debug in ({}, {"PA_ONTO_DEBUG": "1"}):
            result = pa_onto(
                "query", "-e", "SELECT ?a {}", "--endpoint", server.url,
                env={**environment, **debug, "NETRC": str(file)},
            )  # fmt: skip
            assert result.returncode == 2
            assert words in result.stderr
            assert SECRET not in result.stdout + result.stderr
        assert server.asked == []


def test_a_server_that_quotes_credentials_is_not_quoted(pa_onto: Run) -> None:
    def script(asked: Asked, connection: socket.socket) -> bytes:
        if not (sent := asked.headers.get("authorization", "")):
            return reply(401)
        plain = base64.b64decode(sent.split()[1]).decode()
        return reply(401, f"Wrong: {sent}, that is {plain}")

    with Scripted(script) as server:
        env = {"PA_ONTO_USER": "ada", "PA_ONTO_PASSWORD": SECRET, "PA_ONTO_DEBUG": "1"}
        for command in (["query", "-e", "ASK {}", "--endpoint", server.url], ["push", server.url]):
            result = pa_onto(*command, env=env)
            assert result.returncode == 2
            assert "HTTP 401: Wrong: Basic •••, that is ada:•••" in result.stderr
            assert SECRET not in result.stderr
            assert "YWRhO" not in result.stderr


def test_credentials_are_not_sent_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    _login(monkeypatch)
    for url in ("http://192.0.2.1/", "http://store.example/sparql"):
        with pytest.raises(UsageError, match="in the clear"):
            Client(url, QUICK)
        Client(url, QUICK._replace(allow_plain_http=True))
    for url in (
        "http://localhost/",
        "http://127.9.9.9:80/",
        "http://[::1]:7/",
        "https://a.example",
    ):
        assert Client(url, QUICK).credentials is not None


def test_credentials_have_no_face(monkeypatch: pytest.MonkeyPatch) -> None:
    _login(monkeypatch)
    found = find_credentials(Origin("http", "127.0.0.1", 80))
    assert found is not None
    client = Client("http://127.0.0.1/", QUICK)
    for text in (repr(found), str(found), f"{found}", repr([found]), repr(vars(client))):
        assert SECRET not in text
        assert "ada" not in text


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
@pytest.mark.parametrize("qop", [', qop="auth,auth-int"', ""])
def test_digest_challenges_are_answered(
    algorithm: str, qop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server checks the response as RFC 7616, section 3.4.1, has it."""
    _login(monkeypatch)
    challenge = f'Digest realm="a \\"b\\"", nonce="n", opaque="o"{qop}, algorithm={algorithm}'

    def hashed(text: str) -> str:
        return hashlib.new(algorithm.replace("-", ""), text.encode()).hexdigest()

    def script(asked: Asked, connection: socket.socket) -> bytes:
        header = asked.headers.get("authorization", "")
        if not header.startswith("Digest "):
            return reply(401, WWW_Authenticate=challenge)
        fields = {
            name: quoted or bare
            for name, quoted, bare in re.findall(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))', header)
        }
        secret = hashed(f'ada:a \\"b\\":{SECRET}')
        request = hashed(f"{asked.method}:{fields['uri']}")
        middle = f"{fields['nc']}:{fields['cnonce']}:auth:" if qop else ""
        good = hashed(f"{secret}:n:{middle}{request}")
        whole = fields["response"] == good and fields["opaque"] == "o"
        if not whole or fields["uri"] != asked.target:
            return reply(401, WWW_Authenticate=challenge)
        return reply(200, ROW, RESULTS)

    with Scripted(script) as server:
        url = f"{server.url}/sparql-auth"
        assert len(list(ask(url, "SELECT ?a {}", settings=QUICK).rows())) == 1
        sent = [asked.headers.get("authorization", "") for asked in server.asked]
    assert not any(header.startswith("Basic") for header in sent), "a password in the clear"
    monkeypatch.setenv("PA_ONTO_PASSWORD", "wrong")
    with Scripted(script) as server:
        with pytest.raises(RemoteError, match="HTTP 401"):
            ask(f"{server.url}/sparql-auth", "SELECT ?a {}", settings=QUICK)
        assert len(server.asked) <= 3


def test_a_reply_knows_its_media_type() -> None:
    from io import BytesIO

    headers = {"content-type": "Text/Turtle ; charset=utf-8"}
    assert Reply(200, headers, (), BytesIO(), "http://a.example/").media == "text/turtle"


def test_errors_are_of_our_family() -> None:
    assert issubclass(RemoteError, PaOntoError)
    assert RemoteError("x").exit_code == 2
