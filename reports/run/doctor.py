"""What an examination found of a cluster, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.layout.columns import aligned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reports.models.conformance import Feature, Node
    from reports.models.examination import Canary, Examination, Unplayed

AGREE = 1.0  # second: the Date header tells no less


def lines(found: Examination) -> list[str]:
    """Return the table: a line for each thing that was looked at, of what it is and what is known of it."""
    rows = [
        ("API server", f"{found.server}, {found.kubernetes}, {found.platform}"),
        ("clock", _clock(found.clock)),
        *(("version skew", line) for line in found.skew),
        ("rights", _rights(found.rights)),
        *((f"level {each.level}", _level(each)) for each in found.canaries),
        *((f"node {name}", _node(node)) for name, node in (found.nodes or {}).items()),
        *_pods([each for each in found.canaries if each.node]),
        ("NetworkPolicies", _policies(found.network_policies)),
        *((f"feature {name}", _feature(feature)) for name, feature in sorted(found.features.items())),
        *_unplayed("not applicable", found.not_applicable),
        *_unplayed("not run", found.not_run),
        ("not verified on", ", ".join(found.unverified or [])),
    ]
    return aligned([row for row in rows if row[1]])


def _clock(ahead: float | None) -> str:
    if ahead is None:
        return "the API server does not tell its time"
    if abs(ahead) < AGREE:
        return "as this machine's"
    return f"the API server's is {abs(ahead):g} s {'ahead of' if ahead > 0 else 'behind'} this machine's"


def _rights(rights: Mapping[str, bool]) -> str:
    missing = [right for right, given in rights.items() if not given]
    return f"{len(rights) - len(missing)} of {len(rights)} given" + (f"; not {', '.join(missing)}" if missing else "")


def _level(canary: Canary) -> str:
    if canary.refused:
        return f"not admitted: {canary.refused}"
    return f"a Pod ran on {canary.node}, its output was read after {canary.seconds:g} s"


def _node(node: Node) -> str:
    what = f"{node.os}, {node.architecture}, {node.runtime}, kubelet {node.kubelet}, {node.cpus or 0:g} CPUs"
    return f"{what}; left out: {node.left_out}" if node.left_out else what


def _pods(canaries: Sequence[Canary]) -> list[tuple[str, str]]:
    """Return the rows of what Pods are given: by policies, as priority, as a resolver."""
    changed = dict.fromkeys(change for each in canaries for change in each.changed)
    rows = [("policies", change) for change in changed] or [("policies", "change nothing of a Pod")]
    for each in canaries[:1]:
        servers = ", ".join(each.dns.get("resolver", {}).get("nameservers", []))
        found = each.dns.get("resolved", {}).get("addresses")
        name = f"kubernetes.default.svc is {', '.join(found)}" if found else "kubernetes.default.svc is not resolved"
        rows += [
            ("PriorityClass", f"{each.priority.class_name or 'none'}, priority {each.priority.value}"),
            ("DNS", f"{servers or 'no nameserver'}; {name}"),
        ]
    return rows if canaries else []


def _policies(names: list[str] | None) -> str:
    if names is None:
        return "may not be listed"
    return f"{', '.join(names)} in the run's namespace" if names else "none in the run's namespace"


def _feature(feature: Feature) -> str:
    return f"{'yes' if feature.has else 'no, and owed' if feature.owed else 'no'}: {feature.why}"


def _unplayed(outcome: str, cases: Sequence[Unplayed]) -> list[tuple[str, str]]:
    """Return a row for each reason, with the cases that it is one for."""
    by_reason: dict[str, list[str]] = {}
    for case in cases:
        by_reason.setdefault(case.why, []).append(f"{case.requirement} [{case.case}]")
    return [(outcome, f"{', '.join(names)}: {why}") for why, names in by_reason.items()]
