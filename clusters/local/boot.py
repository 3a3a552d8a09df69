"""Boot a cluster, up to an API that answers: the state folder, the parts, and what a user would wait for."""

import ctypes
import json
import os
import socket
import struct
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import faults
from clusters.local import build, cables, cargo, cgroups, configuration, images, objects, paths, toolchain
from clusters.local import certificates as certificates_
from clusters.local import link as addresses
from clusters.local.axes import Axes
from clusters.local.certificates import Certificates
from clusters.local.client import Check, Client
from clusters.local.configuration import Lie, Node
from clusters.local.limits import LIMITS
from clusters.local.link import Link
from clusters.local.processes import Supervised
from clusters.local.traits import Traits
from clusters.progress import Report
from machine import folders

CAP_SYS_RESOURCE = 24
CLONE_NEWNET = 0x40000000
A, AAAA = 1, 28  # types of DNS records: an address of IPv4, of IPv6


def programs(minor: str, axes: Axes, report: Report) -> tuple[dict[str, Path], images.Store]:
    """Build what is missing; return the path of every program, and the images."""
    wanted = build.modules(minor, of_containerd=axes.containerd, of_runc=axes.runc)
    crates = [] if axes.oci == "runc" else [axes.oci]
    total = len(wanted) + len(crates) + 1
    found: dict[str, Path] = {}
    for index, module in enumerate(wanted, 1):
        folder = build.ensure(module, f"{index}/{total}", report)
        found |= {path.name: path for path in folder.iterdir()}
    for index, crate in enumerate(crates, len(wanted) + 1):
        found[crate] = cargo.ensure(crate, f"{index}/{total}", report) / crate
    return found, images.ensure(found["containerd"].parent, found["agnhost"], f"{total}/{total}", report)


def lay_out(
    name: str,
    folder: Path,
    link: Link,
    built: dict[str, Path],
    store: images.Store,
    traits: Traits,
    axes: Axes,
    lie: Lie | None = None,
) -> Node:
    """Make the state folder of a new cluster; return its node 1. The axes are full."""
    folder.mkdir(mode=0o700)
    (folder / "runtimes").mkdir()
    further = {each: Path(path) for each, path in traits.runtimes.items()} | {axes.oci: built[axes.oci]}
    node = Node(
        name=f"{cgroups.PREFIX}{name}",
        folder=folder,
        link=link,
        programs=built,
        plugins=built["bridge"].parent,
        pause=store.pause,
        runtimes=install_runtimes(folder / "runtimes", built["runc"]) | further,
        restrict_oom_score_adj=not _has_capability(CAP_SYS_RESOURCE),
        bridge_filter=Path("/proc/sys/net/bridge").exists(),
        axes=axes,
        lie=lie,
        gates=traits.gates,
        own_runtime=traits.nodes[0],
    )
    _make_folders(node)
    for index in range(configuration.VOLUMES):
        node.volume(index).mkdir(parents=True)
        node.volume(index).chmod(0o777)  # whoever the Pod runs as
    return node


def lay_out_further(first: Node, number: int, own_runtime: str) -> Node:
    """Make the state folder of a further node; return the node."""
    name, folder = f"{first.name}-{number}", first.folder / configuration.further_folder(number)
    node = replace(first, name=name, folder=folder, own_runtime=own_runtime, number=number, first=first)
    _make_folders(node)
    return node


def _make_folders(node: Node) -> None:
    for part in ("configuration/cni", "configuration/sysctl", "kubelet", "containerd"):
        (node.folder / part).mkdir(parents=True)
    (node.logs / "pods").mkdir(parents=True)


