"""The JSON-LD processor: right as others are, and never silent about what it leaves out."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyld import jsonld

from pa_onto.errors import InputError
from pa_onto.project import find_project
from pa_onto.reading.iris import resolve
from pa_onto.reading.json_ld import JsonLdError, Labels, Processor, initial, write_statements
from pa_onto.stores import in_memory
from pa_onto.validation import validate
from tests.conftest import ROOT
from tests.w3c import canonical

PROJECT = find_project(ROOT)
BASE = "http://base.example/doc"
V = {"@vocab": "http://v.example/"}


def _refused(url: str) -> object:
    raise AssertionError(f"{url} would be fetched")


def ours(document: Any, base: str = BASE) -> tuple[list[ox.Quad], list[tuple[str, str]]]:
    """Return the quads of a document, and kind and pointer of what it says in vain."""
    labels = Labels("_:f", "_:f1")
    written = write_statements(Processor(_refused, base), initial(base), document, labels)
    quads = list(ox.parse("".join(written.lines), format=ox.RdfFormat.N_QUADS))
    return quads, [(problem.component, problem.pointer) for problem in written.problems]


def pylds(document: Any) -> list[ox.Quad]:
    text = jsonld.to_rdf(document, {"base": BASE, "format": "application/n-quads"})
    return list(ox.parse(text, format=ox.RdfFormat.N_QUADS))


DATE = "http://www.w3.org/2001/XMLSchema#date"
#: Documents in which every value becomes a statement, wherever its context stands.
SCOPED: dict[str, Any] = {
    "embedded": {"@context": V, "a": {"@context": {"b": {"@type": DATE}}, "b": "2026-01-01"}},
    "embedded twice": {
        "@context": V,
        "a": {
            "@context": {"b": {"@type": "@id"}},
            "b": {"@context": {"c": {"@type": DATE}}, "c": "x"},
        },
    },
    "of a type": {
        "@context": {
            **V,
            "T": {"@id": "http://v.example/T", "@context": {"p": "http://w.example/p"}},
        },
        "@type": "T",
        "p": {"p": 1},
    },
    "of a type that reaches inside": {
        "@context": {
            **V,
            "T": {
                "@id": "http://v.example/T",
                "@context": {"@propagate": True, "p": "http://w.example/p"},
            },
        },
        "@type": "T",
        "p": {"p": 1},
    },
    "of a property": {
        "@context": {"p": {"@id": "http://v.example/p", "@context": {"q": "http://v.example/q"}}},
        "p": {"q": 1},
    },
    "of a property turned round": {
        "@context": {
            "p": {"@reverse": "http://v.example/p", "@context": {"q": "http://v.example/q"}}
        },
        "p": {"q": 1},
    },
    "that ends at its node": {
        "@context": V,
        "a": {"@context": {"@propagate": False, "b": "http://w.example/b"}, "b": {"b": 1}},
    },
    "that is taken back": {
        "@context": V,
        "a": {"@context": [None, {"b": "http://w.example/b"}], "b": 1},
    },
    "protected": {"@context": {**V, "@protected": True, "a": "http://w.example/a"}, "a": {"a": 1}},
    "in a graph": {
        "@context": V,
        "@id": "http://g.example",
        "@graph": [{"@context": {"b": {"@type": DATE}}, "b": "x"}],
    },
}
#: Documents with the other features of JSON-LD 1.1.
FEATURES: dict[str, Any] = {
    "reverse": {"@context": V, "@id": "http://e.example/s", "@reverse": {"p": [{"q": 1}]}},
    "included": {"@context": V, "@included": [{"@id": "http://e.example/s", "p": 1}], "q": 2},
    "nest": {"@context": {**V, "n": "@nest"}, "n": {"p": 1, "n": {"q": 2}}, "@nest": {"r": 3}},
    "index": {"@context": {**V, "p": {"@container": "@index"}}, "p": {"a": 1, "b": [{"q": 2}]}},
    "index by a property": {
        "@context": {**V, "p": {"@container": "@index", "@index": "q"}},
        "p": {"a": {"r": 1}, "b": {"r": 2}},
    },
    "ids": {
        "@context": {**V, "p": {"@container": "@id"}},
        "p": {"http://e.example/a": {"q": 1}, "rel": {"q": 2}, "@none": {"q": 3}},
    },
    "types": {
        "@context": {
            **V,
            "p": {"@container": "@type"},
            "T": {"@id": "http://v.example/T", "@context": {"q": "http://w.example/q"}},
        },
        "p": {"T": {"q": 1}, "http://e.example/U": {"q": 2}},
    },
    "languages": {
        "@context": {**V, "p": {"@container": "@language"}},
        "p": {"en": ["a", "b"], "@none": "c"},
    },
    "graphs": {"@context": {**V, "p": {"@container": "@graph"}}, "p": {"q": 1}},
    "named graphs": {
        "@context": {**V, "p": {"@container": ["@graph", "@id"]}},
        "p": {"http://e.example/g": {"q": {"@id": "_:x"}}},
        "r": {"@id": "_:x"},
    },
    "json": {
        "@context": {**V, "p": {"@type": "@json"}},
        "p": {"b": [1.0, {"a": None}], "@id": 1e21},
    },
    "lists": {"@context": {**V, "p": {"@container": "@list"}}, "p": [[1, [2]], [], "x"]},
    "a list of lists": {"@context": V, "p": {"@list": [{"@list": [1, 2]}, {"@list": []}]}},
    "names of keywords": {"@context": {**V, "id": "@id", "type": "@type"}, "id": "a", "type": "T"},
    "no context": {
        "@id": "http://e.example/s",
        "http://e.example/p": [{"@value": 5}, {"@id": "_:b"}],
    },
}


@pytest.mark.parametrize(
    "document", [*SCOPED.values(), *FEATURES.values()], ids=[*SCOPED, *FEATURES]
)
def test_every_feature_means_what_it_means_to_others(document: Any) -> None:
    quads, lost = ours(document)
    assert lost == []
    assert quads
    if document is FEATURES["types"]:  # PyLD takes the context of one type for those after it
        engine = ox.parse(json.dumps(document), format=ox.RdfFormat.JSON_LD, base_iri=BASE)
        assert canonical(quads) == canonical(engine)
    else:
        assert canonical(quads) == canonical(pylds(document))


@pytest.mark.parametrize("document", SCOPED.values(), ids=SCOPED)
def test_nothing_under_an_embedded_context_is_lost_on_the_way(
    document: Any, tmp_path: Path
) -> None:
    """Through `query --data`, and through the reader of records."""
    path = tmp_path / "a.jsonld"
    path.write_text(json.dumps(document))
    theirs = canonical(pylds(document))
    assert canonical(in_memory(PROJECT, [str(path)], vocabulary=False)) == theirs
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . [] a sh:NodeShape ; "
        + "; ".join(f"sh:targetSubjectsOf <{predicate}>" for predicate in _leaves(document))
        + ' ; sh:property [ sh:path <http://v.example/none> ; sh:minCount 1 ; sh:message "here" ] .'
    )
    report = validate([str(path)], shapes=[shapes], project=PROJECT)
    subjects = {str(quad.subject) for quad in theirs if quad.predicate.value in _leaves(document)}
    assert len(report.findings) == len(subjects) > 0


def _leaves(document: Any) -> set[str]:
    return {quad.predicate.value for quad in pylds(document) if isinstance(quad.object, ox.Literal)}


LOST = [
    ({"@context": {"p": "http://e.example/p"}, "p": 1, "q": 2}, [("UnknownKey", "/q")]),
    ({"@context": {"p": None, **V}, "p": 1, "q": 2}, [("UnknownKey", "/p")]),
    ({"@context": V, "a": {"@context": {"@vocab": None}, "b": 1}}, [("UnknownKey", "/a/b")]),
    ({"@context": V, "@foo": 1, "b": 1}, [("UnknownKey", "/@foo")]),
    ({"_:p": {"http://e.example/q": 1}}, [("UnknownKey", "/_:p")]),
    ({"@context": V, "a b": 1}, [("MalformedIRI", "/a b")]),
    ({"@id": "http://e.example/a b", "http://e.example/p": 1}, [("MalformedIRI", "/@id")]),
    ({"@context": V, "@type": ["T", "a:b c"]}, [("MalformedIRI", "/@type/1")]),
    (
        {"@context": {"p": {"@id": "http://e.example/p", "@type": "@id"}}, "p": ["a b", "c"]},
        [("MalformedIRI", "/p/0")],
    ),
    (
        {"@context": V, "p": {"@value": "x", "@language": "e n"}},
        [("MalformedValue", "/p/@language")],
    ),
    (
        {"@context": {**V, "p": {"@container": "@language"}}, "p": {"e n": "x"}},
        [("MalformedValue", "/p/e n")],
    ),
    ({"@context": {**V, "@direction": "rtl"}, "p": "x"}, [("BaseDirection", "/p")]),
    ({"@context": V, "@graph": ["x", {"p": 1}]}, [("FreeFloating", "/@graph/0")]),
    (
        {"@context": {**V, "p": {"@container": "@id"}}, "p": {"a b": {"q": 1}}},
        [("MalformedIRI", "/p/a b")],
    ),
]


@pytest.mark.parametrize(("document", "wanted"), LOST, ids=str)
def test_what_becomes_no_statement_is_told_with_its_place(
    document: Any, wanted: list[tuple[str, str]]
) -> None:
    assert ours(document)[1] == wanted


def test_null_says_nothing() -> None:
    quads, lost = ours({"@context": V, "p": None, "@graph": None, "q": [None], "_x": None})
    assert (quads, lost) == ([], [])


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"@context": 5}, "invalid local context"),
        ({"@context": {"a": "b:c", "b": "a:d"}, "a": 1}, "cyclic IRI mapping"),
        ({"@context": {"@language": "e n"}, "http://e.example/p": 1}, "malformed language tag"),
        ({"@id": 5}, "invalid @id value"),
        ({"@context": {"id": "@id"}, "@id": "a", "id": "b"}, "colliding keywords"),
        (
            {"@context": {"@protected": True, "a": "b:c"}, "@graph": [{"@context": {"a": "b:d"}}]},
            "prot",
        ),
        ({"http://e.example/p": {"@value": 1, "@id": "x:y"}}, "invalid value object"),
        ({"http://e.example/p": {"@value": 1, "@type": "a b"}}, "invalid typed value"),
        ({"@reverse": {"http://e.example/p": "x"}}, "invalid reverse property value"),
    ],
    ids=str,
)
def test_what_breaks_the_rules_is_refused(document: Any, code: str) -> None:
    with pytest.raises(JsonLdError, match=code):
        ours(document)


def test_contexts_from_elsewhere_are_refused_wherever_they_stand(tmp_path: Path) -> None:
    url = "https://elsewhere.example/context"
    for document in (
        {"@context": url},
        {"@context": [V, url], "p": 1},
        {"@context": {"@import": url}, "p": 1},
        {"@context": {"p": {"@id": "http://e.example/p", "@context": url}}, "p": 1},
        {"@context": V, "p": {"@context": url, "q": 1}},
    ):
        path = tmp_path / "a.jsonld"
        path.write_text(json.dumps(document))
        with pytest.raises(InputError, match="not bundled"):
            in_memory(PROJECT, [str(path)], vocabulary=False)


def test_a_bundled_context_may_be_imported_or_scoped(tmp_path: Path) -> None:
    published = "https://w3id.org/pa-onto/context.jsonld"
    record = {"@id": "http://e.example/1", "type": "Person", "name": "Ann"}
    wanted = canonical(_read(tmp_path, {"@context": published, **record}))
    imported = {"@context": {"@version": 1.1, "@import": published}, **record}
    assert canonical(_read(tmp_path, imported)) == wanted
    scoped = {"@context": {"p": {"@id": "x:p", "@context": published}}, "p": record}
    assert len(wanted) + 1 == len(_read(tmp_path, scoped))


def _read(folder: Path, document: Any) -> list[ox.Quad]:
    path = folder / "a.jsonld"
    path.write_text(json.dumps(document))
    return list(in_memory(PROJECT, [str(path)], vocabulary=False))


def test_a_context_of_a_record_comes_after_the_one_around_it(tmp_path: Path) -> None:
    inner = {"@context": {"b": {"@type": DATE}}, "@id": "x:1", "a": 1, "b": "2026-01-01"}
    document = {"@context": V, "@graph": [inner]}
    assert canonical(_read(tmp_path, document)) == canonical(pylds(document))
    path = tmp_path / "a.jsonld"
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . [] sh:targetSubjectsOf <http://v.example/b> ; "
        f"sh:property [ sh:path <http://v.example/b> ; sh:datatype <{DATE}> ; sh:minCount 1 ] , "
        "[ sh:path <http://v.example/a> ; sh:minCount 1 ] ."
    )
    report = validate([str(path)], shapes=[shapes], project=PROJECT)
    assert (report.findings, report.focus_nodes) == ((), 1)


CONTEXTS = st.dictionaries(
    st.sampled_from(["a", "b", "T", "id", "x"]),
    st.one_of(
        st.sampled_from(["http://v.example/a", "http://w.example/", None]),
        st.fixed_dictionaries(
            {"@id": st.sampled_from(["http://v.example/b", "http://w.example/c"])},
            optional={
                "@type": st.sampled_from(["@id", "@vocab", "@json", DATE]),
                "@container": st.sampled_from(
                    ["@set", "@index", "@id", "@language", "@graph", ["@graph", "@id"]]
                ),
                "@context": st.sampled_from([{"b": "http://z.example/b"}, {"a": {"@id": "z:a"}}]),
            },
        ),
    ),
    max_size=3,
).map(lambda terms: {**V, **{k: "@id" if k == "id" else v for k, v in terms.items()}})
SCALARS = st.sampled_from(["s", "http://i.example/1", "rel", "_:n", 1, 2.5, True, None])


def _nodes(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    keys = st.sampled_from(["a", "b", "http://p.example/1", "@included", "@graph"])
    objects = st.dictionaries(keys, values, max_size=3)
    named = st.fixed_dictionaries(
        {},
        optional={"@context": CONTEXTS, "id": st.just("http://i.example/2"), "@type": st.just("T")},
    )
    lists = st.lists(values, max_size=2)
    node = st.tuples(named, objects).map(lambda parts: {**parts[0], **parts[1]})
    return st.one_of(node, lists, lists.map(lambda items: {"@set": items}))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(CONTEXTS, st.recursive(SCALARS, _nodes, max_leaves=12))
def test_documents_mean_what_they_mean_to_pyld(context: Any, value: Any) -> None:
    """PyLD fails on some documents by accident; what it reads is what we read."""
    document = {"@context": context, "@id": "http://i.example/0", "http://p.example/0": value}
    try:
        theirs = canonical(pylds(document))
    except Exception:
        # It refuses; whether we do so too, nothing may go wrong in another way.
        with suppress(JsonLdError):
            ours(document)
        return
    assert canonical(ours(document)[0]) == theirs


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.recursive(
        SCALARS, lambda v: st.one_of(st.lists(v), st.dictionaries(st.text(), v)), max_leaves=20
    )
)
def test_any_json_is_read_or_refused(value: Any) -> None:
    with suppress(JsonLdError):
        ours({"@context": V, "p": value})
    with suppress(JsonLdError):
        ours(value)


def test_keywords_anywhere_do_no_harm() -> None:
    """Contexts and nodes of keywords at random: read or refused, and never a fault."""
    words = ["@id", "@type", "@context", "@container", "@graph", "@list", "@set", "@value", "@nest"]
    words += [
        "@reverse",
        "@language",
        "@index",
        "@included",
        "@import",
        "@base",
        "@vocab",
        "a",
        "b:c",
    ]
    chance = random.Random(1)

    def anything(depth: int) -> Any:
        if depth > 3 or chance.random() < 0.4:
            return chance.choice([*words, "x:y", 1, True, None, "@none", "@json", "ltr"])
        if chance.random() < 0.3:
            return [anything(depth + 1) for _ in range(2)]
        return {chance.choice(words): anything(depth + 1) for _ in range(3)}

    def load(url: str) -> object:
        raise InputError(url)

    for _ in range(3000):
        document = {"@context": anything(0), **{"b:c": anything(0)}}
        with suppress(JsonLdError, InputError):
            write_statements(Processor(load, BASE), initial(BASE), document, Labels("_:f", "_:f1"))


@pytest.mark.parametrize(
    ("reference", "wanted"),
    [
        *(("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/")),
        *(("/g", "http://a/g"), ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y")),
        *(("#s", "http://a/b/c/d;p?q#s"), ("", "http://a/b/c/d;p?q"), ("..", "http://a/b/")),
        *(("../../../g", "http://a/g"), ("/./g", "http://a/g"), ("g..", "http://a/b/c/g..")),
        *(("g;x=1/../y", "http://a/b/c/y"), ("g?y/../x", "http://a/b/c/g?y/../x")),
        *(("http:g", "http:g"), ("./../g", "http://a/b/g"), ("g/./h", "http://a/b/c/g/h")),
    ],
)
def test_references_are_resolved_by_the_book(reference: str, wanted: str) -> None:
    """RFC 3986, section 5.4."""
    assert resolve("http://a/b/c/d;p?q", reference) == wanted
