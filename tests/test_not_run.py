"""What of the shapes is not run is told, and counts for no pass: imports, rules, targets."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyoxigraph as ox
import pytest

import pa_onto
from pa_onto.errors import InputError, UsageError
from pa_onto.model import Report, Severity, ShapeUse
from pa_onto.namespaces import RDFS
from pa_onto.report import render
from tests.conftest import ROOT, Run
from tests.test_messages import CASES, ENGINES, PREFIXES

SHAPE = "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:p ; sh:maxCount 9 ] ."
MISSES = (
    "ex:B a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:q ; sh:minCount 1 ] ."
)
DATA = "ex:a a ex:T ; ex:p 1 ."


class Folder:
    """A folder with shapes and data in Turtle, and an empty vocabulary."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.write("empty.ttl", "")
        self.write("data.ttl", DATA)

    def write(self, name: str, turtle: str) -> Path:
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(PREFIXES + turtle)
        return path

    def judge(self, *shapes: str, engine: str = "shacl", **options: object) -> Report:
        return pa_onto.validate(
            [str(self.path / "data.ttl")],
            shapes=[self.path / name for name in shapes],
            vocabulary=[self.path / "empty.ttl"],
            engine=engine,
            **options,  # type: ignore[arg-type]
        )

    def told(self, turtle: str, **options: object) -> Report:
        self.write("shapes.ttl", turtle)
        return self.judge("shapes.ttl", **options)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def shapes_found(report: Report) -> list[str]:
    return [finding.shape.rpartition("/")[2] for finding in report.findings]


# Imports


@pytest.fixture
def chain(folder: Folder) -> Folder:
    """Three files of which each imports the next, and the last the first."""
    folder.write("a.ttl", f"<http://x/a> a owl:Ontology ; owl:imports <http://x/b> . {SHAPE}")
    folder.write("b.ttl", f"<http://x/b#> a owl:Ontology ; owl:imports <http://x/c/> . {MISSES}")
    folder.write("c.ttl", "<http://x/c> owl:imports <http://x/a> ; a owl:Ontology .")
    return folder


def test_an_import_that_is_not_there_stops_the_run(chain: Folder) -> None:
    with pytest.raises(InputError, match="Imports <http://x/b>, which is not among the shapes"):
        chain.judge("a.ttl")
    with pytest.raises(InputError, match="http://x/c"):
        chain.judge("a.ttl", imports={"http://x/b": chain.path / "b.ttl"})


def test_imports_are_followed_to_their_end(chain: Folder) -> None:
    named = {f"http://x/{name}": str(chain.path / f"{name}.ttl") for name in "bc"}
    assert shapes_found(chain.judge("a.ttl", imports=named)) == ["B"]
    assert shapes_found(chain.judge("c.ttl", imports={**named, "http://x/a": chain.path / "a.ttl"}))


def test_an_import_of_another_file_of_shapes_is_there(chain: Folder) -> None:
    assert shapes_found(chain.judge("a.ttl", "b.ttl", "c.ttl")) == ["B"]
    assert shapes_found(chain.judge(".")) == ["B"]


@pytest.mark.parametrize(
    "other",
    [
        "@base <http://x/b> . <> rdfs:label 'b' .",
        "<http://x/b> a owl:Ontology .",
        "<http://x/z> owl:versionIRI <http://x/b> .",
        "# baseURI: http://x/b\n",
    ],
)
def test_a_file_goes_by_its_ontology_its_version_and_its_base(folder: Folder, other: str) -> None:
    folder.write("a.ttl", f"<http://x/a> owl:imports <http://x/b> . {SHAPE}")
    (folder.path / "b.ttl").write_text(other.partition("PREFIXES")[0] + PREFIXES + MISSES)
    if not other.startswith("#"):
        (folder.path / "b.ttl").write_text(PREFIXES + other + MISSES)
    assert shapes_found(folder.judge("a.ttl", "b.ttl")) == ["B"]


