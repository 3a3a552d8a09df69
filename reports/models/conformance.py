"""conformance.json: what one run says of every requirement, and what it ran on."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from records.outcome import LEFT_OUT, Cause, Outcome
from reports.models.base import Count, Model, Seconds, always

FORMAT = 2
"""The version of the format. It grows when an older reader would be misled."""
FIRST = 1
"""The format of a report that tells none."""


def case_id(requirement: str, case: str) -> str:
    """Return the id of a case, the same in every run: ``NET-LOCALHOST[tcp-ipv6]``."""
    return f"{requirement}[{case}]"


class Violation(Model):
    """One broken rule; of a case in trouble, one that proves nothing."""

    rule: str
    """A stable word, such as ``overlap``."""
    text: str
    """One sentence: what, where, expected, seen."""


class Skip(Model):
    """Why a violated case is excused."""

    reason: str
    """In words."""
    until: str
    """The last day of it, YYYY-MM-DD."""


class Case(Model):
    """What came of one case of a requirement."""

    model_config = ConfigDict(json_schema_extra=always("id"))

    name: str = Field(validation_alias="case", serialization_alias="case")
    """Its name, which is its requirement's own."""
    id: str = ""
    """``REQUIREMENT[case]``, the same in every run."""
    outcome: Outcome
    """What was found."""
    seconds: Seconds
    """How long its scenario took, s, with others in flight; 0 where it was not run."""
    violations: list[Violation]
    """The broken rules."""
    level: str | None = None
    """Where it is another than the requirement's: ``MUST``, ``EXPECTED`` or ``INFO``."""
    reason: str = ""
    """Why it is in trouble, not applicable, or was not run."""
    cause: Cause | None = None
    """The kind of reason of a case that was not run."""
    incomplete: bool = False
    """Whether it is in trouble because its record is not complete."""
    nodes: list[str] = Field(default_factory=list)
    """Those of its Pods, by name, each once."""
    told: list[str] = Field(default_factory=list)
    """The lines of an observation."""
    skip: Skip | None = None
    """Where ``--skips`` names all of its violations."""
    run: str = ""
    """When the run began that judged it, RFC 3339, where ``--rerun`` took it from an earlier report."""

    @property
    def left_out(self) -> bool:
        """Return whether it was not run, and no claim rests on it: slow, or in need of a hand on the node."""
        return self.outcome == "not run" and self.cause in LEFT_OUT

    @property
    def fired(self) -> list[dict[str, str]]:
        """Return its violations as ``records.deviations`` takes them."""
        return [{"rule": violation.rule, "text": violation.text} for violation in self.violations]


class Requirement(Model):
    """What came of one requirement."""

    model_config = ConfigDict(json_schema_extra=always("outcome"))

    level: str
    """``MUST``, ``EXPECTED`` or ``INFO``."""
    outcome: Outcome | None = None
    """The worst of its cases', without those that were left out."""
    cases: list[Case]
    """In the order of the run."""


class Node(Model):
    """The facts of one node."""

    kubelet: str | None = None
    """Its version."""
    runtime: str | None = None
    """The container runtime and its version, ``containerd://2.4.2``."""
    kernel: str | None = None
    """Its version."""
    os: str | None = None
    """In words."""
    architecture: str | None = None
    """Go's name for it, ``amd64``."""
    cpus: float | None = None
    """CPUs for Pods, in all."""
    schedulable: bool = False
    """Whether Pods of the run could go to it."""
    left_out: str = ""
    """Why not."""
    virtual: str = ""
    """The kind of virtual node; empty for a real one."""
    cloud: str = ""
    """Who gave the machine; empty where nobody tells."""
    runtime_handlers: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """The features of each handler of the runtime; the empty name is the default one's."""
    local_storage: bool = False
    """Whether it tells how much ephemeral storage it has for Pods."""
    declared_features: list[str] = Field(default_factory=list)
    """Features that its kubelet declares."""


class Feature(Model):
    """Whether the cluster has a feature of Kubernetes."""

    has: bool = False
    """Whether it is there."""
    owed: bool = False
    """Whether it had to be: it is GA in that version, and is not there."""
    why: str = ""
    """How that was found."""


