"""Pictures as values: grids, layered graphs and neighbourhoods. A template draws them as SVG."""

from .grid import MOST, Axis, Cell, grid
from .neighbourhood import Side, neighbourhood
from .network import network
from .picture import Node, Picture

__all__ = ["MOST", "Axis", "Cell", "Node", "Picture", "Side", "grid", "neighbourhood", "network"]