def issue(node: Node, further: Sequence[Node] = ()) -> list[Certificates]:
    """Write the certificates and the configuration that holds them; return each node's."""
    cluster = certificates_.authority()
    services = list(addresses.API_SERVICE)
    own = list(dict.fromkeys([node.link.node, *node.addresses]))  # this machine always comes by IPv4
    issued = certificates_.issue(node.folder / "certificates", node.name, own, services, cluster)
    joined = [
        certificates_.join(issued, each.folder / "certificates", each.name, each.addresses, cluster) for each in further
    ]
    for each, its in zip((node, *further), (issued, *joined), strict=True):
        for name, content in configuration.files(each, its).items():
            each.file(name).write_text(content)
    kubeconfig = node.folder / "kubeconfig"
    kubeconfig.touch(mode=0o600)
    kubeconfig.write_text(configuration.kubeconfig(node.server, issued.administrator, node.name))
    return [issued, *joined]


def plan(node: Node, issued: Certificates, groups: cgroups.Cgroups) -> dict[str, Any]:
    """Return the supervisor's plan; ``supervisor.py`` reads it."""
    folder, cluster = node.folder, (node.first or node).folder
    shown = {f"/proc/sys/{name}": node.file(configuration.sysctl_file(name)) for name in configuration.KUBELET_SYSCTLS}
    return {
        "hostname": node.name,
        "cgroups": [str(path) for path in groups.folders],
        "cgroup_roots": {name: str(path) for name, path in groups.roots.items()},
        "enter": {name: str(path) for name, path in groups.enter.items()},
        "keep": [str(path) for path in (cluster, folders.cache(), paths.ROOT, Path(sys.base_prefix), Path(sys.prefix))],
        "binds": [
            [str(folder / "kubelet"), "/var/lib/kubelet", False],
            [str(folder / "containerd"), "/var/lib/containerd", False],
            [str(node.logs / "pods"), "/var/log/pods", False],
        ],
        "sysctls": {
            "net/ipv4/ip_forward": "1",
            "net/ipv6/conf/all/disable_ipv6": "0",
            "net/ipv6/conf/default/disable_ipv6": "0",
            "net/ipv6/conf/all/forwarding": "1",
            # Where the nodes end together, nobody acknowledges the last of their connections; meanwhile these keep a
            # network namespace, and its link to this machine, for two minutes.
            "net/ipv4/tcp_orphan_retries": "1",
            "net/bridge/bridge-nf-call-iptables": "1",
            "net/bridge/bridge-nf-call-ip6tables": "1",
        },
        "link": asdict(cables.cable(node)),
        "rules": configuration.rules(node),
        "environment": {
            "PATH": f"{node.programs['containerd'].parent}:{toolchain.search_path()}",
            "HOME": str(folder),
            # Go collects garbage at a fourth of its usual rate: the heaps are small, a run waits for the CPUs.
            "GOGC": "400",
        },
        "logs": str(node.logs),
        "parts": {
            name: {
                "command": command,
                "shown": {target: str(path) for target, path in shown.items() if name == "kubelet"},
            }
            for name, command in configuration.arguments(node, issued).items()
        },
    }


def join(node: Node, supervised: Supervised, issued: Certificates) -> Supervised:
    """Make the namespaces of a further node, in those of node 1; return its supervisor.

    The caller holds the machine's lock.
    """
    write_plan(node.folder, plan(node, issued, cgroups.make(node.cgroup)))
    return supervised.join(node.folder, node.logs)