def test_files_import_each_other_by_where_they_stand(folder: Folder) -> None:
    folder.write("a.ttl", f"<> a owl:Ontology ; owl:imports <sub/b.ttl> . {SHAPE}")
    folder.write("sub/b.ttl", f"<> a owl:Ontology ; owl:imports <../a.ttl> . {MISSES}")
    with pytest.raises(InputError, match=r"sub/b\.ttl"):
        folder.judge("a.ttl")
    assert shapes_found(folder.judge("a.ttl", "sub")) == ["B"]


def test_no_file_is_read_because_a_shape_names_it(folder: Folder) -> None:
    secret = folder.write("secret.ttl", "this is not Turtle")
    with pytest.raises(InputError, match="not among the shapes"):
        folder.told(f"<> owl:imports <{secret.as_uri()}> , <secret.ttl> . {SHAPE}")


def test_vocabularies_without_shapes_and_our_own_are_known(folder: Folder) -> None:
    imports = ", ".join(
        f"<{iri}>"
        for iri in (
            "http://www.w3.org/2004/02/skos/core",
            "http://www.w3.org/ns/shacl#",
            "http://purl.org/dc/terms/",
            "https://w3id.org/pa-onto/",
            "https://w3id.org/pa-onto/shapes",
        )
    )
    report = folder.told(f"<http://x/a> owl:imports {imports} . {SHAPE}")
    assert sum("import of" in detail for detail in report.details) == 5
    assert any(use.shape.endswith("shapes#Position") for use in report.uses)


def test_an_import_of_the_vocabulary_is_there(folder: Folder) -> None:
    folder.write("empty.ttl", "<http://x/v> a owl:Ontology .")
    assert folder.told(f"<http://x/a> owl:imports <http://x/v#> . {SHAPE}").conforms


def test_an_import_must_be_an_iri_and_a_file_must_be_wanted(folder: Folder) -> None:
    with pytest.raises(InputError, match="names no IRI"):
        folder.told(f'<http://x/a> owl:imports "http://x/b" . {SHAPE}')
    report = folder.told(SHAPE, imports={"http://x/q": folder.path / "gone.ttl"})
    assert report.notices == ("No shapes import <http://x/q>, which a file was named for.",)
    with pytest.raises(InputError, match=r"gone\.ttl"):
        folder.told(
            f"<x:a> owl:imports <http://x/q> . {SHAPE}",
            imports={"http://x/q": folder.path / "gone.ttl"},
        )


def test_a_relative_name_of_a_class_is_none_of_the_data(folder: Folder) -> None:
    with pytest.raises(InputError, match="Names <Thing>, a relative IRI"):
        folder.told("<#S> a sh:NodeShape ; sh:targetClass <Thing> ; sh:nodeKind sh:IRI .")


def test_the_command_line_takes_imports(chain: Folder, pa_onto: Run) -> None:
    here = chain.path
    options = ["validate", here / "data.ttl", "--vocabulary", here / "empty.ttl"]
    options += ["--shapes", here / "a.ttl", "--import", f"http://x/b={here / 'b.ttl'}"]
    assert pa_onto(*options).returncode == 2
    assert pa_onto(*options, "--import", f"http://x/c/={here / 'c.ttl'}").returncode == 1
    wrong = pa_onto(*options, "--import", "http://x/c")
    assert (wrong.returncode, "is not IRI=FILE" in wrong.stderr) == (2, True)
    wrong = pa_onto(*options, "--import", "http://x/c=gone.ttl")
    assert (wrong.returncode, "there is no file 'gone.ttl'" in wrong.stderr) == (2, True)


# What is refused, and what may be left out

