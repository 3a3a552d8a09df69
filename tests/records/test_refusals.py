"""Containers that were refused: what is a violation, and what is want, allowed, or not shown."""

from dataclasses import replace

import pytest

import records
from records import Act, ClusterEvent, Instance, Observation, PodRecord, Record, refusals
from records.record import Json
from records.refusals import not_started
from tests.helpers.histories import exited, pod, ran, record, rules

RUNS = ran("main", 0.0, exited(0.2))
MESSAGE = "runc create failed: no such mount"


def start_error(number: int = 1, container: str = "other", message: str = MESSAGE) -> tuple[Instance, Json]:
    """Return a run that never was, and its status."""
    container_id = f"containerd://refused-{number}"
    state = {"exitCode": 128, "reason": "StartError", "message": message, "containerID": container_id}
    run = Instance(container, "app", container_id, output="whole", terminated=state)
    status = {"name": container, "containerID": container_id, "restartCount": number - 1}
    return run, {**status, "state": {"terminated": state}}


def beside(
    *refused: tuple[Instance, Json], phase: str = "Failed", window: str = "observed until: its end"
) -> PodRecord:
    """Return a Pod in which ``main`` ran, and ``other`` was refused."""
    only = pod(RUNS)
    sent: Json = {"spec": {"restartPolicy": "Never", "containers": [{"name": "main"}, {"name": "other"}]}}
    [main] = only.observations[-1].status["containerStatuses"]
    seen = [
        Observation(
            1.0 + index, "MODIFIED", only.observations[-1].metadata, {"phase": phase, "containerStatuses": each}
        )
        for index, each in enumerate([main, status] for _, status in refused)
    ]
    runs = tuple(run for run, _ in refused if run.container_id)
    return replace(
        only,
        sent=sent,
        got=sent,
        instances=(*only.instances, *runs),
        observations=(*only.observations, *seen),
        window=window,
    )


def waiting(reason: str = "CreateContainerError", message: str = MESSAGE) -> tuple[Instance, Json]:
    """Return no run, and the status of a container that is refused and waits for another attempt."""
    state = {"waiting": {"reason": reason, "message": message}}
    return Instance("other", "app", ""), {"name": "other", "restartCount": 0, "state": state}


def apart(*, acts: tuple[Act, ...] = (), neighbours: tuple[PodRecord, ...] = ()) -> Record:
    """Return a record of a Pod all of whose containers were refused."""
    whole = beside(start_error())
    [status] = [each for each in whole.observations[-1].status["containerStatuses"] if each["name"] == "other"]
    sent: Json = {"spec": {"restartPolicy": "Never", "containers": [{"name": "other"}]}}
    seen = Observation(1.0, "MODIFIED", {"nodeName": "node-1"}, {"phase": "Failed", "containerStatuses": [status]})
    refused = replace(whole, sent=sent, got=sent, instances=(start_error()[0],), observations=(seen,))
    return record(refused, *neighbours, acts=acts)


IN_VAIN = "observed for 60 s, in vain: the Pod to end"


@pytest.mark.parametrize(
    "refused",
    [
        beside(start_error()),
        beside(start_error(1), start_error(2), phase="Running"),
        beside(waiting(), phase="Running", window=IN_VAIN),
        beside(waiting("RunContainerError"), phase="Running", window=IN_VAIN),
    ],
)
def test_a_container_refused_for_good_beside_one_that_ran_is_a_violation(refused: PodRecord) -> None:
    assert records.gaps(record(refused)) == []
    [violation] = not_started(record(refused))
    assert violation.rule == "not-started"
    assert violation.text.startswith("other of Pod pod was never started, while main on the same node was started: ")
    assert violation.text.endswith(MESSAGE)


