"""Ask SPARQL endpoints of others, and push graphs into their stores.

Nothing is sent but to the URL that the user names, and credentials to no host but its own.
"""

from .client import Settings
from .endpoint import ask
from .presets import PRESETS, Preset
from .push import Pushed, push

__all__ = ["PRESETS", "Preset", "Pushed", "Settings", "ask", "push"]
