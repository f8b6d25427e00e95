"""Put answers into the form of the specification: the manifest and reconciliation results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ... import __version__
from .batches import BATCH_SIZE, Query
from .catalogue import Catalogue
from .extension import SETTINGS
from .matching import Candidate, Matcher
from .pages import HEIGHT, WIDTH
from .suggestions import described, types_of


def manifest(catalogue: Catalogue, url: str) -> dict[str, Any]:
    """Return the service manifest (section 3.1) of a service at a URL without a slash."""
    suggest = {
        kind: {
            "service_url": url,
            "service_path": f"/suggest/{kind}",
            "flyout_service_url": url,
            "flyout_service_path": f"/flyout/{kind}?id=${{id}}",
        }
        for kind in ("entity", "type", "property")
    }
    return {
        "versions": ["0.1", "0.2"],
        "name": catalogue.name,
        "identifierSpace": catalogue.identifier_space,
        "schemaSpace": catalogue.schema_space,
        "serviceVersion": __version__,
        "defaultTypes": [{"id": kind.id, "name": kind.name} for kind in catalogue.default_types()],
        "view": {"url": f"{url}/view?id={{{{id}}}}"},
        "preview": {"url": f"{url}/preview?id={{{{id}}}}", "width": WIDTH, "height": HEIGHT},
        "suggest": suggest,
        "extend": {
            "propose_properties": {"service_url": url, "service_path": "/properties"},
            "property_settings": SETTINGS,
        },
        "batchSize": BATCH_SIZE,
    }


def results(matcher: Matcher, batch: Mapping[str, Query]) -> dict[str, Any]:
    """Return the results of a batch of queries (section 4.2)."""
    return {
        name: {"result": [_result(matcher.catalogue, one) for one in matcher.candidates(query)]}
        for name, query in batch.items()
    }


def _result(catalogue: Catalogue, candidate: Candidate) -> dict[str, Any]:
    return described(candidate.entity) | {
        "type": types_of(catalogue, candidate.entity),
        "score": candidate.score,
        "features": [{"id": name, "value": value} for name, value in candidate.features],
        "match": candidate.match,
    }
