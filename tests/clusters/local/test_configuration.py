"""The arguments and files of the local cluster's parts."""

import ipaddress
import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml
from cryptography import x509

from clusters import ClusterError
from clusters.local import boot, cables, certificates, configuration, link, objects, support
from clusters.local.axes import Axes
from clusters.local.link import Link

JUDGED = {
    "syncFrequency",
    "crashLoopBackOff",
    "nodeStatusUpdateFrequency",
    "nodeLeaseDurationSeconds",
    "shutdownGracePeriod",
    "seccompDefault",
    "singleProcessOOMKill",
    "evictionPressureTransitionPeriod",
    "configMapAndSecretChangeDetectionStrategy",
    "featureGates",
    "podPidsLimit",
    "maxPods",
    "memorySwap",
}
"""Settings of the kubelet that change what a Pod lives through."""


@pytest.fixture
def node(tmp_path: Path) -> configuration.Node:
    names = ["etcd", "containerd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet"]
    return configuration.Node(
        name="podproof-x",
        folder=tmp_path,
        link=Link(5),
        programs={name: Path("/programs", name) for name in [*names, "kube-proxy", "coredns"]},
        plugins=Path("/plugins"),
        pause="localhost/pause:1",
        runtimes={"runc": Path("/programs/runc"), "own-ipc": Path("/runtimes/own-ipc")},
        restrict_oom_score_adj=True,
        bridge_filter=False,
        axes=support.full(Axes(), "1.37"),
    )


@pytest.fixture
def authority() -> trustme.CA:
    return certificates.authority()


@pytest.fixture
def issued(node: configuration.Node, authority: trustme.CA) -> certificates.Certificates:
    addresses = list(link.API_SERVICE)
    return certificates.issue(node.folder / "certificates", node.name, node.addresses, addresses, authority)


@pytest.fixture
def second(node: configuration.Node) -> configuration.Node:
    return boot.lay_out_further(node, 2, "runc")


@pytest.fixture
def joined(
    second: configuration.Node, issued: certificates.Certificates, authority: trustme.CA
) -> certificates.Certificates:
    return certificates.join(issued, second.folder / "certificates", second.name, second.addresses, authority)


def test_every_part_of_kubernetes_gets_the_feature_gates(
    node: configuration.Node, issued: certificates.Certificates
) -> None:
    gated = replace(node, gates={"ContainerStopSignals": True, "X": False})
    commands = configuration.arguments(gated, issued)
    for part in ("kube-apiserver", "kube-controller-manager", "kube-scheduler"):
        assert commands[part][-2:] == ["--feature-gates=ContainerStopSignals=true", "--feature-gates=X=false"]
    for content in (configuration.kubelet(gated, issued.kubelet_server), configuration.kube_proxy(gated)):
        assert json.loads(content)["featureGates"] == {"ContainerStopSignals": True, "X": False}
    assert not any(
        "feature-gates" in each for command in configuration.arguments(node, issued).values() for each in command
    )


def test_containerd_gets_every_runtime(node: configuration.Node) -> None:
    content = tomllib.loads(configuration.containerd(node))
    runtime = content["plugins"]["io.containerd.cri.v1.runtime"]
    programs = {name: entry["options"]["BinaryName"] for name, entry in runtime["containerd"]["runtimes"].items()}
    assert programs == {"runc": "/programs/runc", "own-ipc": "/runtimes/own-ipc"}
    assert runtime["restrict_oom_score_adj"] is True
    assert content["plugins"]["io.containerd.cri.v1.images"]["pinned_images"]["sandbox"] == "localhost/pause:1"
    classes = [item for _, item in objects.objects(node) if item["kind"] == "RuntimeClass"]
    assert {item["metadata"]["name"]: item["handler"] for item in classes} == {"runc": "runc", "own-ipc": "own-ipc"}


def test_the_image_store_serves_no_pods() -> None:
    for minor, version in (("2.4", 3), ("1.7", 2)):
        content = tomllib.loads(configuration.image_store(Path("/root"), Path("/state"), "/state/socket", minor))
        assert "io.containerd.grpc.v1.cri" in content["disabled_plugins"]
        assert content["grpc"]["address"] == "/state/socket"
        assert content["version"] == version


