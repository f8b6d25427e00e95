"""A type or a property that does not exist is a finding, in every format and in any part."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

import pa_onto as package
from pa_onto.errors import InputError
from pa_onto.model import Finding, Report, Severity
from pa_onto.namespaces import PA, SCHEMA
from pa_onto.reading.names import mistaken, schema_org
from pa_onto.validation.terms import Kind, Terms
from pa_onto.vocabulary import published_text
from tests.conftest import ROOT, Run
from tests.judging import PROJECT, our_plan, plan_for, report, same_both_ways, tiny, why_whole

__all__ = ["tiny"]

Node = dict[str, Any]

HR = "https://hr.example.com/"
PREFIXES = """\
@prefix ex: <http://example.org/ns#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix pa: <https://w3id.org/pa-onto/ns#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix title: <https://w3id.org/pa-onto/title/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
(POSTING,) = json.loads((ROOT / "data" / "postings.jsonld").read_text())[:1]


def turtle(type: str = "Position", level: str = "atLevel") -> str:
    return (
        PREFIXES
        + f"""
<{HR}1> a pa:{type} ;
    org:role title:runner ;
    pa:{level} <https://w3id.org/pa-onto/level/entry> ;
    org:postIn <{HR}night-shoot> ;
    schema:startDate "2026-01-12"^^xsd:date .
<{HR}night-shoot> a pa:Production ; schema:name "Night Shoot" .
"""
    )


def _converted(text: str, format: str) -> str:
    return rdflib.Graph().parse(data=text, format="turtle").serialize(format=format)


def _trig(text: str) -> str:
    prefixes, _, body = text.partition("\n\n")
    return f"{prefixes}\n<{HR}graph> {{ {body} }}\n"


def _nquads(text: str) -> str:
    lines = _converted(text, "nt").splitlines()
    return "".join(f"{line[:-1]}<{HR}graph> .\n" for line in lines if line.strip())


def _curies(text: str) -> str:
    """Return the records as plain JSON in which CURIEs stand for keys and types."""
    type, level = (part.split()[0] for part in (text.split(" a pa:")[1], text.split("    pa:")[1]))
    record = {
        "id": HR + "1",
        "type": f"pa:{type}",
        "org:role": {"id": "https://w3id.org/pa-onto/title/runner"},
        f"pa:{level}": {"id": "https://w3id.org/pa-onto/level/entry"},
        "org:postIn": {"id": HR + "night-shoot"},
        "schema:startDate": {"@value": "2026-01-12", "@type": "xsd:date"},
    }
    production = {"id": HR + "night-shoot", "type": "Production", "name": "Night Shoot"}
    return json.dumps([record, production])


FORMATS: dict[str, Callable[[str], str]] = {
    "ttl": str,
    "nt": lambda text: _converted(text, "nt"),
    "nq": _nquads,
    "trig": _trig,
    "rdf": lambda text: _converted(text, "xml"),
    "jsonld": lambda text: _converted(text, "json-ld"),
    "json": _curies,
    "jsonl": lambda text: "\n".join(map(json.dumps, json.loads(_curies(text)))),
}


def validated(path: Path, text: str, **options: Any) -> Report:
    path.write_text(text, encoding="utf-8")
    return package.validate([str(path)], **options)


def named(report: Report) -> list[tuple[str, str, str | None]]:
    """Return severity, component and suggestion of the findings on terms."""
    return [
        (f.severity.label, f.component, f.suggestion)
        for f in report.findings
        if f.component in ("UnknownType", "UnknownProperty")
    ]


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize(
    ("misspelt", "component", "meant"),
    [
        ({"type": "Positon"}, "UnknownType", "Position"),
        ({"type": "position"}, "UnknownType", "Position"),
        ({"type": "Person"}, "UnknownType", "schema:Person"),
        ({"type": "Zebra"}, "UnknownType", None),
        ({"level": "atLevl"}, "UnknownProperty", "atLevel"),
        ({"level": "at-level"}, "UnknownProperty", "atLevel"),
        ({"level": "salaryCurrency"}, "UnknownProperty", "schema:salaryCurrency"),
        ({"level": "zebra"}, "UnknownProperty", None),
    ],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else None,
)
def test_an_unknown_term_of_the_vocabulary_is_a_violation_at_its_place(
    misspelt: dict[str, str], component: str, meant: str | None, extension: str, tmp_path: Path
) -> None:
    text = FORMATS[extension](turtle(**misspelt))
    path = tmp_path / f"crew.{extension}"
    found = validated(path, text)
    assert named(found) == [("Violation", component, meant)]
    (finding,) = (f for f in found.findings if f.component == component)
    (name,) = misspelt.values()
    place = finding.location
    assert place is not None and place.line is not None and place.column is not None
    assert name in text.split("\n")[place.line - 1][place.column - 1 :][:60]


