"""Judges of processes: their histories, and what lies at the edges of their rules."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from records import Act, Event, Instance, Record
from suite.processes import judges
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
    said,
    without,
)
from tests.helpers.trial import Trial

EVERYONE = ("beside", "left", "right")
IDS = {"beside": 7, "left": 8, "right": 9}


def looked(container: str, own: int, marks: Mapping[str, int], *more: Event) -> Instance:
    """Return a run that marks its process at 1 s, lists these marks at 2 s, and exits at 6 s."""
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
    """Return the history with these PIDs of the first processes."""
    for name, pid in ids.items():
        history = altered(history, name, "started", pid=pid)
    return history


APART = record(pod(*(looked(name, 1, {f"mark of {name}": 1}) for name in EVERYONE)))
TOGETHER = numbered(
    record(pod(*(looked(name, own, {f"mark of {n}": i for n, i in IDS.items()}) for name, own in IDS.items()))), IDS
)


def sees(history: Record, container: str, own: int, marks: Mapping[str, int]) -> Record:
    """Return the history in which the container listed these marks."""
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

OWNER = pod(
    ran("owner", 0.0, did(0.5, "marked", mark="its mark", pid=1), did(6.0, "terminated"), exited(6.1)), role="owner"
)
WATCHER = ran(
    "watcher",
    2.0,
    did(3.0, "listed-processes", own=99, count=100, first="init", ancestors=[9, 1], marks={"its mark": 50}),
    exited(3.1),
)
WATCHED = record(
    OWNER,
    pod(WATCHER, role="watcher"),
    acts=[Act(0.0, "created", "owner"), Act(1.0, "created", "watcher"), Act(5.0, "deleted", "owner")],
)
ELSEWHERE = replace(WATCHED, pods=(OWNER, pod(WATCHER, role="watcher", node="node-2")))

HOST = Trial(
    judges.host_unseen,
    ("watcher", "owner"),
    good=WATCHED,
    broken=(
        ("unwitnessed", "the owner has no mark", without(WATCHED, "owner", "marked")),
        ("unwitnessed", "the owner was not ended", without(WATCHED, "owner", "terminated")),
        ("unwitnessed", "the watcher did not look", without(WATCHED, "watcher", "listed-processes")),
        ("unwitnessed", "the watcher never ran", without(WATCHED, "watcher")),
        ("unwitnessed", "it looked too late", moved(WATCHED, "watcher", "listed-processes", 6.0)),
        ("unwitnessed", "the owner was marked too late", moved(WATCHED, "owner", "marked", 1.0)),
        ("unwitnessed", "on another node", ELSEWHERE),
        ("unseen", "it is not among them", altered(WATCHED, "watcher", "listed-processes", marks={})),
        ("first", "it is PID 1 itself", altered(WATCHED, "watcher", "listed-processes", own=1, ancestors=[])),
        ("not-the-nodes", "it has no parent", altered(WATCHED, "watcher", "listed-processes", ancestors=[])),
        (
            "not-the-nodes",
            "an init of its own has none",
            altered(WATCHED, "watcher", "listed-processes", ancestors=[9]),
        ),
    ),
)

AIMED = record(
    pod(
        ran("app", 0.0, did(0.5, "marked", mark="its mark", pid=1), did(4.0, "read", content="x"), exited(4.1)),
        ran(
            "targets",
            1.0,
            did(2.0, "listed-processes", own=7, count=2, first="python3", marks={"its mark": 1}),
            exited(3.0),
            kind="ephemeral",
        ),
    )
)

TARGET = Trial(
    judges.target_unseen,
    ("targets", "app"),
    good=AIMED,
    broken=(
        ("unwitnessed", "the target has no mark", without(AIMED, "app", "marked")),
        ("unwitnessed", "nobody looked", without(AIMED, "targets", "listed-processes")),
        ("unwitnessed", "it never ran", without(AIMED, "targets")),
        ("unwitnessed", "it looked too early", moved(AIMED, "targets", "listed-processes", 0.5)),
        ("unwitnessed", "it looked when all was over", moved(AIMED, "targets", "listed-processes", 4.1)),
        ("unseen", "it sees others", altered(AIMED, "targets", "listed-processes", marks={"another": 1})),
    ),
)

ONCE = ran("once", 0.5, exited(1.1), kind="ephemeral")
LATE = ran("late", 2.5, did(2.6, "wrote", file="/turn/done", content="x"), exited(2.7), kind="ephemeral")
FIRST_RUN, NEXT_RUN = ran("app", 0.0, did(2.65, "read"), exited(4.0, 1)), ran("app", 5.0, did(5.1, "waiting"))


def restarts(*runs: Instance) -> Record:
    return record(pod(*runs))


RUN_ONCE = restarts(FIRST_RUN, ONCE, LATE, NEXT_RUN)
AGAIN = ran("once", 2.0, exited(2.2), kind="ephemeral")

RESTARTS = Trial(
    judges.run_again,
    ("once", "late", "app"),
    good=RUN_ONCE,
    broken=(
        ("unwitnessed", "it never ran", restarts(FIRST_RUN, LATE, NEXT_RUN)),
        ("unwitnessed", "it did not exit", without(RUN_ONCE, "once", "exit")),
        ("unwitnessed", "no other one was injected", restarts(FIRST_RUN, ONCE, NEXT_RUN)),
        ("unwitnessed", "its neighbour was not run again", restarts(FIRST_RUN, ONCE, LATE)),
        ("unwitnessed", "its neighbour crashed", restarts(ran("app", 0.0, crashed(4.0)), ONCE, LATE, NEXT_RUN)),
        ("unwitnessed", "it exited after the other began", moved(RUN_ONCE, "once", "exit", 2.6)),
        ("unwitnessed", "its neighbour exited too early", restarts(FIRST_RUN, ONCE, ran("late", 4.2), NEXT_RUN)),
        ("unwitnessed", "the other came last", restarts(FIRST_RUN, ONCE, ran("late", 5.5), NEXT_RUN)),
        ("restarted", "it ran twice", restarts(FIRST_RUN, ONCE, AGAIN, LATE, NEXT_RUN)),
    ),
)

TRIALS = (PRIVATE, SHARED, SIGNAL, ROOTS, ORPHAN, HOST, TARGET, RESTARTS)


def test_a_container_that_was_run_again_is_told_with_how_it_had_ended() -> None:
    assert said(RESTARTS(restarts(FIRST_RUN, ONCE, AGAIN, LATE, NEXT_RUN))) == (
        "once had exited with 0, and ran 2 times [restarted]"
    )


def test_a_process_of_the_node_that_was_not_seen_is_told_with_what_was() -> None:
    history = altered(WATCHED, "watcher", "listed-processes", own=1, count=1, ancestors=[], marks={})
    assert said(HOST(history)).splitlines() == [
        "watcher's first process has the id 1, which is the node's own first process [first]",
        (
            "watcher did not see the process of owner, in another Pod of its node: "
            "listed-processes own=1 count=1 first=init ancestors=[] marks={} [unseen]"
        ),
    ]


def test_a_watcher_that_nobody_created_proves_nothing() -> None:
    assert {violation.rule for violation in HOST(replace(WATCHED, acts=()))} == {"unwitnessed"}


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
