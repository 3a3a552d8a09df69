"""Judges of the init order: their histories, and what lies at the edges of their rules."""

from dataclasses import replace
from typing import Any

import pytest

from records import Act, Answer, Instance, Observation, Record
from suite.init import judges
from tests.helpers.histories import (
    altered,
    crashed,
    did,
    exited,
    instead,
    moved,
    pod,
    ran,
    record,
    rules,
    said,
    without,
)
from tests.helpers.trial import Trial

INIT_1 = ran("init-1", 0.0, did(0.05, "locked"), exited(1.0), kind="init")
INIT_2 = ran("init-2", 2.0, did(2.05, "locked"), exited(3.0), kind="init")
MAIN = ran("main", 4.0, did(4.05, "locked"))
IN_ORDER = record(pod(INIT_1, INIT_2, MAIN))
REFUSED = did(4.05, "lock-refused", errno="EAGAIN")

FAILED = ran("init-1", -9.0, did(-8.9, "locked"), exited(-8.8, code=1), kind="init")
CRASHED = ran("init-1", -7.0, did(-6.9, "locked"), crashed(-6.8), kind="init")
RETRIED = record(pod(FAILED, CRASHED, INIT_1, INIT_2, MAIN))
FAILED_AGAIN = ran("init-1", -5.0, did(-4.9, "locked"), exited(-4.8, code=1), kind="init")
AGAIN_CRASHED = ran("init-1", -5.0, did(-4.9, "locked"), crashed(-4.8), kind="init")
LATER = ran("init-1", 1.5, did(1.55, "locked"), exited(1.6), kind="init")
SECOND = ran("init-2", 3.5, did(3.55, "locked"), exited(3.6), kind="init")
LOCKED_BEFORE = ran("init-1", 0.0, did(-6.9, "locked"), exited(1.0), kind="init")

SEQUENCE = Trial(
    judges.out_of_sequence,
    ("init-1", "init-2", "main"),
    good=IN_ORDER,
    broken=(
        ("order", "an init container never ran", without(IN_ORDER, "init-2")),
        ("unwitnessed", "the app never ran", without(IN_ORDER, "main")),
        ("unwitnessed", "a container did not try to take the lock", without(IN_ORDER, "main", "locked")),
        ("order", "an init container exited with 1", altered(IN_ORDER, "init-1", "exit", code=1)),
        ("order", "an init container exited after the next started", moved(IN_ORDER, "init-1", "exit", 2.5)),
        ("order", "an init container never exited", without(IN_ORDER, "init-2", "exit")),
        ("order", "no lock proves that a run that crashed was over", record(pod(CRASHED, LOCKED_BEFORE, INIT_2, MAIN))),
        ("order", "an init container crashed and was not run again", record(pod(CRASHED, INIT_2, MAIN))),
        ("overlap", "the app was refused the lock", instead(IN_ORDER, "main", "locked", REFUSED)),
    ),
)

AGAIN_AFTER_ALL = pod(FAILED, CRASHED, INIT_1, LATER, INIT_2, MAIN)


def with_statuses(*statuses: dict[str, object]) -> Record:
    """Return a history in which an init container ran again, and the Pod had these statuses in turn."""
    seen = [Observation(number, "MODIFIED", {}, {"phase": "Running"} | each) for number, each in enumerate(statuses)]
    return record(replace(AGAIN_AFTER_ALL, observations=(*seen, *AGAIN_AFTER_ALL.observations)))


def of_sandbox(status: str) -> dict[str, object]:
    return {"conditions": [{"type": "PodReadyToStartContainers", "status": status}]}


def at(*addresses: str) -> dict[str, object]:
    return {"podIPs": [{"ip": address} for address in addresses]}