def run(
    node: Node,
    supervised: Supervised,
    issued: Certificates,
    store: images.Store,
    further: Sequence[tuple[Node, Supervised]] = (),
) -> None:
    """Start the parts in the order of their needs; return when a Pod could be created on each node.

    Args:
        node: Node 1.
        supervised: Its supervisor.
        issued: Its certificates.
        store: The images, which the other nodes get while node 1 starts.
        further: The other nodes, and their supervisors.

    Raises:
        ClusterError: A part failed, or the time is up.
    """
    supervised.start("etcd", "containerd", "kube-apiserver")
    for its, each in further:
        images.populate(store, its.folder / "containerd")
        each.start("containerd")
    supervised.wait("kube-apiserver")
    nodes = [(node, supervised), *further]
    for its, each in nodes:
        each.wait("containerd")
        if its.lie:
            each.start("proxy")
            each.wait("proxy")
        each.start("kubelet")
    client = Client(node.server, issued.administrator, supervised.check)
    supervised.detail = lambda: client.last
    supervised.waiting_for = "the API server's own objects"
    client.wait_until_ready()
    # Too early, the API server refuses these parts, and they back off for longer than it needs.
    supervised.start("kube-controller-manager", "kube-scheduler")
    for _, each in nodes:
        each.start("kube-proxy")
    supervised.waiting_for = "the API server to take objects"
    for index, (path, content) in enumerate(objects.objects(node)):
        client.create(path, content)
        if index == objects.DNS_PERMISSIONS:
            supervised.start("coredns")
    for its, _ in nodes:
        supervised.waiting_for = f"the node {its.name} to be Ready"
        client.wait("/api/v1/nodes", f"metadata.name={its.name}", _ready)
    supervised.waiting_for = "the ServiceAccount default in the namespace default"
    client.wait("/api/v1/namespaces/default/serviceaccounts", "metadata.name=default", lambda _: True)
    server = node.of_its_families(addresses.DNS_SERVICE)[0]
    for its, each in nodes:
        supervised.waiting_for = f"DNS to answer at its Service's address on {its.name}"
        _resolve(f"kubernetes.default.svc.{configuration.DOMAIN}", server, each.pid(), supervised.check)


def _ready(node: dict[str, Any]) -> bool:
    conditions = node.get("status", {}).get("conditions", [])
    tainted = node.get("spec", {}).get("taints", [])
    return not tainted and any(item["type"] == "Ready" and item["status"] == "True" for item in conditions)


def _resolve(name: str, server: str, pid: int, check: Check) -> None:
    """Ask the cluster's DNS from within the network namespace of a process until it knows the name."""
    family, kind = (socket.AF_INET6, AAAA) if ":" in server else (socket.AF_INET, A)
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    query = struct.pack(">6H", 1, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">2H", kind, 1)
    with _socket_inside(pid, family) as asking:
        asking.settimeout(LIMITS.again)
        while True:
            check()
            try:
                asking.sendto(query, (server, 53))
                answer = asking.recv(512)
            except OSError:  # nothing yet: a time-out, or the node rejects it
                continue
            _, flags, _, answers = struct.unpack(">4H", answer[:8])
            if flags & 0xF == 0 and answers:
                return


def _socket_inside(pid: int, family: socket.AddressFamily) -> socket.socket:
    """Return a UDP socket in the network namespace of a process; a socket stays where it was made."""
    made: list[socket.socket] = []

    def make() -> None:  # in a thread of its own: the change of namespace ends with the thread
        with Path(f"/proc/{pid}/ns/net").open() as namespace:
            if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
        made.append(socket.socket(family, socket.SOCK_DGRAM))

    maker = threading.Thread(target=make)
    maker.start()
    maker.join()
    return made[0]


def install_runtimes(folder: Path, runc: Path) -> dict[str, Path]:
    """Install runc, and the faulty runtimes beside a link to it; return each by the name of its handler."""
    (folder / "runc").symlink_to(runc)
    runtimes = {"runc": runc}
    for fault in faults.RUNTIMES:
        installed = folder / fault.name
        # -I -S: it starts in a third of the time, and no environment variable changes it.
        installed.write_text(f"#!{os.path.realpath(sys.executable)} -IS\n{fault.program.read_text()}")
        installed.chmod(0o755)
        runtimes[fault.name] = installed
    return runtimes


def _has_capability(number: int) -> bool:
    status = Path("/proc/self/status").read_text().splitlines()
    effective = next(line.split()[1] for line in status if line.startswith("CapEff:"))
    return bool(int(effective, 16) >> number & 1)


def write_plan(folder: Path, content: dict[str, Any]) -> None:
    """Write the plan to the supervisor's file."""
    (folder / "plan.json").write_text(json.dumps(content, indent=2) + "\n")
