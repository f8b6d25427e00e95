"""What changed between two versions of a vocabulary, and what step that asks of its number."""

from .change import KINDS, Change, Effect, Kind, Value
from .compare import Version, compare
from .steps import advised, effect_of, is_version, parsed, released_in

__all__ = [
    "KINDS",
    "Change",
    "Effect",
    "Kind",
    "Value",
    "Version",
    "advised",
    "compare",
    "effect_of",
    "is_version",
    "parsed",
    "released_in",
]
