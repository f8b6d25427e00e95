"""Linked data: every IRI of the vocabulary leads to its published files."""
