"""The query page: what it sends, and what a person can do with it in a real browser."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from pa_onto.project import Project, find_project
from pa_onto.queries import Answer, Parameter, StoredQuery, in_memory, run, stored_queries
from pa_onto.server.editor.examples import examples, filled
from tests.browser import NAMES, Browser, Page, find
from tests.conftest import ROOT, Run, at_least
from tests.servers import Server, serving

EDITOR = ROOT / "src" / "pa_onto" / "server" / "editor"
CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
#: Texts and addresses that would do something if they were taken for markup or followed.
HOSTILE = (
    "<img src=x onerror='window.harmed=1'>",
    "</td></table><script>window.harmed=2</script>",
    "\u202eright to left without an end",
    "{{7*7}} ${7*7}",
    "W" * 5_000,
)
ADDRESSES = ("javascript:window.harmed=3", "data:text/html,harm", "JaVaScRiPt:window.harmed=4")


# Pages in a real browser take minutes on a busy machine.
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = find()
    if program is None:
        pytest.skip(f"no browser was asked: none of {', '.join(NAMES)} is installed")
    with Browser(program) as found:
        yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of our vocabulary with data that mean harm."""
    file = tmp_path_factory.mktemp("data") / "hostile.nt"
    subject = "<https://hostile.example/s>"
    lines = [f"{subject} <https://hostile.example/says> {ox.Literal(text)} .\n" for text in HOSTILE]
    lines += [f"{subject} <https://hostile.example/leads> <{iri}> .\n" for iri in ADDRESSES]
    file.write_text("".join(lines), encoding="utf-8")
    with serving("-q", "--data", file) as found:
        yield found


@contextmanager
def opened(
    browser: Browser, server: Server, fragment: str = "", *, faults: int = 0, **how: int
) -> Iterator[Page]:
    """Open the query page; at the end nothing was complained of, and nobody else was asked.

    ``faults`` are the answers with a status of 400 and more that are wanted: browsers log them.
    """
    with browser.page(**how) as page:
        page.open(f"{server.url}/query{fragment}")
        page.until("document.documentElement.dataset.ready === ''")
        yield page
        said = page.complaints()
        failed = [line for line in said if "Failed to load resource" in line and "/sparql" in line]
        assert len(failed) == faults, said
        assert len(said) == faults, said
        asked = [url for url in page.requests() if not url.startswith("blob:")]
        assert len(asked) >= 4
        assert [url for url in asked if not url.startswith(server.url + "/")] == []
        assert page.value("window.harmed === undefined")


def pick(page: Page, title: str) -> None:
    """Choose an example by its title."""
    assert page.value(
        "(() => { const select = document.querySelector('#example');"
        f"const found = [...select.options].find((one) => one.textContent === {json.dumps(title)});"
        "if (!found) return false; select.value = found.value;"
        "select.dispatchEvent(new Event('change')); return true; })()"
    )


def write(page: Page, query: str) -> None:
    """Put a query into the editor by way of the address."""
    page.value(f"location.hash = '#query=' + encodeURIComponent({json.dumps(query)})")
    shown = json.dumps(query.splitlines()[0])
    page.until(f"{TEXT}.startsWith({shown})")


TEXT = (
    "[...document.querySelector('#editor').shadowRoot.querySelectorAll('.cm-line')]"
    ".map((line) => line.textContent).join('\\n')"
)
ROWS = (
    "[...document.querySelectorAll('#results tbody tr')].map((row) =>"
    "[...row.cells].slice(1).map((cell) => cell.textContent))"
)
STATUS = "document.querySelector('#status').textContent"


def ctrl_enter(page: Page) -> None:
    """Press Ctrl-Enter where the focus is."""
    key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "modifiers": 2}
    page.call("Input.dispatchKeyEvent", type="rawKeyDown", **key)
    page.call("Input.dispatchKeyEvent", type="keyUp", **key)


# What is sent


