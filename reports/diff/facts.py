"""The facts that a conformance report tells around its cases, of the run, of its cluster, of the suite."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Json = dict[str, Any]

KUBERNETES = "Kubernetes"


@dataclass(frozen=True)
class RunFacts:
    """The facts of one run, in words.

    Attributes:
        kubernetes: the server's version.
        cluster: its provider and name.
        started: RFC 3339.
        seconds: how long all of it took; None where that is not told.
        conformant: what it claims.
    """

    kubernetes: str
    cluster: str
    started: str
    seconds: float | None
    conformant: bool | None


@dataclass(frozen=True)
class Fact:
    """What changed of the cluster, of the suite or of its options, in words."""

    name: str
    before: str
    after: str


def run_facts(report: Json) -> RunFacts:
    """Return which run it was."""
    cluster, seconds = report.get("cluster", {}), report.get("wallSeconds")
    return RunFacts(
        kubernetes=str(cluster.get("kubernetes", "")),
        cluster=f"{cluster.get('provider', '')} {cluster.get('name', '')}".strip(),
        started=str(report.get("started", "")),
        seconds=None if seconds is None else float(seconds),
        conformant=report.get("conformant"),
    )


def changed(before: Json, after: Json) -> Iterator[Fact]:
    """Return facts that both tell, and not alike; a feature that only one suite looks for is none of the cluster's."""
    later = facts(after)
    for name, value in facts(before).items():
        if later.get(name, value) != value:
            yield Fact(name, value, later[name])


def facts(report: Json) -> dict[str, str]:
    """Return what a report tells around its cases, in words; what it does not tell is not there."""
    cluster = report.get("cluster", {})
    images, options = cluster.get("images"), report.get("options")
    told = {
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
        "suite": report.get("suite"),
        "options": None if options is None else _joined(options, " ") or "none",
        "in flight": report.get("inFlight"),
    }
    return {name: str(value) for name, value in told.items() if value is not None}


def _of_nodes(nodes: Mapping[str, Json] | None) -> dict[str, str]:
    """Return what the nodes are, however they are called: each fact, and on how many of them where they differ."""
    if nodes is None:
        return {}
    told = {"nodes": f"{len(nodes)}, {sum(bool(node.get('schedulable')) for node in nodes.values())} for Pods"}
    for fact in ("kubelet", "runtime", "kernel", "os", "architecture", "cpus"):
        counts = Counter(str(node[fact]) for node in nodes.values() if fact in node)
        values = [value if len(counts) == 1 else f"{value} on {count}" for value, count in sorted(counts.items())]
        told |= {fact: ", ".join(values)} if values else {}
    return told


def _joined(words: Mapping[str, object], by: str) -> str:
    return ", ".join(f"{name}{by}{value}" for name, value in sorted(words.items()))
