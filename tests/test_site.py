"""The pages as files: they say what the vocabulary says, hang together, and harm nobody."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import html5rdf
import pytest
from lxml import html
from lxml.html import HtmlElement

from tests import sites
from tests.conftest import ROOT, Run, at_least

Site = Callable[[str], Path]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Publish a vocabulary, once, and return the folder."""

    @lru_cache
    def published(name: str) -> Path:
        return sites.publish(name, tmp_path_factory.mktemp(name) / "dist")

    return published


@lru_cache(2000)
def _page(path: Path) -> HtmlElement:
    return html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))


def _pages(folder: Path) -> list[Path]:
    """The pages people read; those that only lead on to another are not of the site."""
    found = [path for path in sorted(folder.rglob("*.html")) if not _leads_on(path)]
    return list(at_least(found, 5))


def _leads_on(path: Path) -> bool:
    return bool(_page(path).xpath("//meta[@http-equiv='refresh']"))


def _text(page: HtmlElement) -> str:
    return " ".join(page.find("body").text_content().split())


def _heads(page: HtmlElement) -> dict[str, str]:
    """The groups of a page: headings with what stands below them."""
    return {
        " ".join(group.find("h3").text_content().split()): group.find("ul").text_content()
        for group in page.iterfind(".//div[@class='group']")
    }


# What pages say


def test_a_concept_has_all_that_is_known_of_it(site: Site) -> None:
    page = _page(site("ours") / "title" / "production-manager.html")
    text, groups = _text(page), _heads(page)
    assert page.findtext(".//h1") == "Production Manager"
    for label in ("UPM", "Directeur de production", "Prod Mgr", "production-manager"):
        assert label in text
    assert "Senior manager who answers for" in text
    assert "Senior Level" in groups["at level"]
    assert "manage budgets" in groups["has duty"]
    assert "leadership skills" in groups["requires skill"]
    assert "Director of Production" in groups["… supervises this"]
    assert "Assistant Production Manager" in groups["… advances to this"]
    matches = page.xpath(".//a[@rel='external noopener']/@href")
    assert "http://www.wikidata.org/entity/Q21292974" in matches
    crumbs = page.xpath(".//nav[@class='crumbs']//a/@href")
    assert crumbs == ["../index.html#page-contents", "../title.html"]


def test_broader_concepts_lead_to_a_page(site: Site) -> None:
    page = _page(site("ours") / "title" / "set-production-assistant.html")
    assert page.xpath(".//nav[@class='crumbs']//a/text()")[-1] == "Production Assistant"
    assert "Production Assistant" in _heads(page)["broader"]


def test_hidden_labels_stand_apart(site: Site) -> None:
    page = _page(site("ours") / "title" / "production-manager.html")
    heads = [cell.text for cell in page.iterfind(".//table[@class='labels']//th[@scope='col']")]
    assert heads == ["Language", "Preferred", "Alternative", "Also found under"]
    row = page.find(".//table[@class='labels']/tbody/tr[@lang='en']")
    assert "Prod Mgr" in row.findall("td")[2].text_content()
    assert "Prod Mgr" not in row.findall("td")[1].text_content()


def test_every_entry_of_the_vocabulary_has_a_page(site: Site) -> None:
    folder, base = site("ours"), "https://w3id.org/pa-onto/"
    lines = (folder / "pa-onto.nt").read_text().splitlines()
    subjects = {line.partition("> ")[0][1:] for line in lines if line.startswith(f"<{base}")}
    assert len(subjects) > 300
    for iri in subjects - {base}:
        page = folder / (iri.removeprefix(base).replace("#", "/") + ".html")
        assert _page(page).xpath("//*[@id='page-iri']/text()") == [iri]


def test_a_class_lists_its_instances_and_a_property_its_use(site: Site) -> None:
    assert "Runner" in _heads(_page(site("ours") / "ns" / "JobTitle.html"))["Instances"]
    page = _page(site("ours") / "ns" / "advancesTo.html")
    assert "job title" in _heads(page)["domain"]
    assert "Stated 4 times" in _text(page)


