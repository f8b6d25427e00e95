"""The fallback engine: ``pyshacl``, in Python.

It is given terms and constraint components in a form that it takes for what SHACL means: see
:mod:`.components`, and :meth:`.shapes.ShapesGraph.for_fallback`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import pyoxigraph as ox

from ..errors import EngineError, PaOntoError
from ..namespaces import SH, XSD, local_name
from ..reading.guards import MAX_DEPTH
from .results import Result, severity_of

# The parsers underneath keep state, and threads gain nothing from running Python together.
_LOCK = Lock()


def validate(shapes: str, data: str) -> list[Result]:
    """Validate N-Triples ``data`` against N-Triples ``shapes``, SPARQL constraints included.

    Raises EngineError when the engine refuses the shapes or fails on the data.
    """
    import rdflib

    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        with _LOCK, _quiet():
            data_graph = _graph(data, rdflib.BNode)
            shapes_graph = _graph(shapes, lambda label: rdflib.BNode(f"shapes-{label}"))
            report, text = _judged(data_graph, shapes_graph)
    except PaOntoError:
        raise
    except Exception as error:  # The engine raises its own and whatever rdflib raises.
        raise EngineError(f"The engine pyshacl gave up: {_first_line(error)}.") from error
    finally:
        rdflib.NORMALIZE_LITERALS = before
    if not isinstance(report, rdflib.Graph):
        raise EngineError(f"The engine pyshacl gave up: {_first_line(text)}.")
    return _Reader(report, shapes_graph).results()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep rdflib from a traceback, or a warning, for each literal that is ill-typed."""
    import logging
    import warnings

    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _judged(data: Any, shapes: Any) -> tuple[Any, str]:
    """Return the report of the engine, and what it says."""
    import pyshacl

    from .components import installed

    with installed():
        _, report, text = pyshacl.validate(
            data,
            shacl_graph=shapes,
            inference="none",
            advanced=False,
            js=False,
            do_owl_imports=False,
            max_validation_depth=2 * MAX_DEPTH,
        )
    return report, text


def _graph(ntriples: str, node: Callable[[str], Any]) -> Any:
    """Return a graph of rdflib; ``node`` makes a blank node of a label.

    A text has no datatype there: rdflib takes it for another one otherwise.
    """
    import rdflib

    def term(found: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Any:
        if isinstance(found, ox.NamedNode):
            return rdflib.URIRef(found.value)
        if isinstance(found, ox.BlankNode):
            return node(found.value)
        if not isinstance(found, ox.Literal):
            raise EngineError("The engine pyshacl knows no statements about statements.")
        if found.language:
            return rdflib.Literal(found.value, lang=found.language)
        datatype = found.datatype.value
        return rdflib.Literal(found.value, datatype=None if datatype == _STRING else datatype)

    graph = rdflib.Graph()
    for triple in ox.parse(ntriples, format=ox.RdfFormat.N_TRIPLES, lenient=True):
        graph.add((term(triple.subject), term(triple.predicate), term(triple.object)))
    return graph


_STRING = XSD + "string"


class _Reader:
    """Reads a validation report graph."""

    def __init__(self, report: Any, shapes: Any) -> None:
        self.report = report
        self.shapes = shapes

    def results(self) -> list[Result]:
        """Return the results of the report itself, not those that explain others."""
        import rdflib

        return [
            self._result(node)
            for report in self.report.subjects(
                rdflib.RDF.type, rdflib.URIRef(SH + "ValidationReport")
            )
            for node in self.report.objects(report, rdflib.URIRef(SH + "result"))
        ]

    def _result(self, node: Any) -> Result:
        value = self._get(node, "value")
        return Result(
            focus_node=self._term(self._get(node, "focusNode")),
            path=self._result_path(node),
            value=None if value is None else self._term(value),
            shape=self._named_shape(self._get(node, "sourceShape")),
            component=local_name(str(self._get(node, "sourceConstraintComponent"))),
            severity=severity_of(str(self._get(node, "resultSeverity"))),
            message=str(self._get(node, "resultMessage") or ""),
            source=self._term(self._get(node, "sourceShape")),
        )

    def _term(self, term: Any) -> str:
        """Return a term in N-Triples syntax, which rdflib's own differs from."""
        import rdflib

        if not isinstance(term, rdflib.Literal):
            return str(term.n3())
        if term.language:
            return str(ox.Literal(str(term), language=term.language))
        datatype = ox.NamedNode(str(term.datatype)) if term.datatype else None
        return str(ox.Literal(str(term), datatype=datatype))

    def _get(self, node: Any, name: str) -> Any:
        import rdflib

        return self.report.value(node, rdflib.URIRef(SH + name))

    def _named_shape(self, shape: Any) -> str:
        """Return the IRI of the shape, or of the nearest shape around it that has one."""
        import rdflib

        seen = set()
        while isinstance(shape, rdflib.BNode) and shape not in seen:
            seen.add(shape)
            outer = self.shapes.value(predicate=rdflib.URIRef(SH + "property"), object=shape)
            shape = outer if outer is not None else shape
        return str(shape) if isinstance(shape, rdflib.URIRef) else ""

    def _result_path(self, node: Any) -> str | None:
        """Return the path of a result; reports hold long paths in part only."""
        import rdflib

        path = self._get(node, "resultPath")
        if isinstance(path, rdflib.BNode):
            shape = self._get(node, "sourceShape")
            path = self.shapes.value(shape, rdflib.URIRef(SH + "path"), default=path)
        return None if path is None else self._path(path)

    def _path(self, path: Any) -> str:
        """Return a property path in SPARQL syntax (SHACL section 2.3.1)."""
        import rdflib
        from rdflib.collection import Collection

        if isinstance(path, rdflib.URIRef):
            return str(path.n3())
        graph = self.shapes if (path, None, None) in self.shapes else self.report
        if (path, rdflib.RDF.first, None) in graph:
            return self._joined(Collection(graph, path), "/")
        marks = {"inversePath": "^{}", "zeroOrMorePath": "({})*", "oneOrMorePath": "({})+"}
        for name, form in {**marks, "zeroOrOnePath": "({})?"}.items():
            inner = graph.value(path, rdflib.URIRef(SH + name))
            if inner is not None:
                return form.format(self._path(inner))
        steps = graph.value(path, rdflib.URIRef(SH + "alternativePath"))
        return self._joined(Collection(graph, steps), "|")

    def _joined(self, steps: Any, mark: str) -> str:
        return f"({mark.join(self._path(step) for step in steps)})"


def _first_line(problem: object) -> str:
    lines = str(problem).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(problem).__name__