class Cluster(Model):
    """What the run was made on."""

    provider: str | None = None
    """``existing``, ``kind`` or ``local``."""
    name: str | None = None
    """Its name there."""
    uid: str | None = None
    """The uid of its kube-system namespace: of two clusters with one name, it is another."""
    reason: str | None = None
    """Why this cluster was chosen."""
    parts: dict[str, str] = Field(default_factory=dict)
    """Of what podproof made it: ``containerd``, ``ociRuntime``, ``cni``, ``kubeProxy`` and ``families``, by name."""
    runtime_class: str | None = None
    """The RuntimeClass of every Pod; null for the default."""
    images: dict[str, str] | None = None
    """Images of the manifests, and what was run in their place."""
    image_ids: dict[str, list[str]] | None = None
    """What the nodes ran, as their statuses tell it (a digest, mostly), by the image in the Pods."""
    every_pod: dict[str, Any] | None = None
    """What options put on every Pod."""
    namespace: str | None = None
    """The namespace that the run was given; without one, it makes its own."""
    kubernetes: str | None = None
    """The API server's version."""
    minor: str | None = None
    """The same to the minor, ``1.37``."""
    platform: str | None = None
    """The API server's, ``linux/amd64``."""
    nodes: dict[str, Node] | None = None
    """By name."""
    not_readable: dict[str, str] = Field(default_factory=dict)
    """Why there are no nodes in it, where the user may not list them."""
    features: dict[str, Feature] = Field(default_factory=dict)
    """By name, as detected."""
    unverified: list[str] | None = None
    """What no run of podproof's own was made on."""

    @property
    def made_of(self) -> list[str]:
        """Return its parts as the cells of a matrix name them: ``containerd-1.7``, ``runc-1.1``, ``ptp``."""
        name, _, version = self.parts.get("ociRuntime", "").partition(" v")
        versions = {"containerd": self.parts.get("containerd", "").removeprefix("v"), name: version}
        minors = [f"{part}-{'.'.join(of.split('.')[:2])}" for part, of in versions.items() if part and of]
        return [*minors, *filter(None, (name, *(self.parts.get(part) for part in ("cni", "kubeProxy", "families"))))]


class Report(Model):
    """One run of the suite."""

    model_config = ConfigDict(
        title="conformance.json",
        json_schema_extra=always(
            *("format", "suite", "started", "wallSeconds", "cluster", "podsCreated", "apiRequests", "inFlight"),
            *("options", "conformant", "slow", "totals"),
        ),
    )

    format: int = FIRST
    """The version of the format."""
    suite: str | None = None
    """podproof's version, and a hash of what its verdicts are made of."""
    started: str | None = None
    """When the run began, RFC 3339, UTC."""
    wall_seconds: Seconds | None = None
    """How long it took, s."""
    command: list[str] | None = None
    """The arguments of pytest, so that the run can be made again; without those that say where files are."""
    cluster: Cluster = Cluster()
    """What it ran on."""
    pods_created: Count | None = None
    """How many Pods were made."""
    api_requests: Count | None = None
    """How many requests the API server was sent."""
    in_flight: Count | None = None
    """How many scenarios were played at once."""
    options: dict[str, str] | None = None
    """The options that decide which cases are run, and how long they may take."""
    settings: dict[str, str] = Field(default_factory=dict)
    """Which options the environment or a file decided, and where."""
    lost: list[str] | None = None
    """Workers that died, where any did."""
    conformant: bool | None = None
    """True; false where a MUST is violated; null where neither is proven."""
    slow: list[str] = Field(default_factory=list)
    """The slow cases that were left out, ``REQUIREMENT [case]``: no claim rests on them."""
    no_hand: list[str] = Field(default_factory=list)
    """The cases that were left out for want of a hand on the node, ``REQUIREMENT [case]``: no claim rests on them."""
    totals: dict[Outcome, Count] | None = None
    """How many requirements have each outcome."""
    requirements: dict[str, Requirement]
    """By id."""

    @property
    def minor(self) -> str:
        """Return the minor of Kubernetes; empty where it is not told."""
        return self.cluster.minor or ""

    def cases_of(self, outcome: Outcome) -> list[tuple[str, Case]]:
        """Return the cases of an outcome, each with its requirement's id."""
        return [
            (name, case)
            for name, requirement in self.requirements.items()
            for case in requirement.cases
            if case.outcome == outcome
        ]
