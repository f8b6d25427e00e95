"""The shapes of a project: for its vocabulary and for its records.

A project that has no shapes for its vocabulary is judged by those that ship with the toolkit
and hold for any SKOS: ``shapes/skos.ttl`` says which of ours do not (``sh:deactivated``).
"""

from __future__ import annotations

from typing import Final

from ..project import Project, packaged_project
from ..shacl import ShapesGraph
from .loading import load_shapes, own_shapes

#: The files of ours that speak of SKOS and not of job titles.
_GENERAL: Final = ("deprecation", "header", "integrity", "labels", "schemes")


def vocabulary_shapes(project: Project) -> ShapesGraph:
    """Return the shapes that judge the vocabulary of a project, and name its JSON keys.

    Raises InputError for shapes that cannot be read.
    """
    own = project.shapes / "ontology"
    prefixes = project.shapes / "prefixes.ttl"
    if own.is_dir():
        return load_shapes([own, *([prefixes] if prefixes.is_file() else [])])
    shipped = packaged_project().shapes
    general = [shipped / "ontology" / f"{name}.ttl" for name in _GENERAL]
    return load_shapes([*general, shipped / "skos.ttl", shipped / "prefixes.ttl"])


def record_shapes(project: Project) -> ShapesGraph:
    """Return the shapes that judge records; none where the project has none."""
    own = own_shapes(project)
    return load_shapes(own) if own[0].is_dir() else ShapesGraph([])
