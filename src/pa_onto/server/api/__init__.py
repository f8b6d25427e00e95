"""A small JSON API: titles, one title, resolve, path, validate.

``openapi.json`` describes it; :mod:`.application` speaks HTTP, :mod:`.service` answers in a
worker with the same calls that the command line makes.
"""
