"""Arguments and files of each part. Pure: text in, text out."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from clusters.local import link as addresses
from clusters.local import paths
from clusters.local.axes import Axes
from clusters.local.certificates import Certificates, Pair
from clusters.local.link import Link
from clusters.local.traits import RUNC

DOMAIN = "cluster.local"
API_PORT = 6443
VOLUMES = 16
"""Static PersistentVolumes, so that claims bind without a provisioner."""

KUBELET_SYSCTLS = {
    "vm/overcommit_memory": 1,
    "vm/panic_on_oom": 0,
    "kernel/panic": 10,
    "kernel/panic_on_oops": 1,
    "kernel/keys/root_maxkeys": 1_000_000,
    "kernel/keys/root_maxbytes": 25_000_000,
}
"""What the kubelet sets on its machine (setupKernelTunables); shown these values, it leaves the real ones."""

ON_EVERY_NODE = ("containerd", "proxy", "kubelet", "kube-proxy")
"""The parts that every node has; node 1 has the others, too."""

CONTAINERD_SOCKET = "/run/containerd/containerd.sock"
PROXY_SOCKET = "/run/podproof/cri.sock"


_PLACES = (
    "root = '/var/lib/containerd'",
    "state = '/run/containerd'",
    "[grpc]",
    f"address = '{CONTAINERD_SOCKET}'",
)


def further_folder(number: int) -> str:
    """Return the name of the folder of a node beside node 1, below the cluster's state and its logs."""
    return f"node-{number}"


@dataclass(frozen=True)
class Lie:
    """What is told to the kubelet in containerd's place, by a proxy.

    Attributes:
        name: Of the lie, in ``faults.lies``.
        descriptors: The file of the CRI's.
    """

    name: str
    descriptors: Path


@dataclass(frozen=True)
class Node:
    """What the configuration of one node depends on.

    Attributes:
        name: Of the node.
        folder: Its state folder; node 1's is the cluster's, and holds the others.
        link: Of node 1, to this machine.
        programs: Program name → path.
        plugins: Folder of the CNI plugins.
        pause: Image reference for sandboxes.
        runtimes: Handler and RuntimeClass name → the program that containerd's shim runs as runc.
        restrict_oom_score_adj: Whether this machine cannot lower oom_score_adj (no CAP_SYS_RESOURCE).
        bridge_filter: Whether packets between Pods pass nftables (br_netfilter).
        axes: Which containerd, CNI plugin and the like, with the defaults.
        lie: What the kubelet is told; None for the truth.
        gates: Feature gates of Kubernetes that are set: name → on.
        own_runtime: The handler of Pods that name no RuntimeClass; with ``runc``, it is that of the axes.
        number: Of the node, from 1.
        first: Node 1, for the others.
    """

    name: str
    folder: Path
    link: Link
    programs: Mapping[str, Path]
    plugins: Path
    pause: str
    runtimes: Mapping[str, Path]
    restrict_oom_score_adj: bool
    bridge_filter: bool
    axes: Axes
    lie: Lie | None = None
    gates: Mapping[str, bool] = field(default_factory=dict)
    own_runtime: str = RUNC
    number: int = 1
    first: "Node | None" = None

    @property
    def default_runtime(self) -> str:
        """Return the handler of Pods that name no RuntimeClass."""
        return self.axes.oci if self.own_runtime == RUNC else self.own_runtime

    @property
    def cgroup(self) -> str:
        """Return its cgroup's path, below the root of each hierarchy."""
        return f"{self.first.cgroup}/{self.name}" if self.first else self.name

    @property
    def logs(self) -> Path:
        """Return the folder of its logs; node 1's holds the others'."""
        return self.first.logs / self.folder.name if self.first else self.folder / "logs"

    @property
    def server(self) -> str:
        """Return the URL of the API server, for the node's parts and for this machine."""
        return f"https://{self.link.node}:{API_PORT}"

    @property
    def addresses(self) -> list[str]:
        """Return the node's addresses in the families that the cluster has, IPv4 first."""
        return self.of_its_families(self.of_both_families)

    @property
    def of_both_families(self) -> list[str]:
        """Return the node's addresses, IPv4 first, whichever families Pods and Services have."""
        return addresses.further(self.number) if self.first else [self.link.node, addresses.NODE_IPV6]

    def of_its_families(self, both: Sequence[str]) -> list[str]:
        """Return what the cluster has of a value for IPv4 and one for IPv6."""
        return list({"dual": both, "ipv4": both[:1], "ipv6": both[1:]}[self.axes.families])

    def file(self, name: str) -> Path:
        """Return the path of a configuration file."""
        return self.folder / "configuration" / name

    def volume(self, index: int) -> Path:
        """Return the folder behind a static PersistentVolume."""
        return self.folder / "volumes" / f"{index:02}"


