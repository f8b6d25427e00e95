"""What callers of the Python interface give: the right result, or an error that says what is."""

from __future__ import annotations

import inspect
import io
import os
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

import pa_onto
from pa_onto.arguments import as_paths
from pa_onto.errors import NotFoundError, UsageError
from tests.conftest import ROOT

CREW = str(ROOT / "data" / "crew.jsonl")
EXPORT, MAPPING = ROOT / "data" / "export" / "crew.csv", ROOT / "data" / "export" / "crew.toml"


class _Frame:
    """Looks like a data frame: iterating gives the names of its columns."""

    columns = ("title", "level")

    def __iter__(self) -> Any:
        return iter(self.columns)

    def __len__(self) -> int:
        return 2


_Frame.__module__ = "pandas.core.frame"
_Frame.__name__ = _Frame.__qualname__ = "DataFrame"
_Polars = type("DataFrame", (_Frame,), {"__module__": "polars.dataframe.frame"})
_Arrow = type("Table", (), {"__module__": "pyarrow.lib", "column_names": ["title"]})


def _graph() -> rdflib.Graph:
    graph = rdflib.Graph()
    graph.add((rdflib.URIRef("x:a"), rdflib.RDF.type, rdflib.URIRef("x:b")))
    return graph


#: What is no path and no list of paths, with something that the error says.
NO_PATHS: dict[str, tuple[Callable[[], object], str]] = {
    "None": (lambda: None, "None"),
    "number": (lambda: 5, "5"),
    "fraction": (lambda: 1.5, "1.5"),
    "truth": (lambda: True, "True"),
    "bytes": (lambda: b"crew.jsonl", "bytes"),
    "bytearray": (lambda: bytearray(b"crew.jsonl"), "bytearray"),
    "dict": (lambda: {"type": "Position"}, "json.dumps"),
    "list of dicts": (lambda: [{"type": "Position"}], "json.dumps"),
    "nested list": (lambda: [[CREW]], "a list"),
    "list with None": (lambda: [CREW, None], "[1] is None"),
    "list of numbers": (lambda: [1], "[0] is 1"),
    "range": (lambda: range(3), "range"),
    "empty list": (list, "is empty"),
    "empty set": (set, "is empty"),
    "empty generator": (lambda: iter(()), "is empty"),
    "empty text": (lambda: "", "empty text"),
    "list with empty text": (lambda: [""], "empty text"),
    "NUL": (lambda: "a\0b", "NUL"),
    "open text file": (lambda: io.StringIO(CREW), "given by its name"),
    "open file": (lambda: io.BytesIO(b"x"), "given by its name"),
    "pandas": (_Frame, "to_csv"),
    "polars": (_Polars, "write_csv"),
    "arrow": (_Arrow, "pyarrow"),
    "rdflib graph": (_graph, "serialize"),
    "store": (ox.Store, "store.dump"),
    "triple": (
        lambda: ox.Triple(ox.NamedNode("x:a"), ox.NamedNode("x:b"), ox.NamedNode("x:c")),
        "pyoxigraph",
    ),
    "class": (lambda: str, "type"),
    "function": (lambda: len, "function"),
    "object": (lambda: SimpleNamespace(path=CREW), "SimpleNamespace"),
}
PATH_ARGUMENTS: dict[str, Callable[[Any], object]] = {
    "validate": pa_onto.validate,
    "shapes": lambda value: pa_onto.validate(CREW, shapes=value),
    "add_shapes": lambda value: pa_onto.validate(CREW, add_shapes=value),
    "vocabulary": lambda value: pa_onto.validate(CREW, vocabulary=value),
    "query data": lambda value: pa_onto.query("ASK {}", data=value),
    "push data": lambda value: pa_onto.push("http://127.0.0.1:9/", graph="x:g", data=value),
}
ONE_PATH: dict[str, Callable[[Any], object]] = {
    "baseline": lambda value: pa_onto.validate(CREW, baseline=value),
    "valid_out": lambda value: pa_onto.validate(CREW, valid_out=value),
    "invalid_out": lambda value: pa_onto.validate(CREW, invalid_out=value),
    "import file": lambda value: pa_onto.import_records(value, MAPPING),
    "import mapping": lambda value: pa_onto.import_records(EXPORT, value),
    "publish out": lambda value: pa_onto.publish(out=value),
    "project": lambda value: pa_onto.validate(CREW, project=value),
    "find_project": pa_onto.find_project,
    "check project": pa_onto.check,
}
#: Where None says that nothing is given.
_OPTIONAL = {"shapes", "add_shapes", "vocabulary", "query data", "baseline", "valid_out"}
_OPTIONAL |= {"invalid_out", "publish out", "project", "find_project", "check project", "push data"}


