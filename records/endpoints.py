"""Whether a Pod is an endpoint of a Service: looks at its EndpointSlices, kept as acts of the record."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from records.record import Act, PodRecord, Record

Json = dict[str, Any]

LOOKED = "looked-for-endpoint"
"""The act of a look; its ``sent`` has the ``service``, by its name in the manifest, and the Pod's ``endpoints``."""


UNTOLD = {"ready": True, "serving": True, "terminating": False}
"""What a condition that is not told is to be taken for (discovery/v1 EndpointConditions)."""


def of_pod(slices: list[Json], uid: str) -> list[Json]:
    """Return the endpoints in EndpointSlices that are a Pod's, by its uid: their addresses and conditions."""
    return [
        {"addresses": each["addresses"], "conditions": each.get("conditions") or {}}
        for one in slices
        for each in one.get("endpoints") or []
        if (each.get("targetRef") or {}).get("uid") == uid
    ]


def ready(endpoints: list[Json]) -> bool:
    """Return whether one of these endpoints is ready: "A nil value should be interpreted as "true"."."""
    return any(each["conditions"].get("ready") is not False for each in endpoints)


def has(endpoint: Json, **conditions: bool) -> bool:
    """Return whether an endpoint has these conditions; of one that is not told, the value that stands for it."""
    return all(endpoint["conditions"].get(name, UNTOLD[name]) == value for name, value in conditions.items())


def looks(record: Record, pod: PodRecord, service: str) -> list[tuple[Act, bool]]:
    """Return each look for a Pod among the endpoints of a Service, and whether it was a ready one.

    The time of a look is when the API server's answer had come: what it shows was so before.
    """
    return [
        (act, ready(act.sent["endpoints"]))
        for act in record.acts
        if act.what == LOOKED and act.role == pod.role and act.sent and act.sent["service"] == service
    ]


def found_later(record: Record, service: str, later: str) -> float:
    """Return when a Pod was first found to be a ready endpoint of a Service, s; infinity where it never was.

    Who was to be one before that Pod was created is one by then: the controller makes the endpoints of a Service from
    all of its Pods, and learns of them in the order in which they changed.
    """
    pods = [pod for pod in record.pods if pod.role == later]
    return min((act.seen for pod in pods for act, served in looks(record, pod, service) if served), default=math.inf)
