"""When one query answers for all focus nodes, and when it would not."""

from __future__ import annotations

import pytest

from pa_onto.reading.tokens import binds_everywhere, keywords, unescaped


@pytest.mark.parametrize(
    "pattern",
    [
        "{ $this :p ?x }",
        "{ $this :p ?x . FILTER (?x != $this) }",
        "{ $this :p ?x . OPTIONAL { $this :q ?y } }",
        "{ $this :p ?x . FILTER NOT EXISTS { ?x :q $this } }",
        "{ $this :p ?x . FILTER EXISTS { ?x :q ?y . FILTER (?y = $this) } }",
        "{ { $this :p ?x } UNION { $this :q ?x } }",
        "{ { $this :p ?x } UNION { $this :q ?x } ?x :r ?y }",
        '{ $this :p ?x . FILTER (?x != "} { ?this") }',
        "{ $this :p ?x # } FILTER ($this\n }",
        "{ ?x :p ?y . $this :p ?x }",
    ],
)
def test_one_query_answers_for_all(pattern: str) -> None:
    assert binds_everywhere(f"SELECT $this WHERE {pattern}", "this")


@pytest.mark.parametrize(
    "pattern",
    [
        "{ ?x :p ?y }",
        "{ ?x :p $this }",
        "{ FILTER ($this = :a) }",
        "{ OPTIONAL { $this :p ?x } }",
        "{ $this :p ?x . OPTIONAL { ?y :q ?z . FILTER (?z = $this) } }",
        "{ $this :p ?x . { ?y :q ?z . FILTER (?z = $this) } }",
        "{ { $this :p ?x } UNION { ?y :q ?x } }",
        "{ BIND ($this AS ?x) }",
        "{ $this :p ?x",
    ],
)
def test_each_node_is_asked_alone(pattern: str) -> None:
    assert not binds_everywhere(f"SELECT $this WHERE {pattern}", "this")


def test_keywords_are_bare_words() -> None:
    text = 'SELECT ?service { ?s :service "SERVICE", <urn:SERVICE>, service:x } # SERVICE'
    assert "SERVICE" not in keywords(text)
    assert "SERVICE" in keywords("select * { Service <x:y> {} }")
    assert "SERVICE" in keywords(unescaped("select * { \\u0053ERVICE <x:y> {} }"))
