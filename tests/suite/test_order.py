"""The words of order: each has a history in which it is true, and broken ones; what is not proven violates too."""

import pytest

from records import Act, Instance, PodRecord, Violation
from suite.order import bracketed, exits_before, in_turn, restarted, run_together, starts_before
from tests.helpers.histories import altered, crashed, did, exited, pod, ran, record, said, without

INIT = ran("init", 0.0, did(0.1, "locked"), exited(1.0), kind="init")
CRASHED = ran("init", 0.0, did(0.1, "locked"), crashed(1.0), kind="init")
APP = ran("app", 2.0, did(2.1, "locked"), exited(3.0))
AGAIN = ran("app", 4.0, did(4.1, "locked"), exited(5.0))
UNPROVEN = "nothing proves that the run of init that had been ended by signal 11 was over [order]"


def without_a_start(history: PodRecord, container: str) -> PodRecord:
    """Return the Pod in which the container did not print its start."""
    return without(record(history), container, "started").pods[0]


@pytest.mark.parametrize(
    ("history", "text"),
    [
        (pod(INIT, APP), ""),
        (pod(INIT, APP, ran("init", 4.0, kind="init")), ""),
        (pod(APP), "init never ran [order]"),
        (pod(INIT), "app never ran [order]"),
        (without_a_start(pod(INIT, APP), "app"), "a run of app has no event started [order]"),
        (pod(ran("init", 2.0), APP), "app started at 0.000 s, not after init at 0.000 s [order]"),
        (pod(INIT, AGAIN, ran("app", -1.0)), "app started at 0.000 s, not after init at 1.000 s [order]"),
    ],
)
def test_a_container_starts_before_all_runs_of_another(history: PodRecord, text: str) -> None:
    assert said(starts_before(history, "init", "app")) == text


@pytest.mark.parametrize(
    ("history", "text"),
    [
        (pod(INIT, APP), ""),
        (pod(INIT, APP, AGAIN), ""),
        (pod(CRASHED, ran("init", 1.2, did(1.3, "locked"), exited(1.4), kind="init"), APP), ""),
        (pod(CRASHED, APP), ""),
        (pod(APP), "init never ran [order]"),
        (pod(INIT), "app never ran [order]"),
        (without_a_start(pod(INIT, APP), "app"), "a run of app has no event started [order]"),
        (pod(INIT, ran("app", 1.0)), "app started at 1.000 s, before init exited at 1.000 s [order]"),
        (pod(ran("init", 0.0, kind="init"), APP), "app started at 2.000 s, and init had not exited [order]"),
        (
            pod(INIT, APP, ran("init", 2.5, exited(2.6), kind="init")),
            "app started at 2.000 s, before init exited at 2.600 s [order]",
        ),
        (pod(CRASHED, ran("app", 2.0)), f"app started at 2.000 s, and {UNPROVEN}"),
        (pod(CRASHED, ran("app", 2.0, did(2.1, "locked", file="other"))), f"app started at 2.000 s, and {UNPROVEN}"),
    ],
)
def test_every_run_of_a_container_exits_before_another_starts(history: PodRecord, text: str) -> None:
    assert said(exits_before(history, "init", "app")) == text


@pytest.mark.parametrize(
    ("left", "right", "together"),
    [
        ([(0.0, 2.0)], [(1.0, 3.0)], True),
        ([(1.0, 2.0)], [(0.0, 3.0)], True),
        ([(0.0, 1.0), (2.0, 4.0)], [(3.0, 5.0)], True),
        ([(0.0, 1.0)], [(1.0, 2.0)], False),
        ([(0.0, 1.0), (3.0, 4.0)], [(1.5, 2.0)], False),
        ([(0.0, 1.0)], [], False),
    ],
)
def test_containers_run_together_when_two_of_their_runs_overlap(
    left: list[tuple[float, float]], right: list[tuple[float, float]], *, together: bool
) -> None:
    lives = [("left", *life) for life in left] + [("right", *life) for life in right]
    history = pod(*(ran(name, start, exited(end)) for name, start, end in lives))
    expected = "" if together else "nothing proves that left and right were alive at the same time [apart]"
    assert said(run_together(history, "left", "right")) == expected
    assert said(run_together(record(history), "right", "left")) == expected.replace("left and right", "right and left")