def files(node: Node, certificates: Certificates) -> dict[str, str]:
    """Return the content of every file below ``configuration/``, by its name."""
    clients = {
        "kube-controller-manager": certificates.controller_manager,
        "kube-scheduler": certificates.scheduler,
        "kubelet": certificates.kubelet,
        "kube-proxy": certificates.kube_proxy,
        "coredns": certificates.coredns,
    }
    clients = {name: pair for name, pair in clients.items() if runs(node, name)}
    return {
        **{f"{name}.kubeconfig": kubeconfig(node.server, pair, name) for name, pair in clients.items()},
        "containerd.toml": containerd(node),
        "cni/10-podproof.conflist": network(node),
        "kubelet.json": kubelet(node, certificates.kubelet_server),
        "kube-proxy.json": kube_proxy(node),
        **({"Corefile": corefile(node)} if runs(node, "coredns") else {}),
        "resolv.conf": f"nameserver {(node.first or node).addresses[0]}\n",
        **{sysctl_file(name): f"{value}\n" for name, value in KUBELET_SYSCTLS.items()},
    }


def runs(node: Node, part: str) -> bool:
    """Return whether a node has a part."""
    return node.first is None or part in ON_EVERY_NODE


def arguments(node: Node, certificates: Certificates) -> dict[str, list[str]]:
    """Return the command line of each part that the node has."""
    program = {name: str(path) for name, path in node.programs.items()}
    certificate = certificates
    gates = [f"--feature-gates={name}={str(on).lower()}" for name, on in node.gates.items()]
    pods, services = (",".join(node.of_its_families(each)) for each in (addresses.PODS, addresses.SERVICES))
    commands = {
        "etcd": [
            program["etcd"],
            f"--data-dir={node.folder / 'etcd'}",
            # Nothing outlives the cluster, so nothing is lost with the machine's power.
            "--unsafe-no-fsync",
            # One member needs no second for its election.
            "--heartbeat-interval=50",
            "--election-timeout=500",
            "--listen-client-urls=https://127.0.0.1:2379",
            "--advertise-client-urls=https://127.0.0.1:2379",
            "--listen-peer-urls=http://127.0.0.1:2380",
            "--client-cert-auth",
            f"--cert-file={certificate.etcd.certificate}",
            f"--key-file={certificate.etcd.key}",
            f"--trusted-ca-file={certificate.etcd.authority}",
            "--log-level=warn",
        ],
        "containerd": [program["containerd"], f"--config={node.file('containerd.toml')}"],
        "kube-apiserver": [
            program["kube-apiserver"],
            f"--advertise-address={node.addresses[0]}",
            f"--secure-port={API_PORT}",
            "--etcd-servers=https://127.0.0.1:2379",
            f"--etcd-cafile={certificate.api_server_to_etcd.authority}",
            f"--etcd-certfile={certificate.api_server_to_etcd.certificate}",
            f"--etcd-keyfile={certificate.api_server_to_etcd.key}",
            f"--tls-cert-file={certificate.api_server.certificate}",
            f"--tls-private-key-file={certificate.api_server.key}",
            f"--client-ca-file={certificate.api_server.authority}",
            f"--kubelet-certificate-authority={certificate.kubelet_server.authority}",
            f"--kubelet-client-certificate={certificate.api_server_to_kubelet.certificate}",
            f"--kubelet-client-key={certificate.api_server_to_kubelet.key}",
            # By default, logs and exec look the node's name up in DNS.
            "--kubelet-preferred-address-types=InternalIP",
            f"--service-account-issuer=https://kubernetes.default.svc.{DOMAIN}",
            f"--service-account-signing-key-file={certificate.service_accounts.key}",
            f"--service-account-key-file={certificate.service_accounts.key}",
            f"--service-cluster-ip-range={services}",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--allow-privileged=true",
            *gates,
        ],
        "kube-controller-manager": [
            program["kube-controller-manager"],
            f"--kubeconfig={node.file('kube-controller-manager.kubeconfig')}",
            f"--root-ca-file={certificate.controller_manager.authority}",
            f"--service-account-private-key-file={certificate.service_accounts.key}",
            f"--service-cluster-ip-range={services}",
            f"--cluster-cidr={pods}",
            "--use-service-account-credentials=true",
            # The default of 20 requests a second suits a shared server: the start alone exceeds it for seconds.
            "--kube-api-qps=400",
            "--kube-api-burst=800",
            "--leader-elect=false",
            *gates,
        ],
        "kube-scheduler": [
            program["kube-scheduler"],
            f"--kubeconfig={node.file('kube-scheduler.kubeconfig')}",
            "--leader-elect=false",
            *gates,
        ],
        "kubelet": [
            program["kubelet"],
            f"--config={node.file('kubelet.json')}",
            f"--kubeconfig={node.file('kubelet.kubeconfig')}",
            f"--hostname-override={node.name}",
            f"--node-ip={','.join(node.addresses)}",
        ],
        "kube-proxy": [program["kube-proxy"], f"--config={node.file('kube-proxy.json')}"],
        "coredns": [program["coredns"], f"-conf={node.file('Corefile')}"],
        **({"proxy": _proxy(node.lie)} if node.lie else {}),
    }
    return {part: command for part, command in commands.items() if runs(node, part)}


