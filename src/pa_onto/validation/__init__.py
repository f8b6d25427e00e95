"""Validate instance data against shapes and vocabulary.

Small inputs are one graph. Large ones are read and judged in parts, two at a time, while an
index keeps what records say that the rules of other records read; what looks from one part to
another is judged at the end (:mod:`index`). Both ways find the same; where shapes may read
anything, the data are one graph however large.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..arguments import (
    PathLike,
    Paths,
    as_choice,
    as_flag,
    as_function,
    as_number,
    as_paths,
    as_place,
    as_several,
    as_text,
    optional,
)
from ..errors import InputError
from ..model import Finding, Report, Severity
from ..namespaces import SH, shorten
from ..project import Project, project_given
from ..reading.chunks import ScatteredError
from ..reading.formats import format_named
from ..reading.hints import quoted
from ..reading.inputs import is_pipe, open_bytes, passed_over
from ..reading.sources import Readers, Source, open_sources
from ..shacl import ENGINES, ShapesGraph
from ..triples import as_ntriples
from ..vocabulary import published_text
from .plan import Plan, load_shapes, own_shapes, read_triples
from .run import Progress, Run, SharedError
from .sketches import NeedsWholeError
from .titles import titles_of

__all__ = ["Progress", "check_sources", "load_shapes", "validate"]

#: Inputs of more bytes are judged in parts; packed ones count for more.
_SMALL = 8 << 20
_PACKED = 10
#: Types that are named to those whose records have others.
_NAMED = 12
_RDF = ("turtle", "n-triples", "trig", "n-quads", "rdf-xml")


def validate(
    paths: Paths,
    *,
    shapes: Paths | None = None,
    add_shapes: Paths | None = None,
    vocabulary: Paths | None = None,
    engine: str = "shacl",
    format: str | None = None,
    project: Project | PathLike | None = None,
    fail_on: Severity | str = Severity.VIOLATION,
    max_findings: int | None = None,
    baseline: PathLike | None = None,
    valid_out: PathLike | None = None,
    invalid_out: PathLike | None = None,
    progress: Progress | None = None,
    parts: bool | None = None,
) -> Report:
    """Validate files against the data shapes and the published vocabulary of a project.

    ``paths`` are files, folders or patterns; ``-`` is standard input, in ``format``. ``shapes``
    and ``vocabulary`` (files or folders) replace the project's own, ``add_shapes`` are used
    beside them. ``max_findings`` limits the findings that are placed and kept, never those that
    are counted; ``baseline`` names a file of findings that are known. ``valid_out`` and
    ``invalid_out`` take the records without and with a new finding of ``fail_on`` or worse,
    byte for byte. ``progress`` is called with the bytes read so far and all there are.
    ``parts`` says whether to judge in parts; by default large inputs are. Raises UsageError for
    what does not go together, InputError for what cannot be read and when nothing could be
    checked: no shape, or no node that a shape looks at.
    """
    named, fail_on = as_paths(paths, "paths"), Severity.given(fail_on, "fail_on")
    own, added, vocabularies = (
        list(map(Path, as_several(given, name)))
        for given, name in (
            (shapes, "shapes"),
            (add_shapes, "add_shapes"),
            (vocabulary, "vocabulary"),
        )
    )
    engine = as_choice(engine, "engine", ENGINES)
    if format is not None:
        format = format_named(as_text(format, "format")).name
    max_findings = optional(as_number, max_findings, "max_findings")
    parts = optional(as_flag, parts, "parts")
    progress = as_function(progress, "progress")
    baseline, valid, invalid = (
        as_place(given, name)
        for given, name in (
            (baseline, "baseline"),
            (valid_out, "valid_out"),
            (invalid_out, "invalid_out"),
        )
    )
    project = project_given(project)
    wanted = [*(own or own_shapes(project)), *added]
    # The shapes in the package were checked before it was made.
    graph = load_shapes(wanted, checked=project.packaged and not own and not added)
    terms = _vocabulary(vocabularies, project)
    plan = Plan(graph, terms, engine, titles_of(project, terms))
    readers = Readers(project.context, project.record_schema)
    with _spool(named) as spool:
        sources = open_sources(named, readers, format=format, spool=spool)
        split = _splitter(sources, valid, invalid, fail_on)
        apply = _baseline(baseline)
        # A baseline and a split need every finding.
        needs_all = baseline or valid or invalid
        limit = None if needs_all else max_findings
        run, why = _judged(plan, sources, progress, parts, limit)
        told = tuple(_not_read(named))
        told += () if own else tuple(_shapes_among(sources))
        report = apply(_report(run, why, told))
        split(run, report.findings)
    return report._replace(findings=report.findings[:max_findings])


def _splitter(
    sources: list[Source], valid: Path | None, invalid: Path | None, fail_on: Severity
) -> Callable[[Run, tuple[Finding, ...]], None]:
    """Return what splits the sources in the end, if they are to be split and can be."""
    if valid is None and invalid is None:
        return lambda run, findings: None
    from .splitting import check, failed, split

    check(sources, valid, invalid)
    return lambda run, findings: split(sources, failed(run, findings, fail_on), valid, invalid)


def _baseline(path: Path | None) -> Callable[[Report], Report]:
    """Return what tells the known findings of a report; the file is read first of all."""
    if path is None:
        return lambda report: report
    from ..baseline import apply, read

    known = read(path)
    return lambda report: apply(report, known)


def check_sources(sources: list[Source], shapes: ShapesGraph, engine: str) -> Report:
    """Validate sources against shapes alone, as one graph."""
    run = Run(Plan(shapes, "", engine), sources, None)
    run.whole()
    return _report(run, "")


def _judged(
    plan: Plan,
    sources: list[Source],
    progress: Progress | None,
    parts: bool | None,
    limit: int | None = None,
) -> tuple[Run, str]:
    """Return the run that judged the sources, and why it took them as a whole."""
    size = sum(s.input.size * (_PACKED if s.input.packed else 1) for s in sources)
    if parts is None:
        parts = size > _SMALL
    why = plan.whole if parts else ""
    shared = frozenset[str]()
    while parts and not why:
        run = Run(plan, sources, progress, limit, shared)
        try:
            run.in_parts()
            return run, ""
        except SharedError as found:
            shared = found.nodes
        except (ScatteredError, NeedsWholeError) as reason:
            why = str(reason)
    run = Run(plan, sources, progress, limit)
    run.whole()
    return run, why


def _report(run: Run, why: str, told: tuple[str, ...] = ()) -> Report:
    plan = run.plan
    run.found.sort(key=lambda placed: placed.sort_key)
    files = tuple(source.input.file for source in run.sources)
    if not run.focus_nodes and not run.groups:
        raise InputError(
            f"Nothing was checked: no shape looks at any of {run.records} records.",
            cure=" ".join([_cure(run), *told]),
            file=", ".join(files),
        )
    findings = tuple([placed.finding for placed in run.found])
    return Report(
        findings=findings,
        groups=run.groups,
        files=files,
        records=run.records,
        focus_nodes=run.focus_nodes,
        unchecked=run.unchecked,
        shapes=len(plan.shapes.shapes),
        engine=plan.engine.name,
        notices=(*plan.engine.notices, *told),
        details=tuple([*plan.engine.explain(), *([f"judged as one graph: {why}"] if why else [])]),
    )


def _cure(run: Run) -> str:
    """Say what to do where no shape looks at anything: which types are looked for."""
    looked = (t.node.value for _, t in run.plan.shapes.targets if t.kind == "targetClass")
    types = sorted({shorten(iri) for iri in looked})
    some = ", ".join(types[:_NAMED]) + (", …" if len(types) > _NAMED else "")
    given = f" (shapes look at {some})" if types else ""
    return f"Check the types of the records{given}, or name other shapes with --shapes."


def _not_read(paths: list[str]) -> Iterator[str]:
    """Yield a notice where folders hold tables of a kind that is not read."""
    if found := passed_over(paths):
        some = ", ".join(found[:_NAMED]) + (", …" if len(found) > _NAMED else "")
        yield f"Not read: {some}. Save them as CSV to have them validated."


def _shapes_among(sources: list[Source]) -> Iterator[str]:
    """Yield a notice for each file among the data that holds shapes."""
    for source in sources:
        if source.input.format.name not in _RDF or source.input.size > _SMALL:
            continue
        with open_bytes(source.input) as file:
            text = file.read(_SMALL)
        if SH.encode() in text and re.search(rb"\b(?:NodeShape|PropertyShape|targetClass)\b", text):
            name = source.input.file
            yield (
                f"{name} holds shapes, and is taken for data. To judge by them, "
                f"say --shapes {quoted(name)}."
            )


@contextmanager
def _spool(paths: list[str]) -> Iterator[Path | None]:
    """Give a place for what can be read only once, and clear it away in the end."""
    if not any(path == "-" or is_pipe(path) for path in paths):
        yield None
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="pa-onto-") as folder:
        yield Path(folder) / "input"


def _vocabulary(paths: list[Path], project: Project) -> str:
    if not paths:
        return published_text(project)
    return "".join(as_ntriples(read_triples(path)) for path in paths)