def test_a_container_that_is_refused_again_and_again_and_then_runs_is_a_violation() -> None:
    often = beside(start_error(1), start_error(2), phase="Running")
    late = replace(ran("other", 30.0, exited(30.2)), container_id="containerd://late")
    violated = record(replace(often, instances=(*often.instances, late)))
    assert "refused again and again" in not_started(violated)[0].text


@pytest.mark.parametrize(
    "refused",
    [
        beside(start_error(message="context deadline exceeded")),
        beside(start_error(message="write /x: no space left on device")),
        beside(start_error(message="error setting cgroup config for procHooks process: unable to freeze")),
    ],
)
def test_a_refusal_for_want_of_room_or_time_is_trouble(refused: PodRecord) -> None:
    assert not_started(record(refused)) == []
    assert records.gaps(record(refused))


def test_a_refusal_that_may_pass_is_no_violation() -> None:
    passing = beside(waiting(), phase="Running", window="observed until: main to print wrote")
    assert not_started(record(passing)) == []


def test_a_container_that_waits_for_its_image_is_not_refused() -> None:
    pulls = beside(waiting("ImagePullBackOff"), phase="Running", window=IN_VAIN)
    assert not_started(record(pulls)) == []


def test_a_mount_that_must_be_read_only_throughout_may_be_refused() -> None:
    pods = beside(start_error())
    pods.sent["spec"]["containers"][1]["volumeMounts"] = [{"recursiveReadOnly": "Enabled"}]
    assert not_started(record(pods)) == []
    assert records.gaps(record(pods)) == ["Pod pod, container other: it printed no event"]


def test_a_node_that_starts_nothing_is_trouble() -> None:
    failed = Act(2.0, "twin", "pod", {"started": False})
    for alone in (apart(), apart(acts=(failed,)), apart(neighbours=(pod(RUNS, role="far", node="node-2"),))):
        assert not_started(alone) == []
        assert "Pod pod, container other: it was refused" in "\n".join(records.gaps(alone))


def test_a_plain_twin_or_another_pod_that_started_there_makes_it_a_violation() -> None:
    started = Act(2.0, "twin", "pod", {"started": True})
    for alone in (apart(acts=(started,)), apart(neighbours=(pod(RUNS, role="near"),))):
        assert rules(not_started(alone)) == {"not-started"}
        assert records.gaps(alone) == []


def test_a_scenario_that_was_cut_short_without_a_proven_refusal_is_trouble() -> None:
    cut = record(pod(RUNS), acts=(Act(1.0, "cut-short", "pod"),))
    assert records.gaps(cut) == ["Pod pod: it was not observed to its end"]


def without_sandbox(
    *seen: float, message: str = MESSAGE, twin: Act | None = None, cut: bool = True, mesh: bool = False
) -> Record:
    """Return a record of a Pod whose sandbox was refused at these times."""
    creating: Json = {"name": "main", "state": {"waiting": {"reason": "ContainerCreating"}}}
    injected: Json = {"name": "mesh", "containerID": "containerd://mesh", "state": {"running": {}}}
    status = {"phase": "Pending", "containerStatuses": [creating, *([injected] if mesh else [])]}
    whole = replace(
        pod(RUNS, name="late"),
        instances=(),
        observations=(Observation(1.0, "MODIFIED", {"nodeName": "node-1"}, status),),
    )
    acts = [*([Act(100.0, "cut-short", "pod")] if cut else []), *([twin] if twin else [])]
    events = [ClusterEvent(at, "", "Warning", "FailedCreatePodSandBox", "Pod late", message) for at in seen]
    return replace(record(whole, acts=acts), cluster_events=tuple(events))


TWIN_RAN, TWIN_FAILED = (Act(120.0, "twin", "pod", {"started": started}) for started in (True, False))


def test_a_sandbox_refused_once_more_after_a_plain_pod_ran_is_a_violation() -> None:
    refused = without_sandbox(10.0, 50.0, 130.0, twin=TWIN_RAN)
    assert records.gaps(refused) == []
    [violation] = not_started(refused)
    assert str(violation) == (
        f"Pod pod was never started, while a plain Pod on the same node was started: FailedCreatePodSandBox: {MESSAGE} "
        "[not-started]"
    )


