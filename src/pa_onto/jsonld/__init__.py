"""JSON-LD that plain JSON readers can use, generated from the shapes.

:mod:`keys` reads from the shapes which key stands for which property, :mod:`context` writes
the context, :mod:`document` the vocabulary as one object under that context. :mod:`schema`
writes the JSON Schema of records: :mod:`rules` finds the shapes of a key, :mod:`values` says
what they allow, :mod:`definitions` what JSON-LD allows around it.
"""

from .context import context_document
from .document import DocumentWriter, native
from .keys import Keys, read_keys
from .layout import to_json, to_readable_json
from .schema import Shapes, record_schema
from .vocabulary_schema import vocabulary_schema

__all__ = [
    "DocumentWriter",
    "Keys",
    "Shapes",
    "context_document",
    "native",
    "read_keys",
    "record_schema",
    "to_json",
    "to_readable_json",
    "vocabulary_schema",
]