@pytest.mark.parametrize("extension", FORMATS)
def test_what_exists_is_not_named(extension: str, tmp_path: Path) -> None:
    text = FORMATS[extension](turtle())
    assert validated(tmp_path / f"crew.{extension}", text).findings == ()


def test_a_type_written_with_an_escape_is_that_type(tmp_path: Path) -> None:
    text = _converted(turtle(type="Positon"), "nt").replace("#Positon", "#\\u0050ositon")
    found = validated(tmp_path / "crew.nt", text)
    assert named(found) == [("Violation", "UnknownType", "Position")]
    right = _converted(turtle(), "nt").replace("#Position>", "#\\u0050osition>")
    assert validated(tmp_path / "right.nt", right).focus_nodes == 2


def _schema_org(**changes: object) -> str:
    node = {**POSTING, "@context": "https://schema.org", **changes}
    return json.dumps({key: value for key, value in node.items() if value != "away"})


@pytest.mark.parametrize(
    ("changes", "severity", "meant"),
    [
        ({"basesalary": 1, "baseSalary": "away"}, "Warning", "baseSalary"),
        ({"employmentTyp": "INTERN", "employmentType": "away"}, "Warning", "employmentType"),
        ({"valid_through": "x"}, "Warning", "validThrough"),
        ({"Title": "x"}, "Warning", "title"),
        ({"schema:benifits": "x"}, "Warning", "benefits"),
        ({"Organization": "x"}, "Warning", "subOrganization"),
        ({"favouriteZebra": 1}, "Info", None),
        ({"jobLocation": {"addres": "x"}}, "Warning", "address"),
        ({"image": {"@type": "ImageObjct"}}, "Warning", "ImageObject"),
        ({"image": {"@type": ["ImageObject", "Zzz"]}}, "Info", None),
        ({"image": {"@type": "url"}}, "Warning", "URL"),
        ({"@type": ["JobPosting", "JobPostng"]}, "Violation", "JobPosting"),
    ],
    ids=str,
)
def test_a_term_that_schema_org_lacks_is_named_at_its_place(
    changes: Node, severity: str, meant: str | None, tmp_path: Path
) -> None:
    text = _schema_org(**changes)
    found = validated(tmp_path / "posting.json", text)
    (term,) = named(found)
    assert (term[0], term[2]) == (severity, meant)
    (finding,) = (f for f in found.findings if f.component.startswith("Unknown"))
    assert finding.location is not None and finding.location.pointer not in (None, "")
    page = f'<html><script type="application/ld+json">{text}</script></html>'
    assert named(validated(tmp_path / "posting.html", page)) == [term]


@pytest.mark.parametrize("kind", ["JobPostng", "jobPosting", "JobPosting/", "Jobposting"])
def test_a_posting_of_a_misspelt_type_does_not_pass(kind: str, tmp_path: Path) -> None:
    text = json.dumps([json.loads(_schema_org()), json.loads(_schema_org(**{"@type": kind}))])
    found = validated(tmp_path / "postings.json", text.replace('/1"', '/2"', 1))
    assert ("Violation", "UnknownType") in [term[:2] for term in named(found)]
    assert found.worst() is Severity.VIOLATION


def test_what_schema_org_has_is_not_named(tmp_path: Path) -> None:
    action = {"@type": "SearchAction", "target": "x:/?q={q}", "query-input": "required name=q"}
    text = _schema_org(potentialAction=action, image={"@type": "ImageObject", "caption": "x"})
    assert validated(tmp_path / "posting.json", text).findings == ()


@given(
    st.sampled_from(sorted(schema_org().types)), st.sampled_from(sorted(schema_org().properties))
)
def test_no_name_of_schema_org_is_unknown(type: str, property: str) -> None:
    assert not _terms().unknown(Kind.TYPE, SCHEMA + type)
    assert not _terms().unknown(Kind.PROPERTY, SCHEMA + property)
    assert not _terms().unknown(Kind.PROPERTY, f"http://schema.org/{property}")


@cache
def _terms() -> Terms:
    return Terms(our_plan().shapes, published_text(PROJECT))


