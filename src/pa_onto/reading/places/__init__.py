"""Tell where in a text something stands: the values of JSON, the statements of RDF.

The modules are imported when the first finding is placed: a clean run needs none of them.
"""
