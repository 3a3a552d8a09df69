"""The Kubernetes objects of a new cluster, beside those of its own parts."""

from typing import Any

from clusters.local import link as addresses
from clusters.local.configuration import VOLUMES, Node

Object = dict[str, Any]

DNS_PERMISSIONS = 1
"""The index, in ``objects``, of the last one that CoreDNS must find when it starts."""

STORAGE_CLASS = "podproof-static"
_RBAC = "rbac.authorization.k8s.io"


def objects(node: Node) -> list[tuple[str, Object]]:
    """Return the objects, each after the path of its collection."""
    return [*_dns(node), *_runtime_classes(node), *_volumes(node)]


def _dns(node: Node) -> list[tuple[str, Object]]:
    ports = [{"name": "dns", "port": 53, "protocol": "UDP"}, {"name": "dns-tcp", "port": 53, "protocol": "TCP"}]
    rule = {"apiGroups": ["", "discovery.k8s.io"], "resources": ["services", "namespaces", "pods", "endpointslices"]}
    role: Object = {
        "apiVersion": f"{_RBAC}/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "system:coredns"},
        "rules": [{**rule, "verbs": ["list", "watch"]}],
    }
    binding: Object = {
        "apiVersion": f"{_RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "system:coredns"},
        "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": "system:coredns"},
        "subjects": [{"apiGroup": _RBAC, "kind": "User", "name": "coredns"}],
    }
    labels = {"k8s-app": "kube-dns", "kubernetes.io/name": "CoreDNS"}
    families = node.of_its_families(("IPv4", "IPv6"))
    service: Object = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "kube-dns", "namespace": "kube-system", "labels": labels},
        "spec": {
            "clusterIP": node.of_its_families(addresses.DNS_SERVICE)[0],
            "clusterIPs": node.of_its_families(addresses.DNS_SERVICE),
            "ipFamilies": families,
            "ipFamilyPolicy": "RequireDualStack" if node.axes.families == "dual" else "SingleStack",
            "ports": ports,
        },
    }
    slices = [
        {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {
                "name": f"kube-dns-{family.lower()}",
                "namespace": "kube-system",
                "labels": {"kubernetes.io/service-name": "kube-dns"},
            },
            "addressType": family,
            "endpoints": [{"addresses": [address], "conditions": {"ready": True}, "nodeName": node.name}],
            "ports": ports,
        }
        for family, address in zip(families, node.addresses, strict=True)
    ]
    return [
        (f"/apis/{_RBAC}/v1/clusterroles", role),
        (f"/apis/{_RBAC}/v1/clusterrolebindings", binding),
        ("/api/v1/namespaces/kube-system/services", service),
        *(("/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices", piece) for piece in slices),
    ]


def _runtime_classes(node: Node) -> list[tuple[str, Object]]:
    return [
        (
            "/apis/node.k8s.io/v1/runtimeclasses",
            {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": name}, "handler": name},
        )
        for name in node.runtimes
    ]


def _volumes(node: Node) -> list[tuple[str, Object]]:
    storage: Object = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {
            "name": STORAGE_CLASS,
            "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
        },
        "provisioner": "kubernetes.io/no-provisioner",
        "volumeBindingMode": "Immediate",
        "reclaimPolicy": "Retain",
    }
    volumes: list[Object] = [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": f"podproof-{index:02}"},
            "spec": {
                "storageClassName": STORAGE_CLASS,
                "capacity": {"storage": "1Gi"},
                "accessModes": ["ReadWriteOnce"],
                "persistentVolumeReclaimPolicy": "Retain",
                "hostPath": {"path": str(node.volume(index)), "type": "Directory"},
            },
        }
        for index in range(VOLUMES)
    ]
    return [
        ("/apis/storage.k8s.io/v1/storageclasses", storage),
        *(("/api/v1/persistentvolumes", volume) for volume in volumes),
    ]