def test_members_of_a_collection_are_in_their_order_where_they_have_one(site: Site) -> None:
    page = _page(site("ours") / "level" / "ladder.html")
    levels = [link.text for link in page.iterfind(".//ol[@class='members']/li/a")]
    assert [level.split()[0] for level in levels] == ["Entry", "Mid", "Senior", "Director", "Vice"]
    other = _page(site("materials") / "from-animals.html")
    assert other.find(".//ul[@class='members']/li/a") is not None
    assert other.find(".//ol[@class='members']") is None


def test_hash_terms_stand_on_one_page_and_on_their_own(site: Site) -> None:
    page = _page(site("ours") / "ns.html")
    assert "Relates a job title to a title that is a usual next step" in _text(page)
    section = page.get_element_by_id("advancesTo")
    assert section.xpath(".//h3/a/@href") == ["ns/advancesTo.html"]
    own = _page(site("ours") / "ns" / "advancesTo.html")
    assert "../ns.html#advancesTo" in own.xpath(".//aside//a/@href")


def test_the_home_page_has_every_concept_without_a_script(site: Site) -> None:
    page = _page(site("ours") / "index.html")
    links = set(page.xpath(".//section[@aria-labelledby='page-contents']//a/@href"))
    titles = {
        f"title/{p.name}" for p in (site("ours") / "title").glob("*.html") if not _leads_on(p)
    }
    assert titles <= links
    assert len(titles) == 29


def test_another_vocabulary_has_its_languages_and_no_picture_of_ours(site: Site) -> None:
    page = _page(site("materials") / "wood.html")
    rows = page.findall(".//table[@class='labels']/tbody/tr")
    assert {row.get("lang") for row in rows} >= {"en", "fr", "ar", "sr-cyrl"}
    home = _page(site("materials") / "index.html")
    assert home.find(".//section[@aria-labelledby='page-pictures']") is None
    assert home.get_element_by_id("wood").find(".//h3/a").get("href") == "wood.html"


def test_the_json_ld_in_a_page_is_that_of_its_file(site: Site) -> None:
    for name in ("ours", "hostile"):
        for path in _pages(site(name)):
            script = _page(path).find(".//script[@type='application/ld+json']")
            if script is not None:
                file = path.with_suffix(".jsonld")
                own = next(iter(_page(path).xpath(".//*[@id='page-iri']/text()")))
                document = json.loads(script.text)
                assert document["id"] == own
                if document != json.loads(file.read_text()):
                    # Files of namespaces, schemes and collections hold more than the entry.
                    assert own in file.read_text()


def test_the_code_of_a_title_is_one_that_postings_may_use(
    site: Site, pa_onto: Run, tmp_path: Path
) -> None:
    page = _page(site("ours") / "title" / "production-manager.html")
    code = json.loads(page.xpath("string(.//aside//pre)"))
    assert code["codeValue"] == "production-manager"
    assert code["inCodeSet"]["@id"] == "https://w3id.org/pa-onto/title"
    file = site("ours") / "title" / "production-manager.category-code.json"
    assert code == json.loads(file.read_text())
    postings = json.loads((ROOT / "data" / "postings.jsonld").read_text())
    posting = next(p for p in postings if "occupationalCategory" in p)
    code.pop("@context")
    posting["occupationalCategory"] = code
    posting["relevantOccupation"] = {"@id": code["@id"]}
    file = tmp_path / "posting.jsonld"
    file.write_text(json.dumps(posting))
    assert pa_onto("validate", file).returncode == 0
    code["codeValue"] = "no-such-title"
    file.write_text(json.dumps(posting))
    assert pa_onto("validate", file).returncode == 1


# The page that shows how to use it


