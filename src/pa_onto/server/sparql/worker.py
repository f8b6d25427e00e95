"""Answer questions over loaded graphs, in a process of its own that may die of one."""

from __future__ import annotations

import os
import re
import resource
from contextlib import suppress
from pathlib import Path
from socket import socket
from typing import Final

import pyoxigraph as ox

from ...namespaces import PREFIXES
from .capped import OverflowingError, write_graph, write_solutions
from .frames import pack, receive
from .graphs import Graphs
from .questions import GRAPHS, SOLUTIONS, Answer, Limits, Question

_PLAIN: Final = "text/plain; charset=utf-8"


def work(channel: socket, graphs: Graphs, limits: Limits) -> None:
    """Answer what comes through ``channel`` until it is closed.

    Where the graphs are in memory, the process gives up its right to open files and sockets:
    whatever a query says, it reaches nothing beyond them.
    """
    store = graphs.store()
    most = _confine(limits.memory, sealed=graphs.in_memory)
    channel.sendall(pack({"pid": os.getpid()}))
    while (message := receive(channel)) is not None:
        answer = reply(store, Question(*message[0]), limits)
        # Memory that was given back stays with the process: it makes room for a fresh one.
        retires = _peak() > most
        head = {"status": answer.status, "media": answer.media, "retires": retires}
        channel.sendall(pack(head, answer.body))
        if retires:
            return


def reply(store: ox.Store, question: Question, limits: Limits) -> Answer:
    """Answer one question. Never raises for what a query says."""
    default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]
    named: list[ox.NamedNode | ox.BlankNode]
    default = [ox.NamedNode(iri) for iri in question.default_graphs]
    named = [ox.NamedNode(iri) for iri in question.named_graphs]
    chosen = bool(default or named)
    try:
        results = store.query(
            question.query,
            base_iri=question.base or None,
            prefixes=dict(PREFIXES),
            default_graph=default if chosen else None,
            named_graphs=named if chosen else None,
        )
        return _written(results, question, limits)
    except SyntaxError as error:
        return Answer(400, _PLAIN, f"Not SPARQL: {_one_line(error.msg)}\n".encode())
    except OverflowingError as error:
        return Answer(400, _PLAIN, f"{error}\n".encode())
    except (RuntimeError, OSError, ValueError) as error:
        return Answer(400, _PLAIN, f"Cannot be answered: {_one_line(str(error))}\n".encode())


def _written(
    results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples,
    question: Question,
    limits: Limits,
) -> Answer:
    graph = isinstance(results, ox.QueryTriples)
    known = GRAPHS if graph else SOLUTIONS
    media = next((media for media in question.media if media in known), None)
    if media is None:
        return Answer(406, _PLAIN, f"Offered: {', '.join(known)}.\n".encode())
    if isinstance(results, ox.QueryTriples):
        return Answer(200, media, write_graph(results, GRAPHS[media], limits))
    if isinstance(results, ox.QueryBoolean) and media.startswith("text/c"):
        return Answer(200, media, b"true\r\n" if results else b"false\r\n")
    return Answer(200, media, write_solutions(results, SOLUTIONS[media], limits))


def _confine(memory: int, *, sealed: bool) -> int:
    """Let the process take so much more memory; return the peak at which it retires."""
    with suppress(ValueError, OSError):
        most = _mapped() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sealed:
            resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    return _peak() + memory // 4


def _mapped() -> int:
    """Return the bytes of address space in use."""
    return int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()


def _peak() -> int:
    # Linux counts in KiB.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _one_line(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()[:500]
