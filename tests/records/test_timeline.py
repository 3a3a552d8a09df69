"""The timeline, as a person reads it."""

from dataclasses import replace

from records import Timeline, Violation
from tests.helpers.histories import (
    altered,
    did,
    exited,
    pod,
    ran,
    record,
)

FIRST = ran("prepare", 1.0, exited(1.5), kind="init")
SECOND = ran("main", 2.0, did(2.1, "not-read", file="/data/x", errno="ENOENT"))


def test_events_stand_in_the_order_of_the_nodes_clock_from_the_first_start_on() -> None:
    history = record(replace(pod(SECOND, FIRST, role="pod"), window="observed until: it failed"))
    assert str(Timeline(history)).splitlines() == [
        "Pod pod (Running, on node-1), observed until: it failed",
        "   1     0.040 s  prepare  started pid=1",
        "   2     0.500 s  prepare  exit code=0",
        "   3     1.040 s  main     started pid=1",
        "   4     1.100 s  main     not-read file=/data/x errno=ENOENT",
    ]


def test_events_of_one_clock_stand_in_the_order_of_their_numbers() -> None:
    history = record(pod(ran("main", 0.0, did(0.04, "a"), did(0.04, "b"))))
    assert [line.split()[-1] for line in str(Timeline(history)).splitlines()[2:]] == ["a", "b"]


def test_zero_is_the_first_line_where_the_kernel_does_not_tell_a_start() -> None:
    history = altered(record(pod(FIRST)), "prepare", "started", process_start=None)
    assert "   1     0.000 s  prepare  started" in str(Timeline(history))


def test_every_pod_has_a_zero_of_its_own() -> None:
    lines = str(Timeline(record(pod(FIRST, role="a"), pod(SECOND, role="b", node="")))).splitlines()
    assert lines[0].startswith("Pod a (Succeeded, on node-1), ")
    assert lines[3].startswith("Pod b (Running), ")
    assert [line.split()[:2] for line in (lines[1], lines[4])] == [["1", "0.040"], ["1", "0.040"]]


def test_a_long_value_is_told_by_its_beginning() -> None:
    lines = str(Timeline(record(pod(ran("main", 0.0, did(1.0, "sent", sha256="0123456789abcdef" * 4)))))).splitlines()
    assert lines[-1].endswith("sent sha256=0123456789ab…")


def test_a_pod_that_printed_nothing_has_its_head_alone() -> None:
    assert str(Timeline(record(pod(role="quiet")))) == "Pod quiet (Pending, on node-1), observed until: its end"


def test_the_events_that_violations_speak_of_are_marked_with_their_rules() -> None:
    history = record(pod(FIRST, SECOND))
    started, missed = history.instances[1].events
    found = (
        Violation("not-read", "…", "main  read", (missed,)),
        Violation("late", "…", events=(started, missed)),
        Violation("not-read", "again", "main  read", (missed,)),
    )
    timeline = Timeline(history, found)
    assert timeline.expected == ["main  read  [not-read]"]
    assert str(timeline).splitlines()[3:] == [
        ">  3     1.040 s  main     started pid=1  [late]",
        ">  4     1.100 s  main     not-read file=/data/x errno=ENOENT  [not-read]  [late]",
    ]
    assert Timeline(history).expected == []