def _proxy(lie: Lie) -> list[str]:
    module = ["-m", "clusters.local.proxy", lie.name, str(lie.descriptors), CONTAINERD_SOCKET, PROXY_SOCKET]
    return ["env", f"PYTHONPATH={paths.ROOT}", "PYTHONDONTWRITEBYTECODE=1", sys.executable, *module]


def kubeconfig(server: str, pair: Pair, name: str) -> str:
    """Return a kubeconfig with the certificates in it, so that it can be copied."""
    inline = pair.inline()
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": {"server": server, **inline["cluster"]}}],
            "users": [{"name": name, "user": inline["user"]}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "current-context": name,
        },
        sort_keys=False,
    )


def kubelet(node: Node, server: Pair) -> str:
    """Return the kubelet's configuration.

    Everything that the suite judges stays at its default: back-off, sync period, grace.
    """
    return _json(
        {
            "apiVersion": "kubelet.config.k8s.io/v1beta1",
            "kind": "KubeletConfiguration",
            "authentication": {"x509": {"clientCAFile": str(server.authority)}},
            "tlsCertFile": str(server.certificate),
            "tlsPrivateKeyFile": str(server.key),
            "containerRuntimeEndpoint": f"unix://{PROXY_SOCKET if node.lie else CONTAINERD_SOCKET}",
            "clusterDomain": DOMAIN,
            "clusterDNS": node.of_its_families(addresses.DNS_SERVICE),
            "resolvConf": str(node.file("resolv.conf")),
            "cgroupDriver": "cgroupfs",
            "cgroupRoot": f"/{node.cgroup}",
            "enforceNodeAllocatable": [],
            "failCgroupV1": False,
            "failSwapOn": False,
            # The default is a folder outside the state folder, which the kubelet would make.
            "volumePluginDir": "/var/lib/kubelet/volume-plugins",
            # The defaults are shares of the disk: a developer's machine is often nine tenths full.
            "evictionHard": {
                "memory.available": "100Mi",
                "nodefs.available": "1Gi",
                "nodefs.inodesFree": "1%",
                "imagefs.available": "1Gi",
                "imagefs.inodesFree": "1%",
            },
            "imageGCHighThresholdPercent": 100,  # never: the images are all there is
            **({"featureGates": dict(node.gates)} if node.gates else {}),
        }
    )


def kube_proxy(node: Node) -> str:
    """Return kube-proxy's configuration."""
    return _json(
        {
            "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
            "kind": "KubeProxyConfiguration",
            "clientConnection": {"kubeconfig": str(node.file("kube-proxy.kubeconfig"))},
            "hostnameOverride": node.name,
            "mode": node.axes.kube_proxy,
            **({"featureGates": dict(node.gates)} if node.gates else {}),
            "clusterCIDR": ",".join(node.of_its_families(addresses.PODS)),
            # Other values are the whole machine's sysctls.
            "conntrack": {"maxPerCore": 0, "min": 0},
            # A reply from a Pod to its neighbour must pass the node, which translates it back.
            node.axes.kube_proxy: {"masqueradeAll": not node.bridge_filter},
        }
    )


def containerd(node: Node) -> str:
    """Return containerd's configuration: in version 3 of its format, or in version 2, which 1.7 knows."""
    if is_old(node.axes.containerd):
        return _containerd_1(node)
    runtime = "plugins.'io.containerd.cri.v1.runtime'"
    # 2.1 was the first with a list of folders, and without the sync. 2.0 would warn of either, and pass it over.
    listed = [int(each) for each in node.axes.containerd.split(".")] >= [2, 1]
    lines = [
        "version = 3",
        *_PLACES,
        "[plugins.'io.containerd.cri.v1.images']",
        "snapshotter = 'overlayfs'",
        "[plugins.'io.containerd.cri.v1.images'.pinned_images]",
        f"sandbox = '{node.pause}'",
        # As with etcd: nothing outlives the cluster, so nothing is lost with the machine's power.
        *(["[plugins.'io.containerd.metadata.v1.bolt']", "no_sync = true"] if listed else []),
        f"[{runtime}]",
        # By default, 2.4 reads each container's CPU time every second, for a kubelet that asks for it.
        # Ours does not: its gate PodAndContainerStatsFromCRI is off.
        "stats_collect_period = '1m'",
        f"restrict_oom_score_adj = {str(node.restrict_oom_score_adj).lower()}",
        f"[{runtime}.cni]",
        f"bin_dirs = ['{node.plugins}']" if listed else f"bin_dir = '{node.plugins}'",
        f"conf_dir = '{node.file('cni')}'",
        "use_internal_loopback = true",  # a program less for each Pod
        f"[{runtime}.containerd]",
        f"default_runtime_name = '{node.default_runtime}'",
        *_runtimes(node, runtime),
    ]
    return "\n".join(lines) + "\n"


