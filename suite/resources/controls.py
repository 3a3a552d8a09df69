"""Controls of what is a container's own."""

from __future__ import annotations

import copy

from suite.control import Control, Json, containers_of, pods_of


def right_with_the_lefts(objects: list[Json]) -> list[Json]:
    """Run the right container once more, in another Pod, with the left one's variables, limits and context."""
    [pod] = pods_of(objects)
    second = copy.deepcopy(pod)
    second["metadata"]["name"] = "leaking"
    del second["spec"]["initContainers"]
    [left], [right] = containers_of(objects, "left"), containers_of([second], "right")
    right |= {field: copy.deepcopy(left[field]) for field in ("env", "resources", "securityContext")}
    second["spec"]["containers"] = [right]
    return [pod, second]


RIGHT_WITH_THE_LEFTS = Control("right-with-the-lefts", ("differs", "leaked"), right_with_the_lefts)
RIGHT_WITH_THE_LEFTS_LIMITS = Control("right-with-the-lefts-limits", ("memory", "cpu"), right_with_the_lefts)
RIGHT_WITH_THE_LEFTS_CONTEXT = Control(
    "right-with-the-lefts-context", ("user", "root", "capability"), right_with_the_lefts
)
