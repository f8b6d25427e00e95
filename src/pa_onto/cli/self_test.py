"""``pa-onto publish --self-test``."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from .options import write_text
from .progress import Bar

if TYPE_CHECKING:
    from ..publication.self_test import Trial

#: So many misses are named; the JSON has them all.
_SHOWN: Final = 50


def self_test(folder: Path | None, format: str) -> int:
    """Serve what is published, ask for all of it, and print what came of it."""
    from ..publication.self_test import try_out

    bars: dict[str, Bar] = {}

    def progress(server: str, done: int, total: int) -> None:
        if server not in bars:
            _close(bars)
            bars[server] = Bar(f"asking {server}")
        bars[server].update(done, total)

    # Whoever ends us wants the servers to end as well, and their files to be cleared away.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        trial = try_out(folder=folder, progress=progress)
    finally:
        _close(bars)
    for notice in trial.notices:
        click.echo(f"pa-onto: {notice}", err=True)
    if format == "json":
        write_text(json.dumps(_as_object(trial), ensure_ascii=False, indent=2))
    else:
        write_text(_as_text(trial))
    return 1 if trial.misses else 0


def _close(bars: dict[str, Bar]) -> None:
    for bar in bars.values():
        bar.__exit__(None, None, None)
    bars.clear()


def _as_text(trial: Trial) -> str:
    """Return a table of right answers by server and header, and the misses."""
    from ..publication.self_test import cases_of
    from ..report import printable, table

    header = ["asked for", *(result.server for result in trial.results)]
    rows = [
        [name, *(_cell(r.asked[name], r.missed(name)) for r in trial.results)]
        for name in cases_of(trial.results)
    ]
    rows.append(["all", *(_cell(r.asked.total(), len(r.misses)) for r in trial.results)])
    lines = [table(header, rows), ""]
    for miss in trial.misses[:_SHOWN]:
        accept = "" if miss.accept is None else f" [{miss.accept}]"
        lines.append(printable(f"{miss.server}: {miss.path}{accept}: {miss.problem}"))
    if len(trial.misses) > _SHOWN:
        lines.append(f"… and {len(trial.misses) - _SHOWN} more; --format json names all.")
    asked = sum(result.asked.total() for result in trial.results)
    right = asked - len(trial.misses)
    lines.append(f"{right} of {asked} requests answered as they should be.")
    return "\n".join(lines)


def _cell(asked: int, missed: int) -> str:
    return f"{asked - missed} of {asked}" if asked else "-"


def _as_object(trial: Trial) -> dict[str, Any]:
    return {
        "results": [
            {
                "server": result.server,
                "accept": name,
                "asked": asked,
                "right": asked - result.missed(name),
                "missed": result.missed(name),
            }
            for result in trial.results
            for name, asked in result.asked.items()
        ],
        "misses": [miss._asdict() for miss in trial.misses],
        "notices": list(trial.notices),
    }
