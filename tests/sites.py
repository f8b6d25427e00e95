"""Vocabularies published with their sites: ours, two of another make, and one that means harm."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.conftest import COMMAND, PATIENCE, ROOT

HARMLESS = ("ours", "materials", "districts")
NAMES = (*HARMLESS, "hostile")
BASE = "https://hostile.example/v/"

#: Texts that would do something if they were written into a page as they are.
TEXTS = (
    "<script>window.harmed = 1</script>",
    "</script><script>window.harmed = 2</script>",
    "<!--<script>",
    "]]></style><img src=x onerror='window.harmed = 3'>",
    '" onmouseover="window.harmed = 4" x="',
    "' autofocus onfocus='window.harmed = 5'",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "\u202eright to left\u202c and \u200f\u2028 marks \u2029",
    "&lt;b&gt;&amp;amp;",
    "W" * 10_000,
    "long and wide " * 700,
)
#: Addresses that must stay text.
ADDRESSES = (
    "javascript:window.harmed=6",
    "JavaScript:window.harmed=7",
    "data:text/html,%3Cscript%3Ewindow.harmed=8%3C/script%3E",
    "vbscript:window.harmed",
    "file:///etc/passwd",
)
#: Ends of IRIs that must not become paths as they are.
SLUGS = (
    "a/../../../../escape",
    "../escape",
    "..",
    "%2e%2e/%2e%2e/escape",
    "con",
    "aux.html",
    "index",
    "index.html",
    "404",
    "use",
    "changes",
    "versions/1.0.0",
    "1.0.0/index",
    "assets/site.js",
    "assets/index",
    ".hidden",
    "x.ttl",
    "CASE",
    "case",
    "x" * 300,
    "y/" * 200 + "z",
    "straße-日本-ü",
    "percent%20and%2Fslash",
    "ns#page-main",
    "ns#a",
    "ns#b%22c",
    "javascript:x",
)


def publish(name: str, folder: Path) -> Path:
    """Publish one of NAMES with the installed command into a folder and return it."""
    root = ROOT if name == "ours" else folder.parent / f"{name}-project"
    if name == "hostile":
        hostile(root)
    elif name != "ours":
        shutil.copytree(ROOT / "tests" / "vocabularies" / name, root)
    command = [COMMAND, "publish", "--out", folder]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=PATIENCE)
    assert result.returncode == 0, result.stderr
    return folder


def hostile(root: Path) -> None:
    """Write a project whose every part means harm."""
    (root / "ontology").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[tool.pa-onto]\nname = "hostile"\nversion = "1.0.0"\n')
    lines = [
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .",
        "@prefix dcterms: <http://purl.org/dc/terms/> .",
        f"<{BASE}> a owl:Ontology ; dcterms:title {_literal(TEXTS[0])}@en ;",
        f"  dcterms:description {_literal(TEXTS[1])}@en ; dcterms:license <{ADDRESSES[0]}> .",
        f"<{BASE}s> a skos:ConceptScheme ; skos:prefLabel {_literal(TEXTS[3])}@en .",
    ]
    lines += [_concept(f"{BASE}t{n}", text) for n, text in enumerate(TEXTS)]
    lines += [_concept(BASE + slug, f"slug {n}") for n, slug in enumerate(SLUGS)]
    lines += [
        f"<{BASE}link{n}> a skos:Concept ; skos:prefLabel 'link {n}'@en ; skos:inScheme <{BASE}s> ;"
        f" skos:exactMatch <{address}> ; dcterms:source <{address}> ."
        for n, address in enumerate(ADDRESSES)
    ]
    lines += [
        f"<{BASE}circle{n}> a skos:Concept ; skos:prefLabel 'circle {n}'@en ;"
        f" skos:inScheme <{BASE}s> ; skos:broader <{BASE}circle{(n + 1) % 3}> ."
        for n in range(3)
    ]
    lines += [
        f"<{BASE}deep{n}> a skos:Concept ; skos:prefLabel 'deep {n}'@en ;"
        f" skos:inScheme <{BASE}s> ; skos:broader <{BASE}deep{n - 1}> ."
        for n in range(1, 120)
    ]
    (root / "ontology" / "hostile.ttl").write_text("\n".join(lines), encoding="utf-8")


def _concept(iri: str, text: str) -> str:
    said = _literal(text)
    return (
        f"<{iri}> a skos:Concept ; skos:inScheme <{BASE}s> ; skos:prefLabel {said}@en ;"
        f" skos:altLabel {said}@fr ; skos:hiddenLabel {said}@de ; skos:definition {said}@x-evil ;"
        f" skos:notation {said} ; skos:scopeNote {said} ; skos:broader <{BASE}t0> ."
    )


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
