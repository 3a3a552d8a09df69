"""One certificate per part, from authorities that live as long as the cluster does."""

import base64
from dataclasses import dataclass
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


def issue(folder: Path, node: str, node_addresses: list[str], service_addresses: list[str]) -> Certificates:
    """Write every certificate below ``folder``.

    Args:
        folder: Made if it is missing; only its owner may look into it.
        node: The node's name.
        node_addresses: Where API server and kubelet are reached.
        service_addresses: The ``kubernetes`` Service's, one per family.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    cluster, store = trustme.CA(organization_name="podproof"), trustme.CA(organization_name="podproof etcd")

    def pair(authority: trustme.CA, name: str, *identities: str, user: str = "", group: str | None = None) -> Pair:
        made = in_folder(folder, name)
        # A client needs no address; trustme wants one identity for each certificate.
        leaf = authority.issue_cert(
            *(identities or (f"{name}.podproof.invalid",)), common_name=user or name, organization_name=group
        )
        leaf.cert_chain_pems[0].write_to_path(made.certificate)
        leaf.private_key_pem.write_to_path(made.key)
        made.key.chmod(0o600)
        authority.cert_pem.write_to_path(made.authority)
        return made

    names = ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"]
    local = ["localhost", "127.0.0.1", "::1"]
    return Certificates(
        etcd=pair(store, "etcd", *local),
        api_server=pair(cluster, "kube-apiserver", *names, *local, node, *node_addresses, *service_addresses),
        api_server_to_etcd=pair(store, "kube-apiserver-etcd-client"),
        api_server_to_kubelet=pair(cluster, "kube-apiserver-kubelet-client", group=MASTERS),
        controller_manager=pair(cluster, "kube-controller-manager", user="system:kube-controller-manager"),
        scheduler=pair(cluster, "kube-scheduler", user="system:kube-scheduler"),
        kubelet=pair(cluster, "kubelet", user=f"system:node:{node}", group="system:nodes"),
        kubelet_server=pair(cluster, "kubelet-server", node, *node_addresses),
        kube_proxy=pair(cluster, "kube-proxy", user="system:kube-proxy"),
        coredns=pair(cluster, "coredns", user="coredns"),
        administrator=pair(cluster, "administrator", group=MASTERS),
        service_accounts=pair(cluster, "service-accounts"),
    )


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
