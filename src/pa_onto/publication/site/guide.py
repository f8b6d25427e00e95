"""The page that shows how to use the vocabulary: examples made from what it holds."""

from __future__ import annotations

from typing import NamedTuple

from ...catalogue import Entry, Kind
from ...namespaces import PREFIXES, SKOS
from ...queries import StoredQuery, stored_queries
from ..edition import Edition
from ..postings import category_code
from .contents import Contents
from .rendering import to_text


class Example(NamedTuple):
    """A text to copy, with a title and a word about it."""

    title: str
    about: str
    text: str
    language: str


class Section(NamedTuple):
    """Examples for one way of using the vocabulary."""

    key: str
    title: str
    about: str
    examples: list[Example]


def example_of(contents: Contents) -> Entry | None:
    """Return the concept of which most is said, or else any entry."""
    catalogue = contents.catalogue
    found = catalogue.of_kind(Kind.CONCEPT) or list(catalogue.entries.values())
    return max(found, key=lambda e: sum(map(len, catalogue.about(e.iri).values())), default=None)


def guide(contents: Contents, example: Entry) -> list[Section]:
    """Return the sections of the page, about one entry."""
    edition = contents.edition
    name = edition.project.name
    return [
        Section(
            "sparql",
            "SPARQL",
            f"Load {name}.ttl, {name}.nt or {name}.rdf into any store; {name}.trig keeps what is "
            "stated and what is derived in two graphs.",
            [_labels_query(example.iri), *_stored(edition)],
        ),
        Section(
            "python", "Python", "With the files of this site beside you.", _python(name, example)
        ),
        Section(
            "curl",
            "curl",
            "Every identifier answers in the form that is asked for.",
            _curl(edition, example),
        ),
        Section("json", "JSON", "What a program gets.", _json(contents, example)),
    ]


def _labels_query(iri: str) -> Example:
    query = f"""PREFIX skos: <{SKOS}>

SELECT ?label ?kind ?language
WHERE {{
  VALUES (?property ?kind) {{
    (skos:prefLabel "preferred")
    (skos:altLabel "alternative")
  }}
  <{iri}> ?property ?label .
  BIND (LANG(?label) AS ?language)
}}
ORDER BY ?kind ?language ?label"""
    return Example("What it is called", "", query, "sparql")


def _stored(edition: Edition) -> list[Example]:
    return [
        Example(stored.title or stored.name, stored.description, _bound(stored), "sparql")
        for stored in stored_queries(edition.project)
    ]


def _bound(stored: StoredQuery) -> str:
    """Return a stored query that runs as it stands: its parameters have their defaults."""
    lines = [line for line in stored.text.splitlines() if not line.startswith("#")]
    text = "\n".join(lines).strip()
    values = [
        f"  VALUES ?{parameter.name} {{ {_term(parameter.kind, parameter.default)} }}"
        for parameter in stored.parameters
        if parameter.default is not None
    ]
    head, brace, rest = text.partition("WHERE {")
    return "\n".join([head + brace, *values, rest.removeprefix("\n")]) if values and brace else text


def _term(kind: str, value: str) -> str:
    if kind == "text":
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    iri = value if "://" in value else PREFIXES.get(kind, "") + value
    return f"<{iri}>"


def _python(name: str, example: Entry) -> list[Example]:
    plain = f"""import json

with open("{name}.jsonld", encoding="utf-8") as file:
    vocabulary = json.load(file)
concepts = {{concept["id"]: concept for concept in vocabulary["concepts"]}}
print(concepts["{example.iri}"])"""
    rdflib = f"""from rdflib import Graph, SKOS, URIRef

vocabulary = Graph().parse("{name}.ttl")
concept = URIRef("{example.iri}")
for label in vocabulary.objects(concept, SKOS.prefLabel):
    print(label.language, label)"""
    return [
        Example("Without an RDF library", "The JSON-LD is plain JSON.", plain, "python"),
        Example("With rdflib", "", rdflib, "python"),
    ]


def _curl(edition: Edition, example: Entry) -> list[Example]:
    forms = (("Turtle", "text/turtle"), ("JSON-LD", "application/ld+json"), ("A page", "text/html"))
    commands = [
        Example(title, "", f"curl --location --header 'Accept: {form}' '{example.iri}'", "sh")
        for title, form in forms
    ]
    whole = f"curl --location --remote-name '{edition.base}{edition.project.name}.ttl'"
    return [*commands, Example("The whole vocabulary", "", whole, "sh")]


def _json(contents: Contents, example: Entry) -> list[Example]:
    found = [
        Example(
            "The entry itself",
            "Its keys are explained in the context that it names.",
            to_text(contents.edition.entry_document(example)),
            "json",
        )
    ]
    if code := category_code(contents.edition, example.iri):
        about = "A reference to the entry where schema.org is used, as in a job posting."
        found.append(Example("As a CategoryCode of schema.org", about, to_text(code), "json"))
    return found
