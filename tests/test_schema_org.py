"""schema.org with http and with https is one vocabulary, to every part of a shape.

One set of shapes gives the same findings on data in either form, whichever form the shapes
have, with both engines, as one graph and in parts; and they are the right ones.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pa_onto.namespaces import local_name
from pa_onto.shacl.schemes import schemes
from tests.conftest import Run
from tests.judging import plan_for, report, same_both_ways, tiny

__all__ = ["tiny"]

#: Two events; `good` is right in every respect, `bad` is wrong in every respect.
DATA = """\
@prefix s: <http://schema.org/> . @prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:good a s:Event ; s:startDate "2026-02-01" ; s:endDate "2026-02-02" ;
  s:eventStatus s:EventScheduled ; s:about s:Thing ; s:url <http://example.org/> ;
  s:sameAs <https://example.org/> ; s:text "http://schema.org/Text" ; s:headline "a"^^s:Text .
ex:bad a s:Event ; s:startDate "2026-02-02" ; s:endDate "2026-02-01" ;
  s:eventStatus ex:Cancelled ; s:about ex:Thing ; s:url <ftp://example.org/> ;
  s:sameAs <ftp://example.org/> ; s:text "https://example.org/Text" ; s:headline "a" .
"""

_QUERY = 'sh:sparql [ sh:message "m" ; %s sh:select """%s""" ]'
_ORDER = "SELECT $this { $this {s}endDate ?e ; {s}startDate ?s . FILTER(?e < ?s) }"


def _select(where: str, prefixes: str = "sh:prefixes ex:o ;") -> str:
    return _QUERY % (prefixes, f"SELECT $this {{ {where} }}")


#: Constraints on an event that `bad` alone offends; NS stands for either form of the namespace.
CONSTRAINTS = {
    "declared prefix": _select("$this s:endDate ?e ; s:startDate ?s . FILTER(?e < ?s)"),
    "inline prefix": _QUERY
    % ("", "PREFIX n: <NS> SELECT $this { $this n:endDate ?e ; n:startDate ?s FILTER(?e < ?s) }"),
    "prefix before the slash": _QUERY
    % (
        "",
        "BASE <NS> PREFIX n: </> SELECT $this "
        "{ $this n:endDate ?e ; n:startDate ?s FILTER(?e < ?s) }",
    ),
    "full IRIs": _select("$this <NSendDate> ?e ; <NSstartDate> ?s . FILTER(?e < ?s)", ""),
    "not exists": _select("$this a s:Event FILTER NOT EXISTS { $this s:about s:Thing }"),
    "text of an IRI": _select(
        "$this s:about ?o FILTER(!STRSTARTS(STR(?o), 'NS'))",
    ),
    "text of another IRI": _select(
        "$this <NSabout> ?o FILTER(STR(?o) != 'NSThing')",
    ),
    "built IRI": _select(
        "$this a s:Event . BIND(IRI(CONCAT('NS', 'about')) AS ?p) "
        "FILTER NOT EXISTS { $this ?p <NSThing> }"
    ),
    "built of scheme and rest": _select(
        "$this a s:Event . BIND(IRI(CONCAT('SCHEME', '://schema.org/about')) AS ?p) "
        "FILTER NOT EXISTS { $this ?p <NSThing> }"
    ),
    "regex in a query": _select(
        "$this s:about ?o FILTER(!REGEX(STR(?o), '^SCHEME://schema\\\\\\\\.org/[A-Z]'))"
    ),
    "any predicate": _select(
        "$this a s:Event FILTER NOT EXISTS "
        "{ $this ?p s:EventScheduled FILTER(STRENDS(STR(?p), 'eventStatus')) }"
    ),
    "prefix as text": _select("$this s:about ?o FILTER(!STRSTARTS(STR(?o), STR(s:)))"),
    "pattern": 'sh:property [ sh:path s:about ; sh:pattern "^NS" ]',
    "pattern with escapes": (
        'sh:property [ sh:path s:about ; sh:pattern "^SCHEME:\\\\/\\\\/schema\\\\.org\\\\/T" ]'
    ),
    "pattern of both": 'sh:property [ sh:path s:about ; sh:pattern "^https?://schema.org/" ]',
    "pattern, nested": (
        'sh:property [ sh:path s:about ; sh:not [ sh:not [ sh:pattern "^NSTh" ] ] ]'
    ),
    "pattern, closed": (
        "sh:closed true ; sh:ignoredProperties ( rdf:type s:startDate s:endDate s:text s:headline "
        's:eventStatus s:sameAs s:url ) ; sh:property [ sh:path s:about ; sh:pattern "^NST" ]'
    ),
    "has value": "sh:property [ sh:path s:eventStatus ; sh:hasValue <NSEventScheduled> ]",
    "in": "sh:property [ sh:path s:eventStatus ; sh:in ( s:EventScheduled <NSOther> ) ]",
    "class of the path": "sh:property [ sh:path <NSabout> ; sh:in ( <NSThing> ) ]",
    "datatype": "sh:property [ sh:path s:headline ; sh:datatype s:Text ]",
    "other patterns": (
        'sh:property [ sh:path s:url ; sh:pattern "^http://" ] ; '
        'sh:property [ sh:path s:about ; sh:pattern "^NS" ] ; '
        'sh:property [ sh:path s:sameAs ; sh:pattern "^https://" ]'
    ),
    "path in a query": (
        "sh:property [ sh:path s:about ; "
        + _select("$this $PATH ?o FILTER(!STRSTARTS(STR(?o), 'NS'))")
        + " ]"
    ),
    "component": 'ex:startsWith "NS"',
}

SHAPES = """\
@prefix ex: <http://example.org/> . @prefix s: <NS> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
ex:o sh:declare [ sh:prefix "s" ; sh:namespace "NS" ] .
ex:StartsWith a sh:ConstraintComponent ; sh:parameter [ sh:path ex:startsWith ] ;
  sh:validator [ a sh:SPARQLAskValidator ; sh:message "m" ; sh:ask
    "ASK { $value <NSabout> ?o FILTER(STRSTARTS(STR(?o), $startsWith)) }" ] .
