"""Judges of the init order: their histories, and what lies at the edges of their rules."""

from dataclasses import replace

import pytest

from records import Observation
from suite import judges
from tests.histories import altered, did, exited, instead, moved, pod, ran, record, rules, said, without
from tests.trial import Trial

INIT_1 = ran("init-1", 0.0, did(0.05, "locked"), exited(1.0), kind="init")
INIT_2 = ran("init-2", 2.0, did(2.05, "locked"), exited(3.0), kind="init")
MAIN = ran("main", 4.0, did(4.05, "locked"))
IN_ORDER = record(pod(INIT_1, INIT_2, MAIN))
REFUSED = did(4.05, "lock-refused", errno="EAGAIN")

SEQUENCE = Trial(
    judges.out_of_sequence,
    ("init-1", "init-2", "main"),
    good=IN_ORDER,
    broken=(
        ("missing", "a container never ran", without(IN_ORDER, "init-2")),
        ("missing", "a container did not try to take the lock", without(IN_ORDER, "main", "locked")),
        ("failed", "an init container exited with 1", altered(IN_ORDER, "init-1", "exit", code=1)),
        ("order", "an init container exited after the next started", moved(IN_ORDER, "init-1", "exit", 2.5)),
        ("order", "an init container never exited", without(IN_ORDER, "init-2", "exit")),
        ("overlap", "the app was refused the lock", instead(IN_ORDER, "main", "locked", REFUSED)),
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
        ("missing", "the init container never ran", without(STOPPED, "init-1")),
        ("missing", "the init container never exited", without(STOPPED, "init-1", "exit")),
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
        ("not-made", "the init container never ran", without(PREPARED, "prepare")),
        ("not-made", "it wrote nothing", without(PREPARED, "prepare", "wrote")),
        ("not-found", "no file", instead(PREPARED, "main", "read", did(1.1, "not-read", errno="ENOENT"))),
        ("altered", "another content", altered(PREPARED, "main", "read", content="other")),
    ),
)

TRIALS = (SEQUENCE, FAILURE, PREPARATION)


def test_an_exit_at_the_very_time_of_the_next_start_proves_nothing() -> None:
    violations = SEQUENCE(moved(IN_ORDER, "init-1", "exit", 2.0))
    assert said(violations) == "init-2 started at 2.000 s, before init-1 exited at 2.000 s [order]"


def test_a_start_is_when_the_kernel_began_the_process_not_when_it_first_printed() -> None:
    assert rules(SEQUENCE(moved(IN_ORDER, "init-1", "exit", 2.03))) == {"order"}


def test_a_start_is_the_first_line_where_the_kernel_does_not_tell() -> None:
    untold = altered(IN_ORDER, "init-2", "started", process_start=None)
    assert SEQUENCE(moved(untold, "init-1", "exit", 2.03)) == []
    assert rules(SEQUENCE(moved(untold, "init-1", "exit", 2.04))) == {"order"}


def test_an_init_that_still_runs_when_its_successor_starts_is_told_as_such() -> None:
    assert said(SEQUENCE(without(IN_ORDER, "init-1", "exit"))) == (
        "init-2 started at 2.000 s, and init-1 had not exited [order]"
    )


def test_an_init_that_failed_and_succeeded_when_it_ran_again_is_in_order() -> None:
    failed = ran("init-1", -1.0, did(-0.9, "locked"), exited(-0.5, code=1), kind="init")
    assert SEQUENCE(record(pod(failed, INIT_1, INIT_2, MAIN))) == []


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
    assert said(violations) == "main started although init-2 had exited with 3 [failed]"


def test_the_clocks_of_two_pods_are_never_compared() -> None:
    late = ran("init-1", 9.0, did(9.1, "locked"), exited(9.5), kind="init")
    assert SEQUENCE(record(pod(late, role="first"), pod(INIT_2, MAIN, role="second"))) == []


def test_a_container_that_the_status_tells_of_went_on_though_it_printed_nothing() -> None:
    [failed] = STOPPED.pods
    for state in ("running", "terminated"):
        for group in ("initContainerStatuses", "containerStatuses"):
            status = {"phase": "Failed", group: [{"name": "main", "state": {state: {}}}]}
            told = replace(failed, observations=(*failed.observations, Observation(9.0, "MODIFIED", {}, status)))
            assert said(FAILURE(record(told))) == (
                "main was started, though init-1 before it was to fail the Pod [went-on]"
            )


def test_a_container_that_waits_did_not_go_on() -> None:
    [failed] = STOPPED.pods
    waiting = {"name": "main", "state": {"waiting": {"reason": "PodInitializing"}}}
    status = {"phase": "Failed", "containerStatuses": [waiting]}
    told = replace(failed, observations=(*failed.observations, Observation(9.0, "MODIFIED", {}, status)))
    assert FAILURE(record(told)) == []


def test_a_pod_that_did_not_fail_is_told_with_its_phase() -> None:
    violations = FAILURE(record(pod(FAILING, phase="Running", role="fails")))
    assert said(violations) == "Pod fails is Running, not Failed, though init-1 was to fail it [not-failed]"


def test_what_was_not_found_is_told_with_the_errno() -> None:
    gone = did(1.1, "not-read", file="/work/prepared", errno="ENOENT", awaited=0.0)
    told = said(PREPARATION(instead(PREPARED, "main", "read", gone)))
    assert told.startswith("main has no event read; ")
    assert told.endswith("not-read file=/work/prepared errno=ENOENT awaited=0.0 [not-found]")


def test_what_was_altered_is_told_from_both_sides() -> None:
    violations = PREPARATION(altered(PREPARED, "main", "read", content="other"))
    assert said(violations) == "prepare left content nonce, main found other [altered]"


def test_both_that_nothing_was_left_and_that_nothing_was_found_are_told() -> None:
    history = without(without(PREPARED, "prepare", "wrote"), "main", "read")
    assert rules(PREPARATION(history)) == {"not-made", "not-found"}


def test_what_the_last_run_of_the_app_found_counts() -> None:
    second = ran("main", 2.0, did(2.1, "read", content="other"), exited(2.2))
    assert rules(PREPARATION(record(pod(PREPARE, FOUND, second)))) == {"altered"}


def test_a_wrong_content_is_altered_although_a_later_run_found_nothing() -> None:
    wrong = ran("main", 1.0, did(1.1, "read", content="other"), exited(1.2))
    nothing = ran("main", 2.0, did(2.1, "not-read", errno="ENOENT"), exited(2.2, code=1))
    assert rules(PREPARATION(record(pod(PREPARE, wrong, nothing)))) == {"altered", "not-found"}