TERMS = [
    (Kind.TYPE, PA + "Position"),
    (Kind.TYPE, PA + "Production"),
    (Kind.PROPERTY, PA + "atLevel"),
    (Kind.PROPERTY, PA + "inDepartment"),
    (Kind.TYPE, SCHEMA + "JobPosting"),
    (Kind.TYPE, SCHEMA + "MonetaryAmount"),
    (Kind.PROPERTY, SCHEMA + "baseSalary"),
    (Kind.PROPERTY, SCHEMA + "hiringOrganization"),
    (Kind.PROPERTY, "http://www.w3.org/ns/org#reportsTo"),
]


@given(st.sampled_from(TERMS), st.data())
def test_any_slip_of_a_letter_is_seen_through(term: tuple[Kind, str], data: st.DataObject) -> None:
    kind, iri = term
    start = max(iri.rfind("#"), iri.rfind("/")) + 1
    at = data.draw(st.integers(start, len(iri) - 1))
    letter = data.draw(st.sampled_from("aeinrstxqZ"))
    slips = [
        iri[:at] + iri[at + 1 :],
        iri[:at] + letter + iri[at:],
        iri[:at] + letter + iri[at + 1 :],
        iri[:at] + iri[at : at + 2][::-1] + iri[at + 2 :],
        iri[:start] + iri[start:].swapcase(),
    ]
    slip = data.draw(st.sampled_from([slip for slip in slips if slip != iri]))
    if not _terms().unknown(kind, slip):
        # Another term that exists: schema.org has names that are near each other.
        assert slip.startswith(SCHEMA) and schema_org().has(kind is Kind.TYPE, slip[len(SCHEMA) :])
        return
    said = _terms().explained(kind, slip)
    assert said.suggestion == iri[start:]
    assert said.severity >= Severity.WARNING
    assert said.severity is Severity.VIOLATION or not slip.startswith(PA)


@pytest.mark.parametrize(
    ("space", "severity"),
    [
        ("http://w3id.org/pa-onto/ns#", Severity.VIOLATION),
        ("https://w3id.org/pa-onto/ns/", Severity.VIOLATION),
        ("https://www.w3id.org/pa-onto/NS#", Severity.VIOLATION),
    ],
)
def test_a_misspelt_namespace_is_seen_through(space: str, severity: Severity) -> None:
    assert _terms().unknown(Kind.TYPE, space + "Position")
    said = _terms().explained(Kind.TYPE, space + "Position")
    assert (said.suggestion, said.severity) == ("pa:Position", severity)
    assert not _terms().unknown(Kind.TYPE, space + "Zebra")
    assert not _terms().unknown(Kind.TYPE, "https://w3id.org/other/ns#Position")


@pytest.mark.parametrize(
    ("name", "other", "slip"),
    [
        ("reportTo", "reportsTo", True),
        ("ReportsTo", "reportsTo", True),
        ("reports_to", "reportsTo", True),
        ("reprotsTo", "reportsTo", True),
        ("reportsTo", "reportsTo", False),
        ("address1", "address2", False),
        ("firstName", "lastName", False),
        ("cat", "car", False),
    ],
)
def test_what_a_slip_is(name: str, other: str, slip: bool) -> None:
    assert mistaken(name, other) is slip


SHAPES = """
ex:PersonShape sh:targetClass ex:Person ;
    sh:property [ sh:path ex:firstName ; sh:maxCount 1 ] ,
        [ sh:path ( ex:worksFor [ sh:inversePath ex:address1 ] ) ; sh:maxCount 3 ] .
ex:Queried sh:targetClass ex:Company ;
    sh:sparql [ sh:select "SELECT $this WHERE { $this <http://example.org/ns#homePage> 1 }" ] .
"""
DECLARED = """
ex:Person a owl:Class . ex:Company a rdfs:Class . ex:Seat rdfs:subClassOf ex:Thing .
ex:firstName a owl:DatatypeProperty . ex:worksFor a rdf:Property . foaf:Person a owl:Class .
"""
HEADER = "<http://example.org/ns> a owl:Ontology ."
ELSEWHERE = (
    "<http://example.org/terms/> a owl:Ontology . <http://example.org/terms/T> a owl:Class ."
)