def _examples(folder: Path, language: str) -> list[str]:
    found = _page(folder / "use.html").xpath(f".//pre[@data-language='{language}']")
    return [pre.text_content() for pre in found]


@pytest.mark.parametrize("name", sites.HARMLESS)
def test_queries_to_copy_find_something(name: str, site: Site, pa_onto: Run) -> None:
    file = next(site(name).glob("*.nt"))
    queries = _examples(site(name), "sparql")
    assert len(queries) == (19 if name == "ours" else 1)
    for query in queries:
        import pyoxigraph as ox

        store = ox.Store()
        store.load(path=str(file), format=ox.RdfFormat.N_TRIPLES)
        answer = store.query(query)
        assert bool(answer) if isinstance(answer, ox.QueryBoolean) else list(answer), query


@pytest.mark.parametrize("name", sites.HARMLESS)
def test_python_to_copy_runs_beside_the_files(name: str, site: Site) -> None:
    programs = _examples(site(name), "python")
    assert len(programs) == 2
    for program in programs:
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=site(name), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()


@pytest.mark.parametrize("name", sites.NAMES)
def test_json_to_copy_is_json(name: str, site: Site) -> None:
    for text in at_least(_examples(site(name), "json"), 1):  # type: ignore[type-var]
        assert json.loads(text)


# Pages hang together


@pytest.mark.parametrize("name", sites.NAMES)
def test_every_link_and_anchor_leads_somewhere(name: str, site: Site) -> None:
    folder = site(name)
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    ids = {p.relative_to(folder).as_posix(): set(_page(p).xpath("//@id")) for p in _pages(folder)}
    count, wrong = 0, []
    for path in ids:
        for link in _links(_page(folder / path)):
            count += 1
            parts = urlsplit(urljoin(f"http://here.example/{path}", link))
            if parts.netloc != "here.example":
                continue
            target, anchors = unquote(parts.path[1:]), {parts.fragment, unquote(parts.fragment)}
            if target not in files or (parts.fragment and not anchors & ids[target]):
                wrong.append(f"{path}: {link}")
    assert wrong == []
    assert count > 100


def _links(page: HtmlElement) -> Iterator[str]:
    for element in page.iter():
        for name in ("href", "src"):
            if (value := element.get(name)) is not None and element.get("rel") != "canonical":
                yield value


@pytest.mark.parametrize("name", sites.NAMES)
def test_pages_are_html_without_a_fault(name: str, site: Site) -> None:
    pages = _pages(site(name))
    # One page of each kind and size tells as much as all of them, and costs less.
    for path in {_shape(path): path for path in pages}.values():
        parser = html5rdf.HTMLParser(strict=True)
        try:
            parser.parse(path.read_text(encoding="utf-8"))
        except html5rdf.html5parser.ParseError as error:
            raise AssertionError(f"{path}: {error} {parser.errors}") from error


def _shape(path: Path) -> tuple[object, ...]:
    return tuple(sorted({(e.tag, e.get("class")) for e in _page(path).iter()}, key=str))


@pytest.mark.parametrize("name", sites.NAMES)
def test_ids_are_unique_and_pictures_have_words(name: str, site: Site) -> None:
    for path in _pages(site(name)):
        page = _page(path)
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), path
        for attribute in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
            for value in page.xpath(f"//@{attribute}"):
                assert set(value.split()) <= set(ids), (path, value)
        assert page.xpath("//img[not(@alt)]") == []
        for picture in page.iterfind(".//svg"):
            assert picture.get("aria-hidden") or picture.findtext("title"), path
            if not picture.get("aria-hidden"):
                assert picture.findtext("desc")


@pytest.mark.parametrize("name", sites.NAMES)
def test_headings_step_down_one_by_one(name: str, site: Site) -> None:
    for path in _pages(site(name)):
        levels = [int(e.tag[1]) for e in _page(path).iter("h1", "h2", "h3", "h4")]
        assert levels.count(1) == 1, path
        assert all(b - a <= 1 for a, b in pairwise(levels)), path


