"""Judges of what a volume may hold: their histories, and what lies at the edges of their rules."""

from dataclasses import replace
from typing import Any

import pytest

from records import Act, Event, Instance, Record
from records.completeness import AWAITED
from suite.volumes.limits import judges
from tests.helpers.histories import (
    altered,
    did,
    exited,
    instead,
    pod,
    ran,
    record,
    rules,
    said,
    without,
)
from tests.helpers.trial import Trial

MIB = 1 << 20
BOTH = ("writer", "neighbour")
TMPFS: dict[str, Any] = {"folder": "/data", "magic": "0x1021994", "size": 240 * MIB, "free": 240 * MIB}
DISK: dict[str, Any] = {"folder": "/data", "magic": "0xef53", "size": 2**38, "free": 2**37}


def space(**other: Any) -> Event:
    return did(0.1, "space", **(TMPFS | other))


def filling(mebibytes: int, seconds: float = 0.2) -> Event:
    return did(seconds, "filling", file="/data/file", goal=mebibytes * MIB)


def filled(mebibytes: int, seconds: float = 0.4) -> Event:
    return did(seconds, "filled", file="/data/file", bytes=mebibytes * MIB)


def refused(mebibytes: int, seconds: float = 0.4, errno: str = "ENOSPC") -> Event:
    return did(seconds, "not-filled", file="/data/file", bytes=mebibytes * MIB, errno=errno)


def killed(container: str, *events: Event, reason: str = "Error") -> Instance:
    """Return a run that SIGKILL ended in the midst of its output."""
    return replace(ran(container, 0.0, *events), output="whole", terminated={"exitCode": 137, "reason": reason})


TERMINATED = (did(5.0, "terminated", signal="SIGTERM"), exited(5.1))
OUT_OF_MEMORY = killed("writer", space(), filling(96))
LIVED_ON = ran("neighbour", 0.0, space(), filling(96), filled(96), *TERMINATED)
LATE = ran("neighbour", 1.0, filling(96, 1.2), filled(96, 1.4), *TERMINATED)
COUNTED = record(pod(OUT_OF_MEMORY, LIVED_ON))


def beside(*neighbours: Instance) -> Record:
    """Return a writer that was ended for memory, beside these runs."""
    return record(pod(OUT_OF_MEMORY, *neighbours))


def wrote(*events: Event) -> Record:
    """Return a writer that printed these events and lived on."""
    return record(pod(ran("writer", 0.0, space(), *events), LIVED_ON))


MEMORY = Trial(
    judges.not_tmpfs,
    BOTH,
    good=COUNTED,
    broken=(
        ("unseen", "the neighbour did not look", without(COUNTED, "neighbour", "space")),
        ("unseen", "the writer never ran", without(COUNTED, "writer")),
        ("not-tmpfs", "one sees a disk", altered(COUNTED, "neighbour", "space", **DISK)),
    ),
)

CHARGED = Trial(
    judges.not_counted,
    BOTH,
    good=COUNTED,
    options={"limit": 48},
    broken=(
        ("unwitnessed", "the writer never ran", without(COUNTED, "writer")),
        ("unwitnessed", "it began with no more than its limit", wrote(filling(48), filled(48), *TERMINATED)),
        ("unwitnessed", "it ended by itself", wrote(filling(96), exited(0.5, code=1))),
        ("unwitnessed", "it still writes", wrote(filling(96))),
        ("unwitnessed", "the neighbour found no room either", instead(COUNTED, "neighbour", "filled", refused(90))),
        ("unwitnessed", "the neighbour wrote less", altered(COUNTED, "neighbour", "filled", bytes=95 * MIB)),
        ("unwitnessed", "the volume was full", wrote(filling(96), refused(40), *TERMINATED)),
        ("not-counted", "the writer wrote all", wrote(filling(96), filled(96), *TERMINATED)),
        ("not-counted", "it was refused past its limit", wrote(filling(96), refused(49, errno="ENOMEM"), *TERMINATED)),
        ("neighbour-ended", "the neighbour never ran", beside()),
        ("neighbour-ended", "it was ended for memory, too", beside(killed("neighbour", space(), filling(96)))),
        ("neighbour-ended", "it was run again", beside(killed("neighbour", space()), LATE)),
        (
            "neighbour-ended",
            "it ended before the writer had",
            beside(ran("neighbour", 0.0, filling(96), filled(96), did(0.05, "terminated"), exited(0.06))),
        ),
    ),
)


def told(reason: str) -> Record:
    """Return a writer with a memory limit that was ended for this reason."""
    only = pod(killed("writer", filling(96), reason=reason), LIVED_ON)
    limited = [{"name": "writer", "resources": {"limits": {"memory": "48Mi"}}}, {"name": "neighbour"}]
    return record(replace(only, sent=only.sent | {"spec": {"containers": limited}}))