def test_containers_of_two_pods_never_run_together() -> None:
    history = record(pod(ran("left", 0.0, exited(2.0)), role="one"), pod(ran("right", 1.0, exited(3.0)), role="two"))
    assert run_together(history, "left", "right")


@pytest.mark.parametrize(("seconds", "alive"), [(1.0, False), (1.5, True), (2.0, False)])
def test_a_container_runs_at_a_line_of_its_neighbour(seconds: float, *, alive: bool) -> None:
    line = did(seconds, "looked")
    history = record(pod(ran("left", 0.0, line, exited(3.0)), ran("right", 1.0, exited(2.0))))
    [at] = history.pods[0].instances[0].all("looked")
    text = "nothing proves that left and right were alive at the same time when left printed looked [apart]"
    assert said(run_together(history, "left", "right", at=at)) == ("" if alive else text)


@pytest.mark.parametrize(
    ("runs", "times", "text"),
    [
        ((APP, AGAIN), None, ""),
        ((APP, AGAIN), 1, ""),
        ((APP,), 0, ""),
        ((), None, "app never ran [not-restarted]"),
        ((), 0, "app never ran [not-restarted]"),
        ((APP,), None, "app had exited with 0, and was not run again [not-restarted]"),
        ((APP,), 1, "app had exited with 0, and was not run again [not-restarted]"),
        ((APP, AGAIN), 0, "app had exited with 0, and ran 2 times [not-restarted]"),
        ((APP, AGAIN), 2, "app had exited with 0, and ran 2 times [not-restarted]"),
    ],
)
def test_a_container_restarted_as_many_times_as_it_was_to(
    runs: tuple[Instance, ...], times: int | None, text: str
) -> None:
    assert said(restarted(record(pod(*runs)), "app", times=times)) == text


def test_a_word_breaks_the_rule_that_a_judge_gives() -> None:
    history = pod(APP)
    found: list[Violation] = [
        *starts_before(history, "init", "app", "given"),
        *exits_before(history, "init", "app", "given"),
        *run_together(history, "init", "app", "given"),
        *restarted(history, "app", "given"),
        *in_turn(history, "given", ("app", did(1, "one")), ("app", did(1, "other"))),
    ]
    assert [violation.rule for violation in found] == ["given"] * 5


def test_a_start_without_the_kernels_time_is_the_first_line() -> None:
    history = altered(record(pod(INIT, ran("app", 0.97))), "app", "started", process_start=None)
    assert exits_before(history.pods[0], "init", "app") == []


def test_events_are_in_turn_when_each_is_later_than_the_one_before() -> None:
    moments = [("one", did(1, "a")), ("two", did(2, "b")), ("one", did(2, "c")), ("two", did(3, "d"))]
    [violation] = in_turn(pod(ran("one", 0.0)), "order", *moments)
    assert str(violation) == "one printed c at 2.000 s, not after two printed b at 2.000 s [order]"


@pytest.mark.parametrize(
    ("proofs", "looks", "proven"),
    [
        ((1, 5), (3, 4), True),
        ((2, 5), (3, 4), False),
        ((1, 4), (3, 4), False),
        ((1, 5), (2, 4), False),
        ((1, 5), (), False),
        ((), (3, 4), False),
    ],
)
def test_proofs_bracket_a_pod_from_its_creation_to_its_last_look(
    proofs: tuple[int, ...], looks: tuple[int, ...], *, proven: bool
) -> None:
    events = [did(at, "proof") for at in proofs], [did(at, "look") for at in looks]
    assert bracketed(record(acts=[Act(2, "created", "stranger")]), "stranger", *events) == proven
    assert not bracketed(record(), "stranger", *events)
