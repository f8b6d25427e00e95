"""The pages in a real browser: search, keys, pictures, small and dark screens, no scripts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests import sites
from tests.browser import NAMES, Browser, Page, find

Serve = Callable[[str], str]

#: One page of each kind, by vocabulary.
KINDS = {
    "ours": (
        *("index", "title", "title/production-manager", "title/production-assistant"),
        *("level/ladder", "level/senior", "ns", "ns/JobTitle", "ns/advancesTo", "use"),
        *("changes", "404", "source/entry-level-job-titles", "maintainers"),
    ),
    "materials": ("index", "wood", "marquetry", "by-hardness", "use"),
    "districts": ("index", "use"),
    "hostile": ("index", "s", "t0", "t9", "t10", "deep119", "circle0", "ns", "use"),
}
_WIDE = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        pass


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
def folders(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Publish a vocabulary, once, two folders below the one that is served."""

    @lru_cache
    def published(name: str) -> Path:
        return sites.publish(name, tmp_path_factory.mktemp(name) / "some" / "dist")

    return published


@pytest.fixture(scope="module")
def serve(folders: Callable[[str], Path]) -> Iterator[Serve]:
    """Serve a site under a prefix, on the loopback address alone, and return its address."""
    servers: list[ThreadingHTTPServer] = []

    @lru_cache
    def address(name: str) -> str:
        handler = partial(_Quiet, directory=str(folders(name).parent.parent))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/some/dist/"

    yield address
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def ours(serve: Serve) -> str:
    return serve("ours")


def _search(page: Page, text: str) -> list[str]:
    """Type a text into the search and return the results as they are read."""
    page.value("document.getElementById('page-search').focus()")
    page.value("document.getElementById('page-search').value = ''")
    page.type(text)
    page.until("globalThis.vocabularyIndex && document.getElementById('page-status').textContent")
    found: list[str] = page.value(
        "[...document.querySelectorAll('[role=option]')].map(e => e.innerText)"
    )
    return found


def _is_clean(page: Page, origin: str) -> None:
    assert page.complaints() == []
    outside = [url for url in page.requests() if not url.startswith((origin, "data:"))]
    assert outside == []


# Search


def test_search_finds_an_abbreviation_and_enter_opens_its_page(browser: Browser, ours: str) -> None:
    with browser.page() as page:
        page.open(ours + "index.html")
        assert "index.js" not in str(page.requests())  # The index is read when it is needed.
        page.press("/")
        assert page.value("document.activeElement.id") == "page-search"
        page.type("UPM")
        page.until("document.querySelectorAll('[role=option]').length")
        first = page.value("document.querySelector('[role=option]').innerText")
        assert first.split("\n")[0] == "Production Manager" and "also called: UPM" in first
        page.forget_loads()
        page.press("Enter")
        page.loaded()
        assert page.url == ours + "title/production-manager.html"
        _is_clean(page, ours)


def test_search_works_from_deep_pages_and_from_a_disk(
    browser: Browser, ours: str, folders: Callable[[str], Path]
) -> None:
    for top in (ours, folders("ours").as_uri() + "/"):
        with browser.page() as page:
            page.open(top + "title/runner.html")
            assert _search(page, "UPM")[0].startswith("Production Manager")
            page.forget_loads()
            page.press("Enter")
            page.loaded()
            assert page.url == top + "title/production-manager.html"
            _is_clean(page, top)


@pytest.mark.parametrize(
    ("text", "title", "via"),
    [
        ("director de produccion", "Production Manager", "also called: Director de producción"),
        ("DIRECTOR DE PRODUCCIÓN", "Production Manager", "also called: Director de producción"),
        ("producciton", "Production Manager", ""),
        ("Prod Mgr", "Production Manager", "also found under: Prod Mgr"),
        ("second-assistant", "Second Assistant Director", ""),
        ("assistant second", "Second Assistant Director", ""),
        ("advances to", "advances to", ""),
    ],
)
def test_search_looks_at_labels_of_every_kind(
    text: str, title: str, via: str, browser: Browser, ours: str
) -> None:
    with browser.page() as page:
        page.open(ours + "index.html")
        found = _search(page, text)
        if text == "producciton":
            assert not any("Production Manager" in one for one in found)
            assert page.value("document.getElementById('page-status').textContent")
            return
        assert found[0].startswith(title)
        assert via in found[0]