NOT_RUN = {
    "rule": "ex:S sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:object ex:U ] .",
    "target": "ex:S sh:target [ a sh:SPARQLTarget ; sh:select 'SELECT ?this { ?this ?p ?o }' ] .",
    "js": "ex:S sh:js [ sh:jsFunctionName 'f' ] .",
    "expression": "ex:S sh:property [ sh:path ex:p ; sh:expression [ sh:path ex:q ] ] .",
    "entailment": "<http://x/a> sh:entailment <http://www.w3.org/ns/entailment/RDFS> .",
    "SPARQLFunction": "ex:f a sh:SPARQLFunction ; sh:select 'SELECT ?x {}' .",
    "import": "<http://x/a> owl:imports <http://x/b> .",
    "dangling": "ex:S sh:node ex:Elsewhere .",
    "dash": "ex:S sh:property [ sh:path ex:p ; <http://datashapes.org/dash#singleLine> true ] .",
    "singleLine": "ex:S sh:property [ sh:path ex:p ; sh:singleLine true ] .",
    "memberShape": "ex:S sh:property [ sh:path ex:p ; sh:memberShape [ sh:nodeKind sh:IRI ] ] .",
    "targetWhere": "ex:S sh:targetWhere [ sh:class ex:T ] .",
    "ShapeClass": "ex:K a sh:ShapeClass ; sh:nodeKind sh:IRI .",
    "Debug": "ex:S sh:property [ sh:path ex:p ; sh:maxCount 1 ; sh:severity sh:Debug ] .",
    "namespace": "ex:S <http://www.w3.org/ns/shacl/minCount> 1 .",
    "misspelt": "ex:S sh:property [ sh:path ex:p ; sh:minCnt 1 ] .",
    "list": "ex:S sh:property [ sh:path ex:p ; sh:in [ rdf:first 1 ] ] .",
    "component": """ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:l ] ;
        sh:validator [ sh:ask 'ASK { MINUS {} }' ] . ex:S ex:l 1 .""",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("what", NOT_RUN)
def test_what_could_change_the_verdict_stops_the_run_unless_it_is_allowed(
    folder: Folder, what: str, engine: str
) -> None:
    shapes = f"{SHAPE} {MISSES} {NOT_RUN[what]}"
    with pytest.raises(InputError) as refused:
        folder.told(shapes, engine=engine)
    assert "--lenient-shapes" in str(refused.value)
    allowed = folder.told(shapes, engine=engine, lenient_shapes=True)
    told = [f for f in allowed.findings if f.component == "NotRun"]
    assert len(told) == allowed.set_aside >= 1
    assert all(finding.severity is Severity.WARNING for finding in told)
    assert not allowed.conforms
    assert "B" in shapes_found(allowed), "the other shape still judges"
    assert "not judged in full" in "".join(render(allowed, "human"))
    assert f'"setAside": {allowed.set_aside}' in "".join(render(allowed, "json"))
    for format in ("sarif", "junit", "github", "turtle", "json-ld", "jsonl"):
        assert "NotRun" in "".join(render(allowed, format))


def test_terms_of_shacl_1_2_are_called_that(folder: Folder) -> None:
    for term in ("singleLine", "memberShape", "targetWhere", "ShapeClass", "Debug"):
        with pytest.raises(InputError, match=rf"sh:{term} .* is a term of SHACL 1\.2"):
            folder.told(f"{SHAPE} {NOT_RUN[term]}")
    intent = "ex:S sh:intent 'No two at once.' ; sh:agentInstruction 'Mind the gap.' ."
    assert folder.told(f"{SHAPE} {intent} <x:g> a sh:ShapesGraph .").conforms


@pytest.mark.parametrize("what", ["rule", "target", "js", "expression", "misspelt", "singleLine"])
def test_what_is_deactivated_is_no_fault(folder: Folder, what: str) -> None:
    off = NOT_RUN[what].replace("ex:S ", "ex:Off sh:deactivated true ; ", 1)
    assert folder.told(f"{SHAPE} {off}").conforms


def test_all_faults_are_told_at_once(folder: Folder, pa_onto: Run) -> None:
    faults = " ".join(NOT_RUN[what] for what in ("rule", "misspelt", "singleLine", "list"))
    folder.write("shapes.ttl", f"{SHAPE} {faults}")
    here = folder.path
    result = pa_onto("validate", here / "data.ttl", "--shapes", here / "shapes.ttl")
    lines = result.stderr.splitlines()
    assert (result.returncode, len(lines)) == (2, 4)
    assert all(line.startswith(f"pa-onto: {here / 'shapes.ttl'}: ") for line in lines)


def test_each_fault_names_its_own_file_and_unreadable_files_are_told_together(
    folder: Folder,
) -> None:
    folder.write("one.ttl", "ex:S sh:targetClass ex:T ; sh:minCnt 1 .")
    folder.write("two.ttl", "ex:R sh:targetClass ex:T ; sh:maxCnt 1 .")
    with pytest.raises(InputError) as refused:
        folder.judge("one.ttl", "two.ttl")
    first, second = refused.value.lines()
    assert first.startswith(f"{folder.path / 'one.ttl'}: sh:minCnt")
    assert second.startswith(f"{folder.path / 'two.ttl'}: sh:maxCnt")
    folder.write("one.ttl", "ex:S sh:targetClass")
    folder.write("two.ttl", "ex:R")
    with pytest.raises(InputError) as refused:
        folder.judge("one.ttl", "two.ttl")
    assert len(refused.value.lines()) == 2


def test_what_uses_a_faulty_shape_logically_goes_with_it(folder: Folder) -> None:
    """Without its fault, what stands inside sh:not would be anything, and sh:not always broken."""
    for use in (
        "sh:not ex:F",
        "sh:or ( ex:F [ sh:class ex:U ] )",
        "sh:xone ( ex:F ex:F2 )",
        "sh:property [ sh:path ex:p ; sh:qualifiedValueShape ex:F ; sh:qualifiedMaxCount 0 ]",
        "sh:not [ sh:node ex:F ]",
    ):
        shapes = f"""
        ex:F sh:property [ sh:path ex:q ; sh:minCnt 1 ] . ex:F2 sh:nodeKind sh:BlankNode .
        ex:N a sh:NodeShape ; sh:targetClass ex:T ; {use} . {MISSES}
        """
        report = folder.told(shapes, lenient_shapes=True)
        rest = [f for f in report.findings if f.component != "NotRun"]
        assert {finding.shape for finding in rest} == {"http://example.org/B"}, use
        # The property shape of ex:N goes alone where it is but one demand of several.
        assert any(use.shape.endswith("/N") for use in report.uses) == ("qualified" in use)


def test_a_faulty_property_shape_leaves_the_others_of_its_shape(folder: Folder) -> None:
    shapes = f"{MISSES} ex:B sh:property [ sh:path ex:p ; sh:minCnt 1 ] ; sh:node [ sh:maxCnt 2 ] ."
    assert shapes_found(folder.told(shapes, lenient_shapes=True)) == ["B", "B", "B"]


def test_where_nothing_is_left_nothing_was_judged(folder: Folder) -> None:
    with pytest.raises(InputError, match=r"Nothing is left to judge by\. .*minLngth"):
        folder.told("ex:S sh:targetClass ex:T ; sh:minLngth 3 .", lenient_shapes=True)


def test_a_lenient_run_is_never_silent(folder: Folder, pa_onto: Run) -> None:
    folder.write("shapes.ttl", f"{SHAPE} {NOT_RUN['rule']}")
    here = folder.path
    options = ["validate", here / "data.ttl", "--shapes", here / "shapes.ttl", "--lenient-shapes"]
    result = pa_onto(*options)
    assert result.returncode == 0
    assert "sh:rule" in result.stdout
    assert "not judged in full" in result.stdout.splitlines()[-1]
    assert "set aside" in pa_onto(*options, "--quiet").stderr
    assert pa_onto(*options, "--fail-on", "warning").returncode == 1


# Targets


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "declared",
    [
        "ex:K a owl:Class, sh:NodeShape",
        "ex:K a rdfs:Class, sh:NodeShape",
        "ex:Meta rdfs:subClassOf rdfs:Class . ex:K a ex:Meta, sh:NodeShape",
        "ex:N rdfs:subClassOf ex:M . ex:M rdfs:subClassOf owl:Class . ex:K a ex:N, sh:NodeShape",
        "ex:Mine rdfs:subClassOf sh:NodeShape . ex:K a owl:Class, ex:Mine",
        "ex:K a owl:Class, sh:NodeShape ; sh:targetClass ex:T",
    ],
)
def test_a_class_that_is_a_shape_has_its_instances_for_focus_nodes(
    folder: Folder, declared: str, engine: str
) -> None:
    folder.write("data.ttl", f"{DATA} ex:k a ex:K . ex:l a ex:L . ex:L rdfs:subClassOf ex:K .")
    demand = "; sh:property [ sh:path ex:q ; sh:minCount 1 ] ."
    found = folder.told(f"{SHAPE} {declared} {demand}", engine=engine).findings
    wrong = {"http://example.org/k", "http://example.org/l"}
    if "targetClass" in declared:
        wrong.add("http://example.org/a")
    assert {finding.focus_node for finding in found} == wrong


