"""The query page: an editor for SPARQL, examples to start from, and answers as tables."""

from .application import Editor

__all__ = ["Editor"]