def test_the_page_and_all_it_loads_forbid_what_they_do_not_need(server: Server) -> None:
    page = server.get("/query")
    assert page.media == "text/html"
    loaded = re.findall(r'(?:src|href)="(query/[^"]+)"', page.text)
    assert len(loaded) == 4
    for path in ("/query", "/query/examples.json", *(f"/{path}" for path in loaded)):
        reply = server.get(path)
        assert reply.status == 200, path
        assert len(reply.body) > 100, path
        policy = reply.headers["content-security-policy"]
        assert "unsafe" not in policy and "http" not in policy and "*" not in policy
        for directive in ("default-src 'none'", "script-src 'self'", "style-src 'self'"):
            assert directive in policy.split("; ")
        assert "frame-ancestors 'none'" in policy and "trusted-types 'none'" in policy
        again = server.get(path, if_none_match=reply.headers["etag"])
        assert (again.status, again.body) == (304, b"")
        assert server.ask("HEAD", path).status == 200
        assert server.ask("POST", path, b"").status == 405
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|style=", page.text)


def test_addresses_beside_the_page_lead_to_it_or_say_so(server: Server) -> None:
    assert server.get("/query/").headers["location"] == "../query"
    for path in ("/query/assets/", "/query/assets/../page.py", "/query/assets/%2e%2e/page.py"):
        assert server.get(path).status == 404, path
    led = server.get("/sparql", CHROMIUM)
    assert (led.status, led.headers["location"]) == (303, "query")
    assert server.get("/sparql", "text/turtle").media == "text/turtle"
    assert server.get("/sparql").media == "text/turtle"
    assert server.query("ASK {}", CHROMIUM).media == "application/xml"


def test_titles_of_examples_are_escaped(project: Path) -> None:
    query = "# title: <script>window.harmed=1</script>\n# description: \"'&<b>\nASK {}\n"
    (project / "ontology" / "queries" / "a.rq").write_text(query)
    with serving("-q", cwd=project) as server:
        page = server.get("/query").text
    assert "<script>window" not in page and "&lt;script&gt;window" in page
    assert "<b>" not in page


# What the examples are


def test_examples_say_what_the_stored_queries_say(published: ox.Store) -> None:
    project = find_project(ROOT)
    store = in_memory(project)
    by_name = {example.name: example for example in examples(project).examples}
    for stored in at_least(stored_queries(project), 18):
        ours = Answer(store.query(by_name[stored.name].query))  # type: ignore[arg-type]
        assert _content(ours) == _content(run(stored, store, {})), stored.name


def _content(answer: Answer) -> object:
    if answer.boolean is not None:
        return answer.boolean
    if answer.variables is not None:
        return sorted(map(str, answer.rows()))
    return answer.serialize("n-triples")


@pytest.mark.parametrize(
    ("text", "parameter", "expected"),
    [
        (
            "SELECT ?a { ?a ?b ?c }",
            Parameter("a", "iri", "https://x.example/a b>"),
            "SELECT ?a {\n  VALUES ?a { <https://x.example/a%20b%3E> }\n  ?a ?b ?c }",
        ),
        (
            'ASK WHERE {\n    ?s ?p ?a # { "\n}',
            Parameter("a", "text", 'say "hi" \\'),
            'ASK WHERE {\n    VALUES ?a { "say \\"hi\\" \\\\" }\n    ?s ?p ?a # { "\n}',
        ),
        (
            "CONSTRUCT WHERE { ?s ?p ?o }",
            Parameter("a", "text", None),
            "CONSTRUCT WHERE { ?s ?p ?o }",
        ),
        (
            "DESCRIBE ?a",
            Parameter("a", "level", "vp"),
            "PREFIX level: <https://w3id.org/pa-onto/level/>\nDESCRIBE ?a\nVALUES ?a { level:vp }",
        ),
    ],
)
def test_defaults_are_written_where_they_bind(
    text: str, parameter: Parameter, expected: str
) -> None:
    stored = StoredQuery("x", text, parameters=(parameter,))
    assert filled(stored) == expected
    ox.Store().query(expected)


def test_a_project_without_stored_queries_has_examples_all_the_same(tmp_path: Path) -> None:
    found = examples(Project(tmp_path)).examples
    assert [example.name for example in found] == ["classes", "properties", "statements", "texts"]


# What a person does