@pytest.mark.parametrize("name", NO_PATHS)
@pytest.mark.parametrize("argument", {**PATH_ARGUMENTS, **ONE_PATH})
def test_what_is_no_path_is_told_with_what_is(name: str, argument: str, monkeypatch: Any) -> None:
    def walked(*places: Any, **more: Any) -> Any:
        raise AssertionError(f"{places} was walked")

    monkeypatch.setattr(os, "walk", walked)
    make, said = NO_PATHS[name]
    if name == "None" and argument in _OPTIONAL:
        return
    call = {**PATH_ARGUMENTS, **ONE_PATH}[argument]
    with pytest.raises(pa_onto.PaOntoError) as told:
        call(make())
    text = str(told.value)
    assert "Give" in text or "Name" in text or "Check" in text, text
    if argument in PATH_ARGUMENTS:
        assert said in text


def test_a_string_and_a_path_are_one_path(tmp_path: Path) -> None:
    expected = pa_onto.validate([CREW])
    for paths in (CREW, Path(CREW), (CREW,), {CREW}, deque([CREW]), iter([CREW]), {CREW: 1}.keys()):
        assert pa_onto.validate(paths) == expected
    shapes = tmp_path / "more.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<x:s> a sh:NodeShape ; sh:targetClass <x:c> ; sh:property "
        "[ sh:path <x:p> ; sh:minCount 1 ; sh:message 'One.'@en ] .\n"
    )
    assert pa_onto.validate(CREW, add_shapes=shapes) == pa_onto.validate(
        CREW, add_shapes=[str(shapes)]
    )
    assert pa_onto.query("ASK { ?s a pa:Position }", data=Path(CREW)).boolean
    assert pa_onto.query("ASK { ?s a pa:Position }", data=CREW).boolean


@given(st.one_of(st.text(min_size=1), st.lists(st.text(min_size=1), min_size=1)))
@settings(max_examples=200, deadline=None, database=None)
def test_texts_are_taken_as_they_are(value: str | list[str]) -> None:
    wanted = [value] if isinstance(value, str) else value
    if any("\0" in text for text in wanted):
        with pytest.raises(UsageError, match="NUL"):
            as_paths(value, "paths")
    else:
        assert as_paths(value, "paths") == wanted
        assert as_paths([Path(text) for text in wanted], "paths") == [str(Path(t)) for t in wanted]


def test_no_string_is_taken_for_letters() -> None:
    with pytest.raises(pa_onto.PaOntoError, match="crew"):
        pa_onto.validate("crew")
    with pytest.raises(pa_onto.PaOntoError, match="not walked"):
        pa_onto.validate("/")
    with pytest.raises(pa_onto.PaOntoError, match="not walked"):
        pa_onto.validate(CREW, shapes="/")


#: An option, a wrong value, and what the error says is right.
OPTIONS: list[tuple[str, object, str]] = [
    ("engine", 5, "shacl, pyshacl"),
    ("engine", "jena", "shacl, pyshacl"),
    ("format", "xlsx", "json-lines"),
    ("format", "", "json-lines"),
    ("format", 5, "Give a text"),
    ("fail_on", "eror", "violation, warning, info"),
    ("fail_on", 2, "violation, warning, info"),
    ("fail_on", None, "violation, warning, info"),
    ("max_findings", -1, "from 0"),
    ("max_findings", "5", "from 0"),
    ("max_findings", True, "from 0"),
    ("max_findings", 1.5, "from 0"),
    ("parts", "yes", "True or False"),
    ("parts", 1, "True or False"),
    ("progress", "yes", "function"),
    ("project", 5, "Project"),
    ("project", "no such folder", "no project"),
    ("project", CREW, "no project"),
    ("baseline", "none.json", "cannot be read"),
]


