"""Validate instance data against shapes and vocabulary.

Small inputs are one graph. Large ones are read and judged in parts, two at a time, while an
index keeps what records say that the rules of other records read; what looks from one part to
another is judged at the end (:mod:`index`). Both ways find the same; where shapes may read
anything, the data are one graph however large.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import InputError
from ..model import Finding, Report, Severity, with_finding
from ..project import Project, find_project
from ..reading.chunks import ScatteredError
from ..reading.inputs import is_pipe
from ..reading.sources import Readers, Source, open_sources
from ..shacl import ShapesGraph
from ..triples import as_ntriples
from ..vocabulary import published_text
from .plan import Plan, load_shapes, read_triples
from .run import Progress, Run, SharedError
from .sketches import NeedsWholeError
from .terms import Terms
from .titles import titles_of

__all__ = ["Progress", "check_sources", "load_shapes", "validate"]

#: Inputs of more bytes are judged in parts; packed ones count for more.
_SMALL = 8 << 20
_PACKED = 10


def validate(
    paths: Iterable[str],
    *,
    shapes: Iterable[Path] = (),
    add_shapes: Iterable[Path] = (),
    vocabulary: Iterable[Path] = (),
    engine: str = "shacl",
    format: str | None = None,
    project: Project | None = None,
    fail_on: Severity = Severity.VIOLATION,
    max_findings: int | None = None,
    baseline: Path | None = None,
    valid_out: Path | None = None,
    invalid_out: Path | None = None,
    progress: Progress | None = None,
    parts: bool | None = None,
    base: str | None = None,
    max_unchecked: int | None = None,
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
    violation.

    Raises UsageError for what does not go together, InputError for what cannot be read and when
    nothing could be checked: no shape, or no node that a shape looks at.
    """
    project = project or find_project()
    ours = [project.shapes / "data", project.shapes / "prefixes.ttl"]
    wanted = [*(list(shapes) or ours), *add_shapes]
    # The shapes in the package were checked before it was made.
    graph = load_shapes(wanted, checked=project.packaged and wanted == ours)
    terms = _vocabulary(list(vocabulary), project)
    plan = Plan(graph, terms, engine, titles_of(project, terms), Terms(graph, terms))
    readers = Readers(project.context, project.record_schema, base=base)
    named = list(paths)
    with _spool(named) as spool:
        sources = open_sources(named, readers, format=format, spool=spool)
        split = _splitter(sources, valid_out, invalid_out, fail_on)
        apply = _baseline(baseline)
        # A baseline and a split need every finding.
        needs_all = baseline or valid_out or invalid_out
        limit = None if needs_all else max_findings
        run, why = _judged(plan, sources, progress, parts, limit)
        report = apply(_report(run, why))
        split(run, report.findings)
        if max_unchecked is not None and (left := run.unlooked(max_unchecked)):
            report = with_finding(report, left)
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


def _report(run: Run, why: str) -> Report:
    plan = run.plan
    run.found.sort(key=lambda placed: placed.sort_key)
    files = tuple(source.input.file for source in run.sources)
    findings = tuple([placed.finding for placed in run.found])
    if not run.focus_nodes and not any(g.severity is Severity.VIOLATION for g in run.groups):
        # A warning on the way is no reason to let pass what nobody looked at.
        said = f" {findings[0].message}" if findings else ""
        raise InputError(
            f"Nothing was checked: no shape looks at any of {run.records} records.{said}",
            cure="Check the types of the records, or name other shapes with --shapes.",
            file=", ".join(files),
        )
    return Report(
        findings=findings,
        groups=run.groups,
        files=files,
        records=run.records,
        focus_nodes=run.focus_nodes,
        unchecked=run.unchecked,
        shapes=len(plan.shapes.shapes),
        engine=plan.engine.name,
        notices=(*plan.engine.notices, *([_stopped(run)] if run.stopped else [])),
        details=tuple([*plan.engine.explain(), *([f"judged as one graph: {why}"] if why else [])]),
    )


def _stopped(run: Run) -> str:
    return (
        f"Only the first {run.records} records were looked at, and not what they say of others: "
        "that they do not conform was known by then."
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
