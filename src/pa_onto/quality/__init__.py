"""Judge a vocabulary: :mod:`checking` by its own rules, :mod:`fair` by the FAIR principles."""

from .checking import check

__all__ = ["check"]
