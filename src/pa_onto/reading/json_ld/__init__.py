"""A JSON-LD 1.1 processor that says what it leaves out.

Processors drop without a word what a context does not know, what is no IRI, what is in no
language. Whoever judges data must know of it, and where it stands: :mod:`context` keeps the
active contexts, :mod:`expansion` tells what every key and value means, :mod:`statements`
writes what that says as N-Quads, and both note with its JSON Pointer what becomes no statement.
Nothing is fetched: what is not bundled is refused.
"""

from .context import Active, JsonLdError, Loader, Processor, initial
from .statements import Labels, Named, Written, write_statements

__all__ = [
    "Active",
    "JsonLdError",
    "Labels",
    "Loader",
    "Named",
    "Processor",
    "Written",
    "initial",
    "write_statements",
]
