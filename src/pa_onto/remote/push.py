"""Push a graph into a store: write it, look whether it is there, and say what is if it is not.

SPARQL 1.1 Graph Store HTTP Protocol, sections 5.3 (PUT) and 5.5 (POST).
"""

from __future__ import annotations

import tempfile
import time
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..arguments import (
    PathLike,
    Paths,
    as_choice,
    as_flag,
    as_function,
    as_instance,
    as_several,
    as_text,
    optional,
)
from ..errors import RemoteError
from ..project import Project, project_given
from ..stores import USUAL, Loading
from .client import Client, Settings
from .exchange import Body, Bounds, Progress, Request, exchange
from .graphs import COMPARED, Graph, Likeness, compare, look
from .presets import PRESETS, Services, kind_of_server, kind_of_url, services
from .statements import Payload, gather
from .updates import fill_by_update
from .urls import check_url, shown

_NO_GRAPH_STORE: Final = (404, 405, 501)
_DETECTION: Final = 10.0
_PATIENT: Final = Settings(timeout=600.0)


class Pushed(NamedTuple):
    """What a push did, or would do.

    ``before`` and ``now`` count the statements of the graph, None where that is not known;
    ``verified`` says how the result was told to be right, and is empty when it was not.
    """

    kind: str
    url: str
    graph: str
    method: str
    statements: int
    before: int | None
    now: int | None = None
    verified: str = ""
    notice: str = ""


class _Job(NamedTuple):
    client: Client
    services: Services
    payload: Payload
    add: bool
    verify: bool


def push(
    url: str,
    *,
    graph: str | None = None,
    data: Paths | None = None,
    add: bool = False,
    kind: str | None = None,
    query: str | None = None,
    update: str | None = None,
    verify: bool = True,
    dry_run: bool = False,
    project: Project | PathLike | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
    loading: Loading = USUAL,
) -> Pushed:
    """Put the published vocabulary, or files, into a named graph of a store.

    What is in the graph is replaced, or with ``add`` kept. ``kind`` is one of PRESETS, by
    default told by the URL or by what the server calls itself; ``query`` and ``update`` are
    the URLs of these services where they are others than usual; ``loading`` says how files are
    read. With ``dry_run`` nothing is written. Raises RemoteError, which says what the graph
    holds then; InputError and UsageError like :func:`~pa_onto.remote.statements.gather`.
    """
    names = {"url": url, "query": query, "update": update}
    for name, given in names.items():
        if given is not None or name == "url":
            check_url(as_text(given, name))
    for name, asked in {"add": add, "verify": verify, "dry_run": dry_run}.items():
        as_flag(asked, name)
    graph = optional(as_text, graph, "graph")
    kind = None if kind is None else as_choice(kind, "kind", PRESETS)
    settings = as_instance(_PATIENT if settings is None else settings, "settings", Settings)
    progress = as_function(progress, "progress") or (lambda done, total: None)
    files, project = as_several(data, "data"), project_given(project)
    kind = kind or kind_of_url(url) or _detected(url)
    client = Client(url, settings, digest=PRESETS[kind].digest)
    known = client.credentials is not None
    found = services(url, kind, known=known, query=query, update=update)
    with tempfile.TemporaryFile() as file:
        payload = gather(project, files, graph, file, loading)
        return _done(_Job(client, found, payload, add, verify), dry_run, progress)


def _done(job: _Job, dry_run: bool, progress: Progress) -> Pushed:
    payload = job.payload
    before = look(job.client, job.services, payload.graph) if job.verify else Graph(None)
    told = Pushed(
        job.services.kind,
        shown(job.services.store),
        payload.graph.value,
        "POST" if job.add else "PUT",
        payload.statements,
        before.number,
    )
    if dry_run:
        if before.number is None and job.verify:
            raise RemoteError(f"The store cannot be asked: {before.why}")
        return told
    return _pushed(job, before, told, progress)


