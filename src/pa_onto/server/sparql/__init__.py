"""SPARQL 1.1 Protocol for queries, each answered in a process that may be killed.

pyoxigraph cannot be interrupted, and text that nests deeply enough ends the process it is read
in: so the process that speaks HTTP never runs a query. :mod:`.nursery` loads the graphs once
and forks a worker in a moment, :mod:`.worker` answers one question after another, and
:mod:`.pool` hands out questions, watches the clock, and replaces who is killed.
"""
