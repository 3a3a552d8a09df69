"""One certificate per part, from authorities that live as long as the cluster does."""

import base64
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import trustme

MASTERS = "system:masters"


@dataclass(frozen=True)
class Pair:
    """Files of one part: its certificate, its key, and the authority that its peers are checked against."""

    certificate: Path
    key: Path
    authority: Path

    def inline(self) -> dict[str, dict[str, str]]:
        """Return the ``cluster`` and the ``user`` part of a kubeconfig with these files in it."""
        return {
            "cluster": {"certificate-authority-data": _base64(self.authority)},
            "user": {"client-certificate-data": _base64(self.certificate), "client-key-data": _base64(self.key)},
        }


@dataclass(frozen=True)
class Certificates:
    """The certificates of all parts, by part; ``x_to_y`` is x as a client of y."""

    etcd: Pair
    api_server: Pair
    api_server_to_etcd: Pair
    api_server_to_kubelet: Pair
    controller_manager: Pair
    scheduler: Pair
    kubelet: Pair
    kubelet_server: Pair
    kube_proxy: Pair
    coredns: Pair
    administrator: Pair
    service_accounts: Pair


def in_folder(folder: Path, name: str) -> Pair:
    """Return the paths of a part's files."""
    return Pair(folder / f"{name}.crt", folder / f"{name}.key", folder / f"{name}-ca.crt")


def authority(name: str = "podproof") -> trustme.CA:
    """Return a new authority; its key is in this process alone."""
    return trustme.CA(organization_name=name)


def issue(
    folder: Path,
    node: str,
    node_addresses: list[str],
    service_addresses: list[str],
    cluster: trustme.CA | None = None,
) -> Certificates:
    """Write every certificate of a cluster of one node below ``folder``.

    Args:
        folder: Made if it is missing; only its owner may look into it.
        node: The node's name.
        node_addresses: Where API server and kubelet are reached.
        service_addresses: The ``kubernetes`` Service's, one per family.
        cluster: The authority of all but etcd; None for a new one.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    cluster, store = cluster or authority(), authority("podproof etcd")
    pair = partial(_pair, folder)
    names = ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"]
    local = ["localhost", "127.0.0.1", "::1"]
    return Certificates(
        etcd=pair(store, "etcd", *local),
        api_server=pair(cluster, "kube-apiserver", *names, *local, node, *node_addresses, *service_addresses),
        api_server_to_etcd=pair(store, "kube-apiserver-etcd-client"),
        api_server_to_kubelet=pair(cluster, "kube-apiserver-kubelet-client", group=MASTERS),
        controller_manager=pair(cluster, "kube-controller-manager", user="system:kube-controller-manager"),
        scheduler=pair(cluster, "kube-scheduler", user="system:kube-scheduler"),
        **_of_node(folder, node, node_addresses, cluster),
        coredns=pair(cluster, "coredns", user="coredns"),
        administrator=pair(cluster, "administrator", group=MASTERS),
        service_accounts=pair(cluster, "service-accounts"),
    )


def join(issued: Certificates, folder: Path, node: str, node_addresses: list[str], cluster: trustme.CA) -> Certificates:
    """Write the certificates of a further node's own parts below ``folder``; return them beside all others."""
    folder.mkdir(mode=0o700, exist_ok=True)
    return replace(issued, **_of_node(folder, node, node_addresses, cluster))


def _of_node(folder: Path, node: str, node_addresses: list[str], cluster: trustme.CA) -> dict[str, Pair]:
    return {
        "kubelet": _pair(folder, cluster, "kubelet", user=f"system:node:{node}", group="system:nodes"),
        "kubelet_server": _pair(folder, cluster, "kubelet-server", node, *node_addresses),
        "kube_proxy": _pair(folder, cluster, "kube-proxy", user="system:kube-proxy"),
    }


def _pair(
    folder: Path, signer: trustme.CA, name: str, *identities: str, user: str = "", group: str | None = None
) -> Pair:
    made = in_folder(folder, name)
    # A client needs no address; trustme wants one identity for each certificate.
    leaf = signer.issue_cert(
        *(identities or (f"{name}.podproof.invalid",)), common_name=user or name, organization_name=group
    )
    leaf.cert_chain_pems[0].write_to_path(made.certificate)
    leaf.private_key_pem.write_to_path(made.key)
    made.key.chmod(0o600)
    signer.cert_pem.write_to_path(made.authority)
    return made


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