def test_a_shape_without_a_target_is_told(folder: Folder) -> None:
    free = """
    ex:Free a sh:NodeShape ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .
    ex:K a owl:Class ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .
    ex:Used a sh:NodeShape ; sh:nodeKind sh:IRI . ex:S sh:node ex:Used .
    """
    assert folder.told(f"{SHAPE} {free}").notices == (
        "ex:Free, ex:K are not run: they have no target, and no shape refers to them.",
    )


@pytest.mark.parametrize(
    ("target", "used", "meant"),
    [
        ("sh:targetClass ex:Persn", "ex:x a ex:Person", "ex:Person"),
        ("sh:targetClass <http://other/Person>", "ex:x a ex:Person", "ex:Person"),
        ("sh:targetSubjectsOf ex:employs", "ex:x ex:employes 1", "ex:employes"),
        ("sh:targetObjectsOf ex:employs", "ex:x ex:employes 1", "ex:employes"),
        ("sh:targetClass ex:Organisation", "ex:x a ex:Person", None),
        ("sh:targetClass ex:Tt", "ex:x a ex:T", None),
        ("sh:targetClass ex:Super", "ex:x a ex:Sub . ex:Sub rdfs:subClassOf ex:Super", None),
    ],
)
@pytest.mark.parametrize("parts", [False, True])
def test_a_target_that_nothing_is_of_tells_what_may_be_meant(
    folder: Folder, target: str, used: str, meant: str | None, parts: bool
) -> None:
    folder.write("data.ttl", f"{DATA} {used} .")
    notices = folder.told(f"{SHAPE} ex:N {target} ; sh:nodeKind sh:IRI .", parts=parts).notices
    assert len(notices) == bool(meant)
    assert all(f"Did you mean {meant}, which no shape targets?" in text for text in notices)


