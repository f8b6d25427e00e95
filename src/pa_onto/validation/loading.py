"""Read shapes, with all that they import (SHACL section 3.1: ``owl:imports``).

Nothing is fetched. An import is resolved by a file that was named for it, or when it names
what is loaded anyway: another file of shapes by its ontology, base or path, the vocabulary, or
one of the vocabularies of the W3C and others of which it is known that they hold no shapes.
Everything else keeps the shapes from being judged by: what they demand there is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..errors import InputError, UsageError, together
from ..namespaces import BASE, OWL, RDF_TYPE, RDFS, SH, STANDARD
from ..project import Project, packaged_project
from ..reading.formats import known_format
from ..reading.inputs import Input, files_below, open_bytes, read_text
from ..reading.rdf import parse_document, parse_file, rdf_file, read_turtle_folder, turtle_files
from ..reading.sources import Readers
from ..reading.vocabularies import read_json_ld
from ..shacl import ShapesGraph
from ..shacl.shapes import NotRun
from ..triples import Term, Triple, triples_of

_IMPORTS: Final = OWL + "imports"
#: Vocabularies of which it is known that they hold classes and properties, and no shapes.
_NO_SHAPES: Final = frozenset(
    iri.rstrip("#/")
    for iri in {
        *STANDARD.values(),
        *("http://purl.org/dc/elements/1.1/", "http://www.w3.org/2006/time#"),
        *("http://www.w3.org/2006/vcard/ns#", "http://www.w3.org/ns/dcat#"),
        *("http://www.w3.org/2008/05/skos-xl#", BASE, BASE + "ns#"),
        *("http://www.w3.org/ns/prov-o#", "http://www.w3.org/ns/adms#"),
        *("http://www.w3.org/ns/locn#", "http://www.w3.org/ns/dqv#", "http://www.w3.org/ns/oa#"),
        *("http://www.w3.org/ns/odrl/2/", "http://spdx.org/rdf/terms#"),
    }
)
#: Statements about documents, which may be named by where they stand.
_OF_DOCUMENTS: Final = frozenset(
    {_IMPORTS, OWL + "versionIRI", RDFS + "isDefinedBy", SH + "prefixes"}
)
#: Our own shapes go by this IRI.
_OURS: Final = BASE + "shapes"
_LEFT_OUT: Final = "It was left out, and the verdict may be another with it."
#: Formats beside Turtle in which files of a folder may hold shapes, and how far they are searched.
_SHAPES_IN: Final = frozenset({"n-triples", "n-quads", "trig", "rdf-xml", "json-ld", "turtle"})
_SEARCHED: Final = 1 << 24
# Where an editor of ontologies keeps the IRI of a document.
_BASE_COMMENT: Final = re.compile(r"^#\s*baseURI:\s*(\S+)", re.MULTILINE)


class _File(NamedTuple):
    """A file of shapes: its statements, the prefixes it declares, the IRIs it goes by."""

    name: str
    triples: list[Triple]
    prefixes: dict[str, str]
    iris: frozenset[str]


def own_shapes(project: Project) -> list[Path]:
    """Return where a project has its shapes for records; the prefixes of all may be apart."""
    prefixes = project.shapes / "prefixes.ttl"
    return [project.shapes / "data", *([prefixes] if prefixes.exists() else [])]


def read_triples(path: Path) -> list[Triple]:
    """Return the triples of a file, or of every Turtle file in a folder."""
    if path.is_dir():
        return read_turtle_folder(path)
    if rdf_file(path, "json-ld").format.name == "json-ld":
        return read_json_ld(path, _readers())
    return parse_file(path)


def _readers(base: str | None = None) -> Readers:
    """Return readers of JSON-LD that know the published context as well."""
    project = packaged_project()
    return Readers(project.context, project.record_schema, base=base, strict=False)


def load_shapes(
    paths: Iterable[Path],
    *,
    checked: bool = False,
    imports: Mapping[str, Path | str] | None = None,
    lenient: bool = False,
    vocabulary: str = "",
) -> ShapesGraph:
    """Read shapes from files and folders, with all that they import.

    ``checked`` says that they are known to be right. ``imports`` are files by the IRIs that
    they are imported by; ``vocabulary`` is what is loaded beside the shapes, as N-Triples.
    ``lenient`` sets aside what cannot be judged by, and ``set_aside`` of what comes back says
    so. Raises InputError with all that is wrong, and when no shape has a target.
    """
    paths = list(paths)
    file = ", ".join(map(str, paths))
    if checked:
        graph, missing = ShapesGraph(t for path in paths for t in _parsed(path)), []
    else:
        imported = _Imports(imports or {}, vocabulary)
        graph, missing = imported.read(paths), imported.missing
    if lenient and not checked:
        from ..shacl.setting_aside import without_faults

        graph.set_aside = [
            NotRun("", f"{error.message} {_LEFT_OUT}", error.file or file) for error in missing
        ]
        graph = without_faults(graph, file)
    elif not checked:
        from ..shacl.lint import faults

        if found := [*missing, *(fault.error for fault in faults(graph, file))]:
            last = found[-1]
            last.cure = f"{last.cure} --lenient-shapes judges by the rest alone.".strip()
            raise together(found)
    return _with_targets(graph, file)


def _with_targets(graph: ShapesGraph, file: str) -> ShapesGraph:
    """Return a graph in which a shape has a target. Raises InputError when none has."""
    if graph.shapes:
        return graph
    if graph.set_aside:
        why = " ".join(dict.fromkeys(aside.message for aside in graph.set_aside))
        raise InputError(f"Nothing is left to judge by. {why}", cure="Mend it.", file=file)
    cure = "Add sh:targetClass; data are named without an option: pa-onto validate FILE."
    raise InputError("Holds no shape with a target.", cure=cure, file=file)


def _parsed(path: Path) -> Iterator[Triple]:
    """Yield the triples of Turtle that needs no guard."""
    for file in _files(path):
        quads = ox.parse(
            file.read_bytes(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True, lenient=True
        )
        yield from triples_of(quads)


def _files(path: Path) -> list[Path]:
    return turtle_files(path) if path.is_dir() else [path]


def _named(path: Path) -> list[Path]:
    """Return the files of shapes that a path names: in a folder Turtle, and what holds shapes.

    Raises InputError for a folder without either.
    """
    if not path.is_dir():
        return [path]
    found = [Path(file) for file in files_below(path)]
    found = [file for file in found if file.name.endswith(".ttl") or _holds_shapes(file)]
    return found or turtle_files(path)


def _holds_shapes(path: Path) -> bool:
    """Return whether a file in a folder is RDF and speaks of SHACL: a package's JSON may be none.

    Raises InputError for what cannot be read.
    """
    format = known_format(path.name)
    if format is None or format.name not in _SHAPES_IN:
        return False
    with open_bytes(Input(str(path), path, format, path.name.lower().endswith(".gz"))) as file:
        return SH.encode() in file.read(_SEARCHED)


def _apart(files: Iterable[_File]) -> Iterator[_File]:
    """Yield files but for copies, maybe in another format: their blank nodes say all twice."""
    from ..canonical import same_facts

    seen: dict[int, list[_File]] = {}
    for file in files:
        alike = seen.setdefault(len(set(file.triples)), [])
        try:
            copied = any(same_facts(file.triples, other.triples) for other in alike)
        except InputError:  # Blank nodes too alike to be told apart.
            copied = False
        if not copied:
            alike.append(file)
            yield file


class _Imports:
    """Reads shapes and follows their imports; ``missing`` are those that lead nowhere."""

    def __init__(self, named: Mapping[str, Path | str], vocabulary: str) -> None:
        self._named: dict[str, Path] = {}
        for iri, path in named.items():
            if self._named.setdefault(_plain(iri), Path(path)) != Path(path):
                cure = "Put both into a folder, and name that."
                raise UsageError(f"Two files are named for the import of <{iri}>.", cure=cure)
        self._iris = {_plain(iri): iri for iri in named}
        self._vocabulary = vocabulary
        self._wanted: dict[str, str] = {}
        self._remarks: list[str] = []
        self.missing: list[InputError] = []

    def read(self, paths: Iterable[Path]) -> ShapesGraph:
        """Return the shapes in files and folders, with those they import.

        Raises InputError for files that cannot be read, all of them together.
        """
        files = _all(path for named in paths for path in _named(named))
        for file in files:  # Which grow while they are gone through.
            for triple in file.triples:
                if triple.predicate.value == _IMPORTS:
                    files += self._imported(triple.object, file.name)
        loaded = {iri for file in files for iri in file.iris}
        self._tell(loaded)
        return self._graph(files)

    def _imported(self, thing: Term, file: str) -> list[_File]:
        """Return the files that a file imports by a name, where they are known before all else."""
        if not isinstance(thing, ox.NamedNode):
            self.missing.append(InputError(f"owl:imports names no IRI: {thing}.", file=file))
            return []
        iri = _plain(thing.value)
        if iri in self._wanted:
            return []
        self._wanted[iri] = file
        if iri in self._named:
            return _all(_named(self._named[iri]))
        if iri == _OURS:
            ours = packaged_project().shapes
            return _all([*_files(ours / "data"), ours / "prefixes.ttl"])
        return []

    def _tell(self, loaded: set[str]) -> None:
        """Note which imports are there, and which are missing."""
        for iri, file in self._wanted.items():
            if iri in self._named or iri in loaded or iri == _OURS:
                self._remarks.append(f"import of <{iri}>: it is among the shapes")
            elif iri in _NO_SHAPES or iri.startswith(BASE):
                self._remarks.append(f"import of <{iri}>: it holds no shapes")
            elif any(
                f"<{form}> <{RDF_TYPE}> <{OWL}Ontology>" in self._vocabulary
                for form in (iri, iri + "#", iri + "/")
            ):
                self._remarks.append(f"import of <{iri}>: it is the vocabulary")
            else:
                self.missing.append(_missing(iri, file))

    def _graph(self, files: list[_File]) -> ShapesGraph:
        files = list(_apart(files))
        graph = ShapesGraph(dict.fromkeys(t for file in files for t in file.triples))
        for file in reversed(files):
            graph.files |= {str(triple.subject): file.name for triple in file.triples}
            graph.file_prefixes |= file.prefixes
        graph.remarks = self._remarks
        idle = [self._iris[iri] for iri in self._named if iri not in self._wanted]
        graph.notices = [f"No shapes import <{iri}>, which a file was named for." for iri in idle]
        return graph


def _missing(iri: str, file: str) -> InputError:
    cure = f"Say --import {iri}=FILE, or name its file beside the others."
    if iri.startswith("file:"):
        cure = "Name that file beside the others."
    return InputError(
        f"Imports <{iri}>, which is not among the shapes; what it demands is not known.",
        cure=cure,
        file=file,
    )


def _all(paths: Iterable[Path]) -> list[_File]:
    """Read files, each once. Raises InputError with all that is wrong in all of them."""
    found, wrong = [], []
    for path in dict.fromkeys(paths):
        try:
            found.append(_read(path))
        except InputError as error:
            wrong.append(error)
    if wrong:
        raise together(wrong)
    return found


def _read(path: Path) -> _File:
    """Read a file of shapes. Relative IRIs in it name itself, its shapes, and its neighbours."""
    source = rdf_file(path, "json-ld")
    name, base, text = source.file, path.resolve().as_uri(), ""
    if source.format.name == "json-ld":
        triples, prefixes, own = read_json_ld(path, _readers(base)), dict[str, str](), base
    else:
        text = read_text(source)
        triples, prefixes, own = parse_document(text, source.format, name, base)
    _check_relative(triples, base, name)
    iris = {base, own}
    for triple in triples:
        predicate, object = triple.predicate.value, triple.object.value
        # What declares prefixes is imported for them (section 5.2.1), and need be no ontology.
        declares = predicate == SH + "declare" and isinstance(triple.subject, ox.NamedNode)
        if declares or (predicate == RDF_TYPE and object == OWL + "Ontology"):
            iris.add(getattr(triple.subject, "value", ""))
        elif predicate == OWL + "versionIRI":
            iris.add(object)
    if comment := _BASE_COMMENT.search(text[:4096]):
        iris.add(comment[1])
    return _File(name, triples, prefixes, frozenset(_plain(iri) for iri in iris if iri))


def _check_relative(triples: list[Triple], base: str, file: str) -> None:
    """Raise InputError for relative IRIs of what the file does not describe itself.

    A class or a property that is named like that is one of no data.
    """
    folder = base[: base.rindex("/") + 1]
    described = {triple.subject for triple in triples}
    for triple in triples:
        used = [triple.predicate]
        if triple.predicate.value not in _OF_DOCUMENTS and triple.object not in described:
            used += [triple.object] if isinstance(triple.object, ox.NamedNode) else []
        for term in used:
            if term.value.startswith(folder):
                raise InputError(
                    f"Names <{term.value[len(folder) :]}>, a relative IRI, which is nothing of "
                    "the data.",
                    cure="Write it in full, or declare @base.",
                    file=file,
                )


def _plain(iri: str) -> str:
    """Return an IRI without what its authors put at its end, or not: ``#`` or ``/``."""
    return iri.rstrip("#/")
