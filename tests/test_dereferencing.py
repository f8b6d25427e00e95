"""Every IRI leads to a document: on our own server, on Apache, on nginx and on static hosts."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from pa_onto.negotiation import choose
from pa_onto.project import find_project
from pa_onto.publication import Edition, artefacts
from pa_onto.publication.dereferencing import Rules, answer, rules_of, static
from pa_onto.publication.dereferencing.formats import FORMATS, Format, content_type
from pa_onto.publication.dereferencing.hosts import exceptions
from pa_onto.publication.dereferencing.patterns import BEST, FULL, LESS, row, weights
from pa_onto.publication.self_test import cases
from pa_onto.publication.self_test.programs import apache, found, nginx
from pa_onto.publication.self_test.servers import serving
from pa_onto.vocabulary import build
from tests.conftest import COMMAND, PATIENCE, ROOT, Run

VOCABULARIES = ROOT / "tests" / "vocabularies"
APACHE = found("apache2", "httpd")
NGINX = found("nginx")
needs_apache = pytest.mark.skipif(
    APACHE is None, reason="Apache is not installed: apt install apache2"
)
needs_nginx = pytest.mark.skipif(NGINX is None, reason="nginx is not installed: apt install nginx")


# What a client likes best


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (None, "html"),
        ("", "html"),
        ("*/*", "html"),
        ("text/turtle", "ttl"),
        ("TEXT/Turtle ;Q=0.5", "ttl"),
        ("application/json", "jsonld"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
        ("application/*", "jsonld"),
        ("text/html;q=0.3, text/turtle;q=0.31", "ttl"),
        ("text/html;q=0.899, application/rdf+xml;q=0.9", "rdf"),
        ("text/html;q=0, */*;q=0.1", "ttl"),
        ("text/*;q=0.2, application/trig;q=0.1", "html"),
        ("*/*, text/turtle;q=0.9", "html"),
        ("*/*;q=0.5, application/n-triples", "nt"),
        ('text/turtle;x="a,b;q=0"', "ttl"),
        ("text/n3", "ttl"),
        ("text/plain, */*;q=0.1", "nt"),
        ("image/png", None),
        ("text/html;q=0.000", None),
        ("text/html;q=2", None),
        ("text/html;q=", None),
        (";;;,,,", None),
        ("text/html;q=0.1;level=1, text/turtle;q=0.05", "html"),
    ],
)
def test_the_best_format_is_chosen(accept: str | None, wanted: str | None) -> None:
    chosen = choose(accept, FORMATS)
    assert (chosen.extension if chosen else None) == wanted


def _by_patterns(accept: str, formats: tuple[Format, ...]) -> str | None:
    """Choose as Apache and nginx do: by the regular expressions in their configuration."""
    accept = accept if accept.strip() else "*/*"
    values: dict[str, str] = {}
    for weight in weights(formats):
        values[weight.variable] = values[weight.otherwise] if weight.otherwise else "0"
        if less := re.search(weight.pattern + LESS, accept, re.IGNORECASE):
            values[weight.variable] = "0" + (less[1] or "")
        if re.search(weight.pattern + FULL, accept, re.IGNORECASE):
            values[weight.variable] = "1"
    line = row(weights(formats), "<{}>")
    best = re.search(BEST, re.sub(r"<(\w+)>", lambda name: values[name[1]], line))
    return best[1] if best else None


_types = st.sampled_from(
    [
        *(format.media_type for format in FORMATS),
        *(alias for format in FORMATS for alias in format.aliases),
        *("*/*", "text/*", "application/*", "image/png", "text/plain"),
    ]
)
_weights = st.one_of(
    st.just(""), st.integers(0, 1000).map(lambda n: f";q={n / 1000:.3f}"),
    st.sampled_from([";q=1", ";q=0", ";q=0.", "; q=0.5", ";Q=0.25", ";profile=\"a\";q=0.7"]),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(_types, _weights), min_size=1, max_size=6, unique_by=lambda p: p[0]))
def test_the_patterns_of_servers_choose_alike(parts: list[tuple[str, str]]) -> None:
    accept = ", ".join(kind + weight for kind, weight in parts)
    for formats in (FORMATS, FORMATS[:3], FORMATS[1:3]):
        chosen = choose(accept, formats)
        assert _by_patterns(accept, formats) == (chosen.extension if chosen else None), accept


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from('text/turl;q=01.5*,"=\\ \t'), max_size=80))
def test_no_header_is_too_odd(accept: str) -> None:
    choose(accept, FORMATS)
    _by_patterns(accept, FORMATS)


def test_a_long_header_takes_no_long_time() -> None:
    for accept in (
        "text/turtle;" * 5_000,
        ';a="' * 5_000,
        "text/turtle" + " " * 8_000,
        "," * 8_000,
    ):
        choose(accept, FORMATS)
        _by_patterns(accept, FORMATS)


# The rules


def _edition(root: Path) -> Edition:
    project = find_project(root)
    return Edition(project, build(project))


def _published(root: Path) -> tuple[Rules, Path]:
    """Publish a project into its own dist/ and return the rules."""
    result = subprocess.run(
        [COMMAND, "publish"], cwd=root, capture_output=True, text=True, timeout=PATIENCE
    )
    assert result.returncode == 0, result.stderr
    edition = _edition(root)
    return rules_of(edition, ()), root / "dist"


@pytest.fixture
def materials(tmp_path: Path) -> Path:
    return Path(shutil.copytree(VOCABULARIES / "materials", tmp_path / "materials"))


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rules, Path]:
    root = tmp_path_factory.mktemp("ours")
    for name in ("ontology", "shapes"):
        shutil.copytree(ROOT / name, root / name)
    (root / "pyproject.toml").write_text('[tool.pa-onto]\nname = "pa-onto"\nversion = "0.1.0"\n')
    return _published(root)


@pytest.mark.parametrize(
    ("path", "accept", "status", "file"),
    [
        ("", "text/html", 303, "index.html"),
        ("", "text/turtle", 303, "pa-onto.ttl"),
        ("", "application/rdf+xml", 303, "pa-onto.rdf"),
        ("", "application/trig", 303, "pa-onto.trig"),
        ("title/runner", None, 303, "title/runner.html"),
        ("title/runner", "application/ld+json", 303, "title/runner.jsonld"),
        ("title/runner", "application/n-triples", 303, "pa-onto.nt"),
        ("title/runner", "application/x-nothing", 406, ""),
        ("title", "text/turtle", 303, "title.ttl"),
        ("ns", "text/turtle", 303, "ns.ttl"),
        ("0.1.0", "text/turtle", 303, "pa-onto.ttl"),
        ("shapes", "text/turtle", 303, "shapes.ttl"),
        ("shapes", "text/html", 406, ""),
        (".well-known/void", "*/*", 303, "void.ttl"),
        ("context.jsonld", "text/html", 200, "context.jsonld"),
        ("title/runner.ttl", "text/html", 200, "title/runner.ttl"),
        ("title/nobody", "text/turtle", 303, "title/nobody.ttl"),
        ("title/nobody.ttl", None, 404, ""),
        ("title/../ns", None, 404, ""),
        ("title/..%2f..%2fetc/passwd", None, 404, ""),
        ("title/%0d%0aSet-Cookie:%20a", None, 404, ""),
        ("redirects/../../pyproject.toml", None, 404, ""),
    ],
)
def test_requests_lead_to_files(
    ours: tuple[Rules, Path], path: str, accept: str | None, status: int, file: str
) -> None:
    rules, folder = ours
    reply = answer(rules, folder, "/pa-onto/" + path, accept)
    assert reply.status == status
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    if status == 303:
        assert reply.headers["Location"] == "/pa-onto/" + file
    if status in (303, 406):
        assert reply.headers["Vary"] == "Accept"
    if status == 200:
        assert reply.file == folder / file
        assert reply.headers["Content-Type"] == content_type(file)


def test_a_refusal_names_what_there_is(ours: tuple[Rules, Path]) -> None:
    reply = answer(*ours, "/pa-onto/title/runner", "image/png")
    assert "text/turtle, application/ld+json" in reply.text


@pytest.mark.parametrize(
    ("path", "status"),
    [("title/runner", 200), ("title", 301), ("title/", 200), ("shapes", 302), ("nothing", 404)],
)
def test_a_static_host_needs_no_rules(ours: tuple[Rules, Path], path: str, status: int) -> None:
    rules, folder = ours
    assert static(exceptions(rules), rules.prefix, folder, "/pa-onto/" + path).status == status


def test_files_for_static_hosts(ours: tuple[Rules, Path]) -> None:
    _, folder = ours
    assert (folder / ".nojekyll").read_bytes() == b""
    assert "/0.1.0 /index.html 302\n" in (folder / "_redirects").read_text()
    headers = (folder / "_headers").read_text()
    assert "/*\n  Access-Control-Allow-Origin: *\n" in headers
    assert "/*.ttl\n  Content-Type: text/turtle; charset=utf-8\n" in headers
    assert 'url=../title.html"' in (folder / "title" / "index.html").read_text()


def test_the_site_decides_where_files_are(materials: Path) -> None:
    settings = (materials / "pyproject.toml").read_text()
    (materials / "pyproject.toml").write_text(settings + 'site = "https://host.example/x y/"\n')
    result = subprocess.run([COMMAND, "publish"], cwd=materials, capture_output=True, text=True)
    assert result.returncode == 2
    assert "tool.pa-onto.site" in result.stderr
    (materials / "pyproject.toml").write_text(settings + 'site = "https://host.example/m/"\n')
    rules, folder = _published(materials)
    assert rules.prefix == "/m/"
    assert "RewriteBase /m/\n" in (folder / "redirects" / "htaccess").read_text()
    w3id = (folder / "redirects" / "w3id.htaccess").read_text()
    assert '"https://host.example/m/index.%{ENV:best_1}" [R=303' in w3id
    assert "location ~ ^/m(?:/|$) {" in (folder / "redirects" / "nginx-locations.conf").read_text()
    assert "<loc>https://host.example/m/index.html</loc>" in (folder / "sitemap.xml").read_text()


ODD = (
    "straße", "日本/語", "a%20b", 'quote%22d', "dollar$1", "percent%25d", "Case", "case", "CASE",
    "dot.ted", "x.ttl", "plus+and,comma;semi", "brackets(a)", "tilde~", "at@home", "a/b/c/d",
    "colon:ed", "ampersand&b=c", "star*", "what%3Fever", "back%5Cslash", "1.0", "-dash",
)  # fmt: skip


def _odd(root: Path) -> Path:
    """Write a vocabulary whose IRIs are as odd as they may be."""
    (root / "ontology").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[tool.pa-onto]\nname = "odd"\nversion = "1.0.0"\n')
    base = "http://odd.example/a/b"
    concepts = "".join(
        f'<{base}/{odd}> a skos:Concept ; skos:inScheme <{base}> ; skos:prefLabel "{n}"@en .\n'
        for n, odd in enumerate((*ODD, "new%0ARewriteRule%20.*%20-%20%5BF%5D", "up/../there"))
    )
    (root / "ontology" / "odd.ttl").write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        f'<{base}> a skos:ConceptScheme ; skos:prefLabel "odd"@en .\n{concepts}',
        encoding="utf-8",
    )
    return root


def test_odd_iris_get_no_foot_into_configurations(tmp_path: Path) -> None:
    _, folder = _published(_odd(tmp_path / "odd"))
    for file in sorted((folder / "redirects").iterdir()):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"^\s*RewriteRule \.\* - \[F\]", text, re.MULTILINE)
        assert all(line.isprintable() for line in text.split("\n")), file


# The self-test


def _self_test(root: Path, *options: str) -> tuple[int, dict[str, Any], str]:
    result = subprocess.run(
        [COMMAND, "publish", "--self-test", "--format", "json", *options],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    return result.returncode, json.loads(result.stdout), result.stderr


def _servers(found: dict[str, Any]) -> set[str]:
    return {row["server"] for row in found["results"]}


def _expected() -> set[str]:
    servers = {"pa-onto", "static host"}
    servers |= {"Apache", "Apache (w3id)"} if APACHE else set()
    return servers | ({"nginx"} if NGINX else set())


@pytest.mark.long
def test_every_iri_of_ours_leads_where_it_should(ours: tuple[Rules, Path]) -> None:
    """The real thing: every IRI, every format, on every server that is installed."""
    code, found, errors = _self_test(ours[1].parent)
    assert found["misses"] == []
    assert code == 0, errors
    assert _servers(found) == _expected()
    for name, program in (("Apache", APACHE), ("nginx", NGINX)):
        assert (f"{name} is not installed" in errors) == (program is None)
    asked = {row["accept"]: row["asked"] for row in found["results"] if row["server"] == "pa-onto"}
    documents = asked["text/turtle"]
    assert documents >= 300
    assert all(asked[kind.media_type] == documents for kind in FORMATS)
    assert asked["application/x-nothing"] == asked["ld+json;profile=compacted"] == documents
    assert asked["files"] > 3 * documents


@pytest.mark.parametrize("name", ["districts", "materials"])
def test_every_iri_of_other_vocabularies_leads_where_it_should(name: str, tmp_path: Path) -> None:
    root = Path(shutil.copytree(VOCABULARIES / name, tmp_path / name))
    _published(root)
    code, found, errors = _self_test(root)
    assert (code, found["misses"]) == (0, []), errors
    assert _servers(found) == _expected()


def test_odd_iris_lead_where_they_should(tmp_path: Path) -> None:
    root = _odd(tmp_path / "odd")
    _published(root)
    code, found, errors = _self_test(root)
    assert (code, found["misses"]) == (0, []), errors
    assert _servers(found) == _expected()
    assert "up/../there cannot be asked for" in errors


def test_released_versions_lead_to_their_files(tmp_path: Path) -> None:
    root = tmp_path / "materials"
    shutil.copytree(VOCABULARIES / "materials", root)
    result = subprocess.run(
        [COMMAND, "publish", "--release", "3.0.0"], cwd=root, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout + result.stderr
    code, found, errors = _self_test(root)
    assert (code, found["misses"]) == (0, []), errors
    edition = _edition(root)
    rules = rules_of(edition, ())
    for accept, file in (("text/turtle", "3.0.0/materials.ttl"), ("*/*", "versions/3.0.0.html")):
        reply = answer(rules, root / "dist", "/vocab/materials/3.0.0", accept)
        assert reply.headers["Location"] == "/vocab/materials/" + file


def test_the_table_shows_each_server(pa_onto: Run, materials: Path) -> None:
    _published(materials)
    result = pa_onto("publish", "--self-test", cwd=materials)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0].split()[:3] == ["asked", "for", "pa-onto"]
    asked = re.search(r"(\d+) of \1 requests answered as they should be\.", lines[-1])
    assert asked and int(asked[1]) > 200


def _break_file(folder: Path) -> None:
    (folder / "index.ttl").with_name("materials.ttl").unlink()


def _break_content(folder: Path) -> None:
    (folder / "materials.ttl").write_text("@prefix : <> . this is no Turtle")


def _break_subject(folder: Path) -> None:
    (folder / "materials.nt").write_text("<x:a> <x:b> <x:c> .\n")


def _break_page(folder: Path) -> None:
    (folder / "index.html").write_text("<!doctype html><title>Somebody else's page</title>")


def _break_context(folder: Path) -> None:
    (folder / "context.jsonld").unlink()


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        (_break_file, "status 404 instead of 200"),
        (_break_content, "cannot be read"),
        (_break_subject, "does not speak about"),
        (_break_page, "does not speak about"),
        (_break_context, "is not published"),
    ],
)
@pytest.mark.long
def test_a_broken_folder_is_found(materials: Path, harm: Any, problem: str) -> None:
    _, folder = _published(materials)
    harm(folder)
    code, found, _ = _self_test(materials)
    assert code == 1
    for server in _expected():
        problems = [miss["problem"] for miss in found["misses"] if miss["server"] == server]
        # The static host asks for pages and files only.
        assert any(problem in text for text in problems) or server == "static host", server


@needs_apache
@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("htaccess", "R=303", "R=302", "status 302 instead of 303"),
        ("htaccess", 'Allow-Origin "*"', 'Allow-Origin "https://a.example"', "no Access-Control"),
        ("htaccess", "merge Vary", "merge Very", "no Vary: Accept"),
        ("htaccess", 'AddType "text/turtle; charset=utf-8" .ttl', "", "is sent as"),
        ("htaccess", "RewriteEngine On", "RewriteEngine Onward", "status 500"),
        ("w3id.htaccess", "your-host", "my-host", "leads to https://my-host.example/"),
    ],
)
@pytest.mark.long
def test_broken_rules_for_apache_are_found(
    materials: Path, file: str, old: str, new: str, problem: str
) -> None:
    server = "Apache (w3id)" if file.startswith("w3id") else "Apache"
    _assert_found(materials, file, old, new, problem, server)


@needs_nginx
@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("nginx-locations.conf", "return 303", "return 307", "status 307 instead of 303"),
        ("nginx-locations.conf", "Vary $", "Very $", "no Vary: Accept"),
        ("nginx-locations.conf", "text/turtle ttl;", "", "is sent as"),
        ("nginx-maps.conf", "text/turtle", "text/tortoise", "instead of"),
        ("nginx-maps.conf", "map ", "mop ", "does not start"),
    ],
)
@pytest.mark.long
def test_broken_rules_for_nginx_are_found(
    materials: Path, file: str, old: str, new: str, problem: str
) -> None:
    _assert_found(materials, file, old, new, problem, "nginx")


def _assert_found(root: Path, file: str, old: str, new: str, problem: str, server: str) -> None:
    _, folder = _published(root)
    path = folder / "redirects" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    code, found, _ = _self_test(root)
    assert code == 1
    wrong = {miss["server"] for miss in found["misses"]}
    # What w3id.org sends on to Apache goes wrong with it.
    assert server in wrong
    assert wrong <= {server, f"{server} (w3id)"}
    assert any(problem in miss["problem"] for miss in found["misses"]), found["misses"][:3]


def test_a_private_folder_for_temporary_files_is_no_hindrance(
    materials: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    monkeypatch.setenv("TMPDIR", str(private))
    _published(materials)
    code, found, errors = _self_test(materials)
    assert (code, found["misses"]) == (0, []), errors
    assert list(private.iterdir()) == []


def test_of_very_many_documents_most_are_asked_for_once(
    ours: tuple[Rules, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules, folder = ours
    edition = _edition(folder.parent)
    whole = list(cases.all_cases(edition, rules, folder))
    assert cases.left_out(edition, rules, folder) == ""
    monkeypatch.setattr(cases, "_MOST", 20)
    monkeypatch.setattr(cases, "_MOST_FILES", 100)
    part = list(cases.all_cases(edition, rules, folder))
    assert len(part) < len(whole) / 4
    assert {case.path for case in part if not case.direct} == {
        case.path for case in whole if not case.direct
    }
    assert {case.name for case in part} == {case.name for case in whole}
    assert "asked for in all ways" in cases.left_out(edition, rules, folder)


def test_nothing_published_is_no_pass(pa_onto: Run, materials: Path) -> None:
    result = pa_onto("publish", "--self-test", cwd=materials)
    assert result.returncode == 2
    assert "Run `pa-onto publish` first" in result.stderr


def test_options_that_do_not_go_together(pa_onto: Run) -> None:
    result = pa_onto("publish", "--self-test", "--check")
    assert result.returncode == 2
    assert "--self-test goes with neither" in result.stderr


@pytest.mark.parametrize("format", [None, "turtle", "xml", "nt", "json-ld"])
def test_a_library_reads_an_iri_as_it_comes(ours: tuple[Rules, Path], format: str | None) -> None:
    """rdflib asks for formats in ways of its own, and knows nothing of our files."""
    rules, folder = ours
    runner = rdflib.URIRef("https://w3id.org/pa-onto/title/runner")
    context = json.loads((folder / "context.jsonld").read_text())["@context"]
    with serving(partial(answer, rules, folder)) as port:
        address = f"http://127.0.0.1:{port}/pa-onto/title/runner"
        if format == "json-ld":
            with urllib.request.urlopen(
                urllib.request.Request(address, headers={"Accept": "application/ld+json"})
            ) as reply:
                document = json.load(reply) | {"@context": context}
            graph = rdflib.Graph().parse(data=json.dumps(document), format=format)
        else:
            graph = rdflib.Graph().parse(address, format=format)
    assert len(list(graph.predicate_objects(runner))) > 10


# Safety of the servers


def _listening(port: int) -> set[str]:
    """Return the addresses on which somebody listens at a port, from the kernel's tables."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            _, local, _, state, *_ = line.split()
            address, _, number = local.partition(":")
            if state == "0A" and int(number, 16) == port:
                found.add(address)
    return found


