"""Features are told by what a real API server answered, and by node status: there, not there, and owed."""

import json
from pathlib import Path
from typing import Any

import pytest

from fixtures import detection
from fixtures.connection import Connection
from fixtures.detection import FIELDS, NODES, Field
from tests.helpers.servers import kubeconfig, serving

Json = dict[str, Any]

REAL: Json = json.loads((Path(__file__).parent / "answers" / "features-1.37.json").read_text(encoding="utf-8"))
"""What Kubernetes 1.37.2 answered to each feature's dry run; the gate of EmptyDirVolumeMode is off there."""
OFF = Field(("volumes", 0, "emptyDir", "mode"), {})
DEFAULT = {"storageclass.kubernetes.io/is-default-class": "true"}
HAS = {
    "schedulable": True,
    "localStorage": True,
    "runtimeHandlers": {"": dict.fromkeys(NODES.values(), True), "other": {}},
}
LACKS = {"schedulable": True, "localStorage": False, "runtimeHandlers": {"": dict.fromkeys(NODES.values(), False)}}


class _Server:
    """Answers dry runs as Kubernetes 1.37.2 did; some fields it drops, as a server before them does."""

    def __init__(self, *, drops: tuple[str, ...] = (), classes: tuple[int, Any] = (200, {"items": []})) -> None:
        self.drops = drops
        self.classes = classes

    def __call__(self, path: str, body: Json) -> tuple[int, Any]:
        if path == detection.STORAGE_CLASSES:
            return self.classes
        if path.startswith("/apis/node.k8s.io/v1/runtimeclasses/"):
            return 200, {"handler": path.rpartition("/")[2]}
        assert path == "/api/v1/namespaces/mine/pods?dryRun=All"
        name = next(each for each in FIELDS if body["metadata"]["name"] == f"podproof-{each.lower()}")
        if name in self.drops:
            return 201, REAL["EmptyDirVolumeMode"]["body"]
        return REAL[name]["code"], REAL[name]["body"]


def detect(
    server: Any, folder: Path, minor: str = "1.37", nodes: Json | None = None, runtime_class: str | None = None
) -> dict[str, Json]:
    with serving(server) as url:
        connection = Connection(kubeconfig(folder / "k", url), "there", 5)
        return detection.detect(connection, "mine", {"minor": minor, "nodes": nodes or {"one": HAS}}, runtime_class)


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_that_a_real_server_kept_is_there(name: str) -> None:
    assert detection.survived(FIELDS[name], REAL[name]["body"])


@pytest.mark.parametrize("field", [*FIELDS.values(), OFF], ids=[*FIELDS, "EmptyDirVolumeMode"])
def test_a_field_that_a_real_server_dropped_is_not_there(field: Field) -> None:
    assert not detection.survived(field, REAL["EmptyDirVolumeMode"]["body"])


def test_a_server_with_everything_has_everything(tmp_path: Path) -> None:
    classes = {"items": [{"metadata": {"name": "fast", "annotations": DEFAULT}}, {"metadata": {"name": "slow"}}]}
    found = detect(_Server(classes=(200, classes)), tmp_path)
    assert {name: told["has"] for name, told in found.items()} == dict.fromkeys(
        [*FIELDS, *NODES, "LocalStorageCapacityIsolation", "DefaultStorageClass"], True
    )
    assert not any(told["owed"] for told in found.values())
    assert found["DefaultStorageClass"]["why"] == "the default StorageClass is fast"


@pytest.mark.parametrize(("minor", "owed"), [("1.36", False), ("1.37", True), ("1.38", True), ("2.0", True)])
def test_what_is_missing_is_owed_from_the_minor_on_in_which_it_is_ga(tmp_path: Path, minor: str, owed: bool) -> None:
    found = detect(_Server(drops=("HostnameOverride", "EnvFiles")), tmp_path, minor)
    assert found["HostnameOverride"] == {
        "has": False,
        "owed": owed,
        "why": f"Kubernetes {minor} dropped the field spec.hostnameOverride of a Pod; "
        "feature gate HostnameOverride, GA in 1.37",
    }
    assert not found["EnvFiles"]["owed"]


@pytest.mark.parametrize(("minor", "owed"), [("1.32", False), ("1.36", True)])
def test_no_node_has_user_namespaces_where_the_api_server_drops_the_field(
    tmp_path: Path, minor: str, owed: bool
) -> None:
    found = detect(_Server(drops=("UserNamespacesSupport",)), tmp_path, minor)["UserNamespaces"]
    assert (found["has"], found["owed"]) == (False, owed)
    assert f"Kubernetes {minor} dropped the field spec.hostUsers of a Pod" in found["why"]