RETRY = Trial(
    judges.not_retried,
    ("init-1", "init-2", "main"),
    good=RETRIED,
    broken=(
        ("unfailed", "it succeeded at once", IN_ORDER),
        ("unfailed", "its first run crashed", record(pod(CRASHED, AGAIN_CRASHED, INIT_1, MAIN))),
        ("unfailed", "its second run exited by itself", record(pod(FAILED, INIT_1, INIT_2, MAIN))),
        ("given-up", "it never ran", without(RETRIED, "init-1")),
        ("given-up", "it was not run again", record(pod(FAILED))),
        ("given-up", "it was not run a third time", record(pod(FAILED, CRASHED))),
        ("given-up", "its third run still runs", record(pod(FAILED, CRASHED, ran("init-1", 0.0, kind="init")))),
        ("again", "it was run again after it had succeeded", record(pod(FAILED, CRASHED, INIT_1, LATER, INIT_2, MAIN))),
        ("unwitnessed", "the Pod has another address", with_statuses(at("10.0.0.1"), at("10.0.0.2"))),
        ("unwitnessed", "its sandbox was not ready", with_statuses(*map(of_sandbox, ("False", "True", "False")))),
        ("again", "the same sandbox", with_statuses(at("10.0.0.1", "fd00::1"), at("10.0.0.1"), of_sandbox("True"))),
        ("again", "the one after it ran twice", record(pod(FAILED, CRASHED, INIT_1, INIT_2, SECOND, MAIN))),
    ),
)

FAILING = ran("init-1", 0.0, exited(0.1, code=1), kind="init")
AGAIN = ran("init-1", 0.5, exited(0.6, code=1), kind="init")
STOPPED = record(pod(FAILING, phase="Failed"))

FAILURE = Trial(
    judges.init_failure_ignored,
    ("init-1", "init-2", "main"),
    good=STOPPED,
    broken=(
        ("unwitnessed", "the init container never ran", without(STOPPED, "init-1")),
        ("unwitnessed", "the init container never exited", without(STOPPED, "init-1", "exit")),
        ("succeeded", "the init container exited with 0", altered(STOPPED, "init-1", "exit", code=0)),
        ("restarted", "the init container ran again", record(pod(FAILING, AGAIN, phase="Failed"))),
        ("not-failed", "the Pod succeeded", record(pod(FAILING, phase="Succeeded"))),
        ("not-failed", "the Pod waits for ever", record(pod(FAILING, phase="Pending"))),
        ("went-on", "the app ran", record(pod(FAILING, ran("main", 1.0, exited(1.1)), phase="Failed"))),
    ),
)

PREPARE = ran("prepare", 0.0, did(0.1, "wrote", content="nonce"), exited(0.2), kind="init")
FOUND = ran("main", 1.0, did(1.1, "read", content="nonce"), exited(1.2))
PREPARED = record(pod(PREPARE, FOUND))

PREPARATION = Trial(
    judges.unprepared,
    (),
    options={"made": ("prepare", "wrote"), "found": ("main", "read"), "by": "content"},
    good=PREPARED,
    broken=(
        ("unwitnessed", "the init container never ran", without(PREPARED, "prepare")),
        ("unwitnessed", "it wrote nothing", without(PREPARED, "prepare", "wrote")),
        ("not-found", "no file", instead(PREPARED, "main", "read", did(1.1, "not-read", errno="ENOENT"))),
        ("altered", "another content", altered(PREPARED, "main", "read", content="other")),
    ),
)

HELD, TOKEN = "for inits", "/credentials/token"
SHOWN = ran("prepare", 0.0, did(0.1, "read", file=TOKEN, content=HELD), exited(0.2), kind="init")
HELD_ON = (did(1.1, "read", file=TOKEN, content=HELD), did(5.0, "read", file=TOKEN, content=HELD))
HOLDS = ran("beside", 1.0, *HELD_ON, exited(5.1), kind="sidecar")
BEGAN = did(2.05, "read", file="/turn/began", content="nonce")
LOOKED = ran("main", 2.0, BEGAN, did(2.1, "not-read", file=TOKEN, errno="ENOENT"), exited(2.2, code=1))
PRIVATE = record(pod(SHOWN, HOLDS, LOOKED))

PRIVACY = Trial(
    judges.not_private,
    ("prepare", "beside", "main"),
    options={"content": HELD},
    good=PRIVATE,
    broken=(
        ("unseen", "the init container never ran", without(PRIVATE, "prepare")),
        ("unseen", "it read something else", altered(PRIVATE, "prepare", "read", content="")),
        ("unwitnessed", "the app did not look", without(PRIVATE, "main", "not-read")),
        ("unwitnessed", "the sidecar never ran", without(PRIVATE, "beside")),
        ("unwitnessed", "it did not read it again", moved(PRIVATE, "beside", "read", 1.1)),
        ("unwitnessed", "there was something else then", altered(PRIVATE, "beside", "read", content="")),
        ("unwitnessed", "the init container read it later only", moved(PRIVATE, "prepare", "read", 3.0)),
        ("seen", "the app read it", instead(PRIVATE, "main", "not-read", did(2.1, "read", file=TOKEN, content=HELD))),
        ("seen", "something is there", altered(PRIVATE, "main", "not-read", errno="EACCES")),
    ),
)