def test_pick_an_example_run_it_and_see_a_table(
    browser: Browser, server: Server, pa_onto: Run
) -> None:
    told = pa_onto("query", "titles-at-level", "--format", "csv").stdout
    heads, *rows = csv.reader(io.StringIO(told))
    assert len(rows) == 5
    with opened(browser, server) as page:
        pick(page, "Titles at a level")
        assert "VALUES ?level { level:senior }" in page.value(TEXT)
        page.click("#run")
        page.until(f"{STATUS}.startsWith('{len(rows)} rows in ')")
        shown = page.value(ROWS)
        assert [re.sub(r" en$", "", row[2]) for row in shown] == [row[2] for row in rows]
        assert [row[1] for row in shown] == [row[1] for row in rows]
        assert {row[0] for row in shown} == {"level:senior"}
        names = page.value(
            "[...document.querySelectorAll('#results thead th button')].map((b) => b.textContent)"
        )
        assert names == heads
        link = page.value("document.querySelector('#results tbody a').href")
        assert link == f"{server.url}/level/senior"
        assert server.get("/level/senior", "text/html").status == 303


def test_what_there_is_to_ask_about_is_told(browser: Browser, server: Server) -> None:
    """The classes and properties come from the published VoID description."""
    with opened(browser, server) as page:
        rows = page.value(
            "[...document.querySelectorAll('#contents ~ table tbody tr')]"
            ".map((row) => [...row.children].map((cell) => cell.textContent))"
        )
    told = {name: (int(count), facts) for name, count, facts in rows}
    assert told["pa:JobTitle"][0] == 29
    assert "pa:inDepartment 2" in told["pa:JobTitle"][1]
    assert [int(count) for _, count, _ in rows] == sorted(
        (n for n, _ in told.values()), reverse=True
    )
    assert server.get("/void", "text/turtle").status == 303


