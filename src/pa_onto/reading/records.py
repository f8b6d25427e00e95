"""Turn JSON records into statements: the plain ones directly, others through JSON-LD.

A JSON-LD processor drops without a word what its context does not know: a misspelt key, a
type nobody declared, an IRI with a blank in it. Here each of them is a problem with its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from ..errors import InputError
from .chunks import Chunk, Node, Record
from .contexts import Contexts
from .formats import format_named
from .plain import Plain

if TYPE_CHECKING:
    from .json_ld import Active, JsonLdError, Processor, Written
    from .schema import Problem, RecordSchema

# What breaks the rules of JSON-LD most often, in words; other codes stand for themselves.
_RULES: Final = {
    "colliding keywords": "{} is defined twice in one object",
    "cyclic IRI mapping": "Cyclic definition of the term {}",
    "invalid @id value": "@id value must be a string, not {}",
    "invalid local context": "An @context value must be an object, a URL or null, not {}",
    "malformed language tag": "The context has a malformed language tag, {}",
}
_NOT_IN_LABELS = re.compile(r"\W", re.ASCII)


class RecordReader:
    """Collects the records of one source and hands them on chunk by chunk.

    ``label`` makes blank node labels unique to the source; they depend on the place of a record
    alone, so that it has the same when it is read again. ``schema`` is called when the first
    record needs a closer look. Relative IRIs are resolved against ``base``. A reader that is
    not ``strict`` asks no schema and keeps the names of graphs: its problems are what would be
    lost, and its statements N-Quads.
    """

    def __init__(
        self,
        file: str,
        label: str,
        contexts: Contexts,
        schema: Callable[[], RecordSchema],
        *,
        base: str | None = None,
    ) -> None:
        self.file = file
        self.contexts = contexts
        self.plain = Plain(contexts)
        self._schema = schema
        self._label = f"_:{label}"
        self._contexts_named: set[str] = set()
        self._base = base
        self.strict = True
        self.union = False
        self._actives: dict[str, Active] = {}
        #: The id of the record that was added last.
        self.last = ""
        self._clear()

    def add(self, node: object, context: object, record: Record) -> None:
        """Add one record; ``context`` is what its document says, None for the published one.

        Raises InputError when it is no object or names a context that is not bundled.
        """
        if type(node) is not dict:
            raise self._no_record(node, record)
        ours = context is None or self.contexts.is_ours(context)
        label = f"{self._label}{record.ordinal}"
        if record.inside:
            # Several records have one line: their pointers tell them apart.
            label += _NOT_IN_LABELS.sub("_", record.inside)
        found = self.plain.ntriples(node, label) if ours else None
        if found is not None:
            self._texts.append(found[1])
            self._keep(found[0], record)
        else:
            self._add_closely(node, context, record, label)

    def chunk(self) -> Chunk:
        """Return what has been added since the last call."""
        chunk = Chunk(
            "".join(self._texts),
            self._records,
            tuple(self._again),
            tuple(self._problems),
            self._nested,
        )
        self._clear()
        return chunk

    def places(self) -> Chunk:
        """Return where that stands which has been added since the last call, no statements."""
        chunk = Chunk("", self._records, nested=self._nested)
        self._clear()
        return chunk

    def _clear(self) -> None:
        self._texts: list[str] = []
        self._records: dict[str, Record] = {}
        self._again: list[tuple[str, Record]] = []
        self._problems: list[tuple[str, Problem]] = []
        self._nested: dict[str, list[Node]] = {}

    def _keep(self, identifier: str, record: Record) -> None:
        self.last = identifier
        if identifier in self._records:
            self._again.append((identifier, record))
        else:
            self._records[identifier] = record

    def _add_closely(
        self, node: dict[str, Any], context: object, record: Record, label: str
    ) -> None:
        """Add a record that a JSON-LD processor reads, and note what it would drop."""
        own = "@context" in node
        expanded = context is None and is_expanded(node, self.contexts.terms)
        ours = not expanded and (context is None or self.contexts.is_ours(context))
        if self.strict:
            # In a JSON literal null says something.
            has_json = "@json" in f"{context}{node}"
            node = self._as_read(node if has_json else given(node))
        written = self._written(node, [None] if expanded else context, record, label)
        named = next((found for found in written.nodes if not found.pointer), None)
        stated = node.get("id", node.get("@id"))
        identifier = named.name if named and named.name else str(stated or label)
        # Statements of one node may stand in several objects, like those of any RDF.
        if not (expanded and identifier in self._records):
            self._keep(identifier, record)
        told = {"@id": label, **node} if stated is None else node
        told = {key: value for key, value in told.items() if key != "@context"}
        problems = list(self._schema().problems(told)) if ours and self.strict else []
        if not any(problem.dropped for problem in problems):
            # What the schema does not know of, an embedded context may lose.
            problems += written.problems
        if self.strict and not ours and not expanded:
            from .boards import remarks, reworded

            problems = [reworded(problem, context) for problem in problems]
            problems += remarks(node, context, self._new_context(context, own=own))
        self._problems += [(identifier, problem) for problem in problems]
        for name, pointer in written.nodes:
            if pointer:
                self._nested.setdefault(name, []).append(Node(identifier, record, pointer))
        self._texts.append(self._one_form("".join(written.lines)))

    def _as_read(self, value: Any) -> Any:
        """Return a record with the contexts inside it as boards read them."""
        from .boards import as_read

        if isinstance(value, list):
            return [self._as_read(item) for item in value]
        if not isinstance(value, dict):
            return value
        bundled = self.contexts.schema_org
        return {
            key: as_read(item, bundled) if key == "@context" else self._as_read(item)
            for key, item in value.items()
        }

    def _new_context(self, context: object, *, own: bool) -> str | None:
        """Return where the context of a record stands, None where others had it before."""
        if own:
            return "/@context"
        key = json.dumps(context, sort_keys=True)
        new = key not in self._contexts_named
        self._contexts_named.add(key)
        return "" if new else None

    def _written(
        self, node: dict[str, Any], context: object, record: Record, label: str
    ) -> Written:
        """Return what a record says. Raises InputError for what is no JSON-LD."""
        from .json_ld import JsonLdError, Labels, Processor, write_statements

        def load(url: str) -> object:
            return self.contexts.load(url, self.file, record.pointer, record.line)

        _look_for_contexts(node, load)
        processor = Processor(load, self._base)
        labels = Labels(self._label, label)
        try:
            active = self._active(context, processor)
            bare = {key: value for key, value in node.items() if key != "@context"}
            return write_statements(
                processor, active, bare, labels, graphs=not self.strict, union=self.union
            )
        except JsonLdError as error:
            raise not_json_ld(error, self.file, record.line, record.pointer) from error

    def _one_form(self, text: str) -> str:
        """Return statements about records with schema.org in the form that shapes know."""
        from .rdf import has_other_forms, to_ntriples

        if not self.strict or not has_other_forms(text):
            return text
        return to_ntriples(text, format_named("n-triples"), self.file, rename=False)

    def _active(self, context: object, processor: Processor) -> Active:
        from .json_ld import initial

        key = json.dumps(context, sort_keys=True)
        if key not in self._actives:
            local = self.contexts.terms if context is None else context
            if self.strict and not self.contexts.is_ours(context):
                from .boards import as_read

                local = as_read(local, self.contexts.schema_org)
            self._actives[key] = processor.process(initial(self._base), local)
        return self._actives[key]

    def _no_record(self, node: object, record: Record) -> InputError:
        at = f" (at {record.pointer})" if record.pointer else ""
        return InputError(
            f"A record is a JSON object, not {json.dumps(node)[:40]}{at}.",
            cure="Give an object, an array of objects, or @graph.",
            file=self.file,
            line=record.line,
        )


def nodes(
    document: object, pointer: str = "", context: object = None
) -> Iterator[tuple[str, object, object]]:
    """Yield pointer, node and effective context of every record of a JSON document."""
    if isinstance(document, list):
        for index, item in enumerate(document):
            yield from nodes(item, f"{pointer}/{index}", context)
    elif isinstance(document, dict) and document.get("@graph") is not None:
        inner = _within(context, document)
        said = {key for key, value in document.items() if value is not None}
        if said - {"@context", "@graph", "@id", "id"}:
            yield pointer, {key: document[key] for key in document if key != "@graph"}, inner
        yield from nodes(document["@graph"], f"{pointer}/@graph", inner)
    elif isinstance(document, dict):
        yield pointer, document, _within(context, document)
    else:
        yield pointer, document, context


def wholes(document: object, pointer: str = "") -> Iterator[tuple[str, object, object]]:
    """Yield the objects of a JSON document like :func:`nodes`, their graphs left in them."""
    if isinstance(document, list):
        for index, item in enumerate(document):
            yield from wholes(item, f"{pointer}/{index}")
    else:
        context = document.get("@context") if isinstance(document, dict) else None
        yield pointer, document, context


def given(value: Any) -> Any:
    """Return a JSON-LD value without the keys whose value is null: they mean what absent ones do.

    In a context null takes a term away, and in an array it keeps the places of the others.
    """
    if isinstance(value, list):
        return [given(item) for item in value]
    if not isinstance(value, dict) or "@value" in value:
        return value
    found = {
        key: item if key == "@context" else given(item)
        for key, item in value.items()
        if item is not None or key == "@context"
    }
    for key in ("type", "@type"):
        if isinstance(found.get(key), list):
            found[key] = [kind for kind in found[key] if kind is not None]
    return found


def is_expanded(node: Mapping[str, Any], terms: Mapping[str, Any]) -> bool:
    """Return whether an object needs no context: its keys and types are keywords and IRIs.

    ``terms`` are those that a document without a context has; what is written with one of
    their prefixes is short for something, and no IRI.
    """
    for key, value in node.items():
        if key == "@context" or (key[:1] != "@" and not _is_whole(key, terms)):
            return False
        for item in value if isinstance(value, list) else [value]:
            short = isinstance(item, str) and key == "@type" and not _is_whole(item, terms)
            if short or (key != "@value" and isinstance(item, dict) and not _inside(item, terms)):
                return False
    return bool(node)


def _inside(node: Mapping[str, Any], terms: Mapping[str, Any]) -> bool:
    return not node or is_expanded(node, terms)


def _is_whole(name: str, terms: Mapping[str, Any]) -> bool:
    prefix, colon, local = name.partition(":")
    return name[:1] == "@" or (bool(colon) and (prefix not in terms or local.startswith("//")))


def _within(context: object, document: dict[str, Any]) -> object:
    """Return the context of an object in a document: its own comes after the one around it."""
    own = document.get("@context")
    if "@context" not in document or own == context:
        return context
    return own if context is None else [*_listed(context), *_listed(own)]


def _listed(context: object) -> list[object]:
    return context if isinstance(context, list) else [context]


def _look_for_contexts(value: object, load: Callable[[str], object]) -> None:
    """Refuse contexts that are not bundled even where nothing else is looked at."""
    if isinstance(value, dict):
        for context in _listed(value.get("@context")):
            if isinstance(context, str):
                load(context)
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            _look_for_contexts(item, load)


def not_json_ld(error: JsonLdError, file: str, line: int, pointer: str = "") -> InputError:
    """Return the error that tells which rule of JSON-LD is broken, and where."""
    place = f"{pointer}{error.pointer if error.pointer != '/' else ''}" or "/"
    words = _RULES.get(error.code, f"{error.code}: {{}}").format(error.value)
    return InputError(
        f"Not JSON-LD: {words} (at {place}).", cure="Correct it there.", file=file, line=line
    )


def escaped(key: str) -> str:
    """Escape a key for a JSON Pointer (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1")


def value_at(node: object, pointer: str) -> object:
    """Return the value at a JSON Pointer; None where there is none (RFC 6901, section 4)."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, Mapping):
            node = node.get(key)
        elif isinstance(node, list) and key.isdigit() and int(key) < len(node):
            node = node[int(key)]
        else:
            return None
    return node
