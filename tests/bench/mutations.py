"""Mutated inputs for the fuzz run: every case follows from a seed and a number alone."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pyoxigraph as ox

ROOT = Path(__file__).parent.parent.parent
# Longer texts are cut to their first records: a case must take milliseconds.
_SHORT = 6_000
_MOST = 400_000

_WORDS = (
    *('"', "'", '"""', "\\", "\\u0000", "\\ud800", "\\u200b", "\\U00110000", "\n", "\r", "\r\n"),
    *("\0", "\x07", "\u200b", "\u202e", "\u2028", "e\u0301", "\ufeff", "\ufffe", "\U0001f3ac"),
    *("@prefix", "@base <x:> .", "PREFIX", "a:", "<<", ">>", "<<(", "{|", "_:b", "[]", "()", "<>"),
    *("<a>", "<x:y>", "<x: y>", "^^<x>", "^^<http://www.w3.org/2001/XMLSchema#date>", "@en", "@"),
    *("@en-abcdefghijk", "@en--ltr", "{", "}", "[", "]", "(", ")", "<", ">", "&a;", "&#0;", "&"),
    *("<!DOCTYPE a>", "<!--", "-->", "<![CDATA[", "]]>", "<?xml?>", "</", "/>", "rdf:nodeID", "#"),
    *("NaN", "-Infinity", "1e999", "-0", "1e-400", "9" * 400, "0.1234567890123456789", "true"),
    *("null", ":", ",", ";", "\t", ".", "=1+1", "@SUM", "-1", "2026-02-30", "0000-01-01", "24:00"),
    *("<script>", "</script>", '<script type="application/ld+json">', "x" * 5000, "%s", "\u0085"),
)
_BYTES = (b"\0", b"\xff", b"\xed\xa0\x80", b"\xc0\xaf", b"\xef\xbb\xbf", b"\xfe\xff", b"\x1f\x8b")
_KEYS = (
    *("@context", "@id", "@type", "@graph", "@value", "@language", "@list", "@set", "@reverse"),
    *("@included", "@index", "@nest", "@json", "@import", "@vocab", "@base", "@direction", "@none"),
    *("@protected", "@propagate", "@version", "id", "type", "title", "level", "startDate", ""),
    *("weeklyRate", "holder", "knowsAbout", "a/b~c", "x:y", "https://x.example/p", "_:p", "\u200b"),
)
_TYPES = ("Position", "Production", "JobPosting", "Person", "Posit", "x:T", "@id", "")
# Turtle and JSON come in more shapes than the rest.
_EXTENSIONS = (
    *(".ttl", ".ttl", ".jsonld", ".jsonld", ".json", ".jsonl", ".jsonl", ".csv", ".csv"),
    *(".tsv", ".nt", ".nq", ".trig", ".rdf", ".html"),
)
_NESTS = (("[", "]"), ('{"a":', "}"), ("(", ")"), ("[ <x:p> ", "]"), ("{", "}"), ("<a>", "</a>"))


class Seed(NamedTuple):
    """A text to begin with, and the extension it is read by."""

    name: str
    extension: str
    content: bytes


class Case(NamedTuple):
    """One mutated input."""

    extension: str
    content: bytes


def seeds() -> list[Seed]:
    """Return what mutations begin with: samples, bad inputs, examples of shapes, in all formats."""
    paths = [path for folder in ("data", "tests/bad") for path in (ROOT / folder).rglob("*.*")]
    paths += (ROOT / "tests" / "shapes").glob("*/*.ttl")
    found = [_seed(path) for path in sorted(paths) if path.is_file()]
    turtle = _head((ROOT / "data" / "crew.ttl").read_bytes())
    for format in ("N_TRIPLES", "N_QUADS", "TRIG", "RDF_XML", "JSON_LD"):
        syntax: ox.RdfFormat = getattr(ox.RdfFormat, format)
        quads = list(ox.parse(turtle, format=ox.RdfFormat.TURTLE))
        graph = ox.NamedNode("https://x.example/graph")
        if format in ("N_QUADS", "TRIG"):
            quads = [ox.Quad(q.subject, q.predicate, q.object, graph) for q in quads]
        items = quads if format != "RDF_XML" else [quad.triple for quad in quads]
        extension = f".{syntax.file_extension}"
        found.append(
            Seed(f"crew as {format}", extension, ox.serialize(items, format=syntax) or b"")
        )
    page = b'<html><script type="application/ld+json">%s</script></html>'
    records = (ROOT / "data" / "crew.jsonl").read_bytes().split(b"\n")[:5]
    found.append(Seed("page", ".html", b"\n".join(page % record for record in records)))
    found.append(Seed("table", ".tsv", _head((ROOT / "data" / "crew.csv").read_bytes(), b"\t")))
    return found