REASON = Trial(
    judges.other_reason,
    ("writer",),
    good=told("OOMKilled"),
    broken=(
        ("unwitnessed", "the writer never ran", without(told("OOMKilled"), "writer")),
        ("unwitnessed", "it ended by itself", wrote(filling(96), exited(0.5, code=1))),
        ("other-reason", "it is called an error", told("Error")),
    ),
)


def given(history: Record, *others: str | None, size: str | None = "1Gi", **spec: Any) -> Record:
    """Return the history with what its Pod was stored with: its limits, the volume's size, other containers' limits."""
    limits = {"writer": "48Mi", "neighbour": "192Mi"} | {f"other-{i}": each for i, each in enumerate(others)}
    containers = [{"name": n, "resources": {"limits": {"memory": m} if m else {}}} for n, m in limits.items()]
    volume: dict[str, Any] = {"name": "data", "emptyDir": {"medium": "Memory"} | ({"sizeLimit": size} if size else {})}
    stored = {"spec": {"containers": containers, "volumes": [volume]} | spec}
    return replace(history, pods=tuple(replace(each, got=each.got | stored) for each in history.pods))


def sized(mebibytes: float) -> Record:
    """Return both containers' history in a volume of that size."""
    seen = round(mebibytes * MIB)
    return altered(altered(COUNTED, "writer", "space", size=seen), "neighbour", "space", size=seen)


SIZE = Trial(
    judges.other_size,
    BOTH,
    good=given(COUNTED),
    options={"volume": "data"},
    broken=(
        ("unseen", "one did not look", given(without(COUNTED, "neighbour", "space"))),
        ("other-size", "one sees more", given(altered(COUNTED, "neighbour", "space", size=1024 * MIB))),
        ("other-size", "one sees less", given(altered(COUNTED, "neighbour", "space", size=240 * MIB - 4096))),
        ("other-size", "another container's limit counts, too", given(COUNTED, "64Mi")),
        ("other-size", "one container without a limit leaves the size limit", given(COUNTED, None)),
        ("other-size", "the size limit is less", given(COUNTED, size="16Mi")),
    ),
)

FILLER = ran("writer", 0.0, space(size=16 * MIB), filling(32), refused(16), did(0.6, "removed"), exited(0.8))
TRIER = ran("neighbour", 0.0, filling(1, 0.45), refused(0, 0.5), filling(1, 0.65), filled(1, 0.7), exited(0.8))
REFUSED = record(pod(FILLER, TRIER))


def tried(*events: Event) -> Record:
    """Return a writer that filled the volume, and a neighbour with these events."""
    return record(pod(FILLER, ran("neighbour", 0.0, *events, exited(0.8))))


FULL = Trial(
    judges.not_refused,
    BOTH,
    good=REFUSED,
    options={"size": 16},
    broken=(
        ("unwitnessed", "the writer never ran", without(REFUSED, "writer")),
        ("unwitnessed", "the writer did not say what came of it", without(REFUSED, "writer", "not-filled")),
        ("unwitnessed", "it tried with no more than the size", altered(REFUSED, "writer", "filling", goal=16 * MIB)),
        ("unwitnessed", "the neighbour did not try", tried()),
        ("not-refused", "the writer wrote all", instead(REFUSED, "writer", "not-filled", filled(32))),
        ("not-refused", "it was refused too late", altered(REFUSED, "writer", "not-filled", bytes=16 * MIB + 1)),
        ("not-same", "the neighbour wrote to it", tried(filled(1, 0.5), filled(1, 0.7))),
        ("other-errno", "the writer had another answer", altered(REFUSED, "writer", "not-filled", errno="EIO")),
        ("other-errno", "the neighbour had", altered(REFUSED, "neighbour", "not-filled", errno="EDQUOT")),
        ("not-freed", "there was still no room", tried(refused(0, 0.5), refused(0, 0.7))),
        ("not-freed", "the neighbour did not try again", tried(refused(0, 0.5))),
    ),
)

WAITED = Act(0.0, AWAITED, "pod", {"reasons": ["Evicted"]})
WRITER = ran("writer", 0.0, filling(12), filled(12), filling(12), filled(12), *TERMINATED)
IDLE = ran("neighbour", 0.0, did(0.1, "waiting", signal="SIGTERM"), *TERMINATED)
RUNNING = ran("neighbour", 0.0, did(0.1, "waiting", signal="SIGTERM"))


def ended(*runs: Instance, phase: str = "Failed", reason: str | None = "Evicted") -> Record:
    """Return a Pod of these runs that the kubelet ended for that reason."""
    running = pod(*runs, phase="Running")
    *before, last = running.observations
    status = last.status | {"phase": phase} | ({"reason": reason} if reason else {})
    return record(replace(running, observations=(*before, replace(last, status=status))), acts=[WAITED])


EVICTED = ended(WRITER, IDLE)