def test_search_finds_other_scripts(browser: Browser, serve: Serve) -> None:
    with browser.page() as page:
        page.open(serve("materials") + "index.html")
        assert "wood" in _search(page, "خشب")[0]
        assert page.value("document.querySelector('[role=option] .via [lang]').lang") == "ar"
        assert "oak" in _search(page, "chene")[0]


def test_results_are_walked_with_the_arrow_keys(browser: Browser, ours: str) -> None:
    chosen = "document.getElementById('page-search').getAttribute('aria-activedescendant')"
    selected = "document.querySelector('[aria-selected=true]').id"
    with browser.page() as page:
        page.open(ours + "index.html")
        assert len(_search(page, "production")) == 12
        assert page.value(chosen) == page.value(selected) == "page-result-0"
        page.press("ArrowDown")
        page.press("ArrowDown")
        assert page.value(chosen) == page.value(selected) == "page-result-2"
        page.press("ArrowUp")
        assert page.value(chosen) == page.value(selected) == "page-result-1"
        expanded = "document.getElementById('page-search').getAttribute('aria-expanded')"
        assert page.value(expanded) == "true"
        page.press("Escape")
        assert page.value(expanded) == "false"
        assert page.value("document.getElementById('page-results').hidden")
        assert _search(page, "zzzz") == []
        assert page.value("document.getElementById('page-status').textContent") == "Nothing found"


def test_the_search_is_a_combobox_for_assistive_software(browser: Browser, ours: str) -> None:
    with browser.page() as page:
        page.open(ours + "index.html")
        _search(page, "runner")
        nodes = page.call("Accessibility.getFullAXTree")["nodes"]
        seen = {
            (n["role"]["value"], n.get("name", {}).get("value", "")) for n in nodes if "role" in n
        }
        assert ("combobox", "Search the vocabulary") in seen
        assert ("listbox", "Search results") in seen
        assert any(role == "option" and "Runner" in name for role, name in seen)
        names = {name for role, name in seen if role == "link"}
        assert {"Skip to the content", "Use it", "Production Manager"} <= names


# Keys and pictures


def test_the_ladder_leads_to_the_titles(browser: Browser, ours: str) -> None:
    ladder = "svg[aria-labelledby=page-ladder-title]"
    with browser.page() as page:
        page.open(ours + "index.html")
        boxes = f"document.querySelectorAll('{ladder} a:has(rect)')"
        links = f"[...{boxes}].map(a => a.getAttribute('href'))"
        assert len(set(page.value(links))) == 29
        for name in ("production-manager", "vice-president-of-locations"):
            page.open(ours + "index.html")
            page.forget_loads()
            page.click(f"{ladder} a[href='title/{name}.html'] rect")
            page.loaded()
            assert page.url == f"{ours}title/{name}.html"
        page.open(ours + "index.html")
        page.value(f"document.querySelector(\"{ladder} a[href='title/runner.html']\").focus()")
        page.forget_loads()
        page.press("Enter")
        page.loaded()
        assert page.url == ours + "title/runner.html"
        _is_clean(page, ours)


