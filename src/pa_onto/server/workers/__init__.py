"""Processes that do what is asked of the server, and may be killed for it.

pyoxigraph cannot be interrupted, and text that nests deeply enough ends the process it is read
in: so the process that speaks HTTP never reads what a client sends. :mod:`.nursery` loads a
service once and forks a worker in a moment, and :mod:`.pool` hands out requests, watches the
clock, and replaces who is killed.
"""
