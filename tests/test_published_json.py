"""What programs import: the promises of the schema, and codes for job postings."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.conftest import ROOT, Run, at_least

Json = dict[str, Any]


@pytest.fixture(scope="module")
def published_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from pa_onto.project import find_project
    from pa_onto.publication import publish

    folder = tmp_path_factory.mktemp("published")
    publish(find_project(ROOT), folder)
    return folder


@pytest.fixture(scope="module")
def document(published_files: Path) -> Json:
    found: Json = json.loads((published_files / "pa-onto.jsonld").read_text())
    return found


@pytest.fixture(scope="module")
def schema(published_files: Path) -> jsonschema_rs.Validator:
    text = json.loads((published_files / "vocabulary.schema.json").read_text())
    jsonschema_rs.meta.validate(text)
    validator: jsonschema_rs.Validator = jsonschema_rs.validator_for(text)
    return validator


def test_the_document_keeps_its_promises(document: Json, schema: jsonschema_rs.Validator) -> None:
    assert [error.message for error in schema.iter_errors(document)] == []


def _title(document: Json) -> Json:
    titles = [node for node in document["concepts"] if node.get("code") == "production-manager"]
    found: Json = titles[0]
    return found


def _at(name: str, value: object) -> Callable[[Json], object]:
    return lambda document: _title(document).__setitem__(name, value)


MUTATIONS: dict[str, Callable[[Json], object]] = {
    "no context": lambda d: d.pop("@context"),
    "another context": lambda d: d.__setitem__("@context", "https://schema.org"),
    "an array is gone": lambda d: d.pop("schemes"),
    "an array is null": lambda d: d.__setitem__("schemes", None),
    "an unknown array": lambda d: d.__setitem__("titles", []),
    "no label": lambda d: _title(d).pop("label"),
    "no definition": lambda d: _title(d).pop("definition"),
    "no type": lambda d: _title(d).pop("type"),
    "label is text": _at("label", "Production Manager"),
    "label is a list": _at("label", {"en": ["Production Manager"]}),
    "label has no language": _at("label", {"in English": "Production Manager"}),
    "alternative label is text": _at("altLabels", {"en": "UPM"}),
    "unknown level": _at("level", "highest"),
    "level is a list": _at("level", ["senior"]),
    "department is text": _at("department", "production"),
    "unknown department": _at("department", ["kitchen"]),
    "code is a number": _at("code", 5),
    "link is no IRI": _at("exactMatch", ["not an IRI"]),
    "duties are none": _at("duties", []),
    "misspelt key": _at("dutys", ["manage-budgets"]),
    "id is no IRI": _at("id", "production-manager"),
    "date without month": lambda d: d.__setitem__("issued", "2026"),
}


@pytest.mark.parametrize("change", MUTATIONS.values(), ids=MUTATIONS)
def test_a_broken_promise_is_seen(
    change: Callable[[Json], object], document: Json, schema: jsonschema_rs.Validator
) -> None:
    broken = copy.deepcopy(document)
    change(broken)
    assert broken != document
    assert not schema.is_valid(broken)


def test_every_title_has_a_code_for_postings(
    pa_onto: Run, published_files: Path, document: Json, tmp_path: Path
) -> None:
    titles = [node for node in document["concepts"] if "JobTitle" in node["type"]]
    files = sorted(published_files.rglob("*.category-code.json"))
    assert len(at_least(files, 29)) == len(titles)
    posting = json.loads((ROOT / "data" / "postings.jsonld").read_text())[0]
    del posting["relevantOccupation"]
    postings = []
    for number, path in enumerate(files):
        code = json.loads(path.read_text())
        assert code["@type"] == "CategoryCode"
        assert code["inCodeSet"]["@id"] == "https://w3id.org/pa-onto/title"
        code.pop("@context")
        postings.append(
            posting
            | {"@id": f"urn:posting:{number}", "title": code["name"], "occupationalCategory": code}
        )
    target = tmp_path / "postings.jsonld"
    target.write_text(json.dumps(postings))
    result = pa_onto("validate", target, "--fail-on", "info")
    assert result.returncode == 0, result.stdout
    postings[3]["occupationalCategory"]["codeValue"] = "unknown-title"
    target.write_text(json.dumps(postings))
    assert pa_onto("validate", target).returncode == 1


def test_only_titles_have_one(published_files: Path) -> None:
    folders = {path.parent.name for path in published_files.rglob("*.category-code.json")}
    assert folders == {"title"}


def test_tables_have_one_row_a_concept_and_one_form_a_column(
    published_files: Path, document: Json
) -> None:
    schemes = {scheme["id"].rpartition("/")[2] for scheme in document["schemes"]}
    assert {path.stem for path in published_files.glob("*.csv")} == schemes
    for name in schemes:
        rows = json.loads((published_files / f"{name}.json").read_text())
        ids = [row["id"] for row in rows]
        scheme = f"https://w3id.org/pa-onto/{name}"
        assert sorted(ids) == sorted(
            node["id"] for node in document["concepts"] if scheme in node.get("inScheme", [])
        )
        forms: dict[str, type] = {}
        for row in rows:
            for key, value in row.items():
                assert forms.setdefault(key, type(value)) is type(value), key
    levels = json.loads((published_files / "level.json").read_text())
    assert {row["code"]: row["rank"] for row in levels}["vp"] == 5