@pytest.mark.parametrize(("option", "value", "said"), OPTIONS)
def test_a_wrong_option_is_told_with_what_is_right(option: str, value: object, said: str) -> None:
    with pytest.raises(pa_onto.PaOntoError) as told:
        pa_onto.validate(CREW, **{option: value})  # type: ignore[arg-type]
    assert said in str(told.value)


def test_right_options_in_other_forms() -> None:
    expected = pa_onto.validate(CREW)
    assert pa_onto.validate(CREW, fail_on="Warning", max_findings=0).total == expected.total
    assert pa_onto.validate(CREW, project=str(ROOT)).total == expected.total


CALLS: dict[str, Callable[[Any], object]] = {
    "resolve": pa_onto.resolve,
    "describe": pa_onto.describe,
    "path from": lambda value: pa_onto.path(value, "UPM"),
    "path to": lambda value: pa_onto.path("PA", value),
    "query": pa_onto.query,
    "ask url": lambda value: pa_onto.ask(value, "ASK {}"),
    "ask query": lambda value: pa_onto.ask("http://127.0.0.1:9/", value),
    "push": pa_onto.push,
    "parameters": lambda value: pa_onto.query("ASK {}", parameters=value),
    "language": lambda value: pa_onto.describe("UPM", language=value),
    "department": lambda value: pa_onto.resolve(["UPM"], department=value),
    "employer": lambda value: pa_onto.resolve(["UPM"], employer=value),
    "query vocabulary": lambda value: pa_onto.query("ASK {}", vocabulary=value),
    "most": lambda value: pa_onto.path("PA", "UPM", most=value),
    "only_stated": lambda value: pa_onto.path("PA", "UPM", only_stated=value),
    "settings": lambda value: pa_onto.ask("http://127.0.0.1:9/", "ASK {}", settings=value),
    "kind": lambda value: pa_onto.push("http://127.0.0.1:9/", kind=value),
    "add": lambda value: pa_onto.push("http://127.0.0.1:9/", add=value),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("value", [5.5, b"UPM", {"a": 1}, [["UPM"]], _Frame(), object(), str])
def test_every_public_function_refuses_what_it_does_not_understand(call: str, value: Any) -> None:
    with pytest.raises(pa_onto.PaOntoError):
        CALLS[call](value)


def test_titles_may_be_any_column_of_cells() -> None:
    (expected,) = pa_onto.resolve("2nd AD")
    for texts in (["2nd AD"], ("2nd AD",), iter(["2nd AD"]), io.StringIO("2nd AD")):
        assert pa_onto.resolve(texts) == [expected]
    assert pa_onto.resolve([None, float("nan"), 5])[0].status == "none"
    assert pa_onto.resolve([]) == []


def test_nothing_found_is_an_error_of_ours_and_still_a_lookup_error() -> None:
    for call in (
        lambda: pa_onto.describe("nothing like it"),
        lambda: pa_onto.path("nothing like it", "UPM"),
        lambda: pa_onto.path("UPM", "nothing like it"),
    ):
        with pytest.raises(NotFoundError) as told:
            call()
        assert isinstance(told.value, LookupError)
        assert isinstance(told.value, pa_onto.PaOntoError)
        assert told.value.exit_code == 1


def test_public_names_show_and_are_typed() -> None:
    assert dir(pa_onto) == sorted(pa_onto.__all__)
    for name in pa_onto.__all__:
        found = getattr(pa_onto, name)
        if inspect.isfunction(found):
            assert found.__doc__
            assert all(
                parameter.annotation is not inspect.Parameter.empty
                for parameter in inspect.signature(found).parameters.values()
            )