UNITS = "podproof.dev/units"


def asking(name: str, units: int, **more: str) -> dict[str, Any]:
    """Return a container that asks for so many units."""
    return {"name": name, "resources": {"requests": {UNITS: str(units)}}} | more


def counted(*counts: dict[str, str]) -> Record:
    """Return a history of a Pod with a sidecar and then an init container, and what the quota counted in turn."""
    spec = {
        "initContainers": [asking("beside", 100, restartPolicy="Always"), asking("init", 200)],
        "containers": [asking("main", 50)],
    }
    stored = {"kind": "Pod", "metadata": {"name": "pod"}, "spec": spec}
    acts = [Act(0.1 * n, "counted", "ResourceQuota counted", {"used": used}) for n, used in enumerate(counts)]
    return record(replace(pod(node="", phase="Pending"), sent=stored, got=stored), acts=acts)


NOTHING, ALL = {f"requests.{UNITS}": "0"}, {f"requests.{UNITS}": "300"}

COUNT = Trial(
    judges.counted_otherwise,
    ("counted", UNITS),
    good=counted(NOTHING, NOTHING, ALL),
    broken=(
        ("unwitnessed", "never counted", counted()),
        ("unwitnessed", "counted once", counted(ALL)),
        ("unwitnessed", "others were counted before", counted(ALL, ALL)),
        ("unwitnessed", "nothing was counted", counted(NOTHING, NOTHING)),
        ("uncounted", "another resource alone", counted({"pods": "0"}, {"pods": "1"})),
        ("other-amount", "without the sidecar", counted(NOTHING, {f"requests.{UNITS}": "200"})),
        ("other-amount", "all together", counted(NOTHING, {f"requests.{UNITS}": "350"})),
    ),
)

OLD, NEW = "python", "nginx"
MOUNTS = {"volumeMounts": [{"name": "probe", "mountPath": "/probe"}]}
IMMUTABLE = {"message": "why", "details": {"causes": [{"field": "spec"}]}}


def changes(image: Answer, env: Answer, **others: Answer) -> Record:
    """Return a history of a Pod, and the answers to its changes; other fields are refused unless given."""
    answers = (image, env, *({"ports": PORTS_KEPT, "mounts": MOUNTS_KEPT} | others).values())
    init = {"name": "init", "image": OLD} | MOUNTS
    stored = {"kind": "Pod", "metadata": {"name": "pod"}, "spec": {"initContainers": [init]}}
    return record(replace(pod(ran("init", 0.0, exited(0.1), kind="init")), got=stored), answers=answers)


def change(code: int, asked: dict[str, Any], stored: dict[str, Any]) -> Answer:
    """Return the API server's answer to a change of the init container."""
    body = {"kind": "Pod", "spec": {"initContainers": [{"name": "init"} | stored]}} if code < 300 else IMMUTABLE
    return Answer("pod", {"spec": {"initContainers": [{"name": "init"} | asked]}}, code, body)


ENV = {"env": [{"name": "CHANGED", "value": "1"}]}
TAKEN, KEPT = change(200, {"image": NEW}, {"image": NEW}), change(422, ENV, {})
PORT: dict[str, Any] = {"ports": [{"containerPort": 7000}]}
UNMOUNTED: dict[str, Any] = {"volumeMounts": []}
PORTS_KEPT, MOUNTS_KEPT = change(422, PORT, {}), change(422, UNMOUNTED, {})
PORTS_TAKEN = change(200, PORT, {"ports": [{"containerPort": 7000, "protocol": "TCP"}]} | MOUNTS)
MALFORMED = replace(KEPT, body={"details": {"causes": [{"field": "spec.initContainers[0].env"}]}})

