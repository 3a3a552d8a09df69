"""What an examination found of a cluster, for a terminal."""

from __future__ import annotations

from typing import Any

from reports.layout.columns import aligned

Json = dict[str, Any]

AGREE = 1.0  # second: the Date header tells no less


def lines(facts: Json) -> list[str]:
    """Return the table: a line for each thing that was looked at, of what it is and what is known of it."""
    rows = [
        ("API server", f"{facts['server']}, {facts['kubernetes']}, {facts['platform']}"),
        ("clock", _clock(facts["clock"])),
        *(("version skew", line) for line in facts["skew"]),
        ("rights", _rights(facts["rights"])),
        *((f"level {each['level']}", _level(each)) for each in facts["canaries"]),
        *((f"node {name}", _node(node)) for name, node in facts["nodes"].items()),
        *_pods([each for each in facts["canaries"] if each.get("node")]),
        ("NetworkPolicies", _policies(facts["networkPolicies"])),
        *((f"feature {name}", _feature(feature)) for name, feature in sorted(facts["features"].items())),
        *_unplayed("not applicable", facts["notApplicable"]),
        *_unplayed("not run", facts["notRun"]),
        ("not verified on", ", ".join(facts["unverified"])),
    ]
    return aligned([row for row in rows if row[1]])


def _clock(ahead: float | None) -> str:
    if ahead is None:
        return "the API server does not tell its time"
    if abs(ahead) < AGREE:
        return "as this machine's"
    return f"the API server's is {abs(ahead):g} s {'ahead of' if ahead > 0 else 'behind'} this machine's"


def _rights(rights: dict[str, bool]) -> str:
    missing = [right for right, given in rights.items() if not given]
    return f"{len(rights) - len(missing)} of {len(rights)} given" + (f"; not {', '.join(missing)}" if missing else "")


def _level(canary: Json) -> str:
    if canary["refused"]:
        return f"not admitted: {canary['refused']}"
    return f"a Pod ran on {canary['node']}, its output was read after {canary['seconds']:g} s"


def _node(node: Json) -> str:
    what = f"{node['os']}, {node['architecture']}, {node['runtime']}, kubelet {node['kubelet']}, {node['cpus']:g} CPUs"
    return f"{what}; left out: {node['leftOut']}" if node["leftOut"] else what


def _pods(canaries: list[Json]) -> list[tuple[str, str]]:
    """Return the rows of what Pods are given: by policies, as priority, as a resolver."""
    changed = dict.fromkeys(change for each in canaries for change in each["changed"])
    rows = [("policies", change) for change in changed] or [("policies", "change nothing of a Pod")]
    for each in canaries[:1]:
        priority, dns = each["priority"], each["dns"]
        servers = ", ".join(dns.get("resolver", {}).get("nameservers", []))
        found = dns.get("resolved", {}).get("addresses")
        name = f"kubernetes.default.svc is {', '.join(found)}" if found else "kubernetes.default.svc is not resolved"
        rows += [
            ("PriorityClass", f"{priority['class'] or 'none'}, priority {priority['value']}"),
            ("DNS", f"{servers or 'no nameserver'}; {name}"),
        ]
    return rows if canaries else []


def _policies(names: list[str] | None) -> str:
    if names is None:
        return "may not be listed"
    return f"{', '.join(names)} in the run's namespace" if names else "none in the run's namespace"


def _feature(feature: Json) -> str:
    return f"{'yes' if feature['has'] else 'no, and owed' if feature['owed'] else 'no'}: {feature['why']}"


def _unplayed(outcome: str, cases: list[Json]) -> list[tuple[str, str]]:
    """Return a row for each reason, with the cases that it is one for."""
    by_reason: dict[str, list[str]] = {}
    for case in cases:
        by_reason.setdefault(case["why"], []).append(f"{case['requirement']} [{case['case']}]")
    return [(outcome, f"{', '.join(names)}: {why}") for why, names in by_reason.items()]
