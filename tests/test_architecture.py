"""The layers of the package, read from its imports."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.conftest import ROOT, at_least

SOURCE = ROOT / "src" / "pa_onto"

# A module imports from lower layers only; a package's modules may import each other.
LAYERS = [
    {"arguments", "errors", "model", "namespaces", "negotiation", "triples"},
    {"canonical", "disk", "project", "reading"},
    {"baseline", "catalogue", "changes", "lookup", "reason", "shacl", "titles", "vocabulary"},
    {"careers", "jsonld", "migration", "queries", "remote", "stores", "terms", "validation"},
    {"importing", "publication", "quality", "report", "server"},
    {"cli"},
]
LAYER = {name: number for number, names in enumerate(LAYERS) for name in names}
# Lower layers that a module of the same layer may use, with the reason.
ALLOWED = {
    ("server", "publication"),  # pages are served by the rules that are published
    ("server", "report"),  # the API answers in the forms of the command line
    ("queries", "stores"),  # a query is answered over what is loaded for it
    ("remote", "queries"),  # an answer from elsewhere is used like one from here
    ("remote", "stores"),  # codes given for parameters are looked up in the vocabulary
    ("titles", "vocabulary"),  # titles are matched by the labels that are published
    ("changes", "vocabulary"),  # a project is compared as it would be published
    ("quality", "publication"),  # FAIR is judged by what is published
    ("publication", "report"),  # the changelog tells changes as the report does
    ("vocabulary", "reason"),  # a vocabulary is put together by deriving
    ("lookup", "titles"),  # what no label is may be a messy title
    ("terms", "careers"),  # a title is shown with the steps into and out of it
    ("arguments", "errors"),  # what is not understood is told
    ("model", "arguments"),  # a severity may be given by its name
    ("model", "namespaces"),  # a finding knows its rule by the local name of a shape
}

# Each heavy or side-effecting import has one home.
HOMES = {
    "click": {"cli"},
    "jinja2": {"publication"},
    "jsonschema_rs": {"reading"},
    "orjson": {"reading"},
    "prometheus_client": {"server"},
    "rapidfuzz": {"reading", "titles"},
    "shacl": {"shacl"},
    "pyshacl": {"shacl"},
    "owlrl": {"reason"},
    "rdflib": {"canonical", "shacl", "reason"},
    "starlette": {"server"},
    "uvicorn": {"server"},
}


def _part(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def _files() -> list[Path]:
    return list(at_least(sorted(SOURCE.rglob("*.py")), 30))


def _imports(path: Path) -> set[tuple[str, bool]]:
    """Return the names a file imports, True for those of our own package."""
    depth = len(path.relative_to(SOURCE).parts)
    found: set[tuple[str, bool]] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {(alias.name.split(".")[0], False) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(((node.module or "").split(".")[0], False))
        elif isinstance(node, ast.ImportFrom) and node.level == depth:
            names = [node.module] if node.module else [alias.name for alias in node.names]
            found |= {(name.split(".")[0], True) for name in names if name}
    return found


def test_a_module_imports_from_lower_layers_only() -> None:
    wrong = []
    for path in _files():
        part = _part(path)
        if part in ("__init__", "__main__"):
            continue
        for name, own in _imports(path):
            if not own or name == part or name not in LAYER or (part, name) in ALLOWED:
                continue
            if LAYER[name] >= LAYER[part]:
                wrong.append(f"{path.relative_to(SOURCE)} imports {name}")
    assert wrong == []


def test_every_module_has_a_layer() -> None:
    parts = {_part(path) for path in _files()} - {"__init__", "__main__"}
    assert parts == set(LAYER)


def test_heavy_imports_have_one_home() -> None:
    wrong = [
        f"{path.relative_to(SOURCE)} imports {name}"
        for path in _files()
        for name, own in _imports(path)
        if not own and _part(path) not in HOMES.get(name, {_part(path)})
    ]
    assert wrong == []


def test_only_the_command_line_prints_or_exits() -> None:
    wrong = []
    for path in _files():
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or _part(path) == "cli":
                continue
            called = ast.unparse(node.func)
            if called in ("print", "sys.exit", "exit", "os._exit", "quit"):
                wrong.append(f"{path.relative_to(SOURCE)}:{node.lineno} calls {called}")
    assert wrong == []


def test_modules_and_functions_stay_small() -> None:
    wrong = []
    for path in _files():
        text = path.read_text()
        if len(text.splitlines()) > 600:
            wrong.append(f"{path.relative_to(SOURCE)} has {len(text.splitlines())} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = (node.end_lineno or 0) - (body[0].lineno if body else node.lineno) + 1
                if lines > 60:
                    wrong.append(f"{path.relative_to(SOURCE)}: {node.name} has {lines} lines")
    assert wrong == []
