"""JSON-LD that plain JSON readers can use, generated from the shapes.

:mod:`keys` reads from the shapes which key stands for which property, :mod:`context` writes
the context, :mod:`document` the vocabulary as one object under that context.
"""

from .context import context_document
from .document import vocabulary_document
from .keys import Keys, read_keys

__all__ = ["Keys", "context_document", "read_keys", "vocabulary_document"]
