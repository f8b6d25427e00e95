"""Wait for an answer as long as somebody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from .responses import Receive
from .workers.limits import Answer

_PATIENCE: Final = 0.2


async def while_connected(answering: Coroutine[Any, Any, Answer], receive: Receive) -> Answer:
    """Return an answer; give up, and raise ConnectionError, when the client does."""
    answer = asyncio.create_task(answering)
    try:
        # Most answers come before it is worth a look.
        await asyncio.wait({answer}, timeout=_PATIENCE)
        if not answer.done():
            gone = asyncio.create_task(_gone(receive))
            await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
            gone.cancel()
        if not answer.done():
            raise ConnectionError("The client is gone.")
        return answer.result()
    finally:
        answer.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
