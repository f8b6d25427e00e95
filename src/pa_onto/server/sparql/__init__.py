"""SPARQL 1.1 Protocol for queries, and nothing that changes anything."""
