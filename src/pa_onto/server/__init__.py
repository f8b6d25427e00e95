"""Answer over HTTP. Each service is an ASGI app of its own that a server can mount.

Nothing here is imported by a command that does not serve: ``pip install 'pa-onto[serve]'``
brings what it needs.
"""

from .reconciliation import reconciliation_app

__all__ = ["reconciliation_app"]
