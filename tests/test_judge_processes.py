"""Judges of processes: their histories, and what lies at the edges of their rules."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from records import Event, Instance, Record
from suite.judges import processes as judges
from tests.histories import altered, did, exited, instead, moved, pod, ran, record, said, without
from tests.trial import Trial

EVERYONE = ("beside", "left", "right")
IDS = {"beside": 7, "left": 8, "right": 9}


def looked(container: str, own: int, marks: Mapping[str, int], *more: Event) -> Instance:
    """A container that marks its process at 1 s, lists at 2 s what it sees, and ends at 6 s."""
    return ran(
        container,
        0.0,
        did(1.0, "marked", mark=f"mark of {container}", pid=own),
        did(2.0, "listed-processes", own=own, count=len(marks), first="pause", marks=dict(marks)),
        *more,
        did(5.0, "read", file="/turn/last", content="x"),
        exited(6.0),
    )


def numbered(history: Record, ids: Mapping[str, int]) -> Record:
    """The same, had the first processes these ids."""
    for name, pid in ids.items():
        history = altered(history, name, "started", pid=pid)
    return history


APART = record(pod(*(looked(name, 1, {f"mark of {name}": 1}) for name in EVERYONE)))
TOGETHER = numbered(
    record(pod(*(looked(name, own, {f"mark of {n}": i for n, i in IDS.items()}) for name, own in IDS.items()))), IDS
)


def sees(history: Record, container: str, own: int, marks: Mapping[str, int]) -> Record:
    """The same, had the container listed these."""
    return altered(history, container, "listed-processes", own=own, marks=dict(marks))


PRIVATE = Trial(
    judges.neighbours_seen,
    EVERYONE,
    good=APART,
    broken=(
        ("unwitnessed", "one never ran", without(APART, "beside")),
        ("unwitnessed", "one has no mark", without(APART, "left", "marked")),
        ("unwitnessed", "one did not look", without(APART, "left", "listed-processes")),
        ("unwitnessed", "one does not see itself", sees(APART, "left", 1, {})),
        ("unwitnessed", "one sees itself as another", sees(APART, "left", 1, {"mark of left": 2})),
        ("unwitnessed", "one was marked too late", moved(APART, "left", "marked", 2.0)),
        (
            "unwitnessed",
            "one may have ended too soon",
            moved(without(moved(APART, "left", "exit", 2.0), "left", "read"), "left", "listed-processes", 1.5),
        ),
        ("seen", "one sees another", sees(APART, "left", 1, {"mark of left": 1, "mark of right": 2})),
        ("not-first", "one has another id", numbered(sees(APART, "left", 2, {"mark of left": 2}), {"left": 2})),
    ),
)

SHARED = Trial(
    judges.neighbours_unseen,
    EVERYONE,
    good=TOGETHER,
    broken=(
        ("unwitnessed", "one never ran", without(TOGETHER, "beside")),
        ("unwitnessed", "one has no mark", without(TOGETHER, "left", "marked")),
        ("unwitnessed", "one did not look", without(TOGETHER, "left", "listed-processes")),
        ("unseen", "one does not see another", sees(TOGETHER, "left", 8, {"mark of left": 8, "mark of beside": 7})),
        ("first", "one is PID 1", numbered(TOGETHER, {"left": 1})),
    ),
)


def reached(*left: Event, right: tuple[Event, ...]) -> Record:
    """Left and right, with what else they print."""
    return record(pod(looked("left", 8, {}, *left), looked("right", 9, {}, *right)))


SIGNALLED = reached(
    did(3.1, "got-signal", signal="SIGUSR1", sender=9, uid=10001),
    right=(did(3.0, "signalled", mark="mark of left", pid=8, signal="SIGUSR1", by=9),),
)
REFUSED = did(3.0, "not-signalled", mark="mark of left", pid=8, errno="EPERM")

SIGNAL = Trial(
    judges.not_signalled,
    ("right", "left"),
    good=SIGNALLED,
    broken=(
        ("not-sent", "it was refused", instead(SIGNALLED, "right", "signalled", REFUSED)),
        ("not-received", "it did not come", without(SIGNALLED, "left", "got-signal")),
        ("other-sender", "another sent it", altered(SIGNALLED, "left", "got-signal", sender=0)),
    ),
)

READ = did(3.0, "root-read", mark="mark of left", pid=8, file="/own/file", here=None, here_errno="ENOENT", content="n")
ROOT = reached(did(0.5, "wrote", file="/own/file", content="n"), right=(READ,))
UNREAD = did(3.0, "root-not-read", mark="mark of left", pid=8, file="/own/file", errno="EACCES", here_errno="ENOENT")

ROOTS = Trial(
    judges.root_unread,
    ("right", "left"),
    good=ROOT,
    broken=(
        ("unwitnessed", "nothing was written", without(ROOT, "left", "wrote")),
        ("unwitnessed", "it is in the own root too", altered(ROOT, "right", "root-read", here="n", here_errno=None)),
        ("not-read", "it was refused", instead(ROOT, "right", "root-read", UNREAD)),
        ("altered", "another content", altered(ROOT, "right", "root-read", content="m")),
    ),
)

REAPED = reached(did(3.0, "orphaned", pid=12, parent=1, own=8), did(3.1, "reaped", pid=12), right=())
ZOMBIE = did(4.0, "not-reaped", pid=12, state="Z", awaited=1.0)

ORPHAN = Trial(
    judges.orphan_left,
    ("left",),
    good=REAPED,
    broken=(
        ("unwitnessed", "there was none", without(without(REAPED, "left", "orphaned"), "left", "reaped")),
        ("not-reaped", "a zombie", instead(REAPED, "left", "reaped", ZOMBIE)),
        ("not-reaped", "nothing is told", without(REAPED, "left", "reaped")),
    ),
)

TRIALS = (PRIVATE, SHARED, SIGNAL, ROOTS, ORPHAN)


def test_a_neighbour_that_was_seen_is_told_with_its_id() -> None:
    history = sees(APART, "left", 1, {"mark of left": 1, "mark of right": 2})
    assert said(PRIVATE(history)) == "left saw the process of right, with the id 2 [seen]"


def test_a_neighbour_that_was_seen_was_seen_whatever_else_is_unproven() -> None:
    history = moved(sees(APART, "left", 1, {"mark of left": 1, "mark of right": 2}), "right", "marked", 3.0)
    assert "left saw the process of right" in said(PRIVATE(history))


def test_a_look_at_a_neighbour_that_may_not_have_lived_is_told_with_its_times() -> None:
    assert said(PRIVATE(moved(APART, "left", "marked", 2.0))).splitlines() == [
        f"{name} looked at 2.000 s, and nothing proves that left lived then: it was marked at 2.000 s, its last word "
        "came at 6.000 s [unwitnessed]"
        for name in ("beside", "right")
    ]


def test_a_signal_in_vain_is_told_with_what_the_kernel_answered() -> None:
    history = without(instead(SIGNALLED, "right", "signalled", REFUSED), "left", "got-signal")
    assert "its last word was" in said(SIGNAL(history))
    assert {violation.rule for violation in SIGNAL(history)} == {"not-sent", "not-received"}


def test_a_zombie_is_told_with_its_parent_and_its_state() -> None:
    assert said(ORPHAN(instead(REAPED, "left", "reaped", ZOMBIE))) == (
        "the orphan of left, whose parent is process 1, was not reaped: not-reaped pid=12 state=Z awaited=1.0 "
        "[not-reaped]"
    )


@pytest.mark.parametrize("trial", [PRIVATE, SHARED], ids=lambda trial: trial.name)
def test_a_container_that_never_ran_is_told_once_for_each_word_that_it_owes(trial: Trial) -> None:
    history = without(trial.good, "beside")
    assert [violation.text for violation in trial(history)] == [
        f"beside never ran, so it has no event {event}" for event in ("marked", "listed-processes")
    ]
    assert replace(history, pods=()) != history
