"""Containers that were refused: what is a violation, and what is want, allowed, or not shown."""

from dataclasses import replace

import pytest

import records
from records import Act, Instance, Observation, PodRecord, Record
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
