"""The facts of a conformance report beside its cases: of the run, its cluster and the suite."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reports.run.conformance import claim_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Json = dict[str, Any]

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


def run_facts(report: Json) -> RunFacts:
    """Return the facts of a report's run."""
    cluster, seconds = report.get("cluster", {}), report.get("wallSeconds")
    return RunFacts(
        kubernetes=str(cluster.get("kubernetes", "")),
        cluster=f"{cluster.get('provider', '')} {cluster.get('name', '')}".strip(),
        started=str(report.get("started", "")),
        seconds=None if seconds is None else float(seconds),
        conformant=report.get("conformant"),
        claim=claim_of(report),
    )


def changed(before: Json, after: Json) -> Iterator[Fact]:
    """Yield the facts that both reports have, with different values.

    A feature that only one of the two suites detects is left out: it says nothing of the cluster.
    """
    later = facts(after)
    for name, value in facts(before).items():
        if later.get(name, value) != value:
            yield Fact(name, value, later[name])


def facts(report: Json) -> dict[str, str]:
    """Return a report's facts by name, without those that it lacks."""
    cluster = report.get("cluster", {})
    images, options, every_pod = cluster.get("images"), report.get("options"), cluster.get("everyPod")
    values = {
        KUBERNETES: cluster.get("kubernetes"),
        "platform": cluster.get("platform"),
        "provider": cluster.get("provider"),
        "cluster": cluster.get("name"),
        **_of_nodes(cluster.get("nodes")),
        "RuntimeClass": cluster.get("runtimeClass") or "none" if "runtimeClass" in cluster else None,
        **{
            f"feature {name}": "is there" if feature.get("has") else feature.get("why") or "is not there"
            for name, feature in sorted(cluster.get("features", {}).items())
        },
        "images": None if images is None else _joined(images, " is ") or "those of the manifests",
        "every Pod": None if every_pod is None else _joined(every_pod, " ") or "as in the manifests",
        "suite": report.get("suite"),
        "options": None if options is None else _joined(options, " ") or "none",
        "in flight": report.get("inFlight"),
    }
    return {name: str(value) for name, value in values.items() if value is not None}


def _of_nodes(nodes: Mapping[str, Json] | None) -> dict[str, str]:
    """Return the facts of the nodes, without their names; where nodes differ, each value with its number of nodes."""
    if nodes is None:
        return {}
    by_name = {"nodes": f"{len(nodes)}, {sum(bool(node.get('schedulable')) for node in nodes.values())} for Pods"}
    for fact in ("kubelet", "runtime", "kernel", "os", "architecture", "cpus"):
        counts = Counter(str(node[fact]) for node in nodes.values() if fact in node)
        values = [value if len(counts) == 1 else f"{value} on {count}" for value, count in sorted(counts.items())]
        by_name |= {fact: ", ".join(values)} if values else {}
    return by_name


def _joined(words: Mapping[str, object], by: str) -> str:
    return ", ".join(f"{name}{by}{value}" for name, value in sorted(words.items()))