def test_a_field_that_is_refused_is_not_there(tmp_path: Path) -> None:
    class Refusing(_Server):
        def __call__(self, path: str, body: Json) -> tuple[int, Any]:
            said = 'Pod "podproof-imagevolume" is invalid: no volume type'
            return (422, {"message": said}) if "pods" in path else super().__call__(path, body)

    found = detect(Refusing(), tmp_path, "1.30")["ImageVolume"]
    assert (found["has"], "refused the field spec.volumes.0.image of a Pod (no volume type)" in found["why"]) == (
        False,
        True,
    )


@pytest.mark.parametrize(
    ("code", "why"), [(403, "exceeded quota: few"), (400, "admission webhook a.b does not support dry run")]
)
@pytest.mark.parametrize(("minor", "tried"), [("1.35", False), ("1.36", True)])
def test_a_dry_run_that_is_refused_for_other_reasons_owes_nothing(
    tmp_path: Path, code: int, why: str, minor: str, tried: bool
) -> None:
    class Refusing(_Server):
        def __call__(self, path: str, body: Json) -> tuple[int, Any]:
            return (code, {"message": why}) if "pods" in path else super().__call__(path, body)

    found = detect(Refusing(), tmp_path, minor)["ImageVolume"]
    assert (found["has"], found["owed"]) == (tried, False)
    assert found["why"] == (
        f"the dry run of a Pod with the field spec.volumes.0.image was refused: {code} {why}"
        "; feature gate ImageVolume, GA in 1.36"
    )


@pytest.mark.parametrize(
    ("nodes", "runtime_class", "has"),
    [
        ({"one": HAS, "two": HAS}, None, True),
        ({"one": HAS, "two": LACKS}, None, False),
        ({"one": HAS, "two": LACKS | {"schedulable": False}}, None, True),
        ({"one": HAS}, "other", False),
        ({"one": HAS | {"runtimeHandlers": {}}}, None, False),
    ],
)
def test_every_node_that_may_be_given_a_pod_must_have_what_nodes_tell(
    tmp_path: Path, nodes: Json, runtime_class: str | None, has: bool
) -> None:
    found = detect(_Server(), tmp_path, nodes=nodes, runtime_class=runtime_class)
    assert {name: found[name]["has"] for name in NODES} == dict.fromkeys(NODES, has)


@pytest.mark.parametrize(("other", "has"), [(HAS, True), (LACKS, False), (LACKS | {"schedulable": False}, True)])
def test_every_node_that_may_be_given_a_pod_must_measure_local_storage(tmp_path: Path, other: Json, has: bool) -> None:
    found = detect(_Server(), tmp_path, nodes={"one": HAS, "two": other})["LocalStorageCapacityIsolation"]
    assert (found["has"], found["owed"]) == (has, False)
    told = "every node tells" if has else "two does not tell"
    assert found["why"] == f"{told} ephemeral-storage in status.allocatable"


@pytest.mark.parametrize(
    ("classes", "why"),
    [
        ((200, {"items": [{"metadata": {"name": "slow"}}]}), "the cluster has no default StorageClass"),
        ((403, {"message": "forbidden"}), "StorageClasses cannot be listed: forbidden"),
    ],
)
def test_without_a_default_storage_class_it_is_told_why(tmp_path: Path, classes: tuple[int, Any], why: str) -> None:
    found = detect(_Server(classes=classes), tmp_path)["DefaultStorageClass"]
    assert (found["has"], found["why"]) == (False, why)


def test_a_class_that_would_keep_what_a_run_claims_is_left_alone(tmp_path: Path) -> None:
    def told(provisioner: str, policy: str) -> Json:
        metadata = {"name": "kept", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
        items = [{"metadata": metadata, "provisioner": provisioner, "reclaimPolicy": policy}]
        return detect(_Server(classes=(200, {"items": items})), tmp_path)["DefaultStorageClass"]

    assert told("ebs.example.com", "Delete")["has"]
    assert told("kubernetes.io/no-provisioner", "Retain")["has"]
    kept = told("ebs.example.com", "Retain")
    assert (kept["has"], kept["owed"]) == (False, False)
    assert kept["why"].endswith("keeps what it makes (reclaimPolicy Retain): a run would leave a volume behind")
