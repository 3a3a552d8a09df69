"""Observations of IPC that nothing promises."""

from suite.ipc import observations
from tests.helpers.histories import crashed, did, exited, pod, ran, record


def test_what_was_measured_is_told_with_its_folder() -> None:
    history = record(pod(ran("before", 0.0, did(0.1, "measured", folder="/cache", bytes=64), exited(0.2))))
    assert observations.measured(history, "before") == ["/cache has 64 bytes"]
    assert observations.measured(history, "main") == ["main measured nothing"]


def test_what_outlived_a_container_is_told_kind_by_kind() -> None:
    made = [did(0.1, "object-made", kind=kind, content="a") for kind in ("one", "two", "three")]
    found = [
        did(2.1, "object-holds", kind="one", content="a"),
        did(2.2, "object-lost", kind="two", errno="ENOENT"),
    ]
    history = record(pod(ran("creator", 0.0, *made, crashed(0.4)), ran("creator", 2.0, *found)))
    assert observations.outlived(history, "creator", "one", "two", "three", "four") == [
        "one: still held what it had",
        "two: was not there as it had been: object-lost kind=two errno=ENOENT",
        "three: was not there as it had been: nobody looked",
        "four: was not made",
    ]
    once = record(pod(ran("creator", 0.0, *made, exited(0.4))))
    assert observations.outlived(once, "creator", "one") == ["creator was not run again"]


def test_namespaces_are_told_kind_by_kind_with_who_shares_them() -> None:
    left = ran("left", 0.0, did(0.1, "namespaces", ipc="ipc:[1]", pid="pid:[2]"))
    right = ran("right", 0.0, did(0.1, "namespaces", ipc="ipc:[1]", pid="pid:[3]"))
    assert observations.namespaces(record(pod(left, right)), "left", "right", "late") == [
        "ipc: one for all (left ipc:[1], right ipc:[1])",
        "pid: 2 (left pid:[2], right pid:[3])",
        "late told none",
    ]