@pytest.mark.parametrize(
    ("vocabulary", "data", "expected"),
    [
        # Nobody says that the terms of shapes are all there are: only slips are doubted.
        ("", "ex:a a ex:Persn .", ["Warning Person"]),
        ("", "ex:a ex:fristName 1 ; ex:workFor ex:b ; ex:firstname 2 .", ["Warning"] * 3),
        ("", "ex:a a ex:People ; ex:lastName 1 ; ex:address2 1 ; ex:homePage 1 .", []),
        # A vocabulary that declares terms has the list, in both of its parts.
        (DECLARED, "ex:a a ex:People .", ["Violation None"]),
        (DECLARED, "ex:a a ex:Company, ex:Seat ; ex:homePage 1 ; ex:address1 2 .", []),
        (DECLARED, "ex:a a foaf:Agent ; foaf:nick 1 .", []),
        (DECLARED + HEADER, "ex:a ex:lastName 1 .", ["Violation None"]),
        # Declared in passing, in a namespace that another ontology is named after.
        (DECLARED + ELSEWHERE, "ex:a a ex:People .", []),
        (DECLARED + ELSEWHERE, "<http://example.org/terms/a> a <http://example.org/terms/U> .",
         ["Violation None"]),
        ("ex:Person a owl:Class .", "ex:a a ex:People ; ex:lastName 1 .", ["Violation None"]),
        # What is of the other kind does not exist as one of this kind.
        (DECLARED, "ex:a a ex:firstName .", ["Violation None"]),
        (DECLARED, "ex:a ex:Person 1 .", ["Violation None"]),
        # Data may declare terms of their own.
        (DECLARED, "ex:a a ex:People . ex:People a rdfs:Class .", []),
        ("", "ex:a a ex:Persn ; ex:firstname 1 . ex:Persn rdfs:subClassOf ex:Thing . "
         "ex:firstname rdfs:subPropertyOf ex:name .", []),
    ],
    ids=str,
)  # fmt: skip
def test_what_owns_a_namespace(
    vocabulary: str, data: str, expected: list[str], tmp_path: Path
) -> None:
    prefixes = PREFIXES + "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
    paths = {}
    texts = {"shapes": SHAPES, "vocabulary": vocabulary, "data": f"ex:known a ex:Person . {data}"}
    for name, text in texts.items():
        paths[name] = tmp_path / f"{name}.ttl"
        paths[name].write_text(prefixes + text)
    found = package.validate(
        [str(paths["data"])], shapes=[paths["shapes"]], vocabulary=[paths["vocabulary"]]
    )
    said = sorted(f"{severity} {meant}" for severity, _, meant in named(found))
    assert [s[: len(e)] for s, e in zip(said, expected, strict=True)] == expected


def _lines(count: int, wrong: Callable[[int], str]) -> str:
    return "".join(
        f"<{HR}{n}> <{PA}{wrong(n)}> <https://w3id.org/pa-onto/level/entry> .\n"
        f"<{HR}{n}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{PA}Position> .\n"
        for n in range(count)
    )


@pytest.mark.usefixtures("tiny")
def test_parts_say_what_the_whole_says(tmp_path: Path) -> None:
    path = tmp_path / "crew.nt"
    path.write_text(_lines(9, lambda n: "atLevl" if n % 3 else "atLevel"))
    found = same_both_ways([path])
    assert not isinstance(found, str) and not why_whole(found)
    assert len(named(found)) == 6
    records = [{"id": f"{HR}{n}", "type": "pa:Positon", "pa:rnk": n} for n in range(9)]
    path = tmp_path / "crew.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    found = same_both_ways([path])
    assert not isinstance(found, str) and len(named(found)) == 18


@pytest.mark.usefixtures("tiny")
def test_what_several_parts_say_of_a_node_is_said_once(tmp_path: Path) -> None:
    one, other = tmp_path / "one.nt", tmp_path / "other.nt"
    one.write_text(_lines(4, lambda n: "atLevl") + f'<{HR}0> <{SCHEMA}nam> "x" .\n')
    other.write_text(_lines(4, lambda n: "atLevl") + f'<{HR}1> <{PA}rnk> "x" .\n')
    found = same_both_ways([one, other])
    assert not isinstance(found, str) and not why_whole(found)
    assert len(named(found)) == 6


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("first", [True, False])
def test_data_may_declare_a_term_in_another_part(first: bool, tmp_path: Path) -> None:
    declared = (
        f"<{PA}atLevl> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<http://www.w3.org/2002/07/owl#ObjectProperty> .\n"
    )
    used = _lines(8, lambda n: "atLevl")
    path = tmp_path / "crew.nt"
    path.write_text(declared + used if first else used + declared)
    found = same_both_ways([path])
    assert not isinstance(found, str) and named(found) == []