def test_every_shape_tells_how_many_focus_nodes_it_had(folder: Folder, pa_onto: Run) -> None:
    folder.write("data.ttl", "ex:a a ex:T ; ex:p ex:b . ex:b a ex:U . ex:c a ex:T .")
    shapes = """
    ex:One sh:targetClass ex:T, ex:U ; sh:nodeKind sh:IRI . ex:Two sh:targetNode ex:z, ex:a ;
      sh:nodeKind sh:IRI . ex:Three sh:targetObjectsOf ex:p ; sh:nodeKind sh:IRI .
    ex:Off sh:targetClass ex:T ; sh:deactivated true ; sh:nodeKind sh:Literal .
    ex:None sh:targetClass ex:Nothing ; sh:nodeKind sh:IRI .
    [ sh:targetClass ex:U ] sh:nodeKind sh:IRI .
    """
    report = folder.told(shapes)
    assert {use.shape.rpartition("/")[2]: use.focus_nodes for use in report.uses} == {
        **{"": 1, "One": 3, "Two": 2, "Three": 1, "Off": 2, "None": 0}
    }
    assert ShapeUse("http://example.org/Off", ("targetClass <http://example.org/T>",), 2, True) in (
        report.uses
    )
    listed = json.loads("".join(render(report, "json")))["shapeUses"]
    assert [use["focusNodes"] for use in listed] == [use.focus_nodes for use in report.uses]
    here = folder.path
    options = ["validate", here / "data.ttl", "--shapes", here / "shapes.ttl"]
    assert "focus node" not in pa_onto(*options).stderr
    told = pa_onto(*options, "-v").stderr
    assert "pa-onto: http://example.org/One: 3 focus nodes (targetClass" in told
    assert "Off: 2 focus nodes, deactivated: none was judged" in told


