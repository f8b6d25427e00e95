"""The tests, as they are written down in ``tests.toml`` and ``queries/``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final, NamedTuple

_HERE: Final = Path(__file__).parent


class Property(NamedTuple):
    """A property that states a field; with ``text`` only values that hold it do."""

    name: str
    iri: str
    text: str = ""


class Test(NamedTuple):
    """One test: what it is called, the principle behind it, and by what it is judged.

    ``fields`` must be stated, ``optional`` ones may; one of ``enough`` alone passes it.
    ``query`` is SPARQL whose rows are what is lacking; ``served`` names what a server must
    answer; ``registry`` says what to do where nothing here can decide, ``good`` what was found.
    """

    id: str
    principle: str
    title: str
    cure: str
    fields: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    enough: tuple[str, ...] = ()
    query: str = ""
    served: str = ""
    registry: str = ""
    good: str = ""


class Tests(NamedTuple):
    """All tests in their order, and the properties that state each field."""

    tests: tuple[Test, ...]
    fields: dict[str, tuple[Property, ...]]


def read_tests() -> Tests:
    """Return the tests that ship with the toolkit."""
    table = tomllib.loads((_HERE / "tests.toml").read_text(encoding="utf-8"))
    fields = {
        name: tuple(_property(text, table["prefixes"]) for text in texts)
        for name, texts in table["fields"].items()
    }
    return Tests(tuple(_test(entry) for entry in table["test"]), fields)


def _test(entry: dict[str, Any]) -> Test:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    if name := values.get("query"):
        values["query"] = (_HERE / "queries" / f"{name}.rq").read_text(encoding="utf-8")
    return Test(**values)


def _property(text: str, prefixes: dict[str, str]) -> Property:
    name, _, wanted = text.partition(" ~ ")
    prefix, _, local = name.partition(":")
    return Property(name.replace("schemahttp", "schema"), prefixes[prefix] + local, wanted)