def case(number: int, seed: int, found: list[Seed]) -> Case:
    """Return one case; the same numbers give the same one."""
    random = Random(f"{seed}:{number}")
    extension = random.choice(_EXTENSIONS)
    start = random.choice([item for item in found if item.extension == extension])
    content = start.content
    structured = _STRUCTURED.get(start.extension)
    for _ in range(random.choice((1, 1, 1, 1, 2, 4))):
        if structured and random.random() < 0.75:
            content = structured(random, content)
        else:
            content = random.choice(_PLAIN)(random, content, found)
        content = content[:_MOST]
    extension = start.extension if random.random() < 0.97 else random.choice(found).extension
    if random.random() < 0.04:
        content, extension = gzip.compress(content, 1, mtime=0), f"{extension}.gz"
        if random.random() < 0.5:
            content = random.choice(_PLAIN)(random, content, found)
    return Case(extension, content)


def _seed(path: Path) -> Seed:
    content = path.read_bytes()
    if len(content) > _SHORT and path.suffix in (".json", ".jsonld"):
        document = json.loads(content)
        for list in (document, document.get("@graph") if isinstance(document, dict) else None):
            if type(list) is type([]):
                del list[6:]
        content = json.dumps(document, indent=1).encode()
    elif len(content) > _SHORT:
        content = _head(content)
    return Seed(str(path.relative_to(ROOT)), path.suffix, content)


def _head(content: bytes, comma: bytes = b",") -> bytes:
    cut = content.rfind(b"\n\n", 0, _SHORT) + 1 or content.rfind(b"\n", 0, _SHORT) + 1
    return content[:cut].replace(b",", comma)


def _span(random: Random, content: bytes) -> tuple[int, int]:
    begin = random.randint(0, len(content))
    return begin, min(len(content), begin + int(random.expovariate(1 / 20)) + 1)


def _flip(random: Random, content: bytes, _: list[Seed]) -> bytes:
    changed = bytearray(content or b"\0")
    for _n in range(random.choice((1, 1, 4))):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _delete(random: Random, content: bytes, _: list[Seed]) -> bytes:
    begin, end = _span(random, content)
    return content[:begin] + content[end:]


def _double(random: Random, content: bytes, _: list[Seed]) -> bytes:
    begin, end = _span(random, content)
    return content[:end] + content[begin:end] * random.choice((1, 2, 50, 3000)) + content[end:]


def _insert(random: Random, content: bytes, _: list[Seed]) -> bytes:
    at = random.randint(0, len(content))
    word = random.choice(_WORDS).encode() if random.random() < 0.8 else random.choice(_BYTES)
    return content[:at] + word + content[at:]


def _replace(random: Random, content: bytes, _: list[Seed]) -> bytes:
    begin, end = _span(random, content)
    return content[:begin] + random.choice(_WORDS).encode() + content[end:]


def _splice(random: Random, content: bytes, found: list[Seed]) -> bytes:
    other = random.choice(found).content
    return content[: random.randint(0, len(content))] + other[random.randint(0, len(other)) :]


def _truncate(random: Random, content: bytes, _: list[Seed]) -> bytes:
    return content[: random.randint(0, len(content))]


def _lines(random: Random, content: bytes, _: list[Seed]) -> bytes:
    lines = content.split(b"\n")
    random.shuffle(lines)
    return b"\n".join(lines)


def _ends(random: Random, content: bytes, _: list[Seed]) -> bytes:
    return content.replace(b"\n", random.choice((b"\r\n", b"\r", b"\n\r", b"", b"\0", b"\x0b")))


def _encoded(random: Random, content: bytes, _: list[Seed]) -> bytes:
    encoding = random.choice(("utf-16", "utf-16-le", "utf-32", "latin-1", "utf-8-sig", "utf-7"))
    return content.decode("utf-8", "replace").encode(encoding, "replace")


def _nested(random: Random, content: bytes, _: list[Seed]) -> bytes:
    begin, end = _span(random, content)
    depth = random.choice((3, 100, 130, 5000, 30_000))
    opening, closing = random.choice(_NESTS)
    if random.random() < 0.3:
        closing = ""
    inner = content[begin:end] if random.random() < 0.5 else b"1"
    wrapped = opening.encode() * depth + inner + closing.encode() * depth
    return content[:begin] + wrapped + content[end:]


_PLAIN = (
    *(_flip, _delete, _double, _insert, _insert, _replace, _replace, _splice, _truncate),
    *(_lines, _ends, _encoded, _nested),
)


