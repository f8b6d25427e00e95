"""What a worker does for a living."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Protocol

from ...project import Project
from .limits import Answer, Limits


class Service(Protocol):
    """Answers requests in a worker; it is loaded before the worker is forked."""

    #: Whether the service needs no file and no socket once it is open.
    sealed: bool

    def summary(self) -> dict[str, Any]:
        """Return what the server wants to know of what is loaded."""

    def open(self) -> None:
        """Get ready in the worker, before it gives up what it has no need of."""

    def reply(self, head: Any, body: bytes) -> Answer:
        """Answer one request; never raise for what is in it."""


def load_service(name: str, project: Project, options: dict[str, Any], limits: Limits) -> Service:
    """Load a service by the name of its package. Raises PaOntoError when that cannot be done."""
    module = import_module(f"..{name}.service", __package__)
    service: Service = module.load(project, options, limits)
    return service