CHANGE = Trial(
    judges.changed_otherwise,
    ("init", "env", "ports", "volumeMounts"),
    good=changes(TAKEN, KEPT, ports=change(200, PORT, MOUNTS), mounts=change(200, UNMOUNTED, MOUNTS)),
    broken=(
        ("unasked", "no image was sent", changes(KEPT, KEPT)),
        ("unasked", "no other field was sent", changes(TAKEN, TAKEN)),
        ("unasked", "the new value itself is wrong", changes(TAKEN, MALFORMED)),
        ("unasked", "nobody knows why it was refused", changes(TAKEN, replace(KEPT, body={}))),
        ("refused", "the image cannot be changed", changes(change(422, {"image": NEW}, {}), KEPT)),
        ("refused", "the image was dropped", changes(change(200, {"image": NEW}, {"image": OLD}), KEPT)),
        ("accepted", "another field was changed", changes(TAKEN, change(200, ENV, ENV))),
        ("accepted", "another field was changed, with a default", changes(TAKEN, KEPT, ports=PORTS_TAKEN)),
        ("accepted", "another field was emptied", changes(TAKEN, KEPT, mounts=change(200, UNMOUNTED, {}))),
    ),
)

ENDED = ran("prepare", 0.0, exited(0.1), kind="init")
LIVES = ran("main", 1.0, did(9.0, "terminated", signal="SIGTERM"), exited(9.1))
LATE = ran("late", 3.0, exited(3.1), kind="ephemeral")
ACTS = (Act(2.0, "changed", "pod"), Act(2.5, "injected", "pod"), Act(8.0, "deleted", "pod"))
UNDISTURBED = record(pod(ENDED, LIVES, LATE), acts=ACTS)
PREPARED_AGAIN = ran("prepare", 4.0, exited(4.1), kind="init")
MAIN_AGAIN = ran("main", 10.0, did(11.0, "terminated", signal="SIGTERM"), exited(11.1))

DISTURBANCE = Trial(
    judges.restarted_by_change,
    ("prepare", "main", "late"),
    good=UNDISTURBED,
    broken=(
        ("unwitnessed", "nothing was changed", replace(UNDISTURBED, acts=ACTS[1:])),
        ("unwitnessed", "nothing was added", replace(UNDISTURBED, acts=ACTS[:1])),
        ("unwitnessed", "it was added before", replace(UNDISTURBED, acts=(Act(1.5, "injected", "pod"), *ACTS[:1]))),
        ("unwitnessed", "the later one never ran", without(UNDISTURBED, "late")),
        ("restarted", "the init container ran again", record(pod(ENDED, LIVES, LATE, PREPARED_AGAIN), acts=ACTS)),
        ("restarted", "the app ran again", record(pod(ENDED, LIVES, LATE, MAIN_AGAIN), acts=ACTS)),
        ("restarted", "the app was ended before", moved(UNDISTURBED, "main", "terminated", 2.9)),
        ("restarted", "the app did not say that it lived", without(UNDISTURBED, "main", "terminated")),
        ("restarted", "the app never ran", without(UNDISTURBED, "main")),
    ),
)

TRIALS = (SEQUENCE, RETRY, FAILURE, PREPARATION, PRIVACY, COUNT, CHANGE, DISTURBANCE)


def test_an_exit_at_the_very_time_of_the_next_start_proves_nothing() -> None:
    violations = SEQUENCE(moved(IN_ORDER, "init-1", "exit", 2.0))
    assert said(violations) == "init-2 started at 2.000 s, before init-1 exited at 2.000 s [order]"


def test_a_start_is_when_the_kernel_began_the_process_not_when_it_first_printed() -> None:
    assert rules(SEQUENCE(moved(IN_ORDER, "init-1", "exit", 2.03))) == {"order"}


def test_a_start_is_the_first_line_where_the_kernel_does_not_tell() -> None:
    silent = altered(IN_ORDER, "init-2", "started", process_start=None)
    assert SEQUENCE(moved(silent, "init-1", "exit", 2.03)) == []
    assert rules(SEQUENCE(moved(silent, "init-1", "exit", 2.04))) == {"order"}


def test_an_init_that_still_runs_when_its_successor_starts_is_told_as_such() -> None:
    assert said(SEQUENCE(without(IN_ORDER, "init-1", "exit"))) == (
        "init-2 started at 2.000 s, and init-1 had not exited [order]"
    )


def test_an_init_that_failed_and_succeeded_when_it_ran_again_is_in_order() -> None:
    failed = ran("init-1", -1.0, did(-0.9, "locked"), exited(-0.5, code=1), kind="init")
    assert SEQUENCE(record(pod(failed, INIT_1, INIT_2, MAIN))) == []


