"""SHACL engines behind one interface.

An engine takes a :class:`ShapesGraph` and a :class:`DataGraph` and returns results; which one
ran never shows in a finding. ``shacl`` (Rust) is the default, ``pyshacl`` the fallback.
"""

from .data import DataGraph
from .engines import ENGINES, Engine, compile, run_engine
from .shapes import ShapesGraph

__all__ = ["ENGINES", "DataGraph", "Engine", "ShapesGraph", "compile", "run_engine"]
