"""Observations of the order in which apps start."""

from suite.start import observations
from tests.helpers.histories import crashed, did, exited, pod, ran, record

MADE = did(0.15, "queue-opened", key="pair", id=0, create=True)
CONSUMER_FAILED = [did(0.05, "no-queue", key="pair", errno="ENOENT", looks=1), exited(0.06, code=1)]


def test_the_order_of_every_pod_is_told_and_how_many_kept_to_the_spec() -> None:
    forward = pod(ran("one", 0.0), ran("two", 0.12), ran("three", 0.3), role="forward")
    backward = pod(ran("three", 5.0), ran("two", 4.9), ran("one", 4.8), role="backward")
    summary, *lines = observations.start_order(record(forward, backward))
    order, span = summary.split("; ")
    assert order == "1 of 2 Pods started their app containers in the order of the spec"
    assert span == "from the first to the last 200 ms to 300 ms"
    assert lines == [
        "Pod forward: in the spec one, two, three; started one +0 ms, two +120 ms, three +300 ms",
        "Pod backward: in the spec three, two, one; started one +0 ms, two +100 ms, three +200 ms",
    ]


def test_equal_times_are_no_order() -> None:
    [first, _] = observations.start_order(record(pod(ran("one", 1.0), ran("two", 1.0))))
    assert first.startswith("0 of 1 Pods started")


def test_the_first_run_of_a_container_counts_and_init_containers_do_not() -> None:
    runs = [ran("init", 0.0, exited(0.1), kind="init"), ran("one", 1.0, crashed(1.1)), ran("one", 3.0), ran("two", 2.0)]
    assert observations.start_order(record(pod(*runs)))[1] == (
        "Pod pod: in the spec one, two; started one +0 ms, two +1000 ms"
    )


def test_a_container_that_never_started_is_told() -> None:
    [only] = record(pod(ran("one", 1.0))).pods
    only.sent["spec"]["containers"].append({"name": "two"})
    assert observations.start_order(record(only)) == [
        "0 of 1 Pods started their app containers in the order of the spec; from the first to the last 0 ms to 0 ms",
        "Pod pod: in the spec one, two; started one +0 ms, two never",
    ]
    assert observations.first_look(record(only), "one", "two") == ["in the spec one, two; two never started"]


def test_a_consumer_that_came_too_early_is_told_with_the_errno_and_its_exit_code() -> None:
    history = record(pod(ran("consumer", 0.0, *CONSUMER_FAILED), ran("producer", 0.08, MADE, exited(0.2))))
    [line] = observations.first_look(history, "producer", "consumer")
    when, what = line.split(": ")
    assert when.startswith("in the spec consumer, producer; consumer started 80 ms before producer and looked ")
    assert when.endswith(" looked 100 ms before the queue was made")
    assert what == "no-queue key=pair errno=ENOENT looks=1, exit code=1"


def test_a_consumer_that_came_later_is_told_with_what_it_found() -> None:
    found = [did(0.25, "queue-opened", key="pair", id=0), exited(0.3)]
    history = record(pod(ran("producer", 0.0, MADE, exited(0.2)), ran("consumer", 0.2, *found)))
    [line] = observations.first_look(history, "producer", "consumer")
    when, what = line.split(": ")
    assert when.endswith("; consumer started 200 ms after producer and looked 100 ms after the queue was made")
    assert what == "queue-opened key=pair id=0, exit code=0"


def test_a_queue_that_was_never_made_is_not_told_to_be() -> None:
    history = record(pod(ran("consumer", 0.0, *CONSUMER_FAILED), ran("producer", 0.08, exited(0.2))))
    [line] = observations.first_look(history, "producer", "consumer")
    assert line.split(": ")[0] == "in the spec consumer, producer; consumer started 80 ms before producer"