def test_texts_of_pictures_stay_in_their_boxes_and_boxes_apart(browser: Browser, ours: str) -> None:
    measured = """[...document.querySelectorAll('svg.picture')].map(svg => {
      const boxes = [...svg.querySelectorAll('rect.box')].map(e => e.getBBox());
      const texts = [...svg.querySelectorAll('rect.box')].flatMap(e =>
        [...e.parentElement.querySelectorAll('text')].map(t => [e.getBBox(), t.getBBox()]));
      const apart = (a, b) => a.x + a.width <= b.x || b.x + b.width <= a.x
        || a.y + a.height <= b.y || b.y + b.height <= a.y;
      return {
        boxes: boxes.length,
        over: texts.filter(([b, t]) => t.x < b.x || t.x + t.width > b.x + b.width
          || t.y < b.y || t.y + t.height > b.y + b.height).length,
        overlaps: boxes.filter((a, i) => boxes.some((b, j) => i < j && !apart(a, b))).length,
        size: Math.min(...[...svg.querySelectorAll('text')].map(
          t => parseFloat(getComputedStyle(t).fontSize))),
      };
    })"""
    with browser.page() as page:
        for path, count in (("index", 2), ("title/production-manager", 1)):
            page.open(f"{ours}{path}.html")
            pictures = page.value(measured)
            assert len(pictures) == count
            for picture in pictures:
                assert picture["boxes"] > 5
                assert picture["over"] == picture["overlaps"] == 0
                assert picture["size"] >= 12


def test_a_page_can_be_used_without_a_mouse(browser: Browser, ours: str) -> None:
    focused = "document.activeElement.textContent.trim()"
    with browser.page() as page:
        page.open(ours + "title/production-manager.html")
        page.press("Tab")
        assert page.value(focused) == "Skip to the content"
        assert page.value("document.activeElement.getBoundingClientRect().top") >= 0
        page.press("Enter")
        assert page.value("location.hash") == "#page-main"
        seen = []
        for _ in range(60):
            page.press("Tab")
            if page.value("document.activeElement === document.body"):
                break  # After the last one comes the browser itself.
            seen.append(page.value(focused))
            outline = "getComputedStyle(document.activeElement)"
            visible = page.value(
                f"{outline}.outlineStyle !== 'none' || document.activeElement.matches('svg a')"
            )
            assert visible, seen[-1]
        assert {"Contents", "job titles", "manage budgets", "Director of Production"} <= set(seen)
        page.open(ours + "index.html")
        page.value("document.querySelector('.scheme summary').focus()")
        page.press("Enter")
        assert page.value("document.querySelector('.scheme details').open")
        _is_clean(page, ours)


def test_copying_copies(browser: Browser, ours: str) -> None:
    with browser.page() as page:
        page.open(ours + "title/runner.html")
        browser.call(
            "Browser.grantPermissions", permissions=["clipboardReadWrite"], origin=ours[:-1]
        )
        page.value("navigator.clipboard.writeText = async text => { globalThis.copied = text; }")
        page.click(".iri button.copy")
        assert page.until("globalThis.copied") == "https://w3id.org/pa-onto/title/runner"
        page.click(".code button.copy")
        assert '"codeValue": "runner"' in page.until(
            "globalThis.copied.includes('codeValue') && globalThis.copied"
        )


# Screens


@pytest.mark.parametrize("name", sites.NAMES)
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_screen(
    width: int, name: str, browser: Browser, serve: Serve
) -> None:
    with browser.page(width=width, height=740) as page:
        for path in KINDS[name]:
            page.open(f"{serve(name)}{path}.html")
            assert page.value("innerWidth") == width
            assert page.value(_WIDE) <= width, path
            page.value("document.querySelectorAll('details').forEach(e => { e.open = true; })")
            assert page.value(_WIDE) <= width, f"{path}, opened"
        assert page.value("globalThis.harmed") is None
        _is_clean(page, serve(name))


def test_text_can_be_read_on_a_phone(browser: Browser, ours: str) -> None:
    with browser.page(width=360, height=740) as page:
        page.open(ours + "title/production-manager.html")
        small = page.value(
            "[...document.querySelectorAll('main p, main li, main td, main a')].filter("
            "e => parseFloat(getComputedStyle(e).fontSize) < 12).map(e => e.outerHTML)"
        )
        assert small == []


