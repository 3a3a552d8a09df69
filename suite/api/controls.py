"""Controls of what the API refuses."""

from __future__ import annotations

from suite.control import Control, Json, pods_of


def legal_name(objects: list[Json]) -> list[Json]:
    """Give the Pod a legal name: a DNS subdomain."""
    for pod in pods_of(objects):
        pod["metadata"]["name"] = pod["metadata"]["name"].replace("_", "-")
    return objects


def another_fault(objects: list[Json]) -> list[Json]:
    """Give what is to be refused another fault: a policy for pulling images that there is not."""
    refused = pods_of(objects)[-1]
    for container in refused["spec"].get("ephemeralContainers", refused["spec"].get("containers")):
        container["imagePullPolicy"] = "Whenever"
    return objects


ANOTHER_FAULT = Control("another-fault", ("other-reason",), another_fault)
LEGAL_NAME = Control("legal-name", ("accepted",), legal_name)
