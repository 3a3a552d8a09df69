"""matrix.json: the reports of several clusters side by side."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from records.outcome import Outcome
from reports.models.base import Count, Model, Seconds

FORMAT = 1
"""The version of the format. It grows when an older reader would be misled."""

Kind = Literal["gate", "choice", "known", "suite", "unproven", "unexplained"]


class Why(Model):
    """Why a case does not hold on a cluster."""

    kind: Kind
    """``gate`` where the case does not apply, ``choice`` where the user left it out, ``known`` for a known issue,
    ``suite`` where the cluster's suite has no such case, ``unproven`` where it is in trouble or was lost, else
    ``unexplained``."""
    text: str
    """In words."""


class Cluster(Model):
    """One run, and what it was made on."""

    provider: str
    """``existing``, ``kind`` or ``local``."""
    kubernetes: str
    """The API server's version."""
    runtime: str
    """The container runtimes of its nodes, with their versions, joined by ``, ``."""
    kernel: str
    """The kernels of its nodes, joined by ``, ``."""
    nodes: Count
    """How many it has."""
    suite: str
    """podproof's version, and a hash of what its verdicts are made of."""
    started: str
    """When the run began, RFC 3339, UTC."""
    wall_seconds: Seconds
    """How long it took, s."""
    conformant: bool | None
    """True; false where a MUST is violated; null where neither is proven."""
    claim: str
    """The same in words."""
    totals: dict[Outcome, Count]
    """How many requirements have each outcome."""
    lost: list[str] | None = None
    """Workers that died, where any did."""


class Missing(Model):
    """A cluster without a report that counts."""

    missing: str
    """Why there is none."""


class Requirement(Model):
    """One requirement on every cluster with a report."""

    level: str
    """``MUST``, ``EXPECTED`` or ``INFO``."""
    outcomes: dict[str, Outcome]
    """By cluster."""
    cases: dict[str, dict[Outcome, Count]]
    """By cluster: how many cases have each outcome, without those that were left out."""


class Difference(Model):
    """A case whose outcome differs between clusters."""

    requirement: str
    """The id of its requirement."""
    case: str
    """Its name."""
    outcomes: dict[str, Outcome]
    """By cluster with a report."""
    why: dict[str, Why]
    """By cluster where it does not hold."""


class Wrong(Model):
    """A case that is violated, in trouble, or lost (not run though nobody left it out) on one cluster."""

    requirement: str
    """The id of its requirement."""
    case: str
    """Its name."""
    cluster: str
    """The cluster's name."""
    why: Why
    """Why it does not hold there."""


class Matrix(Model):
    """The reports of several clusters, compared."""

    model_config = ConfigDict(title="matrix.json")

    format: int
    """The version of the format."""
    clusters: dict[str, Cluster | Missing]
    """By name."""
    requirements: dict[str, Requirement]
    """By id."""
    differences: list[Difference]
    """The cases whose outcome differs."""
    wrong: list[Wrong]
    """The cases that are wrong, whether or not they differ."""
    left_out: dict[str, str] = Field(default_factory=dict)
    """What no run was to be made on (nodes of the cluster, by name), and why."""

    @property
    def there(self) -> dict[str, Cluster]:
        """Return the clusters with a report, by name."""
        return {name: each for name, each in self.clusters.items() if isinstance(each, Cluster)}

    @property
    def missing(self) -> dict[str, str]:
        """Return the reason why there is no report, for each cluster without one."""
        return {name: each.missing for name, each in self.clusters.items() if isinstance(each, Missing)}
