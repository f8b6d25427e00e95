"""Answer over HTTP. Each service is an ASGI app of its own.

Nothing here is imported by a command that does not serve: ``pip install 'pa-onto[serve]'``
brings what it needs.
"""

from .mounting import mount
from .reconciliation import reconciliation_app

__all__ = ["mount", "reconciliation_app"]
