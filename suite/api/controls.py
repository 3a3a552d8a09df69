"""Controls of what the API refuses."""

from __future__ import annotations

from suite.control import Control, Json, pods_of


def legal_name(objects: list[Json]) -> list[Json]:
    """Give the Pod a legal name: a DNS subdomain."""
    for pod in pods_of(objects):
        pod["metadata"]["name"] = pod["metadata"]["name"].replace("_", "-")
    return objects


LEGAL_NAME = Control("legal-name", ("accepted",), legal_name)
