"""Describe what can be downloaded in DCAT (W3C Recommendation, version 3)."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from ...catalogue import Kind
from ...namespaces import DCTERMS
from ...triples import Term
from ..dereferencing.formats import MEDIA_TYPES
from ..edition import Edition
from .description import Description, plain, typed
from .header import described, people

_IANA: Final = "https://www.iana.org/assignments/media-types/"
_LANGUAGES: Final = "http://id.loc.gov/vocabulary/iso639-1/"
_FILE_TYPES: Final = "http://publications.europa.eu/resource/authority/file-type/"
#: What the European Union calls the formats of files.
_TYPES: Final = {
    "ttl": "RDF_TURTLE",
    "nt": "RDF_N_TRIPLES",
    "rdf": "RDF_XML",
    "trig": "RDF_TRIG",
    "jsonld": "JSON_LD",
    "csv": "CSV",
    "json": "JSON",
}
_NAMES: Final = {
    "ttl": "Turtle",
    "nt": "N-Triples",
    "rdf": "RDF/XML",
    "trig": "TriG, stated and derived apart",
    "jsonld": "JSON-LD",
    "csv": "CSV",
    "json": "JSON",
}


def dcat(edition: Edition) -> Description:
    """Return the catalogue with the vocabulary as its dataset and a distribution a file."""
    graph = Description()
    base = edition.base
    catalog, dataset = ox.NamedNode(base + "dcat#catalog"), ox.NamedNode(edition.iri)
    said = described(edition)
    publishers = said["dcterms_publisher"] or said["dcterms_creator"]
    graph.say(
        catalog,
        rdf_type="dcat:Catalog",
        dcterms_title=said["dcterms_title"],
        dcterms_description=said["dcterms_description"],
        dcterms_publisher=publishers,
        dcterms_license=said["dcterms_license"],
        dcat_dataset=dataset,
        foaf_homepage=ox.NamedNode(base),
    )
    graph.say(dataset, rdf_type=["dcat:Dataset", "adms:Asset"], **said)
    _say_more(graph, dataset, edition)
    for file in distributed(edition):
        graph.say(dataset, dcat_distribution=_distribution(graph, edition, file))
    for iri, names in people(edition).items():
        graph.say(ox.NamedNode(iri), rdf_type="foaf:Agent", foaf_name=names)
    return graph


def distributed(edition: Edition) -> list[str]:
    """Return the files that hold the vocabulary as a whole, or all its titles as a table."""
    return sorted(file for file in edition.made if _is_distribution(file, edition.project.name))


def _is_distribution(file: str, name: str) -> bool:
    stem, _, extension = file.partition(".")
    if "/" in file or extension not in _TYPES:
        return False
    return stem == name or extension == "csv" or (extension == "json" and stem != "search")


def _say_more(graph: Description, dataset: Term, edition: Edition) -> None:
    """State what DCAT asks for beyond the header: languages, subjects, versions, status."""
    catalogue = edition.catalogue
    languages = [tag for tag in catalogue.languages if len(tag) == 2]
    schemes = catalogue.of_kind(Kind.SCHEME)
    words = [ox.Literal(catalogue.label(s.iri), language=catalogue.language) for s in schemes]
    versions = [ox.NamedNode(edition.base + release.version) for release in edition.releases]
    draft = "-" in edition.version
    graph.say(
        dataset,
        dcterms_identifier=ox.Literal(edition.iri),
        dcterms_language=[ox.NamedNode(_LANGUAGES + tag) for tag in languages],
        dcterms_conformsTo=ox.NamedNode("http://www.w3.org/2004/02/skos/core"),
        dcat_theme=catalogue.about(edition.iri).get(DCTERMS + "subject"),
        dcat_keyword=words,
        dcat_landingPage=ox.NamedNode(edition.base),
        dcat_version=plain("" if edition.version == "0.0.0" else edition.version),
        dcat_hasVersion=versions,
        adms_status=ox.NamedNode(
            "http://purl.org/adms/status/" + ("UnderDevelopment" if draft else "Completed")
        ),
    )


def _distribution(graph: Description, edition: Edition, file: str) -> Term:
    extension = file.partition(".")[2]
    node = ox.NamedNode(f"{edition.base}dcat#{quote(file)}")
    made = edition.made[file]
    checksum = graph.blank(
        rdf_type="spdx:Checksum",
        spdx_algorithm="spdx:checksumAlgorithm_sha256",
        spdx_checksumValue=typed(made.sha256, "hexBinary"),
    )
    graph.say(
        node,
        rdf_type="dcat:Distribution",
        dcterms_title=ox.Literal(f"{file}: {_NAMES[extension]}", language="en"),
        dcterms_license=described(edition)["dcterms_license"],
        dcterms_format=ox.NamedNode(_FILE_TYPES + _TYPES[extension]),
        dcat_mediaType=ox.NamedNode(_IANA + MEDIA_TYPES[extension]),
        dcat_byteSize=typed(made.size, "nonNegativeInteger"),
        dcat_accessURL=ox.NamedNode(edition.base),
        dcat_downloadURL=ox.NamedNode(edition.base + quote(file)),
        spdx_checksum=checksum,
    )
    return node
