"""A progress bar on standard error, for work that takes long and somebody to watch it."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Final

import click

# Work that is done sooner needs no bar.
_PATIENCE: Final = 1.0


class Bar:
    """A bar that appears after a second on a terminal, and nowhere else."""

    def __init__(self, label: str, *, shown: bool = True) -> None:
        self._label = label
        self._shown = shown and sys.stderr.isatty()
        self._begun = time.monotonic()
        self._bar: Any = None

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.finish()
            self._bar.render_finish()

    def update(self, done: int, total: int) -> None:
        """Show how much is done, out of how much."""
        if not self._shown or not total:
            return
        if self._bar is None:
            if time.monotonic() - self._begun < _PATIENCE:
                return
            self._bar = click.progressbar(length=total, label=self._label, file=sys.stderr)
            self._bar.render_progress()
        self._bar.update(min(done, total) - self._bar.pos)
