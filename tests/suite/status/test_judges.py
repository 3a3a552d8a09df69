"""The judge of statuses: its histories, and what it lets pass."""

from dataclasses import replace
from typing import Any

import pytest

import records
from records import Act, Instance, Observation, PodRecord, Record
from records.record import CONTAINER_REMOVED, SANDBOX_LOST
from suite.status import judges
from tests.helpers.histories import crashed, did, exited, pod, ran, record, rules
from tests.helpers.trial import Trial

Json = dict[str, Any]

FAILED, SECOND = ran("main", 0.0, exited(0.2, code=3)), ran("main", 1.0, did(1.1, "waiting"))
RESTARTED = record(pod(FAILED, SECOND))
ENDED = record(pod(ran("left", 0.0, exited(0.2)), ran("right", 0.0, exited(0.3))))
FAULTED = record(pod(ran("main", 0.0, crashed(0.2))))


def coded(history: Record, code: int, **last: object) -> Record:
    """Return the record of one Pod with another exit code in the status of its first run, and fields of its status."""
    [only] = history.pods
    first, *others = only.instances
    lying = replace(first, terminated=(first.terminated or {}) | {"exitCode": code})
    return record(replace(_last(only, **last), instances=(lying, *others)))


def _last(only: PodRecord, **fields: object) -> PodRecord:
    seen = only.observations[-1]
    return replace(only, observations=(*only.observations[:-1], replace(seen, status=seen.status | fields)))


def counted(count: int) -> Record:
    """Return the record of a restarted container with another count of restarts."""
    [only] = RESTARTED.pods
    seen = [_counting(each, count) for each in only.observations]
    return record(replace(only, observations=tuple(seen)))


def _counting(seen: Observation, count: int) -> Observation:
    statuses = [each | {"restartCount": count} for each in seen.status.get("containerStatuses", [])]
    return replace(seen, status=seen.status | {"containerStatuses": statuses})


def reasoned(history: Record, reason: str) -> Record:
    """Return the record of one Pod with another reason in the status of its first run."""
    [only] = history.pods
    first, *others = only.instances
    lying = replace(first, terminated=(first.terminated or {}) | {"reason": reason})
    return record(replace(only, instances=(lying, *others)))


def seen_as(*statuses: Json) -> Record:
    """Return the record of a container that ran once, with these statuses one after another."""
    [only] = record(pod(ran("main", 0.0))).pods
    [last] = only.observations[-1:]
    [run] = only.instances
    told = [{"name": "main", "containerID": run.container_id, "restartCount": 0} | status for status in statuses]
    seen = [replace(last, status=last.status | {"containerStatuses": [status]}) for status in told]
    return record(replace(only, observations=tuple(seen)))


RUNS: Json = {"state": {"running": {}}}
AGAIN = seen_as(RUNS, RUNS | {"restartCount": 1})


TRIALS = (
    Trial(
        judges.untrue,
        (),
        good=RESTARTED,
        broken=(
            ("wrong-exit-code", "the run before had another code", coded(RESTARTED, 1)),
            ("wrong-exit-code", "a fault is told as an exit", coded(FAULTED, 1)),
            ("wrong-exit-code", "a success is told as a failure", coded(ENDED, 7)),
            ("wrong-phase", "all succeeded, and the Pod failed", record(_last(ENDED.pods[0], phase="Failed"))),
            (
                "wrong-phase",
                "one failed, and the Pod succeeded",
                record(_last(record(pod(FAILED)).pods[0], phase="Succeeded")),
            ),
            ("miscounted", "a restart is not counted", counted(0)),
            ("same-id", "the second run has the id of the first", AGAIN),
            ("wrong-reason", "a success is called an error", reasoned(ENDED, "Error")),
            ("wrong-reason", "an error is called a success", reasoned(record(pod(FAILED)), "Completed")),
        ),
    ),
)


@pytest.mark.parametrize("history", [ENDED, FAULTED, RESTARTED, record(pod(ran("main", 0.0)))])
def test_what_the_containers_said_and_the_statuses_agree(history: Record) -> None:
    assert judges.untrue(history) == []


