"""Take a process off the network, where the system lets it."""

from __future__ import annotations

import ctypes
from typing import Final

# Of sched.h; Python knows them from 3.12 on.
_NEW_USER: Final = 0x10000000
_NEW_NETWORK: Final = 0x40000000


def leave_network() -> bool:
    """Move the process into a network of its own, which has no way out; False when refused.

    A query that could call a server is refused before it comes here; this is for the spelling
    that nobody has thought of.
    """
    try:
        unshare = ctypes.CDLL(None, use_errno=True).unshare
    except (AttributeError, OSError):
        return False
    return any(unshare(flags) == 0 for flags in (_NEW_NETWORK, _NEW_USER | _NEW_NETWORK))
