"""Judges of sidecars: their histories."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from records import Act, Observation, jobs
from records.endpoints import LOOKED
from suite.sidecars import judges
from tests.helpers.histories import altered, crashed, did, exited, instead, moved, pod, ran, record, without
from tests.helpers.trial import Trial

if TYPE_CHECKING:
    from records import Instance, Record

REFUSED = {"errno": "EAGAIN"}

BESIDE = ran("beside", 0.0, did(0.1, "locked"), did(6.0, "terminated"), exited(6.1), kind="sidecar")
INIT = ran("init-1", 2.0, did(2.1, "lock-refused", **REFUSED), exited(2.2), kind="init")
MAIN = ran("main", 4.0, did(4.1, "lock-refused", **REFUSED), exited(5.0))
FIRST = record(pod(BESIDE, INIT, MAIN))
EARLY = ran("init-1", -1.0, did(2.1, "lock-refused", **REFUSED), exited(2.2), kind="init")
ENDED = ran("beside", 0.0, did(0.1, "locked"), exited(4.5), kind="sidecar")
RUNS_ON = ran("beside", 0.0, did(0.1, "locked"), kind="sidecar")
SECOND = ran("beside", 5.5, did(5.6, "terminated"), exited(5.7), kind="sidecar")
ON_AND_ON = ran("main", 4.0, did(4.1, "lock-refused", **REFUSED))

STARTS_FIRST = Trial(
    judges.not_first,
    ("beside", "init-1", "main"),
    good=FIRST,
    broken=(
        ("order", "the sidecar never ran", without(FIRST, "beside")),
        ("order", "the app never ran", without(FIRST, "main")),
        ("order", "the init container started before it", record(pod(BESIDE, EARLY, MAIN))),
        ("gone", "the app took the lock", instead(FIRST, "main", "lock-refused", did(4.1, "locked"))),
        ("unwitnessed", "the app did not try", without(FIRST, "main", "lock-refused")),
        ("unwitnessed", "the app did not exit", record(pod(RUNS_ON, INIT, ON_AND_ON))),
        ("ended", "it was told to end while the app ran", moved(FIRST, "beside", "terminated", 4.9)),
        ("ended", "it was told to end at the very time of the exit", moved(FIRST, "beside", "terminated", 5.0)),
        ("ended", "it ended while the app ran", record(pod(ENDED, INIT, MAIN))),
        ("ended", "it was run again", record(pod(BESIDE, INIT, MAIN, SECOND))),
    ),
)

GATE = ran("beside", 0.0, did(2.0, "wrote", file="/gate/beside"), kind="sidecar")
NEXT = ran("init-1", 3.0, did(3.1, "listed", names=["beside"]), exited(3.2), kind="init")
GATED = record(pod(GATE, NEXT))

GATES = Trial(
    judges.ungated,
    ("beside", "init-1"),
    options={"folder": "/gate"},
    good=GATED,
    broken=(
        ("early", "the folder was empty", altered(GATED, "init-1", "listed", names=[])),
        ("early", "another file was there", altered(GATED, "init-1", "listed", names=["sidecar"])),
        ("stuck", "the next one never ran", without(GATED, "init-1")),
        ("unwitnessed", "it did not look", without(GATED, "init-1", "listed")),
        ("unwitnessed", "the sidecar never ran, nor did the next one", without(without(GATED, "init-1"), "beside")),
    ),
)

RUN_1 = ran("sidecar", 0.0, exited(1.0, code=3), kind="sidecar")
SAID_AT_ONCE = ran("sidecar", 0.0, did(0.1, "wrote", content="nonce"), exited(1.0, code=3), kind="sidecar")
RUN_2 = ran("sidecar", 2.0, did(2.1, "wrote", content="nonce"), exited(4.0, code=3), kind="sidecar")
RUN_3 = ran("sidecar", 14.0, did(14.1, "wrote", content="other"), did(14.2, "lock-refused", **REFUSED), kind="sidecar")
WAITS = ran("init-1", 0.5, did(2.2, "read", file="/turn/sidecar-again", content="nonce"), exited(2.3), kind="init")
HOLDS = ran("main", 3.0, did(3.1, "locked"))
RESTARTED = record(pod(RUN_1, WAITS, RUN_2, HOLDS, RUN_3))
SUCCEEDED = ran("sidecar", 0.0, exited(1.0), kind="sidecar")
CRASHED = ran("sidecar", 0.0, crashed(1.0), kind="sidecar")
TOOK = ran("sidecar", 14.0, did(14.2, "locked"), kind="sidecar")
SAID_NOTHING = ran("sidecar", 14.0, did(14.1, "wrote", content="other"), kind="sidecar")
HOLDS_AGAIN = ran("main", 5.0, did(5.1, "locked"))
LET_GO = ran("main", 3.0, did(3.1, "locked"), exited(5.0, code=1))
IN_VAIN = ran("init-1", 0.5, kind="init")
WAITS_AGAIN = ran(
    "init-1", 2.4, did(2.5, "read", file="/turn/sidecar-again", content="nonce"), exited(2.6), kind="init"
)

ALWAYS_RESTARTS = Trial(
    judges.not_always_restarted,
    ("sidecar",),
    options={"init": "init-1", "app": "main", "code": 3},
    good=RESTARTED,
    broken=(
        ("unended", "its first run exited with 0", record(pod(SUCCEEDED, WAITS, RUN_2, HOLDS, RUN_3))),
        ("unended", "its first run crashed", record(pod(CRASHED, WAITS, RUN_2, HOLDS, RUN_3))),
        ("given-up", "it never ran", record(pod(WAITS, HOLDS))),
        ("given-up", "it was not run again in start-up", record(pod(RUN_1, IN_VAIN))),
        ("given-up", "it was not run a third time", record(pod(RUN_1, WAITS, RUN_2, HOLDS))),
        ("given-up", "the word was of its first run", record(pod(SAID_AT_ONCE, WAITS, RUN_2, HOLDS, RUN_3))),
        ("touched", "the app was run again", record(pod(RUN_1, WAITS, RUN_2, LET_GO, HOLDS_AGAIN, RUN_3))),
        ("touched", "the app ended", record(pod(RUN_1, WAITS, RUN_2, LET_GO, RUN_3))),
        ("touched", "the init container was run again", record(pod(RUN_1, WAITS, RUN_2, WAITS_AGAIN, HOLDS, RUN_3))),
        ("gone", "its third run took the lock", record(pod(RUN_1, WAITS, RUN_2, HOLDS, TOOK))),
        ("unwitnessed", "its third run did not try", record(pod(RUN_1, WAITS, RUN_2, HOLDS, SAID_NOTHING))),
    ),
)

PROBED = ran(
    "beside",
    0.0,
    did(0.1, "read", file="/told/ready", content="no"),
    did(5.0, "changed", file="/told/ready", content="yes"),
    kind="sidecar",
)
UNTOLD = ran("beside", 0.0, did(0.1, "read", file="/told/ready", content="no"), kind="sidecar")
APP = ran("main", 0.5, did(3.0, "read", file="/probed/often", content=""), did(3.1, "waiting"))
UNPROBED = ran("main", 0.5)
CHANGED = Act(4.0, "changed", "pod", {"metadata": {"annotations": {"ready": "yes"}}})


def look(seconds: float, *ready: bool, role: str = "pod") -> Act:
    """Return a look for a Pod that found these endpoints of it."""
    found = [{"addresses": ["10.0.0.1"], "conditions": {"ready": each}} for each in ready]
    return Act(seconds, LOOKED, role, {"service": "web", "endpoints": found})


LATER = (Act(2.0, "created", "later"), look(2.9, role="later"), look(3.2, True, role="later"))


def served(
    *acts: Act,
    ready: float = 6.0,
    app: float = 1.0,
    sidecar: Instance = PROBED,
    main: Instance = APP,
    later: tuple[Act, ...] = LATER,
) -> Record:
    """Return a history of a Pod that was ready from that time on, as its app was, with these acts; and a later Pod."""
    made = pod(sidecar, main)
    last = made.observations[-1]

    def at(seconds: float) -> Observation:
        conditions = [{"type": "Ready", "status": str(seconds >= ready)}]
        apps = [{**each, "ready": seconds >= app} for each in last.status["containerStatuses"]]
        return replace(last, seen=seconds, status=last.status | {"conditions": conditions, "containerStatuses": apps})

    first = replace(made, observations=(*made.observations, *map(at, (1.0, 3.0, 5.0, 7.0))))
    return record(first, pod(ran("later", 2.5), role="later"), acts=(*later, *acts))


OUT, IN = look(3.5, False), look(7.5, True)

READINESS = Trial(
    judges.unready_served,
    ("beside", "main"),
    options={"service": "web", "later": "later"},
    good=served(OUT, CHANGED, IN),
    broken=(
        ("unwitnessed", "the sidecar was not probed often", served(OUT, CHANGED, IN, main=UNPROBED)),
        ("unwitnessed", "the sidecar was not told", served(OUT, CHANGED, IN, sidecar=UNTOLD)),
        (
            "unwitnessed",
            "the word came late",
            served(OUT, CHANGED, look(7.5, False), sidecar=UNTOLD, ready=99.0),
        ),
        ("unwitnessed", "the suite told it nothing", served(OUT, IN)),
        ("unwitnessed", "nobody looked before", served(CHANGED, IN)),
        ("unwitnessed", "the app was not ready", served(OUT, CHANGED, IN, app=5.0)),
        ("unwitnessed", "the app was not ready before the later Pod", served(OUT, CHANGED, IN, app=2.5)),
        ("unwitnessed", "the later Pod was never looked for", served(OUT, CHANGED, IN, later=LATER[:1])),
        ("unwitnessed", "the later Pod was no endpoint", served(OUT, CHANGED, IN, later=LATER[:2])),
        ("unwitnessed", "it was one after the look", served(look(3.1), CHANGED, IN)),
        ("too-soon", "the Pod was ready before", served(OUT, CHANGED, IN, ready=3.0)),
        ("served", "its endpoint was ready before", served(look(3.5, False, True), CHANGED, IN)),
        ("never-ready", "the Pod never was ready", served(OUT, CHANGED, IN, ready=99.0)),
        ("not-served", "its endpoint never was ready", served(OUT, CHANGED, look(7.5, False))),
        ("not-served", "it never had one", served(OUT, CHANGED, look(7.5))),
    ),
)

FAILED = ran("sidecar", 0.0, exited(1.0, code=1), kind="sidecar")
RUNS = ran("sidecar", 2.0, kind="sidecar")
STARTED = ran("main", 4.0)
FAILED_ONCE = record(pod(FAILED, RUNS, STARTED))

FAILS_ONCE = Trial(
    judges.failed_for_good,
    ("sidecar", "main"),
    good=FAILED_ONCE,
    broken=(
        ("unfailed", "its first run succeeded", record(pod(SUCCEEDED, RUNS, STARTED))),
        ("given-up", "it was not run again", record(pod(FAILED, STARTED))),
        ("stuck", "the app never ran", record(pod(FAILED, RUNS))),
    ),
)

OF_ITSELF = ran("beside", 0.0, exited(5.1, code=3), kind="sidecar")
TOLD_TO_END = ran("beside", 0.0, did(5.0, "terminated"), exited(5.1, code=3), kind="sidecar")
DONE = ran("main", 1.0, exited(4.0))


def finished(*conditions: str, app: Instance = DONE, sidecar: Instance = TOLD_TO_END) -> Record:
    """Return a history of a Job's Pod, and of a look at the Job."""
    status = {"conditions": [{"type": each, "status": "True"} for each in conditions]}
    return record(pod(sidecar, app), acts=[Act(4.5, jobs.LOOKED, "pod", {}), Act(6.0, jobs.LOOKED, "pod", status)])


JOB = Trial(
    judges.not_completed,
    ("beside", "main"),
    options={"code": 3},
    good=finished("SuccessCriteriaMet", "Complete"),
    broken=(
        ("unwitnessed", "the app failed", finished("Complete", app=ran("main", 1.0, exited(4.0, code=1)))),
        ("unwitnessed", "the app runs on", finished("Complete", app=ran("main", 1.0))),
        ("unwitnessed", "the sidecar ended by itself", finished("Complete", sidecar=OF_ITSELF)),
        ("unwitnessed", "it exited with another code", altered(finished("Complete"), "beside", "exit", code=0)),
        ("not-completed", "the Job failed", finished("FailureTarget", "Failed")),
        ("not-completed", "the Job goes on", finished()),
        ("not-completed", "nobody looked", replace(finished("Complete"), acts=())),
    ),
)

TRIALS = (JOB, STARTS_FIRST, GATES, ALWAYS_RESTARTS, READINESS, FAILS_ONCE)


def test_a_pod_that_is_gone_from_the_endpoints_is_as_good_as_an_unready_one() -> None:
    assert READINESS(served(look(3.5), CHANGED, IN)) == []