ex:S a sh:NodeShape ; sh:targetClass s:Event ; %s .
"""
FORMS = ("http", "https")


def _in(form: str, text: str) -> str:
    return text.replace("NS", f"{form}://schema.org/").replace("SCHEME", form)


@pytest.mark.usefixtures("tiny")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", list(CONSTRAINTS))
def test_shapes_in_either_form_find_the_same_in_data_of_either_form(
    name: str, form: str, tmp_path: Path
) -> None:
    shapes = _in(form, SHAPES % CONSTRAINTS[name])
    if name != "component":
        # In parts where nothing else keeps the data together.
        shapes = "\n".join(line for line in shapes.split("\n") if "alidator" not in line)
        shapes = shapes.replace('    "ASK { $value', "# ").replace("ex:StartsWith a", "# ")
    found = {}
    for data_form in FORMS:
        data = tmp_path / f"{data_form}.ttl"
        data.write_text(DATA.replace("http://schema.org/", f"{data_form}://schema.org/", 1))
        reports = {
            "shacl": same_both_ways([data], plan_for(shapes)),
            "pyshacl": report([data], parts=False, plan=plan_for(shapes, engine="pyshacl")),
        }
        for engine, made in reports.items():
            assert not isinstance(made, str), made
            assert made.notices == ()
            found[engine, data_form] = sorted(
                (local_name(f.focus_node), f.component, f.path or "", f.value or "")
                for f in made.findings
            )
    first = found["shacl", "http"]
    assert all(rows == first for rows in found.values()), found
    assert {row[0] for row in first} == {"bad"}
    assert len(first) == (3 if name == "other patterns" else 1)
    assert not any("http://schema.org/" in text for row in first for text in row)


def test_literals_are_judged_as_they_are_written(tmp_path: Path) -> None:
    """They are texts: that one begins like an IRI of schema.org does not make it one."""
    data = tmp_path / "data.ttl"
    data.write_text(DATA)
    for form, names in (("http", {"bad"}), ("https", {"bad", "good"})):
        for constraint in (
            'sh:property [ sh:path s:text ; sh:pattern "^NS" ]',
            'sh:property [ sh:path s:text ; sh:in ( "NSText" ) ]',
            _select("$this s:text ?o FILTER(!STRSTARTS(?o, 'NS'))"),
        ):
            found = report(
                [data], parts=False, plan=plan_for(_in(form, SHAPES.replace("%s", constraint)))
            )
            assert not isinstance(found, str)
            assert {local_name(f.focus_node) for f in found.findings} == names, constraint


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "base.ttl",
            "@base <http://schema.org> . <http://e/a> a </Event> ; </about> <http://e/T> .",
        ),
        (
            "escaped.nt",
            "<http://e/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
            "<http:\\u002F/schema.org/Event> .\n"
            "<http://e/a> <http:\\u002f\\U0000002Fschema.org/about> <http://e/T> .\n",
        ),
        (
            "data.rdf",
            '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
            'xmlns:s="http://schema.org/" xml:base="http://schema.org/">'
            '<s:Event r:about="http://e/a"><s:about r:resource="http://e/T"/></s:Event></r:RDF>',
        ),
        (
            "data.trig",
            "@prefix s: <http://schema.org/> . "
            "<x:g> { <http://e/a> a s:Event ; s:about <http://e/T> }",
        ),
    ],
)
def test_http_is_seen_however_data_write_it(
    name: str, text: str, tmp_path: Path, pa_onto: Run
) -> None:
    data, shapes, empty = tmp_path / name, tmp_path / "shapes.ttl", tmp_path / "empty.ttl"
    data.write_text(text)
    empty.write_text("")
    header = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    shapes.write_text(header + _in("http", SHAPES % CONSTRAINTS["not exists"]))
    result = pa_onto("validate", data, "--shapes", shapes, "--vocabulary", empty)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "1 violation" in result.stdout


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("^http://schema\\.org/", {"http"}),
        ("^https://schema\\.org/", {"https"}),
        ("^https?://schema\\.org/", set()),
        ("^(http|https)://schema\\.org/", set()),
        ("^http:\\/\\/schema", {"http"}),
        ("^http:", {"http"}),
        ("https", {"https"}),
        ("HTTP://SCHEMA.ORG/", {"http"}),
        ("^http://\\w+", {"http"}),
        ("http://schema.org/ https://schema.org/", {"http", "https"}),
        ("^https://w3id\\.org/pa-onto/title/", set()),
        ("http://www.w3.org/ns/org#", set()),
        ("httpd", set()),
    ],
)
def test_what_a_text_spells(text: str, found: set[str]) -> None:
    assert schemes(text) == found
