"""Serve a vocabulary over HTTP: SPARQL, linked data, a JSON API and reconciliation.

:mod:`.http` speaks HTTP, :mod:`.app` sends a request to the part it is for, and each part has
a package of its own; :mod:`.workers` runs what may cost too much. Nothing here is imported by
a command that does not serve: ``pip install 'pa-onto[serve]'`` brings what it needs.
"""

from .mounting import mount
from .reconciliation import reconciliation_app

__all__ = ["mount", "reconciliation_app"]
