"""The reconciliation service over a real server, judged by the schemas of the specification."""

from __future__ import annotations

import html
import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema_rs
import pytest

import pa_onto
from tests.conftest import PATIENCE, ROOT
from tests.reconciling import Client, served, valid
from tests.titles.sets import labelled

TITLE = "https://w3id.org/pa-onto/title/"
LEVEL = "https://w3id.org/pa-onto/level/"
DEPARTMENT = "https://w3id.org/pa-onto/department/"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with served(ROOT) as found:
        yield found


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A vocabulary of another kind: plain SKOS, nothing published, markup in its texts."""
    folder = tmp_path_factory.mktemp("colours")
    (folder / "ontology").mkdir()
    (folder / "pyproject.toml").write_text('[tool.pa-onto]\nname = "colours"\n')
    (folder / "ontology" / "colours.ttl").write_text(
        """
        @prefix : <https://example.com/colours#> .
        @prefix ex: <https://example.com/terms#> .
        @prefix dcterms: <http://purl.org/dc/terms/> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        <https://example.com/colours> a owl:Ontology ; dcterms:title "Colours <i>"@en .
        :red a skos:Concept ; skos:prefLabel "red"@en, "rouge"@fr ; skos:altLabel "ruby"@en ;
            skos:definition "<script>alert('x')</script> & so on"@en ; ex:warmth 0.75 ;
            ex:seenAt "2026-01-02T03:04:05Z"^^xsd:dateTime ; ex:wave "many"^^xsd:integer .
        :crimson a skos:Concept ; skos:prefLabel "<b onclick=x>crimson"@en ;
            skos:altLabel "ruby"@en ; skos:broader :red .
        """
    )
    with served(folder) as found:
        yield found


# The manifest (section 3).


def test_the_manifest_says_what_there_is(client: Client) -> None:
    manifest = client.ask().json
    assert valid("manifest", manifest)
    assert manifest["versions"] == ["0.1", "0.2"]
    assert manifest["identifierSpace"] == TITLE
    assert manifest["schemaSpace"] == "https://w3id.org/pa-onto/ns#"
    assert manifest["defaultTypes"][0] == {"id": "JobTitle", "name": "job title"}
    assert {"Level", "Department", "Skill", "Duty"} < {t["id"] for t in manifest["defaultTypes"]}
    assert manifest["batchSize"] == 100
    assert client.ask("/?_=1764046522").json == manifest


def test_the_schemas_refuse_what_is_wrong(client: Client) -> None:
    manifest = client.ask().json
    for wrong in (
        manifest | {"versions": ["0.1"]},
        manifest | {"view": {"url": "https://example.com/"}},
        manifest | {"defaultTypes": [{"id": "JobTitle"}]},
        manifest | {"authentication": {"type": "basic"}},
    ):
        with pytest.raises(jsonschema_rs.ValidationError):
            valid("manifest", wrong)
    with pytest.raises(jsonschema_rs.ValidationError):
        valid("reconciliation-result-batch", {"q0": {"result": [{"id": "x", "name": "x"}]}})
    with pytest.raises(jsonschema_rs.ValidationError):
        valid("suggest-types-response", {"result": [{"id": "x"}]})


def test_every_address_of_the_manifest_answers(client: Client) -> None:
    manifest = client.ask().json
    name = quote("second-assistant-director", safe="")
    shown = [manifest["view"]["url"], manifest["preview"]["url"]]
    for url in shown:
        answer = Client(url.replace("{{id}}", name)).ask()
        assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    ids = {"entity": name, "type": "JobTitle", "property": "level"}
    for kind, suggest in manifest["suggest"].items():
        answer = Client(suggest["service_url"] + suggest["service_path"]).get("", prefix="a")
        assert valid(
            f"suggest-{ {'entity': 'entities', 'property': 'properties'}.get(kind, 'types') }"
            "-response",
            answer.json,
        )
        url = suggest["flyout_service_url"] + suggest["flyout_service_path"]
        flyout = Client(url.replace("${id}", ids[kind])).ask().json
        assert flyout["id"] == ids[kind]
        assert "<h1>" in flyout["html"]
    proposing = manifest["extend"]["propose_properties"]
    # OpenRefine puts the type into the URL as it is.
    url = f"{proposing['service_url']}{proposing['service_path']}?type=JobTitle"
    assert Client(url).ask().json["properties"]


def test_another_address_and_a_path_of_another_server() -> None:
    with served(ROOT, "tests.reconciling:elsewhere") as client:
        manifest = client.ask().json
        assert valid("manifest", manifest)
        assert manifest["preview"]["url"] == "https://example.com/reconcile/preview?id={{id}}"
    with served(ROOT, "tests.reconciling:mounted") as server:
        client = Client(f"{server.url}/reconcile")
        for path in ("", "/"):
            manifest = client.ask(path).json
            assert manifest["view"]["url"] == f"{server.url}/reconcile/view?id={{{{id}}}}"
        assert client.one("UPM")[0]["id"] == "production-manager"
        assert client.get("/preview", id="runner").status == 200
        assert server.ask("/reconciled").status == 404


# Reconciliation (section 4).


def test_a_batch_as_openrefine_sends_it(client: Client) -> None:
    texts = [
        *("2ND ASST DIR.", "UPM", "Key 2nd", "2nd 2nd AD", "Coordinator"),
        *("VP, Post Production (Remote)", "Gaffer", "PA", "Directer of Post", "Runner"),
    ]
    batch = {
        f"q{number}": {"query": text, "type": "JobTitle", "type_strict": "should"}
        for number, text in enumerate(texts)
    }
    found = client.reconcile(batch)
    best = [candidates[0]["id"] if candidates else None for candidates in found.values()]
    second = "second-assistant-director"
    assert best[:4] == [second, "production-manager", second, second]
    assert [any(one["match"] for one in candidates) for candidates in found.values()] == [
        *(True, True, True, False, False),
        *(True, False, True, True, True),
    ]
    candidate = found["q0"][0]
    assert candidate["name"] == "Second Assistant Director"
    assert candidate["type"] == [{"id": "JobTitle", "name": "job title"}]
    assert candidate["score"] == 100
    assert {"id": "label_exact", "value": True} in candidate["features"]
    assert len(found["q4"]) == 3
    assert {one["match"] for one in found["q4"]} == {False}
    assert found["q6"] == []


def test_a_column_of_messy_titles_gets_the_answers_of_resolve(client: Client) -> None:
    # From all over the set: it begins with what is easy.
    texts = [case.text for case in labelled()][::8][:200]
    assert len(texts) == 200
    answers = {}
    for start in range(0, len(texts), 10):
        batch = {
            f"q{number}": {"query": text, "limit": 100}
            for number, text in enumerate(texts[start : start + 10], start)
        }
        answers |= client.reconcile(batch)
    statuses = set()
    for match, candidates in zip(pa_onto.resolve(texts), answers.values(), strict=True):
        statuses.add(match.status)
        titles = [one for one in candidates if one["type"][0]["id"] == "JobTitle"]
        certain = [TITLE + one["id"] for one in candidates if one["match"]]
        assert certain == ([match.title] if match.title else []), match.text
        others = {TITLE + one["id"] for one in titles if not one["match"]}
        assert others == {candidate.title for candidate in match.candidates}, match.text
        low, high = {"match": (60, 100), "ambiguous": (40, 50), "none": (0, 25)}[match.status]
        assert all(low <= one["score"] <= high for one in titles), match.text
    assert statuses == {"match", "ambiguous", "none"}


def test_all_labelled_titles_match_as_in_resolve(client: Client) -> None:
    texts = [case.text for case in labelled()]
    found = {}
    for start in range(0, len(texts), 100):
        chunk = enumerate(texts[start : start + 100], start)
        batch = {f"q{number}": {"query": text, "type": ["JobTitle"]} for number, text in chunk}
        found |= client.reconcile(batch)
    matched = [
        next((TITLE + one["id"] for one in candidates if one["match"]), None)
        for candidates in found.values()
    ]
    assert matched == [match.title for match in pa_onto.resolve(texts)]


def test_department_and_employer_are_context(client: Client) -> None:
    def given(name: str, value: Any, text: str = "VP") -> list[dict[str, Any]]:
        return client.one(text, type="JobTitle", properties=[{"pid": name, "v": value}])

    vice_president = "vice-president-of-"
    assert given("department", "Locations")[0]["id"] == vice_president + "locations"
    post = {"id": DEPARTMENT + "post-production", "name": "whatever"}
    assert given("department", post)[0]["match"] is True
    assert given("department", ["Operations"])[0]["id"] == vice_president + "operations"
    assert not any(one["match"] for one in given("employer", "County Hospital", "PA"))
    assert given("shoeSize", 44, "PA")[0]["id"] == "production-assistant"
    (match,) = pa_onto.resolve("VP", department="Locations")
    assert match.title == TITLE + given("department", "Locations")[0]["id"]


def test_a_department_never_outdoes_a_label(client: Client) -> None:
    for text, expected in (
        ("Production Assistant", "production-assistant"),
        ("1st AD", "first-assistant-director"),
        ("1st Assistant Director", "first-assistant-director"),
        ("Location Manager", "locations-manager"),
    ):
        for place in ("production", "set", "art"):
            properties = [{"pid": "department", "v": {"id": DEPARTMENT + place}}]
            (best,) = (one for one in client.one(text, properties=properties) if one["match"])
            assert best["id"] == expected


def test_properties_that_disagree_lower_the_score_and_are_features(client: Client) -> None:
    plain = client.one("VP")
    levels = [{"pid": "level", "v": "Mid-level"}, {"pid": "department", "v": "Locations"}]
    weighed = client.one("Vice President", properties=levels)
    assert weighed[0]["id"] == "vice-president-of-locations"
    assert {one["match"] for one in plain} == {False}
    features = {feature["id"]: feature["value"] for feature in weighed[0]["features"]}
    assert features["level"] is False
    assert features["department"] is True
    agreed = client.one("Vice President", properties=[{"pid": "level", "v": "vp"}, levels[1]])
    assert agreed[0]["score"] == pytest.approx(weighed[0]["score"] + 10)
    unknown = client.one("Runner", properties=[{"pid": "level", "v": "no such level"}])
    assert "level" not in {feature["id"] for feature in unknown[0]["features"]}


def test_properties_alone_find_what_has_them(client: Client) -> None:
    properties = [{"pid": "level", "v": "vp"}, {"pid": "department", "v": "Locations"}]
    (found,) = client.reconcile({"a": {"properties": properties}})["a"]
    assert (found["id"], found["match"]) == ("vice-president-of-locations", False)
    unknown = [*properties, {"pid": "shoeSize", "v": 44}]
    assert client.reconcile({"a": {"properties": unknown}})["a"] == []


@pytest.mark.parametrize(
    ("text", "kind", "found", "certain"),
    [
        ("Mid-level", "Level", LEVEL + "mid", True),
        ("MID", "Level", LEVEL + "mid", True),
        ("Camera", "Department", DEPARTMENT + "camera", True),
        (
            "camera department",
            "https://w3id.org/pa-onto/ns#Department",
            DEPARTMENT + "camera",
            True,
        ),
        ("Camra Departmnt", "pa:Department", DEPARTMENT + "camera", False),
        ("comunication skills", "Skill", "skill/communication-skills", False),
        (LEVEL + "mid", "Level", LEVEL + "mid", True),
        ("level:mid", "Level", LEVEL + "mid", True),
        (TITLE + "runner", "JobTitle", "runner", True),
    ],
)
def test_other_types_are_found_by_label(
    client: Client, text: str, kind: str, found: str, certain: bool
) -> None:
    best = client.one(text, type=kind)[0]
    assert best["id"].endswith(found)
    assert best["match"] is certain
    assert (best["score"] == 100) is certain


def test_types_are_kept_to(client: Client) -> None:
    assert client.one("Camera", type="Level") == []
    assert client.one("Camera", type="Nothing") == []
    assert client.one(TITLE + "runner", type="Level") == []
    anything = client.one("Camera")
    assert [(one["id"], one["match"]) for one in anything] == [(DEPARTMENT + "camera", False)]
    both = client.one("Camera", type=["Level", "Department"])
    assert both[0]["match"] is True
    assert client.one("Camera", type=["Level", "Department"], type_strict="all") == []
    general = client.one("UPM", type="skos:Concept")
    assert (general[0]["id"], general[0]["match"]) == ("production-manager", True)


def test_limits_are_kept(client: Client) -> None:
    assert len(client.one("VP", limit=2)) == 2
    assert len(client.one("VP")) == 5
    assert client.one("x" * 401) == []
    assert client.one("   ") == []


def test_get_and_post_say_the_same(client: Client) -> None:
    queries = json.dumps({"q0": {"query": "UPM"}})
    assert client.get("", queries=queries).json == client.post(queries=json.loads(queries)).json
    extend = json.dumps({"ids": ["runner"], "properties": [{"id": "level"}]})
    assert client.get("", extend=extend).json == client.post(extend=json.loads(extend)).json


# Suggest, preview, flyout (sections 5 and 6).


def test_entities_are_suggested(client: Client) -> None:
    def suggested(**parameters: str) -> list[dict[str, Any]]:
        content = client.get("/suggest/entity", **parameters).json
        assert valid("suggest-entities-response", content)
        found: list[dict[str, Any]] = content["result"]
        return found

    assert suggested(prefix="2nd A")[0]["id"] == "second-assistant-director"
    assert suggested(prefix="second-assistant-director")[0]["name"] == "Second Assistant Director"
    assert suggested(prefix=LEVEL + "mid")[0]["id"] == LEVEL + "mid"
    assert suggested(prefix="Assistant Director")[0]["id"] == "assistant-director"
    departments = suggested(prefix="", type="Department")
    assert len(departments) == 11
    assert suggested(prefix="", type="Department", cursor="4") == departments[4:]
    assert suggested(prefix="", type="Nothing") == []
    assert suggested(prefix="!!!") == []
    pages = [suggested(prefix="", cursor=str(skipped)) for skipped in range(0, 280, 20)]
    assert len({one["id"] for page in pages for one in page}) == 264


def test_types_and_properties_are_suggested(client: Client) -> None:
    types = client.get("/suggest/type", prefix="job").json
    assert valid("suggest-types-response", types)
    assert types["result"][0]["id"] == "JobTitle"
    assert {"id": "skos:Concept", "name": "Concept"} in types["result"][0]["broader"]
    properties = client.get("/suggest/property", prefix="").json
    assert valid("suggest-properties-response", properties)
    for name in ("level", "department", "employer", "broader"):
        found = client.get("/suggest/property", prefix=name).json
        assert found["result"][0]["id"] == name
    assert client.get("/suggest/type").status == 400
    assert client.get("/suggest/type", prefix="a", cursor="-1").status == 400
    assert client.get("/suggest/type", prefix="a", cursor="1e3").status == 400


def test_a_preview_is_a_page_of_its_own(client: Client) -> None:
    answer = client.get("/preview", id="second-assistant-director")
    for text in ("Second Assistant Director", "Mid Level", "Set Department", "Key 2nd"):
        assert text in answer.text
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors" not in policy
    assert "x-frame-options" not in answer.headers
    assert not re.findall(r"<(?:script|img|link|iframe)|\bsrc=|@import|url\(", answer.text)
    whole = client.get("/view", id=TITLE + "second-assistant-director").text
    assert "prepare call sheets" in whole
    assert "prepare call sheets" not in answer.text


def test_the_policy_lets_the_style_in(client: Client) -> None:
    from base64 import b64encode
    from hashlib import sha256

    answer = client.get("/preview", id="runner")
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["content-security-policy"]


def test_what_is_not_there_has_no_page(client: Client) -> None:
    for path in ("/preview", "/view"):
        answer = client.get(path, id="<script>alert(1)</script>")
        assert answer.status == 404
        assert "<script>" not in answer.text
        assert client.get(path).status == 404
    assert client.get("/flyout/entity", id="nothing").status == 404
    assert client.get("/flyout/nothing", id="runner").status == 404


# Data extension (section 7).


def test_properties_are_fetched(client: Client) -> None:
    ids = ["second-assistant-director", TITLE + "runner", LEVEL + "mid", "nothing"]
    content = client.extend(ids, "level", "department", "broader", "code", "rank", "iri")
    assert [column["id"] for column in content["meta"]] == [
        *("level", "department", "broader", "code", "rank", "iri")
    ]
    assert content["meta"][0]["type"] == {"id": "Level", "name": "level"}
    assert list(content["rows"]) == ids
    row = content["rows"]["second-assistant-director"]
    assert row == {
        "level": [{"id": LEVEL + "mid", "name": "Mid Level"}],
        "department": [{"id": DEPARTMENT + "set", "name": "Set Department"}],
        "broader": [{"id": "assistant-director", "name": "Assistant Director"}],
        "code": [{"str": "second-assistant-director"}],
        "rank": [],
        "iri": [{"str": TITLE + "second-assistant-director"}],
    }
    assert content["rows"][LEVEL + "mid"]["rank"] == [{"int": 2}]
    assert set(map(len, content["rows"]["nothing"].values())) == {0}


def test_people_skills_steps_and_mappings_are_fetched(client: Client, published: Any) -> None:
    names = ("skills", "duties", "advancesTo", "supervises", "reportsTo", "mappings")
    ids = [match.title for match in pa_onto.resolve(["2nd AD", "Set PA", "UPM"]) if match.title]
    rows = client.extend(ids, *names)["rows"]
    assert {"id": "production-assistant", "name": "Production Assistant"} in rows[ids[0]][
        "supervises"
    ]
    assert rows[ids[1]]["advancesTo"][0]["id"] == "second-assistant-director"
    # The closest mapping comes first.
    assert rows[ids[0]]["mappings"][0] == {"str": "urn:ebu:metadata-cs:RoleCodeCS_2011:20.18"}
    for name, count in (("skills", 2), ("duties", 4), ("mappings", 5)):
        assert len(rows[ids[0]][name]) == count
        # OpenRefine sends what was typed into a field of numbers as a text.
        limited = client.extend(ids[:1], name, limit="1")["rows"]
        assert limited[ids[0]][name] == rows[ids[0]][name][:1]
    assert client.extend(ids[:1], "duties", limit=0)["rows"][ids[0]]["duties"]


def test_properties_are_proposed(client: Client) -> None:
    content = client.get("/properties", type="JobTitle").json
    assert content["type"] == "JobTitle"
    names = {one["id"] for one in content["properties"]}
    assert {"level", "department", "broader", "skills", "duties", "mappings", "iri"} <= names
    assert "rank" not in names
    limited = client.get("/properties", type="JobTitle", limit="3").json
    assert limited["limit"] == 3
    assert limited["properties"] == content["properties"][:3]
    assert {one["id"] for one in client.get("/properties").json["properties"]} > names
    assert client.get("/properties", type="Nothing").json["properties"] == []
    fetched = client.extend(["runner"], *names)
    assert {column["id"] for column in fetched["meta"]} == names


def test_an_unknown_property_is_refused_and_its_like_named(client: Client) -> None:
    answer = client.post(extend={"ids": ["runner"], "properties": [{"id": "levl"}]})
    assert answer.status == 400
    assert answer.json == {
        "status": "error",
        "message": "There is no property 'levl'.",
        "cure": "Did you mean level?",
    }


# Other vocabularies.


def test_a_vocabulary_without_titles_is_served_by_its_labels(colours: Client) -> None:
    manifest = colours.ask().json
    assert valid("manifest", manifest)
    assert manifest["identifierSpace"] == "https://example.com/colours#"
    assert manifest["schemaSpace"] == "http://www.w3.org/2004/02/skos/core#"
    assert manifest["defaultTypes"] == [{"id": "Concept", "name": "Concept"}]
    assert [(one["id"], one["match"]) for one in colours.one("RED")] == [("red", True)]
    assert colours.one("rouge", type="skos:Concept")[0]["match"] is True
    assert {(one["id"], one["match"]) for one in colours.one("ruby")} == {
        ("red", False),
        ("crimson", False),
    }
    names = {one["id"] for one in colours.get("/suggest/property", prefix="").json["result"]}
    assert not {"level", "department", "employer", "mappings"} & names
    row = colours.extend(["crimson", "red"], "broader", "warmth", "seenAt", "wave")["rows"]
    assert row["crimson"]["broader"] == [{"id": "red", "name": "red"}]
    assert row["red"]["warmth"] == [{"float": 0.75}]
    assert row["red"]["seenAt"] == [{"date": "2026-01-02T03:04:05Z"}]
    assert row["red"]["wave"] == [{"str": "many"}]


def test_markup_in_a_vocabulary_is_text(colours: Client) -> None:
    for path in ("/preview", "/view"):
        page = colours.get(path, id="red").text
        assert html.escape("<script>alert('x')</script>") in page
        assert "<script" not in page
        assert "<b" not in colours.get(path, id="crimson").text.replace("<body", "")
    flyout = colours.get("/flyout/entity", id="crimson").json["html"]
    assert "&lt;b onclick=x&gt;crimson" in flyout
    script = colours.get("/flyout/entity", id="red", callback="f").text
    assert "<" not in script


# Hostile and broken requests.


def refused(answer: Any, status: int = 400) -> str:
    """Return the message of an error that says how to cure it."""
    assert answer.status == status, answer
    content = answer.json
    assert content["status"] == "error"
    assert content["message"]
    assert "cure" in content
    assert "Traceback" not in answer.text
    message: str = content["message"]
    return message


@pytest.mark.parametrize(
    "callback",
    [
        *("alert(1)", "a;b", "a b", "<script>", "a.b(", "1a", "", "a..b", ".a", "a.", "a[0]"),
        *("a\n", "a\u2028", "\u0430lert", "a" * 65, "a.b.c.d.e", "a%00", "a'", "a//"),
    ],
)
def test_no_callback_but_a_name(client: Client, callback: str) -> None:
    assert refused(client.get("", callback=callback)) == "The callback is no name."


def test_jsonp_for_older_clients(client: Client) -> None:
    queries = json.dumps({"</script>\u2028": {"query": "UPM"}})
    # jQuery adds a number so that nothing is taken from a cache.
    answer = client.get("", queries=queries, callback="jQuery36_1764046522.done", _="1")
    assert answer.headers["content-type"] == "application/javascript; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    start, end = "/**/jQuery36_1764046522.done(", ");"
    assert answer.text.startswith(start)
    assert answer.text.endswith(end)
    assert answer.text.isascii()
    assert "<" not in answer.text
    plain = client.get("", queries=queries).json
    assert json.loads(answer.text[len(start) : -len(end)]) == plain
    assert client.get("", callback="f").text.startswith('/**/f({"versions":')
    assert client.get("/properties", type="Level", callback="f").text.startswith("/**/f(")
    assert client.get("/suggest/type", prefix="a", callback="f").text.startswith("/**/f(")


@pytest.mark.parametrize(
    ("queries", "said"),
    [
        ("", "queries is not JSON: Expecting value"),
        ("{", "queries is not JSON"),
        ("[]", "queries is no JSON object."),
        ("null", "queries is no JSON object."),
        ('{"q0": NaN}', "NaN is no number"),
        ('{"q0": 1e999}', "queries.q0 is no JSON object."),
        ('{"q0": {}}', "queries.q0 asks nothing."),
        ('{"q0": {"properties": []}}', "queries.q0 asks nothing."),
        ('{"q0": {"query": 5}}', "queries.q0.query is no text."),
        ('{"q0": {"query": "x", "type": 5}}', "queries.q0.type holds"),
        ('{"q0": {"query": "x", "limit": 0}}', "queries.q0.limit is too small."),
        ('{"q0": {"query": "x", "limit": 1.5}}', "queries.q0.limit is no whole number."),
        ('{"q0": {"query": "x", "limit": 1e999}}', "queries.q0.limit is no whole number."),
        ('{"q0": {"query": "x", "limit": true}}', "queries.q0.limit is no whole number."),
        ('{"q0": {"query": "x", "type_strict": []}}', "queries.q0.type_strict is unknown."),
        ('{"q0": {"query": "x", "properties": {}}}', "queries.q0.properties is no JSON array."),
        ('{"q0": {"query": "x", "properties": [{"v": 1}]}}', "queries.q0.properties[0] has no pid"),
        (
            '{"q0": {"query": "x", "properties": [{"pid": "a"}]}}',
            "queries.q0.properties[0].v is no",
        ),
        ('{"q0": {"query": "x", "limit": ' + "9" * 5000 + "}}", "queries is not JSON"),
        ("[" * 100_000, "queries is not JSON: nested too deep."),
        ('{"a":' * 50_000 + "1" + "}" * 50_000, "queries is not JSON: nested too deep."),
    ],
)
def test_a_broken_batch_is_refused_with_what_is_wrong(
    client: Client, queries: str, said: str
) -> None:
    body = urlencode({"queries": queries}).encode()
    assert said in refused(client.ask(body=body))


@pytest.mark.parametrize(
    ("extend", "said"),
    [
        ("{}", "extend.ids is no JSON array."),
        ('{"ids": [1], "properties": []}', "extend.ids holds something else than texts."),
        ('{"ids": []}', "extend.properties is no JSON array."),
        ('{"ids": [], "properties": [{}]}', "extend.properties[0] has no id."),
        (
            '{"ids": [], "properties": [{"id": "level", "settings": {"limit": "many"}}]}',
            "extend.properties[0].settings.limit is no whole number.",
        ),
    ],
)
def test_a_broken_extension_is_refused(client: Client, extend: str, said: str) -> None:
    assert said in refused(client.ask(body=urlencode({"extend": extend}).encode()))


def test_too_much_is_refused(client: Client) -> None:
    queries = {f"q{number}": {"query": "UPM"} for number in range(101)}
    assert refused(client.post(queries=queries), 413) == "The batch has 101 queries."
    del queries["q100"]
    assert len(client.reconcile(queries)) == 100
    ids = {"ids": ["runner"] * 501, "properties": [{"id": "level"}]}
    assert "501 ids" in refused(client.post(extend=ids), 413)
    properties = [{"pid": "level", "v": "vp"}] * 21
    many = {"q0": {"query": "UPM", "properties": properties}}
    assert "21 properties" in refused(client.post(queries=many), 413)
    values = {"q0": {"query": "UPM", "properties": [{"pid": "level", "v": ["a"] * 101}]}}
    assert "101 values" in refused(client.post(queries=values), 413)
    fields = "&".join(f"a{number}=1" for number in range(40))
    assert refused(client.ask(body=fields.encode())) == "The body has too many parameters."


def test_a_huge_body_is_not_read(client: Client) -> None:
    host, port = client.url.removeprefix("http://").split(":")
    start = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    for rest in (
        b"Content-Length: 1000000000000\r\n\r\nqueries=",
        b"Transfer-Encoding: chunked\r\n\r\n" + (b"10000\r\n" + b"a" * 65536 + b"\r\n") * 17,
    ):
        with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
            connection.sendall(start + rest)
            assert connection.recv(100).startswith(b"HTTP/1.1 413 ")
    assert client.one("UPM")[0]["match"] is True


@pytest.mark.parametrize(
    "body", [b"queries=%ff%fe", b"queries=\xff\xfe", b"queries=%C3%28", b"\x80=1"]
)
def test_what_is_no_utf8_is_refused(client: Client, body: bytes) -> None:
    assert refused(client.ask(body=body)) == "The body is not UTF-8."
    assert refused(client.ask("/?queries=%ff")) == "The query of the URL is not UTF-8."
    assert refused(client.ask("/preview?id=%ff")) == "The query of the URL is not UTF-8."


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text"])
def test_other_content_types_are_refused(client: Client, kind: str) -> None:
    body = b'{"queries": {}}'
    assert refused(client.ask(body=body, headers={"Content-Type": kind}), 415)
    with_charset = FORM["Content-Type"].upper() + "; charset=UTF-8"
    form = urlencode({"queries": "{}"}).encode()
    assert client.ask(body=form, headers={"Content-Type": with_charset}).json == {}


def test_nothing_and_both_are_refused(client: Client) -> None:
    assert refused(client.ask(body=b"")) == "Nothing is asked."
    assert refused(client.ask(body=b"callback=f")) == "Nothing is asked."
    assert refused(client.get("", query="UPM")) == "Nothing is asked."
    assert refused(client.ask(body=b"queries={}&extend={}")).startswith("Both")


def test_odd_texts_are_answered(client: Client) -> None:
    texts = ["\x00", "\u202eDA dn2", "2nd AD\u0000", "{{id}}", "<b>", "a" * 400, "'\"\\"]
    found = client.post(queries={text: {"query": text} for text in texts}).json
    assert list(found) == texts
    assert valid("reconciliation-result-batch", found)
    # Half a character is legal in JSON, and nowhere else.
    assert client.post(queries={"\ud800": {"query": "\ud800"}}).json == {"\ud800": {"result": []}}


def test_methods_and_origins(client: Client) -> None:
    for path in ("", "/preview?id=runner", "/suggest/type?prefix=a"):
        head = client.ask(path, method="HEAD")
        assert (head.status, head.body) == (200, b"")
        options = client.ask(path, method="OPTIONS")
        assert options.status == 204
        assert "HEAD" in options.headers["allow"]
    for path, method in (("/", "PUT"), ("/", "DELETE"), ("/preview", "POST"), ("/view", "PATCH")):
        answer = client.ask(path, method=method, body=b"")
        assert refused(answer, 405)
        assert "GET" in answer.headers["allow"]
    refused(client.ask("/nothing"), 404)
    refused(client.ask("/suggest/entity/"), 404)
    origin = {"Origin": "https://anywhere.example"}
    for path in ("", "/preview?id=runner", "/nothing", "/?queries=["):
        headers = client.ask(path, headers=origin).headers
        assert headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in headers
    wish = origin | {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    preflight = client.ask(method="OPTIONS", headers=wish)
    assert (preflight.status, preflight.headers["access-control-allow-origin"]) == (200, "*")


def test_a_host_that_is_none_is_not_repeated(client: Client) -> None:
    for host in ('x"><script>', "a/b", "a@b", "example.com:99999999"):
        refused(client.ask(headers={"Host": host}))
    manifest = client.ask(headers={"Host": "titles.example:8080"}).json
    assert manifest["view"]["url"] == "http://titles.example:8080/view?id={{id}}"


# What it costs others.


def test_nothing_is_imported_by_those_who_do_not_serve() -> None:
    code = "import sys, pa_onto, pa_onto.server, pa_onto.cli.resolve; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"starlette", "uvicorn", "anyio"} & {
        name.partition(".")[0] for name in done.stdout.split()
    }


def test_without_starlette_it_says_how_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "starlette.py").write_text("raise ModuleNotFoundError(name='starlette')")
    code = "from pa_onto.server import reconciliation_app; reconciliation_app()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(tmp_path)},
    )
    assert done.returncode == 1
    assert "UsageError: Serving needs starlette, which is not installed." in done.stderr
    assert "pip install 'pa-onto[serve]'" in done.stderr


def test_the_page_shows_what_is_answered(client: Client) -> None:
    text = (ROOT / "docs" / "reconciliation.md").read_text()
    shown = {
        name: json.loads(block)
        for name, block in re.findall(r"^<!-- (\w+) -->\n\n```json\n(.*?)^```", text, re.M | re.S)
    }
    assert list(shown) == ["queries", "answer", "extend", "extended"]
    assert client.post(queries=shown["queries"]).json == shown["answer"]
    assert client.post(extend=shown["extend"]).json == shown["extended"]
