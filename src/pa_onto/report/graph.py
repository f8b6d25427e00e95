"""The report as a graph: a ``sh:ValidationReport`` (SHACL section 3.6), in Turtle or JSON-LD.

Components that are not SHACL's own, such as ``UnknownKey``, are named in our namespace.
Findings that a baseline knows are results like all others: SHACL has no word for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from ..model import Finding, Report
from ..namespaces import PA, PREFIXES, RDFS, SH, XSD_STRING, shorten
from ..shacl.vocabulary import SHACL_TERMS
from ..triples import Term
from .paths import Path, parse_path
from .settings import Settings
from .streaming import harmless, pieces_of
from .summary import counts, plural
from .text import well_formed

_COMMENT: Final = RDFS + "comment"
_PREFIXES: Final = {name: PREFIXES[name] for name in ("pa", "pash", "rdfs", "sh")}
# The names Turtle takes without an escape, and more than enough for terms of ours.
_CURIE: Final = re.compile(r"[a-z]+:[A-Za-z][A-Za-z0-9_-]*")


def as_turtle(report: Report, settings: Settings) -> Iterator[str]:
    """Yield a report as Turtle in the form the examples of SHACL have.

    Its own nodes have no labels, so that they cannot meet those of the data; literals are
    written in full, since readers may change the lexical form of a bare number.
    """
    for name, space in _PREFIXES.items():
        yield f"@prefix {name}: <{space}> .\n"
    yield f"\n[] a sh:ValidationReport ;\n    sh:conforms {str(report.conforms).lower()}"
    if missing := _missing(report):
        yield f" ;\n    rdfs:comment {ox.Literal(missing)}"
    before = " ;\n    sh:result"
    for finding in report.findings:
        yield harmless(f"{before} {_result(finding, 8)}")
        before = " ,\n   "
    yield " .\n"


def as_jsonld(report: Report, settings: Settings) -> Iterator[str]:
    """Yield a report as JSON-LD 1.1 whose context names nothing but the namespace of SHACL.

    No prefix is declared, so that no IRI of the data can be taken for a CURIE.
    """
    missing = _missing(report)
    yield from pieces_of(
        {
            "@context": {"@version": 1.1, "@vocab": SH},
            "@type": "ValidationReport",
            "conforms": report.conforms,
            **({_COMMENT: missing} if missing else {}),
            "result": map(_node, report.findings),
        }
    )
    yield "\n"


def _result(finding: Finding, indent: int) -> str:
    """Return a result in Turtle, with the results that explain it (SHACL section 3.6.2.5)."""
    space = " " * indent
    statements = [f"sh:{name} {_turtle(value)}" for name, value in _statements(finding)]
    statements += [f"sh:detail {_result(detail, indent + 4)}" for detail in finding.details]
    told = " ;\n".join(space + statement for statement in statements)
    return f"[ a sh:ValidationResult ;\n{told} ]"


def _statements(finding: Finding) -> Iterator[tuple[str, Term | Path]]:
    """Yield the properties of a result (SHACL section 3.6.2)."""
    yield "focusNode", _term(_bracketed(finding.focus_node))
    path = parse_path(finding.path) if finding.path else None
    if isinstance(path, str):
        yield "resultPath", _term(f"<{path}>")
    elif path is not None:
        yield "resultPath", path
    if finding.value is not None:
        yield "value", _term(finding.value)
    if finding.shape:
        yield "sourceShape", _term(_bracketed(finding.shape))
    yield "sourceConstraintComponent", _component(finding.component)
    yield "resultSeverity", _term(f"<{finding.severity_iri or SH + finding.severity.label}>")
    if finding.message:
        yield "resultMessage", ox.Literal(well_formed(finding.message))


def _missing(report: Report) -> str:
    """Say how many results the graph leaves out, nothing where it has them all."""
    found = counts(report)
    if not found.unlisted:
        return ""
    return f"{plural(found.unlisted, 'result')} of {found.total} not listed."


def _turtle(value: Term | Path | str) -> str:
    if isinstance(value, str):
        return _turtle(_term(f"<{value}>"))
    if isinstance(value, Path):
        parts = " ".join(map(_turtle, value.parts))
        if value.operator == "sequence":
            return f"( {parts} )"
        members = f"( {parts} )" if len(value.parts) > 1 else parts
        return f"[ sh:{value.operator} {members} ]"
    if isinstance(value, ox.NamedNode):
        short = shorten(value.value, _PREFIXES)
        return short if _CURIE.fullmatch(short) and short != value.value else str(value)
    return str(value)


def _node(finding: Finding) -> dict[str, object]:
    """Return a result as a node object of JSON-LD."""
    return {
        "@type": "ValidationResult",
        **{name: _value(value) for name, value in _statements(finding)},
        **({"detail": [_node(detail) for detail in finding.details]} if finding.details else {}),
    }


def _value(value: Term | Path) -> object:
    if isinstance(value, Path):
        return _path(value)
    if not isinstance(value, ox.Literal):
        return {"@id": value.value if isinstance(value, ox.NamedNode) else str(value)}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype.value == XSD_STRING:
        return {"@value": value.value}
    return {"@value": value.value, "@type": value.datatype.value}


def _path(path: Path | str) -> object:
    if isinstance(path, str):
        return _value(_term(f"<{path}>"))
    parts = [_path(part) for part in path.parts]
    if path.operator == "sequence":
        return {"@list": parts}
    return {path.operator: {"@list": parts} if len(parts) > 1 else parts[0]}


def _component(name: str) -> Term:
    """Return the IRI of a component: SHACL's, or else ours."""
    return _term(f"<{SH if name in SHACL_TERMS else PA}{name}>")


def _bracketed(node: str) -> str:
    return node if node.startswith(("_:", '"', "<")) else f"<{node}>"


def _term(text: str) -> Term:
    """Return a term of N-Triples; what is none becomes a string, so that nothing gets lost."""
    text = well_formed(text)
    try:
        if text.startswith("<"):
            return ox.NamedNode(text[1:-1])
        if text.startswith("_:"):
            return ox.BlankNode(text[2:])
        (quad,) = ox.parse(f"<x:s> <x:p> {text} .", format=ox.RdfFormat.N_TRIPLES)
        if isinstance(quad.object, ox.Literal):
            return quad.object
    except (ValueError, SyntaxError):
        pass
    return ox.Literal(text[1:-1] if text.startswith("<") else text)
