"""SHACL engines behind one interface.

An engine takes :class:`ShapesGraph` and N-Triples and returns results; which one ran never
shows in a finding. ``shacl`` (Rust) is the default, ``pyshacl`` the reference.
"""

from .engines import ENGINES, run_engine
from .shapes import ShapesGraph

__all__ = ["ENGINES", "ShapesGraph", "run_engine"]