EVICTION = Trial(
    judges.not_evicted,
    ({"writer": 24}, "neighbour"),
    good=EVICTED,
    broken=(
        ("unwitnessed", "the writer wrote less", ended(ran("writer", 0.0, filling(12), filled(12), *TERMINATED), IDLE)),
        ("unwitnessed", "it could not", ended(ran("writer", 0.0, filling(24), refused(20), *TERMINATED), IDLE)),
        ("not-evicted", "the Pod runs on", ended(WRITER, RUNNING, phase="Running", reason=None)),
        ("not-evicted", "it ended otherwise", ended(WRITER, IDLE, phase="Succeeded", reason=None)),
        ("not-evicted", "it failed for no reason", ended(WRITER, IDLE, reason=None)),
        ("not-evicted", "it is to be evicted, and is not", ended(WRITER, IDLE, phase="Running")),
        ("not-evicted", "the neighbour still runs", ended(WRITER, RUNNING)),
        ("not-evicted", "the neighbour is not told of", ended(WRITER)),
    ),
)

TRIALS = (MEMORY, CHARGED, REASON, SIZE, FULL, EVICTION)


def test_another_file_system_is_told_by_its_magic_number() -> None:
    assert said(MEMORY(altered(COUNTED, "neighbour", "space", **DISK))) == (
        "neighbour sees a file system of the type 0xef53 at /data, no tmpfs [not-tmpfs]"
    )


def test_what_was_written_past_the_limit_is_told() -> None:
    assert said(CHARGED(wrote(filling(96), filled(96), *TERMINATED))) == (
        "writer may have 48 MiB of memory, and wrote 96 MiB to a volume in memory [not-counted]"
    )


def test_a_writer_that_was_refused_within_its_limit_was_counted() -> None:
    assert CHARGED(wrote(filling(96), refused(40, errno="ENOMEM"), *TERMINATED)) == []


def test_how_a_neighbour_ended_that_was_to_live_is_told() -> None:
    assert said(CHARGED(beside(killed("neighbour", space(), filling(96))))) == (
        "neighbour was to live until it was deleted, and had been ended by signal 9 [neighbour-ended]"
    )
    assert said(CHARGED(beside())) == "neighbour was to live until it was deleted, and had never run [neighbour-ended]"


def test_a_neighbour_that_ended_as_the_writer_was_seen_to_end_proves_nothing() -> None:
    at_once = ran("neighbour", 0.0, filling(96), filled(96), did(0.1, "terminated"), exited(0.2))
    assert rules(CHARGED(beside(at_once))) == {"neighbour-ended"}


@pytest.mark.parametrize("memory", ["16Mi", "16777216", "16384Ki"])
def test_a_runtime_classs_overhead_comes_on_top_of_the_sum_of_limits(memory: str) -> None:
    history = given(COUNTED, overhead={"memory": memory})
    assert SIZE(given(sized(256), overhead={"memory": memory})) == []
    assert said(judges.other_size(history, "neighbour", volume="data")) == (
        "neighbour sees a volume of 240 MiB, not of 256 MiB [other-size]"
    )


@pytest.mark.parametrize(
    ("size", "others"),
    [(304, ["64Mi"]), (1024, [None]), (1024, ["1Gi"]), (240.5, ["512Ki"])],
    ids=["a-limit", "without-a-limit", "a-high-limit", "a-low-limit"],
)
def test_a_container_that_a_policy_added_counts(size: float, others: list[str | None]) -> None:
    assert SIZE(given(sized(size), *others)) == []


def test_what_could_not_be_written_once_there_was_room_is_told() -> None:
    assert said(FULL(tried(refused(0, 0.5), refused(0, 0.7)))) == (
        "neighbour could not write once writer had removed its file: "
        "not-filled file=/data/file bytes=0 errno=ENOSPC [not-freed]"
    )


def test_a_pod_that_was_not_evicted_is_told_with_how_long_it_was_watched() -> None:
    history = ended(WRITER, RUNNING, phase="Running", reason=None)
    assert said(EVICTION(history)) == (
        "Pod pod wrote more than it may, and is Running; observed until: its end [not-evicted]"
    )


def test_a_pod_that_failed_for_another_reason_is_told_with_it() -> None:
    assert "is Failed for the reason NodeLost;" in said(EVICTION(ended(WRITER, IDLE, reason="NodeLost")))


def test_a_container_that_outlived_its_pod_is_told_with_its_state() -> None:
    assert said(EVICTION(ended(WRITER, RUNNING))) == "Pod pod was evicted, and neighbour is running [not-evicted]"
    assert said(EVICTION(ended(WRITER))) == "Pod pod was evicted, and neighbour is in no state [not-evicted]"


def test_an_end_that_the_kubelet_made_up_is_an_end() -> None:
    [evicted] = EVICTED.pods
    *before, last = evicted.observations
    unknown = {"terminated": {"exitCode": 137, "reason": "ContainerStatusUnknown"}}
    statuses = [{"name": name, "restartCount": 1, "state": unknown, "lastState": unknown} for name in BOTH]
    changed = replace(last, status=last.status | {"containerStatuses": statuses})
    history = replace(EVICTED, pods=(replace(evicted, observations=(*before, changed)),))
    assert EVICTION(history) == []