def test_a_run_that_the_node_lost_and_a_pod_that_it_ended_are_not_judged() -> None:
    [only] = ENDED.pods
    lost: tuple[Instance, ...] = tuple(
        replace(run, terminated={"exitCode": 137, "reason": "ContainerStatusUnknown"}) for run in only.instances
    )
    assert judges.untrue(record(replace(_last(only, phase="Failed", reason="Evicted"), instances=lost))) == []


def test_a_kill_after_the_last_word_is_not_judged_where_the_pod_was_deleted() -> None:
    [only] = coded(ENDED, 137, phase="Failed").pods
    assert {violation.rule for violation in judges.untrue(record(only))} == {"wrong-exit-code", "wrong-phase"}
    last = only.observations[-1]
    deleted = replace(last, metadata=last.metadata | {"deletionTimestamp": "2026-11-26T13:00:00Z"})
    assert judges.untrue(record(replace(only, observations=(*only.observations, deleted)))) == []


def test_a_kill_of_a_container_that_was_told_to_end_is_not_judged() -> None:
    stopped = ran("main", 0.0, did(0.1, "terminated", signal="SIGTERM"), exited(0.2))
    again = ran("main", 1.0, did(1.1, "waiting"))
    assert judges.untrue(coded(record(pod(stopped, again)), 137)) == []
    assert rules(judges.untrue(coded(record(pod(stopped, again)), 1))) == {"wrong-exit-code"}
    assert rules(judges.untrue(coded(RESTARTED, 137))) == {"wrong-exit-code"}


def test_more_restarts_than_were_seen_are_a_gap() -> None:
    assert judges.untrue(counted(2)) == []
    assert records.gaps(counted(2))


def test_a_run_that_was_not_read_for_its_id_is_no_gap() -> None:
    assert records.gaps(AGAIN) == []


def test_a_run_of_another_container_that_was_not_read_is_a_gap() -> None:
    [only] = AGAIN.pods
    other: Json = {"name": "other", "containerID": "containerd://other-2", "restartCount": 1} | RUNS
    [run] = pod(ran("other", 0.0)).instances
    seen = [
        replace(each, status=each.status | {"containerStatuses": [*each.status["containerStatuses"], other]})
        for each in only.observations
    ]
    spec = {"containers": [{"name": "main"}, {"name": "other"}]}
    both = replace(
        only,
        sent={"spec": spec},
        observations=tuple(seen),
        instances=(*only.instances, replace(run, container_id=other["containerID"])),
    )
    assert records.gaps(record(both)) == ["Pod pod, other: restarted 1 times, but 1 outputs were read"]


def test_a_reason_that_says_more_is_let_pass() -> None:
    assert judges.untrue(reasoned(ENDED, "OOMKilled")) == []


def test_a_run_that_the_node_lost_and_found_again_keeps_its_id() -> None:
    lost = {"state": {"terminated": {"reason": "ContainerStatusUnknown"}}, "restartCount": 1}
    assert judges.untrue(seen_as(RUNS, lost, RUNS | {"restartCount": 2})) == []


def test_a_phase_is_not_judged_where_a_policy_put_a_container_into_the_pod() -> None:
    failed = _last(ENDED.pods[0], phase="Failed")
    spec = failed.got["spec"]
    injected = failed.got | {"spec": spec | {"containers": [*spec["containers"], {"name": "mesh"}]}}
    assert judges.untrue(record(failed))
    assert judges.untrue(record(replace(failed, got=injected))) == []


@pytest.mark.parametrize(("what", "found"), [(SANDBOX_LOST, set()), (CONTAINER_REMOVED, set()), ("x", {"miscounted"})])
def test_what_a_hand_made_the_node_forget_need_not_be_counted(what: str, found: set[str]) -> None:
    uncounted = counted(0)
    acts = (Act(0.1, what, uncounted.pods[0].role),)
    assert {violation.rule for violation in judges.untrue(replace(uncounted, acts=acts))} == found


def test_what_was_forgotten_of_one_pod_is_counted_in_another() -> None:
    uncounted = counted(0)
    acts = (Act(0.1, SANDBOX_LOST, "another"),)
    assert {violation.rule for violation in judges.untrue(replace(uncounted, acts=acts))} == {"miscounted"}