def test_containerd_gets_what_its_version_knows(node: configuration.Node) -> None:
    def written(**axes: str) -> Any:
        return tomllib.loads(configuration.containerd(replace(node, axes=replace(node.axes, **axes))))

    newest, older, old = written(containerd="2.10"), written(containerd="2.0"), written(containerd="1.7")
    assert newest["plugins"]["io.containerd.cri.v1.runtime"]["cni"]["bin_dirs"] == ["/plugins"]
    assert newest["plugins"]["io.containerd.metadata.v1.bolt"] == {"no_sync": True}
    assert older["plugins"]["io.containerd.cri.v1.runtime"]["cni"]["bin_dir"] == "/plugins"
    assert "io.containerd.metadata.v1.bolt" not in older["plugins"]
    assert (newest["version"], older["version"], old["version"]) == (3, 3, 2)
    cri = old["plugins"]["io.containerd.grpc.v1.cri"]
    assert list(old["plugins"]) == ["io.containerd.grpc.v1.cri"]
    assert (cri["sandbox_image"], cri["restrict_oom_score_adj"]) == ("localhost/pause:1", True)
    assert cri["cni"]["bin_dir"] == "/plugins"
    programs = {name: entry["options"]["BinaryName"] for name, entry in cri["containerd"]["runtimes"].items()}
    assert programs == {"runc": "/programs/runc", "own-ipc": "/runtimes/own-ipc"}
    assert cri["containerd"]["default_runtime_name"] == "runc"
    for content in (written(oci="youki"), written(oci="youki", containerd="1.7")):
        assert {each.get("containerd", {}).get("default_runtime_name") for each in content["plugins"].values()} >= {
            "youki"
        }


def test_pods_are_connected_by_the_plugin_that_was_chosen(node: configuration.Node) -> None:
    def connected(cni: str) -> Any:
        return json.loads(configuration.network(replace(node, axes=replace(node.axes, cni=cni))))["plugins"][0]

    assert (connected("bridge")["type"], connected("bridge")["bridge"]) == ("bridge", "cni0")
    assert connected("ptp")["type"] == "ptp"
    assert "bridge" not in connected("ptp")


def test_kube_proxy_has_the_mode_that_was_chosen(node: configuration.Node) -> None:
    content = json.loads(configuration.kube_proxy(replace(node, axes=replace(node.axes, kube_proxy="iptables"))))
    assert (content["mode"], content["iptables"]) == ("iptables", {"masqueradeAll": True})
    assert "nftables" not in content


@pytest.mark.parametrize(
    ("families", "has", "lacks"), [("ipv4", ["198.1"], ["fd70:"]), ("ipv6", ["fd70:"], ["198.18.64", "198.19"])]
)
def test_a_cluster_of_one_family_has_no_address_of_the_other(
    node: configuration.Node, issued: certificates.Certificates, families: str, has: list[str], lacks: list[str]
) -> None:
    single = replace(node, axes=replace(node.axes, families=families))
    written = configuration.files(single, issued) | {"objects": json.dumps(objects.objects(single))}
    arguments = configuration.arguments(single, issued)
    texts = [written[name] for name in ("cni/10-podproof.conflist", "kube-proxy.json", "objects")]
    texts += [str(json.loads(written["kubelet.json"])["clusterDNS"]), " ".join(arguments["kubelet"])]
    texts += [" ".join(arguments[part][1:]) for part in ("kube-apiserver", "kube-controller-manager")]
    for text in texts:
        assert any(each in text for each in has)
        assert not any(each in text for each in lacks)
    services = [item["spec"] for _, item in objects.objects(single) if item["kind"] == "Service"]
    assert [each["ipFamilies"] for each in services] == [["IPv4" if families == "ipv4" else "IPv6"]]
    assert written["resolv.conf"] == f"nameserver {single.addresses[0]}\n"