@pytest.mark.skipif(not CASES.is_dir(), reason=f"the cases are not here: {CASES}")
@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("owl-class-shape", "owl-class-shape", 1),
        ("imports-ignored", "owl-class-shape", 2),
        ("rule-not-run", "rule-not-run", 2),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_cases_come_out_right(
    name: str, data: str, code: int, engine: str, folder: Folder, pa_onto: Run
) -> None:
    result = pa_onto(
        *("validate", CASES / f"{data}.data.ttl", "--shapes", CASES / f"{name}.shapes.ttl"),
        *("--vocabulary", folder.path / "empty.ttl", "--engine", engine),
    )
    assert result.returncode == code, result.stderr


def test_an_engine_that_there_is_not_is_still_a_usage_error(folder: Folder) -> None:
    with pytest.raises(UsageError):
        folder.told(SHAPE, engine="jena")


def test_our_own_shapes_import_nothing_and_have_no_idle_shape() -> None:
    report = pa_onto.validate([str(ROOT / "data" / "crew.jsonl")])
    assert report.notices == ()
    assert report.set_aside == 0


@pytest.mark.parametrize("extension", ["ttl", "ttl.gz", "nt", "nq", "trig", "rdf", "jsonld"])
def test_shapes_and_vocabulary_are_read_in_every_format_of_rdf(
    tmp_path: Path, extension: str
) -> None:
    shapes = f"{PREFIXES}ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:p ; \
        sh:in ( 1 2 ) ; sh:minCount 1 ] ."
    vocabulary = f"{PREFIXES}ex:U <{RDFS}subClassOf> ex:T ."
    data = tmp_path / "data.ttl"
    data.write_text(f"{PREFIXES}ex:a a ex:T ; ex:p 1 . ex:b a ex:U . ex:c a ex:U ; ex:p 3 .")
    named = []
    for name, text in (("shapes", shapes), ("vocabulary", vocabulary)):
        kind = ox.RdfFormat.from_extension(extension.removesuffix(".gz"))
        assert kind
        written = ox.serialize(list(ox.parse(text, format=ox.RdfFormat.TURTLE)), format=kind)
        assert written
        named.append(tmp_path / f"{name}.{extension}")
        named[-1].write_bytes(gzip.compress(written) if extension.endswith("gz") else written)
    report = pa_onto.validate([data], shapes=named[0], vocabulary=named[1])
    assert [f.focus_node[-1] for f in report.findings] == ["b", "c"]


