"""The values of the pages about one entry, and of those that list several."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from ...catalogue import Entry, Kind
from ...namespaces import DCTERMS, RDF_TYPE, RDFS, SKOS, local_name
from ..edition import Edition
from ..postings import category_code
from . import downloads
from .drawings import Drawings
from .facts import Facts, Group, Row
from .hierarchy import Hierarchy
from .history import of_entry, version_page
from .names import Link, Name, Names, address
from .page import Page, Past, Term, Top, Usage
from .rendering import to_text

_LABELS: Final = tuple(SKOS + f"{kind}Label" for kind in ("pref", "alt", "hidden"))
_DEFINITIONS: Final = (SKOS + "definition", RDFS + "comment", DCTERMS + "description")
#: So many concepts of a tree are shown on one page.
_MOST_SHOWN: Final = 1000
#: With more terms than that, the page of a namespace has no more than their names.
_MOST_TERMS: Final = 500


class Contents:
    """Puts together what stands on the pages of one edition."""

    def __init__(self, edition: Edition) -> None:
        self.edition, self.catalogue = edition, edition.catalogue
        self.names = Names(self.catalogue, edition.vocabulary.prefixes)
        self.hierarchy = Hierarchy(self.catalogue, self.names)
        self.facts = Facts(self.catalogue, self.names, self.hierarchy)
        self.drawings = Drawings(self.catalogue, self.names, self.hierarchy)
        self._uses = self._count_uses()
        self.terms_of: dict[str, list[Entry]] = {}
        for entry in self.catalogue.entries.values():
            if entry.document != entry.path:
                self.terms_of.setdefault(entry.document, []).append(entry)

    def page(self, entry: Entry) -> Page:
        """Return what stands on the page of an entry."""
        page = self._common(entry)
        if entry.kind is Kind.CONCEPT:
            code = {} if page.deprecated else category_code(self.edition, entry.iri)
            snippet = to_text(code) if code else ""
            return page._replace(picture=self.drawings.around(entry.iri), snippet=snippet)
        if entry.kind is Kind.SCHEME:
            return self._scheme(page)
        if entry.kind is Kind.COLLECTION:
            members = [self.names.link(iri) for iri in self.hierarchy.members[entry.iri]]
            ordered = bool(self.catalogue.values(entry.iri, SKOS + "memberList"))
            return page._replace(members=members, size=len(members), ordered=ordered)
        if entry.kind is Kind.CLASS:
            return self._class(page)
        if entry.kind is Kind.PROPERTY:
            return page._replace(usage=self._usage(entry.iri))
        return page

    def _common(self, entry: Entry) -> Page:
        iri, names = entry.iri, self.names
        sections = self.facts.sections(iri)
        sections["hierarchy"] = self._related(iri)
        sections["inbound"] = self.facts.inbound(iri)
        labels = self.facts.labels(iri, _LABELS)
        definitions = self._definitions(iri)
        name = names.name(iri)
        about = definitions[0].text if definitions else f"{name.text}: {entry.kind.value}"
        successors = self.catalogue.nodes(iri, DCTERMS + "isReplacedBy")
        return Page(
            entry=entry,
            name=name,
            kind=entry.kind.value,
            summary=about[:300],
            canonical=iri,
            document=self.edition.entry_document(entry),
            files=downloads.of_entry(entry.path),
            definitions=definitions,
            types=self._types(entry),
            crumbs=self._crumbs(entry),
            codes=[code.text for code in names.texts(iri, SKOS + "notation")],
            schemes=[names.link(node) for node in self.catalogue.nodes(iri, SKOS + "inScheme")],
            collections=[names.link(node) for node in self.hierarchy.collections.get(iri, ())],
            deprecated=names.is_withdrawn(iri),
            successors=[names.link(node) for node in successors],
            labels=labels if _say_more(labels) else [],
            hidden=any(row.hidden for row in labels),
            sections=sections,
            history=self._history(iri),
            terms=self.terms(entry.path),
            defined_in=self._defined_in(entry),
        )

    def _definitions(self, iri: str) -> list[Name]:
        for predicate in _DEFINITIONS:
            if found := self.names.texts(iri, predicate):
                return found
        return []

    def _types(self, entry: Entry) -> list[Link]:
        """Return the classes of an entry that say more than what kind it is."""
        types = self.catalogue.nodes(entry.iri, RDF_TYPE)
        own = [iri for iri in types if iri in self.catalogue.entries]
        above = {a for iri in own for a in self.catalogue.nodes(iri, RDFS + "subClassOf")}
        if entry.kind in (Kind.PROPERTY, Kind.OTHER) and not own:
            own = types
        return [self.names.heading(iri) for iri in own if iri not in above]

    def _crumbs(self, entry: Entry) -> list[Link]:
        if entry.kind is Kind.ONTOLOGY or entry.path == "index":
            return []
        schemes = self.catalogue.nodes(entry.iri, SKOS + "inScheme")
        above = [*schemes[:1], *self.hierarchy.path_to(entry.iri)]
        contents = Link("Contents", href="index.html#page-contents")
        return [contents, *(self.names.link(iri) for iri in above)]

    def _related(self, iri: str) -> list[Group]:
        sides = (("broader", self.hierarchy.parents), ("narrower", self.hierarchy.children))
        return [
            self.facts.listed(self.names.heading(SKOS + name), nodes[iri])
            for name, nodes in sides
            if nodes.get(iri)
        ]

    def _history(self, iri: str) -> list[Past]:
        found = of_entry(self.edition, self.names, iri)
        return [
            Past(version, issued, version_page(version) if version else "", list(all_of_it))
            for (version, issued), all_of_it in groupby(found, lambda h: (h.version, h.issued))
        ]

    def _defined_in(self, entry: Entry) -> str:
        if entry.document == entry.path:
            return ""
        return f"{address(entry.document)}.html#{entry.fragment}"

    def _scheme(self, page: Page) -> Page:
        hierarchy, names, iri = self.hierarchy, self.names, page.entry.iri
        concepts, tops = hierarchy.schemes[iri], hierarchy.tops[iri]
        return page._replace(
            size=len(concepts),
            tops=self._tops(tops) if len(tops) < len(concepts) else (),
            tree=list(hierarchy.tree(tops, _MOST_SHOWN)),
            table=[(self._code(c), names.link(c), names.about(c) or Name("")) for c in concepts],
            files=[*page.files, *downloads.of_members(self.edition, page.entry.path)],
        )

    def _tops(self, tops: Sequence[str]) -> list[Top]:
        counts = {iri: len(self.hierarchy.below([iri])) - 1 for iri in tops}
        most = max(counts.values(), default=0) or 1
        ordered = sorted((iri for iri in tops if counts[iri]), key=lambda iri: -counts[iri])
        return [
            Top(self.names.link(iri), counts[iri], round(100 * counts[iri] / most, 1))
            for iri in ordered[:24]
        ]

    def _code(self, iri: str) -> str:
        return next((n.text for n in self.names.texts(iri, SKOS + "notation")), "")

    def _class(self, page: Page) -> Page:
        instances = self.catalogue.subjects(RDF_TYPE, page.entry.iri)
        named = [iri for iri in instances if not iri.startswith("_:")]
        if not named:
            return page
        group = self.facts.listed(Link("Instances", about="passive"), named)
        return page._replace(
            sections={**page.sections, "inbound": [*page.sections["inbound"], group]}
        )

    def _usage(self, iri: str) -> Usage:
        count, found = self._uses.get(iri, (0, []))
        return Usage(count, tuple((self.names.link(s), self.facts.value(o, 0)) for s, o in found))

    def _count_uses(self) -> dict[str, tuple[int, list[Any]]]:
        """Count the statements of every property, and keep the first few."""
        uses: dict[str, tuple[int, list[Any]]] = {}
        for node, values in self.catalogue.nodes_by_key.items():
            for predicate, terms in values.items():
                count, found = uses.get(predicate, (0, []))
                if len(found) < 5 and not node.startswith("_:"):
                    found.append((node, terms[0]))
                uses[predicate] = (count + len(terms), found)
        return uses

    def terms(self, path: str) -> list[Term]:
        """Return the terms whose IRIs lead to a place on a page."""
        found, anchors = [], set[str]()
        entries = self.terms_of.get(path, [])
        short = len(entries) > _MOST_TERMS
        for entry in entries:
            free = entry.fragment not in anchors and not entry.fragment.startswith("page-")
            anchors.add(entry.fragment)
            sections = self.facts.sections(entry.iri)
            facts = [*sections["relations"], *sections["details"]]
            found.append(
                Term(
                    entry.fragment if free else "",
                    entry.iri,
                    entry.kind.value,
                    self.names.link(entry.iri),
                    [] if short else self._definitions(entry.iri)[:1],
                    [] if short else facts,
                )
            )
        return found


def _say_more(labels: Sequence[Row]) -> bool:
    """Return whether labels say more than the heading of the page does."""
    return len(labels) > 1 or any(row.alternative or row.hidden for row in labels)


def namespace_title(iri: str) -> str:
    """Return what the page of a namespace is called."""
    return f"Terms: {local_name(iri.rstrip('#/')) or iri}"
