"""Manifests: plain Pods that a reader can apply and any cluster admits, whose arguments the probe understands."""

import itertools
import re
from typing import Any

import pytest
import yaml

from fixtures.api.images import OF_FEW, STOCK_IMAGE
from fixtures.api.pod_security import RESTRICTED
from fixtures.play.jitter import DEFAULT_PERIOD, LONGEST
from fixtures.play.objects import PATHS
from fixtures.session.marks import case_of
from fixtures.timeouts import Timeouts
from records.record import programs
from tests.helpers.paths import ROOT
from tests.helpers.pod_security import breaches, containers_of
from tests.helpers.probes import names

Json = dict[str, Any]

MANIFESTS = ROOT / "manifests"
PATIENCE = 30  # s: a seed delays a command that is run again and again alike each time
OBJECTS = {
    f"{path.relative_to(MANIFESTS)}:{item['kind']} {item['metadata']['name']} {index}": item
    for path in sorted(MANIFESTS.rglob("*.yaml"))
    for index, item in enumerate(yaml.safe_load_all(path.read_text(encoding="utf-8")))
}
PODS = {name: item for name, item in OBJECTS.items() if item["kind"] == "Pod" and "containers" in item["spec"]}


class _RefusedError(Exception):
    """A parser of the probe refused its arguments."""


@pytest.fixture(scope="module")
def probe() -> Json:
    """Return the probe's names; its parsers raise instead of ending the process."""
    own = names()

    def refuse(_: object, message: str) -> None:
        raise _RefusedError(message)

    own["event"].Parser.error = refuse
    return own


def probes_of(pod: Json) -> list[Json]:
    """Return the containers that run the probe."""
    return [container for container in containers_of(pod) if container["name"] not in programs(pod)]


def expanded(container: Json) -> list[str]:
    """Return a container's arguments as the kubelet passes them: ``$(NAME)`` is the value of that variable."""
    values = {f"$({variable['name']})": variable.get("value", "") for variable in container.get("env", [])}
    return [values.get(argument, argument) for argument in container["args"]]


def test_there_are_manifests_and_each_holds_pods() -> None:
    assert len(PODS) > 5
    assert {item["kind"] for item in OBJECTS.values()} <= set(PATHS)
    assert {item["apiVersion"] for item in OBJECTS.values()} == {"v1"}


@pytest.fixture(scope="module")
def levels(suite_items: list[pytest.Item]) -> dict[str, str]:
    """Return the Pod Security level of each manifest, by the scenarios that deploy it."""
    cases = [case for item in suite_items if (case := case_of(item))]
    return {case.scenario.manifest.format(**case.values): case.scenario.pod_security for case in cases}


@pytest.fixture(params=PODS)
def deployed(request: pytest.FixtureRequest, suite_items: list[pytest.Item]) -> Json:
    """Return a Pod that runs: neither one that is only sent as a dry run, nor one that is stored for such changes."""
    manifest = request.param.partition(":")[0]
    cases = [case for item in suite_items if (case := case_of(item))]
    acts = [case.scenario.act for case in cases if case.scenario.manifest.format(**case.values) == manifest]
    if acts and all({"dry_run", "dry_change"} & set(act.__code__.co_names) for act in acts):
        pytest.skip("no scenario runs it: the API is asked what it thinks of it")
    pod: Json = PODS[request.param]
    return pod


@pytest.mark.parametrize("name", PODS)
def test_a_pod_meets_the_restricted_level_unless_its_scenario_says_otherwise(name: str, levels: dict[str, str]) -> None:
    manifest = name.partition(":")[0]
    assert breaches(PODS[name]) == [] or levels[manifest] != RESTRICTED


def test_a_scenario_above_the_restricted_level_deploys_a_pod_that_needs_it(levels: dict[str, str]) -> None:
    for manifest, level in levels.items():
        pods = [pod for name, pod in PODS.items() if name.startswith(f"{manifest}:")]
        assert level == RESTRICTED or any(breaches(pod) for pod in pods), manifest


def test_a_pod_is_what_a_reader_can_apply(deployed: Json) -> None:
    assert set(deployed["metadata"]) <= {"name", "labels", "annotations"}
    resized = [policy for each in containers_of(deployed) for policy in each.get("resizePolicy", [])]
    again = any(policy["restartPolicy"] == "RestartContainer" for policy in resized)  # which the API wants
    assert deployed["spec"]["restartPolicy"] == ("Always" if again else "Never")
    assert "nodeName" not in deployed["spec"]


def test_every_container_runs_the_probe_in_the_stock_image_or_a_real_program(deployed: Json) -> None:
    for container in containers_of(deployed):
        if container["name"] in programs(deployed):
            assert container["image"] in OF_FEW
            continue
        assert container["image"] == STOCK_IMAGE
        assert container["command"] == ["python3", "/probe"]
        assert {"name": "probe", "mountPath": "/probe"} in container["volumeMounts"]
    assert {"name": "probe", "configMap": {"name": "podproof-probe"}} in deployed["spec"]["volumes"]