@pytest.mark.usefixtures("tiny")
def test_foreign_shapes_say_the_same_in_parts(tmp_path: Path) -> None:
    plan = plan_for(PREFIXES + SHAPES)
    path = tmp_path / "people.nt"
    ex = "http://example.org/ns#"
    type = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    people = (f"<{HR}{n}> {type} <{ex}{'Persn' if n % 2 else 'Person'}> .\n" for n in range(9))
    path.write_text("".join(people))
    found = same_both_ways([path], plan)
    assert not isinstance(found, str)
    assert named(found) == [("Warning", "UnknownType", "Person")] * 4


def test_warnings_do_not_let_pass_what_no_shape_looked_at(tmp_path: Path) -> None:
    shapes, empty = tmp_path / "shapes.ttl", tmp_path / "empty.ttl"
    shapes.write_text(PREFIXES + SHAPES)
    empty.write_text("")
    with pytest.raises(InputError, match=r"Nothing was checked.*did you mean Person\?"):
        text = PREFIXES + "ex:a a ex:Persn ."
        validated(tmp_path / "people.ttl", text, shapes=[shapes], vocabulary=[empty])


UNLOOKED = f'{{"@context": "https://schema.org", "@id": "{HR}x%d", "@type": "Thing"}}\n'
LOOKED = f'{{"id": "{HR}p", "type": "Production", "name": "N"}}\n'


@pytest.mark.parametrize("format", ["human", "json", "jsonl", "sarif", "junit", "github", "turtle"])
def test_max_unchecked_fails_a_run_in_every_format(
    format: str, pa_onto: Run, tmp_path: Path
) -> None:
    path = tmp_path / "mixed.jsonl"
    path.write_text(LOOKED + UNLOOKED % 1 + UNLOOKED % 2)
    assert pa_onto("validate", path, "--format", format).returncode == 0
    assert pa_onto("validate", path, "--format", format, "--max-unchecked", "2").returncode == 0
    result = pa_onto("validate", path, "--format", format, "--max-unchecked", "1")
    assert result.returncode == 1
    assert "No shape looks at 2 of 3 records" in result.stdout
    assert "UncheckedRecord" in result.stdout


def test_max_unchecked_is_no_finding_of_a_baseline(pa_onto: Run, tmp_path: Path) -> None:
    path, known = tmp_path / "mixed.jsonl", tmp_path / "known.json"
    path.write_text(LOOKED + UNLOOKED % 1)
    assert (
        pa_onto("validate", path, "--max-unchecked", "0", "--write-baseline", known).returncode == 0
    )
    assert json.loads(known.read_text())["findings"] == []
    gate = ("--max-unchecked", "0", "--baseline", known, "--max-findings", "1")
    result = pa_onto("validate", path, *gate)
    assert result.returncode == 1
    assert "mixed.jsonl:2:1: Violation" in result.stdout


@pytest.mark.parametrize("allowed", [0, 1, 2, 3])
def test_max_unchecked_says_the_same_in_parts(allowed: int, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(LOOKED + UNLOOKED % 2 + UNLOOKED % 1)
    (tmp_path / "b.ttl").write_text(PREFIXES + f"<{HR}agent> a ex:Agent .")
    files = [str(tmp_path / "a.jsonl"), str(tmp_path / "b.ttl")]
    both: list[list[Finding]] = []
    for parts in (False, True):
        found = package.validate(files, parts=parts, max_unchecked=allowed)
        both.append(list(found.findings))
        assert found.conforms is (allowed == 3)
    assert both[0] == both[1]


def test_clean_data_never_ask_for_the_lists() -> None:
    found = report([ROOT / "data" / "crew.jsonl"], parts=False)
    assert isinstance(found, Report)
    assert (found.findings, found.records, found.focus_nodes, found.unchecked) == ((), 72, 72, 0)
    terms = our_plan().terms
    assert terms is not None


CASES = ROOT.parent / "shared" / "cases" / "validate"


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        ("misspelt-class.ttl", {"Position"}),
        ("misspelt-properties.ttl", {"atLevel", "inDepartment"}),
        ("posting-misspelt-types.json", {"JobPosting"}),
        ("posting-misspelt-keys.json", {"baseSalary", "employmentType", "validThrough"}),
    ],
)
def test_the_cases_that_passed_unseen(name: str, terms: set[str]) -> None:
    if not (CASES / name).is_file():
        pytest.skip(f"{CASES / name} is not here")
    found = package.validate([str(CASES / name)])
    assert {f.suggestion for f in found.findings if f.component.startswith("Unknown")} == terms