def _value(random: Random) -> Any:
    return random.choice(
        (
            *(None, True, 0, -1, 1.5, 1e300, 2**53 + 1, 2**70, "", "x", "\0", "\u200b", "e\u0301"),
            *("a b", "https://x.example/1", "x:\u202e", "runner", "2026-13-01", "_:b", "@type"),
            *([], {}, [[]], [[1], [2]], {"@value": 1}, {"@list": [1, {"@list": []}]}, {"@id": "x"}),
            *({"@value": "x", "@language": "en"}, {"@value": {}, "@type": "@json"}, ["x", "x"]),
            *({"@graph": [{"id": "https://x.example/g"}]}, {"@reverse": {"holder": "x:r"}}),
            *({"@context": "https://x.example/c"}, {"@context": None}, {"type": "Person"}),
            *("https://w3id.org/pa-onto/context.jsonld", "https://schema.org", "x" * 20_000),
            *({"@vocab": "https://x.example/"}, {"@import": "c.jsonld"}, {"@base": "x:"}),
            {"id": "@id", "type": "@type", "title": {"@id": "x:t", "@container": "@list"}},
        )
    )


def _json(random: Random, content: bytes) -> bytes:
    """Change one place of a JSON text as a value, not as bytes."""
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return content
    if not isinstance(document, dict | list):
        return content
    places: list[tuple[Any, Any]] = []
    todo = [document]
    while todo:
        node = todo.pop()
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        for key in keys:
            places.append((node, key))
            if isinstance(node[key], dict | list):
                todo.append(node[key])
    if not places:
        return content
    node, key = random.choice(places)
    _change(random, node, key)
    text = json.dumps(document, ensure_ascii=random.random() < 0.5)
    if random.random() < 0.1:
        text = re.sub(r'("[a-z]+": ?[^,{}\[\]]+)', r"\1, \1", text, count=1)
    return text.encode("utf-8", "surrogatepass")


def _change(random: Random, node: Any, key: Any) -> None:
    how = random.randrange(6)
    if how == 0:
        node[key] = _value(random)
    elif how == 1:
        node[key] = [node[key], _value(random)]
    elif how == 2:
        node[key] = {random.choice(_KEYS): node[key]}
    elif isinstance(node, list):
        node.insert(key, _value(random))
    elif how == 3:
        node[random.choice(_KEYS)] = node.pop(key)
    elif how == 4:
        del node[key]
    else:
        node[random.choice(_KEYS)] = random.choice((_value(random), random.choice(_TYPES)))


def _json_lines(random: Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    at = random.randrange(len(lines))
    lines[at] = _json(random, lines[at]) if lines[at] else b"{}"
    return b"\n".join(lines)


def _page(random: Random, content: bytes) -> bytes:
    parts = re.split(rb"(?<=>)(\{.*?\})(?=<)", content, flags=re.DOTALL)
    at = random.randrange(len(parts))
    parts[at] = _json(random, parts[at])
    return b"".join(parts)


def _table(random: Random, content: bytes) -> bytes:
    """Change one cell or row of a table."""
    rows = [line.split(b",") for line in content.split(b"\n")]
    row = random.choice(rows[:1] if random.random() < 0.2 else rows)
    at = random.randrange(len(row))
    how = random.randrange(6)
    if how == 0:
        row[at] = random.choice(_WORDS).encode()
    elif how == 1:
        row[at] = b'"%s"' % row[at].replace(b'"', b'""')
    elif how == 2:
        row.insert(at, random.choice(row))
    elif how == 3:
        del row[at]
    elif how == 4:
        rows.insert(random.randrange(len(rows)), list(row))
    else:
        row[at] = str(_value(random)).encode("utf-8", "surrogatepass")
    return b"\n".join(b",".join(cells) for cells in rows)


_TOKENS = re.compile(rb'<[^<>"]*>|"[^"\n]*"|\^\^|@[\w-]+|[\w:-]+|\s+|.', re.DOTALL)


def _tokens(random: Random, content: bytes) -> bytes:
    """Exchange, repeat, drop or replace a token of an RDF syntax."""
    tokens = _TOKENS.findall(content)
    if not tokens:
        return content
    at, other = random.randrange(len(tokens)), random.randrange(len(tokens))
    how = random.randrange(4)
    if how == 0:
        tokens[at], tokens[other] = tokens[other], tokens[at]
    elif how == 1:
        tokens.insert(at, tokens[other])
    elif how == 2:
        del tokens[at]
    else:
        tokens[at] = random.choice(_WORDS).encode()
    return b"".join(tokens)


_STRUCTURED: dict[str, Callable[[Random, bytes], bytes]] = {
    **dict.fromkeys((".json", ".jsonld"), _json),
    ".jsonl": _json_lines,
    ".html": _page,
    ".csv": _table,
    **dict.fromkeys((".ttl", ".nt", ".nq", ".trig", ".rdf"), _tokens),
}