def test_the_kubelet_keeps_its_defaults_in_what_is_judged(
    node: configuration.Node, issued: certificates.Certificates
) -> None:
    content = json.loads(configuration.kubelet(node, issued.kubelet_server))
    assert not JUDGED & set(content)
    assert content["cgroupRoot"] == "/podproof-x"
    assert content["resolvConf"].startswith(str(node.folder))
    assert not any(
        argument.startswith("--feature-gates") for argument in configuration.arguments(node, issued)["kubelet"]
    )


def test_access_is_by_certificate_and_decided_by_rbac(
    node: configuration.Node, issued: certificates.Certificates
) -> None:
    arguments = configuration.arguments(node, issued)["kube-apiserver"]
    assert "--authorization-mode=Node,RBAC" in arguments
    assert not any("token-auth-file" in argument for argument in arguments)


def test_every_file_that_a_part_is_pointed_to_is_written(
    node: configuration.Node, issued: certificates.Certificates
) -> None:
    (node.folder / "configuration/cni").mkdir(parents=True)
    (node.folder / "configuration/sysctl").mkdir()
    for name, content in configuration.files(node, issued).items():
        node.file(name).write_text(content)
    etcd = str(node.folder / "etcd")
    for command in configuration.arguments(node, issued).values():
        for argument in command[1:]:
            value = argument.partition("=")[2]
            assert not value.startswith(str(node.folder)) or value == etcd or Path(value).is_file(), argument


def test_a_kubeconfig_holds_all_that_it_needs(node: configuration.Node, issued: certificates.Certificates) -> None:
    content = yaml.safe_load(configuration.kubeconfig(node.server, issued.administrator, node.name))
    assert content["current-context"] == "podproof-x"
    assert content["clusters"][0]["cluster"]["server"] == "https://198.18.0.22:6443"
    assert all(key.endswith("-data") for key in content["users"][0]["user"])


def test_each_part_has_a_certificate_of_its_own_and_only_the_owner_reads_keys(
    node: configuration.Node, issued: certificates.Certificates
) -> None:
    pairs = list(vars(issued).values())
    assert len({pair.key.read_bytes() for pair in pairs}) == len(pairs)
    assert all(pair.key.stat().st_mode & 0o077 == 0 for pair in pairs)
    assert issued.etcd.authority.read_bytes() != issued.api_server.authority.read_bytes()
    assert (node.folder / "certificates").stat().st_mode & 0o077 == 0


def test_packets_of_a_service_come_back_through_the_node(node: configuration.Node) -> None:
    assert json.loads(configuration.kube_proxy(node))["nftables"] == {"masqueradeAll": True}


def test_only_this_machine_passes_the_link(node: configuration.Node) -> None:
    rules = configuration.rules(node)
    assert 'iifname "eth0" ip saddr != 198.18.0.21 drop' in rules
    assert 'iifname "eth0" meta nfproto ipv6 drop' in rules


def test_objects_go_where_their_kind_belongs(node: configuration.Node) -> None:
    made: list[tuple[str, dict[str, Any]]] = objects.objects(node)
    assert [item["kind"] for _, item in made[: objects.DNS_PERMISSIONS + 1]] == ["ClusterRole", "ClusterRoleBinding"]
    for path, item in made:
        group, _, version = item["apiVersion"].rpartition("/")
        assert path.startswith(f"/apis/{group}/{version}/" if group else f"/api/{version}/")
        assert item["kind"].lower().removesuffix("s") in path
    volumes = [item for _, item in made if item["kind"] == "PersistentVolume"]
    assert len(volumes) == configuration.VOLUMES
    assert {item["spec"]["storageClassName"] for item in volumes} == {"podproof-static"}


def test_links_do_not_overlap_anything() -> None:
    used = [ipaddress.IPv4Network("198.18.0.0/29"), ipaddress.IPv4Network("10.0.0.0/8")]
    assert link.first_free([], set()) == Link(0)
    assert link.first_free(used, set()) == Link(2)
    assert link.first_free(used, {"podproof2", "eth0"}) == Link(3)
    with pytest.raises(ClusterError, match=r"no free /30 network"):
        link.first_free([ipaddress.IPv4Network("198.0.0.0/8")], set())