def test_a_run_that_crashed_was_over_where_a_later_run_took_the_lock_that_it_held() -> None:
    assert SEQUENCE(RETRIED) == []
    assert SEQUENCE(record(pod(INIT_1, CRASHED, FAILED, INIT_2, MAIN))) == []  # in whichever order they were seen


def test_a_run_that_crashed_last_is_told_by_its_signal() -> None:
    assert said(SEQUENCE(record(pod(FAILED, CRASHED, INIT_2, MAIN)))) == (
        "init-2 started although init-1 had been ended by signal 11 [order]"
    )


def test_a_run_that_crashed_with_nothing_to_prove_that_it_was_over_is_told_as_such() -> None:
    assert said(SEQUENCE(record(pod(CRASHED, LOCKED_BEFORE, INIT_2, MAIN)))) == (
        "init-2 started at 9.000 s, and nothing proves that "
        "the run of init-1 that had been ended by signal 11 was over [order]"
    )


def test_a_run_between_a_crash_and_its_success_is_no_exception() -> None:
    late = ran("init-1", 2.5, did(2.55, "locked"), exited(2.8), kind="init")
    assert rules(SEQUENCE(record(pod(FAILED, CRASHED, late, INIT_2, MAIN)))) == {"order"}


def test_a_run_that_crashed_beside_its_successor_and_succeeded_later_is_out_of_order() -> None:
    crash = ran("init-1", 0.0, did(0.1, "locked"), crashed(5.0), kind="init")
    again = ran("init-1", 6.0, did(6.1, "locked"), exited(7.0), kind="init")
    assert "order" in rules(SEQUENCE(record(pod(crash, again, INIT_2, MAIN))))


@pytest.mark.parametrize(
    ("runs", "often"),
    [
        ((), "0 times"),
        ((ran("init-1", 0.0, kind="init"),), "once; its last run had not exited"),
        ((FAILED, CRASHED), "2 times; its last run had been ended by signal 11"),
        ((FAILED, CRASHED, FAILED_AGAIN), "3 times; its last run had exited with 1"),
    ],
)
def test_how_often_an_init_ran_and_how_it_ended_is_told(runs: tuple[Instance, ...], often: str) -> None:
    violations = RETRY(record(pod(*runs)))
    assert said(violations) == f"init-1 was to be run until it succeeds, and ran {often} [given-up]"


def test_runs_that_were_to_fail_and_did_not_are_told_by_their_number() -> None:
    assert said(RETRY(record(pod(INIT_1, ran("init-1", 5.0, exited(5.1), kind="init"))))) == (
        "the first run of init-1 was to exit with another code than 0, and had exited with 0 [unfailed]\n"
        "the second run of init-1 was to be ended by a signal, and had exited with 0 [unfailed]\n"
        "init-1 ran once more after it had succeeded [again]"
    )


@pytest.mark.parametrize("position", [0, 1])
def test_no_run_of_an_init_may_overlap_its_successor(position: int) -> None:
    late = ran("init-1", 2.5, did(2.55, "locked"), exited(2.8), kind="init")
    runs = [INIT_1, INIT_2, MAIN]
    runs.insert(position, late)
    assert rules(SEQUENCE(record(pod(*runs)))) == {"order"}


def test_the_first_run_of_the_app_is_the_one_that_counts() -> None:
    early = ran("main", 2.5, did(2.55, "locked"), exited(2.6))
    assert said(SEQUENCE(record(pod(INIT_1, INIT_2, early, MAIN)))) == (
        "main started at 2.500 s, before init-2 exited at 3.000 s [order]"
    )


def test_every_run_must_have_taken_the_lock() -> None:
    second = ran("main", 5.0, did(5.05, "lock-refused", errno="EAGAIN"))
    assert rules(SEQUENCE(record(pod(INIT_1, INIT_2, MAIN, second)))) == {"overlap"}


def test_a_refused_lock_tells_who_when_and_the_errno() -> None:
    violations = SEQUENCE(instead(IN_ORDER, "main", "locked", REFUSED))
    assert said(violations) == "main was refused the lock at 4.050 s (EAGAIN): another was alive [overlap]"


def test_a_failed_init_tells_who_went_on_and_the_exit_code() -> None:
    violations = SEQUENCE(altered(IN_ORDER, "init-2", "exit", code=3))
    assert said(violations) == "main started although init-2 had exited with 3 [order]"