def test_the_probe_understands_the_arguments_of_every_container(deployed: Json, probe: Json) -> None:
    for container in probes_of(deployed):
        assert all(isinstance(argument, str) for argument in container["args"])
        for verb, *arguments in probe["split"](expanded(container)):
            parser, _ = probe["VERBS"][verb]
            parser.parse_args(arguments)


def test_every_variable_is_one_of_the_containers_and_is_used_by_it(deployed: Json) -> None:
    for container in probes_of(deployed):
        parts = [mount["subPathExpr"] for mount in container["volumeMounts"] if "subPathExpr" in mount]
        used = {name for part in (*container["args"], *parts) for name in re.findall(r"\$\((\w+)\)", part)}
        given = [variable for variable in container.get("env", []) if "value" in variable]
        assert used <= {variable["name"] for variable in container.get("env", [])}
        assert {variable["name"] for variable in given} <= {*used, *container["args"]}  # ``environment NAME``
        assert all(isinstance(variable["value"], str) for variable in given)


def test_no_two_modules_of_the_probe_have_a_verb_of_one_name(probe: Json) -> None:
    verbs = [verb for module in probe["MODULES"].values() for verb in getattr(module, "VERBS", {})]
    assert sorted(verbs) == sorted(probe["VERBS"])


def test_a_verb_is_found_without_the_modules_that_do_not_list_it(probe: Json) -> None:
    for verb, what in probe["VERBS"].items():
        found = probe["verbs"](verb)
        assert found[verb] is what
        assert len(found) < len(probe["VERBS"]) / 2


@pytest.mark.parametrize("arguments", [["read"], ["work", "soon"], ["send", "key", "--bites", "1"]])
def test_the_probes_parsers_refuse_what_they_do_not_understand(arguments: list[str], probe: Json) -> None:
    parser, _ = probe["VERBS"][arguments[0]]
    with pytest.raises(_RefusedError):
        parser.parse_args(arguments[1:])


def test_who_waits_in_vain_can_say_so_before_the_suite_stops_reading(deployed: Json) -> None:
    promise = Timeouts().promise
    for container in containers_of(deployed):
        arguments = container.get("args", [])
        waits = [float(after) for verb, after in itertools.pairwise(arguments) if verb == "--within"]
        assert sum(waits) < promise
        assert max(waits, default=0) <= promise * 3 / 4, "a busy node may take 15 s more"


def test_a_command_that_the_kubelet_probes_by_has_time_to_start_on_a_starved_node(deployed: Json) -> None:
    for container in containers_of(deployed):
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            if "exec" in container.get(probe, {}):
                assert container[probe].get("timeoutSeconds", 1) >= PATIENCE, (container["name"], probe)


BEFORE_A_NEW_PERIOD = {"stop/kubelet-restarted.yaml:Pod stopped 1": 2}
"""Verbs that end before the kubelet is restarted, which gives the Pod its grace period anew."""


def after_term(container: Json) -> int:
    """Return how many verbs of a container end after it was told to end."""
    words = container.get("args", [])
    return 1 + words[words.index("expect-term") :].count("then") if "expect-term" in words else 0


@pytest.mark.parametrize("name", PODS)
def test_who_is_told_to_end_is_done_before_its_grace_period_is_over(name: str) -> None:
    spec = PODS[name]["spec"]
    period = spec.get("terminationGracePeriodSeconds", DEFAULT_PERIOD)
    if period < DEFAULT_PERIOD:
        return  # it bounds the delays itself
    sidecars = (each for each in spec.get("initContainers", []) if each.get("restartPolicy") == "Always")
    verbs = max(map(after_term, spec["containers"])) + sum(map(after_term, sidecars))  # sidecars end one by one
    verbs -= BEFORE_A_NEW_PERIOD.get(name, 0)
    assert verbs * 2 * LONGEST <= period, "a seed delays each verb inside, and stops it from outside"


# Verbs whose first argument is a path to write to.
WRITING = {"write", "fill", "make-folder", "mark", "keep", "store", "replace", "write-environment", "publish", "link"}
WRITING |= {"lock", "await-lock", "take-lock", "open", "send-fifo", "answer-unix"}
SHARED_MEMORY = "/dev/shm"  # noqa: S108 # a mount of the runtime's in every container


def outside(container: Json) -> list[str]:
    """Return the paths that a probe writes to outside its volumes."""
    mounts = [SHARED_MEMORY, *(mount["mountPath"] for mount in container.get("volumeMounts", []))]
    words = container.get("args", [])
    verbs = [list(verb) for then, verb in itertools.groupby(words, lambda word: word == "then") if not then]
    paths = [verb[1] for verb in verbs if verb[0] in WRITING and verb[1:] and verb[1].startswith("/")]
    return [path for path in paths if not any(f"{path}/".startswith(f"{mount}/") for mount in mounts)]


@pytest.mark.parametrize("name", PODS)
def test_a_container_that_writes_to_its_own_root_says_so_and_no_other(name: str) -> None:
    for container in probes_of(PODS[name]):
        said = container.get("securityContext", {}).get("readOnlyRootFilesystem") is False
        assert said == bool(outside(container)), (container["name"], outside(container))