def test_a_dark_screen_gets_dark_pages(browser: Browser, ours: str) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    box = "getComputedStyle(document.querySelector('rect.box')).fill"
    colours = {}
    for dark in (False, True):
        with browser.page(dark=dark) as page:
            page.open(ours + "index.html")
            colours[dark] = (page.value(ground), page.value(box))
            page.open(ours + "404.html")
            assert page.value(ground) == colours[dark][0]
            assert page.complaints() == []
    assert colours[False] == ("rgb(251, 250, 247)", "rgb(255, 255, 255)")
    assert colours[True] == ("rgb(22, 24, 28)", "rgb(30, 33, 38)")


def test_colours_on_the_screen_have_contrast(browser: Browser, ours: str) -> None:
    script = """(() => {
      const lum = c => { const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
      const ground = e => { for (; e; e = e.parentElement) {
        const c = getComputedStyle(e).backgroundColor;
        if (!/, 0\\)$/.test(c)) return c; } return 'rgb(255, 255, 255)'; };
      const bad = [];
      for (const e of document.querySelectorAll('body *')) {
        const texts = [...e.childNodes].filter(n => n.nodeType === 3 && n.data.trim());
        if (e.closest('svg') || !texts.length) continue;
        const a = lum(getComputedStyle(e).color), b = lum(ground(e));
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < 4.5) bad.push([e.outerHTML.slice(0, 80), ratio]);
      }
      return bad;
    })()"""
    for dark in (False, True):
        with browser.page(dark=dark) as page:
            for path in ("index", "title/production-manager", "use", "ns", "404"):
                page.open(f"{ours}{path}.html")
                assert page.value(script) == [], (path, dark)


# Without scripts, and against harm


def test_without_scripts_the_pages_say_all_they_say(browser: Browser, ours: str) -> None:
    with browser.page(scripts=False) as page:
        page.open(ours + "title/production-manager.html")
        text = page.value("document.body.innerText")
        for words in ("UPM", "Senior Level", "manage budgets", "Directeur de production"):
            assert words in text
        assert page.value("getComputedStyle(document.querySelector('.search')).display") == "none"
        assert page.value("getComputedStyle(document.querySelector('.copy')).display") == "none"
        page.open(ours + "index.html")
        page.click(".scheme summary .count")
        assert page.value("document.querySelector('.scheme details').open")
        page.forget_loads()
        page.click("svg.picture a[href='title/runner.html'] rect")
        page.loaded()
        assert page.url == ours + "title/runner.html"


def test_hostile_labels_do_nothing_in_pages_and_in_the_search(
    browser: Browser, serve: Serve
) -> None:
    top = serve("hostile")
    with browser.page() as page:
        for number in range(len(sites.TEXTS)):
            page.open(f"{top}t{number}.html")
            page.value("document.querySelectorAll('main *').forEach(e => e.focus && e.focus())")
            assert page.value("globalThis.harmed") is None, number
        page.open(top + "index.html")
        for text in ("script", "img src", "onmouseover", "WWWW", "slug", "{{ 7"):
            assert _search(page, text), text
            assert (
                page.value("document.querySelector('#page-results script, #page-results img')")
                is None
            )
        assert page.value("globalThis.harmed") is None
        assert page.url == top + "index.html"
        _is_clean(page, top)


def test_the_policy_stops_scripts_that_get_in_all_the_same(browser: Browser, ours: str) -> None:
    with browser.page() as page:
        page.open(ours + "index.html")
        page.value(
            "(() => { const s = document.createElement('script');"
            "s.textContent = 'window.harmed = 1'; document.body.append(s);"
            "const i = new Image(); i.src = 'http://127.0.0.1:9/x.png';"
            "document.body.append(i); })()"
        )
        assert page.value("globalThis.harmed") is None
        assert any("Content Security Policy" in one for one in page.complaints())


@pytest.mark.long
def test_every_kind_of_page_is_quiet(browser: Browser, ours: str) -> None:
    with browser.page() as page:
        for path in KINDS["ours"]:
            page.open(f"{ours}{path}.html")
        assert len(page.requests()) > len(KINDS["ours"])
        _is_clean(page, ours)
