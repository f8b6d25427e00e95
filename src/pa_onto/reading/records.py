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
from .rdf import to_ntriples

if TYPE_CHECKING:
    from .schema import Problem, RecordSchema

_NOT_IN_LABELS = re.compile(r"\W", re.ASCII)
_NO_NODE: Final = frozenset({"@value", "@list", "@set"})
_NODE_KEYS: Final = frozenset({"id", "@id", "type", "@type"})


class RecordReader:
    """Collects the records of one source and hands them on chunk by chunk.

    ``label`` makes blank node labels unique to the source; they depend on the place of a record
    alone, so that it has the same when it is read again. ``schema`` is called when the first
    record needs a closer look.
    """

    def __init__(
        self, file: str, label: str, contexts: Contexts, schema: Callable[[], RecordSchema]
    ) -> None:
        self.file = file
        self.contexts = contexts
        self.plain = Plain(contexts)
        self._schema = schema
        self._label = f"_:{label}"
        self._inside = 0
        # Under schema.org's context every object is a node; other contexts have maps as well.
        self._all_named = False
        self._contexts_named: set[str] = set()
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
            "".join([*self._texts, *self._expanded()]),
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
        self._batches: dict[str, tuple[object, list[tuple[dict[str, Any], Record]]]] = {}

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
        node = {key: value for key, value in node.items() if key != "@context"}
        if "@json" not in str(context):
            node = given(node)
        if node.get("id", node.get("@id")) is None:
            node = {**node, "@id": label}
            node.pop("id", None)
        identifier = str(node.get("id", node.get("@id")))
        self._keep(identifier, record)
        inlined = self._inlined(context, record)
        self._inline_inside(node, record)
        self._all_named = False
        if context is None or self.contexts.is_ours(context):
            problems = self._schema().problems(node)
        else:
            from .boards import is_schema_org, remarks, reworded
            from .dropped import dropped

            problems = [reworded(problem, context) for problem in dropped(node, inlined)]
            problems += remarks(node, context, self._new_context(context, own=own))
            self._all_named = is_schema_org(context)
        self._problems += [(identifier, problem) for problem in problems]
        self._inside = 0
        self._name_inside(node, Node(identifier, record, ""), label)
        key = json.dumps(context, sort_keys=True)
        self._batches.setdefault(key, (inlined, []))[1].append((node, record))

    def _inlined(self, context: object, record: Record) -> object:
        if context is not None and not self.contexts.is_ours(context):
            from .boards import as_read

            context = as_read(context, self.contexts.schema_org)
        return self.contexts.inline(context, self.file, record.pointer, record.line)

    def _new_context(self, context: object, *, own: bool) -> str | None:
        """Return where the context of a record stands, None where others had it before."""
        if own:
            return "/@context"
        key = json.dumps(context, sort_keys=True)
        new = key not in self._contexts_named
        self._contexts_named.add(key)
        return "" if new else None

    def _inline_inside(self, value: object, record: Record) -> None:
        """Replace the contexts that nodes inside a record name, or refuse them."""
        if isinstance(value, dict) and value.get("@context") is not None:
            value["@context"] = self._inlined(value["@context"], record)
        if isinstance(value, dict | list):
            for item in value.values() if isinstance(value, dict) else value:
                self._inline_inside(item, record)

    def _name_inside(self, value: object, place: Node, label: str) -> None:
        """Give every typed node inside a record a label, so that findings can be placed."""
        items: Iterator[tuple[object, object]]
        if isinstance(value, dict):
            items = iter(list(value.items()))
            if place.pointer and self._is_node(value, place.pointer):
                name = value.get("id", value.get("@id"))
                if name is None:
                    name = value["@id"] = f"{label}n{self._inside}"
                    self._inside += 1
                # A reference says nothing of the node: it has its place elsewhere.
                if not value.keys() <= {"id", "@id"}:
                    self._nested.setdefault(str(name), []).append(place)
        elif isinstance(value, list):
            items = enumerate(value)
        else:
            return
        for key, item in items:
            if key != "@context":
                pointer = f"{place.pointer}/{escaped(str(key))}"
                self._name_inside(item, place._replace(pointer=pointer), label)

    def _is_node(self, value: dict[str, Any], pointer: str) -> bool:
        """Return whether an object is a node (JSON-LD 1.1, section 9)."""
        if not _NO_NODE.isdisjoint(value) or pointer.endswith(("/@reverse", "/@nest")):
            return False
        return self._all_named or not _NODE_KEYS.isdisjoint(value)

    def _expanded(self) -> Iterator[str]:
        """Yield the statements of the records that were not plain."""
        for context, batch in self._batches.values():
            nodes = [node for node, _ in batch]
            try:
                yield self._processed(context, nodes, 1)
            except InputError as error:
                for node, record in batch:
                    self._processed(context, [node], record.line)
                raise error

    def _processed(self, context: object, nodes: list[dict[str, Any]], line: int) -> str:
        document = json.dumps({"@context": context, "@graph": nodes}, ensure_ascii=False)
        try:
            return to_ntriples(document, format_named("json-ld"), self.file)
        except InputError as error:
            raise InputError(
                error.message, cure="Correct the record.", file=self.file, line=line
            ) from error

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
        inner = document.get("@context", context)
        said = {key for key, value in document.items() if value is not None}
        if said - {"@context", "@graph", "@id", "id"}:
            yield pointer, {key: document[key] for key in document if key != "@graph"}, inner
        yield from nodes(document["@graph"], f"{pointer}/@graph", inner)
    elif isinstance(document, dict):
        yield pointer, document, document.get("@context", context)
    else:
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