def _containerd_1(node: Node) -> str:
    cri = "plugins.'io.containerd.grpc.v1.cri'"
    lines = [
        "version = 2",
        *_PLACES,
        f"[{cri}]",
        f"sandbox_image = '{node.pause}'",
        f"restrict_oom_score_adj = {str(node.restrict_oom_score_adj).lower()}",
        f"[{cri}.cni]",
        f"bin_dir = '{node.plugins}'",
        f"conf_dir = '{node.file('cni')}'",
        f"[{cri}.containerd]",
        "snapshotter = 'overlayfs'",
        f"default_runtime_name = '{node.default_runtime}'",
        *_runtimes(node, cri),
    ]
    return "\n".join(lines) + "\n"


def _runtimes(node: Node, plugin: str) -> Iterator[str]:
    for handler, program in node.runtimes.items():
        yield f"[{plugin}.containerd.runtimes.{handler}]"
        yield "runtime_type = 'io.containerd.runc.v2'"
        yield f"[{plugin}.containerd.runtimes.{handler}.options]"
        yield f"BinaryName = '{program}'"


def is_old(containerd: str) -> bool:
    """Return whether a minor of containerd knows version 2 of its configuration's format, and not version 3."""
    return containerd.startswith("1.")


def image_store(root: Path, state: Path, address: str, containerd: str) -> str:
    """Return the configuration of a containerd of that minor which only fills its stores."""
    disabled = ["io.containerd.grpc.v1.cri"]
    if not is_old(containerd):
        disabled += ["io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime"]
    disabled += ["io.containerd.nri.v1.nri"]
    places = f"root = '{root}'\nstate = '{state}'\n"
    version = 2 if is_old(containerd) else 3
    return f"version = {version}\n{places}disabled_plugins = {disabled}\n[grpc]\naddress = '{address}'\n"


def network(node: Node) -> str:
    """Return the CNI configuration: one bridge, or a pair of ends for each Pod; host ports."""
    ranges = [[{"subnet": subnet}] for subnet in node.of_its_families(addresses.pods(node.number))]
    connect = {
        "type": node.axes.cni,
        **({"bridge": "cni0", "isGateway": True, "hairpinMode": True} if node.axes.cni == "bridge" else {}),
        "ipam": {
            "type": "host-local",
            "dataDir": str(node.folder / "addresses"),
            "ranges": ranges,
            "routes": [{"dst": to} for to in node.of_its_families(("0.0.0.0/0", "::/0"))],
        },
    }
    ports = {"type": "portmap", "capabilities": {"portMappings": True}, "backend": "nftables"}
    return _json({"cniVersion": "1.0.0", "name": "podproof", "plugins": [connect, ports]})


def corefile(node: Node) -> str:
    """Return CoreDNS's configuration, as kubeadm writes it but without forwarding: there is nothing to forward to."""
    return f"""\
.:53 {{
    bind {" ".join(node.addresses)}
    errors
    kubernetes {DOMAIN} in-addr.arpa ip6.arpa {{
        kubeconfig {node.file("coredns.kubeconfig")}
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 30
    }}
    cache 30 {{
        disable success {DOMAIN}
        disable denial {DOMAIN}
    }}
    loadbalance
}}
"""


def sysctl_file(name: str) -> str:
    """Return the name of the file that stands in for a sysctl's before the kubelet."""
    return f"sysctl/{name.replace('/', '.')}"


def rules(node: Node) -> str:
    """Return nft rules: only this machine's packets pass node 1's link to it, and no IPv6."""
    if node.first:
        return ""
    return f"""\
table inet podproof {{
    chain arriving {{
        type filter hook prerouting priority raw; policy accept;
        iifname "eth0" ip saddr != {node.link.host} drop
        iifname "eth0" meta nfproto ipv6 drop
    }}
    chain leaving {{
        type filter hook postrouting priority srcnat + 10; policy accept;
        oifname "eth0" ip daddr != {node.link.host} drop
        oifname "eth0" meta nfproto ipv6 drop
    }}
}}
"""


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=2) + "\n"
