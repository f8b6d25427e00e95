"""Write a SKOS vocabulary of any size, the same one every time.

It has three languages, definitions, synonyms, mappings, a poly-hierarchy, related concepts,
collections and codes, and nothing of job titles.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

BASE: Final = "https://thesaurus.example/"
LANGUAGES: Final = ("en", "de", "fr")

_HEAD: Final = f"""\
@prefix c: <{BASE}concept/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<{BASE}> a owl:Ontology ;
    dcterms:title "A thesaurus of some size"@en, "Ein Thesaurus"@de, "Un thésaurus"@fr ;
    dcterms:creator <{BASE}editors> ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    dcterms:issued "2024-01-01"^^xsd:date .

<{BASE}concept> a skos:ConceptScheme ;
    skos:prefLabel "concepts"@en, "Begriffe"@de, "concepts"@fr .
"""
_SETTINGS: Final = '[tool.pa-onto]\nname = "thesaurus"\nversion = "1.0.0"\n'
_SYLLABLES: Final = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "é", "ö")]


def write(folder: Path, count: int, changed: int | None = None) -> Path:
    """Write a project with ``count`` concepts; ``changed`` is one whose definition differs."""
    (folder / "ontology").mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(_SETTINGS)
    source = folder / "ontology" / "thesaurus.ttl"
    with source.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        for number in range(count):
            file.write("\n" + "".join(_concept(number, count, number == changed)))
        for number in range(0, count, 250):
            members = ", ".join(f"c:{n:05}" for n in range(number, min(number + 40, count)))
            file.write(f"\n<{BASE}group/{number:05}> a skos:Collection ;\n")
            file.write(f'    skos:prefLabel "group {number}"@en ;\n    skos:member {members} .\n')
    return source


def _concept(number: int, count: int, changed: bool) -> Iterator[str]:
    chance = random.Random(number)

    def words(least: int, most: int) -> str:
        return " ".join(
            "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4)))
            for _ in range(chance.randint(least, most))
        )

    yield f'c:{number:05} a skos:Concept ;\n    skos:notation "{number:05}" ;\n'
    for language in LANGUAGES:
        yield f'    skos:prefLabel "{words(1, 3)} {number}"@{language} ;\n'
        yield f'    skos:altLabel "{words(1, 3)}"@{language}, "{words(2, 3)}"@{language} ;\n'
        yield f'    skos:definition "{words(8, 20).capitalize()}."@{language} ;\n'
    if number:
        above = {(number - 1) // 8} | (
            {chance.randrange(number // 2)} if number % 5 == 0 else set()
        )
        yield f"    skos:broader {', '.join(f'c:{n:05}' for n in sorted(above))} ;\n"
    if number % 3 == 0 and 15 <= number < count - 7:
        yield f"    skos:related c:{number + 7:05} ;\n"
    if number % 4 == 0:
        yield f'    skos:scopeNote "{words(6, 12)}."@en ;\n'
    if changed:
        yield '    skos:editorialNote "Looked at again."@en ;\n'
    yield f"    skos:exactMatch wd:Q{number * 7 + 1} ;\n"
    yield f"    skos:closeMatch <https://other.example/term/{number}> ;\n"
    yield f'    dcterms:created "2024-{number % 12 + 1:02}-{number % 28 + 1:02}"^^xsd:date .\n'
