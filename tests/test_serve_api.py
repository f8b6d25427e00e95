"""The JSON API: what it answers is what the command line says, and what its OpenAPI promises."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema_rs
import pytest

from tests.conftest import PATIENCE, ROOT, Run
from tests.servers import Reply, Server, serving

DESCRIPTION = ROOT / "src" / "pa_onto" / "server" / "api" / "openapi.json"
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as started:
        yield started


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DESCRIPTION.read_text())
    return found


def _promised(reply: Reply, openapi: dict[str, Any], path: str, method: str = "get") -> Any:
    """Return the JSON of a reply, which must be as the description says."""
    response = openapi["paths"][path][method]["responses"][str(reply.status)]
    schema = response["content"][reply.media]["schema"]
    content = json.loads(reply.body)
    whole = {**schema, "components": openapi["components"]}
    jsonschema_rs.Draft202012Validator(whole).validate(content)
    return content


def test_the_description_is_openapi_and_is_served(server: Server, openapi: dict[str, Any]) -> None:
    schema = json.loads((ROOT / "tests" / "schemas" / "openapi-3.1.json").read_text())
    jsonschema_rs.Draft202012Validator(schema).validate(openapi)
    for part in openapi["components"]["schemas"].values():
        jsonschema_rs.meta.validate(part)
    reply = server.get("/api/openapi.json")
    assert (reply.status, reply.media) == (200, "application/json")
    assert json.loads(reply.body) == openapi


def test_titles(server: Server, openapi: dict[str, Any]) -> None:
    everything = _promised(server.get("/api/titles"), openapi, "/titles")["titles"]
    assert len(everything) == 29
    narrowed = server.get("/api/titles?level=vp&department=locations")
    found = _promised(narrowed, openapi, "/titles")["titles"]
    assert [title["code"] for title in found] == ["vice-president-of-locations"]
    level = quote("https://w3id.org/pa-onto/level/vp", safe="")
    assert len(json.loads(server.get(f"/api/titles?level={level}").body)["titles"]) == 5


@pytest.mark.parametrize("name", ["line-producer", "UPM", "2ND ASST DIR.", "title:runner"])
def test_one_title_is_what_show_says(
    name: str, server: Server, openapi: dict[str, Any], pa_onto: Run
) -> None:
    reply = server.get("/api/titles/" + quote(name, safe=""))
    content = _promised(reply, openapi, "/titles/{title}")
    assert content == json.loads(pa_onto("show", name, "--format", "json").stdout)


def test_resolving_is_what_resolve_says(
    server: Server, openapi: dict[str, Any], pa_onto: Run
) -> None:
    texts = ["2ND ASST DIR.", "PA", "2nd 2nd AD", "=1+1", "<script>", "\u202eoops"]
    body = json.dumps({"texts": texts, "department": "Locations"})
    reply = server.ask("POST", "/api/resolve", body, JSON)
    content = _promised(reply, openapi, "/resolve", "post")
    said = pa_onto("resolve", *texts, "--department", "Locations", "--format", "json")
    assert content["answers"] == json.loads(said.stdout)
    one = server.get("/api/resolve?" + urlencode({"text": "PA", "department": "Locations"}))
    assert _promised(one, openapi, "/resolve")["answers"] == [content["answers"][1]]


def test_a_path_is_what_path_says(server: Server, openapi: dict[str, Any], pa_onto: Run) -> None:
    reply = server.get("/api/path?" + urlencode({"from": "Set PA", "to": "1st AD", "most": 2}))
    content = _promised(reply, openapi, "/path")
    said = pa_onto("path", "Set PA", "1st AD", "--most", "2", "--format", "json")
    assert content == json.loads(said.stdout)


@pytest.mark.parametrize(
    ("file", "media"),
    [
        ("data/crew.jsonld", "application/ld+json"),
        ("data/crew.jsonl", "application/x-ndjson"),
        ("data/crew.csv", "text/csv; charset=utf-8"),
        ("data/crew.ttl", "text/turtle"),
        ("data/postings.html", "text/html"),
        ("data/broken/crew.jsonld", "application/json"),
    ],
)
def test_validating_is_what_validate_says(
    file: str, media: str, server: Server, openapi: dict[str, Any], pa_onto: Run
) -> None:
    body = (ROOT / file).read_bytes()
    reply = server.ask("POST", "/api/validate", body, {"content-type": media})
    content = _promised(reply, openapi, "/validate", "post")
    said = json.loads(pa_onto("validate", file, "--format", "json").stdout)
    assert content == json.loads(json.dumps(said).replace(file, "body"))


BAD = {"type": "Position", "titel": "runner", "level": "nope", "weeklyRate": -1}


@pytest.mark.parametrize("form", ["lines", "array", "table"])
def test_many_bad_records_are_answered(form: str, openapi: dict[str, Any]) -> None:
    """A thousand findings are listed, all are counted, and what was not looked at is said."""
    count = 12_000
    records = [{"id": f"x:{number}", **BAD} for number in range(count)]
    bodies = {
        "lines": ("application/x-ndjson", "\n".join(map(json.dumps, records))),
        "array": ("application/json", json.dumps(records)),
        "table": (
            "text/csv",
            "id,type,titel,level,weeklyRate,employmentType\n"
            + "".join(f"x:{n},Position,runner,nope,-1,{'A' * 40}\n" for n in range(count)),
        ),
    }
    media, body = bodies[form]
    # Long enough for a part on a busy machine, and hardly for all.
    with serving("-q", "--timeout", str(PATIENCE)) as server:
        reply = server.ask("POST", "/api/validate", body, {"content-type": media}, timeout=PATIENCE)
        report = _promised(reply, openapi, "/validate", "post")
    assert report["conforms"] is False
    assert len(report["findings"]) == report["counts"]["listed"] == 1_000
    assert report["counts"]["total"] >= 4 * report["records"]
    assert 0 < report["records"] <= count
    looked = [text for text in report["notices"] if text.startswith("Only the first ")]
    assert bool(looked) == (report["records"] < count)


LONG = "a" * (1 << 24)
TYPED = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/pa-onto/ns#Position>"


@pytest.mark.parametrize(
    ("path", "media", "body"),
    [
        ("/api/resolve", "application/json", json.dumps({"texts": [LONG]})),
        ("/api/validate", "application/json", json.dumps({"type": "Position", "title": LONG})),
        ("/api/validate", "application/json", json.dumps({"type": "Position", LONG: 1})),
        ("/api/validate", "text/turtle", f'<x:a> <x:b> "{LONG}" .'),
        ("/api/validate", "text/turtle", f"<x:a> <x:b> <x:{LONG}> ."),
        ("/api/validate", "application/n-triples", f'<x:a> {TYPED} .\n<x:a> <x:b> "{LONG}" .'),
        ("/api/validate", "text/csv", f'type,title\nPosition,"{LONG}"\n'),
    ],
)
def test_a_very_long_text_is_judged_or_refused(path: str, media: str, body: str) -> None:
    with serving("-q", "--timeout", str(PATIENCE), "--patience", str(PATIENCE)) as server:
        reply = server.ask("POST", path, body, {"content-type": media}, timeout=PATIENCE)
        assert reply.status in (200, 422), reply.body[:300]
        if reply.status == 422:
            assert "16 MiB or more" in json.loads(reply.body)["detail"]
        elif path == "/api/validate":
            assert json.loads(reply.body)["conforms"] is False
        assert server.get("/api/resolve?text=PA").status == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("GET", "/api/titles/nonsense", None, {}, 404),
        ("GET", "/api/nonsense", None, {}, 404),
        ("GET", "/api/titles?colour=red", None, {}, 400),
        ("GET", "/api/titles?level=vp&level=mid", None, {}, 400),
        ("GET", "/api/path?from=PA", None, {}, 400),
        ("GET", "/api/path?from=PA&to=UPM&most=0", None, {}, 400),
        ("GET", "/api/path?from=PA&to=UPM&onlyStated=maybe", None, {}, 400),
        ("GET", "/api/path?from=PA&to=Art+Director", None, {}, 404),
        ("GET", "/api/resolve?text=%FF", None, {}, 400),
        ("PUT", "/api/titles", None, {}, 405),
        ("GET", "/api/validate", None, {}, 405),
        ("POST", "/api/resolve", "{", JSON, 400),
        ("POST", "/api/resolve", "[" * 100_000, JSON, 400),
        ("POST", "/api/resolve", '{"texts": "PA"}', JSON, 400),
        ("POST", "/api/resolve", '{"texts": [], "employer": {}}', JSON, 400),
        ("POST", "/api/resolve", b"\xff", JSON, 400),
        ("POST", "/api/validate", "", JSON, 400),
        ("POST", "/api/validate", "null", JSON, 422),
        ("POST", "/api/validate", '{"@context": "http://127.0.0.1:1/c"}', JSON, 422),
        ("POST", "/api/validate", "x", {"content-type": "image/png"}, 415),
        ("POST", "/api/validate", "x", {}, 415),
    ],
)
def test_what_is_wrong_is_said_as_problem_details(
    method: str,
    path: str,
    body: str | bytes | None,
    headers: dict[str, str],
    status: int,
    server: Server,
    openapi: dict[str, Any],
) -> None:
    reply = server.ask(method, path, body, headers)
    assert (reply.status, reply.media) == (status, "application/problem+json"), reply.text
    problem = json.loads(reply.body)
    jsonschema_rs.Draft202012Validator(openapi["components"]["schemas"]["Problem"]).validate(
        problem
    )
    assert str(Path("/tmp")) not in problem["detail"]
    assert server.get("/api/resolve?text=PA").status == 200


def test_the_reconciliation_service_is_mounted(server: Server) -> None:
    for path in ("/reconcile", "/reconcile/"):
        manifest = json.loads(server.get(path).body)
        assert "0.2" in manifest["versions"]
        assert manifest["view"]["url"].startswith(server.url + "/reconcile/")
        form = {"content-type": "application/x-www-form-urlencoded"}
        asked = urlencode({"queries": json.dumps({"q0": {"query": "2ND ASST DIR."}})})
        (found,) = json.loads(server.ask("POST", path, asked, form).body)["q0"]["result"]
        assert (found["id"], found["match"]) == ("second-assistant-director", True)
    suggested = json.loads(server.get("/reconcile/suggest/entity?prefix=line").body)
    assert suggested["result"][0]["id"] == "line-producer"


def test_health_and_metrics(server: Server) -> None:
    health = server.get("/health")
    assert (health.status, json.loads(health.body)["status"]) == (200, "ok")
    server.query("ASK {}")
    lines = server.get("/metrics").text.splitlines()
    assert any(
        line.startswith('pa_onto_requests_total{part="/sparql",status="200"}') for line in lines
    )
    assert any(line.startswith("pa_onto_statements ") for line in lines)


def test_answers_are_kept_and_tagged(server: Server) -> None:
    first = server.get("/api/titles/line-producer")
    again = server.get("/api/titles/line-producer", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    packed = server.get("/api/titles/line-producer", accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    head = server.ask("HEAD", "/api/titles/line-producer")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == first.headers["content-length"]
