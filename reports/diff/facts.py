"""The facts of a conformance report beside its cases: of the run, its cluster and the suite."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.run.conformance import claim_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reports.models.conformance import Node, Report

KUBERNETES = "Kubernetes"


@dataclass(frozen=True)
class RunFacts:
    """The facts of one run.

    Attributes:
        kubernetes: the server's version.
        cluster: its provider and name.
        started: RFC 3339.
        seconds: wall time; None where the report has none.
        conformant: its claim.
        claim: the same in words.
    """

    kubernetes: str
    cluster: str
    started: str
    seconds: float | None
    conformant: bool | None
    claim: str


@dataclass(frozen=True)
class Fact:
    """One fact that changed, of the cluster, the suite or its options."""

    name: str
    before: str
    after: str


def run_facts(report: Report) -> RunFacts:
    """Return the facts of a report's run."""
    cluster = report.cluster
    return RunFacts(
        kubernetes=cluster.kubernetes or "",
        cluster=f"{cluster.provider or ''} {cluster.name or ''}".strip(),
        started=report.started or "",
        seconds=report.wall_seconds,
        conformant=report.conformant,
        claim=claim_of(report),
    )


def changed(before: Report, after: Report) -> Iterator[Fact]:
    """Yield the facts that both reports have, with different values.

    A feature that only one of the two suites detects is left out: it says nothing of the cluster.
    """
    later = facts(after)
    for name, value in facts(before).items():
        if later.get(name, value) != value:
            yield Fact(name, value, later[name])


def facts(report: Report) -> dict[str, str]:
    """Return a report's facts by name, without those that it lacks."""
    cluster, options = report.cluster, report.options
    values = {
        KUBERNETES: cluster.kubernetes,
        "platform": cluster.platform,
        "provider": cluster.provider,
        "cluster": cluster.name,
        **_of_nodes(cluster.nodes),
        "RuntimeClass": cluster.runtime_class or "none" if "runtime_class" in cluster.model_fields_set else None,
        **{
            f"feature {name}": "is there" if feature.has else feature.why or "is not there"
            for name, feature in sorted(cluster.features.items())
        },
        "images": None if cluster.images is None else _joined(cluster.images, " is ") or "those of the manifests",
        "every Pod": None if cluster.every_pod is None else _joined(cluster.every_pod, " ") or "as in the manifests",
        "suite": report.suite,
        "options": None if options is None else _joined(options, " ") or "none",
        "in flight": report.in_flight,
    }
    return {name: str(value) for name, value in values.items() if value is not None}


def _of_nodes(nodes: Mapping[str, Node] | None) -> dict[str, str]:
    """Return the facts of the nodes, without their names; where nodes differ, each value with its number of nodes."""
    if nodes is None:
        return {}
    by_name = {"nodes": f"{len(nodes)}, {sum(node.schedulable for node in nodes.values())} for Pods"}
    for fact in ("kubelet", "runtime", "kernel", "os", "architecture", "cpus"):
        told = [getattr(node, fact) for node in nodes.values()]
        counts = Counter(str(value) for value in told if value is not None)
        values = [value if len(counts) == 1 else f"{value} on {count}" for value, count in sorted(counts.items())]
        by_name |= {fact: ", ".join(values)} if values else {}
    return by_name


def _joined(words: Mapping[str, object], by: str) -> str:
    return ", ".join(f"{name}{by}{value}" for name, value in sorted(words.items()))
