"""End the process from outside the work: on Ctrl-C, or when its time is up.

While an engine works, Python handles no signals. A thread of its own does not wait for it.
"""

from __future__ import annotations

import _thread
import os
import sys
import time
from typing import Final

import click

# What the work itself has to clean up after a Ctrl-C before it is ended.
_GRACE: Final = 1.0


def watch(timeout: float | None) -> None:
    """Exit with 130 soon after a Ctrl-C, and with 2 after ``timeout`` seconds, come what may."""
    from contextlib import suppress
    from signal import set_wakeup_fd

    reading, writing = os.pipe()
    # Windows asks for no pipe that does not block, and Python 3.11 makes none there. Without
    # one elsewhere, Ctrl-C waits for the engine.
    if hasattr(os, "set_blocking"):
        os.set_blocking(writing, False)
    with suppress(ValueError):
        set_wakeup_fd(writing, warn_on_full_buffer=False)
        _thread.start_new_thread(_end_when_interrupted, (reading,))
    if timeout is not None:
        _thread.start_new_thread(_end_after, (timeout,))


def _end_when_interrupted(reading: int) -> None:
    from signal import SIGINT

    while os.read(reading, 1) != bytes([SIGINT]):
        pass
    time.sleep(_GRACE)
    _end(130)


def _end_after(timeout: float) -> None:
    time.sleep(timeout)
    click.echo(
        f"pa-onto: Not done after {timeout:g} seconds. Give it more with --timeout, or less data.",
        err=True,
    )
    sys.stderr.flush()
    _end(2)


def _end(code: int) -> None:
    from ..canonical.files import discard_pending

    discard_pending()
    os._exit(code)