def test_a_further_node_runs_its_own_parts_alone_and_asks_node_1(
    second: configuration.Node, joined: certificates.Certificates
) -> None:
    assert set(configuration.arguments(second, joined)) == {"containerd", "kubelet", "kube-proxy"}
    files = configuration.files(second, joined)
    assert {name for name in files if name.endswith(".kubeconfig")} == {"kubelet.kubeconfig", "kube-proxy.kubeconfig"}
    assert "Corefile" not in files
    assert files["resolv.conf"] == "nameserver 198.18.0.22\n"
    server = yaml.safe_load(files["kubelet.kubeconfig"])["clusters"][0]["cluster"]["server"]
    assert server == "https://198.18.0.22:6443"
    assert "--node-ip=198.18.128.2,fd70:6f64:7072::1:2" in configuration.arguments(second, joined)["kubelet"]


def test_a_further_node_keeps_to_its_own_places(node: configuration.Node, second: configuration.Node) -> None:
    assert (second.name, second.cgroup) == ("podproof-x-2", "podproof-x/podproof-x-2")
    assert second.logs == node.logs / "node-2"
    content = json.loads(configuration.network(second))["plugins"][0]["ipam"]
    assert content["dataDir"] == str(node.folder / "node-2" / "addresses")
    assert content["ranges"] == [[{"subnet": "198.18.68.0/22"}], [{"subnet": "fd70:6f64:7072:4000:1::/80"}]]
    assert json.loads(configuration.network(node))["plugins"][0]["ipam"]["ranges"][0] == [{"subnet": "198.18.64.0/22"}]


def test_each_kubelet_has_a_certificate_of_its_own_of_one_authority(
    node: configuration.Node,
    issued: certificates.Certificates,
    second: configuration.Node,
    joined: certificates.Certificates,
) -> None:
    own = {"kubelet", "kubelet_server", "kube_proxy"}
    assert {name for name in vars(issued) if getattr(issued, name) != getattr(joined, name)} == own
    for name in own:
        ours, theirs = getattr(issued, name), getattr(joined, name)
        assert ours.key.read_bytes() != theirs.key.read_bytes()
        assert ours.authority.read_bytes() == theirs.authority.read_bytes()
        assert theirs.key.is_relative_to(second.folder)
    users = [_user(pair.kubelet) for pair in (issued, joined)]
    assert users == [f"system:node:{each.name}" for each in (node, second)]


def test_a_nodes_default_runtime_is_what_was_asked_for(node: configuration.Node, second: configuration.Node) -> None:
    for each, runtime in ((node, "runc"), (replace(second, own_runtime="own-ipc"), "own-ipc")):
        content = tomllib.loads(configuration.containerd(each))["plugins"]["io.containerd.cri.v1.runtime"]
        assert content["containerd"]["default_runtime_name"] == runtime


def test_the_cable_of_node_1_leads_to_this_machine_and_that_of_another_to_node_1(
    node: configuration.Node, second: configuration.Node
) -> None:
    first, other = cables.cable(node), cables.cable(second)
    assert (first.interface, other.interface) == ("podproof5", "node2")
    assert "address add 198.18.0.22/30 dev eth0" in first.inside
    assert first.outside == ["address add 198.18.0.21/30 dev podproof5", "link set podproof5 up"]
    assert "address add 198.18.128.2 peer 198.18.0.22/32 dev eth0" in other.inside
    assert "route add 198.18.64.0/18 via 198.18.0.22 dev eth0 onlink" in other.inside
    assert "address add 198.18.0.22 peer 198.18.128.2/32 dev node2" in other.outside
    assert "route add fd70:6f64:7072:4000:1::/80 via fd70:6f64:7072::1:2 dev node2 onlink" in other.outside


def test_only_node_1_has_a_link_that_others_must_not_pass(second: configuration.Node) -> None:
    assert configuration.rules(second) == ""


def _user(pair: certificates.Pair) -> str:
    shown = x509.load_pem_x509_certificate(pair.certificate.read_bytes())
    return str(shown.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)


def test_both_ends_of_a_link() -> None:
    assert (Link(0).host, Link(0).node) == ("198.18.0.1", "198.18.0.2")
    last = Link(4095)
    assert last.node == "198.18.63.254"
    assert len(last.interface) <= 15