@pytest.mark.parametrize(
    "refused",
    [
        without_sandbox(10.0, 50.0, twin=TWIN_RAN),  # nobody knows whether it would have been made by then
        without_sandbox(10.0, 50.0, 130.0, twin=TWIN_FAILED),
        without_sandbox(10.0, 50.0, 130.0),
        without_sandbox(10.0, 50.0, 130.0, message="context deadline exceeded", twin=TWIN_RAN),
    ],
)
def test_a_sandbox_of_which_nothing_shows_that_it_should_be_made_is_trouble(refused: Record) -> None:
    assert not_started(refused) == []
    assert records.gaps(refused)


@pytest.mark.parametrize(
    "passing",
    [
        without_sandbox(130.0, twin=TWIN_RAN),
        without_sandbox(10.0, 50.0, 130.0, twin=TWIN_RAN, cut=False),
        without_sandbox(10.0, 50.0, 130.0, twin=TWIN_RAN, mesh=True),
    ],
)
def test_a_sandbox_that_was_refused_once_or_was_made_after_all_is_not_refused(passing: Record) -> None:
    assert not_started(passing) == []


def test_a_container_refused_in_a_sandbox_that_was_made_late_is_what_is_told_of() -> None:
    late = without_sandbox(10.0, 50.0, twin=TWIN_RAN)
    status = waiting()[1] | {"name": "main"}
    seen = Observation(60.0, "MODIFIED", {"nodeName": "node-1"}, {"phase": "Pending", "containerStatuses": [status]})
    refused = replace(late, pods=(replace(late.pods[0], observations=(*late.pods[0].observations, seen)),))
    assert [each.why for each in refusals.of(refused)] == [f"CreateContainerError: {MESSAGE}"]
    assert rules(not_started(refused)) == {"not-started"}


def test_a_twin_is_asked_for_where_a_sandbox_is_refused_again_and_again() -> None:
    assert [each.role for each in refusals.alone(without_sandbox(10.0, 50.0))] == ["pod"]
    assert refusals.alone(without_sandbox(10.0)) == refusals.alone(without_sandbox(10.0, 50.0, cut=False)) == []


def forbidden(sent: Json, got: Json, *neighbours: PodRecord) -> Record:
    """Return a record of a Pod with these sysctls that the kubelet did not admit."""
    status = {"phase": "Failed", "reason": "SysctlForbidden", "message": "forbidden sysctl"}
    seen = Observation(1.0, "MODIFIED", {"nodeName": "node-1"}, status)
    spec = {"containers": [{"name": "main"}]}
    stored = [{"spec": spec | {"securityContext": {"sysctls": [each]}}} for each in (sent, got)]
    refused = replace(pod(RUNS), instances=(), observations=(seen,), sent=stored[0], got=stored[1])
    return record(refused, *neighbours)


SAFE = {"name": "net.ipv4.ip_local_port_range", "value": "1 2"}


def test_a_pod_that_is_not_admitted_for_a_sysctl_is_a_violation_beside_one_that_runs() -> None:
    refused = forbidden(SAFE, SAFE, pod(RUNS, role="near"))
    assert records.gaps(refused) == []
    [violation] = not_started(refused)
    assert violation.text == (
        "Pod pod was never started, while Pod near on the same node was started: SysctlForbidden: forbidden sysctl"
    )


def test_a_pod_refused_for_a_policys_sysctl_or_on_an_empty_node_is_trouble() -> None:
    unsafe = {"name": "kernel.msgmax", "value": "1"}
    for refused in (forbidden(SAFE, unsafe, pod(RUNS, role="near")), forbidden(SAFE, SAFE)):
        assert not_started(refused) == []
        assert records.gaps(refused)