def _pushed(job: _Job, before: Graph, told: Pushed, progress: Progress) -> Pushed:
    try:
        method = _write(job, before, progress)
    except (RemoteError, KeyboardInterrupt) as error:
        raise _aftermath(job, before, error) from None
    told = told._replace(method=method)
    if not job.verify:
        return told
    now = look(job.client, job.services, job.payload.graph)
    if now.number is None:
        return told._replace(notice=f"Not verified, the store cannot be asked: {now.why}")
    likeness = _likeness(job, before, now)
    if not likeness.same:
        raise RemoteError(
            "The store took everything and holds something else. " + _left(job, before, now),
            cure="See its log; or somebody else has written to it.",
            file=told.url,
        )
    return told._replace(now=now.number, verified=likeness.how)


def _detected(url: str) -> str:
    """Return the kind of store that answers, asked without credentials and for no content."""
    try:
        reply = exchange(Request("HEAD", url), None, Bounds(time.monotonic() + _DETECTION, 1 << 20))
    except RemoteError:
        return "generic"
    return kind_of_server(reply.headers.get("server", "")) or "generic"


def _write(job: _Job, before: Graph, progress: Progress) -> str:
    """Write the statements and return how: by graph store, or by update where there is none."""
    payload = job.payload
    method = "POST" if job.add else "PUT"
    url = job.services.graph(payload.graph.value)
    body = Body(payload.file, payload.size, "application/n-triples")
    request = Request(method, url, body=body, writes=True)
    # To add blank nodes twice is to add others.
    again = not (job.add and payload.blank)
    reply = job.client.send(request, again=again, progress=progress)
    if 200 <= reply.status < 300:
        return method
    refusal = job.client.refusal(reply)
    if reply.status not in _NO_GRAPH_STORE:
        raise refusal

    def check(fresh: ox.NamedNode) -> None:
        found = look(job.client, job.services, fresh) if job.verify else Graph(None)
        text = payload.text() if payload.statements <= COMPARED else None
        if found.number is not None and not compare(found, payload.statements, text).same:
            raise RemoteError("Of what was sent, not everything arrived.", file=url)

    try:
        fill_by_update(job.client, job.services, payload, check, add=job.add, progress=progress)
    except RemoteError as error:
        error.message = f"No graph store ({refusal.message}). By SPARQL Update: {error.message}"
        raise
    return "SPARQL Update"


def _likeness(job: _Job, before: Graph, now: Graph) -> Likeness:
    """Compare what is in the store with what should be."""
    payload = job.payload
    small = payload.statements <= COMPARED
    if not job.add:
        return compare(now, payload.statements, payload.text() if small else None)
    if small and before.text is not None and now.text is not None:
        # Blank nodes have other labels there than here: ours have none of theirs.
        union = before.text.replace(b"_:", b"_:before") + payload.text()
        different = len(set(union.splitlines()))
        return compare(now, different, union)
    if before.number is None or now.number is None:
        return Likeness((now.number or 0) >= payload.statements, "counted")
    least = max(before.number, payload.statements)
    return Likeness(least <= now.number <= before.number + payload.statements, "counted")


def _aftermath(job: _Job, before: Graph, error: BaseException) -> RemoteError:
    """Return an error that says what a failed push left in the store."""
    if not isinstance(error, RemoteError):
        error = RemoteError("Interrupted.", file=shown(job.services.store))
    now = look(job.client, job.services, job.payload.graph) if job.verify else Graph(None)
    left = _left(job, before, now)
    return RemoteError(f"{error.message} {left}", cure=error.cure, file=error.file)


def _left(job: _Job, before: Graph, now: Graph) -> str:
    """Say what the graph holds after a failure."""
    if now.number is None:
        return "What the graph holds now is unknown."
    if before.number is None:
        return f"The graph holds {now.number} statements now."
    if now.number == before.number and compare(now, before.number, before.text).same:
        compared = now.text is not None and before.text is not None
        kept = (
            "The graph is what it was" if compared else "The graph has as many statements as before"
        )
        return f"{kept}: {now.number} statements."
    if _likeness(job, before, now).same:
        return f"The graph holds what it should all the same: {now.number} statements."
    if not now.number:
        return f"The graph is empty now; it had {before.number} statements."
    return (
        f"The graph is neither the old one nor the new one: it holds {now.number} statements, "
        f"had {before.number}, and should have {job.payload.statements}."
    )
