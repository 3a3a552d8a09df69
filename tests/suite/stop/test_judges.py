"""Judges of stop: their histories, and what lies at the edges of their rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from records import Act
from suite.stop import judges
from tests.helpers.histories import did, exited, moved, pod, ran, record, without
from tests.helpers.trial import Trial

if TYPE_CHECKING:
    from records import Event, Instance, Record

KILL = {"exitCode": 137, "reason": "Error"}
DELETED = Act(2.0, "deleted", "stopped")


def killed(run: Instance) -> Instance:
    """Return a run that KILL ended, without a last word."""
    return replace(run, output="whole", terminated=KILL)


def witness(*events: Event) -> Instance:
    """Return the witness, which printed this."""
    return ran("witness", 0.0, did(0.1, "serving", port=7001), *events)


def let_go(seconds: float, who: str) -> Event:
    return did(seconds, "let-go", who=who, told=True, how="closed")


def still(seconds: float, who: str) -> Event:
    return did(seconds, "still-hears", who=who, told=True)


OBEYS = ran("obeys", 1.0, did(1.1, "waiting"), did(2.1, "terminated"), exited(2.2))
DEAF = killed(ran("deaf", 1.0, did(1.1, "waiting"), did(2.1, "terminated")))
LIVES = ran("deaf", 1.0, did(1.1, "waiting"), did(2.1, "terminated"))
HEARD = (let_go(2.2, "obeys"), let_go(8.0, "deaf"), exited(8.1))


def stopped(*heard: Event, deaf: Instance = DEAF, acts: tuple[Act, ...] = (DELETED,)) -> Record:
    """Return a history of a Pod that was deleted at 2 s, and of what the witness heard."""
    return record(pod(witness(*heard), role="witness"), pod(OBEYS, deaf, role="stopped"), acts=acts)


KILLED = stopped(*HEARD)
UNTOLD = killed(ran("deaf", 1.0, did(1.1, "waiting")))
BY_ITSELF = ran("deaf", 1.0, did(2.1, "terminated"), exited(8.0))

STOPPED = Trial(
    judges.not_stopped,
    (),
    options={"obeys": "obeys", "deaf": "deaf", "witness": "witness", "seconds": 6},
    good=KILLED,
    broken=(
        ("unwitnessed", "the witness did not hear one of them", stopped(HEARD[1], exited(8.1))),
        ("unwitnessed", "the Pod was not deleted", replace(KILLED, acts=())),
        ("unwitnessed", "it ended by itself", stopped(*HEARD, deaf=BY_ITSELF)),
        ("not-told", "who obeys was not told", without(KILLED, "obeys", "terminated")),
        ("not-told", "the other one was not told", stopped(*HEARD, deaf=UNTOLD)),
        ("early", "it was gone just before the period was over", moved(KILLED, "witness", "let-go", 7.99)),
        ("not-killed", "it lived on", stopped(HEARD[0], still(70.0, "deaf"), exited(70.1), deaf=LIVES)),
    ),
)

TRIALS = (STOPPED,)
