"""The W3C Reconciliation Service API 0.2 over a vocabulary, for OpenRefine and its like.

What is answered is worked out without HTTP: :mod:`.catalogue` holds what there is,
:mod:`.batches` reads queries, :mod:`.matching` finds candidates, :mod:`.suggestions`,
:mod:`.extension` and :mod:`.pages` answer the rest. :mod:`.app` puts HTTP around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import UsageError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from ...project import Project


def reconciliation_app(project: Project | None = None, *, base_url: str | None = None) -> ASGIApp:
    """Return the service for the vocabulary of a project as an ASGI app.

    ``project`` is by default the one found from the working folder, ``base_url`` the address
    that the manifest gives, by default that of the request. The vocabulary is read once, here.
    Raises InputError when it cannot be read, UsageError when starlette is not installed.

    ``uvicorn --factory pa_onto.server.reconciliation:reconciliation_app`` serves it.
    """
    try:
        from .app import build
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "starlette":
            raise
        cure = "Install it with: pip install 'pa-onto[serve]'."
        raise UsageError("Serving needs starlette, which is not installed.", cure=cure) from error
    return build(project, base_url)
