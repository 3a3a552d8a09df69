"""Both clocks of a record on one axis."""

from dataclasses import replace

import pytest

from records import Act, Event, Instance
from reports.picture import axis
from tests.helpers.histories import SECOND, clock, did, pod, ran, record


def later(run: Instance, lag: float) -> Instance:
    """Return the run as the suite reads it: each line that much later than it was printed, s."""
    return replace(run, events=tuple(replace(event, seen=event.seen + lag) for event in run.events))


def on_another_clock(run: Instance, ahead: float) -> Instance:
    """Return the run with a node's clock that is that much ahead, s."""
    moved = round(ahead * SECOND)
    events: list[Event] = []
    for event in run.events:
        start = event.fields.get("process_start")
        fields = event.fields | ({"process_start": start + moved} if start else {})
        events.append(replace(event, clock=event.clock + moved, fields=fields))
    return replace(run, events=tuple(events))


def test_zero_is_where_the_first_process_began_as_in_the_numbered_timeline() -> None:
    of = axis.of(record(pod(ran("main", 2.0, did(3.5, "wrote")))))
    assert of.printed("pod", clock(3.5)) == pytest.approx(1.5)


def test_the_line_that_is_read_soonest_lays_the_clocks_on_each_other() -> None:
    run = ran("main", 1.0, did(2.0, "wrote"))
    lags = (0.5, 0.2)
    events = tuple(replace(event, seen=event.seen + lag) for event, lag in zip(run.events, lags, strict=True))
    of = axis.of(replace(record(pod(replace(run, events=events))), seconds=9.0))
    assert of.seen(2.2) == pytest.approx(of.printed("pod", clock(2.0)))


def test_pods_of_one_node_share_its_clock() -> None:
    first, second = pod(ran("main", 1.0), role="first"), pod(later(ran("main", 3.0), 0.7), role="second")
    of = axis.of(record(first, second))
    assert of.printed("second", clock(3.0)) - of.printed("first", clock(1.0)) == pytest.approx(2.0)


def test_a_pod_with_a_clock_of_its_own_does_not_begin_before_it_was_created() -> None:
    first = pod(ran("main", 1.0), role="first")
    second = pod(on_another_clock(ran("main", 3.0), -3_000.0), role="second")
    of = axis.of(record(first, second, acts=[Act(0.1, "created", "first"), Act(2.9, "created", "second")]))
    assert of.printed("second", clock(3.0 - 3_000.0)) == pytest.approx(of.printed("first", clock(3.0)), abs=0.1)


def test_what_a_containers_clock_says_stands_within_the_scenario() -> None:
    lies = replace(did(2.0, "wrote"), clock=10**30)
    of = axis.of(replace(record(pod(ran("main", 1.0, lies, did(3.0, "wrote")))), seconds=5.0))
    assert of.printed("pod", 10**30) == of.seen(5.0)


def test_a_forged_clock_moves_no_other_line() -> None:
    lies = replace(did(2.0, "wrote"), clock=10**30)
    of = axis.of(replace(record(pod(ran("main", 1.0, lies, did(3.0, "wrote")))), seconds=5.0))
    assert of.printed("pod", clock(3.0)) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("start", "end", "labels"),
    [
        (0.0, 1.0, ["0 s", "0.2 s", "0.4 s", "0.6 s", "0.8 s", "1.0 s"]),
        (0.0, 120.0, ["0 s", "20 s", "40 s", "60 s", "80 s", "100 s", "120 s"]),
        (-3.0, 21.0, ["0 s", "5 s", "10 s", "15 s", "20 s"]),
        (-0.012, 0.02, ["-0.01 s", "0 s", "0.01 s", "0.02 s"]),
    ],
)
def test_ticks_are_round_seconds(start: float, end: float, labels: list[str]) -> None:
    found = axis.ticks(start, end)
    assert [label.replace("\N{MINUS SIGN}", "-") for _, label in found] == labels
    assert all(start <= at <= end + 1e-9 for at, _ in found)
