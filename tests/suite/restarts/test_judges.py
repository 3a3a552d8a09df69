"""Judges of restarts: their histories, and what lies at the edges of their rules."""

from dataclasses import replace

import pytest

from records import Record
from suite.restarts import judges
from suite.restarts.test_restarts import growing, limits
from tests.helpers.histories import crashed, did, exited, pod, ran, record, rules, without
from tests.helpers.trial import Trial

LEFT = ran("left", 0.0, exited(0.1))
LEFT_AGAIN = ran("left", 1.0, exited(1.1))
FAILED = ran("right", 0.0, exited(0.2, code=1))
CRASHED = ran("right", 0.0, crashed(0.2))
RIGHT_AGAIN = ran("right", 1.0, exited(1.2))
LIVES = ran("right", 1.0, did(1.1, "waiting"))

ON_FAILURE = record(pod(LEFT, FAILED, RIGHT_AGAIN, phase="Succeeded"))
ALWAYS = record(pod(LEFT, FAILED, LEFT_AGAIN, RIGHT_AGAIN, phase="Running"))


def ended_before(history: Record) -> Record:
    """Return a copy in which the Pod was Succeeded for a while."""
    [only] = history.pods
    first, *others = only.observations
    over = replace(first, status=first.status | {"phase": "Succeeded"})
    return record(replace(only, observations=(first, over, *others)))


POLICY = Trial(
    judges.not_by_policy,
    ({"left": (0,), "right": (1, 0)}, "Succeeded"),
    good=ON_FAILURE,
    broken=(
        ("unwitnessed", "what was to fail succeeded", record(pod(LEFT, ran("right", 0.0, exited(0.2)), RIGHT_AGAIN))),
        ("unwitnessed", "it was ended by a signal", record(pod(LEFT, CRASHED, RIGHT_AGAIN, phase="Succeeded"))),
        ("not-restarted", "what failed was not run again", record(pod(LEFT, FAILED, phase="Succeeded"))),
        ("not-restarted", "an app never ran", without(ON_FAILURE, "left")),
        (
            "restarted",
            "what succeeded was run again",
            record(pod(LEFT, FAILED, LEFT_AGAIN, RIGHT_AGAIN, phase="Succeeded")),
        ),
        ("wrong-phase", "the Pod failed", record(pod(LEFT, FAILED, RIGHT_AGAIN, phase="Failed"))),
        ("wrong-phase", "the Pod goes on", record(pod(LEFT, FAILED, RIGHT_AGAIN, phase="Running"))),
    ),
)

FIRST = ran("again", 0.0, exited(1.0, code=1))
SECOND = ran("again", 1.5, exited(2.0, code=1))
THIRD = ran("again", 12.0, exited(12.5, code=1))
FOURTH = ran("again", 32.5, did(33.0, "waiting"))
GROWN = record(pod(FIRST, SECOND, THIRD, FOURTH))

BACK_OFF = Trial(
    judges.too_soon,
    ("again", (0.0, 10.0, 20.0)),
    good=GROWN,
    broken=(
        ("unwitnessed", "a run succeeded", record(pod(FIRST, ran("again", 1.5, exited(2.0)), THIRD, FOURTH))),
        ("unwitnessed", "a run crashed", record(pod(FIRST, ran("again", 1.5, crashed(2.0)), THIRD, FOURTH))),
        ("not-restarted", "it never ran", without(GROWN, "again")),
        ("not-restarted", "it was not run a fourth time", record(pod(FIRST, SECOND, THIRD))),
        ("too-soon", "10 s later", record(pod(FIRST, SECOND, THIRD, ran("again", 22.5, did(23.0, "waiting"))))),
        (
            "too-soon",
            "5 s later",
            record(pod(FIRST, SECOND, ran("again", 7.0, exited(7.5, code=1)), FOURTH)),
        ),
    ),
)

TRIALS = (POLICY, BACK_OFF)


@pytest.mark.parametrize(
    ("configured", "delays"),
    [
        ({"crashLoopBackOff": {"maxContainerRestartPeriod": "5m0s"}, "featureGates": None}, (0, 10, 20)),
        ({"crashLoopBackOff": {"maxContainerRestartPeriod": "12s"}, "featureGates": {}}, (0, 10, 12)),
        ({"crashLoopBackOff": {"maxContainerRestartPeriod": "2s"}, "featureGates": {}}, (0, 2, 2)),
        ({"crashLoopBackOff": {}, "featureGates": {"AllAlpha": False}}, (0, 10, 20)),
        ({"crashLoopBackOff": {}, "featureGates": {"ReduceDefaultCrashLoopBackOffDecay": True}}, (0, 1, 2)),
        ({"crashLoopBackOff": {}, "featureGates": {"AllAlpha": True}}, (0, 1, 2)),
    ],
)
def test_the_delays_are_those_of_the_kubelets_configuration(
    configured: dict[str, object], delays: tuple[float, ...]
) -> None:
    assert growing(*limits(configured)) == delays


def test_a_delay_is_from_the_last_word_of_a_run_to_the_first_of_the_next() -> None:
    just = record(pod(FIRST, SECOND, ran("again", 11.98, exited(12.5, code=1)), FOURTH))  # by the kernel's 10 ms
    assert judges.too_soon(just, "again", (0.0, 10.0, 20.0)) == []


def test_a_signals_code_is_that_of_a_run_that_failed() -> None:
    history = record(pod(LEFT, CRASHED, RIGHT_AGAIN, phase="Succeeded"))
    assert rules(judges.not_by_policy(history, {"left": (0,), "right": (139, 0)}, "Succeeded")) == set()


@pytest.mark.parametrize(
    ("history", "broken"),
    [
        (ALWAYS, set()),
        (record(pod(LEFT, FAILED, LEFT_AGAIN, LIVES)), set()),
        (record(pod(LEFT, FAILED, RIGHT_AGAIN, phase="Running")), {"not-restarted"}),
        (record(pod(LEFT, FAILED, LEFT_AGAIN, RIGHT_AGAIN, phase="Succeeded")), {"wrong-phase"}),
        (record(pod(LEFT, FAILED, LEFT_AGAIN, LIVES, phase="Pending")), {"wrong-phase"}),
        (ended_before(ALWAYS), {"wrong-phase"}),
    ],
)
def test_what_is_always_run_again_keeps_its_pod_running(history: Record, broken: set[str]) -> None:
    assert rules(judges.not_by_policy(history, {"left": (0,), "right": (1,)}, "Running")) == broken
