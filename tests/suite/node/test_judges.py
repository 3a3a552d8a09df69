"""Judges of what starts anew, and what lives on, when something happens to a node."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from records import Act, Record
from records.record import CONTAINER_KILLED, CONTAINER_REMOVED, PART_RESTARTED, SANDBOX_LOST
from suite.init.judges import out_of_sequence
from suite.node import judges
from tests.helpers.histories import altered, did, exited, instead, moved, pod, ran, record, rules, without
from tests.helpers.trial import Trial

if TYPE_CHECKING:
    from records import Instance

STOPPED = Act(5.0, SANDBOX_LOST, "pod", {"sandbox": "a"})
INITS = ("init-1", "init-2")
ALL = ("init-1", "beside", "init-2", "main")


def a_round(number: int, start: float) -> list[Instance]:
    counted = did(start + 0.2, "attempt", number=number, end=None)
    return [
        ran("init-1", start, did(start + 0.1, "locked"), counted, exited(start + 0.5), kind="init"),
        ran("beside", start + 1.0, did(start + 1.1, "locked"), kind="sidecar"),
        ran("init-2", start + 2.0, did(start + 2.1, "locked"), exited(start + 2.5), kind="init"),
        ran("main", start + 3.0, did(start + 3.1, "locked"), did(start + 3.2, "waiting")),
    ]


FIRST, SECOND = a_round(1, 0.0), a_round(2, 6.0)
ANEW = record(pod(*FIRST, *SECOND), acts=[STOPPED])
EARLIER = ran("main", 4.0, did(4.1, "locked"), did(4.2, "waiting"))

RUN_ANEW = Trial(
    judges.not_run_anew,
    ALL,
    options={"counts": "init-1"},
    good=ANEW,
    broken=(
        ("unwitnessed", "nobody stopped the sandbox", replace(ANEW, acts=())),
        ("unwitnessed", "a container never ran", without(ANEW, "main")),
        (
            "not-again",
            "one init container did not run again",
            record(pod(*FIRST, *SECOND[:2], SECOND[3]), acts=[STOPPED]),
        ),
        ("not-again", "nothing ran again", record(pod(*FIRST), acts=[STOPPED])),
        ("not-again", "one ran again before that alone", record(pod(*FIRST, *SECOND[:3], EARLIER), acts=[STOPPED])),
        ("not-again", "all ran again before that alone", replace(ANEW, acts=(replace(STOPPED, seen=12.0),))),
        ("lost", "the second run found no count of the first", altered(ANEW, "init-1", "attempt", number=1)),
    ),
)
LATE_SIDECAR = ran("beside", 2.2, did(2.3, "locked"), kind="sidecar")
EARLY_SIDECAR = ran("beside", 0.3, did(0.35, "locked"), kind="sidecar")
IN_TURN = record(pod(*FIRST))

SIDECAR = Trial(
    judges.sidecar_out_of_turn,
    ("init-1", "beside", "init-2"),
    good=IN_TURN,
    broken=(
        ("order", "it started after the next init container", record(pod(FIRST[0], LATE_SIDECAR, *FIRST[2:]))),
        (
            "order",
            "it started before the init container before it was over",
            record(pod(FIRST[0], EARLY_SIDECAR, *FIRST[2:])),
        ),
        ("order", "it never ran", without(IN_TURN, "beside")),
    ),
)

REMOVED = Act(3.0, CONTAINER_REMOVED, "pod", {"container": "init", "id": "1"})
KILLED = Act(4.0, CONTAINER_KILLED, "pod", {"container": "killed", "id": "2"})
ENDED = ran("init", 0.0, exited(1.0), kind="init")
BEFORE, AFTER = ran("killed", 2.0, did(2.1, "waiting")), ran("killed", 5.0, did(5.1, "waiting"))
TWICE = (BEFORE, ran("killed", 3.5, did(3.6, "waiting")))
CLEANED = record(pod(ENDED, BEFORE, AFTER), acts=[REMOVED, KILLED])

ONCE_REMOVED = Trial(
    judges.run_again_once_removed,
    ("init", "killed"),
    good=CLEANED,
    broken=(
        ("unwitnessed", "it was not removed", replace(CLEANED, acts=(KILLED,))),
        ("unwitnessed", "the app was killed before that", replace(CLEANED, acts=(replace(KILLED, seen=2.5), REMOVED))),
        ("unwitnessed", "the app did not run again", record(pod(ENDED, BEFORE), acts=[REMOVED, KILLED])),
        ("unwitnessed", "the app ran again before it was killed", record(pod(ENDED, *TWICE), acts=[REMOVED, KILLED])),
        ("unwitnessed", "it never ran", without(CLEANED, "init")),
        (
            "run-again",
            "it was run again",
            record(pod(ENDED, BEFORE, ran("init", 4.5, exited(4.6), kind="init"), AFTER), acts=[REMOVED, KILLED]),
        ),
    ),
)

RESTARTED = Act(3.0, PART_RESTARTED, "pod", {"part": "kubelet", "before": 71, "after": 72})
SAME = replace(RESTARTED, sent={"part": "kubelet", "before": 71, "after": 71})


def seen(history: Record, *, ready: str = "True", **fields: Any) -> Record:
    """Return the history with a last status in which the Pod is ready or not, and its app has these fields."""
    one = history.pods[0]
    last = one.observations[-1]
    apps = [each | fields if each["name"] == "main" else each for each in last.status["containerStatuses"]]
    status = last.status | {"containerStatuses": apps, "conditions": [{"type": "Ready", "status": ready}]}
    changed = replace(last, status=status)
    return replace(history, pods=(replace(one, observations=(*one.observations, changed)),))


OVER = ran("init", 0.0, exited(0.5), kind="init")
LIVES = ran("main", 1.0, did(1.1, "locked", file="/turn/main"), did(1.2, "waiting"))
LOOKS = ran(
    "late",
    4.0,
    did(4.1, "lock-refused", file="/turn/main", errno="EAGAIN"),
    did(4.2, "wrote", file="/turn/ready"),
    exited(4.3),
    kind="ephemeral",
)
LIVED_ON = record(pod(OVER, LIVES, LOOKS), acts=[RESTARTED])
GIVEN = did(4.1, "locked", file="/turn/main")
SECOND_RUN = ran("main", 4.05, did(4.06, "locked", file="/turn/main"))

DISTURBED = Trial(
    judges.disturbed,
    ("late", "init", "main"),
    good=seen(LIVED_ON),
    broken=(
        ("unwitnessed", "nobody restarted a part", replace(seen(LIVED_ON), acts=())),
        ("unwitnessed", "its process is the one of before", replace(seen(LIVED_ON), acts=(SAME,))),
        ("unwitnessed", "the init container never ran", seen(without(LIVED_ON, "init"))),
        ("unwitnessed", "the app did not hold its lock before", seen(moved(LIVED_ON, "main", "locked", 3.5))),
        ("unwitnessed", "nobody tried to take its lock", seen(without(LIVED_ON, "late", "lock-refused"))),
        ("unwitnessed", "its lock was tried before", seen(moved(LIVED_ON, "late", "lock-refused", 2.9))),
        ("unwitnessed", "the ephemeral container never ran", seen(without(LIVED_ON, "late"))),
        ("ended", "its lock was free", seen(instead(LIVED_ON, "late", "lock-refused", GIVEN))),
        ("restarted", "it ran again", seen(record(pod(OVER, LIVES, SECOND_RUN, LOOKS), acts=[RESTARTED]))),
        ("restarted", "its status counts a restart", seen(LIVED_ON, restartCount=1)),
        (
            "restarted",
            "its status tells of another start",
            seen(
                seen(LIVED_ON, state={"running": {"startedAt": "2026-01-01T00:00:01Z"}}),
                state={"running": {"startedAt": "2026-01-01T00:00:05Z"}},
            ),
        ),
        ("not-ready", "the Pod was not ready in the end", seen(LIVED_ON, ready="False")),
        ("not-ready", "no status tells that it is ready", LIVED_ON),
    ),
)
TRIALS = (RUN_ANEW, SIDECAR, ONCE_REMOVED, DISTURBED)


def test_the_last_round_has_the_last_run_of_each_container() -> None:
    last = judges.last_round(ANEW)
    assert [run.events[0].clock for run in last.instances] == [run.events[0].clock for run in SECOND]
    assert out_of_sequence(last, *INITS, "main") == []


def test_an_init_container_that_overlaps_in_the_last_round_alone_is_found() -> None:
    longer = ran("init-1", 6.0, did(6.1, "locked"), did(6.2, "attempt", number=2), exited(8.3), kind="init")
    broken = judges.last_round(record(pod(*FIRST, longer, *SECOND[1:]), acts=[STOPPED]))
    assert rules(out_of_sequence(broken, *INITS, "main")) == {"order"}


def test_a_status_after_the_deletion_says_nothing_of_readiness() -> None:
    one = seen(LIVED_ON).pods[0]
    leaving = {**one.observations[-1].metadata, "deletionTimestamp": "2026-01-01T00:00:09Z"}
    last = replace(seen(LIVED_ON, ready="False").pods[0].observations[-1], metadata=leaving)
    deleted = replace(LIVED_ON, pods=(replace(one, observations=(*one.observations, last)),))
    assert judges.disturbed(deleted, "late", "init", "main") == []
