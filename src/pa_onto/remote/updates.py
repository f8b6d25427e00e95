"""Fill a graph by SPARQL Update, for stores without the Graph Store Protocol.

Statements go to a graph of their own, which takes the place of the other at the end, so that
the old one stays until then (SPARQL 1.1 Update, sections 3.1.1 and 3.2.4).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import urlencode
from uuid import uuid4

import pyoxigraph as ox

from ..errors import PaOntoError, RemoteError, UsageError
from .client import Client, RefusedError
from .exchange import Body, Progress, Request
from .parameters import safe
from .presets import Services
from .statements import Payload

_BATCH: Final = 1 << 19
_BLANK: Final = 1 << 25


def fill_by_update(
    client: Client,
    services: Services,
    payload: Payload,
    check: Callable[[ox.NamedNode], None],
    *,
    add: bool,
    progress: Progress,
) -> None:
    """Put statements into a graph, instead of what is in it or beside that.

    ``check`` is called with the graph that is filled first, and may raise to end it there.
    Raises RemoteError, after which that graph is gone or is named.
    """
    fresh = ox.NamedNode(f"urn:uuid:{uuid4()}")
    begun = False
    try:
        for batch, again in _batches(payload, progress):
            text = f"INSERT DATA {{ GRAPH {fresh} {{\n{batch}}} }}"
            _update(client, services, text, again=again)
            begun = True
        check(fresh)
        verb = "ADD" if add else "MOVE"
        _update(client, services, f"{verb} GRAPH {fresh} TO GRAPH {payload.graph}", again=add)
    except BaseException as error:
        refused = isinstance(error, RefusedError) and error.status < 500
        if (begun or not refused) and not _dropped(client, services, fresh):
            _add(error, f" The graph {fresh.value} may be left over.")
        raise
    if add and not _dropped(client, services, fresh):
        raise RemoteError(
            f"Everything was added, but the graph {fresh.value} is left over.",
            cure="Drop it.",
            file=services.update,
        )


def _add(error: BaseException, text: str) -> None:
    if isinstance(error, PaOntoError):
        error.message += text


def _batches(payload: Payload, progress: Progress) -> Iterator[tuple[str, bool]]:
    """Yield statements in parts, and whether a part may be sent again.

    What mentions blank nodes is one part, the last: they mean the same within a request only.
    """
    held: list[str] = []
    blank: list[str] = []
    size = sent = blanks = 0
    for line in payload.lines():
        text = safe(line.decode())
        sent += len(line)
        if "_:" in text:
            blank.append(text)
            blanks += len(text)
            if blanks > _BLANK:
                raise UsageError(
                    f"More than {_BLANK >> 20} MB of statements have blank nodes, which SPARQL "
                    "Update takes in one request only.",
                    cure="Give the nodes IRIs, or use a store with the Graph Store Protocol.",
                )
            continue
        held.append(text)
        size += len(text)
        if size > _BATCH:
            yield "".join(held), True
            held, size = [], 0
            progress(sent, payload.size)
    if held:
        yield "".join(held), True
    if blank:
        yield "".join(blank), False
    progress(payload.size, payload.size)


def _update(client: Client, services: Services, text: str, *, again: bool) -> None:
    if services.preset.form:
        content = urlencode({"update": text}).encode()
        media = "application/x-www-form-urlencoded"
    else:
        content, media = text.encode(), "application/sparql-update"
    body = Body(io.BytesIO(content), len(content), media)
    client.asked(Request("POST", services.update, body=body, writes=True), again=again)


def _dropped(client: Client, services: Services, graph: ox.NamedNode) -> bool:
    try:
        _update(client, services, f"DROP SILENT GRAPH {graph}", again=True)
    except RemoteError:
        return False
    return True