def test_labels_carry_their_languages(site: Site) -> None:
    page = _page(site("ours") / "title" / "production-manager.html")
    assert page.getroottree().getroot().get("lang") == "en"
    row = page.find(".//table[@class='labels']/tbody/tr[@lang='fr']")
    assert "Directeur de production" in row.text_content()
    assert _page(site("materials") / "wood.html").find(".//tr[@lang='ar']") is not None


def test_programs_find_the_other_forms_and_the_identifier(site: Site) -> None:
    page = _page(site("ours") / "title" / "runner.html")
    found = {
        link.get("type"): link.get("href") for link in page.iterfind(".//link[@rel='alternate']")
    }
    assert found == {
        "application/ld+json": "runner.jsonld",
        "text/turtle": "runner.ttl",
    } or found == {
        "application/ld+json": "../title/runner.jsonld",
        "text/turtle": "../title/runner.ttl",
    }
    assert page.xpath("//link[@rel='canonical']/@href") == ["https://w3id.org/pa-onto/title/runner"]


# Pages harm nobody


@pytest.mark.parametrize("name", sites.NAMES)
def test_nothing_is_written_outside_of_the_folder(name: str, site: Site) -> None:
    folder = site(name)
    beside = {path.name for path in folder.parent.iterdir()}
    assert beside <= {"dist", f"{name}-project"}
    for path in folder.rglob("*"):
        assert not path.is_symlink()
        parts = path.relative_to(folder).parts
        assert all(len(part.encode()) < 130 and part not in (".", "..") for part in parts), path
        assert not any(re.match(r"(con|aux|nul|prn)(\.|$)", part, re.I) for part in parts), path
    names = [str(path.relative_to(folder)).casefold() for path in folder.rglob("*")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", sites.NAMES)
def test_only_our_own_scripts_and_styles_are_in_a_page(name: str, site: Site) -> None:
    for path in _pages(site(name)):
        page = _page(path)
        policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert len(policy) == 1 and policy[0].startswith("default-src 'none';"), path
        assert "unsafe" not in policy[0]
        root = "../" * (len(path.relative_to(site(name)).parts) - 1)
        for script in page.iter("script"):
            data = script.get("type") == "application/ld+json" and script.get("src") is None
            assert data or (script.get("src") == root + "assets/site.js" and not script.text)
        assert page.xpath("//@style") == []
        assert [e for e in page.iter("style") if path.name != "404.html"] == []
        assert [a for a in page.xpath("//@*") if a.attrname.startswith("on")] == []
        assert list(page.iter("iframe", "object", "embed", "form", "base")) == []


@pytest.mark.parametrize("name", sites.NAMES)
def test_links_to_others_are_web_addresses(name: str, site: Site) -> None:
    for path in _pages(site(name)):
        for link in _links(_page(path)):
            scheme = urlsplit(urljoin("https://here.example/", link)).scheme
            assert scheme in ("https", "http"), (path, link)


def test_addresses_that_are_no_web_addresses_are_text(site: Site) -> None:
    for number, address in enumerate(sites.ADDRESSES):
        page = _page(site("hostile") / f"link{number}.html")
        assert address in page.xpath("string(//section[@aria-labelledby='page-mappings'])") or (
            address in page.xpath("//section[@aria-labelledby='page-mappings']//@title")
        )


def test_hostile_texts_stand_on_the_page_as_text(site: Site) -> None:
    for number, text in enumerate(sites.TEXTS):
        page = _page(site("hostile") / f"t{number}.html")
        shown = page.xpath("string(//p[@class='definition'])")
        assert " ".join(text.split()) in " ".join(shown.split()), number


def test_the_index_of_the_search_is_one_harmless_statement(site: Site) -> None:
    for name in sites.NAMES:
        text = (site(name) / "assets" / "index.js").read_text(encoding="utf-8")
        assert text.startswith("globalThis.vocabularyIndex={") and text.endswith("};\n")
        assert not re.search("[\u2028\u2029]", text)
        index = json.loads(text.removeprefix("globalThis.vocabularyIndex=")[:-2])
        for path, group, *labels in index["entries"]:
            assert (site(name) / f"{unquote(path)}.html").is_file()
            assert index["groups"][group]
            assert all(isinstance(label, str) for label in labels[::2])
            assert all(number // 4 < len(index["languages"]) for number in labels[1::2])


# Colours


def _colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", css))


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, two: str) -> float:
    high, low = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_that_wcag_asks_for(scheme: str, site: Site) -> None:
    css = (site("ours") / "assets" / "site.css").read_text()
    light, _, dark = css.partition("@media (prefers-color-scheme: dark)")
    colours = _colours(light) | (_colours(dark[: dark.index("\n}\n")]) if scheme == "dark" else {})
    grounds = ("ground", "raised", "sunk", "accent-ground")
    assert len(colours) == 11
    for ground in grounds:
        for ink in ("ink", "quiet", "accent"):
            assert _contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for ground in grounds[:3]:
        # WCAG 2.2, 1.4.11: what is needed to understand a picture or a control.
        assert _contrast(colours["edge"], colours[ground]) >= 3, ground
        assert _contrast(colours["mark"], colours[ground]) >= 4.5, ground
    assert _contrast(colours["ink"], colours["notice"]) >= 4.5


# Versions


def test_versions_have_pages_and_entries_a_history(project: Path, pa_onto: Run) -> None:
    assert pa_onto("publish", cwd=project).returncode == 0
    files = sorted(p for p in (project / "dist").glob("pa-onto.*"))
    (project / "dist" / "0.0.9").mkdir()
    for file in files:
        (project / "dist" / "0.0.9" / file.name).write_bytes(file.read_bytes())
    runner = project / "ontology" / "schemes" / "titles" / "entry.ttl"
    text = runner.read_text()
    assert '"Runner"@en' in text
    runner.write_text(text.replace('"Runner"@en', '"Floor Runner"@en'))
    assert pa_onto("publish", cwd=project).returncode == 0
    dist = project / "dist"
    entry = _text(_page(dist / "title" / "runner.html"))
    assert "History" in entry and "relabelled" in entry and "Floor Runner" in entry
    changes = _page(dist / "changes.html")
    assert "versions/0.0.9.html" in changes.xpath("//a/@href")
    assert "Floor Runner" in _text(changes)
    version = _page(dist / "versions" / "0.0.9.html")
    assert "../0.0.9/pa-onto.ttl" in version.xpath("//a/@href")
    assert "versions/0.0.9.html" in _page(dist / "index.html").xpath("//a/@href")


def test_a_withdrawn_title_says_what_takes_its_place(project: Path, pa_onto: Run) -> None:
    added = project / "ontology" / "schemes" / "old.ttl"
    added.write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
        "<https://w3id.org/pa-onto/title/runner> owl:deprecated true ;\n"
        "  dcterms:isReplacedBy <https://w3id.org/pa-onto/title/production-assistant> ."
    )
    assert pa_onto("publish", cwd=project).returncode == 0
    notice = _page(project / "dist" / "title" / "runner.html").find(".//p[@class='notice']")
    assert "Withdrawn" in notice.text_content()
    assert notice.find("a").get("href") == "../title/production-assistant.html"
    ladder = _page(project / "dist" / "index.html").find(
        ".//svg[@aria-labelledby='page-ladder-title']"
    )
    links = set(ladder.xpath(".//a[rect]/@href"))
    assert len(links) == 28 and "title/runner.html" not in links


def test_the_same_sources_give_the_same_pages(site: Site, tmp_path: Path) -> None:
    again = sites.publish("ours", tmp_path / "dist")
    for path in _pages(again):
        assert path.read_bytes() == (site("ours") / path.relative_to(again)).read_bytes()
