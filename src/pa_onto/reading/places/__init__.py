"""Tell where in a text something stands: the values of JSON, the statements of RDF."""

from .lines import Place, places
from .ntriples import Wanted, subject_blocks
from .pointers import Span, element_spans, spans
from .statements import statement_places

__all__ = [
    "Place",
    "Span",
    "Wanted",
    "element_spans",
    "places",
    "spans",
    "statement_places",
    "subject_blocks",
]
