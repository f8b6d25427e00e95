"""Serve a vocabulary over HTTP: SPARQL, linked data, a JSON API and reconciliation.

:mod:`.http` speaks HTTP, :mod:`.app` sends a request to the part it is for, and each part has
a package of its own.
"""