# Where a self-test keeps the files of its servers.
_FOLDER = r"/\S*/pa-onto-\w+"


def _left() -> list[str]:
    """Return the command lines of servers that were started for a self-test."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if re.search(rf"(apache2|httpd|nginx) .*{_FOLDER}", line):
            found.append(line)
    return found


@needs_apache
def test_apache_listens_on_the_loopback_interface_only(tmp_path: Path) -> None:
    assert APACHE
    tmp_path.chmod(0o755)
    with apache(APACHE, tmp_path, [tmp_path]) as (port,):
        assert _listening(port) == {"0100007F"}
    assert _listening(port) == set()


@needs_nginx
def test_nginx_listens_on_the_loopback_interface_only(
    tmp_path: Path, ours: tuple[Rules, Path]
) -> None:
    assert NGINX
    redirects = ours[1] / "redirects"
    with nginx(
        NGINX,
        tmp_path,
        tmp_path,
        redirects / "nginx-maps.conf",
        redirects / "nginx-locations.conf",
    ) as port:
        assert _listening(port) == {"0100007F"}
    assert _listening(port) == set()


@pytest.mark.skipif(not (APACHE or NGINX), reason="neither Apache nor nginx is installed")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.long
def test_a_self_test_that_is_stopped_leaves_no_server(
    ours: tuple[Rules, Path], sign: signal.Signals
) -> None:
    """With setpriv (util-linux) even a process that cannot clean up leaves no server."""
    if sign == signal.SIGKILL and shutil.which("setpriv") is None:
        pytest.skip("setpriv is not installed: apt install util-linux")
    before = set(_left())
    folders: set[str] = set()

    def started() -> bool:
        folders.update(
            found[0] for line in set(_left()) - before if (found := re.search(_FOLDER, line))
        )
        return bool(folders)

    process = subprocess.Popen(
        [COMMAND, "publish", "--self-test"],
        cwd=ours[1].parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _until(started, 60)
        process.send_signal(sign)
        assert process.wait(30) == (-sign if sign == signal.SIGKILL else 130)
    finally:
        process.kill()
        process.wait()
    (folder,) = folders
    _until(lambda: not any(folder in line for line in _left()), 10)
    if sign == signal.SIGKILL:
        shutil.rmtree(folder, ignore_errors=True)
    assert not Path(folder).exists()


def _until(condition: Any, seconds: float) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it never came"
        time.sleep(0.05)


def test_all_files_have_a_content_type() -> None:
    edition = _edition(ROOT)
    names = [name for name, _ in artefacts(edition)]
    kinds = {content_type(name) for name in names if not re.match(r"[._]|redirects/|SHA", name)}
    assert "text/plain; charset=utf-8" not in kinds - {content_type("robots.txt")}
    assert content_type("a/b.schema.json") == "application/schema+json"