def test_a_folder_of_shapes_is_read_in_every_format_and_copies_once(folder: Folder) -> None:
    one = ox.parse((folder.write("all/one.ttl", MISSES)).read_bytes(), format=ox.RdfFormat.TURTLE)
    other = ox.parse(PREFIXES + MISSES.replace("ex:B", "ex:C"), format=ox.RdfFormat.TURTLE)
    for name, quads in (("copy.nt", list(one)), ("other.rdf", list(other))):
        kind = ox.RdfFormat.from_extension(name.rpartition(".")[2])
        assert kind
        (folder.path / "all" / name).write_bytes(ox.serialize(quads, format=kind) or b"")
    (folder.path / "all" / "package.json").write_text('{"name": "shapes"}')
    assert shapes_found(folder.judge("all")) == ["B", "C"]
    assert shapes_found(folder.judge("all", "all/one.ttl", "all/copy.nt")) == ["B", "C"]


def test_an_import_means_one_file(folder: Folder, in_process: Run) -> None:
    folder.write(
        "one.ttl", SHAPE + " <urn:x:one> <http://www.w3.org/2002/07/owl#imports> <urn:x:a> ."
    )
    folder.write("two.ttl", MISSES)
    with pytest.raises(UsageError, match="Two files"):
        folder.judge("one.ttl", imports={"urn:x:a": "two.ttl", "urn:x:a#": "one.ttl"})
    files = [str(folder.path / name) for name in ("data.ttl", "one.ttl", "two.ttl")]
    told = [f"--import=urn:x:a={file}" for file in files[1:]]
    result = in_process("validate", files[0], "--shapes", files[1], *told)
    assert result.returncode == 2 and "already" in result.stderr
    result = in_process("validate", files[0], "--shapes", files[1], f"--import=={files[2]}")
    assert result.returncode == 2 and "not IRI=FILE" in result.stderr


FAULTY = "ex:B a sh:NodeShape ; sh:property [ sh:path ex:p ; sh:minCoutn 1 ] . "


@pytest.mark.parametrize(
    ("turtle", "gone"),
    [
        (FAULTY + "ex:A sh:targetClass ex:T ; sh:not ex:B .", ["A", "B"]),
        (FAULTY + "ex:A sh:targetClass ex:T ; sh:not [ sh:node ex:B ] .", ["A", "B"]),
        (FAULTY + "ex:A sh:targetClass ex:T ; sh:node ex:M . ex:M sh:or ( ex:B ) .", ["B", "M"]),
        (FAULTY + "ex:A sh:targetClass ex:T ; sh:node ex:B .", ["B"]),
        (
            "ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:max ] ; sh:validator "
            "[ a sh:SPARQLAskValidator ; sh:ask 'ASK {' ] . ex:A sh:targetClass ex:T ; ex:max 3 .",
            ["A", "C"],
        ),
        ("ex:T a sh:ShapeClass ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .", ["T"]),
    ],
)
def test_what_went_with_a_faulty_shape_is_told(
    folder: Folder, turtle: str, gone: list[str]
) -> None:
    report = folder.told(f"{MISSES.replace('ex:B', 'ex:R')} {turtle}", lenient_shapes=True)
    aside = [finding for finding in report.findings if finding.component == "NotRun"]
    assert sorted(finding.shape.rpartition("/")[2] for finding in aside) == gone
    assert report.set_aside == len(gone)
    # What has no fault, and looks at what is faulty as a class, is judged by.
    assert "R" in shapes_found(report)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"base": "relative"}, "absolute IRI"),
        ({"base": ""}, "absolute IRI"),
    ],
)
def test_options_that_mean_nothing_are_refused_where_they_are_not_needed(
    options: dict[str, object], said: str
) -> None:
    with pytest.raises(pa_onto.PaOntoError, match=said):
        pa_onto.validate(ROOT / "data" / "crew.jsonl", **options)  # type: ignore[arg-type]


def test_an_import_of_our_own_shapes_alone_is_told() -> None:
    report = pa_onto.validate(ROOT / "data" / "crew.jsonl", imports={"urn:x:a": "missing.ttl"})
    assert report.notices == ("No shapes import <urn:x:a>, which a file was named for.",)
