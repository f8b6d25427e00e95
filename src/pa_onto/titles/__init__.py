"""Match messy job titles to the titles of a vocabulary.

A title is slots: role, rank, ordinal and department, and whatever is left over. Texts and
labels are read into slots by one grammar, which is data of the vocabulary; a match is a text
whose slots are those of a label (:mod:`.decision` has the rule).
"""

from .resolver import Resolver, load_resolver, resolve

__all__ = ["Resolver", "load_resolver", "resolve"]
