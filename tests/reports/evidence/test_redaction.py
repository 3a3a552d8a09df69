"""A bug report tells no name, no address and no secret of a cluster."""

from dataclasses import replace

import pytest

from records import Observation, Record
from reports.evidence import redaction
from reports.models.conformance import Cluster
from tests.helpers.histories import did, pod, ran, record

CLUSTER = {
    "name": "prod-eu",
    "nodes": {"worker": {}, "worker-2": {}},
    "images": {"python:3": "harbor.corp:5000/library/python:3", "nginx": "docker.io/library/nginx", "x": "nginx:1"},
}


def history() -> Record:
    said = did(0.1, "asked", peer="10.1.2.3", local="::1", server="[fd00:1::7]:80", nobody="192.0.2.1", version="1.2.3")
    one = pod(ran("main", 0.0, said))
    status = {"podIP": "10.1.2.4", "podIPs": [{"ip": "10.1.2.4"}, {"ip": "fd00:1::8"}], "hostIP": "10.0.0.9"}
    return record(replace(one, observations=(Observation(1.0, "MODIFIED", {}, status),)))


def told(text: str) -> str:
    return redaction.redacted(text, redaction.of(history(), Cluster.of(CLUSTER)))


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("on worker-2: it ran", "on node-2: it ran"),
        ("worker, workers, worker-22, my-worker", "node-1, workers, worker-22, my-worker"),
        ("of prod-eu", "of cluster"),
        (
            "harbor.corp:5000/library/python:3 docker.io/library/nginx",
            "registry.example/library/python:3 docker.io/library/nginx",
        ),
        ("10.1.2.4:7001 10.1.2.3 10.1.2.44", "198.51.100.1:7001 198.51.100.3 10.1.2.44"),
        ("10.0.0.9", "198.51.100.2"),
        ("[fd00:1::7]:80 fd00:1::8 fd00:1::88", "[2001:db8::2]:80 2001:db8::1 fd00:1::88"),
        ("127.0.0.1 ::1 192.0.2.1 0.0.0.0 1.2.3", "127.0.0.1 ::1 192.0.2.1 0.0.0.0 1.2.3"),
    ],
)
def test_names_and_addresses_become_others_and_equal_ones_stay_equal(text: str, instead: str) -> None:
    assert told(text) == instead


@pytest.mark.parametrize(
    ("secret", "instead"),
    [
        ("Authorization: Bearer abcdefgh.ijkl", "Authorization: Bearer [a token]"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJr.c2ln", "[a token]"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----", "[a PEM block]"),
        ("/home/jane/.kube/config", "/home/user/.kube/config"),
        ("/root/.cache/podproof/youki", "/home/user/.cache/podproof/youki"),
    ],
)
def test_secrets_and_the_names_of_people_are_not_told(secret: str, instead: str) -> None:
    assert told(f"x {secret} y") == f"x {instead} y"


def test_of_a_cluster_of_which_nothing_is_known_nothing_is_replaced() -> None:
    assert redaction.redacted("worker", redaction.of(Record("", ""), Cluster())) == "worker"
