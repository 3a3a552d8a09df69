"""Manifests: plain Pods that a reader can apply and any cluster admits, whose arguments the probe understands."""

import itertools
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

from fixtures.announced import STOCK_IMAGE
from fixtures.timeouts import Timeouts
from tests.pod_security import breaches, containers_of

Json = dict[str, Any]

MANIFESTS = Path(__file__).parent.parent / "manifests"
PODS = {
    f"{path.relative_to(MANIFESTS)}:{pod['metadata']['name']}": pod
    for path in sorted(MANIFESTS.rglob("*.yaml"))
    for pod in yaml.safe_load_all(path.read_text(encoding="utf-8"))
}
DEPLOYED = {name: pod for name, pod in PODS.items() if not name.startswith("api/")}


class _RefusedError(Exception):
    """A parser of the probe refused its arguments."""


@pytest.fixture(scope="module")
def probe() -> Json:
    """The probe's own names; its parsers raise instead of ending the process."""
    own: Json = runpy.run_path(str(MANIFESTS / "probe"), run_name="probe")

    def refuse(_: object, message: str) -> None:
        raise _RefusedError(message)

    own["event"].Parser.error = refuse
    return own


def expanded(container: Json) -> list[str]:
    """Its arguments, as the kubelet hands them to the probe: ``$(NAME)`` is the variable of that name."""
    values = {f"$({variable['name']})": variable["value"] for variable in container.get("env", [])}
    return [values.get(argument, argument) for argument in container["args"]]


def test_there_are_manifests_and_each_holds_pods() -> None:
    assert len(PODS) > 5
    assert {pod["kind"] for pod in PODS.values()} == {"Pod"}
    assert {pod["apiVersion"] for pod in PODS.values()} == {"v1"}


@pytest.mark.parametrize("name", PODS)
def test_a_pod_meets_the_restricted_pod_security_standard(name: str) -> None:
    assert breaches(PODS[name]) == []


@pytest.mark.parametrize("name", DEPLOYED)
def test_a_pod_is_what_a_reader_can_apply(name: str) -> None:
    pod = DEPLOYED[name]
    assert set(pod["metadata"]) == {"name"}
    assert pod["spec"]["restartPolicy"] == "Never"
    assert "nodeName" not in pod["spec"]


@pytest.mark.parametrize("name", DEPLOYED)
def test_every_container_runs_the_probe_in_the_stock_image(name: str) -> None:
    for container in containers_of(DEPLOYED[name]):
        assert container["image"] == STOCK_IMAGE
        assert container["command"] == ["python3", "/probe"]
        assert {"name": "probe", "mountPath": "/probe"} in container["volumeMounts"]
    assert {"name": "probe", "configMap": {"name": "podproof-probe"}} in DEPLOYED[name]["spec"]["volumes"]


@pytest.mark.parametrize("name", DEPLOYED)
def test_the_probe_understands_the_arguments_of_every_container(name: str, probe: Json) -> None:
    for container in containers_of(DEPLOYED[name]):
        assert all(isinstance(argument, str) for argument in container["args"])
        for verb, *arguments in probe["split"](expanded(container)):
            parser, _ = probe["VERBS"][verb]
            parser.parse_args(arguments)


@pytest.mark.parametrize("name", DEPLOYED)
def test_every_variable_is_one_of_the_containers_and_is_used_by_it(name: str) -> None:
    for container in containers_of(DEPLOYED[name]):
        used = {argument for argument in container["args"] if argument.startswith("$(")}
        assert used == {f"$({variable['name']})" for variable in container.get("env", [])}
        assert all(isinstance(variable["value"], str) for variable in container.get("env", []))


@pytest.mark.parametrize("arguments", [["read"], ["work", "soon"], ["send", "key", "--bites", "1"]])
def test_the_probes_parsers_refuse_what_they_do_not_understand(arguments: list[str], probe: Json) -> None:
    parser, _ = probe["VERBS"][arguments[0]]
    with pytest.raises(_RefusedError):
        parser.parse_args(arguments[1:])


@pytest.mark.parametrize("name", DEPLOYED)
def test_a_wait_in_a_container_is_shorter_than_the_suites_own(name: str) -> None:
    for container in containers_of(DEPLOYED[name]):
        arguments = container["args"]
        waits = [float(after) for verb, after in itertools.pairwise(arguments) if verb == "--within"]
        assert sum(waits) < Timeouts().promise
