"""Active contexts (JSON-LD 1.1 API, sections 4 and 5.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from ..iris import has_scheme, resolve

#: Returns the ``@context`` of the document at a URL, or raises InputError: nothing is fetched.
Loader = Callable[[str], object]

KEYWORDS: Final = frozenset(
    f"@{name}"
    for name in (
        *("base", "container", "context", "default", "direction", "graph", "id", "import"),
        *("included", "index", "json", "language", "list", "nest", "none", "prefix"),
        *("propagate", "protected", "reverse", "set", "type", "value", "version", "vocab"),
    )
)
#: The form that RDF asks of language tags (BCP 47, section 2.1).
well_formed_language: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*").fullmatch
#: What looks like a keyword is kept free for later versions (JSON-LD 1.1, section 1.7).
LIKE_KEYWORD: Final = re.compile(r"@[A-Za-z]+").fullmatch

_OF_CONTEXT: Final = frozenset(
    {"@base", "@direction", "@import", "@language", "@propagate", "@protected", "@version"}
    | {"@vocab"}
)
_OF_TERM: Final = frozenset(
    {"@container", "@context", "@direction", "@id", "@index", "@language", "@nest", "@prefix"}
    | {"@protected", "@reverse", "@type"}
)
_CONTAINERS: Final = frozenset(
    {"@graph", "@id", "@index", "@language", "@list", "@set", "@type"},
)
_DELIMITERS: Final = tuple(":/?#[]@")
#: More contexts inside each other than this lead in a circle.
_DEEPEST: Final = 64


class JsonLdError(ValueError):
    """What breaks the rules of JSON-LD, by the code that the specification gives it."""

    def __init__(self, code: str, value: object = None) -> None:
        super().__init__(code if value is None else f"{code}: {value}")
        self.code = code
        self.value = value
        self.pointer = ""


class Unset:
    """Stands for what a definition does not mention, where null means something."""


UNSET: Final = Unset()


class Term(NamedTuple):
    """The definition of a term; ``iri`` is None where it was set to null."""

    iri: str | None
    prefix: bool = False
    protected: bool = False
    reverse: bool = False
    type: str | None = None
    language: str | Unset | None = UNSET
    direction: str | Unset | None = UNSET
    container: frozenset[str] = frozenset()
    indexed_by: str | None = None
    nest: str | None = None
    context: object = UNSET


class Active:
    """An active context; once it is made it does not change."""

    __slots__ = ("_iris", "base", "direction", "language", "previous", "terms", "vocab")

    def __init__(self, base: str | None) -> None:
        self.base = base
        self.vocab: str | None = None
        self.language: str | None = None
        self.direction: str | None = None
        self.terms: dict[str, Term] = {}
        self.previous: Active | None = None
        self._iris: dict[tuple[str, bool, bool], str | None] = {}

    def copy(self) -> Active:
        """Return a copy to be changed."""
        other = Active(self.base)
        other.vocab, other.language, other.direction = self.vocab, self.language, self.direction
        other.terms = dict(self.terms)
        other.previous = self.previous
        return other

    def forget(self) -> None:
        """Forget what strings stood for: the context changes while it is made."""
        self._iris.clear()

    def expand(self, value: str, *, vocab: bool = False, relative: bool = False) -> str | None:
        """Return the IRI, blank node or keyword that a string stands for, None for none at all.

        It may still be relative (JSON-LD 1.1 API, section 5.2). ``vocab`` and ``relative`` say
        that it may be a term or relative to the vocabulary, and relative to the document.
        """
        key = (value, vocab, relative)
        try:
            return self._iris[key]
        except KeyError:
            found = self._iris[key] = _Building(self).expand(value, vocab, relative)
            return found


def initial(base: str | None) -> Active:
    """Return the context at the head of a document, whose IRI is the base."""
    return Active(base)


class Processor:
    """Takes contexts into account; ``base`` is the IRI of the document, None for none."""

    def __init__(self, loader: Loader, base: str | None = None) -> None:
        self._loader = loader
        self._base = base
        self._depth = 0
        # While a context of a term is only looked over, what was loaded before is not again.
        self._looking_over = False
        self._loaded: set[str] = set()

    def process(
        self, active: Active, local: object, *, override: bool = False, propagate: bool = True
    ) -> Active:
        """Return the context in which a local one was taken into account (section 4.1.2).

        ``override`` says that protected terms may be defined anew, as the context of a
        property may; ``propagate=False`` that what lies inside goes back to what was before.
        Raises JsonLdError, and what the loader raises.
        """
        if isinstance(local, dict) and "@propagate" in local:
            propagate = _boolean(local["@propagate"], "invalid @propagate value")
        result = active.copy()
        if not propagate and result.previous is None:
            result.previous = active
        self._depth += 1
        if self._depth > _DEEPEST:
            raise JsonLdError("context overflow")
        try:
            for part in local if isinstance(local, list) else [local]:
                result = self._part(result, part, override=override, propagate=propagate)
        finally:
            self._depth -= 1
        return result

    def look_over(self, active: Active, local: object) -> None:
        """Raise JsonLdError where a context of a term is none (section 4.2.2, step 21)."""
        before, self._looking_over = self._looking_over, True
        try:
            self.process(active, local, override=True)
        finally:
            self._looking_over = before

    def _part(self, result: Active, part: object, *, override: bool, propagate: bool) -> Active:
        if part is None:
            if not override and any(term.protected for term in result.terms.values()):
                raise JsonLdError("invalid context nullification")
            fresh = Active(self._base)
            fresh.previous = None if propagate else result
            return fresh
        if isinstance(part, str):
            if self._looking_over and part in self._loaded:
                return result
            self._loaded.add(part)
            return self.process(result, self._loader(part))
        if not isinstance(part, dict):
            raise JsonLdError("invalid local context", part)
        if part.get("@version", 1.1) != 1.1:
            raise JsonLdError("invalid @version value", part["@version"])
        if "@import" in part:
            part = {**self._imported(part["@import"]), **part}
        building = _Building(result, part, self, override=override)
        building.heads()
        for term in part:
            if term not in _OF_CONTEXT:
                building.define(term)
        result.forget()
        return result

    def _imported(self, url: object) -> dict[str, Any]:
        """Return the context that another one imports (section 4.1.2, step 5.6)."""
        if not isinstance(url, str):
            raise JsonLdError("invalid @import value", url)
        found = self._loader(url)
        if not isinstance(found, dict):
            raise JsonLdError("invalid remote context", url)
        if "@import" in found:
            raise JsonLdError("invalid context entry", "@import")
        return found


class _Building:
    """An active context that takes the terms of a local one."""

    def __init__(
        self,
        active: Active,
        local: dict[str, Any] | None = None,
        processor: Processor | None = None,
        *,
        override: bool = False,
    ) -> None:
        self._active = active
        self._local = local or {}
        self._processor = processor
        self._override = override
        self._defined: dict[str, bool] = {}

    def heads(self) -> None:
        """Take what a context says of all its terms."""
        local, active = self._local, self._active
        if "@base" in local:
            active.base = self._new_base(local["@base"])
        active.forget()
        if "@vocab" in local:
            active.vocab = self._new_vocab(local["@vocab"])
        if "@language" in local:
            active.language = _language(local["@language"], "invalid default language")
        if "@direction" in local:
            active.direction = _direction(local["@direction"])
        if "@propagate" in local:
            _boolean(local["@propagate"], "invalid @propagate value")
        if "@protected" in local:
            _boolean(local["@protected"], "invalid @protected value")

    def _new_base(self, value: object) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise JsonLdError("invalid base IRI", value)
        if has_scheme(value):
            return value
        if self._active.base is None:
            raise JsonLdError("invalid base IRI", value)
        return resolve(self._active.base, value)

    def _new_vocab(self, value: object) -> str | None:
        if value is None:
            return None
        # Terms of the same context do not count yet (section 4.1.2, step 5.8).
        expand = self._active.expand
        found = expand(value, vocab=True, relative=True) if isinstance(value, str) else None
        if found is None or (":" not in found and self._active.base is not None):
            raise JsonLdError("invalid vocab mapping", value)
        return found

    def define(self, term: str) -> None:
        """Define a term (section 4.2.2)."""
        if term in self._defined:
            if self._defined[term]:
                return
            raise JsonLdError("cyclic IRI mapping", term)
        if not term:
            raise JsonLdError("invalid term definition", "an empty term")
        if term[0] == "@" and _is_kept_free(term, self._local[term]):
            return
        self._defined[term] = False
        previous = self._active.terms.pop(term, None)
        definition = self._definition(term, self._local[term])
        if definition is None:
            return
        if previous is not None and previous.protected and not self._override:
            if definition._replace(protected=True) != previous:
                raise JsonLdError("protected term redefinition", term)
            definition = previous
        self._active.terms[term] = definition
        self._defined[term] = True

    def _definition(self, term: str, value: Any) -> Term | None:
        """Return what a context says of a term, None for what is kept for later versions."""
        simple = isinstance(value, str)
        if value is None or simple:
            value = {"@id": value}
        if not isinstance(value, dict):
            raise JsonLdError("invalid term definition", term)
        protected = self._local.get("@protected", False)
        if "@protected" in value:
            protected = _boolean(value["@protected"], "invalid @protected value")
        kind = self._type(value["@type"]) if "@type" in value else None
        if "@reverse" in value:
            return self._reverse(term, value, kind, protected)
        found = self._iri(term, value, simple=simple)
        if found is None:
            return None
        iri, prefix = found
        container, kind = _container(value, kind)
        definition = Term(iri, prefix, protected, False, kind, container=container)
        definition = definition._replace(**self._rest(term, value, definition))
        if not value.keys() <= _OF_TERM:
            raise JsonLdError("invalid term definition", term)
        return definition

    def _type(self, value: object) -> str:
        if not isinstance(value, str):
            raise JsonLdError("invalid type mapping", value)
        found = self.expand(value, True, False)
        if found in ("@id", "@vocab", "@json", "@none"):
            return str(found)
        if found is None or not has_scheme(found) or found.startswith("_:"):
            raise JsonLdError("invalid type mapping", value)
        return found

    def _reverse(
        self, term: str, value: dict[str, Any], kind: str | None, protected: bool
    ) -> Term | None:
        if "@id" in value or "@nest" in value:
            raise JsonLdError("invalid reverse property", term)
        reverse = value["@reverse"]
        if not isinstance(reverse, str):
            raise JsonLdError("invalid IRI mapping", reverse)
        if LIKE_KEYWORD(reverse):
            return None
        iri = self.expand(reverse, True, False)
        if iri is None or ":" not in iri:
            raise JsonLdError("invalid IRI mapping", reverse)
        container = value.get("@container")
        if container not in (None, "@set", "@index"):
            raise JsonLdError("invalid reverse property", term)
        held = frozenset({container}) if container else frozenset[str]()
        context = self._scoped(value["@context"]) if "@context" in value else UNSET
        return Term(iri, False, protected, True, kind, container=held, context=context)

    def _iri(
        self, term: str, value: dict[str, Any], *, simple: bool
    ) -> tuple[str | None, bool] | None:
        """Return the IRI of a term and whether it is a prefix (steps 14 to 18)."""
        if "@id" in value and value["@id"] != term:
            identifier = value["@id"]
            if identifier is None:
                return None, False
            return self._stated(term, identifier, simple=simple)
        if ":" in term[1:]:
            return self._compact(term), False
        if "/" in term:
            found = self.expand(term, True, False)
            if found is None or not has_scheme(found):
                raise JsonLdError("invalid IRI mapping", term)
            return found, False
        if term == "@type":
            return "@type", False
        if self._active.vocab is None:
            raise JsonLdError("invalid IRI mapping", term)
        return self._active.vocab + term, False

    def _stated(
        self, term: str, identifier: object, *, simple: bool
    ) -> tuple[str | None, bool] | None:
        if not isinstance(identifier, str):
            raise JsonLdError("invalid IRI mapping", identifier)
        if identifier not in KEYWORDS and LIKE_KEYWORD(identifier):
            return None
        iri = self.expand(identifier, True, False)
        if iri is None or not (iri in KEYWORDS or ":" in iri):
            raise JsonLdError("invalid IRI mapping", identifier)
        if iri == "@context":
            raise JsonLdError("invalid keyword alias", term)
        if ":" in term[1:-1] or "/" in term:
            self._defined[term] = True
            if self.expand(term, True, False) != iri:
                raise JsonLdError("invalid IRI mapping", term)
        plain = ":" not in term and "/" not in term
        return iri, plain and simple and (iri.endswith(_DELIMITERS) or iri.startswith("_:"))

    def _compact(self, term: str) -> str:
        """Return the IRI of a term that is a compact IRI itself."""
        prefix, _, suffix = term.partition(":")
        if prefix in self._local:
            self.define(prefix)
        known = self._active.terms.get(prefix)
        return known.iri + suffix if known is not None and known.iri is not None else term

    def _rest(self, term: str, value: dict[str, Any], definition: Term) -> dict[str, Any]:
        """Return what else an object says of a term (steps 20 to 26)."""
        rest: dict[str, Any] = {}
        if "@index" in value:
            rest["indexed_by"] = self._index(value["@index"], definition)
        if "@context" in value:
            rest["context"] = self._scoped(value["@context"])
        if "@language" in value and "@type" not in value:
            rest["language"] = _language(value["@language"], "invalid language mapping")
        if "@direction" in value and "@type" not in value:
            rest["direction"] = _direction(value["@direction"])
        if "@nest" in value:
            nest = value["@nest"]
            if not isinstance(nest, str) or (nest in KEYWORDS and nest != "@nest"):
                raise JsonLdError("invalid @nest value", nest)
            rest["nest"] = nest
        if "@prefix" in value:
            if ":" in term or "/" in term:
                raise JsonLdError("invalid term definition", term)
            rest["prefix"] = _boolean(value["@prefix"], "invalid @prefix value")
            if rest["prefix"] and definition.iri in KEYWORDS:
                raise JsonLdError("invalid term definition", term)
        return rest

    def _index(self, value: object, definition: Term) -> str:
        found = self.expand(value, True, False) if isinstance(value, str) else None
        bad = found is None or found in KEYWORDS or not has_scheme(found)
        if "@index" not in definition.container or bad:
            raise JsonLdError("invalid term definition", value)
        return str(value)

    def _scoped(self, context: object) -> object:
        """Return the context of a term, which must be one (section 4.2.2, step 21)."""
        assert self._processor is not None
        try:
            self._processor.look_over(self._active, context)
        except JsonLdError as error:
            raise JsonLdError("invalid scoped context", error) from error
        return context

    def expand(self, value: str, vocab: bool, relative: bool) -> str | None:
        """Expand an IRI while terms are defined, those first that it needs (section 5.2.2)."""
        if value in KEYWORDS:
            return value
        if LIKE_KEYWORD(value):
            return None
        if value in self._local and not self._defined.get(value):
            self.define(value)
        term = self._active.terms.get(value)
        if term is not None and (vocab or term.iri in KEYWORDS):
            return term.iri
        found = self._absolute(value) if ":" in value[1:] else None
        return self._relative(value, vocab, relative) if found is None else found

    def _absolute(self, value: str) -> str | None:
        """Return the IRI of a compact IRI, what is an IRI or blank node itself, or None."""
        prefix, _, suffix = value.partition(":")
        if prefix == "_" or suffix.startswith("//"):
            return value
        if prefix in self._local and not self._defined.get(prefix):
            self.define(prefix)
        known = self._active.terms.get(prefix)
        if known is not None and known.iri is not None and known.prefix:
            return known.iri + suffix
        return value if has_scheme(value) else None

    def _relative(self, value: str, vocab: bool, relative: bool) -> str:
        if vocab and self._active.vocab is not None:
            return self._active.vocab + value
        if relative and self._active.base is not None:
            return resolve(self._active.base, value)
        return value


def _is_kept_free(term: str, value: object) -> bool:
    """Return whether a term looks like a keyword; refuse what is one (section 4.2.2, step 4)."""
    if term != "@type":
        if term in KEYWORDS:
            raise JsonLdError("keyword redefinition", term)
        return LIKE_KEYWORD(term) is not None
    allowed = isinstance(value, dict) and bool(value)
    if allowed and isinstance(value, dict):
        container = value.get("@container", "@set")
        allowed = container in ("@set", ["@set"]) and value.keys() <= {"@container", "@protected"}
    if not allowed:
        raise JsonLdError("keyword redefinition", "@type")
    return False


def _container(value: dict[str, Any], kind: str | None) -> tuple[frozenset[str], str | None]:
    """Return the containers of a term and its type, which a type map changes (step 19)."""
    if "@container" not in value:
        return frozenset(), kind
    found = list(_listed(value["@container"]))
    names = {name for name in found if isinstance(name, str)}
    fits = len(names) == len(found) > 0 and names <= _CONTAINERS and _go_together(names)
    if not fits:
        raise JsonLdError("invalid container mapping", value["@container"])
    if "@type" in names:
        kind = kind or "@id"
        if kind not in ("@id", "@vocab"):
            raise JsonLdError("invalid type mapping", kind)
    return frozenset(names), kind


def _go_together(names: set[str]) -> bool:
    if len(names) == 1:
        return True
    if "@list" in names:
        return False
    if "@graph" in names:
        return names <= {"@graph", "@id", "@set"} or names <= {"@graph", "@index", "@set"}
    return "@set" in names and len(names) == 2


def _listed(value: object) -> Iterator[object]:
    yield from value if isinstance(value, list) else [value]


def _boolean(value: object, code: str) -> bool:
    if not isinstance(value, bool):
        raise JsonLdError(code, value)
    return value


def _language(value: object, code: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise JsonLdError(code, value)
    if value is not None and not well_formed_language(value):
        raise JsonLdError("malformed language tag", value)
    return value


def _direction(value: object) -> str | None:
    if value not in (None, "ltr", "rtl"):
        raise JsonLdError("invalid base direction", value)
    return str(value) if value is not None else None
