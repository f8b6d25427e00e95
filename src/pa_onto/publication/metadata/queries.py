"""Publish the stored queries so that editors for SPARQL find them.

A query is a ``sh:SPARQLExecutable`` with its text and an ``rdfs:comment``, and the prefixes are
declared by ``sh:declare`` (SHACL, sections 5.2.1 and 5.3.1): this is what the editor of the SIB
Swiss Institute of Bioinformatics looks for in a store. Parameters have their defaults, so that
each query answers something.
"""

from __future__ import annotations

import re
from typing import Final

import pyoxigraph as ox

from ...namespaces import expand
from ...queries import Parameter, StoredQuery, stored_queries
from ...reading.tokens import tokens
from ..edition import Edition
from .defaults import with_values
from .description import PREFIXES, Description, plain, typed

#: The property and the class for each form of query.
_FORMS: Final = {
    "SELECT": ("sh_select", "sh:SPARQLSelectExecutable"),
    "ASK": ("sh_ask", "sh:SPARQLAskExecutable"),
    "CONSTRUCT": ("sh_construct", "sh:SPARQLConstructExecutable"),
    "DESCRIBE": ("sh_describe", "sh:SPARQLExecutable"),
}


def queries(edition: Edition) -> Description:
    """Return the stored queries of a project and the prefixes of its vocabulary."""
    graph = Description(PREFIXES)
    document = ox.NamedNode(edition.base + "queries")
    title = edition.catalogue.label(edition.iri)
    graph.say(
        document,
        rdf_type="owl:Ontology",
        dcterms_title=ox.Literal(f"Stored queries: {title}", language="en"),
        dcterms_license=edition.catalogue.values(edition.iri, PREFIXES["dcterms"] + "license"),
    )
    for prefix, space in sorted(edition.vocabulary.prefixes.items()):
        declared = graph.blank(sh_prefix=ox.Literal(prefix), sh_namespace=typed(space, "anyURI"))
        graph.say(document, sh_declare=declared)
    for stored in stored_queries(edition.project):
        _say(graph, document, stored, edition)
    return graph


def _say(graph: Description, document: ox.NamedNode, stored: StoredQuery, edition: Edition) -> None:
    node = ox.NamedNode(f"{document.value}#{stored.name}")
    words = (token.upper() for kind, token in tokens(stored.text) if kind == "word")
    form = next((word for word in words if word in _FORMS), "SELECT")
    property, kind = _FORMS[form]
    title, about = stored.title or stored.name, stored.description
    defaults = {p.name: str(d) for p in stored.parameters if (d := _default(p, edition))}
    text = with_values(re.sub(r"\A(?:#[^\n]*\n)*", "", stored.text).strip(), defaults) + "\n"
    parameters = [_parameter(graph, node, parameter, edition) for parameter in stored.parameters]
    graph.say(
        node,
        rdf_type=["sh:SPARQLExecutable", kind],
        rdfs_label=ox.Literal(title, language="en"),
        rdfs_comment=ox.Literal(f"{title}: {about}" if about else title, language="en"),
        rdfs_isDefinedBy=document,
        sh_prefixes=document,
        sh_parameter=parameters,
        **{property: ox.Literal(text)},
    )


def _parameter(
    graph: Description, node: ox.NamedNode, parameter: Parameter, edition: Edition
) -> ox.BlankNode:
    """Describe a variable that the caller may bind; its name is that of the path."""
    text = parameter.kind == "text"
    return graph.blank(
        rdf_type="sh:Parameter",
        sh_path=ox.NamedNode(f"{node.value.replace('#', '/')}#{parameter.name}"),
        sh_name=ox.Literal(parameter.name),
        sh_description=plain(parameter.about),
        sh_nodeKind=None if text else "sh:IRI",
        sh_datatype="xsd:string" if text else None,
        sh_defaultValue=_default(parameter, edition),
    )


def _default(parameter: Parameter, edition: Edition) -> ox.NamedNode | ox.Literal | None:
    if parameter.default is None:
        return None
    if parameter.kind == "text":
        return ox.Literal(parameter.default)
    prefixes = edition.vocabulary.prefixes
    code = f"{parameter.kind}:{parameter.default}"
    iri = expand(parameter.default, prefixes) or expand(code, prefixes)
    return ox.NamedNode(iri) if iri else ox.Literal(parameter.default)
