"""Read what clients ask: reconciliation queries and data extension queries, checked."""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple

from ...errors import UsageError
from ...titles.words import MAX_TEXT

#: How many queries a batch may have, and how many entities a data extension query.
BATCH_SIZE: Final = 100
MAX_IDS: Final = 500
_MAX_PROPERTIES: Final = 50
#: How many candidates a query gets unless it says otherwise, and at the most.
_LIMIT: Final = 10
_MAX_LIMIT: Final = 100
_STRICT: Final = ("any", "should", "all")


class RequestError(UsageError):
    """A request that cannot be answered; ``status`` is the HTTP status that says so."""

    def __init__(self, message: str, *, cure: str = "", status: int = 400) -> None:
        super().__init__(message, cure=cure)
        self.status = status


class Given(NamedTuple):
    """A value of a property: a text, and the id where it is an entity."""

    text: str
    id: str | None = None


class Condition(NamedTuple):
    """A property with the values that are given for it."""

    property: str
    values: tuple[Given, ...]


class Query(NamedTuple):
    """A reconciliation query (specification, section 4.1); no types mean any."""

    text: str = ""
    types: tuple[str, ...] = ()
    limit: int = _LIMIT
    conditions: tuple[Condition, ...] = ()
    all_types: bool = False


class Wanted(NamedTuple):
    """A property to fetch; ``limit`` is the largest number of its values, 0 for all."""

    id: str
    limit: int


class Extension(NamedTuple):
    """A data extension query (specification, section 7.3)."""

    ids: tuple[str, ...]
    properties: tuple[Wanted, ...]


def read_batch(text: str) -> dict[str, Query]:
    """Return the queries of a batch by their ids. Raises RequestError for what is none."""
    batch = _object(_parsed(text, "queries"), "queries")
    if len(batch) > BATCH_SIZE:
        raise RequestError(
            f"The batch has {len(batch)} queries.",
            cure=f"Send {BATCH_SIZE} or fewer at a time, as batchSize in the manifest says.",
            status=413,
        )
    return {name: _query(value, f"queries.{name}") for name, value in batch.items()}


def read_extension(text: str) -> Extension:
    """Return a data extension query. Raises RequestError for what is none."""
    extend = _object(_parsed(text, "extend"), "extend")
    ids = _texts(extend.get("ids"), "extend.ids")
    properties = _list(extend.get("properties"), "extend.properties")
    if len(ids) > MAX_IDS or len(properties) > _MAX_PROPERTIES:
        raise RequestError(
            f"extend has {len(ids)} ids and {len(properties)} properties.",
            cure=f"Send at most {MAX_IDS} ids and {_MAX_PROPERTIES} properties at a time.",
            status=413,
        )
    wanted = (_wanted(value, f"extend.properties[{n}]") for n, value in enumerate(properties))
    return Extension(ids, tuple({one.id: one for one in wanted}.values()))


def whole_number(value: Any, place: str, *, least: int = 0) -> int:
    """Return a number that is a number or its digits. Raises RequestError for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise RequestError(f"{place} is no whole number.", cure=f"Give one from {least} on.")
    if value < least:
        raise RequestError(f"{place} is too small.", cure=f"Give a number from {least} on.")
    return int(min(value, 1 << 31))


def _query(value: Any, place: str) -> Query:
    query = _object(value, place)
    text = query.get("query", "")
    if not isinstance(text, str):
        raise RequestError(f"{place}.query is no text.", cure="Give the text to look up.")
    properties = _list(query.get("properties", []), f"{place}.properties")
    if "query" not in query and not properties:
        cure = "Give a query, or properties, or both."
        raise RequestError(f"{place} asks nothing.", cure=cure)
    strict = query.get("type_strict", "should")
    if strict not in _STRICT:
        raise RequestError(f"{place}.type_strict is unknown.", cure=f"Use {', '.join(_STRICT)}.")
    return Query(
        text.strip(),
        _types(query.get("type"), f"{place}.type"),
        min(whole_number(query.get("limit", _LIMIT), f"{place}.limit", least=1), _MAX_LIMIT),
        tuple(_condition(value, f"{place}.properties[{n}]") for n, value in enumerate(properties)),
        strict == "all",
    )


def _types(value: Any, place: str) -> tuple[str, ...]:
    """Return types, which are one or a list, as ids or as objects with an id."""
    values = value if isinstance(value, list) else [value] if value else []
    ids = [one.get("id") if isinstance(one, dict) else one for one in values]
    return _texts(ids, place)


def _condition(value: Any, place: str) -> Condition:
    condition = _object(value, place)
    name = condition.get("pid")
    if not isinstance(name, str):
        raise RequestError(f"{place} has no pid.", cure="Name the property in pid.")
    values = condition.get("v")
    found = [_given(one, place) for one in (values if isinstance(values, list) else [values])]
    # What is longer than any label is like none of them.
    return Condition(name, tuple(given for given in found if len(given.text) <= MAX_TEXT))


def _given(value: Any, place: str) -> Given:
    if isinstance(value, str):
        return Given(value)
    if isinstance(value, bool | int | float):
        return Given(json.dumps(value))
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        name = value.get("name")
        return Given(name if isinstance(name, str) else value["id"], value["id"])
    cure = "Give texts, numbers, booleans, or objects with an id."
    raise RequestError(f"{place}.v is no value of a property.", cure=cure)


def _wanted(value: Any, place: str) -> Wanted:
    wanted = _object(value, place)
    name = wanted.get("id")
    if not isinstance(name, str):
        raise RequestError(f"{place} has no id.", cure="Name the property in id.")
    settings = _object(wanted.get("settings") or {}, f"{place}.settings")
    return Wanted(name, whole_number(settings.get("limit") or 0, f"{place}.settings.limit"))


def _parsed(text: str, name: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        why = "nested too deep" if isinstance(error, RecursionError) else str(error)
        cure = "Send one JSON object, percent-encoded as a form."
        raise RequestError(f"{name} is not JSON: {why}.", cure=cure) from error


def _refused(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise RequestError(f"{place} is no JSON object.", cure="Write it in braces.")
    return value


def _list(value: Any, place: str) -> list[Any]:
    if not isinstance(value, list):
        raise RequestError(f"{place} is no JSON array.", cure="Write it in brackets.")
    return value


def _texts(value: Any, place: str) -> tuple[str, ...]:
    texts = _list(value, place)
    if not all(isinstance(text, str) for text in texts):
        raise RequestError(f"{place} holds something else than texts.", cure="Give ids as texts.")
    return tuple(texts)