def test_every_example_has_an_answer(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        titles = page.value(
            "[...document.querySelectorAll('#example optgroup option')].map((o) => o.text)"
        )
        assert len(titles) == 22
        for title in titles:
            pick(page, title)
            page.value(f"document.querySelector('#results').replaceChildren(), {STATUS}")
            page.click("#run")
            page.until("document.querySelector('#results').childElementCount > 1")
            assert not page.value("!!document.querySelector('.failure, .nothing')"), title


def test_yes_or_no_and_graphs_are_shown_as_what_they_are(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        pick(page, "Is a title known?")
        page.click("#run")
        page.until(f"{STATUS}.startsWith('Yes in ')")
        assert page.value("document.querySelector('.verdict').textContent") == "Yes true"
        pick(page, "Everything about a title")
        page.click("#run")
        page.until(f"{STATUS}.startsWith('A graph in ')")
        text = page.value("document.querySelector('#results pre').textContent")
        assert any(ox.parse(text, format=ox.RdfFormat.TURTLE))


def test_a_fault_is_shown_with_its_line(browser: Browser, server: Server) -> None:
    with opened(browser, server, faults=1) as page:
        write(page, "SELECT *\nWHERE {\n  ?s ?p ; ?o .\n}")
        page.click("#run")
        page.until("!!document.querySelector('.failure[role=alert]')")
        said = page.value("document.querySelector('.failure').textContent")
        assert "Not SPARQL at line 3, column " in said
        assert "?s ?p ; ?o ." in said
        marked = "document.querySelector('#editor').shadowRoot.querySelector('.cm-lintRange-error')"
        assert page.value(f"{marked}.closest('.cm-line').textContent") == "  ?s ?p ; ?o ."
        pick(page, "The career ladder")
        page.click("#run")
        page.until(f"{STATUS}.includes('rows')")
        assert not page.value("!!document.querySelector('.failure')")


def test_what_the_server_refuses_is_told(browser: Browser, server: Server) -> None:
    with opened(browser, server, faults=1) as page:
        write(page, "SELECT * { SERVICE <https://x.example/> { ?s ?p ?o } }")
        page.click("#run")
        page.until("!!document.querySelector('.failure')")
        assert "SERVICE is refused" in page.value("document.querySelector('.failure').textContent")


SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (?c > ?f && ?f > ?i) }"


def test_a_query_can_be_stopped(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        write(page, SLOW)
        page.click("#run")
        page.until("!document.querySelector('#stop').hidden")
        assert page.value(STATUS) == "Running …"
        page.click("#stop")
        page.until(f"{STATUS} === 'Stopped.'")
        assert page.value("document.querySelector('#stop').hidden")


def test_a_query_that_takes_too_long_is_told(browser: Browser) -> None:
    with (
        serving("-q", "--timeout", "0.3") as server,
        opened(browser, server, faults=1) as page,
    ):
        write(page, SLOW)
        page.click("#run")
        page.until("!!document.querySelector('.failure')")
        said = page.value("document.querySelector('.failure').textContent")
        assert said.startswith("The query was not answered.") and "0.3" in said


def test_hostile_data_stay_text(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        write(
            page,
            "PREFIX x: <javascript:window.> SELECT ?p ?o { <https://hostile.example/s> ?p ?o }",
        )
        page.click("#run")
        page.until(f"{STATUS}.startsWith('8 rows')")
        texts = page.value(f"{ROWS}.map((row) => row[1])")
        for text in (*HOSTILE[:4], *ADDRESSES):
            assert any(text.removeprefix("javascript:window.") in shown for shown in texts), text
        assert page.value("!document.querySelector('#results :is(img, script, iframe)')")
        links = page.value("[...document.querySelectorAll('#results a')].map((a) => a.href)")
        assert {link.partition(":")[0] for link in links} == {"https"}
        assert page.value(
            "[...document.querySelectorAll('#results .text')].every((t) => t.dir === 'auto')"
        )
        folded = "document.querySelector('#results details')"
        assert page.value(f"{folded}.open") is False
        assert "5,000 characters" in page.value(f"{folded}.textContent")
        page.click("#results summary")
        assert page.value(f"{folded}.open")


def test_a_hostile_link_does_nothing(browser: Browser, server: Server) -> None:
    text = "# </script><img src=x onerror='window.harmed=9'>\nASK {}"
    with opened(browser, server, "#query=" + quote(text)) as page:
        assert page.value(TEXT) == text
        assert not page.value("!!document.querySelector('#results').childElementCount")
    with opened(browser, server, "#query=%E0%A4%A") as page:
        assert "SELECT" in page.value(TEXT)


def test_tables_sort_and_show_some_of_many_rows(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        values = " ".join(f"({number} {json.dumps(str(number % 7))})" for number in range(1500))
        write(page, f"SELECT ?n ?t {{ VALUES (?n ?t) {{ {values} }} }}")
        page.click("#run")
        page.until(f"{STATUS}.startsWith('1,500 rows')")
        assert page.value(f"{ROWS}.length") == 200
        assert "200 of 1,500 rows are shown" in page.value(
            "document.querySelector('.foot').textContent"
        )
        page.click(".foot button")
        assert page.value(f"{ROWS}.length") == 1200
        sorter = "#results thead th:nth-child(2) button"
        page.click(sorter)
        assert page.value(f"{ROWS}[1][0]") == "1"
        page.click(sorter)
        assert page.value(f"{ROWS}[0][0]") == "1499"
        head = "document.querySelector('#results th:nth-child(2)')"
        assert page.value(f"{head}.getAttribute('aria-sort')") == "descending"


def test_answers_can_be_read_raw_and_downloaded(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    with opened(browser, server) as page:
        page.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
        pick(page, "The career ladder")
        page.click("#run")
        page.until(f"{STATUS}.includes('29 rows')")
        page.click(".views button:last-child")
        raw = json.loads(page.value("document.querySelector('#results pre').textContent"))
        assert len(raw["results"]["bindings"]) == 29
        assert page.value("!document.querySelector('#results table').checkVisibility()")
        page.click(".downloads button")
        page.until(f"{STATUS} === 'results.csv is downloaded.'")
        page.value("new Promise((done) => setTimeout(done, 500))")
        rows = list(csv.reader(io.StringIO((tmp_path / "results.csv").read_text())))
        assert len(rows) == 30


def test_the_keyboard_alone_will_do(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        page.press("Tab")
        assert page.value("document.activeElement.id") == "example"
        page.press("ArrowDown")
        page.until(f"{TEXT}.startsWith('# Career steps to a title')")
        page.press("Tab")
        assert page.value("document.activeElement.id") == "editor"
        ctrl_enter(page)
        page.until(f"{STATUS}.includes(' rows in ')")
        page.press("Tab")
        assert page.value("document.activeElement.id") == "run"
        page.value(f"document.querySelector('#status').textContent = '', {STATUS}")
        ctrl_enter(page)
        page.until(f"{STATUS}.includes(' rows in ')")
        seen = []
        for _ in range(12):
            page.press("Tab")
            seen.append(page.value("document.activeElement.textContent"))
        assert {"Copy link", "Raw", "CSV", "step"} <= set(seen)


def test_names_are_completed_from_what_is_loaded(browser: Browser, server: Server) -> None:
    options = (
        "[...document.querySelector('#editor').shadowRoot"
        ".querySelectorAll('.cm-tooltip-autocomplete li')].map((one) => one.textContent)"
    )
    with opened(browser, server) as page:
        write(page, "SELECT * { ?s ")
        page.value("document.querySelector('#query-label').click()")
        page.call("Input.dispatchKeyEvent", type="rawKeyDown", key="End", windowsVirtualKeyCode=35)
        page.type("pa:advancesT")
        page.until(f"{options}.some((text) => text.startsWith('pa:advancesTo'))")
        page.value("new Promise((done) => setTimeout(done, 200))")
        page.press("Enter")
        page.until(f"{TEXT}.includes('?s pa:advancesTo')")
        assert page.value(TEXT).startswith("PREFIX pa: <https://w3id.org/pa-onto/ns#>\nSELECT")


def test_the_address_holds_the_query(browser: Browser, server: Server) -> None:
    with opened(browser, server) as page:
        pick(page, "Classes")
        page.click("#run")
        page.until(f"{STATUS}.includes(' rows in ')")
        address = page.url
    assert "#query=" in address
    with opened(browser, server, "#" + address.partition("#")[2]) as page:
        assert page.value(TEXT).startswith("# Classes\n")
        assert page.value("document.querySelector('#about').textContent").startswith("Every class")
        write(page, "ASK {}")
        assert page.value("document.querySelector('#about').textContent") == ""


def test_it_works_without_scripts(browser: Browser, server: Server) -> None:
    with browser.page(scripts=False) as page:
        page.open(f"{server.url}/query")
        assert page.value("!document.querySelector('#query').hidden")
        assert page.complaints() == []
        page.forget_loads()
        page.click("#run")
        page.loaded()
        assert page.url.startswith(f"{server.url}/sparql?query=")
        assert page.value("document.querySelectorAll('result').length") == 3
        page.open(f"{server.url}/query")
        assert page.value("document.querySelectorAll('.examples a').length") == 22
        page.forget_loads()
        page.click(".examples li:nth-child(5) a")
        page.loaded()
        assert page.value("document.querySelector('boolean').textContent") == "true"


@pytest.mark.parametrize("dark", [False, True])
def test_it_fits_a_phone(browser: Browser, server: Server, dark: bool) -> None:
    with opened(browser, server, width=360, height=740, dark=dark) as page:
        pick(page, "Some statements")
        page.click("#run")
        page.until(f"{STATUS}.startsWith('100 rows')")
        assert page.value("document.documentElement.scrollWidth") <= 360
        assert page.value("document.querySelector('.scroller').scrollWidth") > 360
        ground = page.value("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(22, 24, 28)" if dark else "rgb(251, 250, 247)")
        small = page.value(
            "[...document.querySelectorAll('button, select')].filter((one) =>"
            "one.checkVisibility() && one.getBoundingClientRect().height < 24).length"
        )
        assert small == 0


# What is bundled


def test_the_bundle_is_made_of_the_sources_beside_it() -> None:
    names = [
        path for path in (EDITOR / "source").iterdir() if path.suffix in (".js", ".mjs", ".json")
    ]
    digest = hashlib.sha256()
    for path in at_least(sorted(names), 10):
        digest.update(path.read_bytes())
    head = (EDITOR / "assets" / "editor.js").read_text(encoding="utf-8")[:200]
    assert f"sha256-{digest.hexdigest()} " in head, "bundle again: see source/README.md"


@pytest.mark.long
def test_the_bundle_names_its_licences_and_no_registry() -> None:
    lock = (EDITOR / "source" / "package-lock.json").read_text()
    assert "resolved" not in lock and "://" not in lock
    licences = (EDITOR / "assets" / "licenses.txt").read_text()
    packages = {
        name.removeprefix("node_modules/"): about
        for name, about in json.loads(lock)["packages"].items()
        if name and not about.get("dev")
    }
    assert len(packages) >= 10
    for name, about in packages.items():
        if not about.get("optional"):
            assert f"{name} {about['version']} (MIT)" in licences, name
