"""The IRIs and prefixes the toolkit knows, each written once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
SH: Final = "http://www.w3.org/ns/shacl#"
DCTERMS: Final = "http://purl.org/dc/terms/"
SCHEMA: Final = "https://schema.org/"
SCHEMA_HTTP: Final = "http://schema.org/"
PROV: Final = "http://www.w3.org/ns/prov#"
VANN: Final = "http://purl.org/vocab/vann/"

RDF_TYPE: Final = RDF + "type"
XSD_STRING: Final = XSD + "string"
LANG_STRING: Final = RDF + "langString"

#: The base and the term namespace of the job-title vocabulary that ships with the toolkit.
BASE: Final = "https://w3id.org/pa-onto/"
PA: Final = BASE + "ns#"

#: Prefixes every serialisation, query and report may use.
PREFIXES: Final[Mapping[str, str]] = {
    "pa": PA,
    "pash": BASE + "shapes#",
    "title": BASE + "title/",
    "level": BASE + "level/",
    "department": BASE + "department/",
    "skill": BASE + "skill/",
    "duty": BASE + "duty/",
    "role": BASE + "role/",
    "strategy": BASE + "strategy/",
    "setting": BASE + "setting/",
    "source": BASE + "source/",
    "dcterms": DCTERMS,
    "ebu": "urn:ebu:metadata-cs:RoleCodeCS_2011:",
    "esco": "http://data.europa.eu/esco/occupation/",
    "fiaf": "https://ontology.fiafcore.org/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "isco": "http://data.europa.eu/esco/isco/C",
    "onet": "https://www.onetonline.org/link/summary/",
    "org": "http://www.w3.org/ns/org#",
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "semapv": "https://w3id.org/semapv/vocab/",
    "sh": SH,
    "skos": SKOS,
    "vann": VANN,
    "wd": "http://www.wikidata.org/entity/",
    "xsd": XSD,
}

#: The public classifications that terms are mapped to, by prefix.
CLASSIFICATIONS: Final[Mapping[str, str]] = {
    "ebu": "EBU role codes",
    "esco": "ESCO",
    "fiaf": "FIAFcore",
    "isco": "ISCO-08",
    "onet": "O*NET-SOC",
    "wd": "Wikidata",
}


def expand(name: str, prefixes: Mapping[str, str] = PREFIXES) -> str | None:
    """Return the IRI a CURIE stands for, or None when its prefix is unknown.

    >>> expand("skos:broader")
    'http://www.w3.org/2004/02/skos/core#broader'
    """
    prefix, colon, local = name.partition(":")
    if not colon or local.startswith("//") or prefix not in prefixes:
        return None
    return prefixes[prefix] + local


def shorten(iri: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Return an IRI as a CURIE where a prefix fits (the longest wins), else as it is.

    >>> shorten("https://w3id.org/pa-onto/title/runner")
    'title:runner'
    """
    best = max(
        ((space, prefix) for prefix, space in prefixes.items() if iri.startswith(space)),
        key=lambda pair: len(pair[0]),
        default=None,
    )
    if best is None or "/" in (local := iri[len(best[0]) :]):
        return iri
    return f"{best[1]}:{local}"


def local_name(iri: str) -> str:
    """Return the part of an IRI after its last ``#``, ``/`` or ``:``."""
    return iri[max(iri.rfind(mark) for mark in "#/:") + 1 :]
