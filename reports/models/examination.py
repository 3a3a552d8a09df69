"""What ``./podproof doctor --json FILE`` writes: what a run would find on a cluster."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from records.outcome import Cause
from reports.models.base import Model, Seconds, always
from reports.models.conformance import Cluster

FORMAT = 1
"""The version of the format. It grows when an older reader would be misled."""


class Priority(Model):
    """The priority that a canary was given."""

    class_name: str | None = Field(default=None, validation_alias="class", serialization_alias="class")
    """The PriorityClass; null where none was given."""
    value: int | None = None
    """Its number."""


class Canary(Model):
    """One plain Pod of a Pod Security level."""

    level: str
    """``restricted``, ``baseline`` or ``privileged``."""
    refused: str
    """Why no Pod of that level is admitted; empty where one ran, and then all else is told."""
    node: str = ""
    """Where it ran."""
    seconds: Seconds = 0.0
    """Until its output was read, s."""
    changed: list[str] = Field(default_factory=list)
    """What the cluster's policies changed in it, a line each."""
    priority: Priority = Priority()
    """What it was given."""
    dns: dict[str, Any] = Field(default_factory=dict)
    """What its container said of its resolver, by the names of the probe's events: ``resolver``, ``resolved`` …"""


class Unplayed(Model):
    """A selected case that a run would not judge there."""

    requirement: str
    """The id of its requirement."""
    case: str
    """Its name."""
    why: str
    """In words."""
    cause: Cause | Literal[""] = ""
    """The kind of reason of a case that would not be run; empty for one that is not applicable."""


class Refused(Model):
    """Why no run could begin."""

    line: str
    """In words: what, where, what to do."""
    exit_code: int
    """That of a run."""


class Examination(Cluster):
    """What a run would find on a cluster, beside all that a report tells of one."""

    model_config = ConfigDict(
        title="doctor --json",
        json_schema_extra=always(
            *("provider", "name", "kubernetes", "minor", "nodes", "features", "server", "clock", "skew", "rights"),
            *("networkPolicies", "canaries", "notApplicable", "notRun", "unverified", "refused"),
        ),
    )

    format: int = FORMAT
    """The version of the format."""
    server: str
    """The API server's URL."""
    clock: float | None
    """How far the API server's clock is ahead of this machine's, s; null where it does not tell its time."""
    skew: list[str]
    """A line for each kubelet of an unsupported version."""
    rights: dict[str, bool]
    """Each right that a run needs, and whether it is given."""
    network_policies: list[str] | None
    """Those in the run's namespace that are not the run's; null where they may not be listed."""
    not_applicable: list[Unplayed]
    """The selected cases that a run would not judge."""
    not_run: list[Unplayed]
    """The selected cases that a run would leave out."""
    canaries: list[Canary]
    """One for each level that the selected cases need."""
    refused: Refused | None = None
    """Why no run could begin; null where one could."""