def test_the_clocks_of_two_pods_are_never_compared() -> None:
    late = ran("init-1", 9.0, did(9.1, "locked"), exited(9.5), kind="init")
    assert SEQUENCE(record(pod(late, role="first"), pod(INIT_2, MAIN, role="second"))) == []


def test_a_container_that_the_status_tells_of_went_on_though_it_printed_nothing() -> None:
    [failed] = STOPPED.pods
    for state in ("running", "terminated"):
        for group in ("initContainerStatuses", "containerStatuses"):
            status = {"phase": "Failed", group: [{"name": "main", "state": {state: {}}}]}
            seen = replace(failed, observations=(*failed.observations, Observation(9.0, "MODIFIED", {}, status)))
            assert said(FAILURE(record(seen))) == (
                "main was started, though init-1 before it was to fail the Pod [went-on]"
            )


def test_a_container_that_waits_did_not_go_on() -> None:
    [failed] = STOPPED.pods
    waiting = {"name": "main", "state": {"waiting": {"reason": "PodInitializing"}}}
    status = {"phase": "Failed", "containerStatuses": [waiting]}
    seen = replace(failed, observations=(*failed.observations, Observation(9.0, "MODIFIED", {}, status)))
    assert FAILURE(record(seen)) == []


def test_a_pod_that_did_not_fail_is_told_with_its_phase() -> None:
    violations = FAILURE(record(pod(FAILING, phase="Running", role="fails")))
    assert said(violations) == "Pod fails is Running, not Failed, though init-1 was to fail it [not-failed]"


def test_what_was_not_found_is_told_with_the_errno() -> None:
    gone = did(1.1, "not-read", file="/work/prepared", errno="ENOENT", awaited=0.0)
    text = said(PREPARATION(instead(PREPARED, "main", "read", gone)))
    assert text.startswith("main has no event read; ")
    assert text.endswith("not-read file=/work/prepared errno=ENOENT awaited=0.0 [not-found]")


def test_what_was_altered_is_told_from_both_sides() -> None:
    violations = PREPARATION(altered(PREPARED, "main", "read", content="other"))
    assert said(violations) == "prepare left content nonce, main found other [altered]"


def test_both_that_nothing_was_left_and_that_nothing_was_found_are_told() -> None:
    history = without(without(PREPARED, "prepare", "wrote"), "main", "read")
    assert rules(PREPARATION(history)) == {"unwitnessed", "not-found"}


def test_what_the_last_run_of_the_app_found_counts() -> None:
    second = ran("main", 2.0, did(2.1, "read", content="other"), exited(2.2))
    assert rules(PREPARATION(record(pod(PREPARE, FOUND, second)))) == {"altered"}


def test_a_wrong_content_is_altered_although_a_later_run_found_nothing() -> None:
    wrong = ran("main", 1.0, did(1.1, "read", content="other"), exited(1.2))
    nothing = ran("main", 2.0, did(2.1, "not-read", errno="ENOENT"), exited(2.2, code=1))
    assert rules(PREPARATION(record(pod(PREPARE, wrong, nothing)))) == {"altered", "not-found"}


def test_what_a_quota_counts_otherwise_is_told_with_both_amounts() -> None:
    assert said(COUNT(counted(NOTHING, {f"requests.{UNITS}": "200"}))) == (
        "the quota counts 200 of podproof.dev/units for a Pod that asks for 300 at most [other-amount]"
    )


def test_a_field_that_the_api_dropped_was_not_changed() -> None:
    assert CHANGE(changes(TAKEN, change(200, ENV, {}))) == []


def test_an_image_that_was_stored_under_another_name_was_changed() -> None:
    assert CHANGE(changes(change(200, {"image": NEW}, {"image": "mirror/nginx"}), KEPT)) == []


def test_an_image_that_is_refused_is_told_with_the_answer() -> None:
    assert said(CHANGE(changes(change(422, {"image": NEW}, {}), KEPT))) == (
        "the API did not change the image of init: 422 why [refused]"
    )


def test_an_app_that_did_not_outlive_the_later_container_is_told_of() -> None:
    assert said(DISTURBANCE(moved(UNDISTURBED, "main", "terminated", 2.9))) == (
        "nothing tells that main still lived when late was started, after prepare was changed [restarted]"
    )
