"""The table of an examination: a line for each thing that was looked at."""

import re
from typing import Any

import pytest

from reports.models.examination import Examination
from reports.run import doctor

Json = dict[str, Any]

NODE = {
    "os": "Debian GNU/Linux 12 (bookworm)",
    "architecture": "amd64",
    "runtime": "containerd://2.4.2",
    "kubelet": "v1.37.2",
    "cpus": 2.0,
    "leftOut": "",
}
CANARY = {
    "level": "restricted",
    "refused": "",
    "node": "one",
    "seconds": 1.25,
    "changed": [],
    "priority": {"class": None, "value": 0},
    "dns": {"resolver": {"nameservers": ["10.96.0.10"]}, "resolved": {"addresses": ["10.96.0.1"]}},
}
FACTS = {
    "server": "https://api:6443",
    "kubernetes": "v1.37.2",
    "platform": "linux/amd64",
    "clock": 0.0,
    "skew": [],
    "rights": {"create pods": True, "watch events": True},
    "nodes": {"one": NODE},
    "networkPolicies": [],
    "features": {"EnvFiles": {"has": True, "owed": False, "why": "kept"}},
    "canaries": [CANARY],
    "notApplicable": [],
    "notRun": [],
    "unverified": [],
}


def table(**changes: Any) -> str:
    """Return the table of these facts, changed, with single spaces."""
    return "\n".join(re.sub(r" {2,}", "  ", line) for line in doctor.lines(Examination.of(FACTS | changes)))


def test_a_healthy_cluster_is_told_thing_by_thing() -> None:
    assert table().splitlines() == [
        "API server  https://api:6443, v1.37.2, linux/amd64",
        "clock  as this machine's",
        "rights  2 of 2 given",
        "level restricted  a Pod ran on one, its output was read after 1.25 s",
        "node one  Debian GNU/Linux 12 (bookworm), amd64, containerd://2.4.2, kubelet v1.37.2, 2 CPUs",
        "policies  change nothing of a Pod",
        "PriorityClass  none, priority 0",
        "DNS  10.96.0.10; kubernetes.default.svc is 10.96.0.1",
        "NetworkPolicies  none in the run's namespace",
        "feature EnvFiles  yes: kept",
    ]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"clock": 59.5}, "clock  the API server's is 59.5 s ahead of this machine's"),
        ({"clock": -60.0}, "clock  the API server's is 60 s behind this machine's"),
        ({"clock": None}, "clock  the API server does not tell its time"),
        ({"skew": ["too old"]}, "version skew  too old"),
        ({"rights": {"create pods": True, "watch events": False}}, "rights  1 of 2 given; not watch events"),
        ({"nodes": {"two": NODE | {"leftOut": "taint a:NoSchedule"}}}, "2 CPUs; left out: taint a:NoSchedule"),
        ({"canaries": [{"level": "privileged", "refused": "policy"}]}, "level privileged  not admitted: policy"),
        ({"canaries": [CANARY | {"changed": ["spec.x: added 1"]}]}, "policies  spec.x: added 1"),
        ({"canaries": [CANARY | {"priority": {"class": "low", "value": -5}}]}, "PriorityClass  low, priority -5"),
        ({"canaries": [CANARY | {"dns": {}}]}, "DNS  no nameserver; kubernetes.default.svc is not resolved"),
        ({"networkPolicies": ["deny"]}, "NetworkPolicies  deny in the run's namespace"),
        ({"unverified": ["arm64", "cri-o"]}, "not verified on  arm64, cri-o"),
        ({"networkPolicies": None}, "NetworkPolicies  may not be listed"),
        ({"features": {"A": {"has": False, "owed": True, "why": "dropped"}}}, "feature A  no, and owed: dropped"),
        ({"features": {"A": {"has": False, "owed": False, "why": "gated"}}}, "feature A  no: gated"),
        (
            {"notApplicable": [{"requirement": "A", "case": case, "why": "it is early"} for case in ("one", "two")]},
            "not applicable  A [one], A [two]: it is early",
        ),
    ],
)
def test_what_is_otherwise_is_told_in_its_line(changes: Json, line: str) -> None:
    assert line in table(**changes)
