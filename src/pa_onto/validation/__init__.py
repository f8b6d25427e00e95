"""Validate instance data against shapes and vocabulary.

Small inputs are one graph. Large ones are read and judged in parts, two at a time, while an
index keeps what records say that the rules of other records read; what looks from one part to
another is judged at the end (:mod:`index`). Both ways find the same; where shapes may read
anything, the data are one graph however large.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ..arguments import (
    PathLike,
    Paths,
    as_choice,
    as_files,
    as_flag,
    as_function,
    as_number,
    as_paths,
    as_place,
    as_several,
    as_text,
    optional,
)
from ..errors import InputError, UsageError
from ..model import Finding, Report, Severity, grouped, in_order, with_finding
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
from .loading import load_shapes, own_shapes, read_triples
from .plan import Plan
from .run import Progress, Run, SharedError
from .sketches import NeedsWholeError
from .terms import Terms
from .titles import titles_of
from .uses import not_run, slips, unused

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
    max_unchecked: int | None = None,
    imports: Mapping[str, Path | str] | None = None,
    lenient_shapes: bool = False,
    base: str | None = None,
) -> Report:
    """Validate files against the data shapes and the published vocabulary of a project.

    ``paths`` are files, folders or patterns; ``-`` is standard input, in ``format``; relative
    IRIs in them are resolved against ``base``. ``shapes``
    and ``vocabulary`` (files or folders) replace the project's own, ``add_shapes`` are used
    beside them. ``max_findings`` limits the findings that are placed and kept, never those that
    are counted; ``baseline`` names a file of findings that are known. ``valid_out`` and
    ``invalid_out`` take the records without and with a new finding of ``fail_on`` or worse,
    byte for byte. ``progress`` is called with the bytes read so far and all there are; when it
    returns False and violations have been found, a large input is judged no further, and a notice
    says so. ``parts`` says whether to judge in parts; by default large inputs are.
    ``max_unchecked`` is how many records may be left that no shape looks at; more of them are a
    violation. ``imports`` are files of shapes by the IRIs that shapes import them by.
    ``lenient_shapes`` sets aside the shapes that cannot be judged by; each is a finding of its
    own then. Relative IRIs in the data are resolved against ``base``.

    Raises UsageError for what does not go together, InputError for what cannot be read and when
    nothing could be checked: no shape, or no node that a shape looks at.
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
    max_unchecked = optional(as_number, max_unchecked, "max_unchecked")
    lenient_shapes = as_flag(lenient_shapes, "lenient_shapes")
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
    terms = _vocabulary(vocabularies, project)
    graph = load_shapes(
        [*(own or own_shapes(project)), *added],
        # The shapes in the package were checked before it was made.
        checked=project.packaged and not (own or added or imports),
        imports=as_files(imports, "imports"),
        lenient=lenient_shapes,
        vocabulary=terms,
    )
    plan = Plan(graph, terms, engine, titles_of(project, terms), Terms(graph, terms))
    readers = Readers(project.context, project.record_schema, base=optional(_base, base, "base"))
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
        split(run, report.findings[report.set_aside :])
        if max_unchecked is not None and (left := run.unlooked(max_unchecked)):
            report = with_finding(report, left)
    return report._replace(findings=report.findings[:max_findings])


def _base(value: object, name: str) -> str:
    """Return an absolute IRI, that others are relative to. Raises UsageError for anything else."""
    from ..reading.iris import is_iri

    text = as_text(value, name)
    if not is_iri(text):
        raise UsageError(f"{name} is {text!r}.", cure="Give an absolute IRI.")
    return text


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
    findings = tuple([placed.finding for placed in run.found])
    if not run.focus_nodes and not any(g.severity is Severity.VIOLATION for g in run.groups):
        # A warning on the way is no reason to let pass what nobody looked at.
        said = f" {findings[0].message}" if findings else ""
        raise InputError(
            f"Nothing was checked: no shape looks at any of {run.records} records.{said}",
            cure=" ".join([_cure(run), *told]),
            file=", ".join(files),
        )
    aside = not_run(plan.shapes)
    findings = tuple([*aside, *(placed.finding for placed in run.found)])
    uses = run.uses
    notices = [*plan.shapes.notices, *plan.engine.notices]
    if any(not use.focus_nodes for use in uses):
        notices += slips(plan.shapes, uses, run.classes, run.properties)
    if idle := unused(plan.shapes):
        notices.append(idle)
    return Report(
        findings=findings,
        groups=in_order([*grouped(aside), *run.groups]),
        files=files,
        records=run.records,
        focus_nodes=run.focus_nodes,
        unchecked=run.unchecked,
        shapes=sum(not use.deactivated for use in uses),
        engine=plan.engine.name,
        notices=tuple([*notices, *told, *([_stopped(run)] if run.stopped else [])]),
        details=tuple(
            [
                *plan.shapes.remarks,
                *plan.engine.explain(),
                *([f"judged as one graph: {why}"] if why else []),
            ]
        ),
        uses=uses,
        set_aside=len(aside),
    )


def _stopped(run: Run) -> str:
    return (
        f"Only the first {run.records} records were looked at, and not what they say of others: "
        "that they do not conform was known by then."
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
